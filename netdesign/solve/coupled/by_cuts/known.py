"""Plans as cuts see them: no cut may demand more of a plan than it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.gate_freight import FIRST, HUB_ROWS, LIFTED
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
    taken
        What it takes of each activity, t/year, shape (parts, activities).
    """

    point: SharePoint
    cost: Floats
    taken: Floats

    @classmethod
    def of(cls, plan: Plan, bounds: CoupledBounds, parts: FreightParts, activities: int) -> KnownPlan:
        """Return a plan of the problem of which ``bounds`` has the legs."""
        freight, legs, rows, sites = bounds.freight, bounds.matrices.legs, bounds.rows, parts.sites
        flow, first, last = bounds.flow[plan.commodity], bounds.place[plan.first_hub], bounds.place[plan.last_hub]
        origin, end = freight.origin[flow], freight.destination[flow]
        hours = legs.collect_h[origin, first] + legs.between_h[first, last] + legs.distribute_h[last, end]
        is_late = hours > freight.slack_h[flow]
        each = legs.collect[origin, first] + legs.between[first, last] + legs.distribute[last, end]
        each += np.where(is_late, freight.penalty[flow], 0.0)
        part, flies = parts.part_of_flow[flow], flow < freight.start[-1]
        gate = np.where(freight.is_last[flow] & flies, last, first)
        taken, cost = np.zeros((parts.parts, activities)), np.zeros(parts.parts)

        def take(which: NDArray[np.bool_], activity: NDArray[np.intp] | int, a_tonne: Floats | float = 1.0) -> None:
            at = np.broadcast_to(activity, part.shape)
            np.add.at(taken, (part[which], at[which]), (a_tonne * plan.volume)[which])

        every, is_two = np.ones(len(flow), dtype=bool), first != last
        take(every, gate)
        take(every, FIRST * sites + first)
        take(every, LIFTED * sites + first)
        take(is_two, LIFTED * sites + last, float(rows.counts_last[0]))
        if rows.limit_highest[0] > 0.0:
            emitted = rows.collect_e[origin, first] + rows.between_e[first, last] + rows.distribute_e[last, end]
            take(every, HUB_ROWS * sites, emitted)
        group = rows.group[flow]
        take(is_late & (group >= 0), HUB_ROWS * sites + 1)
        take(is_late & (group > 0), HUB_ROWS * sites + 1 + np.maximum(group, 0))
        np.add.at(cost, part, each * plan.volume)
        lanes = np.zeros((parts.airports, sites))
        airport = np.searchsorted(freight.start, flow[flies], side="right") - 1
        lanes[airport, gate[flies]] = 1.0
        is_open = np.isin(bounds.names, plan.open_hubs).astype(np.float64)
        return cls(SharePoint(is_open, lanes), cost, taken)
