"""Random instances with several overseas airports, on which lanes, minima, shares and caps couple the freight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.brute_force import BruteForce
from tests.support.random_network import is_likely, random_network
from tests.support.strategies import add_carbon, set_deadlines, set_policies

if TYPE_CHECKING:
    from random import Random

    Document = dict[str, Any]

COUPLING = (
    "air_lane",
    "minimum_throughput hard",
    "minimum_throughput priced",
    "capacity",
    "service in all",
    "service by country",
)
"""Policies of which two to four are in force, lanes in five of six instances; in a fourth of them carbon is too."""

KINDS = (
    ("air_lane",),
    ("minimum_throughput hard", "minimum_throughput priced"),
    ("capacity",),
    ("service in all", "service by country"),
    ("carbon cap",),
)
"""Kinds of coupling, all of which are in force at once in the other instances."""


def coupled_document(draw: Random, *, at_once: bool = False) -> Document:
    """Return an instance of 3 to 5 cities and 2 or 3 airports overseas; with ``at_once`` all kinds are in force."""
    document = random_network(draw, (3, 5), airports=(2, 2, 3))
    if at_once:
        parts = {draw.choice(kind) for kind in KINDS[:-1]}
    else:
        parts = {*draw.sample(COUPLING[1:], draw.randint(1, 3)), *(COUPLING[:1] if is_likely(draw, 85) else ())}
    set_deadlines(draw, document, {*parts, draw.choice(("deadline hard", "deadline priced", "deadline priced"))})
    set_policies(draw, document, parts)
    if (at_once or is_likely(draw, 25)) and BruteForce(document).solve().is_feasible:
        add_carbon(draw, document)
    return document


def minima_document(draw: Random) -> Document:
    """Return such an instance of 1 to 3 airports in which nothing but minima couples the freight."""
    while True:
        document = random_network(draw, (3, 5), airports=(1, 2, 2, 3))
        parts = {draw.choice(COUPLING[1:3]), *(COUPLING[:1] if is_likely(draw, 85) else ())}
        document["policies"] = document.get("policies", {}) | {"minimum_throughput": {"counts": "inbound", "hubs": []}}
        set_deadlines(draw, document, {*parts, draw.choice(("deadline hard", "deadline priced", "deadline priced"))})
        set_policies(draw, document, parts)
        if document["policies"]["minimum_throughput"]["hubs"]:
            return document
