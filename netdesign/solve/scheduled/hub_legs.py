"""Departures between the hubs of a set as the loops take them, with the numbers that they may have."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.instance.services import ReturnTrip
from netdesign.network.services import LegPlace, leg_ends
from netdesign.solve.core.city_choices import HubServices
from netdesign.solve.kernels.names import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.services import ServiceTerms
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions

    Numbers = Mapping[LegPlace, tuple[int, int]]
    """Least and most departures a week of services between hubs, by their first way; (0, 0) for none."""


@dataclass(frozen=True)
class HubLeg:
    """A leg between two sites with a service, or a pair of legs with the same departures.

    Parameters
    ----------
    ways
        The legs.
    terms
        Of both.
    eur
        What one departure a week of each vehicle costs on all ways, EUR/year; infinite where it may not go.
    """

    ways: tuple[LegPlace, ...]
    terms: ServiceTerms
    eur: Floats


@dataclass(frozen=True)
class NumberedLeg:
    """A service between hubs whose number of departures is in doubt.

    Parameters
    ----------
    way
        Its first way.
    numbers
        Least and most departures a week that it may have.
    at
        So many or fewer are one part, more the other.
    """

    way: LegPlace
    numbers: tuple[int, int]
    at: int

    @property
    def halves(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The numbers of both parts, those of more departures first."""
        return (self.at + 1, self.numbers[1]), (self.numbers[0], self.at)


class HubLegs:
    """Services between the hubs of sets.

    Parameters
    ----------
    freight
        All freight.
    """

    def __init__(self, freight: CityFreight) -> None:
        self._freight, self._known = freight, dict[tuple[int, int], HubLeg | None]()
        # What a tonne pays for a full vehicle.
        with np.errstate(invalid="ignore"):
            self._eur_per_t = freight.shared.inter_hub.cost - freight.network.inter_hub.cost
        services = freight.instance.services
        payload = [] if services is None else [vehicle.payload_t for vehicle in services.vehicles]
        self.tonnes = np.array(payload) * (1.0 if services is None else services.weeks_per_year)

    def of_hubs(self, sites: Positions) -> list[HubLeg]:
        """Return the services between some sites, by position, ascending."""
        found = []
        for one, other in itertools.combinations(sites.tolist(), 2):
            leg = self._leg(one, other)
            found += [] if leg is None else [leg]
            if leg is None or len(leg.ways) == 1:
                back = self._leg(other, one)
                found += [] if back is None else [back]
        return found

    def stated(self, sites: Positions, numbers: Numbers) -> HubServices:
        """Return the services between some sites as loops take them, where they may have so many departures."""
        legs, place = self.of_hubs(sites), {site: number for number, site in enumerate(sites.tolist())}
        size = len(sites)
        full, extra_h = np.zeros((size, size)), np.zeros((size, size))
        least, most, may_rest = [], [], []
        for leg in legs:
            low, high = numbers.get(leg.ways[0], (0, leg.terms.most))
            least.append(min(max(low, leg.terms.least), high))
            most.append(high)
            may_rest.append(low == 0)
            for way in leg.ways:
                cell = place[way.row], place[way.column]
                full[cell] = self._eur_per_t[way.row, way.column]
                extra_h[cell] = self.fastest_h(leg, way, high) if 0 < high < leg.terms.most else 0.0
        return HubServices(
            first=np.array([place[leg.ways[0].row] for leg in legs], dtype=np.int64),
            last=np.array([place[leg.ways[0].column] for leg in legs], dtype=np.int64),
            is_paired=np.array([len(leg.ways) == 2 for leg in legs], dtype=bool),
            least=np.array(least, dtype=np.int64),
            most=np.array(most, dtype=np.int64),
            may_rest=np.array(may_rest, dtype=bool),
            eur=np.minimum(np.array([leg.eur for leg in legs]).reshape(len(legs), len(self.tonnes)), NEVER),
            tonnes=self.tonnes,
            full=full,
            extra_h=extra_h,
        )

    def fastest_h(self, leg: HubLeg, way: LegPlace, most: int) -> float:
        """Return the hours over the least that so many departures or fewer take at least."""
        network = self._freight.network
        assert network.services is not None
        own, legs = network.services.inter_hub, network.inter_hub
        travel = min(float(own.travel_h[u, way.row, way.column]) for u in leg.terms.vehicles)
        return travel - float(legs.time_h[way.row, way.column]) + leg.terms.wait_h(most)

    def _leg(self, row: int, column: int) -> HubLeg | None:
        if (row, column) not in self._known:
            self._known[row, column] = self._made(LegPlace("inter_hub", row, column))
        return self._known[row, column]

    def _made(self, way: LegPlace) -> HubLeg | None:
        instance, network = self._freight.instance, self._freight.network
        services = instance.services
        if services is None or network.services is None:
            return None
        own, terms = network.services.inter_hub, services.terms(*leg_ends(instance, way))
        if terms is None or not own.is_served[way.row, way.column]:
            return None
        ways = (way, way.way_back) if terms.returns is ReturnTrip.PAIRED else (way,)
        price = carbon_charge(instance.policies)
        eur = np.full(len(services.vehicles), np.inf)
        for u in terms.vehicles:
            cells = [(u, one.row, one.column) for one in ways]
            each = sum(float(own.departure_eur[cell]) for cell in cells)
            if np.isfinite(each):
                eur[u] = each + price * sum(float(own.departure_co2e[cell]) for cell in cells)
        return HubLeg(ways, terms, services.weeks_per_year * eur)
