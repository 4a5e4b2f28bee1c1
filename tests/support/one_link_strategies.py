"""Random instances with vehicles or promises whose chosen hub links, one a route, decide: as plain dicts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.support.brute_force import TIE
from tests.support.centres import make_cheap_centres
from tests.support.links_strategies import link_rows
from tests.support.one_link_brute import Joined, OneLinkBrute
from tests.support.random_network import between, is_likely, state_tonnes
from tests.support.services_strategies import services_document
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from random import Random

    Document = dict[str, Any]

_TRIES = 4


def one_link_document(
    draw: Random, *, has_services: bool, allocation: str = "multiple", has_centres: bool = False
) -> Document:
    """Return an instance of four or five cities and two to four sites with links, and services or policies.

    With sorting centres all freight goes overseas.
    """
    bound = {} if allocation == "multiple" else {"allocation": allocation}
    if has_centres:
        document = services_document(draw, all_overseas=True, change=make_cheap_centres, **bound)
        _let_more_leave(draw, document)
    elif has_services:
        document = services_document(draw, (4, 5), change=_let_hubs_open, **bound)
    else:
        document = random_document(draw, (4, 5), _let_hubs_open if allocation == "multiple" else _leave_little)
    document["problem"] = {"allocation": allocation, "network": "chosen"}
    policies = document.setdefault("policies", {})
    policies["hub_links"] = {"most_on_a_route": 1}
    if is_likely(draw, 80):
        document["tables"]["hub_links"] = link_rows(draw, document)
    brute = OneLinkBrute(document)
    plain = brute.solve()
    if isinstance(plain, Joined) and plain.is_feasible:
        _set_capacities(draw, document, plain, brute)
        _set_rules(draw, document, plain)
    return document


def _let_hubs_open(draw: Random, document: Document) -> None:
    """Let hubs be cheap, and ways between them, so that several are worth their cost."""
    for hub in document["tables"]["hubs"]:
        if "fixed_cost_eur_per_year" in hub:
            hub["fixed_cost_eur_per_year"] /= draw.choice((5, 20, 100))
    document["factors"]["inter_hub"] = draw.choice((0.1, 0.2, 0.5))


def _leave_little(draw: Random, document: Document) -> None:
    """The same with little freight, where each allocation of cities is a binary choice."""
    _let_hubs_open(draw, document)
    del document["tables"]["demand"][draw.choice((5, 6, 8)) :]
    state_tonnes(document)


def _let_more_leave(draw: Random, document: Document) -> None:
    """Let more departures leave, so that sorting centres get their freight."""
    for kind in document["services"].values():
        if isinstance(kind, dict) and "max" in kind.get("departures_per_week", {}):
            kind["departures_per_week"]["max"] += draw.choice((1, 3, 5))


def _set_capacities(draw: Random, document: Document, plain: Joined, brute: OneLinkBrute) -> None:
    """Limit a link or two under what passes where nothing does."""
    carried: dict[tuple[str, str], float] = {}
    for r, shares in enumerate(plain.shares):
        for step, share in shares.items():
            carried[step] = carried.get(step, 0.0) + share * float(brute.volume[r])
    for row in document["tables"].get("hub_links", ()) if is_likely(draw, 40) else ():
        most = max(carried.get(ends, 0.0) for ends in ((row["from"], row["to"]), (row["to"], row["from"])))
        if most > 0:
            row["capacity_t_per_year"] = round(max(float(between(draw, 0.0, most)), 0.01), 3)


def _set_rules(draw: Random, document: Document, plain: Joined) -> None:
    """State rules of which some draw changes the best network, where one of a few does; seldom such as permit none."""
    for _ in range(_TRIES):
        rules = _rules(draw, OneLinkBrute(document), plain)
        document["policies"]["hub_links"] = {"most_on_a_route": 1} | rules
        if rules and plain.cost * (1 + TIE) < OneLinkBrute(document).solve().cost < math.inf:
            return
    if is_likely(draw, 80):
        document["policies"]["hub_links"] = {"most_on_a_route": 1}


def _rules(draw: Random, brute: OneLinkBrute, plain: Joined) -> Document:
    """Return a rule or two against the network that is best without any."""
    unused = [list(pair) for pair in brute.possible if pair not in plain.links]
    used = [list(pair) for pair in plain.links]
    kinds = draw.sample(("max", "min", "required", "forbidden", "shape", "connected"), draw.choice((1, 1, 2)))
    rules: Document = {}
    for kind in kinds:
        match kind:
            case "max" if used:
                rules["max"] = max(len(used) - 1, rules.get("min", 0))
            case "min":
                rules["min"] = min(len(used) + 1, rules.get("max", 9))
            case "required" if unused:
                rules["required"] = [draw.choice(unused)]
            case "forbidden" if used:
                rules["forbidden"] = draw.sample(used, min(len(used), draw.choice((1, 1, 2))))
            case "connected":
                rules["connected"] = True
            case "shape":
                rules["shape"] = draw.choice(("tree", "ring", "line"))
    return rules
