"""The hubs of a staged problem for the recursion: states, costs of moves, and capacities."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import weighted
from netdesign.solve.multistage.hub_states import hub_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.hub_states import HubStates, Moves

Chosen = tuple[int, ...]
"""A set of new hubs: ascending positions of sites."""


@dataclass(frozen=True)
class Hub:
    """A site that is a hub, or may become one.

    Parameters
    ----------
    site
        Position.
    states
        Its states, the initial one first.
    is_existing
        Whether it is open in all years.
    lift, daily
        Capacity in each state, t/year and t/day, shape (states,).
    is_open
        Whether it is open in each state, shape (states,).
    level
        Position of each state's modules in use among the levels, shape (states,).
    level_lift, level_daily
        By level, shape (levels,).
    level_use
        Modules in use, shape (levels, modules).
    """

    site: int
    states: HubStates
    is_existing: bool
    lift: NDArray[np.float64]
    daily: NDArray[np.float64]
    is_open: NDArray[np.bool_]
    level: NDArray[np.intp]
    level_lift: NDArray[np.float64]
    level_daily: NDArray[np.float64]
    level_use: NDArray[np.int64]


class Hubs:
    """All hubs that may be open, the permitted sets of new ones, and the costs of their moves."""

    def __init__(self, staged: StagedInstance) -> None:
        self._staged = staged
        base = staged.base
        allowed = [base.site_position[name] for name in base.allowed]
        nothing = (0,) * len(staged.modules)
        fresh = hub_states(staged, nothing, may_grow=True, may_close=staged.stages.closing)
        self.existing = tuple(k for k in allowed if staged.is_existing[k])
        self.candidates = tuple(k for k in allowed if not staged.is_existing[k])
        self._hub: dict[int, Hub] = {}
        for site in self.existing:
            states = hub_states(staged, tuple(staged.installed[site].tolist()), may_grow=True, may_close=False)
            self._hub[site] = self._made(site, states, is_existing=True)
        for site in self.candidates:
            self._hub[site] = self._made(site, fresh, is_existing=False)
        self.is_existing = staged.is_existing
        self._costs: dict[tuple[int, int, bool], NDArray[np.float64]] = {}
        self._yearly: dict[tuple[int, int], NDArray[np.float64]] = {}

    def _made(self, site: int, states: HubStates, *, is_existing: bool) -> Hub:
        staged = self._staged
        level_use, level = np.unique(states.in_use, axis=0, return_inverse=True)
        is_open = np.ones(len(states), dtype=bool) if is_existing else states.is_open
        lift, daily = states.in_use @ staged.capacities, states.in_use @ staged.peak_capacities
        return Hub(
            site,
            states,
            is_existing,
            lift,
            daily,
            is_open,
            level.reshape(-1),
            level_use @ staged.capacities,
            level_use @ staged.peak_capacities,
            level_use,
        )

    def __getitem__(self, site: int) -> Hub:
        return self._hub[site]

    @property
    def sites(self) -> tuple[int, ...]:
        """Positions of all of them, ascending."""
        return tuple(sorted(self._hub))

    @cached_property
    def has_modules_at_once(self) -> bool:
        """Whether some module has no lead time."""
        return any(module.lead == 0 for module in self._staged.modules)

    @cached_property
    def new_range(self) -> range:
        """Numbers of new hubs that the policies permit."""
        least, most = self._staged.base.hub_range
        existing = len(self.existing)
        return range(max(0, least - existing), min(most - existing, len(self.candidates)) + 1)

    def sets(self) -> Iterator[tuple[int, ...]]:
        """Yield the sets of new hubs that a path may order, smaller ones first; each in order of the table."""
        for size in range(self.new_range.stop):
            yield from filter(self.may_stand, itertools.combinations(self.candidates, size))

    @cached_property
    def _groups(self) -> list[set[int]]:
        policies, position = self._staged.base.policies, self._staged.base.site_position
        return [{position[name] for name in group.sites} for group in policies.exclusive]

    def may_stand(self, chosen: tuple[int, ...]) -> bool:
        """Return whether no two hubs exclude each other."""
        return all(len(group & {*chosen, *self.existing}) <= 1 for group in self._groups)

    def is_enough(self, chosen: tuple[int, ...]) -> bool:
        """Return whether a set of new hubs satisfies the policies at the end of the horizon."""
        base = self._staged.base
        required = {base.site_position[name] for name in base.required}
        return required <= {*chosen, *self.existing} and len(chosen) in self.new_range

    def move_cost(self, site: int, node: int, *, at_once: bool) -> NDArray[np.float64]:
        """Return the costs of moves between states at a node, EUR of its year, infinite without a move.

        Capital counts net of salvage; closing returns what it saves of that. Shape (states, states).
        """
        key = (site, node, at_once)
        if key not in self._costs:
            states = self[site].states
            self._costs[key] = self._matrix(states.at_once if at_once else states.later, len(states), site, node)
        return self._costs[key]

    def move_capital(self, site: int, node: int, state: int, after: int, *, at_once: bool) -> float:
        """Return the capital paid for a move between states at a node, EUR."""
        moves = self[site].states.at_once if at_once else self[site].states.later
        move = int(np.flatnonzero((moves.origin == state) & (moves.target == after))[0])
        return float(moves.orders[move] @ self._staged.nodes[node].prices.capital[site])

    def _matrix(self, moves: Moves, states: int, site: int, node: int) -> NDArray[np.float64]:
        staged, tree_node = self._staged, self._staged.nodes[node]
        prices, modules = tree_node.prices, staged.modules
        borne = np.array([staged.used_share(module, tree_node.year) for module in modules])
        left = np.array([staged.horizon_left(module, tree_node.year) for module in modules])
        order = prices.capital[site] * borne
        leave = prices.exit[site] - prices.capital[site] * left
        each = moves.orders @ order + moves.given_up @ leave
        if not staged.may_order(site, node):
            each = np.where(moves.orders.any(axis=1), np.inf, each)
        cost = np.full((states, states), np.inf)
        np.minimum.at(cost, (moves.origin, moves.target), each)
        return cost

    def moves(
        self, site: int, nodes: tuple[int, ...], weights: NDArray[np.float64], *, at_once: bool
    ) -> NDArray[np.float64]:
        """Return the weighted costs of moves made at several nodes together, shape (states, states)."""
        costs = (weighted(weights[node], self.move_cost(site, node, at_once=at_once)) for node in nodes)
        return np.asarray(sum(costs, start=np.zeros(())))

    def capital(self, site: int) -> NDArray[np.float64]:
        """Return the capital paid for the modules of each state, at the prices of the root, EUR, shape (states,)."""
        states = self[site].states
        ordered = np.array([state.ordered for state in states.states]) - self._staged.installed[site]
        return np.asarray(ordered @ self._staged.nodes[0].prices.capital[site])

    def yearly(self, site: int, node: int) -> NDArray[np.float64]:
        """Return the yearly cost of a hub in each state without its freight, EUR/year, shape (states,)."""
        if (site, node) not in self._yearly:
            prices, hub = self._staged.nodes[node].prices, self[site]
            cost = prices.running[site] + hub.states.in_use @ prices.yearly[site]
            self._yearly[site, node] = np.where(hub.is_open, cost, 0.0)
        return self._yearly[site, node]
