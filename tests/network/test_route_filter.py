"""Route filtering drops routes and never the optimum, whichever policy binds."""

from __future__ import annotations

from functools import cache
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.formulation import path_form
from netdesign.network import build_network
from netdesign.network.candidates import CandidateRoutes, all_routes, candidate_routes
from tests.support.brute_force import PARTS, BruteForce
from tests.support.solving import read_document, solve_instance
from tests.support.strategies import random_document

if TYPE_CHECKING:
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network


EACH, QUICK = 5, 2
"""Instances for each policy: in the long run, and in every one."""

COPIES = tuple(name for name in CandidateRoutes.__dataclass_fields__)


@pytest.fixture
def formulation() -> Formulation:
    """The path form; its filter is exchanged in the pieces that path forms share."""
    return catalogue.load_formulation("multiple_allocation_path")


@cache
def instances_where_it_binds(each: int) -> dict[str, list[tuple[int, dict[str, Any], float]]]:
    """Return, for each policy, seed, instance and optimum of the first feasible draws in which it binds."""
    found: dict[str, list[tuple[int, dict[str, Any], float]]] = {part: [] for part in PARTS}
    # The seeds of test_agreement.py start at 0; these are others, among the first of which is what is rare.
    for seed in count(10_445):
        document = random_document(Random(seed))
        brute = BruteForce(document)
        missing = [part for part in brute.parts_in_force() if len(found[part]) < each]
        optimum = brute.solve() if missing else None
        if optimum is not None and optimum.is_feasible:
            for part in set(missing) & set(brute.binding(optimum)):
                found[part].append((seed, document, optimum.cost))
        if all(len(draws) == each for draws in found.values()):
            break
    return found


@pytest.mark.parametrize("each", [QUICK, pytest.param(EACH, marks=pytest.mark.long)])
@pytest.mark.parametrize("part", PARTS)
def test_the_filter_loses_no_optimum_while_a_policy_binds(part, each, formulation, monkeypatch, tmp_path):
    """Filtered and unfiltered model have one optimum, that of brute force, and the filter does drop routes."""
    dropped = 0
    for seed, document, cost in instances_where_it_binds(each)[part]:
        instance = read_document(document, tmp_path)
        network = build_network(instance)
        dropped += len(all_routes(instance, network)) - len(candidate_routes(instance, network))
        for routes in (candidate_routes, all_routes):
            monkeypatch.setattr(path_form, "candidate_routes", routes)
            objective = solve_instance(instance, formulation).objective
            assert objective == pytest.approx(cost, rel=1e-6), (seed, routes.__name__)
    assert dropped > 0


def plain_dominance(instance: Instance, network: Network) -> CandidateRoutes:
    """Drop every route over two hubs of which one alone is no dearer, no slower and no dirtier, and ask no more."""
    routes = all_routes(instance, network)
    measures = np.column_stack((routes.cost, routes.time_h, routes.co2e))
    keys = zip(routes.commodity.tolist(), routes.first_hub.tolist(), routes.last_hub.tolist(), strict=True)
    row_of = {key: row for row, key in enumerate(keys)}
    kept = []
    for (r, first, last), row in row_of.items():
        alone = [row_of[r, hub, hub] for hub in {first, last} if first != last and (r, hub, hub) in row_of]
        if not any((measures[other] <= measures[row]).all() for other in alone):
            kept.append(row)
    return CandidateRoutes(*(getattr(routes, name)[kept] for name in COPIES))


TWO_HUBS: dict[str, Any] = {
    "format": "netdesign.instance/1",
    "name": "two hubs",
    "parcel": {"weight_kg": 1},
    "streams": {"freight": {}},
    "tables": {
        "cities": [{"id": "a"}, {"id": "b"}],
        "hubs": [
            {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 0},
            {"id": "B", "status": "existing", "fixed_cost_eur_per_year": 0},
        ],
    },
}


def legs(*rows: tuple[str, str, float]) -> list[dict[str, Any]]:
    return [{"from": start, "to": end, "cost_eur_per_t": cost} for start, end, cost in rows]


def two_hubs_under_a_lane_minimum() -> dict[str, Any]:
    """Two cities, 60 t each from overseas, and a lane minimum of 100 t: only one of the two lanes can fly."""
    tables = {
        "overseas": [{"id": "G"}],
        "links": [{"from": "G", "to": hub, "mode": "air", "km": 9000, "hours": 10} for hub in "AB"],
        "legs": legs(("A", "a", 10), ("B", "b", 10), ("A", "B", 20), ("B", "A", 20), ("A", "b", 100), ("B", "a", 100)),
        "demand": [{"origin": "G", "destination": city, "volume_t_per_year": 60} for city in "ab"],
    }
    air = {"inbound_rate_eur_per_kg": 0.3, "outbound_rate_eur_per_kg": 0.3, "distance_share": 0}
    air |= {"reference_distance_km": 9000, "block_speed_kmh": 850, "routing_factor": 1, "fixed_h": 0}
    lane = {"flights_per_week": 2, "payload_t": 1, "load_factor": 1, "weeks_per_year": 50}
    return TWO_HUBS | {"air": air, "policies": {"air_lane": lane}, "tables": TWO_HUBS["tables"] | tables}


def two_hubs_under_a_throughput_minimum() -> dict[str, Any]:
    """One commodity of 100 t from a to b, all of which must enter at A."""
    tables = {
        "legs": legs(("a", "A", 5), ("a", "B", 5), ("A", "B", 5), ("B", "b", 5), ("A", "b", 45)),
        "demand": [{"origin": "a", "destination": "b", "volume_t_per_year": 100}],
    }
    minimum = {"counts": "all", "hubs": [{"site": "A", "tonnes_per_year": 100}]}
    return TWO_HUBS | {"policies": {"minimum_throughput": minimum}, "tables": TWO_HUBS["tables"] | tables}


@pytest.mark.parametrize(
    ("document", "optimum", "without_condition"),
    [
        # Lane to A: a by A at 300 + 10, b by A and B at 300 + 20 + 10, each 60 t; lane to B the same the other way.
        # Plain dominance drops A and B for b, since B alone is cheaper; what is left over A costs 300 + 100.
        (two_hubs_under_a_lane_minimum(), 60 * 310 + 60 * 330, 60 * 310 + 60 * 400),
        # In at A, out at B: 5 + 5 + 5. B alone costs 5 + 5 and replaces it, but enters at B; A alone costs 5 + 45.
        (two_hubs_under_a_throughput_minimum(), 100 * 15, 100 * 50),
    ],
    ids=["air_lane", "minimum_throughput"],
)
def test_plain_dominance_would_lose_the_optimum(
    document, optimum, without_condition, formulation, monkeypatch, tmp_path
):
    """The conditions on lanes and minima are there for a reason: without them these instances cost more."""
    instance = read_document(document, tmp_path)
    costs = []
    for routes in (candidate_routes, all_routes, plain_dominance):
        monkeypatch.setattr(path_form, "candidate_routes", routes)
        costs.append(solve_instance(instance, formulation).objective)
    assert costs == pytest.approx([optimum, optimum, without_condition])
    assert BruteForce(document).solve().cost == pytest.approx(optimum)


def test_a_hub_that_is_open_for_certain_replaces_routes_only_while_nothing_couples_commodities(tmp_path):
    """Existing A serves a to b as cheaply as any; a capacity brings back the routes over B."""
    document = TWO_HUBS | {"tables": dict(TWO_HUBS["tables"])}
    document["tables"] |= {
        # Over A 5 + 5, over B 6 + 6: nobody needs B, which is a candidate here.
        "hubs": [TWO_HUBS["tables"]["hubs"][0], {"id": "B", "fixed_cost_eur_per_year": 7}],
        "legs": legs(("a", "A", 5), ("A", "b", 5), ("a", "B", 6), ("B", "b", 6)),
        "demand": [{"origin": "a", "destination": "b", "volume_t_per_year": 100}],
    }
    free = read_document(document, tmp_path)
    assert len(candidate_routes(free, build_network(free))) == 1
    assert solve_instance(free).objective == pytest.approx(100 * 10)
    document["policies"] = {"capacity": {}}
    document["tables"]["hubs"] = [
        TWO_HUBS["tables"]["hubs"][0] | {"capacity_t_per_year": 40},
        document["tables"]["hubs"][1],
    ]
    limited = read_document(document, tmp_path)
    assert len(candidate_routes(limited, build_network(limited))) == 2
    # 40 t over A, 60 t over B, and B is built.
    assert solve_instance(limited).objective == pytest.approx(40 * 10 + 60 * 12 + 7)
