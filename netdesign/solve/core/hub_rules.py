"""The permitted sets of hubs, as linear rules over sites given by position."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Policy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import SearchScope

HUB_POLICIES = frozenset({Policy.HUB_COUNT, Policy.REQUIRED, Policy.FORBIDDEN, Policy.EXCLUSIVE, Policy.FIXED_COST_CAP})
"""Policies that ``HubRules`` states; they do not depend on the freight."""

_SLACK = 1e-9


@dataclass(frozen=True)
class HubRule:
    """A rule on hubs: ``sum_k weight_k y_k <= most``; weights of shape (sites,)."""

    weights: NDArray[np.float64]
    most: float


@dataclass(frozen=True)
class CentreRules:
    """Which sites are sorting centres, and how many of them may be open.

    Parameters
    ----------
    is_centre
        Shape (sites,).
    least, most
        Smallest and largest number of open ones, certain ones included.
    """

    is_centre: NDArray[np.bool_]
    least: int
    most: int


@dataclass(frozen=True)
class HubRules:
    """The permitted sets of open hubs, and sorting centres, among the sites 0, 1, ...

    Parameters
    ----------
    least, most
        Smallest and largest number of open hubs, certain ones included; sorting centres are none.
    certain
        Whether a site is open in every set, shape (sites,).
    rows
        Further rules: exclusive groups, a cap on fixed cost, excluded sets.
    centres
        Rules on sorting centres; None where no site is one.
    """

    least: int
    most: int
    certain: NDArray[np.bool_]
    rows: tuple[HubRule, ...] = ()
    centres: CentreRules | None = None

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.certain)

    @cached_property
    def is_centre(self) -> NDArray[np.bool_]:
        """Whether a site is a sorting centre, shape (sites,)."""
        return np.zeros(self.sites, dtype=bool) if self.centres is None else self.centres.is_centre

    @property
    def centre_numbers(self) -> range:
        """The permitted numbers of open sorting centres."""
        return range(1) if self.centres is None else range(self.centres.least, self.centres.most + 1)

    def permits(self, is_open: NDArray[np.bool_]) -> bool:
        """Return whether a set, shape (sites,), is permitted."""
        number, centres = (int(np.count_nonzero(is_open & of)) for of in (~self.is_centre, self.is_centre))
        if not self.least <= number <= self.most or centres not in self.centre_numbers:
            return False
        if bool((self.certain & ~is_open).any()):
            return False
        return all(row.weights @ is_open <= row.most + _SLACK * abs(row.most) for row in self.rows)

    def count(self, number: int) -> int:
        """Return the number of sets with ``number`` hubs, regardless of the further rules."""
        return self.count_hubs(number) * sum(_ways(self.is_centre, self.certain, own) for own in self.centre_numbers)

    def count_hubs(self, number: int) -> int:
        """Return the number of sets of ``number`` hubs, whatever sorting centres are beside them."""
        return _ways(~self.is_centre, self.certain, number)

    def sets(self, number: int, centres: int = 0) -> NDArray[np.int32]:
        """Return the permitted sets with so many hubs and sorting centres, as ascending positions.

        Shape (sets, number + centres), in order where there are no centres.
        """
        hubs = self._of_kind(~self.is_centre, number)
        beside = self._of_kind(self.is_centre, centres)
        if self.centres is None:
            return self.kept(hubs)
        sets = np.concatenate((np.repeat(hubs, len(beside), axis=0), np.tile(beside, (len(hubs), 1))), axis=1)
        return self.kept(np.sort(sets, axis=1))

    def hub_sets(self, number: int) -> NDArray[np.int32]:
        """Return all sets of ``number`` hubs, whatever sorting centres and further rules say, shape (sets, number)."""
        return self._of_kind(~self.is_centre, number)

    def _of_kind(self, is_kind: NDArray[np.bool_], number: int) -> NDArray[np.int32]:
        """Return the sets of so many sites of a kind with those that are certain, in order, shape (sets, number)."""
        certain, free = np.flatnonzero(self.certain & is_kind), np.flatnonzero(~self.certain & is_kind)
        if number < len(certain):
            return np.empty((0, number), dtype=np.int32)
        sets = free.astype(np.int32)[_combinations(len(free), number - len(certain))]
        if len(certain):
            always = np.broadcast_to(certain.astype(np.int32), (len(sets), len(certain)))
            sets = np.sort(np.concatenate([always, sets], axis=1), axis=1)
        return sets

    def kept(self, sets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the sets that satisfy the further rules, shape (sets, hubs)."""
        return np.ascontiguousarray(sets[self.satisfied(sets)])

    def satisfied(self, sets: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return which sets, shape (sets, hubs), satisfy the further rules."""
        satisfied = np.ones(len(sets), dtype=bool)
        for row in self.rows:
            satisfied &= row.weights[sets].sum(axis=1) <= row.most + _SLACK * abs(row.most)
        return satisfied

    def restricted(self, sites: NDArray[np.intp]) -> HubRules:
        """Return the rules for some of the sites with the others closed, by position in ``sites``."""
        rows = tuple(HubRule(row.weights[sites], row.most) for row in self.rows)
        centres = None if self.centres is None else replace(self.centres, is_centre=self.is_centre[sites])
        most = min(self.most, len(sites))
        return HubRules(self.least, most, self.certain[sites], rows, centres)


def _ways(is_kind: NDArray[np.bool_], certain: NDArray[np.bool_], number: int) -> int:
    """Return the number of sets of so many sites of a kind."""
    sites, always = int(np.count_nonzero(is_kind)), int(np.count_nonzero(is_kind & certain))
    return math.comb(sites - always, number - always) if number >= always else 0


def hub_rules(instance: Instance, search: SearchScope) -> HubRules:
    """Return the rules of an instance's policies and of a scope, over the sites of ``instance.allowed``."""
    names = instance.allowed
    policies = instance.policies
    fixed = {site.id: site.fixed_cost for site in instance.sites}
    rows = [_row(names, dict.fromkeys(group.sites, 1.0), 1.0) for group in policies.exclusive]
    cap = policies.fixed_cost_cap_eur_per_year
    if cap is not None:
        rows.append(_row(names, {name: fixed[name] for name in names if name not in instance.existing}, cap))
    for excluded in search.excluded:
        # Every other set lacks one of these sites or contains another.
        rows.append(_row(names, {name: 1.0 if name in excluded else -1.0 for name in names}, len(excluded) - 1.0))
    numbers = search.numbers_in(instance)
    certain = np.array([name in instance.certain for name in names], dtype=bool)
    is_centre = np.array([name in instance.centres for name in names], dtype=bool)
    centres = CentreRules(is_centre, *instance.centre_range) if is_centre.any() else None
    return HubRules(numbers.start, numbers.stop - 1, certain, tuple(rows), centres)


def _combinations(places: int, pick: int) -> NDArray[np.intp]:
    """Return all combinations of ``pick`` places in lexicographic order, shape (combinations, pick)."""
    ways = np.empty((1 if pick <= places else 0, 0), dtype=np.intp)
    for later in range(pick - 1, -1, -1):
        # Extend each combination by every later place that leaves enough places for the rest.
        first = ways[:, -1] + 1 if ways.shape[1] else np.zeros(len(ways), dtype=np.intp)
        more = places - later - first
        step = np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more)
        ways = np.column_stack([np.repeat(ways, more, axis=0), np.repeat(first, more) + step])
    return ways


def _row(names: tuple[str, ...], weights: dict[str, float], most: float) -> HubRule:
    return HubRule(np.array([weights.get(name, 0.0) for name in names]), most)


def number_of_sets(instance: Instance, search: SearchScope) -> int:
    """Return the number of sets of hubs and sorting centres in a scope, regardless of exclusive groups and caps."""
    rules = hub_rules(instance, search)
    return sum(rules.count(number) for number in range(rules.least, rules.most + 1))


def number_of_hub_sets(instance: Instance, search: SearchScope) -> int:
    """Return the number of sets of hubs in a scope, whatever sorting centres are beside them."""
    rules = hub_rules(instance, search)
    return sum(rules.count_hubs(number) for number in range(rules.least, rules.most + 1))
