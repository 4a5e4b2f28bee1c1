"""Verify a result of stress over years: price its plans again, and draw and operate all worlds again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.contradictions import ENDED_WITH_A_PLAN, differing_worlds, differs, of_gap, of_search
from netdesign.analysis.timing.moved_years import MovedYears
from netdesign.analysis.timing.stress import check_worlds, decisions_in, ending_of, look_at_plans
from netdesign.analysis.timing.stressed_plans import BEST, FIXED, MEAN, NOTHING, WITHOUT, decisions_of, new_hubs
from netdesign.errors import ContradictionError, UsageError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.results.plans_over_years import plan_over_years
from netdesign.results.staged_result import is_tree, wait_and_see_costs
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.pricing import make_pricer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.timing_stress_document import StressedPlanPart, TimingStressDocument
    from netdesign.solve.multistage.question import StagedQuestion


def contradicted_timing_stress(
    result: StatedResult[TimingStressDocument, TimingProblem, TimingStressCall],
) -> Iterator[str]:
    """Yield all that the referee, or worlds that are drawn again, contradict in a result of stress over years."""
    name_or_path, document, problem, call = result
    staged = problem.staged
    if document.scenario != staged.scenario:
        yield f"scenario: states {document.scenario}; the options say {staged.scenario}"
    for name in ("measure", "level"):
        claimed, true = getattr(document.risk, name), getattr(staged.stages.risk, name)
        if claimed != true:
            yield f"risk.{name}: states {claimed}; instance and options say {true}"
    limits = SolveLimits(relative_gap=document.options["gap"], seed=document.options["seed"])
    question = problem.question(Watch(limits), asked=call.engine)
    known = wait_and_see_costs(list(document.known))
    if staged.stages.risk.measure is RiskMeasure.REGRET:
        if document.plans and known is None:
            yield "known: without what each path costs by itself there is no regret to minimise"
            return
        question = replace(question, known=known)
    elif document.known:
        yield "known: stated where no regret is minimised"
    plans: list[StagedPlan] = []
    for stated in document.plans:
        texts = list(_of_plan(stated, question, plans))
        yield from (f"{', '.join(stated.names)}: {text}" for text in texts)
    yield from _of_top_level(document, question)
    if len(plans) < len(document.plans):
        return
    yield from _of_list(document, problem, plans)
    yield from _of_draws(name_or_path, document, question, call, plans)


def _of_plan(stated: StressedPlanPart, question: StagedQuestion, plans: list[StagedPlan]) -> Iterator[str]:
    """Yield contradictions of a plan at the present values; it is added to ``plans`` where it is one."""
    try:
        plan = plan_over_years(stated, question.staged)
    except ContradictionError as error:
        yield error.message
        return
    plans.append(plan)
    found = _priced(question, plan)
    yield from (f"plan: {violation}" for violation in found.violations)
    for name in ("objective", "expected"):
        claimed, true = getattr(stated, name), getattr(found, name)
        if differs(claimed, true, question.scale):
            yield f"{name}: states {claimed}; the plan has {true}"
    yield from of_search(stated, scale=question.scale)


def _priced(question: StagedQuestion, plan: StagedPlan) -> StagedEvaluation:
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        return evaluate_staged(question.staged, question.networks, plan, question.known)


def _of_top_level(document: TimingStressDocument, question: StagedQuestion) -> Iterator[str]:
    plans, draws = document.plans, document.draws
    if not plans:
        if document.objective is not None or draws is not None:
            yield "objective, draws: stated without a plan"
        if document.termination in ENDED_WITH_A_PLAN:
            yield f"termination: states {document.termination} without a plan"
        return
    for name in ("objective", "bound"):
        stated, true = getattr(document, name), getattr(plans[0], name)
        if differs(stated, true, question.scale):
            yield f"{name}: states {stated}; the best plan gives {true}"
    yield from of_gap(document, document.options["gap"], question.scale)
    endings = [one.termination for one in plans]
    of_searches = next((end for end in endings if end.is_limit), endings[0])
    true = ending_of(of_searches, draws)
    if document.termination is Termination.INFEASIBLE or (true.is_limit and not document.termination.is_limit):
        yield f"termination: states {document.termination}; the parts give {true}"
    if draws is None:
        yield "draws: is missing"


def _of_list(document: TimingStressDocument, problem: TimingProblem, plans: Sequence[StagedPlan]) -> Iterator[str]:
    """Yield contradictions in which plans there are, and how they are named."""
    names = [name for one in document.plans for name in one.names]
    if not plans:
        return
    if document.plans[0].names[:1] != [BEST]:
        yield "plans: the best plan is not the first"
        return
    staged = problem.staged
    hubs = new_hubs(plans[0], staged.base.existing)
    expected = [BEST, *([FIXED, MEAN] if is_tree(staged) else []), *(f"{WITHOUT}{hub}" for hub in hubs), NOTHING]
    if sorted([*names, *(one.name for one in document.left_out)]) != sorted(expected):
        yield f"plans, left_out: are not {', '.join(expected)}"
    orders = [decisions_of(plan) for plan in plans]
    if any(one in orders[:place] for place, one in enumerate(orders)):
        yield "plans: the same orders and closings are there twice"
    for stated, plan in zip(document.plans, plans, strict=True):
        texts = (text for name in stated.names for text in _of_name(name, plan, problem))
        yield from (f"{', '.join(stated.names)}: {text}" for text in texts)
    least = document.plans[0].objective
    for stated in document.plans[1:]:
        if document.bound is not None and stated.objective < document.bound and differs(stated.objective, least):
            yield f"{', '.join(stated.names)}: objective: {stated.objective} is under the bound of the best plan"


def _of_name(name: str, plan: StagedPlan, problem: TimingProblem) -> Iterator[str]:
    """Yield what a plan orders that its name excludes."""
    ordered = {order.site for own in plan.nodes for order in own.orders}
    if name == NOTHING and (ordered or any(own.closings for own in plan.nodes)):
        yield "plan: orders or closes something"
    if name.startswith(WITHOUT) and name.removeprefix(WITHOUT) in ordered:
        yield f"plan: orders something for {name.removeprefix(WITHOUT)}"
    if name in (FIXED, MEAN) and not _is_fixed(plan, problem.staged):
        yield "plan: orders or closes something else in the same year of another branch"


def _is_fixed(plan: StagedPlan, staged: StagedInstance) -> bool:
    """Return whether orders and closings depend on the year only; closing at the end changes nothing."""
    decisions, last = decisions_of(plan), staged.stages.last_year
    first = {node.year: decisions[v] for v, node in reversed(list(enumerate(staged.nodes)))}
    return all(
        orders == first[node.year][0] and (node.year == last or closings == first[node.year][1])
        for node, (orders, closings) in zip(staged.nodes, decisions, strict=True)
    )


def _of_draws(
    name_or_path: Named,
    document: TimingStressDocument,
    question: StagedQuestion,
    call: TimingStressCall,
    plans: Sequence[StagedPlan],
) -> Iterator[str]:
    """Yield contradictions of what plans cost in worlds: all are drawn and operated again."""
    draws = document.draws
    if draws is None or not plans:
        return
    try:
        check_worlds(call, question.staged)
    except UsageError as error:
        yield f"draws: {error.message}"
        return
    if draws.asked != call.draws or not 0 <= draws.worlds <= draws.asked:
        yield f"draws: asked, worlds: state {draws.asked} and {draws.worlds}; the call asks for {call.draws}"
        return
    if draws.worlds < draws.asked and not draws.termination.is_limit:
        yield f"draws: termination: states {draws.termination}, though worlds are missing"
    decided, names = [decisions_in(plan) for plan in plans], [one.names for one in document.plans]
    with closing(make_pricer(1, None, lambda _: None)) as pricer:
        moved = MovedYears(name_or_path, call)
        true = look_at_plans(moved, question, call, decided, names, pricer, draws.worlds)
    texts = differing_worlds(draws, true, "plans", lambda plan: ", ".join(plan.names))
    yield from (f"draws: {text}" for text in texts)
