"""Levels of hubs, that is combinations of the modules in use, and rows on what hubs gain at each level.

A cut at prices takes each tonne of capacity at the price of its hub, whether the hub has little of it or plenty, so
that a tenth of a huge module is worth as much a tonne as a small one that is full. A hub at a level gains at most what
the best freight gains that fills its capacity, a fractional knapsack (Dantzig 1957); that grows less than the capacity.
With a column for each level of each hub (``level_columns``) it is a row of the master.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.resources import NodeRoutes

_MOST_LEVELS = 64
"""Largest number of levels for which hubs have columns: a node has as many for each of its hubs."""


@dataclass(frozen=True)
class HubLevels:
    """The levels of all hubs.

    Parameters
    ----------
    in_use
        Modules in use, shape (levels, modules); the first level has none.
    is_open
        Whether a site is a hub at a level, shape (sites, levels), by position among the permitted sites.
    """

    in_use: NDArray[np.int64]
    is_open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.in_use)

    def positions(self, in_use: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the levels of some hubs, shape (hubs,), given their modules in use, shape (hubs, modules)."""
        return np.asarray((self.in_use[None] == in_use[:, None]).all(axis=2).argmax(axis=1), dtype=np.intp)


@dataclass(frozen=True)
class LevelRow:
    """A row ``cost + sum_j price_j use_j >= const - sum_kl most_kl`` over the levels l at which the hubs k are.

    Parameters
    ----------
    prices
        EUR/t of the resources that are not room of a hub; shape (resources,).
    const
        EUR/year.
    most
        What a hub gains at most at a level, EUR/year, shape (sites, levels).
    """

    prices: NDArray[np.float64]
    const: float
    most: NDArray[np.float64]

    def at(self, level: NDArray[np.intp]) -> float:
        """Return the right-hand side with each hub at some level, EUR/year; shape (sites,)."""
        return self.const - float(self.most[np.arange(len(level)), level].sum())


def levels_of(staged: StagedInstance, site: NDArray[np.intp]) -> HubLevels | None:
    """Return the levels of the permitted sites, or None if they are too many for a column each."""
    most = [module.most for module in staged.modules]
    if math.prod(one + 1 for one in most) > _MOST_LEVELS:
        return None
    in_use = np.array(list(itertools.product(*(range(one + 1) for one in most))), dtype=np.int64)
    return HubLevels(in_use, staged.is_existing[site][:, None] | in_use.any(axis=1))


def most_gained(
    routes: NodeRoutes, levels: HubLevels, gains: NDArray[np.float64], prices: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what each hub gains at most at each level, EUR/year, shape (sites, levels).

    Parameters
    ----------
    routes, levels
        Freight and hubs.
    gains
        What each hub gains of each commodity, EUR/t, shape (commodities, sites).
    prices
        Of the resources that are room of a hub, EUR/t, else 0; shape (resources,).
    """
    resources = routes.resources
    value = gains * routes.volume[:, None]
    most = np.where(levels.is_open, value.sum(axis=0)[:, None], 0.0)
    for k in range(resources.sites):
        rows: Sequence[int] = np.flatnonzero((prices > 0.0) & (resources.site == k)).tolist()
        takes = np.array([resources.uses[j].weight for j in rows])
        room = [levels.in_use @ resources.by_module[j] for j in rows]
        for taken, has in zip(takes, room, strict=True):
            most[k] = np.minimum(most[k], _filled(value[:, k], taken, has))
        if len(rows) > 1:
            # One price for each of several rooms may say more than any of them alone.
            paid = prices[rows] @ takes
            priced = np.maximum(0.0, value[:, k] - paid).sum() + prices[rows] @ np.array(room)
            most[k] = np.minimum(most[k], priced)
    return most


def _filled(value: NDArray[np.float64], taken: NDArray[np.float64], room: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of the best freight that fills some rooms, shape (rooms,): a fractional knapsack."""
    free = taken <= 0.0
    order = np.argsort(-(value[~free] / taken[~free]), kind="stable")
    filled = np.concatenate(([0.0], np.cumsum(taken[~free][order])))
    gained = np.concatenate(([0.0], np.cumsum(value[~free][order])))
    return np.asarray(value[free].sum() + np.interp(room, filled, gained))
