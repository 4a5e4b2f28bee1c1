"""Commodities that may have several hubs, over fixed networks at any prices and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.network import price_routes
from netdesign.network.routes import hard_deadline
from netdesign.solve.core.drawn_freight import DrawnNetworks, DrawnRoutes, RoutePrices
from netdesign.solve.drawn.layout import Layout
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.drawn.operation import Floats, NetworkSites


class RouteOperation:
    """Operates networks with each commodity on its best routes; minima are kept by prices of them.

    Parameters
    ----------
    instance, network
        The problem at any prices, and its legs.
    networks
        Those that are operated.
    say
        Told where loops have to be compiled.
    """

    def __init__(
        self, instance: Instance, network: Network, networks: NetworkSites, say: Callable[[str], None]
    ) -> None:
        commodities, sites = instance.commodities, networks.sites
        rows = np.arange(len(commodities))[:, None, None]
        costs = price_routes(instance, network, rows, sites[:, None], sites)
        exists = np.isfinite(costs.total)
        if instance.problem.route_hubs == 1:
            exists &= np.eye(len(sites), dtype=bool)
        overseas = instance.is_overseas
        from_overseas, to_overseas = overseas[commodities.origin], overseas[commodities.destination]
        self._freight = DrawnRoutes(
            np.ascontiguousarray(exists),
            np.ascontiguousarray(costs.is_late),
            np.where(from_overseas, 0, np.where(to_overseas, 1, -1)).astype(np.int64),
            np.ascontiguousarray(from_overseas),
            np.ascontiguousarray(hard_deadline(instance)),
        )
        self._networks = networks
        count, width = len(commodities), len(sites)
        self._layout = Layout(
            {
                "fixed": (width,),
                "handling": (width,),
                "penalty": (count,),
                "between": (width, width),
                "collect": (count, width),
                "distribute": (count, width),
            }
        )
        self._loop = load_compiled("drawn_routes", say).operate_routes

    def prices_of(self, instance: Instance, network: Network) -> Floats:
        """Return all prices that count; see ``Operation``."""
        commodities, sites = instance.commodities, self._networks.sites
        return self._layout.packed(
            fixed=np.array([instance.sites[site].fixed_cost for site in sites]),
            handling=network.handling[sites],
            penalty=instance.late_penalty,
            between=network.inter_hub.cost[np.ix_(sites, sites)],
            collect=network.collection.cost[commodities.origin[:, None], sites],
            distribute=network.distribution.cost[sites, commodities.destination[:, None]],
        )

    def operate(self, prices: Floats, volumes: Floats, hub_least: Floats, lane_least: float) -> Floats:
        """Return a bound and the cost of each network; see ``Operation``."""
        part = self._layout.parts(prices)
        found = np.empty((len(self._networks.sizes), 2))
        self._loop(
            self._freight,
            RoutePrices(
                part["fixed"],
                part["handling"],
                part["penalty"],
                np.array(volumes),
                part["between"],
                part["collect"],
                part["distribute"],
            ),
            DrawnNetworks(self._networks.members, self._networks.sizes, hub_least, np.array([lane_least])),
            found,
        )
        return found
