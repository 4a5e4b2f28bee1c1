"""From a plain dict to a solved instance, and the instance that several tests price by hand."""

from __future__ import annotations

import json
from contextlib import contextmanager
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from netdesign import catalogue
from netdesign.instance import read_instance
from netdesign.instance.document import Located, WrittenFloat, WrittenInt
from netdesign.instance.files import read_text
from netdesign.network import build_network
from netdesign.solve.core.engine import Question
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.monolithic import Monolithic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.solve.core.outcome import Solution

Document = dict[str, Any]

FORMULATION = catalogue.load_formulation("multiple_allocation_path")


def read_document(document: Document, folder: Path) -> Instance:
    """Write an instance into a folder and read it as a user's would be, but for the places in messages."""
    with written(document, folder) as file:
        return read_instance(file)


@contextmanager
def written(document: Document, folder: Path) -> Iterator[Path]:
    """Write a document into a folder, where it is read quickly.

    JSON is YAML 1.2; read as such it takes a tenth of the time, which is most of what a small instance takes. That it
    comes to the same is held in `test_reading.py`.
    """
    file = folder / "instance.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    with patch("netdesign.instance.read.read_yaml", read_json):
        yield file


def read_json(path: Path, shown: str) -> Located:
    """Stand in for ``read_yaml`` where a file is JSON and nobody asks where in it something is."""

    def number(kind: type[WrittenInt | WrittenFloat], text: str) -> WrittenInt | WrittenFloat:
        found = kind(text)
        found.written = text
        return found

    def refuse(text: str) -> None:
        raise ValueError(text)

    return Located(
        json.loads(
            read_text(path, shown),
            parse_int=lambda text: number(WrittenInt, text),
            parse_float=lambda text: number(WrittenFloat, text),
            parse_constant=refuse,
        )
    )


def solve_instance(instance: Instance, formulation: Formulation = FORMULATION) -> Solution:
    """Solve with the monolithic engine to a gap of nothing: the default one would use up a test's tolerance."""
    return engine(instance, formulation).solve()


def engine(instance: Instance, formulation: Formulation = FORMULATION) -> Monolithic:
    """Return the monolithic engine with an instance built in it."""
    return Monolithic(question(instance, formulation))


def question(instance: Instance, formulation: Formulation = FORMULATION, watch: Watch | None = None) -> Question:
    """Return what engines are asked about an instance; to a gap of nothing where no watch is given."""
    watch = watch or Watch(SolveLimits(relative_gap=0.0))
    return Question(instance, build_network(instance), lambda: formulation, watch)


ONE_DRIVER = {"drivers": 1, "drive_between_breaks_h": 4.5, "break_h": 0.75, "drive_between_rests_h": 9, "rest_h": 11}

_HAND_PRICED: Document = {
    "format": "netdesign.instance/1",
    "name": "hand",
    "factors": {"collection": 1, "inter_hub": 0.5, "distribution": 2},
    "parcel": {"weight_kg": 1},
    "streams": {
        "inbound": {
            "origin_h": 10,
            "last_mile_h": 5,
            "deadline_h": 36.5,
            "deadline": "priced",
            "late_penalty_eur_per_parcel": 0.05,
        },
        "outbound": {},
        "parcels": {"origin_h": 2, "last_mile_h": 1, "deadline_h": 30, "deadline": "hard"},
    },
    "air": {
        "inbound_rate_eur_per_kg": 0.4,
        "outbound_rate_eur_per_kg": 0.2,
        "distance_share": 0.5,
        "reference_distance_km": 8000,
        "block_speed_kmh": 850,
        "routing_factor": 1.0625,
        "fixed_h": 1.5,
        "co2e_g_per_tkm": 1000,
    },
    "road": {
        "speed_kmh": 70,
        "cost_eur_per_km": 2,
        "truck_load_t": 10,
        "crews": [ONE_DRIVER],
        "co2e_g_per_tkm": 100,
        "sea_co2e_g_per_tkm": 50,
    },
    "border": {"hours": 4, "cost_eur_per_t": 5},
    "handling": {"cost_eur_per_parcel": 0.02, "labour_share": 0.5, "hours": 6},
    "night_wait_h": {"restricted": 1.5},
    "reference_labour_cost_eur_per_h": 30,
    "hub_cost": {
        "area_m2": 100,
        "sorting_capital_eur": 50_000,
        "discount_rate": 0.25,
        "life_years": 1,
        "operating_eur_per_year": 100_000,
        "operating_labour_share": 0.6,
    },
    "policies": {
        "minimum_throughput": {
            "counts": "inbound",
            "hubs": [{"site": "S", "tonnes_per_year": 70, "shortfall_eur_per_t": 12}],
        }
    },
    "tables": {
        "countries": [
            {"id": "BE", "labour_cost_eur_per_h": 30, "construction_cost_eur_per_m2": 3000},
            {"id": "HU", "labour_cost_eur_per_h": 15, "construction_cost_eur_per_m2": 1000},
        ],
        "cities": [
            {"id": "a", "country": "BE", "customs_zone": "EU"},
            {"id": "b", "country": "HU", "customs_zone": "CH"},
        ],
        "hubs": [
            {"id": "a", "status": "existing"},
            {"id": "S", "country": "HU", "customs_zone": "EU", "night_class": "restricted", "hub_h": 4},
        ],
        "overseas": [{"id": "G"}],
        "links": [
            {"from": "a", "to": "S", "km": 350},
            {"from": "S", "to": "b", "mode": "ferry", "km": 70, "sea_km": 30, "hours": 2, "fare_eur_per_truck": 50},
            {"from": "G", "to": "a", "mode": "air", "km": 8000, "hours": 10},
            {"from": "S", "to": "G", "mode": "air", "km": 6000},
        ],
        "demand": [
            {"origin": "G", "destination": "b", "stream": "inbound", "volume_t_per_year": 100},
            {"origin": "b", "destination": "G", "stream": "outbound", "volume_t_per_year": 50},
            {"origin": "a", "destination": "b", "stream": "parcels", "volume_t_per_year": 20},
        ],
    },
}


def hand_priced() -> Document:
    """Return a copy of the instance that test_referee.py prices on paper: hubs at city a and at site S, airport G.

    ::

        G ~~ 8000 km, 10 h ~~ a ----- 350 km ----- S == ferry: 70 km, 30 km by sea, 2 h, EUR 50 == b
        G ~~ 6000 km ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ S                                    customs zone CH
    """
    return deepcopy(_HAND_PRICED)
