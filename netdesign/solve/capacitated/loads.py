"""Capacities of sites, and loads within them: prices of capacity and shares of columns, by column generation.

Each round serves all freight at some prices. What that costs each origin and loads each hub with is one more column of
the origin; a linear program combines the columns so that the loads fit, and its duals are the next prices (Dantzig and
Wolfe 1960). What a round costs at its prices, less what the capacities are worth at them, is a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.instance.policies import CapacityCounts
from netdesign.solve.branch_cut.tuning import CAPACITATED as TUNING
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.tuning import MixingLimits
    from netdesign.solve.core.search_state import SearchState

    Served = tuple[NDArray[np.float64], NDArray[np.float64]]
    from netdesign.instance import Instance
    from netdesign.solve.core.route_matrices import RouteMatrices

SLACK = 1e-9
"""Relative rounding of sums of loads."""
_DEAR = 1e6

EXCESS_PRICE = 10.0
"""Of a tonne over capacity, in units of what a tonne costs on average: dear, yet not so that HiGHS loses its digits."""

_LEAST_ROOM = 1e-6
"""Share of all freight under which capacities do not scale their rows."""

_NOTHING = 1e-9
"""Shares under this are rounding."""

_SAME = 1e-12
"""Relative difference under which prices are the same."""


@dataclass(frozen=True)
class Capacities:
    """What each site can take, ``load_k <= q_k y_k``.

    Parameters
    ----------
    limit
        q_k, t/year, shape (sites,); no more than the whole freight, which is no restriction.
    second
        What a tonne counts at its last hub where that is not its first: 1 where capacity counts what is handled, 0
        where it counts what is collected.
    freight
        All of it, t/year.
    """

    limit: NDArray[np.float64]
    second: float
    freight: float

    def suffice(self, sets: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell whether sets of hubs, shape (sets, hubs), can take all freight if each tonne passes one hub."""
        return np.asarray(self.limit[sets].sum(axis=1) >= self.freight * (1.0 - SLACK))

    def least_hubs(self) -> int:
        """Return with how many hubs the freight fits at best; more than there are sites where it never does."""
        largest = np.cumsum(np.sort(self.limit)[::-1])
        return int(np.searchsorted(largest, self.freight * (1.0 - SLACK))) + 1

    def restricted(self, sites: NDArray[np.intp]) -> Capacities:
        """Return the capacities of some of the sites."""
        return replace(self, limit=self.limit[sites])

    def raised(self, matrices: RouteMatrices, prices: NDArray[np.float64]) -> RouteMatrices:
        """Return the problem without capacities in which each hub is paid for what it takes, u_k in EUR/t.

        No set of hubs costs more in it than within the capacities: what it takes is no more than q_k.
        """
        between = matrices.legs.between + self.second * prices
        np.fill_diagonal(between, 0.0)
        legs = matrices.legs._replace(collect=matrices.legs.collect + prices, between=between)
        return replace(matrices, fixed=matrices.fixed - prices * self.limit, legs=legs)


def capacities_of(instance: Instance) -> Capacities:
    """Return the capacities in force over the sites of ``instance.allowed``, in order."""
    policy, freight = instance.policies.capacity, float(instance.commodities.volume.sum())
    if policy is None:
        raise AssertionError
    limit = np.array([instance.sites[instance.site_position[name]].capacity for name in instance.allowed])
    second = 1.0 if policy.counts is CapacityCounts.HANDLED else 0.0
    return Capacities(np.minimum(limit, freight), second, freight)


@dataclass(frozen=True)
class DantzigWolfe:
    """How freight is served within capacities.

    Parameters
    ----------
    bound
        Nothing that serves it costs less, EUR/year.
    prices
        Under which the bound was found, EUR/t, shape (hubs,).
    cost, load
        Of each origin, EUR/year and t/year, shapes (origins,) and (origins, hubs).
    excess
        What is over capacity, and not in the cost, as a share of the capacity of a hub; the largest.
    tried
        The prices of each round, shape (rounds, hubs).
    share
        Of the columns of each round, shape (rounds, origins).
    """

    bound: float
    prices: NDArray[np.float64]
    cost: NDArray[np.float64]
    load: NDArray[np.float64]
    excess: float
    tried: NDArray[np.float64]
    share: NDArray[np.float64]


class LoadProgram:
    """``min sum_ic cost_ic a_ic`` with ``sum_c a_ic = 1`` and ``sum_ic load_ick a_ic <= room_k + excess_k``.

    Parameters
    ----------
    room
        q_k y_k, t/year, shape (hubs,).
    origins
        How many.
    unit
        EUR/year, about what all costs.
    freight
        All of it, t/year.
    state
        Clock of the search.
    """

    def __init__(
        self, room: NDArray[np.float64], origins: int, unit: float, freight: float, state: SearchState
    ) -> None:
        hubs = len(room)
        self._room, self._origins, self._unit = room, origins, unit / SCALE
        self._row = np.maximum(room, _LEAST_ROOM * freight)
        cost = EXCESS_PRICE * SCALE / freight * self._row
        builder = LpBuilder()
        excess = builder.add_columns(np.zeros(hubs), cost=cost)
        builder.add_rows(origins, 1.0, 1.0)
        builder.enter(builder.add_rows(hubs, -np.inf, room / self._row), excess, -1.0)
        self._program = LpSession(builder.program(), state)
        self._columns: list[Served] = []
        self._part: list[NDArray[np.float64]] = []
        self._tried: list[NDArray[np.float64]] = []
        self._best, self._best_prices = -np.inf, np.zeros(hubs)

    def forbid_excess(self) -> None:
        """Let nothing be over capacity any more; the columns that are there must be enough."""
        hubs = len(self._room)
        self._program.bound_columns(np.arange(hubs), np.zeros(hubs), np.zeros(hubs))

    def add_columns(self, prices: NDArray[np.float64], cost: NDArray[np.float64], load: NDArray[np.float64]) -> None:
        """Add one column for each origin: found at prices, with its cost and loads, as ``solve`` is given them."""
        # Dear columns are in smaller units: HiGHS loses its digits over large costs.
        part = 1.0 / np.maximum(1.0, cost / self._unit / _DEAR)
        entries = np.concatenate([np.diag(part), (load / self._row).T * part])
        zeros = np.zeros(self._origins)
        self._program.add_columns(cost / self._unit * part, zeros, np.full(self._origins, np.inf), entries)
        self._columns.append((cost, load))
        self._part.append(part)
        self._tried.append(prices)

    def solve(
        self,
        serve: Callable[[NDArray[np.float64]], Served],
        start: NDArray[np.float64],
        limits: MixingLimits,
        cut_off: float,
    ) -> DantzigWolfe:
        """Go on by rounds, until bound and cost are close enough or the bound is at the cut-off.

        Parameters
        ----------
        serve
            Gives what the freight of each origin costs where it is served best at prices, these not included, and
            its loads: shapes (origins,) and (origins, hubs).
        start
            The first prices, EUR/t, shape (hubs,).
        limits
            When it is enough.
        cut_off
            Of the bound, EUR/year.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        prices = start
        for number in range(1, limits.rounds + 1):
            cost, load = serve(prices)
            bound = float(cost.sum() + prices @ (load.sum(axis=0) - self._room))
            if bound > self._best:
                self._best, self._best_prices = bound, prices
            self.add_columns(prices, cost, load)
            objective, wanted, values = self._solve()
            is_close = objective - self._best <= limits.enough * abs(objective)
            if is_close or self._best >= cut_off or number == limits.rounds:
                break
            between = TUNING.weight_of_best * self._best_prices + (1.0 - TUNING.weight_of_best) * wanted
            prices = wanted if number % TUNING.plain_every == 0 or self._has_tried(between) else between
            if self._has_tried(prices):
                break
        return self._solution(values)

    def _solve(self) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """Return the objective, EUR/year, the prices of capacity, EUR/t, and all values."""
        relaxed = self._program.solve()
        if relaxed is None:
            message = "a program in which loads may exceed capacities has no solution"
            raise SolverError(message)
        prices = np.maximum(0.0, -relaxed.prices[self._origins :]) * self._unit / self._row
        return relaxed.objective * self._unit, prices, relaxed.values

    def _has_tried(self, prices: NDArray[np.float64]) -> bool:
        """Tell whether prices were tried before, but for rounding."""
        nothing = _SAME * (1.0 + float(prices.max(initial=0.0)))
        return any(float(np.abs(prices - tried).max(initial=0.0)) <= nothing for tried in self._tried)

    def _solution(self, values: NDArray[np.float64]) -> DantzigWolfe:
        hubs = len(self._room)
        share = np.clip(values[hubs:].reshape(len(self._columns), self._origins) * np.array(self._part), 0.0, 1.0)
        share[share < _NOTHING] = 0.0
        share /= share.sum(axis=0)
        cost, load = np.zeros(self._origins), np.zeros((self._origins, hubs))
        for part, (way_cost, way_load) in zip(share, self._columns, strict=True):
            cost += part * way_cost
            load += part[:, None] * way_load
        excess = float(((load.sum(axis=0) - self._room) / self._row).max(initial=0.0))
        return DantzigWolfe(self._best, self._best_prices, cost, load, excess, np.array(self._tried), share)
