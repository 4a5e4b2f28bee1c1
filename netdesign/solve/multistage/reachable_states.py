"""The states and joint moves of all hubs that a better plan may take, by the least cost of a plan through each.

The recursion gives the cost to go from a state; this module adds the cost before it and on other branches. States and
moves whose sum exceeds the incumbent are excluded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import along, cheapest
from netdesign.solve.multistage.hubs import Chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.multistage.recursion import SetValues
    from netdesign.solve.multistage.search import PolicySearch

MOST_MISSING = 60
"""Largest number of sets of new hubs to expand at once; with more, the program would be too large."""

MOST_MOVES = 40_000


class TooManyMovesError(Exception):
    """Too many moves are left for a program."""


State = tuple[Chosen, tuple[int, ...]]
"""A set of new hubs, and the states of existing and new hubs."""
Tensors = list[dict[Chosen, "NDArray[np.float64]"]]
"""By node and set of new hubs, by the states of the hubs."""


class ReachableStates:
    """The least cost on the way to each state.

    Parameters
    ----------
    search
        Search with updated values; further sets are expanded if a better plan may use them.
    limit
        Plans of at least this weighted cost are excluded.

    Raises
    ------
    TooManyMovesError
        A better plan may use too many sets.

    Attributes
    ----------
    start, ready
        Least cost outside the subtree of the node, at the beginning of its year and before its operation.
    """

    def __init__(self, search: PolicySearch, limit: float) -> None:
        self._search, self._limit = search, limit
        self.start: Tensors = []
        self.ready: Tensors = []
        while True:
            missing = self._pass()
            if not missing:
                break
            if len(missing) > MOST_MISSING:
                raise TooManyMovesError
            search.expand_all(missing)

    def _pass(self) -> set[Chosen]:
        """Compute the costs from root to leaves; return the unexpanded sets that a better plan may use."""
        search, staged = self._search, self._search.staged
        begin: Tensors = [{} for _ in staged.nodes]
        root = search.values(())
        first = np.full(tuple(len(search.hubs[site].states) for site in root.sites), np.inf)
        first[(0,) * first.ndim] = 0.0
        begin[0][()] = first
        self.start, self.ready = begin, []
        missing: set[Chosen] = set()
        for node in range(len(staged.nodes)):
            ready = begin[node]
            if search.hubs.has_modules_at_once:
                missing |= self._missing(node, begin[node], at_once=True)
                ready = self._moved(node, begin[node], at_once=True)
            self.ready.append(ready)
            if not staged.children[node]:
                continue
            operated = {chosen: paid + search.values(chosen).operating(node) for chosen, paid in ready.items()}
            missing |= self._missing(node, operated, at_once=False)
            after = self._moved(node, operated, at_once=False)
            for child in staged.children[node]:
                others = [other for other in staged.children[node] if other != child]
                begin[child] = {
                    chosen: sum((search.values(chosen).start[other] for other in others), start=paid)
                    for chosen, paid in after.items()
                }
        return missing

    def _moved(
        self, node: int, paid: dict[Chosen, NDArray[np.float64]], *, at_once: bool
    ) -> dict[Chosen, NDArray[np.float64]]:
        """Return the least cost so far by state after the moves of one moment."""
        found: dict[Chosen, NDArray[np.float64]] = {}
        for smaller, before in paid.items():
            for target in self._search.at_least(smaller):
                moves = [matrix.T for matrix in target.moves(node, at_once=at_once)]
                reached = cheapest(self._spread(before, smaller, target), moves)
                known = found.get(target.chosen)
                found[target.chosen] = reached if known is None else np.minimum(known, reached)
        return found

    def _spread(self, values: NDArray[np.float64], smaller: Chosen, target: SetValues) -> NDArray[np.float64]:
        """Return the values of a smaller set on the axes of a larger one, whose further hubs have no modules."""
        if smaller == target.chosen:
            return values
        shape = tuple(len(self._search.hubs[site].states) for site in target.sites)
        spread = np.full(shape, np.inf)
        place = tuple(0 if site in target.chosen and site not in smaller else slice(None) for site in target.sites)
        spread[place] = values
        return spread

    def _missing(self, node: int, paid: dict[Chosen, NDArray[np.float64]], *, at_once: bool) -> set[Chosen]:
        missing: set[Chosen] = set()
        for smaller, before in paid.items():
            missing |= set(self._search.unexpanded_under(node, smaller, before, self._limit, at_once=at_once))
        return missing


def wanted(values: NDArray[np.float64], limit: float) -> Sequence[tuple[int, ...]]:
    """Return the states whose value is under a limit."""
    return [tuple(int(at) for at in place) for place in np.argwhere(values < limit)]


@dataclass(frozen=True)
class JointMove:
    """A joint move of all hubs at a node.

    Parameters
    ----------
    node
        Position of the node.
    origin, target
        States before and after.
    at_once
        Whether it comes before the year's operation; else it leads to the next year.
    cost, capital
        EUR of the node's year: cost with capital net of salvage, and capital as paid.
    """

    node: int
    origin: State
    target: State
    at_once: bool
    cost: float
    capital: float


class JointMoves:
    """Collects the moves.

    Parameters
    ----------
    search, reachable
        Values of the recursion, and states that a better plan may reach.
    limit
        Weighted cost that moves must stay under.

    Attributes
    ----------
    moves
        The collected moves.

    Raises
    ------
    TooManyMovesError
        Too many moves are left for a program.
    """

    def __init__(self, search: PolicySearch, reachable: ReachableStates, limit: float) -> None:
        self._search, self._reachable, self._limit = search, reachable, limit
        self.moves: list[JointMove] = []
        self._collect()

    def _collect(self) -> None:
        search, staged = self._search, self._search.staged
        for node in range(len(staged.nodes)):
            starts = self._states(node)
            for origin in starts:
                self._add(node, origin, float(self._reachable.start[node][origin[0]][origin[1]]), at_once=True)
            if not staged.children[node]:
                continue
            operated = {
                chosen: paid + search.values(chosen).operating(node)
                for chosen, paid in self._reachable.ready[node].items()
            }
            reached = {move.target for move in self.moves if move.node == node and move.at_once}
            for origin in sorted(reached):
                self._add(node, origin, float(operated[origin[0]][origin[1]]), at_once=False)

    def _states(self, node: int) -> list[State]:
        """Return the states in which the year of a node may begin."""
        found = []
        for chosen, paid in sorted(self._reachable.start[node].items()):
            left = self._search.values(chosen).start[node]
            found += [(chosen, place) for place in wanted(paid + left, self._limit)]
        return found

    def _add(self, node: int, origin: State, paid: float, *, at_once: bool) -> None:
        search = self._search
        chosen, states = origin
        mine = search.values(chosen)
        at = dict(zip(mine.sites, states, strict=True))
        if at_once and not search.hubs.has_modules_at_once:
            if self._may_begin(node, at, at, at_once=True):
                self._append(JointMove(node, origin, origin, True, 0.0, 0.0))
            return
        for target in search.at_least(chosen):
            begun = [at.get(site, 0) for site in target.sites]
            left = target.ready[node] if at_once else target.after(node)
            moves = target.moves(node, at_once=at_once)
            total = paid + left
            for axis, (matrix, state) in enumerate(zip(moves, begun, strict=True)):
                total = total + along(matrix[state], axis, len(begun))
            for place in wanted(total, self._limit):
                # On the axis of a new hub the first state, without modules, belongs to a smaller set.
                after = dict(zip(target.sites, place, strict=True))
                is_own = all(after[site] for site in target.chosen)
                if is_own and self._may_begin(node, at, after, at_once=at_once):
                    self._append(self._move(node, origin, target, begun, place, at_once=at_once))

    def _may_begin(self, node: int, before: dict[int, int], after: dict[int, int], *, at_once: bool) -> bool:
        """Return whether the rule on the first decision permits a move, where it is the last one of the first year."""
        staged, permitted = self._search.staged, self._search.permitted
        if node or (at_once and staged.children[0]):
            return True
        return permitted.permits(after, after) if at_once else permitted.permits(before, after)

    def _move(
        self, node: int, origin: State, target: SetValues, begun: list[int], place: tuple[int, ...], *, at_once: bool
    ) -> JointMove:
        hubs = self._search.hubs
        cost = capital = 0.0
        for site, state, after in zip(target.sites, begun, place, strict=True):
            cost += float(hubs.move_cost(site, node, at_once=at_once)[state, after])
            capital += hubs.move_capital(site, node, state, after, at_once=at_once)
        return JointMove(node, origin, (target.chosen, place), at_once, cost, capital)

    def _append(self, move: JointMove) -> None:
        self.moves.append(move)
        if len(self.moves) > MOST_MOVES:
            raise TooManyMovesError
