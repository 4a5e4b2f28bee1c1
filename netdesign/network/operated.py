"""Legs under departures: under those of a plan, or as if vehicles were full, or fastest and soonest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.services import LegKind
from netdesign.network.services import LEGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.departures import Departures
    from netdesign.network.legs import Network
    from netdesign.network.services import LegsName

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


def operated(instance: Instance, network: Network, departures: Departures, *, waits: bool = True) -> Network:
    """Return the network under the departures of a plan.

    Legs have the hours of their vehicle with the wait for it; where a service is due and the plan has none, or one
    that may not go, there is no leg.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.
    departures
        Those of the plan.
    waits
        Whether hours have the wait.
    """
    if instance.services is None or network.services is None:
        return network
    hours = departures.at_legs(network, "travel_h") + (departures.wait_h if waits else 0.0)
    changed = {}
    for position, name in enumerate(LEGS):
        legs, is_served = getattr(network, name), getattr(network.services, name).is_served
        own = departures.runs & (departures.legs == position)
        cell = departures.row[own], departures.column[own]
        road, time_h = (np.where(is_served, np.inf, values) for values in (legs.road, legs.time_h))
        road[cell], time_h[cell] = legs.road[cell], hours[own]
        changed[name] = replace(legs, road=road, time_h=time_h)
    return replace(network, **changed)
