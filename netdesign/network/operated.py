"""Legs under departures: under those of a plan, or as if vehicles were full, or fastest and soonest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.services import LegKind
from netdesign.network.services import LEGS, places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.legs import Network
    from netdesign.network.services import LegsName, ScheduledService

ALL_KINDS = frozenset(LegKind)


def by_fullest_vehicles(instance: Instance, network: Network, kinds: frozenset[LegKind] = ALL_KINDS) -> Network:
    """Return legs on which a tonne pays its share of a full vehicle, and no departure is waited for.

    No plan of departures operates for less: what x tonnes a year take is at least x / (W q_u) departures a week of some
    vehicle u.

    Parameters
    ----------
    instance, network
        The problem, and its legs.
    kinds
        Kinds of legs that are so; on others a tonne pays what it does beside its vehicle.
    """
    if instance.services is None or network.services is None:
        return network
    payload = np.array([vehicle.payload_t for vehicle in instance.services.vehicles])[:, None, None]
    changed = {}
    for name in LEGS:
        legs, own = getattr(network, name), getattr(network.services, name)
        eur, co2e = ((values / payload).min(axis=0) for values in (own.departure_eur, own.departure_co2e))
        is_shared = own.is_served & np.where(_is_lane(instance, name), LegKind.AIR in kinds, LegKind(name) in kinds)
        road = legs.road + np.where(is_shared, eur, 0.0)
        changed[name] = replace(legs, road=road, co2e=legs.co2e + np.where(is_shared, co2e, 0.0))
    return replace(network, services=None, **changed)


def with_least_waits(network: Network) -> Network:
    """Return a network in which each leg with a service takes its fastest vehicle and the wait of most departures.

    No plan of departures is faster on any leg.
    """
    if network.services is None:
        return network
    changed = {}
    for name in LEGS:
        legs, own = getattr(network, name), getattr(network.services, name)
        changed[name] = replace(legs, time_h=legs.time_h + own.least_wait_h)
    return replace(network, services=None, **changed)


def _is_lane(instance: Instance, name: LegsName) -> NDArray[np.bool_]:
    """Return which legs of an array are lanes, in a shape that spreads over it."""
    overseas = instance.is_overseas
    by_name = {"collection": overseas[:, None], "distribution": overseas[None, :]}
    return by_name.get(name, np.zeros((1, 1), dtype=bool))


def operated(
    instance: Instance, network: Network, services: tuple[ScheduledService, ...], *, waits: bool = True
) -> Network:
    """Return the network under the departures of a plan.

    Legs have the hours of their vehicle with the wait for it; where a service is due and the plan has none, or one
    that may not go, there is no leg.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.
    services
        Those of the plan.
    waits
        Whether hours have the wait.
    """
    if instance.services is None or network.services is None:
        return network
    by_name = {name: (getattr(network, name), getattr(network.services, name)) for name in LEGS}
    road = {name: np.where(own.is_served, np.inf, legs.road) for name, (legs, own) in by_name.items()}
    hours = {name: np.where(own.is_served, np.inf, legs.time_h) for name, (legs, own) in by_name.items()}
    for service, place in zip(services, places(instance, services), strict=True):
        terms = instance.services.terms(service.kind, service.origin, service.destination)
        if place is None or terms is None or service.departures < 1:
            continue
        (legs, own), cell = by_name[place.legs], (place.row, place.column)
        if np.isfinite(own.travel_h[service.vehicle, *cell]):
            road[place.legs][cell] = legs.road[cell]
            wait = terms.wait_h(service.departures) if waits else 0.0
            hours[place.legs][cell] = own.travel_h[service.vehicle, *cell] + wait
    changed = {name: replace(by_name[name][0], road=road[name], time_h=hours[name]) for name in LEGS}
    return replace(network, **changed)
