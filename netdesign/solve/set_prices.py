"""Prices of sets of hubs with each commodity on its best route, by NumPy or compiled loops; the two cheapest sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SizeError
from netdesign.instance.blocks import Objective
from netdesign.network import permitted_routes

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState

_SMALL_CELLS = 4_000_000
_SMALL_SETS = 20_000
_SMALL_WORK = 2e9

MOST_CELLS = 50_000_000
"""Largest number of route values held at once: commodities x sites x sites."""


def is_small(instance: Instance, sets: int) -> bool:
    """Return whether NumPy prices the sets in a second or two; compiled loops exist for the cost objective only."""
    if instance.problem.objective is not Objective.COST:
        return True
    return (
        _cells(instance) <= _SMALL_CELLS
        and sets <= _SMALL_SETS
        and sets * len(instance.commodities) <= _SMALL_WORK / 50
    )


def has_room(instance: Instance) -> bool:
    """Return whether the values of all routes are few enough to be held."""
    return _cells(instance) <= MOST_CELLS


def _cells(instance: Instance) -> int:
    return int(len(instance.commodities) * len(instance.allowed) ** instance.problem.route_hubs)


class TensorPrices:
    """Prices from one array with the value of every route.

    Attributes
    ----------
    ceiling
        Every set that serves all commodities has a lower value.

    Raises
    ------
    SizeError
        More than ``MOST_CELLS`` routes.
    """

    def __init__(self, instance: Instance, network: Network, state: SearchState) -> None:
        if _cells(instance) > MOST_CELLS:
            message = f"enumeration holds {MOST_CELLS:,} route values at most; this instance has {_cells(instance):,}"
            raise SizeError(message, (MOST_CELLS / _cells(instance)) ** (1 / instance.problem.route_hubs))
        self._objective, self._state = instance.problem.objective, state
        sites = np.array([instance.site_position[name] for name in instance.allowed])
        self._fixed = np.array([instance.sites[site].fixed_cost for site in sites])
        # The commodities of a route side by side: a set takes few of the routes, and all commodities.
        self._values = np.ascontiguousarray(np.moveaxis(_route_values(instance, network, sites), 0, -1))
        self.ceiling = np.inf

    def likely(self, rules: HubRules) -> NDArray[np.int32] | None:
        """Return None: few sets need no heuristic."""
        del rules
        return None

    def of_sets(self, sets: NDArray[np.int32], cut_off: float, *, keep: bool = False) -> NDArray[np.float64]:
        """Return the exact value of each set, shape (sets,), infinite if a commodity has no route.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        del cut_off, keep
        values = np.empty(len(sets))
        for place, hubs in enumerate(sets):
            if place % 64 == 0 and self._state.is_over:
                raise TimeoutError
            values[place] = self._of_set(hubs)
        return values

    def _of_set(self, hubs: NDArray[np.int32]) -> float:
        values = self._values
        best = values[hubs].min(axis=0) if values.ndim == 2 else values[hubs[:, None], hubs].min(axis=(0, 1))
        match self._objective:
            case Objective.COST:
                return float(best.sum() + self._fixed[hubs].sum())
            case Objective.LONGEST_TIME:
                return float(best.max())
            case Objective.HUB_NUMBER:
                return len(hubs) + float(best.max())


def _route_values(instance: Instance, network: Network, sites: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the value of each route over permitted sites in the objective, infinite if it is not permitted.

    Shape (commodities, first hub, last hub), or (commodities, hub): w_r F_rkm in EUR/year, T_rkm in h, or 0 where
    only the number of hubs counts.
    """
    costs, is_permitted = permitted_routes(instance, network, np.arange(len(instance.commodities)), sites)
    volume = instance.commodities.volume.reshape(-1, *[1] * (is_permitted.ndim - 1))
    match instance.problem.objective:
        case Objective.COST:
            values = costs.total * volume
        case Objective.LONGEST_TIME:
            values = costs.time_h
        case Objective.HUB_NUMBER:
            values = np.zeros(is_permitted.shape)
    return np.where(is_permitted, values, np.inf)


class CompiledPrices:
    """Prices by compiled loops over legs; routes are never listed.

    Parameters
    ----------
    instance, network
        The problem; its objective is cost.
    state
        Clock of the search.

    Attributes
    ----------
    ceiling
        Every set that serves all commodities costs less, EUR/year.
    """

    def __init__(self, instance: Instance, network: Network, state: SearchState) -> None:
        from netdesign.solve.core.route_matrices import route_matrices
        from netdesign.solve.multiple.prices import BestRoutePrices

        matrices = route_matrices(instance, network)
        self._state, self._prices = state, BestRoutePrices(matrices, state)
        self.ceiling = matrices.largest_cost * (1.0 + 1e-6) + 1.0

    def likely(self, rules: HubRules) -> NDArray[np.int32] | None:
        """Return a good permitted set and record its cost as the incumbent, which excludes other sets sooner.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        from netdesign.solve.multiple.heuristic import MultipleHeuristic

        heuristic = MultipleHeuristic(self._prices, rules, self._state)
        heuristic.start()
        return heuristic.best

    def of_sets(self, sets: NDArray[np.int32], cut_off: float, *, keep: bool = False) -> NDArray[np.float64]:
        """Return the price of each set, exact under the cut-off, otherwise a lower bound.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        prices = self._prices.of_sets(sets, cut_off, keep=keep)
        return np.where(prices < self.ceiling, prices, np.inf) if keep else prices


class CheapestSets:
    """The cheapest sets so far; of equal ones the earlier.

    Parameters
    ----------
    ceiling
        Every set that serves all commodities has a lower price.
    most
        How many are kept.

    Attributes
    ----------
    prices, sets
        Cheapest first.
    """

    def __init__(self, ceiling: float, most: int) -> None:
        self._ceiling, self.most = ceiling, most
        self.prices: list[float] = []
        self.sets: list[NDArray[np.int32]] = []
        self._members: list[frozenset[int]] = []

    @property
    def cut_off(self) -> float:
        """Price that a set must stay under to be among them."""
        return self.prices[-1] if len(self.prices) == self.most else self._ceiling

    def add(self, sets: NDArray[np.int32], prices: NDArray[np.float64]) -> None:
        """Add sets, shape (sets, hubs), with their prices, exact under the cut-off."""
        for place in np.argsort(prices, kind="stable")[: self.most]:
            if prices[place] < self.cut_off:
                here = int(np.searchsorted(self.prices, prices[place], side="right"))
                self.prices.insert(here, float(prices[place]))
                self.sets.insert(here, sets[place])
                self._members.insert(here, frozenset(sets[place].tolist()))
                del self.prices[self.most :], self.sets[self.most :], self._members[self.most :]

    def first_but(self, left_out: Collection[frozenset[int]]) -> tuple[float, NDArray[np.int32]] | None:
        """Return the cheapest set that is not left out, with its price; None if all that are kept are."""
        place = next((place for place, members in enumerate(self._members) if members not in left_out), None)
        return None if place is None else (self.prices[place], self.sets[place])
