"""The choices of all cities as the loops take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import counted_volume
from netdesign.network.routes import LATE_TOLERANCE_H
from netdesign.solve.core.city_choices import BY_HUB, BY_LANE, INBOUND, KINDS, CityChoices
from netdesign.solve.core.route_matrices import ABSENT, flow_of_commodity
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.scheduled.freight import CityFreight
    from netdesign.solve.scheduled.modes import Modes


def choices_without_modes(freight: CityFreight, matrices: RouteMatrices, airport: NDArray[np.integer]) -> CityChoices:
    """Return the choices of all cities without their modes.

    Parameters
    ----------
    freight, matrices
        All freight and its legs.
    airport
        Place of the airport of each entry.
    """
    instance = freight.instance
    commodities = instance.commodities
    flow = flow_of_commodity(instance)[freight.commodity]
    hours = np.array([stream.origin_h + stream.last_mile_h for stream in instance.streams])
    slack = instance.deadline_h - hours[commodities.stream] + LATE_TOLERANCE_H
    policies = instance.policies
    fills_lane, fills_hub = (
        np.zeros(len(commodities), dtype=bool) if policy is None else counted_volume(instance, policy.counts) > 0.0
        for policy in (policies.air_lane, policies.minimum_throughput)
    )
    kind = KINDS * airport + BY_LANE * fills_lane[freight.commodity]
    kind += INBOUND * freight.is_inbound + BY_HUB * (fills_hub[freight.commodity] & freight.is_inbound)
    penalty = np.where(freight.is_hard, ABSENT, freight.penalty)
    labels, label = np.unique(np.stack((kind, penalty)), axis=1, return_inverse=True)
    cities = {name: [getattr(city, name) for city in freight.cities] for name in ("inbound", "outbound", "both")}
    some = np.maximum(np.maximum(cities["inbound"], cities["outbound"]), 0).astype(np.intp)
    route_hubs = instance.problem.route_hubs
    return CityChoices(
        start=whole(np.append(freight.start, len(freight.party))),
        origin=whole(matrices.flows.origin[flow]),
        destination=whole(matrices.flows.destination[flow]),
        volume=np.ascontiguousarray(freight.volume),
        slack_h=np.where(freight.matters, slack[freight.commodity], ABSENT),
        penalty=penalty,
        way=whole(freight.way),
        kind=whole(kind),
        label=whole(label.ravel()),
        kind_of=whole(labels[0].astype(np.int64)),
        fine_of=np.ascontiguousarray(labels[1]),
        first=np.zeros(1, dtype=np.int64),
        cost=np.zeros(0),
        extra_h=np.zeros((2, 0)),
        own=whole(freight.own if route_hubs == 2 else np.full(len(freight.parties), NONE)),
        **{name: whole(parties) for name, parties in cities.items()},
        is_paired=np.ascontiguousarray(freight.is_paired[freight.node[some]]),
        is_single=np.array([freight.is_single]),
    )


def choices_with_modes(choices: CityChoices, freight: CityFreight, modes: Modes) -> CityChoices:
    """Return the same choices with other modes."""
    sites = len(freight.sites)
    pair = modes.party * sites + modes.site
    first = np.searchsorted(pair, np.arange(len(freight.parties) * sites + 1))
    extra_h = np.ascontiguousarray(modes.extra_h)
    return choices._replace(first=whole(first), cost=np.ascontiguousarray(modes.cost), extra_h=extra_h)


def whole(values: NDArray[np.integer] | list[int]) -> NDArray[np.int64]:
    """Return whole numbers as loops take them."""
    return np.ascontiguousarray(values, dtype=np.int64)
