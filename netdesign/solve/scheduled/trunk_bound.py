"""The bound of a set with sorting centres by the departures that feed them, and what plans under a limit leave out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.cheapest import totals
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.centre_choices import CentreChoices
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.centre_savings import Beside, CentreSavings
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.packing import Packing
    from netdesign.solve.scheduled.shared_legs import Departures
    from netdesign.solve.scheduled.trunks import Trunk

_STEPS = 150


@dataclass(frozen=True)
class TrunkBound:
    """A bound of a set by multipliers, which say for each choice what a plan with it costs more.

    Parameters
    ----------
    cost
        No plan of the set that is under the cut-off costs less, EUR/year.
    base, charge
        What cities cost over the hubs of the set, and what its centres cost, EUR/year.
    legs
        Gate and centre of each leg, places in ``CityFreight.sites``, with its choices.
    choices
        The same as arrays, with what cities save; None where there are no legs.
    price
        Of each city, EUR/year.
    worth, tonne
        Of each choice, EUR/year, and EUR/t.
    """

    cost: float
    base: Beside
    charge: float
    legs: list[tuple[int, int, Trunk]]
    choices: CentreChoices | None
    price: Floats
    worth: Floats
    tonne: Floats

    @property
    def without_centres(self) -> float:
        """What the set costs where no centre is used, EUR/year."""
        return self.base.cost + self.charge

    def regrets_of_choices(self) -> Floats:
        """Return how much more than ``cost`` a plan with a choice costs at least, EUR/year."""
        if self.choices is None:
            return np.empty(0)
        best = np.zeros(len(self.legs))
        np.maximum.at(best, self.choices.leg, self.worth)
        return np.asarray(best[self.choices.leg] - self.worth)

    def on_leg(self, number: int) -> Positions:
        """Return the positions of the choices of a leg."""
        return np.empty(0, dtype=np.intp) if self.choices is None else np.flatnonzero(self.choices.leg == number)


class TrunkBounds:
    """Bounds sets with sorting centres by the departures that feed them.

    Parameters
    ----------
    freight, savings
        All freight, and what centres save beside hubs; its trunks are stated.
    state
        Told where loops are compiled.
    """

    def __init__(self, freight: CityFreight, savings: CentreSavings, state: SearchState) -> None:
        self._freight, self._savings = freight, savings
        self._loops = load_compiled("centres", state.notify)

    def of_set(self, places: Positions, shut: set[Lane], cut_off: float) -> TrunkBound | None:
        """Return the bound of a set; None where a city cannot be served.

        Parameters
        ----------
        places
            Hubs and centres, places in ``CityFreight.sites``.
        shut
            Lanes that are out of service.
        cut_off
            Choices in no plan under it are left out, EUR/year.
        """
        savings, trunks, freight = self._savings, self._savings.trunks, self._freight
        assert trunks is not None
        hubs, centres = freight.gates_of(places), places[freight.is_centre[places]]
        is_shut = _is_shut(freight, shut) if shut else None
        base, charge = savings.of_set(hubs, centres, is_shut)
        if not np.isfinite(base.cost):
            return None
        of_set = _OfSet(hubs, centres, base, charge, is_shut)
        legs = [(gate, centre, trunks.leg(gate, centre)) for centre in centres.tolist() for gate in hubs.tolist()]
        found = self._bounded(of_set, legs, None)
        # Each number of departures for itself, of the classes that are left.
        kept = found.regrets_of_choices() <= cut_off - found.cost
        exact = []
        for number, (gate, centre, trunk) in enumerate(legs):
            own = np.flatnonzero(kept[found.on_leg(number)])
            if trunk.last.max(initial=0.0) == 0.0:
                exact.append((gate, centre, trunk))
            elif len(own):
                ranges = [(int(trunk.vehicle[a]), int(trunk.first[a]), int(trunk.last[a])) for a in own]
                exact.append((gate, centre, trunks.exact(gate, centre, ranges)))
        return self._bounded(of_set, exact, found.price)

    def _bounded(self, of_set: _OfSet, legs: list[tuple[int, int, Trunk]], price: Floats | None) -> TrunkBound:
        base, centres = of_set.base, of_set.centres
        cost, price = base.cost + of_set.charge, np.zeros(len(base.least)) if price is None else price.copy()
        if not legs:
            return TrunkBound(cost, base, of_set.charge, legs, None, np.zeros(len(price)), np.empty(0), np.empty(0))
        by_number = [(int(np.searchsorted(centres, c)), gate, trunk) for gate, c, trunk in legs]
        choices = self._savings.choices(base, of_set.hubs, by_number, of_set.is_shut)
        charge, is_certain = np.zeros(len(centres)), np.ones(len(centres), dtype=bool)
        saved = self._loops.most_saved(choices, charge, is_certain, len(centres), len(centres), _STEPS, price)
        count = len(choices.first)
        worth, tonne, best = np.empty(count + len(centres)), np.empty(count), np.empty(len(legs), dtype=np.int64)
        self._loops.worth_of_choices(choices, charge, price, worth, tonne, best)
        return TrunkBound(cost - float(saved), base, of_set.charge, legs, choices, price, worth[:count], tonne)

    def narrowed(
        self, bound: TrunkBound, columns: SetColumns, limit: float, packing: Packing | None = None
    ) -> tuple[SetColumns, Departures]:
        """Return the columns and the departures on trunk legs that a plan under a limit may have, EUR/year.

        Parameters
        ----------
        bound
            Of the set.
        columns
            Of the set, as if vehicles on trunks were full, with all modes.
        limit
            EUR/year.
        packing
            Which centre each city has, and which departures trunks have; None where these are open.
        """
        freight, room = self._freight, limit - bound.cost + 1e-9 * abs(limit)
        within = bound.regrets_of_choices() <= room
        kept = within if packing is None else packing.taken
        sites, modes = freight.sites, columns.modes
        centres = columns.hubs[freight.is_centre[columns.hubs]].tolist()
        departures: dict[tuple[int, int], set[tuple[int, int]]] = {
            (int(sites[gate]), int(sites[centre])): set()
            for gate in freight.gates_of(columns.hubs).tolist()
            for centre in centres
        }
        for number, (gate, centre, trunk) in enumerate(bound.legs):
            own = kept[bound.on_leg(number)]
            departures[int(sites[gate]), int(sites[centre])] = {
                (int(u), int(n)) for u, n in zip(trunk.vehicle[own], trunk.first[own], strict=True)
            }
        is_kept = self._regrets(bound, columns, within) <= room
        if packing is not None:
            is_in = freight.first_is_in[modes.party]
            at = np.where(freight.is_centre[modes.site], modes.site, NONE)
            is_kept = ~is_in | (at == packing.centre[self._savings.column_of[modes.party]])
        return columns.narrowed(is_kept[columns.shares.mode]), departures

    def _regrets(self, bound: TrunkBound, columns: SetColumns, kept: NDArray[np.bool_]) -> Floats:
        """Return how much more than the bound a plan with each mode costs at least, EUR/year.

        A city over hubs saves nothing of its price; what it costs more than its least comes on top. The way out of a
        city is beside a way in over a centre, which counts as if it were the cheapest, or over a hub.
        """
        freight, modes = self._freight, columns.modes
        party = modes.party
        column = self._savings.column_of[party]
        has_city = column != NONE
        total, _ = totals(freight, columns)
        least_of_party = np.full(len(freight.parties), np.inf)
        np.minimum.at(least_of_party, party, total)
        price, base = bound.price[column], bound.base
        with np.errstate(invalid="ignore"):
            alone = total - least_of_party[party]
            over_hubs = price + total - base.least[column]
            into = over_hubs + base.out[column]
            out = np.minimum(total - base.out[column], over_hubs + base.into[column])
        is_in = freight.first_is_in[party] & ~freight.is_both[party]
        regret = np.select([~has_city, freight.is_both[party], is_in], [alone, over_hubs, into], out)
        # A mode without a route for some entry is none.
        regret = np.where(np.isfinite(total), np.nan_to_num(regret, nan=0.0, neginf=0.0), np.inf)
        at_centre = freight.is_centre[modes.site]
        regret[at_centre] = np.inf
        for number, (_, centre, _) in enumerate(bound.legs):
            own = np.flatnonzero(at_centre & (modes.site == centre))
            options = bound.on_leg(number)
            options = options[kept[options]]
            if len(own) and len(options):
                regret[own] = np.minimum(regret[own], self._over_leg(bound, columns, number, own, options))
        return np.asarray(regret)

    def _over_leg(
        self, bound: TrunkBound, columns: SetColumns, number: int, own: Positions, options: Positions
    ) -> Floats:
        """Return the regrets of modes over a leg with the best of some of its choices.

        What a choice is worth falls short of the best of its leg, and a mode saves its city less than the best does.
        """
        assert self._savings.trunks is not None
        gate, centre, trunk = bound.legs[number]
        modes, choices = columns.modes.chosen(own), bound.choices
        column = self._savings.column_of[modes.party]
        assert choices is not None
        first = int(bound.on_leg(number)[0])
        cost = self._savings.trunks.cost_of_modes(gate, centre, trunk.extra_h[options - first], modes)
        # What a city pays for its part of the trunk, and its price.
        due = bound.tonne[options][:, None] * choices.volume[column] + bound.price[column]
        best = np.maximum(choices.saving[options][:, column] - due, 0.0)
        saving = (bound.base.least - bound.base.out)[column] - cost
        return np.asarray((bound.regrets_of_choices()[options][:, None] + best - (saving - due)).min(axis=0))


@dataclass(frozen=True)
class _OfSet:
    """A set: its hubs and centres, what cities cost over hubs, what centres cost, and gates shut to entries."""

    hubs: Positions
    centres: Positions
    base: Beside
    charge: float
    is_shut: NDArray[np.bool_] | None


def _is_shut(freight: CityFreight, lanes: set[Lane]) -> NDArray[np.bool_]:
    """Return which gates are shut to entries, shape (gates, entries)."""
    commodities, found = freight.instance.commodities, np.zeros((len(freight.gates), len(freight.party)), dtype=bool)
    rows = freight.commodity
    overseas = np.where(freight.is_inbound, commodities.origin[rows], commodities.destination[rows])
    gate_of = {int(freight.sites[gate]): row for row, gate in enumerate(freight.gates)}
    for node, site in lanes:
        if site in gate_of:
            found[gate_of[site]] |= overseas == node
    return found
