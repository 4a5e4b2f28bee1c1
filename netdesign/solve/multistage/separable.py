"""The separable bound on sets of new hubs, by Lagrangian relaxation of capacity.

With a price (toll) per tonne of capacity the hubs are independent: each plans its modules against the value of their
capacity, and the freight takes its best routes with the toll added. The toll is the same in all years, one for existing
hubs and one for new ones.
"""

from __future__ import annotations

import itertools
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import cheapest
from netdesign.solve.multistage.contingent_plan import by_node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.contingent_plan import DecisionStages
    from netdesign.solve.multistage.hubs import Chosen, Hubs
    from netdesign.solve.multistage.served_year import ServedYears
    from netdesign.solve.multistage.year import Years


_GRID = 5
_ROUNDS = 3


@dataclass(frozen=True)
class CapacityPrice:
    """The toll per tonne of capacity, EUR/t: at existing hubs, and at new ones."""

    existing: float
    new: float


@dataclass(frozen=True)
class HubCosts:
    """The cost to go of one hub at some toll, by its state; infinite for a new hub without modules.

    Parameters
    ----------
    start
        At the beginning of the year, shape (moments, states).
    later
        Before the later orders of the year, shape (moments, states); in the first state, with the cost of ordering.
    at_once
        Before the orders without lead time, as ``later``.
    """

    start: NDArray[np.float64]
    later: NDArray[np.float64]
    at_once: NDArray[np.float64]


class Separable:
    """The separable bound at one toll.

    Parameters
    ----------
    staged, hubs
        The problem.
    freight
        Costs of the freight.
    weights
        Weight of the cost of each node, shape (nodes,).
    toll
        The toll.
    moments
        Moments of decision; by default one per node.
    """

    def __init__(
        self,
        staged: StagedInstance,
        hubs: Hubs,
        freight: Freight,
        weights: NDArray[np.float64],
        toll: CapacityPrice,
        moments: DecisionStages | None = None,
    ) -> None:
        self._hubs, self._freight, self._weights, self._toll = hubs, freight, weights, toll
        self._moments = moments or by_node(staged)
        self._costs: dict[int, HubCosts] = {}

    def freight_from(self, chosen: Chosen) -> NDArray[np.float64]:
        """Return the bound on the cost of freight from each moment on with all hubs of a set open, shape (moments,)."""
        costs = self._freight.costs(chosen, self._toll)
        # Without hubs there is no operation, even at weight 0.
        each = np.where(np.isfinite(costs), self._weights * np.where(np.isfinite(costs), costs, 0.0), np.inf)
        cost = np.array([each[list(nodes)].sum() for nodes in self._moments.nodes])
        for moment in reversed(range(len(cost))):
            parent = self._moments.parent[moment]
            if parent >= 0:
                cost[parent] += cost[moment]
        return cost

    def hub(self, site: int) -> HubCosts:
        """Return the cost to go of one hub."""
        if site not in self._costs:
            self._costs[site] = self._hub_costs(site)
        return self._costs[site]

    def _hub_costs(self, site: int) -> HubCosts:
        hub, moments = self._hubs[site], self._moments
        toll = self._toll.existing if hub.is_existing else self._toll.new
        shape = (len(moments), len(hub.states))
        start, later, at_once = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        for moment in reversed(range(len(moments))):
            children = moments.children[moment]
            values = np.zeros(shape[1]) if not children else start[list(children)].sum(axis=0)
            if children:
                values = cheapest(values, [self._moves(site, moment, at_once=False)])
            elif not hub.is_existing:
                values[0] = np.inf
            later[moment] = values
            values = values.copy()
            if not hub.is_existing:
                values[0] = np.inf
            for node in moments.nodes[moment]:
                values += self._weights[node] * (self._hubs.yearly(site, node) - toll * hub.lift)
            if self._hubs.has_modules_at_once:
                values = cheapest(values, [self._moves(site, moment, at_once=True)])
            at_once[moment] = values
            start[moment] = values
            if not hub.is_existing:
                start[moment, 0] = np.inf
        return HubCosts(start, later, at_once)

    def _moves(self, site: int, moment: int, *, at_once: bool) -> NDArray[np.float64]:
        return self._hubs.moves(site, self._moments.nodes[moment], self._weights, at_once=at_once)

    def total(self, chosen: Chosen) -> float:
        """Return the bound on all plans whose set of new hubs is open or ordered in the first year."""
        parts = [self.hub(site).start[0, 0] for site in self._hubs.existing]
        for site in chosen:
            costs = self.hub(site)
            parts.append(min(costs.later[0, 0], costs.at_once[0, 0], costs.start[0].min()))
        return float(self.freight_from(chosen)[0] + sum(parts))


class Freight:
    """Costs of the freight of each node over sets of hubs, with a toll and without coupling policies."""

    def __init__(self, staged: StagedInstance, years: Years | ServedYears, hubs: Hubs) -> None:
        self._staged, self._years, self._hubs = staged, years, hubs
        self._found: dict[tuple[Chosen, CapacityPrice], NDArray[np.float64]] = {}
        self._places = np.arange(len(staged.nodes))

    def of_nodes(self, places: Sequence[int]) -> Freight:
        """Return the costs of some of the nodes, which share what is computed."""
        part = copy(self)
        part._places = self._places[list(places)]
        return part

    def costs(self, chosen: Chosen, toll: CapacityPrice) -> NDArray[np.float64]:
        """Return the cost of the routes with the toll less the value of contracts, EUR/year, shape (nodes,)."""
        self.price_all([chosen], toll)
        return self._found[chosen, toll][self._places]

    def price_all(self, sets: Sequence[Chosen], toll: CapacityPrice) -> None:
        """Compute the costs of several sets of new hubs, which takes less time than one by one."""
        wanted = [chosen for chosen in sets if (chosen, toll) not in self._found]
        opened = [tuple(sorted((*self._hubs.existing, *chosen))) for chosen in wanted]
        each = np.where(self._staged.is_existing, toll.existing, toll.new)
        contract = self._staged.stages.contract
        price = contract.price_eur_per_t if contract is not None else 0.0
        limit, worth = self._staged.contract_limit, np.maximum(0.0, each - price)
        some = [hubs for hubs in opened if hubs]
        costs = iter(self._years.tolled_costs(some, each)) if some else iter(())
        for chosen, hubs in zip(wanted, opened, strict=True):
            without = np.full(len(self._staged.nodes), np.inf)
            bought = float(limit[list(hubs)] @ worth[list(hubs)])
            self._found[chosen, toll] = next(costs) - bought if hubs else without


def best_toll(
    staged: StagedInstance, hubs: Hubs, freight: Freight, weights: NDArray[np.float64], sets: Sequence[Chosen]
) -> CapacityPrice:
    """Return the toll with the best separable bound of the largest set with the least bound, by grid search.

    Parameters
    ----------
    staged, hubs, freight
        The problem.
    weights
        Weight of the cost of each node, shape (nodes,).
    sets
        All sets of new hubs.
    """
    untolled = Separable(staged, hubs, freight, weights, CapacityPrice(0.0, 0.0))
    largest = [chosen for chosen in sets if len(chosen) == len(sets[-1])]
    freight.price_all(largest, CapacityPrice(0.0, 0.0))
    tried = min(largest, key=untolled.total)
    most = _dearest_tonne(staged)
    best, at = untolled.total(tried), CapacityPrice(0.0, 0.0)
    span = most / 2.0
    centre = CapacityPrice(span, span)
    for _ in range(_ROUNDS):
        steps = np.linspace(-1.0, 1.0, _GRID) * span
        for existing, new in itertools.product(steps, steps):
            toll = CapacityPrice(max(0.0, centre.existing + existing), max(0.0, centre.new + new))
            found = Separable(staged, hubs, freight, weights, toll).total(tried)
            if found > best:
                best, at = found, toll
        centre, span = at, span / (_GRID - 1) * 1.5
    return at


def _dearest_tonne(staged: StagedInstance) -> float:
    """Return the yearly cost per tonne of capacity of the dearest module at a median site, EUR/t."""
    rate = staged.stages.discount_rate
    prices = staged.nodes[0].prices
    found = 0.0
    for column, module in enumerate(staged.modules):
        annuity = float(np.median(prices.capital[:, column])) / sum(
            (1.0 + rate) ** -(1 + age) for age in range(module.life)
        )
        found = max(found, (annuity + float(np.median(prices.yearly[:, column]))) / module.capacity)
    contract = staged.stages.contract
    return max(2.0 * found, contract.price_eur_per_t if contract is not None else 0.0, 1e-6)
