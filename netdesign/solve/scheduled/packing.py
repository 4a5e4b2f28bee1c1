"""The program of the trunks of a set: which cities each sorting centre serves, and the departures that carry them."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE, LpSession
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import Floats, Positions
    from netdesign.solve.scheduled.trunk_bound import TrunkBound

_HALF = 0.5
"""Tells what is taken in a solution from what is not."""


@dataclass(frozen=True)
class Packing:
    """Cities on trunks.

    Parameters
    ----------
    bound
        No plan of the set costs less, EUR/year, or it costs the limit at least.
    centre
        Place in ``CityFreight.sites`` of the centre of each city, shape (cities,); ``NONE`` where a hub serves it.
    taken
        Which choices are taken, shape (choices,).
    """

    bound: float
    centre: Positions
    taken: NDArray[np.bool_]


def packed(bound: TrunkBound, limit: float, state: SearchState) -> Packing | None:
    """Return the best choice of centres for cities and of departures on trunks, or None where it costs over a limit.

    A city has one centre, whose trunks may share its freight; what it saves over each depends on the departures there:

    ::

        min  cost - sum_jl (s_jl x_jl + sum_v d_jlv w_jlv) + sum_lo (n_o e_o + g_l) z_lo                     (1)
        s.t. sum_{l to c} x_jl = a_jc,   sum_c a_jc <= 1                           for all j, c             (2)
             w_jlv <= x_jl,   w_jlv <= sum_{o as fast as v} z_lo                   for all j, l, v          (3)
             x_jl <= sum_o z_lo,   sum_o z_lo <= 1                                 for all j, l             (4)
             sum_j volume_j x_jl <= sum_o n_o q_o z_lo                             for all l                (5)
             a_jc = 1                                          for all j with an own centre c               (6)

    with s the least saving over the choices of a leg, d what each faster class adds to it, and g what its link costs.
    It is the cost of the set where no policy couples commodities, and a bound otherwise; a leg that is dearer than the
    hubs saves nothing.

    Parameters
    ----------
    bound
        Of the set.
    limit
        EUR/year, or infinite. What plans under it cannot have is left out.
    state
        Clock and gap.
    """
    room = bound.room(limit)
    options = np.flatnonzero(bound.regrets_of_choices() <= room)
    if not len(options):
        # Nothing leaves for a centre.
        if (bound.own != NONE).any() or bound.without_centres >= limit:
            return None
        return Packing(bound.without_centres, bound.own, np.zeros(len(bound.worth), dtype=bool))
    program = _TrunkProgram(bound, options, room)
    gap = max(state.gap / 2, ROUNDING) * abs(bound.cost) / program.money
    found = LpSession(program.builder.program(), state, {"mip_abs_gap": gap, "mip_rel_gap": 0.0}).solve()
    cost = math.inf if found is None else bound.without_centres + found.bound * program.money
    return None if found is None or cost >= limit else program.packing(cost, found.values)


class _TrunkProgram:
    """The program of the choices that are left, with the names of its equations.

    Parameters
    ----------
    bound
        Of the set.
    options
        Positions of the choices, at least one.
    room
        How much more than the bound a plan may cost, EUR/year.

    Attributes
    ----------
    builder
        Has its columns and rows.
    money
        EUR of one unit of the objective.
    """

    def __init__(self, bound: TrunkBound, options: Positions, room: float) -> None:
        self._bound, self._options, self._room = bound, options, room
        choices, cities = bound.choices, len(bound.price)
        eur = choices.first * choices.eur + choices.fixed
        self.money = max(float(choices.saving.max()), float(eur.max()), 1.0) * cities / SCALE
        self.builder = LpBuilder()
        self._z = self.builder.add_columns(np.zeros(len(options)), 1.0, eur[options] / self.money, is_integer=True)
        self._x = np.full((len(bound.legs), cities), NONE)
        leg = choices.leg[options]
        at = np.array([centre for _, centre in bound.legs])[leg]
        self._a = {centre: self._add_centre(centre, options[at == centre]) for centre in np.unique(at).tolist()}
        self._add_cities()
        for number in np.unique(leg).tolist():
            self._add_leg(options[leg == number], self._z[leg == number], self._x[number])

    def packing(self, cost: float, values: Floats) -> Packing:
        """Return what the values of the columns state."""
        centre_of = np.full(len(self._bound.price), NONE)
        for centre, a in self._a.items():
            has = np.flatnonzero(a != NONE)
            centre_of[has[values[a[has]] > _HALF]] = centre
        is_taken = np.zeros(len(self._bound.worth), dtype=bool)
        is_taken[self._options] = values[self._z] > _HALF
        return Packing(cost, centre_of, is_taken)

    def _add_centre(self, centre: int, options: Positions) -> Positions:
        """Add the cities of a centre with some choices, which share their freight among its legs; return the columns.

        A city saves nothing over some of these legs perhaps, where a part of it goes all the same.
        """
        own = self._bound.own
        saving, leg = self._bound.choices.saving[options], self._bound.choices.leg[options]
        more = self._bound.regrets_over(options, slice(None), saving).min(axis=0)
        is_useful = (own == centre) | ((own == NONE) & (saving.max(axis=0) > 0.0))
        served = np.flatnonzero(is_useful & (more <= self._room))
        a = np.full(saving.shape[1], NONE)
        a[served] = self.builder.add_columns(np.zeros(len(served)), 1.0, is_integer=True)
        rows = self.builder.add_rows(len(served), 0.0, 0.0)
        self.builder.enter(rows, a[served], -1.0)
        for number in np.unique(leg).tolist():
            least = saving[leg == number][:, served].min(axis=0)
            self._x[number, served] = self.builder.add_columns(np.zeros(len(served)), 1.0, -least / self.money)
            self.builder.enter(rows, self._x[number, served])
        return a

    def _add_cities(self) -> None:
        """State that a city has one centre at most, and one that its own serves, or hubs too dearly, has one."""
        is_due = (self._bound.own != NONE) | (self._bound.price > self._room)
        for a, due in zip(np.stack([*self._a.values()], axis=1), is_due.tolist(), strict=True):
            own = a[a != NONE]
            if len(own) or due:
                self.builder.add_row(own, np.ones(len(own)), float(due), 1.0)

    def _add_leg(self, options: Positions, z: Positions, x: Positions) -> None:
        """Add the rows of a leg: one choice, which carries what is on it, and what faster ones save more."""
        choices, builder = self._bound.choices, self.builder
        cities = np.flatnonzero(x != NONE)
        builder.add_row(z, np.ones(len(z)), -math.inf, 1.0)
        carried = choices.last[options] * choices.tonnes[options]
        if carried.max() > 0.0:
            unit = float(carried.min())
            values = np.append(choices.volume[cities], -carried) / unit
            builder.add_row(np.append(x[cities], z), values, -math.inf, 0.0)
        for j in cities.tolist():
            builder.add_row(np.append(x[j], z), np.append(1.0, -np.ones(len(z))), -math.inf, 0.0)
            self._add_faster(int(x[j]), z, choices.saving[options, j])

    def _add_faster(self, x: int, z: Positions, saving: Floats) -> None:
        """Add what a city saves with faster choices of a leg over the least of all."""
        builder = self.builder
        for lower, level in itertools.pairwise(np.unique(saving).tolist()):
            (w,) = builder.add_columns(np.zeros(1), 1.0, (lower - level) / self.money)
            builder.add_row([w, x], [1.0, -1.0], -math.inf, 0.0)
            fast = z[saving >= level]
            builder.add_row(np.append(w, fast), np.append(1.0, -np.ones(len(fast))), -math.inf, 0.0)
