"""What operating a node with whole hubs and modules teaches the master."""

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
    from netdesign.solve.multistage.by_node.plans import NodeYear
    from netdesign.solve.multistage.by_node.problem import Problem
    from netdesign.solve.multistage.multipliers import Multipliers

_TIGHT = 1e-9
"""What is under a cost by a smaller share of it is as much."""
_EXCESS = Effort(1e-6, 30)


@dataclass(frozen=True)
class Distance:
    """``constant + weights @ columns``: 0 where something holds, 1 or more elsewhere."""

    constant: float
    columns: NDArray[np.intp]
    weights: NDArray[np.float64]


class Distances:
    """How far hubs and modules of a node are from some that are whole.

    Parameters
    ----------
    master
        Gets columns for modules of which a hub may have several.
    staged, decisions
        The problem, and where it stands in the master.
    """

    def __init__(self, master: LpSession, staged: StagedInstance, decisions: Decisions) -> None:
        self._master, self._staged, self._decisions = master, staged, decisions
        self._more: dict[tuple[int, int, int, int], int] = {}

    def from_hubs(self, node: int, places: NDArray[np.intp]) -> Distance:
        """Return the distance from exactly these hubs, given by place among the permitted sites."""
        y = self._decisions.is_open[node]
        weights = np.ones(len(y))
        weights[places] = -1.0
        return Distance(float(len(places)), y, weights)

    def from_modules(self, node: int, places: NDArray[np.intp], in_use: NDArray[np.int64]) -> Distance:
        """Return the distance from exactly these hubs with no module more, shape (permitted sites, modules)."""
        hubs = self.from_hubs(node, places)
        more = [
            self._has_more(node, k, m, int(in_use[k, m]))
            for k in places.tolist()
            for m, module in enumerate(self._staged.modules)
            if in_use[k, m] < module.most
        ]
        columns = np.concatenate([hubs.columns, np.array(more, dtype=np.intp)])
        return Distance(hubs.constant, columns, np.concatenate([hubs.weights, np.ones(len(more))]))

    def _has_more(self, node: int, k: int, m: int, count: int) -> int:
        """Return a column that is 1 where a hub has more than some modules of a kind in use."""
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
    """Adds to the master what years with whole hubs and modules prove.

    Parameters
    ----------
    problem, state
        The problem and its clock.
    """

    def __init__(self, problem: Problem, state: SearchState) -> None:
        self._problem, self._state = problem, state
        self._distances = Distances(problem.relaxation.master, problem.staged, problem.relaxation.decisions)
        self._looked_into: set[tuple[int, tuple[int, ...]]] = set()
        self._salt = 0

    def add(self, node: int, year: NodeYear, values: NDArray[np.float64]) -> bool:
        """Add what a year proves and the master does not know yet; return whether there was anything.

        Parameters
        ----------
        node, year
            The node and its year.
        values
            Of the columns of the master that led to it.

        Raises
        ------
        SolverError
            The cuts are checked, and one asks for more than a known operation costs: a defect.
        """
        if self._state.checks_cuts and year.operated.prices is not None:
            oracle, is_open = self._problem.oracles[node], self._standing(year)[0]
            self._problem.relaxation.know(node, oracle.known(year.operated, self._problem.site, is_open))
        cost = year.operated.cost
        if self._problem.relaxation.cost_of(node, values) >= cost * (1.0 - _TIGHT):
            return False
        self._salt += 1
        if year.operated.prices is None:
            self._forbid(node, year, values)
            return True
        added, proven = self._cut(node, year, year.operated.prices, values)
        if proven >= cost * (1.0 - _TIGHT):
            return added
        self._demand(node, year, year.operated.prices, proven)
        return True

    def _cut(
        self, node: int, year: NodeYear, multipliers: Multipliers, values: NDArray[np.float64]
    ) -> tuple[bool, float]:
        """Add the cut at the prices of a year; return whether the master broke it, and what it proves of the year."""
        oracle, (is_open, in_use, places) = self._problem.oracles[node], self._standing(year)
        resources = oracle.routes.resources
        prices = resources.prices_of(multipliers, places)
        cut = oracle.serve(is_open, prices, self._salt).cut
        added = self._problem.relaxation.add(cut, values, _TIGHT)
        return added > 0, float(cut.at(is_open).sum()) - resources.worth(prices, is_open, in_use.astype(np.float64))

    def _standing(self, year: NodeYear) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.intp]]:
        """Return y and z of a year by place among the permitted sites, and the places of its hubs."""
        places = self._problem.places(year.hubs)
        is_open = np.zeros(len(self._problem.site))
        is_open[places] = 1.0
        return is_open, year.in_use[self._problem.site], places

    def _demand(self, node: int, year: NodeYear, multipliers: Multipliers, proven: float) -> None:
        """Ask for what a year costs where its whole choices make it dearer than any cut over parts says.

        What its hubs cost with all modules they may have; what the relaxation with these hubs says of other modules;
        and the cost itself of these modules, or fewer.
        """
        relaxation, (_, in_use, places) = self._problem.relaxation, self._standing(year)
        hubs, cost = self._distances.from_hubs(node, places), year.operated.cost
        least = self._look_into(node, year)
        if year.operated.relaxed > proven * (1.0 + _TIGHT):
            staged, worth = self._problem.staged, np.zeros(in_use.shape)
            worth[places] = np.outer(multipliers.capacity, staged.capacities)
            worth[places] += DAYS_PER_YEAR * np.outer(multipliers.peak.sum(axis=0), staged.peak_capacities)
            relaxation.demand(node, year.operated.relaxed, hubs, worth, in_use)
        if cost > max(least, year.operated.relaxed) * (1.0 + _TIGHT):
            modules = self._distances.from_modules(node, places, in_use)
            relaxation.demand(node, cost, modules, np.zeros(in_use.shape), in_use)

    def _look_into(self, node: int, year: NodeYear) -> float:
        """Ask for what the hubs of a year cost with all modules that they may have; return that."""
        largest = self._problem.plans.largest(node, year.hubs)
        if (node, year.hubs) not in self._looked_into:
            self._looked_into.add((node, year.hubs))
            _, in_use, places = self._standing(largest)
            hubs, cost = self._distances.from_hubs(node, places), largest.operated.cost
            if np.isfinite(cost):
                self._problem.relaxation.demand(node, cost, hubs, np.zeros(in_use.shape), in_use)
            else:
                self._problem.relaxation.forbid(hubs)
        return largest.operated.cost

    def _forbid(self, node: int, year: NodeYear, values: NDArray[np.float64]) -> None:
        """Exclude a year that cannot be operated; those like it by a price on what is missing."""
        problem, (is_open, in_use, places) = self._problem, self._standing(year)
        oracle = problem.oracles[node]
        search = PriceSearch(oracle, is_open, in_use.astype(np.float64), problem.dearest, self._state)
        found = search.search(np.zeros(len(oracle.routes.resources)), _EXCESS, self._salt)
        problem.relaxation.add(found.cut, values, _TIGHT)
        if np.isfinite(self._look_into(node, year)):
            problem.relaxation.forbid(self._distances.from_modules(node, places, in_use))
