"""Failures of networks with chosen hub links by brute force: every way over the links that are left, as one program."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.optimize import linprog

from tests.support.failures_brute import free_document
from tests.support.links_brute import LinksBrute

if TYPE_CHECKING:
    from tests.support.links_brute import Link, Way


class LinkFailuresBrute(LinksBrute):
    """A network with chosen links in which one thing is out, and freight may stay at a penalty.

    Parameters
    ----------
    document
        The instance with all its policies.
    hubs, links
        Open sites and chosen links of the network.
    penalty
        Of a tonne that is not carried, EUR/t.
    out
        Ids of what is out: one site, or both ends of a lane or link; empty for nothing.
    """

    def __init__(
        self, document: dict[str, Any], hubs: tuple[str, ...], links: list[Link], penalty: float, out: tuple[str, ...]
    ) -> None:
        super().__init__(free_document(document))
        # What a route may pass stays.
        most = document.get("policies", {}).get("hub_links", {}).get("most_on_a_route")
        self.rules = {} if most is None else {"most_on_a_route": most}
        capacity = document.get("policies", {}).get("capacity", {})
        self._is_handled = capacity.get("counts", "handled") == "handled"
        self._penalty, self._out = penalty, frozenset(out)
        self.left = tuple(hub for hub in hubs if {hub} != self._out)
        chosen = [self._ends(*link) for link in links]
        self.fixed_eur = sum(self.fixed[hub] for hub in hubs)
        self.fixed_eur += sum(self.of_link.get(link, {}).get("fixed_cost_eur_per_year", 0.0) for link in chosen)
        self.links_left = [link for link in chosen if set(link) <= set(self.left) and set(link) != self._out]

    def cheapest(self, room: dict[str, float]) -> float:
        """Return what the cheapest operation costs in a year with all that is fixed, EUR/year.

        Parameters
        ----------
        room
            What each site may lift, t/year.
        """
        ways = self._ways(self.left, tuple(self.links_left), "")
        routes = [(r, way) for r in range(len(self.commodities)) for way in ways if self.is_open(r, way)]
        stays = [self._penalty * commodity.volume for commodity in self.commodities]
        cost = np.array([*(self._route_cost(r, way) for r, way in routes), *stays])
        of = np.array([*(r for r, _ in routes), *range(len(stays))])
        rows = [(self.volume[of] * passes, most) for passes, most in self._most(routes, room)]
        usable = np.isfinite(cost)
        unit = max(float(cost[usable].max()), 1e-9)
        answer = linprog(
            cost[usable] / unit,
            A_ub=np.array([row[usable] / max(most, 1e-6) for row, most in rows]) if rows else None,
            b_ub=np.array([most / max(most, 1e-6) for _, most in rows]) if rows else None,
            A_eq=(of[usable] == np.arange(len(stays))[:, None]).astype(float),
            b_eq=np.ones(len(stays)),
            bounds=(0, None),
            method="highs",
            options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
        )
        assert answer.status == 0, answer.message
        return float(answer.fun) * unit + self.fixed_eur

    def is_open(self, r: int, way: Way) -> bool:
        """Whether a commodity gets to the first hub of a way and from the last one."""
        commodity = self.commodities[r]
        ends = ({commodity.origin, way[0]}, {commodity.destination, way[-1]})
        return len(self._out) < 2 or self._out not in ends or not self._out & self.overseas

    def _most(self, routes: list[tuple[int, Way]], room: dict[str, float]) -> list[tuple[np.ndarray, float]]:
        """Return which routes count for each site and each way over a link, and the most of it."""
        stays = [False] * len(self.commodities)
        found = []
        for hub in self.left:
            passes = [hub in (way if self._is_handled else way[:1]) for _, way in routes]
            found.append((np.array(passes + stays, dtype=float), room[hub]))
        for link in self.links_left:
            most = self.of_link.get(link, {}).get("capacity_t_per_year")
            for step in (link, link[::-1]) if most is not None else ():
                passes = [step in itertools.pairwise(way) for _, way in routes]
                found.append((np.array(passes + stays, dtype=float), most))
        return [(passes, most) for passes, most in found if np.isfinite(most)]
