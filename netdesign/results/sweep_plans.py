"""Plans of rows of a sweep: sent between processes without the instance, and stated each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from netdesign.network.services import ScheduledService
from netdesign.results.named_plan import links_part, routes_part
from netdesign.results.row_parts import PlanAtPointPart
from netdesign.results.tipping_plans import departures_part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.plan import Plan

_DIGITS = 9
"""Of shares of a commodity that tell two plans apart."""


class RowPlan(NamedTuple):
    """A plan with the ends of what it carries, by positions that values of figures do not change.

    Parameters
    ----------
    open_hubs, open_lanes, services, links, between
        As the plan has them.
    positions
        Of origin, destination, stream, first and last hub of each route, shape (5, routes).
    volume, share
        t/year, and as a rounded share of the commodity; shape (routes,).
    """

    open_hubs: tuple[str, ...]
    open_lanes: tuple[tuple[str, str], ...]
    services: tuple[ScheduledService, ...]
    positions: NDArray[np.int64]
    volume: NDArray[np.float64]
    share: NDArray[np.float64]
    links: tuple[tuple[str, str], ...] = ()
    between: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(cls, plan: Plan, instance: Instance) -> Self:
        """Return a plan of an instance."""
        commodities = instance.commodities
        ends = (column[plan.commodity] for column in (commodities.origin, commodities.destination, commodities.stream))
        positions = np.array((*ends, plan.first_hub, plan.last_hub), dtype=np.int64)
        columns = positions, plan.volume, _shares(plan.commodity, plan.volume)
        return cls(plan.open_hubs, plan.open_lanes, plan.services, *columns, plan.links, plan.between)

    @classmethod
    def of_part(cls, part: PlanAtPointPart, instance: Instance) -> Self:
        """Return the plan of a part that is true of the instance with some values."""
        routes, services = part.routes, instance.services
        nodes = {node.id: place for place, node in enumerate(instance.nodes)}
        sites = {site.id: place for place, site in enumerate(instance.sites)}
        streams = {stream.name: place for place, stream in enumerate(instance.streams)}
        vehicles = {vehicle.id: place for place, vehicle in enumerate(() if services is None else services.vehicles)}
        named = (
            (nodes, routes.origin),
            (nodes, routes.destination),
            (streams, routes.stream),
            (sites, routes.first_hub),
            (sites, routes.last_hub),
        )
        departures = () if part.departures is None else zip(*vars(part.departures).values(), strict=True)
        positions = np.array([[places[name] for name in column] for places, column in named], dtype=np.int64)
        volume = np.array(routes.volume_t_per_year, dtype=np.float64)
        _, commodity = np.unique(positions[:3], axis=1, return_inverse=True)
        return cls(
            tuple(part.open_hubs),
            tuple((lane[0], lane[1]) for lane in part.open_lanes),
            tuple(
                ScheduledService(kind, nodes[origin], nodes[end], vehicles[vehicle], number)
                for kind, origin, end, vehicle, number in departures
            ),
            positions,
            volume,
            _shares(commodity.reshape(-1), volume),
            tuple((link[0], link[1]) for link in part.links or ()),
            tuple(tuple(sites[name] for name in passed) for passed in routes.between or ()),
        )

    @property
    def key(self) -> tuple[object, ...]:
        """What two rows with the same plan have in common: all but the volumes."""
        columns = self.positions.tobytes(), self.share.tobytes()
        return (self.open_hubs, self.open_lanes, self.services, self.links, self.between, *columns)

    def part(self, instance: Instance) -> PlanAtPointPart:
        """Return the part of the plan, with the ids of an instance."""
        return PlanAtPointPart(
            open_hubs=list(self.open_hubs),
            open_lanes=list(self.open_lanes),
            links=links_part(instance, self.links),
            routes=routes_part(instance, list(self.positions), self.volume, self.between),
            departures=departures_part(instance, self.services),
        )


def _shares(commodity: NDArray[np.intp], volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which part of its commodity each route carries, rounded."""
    whole = np.bincount(commodity, volume)[commodity] if len(commodity) else volume
    return np.divide(volume, whole, out=np.zeros_like(volume), where=whole > 0).round(_DIGITS)


class PlansOfRows:
    """The plans of a result.

    Parameters
    ----------
    instance
        The one at the present values: it has the ids for the positions in plans.
    known
        Parts that were made before, by what makes them; takes up new ones.

    Attributes
    ----------
    parts
        Each once, in the order in which they came.
    """

    def __init__(self, instance: Instance, known: dict[tuple[object, ...], PlanAtPointPart]) -> None:
        self._instance, self._known = instance, known
        self.parts: list[PlanAtPointPart] = []
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, plan: RowPlan | None) -> int | None:
        """Return the place of a plan; None without one."""
        if plan is None:
            return None
        key = plan.key
        if key not in self._places:
            made_of = (*key, plan.volume.tobytes())
            if made_of not in self._known:
                self._known[made_of] = plan.part(self._instance)
            self._places[key] = len(self.parts)
            self.parts.append(self._known[made_of])
        return self._places[key]
