"""Tables of operating costs by the modules at given hubs: exact where priced, else lower bounds.

A table belongs to a node and a set of open hubs. Bounds come from prices on capacity (``multipliers``) and from priced
entries: with fewer modules at the same hubs a year never costs less.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import along, summed
from netdesign.solve.multistage.pricing import Job, Pricer
from netdesign.solve.multistage.served_year import ServedYear

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.multistage.hubs import Chosen, Hub, Hubs
    from netdesign.solve.multistage.multipliers import ModuleBound, RoomTolls
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.pricing import AnyYear
    from netdesign.solve.multistage.served_year import ServedYears
    from netdesign.solve.multistage.year import Years

Key = tuple[int, tuple[int, ...]]
"""Node, and the open hubs in order of the table."""

Operation = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Node, the open hubs in order of the table, and the level of each."""


class CostTable:
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
        Increases with every change of an entry.
    """

    def __init__(self, hubs: Sequence[Hub], year: AnyYear) -> None:
        self.hubs, self.year = tuple(hubs), year
        shape = tuple(len(hub.level_lift) for hub in hubs)
        self.cost = np.full(shape, -np.inf)
        self.is_exact = np.zeros(shape, dtype=bool)
        self.version = 0
        lift = summed([hub.level_lift for hub in hubs])
        self.cost[lift + year.contract_limit.sum() < year.volume.sum() * (1 - 1e-9)] = np.inf

    def bound(self, *bounds: ModuleBound) -> None:
        """Raise entries to lower bounds."""
        least = np.full(self.cost.shape, -np.inf)
        for bound in bounds:
            parts = [bound.worth(k, hub.level_lift, hub.level_daily) for k, hub in enumerate(self.hubs)]
            np.maximum(least, bound.constant - summed(parts), out=least)
        self._raise(least, ~self.is_exact)

    def price(self, levels: tuple[int, ...], cost: float) -> None:
        """Set the proven least cost at some levels, and raise the entries with fewer modules to it."""
        at_most = np.ones((1,) * len(self.hubs), dtype=bool)
        for axis, (hub, level) in enumerate(zip(self.hubs, levels, strict=True)):
            fewer = (hub.level_lift <= hub.level_lift[level]) & (hub.level_daily <= hub.level_daily[level])
            at_most = at_most & along(fewer, axis, len(self.hubs))
        self.is_exact[levels] = True
        self._raise(np.full(self.cost.shape, cost), at_most & ~self.is_exact)
        self.cost[levels] = cost
        self.version += 1

    def _raise(self, least: NDArray[np.float64], where: NDArray[np.bool_]) -> None:
        better = where & (least > self.cost)
        if better.any():
            self.cost[better] = least[better]
            self.version += 1


class CostTables:
    """The tables of a problem, created on demand.

    Parameters
    ----------
    years, nodes, hubs
        The problem, with its number of nodes.
    pricer
        Prices the operations; by default this process alone.
    """

    def __init__(self, years: Years | ServedYears, nodes: int, hubs: Hubs, pricer: Pricer | None = None) -> None:
        self._years, self._hubs, self._pricer = years, hubs, pricer or Pricer()
        self._places: Sequence[int] = range(nodes)
        self._tables: dict[Key, CostTable] = {}
        self._plans: dict[Operation, YearOperation] = {}
        self._yearly: dict[tuple[int, Chosen], tuple[int, NDArray[np.float64]]] = {}
        self._tolls: list[RoomTolls] = []
        self._tolled: dict[Key, int] = {}

    def of_nodes(self, places: Sequence[int]) -> CostTables:
        """Return the tables of some of the nodes, which share all entries."""
        part = copy(self)
        part._places = [self._places[place] for place in places]
        return part

    def _shared(self, operation: Operation) -> Operation:
        """Return the name of an operation among all that share entries."""
        node, opened, levels = operation
        return self._places[node], opened, levels

    def table(self, node: int, opened: tuple[int, ...]) -> CostTable:
        """Return the table of a node with some hubs open."""
        key = (self._places[node], opened)
        if key not in self._tables:
            year = self._years.year(*key)
            table = CostTable([self._hubs[site] for site in opened], year)
            table.bound(year.free_bound)
            self._tables[key] = table
        return self._tables[key]

    def yearly_cost(
        self, node: int, chosen: Chosen, version: int, make: Callable[[], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """Return what a year costs in every state of a set of hubs, kept for all searches.

        Parameters
        ----------
        node, chosen
            The node, and the new hubs.
        version
            Increases with every change of a table that it is made of.
        make
            Makes it of the tables, EUR of its year.
        """
        key = (self._places[node], chosen)
        if key not in self._yearly or self._yearly[key][0] != version:
            self._yearly[key] = version, make()
        return self._yearly[key][1]

    def operated(self, node: int, opened: tuple[int, ...], levels: tuple[int, ...]) -> YearOperation:
        """Return the best operation of a node with some modules; price it on the first call."""
        operation = (node, opened, levels)
        self.price_all([operation], lambda: False)
        return self._plans[self._shared(operation)]

    def unpriced(self, operations: Sequence[Operation]) -> list[Operation]:
        """Return the operations that have not been priced."""
        return [operation for operation in operations if self._shared(operation) not in self._plans]

    def sharpen(self, operations: Sequence[Operation]) -> bool:
        """Bound the tables of operations by prices of room known from others; return whether some entry has risen.

        It takes a thousandth of what pricing an operation does where vehicles leave; elsewhere nothing is known.
        """
        has_risen = False
        for node, opened, levels in operations:
            table, key = self.table(node, opened), (self._places[node], opened)
            done = self._tolled.get(key, 0)
            before = table.cost[levels]
            if isinstance(table.year, ServedYear) and done < len(self._tolls):
                tolls = [one.at(opened, self._hubs.is_existing) for one in self._tolls[done:]]
                table.bound(*table.year.bounds_at(tolls))
            self._tolled[key] = len(self._tolls)
            has_risen |= bool(table.cost[levels] > before)
        return has_risen

    def price_all(self, operations: Sequence[Operation], is_over: Callable[[], bool]) -> bool:
        """Price the operations that have not been priced; return whether all are priced.

        Parameters
        ----------
        operations
            Distinct operations.
        is_over
            Called repeatedly; once it returns True, the rest remains unpriced.
        """
        wanted = self.unpriced(operations)
        if not wanted:
            return True
        jobs = [self._job(*operation) for operation in wanted]
        is_complete = True
        # In fixed order: the bounds entered on the way decide which policy is tried next.
        for operation, job, found in zip(wanted, jobs, self._pricer.price(jobs, is_over), strict=True):
            if found is None:
                is_complete = False
                continue
            node, opened, levels = operation
            table = self.table(node, opened)
            bound = job.year.bound_by(found)
            if bound is not None:
                table.bound(bound)
            table.price(levels, found.bound)
            if found.tolls is not None:
                self._tolls.append(found.tolls)
            self._plans[self._shared(operation)] = found
        return is_complete

    def _job(self, node: int, opened: tuple[int, ...], levels: tuple[int, ...]) -> Job:
        at = [(self._hubs[site], level) for site, level in zip(opened, levels, strict=True)]
        lift = np.array([hub.level_lift[level] for hub, level in at])
        daily = np.array([hub.level_daily[level] for hub, level in at])
        return Job(self.table(node, opened).year, lift, daily)
