"""The interface of an engine: it takes a question and a scope, and returns plan, objective, bound and trace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution
    from netdesign.solve.core.shared_jobs import SharedJobs


@dataclass(frozen=True)
class Question:
    """A problem ready to be solved.

    Parameters
    ----------
    instance, network
        The instance with its policies and options, and its legs.
    model
        Returns the formulation; called only by an engine that needs one.
    watch, listen
        Limits, and the listener to progress.
    asked
        Name of the engine that the user chose.
    has_users_model
        Whether the formulation is a file of the user's: then no other engine can solve the problem.
    shared
        Shares work with helpers, where an engine has any for them; None without helpers.
    """

    instance: Instance
    network: Network
    model: Callable[[], Formulation]
    watch: Watch
    listen: Callable[[Progress], None] = silent
    asked: str = AUTO
    has_users_model: bool = False
    shared: SharedJobs | None = None

    @cached_property
    def formulation(self) -> Formulation:
        """The formulation.

        Raises
        ------
        UsageError
            No formulation states the problem, or it cannot be loaded.
        """
        return self.model()

    @cached_property
    def has_unroutable(self) -> bool:
        """Whether some commodity has no permitted route over any site: then no set of hubs is feasible."""
        # The command line imports this module to list engines, and must not load networkx for it.
        from netdesign.network.routes import unroutable

        return len(unroutable(self.instance, self.network)) > 0

    def with_instance(self, instance: Instance) -> Question:
        """Return the same question about an instance with other policies; legs do not depend on policies."""
        return replace(self, instance=instance)


class PricedPlan(NamedTuple):
    """A permitted plan with the referee's price of it, in the unit of the objective."""

    plan: Plan
    objective: float


def keep_no_plan(plan: Plan | None, objective: float, bound: float) -> None:
    """Do nothing with an incumbent."""


@dataclass(frozen=True)
class SearchScope:
    """The sets of hubs to search among those that the policies permit.

    Parameters
    ----------
    numbers
        Numbers of open hubs, existing ones included; None for all permitted numbers.
    excluded
        Sets of hubs to leave out.
    task
        Name of the search for the progress line.
    start
        A plan within the scope to begin with, as far as an engine can; None for none.
    keep
        Called with each better plan, what it costs, and the bound so far; before there is one with None, infinity and
        better bounds from time to time. Not by engines that have a plan in the end only.
    """

    numbers: range | None = None
    excluded: tuple[tuple[str, ...], ...] = ()
    task: str = "best network"
    start: PricedPlan | None = None
    keep: Callable[[Plan | None, float, float], None] = keep_no_plan

    def numbers_in(self, instance: Instance) -> range:
        """Return the permitted numbers of hubs within the scope."""
        least, most = instance.hub_range
        if self.numbers is None:
            return range(least, most + 1)
        return range(max(least, self.numbers.start), min(most + 1, self.numbers.stop))


EVERYTHING = SearchScope()
"""All sets that the policies permit."""


class Engine(Protocol):
    """A solution method. One engine answers one question; it may reuse the results of one search in the next."""

    def __init__(self, question: Question) -> None: ...

    def solve(self, search: SearchScope = EVERYTHING) -> Solution:
        """Return the best plan within a scope, with bound, reason for stopping and trace."""
