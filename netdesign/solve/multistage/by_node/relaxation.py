"""The master over hubs, modules and freight of all nodes, and the cuts so far: what they prove."""

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
from netdesign.solve.multistage.by_node.freight import Units, add_freight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.session import MixedSolved
    from netdesign.solve.multistage.by_node.integer_cuts import Distance
    from netdesign.solve.multistage.by_node.oracle import Known, NodeCut, NodeOracle

_SCALE = 1e4
"""What the objective is, about, inside the master: HiGHS has absolute tolerances."""
_FREIGHT = 100.0
"""What all freight of a large year is inside the master."""
_LEAST_COST = 1e-5
"""What routes cost beside the dearest module, at least, to set the unit of money."""
_IDLE = 1e-3
"""Of the cost of a node, about: cuts that are off by more, and price nothing, are dropped."""


@dataclass(frozen=True)
class Point:
    """A solution of the master.

    Parameters
    ----------
    bound
        EUR of the first year.
    values
        Of the columns.
    is_open, in_use
        y and z, shapes (nodes, sites) and (nodes, sites, modules).
    """

    bound: float
    values: NDArray[np.float64]
    is_open: NDArray[np.float64]
    in_use: NDArray[np.float64]


class Relaxation:
    """The program over the tree.

    Parameters
    ----------
    staged
        The problem.
    site
        Positions of the permitted sites, ascending.
    oracles
        Of the nodes.
    known
        What each path costs at least when it is known, EUR, shape (leaves,); zeros but for regret.
    state
        Clock.

    Attributes
    ----------
    decisions
        Where hubs and modules stand among the columns.
    paid
        What each node pays for hubs and modules: columns, and EUR of the first year for each.
    """

    def __init__(
        self,
        staged: StagedInstance,
        site: NDArray[np.intp],
        oracles: Sequence[NodeOracle],
        known: NDArray[np.float64],
        state: SearchState,
    ) -> None:
        self._oracles, self._state = oracles, state
        self._operated: list[list[Known]] = [[] for _ in oracles]
        builder = TreeBuilder(len(staged.nodes))
        self.decisions = add_decisions(builder, staged, site)
        self.paid = [builder.spent(node) for node in range(len(staged.nodes))]
        add_policies(builder, staged, self.decisions)
        yearly = [oracle.routes.least for oracle in oracles]
        capital = max(float(node.prices.capital.max()) for node in staged.nodes)
        self._units = Units(
            (max(float(staged.weights @ np.array(yearly)), _LEAST_COST * capital) or 1.0) / _SCALE,
            max(max(float(oracle.routes.volume.sum()) for oracle in oracles), 1e-9) / _FREIGHT,
        )
        self._freight = [add_freight(builder, staged, self.decisions, oracle, self._units) for oracle in oracles]
        cost = add_objective(builder, staged, known, self._units.money)
        self.master = LpSession(builder.program(cost), state, is_relaxed=True)

    def solve(self) -> Point | None:
        """Return the optimum with parts of hubs and modules, or None where there is none.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        relaxed = self.master.solve()
        return None if relaxed is None else self._point(relaxed.objective, relaxed.values)

    def solve_mixed(self, gap: float, time_s: float, start: NDArray[np.float64] | None) -> MixedSolved:
        """Solve with whole hubs and modules; see ``LpSession.solve_mixed``. The bound is in EUR."""
        solved = self.master.solve_mixed(gap, time_s, start)
        return replace(solved, bound=solved.bound * self._units.money)

    def _point(self, objective: float, values: NDArray[np.float64]) -> Point:
        is_open = np.clip(values[self.decisions.is_open], 0.0, 1.0)
        in_use = np.maximum(values[self.decisions.in_use], 0.0)
        return Point(objective * self._units.money, values, is_open, in_use)

    def add(self, cut: NodeCut, values: NDArray[np.float64], enough: float) -> int:
        """Add the rows of a cut that some values of the columns break; return how many.

        Parameters
        ----------
        enough
            Of the cost of the node by these values: less is not worth a row.

        Raises
        ------
        SolverError
            The cuts are checked, and it asks for more than a known operation costs: a defect.
        """
        if self._state.checks_cuts:
            self._hold_against_known(cut)
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
        if rows:
            self.master.add_rows(Rows.from_lists(rows))
        return len(rows)

    def demand(
        self, node: int, cost: float, distance: Distance, worth: NDArray[np.float64], in_use: NDArray[np.int64]
    ) -> None:
        """Say what operating a node costs at least with some whole hubs and modules, EUR/year.

        Parameters
        ----------
        node, cost
            The node, and what its operation costs.
        distance
            From where it does.
        worth
            What each module more or less in use takes off, or adds, EUR/year, shape (permitted sites, modules).
        in_use
            The modules, of the same shape.
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

    def forbid(self, distance: Distance) -> None:
        """Exclude that a distance is 0."""
        self.master.add_rows(Rows.from_lists([(1.0 - distance.constant, np.inf, distance.columns, distance.weights)]))

    def cost_of(self, node: int, values: NDArray[np.float64]) -> float:
        """Return what operating a node costs by some values of the columns, EUR/year."""
        freight, units = self._freight[node], self._units
        bought = float(values[freight.bought] @ freight.price) * units.tonnes
        return float(values[freight.cost].sum()) * units.money + bought

    def drop_idle(self) -> None:
        """Drop the cuts that are far from binding."""
        self.master.drop_slack_rows(_IDLE * _SCALE / len(self._oracles))

    def know(self, node: int, operated: Known) -> None:
        """Hear of an operation of a node: no cut may ask for more."""
        self._operated[node].append(operated)

    def _hold_against_known(self, cut: NodeCut) -> None:
        for known in self._operated[cut.node]:
            paid = known.cost + known.use @ cut.prices
            over = cut.at(known.is_open) - paid
            scale = ROUNDING * float(np.abs(known.cost).sum() + np.abs(known.use * cut.prices).sum())
            if (over > scale).any():
                message = f"a cut asks for {over.max():.6g} EUR/year more than a known operation costs"
                raise SolverError(message)
