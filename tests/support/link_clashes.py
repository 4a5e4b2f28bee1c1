"""Random instances with chosen hub links whose policies often permit no plan."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.support.brute_force import BruteForce
from tests.support.links_strategies import link_rows, linked_network
from tests.support.random_network import between, is_likely

if TYPE_CHECKING:
    from random import Random

    Document = dict[str, Any]

_FEW = 5
"""Commodities with one hub a city, as each allocation of all cities is tried for each set of policies."""


def clashing_links(draw: Random) -> Document:
    """Return an instance whose policies ask for much: of links, hubs, what these lift and what may be emitted."""
    allocation = draw.choice(("multiple", "single"))
    document = linked_network(draw, allocation)
    policies, tables = document.setdefault("policies", {}), document["tables"]
    sites = [hub["id"] for hub in tables["hubs"]]
    if is_likely(draw, 60):
        tables["hub_links"] = link_rows(draw, document)
    policies["hub_count"] = draw.choice(({"max": 2}, {"min": 2}, {"min": 3}, {"min": 3}))
    if is_likely(draw, 40):
        policies["exclusive"] = [{"name": "one of two", "sites": draw.sample(sites, 2)}]
    if is_likely(draw, 40):
        policies["required"] = draw.sample(sites, draw.choice((1, 2)))
    if allocation == "single":
        del tables["demand"][_FEW:]
    elif is_likely(draw, 50):
        _limit_lifts(draw, document)
    if is_likely(draw, 20):
        _cap_carbon(draw, document)
    policies["hub_links"] = _rules(draw, document)
    return document


def _limit_lifts(draw: Random, document: Document) -> None:
    """Let hubs lift little of all freight, so that it takes several, and links carry little."""
    total = float(BruteForce(document).volume.sum())
    document["policies"]["capacity"] = {"counts": draw.choice(("handled", "collected"))}
    for hub in document["tables"]["hubs"]:
        hub["capacity_t_per_year"] = round(max(between(draw, 0.2, 0.9) * total, 0.1), 3)
    for row in document["tables"].get("hub_links", ()) if is_likely(draw, 60) else ():
        row["capacity_t_per_year"] = round(max(between(draw, 0.0, 0.3) * total, 0.1), 3)


def _cap_carbon(draw: Random, document: Document) -> None:
    for leg in document["tables"].get("legs", ()):
        leg["co2e_kg_per_t"] = draw.randint(1, 60)
    if "road" in document:
        document["road"] |= {"co2e_g_per_tkm": 80, "sea_co2e_g_per_tkm": 0}
    total = float(BruteForce(document).volume.sum())
    document["policies"]["carbon"] = {"cap_t_per_year": round(total * between(draw, 0.0, 0.1), 3)}


def _rules(draw: Random, document: Document) -> Document:
    """Return rules of links of which two or three are strict together."""
    rows, sites = document["tables"].get("hub_links"), [hub["id"] for hub in document["tables"]["hubs"]]
    pairs = [[row["from"], row["to"]] for row in rows] if rows else list(map(list, itertools.combinations(sites, 2)))
    draw.shuffle(pairs)
    rules: Document = {}
    kinds = ("connected", "shape", "max", "min", "most_on_a_route", "required", "forbidden")
    for kind in draw.sample(kinds, draw.choice((1, 2, 2, 3))):
        match kind:
            case "connected":
                rules["connected"] = True
            case "shape":
                rules["shape"] = draw.choice(("tree", "ring", "line"))
            case "max" if "min" not in rules:
                rules["max"] = draw.choice((0, 1, 2))
            case "min" if "max" not in rules:
                rules["min"] = draw.choice((1, 2, 3, 4))
            case "most_on_a_route":
                rules["most_on_a_route"] = 1
            case "required":
                rules["required"] = pairs[:1]
            case "forbidden":
                # Those that are required stand before.
                rules["forbidden"] = pairs[1 : 1 + draw.choice((1, 2, 3, 4))]
    return rules
