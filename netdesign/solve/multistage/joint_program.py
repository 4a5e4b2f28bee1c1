"""The mixed program that chooses one configuration for each node among those that a better plan may have.

Columns are joint moves of all hubs: from the states at the beginning of a year to those in which it is operated, and on
to those at the beginning of the next. Operating costs are exact where priced, else lower bounds; the program is solved
again until all chosen configurations are priced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.lp.builder import LpBuilder
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.contingent_plan import ContingentPlan, NodeStates
from netdesign.solve.multistage.reachable_states import JointMoves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.builder import LinearProgram
    from netdesign.solve.multistage.leaf_weights import LeafWeights
    from netdesign.solve.multistage.reachable_states import JointMove, ReachableStates, State
    from netdesign.solve.multistage.search import PolicySearch

_MONEY = 1e4
_LONGEST_S = 120.0
"""Time limit of one run, s; then its choice is priced, which improves the next run."""


class JointProgram:
    """The joint program.

    Parameters
    ----------
    search, reachable
        Values of the recursion, and states that a better plan may reach.
    weights
        Risk measure and paths.
    limit
        Weighted cost that moves must stay under.
    search_state
        Clock of the search.

    Raises
    ------
    TooManyMovesError
        Too many moves are left for a program.
    """

    def __init__(
        self,
        search: PolicySearch,
        reachable: ReachableStates,
        weights: LeafWeights,
        limit: float,
        search_state: SearchState,
    ) -> None:
        self._search, self._limit = search, limit
        self._staged: StagedInstance = search.staged
        self._weights = weights
        self.moves = JointMoves(search, reachable, limit).moves
        self._unit = 1.0
        self._session = LpSession(self._program(), search_state, longest_s=_LONGEST_S)

    def operating(self, node: int, state: State) -> float:
        """Return the operating cost of a node in a state, or the bound so far, EUR of its year."""
        chosen, place = state
        return self._search.values(chosen).operating_at(node, place)

    def _program(self) -> LinearProgram:
        staged = self._staged
        moves, leaves = len(self.moves), len(staged.leaves)
        nodes = len(staged.nodes)
        builder = LpBuilder()
        builder.add_columns(np.zeros(moves), 1.0, is_integer=True)
        endless = np.full(max(nodes, leaves), -np.inf)
        self._node_cost = builder.add_columns(endless[:nodes])
        self._path_cost = builder.add_columns(endless[:leaves])
        self._level = int(builder.add_columns(endless[:1])[0])
        self._excess = builder.add_columns(np.zeros(leaves))
        # Rest of each budget.
        self._left = builder.add_columns(np.zeros(nodes))
        self._unit = abs(self._limit) / _MONEY if np.isfinite(self._limit) else self._usual_unit()
        self._unit = self._unit or 1.0
        self._flow(builder)
        self._node_rows(builder)
        self._path_rows(builder)
        self._budget_rows(builder)
        return builder.program(self._objective(builder))

    def _usual_unit(self) -> float:
        costs = [self.operating(move.node, move.target) for move in self.moves if move.at_once]
        return float(np.median(costs)) * len(self._staged.nodes) / _MONEY if costs else 1.0

    def _flow(self, builder: LpBuilder) -> None:
        """Add flow conservation: each node begins in the final state of its parent, and is operated once."""
        staged = self._staged
        into: dict[tuple[int, bool, State], list[int]] = {}
        out: dict[tuple[int, bool, State], list[int]] = {}
        for column, move in enumerate(self.moves):
            out.setdefault((move.node, move.at_once, move.origin), []).append(column)
            into.setdefault((move.node, move.at_once, move.target), []).append(column)
        begin = [column for key, found in out.items() if key[:2] == (0, True) for column in found]
        builder.add_row(begin, [1.0] * len(begin), 1.0, 1.0)
        for node, children in enumerate(staged.children):
            if children:
                keys = {key[2] for key in (*into, *out) if key[0] == node}
                for state in sorted(keys):
                    self._balance(builder, into.get((node, True, state), []), out.get((node, False, state), []))
            for child in children:
                begun = {key[2] for key in into if key[:2] == (node, False)} | {
                    key[2] for key in out if key[:2] == (child, True)
                }
                for state in sorted(begun):
                    self._balance(builder, into.get((node, False, state), []), out.get((child, True, state), []))

    @staticmethod
    def _balance(builder: LpBuilder, into: list[int], out: list[int]) -> None:
        if into or out:
            builder.add_row([*into, *out], [1.0] * len(into) + [-1.0] * len(out), 0.0, 0.0)

    def _node_rows(self, builder: LpBuilder) -> None:
        """Add the cost of each node: its moves, and its operation."""
        self._node_row = []
        for node in range(len(self._staged.nodes)):
            columns = [column for column, move in enumerate(self.moves) if move.node == node]
            costs = [self._cost(self.moves[column]) for column in columns]
            self._node_row.append(builder.add_row([*columns, self._node_cost[node]], [*costs, -1.0], 0.0, 0.0))

    def _cost(self, move: JointMove) -> float:
        year = self.operating(move.node, move.target) if move.at_once else 0.0
        return (move.cost + year) / self._unit

    def _path_rows(self, builder: LpBuilder) -> None:
        staged = self._staged
        for path, leaf in enumerate(staged.leaves):
            nodes = staged.path_to(leaf)
            discounts = [staged.discount(staged.nodes[node].year) for node in nodes]
            columns = [*self._node_cost[list(nodes)], self._path_cost[path]]
            builder.add_row(columns, [*discounts, -1.0], 0.0, 0.0)

    def _objective(self, builder: LpBuilder) -> NDArray[np.float64]:
        """Add the rows of the risk measure, and return the cost of each column."""
        risk, weights, cost = self._staged.stages.risk, self._weights, np.zeros(builder.columns)
        if risk.measure is RiskMeasure.EXPECTED:
            cost[self._path_cost] = weights.probability
            return cost
        cost[self._level] = 1.0
        for path, least in enumerate(weights.reference / self._unit):
            if risk.measure is RiskMeasure.REGRET:
                builder.add_row([self._level, self._path_cost[path]], [1.0, -1.0], -least, np.inf)
            else:
                columns = [self._level, self._excess[path], self._path_cost[path]]
                builder.add_row(columns, [1.0, 1.0, -1.0], 0.0, np.inf)
        if risk.measure is RiskMeasure.CVAR:
            cost[self._excess] = weights.probability / (1.0 - risk.level)
        return cost

    def _budget_rows(self, builder: LpBuilder) -> None:
        """Add the budgets: in total on each path, and by year, with the rest carried over if allowed."""
        staged, budget = self._staged, self._staged.stages.capital_budget
        if budget is None:
            return
        by_node: list[tuple[list[int], list[float]]] = [([], []) for _ in staged.nodes]
        for column, move in enumerate(self.moves):
            if move.capital:
                by_node[move.node][0].append(column)
                by_node[move.node][1].append(move.capital / self._unit)
        # What the recursion lets pass, a policy may spend here too, or the bound would be over its cost. No bound of a
        # column is widened by it.
        slack = 1e-9
        if budget.total_eur is not None:
            for leaf in staged.leaves:
                path = staged.path_to(leaf)
                spent = [column for node in path for column in by_node[node][0]]
                amounts = [value for node in path for value in by_node[node][1]]
                builder.add_row(spent, amounts, -np.inf, budget.total_eur / self._unit * (1 + slack))
        carried: dict[int, int] = {-1: -1}
        for node, (columns, paid) in enumerate(by_node):
            before = carried[staged.nodes[node].parent]
            carried[node] = before
            year = staged.nodes[node].year
            if year not in budget.by_year_eur:
                continue
            given = budget.by_year_eur[year] / self._unit * (1 + slack)
            # paid + left = given + left before
            left = [self._left[node]] + ([self._left[before]] if before >= 0 and budget.carries_over else [])
            values = [*paid, 1.0, *([-1.0] * (len(left) - 1))]
            builder.add_row([*columns, *left], values, given, given)
            carried[node] = node

    def refresh(self) -> None:
        """Update the values from the tables."""
        self._search.refresh()

    def reprice(self, node: int) -> None:
        """Update the operating costs of a node, and close the moves to infeasible operations."""
        row = self._node_row[node]
        for column, move in enumerate(self.moves):
            if move.node != node or not move.at_once:
                continue
            cost = self._cost(move)
            if np.isfinite(cost):
                self._session.enter(row, column, cost)
            else:
                nothing = np.zeros(1)
                self._session.bound_columns(np.array([column]), nothing, nothing)

    def solve(self) -> tuple[ContingentPlan, float] | None:
        """Return the best policy at the present costs and the bound, EUR; None if the program is infeasible.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        solved = self._session.solve()
        if solved is None:
            return None
        taken = [move for move, value in zip(self.moves, solved.values, strict=False) if value > 0.5]
        return self._policy(taken), solved.bound * self._unit

    def _policy(self, taken: list[JointMove]) -> ContingentPlan:
        nodes = []
        for node in range(len(self._staged.nodes)):
            first = next(move for move in taken if move.node == node and move.at_once)
            later = next((move for move in taken if move.node == node and not move.at_once), None)
            ready = self._named(first.target)
            nodes.append(NodeStates(self._named(first.origin), ready, self._named(later.target) if later else ready))
        return ContingentPlan(tuple(nodes))

    def _named(self, state: State) -> dict[int, int]:
        return dict(zip(self._search.values(state[0]).sites, state[1], strict=True))
