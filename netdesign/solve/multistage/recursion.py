"""The recursion for one set of new hubs: the cost to go from each moment, by states of the hubs.

A set holds the new hubs ordered so far on the path from the root. A path may lead from a set to a larger one, so the
values of a set depend on those of larger sets. Axes are the hubs, existing ones first; on the axis of a new hub the
first state, without modules, means that it is ordered now.
"""

from __future__ import annotations

import itertools
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.solve.multistage.axes import along, cheapest, summed, weighted

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

    from netdesign.solve.multistage.hubs import Chosen
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.tables import CostTable
    from netdesign.solve.multistage.valuation import Valuation


class LargerSets(Protocol):
    """What larger sets offer to one at a moment, before the later orders or before those without lead time."""

    def least(self, moment: int, *, at_once: bool) -> NDArray[np.float64] | float:
        """Return the least offer by the states of the smaller set."""
        ...

    def revision(self, moment: int) -> Hashable:
        """Return what differs whenever an offer at a moment does."""
        ...


class SetValues:
    """Costs to go of one set.

    Parameters
    ----------
    problem
        The problem, with its cost tables.
    valuation
        What counts of the costs of the nodes.
    chosen
        The new hubs.

    Attributes
    ----------
    start
        Cost to go at the beginning of the year of each moment.
    ready
        Cost to go after orders without lead time, before the year is operated.
    later, at_once
        Cost to go before the later orders, and before those without lead time; an entry at the first state of new hubs
        is the offer to a smaller set for ordering them now.
    revision
        Increases with every change of the values.
    revision_of
        The same for the values of each moment.
    """

    def __init__(self, problem: RecursionData, valuation: Valuation, chosen: Chosen) -> None:
        hubs, self._moments = problem.hubs, problem.moments
        self._staged, self._hubs, self._tables = problem.staged, hubs, problem.tables
        self._valuation, self._weights = valuation, valuation.weights
        self._spending = problem.spending
        self.chosen = chosen
        self.sites = (*hubs.existing, *chosen)
        count = len(self._moments)
        self.start: list[NDArray[np.float64]] = [np.empty(0)] * count
        self.ready: list[NDArray[np.float64]] = [np.empty(0)] * count
        self.later: list[NDArray[np.float64]] = [np.empty(0)] * count
        self.at_once: list[NDArray[np.float64]] = [np.empty(0)] * count
        self._yearly_cost: dict[int, NDArray[np.float64]] = {}
        self._version_of: dict[int, int] = {}
        self.revision = 0
        self.revision_of = [0] * count
        self._computed_from: list[Hashable] = [None] * count
        self._seen = -1
        self._used = self._tables_used()

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of states of each hub."""
        return tuple(len(self._hubs[site].states) for site in self.sites)

    def moves(self, moment: int, *, at_once: bool) -> list[NDArray[np.float64]]:
        """Return the weighted costs of moves at a moment, one matrix per hub."""
        nodes = self._moments.nodes[moment]
        return [self._hubs.moves(site, nodes, self._weights, at_once=at_once) for site in self.sites]

    def after(self, moment: int) -> NDArray[np.float64]:
        """Return the cost to go after the year of a moment, by the states at the beginning of the next."""
        total = self._valuation.joined([self.start[child] for child in self._moments.children[moment]])
        return total + self._over_budget(moment)

    def _over_budget(self, moment: int) -> NDArray[np.float64] | float:
        """Return infinity for states whose capital exceeds the budget up to a moment, else zero."""
        limit = self._spending[list(self._moments.nodes[moment])].min()
        if not np.isfinite(limit):
            return 0.0
        return np.where(self._paid <= limit * (1 + 1e-9), 0.0, np.inf)

    @cached_property
    def _paid(self) -> NDArray[np.float64]:
        """Capital paid for the modules of all hubs, EUR."""
        return summed([self._hubs.capital(site) for site in self.sites])

    @property
    def is_stale(self) -> bool:
        """Whether the tables have changed since the values were computed."""
        return self._seen != self._versions()

    def _versions(self) -> int:
        return sum(self._version(node) for node in range(len(self._used)))

    def _version(self, node: int) -> int:
        return sum(table.version for _, table in self._used[node])

    def _tables_used(self) -> list[list[tuple[Chosen, CostTable]]]:
        """Return for each node the tables of all subsets of hubs that may be open, with their new hubs."""
        subsets = [
            subset for size in range(len(self.chosen) + 1) for subset in itertools.combinations(self.chosen, size)
        ]
        existing = self._hubs.existing
        return [
            [
                (some, self._tables.table(node, tuple(sorted((*existing, *some)))))
                for some in subsets
                if existing or some
            ]
            for node in range(len(self._staged.nodes))
        ]

    def compute(self, larger: LargerSets) -> None:
        """Compute the values of all moments at which something has changed.

        Parameters
        ----------
        larger
            The larger sets.
        """
        self._seen = self._versions()
        self.revision += 1
        for moment in reversed(range(len(self._moments))):
            children = [self.revision_of[child] for child in self._moments.children[moment]]
            versions = [self._version(node) for node in self._moments.nodes[moment]]
            made_of = (*children, *versions, larger.revision(moment))
            if self._computed_from[moment] != made_of:
                self._computed_from[moment] = made_of
                self.revision_of[moment] += 1
                self._compute_moment(moment, larger)

    def _compute_moment(self, moment: int, larger: LargerSets) -> None:
        if self._moments.children[moment]:
            later = cheapest(self.after(moment), self.moves(moment, at_once=False))
        else:
            later = self._ending() - self._valuation.known_at(moment)
        self.later[moment] = later
        values = np.minimum(self._ordered(later), larger.least(moment, at_once=False))
        ready = values + self.operated(moment)
        self.ready[moment] = ready
        if self._hubs.has_modules_at_once:
            at_once = cheapest(ready, self.moves(moment, at_once=True))
            self.at_once[moment] = at_once
            self.start[moment] = np.minimum(self._ordered(at_once), larger.least(moment, at_once=True))
        else:
            self.at_once[moment] = ready
            self.start[moment] = ready

    def offers(self, moment: int, smaller: Chosen, *, at_once: bool) -> NDArray[np.float64]:
        """Return the offer to a smaller set at a moment for ordering the missing hubs."""
        values = (self.at_once if at_once else self.later)[moment]
        place = tuple(0 if site in self.chosen and site not in smaller else slice(None) for site in self.sites)
        return np.asarray(values[place])

    def _ordered(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values with infinity where a new hub has no modules: such states belong to smaller sets."""
        values = values.copy()
        first = len(self._hubs.existing)
        for axis in range(first, len(self.sites)):
            place: list[int | slice] = [slice(None)] * len(self.sites)
            place[axis] = 0
            values[tuple(place)] = np.inf
        return values

    def _ending(self) -> NDArray[np.float64]:
        """Return zero for states that satisfy the policies on hubs at the end of the horizon, else infinity."""
        if not self._hubs.is_enough(self.chosen):
            return np.full(self.shape, np.inf)
        ends = np.zeros(self.shape)
        for axis, site in enumerate(self.sites):
            hub = self._hubs[site]
            if not hub.is_existing:
                was_open = hub.is_open | hub.states.is_closed
                ends = ends + along(np.where(was_open, 0.0, np.inf), axis, len(self.sites))
        return ends

    def operated(self, moment: int) -> NDArray[np.float64]:
        """Return the weighted cost of the year of a moment in every state; infinite where the budget is exceeded."""
        operating = sum(self.operating(node) for node in self._moments.nodes[moment])
        return np.asarray(operating + self._over_budget(moment))

    def operating(self, node: int) -> NDArray[np.float64]:
        """Return the weighted cost of a node's year in every state; infinite if it has no operation."""
        version = self._version(node)
        if self._version_of.get(node) != version:
            made = partial(self._cost_of_year, node)
            self._version_of[node] = version
            self._yearly_cost[node] = self._tables.yearly_cost(node, self.chosen, version, made)
        return weighted(self._weights[node], self._yearly_cost[node])

    def _cost_of_year(self, node: int) -> NDArray[np.float64]:
        """Return what a node's year costs in every state as the tables have it now, EUR of its year."""
        hubs = [self._hubs[site] for site in self.sites]
        cost = np.full(tuple(len(hub.states) for hub in hubs), np.inf)
        for opened, table in self._used[node]:
            if not table.hubs:
                continue
            axis_of = {hub.site: axis for axis, hub in enumerate(table.hubs)}
            standing = [hub for hub in hubs if hub.is_existing or hub.site in opened]
            states = [np.flatnonzero(hub.is_open if hub in standing else ~hub.is_open) for hub in hubs]
            by_level = table.cost.transpose([axis_of[hub.site] for hub in standing])
            levels = [hub.level[places] for hub, places in zip(hubs, states, strict=True) if hub in standing]
            part = by_level[np.ix_(*levels)]
            shape = [len(places) if hub in standing else 1 for hub, places in zip(hubs, states, strict=True)]
            cost[np.ix_(*states)] = part.reshape(shape)
        yearly = summed([self._hubs.yearly(site, node) for site in self.sites])
        return np.asarray(cost + np.where(self._is_within_cap(node), yearly, np.inf))

    def operating_at(self, node: int, place: tuple[int, ...]) -> float:
        """Return the cost of a node's year in one state, or the bound so far, EUR of its year."""
        return float(self._yearly_cost[node][place])

    def _is_within_cap(self, node: int) -> NDArray[np.bool_] | bool:
        cap = self._staged.nodes[node].instance.policies.fixed_cost_cap_eur_per_year
        new = [site for site in self.sites if not self._hubs[site].is_existing]
        if cap is None or not new:
            return True
        parts = [self._hubs.yearly(site, node) * (0.0 if self._hubs[site].is_existing else 1.0) for site in self.sites]
        return np.asarray(summed(parts) <= cap * (1 + 1e-9))
