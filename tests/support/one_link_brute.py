"""Chosen hub links of which a route passes one at most, by brute force: with vehicles, deadlines, minima and lanes.

Every set of hubs is tried with every set of links that the rules permit; what is left then is an instance whose freight
goes from hub to hub over these links only, which ``services_brute.py`` solves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.brute_force import MINUTE_PART, TIE, Optimum
from tests.support.links_brute import LinksBrute
from tests.support.services_brute import Served, ServicesBrute

if TYPE_CHECKING:
    from tests.support.links_brute import Link

ONE_LINK_PARTS = (
    "links required",
    "links forbidden",
    "links max",
    "links min",
    "links connected",
    "links shape",
    "link capacity",
    "link cost",
    "links chosen",
)
"""What may decide; the last is that there are none but those that may be chosen, as in no complete network."""


@dataclass(frozen=True)
class Joined(Served):
    """An optimum with its chosen links."""

    links: tuple[Link, ...] = ()


class OneLinkBrute(ServicesBrute, LinksBrute):
    """One instance with ``problem.network: chosen`` and ``policies.hub_links.most_on_a_route: 1``."""

    _now: tuple[tuple[str, ...], tuple[Link, ...]] | None = None
    """The hubs and links that are looked at."""

    _left_out = ""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__(document)
        assert self.rules["most_on_a_route"] == 1

    def solve(self, without: str = "", below: float = math.inf) -> Optimum:
        """Return the optimum, with a part left out; with ``below`` any that costs less will do."""
        self._left_out, best = without, Joined(math.inf)
        for hubs in super().permitted_sets(without):
            for chosen in self._sets_of_links(hubs, without):
                costs = [self.of_link.get(link, {}).get("fixed_cost_eur_per_year", 0.0) for link in chosen]
                fixed = 0.0 if without in ("link cost", "links chosen") else sum(costs)
                if fixed + sum(self.fixed[name] for name in hubs) >= best.cost:
                    continue
                self._now = hubs, chosen
                found = super().solve(without, below - fixed)
                self._now = None
                if found.cost + fixed < best.cost:
                    slowest, co2e = (found.slowest, found.co2e) if isinstance(found, Served) else ((), 0.0)
                    best = Joined(found.cost + fixed, found.hubs, found.shares, slowest, co2e, chosen)
                if best.cost < below < math.inf:
                    return best
        return best

    def binding_links(self, optimum: Optimum) -> tuple[str, ...]:
        """Return those of ONE_LINK_PARTS without which the optimum, or whether there is one, would be another."""
        below = optimum.cost * (1 - TIE) if optimum.is_feasible else math.inf
        stated = {f"links {key}" for key, value in self.rules.items() if value not in (None, False, [])}
        stated |= {"link capacity"} if any("capacity_t_per_year" in row for row in self.of_link.values()) else set()
        stated |= {"link cost"} if any(row.get("fixed_cost_eur_per_year") for row in self.of_link.values()) else set()
        stated.add("links chosen")
        return tuple(part for part in ONE_LINK_PARTS if part in stated and self.solve(part, below).cost < below)

    def permitted_sets(self, without: str = "") -> list[tuple[str, ...]]:
        return super().permitted_sets(without) if self._now is None else [self._now[0]]

    def _sets_of_links(self, hubs: tuple[str, ...], without: str) -> list[tuple[Link, ...]]:
        if without == "links chosen":
            return [tuple((a, b) for a in hubs for b in hubs if a != b)]
        return list(self.link_sets(hubs, without))

    def _over(self, lanes: frozenset[tuple[str, str]] | None) -> np.ndarray:
        assert self._now is not None
        linked = {step for link in self._now[1] for step in (link, link[::-1])}
        joined = [first == last or (first, last) in linked for _, first, last in self.routes]
        return super()._over(lanes) & np.array(joined, dtype=bool)

    def _rows(
        self, hubs: tuple[str, ...], lanes: frozenset[tuple[str, str]] | None, routes: np.ndarray, without: str
    ) -> tuple[list[np.ndarray], list[float]]:
        rows, least = super()._rows(hubs, lanes, routes, without)
        assert self._now is not None
        for link in self._now[1] if self._left_out not in ("link capacity", "links chosen") else ():
            most = self.of_link.get(link, {}).get("capacity_t_per_year", math.inf)
            for step in (link, link[::-1]) if math.isfinite(most) else ():
                is_over = np.array([self.routes[i][1:] == step for i in routes], dtype=float)
                unit = max(most, 1e-6)
                rows.append(-self.volume[self.of[routes]] * is_over / unit)
                least.append(-most * (1 + MINUTE_PART) / unit)
        return rows, least
