"""A node's year with some hubs open: routes, policies and prices as arrays, without modules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import CapacityCounts, Counted, counted_volume, limits_on_routes, minimum_tonnes
from netdesign.network import price_routes
from netdesign.network.routes import hard_deadline
from netdesign.solve.multistage.dominated_routes import dominated_routes
from netdesign.solve.multistage.multipliers import module_bound, no_multipliers
from netdesign.solve.multistage.peak_days import peak_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies import Limit
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.network.routes import RouteCosts
    from netdesign.solve.multistage.multipliers import ModuleBound
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.peak_days import PeakDay


_MOST_HELD = 20_000_000
"""Largest number of routes over all permitted sites whose costs are kept; else they are priced for each set."""


@dataclass(frozen=True)
class Year:
    """The data for operating a set of hubs for a year.

    Parameters
    ----------
    hubs
        Positions of the open sites, ascending.
    cost
        F, EUR/t, infinite where a route is not permitted; shape (commodities, hubs, hubs).
    measures
        Measures of routes that limits refer to, by name, of the same shape; 0 where a route is not permitted.
    volume
        w, t/year, shape (commodities,).
    both_count
        Whether freight uses the capacity of its last hub too.
    peaks, limits
        Peak days, and limits over all routes.
    entering
        Volume that counts towards a minimum throughput, t/year, shape (commodities,).
    minimum, short_price
        By hub: minimum entering, t/year, or 0; price of a shortfall, EUR/t, infinite if none is allowed.
    contract_limit, contract_price
        Limit by hub, t/year, and price, EUR/t.
    lane_in, lane_out
        Overseas airport of origin and of destination of a commodity, or -1; shape (commodities,).
    lane_minimum
        Minimum of an open lane, t/year; 0 if lanes are no decision.
    counts_in, counts_out
        Whether freight to and from Europe counts towards it.
    city_of
        Origin and destination of each commodity if subject to single allocation, else -1; shape (commodities, 2).
    own_hub
        Position among ``hubs`` by city that is an open hub: single allocation assigns the city to it.
    """

    hubs: tuple[int, ...]
    cost: NDArray[np.float64]
    measures: dict[str, NDArray[np.float64]]
    volume: NDArray[np.float64]
    both_count: bool
    peaks: tuple[PeakDay, ...]
    limits: tuple[Limit, ...]
    entering: NDArray[np.float64]
    minimum: NDArray[np.float64]
    short_price: NDArray[np.float64]
    contract_limit: NDArray[np.float64]
    contract_price: float
    lane_in: NDArray[np.intp]
    lane_out: NDArray[np.intp]
    lane_minimum: float
    counts_in: bool
    counts_out: bool
    city_of: NDArray[np.intp]
    own_hub: dict[int, int]

    def taken(self, limit: Limit) -> NDArray[np.float64]:
        """Return the use of a limit by a tonne on each route, with the limit's sign; shape as ``cost``."""
        return self.measures[limit.measure] * (limit.sign / limit.unit)

    @property
    def dearest(self) -> float:
        """Cost of all freight at the highest price of contract handling, overflow or shortfall, EUR/year."""
        short = self.short_price[np.isfinite(self.short_price)]
        prices = [self.contract_price, *short.tolist(), *(peak.price for peak in self.peaks if np.isfinite(peak.price))]
        return float(self.volume.sum() * max(prices))

    def bound_by(self, operation: YearOperation) -> ModuleBound | None:
        """Return the bound on operating it with any modules, by the prices of an operation."""
        return None if operation.prices is None else module_bound(self, operation.prices)

    @property
    def free_bound(self) -> ModuleBound:
        """The bound on operating it with any modules without prices."""
        return module_bound(self, no_multipliers(self))

    @property
    def is_single(self) -> bool:
        """Whether cities are subject to single allocation."""
        return bool((self.city_of >= 0).any())


class Years:
    """The years of a problem; data that do not depend on the hubs are computed once."""

    def __init__(self, staged: StagedInstance, networks: Sequence[Network]) -> None:
        self._staged, self._networks = staged, networks
        base = staged.base
        self._sites = np.array([base.site_position[name] for name in base.allowed], dtype=np.intp)
        self._place = {int(site): position for position, site in enumerate(self._sites)}
        self._is_single = base.problem.allocation is Allocation.SINGLE
        # Nodes with the same prices have the same routes, as these do not depend on volumes.
        prices: dict[int, int] = {}
        self.like = tuple(
            prices.setdefault(id(node.instance.sites), position) for position, node in enumerate(staged.nodes)
        )
        self._routes: dict[int, tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]] = {}
        self._rules: dict[int, Year] = {}

    def year(self, node: int, hubs: tuple[int, ...]) -> Year:
        """Return the year of a node with exactly these hubs open.

        Parameters
        ----------
        node
            Position of the node.
        hubs
            Positions of sites, ascending.
        """
        if node not in self._rules:
            self._rules[node] = self._rules_of(node)
        rules = self._rules[node]
        places = np.array([self._place[hub] for hub in hubs], dtype=np.intp)
        cost, measures = self._routes_over(node, rules, places)
        nodes = [self._staged.base.sites[hub].node for hub in hubs]
        return replace(
            rules,
            hubs=hubs,
            cost=cost,
            measures=measures,
            minimum=rules.minimum[places],
            short_price=rules.short_price[places],
            contract_limit=rules.contract_limit[places],
            own_hub={place: k for k, place in enumerate(nodes) if self._binds_own_hub},
        )

    def tolled_costs(self, sets: Sequence[tuple[int, ...]], toll: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cost of freight by its best routes with a toll at each hub, EUR/year, shape (sets, nodes).

        Parameters
        ----------
        sets
            Positions of the open sites, ascending; at least one each.
        toll
            EUR/t at each site, shape (sites,).
        """
        return np.array([self._tolled(opened, toll[list(opened)]) for opened in sets])

    def _tolled(self, opened: tuple[int, ...], toll: NDArray[np.float64]) -> NDArray[np.float64]:
        by_prices = {like: _unit_costs(self.year(like, opened), toll) for like in set(self.like)}
        nodes = zip(self._staged.nodes, self.like, strict=True)
        return np.array([float(node.instance.commodities.volume @ by_prices[like]) for node, like in nodes])

    @property
    def _binds_own_hub(self) -> bool:
        return self._is_single and self._staged.base.problem.route_hubs == 2

    def _rules_of(self, node: int) -> Year:
        """Return the year of a node with all sites, without routes."""
        staged, instance = self._staged, self._staged.nodes[node].instance
        policies = instance.policies
        minima = minimum_tonnes(instance)
        throughput = policies.minimum_throughput
        names = [instance.sites[site].id for site in self._sites]
        contract = staged.stages.contract
        lanes = policies.air_lane
        overseas, commodities = instance.is_overseas, instance.commodities
        ends = np.stack((commodities.origin, commodities.destination), axis=1)
        flown = np.where(overseas[ends], ends, -1) if lanes else np.full(ends.shape, -1)
        return Year(
            hubs=tuple(self._sites.tolist()),
            cost=np.empty((len(commodities), 0, 0)),
            measures={},
            volume=commodities.volume,
            both_count=policies.capacity is None or policies.capacity.counts is CapacityCounts.HANDLED,
            peaks=peak_days(staged, instance),
            limits=tuple(limits_on_routes(instance)),
            entering=counted_volume(instance, throughput.counts) if throughput else np.zeros(len(commodities)),
            minimum=np.array([minima.get(name, 0.0) for name in names]),
            short_price=short_prices(instance, self._sites),
            contract_limit=staged.contract_limit[self._sites],
            contract_price=contract.price_eur_per_t if contract is not None else 0.0,
            lane_in=flown[:, 0],
            lane_out=flown[:, 1],
            lane_minimum=lanes.tonnes_per_year if lanes else 0.0,
            counts_in=lanes is not None and lanes.counts is not Counted.OUTBOUND,
            counts_out=lanes is not None and lanes.counts is not Counted.INBOUND,
            city_of=np.where(overseas[ends], -1, ends) if self._is_single else np.full(ends.shape, -1),
            own_hub={},
        )

    def _routes_over(
        self, node: int, rules: Year, places: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Return cost and measures of the routes over some sites, given by position among the permitted ones."""
        instance = self._staged.nodes[node].instance
        if len(instance.commodities) * len(self._sites) ** 2 > _MOST_HELD:
            return self._priced(node, rules, places)
        like = self.like[node]
        if like not in self._routes:
            self._routes[like] = self._priced(node, rules, np.arange(len(self._sites)))
        cost, measures = self._routes[like]
        some = slice(None), places[:, None], places[None, :]
        return (
            np.ascontiguousarray(cost[some]),
            {name: np.ascontiguousarray(values[some]) for name, values in measures.items()},
        )

    def _priced(
        self, node: int, rules: Year, places: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        instance = self._staged.nodes[node].instance
        cost, priced = routes_over(instance, self._networks[node], self._sites[places])
        measures = {
            limit.measure: np.where(np.isfinite(cost), getattr(priced, limit.measure), 0.0) for limit in rules.limits
        }
        if not self._is_single:
            limited = (limit.sign * measures[limit.measure] for limit in rules.limits)
            better: list[NDArray[np.float64] | NDArray[np.bool_]] = [cost, priced.is_late, *limited]
            cost[dominated_routes(better, rules, rules.minimum[places] > 0)] = np.inf
        return cost, measures


def routes_over(
    instance: Instance, network: Network, sites: NDArray[np.intp]
) -> tuple[NDArray[np.float64], RouteCosts]:
    """Return what all routes over some sites cost, and their further measures, shapes (commodities, sites, sites).

    Costs are in EUR/t, infinite where a route is not permitted.
    """
    rows = np.arange(len(instance.commodities))
    priced = price_routes(instance, network, rows[:, None, None], sites[None, :, None], sites[None, None, :])
    cost = np.where(np.isfinite(priced.total), priced.total, np.inf)
    cost[priced.is_late & hard_deadline(instance)[:, None, None]] = np.inf
    if instance.problem.route_hubs == 1:
        cost[:, ~np.eye(len(sites), dtype=bool)] = np.inf
    return cost, priced


def _price(price: float | None) -> float:
    return np.inf if price is None else price


def short_prices(instance: Instance, sites: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the price of a shortfall at some sites, EUR/t, infinite where none is allowed."""
    policy = instance.policies.minimum_throughput
    short = {hub.site: hub.shortfall_eur_per_t for hub in policy.hubs} if policy else {}
    return np.array([_price(short.get(instance.sites[site].id)) for site in sites])


def _unit_costs(year: Year, toll: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cost of each commodity's best route with the toll, EUR/t."""
    paid = year.cost + toll[None, :, None]
    if year.both_count:
        paid = paid + toll[None, None, :]
        own = np.arange(len(toll))
        paid[:, own, own] -= toll
    return np.asarray(paid.reshape(len(paid), -1).min(axis=1))
