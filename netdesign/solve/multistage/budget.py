"""Capital budgets in the recursion: the states must determine the capital paid so far."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance


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
