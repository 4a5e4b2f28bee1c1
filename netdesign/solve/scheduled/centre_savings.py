"""What sorting centres save each city beside a set of hubs, by arrays: bounds of all sets of centres from one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.centre_choices import CentreChoices
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.trunks import Trunks

if TYPE_CHECKING:
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
        The same with departures on the legs that feed the centres.
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
    out
        The way out of each city where it is chosen with the way in, shape (cities,).
    """

    fixed: float
    least: Floats
    out: Floats


class CentreSavings:
    """The savings of centres beside each set of hubs, from the arrays of ``SetBounds``.

    A centre serves the way into a city only, and a city has one hub that way. Given the hubs, what a city costs with
    its way in over a centre c is therefore the cheapest gate to c and the mode there, plus its cheapest way out over
    the hubs: of all centres it depends on c alone, and so it stays where the ways are paired, as no way back leads
    over a centre. The least cost of the city beside a set S is the lesser of that with hubs only and the least of
    these over c in S: S saves ``max_{c in S} saving_cj`` exactly. The same holds of each commodity between cities,
    which passes one last site. Sums over cities are sums over independent choices, as in ``SetBounds``.

    Where a city has a centre of its own that is open, it is served by that alone: what this costs more than its hubs
    did is in the charge of the centre. Cities that the hubs cannot serve count with the most that any centre takes.

    Parameters
    ----------
    freight, bounds
        All freight, and the bounds of hubs.
    """

    def __init__(self, freight: CityFreight, bounds: SetBounds) -> None:
        self._freight, self._bounds = freight, bounds
        self.centres = np.flatnonzero(freight.is_centre)
        sites = freight.instance.sites
        self._fixed = np.array([sites[site].fixed_cost for site in freight.sites])
        self._parties = np.flatnonzero(freight.first_is_in & ~freight.is_both)
        self._values, self._mode_cost = bounds.priced(self.centres, self._parties)
        rows = np.flatnonzero(np.isin(freight.party, self._parties))
        self._start = np.searchsorted(freight.party[rows], self._parties)
        self._beside = None if freight.is_single else bounds.priced_beside(self.centres)
        place = np.full(len(freight.parties), NONE)
        place[self._parties] = np.arange(len(self._parties))
        coupled = bounds.coupled_in
        self._coupled = place[coupled]
        self._alone = np.setdiff1d(np.arange(len(self._parties)), self._coupled)
        self.trunks = Trunks(freight, bounds, self._parties) if Trunks.states(freight, self._parties) else None
        # Of each centre the column of the city that it has to serve, in the order of ``of_hubs``.
        self._order = np.concatenate((self._alone, self._coupled))
        own = freight.own[self._parties[self._order]]
        self._own = [(c, int(np.flatnonzero(own == site)[0])) for c, site in enumerate(self.centres) if site in own]

    def of_hubs(self, hubs: Positions) -> Savings:
        """Return what centres save beside a set of hubs, by place in ``CityFreight.sites``."""
        base = self.beside(hubs)
        over = self._over_centres(hubs)[:, self._order] + base.out
        if not self._freight.is_separate:
            gates = self._freight.gate_at[hubs]
            rest = np.full((len(self.centres), len(base.least) - over.shape[1]), np.inf)
            over = np.concatenate((over, rest if self._beside is None else self._beside[gates].min(axis=0)), axis=1)
        return self._saved(base, over, hubs)

    def beside(self, hubs: Positions) -> Beside:
        """Return what cities cost over a set of hubs."""
        bounds, sets = self._bounds, hubs[None]
        costs = bounds.of_parties(sets)
        rest = np.setdiff1d(bounds.alone, self._parties)
        fixed = float(self._fixed[hubs].sum() + costs[0][:, rest].min(axis=0).sum())
        alone, coupled = self._parties[self._alone], bounds.coupled_out
        least, out = [costs[0][:, alone].min(axis=0)], [np.zeros(len(alone))]
        if len(coupled):
            least.append(bounds.of_coupled(costs, sets)[0])
            out.append(costs[0][:, coupled].min(axis=0))
        if not self._freight.is_separate:
            least.append(bounds.of_beside(sets)[0])
        return Beside(fixed, np.concatenate(least), np.concatenate(out))

    def _saved(self, base: Beside, over: Floats, hubs: Positions) -> Savings:
        charge, least = self._fixed[self.centres].copy(), base.least
        lost = ~np.isfinite(least)
        if lost.any():
            most = np.where(np.isfinite(over[:, lost]), over[:, lost], -np.inf).max(axis=0, initial=-np.inf)
            least = least.copy()
            least[lost] = np.where(np.isfinite(most), most, np.inf)
        cost = base.fixed + float(least.sum())
        if not np.isfinite(cost):
            saving = np.zeros_like(over)
            return Savings(np.inf, saving, charge, _without_departures(saving))
        more = least - over
        for c, column in self._own:
            if np.isfinite(more[c, column]):
                charge[c] += max(0.0, -more[c, column])
        saving = np.ascontiguousarray(np.maximum(more, 0.0))
        if self.trunks is None:
            return Savings(cost, saving, charge, _without_departures(saving))
        legs = [
            (c, self.trunks.leg(gate, int(centre))) for c, centre in enumerate(self.centres) for gate in hubs.tolist()
        ]
        return Savings(cost, saving, charge, self.choices(least - base.out, hubs, legs))

    def choices(self, least: Floats, hubs: Positions, legs: list[tuple[int, Trunk]]) -> CentreChoices:
        """Return what cities save with each choice of departures on trunk legs.

        Parameters
        ----------
        least
            What each city costs over hubs, but for the cheapest way out beside a centre, EUR/year.
        hubs
            Places in ``CityFreight.sites``.
        legs
            Each with the number of its centre, ordered by it.
        """
        freight, parties = self._freight, self._parties[self._order]
        saving = np.maximum(least - np.concatenate([trunk.cost for _, trunk in legs])[:, self._order], 0.0)
        if freight.instance.problem.route_hubs == 2:
            saving[:, np.isin(freight.own[parties], hubs)] = 0.0
        sizes = [len(trunk.first) for _, trunk in legs]
        columns = (
            np.concatenate([getattr(leg, name) for _, leg in legs]) for name in ("first", "last", "eur", "tonnes")
        )
        return CentreChoices(
            np.ascontiguousarray(saving),
            np.ascontiguousarray(freight.volume[freight.start[parties]]),
            *columns,
            leg=np.repeat(np.arange(len(legs)), sizes),
            centre=np.repeat([c for c, _ in legs], sizes),
        )

    def _over_centres(self, hubs: Positions) -> Floats:
        """Return what the way into each city costs over each centre, EUR/year, shape (centres, parties)."""
        freight = self._freight
        costs = self._values[freight.gate_at[hubs]].min(axis=0)
        if self._mode_cost is not None:
            costs = (np.add.reduceat(costs, self._start, axis=-1) + self._mode_cost).min(axis=1)
        if freight.instance.problem.route_hubs == 2:
            # A city that is one of the hubs is served by itself.
            costs[:, np.isin(freight.own[self._parties], hubs)] = np.inf
        return np.asarray(costs)


def _without_departures(saving: Floats) -> CentreChoices:
    """Return choices in which each centre is one that needs no departures."""
    centres, none = np.arange(len(saving)), np.zeros(len(saving))
    return CentreChoices(saving, np.zeros(saving.shape[1]), none, none, none, none, centres, centres)
