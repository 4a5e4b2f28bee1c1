"""A bound on every set of new hubs from hubs that know nothing of each other (Lagrange, on capacity).

With one price for each tonne that a hub lifts, hubs have nothing to do with each other any more: each plans its own
modules against what their capacity is worth, and the freight takes its best routes with the price on them. The price
is the same in all years, one for existing hubs and one for new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import cheapest
from netdesign.solve.multistage.decision_stages import by_node

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.decision_stages import DecisionStages
    from netdesign.solve.multistage.hubs import Hubs
    from netdesign.solve.multistage.year import Year, Years

Chosen = tuple[int, ...]


@dataclass(frozen=True)
class CapacityPrice:
    """The price of a tonne lifted, EUR/t: at existing hubs, and at new ones."""

    existing: float
    new: float


@dataclass(frozen=True)
class HubCosts:
    """What one hub costs from a moment on, at some toll, by its state; infinite for a new hub without modules yet.

    Parameters
    ----------
    start
        As the year begins, shape (moments, states).
    later
        Before the later orders of the year, shape (moments, states); the first entry is what the first order costs.
    at_once
        Before the orders that are ready at once, of the same shape and with the same first entry.
    """

    start: NDArray[np.float64]
    later: NDArray[np.float64]
    at_once: NDArray[np.float64]


class Separable:
    """The bound at one toll.

    Parameters
    ----------
    staged, hubs
        The problem.
    freight
        Gives what the freight costs.
    weights
        What a EUR of each node counts, shape (nodes,).
    toll
        The price.
    moments
        When hubs are decided; left out, at each node by itself.
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
        """Return what the freight costs at least from each moment on with all of a set open, shape (moments,)."""
        costs = self._freight.costs(chosen, self._toll)
        # Without hubs there is no operation, whatever the weight.
        each = np.where(np.isfinite(costs), self._weights * np.where(np.isfinite(costs), costs, 0.0), np.inf)
        cost = np.array([each[list(nodes)].sum() for nodes in self._moments.nodes])
        for moment in reversed(range(len(cost))):
            parent = self._moments.parent[moment]
            if parent >= 0:
                cost[parent] += cost[moment]
        return cost

    def hub(self, site: int) -> HubCosts:
        """Return what one hub costs from each moment on."""
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
        """Return the bound on all plans in which a set stands from the first year on, or is ordered then.

        The first state of existing hubs is the one that they begin in.
        """
        parts = [self.hub(site).start[0, 0] for site in self._hubs.existing]
        for site in chosen:
            costs = self.hub(site)
            parts.append(min(costs.later[0, 0], costs.at_once[0, 0], costs.start[0].min()))
        return float(self.freight_from(chosen)[0] + sum(parts))


class Freight:
    """What the freight of each node costs over sets of hubs, each tonne for itself, with a toll on what hubs lift.

    Parameters
    ----------
    staged, years, hubs
        The problem.
    """

    def __init__(self, staged: StagedInstance, years: Years, hubs: Hubs) -> None:
        self._staged, self._years, self._hubs = staged, years, hubs
        self._found: dict[tuple[Chosen, CapacityPrice], NDArray[np.float64]] = {}

    def costs(self, chosen: Chosen, toll: CapacityPrice) -> NDArray[np.float64]:
        """Return the cost of the routes less what contracts give way, EUR/year, shape (nodes,)."""
        key = (chosen, toll)
        if key not in self._found:
            self._found[key] = self._costs(chosen, toll)
        return self._found[key]

    def _costs(self, chosen: Chosen, toll: CapacityPrice) -> NDArray[np.float64]:
        opened = tuple(sorted((*self._hubs.existing, *chosen)))
        if not opened:
            return np.full(len(self._staged.nodes), np.inf)
        each = np.array([toll.existing if self._hubs[site].is_existing else toll.new for site in opened])
        by_prices = {like: _unit_costs(self._years.year(like, opened), each) for like in set(self._years.like)}
        contract = self._staged.stages.contract
        price = contract.price_eur_per_t if contract is not None else 0.0
        given = float(self._staged.contract_limit[list(opened)] @ np.maximum(0.0, each - price))
        return np.array(
            [
                float(node.instance.commodities.volume @ by_prices[like]) - given
                for node, like in zip(self._staged.nodes, self._years.like, strict=True)
            ]
        )


def _unit_costs(year: Year, toll: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cost of each commodity's best route with the toll on it, EUR/t."""
    paid = year.cost + toll[None, :, None]
    if year.both_count:
        paid = paid + toll[None, None, :]
        own = np.arange(len(toll))
        paid[:, own, own] -= toll
    return np.asarray(paid.reshape(len(paid), -1).min(axis=1))
