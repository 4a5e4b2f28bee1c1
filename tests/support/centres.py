"""Random small instances with sorting centres that the best network opens often: as plain dicts.

The networks are those of the strategies; some of their sites become sorting centres, cheap ones, to which inter-hub
legs are cheap, before the policies get their figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.binding_policies import number_of_sites
from tests.support.brute_force import BruteForce, is_centre
from tests.support.random_network import is_likely
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from random import Random

Document = dict[str, Any]


def centres_document(draw: Random, cities: tuple[int, int] = (3, 6)) -> Document:
    """Return an instance with one to three sorting centres, with up to five policies in force."""
    document = random_document(draw, cities, make_centres)
    limit_centres(draw, document, BruteForce(document))
    return document


def served_centres_document(draw: Random, cities: tuple[int, int] = (3, 4), **problem: Any) -> Document:
    """Return the same with vehicles that leave."""
    document = services_document(draw, cities, change=make_cheap_centres, **problem)
    limit_centres(draw, document, ServicesBrute(document))
    return document


def make_centres(draw: Random, document: Document) -> None:
    """Turn one to three sites into sorting centres; the first, which all legs and lanes join, stays a hub."""
    tables = document["tables"]
    first, *others = tables["hubs"]
    # It may open, so that there is a network.
    if first.get("status") == "closed":
        del first["status"]
    if "minimum_cargo_t_per_year" in document:
        first["cargo_t_per_year"] = 2000
    chosen = draw.sample(others, draw.randint(1, len(others)))
    for hub in chosen:
        hub["kind"] = "sorting_centre"
        if "fixed_cost_eur_per_year" in hub:
            hub["fixed_cost_eur_per_year"] /= draw.choice((2, 10, 50))
    if "hub_cost" in document:
        document["sorting_centre_cost"] = {**document["hub_cost"], "area_m2": draw.randint(0, 5) * 10}
    names = {hub["id"] for hub in chosen}
    tables["links"] = [
        link for link in tables.get("links", []) if link.get("mode") != "air" or not names & {link["from"], link["to"]}
    ]
    if not tables["links"]:
        del tables["links"]
    factors = document["factors"]
    factors["inter_hub"] = draw.choice((0, 0.1, 0.3, 0.6))
    factors["distribution"] = draw.choice((1, 2, 3))


def make_cheap_centres(draw: Random, document: Document) -> None:
    """The same, where whole vehicles take most of what a sorting centre could save."""
    make_centres(draw, document)
    for hub in document["tables"]["hubs"]:
        if is_centre(hub):
            hub |= {"fixed_cost_eur_per_year": draw.choice((1, 100, 1000)), "handling_cost_eur_per_parcel": 0}
    document["factors"] |= {"inter_hub": draw.choice((0, 0.1)), "distribution": draw.choice((2, 3, 4))}


def limit_centres(draw: Random, document: Document, brute: BruteForce) -> None:
    """Limit the number of open sorting centres to another one than is best, in every second instance."""
    plain = brute.solve()
    if not plain.is_feasible or is_likely(draw, 50):
        return
    may = {hub for hubs in brute.permitted_sets() for hub in hubs} & brute.centres
    certain = (brute.existing | set(brute.policies.get("required", ()))) & brute.centres
    open_now = len(brute.centres.intersection(plain.hubs))
    document.setdefault("policies", {})["sorting_centres"] = number_of_sites(draw, open_now, len(certain), len(may))


def has_open_centre(document: Document, hubs: tuple[str, ...]) -> bool:
    """Whether some of these hubs is a sorting centre."""
    return any(is_centre(row) for row in document["tables"]["hubs"] if row["id"] in hubs)


def one_road(**tables: Any) -> dict[str, Any]:
    """Return a hub H, and cities P and Q behind each other, 300 and 400 km from it; P may get a sorting centre.

    A tonne-kilometre costs EUR 1, half of it between sites, and a pass EUR 10/t.
    """
    crew = {"drivers": 1, "drive_between_breaks_h": 24, "break_h": 0, "drive_between_rests_h": 24, "rest_h": 0}
    return {
        "format": "netdesign.instance/1",
        "name": "one road",
        "factors": {"inter_hub": 0.5},
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "handling": {"cost_eur_per_parcel": 0.01},
        "road": {"speed_kmh": 100, "cost_eur_per_km": 1, "truck_load_t": 1, "crews": [crew]},
        "policies": {},
        "tables": {
            "cities": [{"id": "H"}, {"id": "P"}, {"id": "Q"}],
            "hubs": [
                {"id": "H", "status": "existing", "fixed_cost_eur_per_year": 0},
                {"id": "P", "kind": "sorting_centre", "fixed_cost_eur_per_year": 1000},
            ],
            "links": [{"from": "H", "to": "P", "km": 300}, {"from": "P", "to": "Q", "km": 100}],
            "demand": [
                {"origin": "H", "destination": "P", "volume_t_per_year": 10},
                {"origin": "H", "destination": "Q", "volume_t_per_year": 10},
                {"origin": "P", "destination": "H", "volume_t_per_year": 10},
            ],
        }
        | tables,
    }
