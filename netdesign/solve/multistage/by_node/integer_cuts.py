"""Cuts from a node operated with integer hubs and modules (integer L-shaped method, Laporte and Louveaux 1993).

Cuts over fractional hubs miss the cost of integer choices within a year, such as air lanes or single allocation, and
may miss that a year is infeasible. The rows here require the cost at given hubs and modules; the requirement shrinks
with the distance from them by as much as the cost can fall.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.solve.lp.builder import Rows
from netdesign.solve.multistage.by_node.dantzig_wolfe import Effort, PriceSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.session import LpSession
    from netdesign.solve.multistage.by_node.decisions import Decisions
    from netdesign.solve.multistage.by_node.oracle import NodeCut
    from netdesign.solve.multistage.by_node.problem import DecomposedProblem, NodeYear
    from netdesign.solve.multistage.multipliers import Multipliers

_TIGHT = 1e-9
"""Relative difference within which two costs are equal."""
_EXCESS = Effort(1e-6, 30)


@dataclass(frozen=True)
class Distance:
    """``constant + weights @ columns``: 0 at given hubs and modules, 1 or more elsewhere."""

    constant: float
    columns: NDArray[np.intp]
    weights: NDArray[np.float64]


class Distances:
    """Distances of the hubs and modules of a node from given integer ones.

    Parameters
    ----------
    master
        The master; extended by columns for modules of which a hub may have several.
    staged, decisions
        The instance and its columns in the master.
    """

    def __init__(self, master: LpSession, staged: StagedInstance, decisions: Decisions) -> None:
        self._master, self._staged, self._decisions = master, staged, decisions
        self._more: dict[tuple[int, int, int, int], int] = {}

    def from_hubs(self, node: int, places: NDArray[np.intp]) -> Distance:
        """Return the distance from a set of hubs, given by position among the permitted sites."""
        y = self._decisions.is_open[node]
        weights = np.ones(len(y))
        weights[places] = -1.0
        return Distance(float(len(places)), y, weights)

    def from_modules(self, node: int, places: NDArray[np.intp], in_use: NDArray[np.int64]) -> Distance:
        """Return the distance from a set of hubs with at most these modules, shape (permitted sites, modules)."""
        hubs = self.from_hubs(node, places)
        more = [
            self._more_than(node, k, m, int(in_use[k, m]))
            for k in places.tolist()
            for m, module in enumerate(self._staged.modules)
            if in_use[k, m] < module.most
        ]
        columns = np.concatenate([hubs.columns, np.array(more, dtype=np.intp)])
        return Distance(hubs.constant, columns, np.concatenate([hubs.weights, np.ones(len(more))]))

    def _more_than(self, node: int, k: int, m: int, count: int) -> int:
        """Return a column that is 1 exactly where more than ``count`` modules of a kind are in use at a hub."""
        z, most = int(self._decisions.in_use[node, k, m]), self._staged.modules[m].most
        if most == 1:
            return z
        key = node, k, m, count
        if key not in self._more:
            column, nothing = len(self._master.is_integer), np.zeros(1)
            self._master.add_columns(nothing, nothing, np.ones(1), np.zeros((self._master.rows, 1)), is_integer=True)
            both = np.array([z, column])
            if_more = -np.inf, float(count), both, np.array([1.0, float(count - most)])
            only_if = 0.0, np.inf, both, np.array([1.0, -float(count + 1)])
            self._master.add_rows(Rows.from_lists([if_more, only_if]))
            self._more[key] = column
        return self._more[key]


class WholeCuts:
    """Adds the cuts of operated years to the master."""

    def __init__(self, problem: DecomposedProblem, state: SearchState) -> None:
        self._problem, self._state = problem, state
        self._distances = Distances(problem.relaxation.master, problem.staged, problem.relaxation.decisions)
        self._priced_hubs: set[tuple[int, tuple[int, ...]]] = set()
        self._salt = 0

    def add(self, node: int, year: NodeYear, values: NDArray[np.float64]) -> bool:
        """Add the cuts of a year that the master underestimates; return whether the master changed.

        Parameters
        ----------
        node, year
            The node and its year.
        values
            Values of the master's columns from which the year was made.

        Raises
        ------
        SolverError
            Cuts are checked, and one exceeds the cost of a known operation: a defect.
        """
        if self._state.checks_cuts and year.operated.prices is not None:
            oracle, (is_open, in_use, _) = self._problem.oracles[node], self._standing(year)
            self._problem.relaxation.record_operation(
                node, oracle.known_operation(year.operated, self._problem.site, is_open, in_use)
            )
        cost = year.operated.cost
        if self._problem.relaxation.cost_of(node, values) >= cost * (1.0 - _TIGHT):
            return False
        self._salt += 1
        if year.operated.prices is None:
            self._exclude(node, year, values)
            return True
        added, proven = self._cut(node, year, year.operated.prices, values)
        if proven >= cost * (1.0 - _TIGHT):
            return added
        self._add_cost_rows(node, year, year.operated.prices, proven)
        return True

    def _cut(
        self, node: int, year: NodeYear, multipliers: Multipliers, values: NDArray[np.float64]
    ) -> tuple[bool, float]:
        """Add the cut at the prices of a year; return whether the master violated it, and its bound on the year."""
        cut, (is_open, in_use, _) = self._cut_at(node, year, multipliers), self._standing(year)
        added = self._problem.relaxation.add(cut, values, _TIGHT)
        resources = self._problem.oracles[node].routes.resources
        worth = resources.worth(cut.prices, is_open, in_use.astype(np.float64))
        return added > 0, float(cut.at(is_open).sum()) - worth

    def _cut_at(self, node: int, year: NodeYear, multipliers: Multipliers) -> NodeCut:
        """Return the cut at the prices of a year, and remember what it says of whole hubs and modules."""
        oracle, (is_open, _, places) = self._problem.oracles[node], self._standing(year)
        prices = oracle.routes.resources.prices_of(multipliers, places)
        cut = oracle.whole(oracle.serve(is_open, prices, self._salt))
        self._problem.bounds[node].add(cut)
        return cut

    def learn(self, node: int, year: NodeYear) -> None:
        """Remember what the prices of a year say of whole hubs and modules, without a cut in the master."""
        self._salt += 1
        if year.operated.prices is None:
            self._problem.bounds[node].add(self._excess(node, year))
        else:
            self._cut_at(node, year, year.operated.prices)

    def _excess(self, node: int, year: NodeYear) -> NodeCut:
        """Return a cut that prices what an infeasible year lacks."""
        problem, (is_open, in_use, _) = self._problem, self._standing(year)
        oracle = problem.oracles[node]
        search = PriceSearch(oracle, is_open, in_use.astype(np.float64), problem.dearest, self._state)
        return search.search(np.zeros(len(oracle.routes.resources)), _EXCESS, self._salt).cut

    def _standing(self, year: NodeYear) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.intp]]:
        """Return y and z of a year by position among the permitted sites, and the positions of its hubs."""
        places = self._problem.places(year.hubs)
        is_open = np.zeros(len(self._problem.site))
        is_open[places] = 1.0
        return is_open, year.in_use[self._problem.site], places

    def _add_cost_rows(self, node: int, year: NodeYear, multipliers: Multipliers, proven: float) -> None:
        """Add rows that require the cost of a year where no cut over fractional hubs proves it.

        Up to three rows: the cost at these hubs with all modules they may have; the relaxation's cost at these hubs,
        as a function of the modules; and the exact cost with these modules or fewer.
        """
        relaxation, (_, in_use, places) = self._problem.relaxation, self._standing(year)
        hubs, cost = self._distances.from_hubs(node, places), year.operated.cost
        least = self._cost_with_all_modules(node, year)
        if year.operated.relaxed > proven * (1.0 + _TIGHT):
            staged, worth = self._problem.staged, np.zeros(in_use.shape)
            worth[places] = np.outer(multipliers.capacity, staged.capacities)
            worth[places] += DAYS_PER_YEAR * np.outer(multipliers.peak.sum(axis=0), staged.peak_capacities)
            relaxation.add_cost_row(node, year.operated.relaxed, hubs, worth, in_use)
        if cost > max(least, year.operated.relaxed) * (1.0 + _TIGHT):
            modules = self._distances.from_modules(node, places, in_use)
            relaxation.add_cost_row(node, cost, modules, np.zeros(in_use.shape), in_use)

    def _cost_with_all_modules(self, node: int, year: NodeYear) -> float:
        """Return the cost of a year's hubs with all modules they may have; require it of the master the first time."""
        largest = self._problem.plans.largest(node, year.hubs)
        if (node, year.hubs) not in self._priced_hubs:
            self._priced_hubs.add((node, year.hubs))
            _, in_use, places = self._standing(largest)
            hubs, cost = self._distances.from_hubs(node, places), largest.operated.cost
            if np.isfinite(cost):
                self._problem.relaxation.add_cost_row(node, cost, hubs, np.zeros(in_use.shape), in_use)
            else:
                self._problem.relaxation.exclude(hubs)
        return largest.operated.cost

    def _exclude(self, node: int, year: NodeYear, values: NDArray[np.float64]) -> None:
        """Exclude an infeasible year, and similar years by a cut that prices the missing capacity."""
        problem, (_, in_use, places) = self._problem, self._standing(year)
        cut = self._excess(node, year)
        problem.bounds[node].add(cut)
        problem.relaxation.add(cut, values, _TIGHT)
        if np.isfinite(self._cost_with_all_modules(node, year)):
            problem.relaxation.exclude(self._distances.from_modules(node, places, in_use))
