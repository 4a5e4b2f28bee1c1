"""The first year of the recursion where a rule says what the first decision has to be, and may not be.

The values of the recursion hold for all decisions, so that they are bounds for those that are permitted: sets of hubs
and states are looked at in their order until none that is left can be better.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.solve.multistage.axes import summed
from netdesign.solve.multistage.contingent_plan import states_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.first_decision import FirstDecision, FirstRule
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.contingent_plan import States
    from netdesign.solve.multistage.hubs import Chosen, Hubs
    from netdesign.solve.multistage.recursion import SetValues
    from netdesign.solve.multistage.search import PolicySearch

_Ordered = frozenset[tuple[int, int]]
"""Site and state of each hub that has ordered something: all but the first states."""


class UnexpandedSetError(Exception):
    """The policy leads to an unexpanded set."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(chosen)
        self.chosen = chosen


class FirstMoves(NamedTuple):
    """What a policy decides in the first year.

    Parameters
    ----------
    value
        Bound of the policies that begin with it; infinite where there is none.
    with_ready, with_after
        Sets of new hubs after the orders without lead time, and after the later ones.
    ready, after
        The states that these lead to.
    """

    value: float
    with_ready: Chosen
    ready: States
    with_after: Chosen
    after: States


NO_MOVES = FirstMoves(math.inf, (), {}, (), {})


class PermittedMoves:
    """The moves of the first year that a rule permits, by the states that they lead to."""

    def __init__(self, staged: StagedInstance, hubs: Hubs) -> None:
        self._rule: FirstRule = staged.first
        position = staged.base.site_position
        self._ordered_at = {position[name] for name in self._rule.ordered_at}
        self._idle = {position[name] for name in self._rule.not_ordered_at}
        self._candidates = frozenset(hubs.candidates)
        self._left_out: dict[tuple[_Ordered, Chosen], set[_Ordered]] = {}
        for first in self._rule.left_out:
            states = _states_of(staged, hubs, first)
            if states is not None:
                ready, after = states
                self._left_out.setdefault((_ordered(ready), self._chosen(after)), set()).add(_ordered(after))

    def permits(self, ready: Mapping[int, int], after: Mapping[int, int]) -> bool:
        """Return whether a policy may come to these states in the first year."""
        if any(not after.get(site, 0) for site in self._ordered_at) or any(after.get(site, 0) for site in self._idle):
            return False
        return _ordered(after) not in self._left_out.get((_ordered(ready), self._chosen(after)), ())

    def allowed(self, target: SetValues, before: Chosen, ready: Mapping[int, int] | None) -> NDArray[np.bool_] | None:
        """Return the states of a set that may be come to; None where there is none of them.

        Parameters
        ----------
        target, before
            The set, and the one before its orders. New hubs without modules belong to smaller sets.
        ready
            After the orders without lead time; None where these are what leads to the set.
        """
        new = {site for site in target.chosen if site not in before}
        if new & self._idle or (ready is not None and not self._ordered_at <= set(target.sites)):
            return None
        shape = target.shape
        allowed = np.ones(shape, dtype=bool)
        for axis, site in enumerate(target.sites):
            has_to = site in new or (ready is not None and site in self._ordered_at)
            if has_to or site in self._idle:
                kept = np.arange(shape[axis]) > 0 if has_to else np.arange(shape[axis]) == 0
                allowed &= kept.reshape([-1 if other == axis else 1 for other in range(len(shape))])
        for left_out in () if ready is None else self._left_out.get((_ordered(ready), target.chosen), ()):
            place = dict(left_out)
            allowed[tuple(place.get(site, 0) for site in target.sites)] = False
        return allowed

    def _chosen(self, states: Mapping[int, int]) -> Chosen:
        """Return the new hubs that have ordered something."""
        return tuple(sorted(site for site, state in states.items() if state and site in self._candidates))


class FirstStep:
    """The best permitted decision of the first year at the present values."""

    def __init__(self, search: PolicySearch, permitted: PermittedMoves) -> None:
        self._search, self._permitted, self._hubs = search, permitted, search.hubs
        self._is_last = not search.staged.children[0]

    def best(self) -> FirstMoves:
        """Return what to decide first.

        Raises
        ------
        UnexpandedSetError
            An unexpanded set may be better.
        """
        start = dict.fromkeys(self._hubs.existing, 0)
        if not self._hubs.has_modules_at_once:
            return self._then_later((), start, 0.0)
        best = NO_MOVES
        for offer, chosen in self._offers((), start, at_once=True):
            if offer >= best.value:
                break
            target = self._expanded(chosen)
            allowed = self._permitted.allowed(target, (), None)
            if allowed is None:
                continue
            cost = self._cost(target, start, at_once=True)
            total = np.where(allowed, cost + target.ready[0], math.inf)
            for flat in np.argsort(total, axis=None).tolist():
                place = tuple(map(int, np.unravel_index(flat, total.shape)))
                if not total[place] < best.value:
                    break
                found = self._then_later(chosen, dict(zip(target.sites, place, strict=True)), float(cost[place]))
                best = min(best, found, key=lambda moves: moves.value)
        return best

    def _then_later(self, chosen: Chosen, ready: States, paid: float) -> FirstMoves:
        """Return the best first moves with some orders without lead time, for which so much is paid."""
        mine = self._search.values(chosen)
        place = tuple(ready[site] for site in mine.sites)
        if self._is_last:
            is_permitted = self._permitted.permits(ready, ready)
            value = paid + float(mine.ready[0][place]) if is_permitted else math.inf
            return FirstMoves(value, chosen, ready, chosen, ready)
        paid += float(mine.operated(0)[place])
        best = NO_MOVES
        for offer, larger in self._offers(chosen, ready, at_once=False):
            if paid + offer >= best.value:
                break
            target = self._expanded(larger)
            allowed = self._permitted.allowed(target, chosen, ready)
            if allowed is None:
                continue
            total = np.where(allowed, self._cost(target, ready, at_once=False) + target.after(0), math.inf)
            place = tuple(map(int, np.unravel_index(int(total.argmin()), total.shape)))
            if paid + total[place] < best.value:
                after = dict(zip(target.sites, place, strict=True))
                best = FirstMoves(paid + float(total[place]), chosen, ready, larger, after)
        return best

    def _offers(self, chosen: Chosen, states: States, *, at_once: bool) -> list[tuple[float, Chosen]]:
        """Return the sets that may follow one, each with its bound, the least first."""
        mine = self._search.values(chosen)
        place = tuple(states[site] for site in mine.sites)
        offers = self._search.offered(chosen, 0, at_once=at_once)[0]
        own = (mine.at_once if at_once else mine.later)[0]
        return sorted((float(np.asarray(values)[place]), larger) for larger, values in [(chosen, own), *offers])

    def _expanded(self, chosen: Chosen) -> SetValues:
        """Return the values of a set.

        Raises
        ------
        UnexpandedSetError
            It has none.
        """
        if not self._search.is_expanded(chosen):
            raise UnexpandedSetError(chosen)
        return self._search.values(chosen)

    @staticmethod
    def _cost(target: SetValues, begun: States, *, at_once: bool) -> NDArray[np.float64]:
        moves = target.moves(0, at_once=at_once)
        return summed([matrix[begun.get(site, 0)] for site, matrix in zip(target.sites, moves, strict=True)])


def _states_of(staged: StagedInstance, hubs: Hubs, first: FirstDecision) -> tuple[States, States] | None:
    """Return the states of the hubs that order first, before and after their later orders; None if there are none."""
    position, module = staged.base.site_position, {one.id: place for place, one in enumerate(staged.modules)}
    ordering = {position[hub] for hub in first.sites}
    if not ordering <= set(hubs.sites):
        return None
    counts = {site: np.zeros(len(staged.modules), dtype=np.int64) for site in ordering}
    for hub, size, count in first.orders:
        counts[position[hub]][module[size]] += count
    closing = {position[name] for name in first.closings}
    return states_after(staged, hubs, 0, dict.fromkeys(ordering, 0), counts, closing)


def _ordered(states: Mapping[int, int]) -> _Ordered:
    return frozenset((site, state) for site, state in states.items() if state)
