"""Brute force over years with chosen hub links: every order of every link too, at every node of the tree.

Shares no code with the program. A route passes one link at most.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tests.support.staged_brute import LinkOrder, StagedBrute, Standing, Year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.staged import StagedInstance
    from tests.support.staged_brute import Program, Purchase

    Ends = tuple[str, str]
    First = tuple[frozenset[tuple[str, str, int]], frozenset[Ends]]

LINK_PARTS = (
    "links chosen",
    "link lead",
    "link cost",
    "link capital",
    "link capacity",
    "links min",
    "links max",
    "links required",
    "links forbidden",
    "links connected",
    "links shape",
)
"""What may decide the answer, as in ``PARTS``."""


class LinkedYear(Year):
    """The operating problem of a node with some links in use; with all sites joined where these are None."""

    def __init__(self, staged: StagedInstance, v: int, links: frozenset[Ends] | None, has_limits: bool) -> None:
        super().__init__(staged, v)
        ids = [site.id for site in self.instance.sites]
        self._ends = [(ids[k], ids[m]) for _, k, m in self.routes]
        joined = [a == b or links is None or (a, b) in links or (b, a) in links for a, b in self._ends]
        self._joined = np.array(joined, dtype=bool)
        self._limits = {}
        for link in self.instance.hub_links if has_limits else ():
            for way in (link.ends, link.ends[::-1]):
                self._limits[way] = link.capacity

    def _usable(self, is_open: tuple[bool, ...], without: str) -> tuple[np.ndarray, np.ndarray]:
        rows, price = super()._usable(is_open, without)
        return rows[self._joined[rows]], price

    def _add_capacities(
        self,
        program: Program,
        shares: np.ndarray,
        rows: np.ndarray,
        in_use: np.ndarray,
        opened: np.ndarray,
        without: str,
    ) -> None:
        super()._add_capacities(program, shares, rows, in_use, opened, without)
        for way, most in self._limits.items():
            over = np.array([self._ends[i] == way for i in rows], dtype=bool)
            if math.isfinite(most) and over.any():
                program.row(shares[over], self.volume[self.of[rows]][over], high=most)


class StagedLinksBrute(StagedBrute):
    """One staged instance with chosen hub links, enumerated as often as a part of it is to be left out."""

    def __init__(self, staged: StagedInstance, known: np.ndarray | None = None) -> None:
        super().__init__(staged, known)
        self.rules = self.base.policies.hub_links
        self._linked_years: dict[tuple[object, ...], LinkedYear] = {}
        self._operated_with: dict[tuple[object, ...], dict[tuple[object, ...], float]] = {}

    def parts_in_force(self) -> tuple[str, ...]:
        links, rules = self.base.hub_links, self.rules
        stated = {
            "links chosen": True,
            "link lead": any(link.lead for link in links),
            "link cost": any(link.fixed_cost for link in links),
            "link capital": any(link.capital for link in links),
            "link capacity": any(math.isfinite(link.capacity) for link in links),
        }
        stated |= {f"links {key}": getattr(rules, key) is not None for key in ("min", "max", "shape")}
        stated |= {f"links {key}": bool(getattr(rules, key)) for key in ("required", "forbidden", "connected")}
        return (*super().parts_in_force(), *(part for part in LINK_PARTS if stated[part]))

    def _steps(self, v: int, before: Standing, without: str) -> Iterator[tuple[tuple[Purchase, ...], Standing]]:
        if without == "links chosen":
            yield from super()._steps(v, before, without)
            return
        node = self.staged.nodes[v]
        shut = set() if without == "forbidden" else set(self.base.policies.forbidden)
        shut |= {site.id for site in self.base.sites if site.status == "closed"}
        no = [] if without == "links forbidden" else [set(pair) for pair in self.rules.forbidden]
        there = {one.ends for one in before.links}
        may = [
            LinkOrder(link.ends, node.year, 0.0 if without == "link capital" else link.capital)
            for link in node.instance.hub_links
            if link.ends not in there and set(link.ends) not in no and not shut & set(link.ends)
            if node.year + self._lead_of(link.ends, without) <= self.stages.last_year
        ]
        for orders, now in super()._steps(v, before, without):
            for size in range(len(may) + 1):
                for chosen in itertools.combinations(may, size):
                    yield orders, replace(now, links=(*before.links, *chosen))

    def _lead_of(self, ends: Ends, without: str) -> int:
        return 0 if without == "link lead" else next(one.lead for one in self.base.hub_links if one.ends == ends)

    def _links_at(self, now: Standing, year: int, without: str) -> frozenset[Ends]:
        return frozenset(one.ends for one in now.links if one.year + self._lead_of(one.ends, without) <= year)

    def _may_stand(self, v: int, now: Standing, in_use: np.ndarray, without: str) -> bool:
        links = self._links_at(now, self.staged.nodes[v].year, without)
        is_open = self._open(in_use)
        if any(end not in is_open for ends in links for end in ends):
            return False
        if self.rules.connected and without not in ("links connected", "links chosen") and not _joins(is_open, links):
            return False
        return super()._may_stand(v, now, in_use, without)

    def _open(self, in_use: np.ndarray) -> set[str]:
        sites = enumerate(self.base.sites)
        return {site.id for k, site in sites if site.status == "existing" or in_use[k].any()}

    def _may_end(self, now: Standing, in_use: np.ndarray, without: str) -> bool:
        rules, links = self.rules, self._links_at(now, self.stages.last_year, without)
        chosen = [set(ends) for ends in links]
        if without == "links chosen":
            return super()._may_end(now, in_use, without)
        if without != "links min" and len(links) < (rules.min or 0):
            return False
        if without != "links max" and rules.max is not None and len(links) > rules.max:
            return False
        if without != "links required" and any(set(pair) not in chosen for pair in rules.required):
            return False
        if (
            without != "links shape"
            and rules.shape is not None
            and not _has_shape(self._open(in_use), links, rules.shape)
        ):
            return False
        return super()._may_end(now, in_use, without)

    def _later(self, v: int, without: str) -> float:
        return 0.0

    def _cost_of_year(self, v: int, now: Standing, in_use: np.ndarray, without: str, ceiling: float) -> float:
        year, is_free = self.staged.nodes[v].year, without == "links chosen"
        links = self._links_at(now, year, without)
        yearly = [link.fixed_cost for link in self.staged.nodes[v].instance.hub_links if link.ends in links]
        paid = [one.capital for one in now.links if one.year == year]
        own = math.fsum(([] if without == "link cost" else yearly) + paid) * self._discount(year)
        has_limits = without not in ("link capacity", "links chosen")
        key = (v, None if is_free else links, has_limits)
        if key not in self._linked_years:
            self._linked_years[key] = LinkedYear(self.staged, v, key[1], has_limits)
        self._years[v], self._operated = self._linked_years[key], self._operated_with.setdefault(key, {})
        return own + super()._cost_of_year(v, now, in_use, without, ceiling - own)


class FirstLinksBrute(StagedLinksBrute):
    """The same over all plans that begin with one first decision: modules by hub and kind, and links."""

    first: First | None = None

    def _steps(self, v: int, before: Standing, without: str) -> Iterator[tuple[tuple[Purchase, ...], Standing]]:
        for orders, now in super()._steps(v, before, without):
            if v or self.first is None or self._named(orders, now) == self.first:
                yield orders, now

    def of_all(self) -> dict[First, float]:
        """Return what the best plan has that begins with each first decision that is permitted."""
        self.first = None
        firsts = {self._named(orders, now) for orders, now in self._steps(0, Standing(), "")}
        found = {}
        for self.first in firsts:
            value = self.solve().value
            if math.isfinite(value):
                found[self.first] = value
        return found

    def _named(self, orders: tuple[Purchase, ...], now: Standing) -> First:
        sites, modules = self.base.sites, self.staged.modules
        named = frozenset((sites[one.site].id, modules[one.module].id, one.count) for one in orders)
        return named, frozenset(one.ends for one in now.links)


def _joins(hubs: set[str], links: frozenset[Ends]) -> bool:
    reached = {min(hubs)}
    for _ in hubs:
        reached |= {end for ends in links if reached & set(ends) for end in ends}
    return reached >= hubs


def _has_shape(hubs: set[str], links: frozenset[Ends], shape: str) -> bool:
    degree = {hub: sum(hub in ends for ends in links) for hub in hubs}
    if not _joins(hubs, links):
        return False
    if shape == "ring":
        return len(hubs) > 2 and set(degree.values()) == {2}
    return len(links) == len(hubs) - 1 and (shape == "tree" or max(degree.values()) <= 2)
