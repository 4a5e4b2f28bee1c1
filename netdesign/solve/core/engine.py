"""What an engine is: a question in, with a search on it, and plan, objective, bound, reason and trace out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from netdesign.solve.core.outcome import silent
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Solution


@dataclass(frozen=True)
class Question:
    """A problem ready to be solved.

    Parameters
    ----------
    instance, network
        With policies and options in force, and its legs.
    model
        Gives the formulation; called only by an engine that needs one.
    watch, listen
        Limits, and the listener to progress.
    asked
        The engine that is to answer.
    has_users_model
        Whether the formulation is a file of the user's: then nothing else can state it.
    """

    instance: Instance
    network: Network
    model: Callable[[], Formulation]
    watch: Watch
    listen: Callable[[Progress], None] = silent
    asked: str = AUTO
    has_users_model: bool = False

    @cached_property
    def formulation(self) -> Formulation:
        """The formulation.

        Raises
        ------
        UsageError
            There is none that states the problem, or it cannot be loaded.
        """
        return self.model()

    @cached_property
    def has_unroutable(self) -> bool:
        """Whether some commodity has no permitted route over any site: then no set of hubs is an answer."""
        # The command line names engines, and does not load networkx for it.
        from netdesign.network.routes import unroutable

        return len(unroutable(self.instance, self.network)) > 0

    def with_instance(self, instance: Instance) -> Question:
        """Return the same question about an instance with other policies; legs do not depend on policies."""
        return replace(self, instance=instance)


@dataclass(frozen=True)
class Search:
    """Which sets of hubs are searched, among those that the policies permit.

    Parameters
    ----------
    numbers
        Of open hubs, existing ones counted; None for all permitted ones.
    another
        A set that does not count, or nothing.
    task
        Name for progress.
    """

    numbers: range | None = None
    another: tuple[str, ...] = ()
    task: str = "best network"

    def numbers_in(self, instance: Instance) -> range:
        """Return the numbers of hubs that are both searched and permitted."""
        least, most = instance.hub_range
        if self.numbers is None:
            return range(least, most + 1)
        return range(max(least, self.numbers.start), min(most + 1, self.numbers.stop))


EVERYTHING = Search()
"""All sets that the policies permit."""


class Engine(Protocol):
    """One way to answer questions; made from a question, it may keep what one search found for the next."""

    def __init__(self, question: Question) -> None: ...

    def solve(self, search: Search = EVERYTHING) -> Solution:
        """Return the best plan of a search, with bound, reason for stopping and trace."""
