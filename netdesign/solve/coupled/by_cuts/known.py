"""Plans as cuts see them: no cut may demand more of a plan than it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.coupled.by_cuts.oracle import SharePoint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.coupled.bounds import CoupledBounds
    from netdesign.solve.coupled.by_cuts.parts import FreightParts

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class KnownPlan:
    """A plan.

    Parameters
    ----------
    point
        Which hubs and lanes it opens.
    cost
        Of the freight of each part, EUR/year, shape (parts,).
    load
        What of it flies over each gate, t/year, shape (parts, sites).
    """

    point: SharePoint
    cost: Floats
    load: Floats

    @classmethod
    def of(cls, plan: Plan, bounds: CoupledBounds, parts: FreightParts) -> KnownPlan:
        """Return a plan of the problem of which ``bounds`` has the legs."""
        freight, legs = bounds.freight, bounds.matrices.legs
        flow, first, last = bounds.flow[plan.commodity], bounds.place[plan.first_hub], bounds.place[plan.last_hub]
        origin, end = freight.origin[flow], freight.destination[flow]
        hours = legs.collect_h[origin, first] + legs.between_h[first, last] + legs.distribute_h[last, end]
        each = legs.collect[origin, first] + legs.between[first, last] + legs.distribute[last, end]
        each += np.where(hours > freight.slack_h[flow], freight.penalty[flow], 0.0)
        part = parts.part_of_flow[flow]
        gate = np.where(freight.is_last[flow], last, first)
        flies = flow < freight.start[-1]
        load = np.zeros((parts.parts, parts.sites))
        np.add.at(load, (part[flies], gate[flies]), plan.volume[flies])
        lanes = np.zeros((parts.airports, parts.sites))
        airport = np.searchsorted(freight.start, flow[flies], side="right") - 1
        lanes[airport, gate[flies]] = 1.0
        is_open = np.isin(bounds.names, plan.open_hubs).astype(np.float64)
        return cls(
            SharePoint(is_open, lanes), np.bincount(part, each * plan.volume, parts.parts).astype(np.float64), load
        )
