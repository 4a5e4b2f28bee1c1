"""What follows from the operations of a network while its parts are out: costs, what stays, and what is missed."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netdesign.analysis.stress.survivors import unserved
from netdesign.evaluate import evaluate
from netdesign.evaluate.loads import measure_loads
from netdesign.instance.failures import DAYS_PER_YEAR
from netdesign.instance.policies import FREIGHT, Policy
from netdesign.instance.policies.service import ServicePolicy
from netdesign.instance.policies.violations import Measured
from netdesign.results.part import finite
from netdesign.results.result import plan_part
from netdesign.results.stress_failures import FailuresPart, NetworkFailuresPart, OperationPart, OutagePart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.failures import Failures, Outage
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.outcome import Termination


class Operation(NamedTuple):
    """How a network is operated while something, or nothing, is out.

    Parameters
    ----------
    outage
        What is out; None for nothing.
    carried
        What is carried, in positions of the whole problem; None without a plan.
    objective
        In yearly rates, with the fixed cost of all open sites and the penalty, EUR/year; None without a plan.
    bound
        No operation costs less, EUR/year; minus infinity where nothing is proven.
    termination
        Why the search stopped.
    """

    outage: Outage | None
    carried: Plan | None
    objective: float | None
    bound: float
    termination: Termination


class Operated(NamedTuple):
    """A network with its operations.

    Parameters
    ----------
    hubs
        Its open sites.
    links
        Ends of its chosen hub links; none where all hubs are joined.
    objective
        On other days, EUR/year.
    whole
        Its operation with nothing out.
    failed
        Those with something out.
    """

    hubs: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    objective: float
    whole: Operation
    failed: tuple[Operation, ...]


def failures_part(
    instance: Instance,
    network: Network,
    operated: Sequence[Operated],
    terms: Failures,
    others_bound: float | None,
    ending: Termination,
) -> FailuresPart:
    """Return what becomes of networks when parts of them fail.

    Parameters
    ----------
    instance, network
        The whole problem and its legs.
    operated
        The networks that are looked at.
    terms
        What is assumed of failures.
    others_bound
        No other permitted network has less on other days, EUR/year; infinite where there is none, None where nothing is
        proven.
    ending
        Why looking stopped.
    """
    networks = [network_failures(instance, network, one, terms) for one in operated]
    priced = [one for one in networks if one.expected_cost is not None]
    best = min(priced, key=lambda one: one.expected_cost or 0.0, default=None)
    if best is None or len(priced) < len(networks):
        best = None
    most = math.inf if best is None or best.expected_at_most is None else best.expected_at_most
    is_best = best is not None and all(one is best or most <= one.expected_at_least for one in networks)
    return FailuresPart(
        termination=ending,
        days=terms.days,
        surge_share=terms.surge_share,
        unserved_penalty_eur_per_t=terms.unserved_penalty_eur_per_t,
        is_stated=instance.failures is not None,
        networks=networks,
        best=None if best is None else best.hubs,
        is_best_of_these=is_best,
        is_best_of_all=is_best and others_bound is not None and most <= others_bound,
    )


def network_failures(instance: Instance, network: Network, operated: Operated, terms: Failures) -> NetworkFailuresPart:
    """Return the failures of one network; its arguments are those of ``failures_part``."""
    outages = [_outage_part(instance, network, one, operated, terms) for one in operated.failed]
    rates = [one.per_year for one in outages]

    def expected(costs: Sequence[float | None]) -> float | None:
        known = [cost for cost in costs if cost is not None]
        return sum(rate * cost for rate, cost in zip(rates, known, strict=True)) if len(known) == len(costs) else None

    at_least = expected([one.cost_at_least_eur for one in outages]) or 0.0
    cost, at_most = expected([one.cost_eur for one in outages]), expected([one.cost_at_most_eur for one in outages])
    return NetworkFailuresPart(
        hubs=list(operated.hubs),
        whole=_operation_part(instance, network, operated.whole),
        whole_not_served_t=_left_t(instance, operated.whole, terms),
        outages=outages,
        out_share=sum(rates) * terms.days / DAYS_PER_YEAR,
        failure_cost=cost,
        expected_cost=None if cost is None else operated.objective + cost,
        expected_at_least=operated.objective + at_least,
        expected_at_most=None if at_most is None else operated.objective + at_most,
    )


def _outage_part(
    instance: Instance, network: Network, operation: Operation, operated: Operated, terms: Failures
) -> OutagePart:
    outage, whole, part_of_year = operation.outage, operated.whole, terms.days / DAYS_PER_YEAR
    if outage is None:
        message = "an operation with nothing out is no failure"
        raise ValueError(message)
    highest = math.inf if operation.objective is None else operation.objective
    lowest_whole = -math.inf if whole.objective is None else whole.bound
    highest_whole = math.inf if whole.objective is None else whole.objective
    cost = highest - highest_whole if operation.objective is not None and whole.objective is not None else None
    figures: dict[str, Any] = {
        "not_served_t": 0.0,
        "not_served_by_stream_t": {},
        "penalty_eur": 0.0,
        "late_t": 0.0,
        "missed": [],
    }
    if operation.carried is not None:
        left = _left_t(instance, operation, terms)
        plan = _of_the_whole(instance, operation.carried, operated)
        evaluation = evaluate(instance, network, plan)
        figures = {
            "not_served_t": left,
            "not_served_by_stream_t": _left_by_stream_t(instance, operation.carried, terms),
            "penalty_eur": left * terms.unserved_penalty_eur_per_t,
            "late_t": float(plan.volume @ evaluation.is_late) * part_of_year,
            "missed": missed(instance, plan, evaluation),
        }
    return OutagePart(
        kind=outage.kind,
        out=list(outage.ends),
        per_year=terms.per_year(outage),
        operation=_operation_part(instance, network, operation),
        cost_eur=None if cost is None else part_of_year * cost,
        # Whatever can be done with something out can be done with nothing out: no failure costs less than nothing.
        cost_at_least_eur=part_of_year * max(0.0, operation.bound - highest_whole),
        cost_at_most_eur=finite(part_of_year * (highest - lowest_whole)),
        **figures,
    )


def _left_t(instance: Instance, operation: Operation, terms: Failures) -> float:
    """Return what an operation leaves in the days of a failure, t; 0 without a plan."""
    left = 0.0 if operation.carried is None else float(unserved(instance, operation.carried).sum())
    return left * terms.days / DAYS_PER_YEAR


def _left_by_stream_t(instance: Instance, carried: Plan, terms: Failures) -> dict[str, float]:
    """Return what a plan leaves of each stream in the days of a failure, t, without streams of which it leaves none."""
    left = np.bincount(instance.commodities.stream, unserved(instance, carried), len(instance.streams))
    part_of_year = terms.days / DAYS_PER_YEAR
    named = zip(instance.streams, left, strict=True)
    return {stream.name: float(tonnes) * part_of_year for stream, tonnes in named if tonnes > 0}


def _operation_part(instance: Instance, network: Network, operation: Operation) -> OperationPart:
    plan = operation.carried
    return OperationPart(
        termination=operation.termination,
        objective=operation.objective,
        bound=finite(operation.bound),
        plan=None if plan is None else plan_part(plan, instance, evaluate(instance, network, plan)),
    )


def _of_the_whole(instance: Instance, carried: Plan, operated: Operated) -> Plan:
    """Return a plan as of the whole network: all its sites and links are there, and all lanes that carry freight."""
    lanes = measure_loads(instance, carried).lanes
    return replace(carried, open_hubs=operated.hubs, links=operated.links, open_lanes=lanes)


def missed(instance: Instance, plan: Plan, evaluation: Evaluation) -> list[str]:
    """Return which policies on freight an operation misses, each with what is found and what is asked for.

    Parameters
    ----------
    instance
        With the policies of other days.
    plan, evaluation
        What is carried, as of the whole network: what is due at a site that is out is missed too.
    """
    names = {str(policy.NAME) for policy in FREIGHT} - {Policy.CAPACITY, Policy.SERVICE}
    found = [violation for violation in evaluation.violations if violation.policy in names]
    in_time = _in_time(instance, plan, evaluation)
    return [str(violation) for violation in (*found, *ServicePolicy().violations(instance, in_time))]


def _in_time(instance: Instance, plan: Plan, evaluation: Evaluation) -> Measured:
    """Return the shares in time of all freight with a deadline: what is not carried is not in time."""
    promised = np.where(np.isfinite(instance.deadline_h), instance.commodities.volume, 0.0)
    carried = np.where(evaluation.is_late | (promised[plan.commodity] == 0), 0.0, plan.volume)
    in_time = np.bincount(plan.commodity, carried, len(promised))
    countries = instance.european_country

    def share(counted: NDArray[np.bool_]) -> float:
        return float(in_time[counted].sum() / promised[counted].sum())

    return Measured(
        plan.open_hubs,
        plan.open_lanes,
        evaluation.loads,
        share(promised > 0) if promised.any() else None,
        {str(country): share(countries == country) for country in set(countries[promised > 0]) - {""}},
        evaluation.co2e,
        partial(np.zeros_like, promised),
    )
