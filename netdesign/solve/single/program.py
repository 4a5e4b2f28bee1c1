"""The linear program over y, z and eta, as far as it matters yet.

Shares z_ik are priced in as they pay (column generation), rows ``z_ik <= y_k`` and cuts as they are broken. A city may
be left behind at a price over any plan's, so that the program always has a solution if the rules on hubs leave one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.site_relaxation import add_hub_rules
from netdesign.solve.kernels.names import NOBODY
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp import session
    from netdesign.solve.single.problem import AllocationProblem

_LEFT_BEHIND = 2.0 * SCALE
_BROKEN = 1e-7


@dataclass(frozen=True)
class SharesSolved:
    """A solution, in the unit of the program; shapes as in ``Point``.

    Parameters
    ----------
    objective
        Over the shares that the program holds.
    is_open, reduced_open
        y and its reduced costs.
    share, reduced
        z and its reduced costs, those that the program does not hold included.
    eta
        As in ``Point``.
    """

    objective: float
    is_open: NDArray[np.float64]
    reduced_open: NDArray[np.float64]
    share: NDArray[np.float64]
    reduced: NDArray[np.float64]
    eta: NDArray[np.float64]


@dataclass(frozen=True)
class CutRow:
    """A row ``eta_city >= const + sum_ik weight_ik z_ik`` in the program's unit; weights of shape (cities, sites)."""

    city: int
    const: float
    weight: NDArray[np.float64]


class ShareProgram:
    """A growing linear program; columns are y, then eta, then what each city has left behind, then shares.

    Parameters
    ----------
    problem, rules
        Cities and sites, permitted sets.
    cost
        Of each city at each site, in the program's unit, shape (cities, sites).
    fixed
        f_k in the same unit, shape (sites,).
    state
        Clock of the search.

    Attributes
    ----------
    master
        The program.
    """

    def __init__(
        self,
        problem: AllocationProblem,
        rules: HubRules,
        cost: NDArray[np.float64],
        fixed: NDArray[np.float64],
        state: SearchState,
    ) -> None:
        self._problem, self._cost = problem, cost
        sites, cities = problem.sites, problem.cities
        self._is_own = problem.is_own
        self._column = np.where(self._is_own, np.arange(sites), NOBODY)
        open_cost = fixed + np.where(self._is_own, cost, 0.0).sum(axis=0)
        builder = LpBuilder()
        builder.add_columns(rules.certain.astype(np.float64), 1.0, open_cost)
        builder.add_columns(np.zeros(cities), cost=1.0)
        builder.add_columns(np.zeros(cities), cost=_LEFT_BEHIND)
        self._is_linked = np.zeros((cities, sites), dtype=bool)
        # What each row after the kept ones is: a cut's weights, the (city, site) of a link, or a cover.
        self._tags: list[NDArray[np.float64] | tuple[int, int] | None] = []
        self._limited = np.flatnonzero(np.isfinite(problem.capacity))
        self._weight = problem.load / max(1.0, float(problem.load.max(initial=1.0)))
        self._add_first_rows(builder, rules)
        self._columns = builder.columns
        self.master = LpSession(builder.program(), state)

    def _add_first_rows(self, builder: LpBuilder, rules: HubRules) -> None:
        problem, left_behind = self._problem, self._problem.sites + self._problem.cities
        for city, own in enumerate(self._is_own):
            columns = np.append(np.flatnonzero(own), left_behind + city)
            builder.add_row(columns, np.ones(len(columns)), 1.0, 1.0)
        add_hub_rules(builder, rules)
        self._first_limit = builder.rows
        unit = max(1.0, float(problem.load.max(initial=1.0)))
        for k in self._limited:
            inside = self._weight[self._is_own[:, k]].sum() - problem.capacity[k] / unit
            builder.add_row([int(k)], [inside], -np.inf, 0.0)

    @property
    def is_held(self) -> NDArray[np.bool_]:
        """Whether the program holds a share, the site's y for the city that is the site; shape (cities, sites)."""
        return np.asarray(self._column != NOBODY)

    def price_in(self, wanted: NDArray[np.bool_]) -> int:
        """Put shares into the program, shape (cities, sites); return how many it did not hold."""
        city, site = np.nonzero(wanted & ~self.is_held)
        count = len(city)
        if not count:
            return 0
        entries = np.zeros((self.master.rows, count))
        entries[city, np.arange(count)] = 1.0
        for row, k in enumerate(self._limited, self._first_limit):
            entries[row, site == k] = self._weight[city[site == k]]
        for row, tag in enumerate(self._tags, self.master.kept):
            if isinstance(tag, np.ndarray):
                entries[row] = -tag[city, site]
        self.master.add_columns(self._cost[city, site], np.zeros(count), np.ones(count), entries)
        self._column[city, site] = self._columns + np.arange(count)
        self._columns += count
        return count

    def solve(self) -> SharesSolved | None:
        """Return the optimum over the shares that the program holds, or None where the rules on hubs leave nothing.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        while True:
            relaxed = self.master.solve()
            if relaxed is None:
                return None
            if not self._link(relaxed.values):
                return self._solved(relaxed)

    def _solved(self, relaxed: session.LpSolution) -> SharesSolved:
        sites, cities, held = self._problem.sites, self._problem.cities, self.is_held
        reduced = self._cost - relaxed.prices[:cities, None]
        for row, k in enumerate(self._limited, self._first_limit):
            reduced[:, k] -= relaxed.prices[row] * self._weight
        for row, tag in enumerate(self._tags, self.master.kept):
            if isinstance(tag, np.ndarray) and relaxed.prices[row] != 0.0:
                reduced += relaxed.prices[row] * tag
        reduced[held] = relaxed.reduced_costs[self._column[held]]
        return SharesSolved(
            objective=relaxed.objective,
            is_open=np.clip(relaxed.values[:sites], 0.0, 1.0),
            reduced_open=relaxed.reduced_costs[:sites],
            share=np.where(held, np.clip(relaxed.values[self._column], 0.0, 1.0), 0.0),
            reduced=reduced,
            eta=relaxed.values[sites : sites + cities],
        )

    def _link(self, values: NDArray[np.float64]) -> int:
        """Add the rows z_ik <= y_k that a solution breaks; return how many."""
        apart = self.is_held & ~self._is_own & ~self._is_linked
        over = np.where(apart, values[self._column] - values[: self._problem.sites], 0.0)
        city, site = np.nonzero(over > _BROKEN)
        count = len(city)
        columns = np.stack([self._column[city, site], site], axis=1).ravel().astype(np.int32)
        start, weights = np.arange(0, 2 * count + 1, 2, dtype=np.int32), np.tile([1.0, -1.0], count)
        self.master.add_rows(Rows(np.full(count, -np.inf), np.zeros(count), start, columns, weights))
        self._is_linked[city, site] = True
        self._tags += zip(city.tolist(), site.tolist(), strict=True)
        return count

    def add_cuts(self, cuts: list[CutRow]) -> None:
        """Add cuts."""
        rows = []
        for cut in cuts:
            used = self.is_held & (cut.weight != 0.0)
            # A city that is the site has the site's column, maybe with other cities' weights of the same column.
            columns = np.append(self._column[used], self._problem.sites + cut.city)
            rows.append((cut.const, np.inf, columns, np.append(-cut.weight[used], 1.0)))
            self._tags.append(cut.weight)
        if rows:
            self.master.add_rows(Rows.from_lists(rows))

    def add_cover(self, cities: NDArray[np.intp], site: int, most: int) -> None:
        """Add ``sum_i z_ik <= most y_k`` over some cities; shares priced in later stay out of it."""
        columns = self._column[cities, site]
        columns = np.append(columns[columns != NOBODY], site)
        weights = np.append(np.ones(len(columns) - 1), -float(most))
        self.master.add_rows(Rows.from_lists([(-np.inf, 0.0, columns, weights)]))
        self._tags.append(None)

    def drop_idle(self, slack: float) -> None:
        """Drop the rows that are off by more than ``slack`` and price nothing."""
        dropped = set((self.master.drop_slack_rows(slack) - self.master.kept).tolist())
        for row in dropped:
            tag = self._tags[row]
            if isinstance(tag, tuple):
                self._is_linked[tag] = False
        self._tags = [tag for row, tag in enumerate(self._tags) if row not in dropped]

    def bound_shares(self, lower: NDArray[np.bool_], upper: NDArray[np.bool_]) -> None:
        """Set the bounds of the z that are held, other than those of cities at their own site; shapes as of z."""
        apart = self.is_held & ~self._is_own
        columns = self._column[apart]
        self.master.bound_columns(columns, lower[apart].astype(np.float64), upper[apart].astype(np.float64))
