"""Verify a timing result: price its plan again and compare every figure with the referee's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.contradictions import TOLERANCE, differing, differs, of_gap, of_search
from netdesign.analysis.timing.value_of_information import first_orders
from netdesign.analysis.timing.verify_schedules import contradicted_schedules
from netdesign.errors import ContradictionError
from netdesign.evaluate.risk import scale_of
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.results.part import RUNNING
from netdesign.results.staged_result import (
    costs_of,
    excess,
    is_tree,
    nodes_part,
    plan_from_timing,
    values_part,
    wait_and_see_costs,
)
from netdesign.solve.core.outcome import Termination, exactness
from netdesign.solve.multistage.dynamic import FixedCalendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.call import TimingCall
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import IntervalPart, PathPart, SearchedPart, TimingDocument

_OF_A_PLAN = ("objective", "gap", "expected", "cvar", "largest_regret", "paths", "delays", "single_years", "values")
_OF_TREE = ("values.fixed", "values.mean_on_tree")
"""Searches that use the risk measure of the tree; the objectives of all others are costs of a path or a year."""


def contradicted_timing(result: StatedResult[TimingDocument, TimingProblem, TimingCall]) -> Iterator[str]:
    """Yield all that the referee contradicts in a timing result."""
    document, problem = result.document, result.problem
    staged = problem.staged
    if document.scenario != staged.scenario:
        yield f"scenario: states {document.scenario}; the options say {staged.scenario}"
    for name in ("measure", "level"):
        claimed, true = getattr(document.risk, name), getattr(staged.stages.risk, name)
        if claimed != true:
            yield f"risk.{name}: states {claimed}; instance and options say {true}"
    try:
        plan = plan_from_timing(document, staged)
    except ContradictionError as error:
        yield error.message
        return
    if plan is None:
        yield from _of_no_plan(document)
    else:
        texts = [*_of_plan(document, problem, plan), *_of_other_searches(document, staged, plan)]
        known = recorded_wait_and_see_costs(document)
        yield from texts or contradicted_schedules(document, problem, plan, known)


def recorded_wait_and_see_costs(document: TimingDocument) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return the recorded wait-and-see cost of each path, EUR; None where some path was not solved."""
    return wait_and_see_costs([path.known for path in document.paths])


def _of_no_plan(document: TimingDocument) -> Iterator[str]:
    stray = [name for name in _OF_A_PLAN if getattr(document, name) not in (None, [])]
    if stray:
        yield f"{', '.join(stray)}: stated without a plan"
    if document.termination in (Termination.OPTIMAL, Termination.GAP_REACHED, RUNNING):
        yield f"termination: states {document.termination} without a plan"
    if document.clash and document.termination is not Termination.INFEASIBLE:
        yield f"clash: stated beside termination {document.termination}"
    if document.bound is not None and document.termination is Termination.INFEASIBLE:
        yield f"bound: states {document.bound}, though no plan is permitted"


def _of_plan(document: TimingDocument, problem: TimingProblem, plan: StagedPlan) -> Iterator[str]:
    """Yield contradictions in a plan and its costs."""
    staged, wait_and_see = problem.staged, recorded_wait_and_see_costs(document)
    if staged.stages.risk.measure is RiskMeasure.REGRET and wait_and_see is None:
        yield "paths: without what each costs by itself there is no regret to minimise"
        return
    if len(document.paths) != len(staged.leaves):
        yield f"paths: are {len(document.paths)}; the years have {len(staged.leaves)}"
        return
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        found = evaluate_staged(staged, problem.networks, plan, wait_and_see)
    yield from (f"plan: {violation}" for violation in found.violations)
    if not np.isfinite(found.path_costs).all():
        yield f"objective: states {document.objective}; the plan has no finite cost"
        return
    yield from _of_costs(document, staged, found)
    for stated, true in zip(document.nodes, nodes_part(staged, plan, found), strict=True):
        # Results of earlier versions do not state which city is served from which hub.
        compared = [name for name in type(true).model_fields if name != "cities" or stated.cities is not None]
        yield from (f"{true.node}: {_difference(*found)}" for found in differing(stated, true, compared))
    scale = scale_of(staged.stages.risk, wait_and_see)
    if document.objective is not None:
        yield from of_search(document, scale=scale)
    yield from of_gap(document, document.options["gap"], scale)
    if document.clash:
        yield "clash: stated beside a plan"


def _difference(name: str, stated: Any, true: Any) -> str:
    if isinstance(true, list):
        return f"{name}: is not that of the plan"
    return f"{name}: states {stated}; {'the plan gives' if '.' in name else 'instance and plan say'} {true}"


def _of_costs(document: TimingDocument, staged: StagedInstance, found: StagedEvaluation) -> Iterator[str]:
    wait_and_see = [path.known for path in document.paths if path.known is not None]
    if wait_and_see and len(wait_and_see) != len(document.paths):
        yield "paths: some were solved by themselves, others not"
        wait_and_see = []
    true = costs_of(staged, found, wait_and_see)
    paths: list[PathPart] = true.pop("paths")
    scale = float(np.abs(found.path_costs).max())
    for name, value in true.items():
        if differs(getattr(document, name), value, scale):
            yield f"{name}: states {getattr(document, name)}; the plan gives {value}"
    for stated, path in zip(document.paths, paths, strict=True):
        others = (
            *differing(stated, path, ("leaf", "probability", "cost", "salvage")),
            *differing(stated, path, ("regret",), scale),
        )
        for name, claimed, value in others:
            yield f"path to {path.leaf}: {name}: states {claimed}; the plan gives {value}"


def _of_other_searches(document: TimingDocument, staged: StagedInstance, plan: StagedPlan) -> Iterator[str]:
    """Yield contradictions in paths, delays, single years and values, as far as no solver is needed."""
    scale = scale_of(staged.stages.risk, recorded_wait_and_see_costs(document))
    for name, part in document.searches():
        yield from (f"{name}: {text}" for text in _of_schedule(part, staged))
        yield from (f"{name}: {text}" for text in of_search(part, "an objective", scale if name in _OF_TREE else 0.0))
    for path in document.paths:
        if path.known is not None:
            yield from (f"path to {path.leaf}: known.{text}" for text in _of_path_alone(path.known, path.cost))
    if document.is_running:
        if document.delays or document.single_years or document.values is not None:
            yield "delays, single_years, values: stated though the search for the plan goes on"
        return
    if not is_tree(staged):
        yield from _of_delays(document, staged, plan)
        years = [staged.nodes[0].year, staged.nodes[-1].year]
        if [year.year for year in document.single_years] != list(dict.fromkeys(years)):
            yield "single_years: are not the first and the last"
        if document.values is not None:
            yield "values: stated without a tree"
    else:
        if document.delays or document.single_years:
            yield "delays, single_years: stated for a tree"
        yield from _of_values(document, staged, scale)


def _of_schedule(part: SearchedPart, staged: StagedInstance) -> Iterator[str]:
    sites, modules = staged.base.site_position, {module.id for module in staged.modules}
    strange = [order.hub for order in part.orders if order.hub not in sites]
    strange += [order.module for order in part.orders if order.module not in modules]
    strange += [closing.hub for closing in part.closings if closing.hub not in sites]
    links = {link.ends for link in staged.base.hub_links}
    strange += [" to ".join(one.link) for one in part.links if one.link not in links]
    if strange:
        yield f"names what the instance does not have: {', '.join(dict.fromkeys(strange))}"
    if part.objective is None and (part.orders or part.closings or part.links):
        yield "orders and closings are stated without an objective"


def _of_path_alone(wait_and_see: SearchedPart, cost: float) -> Iterator[str]:
    """Yield contradictions in a wait-and-see solution: the plan restricted to the path is feasible for it."""
    if wait_and_see.termination is Termination.INFEASIBLE:
        yield "termination: states infeasible; the plan's own way is permitted"
    if wait_and_see.bound is not None and wait_and_see.bound > cost * (1 + TOLERANCE):
        yield f"bound: {wait_and_see.bound} is over {cost}, what the plan costs on the path"
    if wait_and_see.termination is Termination.OPTIMAL and (wait_and_see.objective or 0.0) > cost * (1 + TOLERANCE):
        yield f"objective: states optimal at {wait_and_see.objective}; the plan costs {cost} on the path"


def _not_under_bound(name: str, part: SearchedPart, document: TimingDocument, scale: float) -> Iterator[str]:
    """Yield a contradiction where a restricted search is stated to cost less than the bound of all plans."""
    if part.objective is not None and document.bound is not None:
        slack = TOLERANCE * exactness(part.objective, scale)
        if part.objective < document.bound - slack:
            yield f"{name}.objective: {part.objective} is under the bound {document.bound} of all plans"


def _of_interval(name: str, stated: IntervalPart, true: IntervalPart) -> Iterator[str]:
    for field, claimed, value in differing(stated, true):
        yield f"{name}.{field}: states {claimed}; objectives and bounds give {value}"


def _of_delays(document: TimingDocument, staged: StagedInstance, plan: StagedPlan) -> Iterator[str]:
    ordered = first_orders(staged, plan)
    if {delay.hub: delay.ordered for delay in document.delays} != ordered:
        listed = ", ".join(f"{hub} in {year}" for hub, year in ordered.items()) or "none"
        yield f"delays: are not those of the new hubs that the plan orders: {listed}"
        return
    for delay in document.delays:
        name = f"delay of {delay.hub}"
        early = [order.year for order in delay.later.orders if order.hub == delay.hub and order.year <= delay.ordered]
        if early:
            yield f"{name}: later.orders: it is ordered in {early[0]}, not after {delay.ordered}"
        yield from _not_under_bound(f"{name}: later", delay.later, document, 0.0)
        yield from _of_interval(f"{name}: extra_cost", delay.extra_cost, excess(delay.later, document))


def _of_values(document: TimingDocument, staged: StagedInstance, scale: float) -> Iterator[str]:
    values = document.values
    if values is None:
        yield "values: are missing"
        return
    refusal = FixedCalendar.refusal(staged)
    if values.fixed_refusal != refusal or (values.fixed is None) != (refusal is not None):
        yield f"values.fixed_refusal: states {values.fixed_refusal}; the instance gives {refusal}"
        return
    wait_and_see = [path.known for path in document.paths if path.known is not None]
    if len(wait_and_see) != len(staged.leaves):
        yield "paths: what each costs by itself is missing"
        return
    found = {name: getattr(values, name) for name in ("fixed", "fixed_refusal", "mean", "mean_on_tree")}
    true = values_part(staged, document, wait_and_see, **found)
    for name in ("waiting", "perfect_information", "stochastic_solution"):
        yield from _of_interval(f"values.{name}", getattr(values, name), getattr(true, name))
    for name in ("fixed", "mean_on_tree"):
        if found[name] is not None:
            yield from _not_under_bound(f"values.{name}", found[name], document, scale)
    on_tree, mean = values.mean_on_tree, values.mean
    of_mean = mean.orders, mean.closings, mean.links
    if on_tree.objective is not None and (on_tree.orders, on_tree.closings, on_tree.links) != of_mean:
        yield "values.mean_on_tree: orders and closings are not those of values.mean"
