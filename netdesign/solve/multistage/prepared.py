"""The shared data of all searches of one staged problem: hubs, years, cost tables, and the toll of the bound.

Sets of new hubs that a search has not expanded are offered to smaller sets at their separable bounds.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import summed
from netdesign.solve.multistage.contingent_plan import by_node
from netdesign.solve.multistage.hubs import Chosen, Hubs
from netdesign.solve.multistage.separable import CapacityPrice, Freight, Separable, best_toll
from netdesign.solve.multistage.served_year import years_of
from netdesign.solve.multistage.tables import CostTables

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.contingent_plan import DecisionStages
    from netdesign.solve.multistage.question import StagedQuestion
    from netdesign.solve.multistage.search import PolicySearch
    from netdesign.solve.multistage.valuation import Valuation

_Place = tuple[int, Chosen, bool]


def budget_refusal(staged: StagedInstance) -> str | None:
    """Return why the states do not determine whether a budget is kept, or None."""
    budget = staged.stages.capital_budget
    if budget is None:
        return None
    if staged.stages.closing:
        return "a capital budget where hubs may close: a closed hub's state does not tell what it cost"
    first = staged.nodes[0].prices.capital
    if any(not np.array_equal(node.prices.capital, first) for node in staged.nodes):
        return "a capital budget where capital moves over the years: states do not tell what was paid for them"
    if budget.by_year_eur and not budget.carries_over:
        return "a capital budget by year that does not carry over: states do not tell when modules were ordered"
    years = {node.year for node in staged.nodes}
    if budget.by_year_eur and not years <= set(budget.by_year_eur):
        return "a capital budget that leaves years out: states do not tell what they were paid in"
    return None


def spending_limits(staged: StagedInstance) -> NDArray[np.float64]:
    """Return the most capital that may be paid up to each node, EUR, shape (nodes,).

    Infinite without a budget, or with one that ``budget_refusal`` refuses.
    """
    budget = staged.stages.capital_budget
    limits = np.full(len(staged.nodes), np.inf)
    if budget is None or budget_refusal(staged) is not None:
        return limits
    if budget.total_eur is not None:
        limits[:] = budget.total_eur
    if budget.by_year_eur:
        years = sorted({node.year for node in staged.nodes})
        so_far = dict(zip(years, itertools.accumulate(budget.by_year_eur[year] for year in years), strict=True))
        limits = np.minimum(limits, [so_far[node.year] for node in staged.nodes])
    return limits


@dataclass(frozen=True)
class RecursionData:
    """A staged problem for the recursion.

    Parameters
    ----------
    staged, hubs
        The problem.
    tables
        Operating costs, filled on demand; they do not depend on the weights of the nodes.
    freight, toll
        Data of the separable bound.
    sets
        Permitted sets of new hubs, smaller ones first.
    spending
        Most capital that may be paid up to each node, EUR, shape (nodes,); infinite without a limit.
    moments
        Moments of decision.
    searches
        Earlier searches of these years under rules on the first decision, by what their values depend on.
    """

    staged: StagedInstance
    hubs: Hubs
    tables: CostTables
    freight: Freight
    toll: CapacityPrice
    sets: tuple[Chosen, ...]
    spending: NDArray[np.float64]
    moments: DecisionStages
    searches: dict[Hashable, PolicySearch] = field(default_factory=dict)

    def separable(self, weights: NDArray[np.float64]) -> Separable:
        """Return the separable bound for some weights of the nodes."""
        return Separable(self.staged, self.hubs, self.freight, weights, self.toll, self.moments)


def prepare(question: StagedQuestion) -> RecursionData:
    """Prepare a question for the recursion; reuse operating costs from earlier searches of the same years."""
    staged = question.staged
    # Operating costs depend on these objects, which live as long as the memory, so that ids stay unique.
    key = (id(staged.nodes), id(staged.stages), id(staged.modules), staged.base.allowed)
    if key not in question.memory:
        question.memory[key] = _prepare_afresh(question)
    hubs = Hubs(staged)
    return replace(question.memory[key], staged=staged, hubs=hubs, sets=_sets(staged, hubs))


def _sets(staged: StagedInstance, hubs: Hubs) -> tuple[Chosen, ...]:
    """Return the sets of new hubs that a path may order; without those that the first decision rules out at once."""
    first = {staged.base.site_position[name] for name in staged.first.ordered_at} & set(hubs.candidates)
    if hubs.has_modules_at_once:
        return tuple(hubs.sets())
    return tuple(chosen for chosen in hubs.sets() if not chosen or first <= set(chosen))


def _prepare_afresh(question: StagedQuestion) -> RecursionData:
    staged, spending, moments = question.staged, spending_limits(question.staged), by_node(question.staged)
    tree = None if question.tree is None else prepare(question.tree)
    if tree is not None and question.places:
        tables, freight = tree.tables.of_nodes(question.places), tree.freight.of_nodes(question.places)
        return replace(tree, tables=tables, freight=freight, spending=spending, moments=moments, searches={})
    hubs, years = Hubs(staged), years_of(question)
    freight, sets = Freight(staged, years, hubs), tuple(hubs.sets())
    toll = best_toll(staged, hubs, freight, staged.weights, sets) if tree is None else tree.toll
    tables = CostTables(years, len(staged.nodes), hubs, question.pricer)
    return RecursionData(staged, hubs, tables, freight, toll, sets, spending, moments)


@dataclass(frozen=True)
class Offer:
    """The best offer of an unexpanded set: the set, and its bound by the states of the smaller set."""

    chosen: Chosen
    values: NDArray[np.float64]


class Offers:
    """Bounds of the unexpanded sets."""

    def __init__(self, problem: RecursionData, valuation: Valuation) -> None:
        hubs, moments = problem.hubs, problem.moments
        separable = problem.separable(valuation.bounding)
        self._hubs, self._separable, self._valuation = hubs, separable, valuation
        self._sets = problem.sets
        self._at = {chosen: position for position, chosen in enumerate(self._sets)}
        column = {site: position for position, site in enumerate(hubs.candidates)}
        self._has = np.zeros((len(self._sets), len(hubs.candidates)), dtype=bool)
        for position, chosen in enumerate(self._sets):
            self._has[position, [column[site] for site in chosen]] = True
        self._column = column
        self._is_unexpanded = np.ones(len(self._sets), dtype=bool)
        # Caches: each recursion reads them, while the unexpanded sets change rarely.
        self._bounds_cache: dict[_Place, tuple[NDArray[np.intp], NDArray[np.float64]]] = {}
        self._kept_cache: dict[_Place, NDArray[np.float64]] = {}
        problem.freight.price_all(self._sets, problem.toll)
        self._start = np.array([separable.freight_from(chosen) for chosen in self._sets])
        after = np.zeros_like(self._start)
        for moment, children in enumerate(moments.children):
            if children:
                after[:, moment] = self._start[:, list(children)].sum(axis=1)
        self._after = after
        costs = [separable.hub(site) for site in hubs.candidates]
        self._first_later = np.array([cost.later[:, 0] for cost in costs]).reshape(-1, len(moments))
        self._first_at_once = np.array([cost.at_once[:, 0] for cost in costs]).reshape(-1, len(moments))

    def mark_expanded(self, chosen: Chosen) -> None:
        """Remove an expanded set, which has values of its own."""
        self._is_unexpanded[self._at[chosen]] = False
        self._bounds_cache.clear()

    def best(self, moment: int, smaller: Chosen, *, at_once: bool) -> Offer | None:
        """Return the best offer to a smaller set at a moment, or None.

        Parameters
        ----------
        moment, smaller
            The moment, and the new hubs ordered before.
        at_once
            Whether before the orders without lead time, else before the later ones.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        if not len(rows) or not np.isfinite(least.min()):
            return None
        best = int(least.argmin())
        return Offer(self._sets[rows[best]], least[best] + self._kept(moment, smaller, at_once=at_once))

    def under(
        self, moment: int, smaller: Chosen, paid: NDArray[np.float64], limit: float, *, at_once: bool
    ) -> list[Chosen]:
        """Return the sets whose offer plus the cost so far is under a limit in some state.

        Parameters
        ----------
        paid
            Cost so far by the states of the smaller set.
        """
        rows, least = self._bounds(moment, smaller, at_once=at_once)
        before = float((paid + self._kept(moment, smaller, at_once=at_once)).min())
        return [
            self._sets[row] for row, bound in zip(rows.tolist(), least.tolist(), strict=True) if before + bound < limit
        ]

    def _bounds(self, moment: int, smaller: Chosen, *, at_once: bool) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the larger unexpanded sets and their bounds without the hubs of the smaller set."""
        place = (moment, smaller, at_once)
        if place not in self._bounds_cache:
            self._bounds_cache[place] = self._bounds_of(moment, smaller, at_once=at_once)
        return self._bounds_cache[place]

    def _bounds_of(
        self, moment: int, smaller: Chosen, *, at_once: bool
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        mine = np.zeros(self._has.shape[1], dtype=bool)
        mine[[self._column[site] for site in smaller]] = True
        larger = self._is_unexpanded & (self._has.sum(axis=1) > mine.sum()) & self._has[:, mine].all(axis=1)
        rows = np.flatnonzero(larger)
        first = (self._first_at_once if at_once else self._first_later)[:, moment]
        orders = np.where(self._has[rows] & ~mine, first, 0.0).sum(axis=1)
        return rows, self._valuation.bounded(moment, (self._start if at_once else self._after)[rows, moment] + orders)

    def _kept(self, moment: int, smaller: Chosen, *, at_once: bool) -> NDArray[np.float64]:
        """Return the costs of the hubs of the smaller set by their states."""
        place = (moment, smaller, at_once)
        if place not in self._kept_cache:
            costs = [self._separable.hub(site) for site in (*self._hubs.existing, *smaller)]
            kept = summed([(cost.at_once if at_once else cost.later)[moment] for cost in costs])
            self._kept_cache[place] = self._valuation.scaled(moment, kept)
        return self._kept_cache[place]
