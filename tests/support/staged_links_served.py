"""Chosen hub links over two years in which vehicles leave: a calendar of links at a time, its years by brute force.

All sites are open in both years and lift everything, so that links alone join the years, and a year is an instance of
one year whose links are those that are in use: ``one_link_brute.py`` solves it.
"""

from __future__ import annotations

import itertools
import math
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.support.one_link_brute import OneLinkBrute
from tests.support.one_link_strategies import one_link_document
from tests.support.random_network import state_tonnes

if TYPE_CHECKING:
    from random import Random

    Document = dict[str, Any]
    Calendar = tuple[int | None, ...]

FIRST, YEARS, RATE = 2026, 2, 0.1
_KEPT = ("service", "air_lane")
"""Policies on freight that are the same in one year and over years."""


def served_document(draw: Random, allocation: str) -> Document:
    """Return an instance over two years, with vehicles, two or three open hubs and links that may be ordered."""
    document = one_link_document(draw, has_services=True, allocation=allocation)
    state_tonnes(document)
    tables = document["tables"]
    policies = {name: block for name, block in document["policies"].items() if name in _KEPT}
    document["policies"] = policies | {"hub_links": {"most_on_a_route": 1}}
    document.pop("hub_cost", None)
    for hub in tables["hubs"]:
        hub.pop("capacity_t_per_year", None)
        hub |= {"status": "existing", "fixed_cost_eur_per_year": 0}
    pairs = itertools.combinations([hub["id"] for hub in tables["hubs"]], 2)
    tables["hub_links"] = [
        {
            "from": start,
            "to": end,
            "fixed_cost_eur_per_year": draw.choice((0, 500, 2000)),
            "capital_eur": draw.choice((0, 1000, 5000, 20000)),
            "lead_years": draw.choice((0, 0, 1)),
        }
        for start, end in pairs
    ]
    total = sum(row["volume_t_per_year"] for row in tables["demand"])
    tables["modules"] = [{"id": "all", "capacity_t_per_year": 20 * total, "capital_eur": 0, "life_years": 9}]
    installed = [{"site": hub["id"], "module": "all"} for hub in tables["hubs"]]
    span = {"first_year": FIRST, "last_year": FIRST + YEARS - 1, "discount_rate": RATE}
    document["stages"] = span | {"installed": installed}
    tables["paths"] = [{"of": "volume", "at_year": FIRST + 1, "factor": draw.choice((0.5, 0.8, 1.2))}]
    for kind in document["services"].values():
        if isinstance(kind, dict) and "max" in kind.get("departures_per_week", {}):
            kind["departures_per_week"]["max"] += 3
    return document


class ServedLinksBrute:
    """The least cost of such an instance."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._rows = document["tables"]["hub_links"]
        self._known: dict[tuple[int, frozenset[int]], float] = {}

    def solve(self, *, is_free: bool = False) -> float:
        """Return the least cost over all calendars, infinite if there is none; with free links all are in use."""
        if is_free:
            every = frozenset(range(len(self._rows)))
            return math.fsum((1 + RATE) ** -age * self._year(age, every, is_free=True) for age in range(YEARS))
        return min(map(self._cost, itertools.product((None, *range(YEARS)), repeat=len(self._rows))))

    def _cost(self, calendar: Calendar) -> float:
        """Return the cost of ordering each link in a year, counted from the first, or never."""
        total = 0.0
        for age in range(YEARS):
            rows = enumerate(zip(self._rows, calendar, strict=True))
            paid = math.fsum(row["capital_eur"] for row, year in zip(self._rows, calendar, strict=True) if year == age)
            in_use = frozenset(i for i, (row, year) in rows if year is not None and year + row["lead_years"] <= age)
            total += (paid + self._year(age, in_use)) * (1 + RATE) ** -age
        return total

    def _year(self, age: int, in_use: frozenset[int], *, is_free: bool = False) -> float:
        key = (age, in_use)
        if is_free or key not in self._known:
            found = OneLinkBrute(self._document_of(age, in_use, is_free=is_free)).solve().cost
            if is_free:
                return found
            self._known[key] = found
        return self._known[key]

    def _document_of(self, age: int, in_use: frozenset[int], *, is_free: bool) -> Document:
        """Return the instance of a year with exactly these links."""
        document = deepcopy(self._document)
        tables = document["tables"]
        del document["stages"]
        factor = tables.pop("paths")[0]["factor"] if age else 1
        tables.pop("paths", None)
        tables.pop("modules")
        for row in tables["demand"]:
            row["volume_t_per_year"] *= factor
        pairs = [[row["from"], row["to"]] for row in tables["hub_links"]]
        for row in tables["hub_links"]:
            del row["capital_eur"], row["lead_years"]
            row["fixed_cost_eur_per_year"] *= not is_free
        rules = document["policies"]["hub_links"]
        rules["required"] = [pair for place, pair in enumerate(pairs) if place in in_use]
        rules["forbidden"] = [pair for place, pair in enumerate(pairs) if place not in in_use]
        return document
