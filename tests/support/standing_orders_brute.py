"""Brute force over years in which orders and closings stand: what a plan costs, operated at least cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.support.staged_brute import StagedBrute
from tests.support.staged_services import StagedServicesBrute

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from netdesign.instance.staged import StagedInstance
    from tests.support.staged_brute import Purchase, Standing
    from tests.support.staged_services import Draw

Decided = tuple[dict[tuple[str, str], int], frozenset[str]]
"""How many of each module are ordered at each hub at a node, and the hubs that close after it."""


class StandingOrders(StagedBrute):
    """Brute force over the operations of one plan."""

    plan: Sequence[Decided]

    def cost(self) -> float:
        """Return the mean discounted cost of the paths; infinite where the plan is not permitted."""
        found = self.plans()
        if not found:
            return math.inf
        [(costs, _)] = found
        probability = [self.staged.nodes[leaf].probability for leaf in self.staged.leaves]
        return math.fsum(p * cost for p, cost in zip(probability, costs, strict=True))

    def _orders(self, v: int, before: Standing, without: str) -> Iterator[tuple[Purchase, ...]]:
        sites = [site.id for site in self.base.sites]
        modules = [module.id for module in self.staged.modules]
        yield tuple(
            self._purchase(v, sites.index(hub), modules.index(module), count, without)
            for (hub, module), count in self.plan[v][0].items()
        )

    def _closings(self, v: int, now: Standing, in_use: np.ndarray, without: str) -> list[tuple[int, ...]]:
        names = [site.id for site in self.base.sites]
        closing = self.plan[v][1] if self.staged.children[v] else ()
        return [tuple(names.index(hub) for hub in sorted(closing))]


class OrdersBrute(StandingOrders):
    """One plan, carried by the tonne."""

    def __init__(self, staged: StagedInstance, plan: Sequence[Decided]) -> None:
        super().__init__(staged)
        self.plan = plan


class ServicesOrdersBrute(StandingOrders, StagedServicesBrute):
    """One plan with vehicles that leave, or one hub each way."""

    def __init__(self, staged: StagedInstance, draw: Draw, plan: Sequence[Decided]) -> None:
        StagedServicesBrute.__init__(self, staged, draw)
        self.plan = plan
