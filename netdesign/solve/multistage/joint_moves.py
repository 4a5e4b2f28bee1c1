"""The joint moves of all hubs that a better plan may make: columns of the joint program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.solve.multistage.axes import along
from netdesign.solve.multistage.reachable_states import TooManyMovesError, wanted

if TYPE_CHECKING:
    from netdesign.solve.multistage.reachable_states import ReachableStates
    from netdesign.solve.multistage.recursion import SetValues
    from netdesign.solve.multistage.search import PolicySearch

Chosen = tuple[int, ...]
State = tuple[Chosen, tuple[int, ...]]
"""A set of new hubs, and the states of existing and new hubs."""

MOST_MOVES = 40_000


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
                if all(state or site not in target.chosen for site, state in zip(target.sites, place, strict=True)):
                    self._append(self._move(node, origin, target, begun, place, at_once=at_once))

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
