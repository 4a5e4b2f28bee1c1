"""The master: hubs, modules and freight of all nodes, and the cuts so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.builder import Rows
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.by_node.builder import TreeBuilder, add_objective
from netdesign.solve.multistage.by_node.decisions import add_decisions, add_policies
from netdesign.solve.multistage.by_node.freight_columns import MasterUnits, add_freight
from netdesign.solve.multistage.by_node.level_columns import add_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.branching import MixedOutcome
    from netdesign.solve.multistage.by_node.integer_cuts import Distance
    from netdesign.solve.multistage.by_node.levels import HubLevels
    from netdesign.solve.multistage.by_node.oracle import KnownOperation, NodeCut, NodeOracle

_SCALE = 1e4
"""Approximate objective value inside the master: HiGHS has absolute tolerances."""
_FREIGHT = 100.0
"""Total freight of the largest year inside the master."""
_LEAST_COST = 1e-5
"""Least cost of routes, as a share of the dearest module, for the unit of money."""
_IDLE = 1e-3
"""Slack, as a share of the cost of a node, above which nonbinding cuts are dropped."""


@dataclass(frozen=True)
class Point:
    """A solution of the master.

    Parameters
    ----------
    bound
        Lower bound, EUR of the first year.
    values
        Values of the columns.
    is_open, in_use
        y and z, shapes (nodes, sites) and (nodes, sites, modules).
    """

    bound: float
    values: NDArray[np.float64]
    is_open: NDArray[np.float64]
    in_use: NDArray[np.float64]


class Relaxation:
    """The master problem and its relaxation.

    Parameters
    ----------
    staged
        The instance.
    site
        Positions of the permitted sites, ascending.
    oracles
        One per node.
    levels
        Levels of the hubs; None if they are too many for columns of their own.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret, else zeros.
    state
        Clock of the search.

    Attributes
    ----------
    decisions
        Columns of hubs and modules.
    paid
        Cost of hubs and modules at each node: columns, and EUR of the first year per unit.
    """

    def __init__(
        self,
        staged: StagedInstance,
        site: NDArray[np.intp],
        oracles: Sequence[NodeOracle],
        levels: HubLevels | None,
        reference: NDArray[np.float64],
        state: SearchState,
    ) -> None:
        self._oracles, self._state = oracles, state
        self._operations: list[list[KnownOperation]] = [[] for _ in oracles]
        builder = TreeBuilder(len(staged.nodes))
        self.decisions = add_decisions(builder, staged, site)
        self._levels = levels
        self._at_levels = None if levels is None else add_levels(builder, self.decisions, levels)
        self.paid = [builder.spent(node) for node in range(len(staged.nodes))]
        add_policies(builder, staged, self.decisions)
        yearly = [oracle.routes.least for oracle in oracles]
        capital = max(float(node.prices.capital.max()) for node in staged.nodes)
        self._units = MasterUnits(
            (max(float(staged.weights @ np.array(yearly)), _LEAST_COST * capital) or 1.0) / _SCALE,
            max(max(float(oracle.routes.volume.sum()) for oracle in oracles), 1e-9) / _FREIGHT,
        )
        self._freight = [add_freight(builder, staged, self.decisions, oracle, self._units) for oracle in oracles]
        cost = add_objective(builder, staged, reference, self._units.money)
        self.master = LpSession(builder.program(cost), state, is_relaxed=True)

    @property
    def has_levels(self) -> bool:
        """Whether hubs have columns for their levels, and cuts rows on these."""
        return self._levels is not None

    def solve(self) -> Point | None:
        """Return the optimum of the linear relaxation, or None if it is infeasible.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        relaxed = self.master.solve()
        return None if relaxed is None else self._point(relaxed.objective, relaxed.values)

    def solve_mixed(self, gap: float, time_s: float, start: NDArray[np.float64] | None) -> MixedOutcome:
        """Solve with integer hubs and modules; see ``LpSession.solve_mixed``. The bound is in EUR."""
        solved = self.master.solve_mixed(gap, time_s, start)
        return replace(solved, bound=solved.bound * self._units.money)

    def _point(self, objective: float, values: NDArray[np.float64]) -> Point:
        is_open = np.clip(values[self.decisions.is_open], 0.0, 1.0)
        in_use = np.maximum(values[self.decisions.in_use], 0.0)
        return Point(objective * self._units.money, values, is_open, in_use)

    def add(self, cut: NodeCut, values: NDArray[np.float64], enough: float) -> int:
        """Add the rows of a cut that some values of the columns violate; return their number.

        Parameters
        ----------
        enough
            Least violation of a row, as a share of the cost of the node at these values.

        Raises
        ------
        SolverError
            Cuts are checked, and this one exceeds the cost of a known operation: a defect.
        """
        if self._state.checks_cuts:
            self._check_against_operations(cut)
        columns, units = self._freight[cut.node], self._units
        y = self.decisions.is_open[cut.node]
        priced = np.flatnonzero(cut.prices)
        paid = cut.prices[priced] * units.tonnes / units.money
        slope = cut.slope / units.money
        slope[slope < ROUNDING] = 0.0
        const = cut.const / units.money
        have = values[columns.cost] + values[columns.use[:, priced]] @ paid
        over = const - slope @ values[y] - have
        broken = np.flatnonzero(over > enough * max(1.0, float(values[columns.cost].sum())) / len(const))
        rows = []
        for g in broken.tolist():
            opening = np.flatnonzero(slope[g])
            index = np.concatenate([y[opening], [columns.cost[g]], columns.use[g, priced]])
            rows.append((const[g], np.inf, index, np.concatenate([slope[g, opening], [1.0], paid])))
        if cut.row is not None and self._at_levels is not None:
            over_all, row = self._at_levels.violated(cut.node, cut.row, columns, units, values)
            if over_all > enough * max(1.0, float(values[columns.cost].sum())):
                rows.append(row)
        if rows:
            self.master.add_rows(Rows.from_lists(rows))
        return len(rows)

    def add_cost_row(
        self, node: int, cost: float, distance: Distance, worth: NDArray[np.float64], in_use: NDArray[np.int64]
    ) -> None:
        """Add a row that requires the cost of a node at given integer hubs and modules.

        Parameters
        ----------
        node, cost
            The node and its cost there, EUR/year.
        distance
            Distance from the given hubs and modules.
        worth
            Decrease of the cost per further module in use, EUR/year, shape (permitted sites, modules).
        in_use
            The given modules, of the same shape.
        """
        freight, units = self._freight[node], self._units
        top = cost + float((worth * in_use).sum())
        step = (top - self._oracles[node].routes.least) / units.money
        bought = freight.price * units.tonnes / units.money
        has_worth = worth > 0.0
        index = [distance.columns, freight.cost, freight.bought, self.decisions.in_use[node][has_worth]]
        weights = [distance.weights * step, np.ones(len(freight.cost)), bought, worth[has_worth] / units.money]
        least = top / units.money - distance.constant * step
        self.master.add_rows(Rows.from_lists([(least, np.inf, np.concatenate(index), np.concatenate(weights))]))

    def exclude(self, distance: Distance) -> None:
        """Exclude the hubs and modules at distance 0."""
        self.master.add_rows(Rows.from_lists([(1.0 - distance.constant, np.inf, distance.columns, distance.weights)]))

    def cost_of(self, node: int, values: NDArray[np.float64]) -> float:
        """Return the cost of operating a node at some values of the columns, EUR/year."""
        freight, units = self._freight[node], self._units
        bought = float(values[freight.bought] @ freight.price) * units.tonnes
        return float(values[freight.cost].sum()) * units.money + bought

    def drop_idle(self) -> None:
        """Drop cuts that are far from binding."""
        self.master.drop_slack_rows(_IDLE * _SCALE / len(self._oracles))

    def record_operation(self, node: int, operation: KnownOperation) -> None:
        """Record an operation of a node, against which later cuts are checked."""
        self._operations[node].append(operation)

    def _check_against_operations(self, cut: NodeCut) -> None:
        for operation in self._operations[cut.node]:
            paid = operation.cost + operation.use @ cut.prices
            over = float((cut.at(operation.is_open) - paid).max())
            if cut.row is not None and self._levels is not None:
                paid_all = float(operation.cost.sum() + (operation.use @ cut.row.prices).sum())
                over = max(over, cut.row.at(self._levels.positions(operation.in_use)) - paid_all)
            if over > ROUNDING * float(np.abs(operation.cost).sum() + np.abs(operation.use * cut.prices).sum()):
                message = f"a cut asks for {over:.6g} EUR/year more than a known operation costs"
                raise SolverError(message)
