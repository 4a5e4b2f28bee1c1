"""What a staged engine is: a staged instance with limits in; plan, objective, bound, reason and trace out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.errors import DisagreementError
from netdesign.evaluate.risk import scale_of
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.instance.policies import ROUTE_LIMITS, Policy
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.hub_rules import HUB_POLICIES
from netdesign.solve.core.outcome import Phases, certain_termination, exactness, silent
from netdesign.solve.core.referee_check import AGREEMENT, disagreement
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


STAGED_PROBLEMS = tuple(
    Problem(allocation=allocation, objective=Objective.COST, route_hubs=route_hubs)
    for allocation in (Allocation.MULTIPLE, Allocation.SINGLE)
    for route_hubs in (2, 1)
)
"""Problems of a year that are stated over years."""

OPERATED_POLICIES = (
    HUB_POLICIES | ROUTE_LIMITS | {Policy.CAPACITY, Policy.MINIMUM_THROUGHPUT, Policy.AIR_LANE, Policy.DEADLINE}
)
"""What the programs that operate a year state: limits over routes, and what they add by name."""


def keep_nothing(plan: StagedPlan, objective: float, bound: float) -> None:
    """Let a better plan pass."""


@dataclass(frozen=True)
class StagedQuestion:
    """A staged problem ready to be solved.

    Parameters
    ----------
    staged, networks
        With policies and options in force, and the legs of each node.
    watch, listen
        Limits, and who hears of progress.
    known
        What each path costs at least when it is known from the start, EUR, shape (leaves,); needed for regret, and of
        no account for other measures.
    asked
        The engine that is to answer.
    task
        Name of the search for the listener.
    incumbent
        A plan to begin with, or None; one that the referee rejects is left alone.
    memory
        What engines have found out about operating these years, which holds whatever is decided.
    keep
        Called with each better plan that an engine finds, its objective and the bound so far, so that a run that is
        killed leaves it.
    pricer
        Who prices operations, this process alone where it is None; whoever opened it closes it.
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
    pricer: Pricer | None = None

    def about(self, staged: StagedInstance, networks: tuple[Network, ...], task: str) -> StagedQuestion:
        """Return a question about another staged instance, of which no plan is kept."""
        # Other years are remembered no longer than they are asked about.
        memory = self.memory if staged.nodes is self.staged.nodes else {}
        fresh = replace(self, known=None, incumbent=None, keep=keep_nothing, memory=memory)
        return replace(fresh, staged=staged, networks=networks, task=task)

    @property
    def reference(self) -> NDArray[np.float64]:
        """What the costs of the paths are held against: what each costs at least for regret, else nothing.

        Raises
        ------
        ValueError
            Regret is asked for, and ``known`` was not given.
        """
        if self.staged.stages.risk.measure is not RiskMeasure.REGRET:
            return np.zeros(len(self.staged.leaves))
        if self.known is None:
            message = "regret needs the cost of each path when it is known"
            raise ValueError(message)
        return self.known

    @property
    def scale(self) -> float:
        """Of what the objective is a difference, EUR, as ``exactness`` takes it."""
        return scale_of(self.staged.stages.risk, self.known)

    def state(self) -> SearchState:
        """Return the state of a search for the answer."""
        return SearchState(self.watch, self.listen, self.task, self.scale)

    def evaluated_incumbent(self) -> StagedEvaluation | None:
        """Return what the referee makes of the incumbent, or None where there is none that is permitted."""
        if self.incumbent is None:
            return None
        found = evaluate_staged(self.staged, self.networks, self.incumbent, self.known)
        return None if found.violations else found


@dataclass(frozen=True)
class StagedSolution:
    """What a staged engine hands back.

    Parameters
    ----------
    termination
        Why it stopped.
    plan
        The best plan, or None.
    objective
        What the referee finds it to cost, EUR of the first year; None without a plan.
    bound
        No permitted plan costs less; minus infinity where nothing is proven, infinity where infeasible.
    phases, trace
        Where the time went, and how incumbent and bound came to it.
    """

    termination: Termination
    plan: StagedPlan | None
    objective: float | None
    bound: float
    phases: Phases = field(default_factory=Phases)
    trace: tuple[TracePoint, ...] = ()


class StagedEngine(Protocol):
    """One way to answer staged questions."""

    def __init__(self, question: StagedQuestion) -> None: ...

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""


def checked_evaluation(question: StagedQuestion, plan: StagedPlan, stated: float, engine: str) -> StagedEvaluation:
    """Return what the referee makes of a plan that an engine states to be worth ``stated``.

    Raises
    ------
    DisagreementError
        The plan is not permitted, or engine and referee disagree about it: a defect.
    """
    found = evaluate_staged(question.staged, question.networks, plan, question.known)
    if found.violations:
        listed = "; ".join(map(str, found.violations[:5]))
        message = f"the referee rejects the plan of {engine}: {listed}"
        raise DisagreementError(message)
    if abs(stated - found.objective) > AGREEMENT * exactness(found.objective, question.scale):
        raise DisagreementError(disagreement(engine, stated, found.objective, "EUR"))
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
    """Return a solution with a plan: no bound is over what the referee prices it at, and optimal is what is proven.

    Parameters
    ----------
    question
        The question.
    termination
        Why the engine stopped, by its own figures.
    plan, objective
        The plan and the referee's price, EUR of the first year.
    bound
        Of the engine.
    phases, trace
        Likewise.
    """
    bound = min(bound, objective)
    asked = question.watch.limits.relative_gap
    termination = certain_termination(termination, objective, bound, asked, question.scale)
    return StagedSolution(termination, plan, objective, bound, phases, tuple(trace))
