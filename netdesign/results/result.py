"""The result of a solve: everything that a reader or ``verify`` needs, and nothing computed twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from netdesign.solve.core.outcome import Termination, relative_gap

if TYPE_CHECKING:
    from netdesign.evaluate import Evaluation
    from netdesign.plan import Plan
    from netdesign.solve.core.outcome import Solution

FORMAT = "netdesign.result/1"


class Verdict(StrEnum):
    """Whether one hub more pays, as far as the bounds prove it."""

    PAYS = "pays"
    DOES_NOT_PAY = "does_not_pay"
    UNDECIDED = "undecided"
    NEEDED = "needed"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class AwayFromCheapest:
    """A commodity that a minimum keeps away from its cheapest route over the open hubs.

    Parameters
    ----------
    origin, destination, stream
        The commodity.
    volume
        t/year away from the cheapest route.
    hubs, cheapest_hubs
        First and last hub in use, and of the cheapest route.
    extra_cost
        EUR/year above the cheapest route.
    """

    origin: str
    destination: str
    stream: str
    volume: float
    hubs: tuple[str, str]
    cheapest_hubs: tuple[str, str]
    extra_cost: float


EngineFact = Literal["name", "model", "reason"]
"""What a result says of the engine that answered; a model where it stated one."""

MinimumPolicy = Literal["minimum_throughput", "air_lane"]
"""A policy that asks for a least volume."""


@dataclass(frozen=True)
class MinimumEffect:
    """What the minima cost in one network: against the same hubs without each policy, EUR/year."""

    cost_by_policy: dict[MinimumPolicy, float]
    away: tuple[AwayFromCheapest, ...]


@dataclass(frozen=True)
class RunnerUp:
    """The best other set of as many hubs; where a range of numbers was searched as one, of any number in it.

    Parameters
    ----------
    termination
        How its search ended; infeasible means that there is no other set.
    open_hubs
        Ids, empty without a plan.
    objective, bound
        EUR/year.
    """

    termination: Termination
    open_hubs: tuple[str, ...]
    objective: float | None
    bound: float


@dataclass(frozen=True)
class NetworkResult:
    """The best network with one number of hubs.

    Parameters
    ----------
    hubs
        Number of open hubs, existing ones counted.
    permitted
        False for today's network where the policies or options ask for more hubs than exist.
    solution
        Plan, objective, bound.
    evaluation
        The referee's; None without a plan.
    runner_up, minima
        None where not asked for.
    """

    hubs: int
    permitted: bool
    solution: Solution
    evaluation: Evaluation | None
    runner_up: RunnerUp | None = None
    minima: MinimumEffect | None = None

    @property
    def plan(self) -> Plan | None:
        """The plan, or None."""
        return self.solution.plan


@dataclass(frozen=True)
class Step:
    """From the best network with some number of hubs to the best with the next.

    Parameters
    ----------
    from_hubs, to_hubs
        Numbers of hubs.
    verdict
        What the bounds prove.
    saving
        Difference of the two objectives, EUR/year, positive where the further hub is cheaper; None without two plans.
    saving_at_least, saving_at_most
        What the bounds prove about it.
    """

    from_hubs: int
    to_hubs: int
    verdict: Verdict
    saving: float | None
    saving_at_least: float
    saving_at_most: float


@dataclass(frozen=True)
class Result:
    """Everything that one solve found.

    Parameters
    ----------
    instance_name, digest
        What was solved: name and SHA-256 of the files as read.
    networks
        Best network for each number of hubs, today's first.
    steps
        Whether each further hub pays.
    options, problem, engine, reader
        As recorded, so that ``verify`` can do the same again.
    times
        Seconds by phase.
    warnings
        Of the instance.
    """

    instance_name: str
    digest: str
    networks: tuple[NetworkResult, ...]
    steps: tuple[Step, ...]
    options: dict[str, object]
    problem: dict[str, object]
    engine: dict[EngineFact, str]
    reader: dict[str, object]
    versions: dict[str, str]
    times: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def best(self) -> NetworkResult | None:
        """The cheapest permitted network with a plan, the one with fewer hubs where two cost the same."""
        priced = [n for n in self.networks if n.permitted and n.solution.objective is not None]
        return min(priced, key=lambda n: (n.solution.objective or 0.0, n.hubs)) if priced else None

    @property
    def bound(self) -> float:
        """No permitted network costs less, EUR/year."""
        return min((n.solution.bound for n in self.networks if n.permitted), default=float("-inf"))

    @property
    def gap(self) -> float | None:
        """Relative gap of the best network against all permitted ones."""
        return relative_gap(self.best.solution.objective, self.bound) if self.best else None

    @property
    def termination(self) -> Termination:
        """Why the whole solve stopped."""
        ends = [n.solution.termination for n in self.networks if n.permitted]
        for end in (Termination.INTERRUPTED, Termination.TIME_LIMIT, Termination.SIZE_LIMIT):
            if end in ends:
                return end
        if self.best is None:
            return Termination.INFEASIBLE
        return Termination.GAP_REACHED if Termination.GAP_REACHED in ends else Termination.OPTIMAL
