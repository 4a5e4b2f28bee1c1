"""Two hubs over three years with a link that may be ordered between them, small enough to price by hand."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_PAIR: dict[str, Any] = {
    "format": "netdesign.instance/1",
    "name": "pair",
    "parcel": {"weight_kg": 1},
    "streams": {"all": {}},
    "problem": {"network": "chosen"},
    "factors": {"inter_hub": 0.5},
    "policies": {"hub_links": {"most_on_a_route": 1}},
    "stages": {
        "first_year": 2026,
        "last_year": 2028,
        "discount_rate": 0,
        "installed": [{"site": "N", "module": "hall"}, {"site": "S", "module": "hall"}],
    },
    "tables": {
        "cities": [{"id": "N"}, {"id": "S"}],
        "hubs": [{"id": hub, "status": "existing", "fixed_cost_eur_per_year": 0} for hub in ("N", "S")],
        "modules": [{"id": "hall", "capacity_t_per_year": 1000, "capital_eur": 0, "life_years": 9}],
        "legs": [{"from": a, "to": b, "cost_eur_per_t": 4} for a, b in ("NS", "SN")],
        "hub_links": [
            {"from": "N", "to": "S", "fixed_cost_eur_per_year": 5, "lead_years": 1, "capital_eur": 100},
        ],
        "demand": [{"origin": a, "destination": b, "volume_t_per_year": 10} for a, b in ("NS", "SN")],
        "paths": [{"of": "volume", "at_year": 2026, "growth_per_year": 1}],
    },
}

TREE = [
    {"id": "now", "first_year": 2026},
    {"id": "up", "parent": "now", "first_year": 2027, "probability": 0.5},
    {"id": "down", "parent": "now", "first_year": 2027, "probability": 0.5},
]
"""The volume doubles each year, or is hardly there."""


def pair(
    link: dict[str, Any] | None = None,
    *,
    rules: dict[str, Any] | None = None,
    stages: dict[str, Any] | None = None,
    has_tree: bool = False,
    **tables: Any,
) -> dict[str, Any]:
    """Return the instance with other figures of its link, more rules, other stages and other tables.

    Volumes are 20, 40 and 80 t. Without a link a tonne pays 4, over it 2.
    """
    document = deepcopy(_PAIR)
    document["tables"]["hub_links"][0] |= link or {}
    document["policies"]["hub_links"] |= rules or {}
    document["stages"] |= stages or {}
    document["tables"] |= tables
    if has_tree:
        document["tables"]["tree"] = TREE
        document["tables"]["paths"].append({"of": "volume", "where": "down", "at_year": 2027, "factor": 0.1})
    return document
