"""What sorting centres save each city beside a set of hubs, by arrays: bounds of all sets of centres from one table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.centre_choices import CentreChoices
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.trunks import Trunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.scheduled.bounds import SetBounds
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.trunks import Trunk


@dataclass(frozen=True)
class Savings:
    """What centres save beside a set of hubs.

    A set S of centres beside them costs at least ``cost - sum_j max_{c in S} saving_cj + sum_{c in S} charge_c``.

    Parameters
    ----------
    cost
        Bound of the hubs without a centre, EUR/year; infinite where no centre helps a city that cannot be served.
    saving
        Of each centre with full vehicles, EUR/year, at least 0, shape (centres, columns).
    charge
        What each centre costs at least, EUR/year, shape (centres,).
    choices
        The same with departures on the legs that feed the centres, where these are known.
    """

    cost: float
    saving: Floats
    charge: Floats
    choices: CentreChoices


@dataclass(frozen=True)
class Beside:
    """What cities cost over a set of hubs, EUR/year.

    Parameters
    ----------
    fixed
        Hubs, and what chooses its hub apart from ways in.
    least
        Of each city, then each commodity between cities, shape (columns,).
    into
        The way into each city by itself, shape (cities,).
    out
        The way out of each city where it is chosen with the way in, shape (cities,).
    """

    fixed: float
    least: Floats
    into: Floats
    out: Floats

    @property
    def cost(self) -> float:
        """Bound of the hubs without a centre, EUR/year."""
        return self.fixed + float(self.least.sum())


class CentreSavings:
    """The savings of centres beside each set of hubs, from the arrays of ``SetBounds``.

    A centre serves the way into a city only, and a city has one hub that way. Given the hubs, what a city costs with
    its way in over a centre c is therefore the cheapest gate to c and the mode there, plus its cheapest way out over
    the hubs: of all centres it depends on c alone, and so it stays where the ways are paired, as no way back leads
    over a centre. The least cost of the city beside a set S is the lesser of that with hubs only and the least of
    these over c in S: S saves ``max_{c in S} saving_cj`` exactly. The same holds of each commodity between cities,
    which passes one last site. Sums over cities are sums over independent choices, as in ``SetBounds``.

    Where a city has a centre of its own that is open, it is served by that alone: what this costs more than its hubs
    did is in the charge of the centre, or in the cost of the city where the set is given. Cities that the hubs cannot
    serve count with the most that any centre takes.

    Parameters
    ----------
    freight, bounds
        All freight, and the bounds of hubs.

    Attributes
    ----------
    centres
        Places in ``CityFreight.sites`` of all sorting centres.
    trunks
        The legs that feed them; None where their departures are not stated.
    column_of
        Of each party the position of its city, ``NONE`` where it is not chosen with a way in; shape (parties,).
    """

    def __init__(self, freight: CityFreight, bounds: SetBounds) -> None:
        self._freight, self._bounds = freight, bounds
        self.centres = np.flatnonzero(freight.is_centre)
        sites = freight.instance.sites
        self._fixed = np.array([sites[site].fixed_cost for site in freight.sites])
        self._parties = np.flatnonzero(freight.first_is_in & ~freight.is_both)
        self._values, self._mode_cost = bounds.priced(self.centres, self._parties)
        self._rows = np.flatnonzero(np.isin(freight.party, self._parties))
        self._start = np.searchsorted(freight.party[self._rows], self._parties)
        self._beside = bounds.priced_beside(self.centres)
        place = np.full(len(freight.parties), NONE)
        place[self._parties] = np.arange(len(self._parties))
        coupled = bounds.coupled_in
        self._coupled = place[coupled]
        self._alone = np.setdiff1d(np.arange(len(self._parties)), self._coupled)
        self.trunks = Trunks(freight, bounds, self._parties) if Trunks.states(freight, self._parties) else None
        # Of each centre the column of the city that it has to serve, in the order of ``of_hubs``.
        self._order = np.concatenate((self._alone, self._coupled))
        own = freight.own[self._parties[self._order]]
        self._own = {c: int(np.flatnonzero(own == site)[0]) for c, site in enumerate(self.centres) if site in own}
        # The city of a party that is chosen with its way in.
        self.column_of = np.full(len(freight.parties), NONE)
        self.column_of[self._parties[self._order]] = np.arange(len(self._order))
        together = self.column_of[bounds.coupled_in]
        self.column_of[bounds.coupled_out] = together
        has_both = bounds.coupled_both != NONE
        self.column_of[bounds.coupled_both[has_both]] = together[has_both]

    def of_hubs(self, hubs: Positions, *, with_departures: bool = True) -> Savings:
        """Return what centres save beside a set of hubs, by place in ``CityFreight.sites``.

        Without departures the choices are as if vehicles on trunks were full and left at once.
        """
        base = self.beside(hubs)
        over = self._over_centres(hubs)[:, self._order] + base.out
        if self._beside is not None:
            over = np.concatenate((over, self._beside[self._freight.gate_at[hubs]].min(axis=0)), axis=1)
        base, charge = self._served(base, over)
        if not np.isfinite(base.cost):
            saving = np.zeros_like(over)
            return Savings(np.inf, saving, charge, _without_departures(saving))
        saving = np.ascontiguousarray(np.maximum(base.least - over, 0.0))
        if self.trunks is None or not with_departures:
            return Savings(base.cost, saving, charge, _without_departures(saving))
        legs = [
            (c, gate, self.trunks.leg(gate, centre))
            for c, centre in enumerate(self.centres.tolist())
            for gate in hubs.tolist()
        ]
        return Savings(base.cost, saving, charge, self.choices(base, self.over_legs(hubs, legs), legs))

    def of_set(
        self, hubs: Positions, centres: Positions, is_shut: NDArray[np.bool_] | None
    ) -> tuple[Beside, float, Positions]:
        """Return what cities cost over the hubs of a set, what its centres cost, EUR/year, and own centres of cities.

        Parameters
        ----------
        hubs, centres
            Places in ``CityFreight.sites``.
        is_shut
            As in ``SetBounds.of_parties``.

        Returns
        -------
        tuple
            A city with a centre of its own counts with what this takes at least. Own centres are places in
            ``CityFreight.sites``, ``NONE`` where there is none, shape (cities,).
        """
        base = self.beside(hubs, is_shut)
        over = self._over_centres(hubs, is_shut)[np.searchsorted(self.centres, centres)][:, self._order] + base.out
        least, own = _with_lost(base.least, over), np.full(len(base.into), NONE)
        for of_centre, centre in zip(over, centres.tolist(), strict=True):
            column = self._own.get(int(np.searchsorted(self.centres, centre)))
            if column is not None:
                least[column], own[column] = of_centre[column], centre
        return replace(base, least=least), float(self._fixed[centres].sum()), own

    def beside(self, hubs: Positions, is_shut: NDArray[np.bool_] | None = None) -> Beside:
        """Return what cities cost over a set of hubs."""
        bounds, sets = self._bounds, hubs[None]
        costs = bounds.of_parties(sets, is_shut)
        rest = np.setdiff1d(bounds.alone, self._parties)
        fixed = float(self._fixed[hubs].sum() + costs[0][:, rest].min(axis=0).sum())
        into = costs[0][:, self._parties[self._order]].min(axis=0)
        alone, coupled = len(self._alone), bounds.coupled_out
        least, out = [into[:alone]], [np.zeros(alone)]
        if len(coupled):
            least.append(bounds.of_coupled(costs, sets)[0])
            out.append(costs[0][:, coupled].min(axis=0))
        if not self._freight.is_separate:
            least.append(bounds.of_beside(sets)[0])
        return Beside(fixed, np.concatenate(least), into, np.concatenate(out))

    def _served(self, base: Beside, over: Floats) -> tuple[Beside, Floats]:
        """Return costs over hubs with cities that these cannot serve, and what all centres cost at least."""
        charge, least = self._fixed[self.centres].copy(), _with_lost(base.least, over)
        for row, column in self._own.items():
            if np.isfinite(least[column]) and np.isfinite(over[row, column]):
                charge[row] += max(0.0, over[row, column] - least[column])
        return replace(base, least=least), charge

    def over_legs(
        self, hubs: Positions, legs: list[tuple[int, int, Trunk]], is_shut: NDArray[np.bool_] | None = None
    ) -> Floats:
        """Return what ways into cities cost with choices on trunk legs, departures there beside, EUR/year.

        Parameters
        ----------
        hubs
            Places in ``CityFreight.sites``.
        legs
            Each with the number of its centre and the place of its gate, ordered by centre.
        is_shut
            As in ``SetBounds.of_parties``.

        Returns
        -------
        Floats
            Shape (choices, cities); infinite where a city cannot be served.
        """
        freight, parties = self._freight, self._parties[self._order]
        over = np.concatenate([np.empty((0, len(parties))), *(trunk.cost for *_, trunk in legs)])[:, self._order]
        if is_shut is not None:
            gates = freight.gate_at[of_choices([gate for _, gate, _ in legs], legs)]
            over[is_shut[gates[:, None], freight.start[parties]]] = np.inf
        if freight.instance.problem.route_hubs == 2:
            over[:, np.isin(freight.own[parties], hubs)] = np.inf
        return np.asarray(over)

    def choices(self, base: Beside, over: Floats, legs: list[tuple[int, int, Trunk]]) -> CentreChoices:
        """Return what cities save with each choice of departures on trunk legs.

        Parameters
        ----------
        base
            What cities cost over hubs.
        over, legs
            What ways in cost over legs, as in ``over_legs``, and these.
        """
        freight = self._freight
        first, last, eur, tonnes, fixed = (
            np.concatenate([np.empty(0), *(getattr(trunk, name) for *_, trunk in legs)])
            for name in ("first", "last", "eur", "tonnes", "fixed")
        )
        return CentreChoices(
            saving=np.ascontiguousarray(np.maximum(base.least - base.out - over, 0.0)),
            volume=np.ascontiguousarray(freight.volume[freight.start[self._parties[self._order]]]),
            first=first,
            last=last,
            eur=eur,
            tonnes=tonnes,
            fixed=fixed,
            leg=of_choices(list(range(len(legs))), legs),
            centre=of_choices([c for c, *_ in legs], legs),
        )

    def _over_centres(self, hubs: Positions, is_shut: NDArray[np.bool_] | None = None) -> Floats:
        """Return what the way into each city costs over each centre, EUR/year, shape (centres, parties)."""
        freight, gates = self._freight, self._freight.gate_at[hubs]
        values = self._values[gates]
        if is_shut is not None:
            shut = is_shut[gates][:, None, self._rows]
            values = np.where(shut if values.ndim == shut.ndim else shut[:, :, None], np.inf, values)
        costs = values.min(axis=0)
        if self._mode_cost is not None:
            costs = (np.add.reduceat(costs, self._start, axis=-1) + self._mode_cost).min(axis=1)
        if freight.instance.problem.route_hubs == 2:
            # A city that is one of the hubs is served by itself.
            costs[:, np.isin(freight.own[self._parties], hubs)] = np.inf
        return np.asarray(costs)


def _with_lost(least: Floats, over: Floats) -> Floats:
    """Return what cities cost over hubs; of those that these cannot serve the most that any centre takes, EUR/year."""
    lost, least = ~np.isfinite(least), least.copy()
    most = np.where(np.isfinite(over[:, lost]), over[:, lost], -np.inf).max(axis=0, initial=-np.inf)
    least[lost] = np.where(np.isfinite(most), most, np.inf)
    return least


def of_choices(of_legs: list[int], legs: list[tuple[int, int, Trunk]]) -> Positions:
    """Return for each choice what is stated of its leg."""
    sizes = np.array([len(trunk.first) for *_, trunk in legs], dtype=np.intp)
    return np.repeat(np.array(of_legs, dtype=np.intp), sizes)


def _without_departures(saving: Floats) -> CentreChoices:
    """Return choices in which each centre is one that needs no departures."""
    centres, none = np.arange(len(saving)), np.zeros(len(saving))
    return CentreChoices(saving, np.zeros(saving.shape[1]), none, none, none, none, none, centres, centres)
