"""Prove bounds and objectives of a result over several years again with another engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.prove import contradicted, proof_words
from netdesign.analysis.timing.value_of_information import operate_schedule
from netdesign.analysis.timing.verify import recorded_wait_and_see_costs
from netdesign.analysis.timing.verify_schedules import other_searches
from netdesign.errors import UsageError
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.results.staged_result import plan_from_timing
from netdesign.solve.auto import another_staged_engine, choose_auxiliary
from netdesign.solve.core.outcome import exactness, silent
from netdesign.solve.registry import AUTO, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.call import TimingCall
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.results.part import Ended
    from netdesign.results.staged_document import TimingDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion


def prove_timing(
    result: StatedResult[TimingDocument, TimingProblem, TimingCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Solve every search of a timing result again with another engine, and compare bounds and objectives.

    The best calendar fixed at the root is not proven again: only one engine finds it.

    Raises
    ------
    UsageError
        No engine can state the problem.
    """
    document, problem = result.document, result.problem
    question = problem.question(watch, listen)
    if problem.staged.stages.risk.measure is RiskMeasure.REGRET:
        question = _of_regret(question, recorded_wait_and_see_costs(document))
    stated: list[tuple[str, StagedQuestion, Ended]] = [("plan", question, document)]
    stated += other_searches(question, document, plan_from_timing(document, problem.staged))
    found: list[str] = []
    proofs: list[str] = []
    asked_for, is_by_another = _recorded_engine(document), True
    for name, asked, claim in stated:
        if watch.is_over:
            break
        used = choose_auxiliary(replace(asked, asked=asked_for)).name
        record = another_staged_engine(asked.staged, used)
        is_by_another = is_by_another and record.name != used
        again = record.engine(replace(asked, task=f"proof of {name}")).solve()
        found += [f"{name}: {text}" for text in contradicted(claim, again, "EUR", asked.scale)]
        proofs.append(f"{name}: solved again by {record.name}; {_words(again)}")
    if document.values is not None and not watch.is_over:
        found += _of_the_mean(question, document)
    return Verification(tuple(found), tuple(proofs), is_by_another)


def _of_regret(question: StagedQuestion, wait_and_see: NDArray[np.float64] | None) -> StagedQuestion:
    """Return the question with the wait-and-see costs; where some path has no plan, with cost as the objective.

    In that case the result only states infeasibility, which does not depend on the objective.
    """
    if wait_and_see is not None:
        return replace(question, known=wait_and_see)
    stages = question.staged.stages.model_copy(update={"risk": Risk()})
    return replace(question, staged=replace(question.staged, stages=stages))


def _recorded_engine(document: TimingDocument) -> str:
    recorded = str(document.options.get("engine"))
    if recorded in (AUTO, *STAGED.names):
        return recorded
    message = "options: the result does not record the options of a call of timing"
    raise UsageError(message)


def _words(again: Ended) -> str:
    return proof_words(again, "EUR", "permitted")


def _of_the_mean(question: StagedQuestion, document: TimingDocument) -> Iterator[str]:
    """Operate the plan for the mean on the tree again."""
    values = document.values
    if values is None or values.mean.objective is None or values.mean_on_tree.termination.is_limit:
        return
    again = operate_schedule(question, values.mean)
    stated = values.mean_on_tree.objective
    if (again.objective is None) != (stated is None):
        yield f"values.mean_on_tree: states {values.mean_on_tree.termination}; operated again: {_words(again)}"
    elif again.objective is not None and stated is not None:
        slack = TOLERANCE * exactness(stated, question.scale)
        if abs(again.objective - stated) > slack:
            yield f"values.mean_on_tree.objective: states {stated}; operated again it is {again.objective}"
