"""The states that a better plan may reach, by the least cost of a plan through each state.

The recursion gives the cost to go from a state; this module adds the cost before it and on other branches. States and
moves whose sum exceeds the incumbent are excluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import cheapest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.multistage.recursion import SetValues
    from netdesign.solve.multistage.search import PolicySearch

MOST_MISSING = 60
"""Largest number of sets of new hubs to expand at once; with more, the program would be too large."""


class TooManyMovesError(Exception):
    """Too many moves are left for a program."""


Chosen = tuple[int, ...]
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
