"""Trunk legs from hubs to sorting centres: what departures there cost, carry and let wait, and cities over them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.instance.services import LegKind
from netdesign.solve.scheduled.hub_links import link_charges
from netdesign.solve.scheduled.modes import city_modes

if TYPE_CHECKING:
    from netdesign.instance.services import ServiceTerms
    from netdesign.solve.scheduled.bounds import SetBounds
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.modes import Modes

_RATIO = 1.25
"""Departures of a class over those of the class before."""


@dataclass(frozen=True)
class Trunk:
    """Choices of departures on a trunk leg, each of some number of departures between two.

    Parameters
    ----------
    vehicle
        Position of the vehicle, shape (choices,).
    first, last
        Departures a week, shape (choices,); 0 where the leg has no service.
    eur, tonnes
        Of one departure a week, EUR/year with what policies charge, and t/year; shape (choices,).
    fixed
        Of the link of the leg, EUR/year, shape (choices,).
    extra_h
        Hours over the least of the leg with ``last`` departures, shape (choices,).
    cost
        What the way into each city costs with these hours, EUR/year, departures on the trunk beside; shape (choices,
        parties).
    """

    vehicle: Positions
    first: Floats
    last: Floats
    eur: Floats
    tonnes: Floats
    fixed: Floats
    extra_h: Floats
    cost: Floats


class Trunks:
    """The trunk legs of an instance in which all freight into a city comes from one airport.

    Parameters
    ----------
    freight, bounds
        All freight, and the bounds of hubs.
    parties
        Positions of the parties of the ways in.
    """

    def __init__(self, freight: CityFreight, bounds: SetBounds, parties: Positions) -> None:
        self._freight, self._bounds, self._parties = freight, bounds, parties
        modes = city_modes(freight, places=np.flatnonzero(freight.is_centre))
        modes = modes.chosen(np.isin(modes.party, parties))
        self._modes = modes.chosen(np.lexsort((modes.party, modes.site)))
        self._modes_from = np.searchsorted(self._modes.site, np.arange(len(freight.sites) + 1))
        instance = freight.instance
        self._charged, self._charges = carbon_charge(instance.policies), link_charges(instance)
        self._legs: dict[tuple[int, int], Trunk] = {}

    @staticmethod
    def states(freight: CityFreight, parties: Positions) -> bool:
        """Return whether all freight into each city comes from one airport, and all freight is such or the reverse."""
        each = np.bincount(freight.party, minlength=len(freight.parties))[parties]
        return freight.is_separate and len(parties) > 0 and bool((each == 1).all())

    def leg(self, gate: int, centre: int) -> Trunk:
        """Return a leg, by places in ``CityFreight.sites``, with departures in classes."""
        if (gate, centre) not in self._legs:
            self._legs[gate, centre] = self._with_choices(gate, centre, self._classes(gate, centre))
        return self._legs[gate, centre]

    def exact(self, gate: int, centre: int, ranges: list[tuple[int, int, int]]) -> Trunk:
        """Return a leg with each number of departures for itself, of some vehicles from a first to a last one."""
        choices = [(u, n, n) for u, first, last in ranges for n in range(first, last + 1)]
        return self._with_choices(gate, centre, choices)

    def _classes(self, gate: int, centre: int) -> list[tuple[int, int, int]]:
        terms, found = self._terms(gate, centre), []
        for u in () if terms is None else terms.vehicles:
            n = terms.least if terms is not None else 0
            while terms is not None and n <= terms.most:
                last = min(max(n, math.ceil(n * _RATIO) - 1), terms.most)
                found.append((u, n, last))
                n = last + 1
        return found

    def _terms(self, gate: int, centre: int) -> ServiceTerms | None:
        freight = self._freight
        instance, arrays = freight.instance, freight.network.services
        ends = freight.sites[gate], freight.sites[centre]
        if instance.services is None or arrays is None or not arrays.inter_hub.is_served[ends]:
            return None
        return instance.services.terms(LegKind.INTER_HUB, *(instance.sites[end].node for end in ends))

    def _with_choices(self, gate: int, centre: int, choices: list[tuple[int, int, int]]) -> Trunk:
        freight, terms = self._freight, self._terms(gate, centre)
        cell = freight.sites[gate], freight.sites[centre]
        fixed = self._charges[cell]
        if terms is None:
            none = np.zeros(1)
            places = none.astype(np.intp)
            return Trunk(places, none, none, none, none, fixed + none, none, self._cost(gate, centre, none))
        services, arrays = freight.instance.services, freight.network.services
        assert services is not None
        assert arrays is not None
        eur, co2e = arrays.inter_hub.departure_eur[:, *cell], arrays.inter_hub.departure_co2e[:, *cell]
        listed = [choice for choice in choices if np.isfinite(eur[choice[0]])]
        vehicle, first, last = np.array(listed, dtype=np.intp).reshape(-1, 3).T
        each = services.weeks_per_year * (eur + self._charged * np.where(np.isfinite(eur), co2e, 0.0))
        tonnes = services.weeks_per_year * np.array([one.payload_t for one in services.vehicles])
        waits = {n: terms.wait_h(n) for n in np.unique(last).tolist()}
        travel = arrays.inter_hub.travel_h[:, *cell] - freight.network.inter_hub.time_h[cell]
        hours = travel[vehicle] + np.array([waits[n] for n in last.tolist()])
        numbers = first.astype(np.float64), last.astype(np.float64)
        each_choice = each[vehicle], tonnes[vehicle], np.full(len(vehicle), fixed), hours
        return Trunk(vehicle, *numbers, *each_choice, self._cost(gate, centre, hours))

    def full_price(self, gate: int, centre: int) -> float:
        """Return what a tonne pays on a trunk leg where its vehicles are full, EUR/t."""
        freight, cell = self._freight, (self._freight.sites[gate], self._freight.sites[centre])
        full, beside = freight.shared.inter_hub, freight.network.inter_hub
        if not np.isfinite(beside.road[cell]):
            return 0.0
        return float(full.road[cell] - beside.road[cell] + self._charged * (full.co2e[cell] - beside.co2e[cell]))

    def _cost(self, gate: int, centre: int, hours: Floats) -> Floats:
        """Return what the way into each city costs beside departures on the trunk, EUR/year, shape (hours, parties)."""
        modes = self._modes.chosen(np.arange(self._modes_from[centre], self._modes_from[centre + 1]))
        place, found = np.searchsorted(self._parties, modes.party), np.full((len(hours), len(self._parties)), np.inf)
        if len(place):
            starts = np.flatnonzero(np.append(True, np.diff(place) != 0))
            costs = self.cost_of_modes(gate, centre, hours, modes)
            found[:, place[starts]] = np.minimum.reduceat(costs, starts, axis=1)
        return found

    def cost_of_modes(self, gate: int, centre: int, hours: Floats, modes: Modes) -> Floats:
        """Return what ways into cities cost with modes at a centre, departures on the trunk beside, EUR/year.

        Parameters
        ----------
        gate, centre
            Places in ``CityFreight.sites``.
        hours
            That the trunk takes over the least.
        modes
            At that centre, of parties with one entry.

        Returns
        -------
        Floats
            Shape (hours, modes).
        """
        freight, routes, row = self._freight, self._bounds.routes, self._freight.gate_at[gate]
        entry = freight.start[modes.party]
        is_late = modes.extra_h[0] + hours[:, None] > routes.slack_h[entry, row, centre]
        # Freight of no volume has to have a route all the same.
        penalty = np.where(freight.is_hard[entry], np.inf, freight.penalty[entry] * freight.volume[entry])
        each = routes.cost[entry, row, centre] - self.full_price(gate, centre)
        beside = np.where(np.isfinite(each), np.where(np.isfinite(each), each, 0.0) * freight.volume[entry], np.inf)
        return np.asarray(modes.cost + beside + np.where(is_late, penalty, 0.0))
