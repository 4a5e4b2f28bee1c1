"""Random instances whose hub links are chosen, with rules that bind on the network without them."""

from __future__ import annotations

import itertools
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from tests.support.brute_force import TIE, is_centre
from tests.support.links_brute import Linked, LinksBrute
from tests.support.random_network import between, is_likely, random_network, state_tonnes

if TYPE_CHECKING:
    from random import Random

    Document = dict[str, Any]

_KINDS = ("max", "min", "required", "forbidden", "shape", "most_on_a_route")
"""Rules of which one or two are stated; ``connected`` only where it would decide."""

_LEAST_COSTS = {
    "links max": (1, 10, 100),
    "links min": (100, 500, 2000),
    "links required": (100, 500, 2000),
    "links connected": (100, 500, 2000),
    "links most_on_a_route": (100, 500, 2000),
}
"""What every link costs at least, EUR/year, one of these, where parts decide only if each costs something."""

_NETWORKS, _RULES = 24, 4
"""Networks that are tried for a part that is to decide, and rules of each."""


def links_document(draw: Random, allocation: str = "multiple") -> Document:
    """Return an instance of four to six cities and three or four sites, all of which have reason to open."""
    document = linked_network(draw, allocation)
    if is_likely(draw, 70):
        document["tables"]["hub_links"] = link_rows(draw, document)
    brute = LinksBrute(document)
    plain = brute.solve_linked()
    if plain.is_feasible:
        if is_likely(draw, 40):
            _limit_links(draw, document, brute)
        if is_likely(draw, 20):
            _limit_hubs(draw, document, brute)
        _set_rules(draw, document, brute, plain)
    return document


def leaning_document(draw: Random, allocation: str, part: str) -> Document:
    """Return such an instance in which one of LINK_PARTS decides, where it does in one of some tries."""
    document: Document = {}
    for _ in range(_NETWORKS):
        network = linked_network(draw, allocation)
        network["tables"]["hub_links"] = link_rows(draw, network)
        if part == "links most_on_a_route":
            # Freight goes over several links where they cost little by the tonne.
            network["factors"]["inter_hub"] = 0.1
        if part in _LEAST_COSTS:
            least = draw.choice(_LEAST_COSTS[part])
            for row in network["tables"]["hub_links"]:
                row["fixed_cost_eur_per_year"] = draw.randint(1, 30) * least
        brute = LinksBrute(network)
        plain = brute.solve_linked()
        if not (plain.is_feasible and _may_decide(part, brute, plain)):
            continue
        for _ in range(_RULES):
            document = deepcopy(network)
            _lean(draw, document, brute, plain, part)
            stated = LinksBrute(document)
            optimum = stated.solve_linked()
            below = optimum.cost * (1 - TIE)
            if optimum.is_feasible and stated.solve_linked(part, below).cost < below:
                return document
    return document or network


def linked_network(draw: Random, allocation: str) -> Document:
    """Return cities, sites and freight of an instance without rules on its links."""
    document = random_network(draw, (4, 6))
    while len(document["tables"]["hubs"]) < 3:
        document = random_network(draw, (4, 6))
    tables = document["tables"]
    for stream in document["streams"].values():
        for key in ("deadline", "deadline_h", "late_penalty_eur_per_parcel"):
            stream.pop(key, None)
    if allocation == "single":
        # Each allocation of all cities is tried.
        del tables["demand"][draw.choice((6, 8, 10)) :]
        state_tonnes(document)
    for hub in tables["hubs"]:
        if "fixed_cost_eur_per_year" in hub:
            hub["fixed_cost_eur_per_year"] /= draw.choice((5, 20, 100))
    document["factors"]["inter_hub"] = draw.choice((0.1, 0.2, 0.5, 0.8))
    document["problem"] = {"allocation": allocation, "network": "chosen"}
    if is_likely(draw, 80):
        document["policies"] = {"hub_count": {"min": 3}}
    return document


def full_hubs_document(draw: Random) -> Document | None:
    """Return an instance of single allocation in which hubs collect little; None where next to nothing starts there."""
    document = links_document(draw, "single")
    tables = document["tables"]
    overseas = {row["id"] for row in tables["overseas"]}
    tables["demand"] = [row for row in tables["demand"] if row["origin"] not in overseas]
    if len(tables["demand"]) < 2:
        return None
    for row in (*tables["hubs"], *tables.get("hub_links", ())):
        row.pop("capacity_t_per_year", None)
    document.setdefault("policies", {})["capacity"] = {"counts": "collected"}
    total = float(LinksBrute(document).volume.sum())
    for hub in tables["hubs"]:
        if is_likely(draw, 80):
            hub["capacity_t_per_year"] = round(float(between(draw, total * 0.3, total * 0.9)), 3)
    return document


def link_rows(draw: Random, document: Document) -> list[Document]:
    """Return rows of the table of hub links, of which one or another pair may be missing."""
    rows: list[Document] = []
    hubs = [hub for hub in document["tables"]["hubs"] if not is_centre(hub)]
    joined = [*itertools.combinations(hubs, 2)]
    joined += [(hub, centre) for hub in hubs for centre in document["tables"]["hubs"] if is_centre(centre)]
    for start, end in ((first["id"], second["id"]) for first, second in joined):
        ends = (start, end) if draw.randint(0, 1) else (end, start)
        if is_likely(draw, 90) or not rows:
            rows.append({"from": ends[0], "to": ends[1]})
            if is_likely(draw, 60):
                rows[-1]["fixed_cost_eur_per_year"] = draw.randint(0, 30) * 100
    return rows


def _may_decide(part: str, brute: LinksBrute, plain: Linked) -> bool:
    """Whether a part has something to change in the network that is best without rules."""
    unused = [pair for pair in brute.possible if set(pair) <= set(plain.hubs) and pair not in plain.links]
    return {
        "links required": bool(unused),
        "links min": bool(unused),
        "links connected": not brute.joins(plain.hubs, plain.links),
        "links most_on_a_route": brute.has_detours(plain),
        "capacity": True,
    }.get(part, bool(plain.links))


def _lean(draw: Random, document: Document, brute: LinksBrute, plain: Linked, part: str) -> None:
    """State what a part is of, and some draw another rule beside it."""
    if part == "link capacity":
        _limit_links(draw, document, brute)
    if part == "capacity":
        _limit_hubs(draw, document, brute)
    kind = part.removeprefix("links ")
    others = [other for other in (*_KINDS, "connected") if other != kind]
    kinds = ([kind] if part.startswith("links ") else []) + (draw.sample(others, 1) if is_likely(draw, 50) else [])
    rules = _rules(draw, brute, plain, kinds)
    if rules:
        document.setdefault("policies", {})["hub_links"] = rules


def _limit_links(draw: Random, document: Document, brute: LinksBrute) -> None:
    """Limit links under what passes where nothing does; of all freight, as nobody knows what passes."""
    total = float(brute.volume.sum())
    for row in document["tables"].get("hub_links", ()):
        if is_likely(draw, 50):
            row["capacity_t_per_year"] = round(max(float(between(draw, 0.0, total * 0.2)), 0.01), 3)


def _limit_hubs(draw: Random, document: Document, brute: LinksBrute) -> None:
    """Limit hubs likewise."""
    total, counts = float(brute.volume.sum()), draw.choice(("handled", "collected"))
    document.setdefault("policies", {})["capacity"] = {"counts": counts}
    for hub in document["tables"]["hubs"]:
        if is_likely(draw, 70):
            hub["capacity_t_per_year"] = round(float(between(draw, total * 0.3, total * 1.3)), 3)


def _set_rules(draw: Random, document: Document, brute: LinksBrute, plain: Linked) -> None:
    """State rules of which some draw changes the best network, where one of a few does."""
    policies = document.get("policies", {})
    for _ in range(_RULES):
        kinds = draw.sample(_KINDS, draw.choice((1, 2, 2)))
        # What seldom decides is asked where it would.
        if is_likely(draw, 50) and not brute.joins(plain.hubs, plain.links):
            kinds = ["connected", *kinds[:1]]
        elif is_likely(draw, 60) and brute.has_detours(plain):
            kinds = ["most_on_a_route"]
        rules = _rules(draw, brute, plain, kinds)
        document["policies"] = policies | {"hub_links": rules}
        if rules and LinksBrute(document).solve_linked().cost > plain.cost * (1 + TIE):
            return


def _rules(draw: Random, brute: LinksBrute, plain: Linked, kinds: list[str]) -> Document:
    """Return rules of some kinds against the network that is best without any."""
    unused = [list(pair) for pair in brute.possible if set(pair) <= set(plain.hubs) and pair not in plain.links]
    used = [list(pair) for pair in plain.links]
    rules: Document = {}
    for kind in kinds:
        match kind:
            case "max" if used:
                rules["max"] = max(len(used) - 1, rules.get("min", 0))
            case "min":
                rules["min"] = min(len(used) + draw.choice((1, 1, 2)), rules.get("max", 9))
            case "required" if unused:
                rules["required"] = [draw.choice(unused)]
            case "forbidden" if used:
                rules["forbidden"] = draw.sample(used, min(len(used), draw.choice((1, 1, 2))))
            case "connected":
                rules["connected"] = True
            case "shape":
                rules["shape"] = draw.choice(("tree", "ring", "line"))
            case "most_on_a_route":
                rules["most_on_a_route"] = draw.choice((1, 1, 2))
    return rules
