"""What operating a year costs with any modules at given hubs: exact where it was priced, else a bound.

The tables belong to a node and a set of open hubs. Bounds come from prices on capacity (``multipliers``) and from what
was priced: with fewer modules at the same hubs a year never costs less.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.staged.multipliers import module_bound, no_multipliers
from netdesign.solve.staged.operating import Operated, Operating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.solve.staged.hubs import Hub, Hubs
    from netdesign.solve.staged.multipliers import ModuleBound
    from netdesign.solve.staged.year import Year, Years

Key = tuple[int, tuple[int, ...]]
"""Node, and the open hubs in order of the table."""

_HELD = 256
"""Programs that are kept for the next modules at the same hubs; each has some thousand columns."""


class Table:
    """Cost of operating one node with one set of open hubs, by the levels of the hubs.

    Parameters
    ----------
    hubs
        The open ones.
    year
        Their year.

    Attributes
    ----------
    cost
        Bounds and costs, EUR/year, shape (levels of the first hub, ...).
    is_exact
        Whether an entry was priced.
    version
        Grows whenever an entry does.
    """

    def __init__(self, hubs: Sequence[Hub], year: Year) -> None:
        self.hubs, self.year = tuple(hubs), year
        shape = tuple(len(hub.level_lift) for hub in hubs)
        self.cost = np.full(shape, -np.inf)
        self.is_exact = np.zeros(shape, dtype=bool)
        self.version = 0
        lift = self._summed([hub.level_lift for hub in hubs])
        self.cost[lift + year.contract_limit.sum() < year.volume.sum() * (1 - 1e-9)] = np.inf

    def _summed(self, parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the outer sum of one array a hub."""
        total = np.zeros((1,) * len(parts))
        for axis, part in enumerate(parts):
            shape = [1] * len(parts)
            shape[axis] = -1
            total = total + part.reshape(shape)
        return total

    def bound(self, bound: ModuleBound) -> None:
        """Raise entries to a bound."""
        parts = [bound.worth(k, hub.level_lift, hub.level_daily) for k, hub in enumerate(self.hubs)]
        self._raise(bound.constant - self._summed(parts), ~self.is_exact)

    def price(self, levels: tuple[int, ...], cost: float) -> None:
        """Enter the cost of some modules, and raise the entries of fewer modules to it."""
        at_most = np.ones((1,) * len(self.hubs), dtype=bool)
        for axis, (hub, level) in enumerate(zip(self.hubs, levels, strict=True)):
            fewer = (hub.level_lift <= hub.level_lift[level]) & (hub.level_daily <= hub.level_daily[level])
            shape = [1] * len(self.hubs)
            shape[axis] = -1
            at_most = at_most & fewer.reshape(shape)
        self.is_exact[levels] = True
        self._raise(np.full(self.cost.shape, cost), at_most & ~self.is_exact)
        self.cost[levels] = cost
        self.version += 1

    def _raise(self, least: NDArray[np.float64], where: NDArray[np.bool_]) -> None:
        better = where & (least > self.cost)
        if better.any():
            self.cost[better] = least[better]
            self.version += 1


class Tables:
    """The tables of a problem, made when they are asked for.

    Parameters
    ----------
    years, hubs
        The problem.
    """

    def __init__(self, years: Years, hubs: Hubs) -> None:
        self._years, self._hubs = years, hubs
        self._tables: dict[Key, Table] = {}
        self._held: OrderedDict[Key, Operating] = OrderedDict()
        self._plans: dict[tuple[Key, tuple[int, ...]], Operated] = {}

    def table(self, node: int, opened: tuple[int, ...]) -> Table:
        """Return the table of a node with some hubs open."""
        key = (node, opened)
        if key not in self._tables:
            year = self._years.year(node, opened)
            table = Table([self._hubs[site] for site in opened], year)
            table.bound(module_bound(year, no_multipliers(year)))
            self._tables[key] = table
        return self._tables[key]

    def operated(self, node: int, opened: tuple[int, ...], levels: tuple[int, ...]) -> Operated:
        """Return the best operation of a node with some modules, priced when it is asked for first."""
        key = (node, opened)
        if (key, levels) not in self._plans:
            operating = self._operating(key)
            hubs = [self._hubs[site] for site in opened]
            lift = np.array([hub.level_lift[level] for hub, level in zip(hubs, levels, strict=True)])
            daily = np.array([hub.level_daily[level] for hub, level in zip(hubs, levels, strict=True)])
            found = operating.operate(lift, daily)
            table = self.table(node, opened)
            if found.prices is not None:
                table.bound(module_bound(operating.year, found.prices))
            table.price(levels, found.cost)
            self._plans[key, levels] = found
        return self._plans[key, levels]

    def _operating(self, key: Key) -> Operating:
        if key not in self._held:
            self._held[key] = Operating(self.table(*key).year)
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        self._held.move_to_end(key)
        return self._held[key]
