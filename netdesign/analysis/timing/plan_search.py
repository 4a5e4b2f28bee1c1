"""The search for the best plan over years alone, without what stands beside it in an answer of timing."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.network_searches import TIE
from netdesign.analysis.timing.value_of_information import wait_and_see_paths
from netdesign.analysis.within_limits import loops_in_time
from netdesign.errors import DisagreementError
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_result import wait_and_see_costs
from netdesign.solve.auto import choice_after
from netdesign.solve.core.outcome import Termination, exactness
from netdesign.solve.kernels.loading import LoadingStoppedError
from netdesign.solve.multistage.question import StagedSolution
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.instance.staged import StagedInstance
    from netdesign.results.staged_document import SearchedPart
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion
    from netdesign.solve.registry import Choice

    StagedChoice = Choice[StagedInstance, StagedEngine]


def search_plan(
    question: StagedQuestion, choice: StagedChoice, changed: Callable[[StagedChoice], None]
) -> StagedSolution:
    """Solve with the chosen engine; where ``auto`` chose it and it hits its size limit, with the next one.

    Parameters
    ----------
    question, choice
        What is asked, and the engine that begins.
    changed
        Is called with each further engine before that begins.
    """
    while True:
        try:
            with loops_in_time(question.watch):
                solution = choice.engine(question).solve()
        except LoadingStoppedError:
            return StagedSolution(question.watch.ending, None, None, -math.inf)
        if solution.plan is not None or solution.termination is not Termination.SIZE_LIMIT:
            return solution
        further = None
        if question.asked == AUTO and not question.watch.is_over:
            further = choice_after(choice, question.staged)
        if further is None:
            return solution
        choice = further
        changed(choice)


def search_for_regret(question: StagedQuestion) -> tuple[StagedQuestion | None, list[SearchedPart]]:
    """Return the question with the least cost of each path, where the measure is regret; as it is with all others.

    Returns
    -------
    tuple
        The question, None where some path has no plan; and the wait-and-see solution of each path.
    """
    if question.staged.stages.risk.measure is not RiskMeasure.REGRET:
        return question, []
    alone = wait_and_see_paths(question)
    costs = wait_and_see_costs(alone)
    return (None if costs is None else replace(question, known=costs)), alone


def or_incumbent(
    question: StagedQuestion, solution: StagedSolution, engine: str, *, prefers_known: bool = False
) -> StagedSolution:
    """Return the solution, or the initial incumbent where that is better.

    Parameters
    ----------
    question, solution, engine
        What was asked, and what the engine of that name has found.
    prefers_known
        Whether of two that are as good the incumbent is returned: then nothing seems to change.

    Raises
    ------
    DisagreementError
        The engine proves that no plan is permitted, and the referee permits the incumbent: a defect.
    """
    plan, found = question.incumbent, question.evaluated_incumbent()
    if plan is None or found is None:
        return solution
    if solution.termination is Termination.INFEASIBLE:
        message = f"{engine} finds no plan permitted, yet the referee permits the one it began with"
        raise DisagreementError(message)
    if solution.objective is not None:
        slack = TIE * exactness(solution.objective, question.scale)
        is_kept = found.objective <= solution.objective + slack if prefers_known else False
        if not is_kept and solution.objective <= found.objective:
            return solution
    return replace(solution, plan=plan, objective=found.objective, bound=min(solution.bound, found.objective))


def no_plan_of(wait_and_see: Sequence[SearchedPart]) -> StagedSolution:
    """Return a solution without plan, where some path has none: a plan of the tree is one for each path."""
    without = [one for one in wait_and_see if one.objective is None]
    infeasible = [one for one in without if one.termination is Termination.INFEASIBLE]
    ending = (infeasible or without)[0].termination
    return StagedSolution(ending, None, None, math.inf if infeasible else -math.inf)
