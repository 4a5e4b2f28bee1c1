"""The neighbours of a plan: the years of two sites are decided anew, those of all others kept.

What a year costs is taken from the cuts, so that the recursion over the states of two hubs gives a lower bound on all
plans that differ from the given one at these two sites, and the plan that attains it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import along, cheapest, cheapest_target
from netdesign.solve.multistage.contingent_plan import ContingentPlan, NodeStates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.cut_bounds import CutBounds
    from netdesign.solve.multistage.hubs import Hubs
    from netdesign.solve.multistage.valuation import Valuation

    Floats = NDArray[np.float64]

Pair = tuple[int, int]
"""Two sites, by position."""


@dataclass(frozen=True)
class Neighbour:
    """The best plan that differs at two sites, as far as the cuts know, and its bound by the valuation."""

    bound: float
    policy: ContingentPlan


class Neighbourhood:
    """All plans that differ from a given one at two sites.

    Parameters
    ----------
    staged, hubs, spending
        The problem, its hubs, and the most capital up to each node, EUR, shape (nodes,).
    valuation
        What counts of the costs of the nodes.
    bounds
        Of each node.
    policy
        The given plan, with a state of every hub at every node.
    """

    def __init__(
        self,
        staged: StagedInstance,
        hubs: Hubs,
        spending: Floats,
        valuation: Valuation,
        bounds: Sequence[CutBounds],
        policy: ContingentPlan,
    ) -> None:
        self._staged, self._hubs, self._spending = staged, hubs, spending
        self._valuation, self._bounds, self._policy = valuation, bounds, policy
        self._sites = hubs.sites
        self._place = {site: k for k, site in enumerate(self._sites)}
        self._own = {site: self._cost_of(site) for site in self._sites}
        self._taken: dict[int, Floats] = {}

    def _cost_of(self, site: int) -> Floats:
        """Return what a site costs at each node without freight, EUR of its year."""
        staged, hubs = self._staged, self._hubs
        found = np.zeros(len(staged.nodes))
        for node, states in enumerate(self._policy.nodes):
            ready = states.ready[site]
            found[node] = hubs.yearly(site, node)[ready]
            found[node] += hubs.move_cost(site, node, at_once=True)[states.start[site], ready]
            if staged.children[node]:
                found[node] += hubs.move_cost(site, node, at_once=False)[ready, states.after[site]]
        return found

    def best(self, pair: Pair) -> Neighbour | None:
        """Return the best plan that differs at two sites, or None where none is permitted."""
        staged, valuation = self._staged, self._valuation
        others = [site for site in self._sites if site not in pair]
        fixed = sum((self._own[site] for site in others), start=np.zeros(len(staged.nodes)))
        start: list[Floats] = [np.empty(0)] * len(staged.nodes)
        ready, after = list(start), list(start)
        for node in reversed(range(len(staged.nodes))):
            weight, states = valuation.weights[node], self._policy.nodes[node]
            if staged.children[node]:
                after[node] = valuation.joined([start[child] for child in staged.children[node]])
                after[node] = after[node] + self._over_budget(node, pair, others, states.after)
                later = cheapest(after[node], self._moves(node, pair, at_once=False))
            else:
                later = self._ending(pair, others, states.ready) - valuation.known_at(node)
            ready[node] = later + weight * (fixed[node] + self._operating(node, pair))
            ready[node] = ready[node] + self._over_budget(node, pair, others, states.ready)
            start[node] = cheapest(ready[node], self._moves(node, pair, at_once=True))
        bound = float(start[0][0, 0])
        return Neighbour(bound, self._followed(pair, ready, after)) if np.isfinite(bound) else None

    def _moves(self, node: int, pair: Pair, *, at_once: bool) -> list[Floats]:
        return [self._hubs.moves(site, (node,), self._valuation.weights, at_once=at_once) for site in pair]

    def _operating(self, node: int, pair: Pair) -> Floats:
        """Return a bound on freight and the yearly cost of two hubs by their states, EUR of the year."""
        hubs, place = self._hubs, [self._place[site] for site in pair]
        taken = self._taken_off(node)
        left = self._bounds[node].constant - taken.sum(axis=1) + taken[:, place].sum(axis=1)
        first, last = (self._parts(node, site, slice(None)) for site in pair)
        freight = ((left[:, None] - first)[:, :, None] - last[:, None, :]).max(axis=0)
        yearly = [hubs.yearly(site, node) for site in pair]
        return np.asarray(freight + along(yearly[0], 0, 2) + along(yearly[1], 1, 2))

    def _taken_off(self, node: int) -> Floats:
        """Return what each site in its present state takes off the constants of the cuts, shape (cuts, sites)."""
        known = self._taken.get(node)
        if known is None or len(known) != len(self._bounds[node].constant):
            ready = self._policy.nodes[node].ready
            parts = [self._parts(node, site, slice(ready[site], ready[site] + 1)) for site in self._sites]
            known = self._taken[node] = np.concatenate(parts, axis=1)
        return known

    def _parts(self, node: int, site: int, states: slice) -> Floats:
        hub = self._hubs[site]
        return self._bounds[node].parts(self._place[site], hub.is_open[states], hub.states.in_use[states])

    def _over_budget(self, node: int, pair: Pair, others: Sequence[int], states: dict[int, int]) -> Floats | float:
        limit = self._spending[node]
        if not np.isfinite(limit):
            return 0.0
        spent = sum(float(self._hubs.capital(site)[states[site]]) for site in others)
        paid = along(self._hubs.capital(pair[0]), 0, 2) + along(self._hubs.capital(pair[1]), 1, 2)
        return np.where(paid + spent <= limit * (1 + 1e-9), 0.0, np.inf)

    def _ending(self, pair: Pair, others: Sequence[int], states: dict[int, int]) -> Floats:
        """Return zero for states of two hubs with which the rules on hubs permit the others, else infinity."""
        kept = [site for site in others if self._was_open(site)[states[site]]]
        opened = [self._was_open(site) for site in pair]
        found = np.full((len(opened[0]), len(opened[1])), np.inf)
        for has in itertools.product((False, True), repeat=2):
            chosen = (*kept, *(site for site, one in zip(pair, has, strict=True) if one))
            new = tuple(site for site in chosen if not self._hubs[site].is_existing)
            if self._hubs.is_enough(new) and self._hubs.may_stand(new):
                found[np.ix_(opened[0] == has[0], opened[1] == has[1])] = 0.0
        return found

    def _was_open(self, site: int) -> NDArray[np.bool_]:
        hub = self._hubs[site]
        return hub.is_open | hub.states.is_closed

    def _followed(self, pair: Pair, ready: list[Floats], after: list[Floats]) -> ContingentPlan:
        """Return the plan of least value."""
        begun: dict[int, tuple[int, ...]] = {0: (0, 0)}
        found = []
        for node, states in enumerate(self._policy.nodes):
            middle = cheapest_target(ready[node], self._moves(node, pair, at_once=True), begun[node])
            last = middle
            if self._staged.children[node]:
                last = cheapest_target(after[node], self._moves(node, pair, at_once=False), middle)
            begun |= dict.fromkeys(self._staged.children[node], last)
            found.append(
                NodeStates(
                    {**states.start, **dict(zip(pair, begun[node], strict=True))},
                    {**states.ready, **dict(zip(pair, middle, strict=True))},
                    {**states.after, **dict(zip(pair, last, strict=True))},
                )
            )
        return ContingentPlan(tuple(found))
