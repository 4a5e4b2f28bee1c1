"""Few sets of hubs: all of them are listed and priced, which takes less than to load and to make the first cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.multiple.prices import Prices

FEW_SUMS = 2e8
"""Sums that pricing all sets may take: about a tenth of a second.

Work is counted, not timed, so that neither threads nor a busy machine change the way to the plan.
"""

_SUMS_A_SET = 1000.0
"""What listing a set and beginning with it takes, in sums: measured."""


def few_sets(rules: HubRules, prices: Prices) -> list[NDArray[np.int32]] | None:
    """Return every permitted set, an array of shape (sets, hubs) for each number of hubs; None if they are many."""
    numbers, work = range(rules.least, rules.most + 1), 0.0
    for number in numbers:
        count = rules.count(number)
        if count > FEW_SUMS:  # maybe more than a float can hold
            return None
        work += count * _SUMS_A_SET + prices.work(count, number)
    return [rules.sets(number) for number in numbers] if work <= FEW_SUMS else None
