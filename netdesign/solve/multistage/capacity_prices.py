"""Which toll makes the separable bound good: tried on some sets of hubs, over a grid that closes in."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.separable import CapacityPrice, Separable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.hubs import Hubs
    from netdesign.solve.multistage.separable import Freight

Chosen = tuple[int, ...]

_GRID = 5
_ROUNDS = 3


def best_toll(
    staged: StagedInstance, hubs: Hubs, freight: Freight, weights: NDArray[np.float64], sets: Sequence[Chosen]
) -> CapacityPrice:
    """Return the toll that makes the separable bound best for the set with the least bound.

    Parameters
    ----------
    staged, hubs, freight
        The problem.
    weights
        What a EUR of each node counts, shape (nodes,).
    sets
        All sets of new hubs.
    """
    untolled = Separable(staged, hubs, freight, weights, CapacityPrice(0.0, 0.0))
    largest = [chosen for chosen in sets if len(chosen) == len(sets[-1])]
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
    """Return what a tonne of capacity costs a year in the dearest module at a usual site, EUR/t."""
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
