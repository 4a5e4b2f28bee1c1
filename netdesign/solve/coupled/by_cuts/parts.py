"""The freight in parts that have cuts of their own: of one airport and direction, and of one city to others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.groups import starts_of_groups
from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.gate_legs import GateEmissions, GateFlows, GateLegs
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.gate_freight import FreightRows, GateFreight
    from netdesign.solve.core.route_matrices import RouteMatrices

    Floats = NDArray[np.float64]

NO_AIRPORT = -1
"""That of freight between cities; its gates come after those of all airports."""


@dataclass(frozen=True)
class FreightGroup:
    """The freight of one airport in one direction, in parts of about as much each; or what one city sends to others.

    Of freight between cities the gate is the first hub, and open by as much as that is.

    Parameters
    ----------
    airport
        Which of the airports; ``NO_AIRPORT`` for freight between cities.
    is_first
        Whether the gate is its first hub, else its last one.
    fills_lane, fills_hub, enters
        Whether it counts towards the minimum of its lane, that of its gate, and that of its first hub.
    legs, emissions, flows
        Of its routes.
    flow
        Positions of its flows in ``GateFreight``.
    """

    airport: int
    is_first: bool
    fills_lane: bool
    fills_hub: bool
    enters: bool
    legs: GateLegs
    emissions: GateEmissions
    flows: GateFlows
    flow: NDArray[np.intp]

    @property
    def parts(self) -> int:
        """Number of parts."""
        return len(self.flows.start) - 1

    @cached_property
    def volume(self) -> Floats:
        """What each part is, t/year."""
        return np.add.reduceat(self.flows.volume, self.flows.start[:-1])

    @cached_property
    def least(self) -> Floats:
        """What each part costs at least where all sites are open, EUR/year."""
        legs = self.legs
        # The best way from the airport to each last hub, and on; late or not.
        reach = (legs.lane[:, None] + legs.step).min(axis=0)
        best = (reach + legs.far).min(axis=1)[self.flows.end]
        return np.add.reduceat(best * self.flows.volume, self.flows.start[:-1])

    def over(self, sites: NDArray[np.intp]) -> FreightGroup:
        """Return the freight where all other sites are closed."""
        is_closed = np.ones(len(self.legs.lane), dtype=bool)
        is_closed[sites] = False
        lane, far = np.where(is_closed, ABSENT, self.legs.lane), np.where(is_closed, ABSENT, self.legs.far)
        return replace(self, legs=self.legs._replace(lane=lane, far=far))

    def without_costs(self) -> FreightGroup:
        """Return the freight where no route costs anything, and those that there are not stay so."""
        lane, step, far = (np.where(leg < IMPOSSIBLE, 0.0, ABSENT) for leg in self.legs[:3])
        penalty = np.where(self.flows.penalty < IMPOSSIBLE, 0.0, self.flows.penalty)
        legs, flows = self.legs._replace(lane=lane, step=step, far=far), self.flows._replace(penalty=penalty)
        return replace(self, legs=legs, flows=flows)


@dataclass(frozen=True)
class FreightParts:
    """All freight.

    Parameters
    ----------
    groups
        In the order of their parts.
    airports, sites
        How many.
    part_of_flow
        The part of each flow in ``GateFreight``, shape (flows,).
    """

    groups: tuple[FreightGroup, ...]
    airports: int
    sites: int
    part_of_flow: NDArray[np.intp]

    def over(self, sites: NDArray[np.intp]) -> FreightParts:
        """Return all freight where all other sites are closed."""
        return replace(self, groups=tuple(one.over(sites) for one in self.groups))

    def without_costs(self) -> FreightParts:
        """Return all freight where no route costs anything."""
        return replace(self, groups=tuple(one.without_costs() for one in self.groups))

    @cached_property
    def slices(self) -> list[slice]:
        """The parts of each group among all parts."""
        ends = np.cumsum([0, *(one.parts for one in self.groups)])
        return [slice(int(first), int(last)) for first, last in pairwise(ends)]

    @property
    def parts(self) -> int:
        """Number of all parts."""
        return int(self.slices[-1].stop)

    @cached_property
    def volume(self) -> Floats:
        """What each part is, t/year, shape (parts,)."""
        return np.concatenate([one.volume for one in self.groups])

    @cached_property
    def airport(self) -> NDArray[np.intp]:
        """The airport of each part, or ``NO_AIRPORT``, shape (parts,)."""
        return np.repeat([one.airport for one in self.groups], [one.parts for one in self.groups])

    def of_group(self, name: str) -> NDArray[np.bool_]:
        """Return for each part what a flag of its group says, shape (parts,)."""
        return np.repeat([bool(getattr(one, name)) for one in self.groups], [one.parts for one in self.groups])


def freight_parts(freight: GateFreight, rows: FreightRows, matrices: RouteMatrices) -> FreightParts:
    """Return the freight of an instance in parts."""
    groups, airports = [], len(freight.start) - 1
    for airport in range(airports):
        own = np.arange(freight.start[airport], freight.start[airport + 1])
        for is_first in (True, False):
            flow = own[freight.is_last[own] != is_first]
            if len(flow):
                groups.append(_group(freight, rows, matrices, airport, flow, is_first=is_first))
    between = np.arange(freight.start[-1], len(freight.volume))
    for origin in np.unique(freight.origin[between]):
        flow = between[freight.origin[between] == origin]
        groups.append(_group(freight, rows, matrices, NO_AIRPORT, flow, is_first=True))
    part_of_flow, parts = np.zeros(len(freight.volume), dtype=np.intp), 0
    for one in groups:
        part_of_flow[one.flow] = parts + np.repeat(np.arange(one.parts), np.diff(one.flows.start))
        parts += one.parts
    return FreightParts(tuple(groups), airports, matrices.sites, part_of_flow)


def _group(
    freight: GateFreight,
    rows: FreightRows,
    matrices: RouteMatrices,
    airport: int,
    flow: NDArray[np.intp],
    *,
    is_first: bool,
) -> FreightGroup:
    legs, emitted = matrices.legs, (rows.collect_e, rows.between_e, rows.distribute_e)
    node = int((freight.origin if is_first else freight.destination)[flow[0]])
    end_of = freight.destination if is_first else freight.origin
    lane, step, far = _turned((legs.collect, legs.between, legs.distribute), node, is_first=is_first)
    lane_h, step_h, far_h = _turned((legs.collect_h, legs.between_h, legs.distribute_h), node, is_first=is_first)
    # Ends whose cheapest hub is the same stand together: so the parts are regions.
    nearest = far.argmin(axis=1)[end_of[flow]]
    flow = flow[np.lexsort((end_of[flow], nearest))]
    ends, place = np.unique(end_of[flow], return_inverse=True)
    volume = np.ascontiguousarray(freight.volume[flow])
    starts = starts_of_groups(volume, 1 if airport == NO_AIRPORT else TUNING.parts)
    start, end = np.append(starts, len(flow)).astype(np.int64), place.ravel().astype(np.int64)
    flows = GateFlows(start, end, volume, freight.slack_h[flow], freight.penalty[flow], rows.group[flow])
    emissions = GateEmissions(*(np.zeros((0,)), np.zeros((0, 0)), np.zeros((0, 0))))
    if rows.limit_highest[0] > 0.0:
        lane_e, step_e, far_e = _turned(emitted, node, is_first=is_first)
        emissions = GateEmissions(*(np.ascontiguousarray(array) for array in (lane_e, step_e, far_e[ends])))
    own = GateLegs(*(np.array(array, order="C") for array in (lane, step, far[ends], lane_h, step_h, far_h[ends])))
    fills_lane, fills_hub, enters = (
        bool(counts[flow[0]]) for counts in (freight.fills_lane, freight.fills_hub, rows.enters)
    )
    return FreightGroup(airport, is_first, fills_lane, fills_hub, enters, own, emissions, flows, flow)


def _turned(legs: tuple[Floats, Floats, Floats], node: int, *, is_first: bool) -> tuple[Floats, Floats, Floats]:
    """Return the legs at the gate, between gate and hub, and between hub and ends."""
    collect, between, distribute = legs
    return (collect[node], between, distribute.T) if is_first else (distribute[:, node], between.T, collect)
