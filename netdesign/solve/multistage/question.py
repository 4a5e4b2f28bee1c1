"""The interface of a staged engine: questions, solutions, and the check of its plans by the referee."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.evaluate.risk import scale_of
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.instance.policies import ROUTE_LIMITS, Policy
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.hub_rules import HUB_POLICIES
from netdesign.solve.core.outcome import Phases, certain_termination, silent
from netdesign.solve.core.referee_check import refuse_price, refuse_violations
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from numpy.typing import NDArray

    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress, Termination, TracePoint
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.pricing import Pricer
    from netdesign.solve.multistage.served_year import ServedNode


STAGED_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE)
    for route_hubs in (2, 1)
)
"""Problems of one year that staged engines state where freight is carried by the tonne."""

SERVED_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE, Allocation.SINGLE_EACH_WAY)
    for route_hubs in (2, 1)
)
"""Those that the straight model states with vehicles that leave."""

CITY_PROBLEMS = tuple(problem for problem in SERVED_PROBLEMS if problem.allocation is not Allocation.MULTIPLE)
"""Those of them whose years are priced city by city."""

OPERATED_POLICIES = (
    HUB_POLICIES | ROUTE_LIMITS | {Policy.CAPACITY, Policy.MINIMUM_THROUGHPUT, Policy.AIR_LANE, Policy.DEADLINE}
)
"""Policies that the programs of a year state."""


def keep_nothing(plan: StagedPlan, objective: float, bound: float) -> None:
    """Ignore a better plan."""


def is_served(staged: StagedInstance) -> bool:
    """Return whether its years need choices of departures, or of one hub each way."""
    base = staged.base
    return base.services is not None or base.problem.allocation is Allocation.SINGLE_EACH_WAY


@dataclass(frozen=True)
class StagedQuestion:
    """A staged problem ready to be solved.

    Parameters
    ----------
    staged, networks
        The instance with its policies and options, and the legs of each node.
    watch, listen
        Limits, and the listener to progress.
    known
        Least cost of each path under perfect information, EUR, shape (leaves,); needed for regret only.
    asked
        Name of the engine that the user chose.
    task
        Name of the search for the listener.
    incumbent
        A plan to begin with, or None; ignored if the referee rejects it.
    memory
        Operating costs from earlier searches of the same years.
    keep
        Called with each better plan, its objective and the bound so far, so that a killed run leaves its best plan.
    tree, places
        The question about the tree that these years are of, and the positions of their nodes there, with which they
        share what years cost. Without positions they are no nodes of the tree, as those of its means.
    served
        Years of earlier searches whose cities are priced one by one, of whatever tree or path.
    pricer
        Prices operations; None for this process alone. The caller closes it.
    """

    staged: StagedInstance
    networks: tuple[Network, ...]
    watch: Watch
    listen: Callable[[Progress], None] = silent
    known: NDArray[np.float64] | None = None
    asked: str = AUTO
    task: str = "plan over the years"
    incumbent: StagedPlan | None = None
    keep: Callable[[StagedPlan, float, float], None] = keep_nothing
    memory: dict[Hashable, RecursionData] = field(default_factory=dict)
    tree: StagedQuestion | None = None
    places: tuple[int, ...] = ()
    served: list[ServedNode] = field(default_factory=list)
    pricer: Pricer | None = None

    def about(self, staged: StagedInstance, networks: tuple[Network, ...], task: str) -> StagedQuestion:
        """Return a question about another staged instance, without an incumbent and without keeping plans."""
        # The memory of other years is discarded with the question.
        memory = self.memory if staged.nodes is self.staged.nodes else {}
        fresh = replace(self, known=None, incumbent=None, keep=keep_nothing, memory=memory, tree=None, places=())
        return replace(fresh, staged=staged, networks=networks, task=task)

    def of_path(self, staged: StagedInstance, leaf: int) -> StagedQuestion:
        """Return a question about the path to a leaf of this tree, whose years cost what they do in the tree."""
        places = self.staged.path_to(leaf)
        networks = tuple(self.networks[node] for node in places)
        return replace(self.about(staged, networks, f"{staged.scenario} known"), tree=self, places=places)

    @property
    def reference(self) -> NDArray[np.float64]:
        """Reference costs of the paths, EUR, shape (leaves,): those under perfect information for regret, else zeros.

        Raises
        ------
        ValueError
            The measure is regret, and ``known`` is missing.
        """
        if self.staged.stages.risk.measure is not RiskMeasure.REGRET:
            return np.zeros(len(self.staged.leaves))
        if self.known is None:
            message = "regret needs the cost of each path when it is known"
            raise ValueError(message)
        return self.known

    @property
    def scale(self) -> float:
        """Largest amount of which the objective is a difference, EUR, as in ``exactness``."""
        return scale_of(self.staged.stages.risk, self.known)

    def state(self) -> SearchState:
        """Return a new search state."""
        return SearchState(self.watch, self.listen, self.task, self.scale)

    def evaluated_incumbent(self) -> StagedEvaluation | None:
        """Return the referee's evaluation of the incumbent, or None without a permitted one."""
        if self.incumbent is None:
            return None
        found = evaluate_staged(self.staged, self.networks, self.incumbent, self.known)
        return None if found.violations else found


@dataclass(frozen=True)
class StagedSolution:
    """The answer of a staged engine.

    Parameters
    ----------
    termination
        Why it stopped.
    plan
        The best plan, or None.
    objective
        Its cost as the referee prices it, EUR of the first year; None without a plan.
    bound
        Lower bound on the cost of a permitted plan; minus infinity if unknown, infinity if infeasible.
    phases, trace
        Time spent in each phase, and improvements of incumbent and bound.
    """

    termination: Termination
    plan: StagedPlan | None
    objective: float | None
    bound: float
    phases: Phases = field(default_factory=Phases)
    trace: tuple[TracePoint, ...] = ()


class StagedEngine(Protocol):
    """A solution method for staged questions."""

    def __init__(self, question: StagedQuestion) -> None: ...

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""


def checked_evaluation(question: StagedQuestion, plan: StagedPlan, stated: float, engine: str) -> StagedEvaluation:
    """Return the referee's evaluation of a plan, checked against the price that the engine states.

    Raises
    ------
    DisagreementError
        The plan is not permitted, or engine and referee disagree about it: a defect.
    """
    found = evaluate_staged(question.staged, question.networks, plan, question.known)
    refuse_violations(found.violations, engine)
    refuse_price(engine, stated, found.objective, "EUR", question.scale)
    return found


def ended(
    question: StagedQuestion,
    termination: Termination,
    plan: StagedPlan,
    objective: float,
    bound: float,
    phases: Phases,
    trace: Iterable[TracePoint],
) -> StagedSolution:
    """Return a solution with a plan, whose bound is at most its price and whose termination is what this proves.

    Parameters
    ----------
    question
        The question.
    termination
        Termination by the engine's own figures.
    plan, objective
        The plan and the referee's price, EUR of the first year.
    bound
        Bound of the engine.
    phases, trace
        Phases and trace of the engine.
    """
    bound = min(bound, objective)
    asked = question.watch.limits.relative_gap
    termination = certain_termination(termination, objective, bound, asked, question.scale)
    return StagedSolution(termination, plan, objective, bound, phases, tuple(trace))
