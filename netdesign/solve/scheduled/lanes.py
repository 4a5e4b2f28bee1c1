"""Air lanes of a set of hubs: what they carry, and whether it is settled that they are in service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.scheduled.columns import ShareColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats

Lane = tuple[int, int]
"""Positions of an overseas airport among nodes and of a hub among sites."""


def lane_minimum(instance: Instance) -> float:
    """Return what a lane in service carries at least, t/year; 0 where no minimum is in force."""
    policy = instance.policies.air_lane
    return 0.0 if policy is None else policy.tonnes_per_year


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
