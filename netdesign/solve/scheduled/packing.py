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
    from netdesign.solve.scheduled.freight import Positions
    from netdesign.solve.scheduled.trunk_bound import TrunkBound


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

        min  cost - sum_jl (s_jl x_jl + sum_v d_jlv w_jlv) + sum_lo n_o e_o z_lo                             (1)
        s.t. sum_{l to c} x_jl = a_jc,   sum_c a_jc <= 1                           for all j, c             (2)
             w_jlv <= x_jl,   w_jlv <= sum_{o as fast as v} z_lo                   for all j, l, v          (3)
             x_jl <= sum_o z_lo,   sum_o z_lo <= 1                                 for all j, l             (4)
             sum_j volume_j x_jl <= sum_o n_o q_o z_lo                             for all l                (5)

    with s the least saving over the choices of a leg and d what each faster class adds to it. It is the cost of the set
    where no policy couples commodities, and a bound otherwise.

    Parameters
    ----------
    bound
        Of the set.
    limit
        EUR/year. What plans under it cannot have is left out.
    state
        Clock and gap.
    """
    if bound.choices is None or not len(bound.choices.first):
        nobody = np.full(len(bound.price), NONE)
        return Packing(bound.cost, nobody, np.zeros(len(bound.worth), dtype=bool)) if bound.cost < limit else None
    choices, room = bound.choices, limit - bound.cost
    room += ROUNDING * abs(limit)
    regret = bound.regrets_of_choices()
    kept = regret <= room
    cities = len(bound.price)
    centres = sorted({centre for _, centre, _ in bound.legs})
    # What a plan costs more in which a city is on a leg at least, shape (legs, cities).
    due = bound.tonne[:, None] * choices.volume + bound.price
    more = np.maximum(choices.saving - due, 0.0) - (choices.saving - due)
    more = np.where(kept[:, None] & (choices.saving > 0.0), more + regret[:, None], np.inf)
    of_leg = np.full((len(bound.legs), cities), np.inf)
    np.minimum.at(of_leg, choices.leg, more)
    most = max(float(choices.saving.max(initial=0.0)), float((choices.first * choices.eur).max(initial=0.0)), 1.0)
    scale = most * max(cities, 1) / SCALE
    builder = LpBuilder()
    taken = np.flatnonzero(kept)
    z = np.full(len(kept), NONE)
    z[taken] = builder.add_columns(
        np.zeros(len(taken)), 1.0, (choices.first * choices.eur)[taken] / scale, is_integer=True
    )
    on_leg = [taken[choices.leg[taken] == number] for number in range(len(bound.legs))]
    x = np.full((len(bound.legs), cities), NONE)
    allocated = np.full((len(centres), cities), NONE)
    for c, centre in enumerate(centres):
        legs = [number for number, leg in enumerate(bound.legs) if leg[1] == centre and len(on_leg[number])]
        if not legs:
            continue
        served = np.flatnonzero(of_leg[legs].min(axis=0) <= room)
        allocated[c, served] = builder.add_columns(np.zeros(len(served)), 1.0, is_integer=True)
        rows = builder.add_rows(len(served), 0.0, 0.0)
        builder.enter(rows, allocated[c, served], -1.0)
        for number in legs:
            own = choices.saving[on_leg[number]][:, served]
            useful = own.max(axis=0) > 0.0
            x[number, served[useful]] = builder.add_columns(
                np.zeros(int(useful.sum())), 1.0, -own.min(axis=0)[useful] / scale
            )
            builder.enter(rows[useful], x[number, served[useful]])
    for j in range(cities):
        own = allocated[:, j][allocated[:, j] != NONE]
        # A city that its hubs would serve too dearly has a centre.
        if len(own) or bound.price[j] > room:
            builder.add_row(own, np.ones(len(own)), float(bound.price[j] > room), 1.0)
    for number, options in enumerate(on_leg):
        if len(options):
            _add_leg(builder, bound, options, z[options], x[number], scale)
    if not builder.columns:
        return None
    gap = max(state.gap / 2, ROUNDING) * abs(limit) / scale
    found = LpSession(builder.program(), state, {"mip_abs_gap": gap, "mip_rel_gap": 0.0}).solve()
    saved = bound.without_centres
    if found is None or saved + found.bound * scale >= limit:
        return None
    centre_of = np.full(cities, NONE)
    for c, centre in enumerate(centres):
        has = allocated[c] != NONE
        centre_of[has] = np.where(found.values[allocated[c, has]] > 0.5, centre, centre_of[has])
    is_taken = np.zeros(len(kept), dtype=bool)
    is_taken[taken] = found.values[z[taken]] > 0.5
    return Packing(saved + found.bound * scale, centre_of, is_taken)


def _add_leg(
    builder: LpBuilder, bound: TrunkBound, options: Positions, z: Positions, x: Positions, scale: float
) -> None:
    """Add the rows of a leg: one choice, which carries what is on it, and what faster ones save more."""
    choices = bound.choices
    assert choices is not None
    cities = np.flatnonzero(x != NONE)
    builder.add_row(z, np.ones(len(z)), -math.inf, 1.0)
    carried = choices.last[options] * choices.tonnes[options]
    if carried.max() > 0.0:
        unit = max(float(carried.min()), 1.0)
        values = np.append(choices.volume[cities], -carried) / unit
        builder.add_row(np.append(x[cities], z), values, -math.inf, 0.0)
    for j in cities.tolist():
        builder.add_row(np.append(x[j], z), np.append(1.0, -np.ones(len(z))), -math.inf, 0.0)
        saving = choices.saving[options, j]
        levels = np.unique(saving)
        for lower, level in itertools.pairwise(levels.tolist()):
            (more,) = builder.add_columns(np.zeros(1), 1.0, (lower - level) / scale)
            builder.add_row([more, int(x[j])], [1.0, -1.0], -math.inf, 0.0)
            fast = z[saving >= level]
            builder.add_row(np.append(more, fast), np.append(1.0, -np.ones(len(fast))), -math.inf, 0.0)
