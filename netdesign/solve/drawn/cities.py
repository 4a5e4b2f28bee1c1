"""Cities with one hub each way, whose freight goes overseas, over fixed networks at any prices and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import carbon_charge
from netdesign.network.operated import by_fullest_vehicles
from netdesign.solve.core.drawn_freight import CityPrices, DrawnCities, DrawnNetworks
from netdesign.solve.drawn.layout import Layout
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.freight import NONE, SHARED, CityFreight
from netdesign.solve.scheduled.gate_routes import gate_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.drawn.operation import Floats, NetworkSites
    from netdesign.solve.scheduled.gate_routes import GateRoutes

_WAYS = ("in", "out")

_NEVER = 1_000_000_000
"""Departures a week that no leg has."""


class CityOperation:
    """Operates networks with one hub of each city each way, and departures as many as its freight needs.

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
        self._networks = networks
        freight = CityFreight(instance, network)
        self._nodes = np.array(sorted({party.node for party in freight.parties}), dtype=np.intp)
        self._row_of = {int(node): row for row, node in enumerate(self._nodes)}
        self._commodity = {way: np.full(len(self._nodes), NONE) for way in _WAYS}
        for commodity, party in zip(freight.commodity.tolist(), freight.party.tolist(), strict=True):
            way = "in" if instance.is_overseas[instance.commodities.origin[commodity]] else "out"
            self._commodity[way][self._row_of[freight.parties[party].node]] = commodity
        ends = (
            instance.commodities.origin if (self._commodity["in"] != NONE).any() else instance.commodities.destination
        )
        self._airport = int(ends[instance.is_overseas[ends]][0])
        services = instance.services
        self._payloads = np.array([] if services is None else [vehicle.payload_t for vehicle in services.vehicles])
        self._weeks = 0.0 if services is None else services.weeks_per_year
        places = np.searchsorted(freight.sites, networks.sites)
        self._is_paired = np.ascontiguousarray(freight.is_paired[self._nodes][:, places])
        self._allowed, terms = self._terms(freight, places)
        self._freight = self._frozen(instance, network, freight, gate_routes(freight, freight.shared, places), terms)
        cities, width, vehicles = len(self._nodes), len(networks.sites), len(self._payloads) + 1
        legs = {f"leg_{way}": (cities, width) for way in _WAYS}
        each = {f"each_{way}": (vehicles, cities, width) for way in _WAYS}
        lanes = {f"lane_{way}": (width,) for way in _WAYS}
        penalties = {f"penalty_{way}": (cities,) for way in _WAYS}
        of_sites = {"fixed": (width,), "handling": (width,), "between": (width, width)}
        self._layout = Layout({**of_sites, **lanes, **penalties, **legs, **each})
        self._loop = load_compiled("drawn_cities", say).operate_cities

    def prices_of(self, instance: Instance, network: Network) -> Floats:
        """Return all prices that count; see ``Operation``."""
        sites, nodes, airport = self._networks.sites, self._nodes, self._airport
        shared, of_all = by_fullest_vehicles(instance, network, SHARED), instance.late_penalty
        penalty = {f"penalty_{way}": np.where(rows == NONE, 0.0, of_all[rows]) for way, rows in self._commodity.items()}
        each = self._each(instance, network)
        return self._layout.packed(
            fixed=np.array([instance.sites[site].fixed_cost for site in sites]),
            handling=network.handling[sites],
            between=shared.inter_hub.cost[np.ix_(sites, sites)],
            lane_in=shared.collection.cost[airport, sites],
            lane_out=shared.distribution.cost[sites, airport],
            leg_in=network.distribution.cost[sites][:, nodes].T,
            leg_out=network.collection.cost[nodes][:, sites],
            each_in=each["in"],
            each_out=each["out"],
            **penalty,
        )

    def operate(self, prices: Floats, volumes: Floats, hub_least: Floats, lane_least: float) -> Floats:
        """Return a bound and the cost of each network; see ``Operation``."""
        of_ways = {f"volume_{way}": np.where(rows == NONE, 0.0, volumes[rows]) for way, rows in self._commodity.items()}
        found = np.empty((len(self._networks.sizes), 2))
        self._loop(
            self._freight,
            CityPrices(**self._layout.parts(prices), **of_ways),
            DrawnNetworks(self._networks.members, self._networks.sizes, hub_least, np.array([lane_least])),
            found,
        )
        return found

    def _each(self, instance: Instance, network: Network) -> dict[str, Floats]:
        """Return what one departure a week costs each way, EUR/year, with the way back where both are paired.

        By way, shape (vehicles, cities, hubs), the last vehicle standing for none.
        """
        cells, vehicles = (len(self._nodes), len(self._networks.sites)), len(self._payloads)
        found = {way: np.full((vehicles + 1, *cells), np.inf) for way in _WAYS}
        if network.services is not None:
            price = carbon_charge(instance.policies)
            for way, arrays in (("in", network.services.distribution), ("out", network.services.collection)):
                eur, co2e = self._cut(arrays.departure_eur, way), self._cut(arrays.departure_co2e, way)
                found[way][:vehicles] = self._weeks * (eur + price * np.where(np.isfinite(eur), co2e, 0.0))
            # A paired vehicle comes back even where nothing does.
            both = found["in"] + found["out"]
            found = {way: np.where(self._is_paired, both, each) for way, each in found.items()}
        for way, each in found.items():
            each[~self._allowed[way]] = np.inf
            each[vehicles][self._allowed[way][vehicles]] = 0.0
        return found

    def _cut(self, values: Floats, way: str) -> Floats:
        """Return values of city legs by city and hub, in shape (..., cities, hubs)."""
        nodes, sites = self._nodes, self._networks.sites
        if way == "in":
            return np.asarray(np.swapaxes(values[..., sites, :][..., nodes], -1, -2))
        return np.asarray(values[..., nodes, :][..., sites])

    def _terms(
        self, freight: CityFreight, places: NDArray[np.intp]
    ) -> tuple[dict[str, NDArray[np.bool_]], dict[str, list[NDArray[np.int64]]]]:
        """Return which vehicles may go, the last standing for none, and the departures that each leg may have.

        By way; the latter are least, most, and place among the terms, shape (cities, hubs).
        """
        listed, index = freight.terms()
        shape, vehicles = (len(self._nodes), len(places)), len(self._payloads)
        allowed = {way: np.zeros((vehicles + 1, *shape), dtype=bool) for way in _WAYS}
        of_legs = {way: [np.full(shape, start) for start in (1, _NEVER - 1, NONE)] for way in _WAYS}
        for number, party in enumerate(freight.parties):
            if len(party.ways) > 1:
                continue
            way = "in" if freight.first_is_in[number] else "out"
            row = self._row_of[party.node]
            for column, place in enumerate(places.tolist()):
                at = int(index[number, place])
                if at == NONE:
                    allowed[way][vehicles, row, column] = True
                    continue
                terms = listed[at]
                allowed[way][list(terms.vehicles), row, column] = True
                for values, value in zip(of_legs[way], (terms.least, terms.most, at), strict=True):
                    values[row, column] = value
        return allowed, of_legs

    def _frozen(
        self,
        instance: Instance,
        network: Network,
        freight: CityFreight,
        routes: GateRoutes,
        terms: dict[str, list[NDArray[np.int64]]],
    ) -> DrawnCities:
        """Return what is the same in all worlds."""
        has = {way: np.ascontiguousarray(rows != NONE) for way, rows in self._commodity.items()}
        exists, hard, soon = self._arrivals(network, freight, routes, terms)
        own = np.arange(len(self._networks.sites))
        faster = {way: np.ascontiguousarray((soon[way] < soon[way][:, own, own][:, None]).any(axis=3)) for way in _WAYS}
        needs_care = np.zeros((len(own), len(own)), dtype=bool)
        for way in _WAYS:
            is_lost = has[way][:, None] & ~exists[way][:, own, own]
            needs_care |= (faster[way] | (exists[way] & is_lost[:, None])).any(axis=0)
        limits = [np.ascontiguousarray(terms[way][number], dtype=np.int64) for way in _WAYS for number in (0, 1)]
        return DrawnCities(
            has["in"],
            has["out"],
            hard["in"],
            hard["out"],
            exists["in"],
            exists["out"],
            faster["in"],
            faster["out"],
            soon["in"],
            soon["out"],
            np.append(self._weeks * self._payloads, np.inf),
            limits[0],
            limits[1],
            limits[2],
            limits[3],
            self._is_paired,
            np.ascontiguousarray(needs_care),
            np.array([instance.problem.allocation is Allocation.SINGLE]),
        )

    def _arrivals(
        self,
        network: Network,
        freight: CityFreight,
        routes: GateRoutes,
        terms: dict[str, list[NDArray[np.int64]]],
    ) -> tuple[dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]], dict[str, NDArray[np.int32]]]:
        """Return which routes there are, whose deadlines are hard, and from how many departures on freight is in time.

        By way; shapes (cities, gates, hubs), (cities,) and (cities, gates, hubs, vehicles and none).
        """
        width, vehicles = len(self._networks.sites), len(self._payloads)
        exists = {way: np.zeros((len(self._nodes), width, width), dtype=bool) for way in _WAYS}
        soon = {way: np.zeros((len(self._nodes), width, width, vehicles + 1), dtype=np.int32) for way in _WAYS}
        hard = {way: np.zeros(len(self._nodes), dtype=bool) for way in _WAYS}
        extra = {way: self._extra_h(network, way) for way in _WAYS}
        listed, _ = freight.terms()
        waits = [np.array([one.wait_h(n) for n in range(one.least, one.most + 1)]) for one in listed]
        for entry, (party, inbound) in enumerate(zip(freight.party.tolist(), freight.is_inbound.tolist(), strict=True)):
            if len(freight.parties[party].ways) > 1:
                continue
            way, row = "in" if inbound else "out", self._row_of[freight.parties[party].node]
            exists[way][row] = np.isfinite(routes.cost[entry])
            hard[way][row] = freight.is_hard[entry]
            for h in range(width):
                slack, at = routes.slack_h[entry, :, h], int(terms[way][2][row, h])
                if not freight.matters[entry]:
                    continue
                soon[way][row, :, h, vehicles] = np.where(slack >= 0.0, 0, _NEVER)
                for u in range(vehicles if at != NONE else 0):
                    is_met = extra[way][u, row, h] + waits[at] <= slack[:, None]
                    first = listed[at].least + is_met.argmax(axis=1)
                    soon[way][row, :, h, u] = np.where(is_met.any(axis=1), first, _NEVER)
        return exists, hard, soon

    def _extra_h(self, network: Network, way: str) -> Floats:
        """Return the hours of vehicles over the least of each leg, shape (vehicles, cities, hubs)."""
        if network.services is None:
            return np.zeros((0, len(self._nodes), len(self._networks.sites)))
        legs, arrays = (
            (network.distribution, network.services.distribution)
            if way == "in"
            else (network.collection, network.services.collection)
        )
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(
                self._cut(arrays.travel_h, way) - self._cut(legs.time_h, way), nan=np.inf, posinf=np.inf
            )
