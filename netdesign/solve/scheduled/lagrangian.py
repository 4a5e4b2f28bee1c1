"""The Lagrangian bound of a set's program: rows that couple cities priced, then each city takes its cheapest choice."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.scheduled.cheapest import cheapest_choice, regrets_of_all

if TYPE_CHECKING:
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats
    from netdesign.solve.scheduled.set_program import SetProgram


@dataclass(frozen=True)
class PricedSet:
    """A bound on the program of a set.

    Parameters
    ----------
    bound
        EUR/year.
    freight, columns
        All freight, and the columns with the prices of their rows in what they cost.
    capacity, peak
        What one t/year more of room is worth by it, EUR/t: of the year, shape (hubs,), and of each peak day, shape
        (peaks, hubs).
    """

    bound: float
    freight: CityFreight
    columns: SetColumns
    capacity: Floats
    peak: Floats

    @cached_property
    def regrets(self) -> Floats:
        """For each share by how much the bound of plans with its mode is higher at least, EUR/year."""
        return regrets_of_all(self.freight, self.columns)

    def near(self, columns: SetColumns, most: float) -> SetColumns:
        """Return those of the columns, with their own prices, that plans up to a cost may have, EUR/year."""
        if math.isinf(most):
            return columns.narrowed(np.isfinite(self.regrets))
        return columns.narrowed(self.regrets <= most - self.bound + ROUNDING * abs(most))


def priced_set(freight: CityFreight, columns: SetColumns, program: SetProgram, duals: Floats) -> PricedSet | None:
    """Return the bound at prices of rows; it holds at any prices. None where a city cannot be served.

    Parameters
    ----------
    freight, columns
        All freight, and the columns of the program.
    program
        The program.
    duals
        Of all rows; of those of a city by itself they are left out.
    """
    held, money, shares, modes = program.program, program.money, len(columns.shares.cost), len(columns.modes)
    rows = held.rows
    price = np.where(np.arange(len(rows)) >= program.coupling, duals, 0.0)
    # A price may only be on a side on which the row ends.
    price = np.where((price > 0) & np.isinf(rows.lower) | (price < 0) & np.isinf(rows.upper), 0.0, price)
    if program.room is not None:
        # No dearer than what is over, so that no column pays without end.
        peak = program.room.peak
        price[peak] = np.maximum(price[peak], -program.room.over[:, None])
    side = np.where(price > 0, rows.lower, rows.upper)
    paid = float((price * np.where(price != 0, side, 0.0)).sum())
    row_of = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    cost = held.cost - np.bincount(rows.index, rows.value * price[row_of], len(held.cost))
    others = slice(shares + modes, None)
    lower, upper, own = held.lower[others], held.upper[others], cost[others]
    own = np.where(np.isinf(upper), np.maximum(own, 0.0), own)  # under 0 by rounding only
    worth = np.where(own < 0, own * np.where(own < 0, upper, 0.0), own * lower)
    priced = replace(
        columns,
        shares=replace(columns.shares, cost=cost[:shares] * money),
        modes=replace(columns.modes, cost=cost[shares : shares + modes] * money),
    )
    choice = cheapest_choice(freight, priced)
    if choice is None:
        return None
    bound = (paid + float(worth.sum()) + held.offset) * money + choice[0]
    hubs = len(columns.hubs)
    if program.room is None:
        return PricedSet(bound, freight, priced, np.zeros(hubs), np.zeros((0, hubs)))
    each = money / program.room.tonnes
    return PricedSet(bound, freight, priced, -price[program.room.capacity] * each, -price[program.room.peak] * each)
