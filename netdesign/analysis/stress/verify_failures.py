"""Verify what a result states of failures: its plans are priced again, and all that follows is derived again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.contradictions import differing, of_search
from netdesign.analysis.stress.failure_parts import Operated, Operation, failures_part
from netdesign.analysis.stress.failures import least_of_others, terms_of
from netdesign.analysis.stress.network_failures import failures_of
from netdesign.errors import ContradictionError
from netdesign.instance.failures import DAYS_PER_YEAR
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import proven

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stress.call import StressCall
    from netdesign.analysis.stress.network_failures import NetworkFailures
    from netdesign.instance import Instance
    from netdesign.instance.failures import Failures, Outage
    from netdesign.results.part import Part
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_failures import NetworkFailuresPart, OperationPart

_OF_THE_LIST = ("days", "surge_share", "unserved_penalty_eur_per_t", "is_stated", "best")
_PROVEN = ("is_best_of_these", "is_best_of_all")


def contradicted_failures(document: StressDocument, problem: SolveProblem, call: StressCall) -> Iterator[str]:
    """Yield what the referee, or the parts themselves, contradict in what a result states of failures.

    Parameters
    ----------
    document
        The result, whose networks have plans.
    problem, call
        The instance with the recorded options, and these options.
    """
    part, instance, network = document.failures, problem.instance, problem.network
    if part is None:
        return
    terms = terms_of(instance, call.days)
    if len(part.networks) != len(document.networks):
        yield f"networks: are {len(part.networks)}; {len(document.networks)} were looked at"
        return
    operated = []
    for stated, listed in zip(part.networks, document.networks, strict=True):
        name = "+".join(listed.open_hubs)
        look = failures_of(instance, network, listed, terms)
        if [(one.kind, tuple(one.out)) for one in stated.outages] != [tuple(one) for one in look.outages]:
            yield f"{name}: outages: are not those of its sites, lanes and legs in use"
            return
        try:
            again = _operated(stated, look, instance)
        except ContradictionError as error:
            yield f"{name}: {error.message}"
            return
        operated.append(again)
        yield from (f"{name}: {text}" for text in _of_operations(stated, again))
    others = least_of_others(
        call, len(document.networks), document.others_bound, is_cut_short=document.termination.is_limit
    )
    true = failures_part(instance, network, operated, terms, others, part.termination)
    for stated, derived in zip(part.networks, true.networks, strict=True):
        name, scales = "+".join(stated.hubs), _scales(derived, instance, terms)
        yield from (f"{name}: {text}" for text in _differences(stated, derived, scales))
        for one, true_one in zip(stated.outages, derived.outages, strict=True):
            texts = _differences(one, true_one, scales)
            yield from (f"{name}: {'-'.join(one.out)}: {text}" for text in texts)
    for place, claimed, value in differing(part, true, _OF_THE_LIST):
        yield f"{place}: states {claimed}; the networks give {value}"
    for name in _PROVEN:
        if getattr(part, name) != getattr(true, name):
            yield f"{name}: {'is not proven' if getattr(part, name) else 'states False; the bounds prove it'}"


def _scales(derived: NetworkFailuresPart, instance: Instance, terms: Failures) -> dict[str, float]:
    """Return the size of the amounts of which figures of failures are differences; others are as exact as they are."""
    part_of_year = terms.days / DAYS_PER_YEAR
    eur = abs(derived.whole.objective or 0.0)
    tonnes = part_of_year * float(instance.commodities.volume.sum())
    return {
        **dict.fromkeys(("cost_eur", "cost_at_least_eur", "cost_at_most_eur"), part_of_year * eur),
        "failure_cost": derived.out_share * eur,
        **dict.fromkeys(("whole_not_served_t", "not_served_t", "late_t"), tonnes),
        "penalty_eur": tonnes * terms.unserved_penalty_eur_per_t,
    }


def _differences(stated: Part, derived: Part, scales: Mapping[str, float]) -> Iterator[str]:
    """Yield where the figures of a network, or of what is out, are not those that the plans give."""
    for name in type(derived).model_fields:
        if name != "outages":
            for place, claimed, value in differing(stated, derived, (name,), scales.get(name, 0.0)):
                yield f"{place}: states {claimed}; the plans give {value}"


def _operated(stated: NetworkFailuresPart, look: NetworkFailures, instance: Instance) -> Operated:
    """Return the operations of a network as the referee prices them.

    Raises
    ------
    ContradictionError
        A plan is wrong.
    """
    failed = tuple(
        _operation(one.operation, look, instance, outage)
        for one, outage in zip(stated.outages, look.outages, strict=True)
    )
    return Operated(look.open_hubs, look.links, look.objective, _operation(stated.whole, look, instance, None), failed)


def _operation(part: OperationPart, look: NetworkFailures, instance: Instance, outage: Outage | None) -> Operation:
    name = "nothing" if outage is None else outage
    if part.plan is None:
        return Operation(outage, None, None, proven(part), part.termination)
    carried = plan_from_document(part.plan, instance)
    routes, left = part.plan.routes, look.left(outage)
    passed = {*routes.first_hub, *routes.last_hub, *(hub for hubs in routes.between or () for hub in hubs)}
    if carried.open_hubs != left.open_hubs or passed - set(left.open_hubs):
        message = (
            f"with {name} out: the plan is not over the sites that are left, {', '.join(left.open_hubs) or 'none'}"
        )
        raise ContradictionError(message)
    if carried.links != left.links:
        listed = ", ".join(map("-".join, left.links)) or "none"
        message = f"with {name} out: the plan is not over the hub links that are left, {listed}"
        raise ContradictionError(message)
    with np.errstate(all="ignore"):
        evaluation = look.priced(outage, carried)
    if evaluation.violations:
        message = f"with {name} out: plan: {evaluation.violations[0]}"
        raise ContradictionError(message)
    return Operation(outage, carried, evaluation.objective + look.fixed, proven(part), part.termination)


def _of_operations(stated: NetworkFailuresPart, again: Operated) -> Iterator[str]:
    """Yield contradictions between ending, objective and bound of each operation."""
    yield from (f"whole: {text}" for text in of_search(stated.whole))
    for one in stated.outages:
        yield from (f"{'-'.join(one.out)}: {text}" for text in of_search(one.operation))
    bound = stated.whole.bound
    for one, true in zip(stated.outages, again.failed, strict=True):
        if bound is not None and true.objective is not None and bound > true.objective * (1 + 1e-6):
            yield f"whole.bound: states {bound}; with {'-'.join(one.out)} out a plan costs {true.objective}"
