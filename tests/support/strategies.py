"""Random small instances whose policies bind: as plain dicts, drawn from any ``random.Random``.

The instance is drawn first and solved by brute force without policies; then each policy gets figures that hurt that
solution, because policies with figures out of the blue hardly ever bind. All draws are whole numbers, so that
hypothesis can shrink them and no draw is a denormal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.support.binding_policies import SETTERS, policies_of
from tests.support.brute_force import BruteForce
from tests.support.random_network import between, is_likely, random_network

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from random import Random

    from tests.support.random_network import Document


def documents(cities: tuple[int, int] = (3, 6)) -> st.SearchStrategy[Document]:
    """Return the strategy that draws the same instances through hypothesis."""
    return st.randoms(use_true_random=False).map(lambda draw: random_document(draw, cities))


def unchanged(draw: Random, document: Document) -> None:
    """Leave a network as it is."""


def random_document(
    draw: Random, cities: tuple[int, int] = (3, 6), change: Callable[[Random, Document], None] = unchanged
) -> Document:
    """Return an instance of so many cities and 2 to 4 sites, with up to five policies in force.

    ``change`` changes its network before the policies get their figures.
    """
    document = random_network(draw, cities)
    change(draw, document)
    parts = _random_parts(draw, document)
    set_deadlines(draw, document, parts)
    set_policies(draw, document, parts)
    return document


def set_policies(draw: Random, document: Document, parts: Collection[str]) -> None:
    """Put some policies in force, with figures that bind on the optimum without them."""
    brute = BruteForce(document)
    plain = brute.solve()
    if plain.is_feasible:
        for part, set_policy in SETTERS.items():
            if part in parts:
                set_policy(draw, document, brute, plain)


def carbon_document(draw: Random) -> Document:
    """Return the same with emission factors, and a price or a cap of carbon under what the optimum emits."""
    document = random_document(draw)
    add_carbon(draw, document)
    return document


def add_carbon(draw: Random, document: Document) -> None:
    """Add emission factors, and a price or a cap of carbon under what the optimum emits."""
    tables = document["tables"]
    for leg in tables.get("legs", ()):
        leg["co2e_kg_per_t"] = draw.randint(1, 60)
    if "road" in document:
        document["road"] |= {"co2e_g_per_tkm": draw.choice((60, 100)), "sea_co2e_g_per_tkm": draw.choice((0, 40))}
    if "air" in document:
        document["air"]["co2e_g_per_tkm"] = draw.choice((0, 5, 10))
    brute = BruteForce(document)
    plain, carbon = brute.solve(), {}
    kind = draw.choice(("price", "cap", "cap", "both"))
    if kind != "cap":
        carbon["price_eur_per_t"] = draw.choice((50, 500, 2000))
    if kind != "price":
        position = {route: i for i, route in enumerate(brute.routes)}
        emitted = sum(
            brute.volume[r] * share * brute.co2e[position[r, *hubs]]
            for r, shares in enumerate(plain.shares)
            for hubs, share in shares.items()
        )
        least = sum(brute.volume[r] * brute.co2e[brute.of == r].min(initial=1.0) for r in range(len(brute.volume)))
        # Now and then less than any network emits.
        low = least * draw.choice((0.9, 1.0, 1.0, 1.0))
        carbon["cap_t_per_year"] = max(float(between(draw, low, max(emitted, least))), 0.001)
    policies_of(document)["carbon"] = carbon


def _random_parts(draw: Random, document: Document) -> set[str]:
    """Return up to five of the things that may bind."""
    parts = [*SETTERS, "required", "required", "air_lane", "deadline hard", "deadline hard", "deadline priced"]
    if not document["tables"]["overseas"]:
        parts = [part for part in parts if part != "air_lane"]
    return set(draw.sample(parts, draw.randint(1, 5)))


def set_deadlines(draw: Random, document: Document, parts: set[str]) -> None:
    """Give streams a deadline between the fastest times and the times of the cheapest routes."""
    wanted = [kind for kind in ("hard", "priced") if f"deadline {kind}" in parts]
    if any(part.startswith("service") for part in parts):
        wanted.append("measured")
    brute = BruteForce(document)
    plain = brute.solve()
    if not plain.is_feasible:
        return
    position = {route: i for i, route in enumerate(brute.routes)}
    names = list(dict.fromkeys(commodity.stream for commodity in brute.commodities))
    draw.shuffle(names)
    for number, name in enumerate(names):
        kind = wanted[number % len(wanted)] if wanted and (number < len(wanted) or is_likely(draw, 50)) else None
        if kind is None:
            continue
        members = [r for r, commodity in enumerate(brute.commodities) if commodity.stream == name]
        fastest = [brute.time[brute.of == r].min() for r in members]
        cheapest = [max(brute.time[position[r, *hubs]] for hubs in plain.shares[r]) for r in members]
        stream = document["streams"][name]
        if kind == "hard":
            low, high = max(fastest), max(cheapest)
            # A deadline to the second of a route, one between routes, or one that nothing meets.
            choice = draw.randint(1, 10)
            stream["deadline_h"] = _positive(low if choice <= 2 else between(draw, low, high))
            if choice == 10:
                stream["deadline_h"] = _positive(low - 0.5)
            stream["deadline"] = "hard"
        else:
            low, high = min(fastest), max(cheapest)
            stream["deadline_h"] = _positive(between(draw, low, high))
            if kind == "priced":
                stream["late_penalty_eur_per_parcel"] = draw.choice((0.01, 0.03, 0.1))


def _positive(hours: float) -> float:
    return max(float(hours), 0.25)
