"""The shared data of all searches of one staged problem: hubs, years, cost tables, and the toll of the bound."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.decision_stages import by_node
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.separable import CapacityPrice, Freight, Separable, best_toll
from netdesign.solve.multistage.tables import CostTables
from netdesign.solve.multistage.year import Years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.decision_stages import DecisionStages
    from netdesign.solve.multistage.question import StagedQuestion

Chosen = tuple[int, ...]


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
    staged, hubs, years
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
    """

    staged: StagedInstance
    hubs: Hubs
    years: Years
    tables: CostTables
    freight: Freight
    toll: CapacityPrice
    sets: tuple[Chosen, ...]
    spending: NDArray[np.float64]
    moments: DecisionStages

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
    return replace(question.memory[key], staged=staged, hubs=hubs, sets=tuple(hubs.sets()))


def _prepare_afresh(question: StagedQuestion) -> RecursionData:
    staged = question.staged
    hubs, years = Hubs(staged), Years(staged, question.networks)
    freight, sets = Freight(staged, years, hubs), tuple(hubs.sets())
    toll = best_toll(staged, hubs, freight, staged.weights, sets)
    tables, spending = CostTables(years, hubs, question.pricer), spending_limits(staged)
    return RecursionData(staged, hubs, years, tables, freight, toll, sets, spending, by_node(staged))
