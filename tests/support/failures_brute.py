"""Brute force of failures: what is left of a network is operated by a program that shares no code with netdesign."""

from __future__ import annotations

import math
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.support.services_brute import Room, ServicesBrute

if TYPE_CHECKING:
    from tests.support.services_brute import Leg

NOWHERE = "nowhere"
"""Stands for both hubs of what is not carried."""


def free_document(document: dict[str, Any]) -> dict[str, Any]:
    """Return an instance without the rules of other days: a price of carbon stays, and any hub may serve a city."""
    free = deepcopy(document)
    price = document.get("policies", {}).get("carbon", {}).get("price_eur_per_t")
    free["policies"] = {} if price is None else {"carbon": {"price_eur_per_t": price}}
    free["problem"] = document.get("problem", {}) | {"allocation": "multiple"}
    return free


class FailuresBrute(ServicesBrute):
    """An instance in which one thing is out, and freight may stay at a penalty.

    Parameters
    ----------
    document
        The instance with all its policies.
    penalty
        Of a tonne that is not carried, EUR/t.
    out
        Ids of what is out: one site, or both ends of a lane or leg; empty for nothing.
    """

    def __init__(self, document: dict[str, Any], penalty: float, out: tuple[str, ...]) -> None:
        self._penalty_of_rest, self._out = penalty, frozenset(out)
        super().__init__(free_document(document))
        self.fixed[NOWHERE] = 0.0

    def _step(self, leg: Leg) -> tuple[float, float, tuple[int, int] | None]:
        is_out = len(self._out) == 2 and {leg[1], leg[2]} == self._out and leg[0] in ("air", "inter_hub")
        return (math.inf, math.inf, None) if is_out else super()._step(leg)

    def _describe(self) -> None:
        """Add a column for what stays of each commodity."""
        number = len(self.commodities)
        self.routes += [(r, NOWHERE, NOWHERE) for r in range(number)]
        self.uses += [()] * number
        self.cost = np.concatenate([self.cost, np.full(number, self._penalty_of_rest)])
        self.time = np.concatenate([self.time, np.zeros(number)])
        self.is_late = np.concatenate([self.is_late, np.zeros(number, dtype=bool)])
        self.co2e = np.concatenate([self.co2e, np.zeros(number)])
        super()._describe()

    def cheapest(self, hubs: tuple[str, ...], room: dict[str, float]) -> float:
        """Return what the cheapest operation costs in a year with the fixed cost of all hubs, EUR/year.

        Parameters
        ----------
        hubs
            All open sites of the network.
        room
            What each may lift, t/year.
        """
        left = tuple(hub for hub in hubs if {hub} != self._out)
        price = self.cost + np.where(self.is_late, self.penalty[self.of], 0.0)
        price = price + self.policies.get("carbon", {}).get("price_eur_per_t", 0.0) * self.co2e
        inside = np.array([{first, last} <= {*left, NOWHERE} for _, first, last in self.routes], dtype=bool)
        usable = np.flatnonzero(inside & ~(self.is_late & self.is_hard[self.of]))
        everywhere = (*left, NOWHERE)
        limits = {**room, NOWHERE: math.inf}
        nothing = dict.fromkeys(everywhere, 0.0)
        self.room = Room(limits, nothing, nothing, 0.0, (), both_count=True)
        found = self._operate(everywhere, None, usable, price * self.volume[self.of], "")
        return found.cost + sum(self.fixed[hub] for hub in hubs if hub not in left)

    def priced(self, shares: dict[tuple[int, str, str], float]) -> tuple[float, float, float]:
        """Return cost of given routes without fixed cost, EUR/year, and what is late and what stays, t/year.

        Without services: each route has one time.
        """
        place = {route: column for column, route in enumerate(self.routes)}
        carried = np.zeros(len(self.commodities))
        cost, late = 0.0, 0.0
        for route, tonnes in shares.items():
            column = place[route]
            carried[route[0]] += tonnes
            cost += tonnes * (
                self.cost[column] + self.policies.get("carbon", {}).get("price_eur_per_t", 0.0) * self.co2e[column]
            )
            if self.is_late[column]:
                late += tonnes
                cost += tonnes * self.penalty[route[0]]
        rest = self.volume - carried
        return cost + float(rest.sum()) * self._penalty_of_rest, late, float(rest.sum())
