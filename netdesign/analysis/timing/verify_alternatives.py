"""Verify a list of first decisions: price its plans again, and hold order, margin and completeness together."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, TOLERANCE, differing, differs, of_gap, of_search
from netdesign.analysis.near_best import reach
from netdesign.analysis.timing.alternative_parts import condition_part, others_bound, top_level
from netdesign.analysis.timing.alternatives import under_condition
from netdesign.analysis.timing.first_decisions import with_rule
from netdesign.analysis.timing.priced_plans import PricedPlans, of_scenario
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_result import wait_and_see_costs
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, exactness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.call import TimingAlternativesCall
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.years_parts import FoundPlanPart
    from netdesign.solve.multistage.question import StagedQuestion


def contradicted_first_decisions(
    result: StatedResult[TimingAlternativesDocument, TimingProblem, TimingAlternativesCall],
) -> Iterator[str]:
    """Yield all that the referee, or the plans themselves, contradict in a list of first decisions."""
    document, problem, call = result.document, result.problem, result.call
    yield from of_scenario(document, problem.staged)
    question = asked_of(document, problem)
    is_regret = problem.staged.stages.risk.measure is RiskMeasure.REGRET
    if is_regret and document.decisions and question.known is None:
        yield "known: without what each path costs by itself there is no regret to minimise"
        return
    if not is_regret and document.known:
        yield "known: stated where no regret is minimised"
    for place, one in enumerate(document.decisions, start=1):
        yield from (f"decisions {place}: {text}" for text in _of_plan(one, document, question))
    yield from _of_list(document, call, question.scale)
    yield from _of_ending(document, call)
    yield from _of_condition(document, problem, call, question)


def asked_of(document: TimingAlternativesDocument, problem: TimingProblem) -> StagedQuestion:
    """Return the question about a problem, with the least costs of the paths where a result states them."""
    question = problem.question(Watch(SolveLimits(relative_gap=document.options["gap"])))
    return replace(question, known=wait_and_see_costs(document.known) if document.known else None)


def _of_plan(stated: FoundPlanPart, document: TimingAlternativesDocument, question: StagedQuestion) -> Iterator[str]:
    """Yield contradictions of a plan with the referee, and of its figures with each other."""
    if stated.plan is None:
        if stated.termination in ENDED_WITH_A_PLAN or stated.objective is not None or stated.first is not None:
            yield "plan: is missing"
        return
    yield from PricedPlans(document.plans).of_plan(stated, stated.plan, question)
    yield from of_search(stated, scale=question.scale)
    yield from of_gap(stated, document.options["gap"], question.scale)


def _of_list(document: TimingAlternativesDocument, call: TimingAlternativesCall, scale: float) -> Iterator[str]:
    """Yield contradictions in what follows from the list."""
    decisions, others = document.decisions, others_bound(document)
    objectives = [one.objective or 0.0 for one in decisions]
    firsts = Counter(one.first.decision for one in decisions if one.first is not None)
    if any(number > 1 for number in firsts.values()):
        yield "decisions: one is listed twice"
    slack = TOLERANCE * exactness(max(map(abs, objectives), default=0.0), scale)
    if any(later < before - slack for before, later in pairwise(objectives)):
        yield "decisions: are not in the order of their objectives"
    if decisions:
        limit = reach(call.within, objectives[0], scale)
        if objectives[-1] > limit + slack:
            yield f"decisions: the last one has {objectives[-1]}, over the margin of {limit}"
        if document.is_complete and not others > limit - slack:
            yield f"is_complete: states True; others have at least {others}, which may be within the margin"
        if not document.is_complete and others > limit + slack:
            yield f"is_complete: states False; others have at least {others}, over the margin"
        for place, one in enumerate(decisions, start=1):
            if differs(one.difference, (one.objective or 0.0) - objectives[0], max(abs(objectives[0]), scale)):
                yield f"decisions {place}: difference: states {one.difference}; objectives give another"
    true = top_level(decisions, call.within, others, scale, is_complete=document.is_complete)
    for name in ("objective", "bound", "gap", "limit"):
        if differs(getattr(document, name), true[name], min(scale, 1.0) if name == "gap" else scale):
            yield f"{name}: states {getattr(document, name)}; the list gives {true[name]}"


def _of_ending(document: TimingAlternativesDocument, call: TimingAlternativesCall) -> Iterator[str]:
    ending = document.termination
    if not document.decisions:
        if ending in ENDED_WITH_A_PLAN:
            yield f"termination: states {ending} without a plan"
        return
    if ending == Termination.INFEASIBLE:
        yield "termination: states infeasible beside a plan"
    is_whole = document.is_complete or len(document.decisions) == call.most
    if ending == Termination.OPTIMAL and not is_whole:
        yield "termination: states optimal; the list may miss some"


def _of_condition(
    document: TimingAlternativesDocument,
    problem: TimingProblem,
    call: TimingAlternativesCall,
    question: StagedQuestion,
) -> Iterator[str]:
    """Yield contradictions in the best plan under the condition of the call."""
    condition, has_one = document.condition, bool(call.with_sites or call.without_sites)
    if condition is None:
        if has_one and document.decisions and document.termination in ENDED_WITH_A_PLAN:
            yield "condition: is missing"
        return
    if not has_one or not document.decisions:
        yield "condition: is stated, and the call names no sites" if not has_one else "condition: there is no best plan"
        return
    restricted = under_condition(problem.staged, call)
    asked = with_rule(question, restricted, restricted.first, "")
    yield from (f"condition: {text}" for text in _of_plan(condition, document, asked))
    best = document.decisions[0]
    true = condition_part(best, condition, call)
    scale = max(abs(best.objective or 0.0), question.scale)
    for place, stated, value in differing(condition, true, (), scale):
        yield f"condition: {place}: states {stated}; the plans give {value}"
