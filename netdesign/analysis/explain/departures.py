"""Plans with vehicles from routes alone: departures as many as may leave, or as few as carry what there is."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.evaluate.services import leg_volumes
from netdesign.instance.services import LegKind, ReturnTrip
from netdesign.network.services import LEGS, LegPlace, ScheduledService, leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate.services import LegVolumes
    from netdesign.instance import Instance
    from netdesign.instance.services import ServiceTerms
    from netdesign.network import Network
    from netdesign.network.services import ServiceArrays
    from netdesign.plan import Plan

_KINDS = list(LegKind)

_ROUNDING = 1e-9
"""Relative amount by which freight may be over what departures carry."""


def plans_with_departures(instance: Instance, network: Network, plan: Plan) -> Iterator[Plan]:
    """Yield a plan with the most departures of the fastest vehicles, then one with the fewest of those that emit least.

    Where no departures carry the freight of a leg there are none. Whether they are permitted is for the referee to say.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.
    plan
        Routes without departures.
    """
    volumes = leg_volumes(instance, plan)
    for is_fast in (True, False):
        found = [*_services(instance, network, volumes, is_fast=is_fast)]
        services = [service for service in found if service is not None]
        if len(services) == len(found):
            in_order = sorted(services, key=lambda one: (_KINDS.index(one.kind), one.origin, one.destination))
            yield replace(plan, services=tuple(in_order))


class _Departures(NamedTuple):
    """What may leave on a leg: a vehicle and a number of departures a week."""

    vehicle: int
    departures: int


def _services(
    instance: Instance, network: Network, volumes: LegVolumes, *, is_fast: bool
) -> Iterator[ScheduledService | None]:
    """Yield the departures of each leg with freight and a service; None where no vehicle carries it."""
    services, done = instance.services, set[LegPlace]()
    if services is None or network.services is None:
        return
    for name in LEGS:
        used = getattr(network.services, name).is_served & (volumes[name] > 0)
        for row, column in np.argwhere(used).tolist():
            leg = LegPlace(name, row, column)
            terms = services.terms(*leg_ends(instance, leg))
            if leg in done or terms is None:
                continue
            ways = (leg, leg.way_back) if terms.returns is ReturnTrip.PAIRED else (leg,)
            done.update(ways)
            volume = max(float(volumes[way.legs][way.row, way.column]) for way in ways)
            own = getattr(network.services, name)
            found = _chosen(instance, own, (row, column), terms, volume, is_fast=is_fast)
            for way in ways:
                yield None if found is None else ScheduledService(*leg_ends(instance, way), *found)


def _chosen(
    instance: Instance, own: ServiceArrays, cell: tuple[int, int], terms: ServiceTerms, volume: float, *, is_fast: bool
) -> _Departures | None:
    """Return the departures on a leg that carry a volume, t/year; None where none do."""
    services = instance.services
    if services is None:
        return None
    able: list[tuple[float, _Departures]] = []
    for vehicle in terms.vehicles:
        yearly = services.weeks_per_year * services.vehicles[vehicle].payload_t
        fewest = max(terms.least, math.ceil(volume / yearly * (1 - _ROUNDING)))
        departures = terms.most if is_fast else fewest
        if fewest > terms.most or not np.isfinite(own.travel_h[vehicle, *cell]):
            continue
        emitted = departures * float(own.departure_co2e[vehicle, *cell])
        worth = float(own.travel_h[vehicle, *cell]) if is_fast else emitted
        able.append((worth, _Departures(vehicle, departures)))
    return min(able)[1] if able else None
