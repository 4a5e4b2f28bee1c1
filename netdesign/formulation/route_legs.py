"""Legs of routes that have services: the routes over each, what can flow there, and the hours that promises leave."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.network.routes import LATE_TOLERANCE_H, is_promised
from netdesign.network.services import LegPlace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.network.services import LegsName

    Hours = NDArray[np.float64]


class RouteLegs:
    """Legs of routes that have services, and the hours that promises leave them.

    Parameters
    ----------
    instance, network
        The problem with its services, and its legs.
    routes
        All routes, with the least hours of their legs.

    Attributes
    ----------
    on
        For each leg with a service the positions of the routes over it.
    """

    def __init__(self, instance: Instance, network: Network, routes: CandidateRoutes) -> None:
        self.instance, self.network, self.routes = instance, network, routes
        self.on = self._routes_on_legs()

    def _routes_on_legs(self) -> dict[LegPlace, NDArray[np.intp]]:
        routes, commodities = self.routes, self.instance.commodities
        if self.network.services is None:
            return {}
        between, every = np.flatnonzero(routes.first_hub != routes.last_hub), np.arange(len(routes))
        origin, destination = commodities.origin[routes.commodity], commodities.destination[routes.commodity]
        ends: tuple[tuple[LegsName, NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]], ...] = (
            ("collection", every, origin, routes.first_hub),
            ("inter_hub", between, routes.first_hub[between], routes.last_hub[between]),
            ("distribution", every, routes.last_hub, destination),
        )
        found: dict[LegPlace, list[int]] = {}
        for name, position, row, column in ends:
            is_served = getattr(self.network.services, name).is_served[row, column]
            where = (values[is_served].tolist() for values in (position, row, column))
            for route, *cell in zip(*where, strict=True):
                found.setdefault(LegPlace(name, *cell), []).append(route)
        return {leg: np.array(members) for leg, members in found.items()}

    @cached_property
    def slack_h(self) -> Hours:
        """Hours that the legs of each route may take over the least; infinite where no promise depends on them."""
        instance, row = self.instance, self.routes.commodity
        slack = instance.deadline_h[row] + LATE_TOLERANCE_H - self.routes.time_h
        return np.where(is_promised(instance)[row], slack, np.inf)

    def commodities(self, ways: tuple[LegPlace, ...], *, promised: bool = False) -> NDArray[np.intp]:
        """Return the commodities with a route over some legs, all or those to whom a promise is made."""
        routes = np.concatenate([self.on.get(way, np.empty(0, dtype=np.intp)) for way in ways])
        return np.unique(self.routes.commodity[routes[np.isfinite(self.slack_h[routes])] if promised else routes])

    def volume(self, leg: LegPlace) -> float:
        """Return the most that can flow on a leg, t/year."""
        return float(self.instance.commodities.volume[self.commodities((leg,))].sum())

    def is_city_leg(self, leg: LegPlace) -> bool:
        """Return whether a leg carries all that a city sends, or receives, or nothing: it has one hub that way."""
        if leg.legs == "inter_hub" or self.instance.problem.allocation is Allocation.MULTIPLE:
            return False
        return not self.instance.is_overseas[leg.row if leg.legs == "collection" else leg.column]
