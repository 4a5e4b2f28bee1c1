"""Scheduled services in a path form: departures that carry the routes, and what is late by the wait for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.path_form import add_freight_rows, add_rows, read_route_plan
from netdesign.formulation.routes import read_shares, share_variables
from netdesign.formulation.served_routes import in_time_rows
from netdesign.instance.policies.carbon import CarbonPolicy
from netdesign.instance.policies.service import ServicePolicy
from netdesign.instance.services import LegKind
from netdesign.network.routes import hard_deadline
from netdesign.network.services import leg_ends
from netdesign.plan import NEGLIGIBLE_SHARE, ScheduledService

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from netdesign.formulation.departures import DepartureChoice, LegService
    from netdesign.formulation.routes import Allocated, Way
    from netdesign.formulation.served_routes import ServedRoutes
    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes
    from netdesign.network.services import LegPlace
    from netdesign.plan import Plan

_KINDS = list(LegKind)

_TOLERANCE = 1e-9
"""Part by which departures may carry more than they hold."""

_PARTS = 4.0
"""Units in the least that a choice of departures carries."""


def add_services(model: Any, instance: Instance, served: ServedRoutes, allocated: Mapping[Way, Allocated]) -> None:
    """Add departures, what they carry, and the shares that are late by them.

    Parameters
    ----------
    model
        With ``route_share`` over the candidates.
    instance, served
        The problem and its routes.
    allocated
        Which hub each city has for what it sends and for what it receives; empty where it may have several.
    """
    # A millionth of the most departures, which HiGHS takes for none, may carry what one more is due for.
    model.must_be_exact = True
    variables = share_variables(model)
    for variable in variables[served.is_closed]:
        variable.setub(0.0)
    _add_departures(model, instance, served.services)
    _add_one_vehicle(model)
    _add_routes_need_departures(model, served, variables)
    _add_departures_carry(model, instance, served, variables)
    _add_city_legs_need_departures(model, served, allocated)
    _add_late_by_wait(model, instance, served, variables)


def add_policies(model: Any, instance: Instance, served: ServedRoutes, left_out: frozenset[str] = frozenset()) -> None:
    """Add the policies on freight, with what is late by its departures, and what vehicles emit.

    Parameters
    ----------
    model
        With the variables of ``add_services``.
    instance, served
        The problem and its routes.
    left_out
        Policies that another part of the model states.
    """
    routes = served.candidates
    add_freight_rows(model, instance, routes, left_out | {str(ServicePolicy.NAME), str(CarbonPolicy.NAME)})
    late = share_variables(model)
    late[served.is_doubtful] = model.late_of
    doubtful = replace(routes, is_late=routes.is_late | served.is_doubtful)
    add_rows(model, ServicePolicy.ROWS, ServicePolicy().rows(instance, doubtful), late)
    _add_carbon_cap(model, instance, routes)


def _add_carbon_cap(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Add the limits on what freight emits, with its vehicles."""
    limits = CarbonPolicy().limits(instance)
    by_vehicle = [(one.co2e, model.service[place]) for place, one in model.choices.items()]

    @model.Constraint(list(range(len(limits))))
    def within_carbon_cap(model: Any, number: int) -> Any:
        limit = limits[number]
        by_tonne = (limit.weight[routes.commodity] * routes.co2e).tolist()
        emitted = [*zip(by_tonne, share_variables(model), strict=True), *by_vehicle]
        terms = [(weight / limit.scale, term) for weight, term in emitted if weight > 0]
        return weighted_sum(*zip(*terms, strict=True)) <= limit.most / limit.scale if terms else pyo.Constraint.Feasible


def vehicle_cost(model: Any) -> Any:
    """Return the cost of all departures, EUR/year."""
    return weighted_sum([one.eur for one in model.choices.values()], model.service.values())


def late_cost(model: Any, instance: Instance, served: ServedRoutes) -> Any:
    """Return the penalty of what is late by its departures, EUR/year."""
    doubtful, routes = served.is_doubtful, served.candidates
    penalty = served.penalty * instance.commodities.volume[routes.commodity]
    return weighted_sum(penalty[doubtful].tolist(), model.late_of)


def read_served_plan(model: Any, served: ServedRoutes) -> Plan:
    """Return the plan that a model with a solution states.

    What HiGHS takes for rounding on legs without departures is left out, and so are departures that carry nothing, and
    those, of which there may be many where they cost nothing, that no freight and no promise needs.
    """
    chosen = {place[0]: one for place, one in model.choices.items() if (model.service[place].value or 0.0) > 0.5}
    shares, on = read_shares(model, served.candidates), served.legs.on
    share = shares.share.copy()
    for name, _, way in _ways(model):
        if name not in chosen and way in on:
            share[on[way]] = 0.0
    plan = read_route_plan(model, replace(shares, share=share))
    used = {way for way, members in on.items() if share[members].max() > NEGLIGIBLE_SHARE}
    tonnes = share * model.instance.commodities.volume[served.candidates.commodity]
    carried = {way: float(tonnes[members].sum()) for way, members in on.items()}
    found = []
    for name, one in chosen.items():
        service = model.leg_services[name]
        if used.intersection(service.ways):
            due = _fewest(service, one, [carried.get(way, 0.0) for way in service.ways])
            ends = [leg_ends(model.instance, way) for way in service.ways]
            found += [ScheduledService(*leg, due.vehicle, due.departures) for leg in ends]
    in_order = sorted(found, key=lambda one: (_KINDS.index(one.kind), one.origin, one.destination))
    return replace(plan, services=tuple(in_order))


def _fewest(service: LegService, chosen: DepartureChoice, carried: Sequence[float]) -> DepartureChoice:
    """Return the fewest departures of a vehicle that carry what flows and keep the promises of those chosen."""

    def is_enough(one: DepartureChoice) -> bool:
        return all(flow <= most * (1 + _TOLERANCE) for flow, most in zip(carried, one.carries, strict=True))

    same = (one for one in service.choices if one.vehicle == chosen.vehicle and one.extra_h == chosen.extra_h)
    return min((chosen, *filter(is_enough, same)), key=lambda one: one.departures)


def _add_departures(model: Any, instance: Instance, services: Sequence[LegService]) -> None:
    """Add ``service``, whether a leg has a vehicle with so many departures.

    A binary column for each number: one that opens another in the same row of capacity led the presolve of HiGHS 1.16.0
    to wrong proofs (findings/highs_infeasible_by_presolve.sh).
    """
    model.leg_services = {_name(instance, service): service for service in services}
    vehicles = instance.services.vehicles if instance.services is not None else ()
    model.choices = {
        (name, vehicles[one.vehicle].id, one.departures): one
        for name, service in model.leg_services.items()
        for one in service.choices
    }
    model.CHOICES = pyo.Set(dimen=3, initialize=list(model.choices), doc="(l, u, n)")
    model.service = pyo.Var(model.CHOICES, domain=pyo.Binary, doc="z_lun")
    model.choices_of = {name: [] for name in model.leg_services}
    for place in model.choices:
        model.choices_of[place[0]].append(place)


def _name(instance: Instance, service: LegService) -> str:
    kind, origin, destination = leg_ends(instance, service.ways[0])
    return f"{kind.value}:{instance.nodes[origin].id}:{instance.nodes[destination].id}"


def _add_one_vehicle(model: Any) -> None:  # (7)
    places = {name: own for name, own in model.choices_of.items() if own}

    @model.Constraint(list(places))
    def one_vehicle_on_a_leg(model: Any, name: str) -> Any:
        return total(model.service[place] for place in places[name]) <= 1


def _ways(model: Any) -> Iterator[tuple[str, int, LegPlace]]:
    """Yield the legs of all services: name of the service, place of the leg in it, leg."""
    for name, service in model.leg_services.items():
        for place, way in enumerate(service.ways):
            yield name, place, way


def _add_routes_need_departures(model: Any, served: ServedRoutes, variables: Any) -> None:  # (8)
    rows: dict[tuple[str, int, int], list[Any]] = {}
    for name, place, way in _ways(model):
        if served.legs.is_city_leg(way):
            continue
        for route in served.legs.on.get(way, np.empty(0, dtype=np.intp)).tolist():
            rows.setdefault((name, place, int(served.candidates.commodity[route])), []).append(variables[route])
    # One column stands for all departures: a leg has a hundred numbers of them, and a row for each commodity.
    names = list(dict.fromkeys(name for name, _, _ in rows))
    model.is_served = pyo.Var(names, bounds=(0, 1), doc="d_l")

    @model.Constraint(names)
    def served_by_departures(model: Any, name: str) -> Any:
        chosen = [model.service[one] for one in model.choices_of[name]]
        return weighted_sum([1.0, *[-1.0] * len(chosen)], [model.is_served[name], *chosen]) == 0

    @model.Constraint(list(rows))
    def route_needs_departures(model: Any, name: str, place: int, r: int) -> Any:
        own = rows[name, place, r]
        return weighted_sum([*[1.0] * len(own), -1.0], [*own, model.is_served[name]]) <= 0


def _add_departures_carry(model: Any, instance: Instance, served: ServedRoutes, variables: Any) -> None:  # (9)
    on, places, is_city_leg = served.legs.on, model.choices_of, served.legs.is_city_leg
    ways = {
        (name, place): way for name, place, way in _ways(model) if way in on and places[name] and not is_city_leg(way)
    }
    volume = instance.commodities.volume[served.candidates.commodity]

    @model.Constraint(list(ways))
    def departures_carry(model: Any, name: str, place: int) -> Any:
        members = on[ways[name, place]]
        # In units of a part of the least that a choice carries, what HiGHS takes for rounding is within what the
        # referee does, whichever choice is made.
        carried = [model.choices[one].carries[place] for one in places[name]]
        unit = min(carried) / _PARTS
        weights = [*(volume[members] / unit).tolist(), *(-tonnes / unit for tonnes in carried)]
        terms = [*variables[members], *(model.service[one] for one in places[name])]
        return weighted_sum(weights, terms) <= 0


def _add_city_legs_need_departures(
    model: Any, served: ServedRoutes, allocated: Mapping[Way, Allocated]
) -> None:  # (17)
    """Add rows by which a city has a hub only where departures carry all that it sends there, or receives."""
    legs, places = served.legs, model.choices_of
    ways = {(name, place): way for name, place, way in _ways(model) if way in legs.on and legs.is_city_leg(way)}

    @model.Constraint(list(ways))
    def city_leg_needs_departures(model: Any, name: str, place: int) -> Any:
        leg = ways[name, place]
        is_sent = leg.legs == "collection"
        hub = allocated["from"][leg.row, leg.column] if is_sent else allocated["to"][leg.column, leg.row]
        enough = [model.service[one] for one in places[name] if model.choices[one].carries[place] > 0]
        return weighted_sum([1.0, *[-1.0] * len(enough)], [hub, *enough]) <= 0


def _add_late_by_wait(model: Any, instance: Instance, served: ServedRoutes, variables: Any) -> None:  # (10)
    """Add ``late_share`` of the routes that departures make late, and the rows that push it up."""
    hard = hard_deadline(instance)[served.candidates.commodity]
    routes = list(model.route_share)
    doubtful = np.flatnonzero(served.is_doubtful)
    model.late_share = pyo.Var([routes[i] for i in doubtful], bounds=(0, None), doc="l_rkm")
    model.late_of = list(model.late_share.values())
    for late, is_hard in zip(model.late_of, hard[doubtful], strict=True):
        if is_hard:
            late.setub(0.0)
    rows: dict[tuple[Any, ...], tuple[Any, Any, list[tuple[LegPlace, int]]]] = {}
    for late, (route, legs) in zip(model.late_of, served.legs_of_doubtful.items(), strict=True):
        levels = [served.levels[leg] for leg in legs]
        for number, most in enumerate(in_time_rows(levels, float(served.legs.slack_h[route]))):
            last = [int(np.searchsorted(own, limit, side="right")) - 1 for own, limit in zip(levels, most, strict=True)]
            soon = [(leg, level) for leg, level in zip(legs, last, strict=True) if level >= 0]
            rows[*routes[route], number] = variables[route], late, soon
    _add_soon(model, served, {one for *_, soon in rows.values() for one in soon})
    name_of = {way: (name, place) for name, place, way in _ways(model)}

    @model.Constraint(list(rows))
    def late_unless_departures_are_soon(model: Any, *key: Any) -> Any:
        share, late, soon = rows[key]
        terms = [model.soon[*name_of[leg], level] for leg, level in soon]
        return weighted_sum([1.0, *[-1.0] * (len(terms) + 1)], [share, late, *terms]) <= 0


def _add_soon(model: Any, served: ServedRoutes, asked: Collection[tuple[LegPlace, int]]) -> None:
    """Add ``soon``, whether the departures of a leg take no more than some hours, for all fewer hours than are asked.

    A column for each number of hours, from the one before: rows (10) with all departures that are soon would have a
    hundred terms each.
    """
    most: dict[LegPlace, int] = {}
    for leg, level in asked:
        most[leg] = max(level, most.get(leg, 0))
    added: dict[tuple[str, int, int], list[Any]] = {}
    for name, place, way in _ways(model):
        if way not in most:
            continue
        added |= {(name, place, level): [] for level in range(most[way] + 1)}
        for one in model.choices_of[name]:
            level = int(np.searchsorted(served.levels[way], model.choices[one].extra_h[place]))
            if level <= most[way]:
                added[name, place, level].append(model.service[one])
    model.soon = pyo.Var(list(added), bounds=(0, 1), doc="s_lt")

    @model.Constraint(list(added))
    def soon_by_departures(model: Any, name: str, place: int, level: int) -> Any:
        before = [model.soon[name, place, level - 1]] if level else []
        terms = [*before, *added[name, place, level]]
        return weighted_sum([1.0, *[-1.0] * len(terms)], [model.soon[name, place, level], *terms]) == 0
