"""Brute force over years in which the first decision is fixed: what a plan that begins with it has at least."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.errors import InstanceError
from tests.support.staged_brute import StagedBrute, Standing, wait_and_see_costs
from tests.support.staged_strategies import read_staged_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np

    from netdesign.instance.staged import StagedInstance
    from tests.support.staged_brute import Purchase
    from tests.support.staged_strategies import Document

First = tuple[frozenset[tuple[str, str, int]], frozenset[str]]
"""Hub, module and number of each that is ordered in the first year, and the hubs that close at its end."""

NOTHING: First = (frozenset(), frozenset())
"""Nothing is ordered, and no hub closes."""


class FirstBrute(StagedBrute):
    """Brute force over all plans that begin with one first decision."""

    def __init__(self, staged: StagedInstance, known: np.ndarray | None, first: First) -> None:
        super().__init__(staged, known)
        self.first = first

    def _orders(self, v: int, before: Standing, without: str) -> Iterator[tuple[Purchase, ...]]:
        for orders in super()._orders(v, before, without):
            if v or self._named(orders) == self.first[0]:
                yield orders

    def _closings(self, v: int, now: Standing, in_use: np.ndarray, without: str) -> list[tuple[int, ...]]:
        names = [site.id for site in self.base.sites]
        found = super()._closings(v, now, in_use, without)
        return [sites for sites in found if v or {names[site] for site in sites} == self.first[1]]

    def firsts(self) -> list[First]:
        """Return all first decisions, permitted or not."""
        names, found = [site.id for site in self.base.sites], dict[First, None]()
        for orders in super()._orders(0, Standing(), ""):
            now = Standing(bought=orders)
            in_use = self._in_use(now, self.staged.nodes[0].year, "")
            for sites in super()._closings(0, now, in_use, ""):
                found[self._named(orders), frozenset(names[site] for site in sites)] = None
        return list(found)

    def _named(self, orders: tuple[Purchase, ...]) -> frozenset[tuple[str, str, int]]:
        sites, modules = self.base.sites, self.staged.modules
        return frozenset((sites[one.site].id, modules[one.module].id, one.count) for one in orders)


class FirstCosts:
    """What plans have at least, over all and with one first decision.

    Parameters
    ----------
    document
        A staged instance.
    folder
        Empty.
    """

    def __init__(self, document: Document, folder: Path) -> None:
        self._staged: StagedInstance | None = None
        self._known: np.ndarray | None = None
        try:
            self._staged = read_staged_document(document, folder)
        except InstanceError:
            return
        if self._staged.stages.risk.measure == "regret":
            self._known = wait_and_see_costs(self._staged)

    @property
    def scale(self) -> float:
        """Size of the costs of which a regret is a difference."""
        return 0.0 if self._known is None else float(abs(self._known).max())

    @property
    def least(self) -> float:
        """What the best plan has; infinite where there is none."""
        return float("inf") if self._staged is None else StagedBrute(self._staged, self._known).solve().value

    def of_first(self, first: First) -> float:
        """Return what the best plan has that begins with a first decision."""
        return float("inf") if self._staged is None else FirstBrute(self._staged, self._known, first).solve().value

    def of_all(self) -> dict[First, float]:
        """Return what the best plan has that begins with each first decision that is permitted."""
        if self._staged is None:
            return {}
        brute = FirstBrute(self._staged, self._known, NOTHING)
        found = {}
        for first in brute.firsts():
            brute.first = first
            value = brute.solve().value
            if math.isfinite(value):
                found[first] = value
        return found
