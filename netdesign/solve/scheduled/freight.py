"""The freight of cities that have one hub each way, in parties: what one choice of hub and departures carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.formulation.protocol import SERVICE_POLICIES, policies_in_force
from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import Policy
from netdesign.instance.services import LegKind, ReturnTrip
from netdesign.network.operated import by_fullest_vehicles
from netdesign.network.routes import hard_deadline, is_promised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.services import ServiceTerms
    from netdesign.network import Network
    from netdesign.network.services import LegsName

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

IN: LegsName = "distribution"
OUT: LegsName = "collection"

NONE = -1
"""Stands for a party, a site or terms that there are not."""

SHARED = frozenset({LegKind.INTER_HUB, LegKind.AIR})
"""Legs that carry the freight of many cities."""


def has_city_choices(instance: Instance) -> bool:
    """Return whether cost is least where each city chooses one hub, in all or each way, and what goes there."""
    is_bound = instance.problem.allocation is not Allocation.MULTIPLE and instance.problem.objective is Objective.COST
    # Its programs know nothing of policies that are registered, nor of links without departures.
    is_bound &= not instance.chooses_links or instance.services is not None
    return is_bound and policies_in_force(instance) <= SERVICE_POLICIES | {Policy.SORTING_CENTRES, Policy.HUB_LINKS}


def goes_overseas(instance: Instance) -> NDArray[np.bool_]:
    """Return which commodities travel between a city and an overseas airport."""
    commodities, overseas = instance.commodities, instance.is_overseas
    return np.asarray(overseas[commodities.origin] != overseas[commodities.destination])


def has_loops(instance: Instance) -> bool:
    """Return whether compiled loops bound sets of hubs, which hold no routes: all freight goes overseas over hubs."""
    return has_city_choices(instance) and not instance.has_centres and bool(goes_overseas(instance).all())


@dataclass(frozen=True)
class Party:
    """Freight of a city that has one hub and one choice of departures: of one way, or of both on a paired leg.

    Parameters
    ----------
    node
        The city.
    ways
        The legs of the city on which it travels.
    volume
        t/year each way.
    commodities
        Positions of the commodities each way.
    """

    node: int
    ways: tuple[LegsName, ...]
    volume: tuple[float, ...]
    commodities: tuple[Positions, ...]


@dataclass(frozen=True)
class City:
    """Positions of the parties of a city: of what comes in, of what goes out, and of both together; or ``NONE``."""

    inbound: int
    outbound: int
    both: int = NONE


class CityFreight:
    """The freight of an instance by city and way, with its routes.

    A commodity between a city and an overseas airport is an entry of the party of that city; it takes a *gate* beside
    the hub of the city, where it enters or leaves Europe, which may be the same hub. A commodity between two cities is
    in the volume of both, and in ``beside``.

    Parameters
    ----------
    instance, network
        The problem, with an allocation of cities to single hubs, and its legs.

    Attributes
    ----------
    sites
        Positions of the sites that may open, ascending.
    is_centre
        Which of them are sorting centres: no gates, and no hubs of freight that goes out; shape (sites,).
    gates, gate_at
        Places in ``sites`` of the others, and the place of each site among them; ``NONE`` for a sorting centre.
    shared
        Legs on which those between hubs and lanes are priced as if their vehicles were full and left at once: there
        no plan pays less.
    parties, cities
        All of them; parties of both ways exist where the returns of a leg are paired.
    node, first_is_in, is_both
        Of each party: its city, whether its first way is the one in, and whether it has both; shape (parties,).
    own
        Place in ``sites`` of the site in each party's city that has to serve it where it is open, shape (parties,);
        ``NONE`` where there is none.
    is_paired
        Whether vehicles of a city come back on a paired leg, shape (nodes, sites).
    commodity, party, way
        Of each entry: positions, and that of the way in its party; shape (entries,), ordered by party.
    volume
        t/year that an entry counts for; 0 in parties whose freight all stays in Europe.
    beside
        Positions of the commodities that are no entries.
    """

    def __init__(self, instance: Instance, network: Network) -> None:
        self.instance, self.network = instance, network
        self.sites = np.array([instance.site_position[name] for name in instance.allowed])
        self.is_centre = instance.is_centre[self.sites]
        self.gates = np.flatnonzero(~self.is_centre)
        self.gate_at = np.where(self.is_centre, NONE, np.cumsum(~self.is_centre) - 1)
        self.is_paired = self._paired()
        self.parties: list[Party] = []
        self.cities: list[City] = []
        self._add_parties()
        self.node = np.array([party.node for party in self.parties], dtype=np.intp)
        self.first_is_in = np.array([party.ways[0] == IN for party in self.parties], dtype=bool)
        self.is_both = np.array([len(party.ways) == 2 for party in self.parties], dtype=bool)
        site_at = {int(instance.sites[site].node): place for place, site in enumerate(self.sites)}
        self.own = np.array([site_at.get(party.node, NONE) for party in self.parties], dtype=np.intp)
        # Out of a city goes nothing over its own sorting centre.
        self.own[self.is_centre[self.own] & ~self.first_is_in] = NONE
        self._add_entries()
        self.shared = by_fullest_vehicles(instance, network, SHARED)

    def gates_of(self, places: Positions) -> Positions:
        """Return those of some places in ``sites`` that are no sorting centres."""
        return np.asarray(places[~self.is_centre[places]])

    @property
    def is_single(self) -> bool:
        """Whether a city has the same hub both ways."""
        return self.instance.problem.allocation is Allocation.SINGLE

    def terms(self) -> tuple[list[ServiceTerms], Positions]:
        """Return all terms of city legs, and the place among them of each party and site; ``NONE`` without vehicles.

        Those of the two ways of a pair are the same.
        """
        services, found = self.instance.services, np.full((len(self.parties), len(self.sites)), NONE)
        listed: list[ServiceTerms] = []
        if services is None or self.network.services is None:
            return listed, found
        node, is_in = self.node, self.first_is_in
        place_of = {self.instance.sites[site].node: place for place, site in enumerate(self.sites)}
        for way, arrays in ((OUT, self.network.services.collection), (IN, self.network.services.distribution)):
            kind, chosen = LegKind(way), is_in if way == IN else ~is_in
            if kind in services.of_kind:
                found[chosen] = len(listed)
                listed.append(services.of_kind[kind])
            for (of, *ends), own in services.of_leg.items():
                city, hub = ends if way == OUT else ends[::-1]
                if of is kind and hub in place_of:
                    found[chosen & (node == city), place_of[hub]] = len(listed)
                    listed.append(own)
            is_served = arrays.is_served[node][:, self.sites] if way == OUT else arrays.is_served[self.sites][:, node].T
            found[chosen[:, None] & ~is_served] = NONE
        return listed, found

    def _paired(self) -> NDArray[np.bool_]:
        services, found = self.instance.services, np.zeros((len(self.instance.nodes), len(self.sites)), dtype=bool)
        if services is None or self.network.services is None:
            return found
        terms = services.of_kind.get(LegKind.COLLECTION)
        found[:] = terms is not None and terms.returns is ReturnTrip.PAIRED
        place_of = {self.instance.sites[site].node: place for place, site in enumerate(self.sites)}
        for (kind, origin, destination), own in services.of_leg.items():
            if kind is LegKind.COLLECTION and destination in place_of:
                found[origin, place_of[destination]] = own.returns is ReturnTrip.PAIRED
        return found & self.network.services.collection.is_served[:, self.sites]

    def _add_parties(self) -> None:
        commodities, overseas = self.instance.commodities, self.instance.is_overseas
        ends = {IN: commodities.destination, OUT: commodities.origin}
        for node in np.flatnonzero(~overseas).tolist():
            found = {way: np.flatnonzero(end == node) for way, end in ends.items()}
            alone = {}
            for way, rows in found.items():
                if len(rows):
                    alone[way] = len(self.parties)
                    self.parties.append(Party(node, (way,), (float(commodities.volume[rows].sum()),), (rows,)))
            if not alone:
                continue
            both = NONE
            if len(alone) == 2 and self.is_paired[node].any():
                both = len(self.parties)
                own = [self.parties[alone[way]] for way in (IN, OUT)]
                volumes, rows_of = (one.volume[0] for one in own), (one.commodities[0] for one in own)
                self.parties.append(Party(node, (IN, OUT), tuple(volumes), tuple(rows_of)))
            self.cities.append(City(alone.get(IN, NONE), alone.get(OUT, NONE), both))

    def _add_entries(self) -> None:
        commodities, is_gated = self.instance.commodities, goes_overseas(self.instance)
        self.beside = np.flatnonzero(~is_gated)
        commodity, party, way, volume = [], [], [], []
        for position, one in enumerate(self.parties):
            rows = [
                (number, row) for number, rows in enumerate(one.commodities) for row in rows[is_gated[rows]].tolist()
            ]
            # Each party has an entry; one of no volume asks for a route only.
            for number, row in rows or [(0, int(one.commodities[0][0]))]:
                commodity.append(row)
                party.append(position)
                way.append(number)
                volume.append(float(commodities.volume[row]) if rows else 0.0)
        self.commodity, self.party, self.way = (np.array(values, dtype=np.intp) for values in (commodity, party, way))
        self.volume = np.array(volume)
        is_in = np.array([self.parties[p].ways[w] == IN for p, w in zip(party, way, strict=True)], dtype=bool)
        self.is_inbound = is_in
        self.start = np.searchsorted(self.party, np.arange(len(self.parties)))

    @property
    def is_separate(self) -> bool:
        """Whether all freight goes between a city and an overseas airport."""
        return not len(self.beside)

    @cached_property
    def matters(self) -> NDArray[np.bool_]:
        """Whether it matters that an entry is late, shape (entries,)."""
        return np.asarray(is_promised(self.instance)[self.commodity])

    @cached_property
    def penalty(self) -> Floats:
        """Late penalty of each entry, EUR/t."""
        return np.asarray(self.instance.late_penalty[self.commodity])

    @cached_property
    def fines(self) -> Floats:
        """Return the most that better hours can be worth to each entry, EUR/year; infinite under hard promises."""
        must = self.is_hard | (self.instance.policies.service is not None)
        return np.where(self.matters, np.where(must, np.inf, self.penalty * self.volume), 0.0)

    @cached_property
    def is_hard(self) -> NDArray[np.bool_]:
        """Whether an entry may not be late."""
        return np.asarray(hard_deadline(self.instance)[self.commodity])

    @property
    def has_carbon_cap(self) -> bool:
        """Whether emissions are limited."""
        carbon = getattr(self.instance.policies, Policy.CARBON)
        return carbon is not None and carbon.cap_t_per_year is not None
