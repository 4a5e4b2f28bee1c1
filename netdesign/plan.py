"""Plans as data: open hubs, open air lanes, routes of the freight; over years, orders of modules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.first_decision import FirstDecision
from netdesign.network.hub_steps import HubSteps, hub_steps
from netdesign.network.services import ScheduledService as ScheduledService  # noqa: TC001 - part of this module

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Plan:
    """A network and how it is used.

    Parameters
    ----------
    open_hubs
        Ids of all open hubs, existing ones included, in the order of the hubs table.
    open_lanes
        Pairs (overseas airport, hub) of air lanes in service.
    commodity
        Positions of commodities, one entry a route in use, ascending.
    first_hub, last_hub
        Positions of sites.
    volume
        t/year on the route, positive.
    services
        Departures of vehicles, at most one entry a leg, in the order of kind, origin and destination; empty where the
        instance has no services.
    links
        Ids of the ends of the chosen hub links, in the order of the hubs table; empty where all hubs are joined.
    between
        Positions of the sites that each route passes after its first and before its last hub, in order; empty where
        all hubs are joined.
    """

    open_hubs: tuple[str, ...]
    open_lanes: tuple[tuple[str, str], ...]
    commodity: NDArray[np.intp]
    first_hub: NDArray[np.intp]
    last_hub: NDArray[np.intp]
    volume: NDArray[np.float64]
    services: tuple[ScheduledService, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    between: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def steps(self) -> HubSteps:
        """The legs between hubs that the routes pass."""
        return hub_steps(self.first_hub, self.last_hub, self.between)

    @property
    def routes(self) -> int:
        """Number of routes in use."""
        return len(self.commodity)

    def over_one_link(self, links: tuple[tuple[str, str], ...]) -> Plan:
        """Return the plan with its chosen hub links, where each route passes one of them at most."""
        return replace(self, links=links, between=((),) * self.routes)


@dataclass(frozen=True)
class Order:
    """Modules that a node of the tree pays for: ``count`` of ``module`` at ``site``, both by id."""

    site: str
    module: str
    count: int


@dataclass(frozen=True)
class NodePlan:
    """Decisions at a node of the scenario tree.

    Parameters
    ----------
    orders
        Modules paid for there.
    closings
        Ids of the hubs that are closed from the next year on.
    operations
        Open hubs, lanes and routes of that year.
    contract
        Handling bought by the tonne: hub and t/year, positive.
    link_orders
        Hub links paid for there, as in ``Plan.links``.
    """

    orders: tuple[Order, ...]
    closings: tuple[str, ...]
    operations: Plan
    contract: tuple[tuple[str, float], ...] = ()
    link_orders: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class StagedPlan:
    """A decision for each node of the tree, in the order of the nodes."""

    nodes: tuple[NodePlan, ...]

    @property
    def first(self) -> FirstDecision:
        """What is decided in the first year; modules of one kind at one hub count together."""
        root = self.nodes[0]
        counts: Counter[tuple[str, str]] = Counter()
        for order in root.orders:
            counts[order.site, order.module] += order.count
        orders = tuple((*of, counts[of]) for of in sorted(counts) if counts[of])
        return FirstDecision(orders, tuple(sorted(root.closings)), tuple(sorted(root.link_orders)))


@dataclass(frozen=True)
class Shares:
    """Solution of a path model: the share of each candidate route.

    Parameters
    ----------
    commodity, first_hub, last_hub
        Positions.
    share
        Part of the commodity's volume on the route.
    """

    commodity: NDArray[np.intp]
    first_hub: NDArray[np.intp]
    last_hub: NDArray[np.intp]
    share: NDArray[np.float64]


NEGLIGIBLE_SHARE = 1e-9
"""Smaller shares are rounding of the solver."""


def plan_from_shares(
    open_hubs: tuple[str, ...],
    open_lanes: tuple[tuple[str, str], ...],
    shares: Shares,
    commodity_volume: NDArray[np.float64],
) -> Plan:
    """Turn shares into volumes: rounding of the solver is dropped and the shares of each commodity scaled to one.

    Parameters
    ----------
    open_hubs, open_lanes
        As in Plan.
    shares
        Shares by route.
    commodity_volume
        w_r, t/year, shape (commodities,).
    """
    used = shares.share > NEGLIGIBLE_SHARE
    commodity = shares.commodity[used]
    total = np.bincount(commodity, weights=shares.share[used], minlength=len(commodity_volume))
    volume = shares.share[used] / total[commodity] * commodity_volume[commodity]
    order = np.lexsort((shares.last_hub[used], shares.first_hub[used], commodity))
    return Plan(
        open_hubs=open_hubs,
        open_lanes=tuple(sorted(open_lanes)),
        commodity=commodity[order],
        first_hub=shares.first_hub[used][order],
        last_hub=shares.last_hub[used][order],
        volume=volume[order],
    )
