"""Routes of the freight of cities over a gate and the hub of their city, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.network import price_routes
from netdesign.network.hub_steps import joined_sites
from netdesign.network.routes import LATE_TOLERANCE_H

if TYPE_CHECKING:
    from netdesign.network import Network
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions


@dataclass(frozen=True)
class GateRoutes:
    """Routes of entries over a gate and the hub of their city, shape (entries, gates, hubs).

    Of legs with a service there is what a tonne pays beside the vehicle, and the least hours.

    Parameters
    ----------
    cost
        EUR/t without late penalties, infinite where there is no route.
    slack_h
        Hours that departures may take over the least before the route is late; infinite where that does not matter.
    time_h, co2e
        Least h, and t CO2e/t beside the vehicles of cities.
    """

    cost: Floats
    slack_h: Floats
    time_h: Floats
    co2e: Floats

    def over(self, gates: Positions, hubs: Positions) -> GateRoutes:
        """Return the routes over some gates and hubs, by their places in the arrays."""
        cells = slice(None), gates[:, None], hubs
        return GateRoutes(*(values[cells] for values in (self.cost, self.slack_h, self.time_h, self.co2e)))


def gate_routes(freight: CityFreight, network: Network, places: Positions) -> GateRoutes:
    """Return the routes of all entries over some sites, by place in ``sites``, on the legs of a network.

    Gates are the sites that are no sorting centres. In ``CityFreight.shared`` inter-hub legs and lanes are priced as if
    their vehicles were full.
    """
    instance, chosen, gates = freight.instance, freight.sites[places], freight.sites[freight.gates_of(places)]
    gate, hub = gates[None, :, None], chosen[None, None, :]
    cost, time_h, co2e = (np.empty((len(freight.commodity), len(gates), len(chosen))) for _ in range(3))
    # Both ways apart: then each leg depends on two of the three axes only, and is looked up that often.
    for own, first, last in ((freight.is_inbound, gate, hub), (~freight.is_inbound, hub, gate)):
        costs = price_routes(instance, network, freight.commodity[own][:, None, None], first, last)
        total = costs.total
        cost[own] = np.where(np.isfinite(total), total - costs.late, np.inf)
        time_h[own], co2e[own] = costs.time_h, costs.co2e
    if instance.problem.route_hubs == 1:
        cost[:, gates[:, None] != chosen] = np.inf
    if instance.chooses_links:
        cost[:, (gates[:, None] != chosen) & ~joined_sites(instance)[gates[:, None], chosen]] = np.inf
    with np.errstate(invalid="ignore"):
        slack = instance.deadline_h[freight.commodity][:, None, None] + LATE_TOLERANCE_H - time_h
    if freight.is_centre[places].any():
        _end_at_centres(freight, network, places, cost, slack)
    return GateRoutes(cost, np.where(freight.matters[:, None, None], slack, np.inf), time_h, co2e)


def _end_at_centres(freight: CityFreight, network: Network, places: Positions, cost: Floats, slack: Floats) -> None:
    """Let entries that ask for a route to another city only have one that ends at a sorting centre.

    Over gates only they may be late, or have no route. Which centres are open is not known: the best of all counts,
    whatever the gate.
    """
    instance, chosen = freight.instance, freight.sites[places]
    beside = np.flatnonzero(np.isin(freight.commodity, freight.beside) & ~freight.is_inbound)
    rows, centres = freight.commodity[beside][:, None, None], chosen[freight.is_centre[places]]
    over = price_routes(instance, network, rows, chosen[None, None, :], centres[None, :, None])
    cost[beside] = np.fmin(cost[beside], np.fmin.reduce(over.total, axis=1)[:, None])
    with np.errstate(invalid="ignore"):
        most = instance.deadline_h[rows] + LATE_TOLERANCE_H - over.time_h
    slack[beside] = np.fmax(slack[beside], np.fmax.reduce(most, axis=1)[:, None])
