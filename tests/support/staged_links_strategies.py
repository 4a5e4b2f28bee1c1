"""Random small instances over years with chosen hub links that decide: as plain dicts."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from netdesign.errors import InstanceError
from tests.support.random_network import between, is_likely
from tests.support.staged_links_brute import StagedLinksBrute
from tests.support.staged_strategies import (
    SETTERS,
    add_stages,
    random_years_network,
    read_staged_document,
    set_risk,
)

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from tests.support.staged_brute import StagedOptimum

    Document = dict[str, Any]

_FREIGHT = ("hard deadline", "priced deadline", "service", "minimum", "air_lane", "hub_count", "fixed_cost_cap", "peak")
"""Restrictions beside those of links, of which a draw gets one at most."""


def links_over_years(draw: Random, folder: Path) -> Document:
    """Return an instance of two or three sites and two or three years, with links between its hubs."""
    document = _plain(draw)
    try:
        brute = StagedLinksBrute(read_staged_document(document, folder))
    except InstanceError:
        return document
    plain = brute.solve()
    if not plain.is_feasible:
        return document
    if is_likely(draw, 50):
        SETTERS[draw.choice(_FREIGHT)](draw, document, brute, plain)
    kind = draw.choice(("rules", "rules", "rules", "budget", "budget", "capacity", "none"))
    if kind == "rules":
        _set_rules(draw, document, brute, plain)
    elif kind == "budget":
        _set_budget(draw, document, plain)
    elif kind == "capacity":
        for row in document["tables"]["hub_links"]:
            row["capacity_t_per_year"] = draw.randint(1, 30) * 10
    if document["tables"].get("tree") and is_likely(draw, 60):
        set_risk(draw, document)
    return document


def _plain(draw: Random) -> Document:
    """Return an instance in which several hubs have reason to open, with links between them."""
    document = random_years_network(draw)
    add_stages(draw, document)
    while len(document["stages"].get("installed", ())) != 1 or document["stages"]["last_year"] > 2028:
        document = random_years_network(draw)
        add_stages(draw, document)
    document["problem"].pop("route_hubs", None)
    document["problem"]["network"] = "chosen"
    document["stages"]["closing"] = False
    document["factors"]["inter_hub"] = draw.choice((0, 0.1, 0.3))
    hubs, there = document["tables"]["hubs"], document["stages"]["installed"]
    for hub in hubs:
        hub["fixed_cost_eur_per_year"] //= draw.choice((5, 20))
    if is_likely(draw, 60):
        hubs[1]["status"] = "existing"
        there.append(there[0] | {"site": hubs[1]["id"]})
    volume = sum(row["volume_t_per_year"] for row in document["tables"]["demand"])
    document["tables"]["hub_links"] = [
        {
            "from": start["id"],
            "to": end["id"],
            "fixed_cost_eur_per_year": math.ceil(volume * draw.choice((0, 0.2, 0.5, 1, 2))),
            "capital_eur": math.ceil(volume * draw.choice((0, 0.5, 1, 2, 4))),
            "lead_years": draw.choice((0, 1, 1, 2)),
        }
        for start, end in itertools.combinations(hubs, 2)
    ]
    document.setdefault("policies", {})["hub_links"] = {"most_on_a_route": 1}
    if is_likely(draw, 20):
        where = {"of": "hub_links.0.capital_eur", "at_year": 2027, "factor": draw.choice((0.5, 2))}
        document["tables"]["paths"].append(where)
    return document


def _set_rules(draw: Random, document: Document, brute: StagedLinksBrute, plain: StagedOptimum) -> None:
    """State a rule or two against the links of the best plan without any."""
    used = sorted({one.ends for decision in plain.decisions for one in decision.links})
    unused = [link.ends for link in brute.base.hub_links if link.ends not in used]
    rules = document["policies"]["hub_links"]
    for kind in draw.sample(("max", "min", "required", "forbidden", "connected", "shape"), draw.choice((1, 2))):
        match kind:
            case "max" if used and "min" not in rules:
                rules["max"] = len(used) - 1
            case "min" if "max" not in rules:
                rules["min"] = len(used) + 1
            case "required" if unused:
                rules["required"] = [list(draw.choice(unused))]
            case "forbidden" if used:
                rules["forbidden"] = [list(draw.choice(used))]
            case "connected":
                rules["connected"] = True
            case "shape":
                rules["shape"] = draw.choice(("tree", "ring", "line"))


def _set_budget(draw: Random, document: Document, plain: StagedOptimum) -> None:
    """Leave less capital than the best plan pays at most in a year, in all or of that year."""
    paid: dict[int, float] = {}
    for decision in plain.decisions:
        orders = [(p.year, p.count * p.capital) for p in decision.orders]
        for year, eur in (*orders, *((one.year, one.capital) for one in decision.links)):
            paid[year] = paid.get(year, 0.0) + eur
    if not paid:
        return
    year = max(paid, key=lambda one: paid[one])
    most = math.floor(paid[year] * float(between(draw, 0.1, 0.95)))
    budget = {"total_eur": most} if is_likely(draw, 50) else {"by_year_eur": {year: most}}
    document["stages"]["capital_budget"] = budget
