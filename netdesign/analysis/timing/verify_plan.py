"""Is the plan of a timing result true: priced again by the referee, and every figure compared with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.verify_network import TOLERANCE, differs, of_ending, of_gap_reached
from netdesign.evaluate.risk import scale_of
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_reading import searched_from
from netdesign.results.staged_result import is_tree
from netdesign.results.staged_result_file import cvar_of, largest_regret, nodes_part, paths_part
from netdesign.solve.core.outcome import Termination, exactness, relative_gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import TimingDocument


def known_costs(document: TimingDocument) -> NDArray[np.float64] | None:
    """Return what each path is recorded to cost by itself, EUR; None where some was not solved."""
    objectives = [path.known.objective if path.known is not None else None for path in document.paths]
    if not objectives or any(objective is None for objective in objectives):
        return None
    return np.array(objectives, dtype=np.float64)


def of_plan(document: TimingDocument, problem: TimingProblem, plan: StagedPlan) -> Iterator[str]:
    """Yield what is not true of a plan and of the costs that are stated for it."""
    staged, known = problem.staged, known_costs(document)
    if staged.stages.risk.measure is RiskMeasure.REGRET and known is None:
        yield "paths: without what each costs by itself there is no regret to minimise"
        return
    if len(document.paths) != len(staged.leaves):
        yield f"paths: are {len(document.paths)}; the years have {len(staged.leaves)}"
        return
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        found = evaluate_staged(staged, problem.networks, plan, known)
    yield from (f"plan: {violation}" for violation in found.violations)
    if not np.isfinite(found.path_costs).all():
        yield f"objective: states {document.objective}; the plan has no finite cost"
        return
    yield from _of_costs(document, problem, found)
    yield from _of_nodes(document, problem, plan, found)
    yield from _of_bound(document, scale_of(staged.stages.risk, known))
    if document.clash:
        yield "clash: stated beside a plan"


def _of_costs(document: TimingDocument, problem: TimingProblem, found: StagedEvaluation) -> Iterator[str]:
    staged = problem.staged
    known = tuple(searched_from(path.known) for path in document.paths if path.known is not None)
    if known and len(known) != len(document.paths):
        yield "paths: some were solved by themselves, others not"
        known = ()
    scale = float(np.abs(found.path_costs).max())
    true: dict[str, float | None] = {
        "objective": found.objective,
        "expected": found.expected,
        "cvar": cvar_of(staged.stages.risk, staged, found.path_costs) if is_tree(staged) else None,
        "largest_regret": largest_regret(found.path_costs, known),
    }
    for name, value in true.items():
        if is_other_amount(getattr(document, name), value, scale):
            yield f"{name}: states {getattr(document, name)}; the plan gives {value}"
    for stated, path in zip(document.paths, paths_part(staged, found, known), strict=True):
        for name, value in vars(path).items():
            said = getattr(stated, name)
            is_cost = isinstance(value, float) and name in ("cost", "salvage", "regret")
            if is_other_amount(said, value, scale) if is_cost else name != "known" and differs(said, value):
                yield f"path to {path.leaf}: {name}: states {said}; the plan gives {value}"


def is_other_amount(stated: float | None, true: float | None, scale: float) -> bool:
    """Tell whether two amounts differ by more than costs of that scale do by rounding."""
    if stated is None or true is None:
        return stated is not true
    return abs(stated - true) > TOLERANCE * exactness(true, scale)


def _of_nodes(
    document: TimingDocument, problem: TimingProblem, plan: StagedPlan, found: StagedEvaluation
) -> Iterator[str]:
    parts = nodes_part(problem.staged, plan, found)
    for stated, true in zip(document.nodes, parts, strict=True):
        said, is_true = stated.model_dump(mode="json"), true.model_dump(mode="json")
        for name, value in is_true.items():
            if name in ("costs", "service", "carbon"):
                yield from _of_part(f"{true.node}: {name}", said[name], value)
            elif differs(said[name], value):
                yield f"{true.node}: {name}: {_shown(said[name], value)}"


def _of_part(name: str, stated: dict[str, Any], true: dict[str, Any]) -> Iterator[str]:
    for key, value in true.items():
        if differs(stated[key], value):
            yield f"{name}.{key}: states {stated[key]}; the plan gives {value}"


def _shown(stated: Any, true: Any) -> str:
    if isinstance(true, list | dict):
        return "is not that of the plan"
    return f"states {stated}; instance and plan say {true}"


def _of_bound(document: TimingDocument, scale: float) -> Iterator[str]:
    ending, bound = document.termination, document.bound
    if ending is Termination.INFEASIBLE:
        yield "termination: states infeasible beside a plan"
    if bound is None:
        if document.gap is not None:
            yield f"gap: states {document.gap} without a bound"
        if ending in (Termination.OPTIMAL, Termination.GAP_REACHED):
            yield f"bound: is missing, though the search ended with {ending}"
        return
    if document.objective is None:
        return
    gap = relative_gap(document.objective, bound, scale) or 0.0
    if document.gap is None or abs(gap - document.gap) > TOLERANCE:
        yield f"gap: states {document.gap}; objective and bound give {gap}"
    yield from of_ending(ending, document.objective, bound, scale)
    asked = document.options.get("gap")
    if ending is Termination.GAP_REACHED and isinstance(asked, int | float):
        yield from of_gap_reached(gap, asked)
