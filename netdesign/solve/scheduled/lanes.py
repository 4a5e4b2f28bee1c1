"""Air lanes of a set of hubs: what they carry, and whether it is settled that they are in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Counted, counted_volume
from netdesign.solve.core.outcome import LEAST
from netdesign.solve.core.search_state import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.scheduled.columns import ShareColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats

Lane = tuple[int, int]
"""Positions of an overseas airport among nodes and of a hub among sites."""

Lanes = dict[Lane, bool]
"""Whether lanes are in service, of those about which that is settled."""


def lane_minimum(instance: Instance) -> float:
    """Return what a lane in service carries at least, t/year; 0 where no minimum is in force."""
    policy = instance.policies.air_lane
    return 0.0 if policy is None else policy.tonnes_per_year


def most_lanes(instance: Instance) -> dict[int, int]:
    """Return how many lanes the freight of each overseas airport fills, by node; none where no minimum is in force."""
    policy, commodities = instance.policies.air_lane, instance.commodities
    if policy is None or policy.tonnes_per_year <= 0.0:
        return {}
    airport = np.where(instance.is_overseas[commodities.origin], commodities.origin, commodities.destination)
    counted, volume = (
        np.bincount(airport, values, len(instance.nodes))
        for values in (counted_volume(instance, policy.counts), commodities.volume)
    )
    filled = np.floor(counted / policy.tonnes_per_year * (1.0 + ROUNDING)).astype(np.intp)
    return {node: int(filled[node]) for node in np.flatnonzero(instance.is_overseas & (volume > LEAST)).tolist()}


def with_implied_lanes(lanes: Mapping[Lane, bool], sites: Sequence[int], most: Mapping[int, int]) -> Lanes | None:
    """Return lanes about which is settled whether they are in service, with those of which that follows.

    None where the freight of an airport has no lane, or fills fewer than are in service.

    Parameters
    ----------
    lanes
        As they are settled.
    sites
        The hubs, as positions among sites.
    most
        How many lanes the freight of each airport fills.
    """
    found = dict(lanes)
    for airport, filled in most.items():
        open_ = sum(found.get((airport, site), False) for site in sites)
        left = [(airport, site) for site in sites if (airport, site) not in found]
        if open_ > filled or filled == 0 or not (open_ or left):
            return None
        if open_ == filled:
            found |= dict.fromkeys(left, False)
        elif not open_ and len(left) == 1:
            found[left[0]] = True
    return found


def entering(instance: Instance, airports: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return what comes in from each airport, and what of it a lane in service carries at least, t/year.

    Parameters
    ----------
    instance
        The problem.
    airports
        Positions among the nodes.
    """
    lane, origin = instance.policies.air_lane, instance.commodities.origin
    volume = np.bincount(origin, counted_volume(instance, Counted.INBOUND), len(instance.nodes))[airports]
    least = 0.0 if lane is None or lane.counts is not Counted.INBOUND else lane.tonnes_per_year
    return volume.astype(np.float64), np.full(len(airports), least)


def leave_hubs_short(state: NDArray[np.int8], volume: Floats, least: Floats, minimum: Floats) -> bool:
    """Return whether it shows by volumes alone that lanes cannot carry to all hubs what has to enter there.

    Prices show it too, but where little is missing they have to be so high that whoever seeks them gives up before. Of
    more than three airports some of what is missing may not show.

    Parameters
    ----------
    state
        Of each lane: 1 in service, -1 not, 0 not settled, shape (airports, hubs).
    volume, least
        What comes in from each airport, and what of it a lane in service carries at least, t/year, shape (airports,).
    minimum
        What has to enter at each hub, t/year, shape (hubs,).
    """
    if not minimum.any():
        return False
    may_carry, is_open = (state >= 0).astype(np.float64), state > 0
    spare, due = volume - least * is_open.sum(axis=1), np.maximum(minimum - least @ is_open, 0.0)
    # The airports of each hub, and all of them: what hubs lack that no other airport reaches, these have to spare.
    feeding = np.column_stack((may_carry, np.ones(len(volume))))
    fed_by_no_other = (1.0 - feeding).T @ may_carry == 0.0
    return bool((fed_by_no_other @ due > spare @ feeding + ROUNDING * volume.sum()).any())


def shut_lanes(lanes: Mapping[Lane, bool]) -> set[Lane]:
    """Return the lanes that are settled to be out of service."""
    return {lane for lane, is_open in lanes.items() if not is_open}


def lanes_of(freight: CityFreight, shares: ShareColumns) -> tuple[NDArray[np.intp], list[Lane]]:
    """Return for each share the place of its lane in a list, and the list."""
    commodities, sites = freight.instance.commodities, len(freight.instance.sites)
    inbound = freight.is_inbound[shares.entry]
    overseas = np.where(inbound, commodities.origin[shares.commodity], commodities.destination[shares.commodity])
    found, place = np.unique(overseas * sites + shares.gate, return_inverse=True)
    return place, [divmod(lane, sites) for lane in found.tolist()]


def counts(freight: CityFreight, shares: ShareColumns) -> NDArray[np.bool_]:
    """Return which shares count towards the minimum of their lane."""
    policy, inbound = freight.instance.policies.air_lane, freight.is_inbound[shares.entry]
    if policy is None or policy.counts is Counted.ALL:
        return np.ones_like(inbound)
    return inbound if policy.counts is Counted.INBOUND else ~inbound


def lane_volumes(freight: CityFreight, shares: ShareColumns, share: Floats) -> dict[Lane, tuple[float, float]]:
    """Return what each lane carries that counts towards its minimum, and in all, t/year."""
    if freight.instance.policies.air_lane is None:
        return {}
    place, lanes = lanes_of(freight, shares)
    volume = freight.volume[shares.entry] * share
    counted = np.bincount(place, volume * counts(freight, shares), len(lanes)).tolist()
    return dict(zip(lanes, zip(counted, np.bincount(place, volume, len(lanes)).tolist(), strict=True), strict=True))
