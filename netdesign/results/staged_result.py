"""The answer to when and how large: plan, bound, and what stands beside them; nothing computed twice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.risk import scale_of
from netdesign.instance.resolve_stages import TREE
from netdesign.solve.core.outcome import relative_gap

if TYPE_CHECKING:
    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import Order, StagedPlan
    from netdesign.solve.core.outcome import Termination
    from netdesign.results.result import EngineFact
    from netdesign.solve.multistage.question import StagedSolution

FORMAT = "netdesign.timing/1"


def is_tree(staged: StagedInstance) -> bool:
    """Return whether the tree was asked for; it may have one path only, and is no path for all that."""
    return staged.scenario == TREE


@dataclass(frozen=True)
class Schedule:
    """Orders and closings by year, of a path or of a plan that is fixed at the root."""

    orders: tuple[tuple[int, Order], ...] = ()
    closings: tuple[tuple[int, str], ...] = ()


def schedule_of(staged: StagedInstance, plan: StagedPlan) -> Schedule:
    """Return what a plan does on the way to the first leaf: all of it on a path, or where the plan is fixed."""
    orders, closings = [], []
    for v in staged.path_to(staged.leaves[0]):
        orders += [(staged.nodes[v].year, order) for order in plan.nodes[v].orders]
        closings += [(staged.nodes[v].year, hub) for hub in plan.nodes[v].closings]
    return Schedule(tuple(orders), tuple(closings))


@dataclass(frozen=True)
class Searched:
    """What the search for another plan found.

    Parameters
    ----------
    termination
        Why it stopped; infeasible: there is no such plan.
    objective
        Of its best plan, EUR of the first year; None without one.
    bound
        No such plan costs less; infinite where there is none.
    schedule
        Of its best plan.
    """

    termination: Termination
    objective: float | None
    bound: float
    schedule: Schedule = Schedule()


def searched(staged: StagedInstance, solution: StagedSolution) -> Searched:
    """Return what a solution says, without its operations."""
    schedule = Schedule() if solution.plan is None else schedule_of(staged, solution.plan)
    return Searched(solution.termination, solution.objective, solution.bound, schedule)


@dataclass(frozen=True)
class Interval:
    """A difference of costs as far as it is proven, EUR of the first year.

    Parameters
    ----------
    value
        Of the best plans; None where one is missing, infinite where it is proven that there is none.
    at_least, at_most
        Proven limits.
    """

    value: float | None
    at_least: float
    at_most: float


def excess(dearer: Searched, cheaper: Searched) -> Interval:
    """Return by how much one search's optimum is over another's that permits all that the first does, and more."""
    at_most = math.inf if dearer.objective is None else dearer.objective - cheaper.bound
    if cheaper.objective is None:
        return Interval(None, 0.0, at_most)
    at_least = max(0.0, dearer.bound - cheaper.objective)
    if dearer.objective is None:
        return Interval(math.inf if dearer.bound == math.inf else None, at_least, math.inf)
    return Interval(max(0.0, dearer.objective - cheaper.objective), at_least, max(0.0, at_most))


@dataclass(frozen=True)
class Delay:
    """What it costs to order a new hub a year later than the plan does.

    Parameters
    ----------
    hub
        Id.
    ordered
        Year in which the plan first orders for it.
    later
        The best plan that orders for it after that year only, if at all.
    """

    hub: str
    ordered: int
    later: Searched


@dataclass(frozen=True)
class SingleYear:
    """What the one-year model says of a year; its objective is EUR/year, annuities of the capital included."""

    year: int
    best: Searched


@dataclass(frozen=True)
class Values:
    """What a tree is worth against plans that know less, or more, about it.

    Parameters
    ----------
    fixed
        The best plan that is fixed at the root; None where no engine can find it.
    fixed_refusal
        Why none can.
    mean
        The best plan for the path of the means.
    mean_on_tree
        That plan on the tree, its operations adapted.
    """

    fixed: Searched | None
    fixed_refusal: str | None
    mean: Searched
    mean_on_tree: Searched


@dataclass(frozen=True)
class TimingResult:
    """Everything that one call found.

    Parameters
    ----------
    instance_name, digest
        What was solved: name and SHA-256 of the files as read.
    staged, networks
        With the options in force.
    solution
        Plan, objective, bound.
    evaluation
        The referee's; None without a plan.
    known
        The best plan of each path by itself, in the order of the leaves; empty where it was not searched.
    delays, single_years
        Of a path.
    values
        Of a tree.
    clash
        Where no plan is permitted, policies that cannot be kept together.
    options, problem, engine, reader, versions
        As recorded, so that ``verify`` can do the same again.
    times
        Seconds by phase.
    warnings
        Of the instance.
    is_running
        Whether the search went on when this was written.
    """

    instance_name: str
    digest: str
    staged: StagedInstance
    networks: tuple[Network, ...]
    solution: StagedSolution
    evaluation: StagedEvaluation | None
    options: dict[str, object]
    problem: dict[str, object]
    engine: dict[EngineFact, str]
    reader: dict[str, object]
    versions: dict[str, str]
    known: tuple[Searched, ...] = ()
    delays: tuple[Delay, ...] = ()
    single_years: tuple[SingleYear, ...] = ()
    values: Values | None = None
    clash: tuple[str, ...] = ()
    times: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_running: bool = False

    @property
    def gap(self) -> float | None:
        """Relative gap of the plan."""
        if self.evaluation is None:
            return None
        known = np.array([one.objective for one in self.known], dtype=np.float64)
        scale = scale_of(self.staged.stages.risk, known)
        return relative_gap(self.evaluation.objective, self.solution.bound, scale)

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search that stands beside the plan's."""
        beside = [*self.known, *(delay.later for delay in self.delays), *(year.best for year in self.single_years)]
        if self.values is not None:
            beside += [self.values.mean, self.values.mean_on_tree]
            beside += [self.values.fixed] if self.values.fixed is not None else []
        return any(one.termination.is_limit for one in beside)
