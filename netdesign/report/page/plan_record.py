"""A plan as a page shows it: hubs, cities by hub, legs with what goes there, costs, and how the promise is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.evaluate import hubs_of_cities
from netdesign.evaluate.used_legs import idle_links, used_legs
from netdesign.instance.services import LegKind
from netdesign.report.page.data import (
    CitiesRecord,
    CostRecord,
    CurveRecord,
    HubRecord,
    LegsRecord,
    PlanHead,
    PlanRecord,
    ServiceRecord,
    VehicleLoadRecord,
)
from netdesign.report.page.figures import column, column_with_gaps, figure
from netdesign.report.words import network_name
from netdesign.results.result import vehicle_loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.report.page.data import LegMode, PlanGroup

_HOURS_STEP = 0.5
"""Between two points of a curve, h; deadlines are points of their own."""

_DECIMALS_OF_SHARES, _DECIMALS_OF_FILL = 5, 3

_WEEKS = 52.0
"""Of a year, for what leaves without a timetable."""


def plan_record(
    instance: Instance, plan: Plan, evaluation: Evaluation, costs: Mapping[str, tuple[str, float]], top: PlanHead
) -> PlanRecord:
    """Return what a page shows of a plan.

    Parameters
    ----------
    instance, plan, evaluation
        The problem, the plan, and what the referee finds of it.
    costs
        Words and EUR/year by the name of each part of the cost.
    top
        The first fields of the record, which say what the plan is and how far it is proven.
    """
    return PlanRecord(
        **top,
        name=network_name(plan.open_hubs, instance.centres),
        cost_eur_per_year=figure(sum(eur for _, eur in costs.values())),
        cost_parts=[CostRecord(key=key, name=words, eur_per_year=figure(eur)) for key, (words, eur) in costs.items()],
        hubs=_hubs(instance, plan, evaluation),
        cities=_cities(instance, plan, evaluation),
        legs=_legs(instance, plan, evaluation),
        vehicle_loads=_vehicle_loads(instance, evaluation),
        service=_service(instance, plan, evaluation),
        co2e_t_per_year=figure(evaluation.co2e),
    )


def head(
    label: str,
    group: PlanGroup,
    found: Any,
    *,
    note: str = "",
    is_permitted: bool = True,
) -> PlanHead:
    """Return the first fields of a record.

    Parameters
    ----------
    label, group, note, is_permitted
        As the record has them.
    found
        Part of a result with termination, objective, bound and gap.
    """
    return PlanHead(
        label=label,
        group=group,
        note=note,
        is_best=False,
        is_permitted=is_permitted,
        termination=str(found.termination),
        objective=figure(found.objective),
        bound=figure(found.bound),
        gap=figure(found.gap),
        more_than_best=None,
    )


def _hubs(instance: Instance, plan: Plan, evaluation: Evaluation) -> list[HubRecord]:
    loads = evaluation.loads
    return [
        HubRecord(
            place=instance.sites[instance.site_position[hub]].node,
            is_centre=hub in instance.centres,
            is_new=hub not in instance.existing,
            handled_t_per_year=figure(loads.handled.get(hub, 0.0)),
            entering_t_per_year=figure(loads.entering.get(hub, 0.0)),
        )
        for hub in plan.open_hubs
    ]


def _cities(instance: Instance, plan: Plan, evaluation: Evaluation) -> CitiesRecord:
    """Return the cities of a plan; one that several hubs serve counts for that of most of its freight."""
    served = hubs_of_cities(instance, plan, evaluation)
    cities, row = np.unique(served.city, return_inverse=True)
    at = np.array([site.node for site in instance.sites], dtype=np.intp)
    number = len(cities)

    def total(weights: np.ndarray[Any, Any], ways: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.bincount(row[ways], weights[ways], number)

    def main_hub(ways: np.ndarray[Any, Any]) -> list[int]:
        found = np.full(number, -1, dtype=np.intp)
        places = at[served.hub]
        # Ascending, so that the largest is written last; of equal ones that in the city, then the first of the table.
        order = np.lexsort((-served.hub, places == served.city, served.volume))
        order = order[ways[order]]
        found[row[order]] = places[order]
        return [int(place) for place in found]

    receives, sends = ~served.sends, served.sends
    received, sent = total(served.volume, receives), total(served.volume, sends)
    way = np.where(received[row] > 0, receives, sends)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_h = total(served.volume * served.mean_h, way) / total(served.volume, way)
    is_promised = np.bincount(row, np.isfinite(served.late), number) > 0
    late = np.where(is_promised, np.bincount(row, np.nan_to_num(served.late), number), np.nan)
    hubs_each_way = np.maximum(np.bincount(row[receives], minlength=number), np.bincount(row[sends], minlength=number))
    return CitiesRecord(
        place=[int(city) for city in cities],
        hub_in=main_hub(receives),
        hub_out=main_hub(sends),
        is_split=[int(hubs > 1) for hubs in hubs_each_way],
        received_t_per_year=column(received),
        sent_t_per_year=column(sent),
        mean_h=column_with_gaps(np.round(mean_h, 2).tolist()),
        late_t_per_year=column_with_gaps(late.tolist()),
    )


def _legs(instance: Instance, plan: Plan, evaluation: Evaluation) -> LegsRecord:
    """Return the legs with freight or departures, and the chosen hub links without."""
    record = LegsRecord(
        kind=[], mode=[], origin=[], destination=[], t_per_year=[], per_week=[], operating_days=[], vehicle=[], fill=[]
    )
    for leg in (*used_legs(instance, plan, evaluation), *idle_links(instance, plan)):
        mode, load = _mode(instance, leg.kind), leg.load
        record["kind"].append(leg.place.legs)
        record["mode"].append(mode)
        record["origin"].append(leg.origin)
        record["destination"].append(leg.destination)
        record["t_per_year"] += column([leg.volume])
        record["vehicle"].append(-1 if load is None else load.service.vehicle)
        record["fill"] += column_with_gaps([None if load is None else round(load.fill, _DECIMALS_OF_FILL)])
        weekly = _loads_per_week(instance, mode, leg.volume) if load is None else load.service.departures
        record["per_week"] += column_with_gaps([None if weekly is None else round(weekly, 2)])
        record["operating_days"].append(0 if load is None else int(load.operating_days))
    return record


def _mode(instance: Instance, kind: LegKind) -> LegMode:
    if instance.legs is not None:
        return "direct"
    return "air" if kind is LegKind.AIR else "truck"


def _loads_per_week(instance: Instance, mode: LegMode, t_per_year: float) -> float | None:
    """Return how many full trucks or flights a week the freight of a leg fills; None without freight or known loads."""
    lanes = instance.policies.air_lane
    if t_per_year == 0:
        return None
    if mode == "air" and lanes is not None and lanes.load_factor > 0:
        return t_per_year / (lanes.payload_t * lanes.load_factor) / lanes.weeks_per_year
    if mode == "truck" and instance.road is not None:
        return t_per_year / instance.road.truck_load_t / _WEEKS
    return None


def _vehicle_loads(instance: Instance, evaluation: Evaluation) -> list[VehicleLoadRecord]:
    if instance.services is None:
        return []
    places = {vehicle.id: place for place, vehicle in enumerate(instance.services.vehicles)}
    return [
        VehicleLoadRecord(
            vehicle=places[load.vehicle],
            departures_per_week=load.departures_per_week,
            departures_per_day=figure(load.departures_per_day),
            fill=round(load.fill, 4),
            loaded_km_per_year=figure(round(load.loaded_km_per_year)),
            empty_km_per_year=figure(round(load.empty_km_per_year)),
            eur_per_year=figure(load.eur_per_year),
        )
        for load in vehicle_loads(instance.services, evaluation.services)
    ]


def _service(instance: Instance, plan: Plan, evaluation: Evaluation) -> ServiceRecord:
    part = evaluation.service
    return ServiceRecord(
        promised_t_per_year=figure(part.volume),
        inside_share=figure(part.inside),
        inside_by_little_share=figure(part.inside_by_little),
        late_by_little_share=figure(part.late_by_little),
        margin_h=part.margin_h,
        mean_h=figure(part.mean_h),
        mean_wait_h=figure(part.mean_wait_h),
        by_country={country: round(share, 4) for country, share in part.by_country.items()},
        curves=_curves(instance, plan, evaluation),
    )


def _curves(instance: Instance, plan: Plan, evaluation: Evaluation) -> list[CurveRecord]:
    """Return the share of each stream that arrives within so many hours; none where nothing takes time."""
    if not evaluation.time_h.any():
        return []
    stream_of = instance.commodities.stream[plan.commodity]
    curves = []
    for position, stream in enumerate(instance.streams):
        own = stream_of == position
        volume = plan.volume[own]
        if volume.sum() > 0:
            hours = _at_steps(evaluation.time_h[own], evaluation.is_late[own], stream.deadline_h)
            steps, place = np.unique(hours, return_inverse=True)
            shares = np.cumsum(np.bincount(place, volume)) / volume.sum()
            curves.append(
                CurveRecord(
                    stream=stream.name,
                    hours=column(steps),
                    shares=[round(share, _DECIMALS_OF_SHARES) for share in shares.tolist()],
                )
            )
    return curves


def _at_steps(
    hours: np.ndarray[Any, Any], is_late: np.ndarray[Any, Any], deadline_h: float | None
) -> np.ndarray[Any, Any]:
    """Return hours rounded up to the points of a curve; what is in time stays in time."""
    stepped = np.ceil(np.round(hours / _HOURS_STEP, 6)) * _HOURS_STEP
    return stepped if deadline_h is None else np.where(is_late, stepped, np.minimum(stepped, deadline_h))


def cost_parts(costs: Any, words: Mapping[str, str]) -> dict[str, tuple[str, float]]:
    """Return words and EUR/year of the parts of a cost that are not 0.

    Parameters
    ----------
    costs
        Part of a result.
    words
        By the names of its parts, charges included, in the order in which they are shown.
    """
    parts: dict[str, float | None] = {name: getattr(costs, name) for name in words if hasattr(costs, name)}
    parts |= costs.charges
    return {name: (words.get(name, name), value) for name, value in parts.items() if value}
