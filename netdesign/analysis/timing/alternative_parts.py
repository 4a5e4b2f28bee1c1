"""The parts of a list of first decisions, which follow from its plans; ``verify`` derives them again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from netdesign.results.part import finite, proven
from netdesign.results.timing_alternatives_document import FirstAlternativePart, FirstConditionPart
from netdesign.results.years_parts import FirstDecisionPart, FoundPlanPart
from netdesign.solve.core.outcome import relative_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.call import TimingAlternativesCall
    from netdesign.analysis.margin import Margin
    from netdesign.analysis.timing.first_decisions import FoundPlan
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument


def decision_part(best: FoundPlan, one: FoundPlan, place: int, scale: float) -> FirstAlternativePart:
    """Return an entry of the list.

    Parameters
    ----------
    best, one
        The best of the list, and the entry.
    place
        Of its plan in the result.
    scale
        Size of the costs whose differences the objectives are; see ``exactness``.
    """
    return FirstAlternativePart(
        termination=one.termination,
        first=FirstDecisionPart.of(one.first),
        plan=place,
        objective=one.objective,
        bound=finite(one.bound),
        gap=finite(relative_gap(one.objective, one.bound, scale)),
        difference=one.objective - best.objective,
    )


def others_bound(document: TimingAlternativesDocument) -> float:
    """Return what no plan with a first decision that is not listed is under; infinite where there is none."""
    if document.others_bound is not None:
        return document.others_bound
    return math.inf if document.is_complete else -math.inf


def top_level(
    decisions: Sequence[FirstAlternativePart], margin: Margin, others: float, scale: float, *, is_complete: bool
) -> dict[str, Any]:
    """Return the top-level fields of a result that follow from its list.

    Parameters
    ----------
    decisions
        The list, the best first.
    margin
        Of the call.
    others
        No plan with a first decision that is not listed has less.
    scale
        Size of the costs whose differences the objectives are; see ``exactness``.
    is_complete
        Whether no other first decision can have a plan within the margin.
    """
    objective = decisions[0].objective if decisions else None
    bound = min([others, *(proven(one) for one in decisions)])
    return {
        "objective": objective,
        "bound": finite(bound),
        "gap": finite(relative_gap(objective, bound, scale)),
        "limit": None if objective is None else finite(margin.limit(objective)),
        "is_complete": is_complete,
        "others_bound": finite(others),
    }


def condition_part(
    best: FirstAlternativePart, found: FoundPlanPart, call: TimingAlternativesCall
) -> FirstConditionPart:
    """Return the best plan under the condition of a call, against the best of all."""
    objective, of_best = found.objective, best.objective or 0.0
    at_most = math.inf if objective is None else objective - proven(best)
    return FirstConditionPart(
        **{name: getattr(found, name) for name in FoundPlanPart.model_fields},
        ordered_at=list(call.with_sites),
        not_ordered_at=list(call.without_sites),
        difference=None if objective is None else objective - of_best,
        difference_at_least=finite(proven(found) - of_best),
        difference_at_most=finite(at_most),
    )
