"""The states of one hub and the moves between them: modules in use, modules on order, closing.

A state holds the modules in use, those that arrive in later years and, where hubs may close, the remaining years of the
term. A year has two moments. First, modules without lead time are ordered, and the year is operated. Then, modules with
a lead time are ordered or the hub closes, which leads to the state at the beginning of the next year.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance

Counts = tuple[int, ...]

MOST_STATES_OF_A_HUB = 20_000
"""Listing so many takes some seconds without a check of the time; more would be too many for the recursion."""


class TooManyStatesError(Exception):
    """A hub has too many states."""


@dataclass(frozen=True, order=True)
class HubState:
    """A state of one hub.

    Parameters
    ----------
    in_use
        Modules in use by kind.
    coming
        Modules that arrive in one year, in two years, and so on.
    owed
        Years of use before the hub may close, without this one; 0 if hubs do not close.
    is_closed
        Whether it was open and has closed.
    """

    in_use: Counts
    coming: tuple[Counts, ...]
    owed: int = 0
    is_closed: bool = False

    @property
    def ordered(self) -> Counts:
        """Modules in use or on order."""
        return tuple(map(sum, zip(self.in_use, *self.coming, strict=True)))

    @property
    def is_open(self) -> bool:
        """Whether modules are in use."""
        return any(self.in_use)


@dataclass(frozen=True)
class Moves:
    """Moves between states, as arrays of equal length.

    Parameters
    ----------
    origin, target
        Positions of states.
    orders
        Modules ordered, shape (moves, modules).
    given_up
        Modules given up by closing, of the same shape.
    """

    origin: NDArray[np.intp]
    target: NDArray[np.intp]
    orders: NDArray[np.int64]
    given_up: NDArray[np.int64]


@dataclass(frozen=True)
class HubStates:
    """All reachable states of one hub, with the moves between them.

    Parameters
    ----------
    states
        The initial state first.
    at_once, later
        Moves of the two moments of a year; keeping the state counts as a move.
    """

    states: tuple[HubState, ...]
    at_once: Moves
    later: Moves

    def __len__(self) -> int:
        return len(self.states)

    @cached_property
    def in_use(self) -> NDArray[np.int64]:
        """Modules in use, shape (states, modules)."""
        return np.array([state.in_use for state in self.states], dtype=np.int64)

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """Whether modules are in use, shape (states,)."""
        return np.array([state.is_open for state in self.states])

    @cached_property
    def is_closed(self) -> NDArray[np.bool_]:
        """Whether the hub has closed, shape (states,)."""
        return np.array([state.is_closed for state in self.states])


def hub_states(staged: StagedInstance, installed: Counts, *, may_grow: bool, may_close: bool) -> HubStates:
    """Return the reachable states of a hub.

    Parameters
    ----------
    staged
        Modules and limits.
    installed
        Modules at the beginning.
    may_grow
        Whether modules may be ordered.
    may_close
        Whether it may close, which existing hubs never do.

    Raises
    ------
    TooManyStatesError
        There are more than ``MOST_STATES_OF_A_HUB``.
    """
    return _Explorer(staged, may_grow=may_grow, may_close=may_close).explore(installed)


class _Explorer:
    def __init__(self, staged: StagedInstance, *, may_grow: bool, may_close: bool) -> None:
        self._modules = staged.modules
        self._area = staged.stages.largest_area_m2
        self._may_grow, self._may_close = may_grow, may_close
        # Orders that arrive after the last year are useless, and would only multiply the states.
        horizon = staged.stages.last_year - staged.stages.first_year
        leads = {index: module.lead for index, module in enumerate(staged.modules) if module.lead <= horizon}
        self._waits = max(0, max(leads.values(), default=0) - 1)
        self._now = tuple(index for index, lead in leads.items() if lead == 0)
        self._later = tuple(index for index, lead in leads.items() if lead > 0)
        self._terms = [max(module.term, 1) - 1 if may_close else 0 for module in staged.modules]

    def explore(self, installed: Counts) -> HubStates:
        nothing = (0,) * len(self._modules)
        if self._area is None and self._without_closing(installed) > MOST_STATES_OF_A_HUB:
            raise TooManyStatesError
        first = HubState(installed, (nothing,) * self._waits)
        position = {first: 0}
        waiting = [first]
        now: list[tuple[int, int, Counts, Counts]] = []
        later: list[tuple[int, int, Counts, Counts]] = []

        def place(state: HubState) -> int:
            if state not in position:
                position[state] = len(position)
                waiting.append(state)
            return position[state]

        while waiting:
            if len(position) > MOST_STATES_OF_A_HUB:
                raise TooManyStatesError
            state = waiting.pop()
            here = position[state]
            now += [(here, place(target), orders, nothing) for orders, target in self._at_once(state)]
            later += [(here, place(target), orders, nothing) for orders, target in self._advanced(state)]
            if self._may_close and state.is_open and not state.owed and not any(map(any, state.coming)):
                gone = HubState(nothing, (nothing,) * self._waits, 0, is_closed=True)
                later.append((here, place(gone), nothing, state.in_use))
        return HubStates(tuple(position), _moves(now, len(self._modules)), _moves(later, len(self._modules)))

    def _without_closing(self, installed: Counts) -> int:
        """Return the number of states without a limit on area and without closing.

        Each module that may still be ordered is either not ordered or at one of the stages of its lead time.
        """
        if not self._may_grow:
            return 1
        kinds = ((self._modules[index], installed[index]) for index in (*self._now, *self._later))
        return math.prod(math.comb(kind.most - has + max(kind.lead, 1), kind.most - has) for kind, has in kinds)

    def _orders(self, state: HubState, kinds: tuple[int, ...]) -> Iterator[Counts]:
        """Yield the possible orders of some kinds of modules, the empty order included."""
        has = state.ordered
        grows = self._may_grow and not state.is_closed
        ranges = [
            range(self._modules[index].most - has[index] + 1) if grows and index in kinds else range(1)
            for index in range(len(self._modules))
        ]
        for orders in itertools.product(*ranges):
            area = sum(
                (have + more) * module.area for have, more, module in zip(has, orders, self._modules, strict=True)
            )
            if not any(orders) or self._area is None or area <= self._area * (1 + 1e-9):
                yield orders

    def _at_once(self, state: HubState) -> Iterator[tuple[Counts, HubState]]:
        for orders in self._orders(state, self._now):
            owed = max([state.owed, *(self._terms[index] for index, count in enumerate(orders) if count)])
            yield orders, HubState(_sum(state.in_use, orders), state.coming, owed, state.is_closed)

    def _advanced(self, state: HubState) -> Iterator[tuple[Counts, HubState]]:
        for orders in self._orders(state, self._later):
            # The first entry arrives in one year, and is in use when the next year begins.
            line = [list(counts) for counts in (*state.coming, (0,) * len(orders))]
            for index, count in enumerate(orders):
                if count:
                    line[self._modules[index].lead - 1][index] += count
            arriving = line[0]
            owed = max([state.owed - 1, 0, *(self._terms[index] for index, count in enumerate(arriving) if count)])
            yield (orders, HubState(_sum(state.in_use, arriving), tuple(map(tuple, line[1:])), owed, state.is_closed))


def _sum(one: Counts, other: list[int] | Counts) -> Counts:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _moves(found: list[tuple[int, int, Counts, Counts]], modules: int) -> Moves:
    return Moves(
        origin=np.array([move[0] for move in found], dtype=np.intp),
        target=np.array([move[1] for move in found], dtype=np.intp),
        orders=np.array([move[2] for move in found], dtype=np.int64).reshape(-1, modules),
        given_up=np.array([move[3] for move in found], dtype=np.int64).reshape(-1, modules),
    )
