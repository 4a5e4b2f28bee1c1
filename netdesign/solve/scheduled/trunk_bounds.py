"""Bounds of sets with sorting centres by the departures that feed them, and what plans under a limit leave out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.centre_savings import of_choices
from netdesign.solve.scheduled.cheapest import totals
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.trunk_bound import TrunkBound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.centre_savings import Beside, CentreSavings
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.packing import Packing
    from netdesign.solve.scheduled.shared_legs import Departures
    from netdesign.solve.scheduled.trunks import Trunk

_STEPS = 150


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
        assert savings.trunks is not None
        self._freight, self._savings, self._trunks = freight, savings, savings.trunks
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
        savings, trunks, freight = self._savings, self._trunks, self._freight
        hubs, centres = freight.gates_of(places), places[freight.is_centre[places]]
        is_shut = _is_shut(freight, shut) if shut else None
        base, charge, own = savings.of_set(hubs, centres, is_shut)
        if not np.isfinite(base.cost):
            return None
        of_set = _OfSet(hubs, centres, base, charge, own, is_shut)
        legs = [(gate, centre, trunks.leg(gate, centre)) for centre in centres.tolist() for gate in hubs.tolist()]
        found = self._bounded(of_set, legs, np.zeros(len(base.least)))
        # Each number of departures for itself, of the classes that are left.
        kept = np.flatnonzero(found.regrets_of_choices() <= found.room(cut_off))
        exact = []
        for number in np.unique(found.choices.leg[kept]).tolist():
            options = kept[found.choices.leg[kept] == number]
            columns = found.vehicle[options], found.choices.first[options], found.choices.last[options]
            ranges = [(int(u), int(first), int(last)) for u, first, last in zip(*columns, strict=True)]
            gate, centre = found.legs[number]
            exact.append((gate, centre, trunks.exact(gate, centre, ranges)))
        return self._bounded(of_set, exact, found.price - (found.base.least - base.least))

    def _bounded(self, of_set: _OfSet, legs: list[tuple[int, int, Trunk]], price: Floats) -> TrunkBound:
        """Return the bound of a set with some choices of departures, by prices that begin with those given.

        These are of what cities save of ``of_set.base``.
        """
        savings, centres = self._savings, of_set.centres
        by_number = [(int(np.searchsorted(centres, c)), gate, trunk) for gate, c, trunk in legs]
        over = savings.over_legs(of_set.hubs, by_number, of_set.is_shut)
        base, over = _with_own_centres(of_set, legs, over)
        choices = savings.choices(base, over, by_number)
        count = len(choices.first)
        # Without choices no city saves anything.
        price = np.maximum(price + base.least - of_set.base.least, 0.0) if count else np.zeros(len(price))
        charge, is_certain = np.zeros(len(centres)), np.ones(len(centres), dtype=bool)
        saved = self._loops.most_saved(choices, charge, is_certain, len(centres), len(centres), _STEPS, price)
        worth, tonne, best = np.empty(count + len(centres)), np.empty(count), np.empty(len(legs), dtype=np.int64)
        self._loops.worth_of_choices(choices, charge, price, worth, tonne, best)
        return TrunkBound(
            cost=base.cost + of_set.charge - float(saved),
            base=base,
            charge=of_set.charge,
            own=of_set.own,
            legs=[(gate, centre) for gate, centre, _ in legs],
            choices=choices,
            vehicle=np.concatenate([np.empty(0, dtype=np.intp), *(trunk.vehicle for *_, trunk in legs)]),
            extra_h=np.concatenate([np.empty(0), *(trunk.extra_h for *_, trunk in legs)]),
            price=price,
            worth=worth[:count],
            tonne=tonne,
        )

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
        freight, room, modes = self._freight, bound.room(limit), columns.modes
        if packing is None:
            options = np.flatnonzero(bound.regrets_of_choices() <= room)
            is_kept = self._regrets(bound, columns, options) <= room
        else:
            options = np.flatnonzero(packing.taken)
            at = np.where(freight.is_centre[modes.site], modes.site, NONE)
            is_kept = ~freight.first_is_in[modes.party] | (at == packing.centre[self._savings.column_of[modes.party]])
        return columns.narrowed(is_kept[columns.shares.mode]), self._departures(bound, columns.hubs, options)

    def _departures(self, bound: TrunkBound, places: Positions, options: Positions) -> Departures:
        """Return the departures that some choices allow on the trunk legs of a set; none on a leg without a choice."""
        sites, choices = self._freight.sites, bound.choices
        found: dict[tuple[int, int], set[tuple[int, int]]] = {
            (int(sites[gate]), int(sites[centre])): set()
            for gate in self._freight.gates_of(places)
            for centre in places[self._freight.is_centre[places]]
        }
        for a in options.tolist():
            gate, centre = bound.legs[choices.leg[a]]
            found[int(sites[gate]), int(sites[centre])].add((int(bound.vehicle[a]), int(choices.first[a])))
        return found

    def _regrets(self, bound: TrunkBound, columns: SetColumns, options: Positions) -> Floats:
        """Return how much more than the bound a plan with each mode and some choices costs at least, EUR/year."""
        modes, leg = columns.modes, bound.choices.leg[options]
        regret = self._regrets_over_hubs(bound, columns)
        regret[self._freight.is_centre[modes.site]] = np.inf
        for number in np.unique(leg).tolist():
            gate, centre = bound.legs[number]
            own, on_leg = np.flatnonzero(modes.site == centre), options[leg == number]
            column = self._savings.column_of[modes.party[own]]
            cost = self._trunks.cost_of_modes(gate, centre, bound.extra_h[on_leg], modes.chosen(own))
            saving = (bound.base.least - bound.base.out)[column] - cost
            regret[own] = np.minimum(regret[own], bound.regrets_over(on_leg, column, saving).min(axis=0))
        return regret

    def _regrets_over_hubs(self, bound: TrunkBound, columns: SetColumns) -> Floats:
        """Return how much more than the bound a plan with each mode costs at least where its site is a hub, EUR/year.

        A city over hubs saves nothing of its price; what it costs more than its least comes on top. The way out of a
        city is beside a way in over a centre, which counts as if it were the cheapest, or over a hub; not this where it
        has a centre of its own.
        """
        freight, party, base = self._freight, columns.modes.party, bound.base
        column = self._savings.column_of[party]
        total, _ = totals(freight, columns)
        least_of_party = np.full(len(freight.parties), np.inf)
        np.minimum.at(least_of_party, party, total)
        with np.errstate(invalid="ignore"):
            alone = total - least_of_party[party]
            over_hubs = bound.price[column] + total - base.least[column]
            over_hubs[bound.own[column] != NONE] = np.inf
            into = over_hubs + base.out[column]
            out = np.minimum(total - base.out[column], over_hubs + base.into[column])
        is_both = freight.is_both[party]
        regret = np.select([column == NONE, is_both, freight.first_is_in[party]], [alone, over_hubs, into], out)
        # A mode without a route for some entry is none.
        return np.where(np.isfinite(total), np.nan_to_num(regret, nan=0.0, neginf=0.0), np.inf)


@dataclass(frozen=True)
class _OfSet:
    """A set: its hubs and centres, what cities cost over hubs, what centres cost, own centres, and shut gates."""

    hubs: Positions
    centres: Positions
    base: Beside
    charge: float
    own: Positions
    is_shut: NDArray[np.bool_] | None


def _with_own_centres(of_set: _OfSet, legs: list[tuple[int, int, Trunk]], over: Floats) -> tuple[Beside, Floats]:
    """Return what cities cost over hubs and over legs where centres of their own alone serve them.

    Such a city counts with the most that it costs there, and the dearest departures on top: so it saves something with
    all choices, and it pays its centre to be served where its price is less than these.
    """
    base, own = of_set.base, of_set.own
    if not len(over) or (own == NONE).all():
        return base, over
    centre = of_choices([centre for _, centre, _ in legs], legs)[:, None]
    over = np.where((own != NONE) & (own != centre), np.inf, over)
    most = np.where((own == centre) & np.isfinite(over), over + base.out, -np.inf).max(axis=0)
    most += max(float((trunk.last * trunk.eur + trunk.fixed).max(initial=0.0)) for *_, trunk in legs)
    return replace(base, least=np.where(np.isfinite(most), np.maximum(base.least, most), base.least)), over


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
