"""The runner-up is the second best of all that the verdict speaks of, or the sentence says of which it is the best."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from random import Random

import pytest

import netdesign as nd
from netdesign.analysis import network_searches
from tests.support.small_brute import SmallProblem
from tests.support.small_instances import write_instance

ENGINES = ("enumeration", "decomposition", "monolithic")


def wide(seed: object, sites: int = 7) -> dict:
    """Return cities with a site each, the first of which exists, of which any number may open."""
    draw = Random(f"runner-up {seed}")
    names = [f"C{number}" for number in range(sites)]
    places = {name: complex(draw.uniform(0, 100), draw.uniform(0, 100)) for name in names}
    pairs = [(a, b) for a in names for b in names if a != b]
    hubs = [{"id": name, "fixed_cost_eur_per_year": draw.randint(1000, 9000)} for name in names]
    hubs[0]["status"] = "existing"
    return {
        "format": "netdesign.instance/1",
        "name": "wide",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "factors": {"inter_hub": 0.5},
        "tables": {
            "cities": [{"id": name} for name in names],
            "hubs": hubs,
            "legs": [{"from": a, "to": b, "cost_eur_per_t": round(abs(places[a] - places[b]), 1)} for a, b in pairs],
            "demand": [{"origin": a, "destination": b, "volume_t_per_year": draw.randint(1, 20)} for a, b in pairs],
        },
    }


@cache
def ranked_of(text: str) -> list[tuple[float, tuple[str, ...]]]:
    """Return all permitted sets with their costs, cheapest first, by brute force."""
    brute = SmallProblem(json.loads(text))
    existing = {hub["id"] for hub in json.loads(text)["tables"]["hubs"] if hub.get("status") == "existing"}
    return sorted((brute.value(hubs), hubs) for hubs in brute.hub_sets() if existing <= set(hubs))


def ranked(document: dict) -> list[tuple[float, tuple[str, ...]]]:
    """Return the same of a document as a dict."""
    return ranked_of(json.dumps(document))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [0, 3])
def test_over_a_wide_range_the_runner_up_may_have_any_number_of_hubs(seed, engine, tmp_path, netdesign, monkeypatch):
    monkeypatch.setattr(network_searches, "MOST_OF_SMALL", network_searches.MOST_NUMBERS)
    document = wide(seed)
    if seed == 3:
        document["policies"] = {"exclusive": [{"name": "either", "sites": ["C1", "C2", "C3"]}]}
    first, second = ranked(document)[:2]
    assert len(first[1]) != len(second[1]), "else a search of one number would do"
    path, result = write_instance(tmp_path, document), tmp_path / "result.json"
    ended = netdesign("solve", path, "--engine", engine, "--quiet", "-o", result)
    best = json.loads(result.read_text(encoding="utf-8"))["networks"][-1]
    assert set(best["plan"]["open_hubs"]) == set(first[1])
    assert best["runner_up"]["objective"] == pytest.approx(second[0], rel=1e-6)
    assert set(best["runner_up"]["open_hubs"]) == set(second[1])
    assert f"Runner-up: {' + '.join(second[1])}, EUR " in ended.out
    assert netdesign("verify", path, result, "--prove").code == 0


def test_a_runner_up_that_is_no_second_best_is_contradicted_by_the_proof(tmp_path, netdesign, monkeypatch):
    monkeypatch.setattr(network_searches, "MOST_OF_SMALL", network_searches.MOST_NUMBERS)
    document = wide(0)
    first, *others = ranked(document)
    price, hubs = next(other for other in others[1:] if len(other[1]) == len(first[1]))
    path, result = write_instance(tmp_path, document), tmp_path / "result.json"
    netdesign("solve", path, "--quiet", "-o", result)
    found = json.loads(result.read_text(encoding="utf-8"))
    found["networks"][-1]["runner_up"] |= {"objective": price, "bound": price, "open_hubs": list(hubs)}
    result.write_text(json.dumps(found), encoding="utf-8")
    ended = netdesign("verify", path, result, "--prove")
    assert ended.code == 7
    assert "runner_up.bound: states" in ended.out


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_answers_name_the_second_best_of_all_numbers_of_hubs(seed, exists, tmp_path):
    """Where no hub exists yet too, and also where today's network is the best."""
    document = wide(seed, 5)
    if not exists:
        del document["tables"]["hubs"][0]["status"]
    elif seed % 2:
        for hub in document["tables"]["hubs"][1:]:
            hub["fixed_cost_eur_per_year"] = 90_000
    sets = ranked(document)
    first, second = sets[:2]
    answer = nd.solve(write_instance(tmp_path, document))
    assert set(answer.best.hubs) == set(first[1])
    found = answer.runner_up
    assert (found.objective, found.bound) == pytest.approx((second[0], second[0]), rel=1e-6)
    assert (set(found.open_hubs), found.termination) == (set(second[1]), "optimal")


def test_the_first_hub_has_a_sentence_where_none_exists(tmp_path):
    document = wide(1, 4)
    del document["tables"]["hubs"][0]["status"]
    (price, best), (second, other) = [found for found in ranked(document) if len(found[1]) == 1][:2]
    lines = nd.solve(write_instance(tmp_path, document)).sentences
    assert lines[0] == f"The best network with 1 hub is {best[0]}, EUR {price:,.0f} a year; proven."
    told = f"Runner-up with 1 hub: {other[0]}, EUR {second - price:,.0f} a year dearer; proven."
    assert told in lines


@pytest.mark.parametrize("seed", [2, 7])
def test_where_each_number_is_solved_a_better_one_with_another_number_is_named_first(seed, tmp_path, netdesign):
    """Up to five numbers stand side by side: the second best of all is the runner-up, that of as many hubs is told."""
    document = wide(seed) | {"policies": {"new_hubs": {"max": 4}}}
    of_five = [(price, hubs) for price, hubs in ranked(wide(seed)) if len(hubs) <= 5]
    first, second = of_five[:2]
    same = next((price, hubs) for price, hubs in of_five[1:] if len(hubs) == len(first[1]))
    out = netdesign("solve", write_instance(tmp_path, document), "--quiet").out
    assert f"Runner-up: {' + '.join(second[1])}, EUR " in out
    told = f"Runner-up with {len(same[1])} hubs: {' + '.join(same[1])}, EUR "
    assert (told in out) == (len(second[1]) != len(first[1]))
    assert all(told not in line or "Runner-up: " in before for before, line in pairwise(out.splitlines()))


def test_a_number_of_hubs_that_is_asked_for_has_a_runner_up_of_that_number(tmp_path, netdesign):
    document = wide(1)
    second = [found for found in ranked(document) if len(found[1]) == 3][1]
    out = netdesign("solve", write_instance(tmp_path, document), "--hubs", "3", "--quiet").out
    assert f"Runner-up: {' + '.join(second[1])}, EUR " in out


def test_a_runner_up_that_costs_the_same_is_said_to(tmp_path, netdesign):
    """Two sites in one place at one price."""
    document = wide(2, 3)
    hubs, legs = document["tables"]["hubs"], document["tables"]["legs"]
    hubs[1]["fixed_cost_eur_per_year"] = hubs[2]["fixed_cost_eur_per_year"] = 10
    for leg in legs:
        leg["cost_eur_per_t"] = 0.5 if {leg["from"], leg["to"]} == {"C1", "C2"} else 80.0
    for row in document["tables"]["demand"]:
        row["volume_t_per_year"] = 10
    out = netdesign("solve", write_instance(tmp_path, document), "--hubs", "2", "--quiet").out
    assert "Runner-up: C0 + C2, which costs the same; proven." in out
