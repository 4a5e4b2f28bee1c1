"""Bounds of sets of hubs by prices of what lanes and hubs have to get, and the routes that plans under a limit have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import minimum_tonnes
from netdesign.solve.core.gate_freight import FIRST, GATE, HUB_ROWS, LIFTED, SetState
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE, route_matrices
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.freight import gate_freight
from netdesign.solve.coupled.rows import carbon_unit, freight_rows
from netdesign.solve.coupled.shared_bounds import shared_bounds
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.core.shared_jobs import SharedJobs

    Floats = NDArray[np.float64]

_FEW_TRIED, _MOST_TRIED = 60, 200
"""Most prices of all rows of a set that are tried together: for many sets, and for one."""

_COLUMNS = 12
"""Most prices of rows at which all combinations of patterns are bounded."""

_AT_ONCE, _FLOWS_AT_ONCE = 4, 30_000
"""Sets that a thread bounds before it looks at the clock; and sets times flows where many prices are tried for each."""


@dataclass(frozen=True)
class SetPrices:
    """The bound of a set with what proves it.

    Parameters
    ----------
    bound
        EUR/year; infinite where the set has no plan.
    rows
        Prices of the rows that couple its freight, EUR/t, shape (3, hubs).
    limits
        Prices of the limits over all its routes, EUR/t, shape (limits,).
    mu
        Prices of the lanes' minima, EUR/t, shape (airports, hubs).
    is_gate
        Which lanes freight flies over at these prices, shape (airports, hubs).
    cost
        The best route of each flow over each gate at the prices of all rows but the gates' minima, EUR/t, shape
        (flows, hubs).
    """

    bound: float
    rows: Floats
    limits: Floats
    mu: Floats
    is_gate: NDArray[np.bool_]
    cost: Floats


class CoupledBounds:
    """Bounds sets of hubs.

    Parameters
    ----------
    instance, network
        The problem.
    state
        Clock of the search.
    shared
        Shares sets with helpers; None where this process bounds all of them.

    Attributes
    ----------
    matrices, freight, rows
        The problem.
    names
        Of the sites.
    ceiling
        No plan costs more, EUR/year.
    flow, place
        Position of each commodity's flow in ``freight``; of each site of the instance among those that may open, -1 of
        the others.
    """

    def __init__(
        self, instance: Instance, network: Network, state: SearchState, shared: SharedJobs | None = None
    ) -> None:
        self._state, self._shared = state, shared
        self.matrices = route_matrices(instance, network)
        self.freight, self.flow, of_flow = gate_freight(instance, self.matrices)
        self.rows = freight_rows(instance, network, self.matrices, self.freight, of_flow)
        self.ceiling = self.matrices.largest_cost * (1.0 + 1e-6) + 1.0 + dearest_shortfall(instance)
        self._unit = carbon_unit(instance)
        self.names = instance.allowed
        self.place = np.full(len(instance.sites), -1)
        self.place[[instance.site_position[name] for name in instance.allowed]] = np.arange(len(instance.allowed))
        self._loops = load_compiled("gates", state.notify)
        # Prices to begin with, EUR/t: those of the last set that was priced by itself.
        self._begun, self._begun_limits = np.zeros_like(self.rows.due), np.zeros_like(self.rows.limit)

    @property
    def has_other_rows(self) -> bool:
        """Whether more couples the freight than lanes and the minima of gates."""
        return bool(self.rows.highest[FIRST:].any() or self.rows.limit_highest.any())

    def of_sets(self, sets: NDArray[np.int32], cut_off: float) -> Floats:
        """Return a bound of each set, EUR/year; shape (sets,).

        Where only lanes and the minima of gates couple the freight, it is as high as can be under the cut-off.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        bounds, rows = np.empty(len(sets)), self.rows
        of_all = self.matrices.legs, self.freight, rows, self.matrices.fixed
        columns = 0 if self.has_other_rows else _COLUMNS
        rest = self._begun, self._begun_limits, min(cut_off, self.ceiling), _FEW_TRIED, columns

        def fill(part: slice) -> None:
            self._loops.bounds_of_sets(*of_all, sets[part], *rest, bounds[part])

        step = max(1, min(_AT_ONCE, _FLOWS_AT_ONCE // len(self.freight.volume))) if self.has_other_rows else _AT_ONCE
        if self._shared is None:
            for_each([slice(start, start + step) for start in range(0, len(sets), step)], fill, self._state)
        else:
            bounds = shared_bounds(self._shared, (of_all, rest), sets, self._state)
        return np.where(bounds >= self.ceiling, np.inf, bounds)

    def of_set(self, hubs: NDArray[np.int32], cut_off: float) -> SetPrices:
        """Return the bound of a set, as high as can be under the cut-off, with its prices."""
        state, prices = self._state_of(hubs), np.append(self._begun[:, hubs], self._begun_limits)
        self._loops.begin_set(self.freight, self.rows, self.matrices.fixed, state)
        prices, combination = np.minimum(prices, state.highest), np.zeros(len(state.may), dtype=np.int64)
        bound = self._loops.bound_of_set(
            self.matrices.legs, self.freight, self.rows, state, prices, min(cut_off, self.ceiling), _MOST_TRIED,
            _COLUMNS, combination,
        )  # fmt: skip
        bound = math.inf if bound >= self.ceiling else bound
        of_hubs, limits = np.split(prices, [HUB_ROWS * len(hubs)])
        is_gate = (combination[:, None] >> np.arange(len(hubs)) & 1).astype(bool)
        mu = state.mu[np.arange(len(combination)), combination]
        return SetPrices(bound, of_hubs.reshape(HUB_ROWS, -1), limits, mu, is_gate, state.cost)

    def at(self, hubs: NDArray[np.int32], rows: Floats, limits: Floats, mu: Floats) -> SetPrices:
        """Return given prices as those of a set, over all lanes, with no bound unless it has no plan.

        Parameters
        ----------
        hubs
            Ascending positions.
        rows, limits, mu
            As in ``SetPrices``.
        """
        size, flows = len(hubs), len(self.freight.volume)
        other, gates = np.zeros((flows, size), dtype=np.int8), np.zeros(flows, dtype=np.int64)
        cost, prices = np.empty((flows, size)), np.append(rows, limits)
        loops = load_compiled("gate_rows", self._state.notify)
        beside = loops.gate_costs(self.matrices.legs, self.freight, self.rows, hubs, prices, cost, other, gates)
        # Some freight has no route over the set.
        bound = math.inf if beside >= IMPOSSIBLE else -math.inf
        return SetPrices(bound, rows, limits, mu, np.ones(mu.shape, dtype=bool), cost)

    def _state_of(self, hubs: NDArray[np.int32]) -> SetState:
        """Return the state of a set, with nothing in it but the hubs."""
        airports, flows, size = len(self.freight.start) - 1, len(self.freight.volume), len(hubs)
        count, patterns = HUB_ROWS * size + len(self.rows.limit), 1 << size
        return SetState(
            hubs=np.ascontiguousarray(hubs),
            due=np.empty(count),
            highest=np.empty(count),
            may=np.empty((airports, patterns), dtype=np.bool_),
            mu=np.empty((airports, patterns, size)),
            beside=np.zeros(2),
            cost=np.empty((flows, size)),
            other=np.zeros((flows, size), dtype=np.int8),
            gates=np.zeros(flows, dtype=np.int64),
            slope=np.empty(count),
            margin=np.empty(flows),
        )

    def begin_with(self, hubs: NDArray[np.int32], prices: SetPrices) -> None:
        """Let the bounds of other sets begin with the prices of one that has a plan."""
        self._begun[:, hubs], self._begun_limits = prices.rows, prices.limits

    def near(
        self, hubs: NDArray[np.int32], prices: SetPrices, routes: CandidateRoutes, more: float
    ) -> NDArray[np.bool_]:
        """Return which routes of a set cost no more than the best at its prices, but for some EUR/t; shape (routes,).

        Parameters
        ----------
        hubs, prices
            The set, ascending, and its prices.
        routes
            Over the hubs.
        more
            EUR/t.
        """
        freight, flow = self.freight, self.flow[routes.commodity]
        over_gate = self._over_gates(prices)
        ends = np.where(freight.is_last[flow], routes.last_hub, routes.first_hub)
        gate = np.searchsorted(hubs, self.place[ends])
        is_gated = flow < freight.start[-1]
        best = np.where(is_gated, prices.cost[flow, gate], prices.cost[flow].min(axis=1))
        cost = self._cost_at(hubs, prices, routes, flow)
        return np.asarray(cost - best + np.where(is_gated, over_gate[flow, gate], 0.0) <= more)

    def _cost_at(
        self, hubs: NDArray[np.int32], prices: SetPrices, routes: CandidateRoutes, flow: NDArray[np.intp]
    ) -> Floats:
        """Return what routes cost at the prices of all rows but the gates' minima, EUR/t, shape (routes,)."""
        rows, (first, last) = (
            self.rows,
            (np.searchsorted(hubs, self.place[ends]) for ends in (routes.first_hub, routes.last_hub)),
        )
        toll, (carbon, late) = prices.rows[LIFTED], np.split(prices.limits, [1])
        cost = routes.cost + toll[first] + np.where((first != last) & (rows.counts_last[0] > 0), toll[last], 0.0)
        cost -= np.where(rows.enters[flow], prices.rows[FIRST][first], 0.0)
        cost += carbon[0] * routes.co2e / self._unit
        group = rows.group[flow]
        due = late[0] + np.where(group > 0, late[np.maximum(group, 0)], 0.0)
        return np.asarray(cost + np.where(routes.is_late & (group >= 0), due, 0.0))

    def _over_gates(self, prices: SetPrices) -> Floats:
        """Return what a tonne costs more over each gate than over the best, EUR/t.

        Infinite over gates to which nothing of the airport flies; shape (flows, hubs).
        """
        freight, theta = self.freight, prices.rows[GATE]
        found = np.full(prices.cost.shape, np.inf)
        for airport, is_gate in enumerate(prices.is_gate):
            own = slice(int(freight.start[airport]), int(freight.start[airport + 1]))
            gates = np.flatnonzero(is_gate)
            price = prices.cost[own][:, gates] - np.outer(freight.fills_lane[own], prices.mu[airport, gates])
            price -= np.outer(freight.fills_hub[own], theta[gates])
            least = price.min(axis=1, initial=ABSENT)[:, None]
            found[own, gates] = np.where((price < IMPOSSIBLE) & (least < IMPOSSIBLE), price - least, np.inf)
        return found


def dearest_shortfall(instance: Instance) -> float:
    """Return what plans may pay for what is short of minima, EUR/year."""
    policy, tonnes = instance.policies.minimum_throughput, minimum_tonnes(instance)
    return (
        sum(tonnes[one.site] * (one.shortfall_eur_per_t or 0.0) for one in policy.hubs) if policy is not None else 0.0
    )
