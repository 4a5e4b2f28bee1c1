"""The freight in parts that have cuts of their own: of one airport and direction, and between cities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.core.gate_legs import GateFlows, GateLegs
from netdesign.solve.core.route_matrices import ABSENT, Flows, RouteMatrices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.gate_freight import GateFreight

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GatedFreight:
    """The freight of one airport in one direction, in parts of about as much each.

    Parameters
    ----------
    airport
        Which of the airports.
    is_inbound
        Whether the gate is its first hub, else its last one.
    fills_lane, fills_hub
        Whether it counts towards the minimum of its lane, and towards that of its gate.
    legs, flows
        Of its routes.
    flow
        Positions of its flows in ``GateFreight``.
    """

    airport: int
    is_inbound: bool
    fills_lane: bool
    fills_hub: bool
    legs: GateLegs
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

    def over(self, sites: NDArray[np.intp]) -> GatedFreight:
        """Return the freight where all other sites are closed."""
        is_closed = np.ones(len(self.legs.lane), dtype=bool)
        is_closed[sites] = False
        lane, far = np.where(is_closed, ABSENT, self.legs.lane), np.where(is_closed, ABSENT, self.legs.far)
        return replace(self, legs=self.legs._replace(lane=lane, far=far))

    def paid(self, lane: Floats, hub: Floats) -> Floats:
        """Return what a tonne is paid for flying over each gate, EUR/t, shape (sites,).

        Parameters
        ----------
        lane
            Prices of the minima of lanes, EUR/t, shape (airports, sites).
        hub
            Prices of the minima of hubs, EUR/t, shape (sites,).
        """
        return (lane[self.airport] if self.fills_lane else 0.0) + (hub if self.fills_hub else 0.0) + np.zeros(len(hub))

    def priced(self, paid: Floats) -> tuple[GateLegs, float]:
        """Return the legs where each tonne is paid, all raised alike so that no lane costs less; and by what."""
        most = float(paid.max())
        lane = np.where(self.legs.lane < ABSENT, self.legs.lane + (most - paid), ABSENT)
        return self.legs._replace(lane=lane), most


@dataclass(frozen=True)
class FreightParts:
    """All freight.

    Parameters
    ----------
    gated
        What flies.
    beside
        What goes between cities; None where nothing does.
    airports, sites
        How many.
    part_of_flow
        The part of each flow in ``GateFreight``, shape (flows,).
    """

    gated: tuple[GatedFreight, ...]
    beside: RouteMatrices | None
    airports: int
    sites: int
    part_of_flow: NDArray[np.intp]

    def over(self, sites: NDArray[np.intp]) -> FreightParts:
        """Return all freight where all other sites are closed to what flies."""
        return replace(self, gated=tuple(one.over(sites) for one in self.gated))

    @cached_property
    def slices(self) -> list[slice]:
        """The parts of each of the gated freights, and then of what goes between cities, among all parts."""
        counts = [one.parts for one in self.gated] + ([] if self.beside is None else [self.beside.origins])
        ends = np.cumsum([0, *counts])
        return [slice(int(first), int(last)) for first, last in pairwise(ends)]

    @property
    def parts(self) -> int:
        """Number of all parts."""
        return int(self.slices[-1].stop)


def freight_parts(freight: GateFreight, matrices: RouteMatrices) -> FreightParts:
    """Return the freight of an instance in parts."""
    gated, airports, part_of_flow = [], len(freight.start) - 1, np.zeros(len(freight.volume), dtype=np.intp)
    parts = 0
    for airport in range(airports):
        own = np.arange(freight.start[airport], freight.start[airport + 1])
        for is_inbound in (True, False):
            flow = own[freight.is_last[own] != is_inbound]
            if len(flow):
                one = _gated(freight, matrices, airport, flow, is_inbound=is_inbound)
                part_of_flow[one.flow] = parts + np.repeat(np.arange(one.parts), np.diff(one.flows.start))
                parts += one.parts
                gated.append(one)
    between = slice(int(freight.start[-1]), None)
    part_of_flow[between] = parts + np.unique(freight.origin[between], return_inverse=True)[1].ravel()
    return FreightParts(tuple(gated), _beside(freight, matrices), airports, matrices.sites, part_of_flow)


def _gated(
    freight: GateFreight, matrices: RouteMatrices, airport: int, flow: NDArray[np.intp], *, is_inbound: bool
) -> GatedFreight:
    legs = matrices.legs
    if is_inbound:
        node, end_of = int(freight.origin[flow[0]]), freight.destination
        lane, lane_h = legs.collect[node], legs.collect_h[node]
        step, step_h, far, far_h = legs.between, legs.between_h, legs.distribute.T, legs.distribute_h.T
    else:
        node, end_of = int(freight.destination[flow[0]]), freight.origin
        lane, lane_h = legs.distribute[:, node], legs.distribute_h[:, node]
        step, step_h, far, far_h = legs.between.T, legs.between_h.T, legs.collect, legs.collect_h
    # Ends whose cheapest hub is the same stand together: so the parts are regions.
    nearest = far.argmin(axis=1)[end_of[flow]]
    flow = flow[np.lexsort((end_of[flow], nearest))]
    ends, place = np.unique(end_of[flow], return_inverse=True)
    arrays = (lane, step, far[ends], lane_h, step_h, far_h[ends])
    volume = np.ascontiguousarray(freight.volume[flow])
    flows = GateFlows(
        _starts(volume), place.ravel().astype(np.int64), volume, freight.slack_h[flow], freight.penalty[flow]
    )
    fills_lane, fills_hub = (bool(fills[flow[0]]) for fills in (freight.fills_lane, freight.fills_hub))
    own = GateLegs(*(np.ascontiguousarray(array) for array in arrays))
    return GatedFreight(airport, is_inbound, fills_lane, fills_hub, own, flows, flow)


def _starts(volume: Floats) -> NDArray[np.int64]:
    """Return where parts of about as much freight begin, and where the last one ends."""
    before = np.cumsum(volume) - volume
    part = np.floor(TUNING.parts * before / volume.sum())
    return np.append(np.flatnonzero(np.diff(part, prepend=-1.0)), len(volume)).astype(np.int64)


def _beside(freight: GateFreight, matrices: RouteMatrices) -> RouteMatrices | None:
    """Return the problem of what goes between cities, without fixed cost; None where nothing does."""
    own = np.arange(freight.start[-1], len(freight.volume))
    if not len(own):
        return None
    own = own[np.argsort(freight.origin[own], kind="stable")]
    origins, start = np.unique(freight.origin[own], return_index=True)
    legs = matrices.legs
    collect, collect_h = (np.ascontiguousarray(matrix[origins]) for matrix in (legs.collect, legs.collect_h))
    flows = Flows(
        np.append(start, len(own)).astype(np.int64),
        freight.destination[own],
        freight.volume[own],
        freight.slack_h[own],
        freight.penalty[own],
    )
    legs = legs._replace(collect=collect, collect_h=collect_h)
    return replace(matrices, fixed=np.zeros(matrices.sites), legs=legs, flows=flows)
