"""A question that is too large is refused, and is told which size would be taken, and by which engine."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import ExitCode, SizeError
from netdesign.formulation import path_form, protocol
from netdesign.instance import read_instance
from netdesign.network import build_network, candidate_routes, candidates
from netdesign.solve import enumerable, enumeration, monolithic, set_prices
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.registry import ONE_YEAR

SHARED = "benelux --set problem.allocation=single --set policies.service.share=0.1"
"""Decomposition states no shares in time where each city has one hub."""

BENELUX = "the question has 17 cities, 6 sites that may open, 49 commodities and {} sets of hubs in all"
TINY = "the question has 5 cities, 2 sites that may open, 4 commodities and 4 sets of hubs in all"
SETS = "enumeration takes 10 sets of hubs at most; there are 15 of 3 hubs"
MODEL = "the model would have 441 variables; at most 250 are built"
MODEL_OF_ONE = "the model would have 2,373 variables; at most 250 are built"
PARTS = (
    "the model with services would have 36 routes; at most 20 are built, and parts of the sites with fewer are more "
    "than 0: let fewer of them open (--max-new, --close)"
)
ROUTES = "there are 2,401 routes to price; at most 700 are"
HELD = "enumeration holds 30 route values at most; this instance has 36"


def limited(monkeypatch, limits: dict[str, int]) -> None:
    """Set the largest sizes that are taken."""
    for name, value in limits.items():
        for module in (protocol, candidates, enumerable, enumeration, monolithic, set_prices):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize(
    ("limits", "call", "message"),
    [
        pytest.param(
            {"MOST_VARIABLES": 250},
            "benelux --max-new 2 --engine monolithic",
            f"{MODEL}; {BENELUX.format(22)}. Taken would be: all of it by --engine enumeration",
            id="another engine",
        ),
        pytest.param(
            {"MOST_VARIABLES": 250, "MOST_SETS": 10},
            f"{SHARED} --max-new 2 --engine enumeration",
            f"{SETS}; {BENELUX.format(22)}. Taken would be: --max-new 1 by --engine enumeration",
            id="fewer new hubs",
        ),
        pytest.param(
            {"MOST_VARIABLES": 250, "MOST_SETS": 10},
            f"{SHARED} --hubs 3 --engine enumeration",
            f"{SETS}; {BENELUX.format(15)}. Taken would be: --max-new 1 by --engine enumeration",
            id="fewer new hubs, where a number is asked for",
        ),
        pytest.param(
            {"MOST_VARIABLES": 250, "MOST_SETS": 10},
            f"{SHARED} --max-new 2 --engine monolithic",
            f"{MODEL_OF_ONE}; {BENELUX.format(22)}. Taken would be: --max-new 1 by --engine enumeration",
            id="fewer new hubs, and not one site of seven",
        ),
        pytest.param(
            {"MOST_CELLS": 1400, "MOST_SETS": 10, "MOST_VARIABLES": 1400},
            f"{SHARED} --max-new 2 --engine monolithic",
            f"{ROUTES.replace('700', '1,400')}; {BENELUX.format(22)}. Taken would be: --max-new 1 by --engine "
            "enumeration; or about 5 of the sites (--close) by --engine monolithic",
            id="fewer new hubs, or fewer sites",
        ),
        pytest.param(
            {"MOST_SETS": 10},
            f"{SHARED} --max-new 2 --engine enumeration",
            f"{SETS}; {BENELUX.format(22)}. Taken would be: all of it by --engine monolithic",
            id="the model",
        ),
        pytest.param(
            {"MOST_CELLS": 700, "MOST_SETS": 1, "MOST_VARIABLES": 700},
            f"{SHARED} --max-new 2 --engine monolithic",
            f"{ROUTES}; {BENELUX.format(22)}. Taken would be: about 3 of the sites (--close) by --engine monolithic",
            id="fewer sites",
        ),
        pytest.param(
            {"MOST_SETS": 10},
            "benelux --max-new 2 --engine enumeration",
            f"{SETS}; {BENELUX.format(22)}. Taken would be: all of it by --engine decomposition",
            id="decomposition",
        ),
        pytest.param(
            {"MOST_CELLS": 30},
            "tiny --engine enumeration --set problem.objective=longest_time",
            f"{HELD}; {TINY}. Taken would be: all of it by --engine monolithic",
            id="other objectives",
        ),
        pytest.param(
            {"MOST_ROUTES": 20, "FEW_ROUTES": 1, "MOST_PARTS": 0},
            "tiny-vehicles --engine monolithic",
            f"{PARTS}; {TINY}. Taken would be: all of it by --engine enumeration",
            id="vehicles",
        ),
    ],
)
def test_the_message_says_what_would_be_taken(limits, call, message, netdesign, monkeypatch):
    limited(monkeypatch, limits)
    ended = netdesign("solve", *call.split(), "--quiet")
    assert ended.code == ExitCode.USAGE
    assert ended.err.splitlines()[-1] == f"netdesign: too large: {message}"


@pytest.mark.parametrize(
    ("limits", "call"),
    [
        ({"MOST_VARIABLES": 250}, {"max_new": 2, "engine": "enumeration"}),
        ({"MOST_VARIABLES": 250, "MOST_SETS": 10}, {"max_new": 1, "engine": "enumeration"}),
        ({"MOST_SETS": 10}, {"max_new": 2, "engine": "monolithic"}),
        ({"MOST_VARIABLES": 250}, {"close": ["MST", "AMS", "BRU", "OST"], "engine": "monolithic"}),
    ],
)
def test_what_is_advised_is_taken(limits, call, monkeypatch):
    limited(monkeypatch, limits)
    assert nd.solve("benelux", **call).termination == "optimal"


def test_what_the_model_is_too_large_for_is_enumerated_without_being_asked_for(monkeypatch):
    few = {"FEW_WITH_CITIES": 1, "FEW_OPERATED": 1}
    chosen = []
    for limits in (few, few | {"MOST_ROUTES": 20, "FEW_ROUTES": 1, "MOST_PARTS": 0}):
        limited(monkeypatch, limits)
        chosen.append(ONE_YEAR.choose("auto", read_instance(catalogue.instances()["tiny-vehicles"])))
    assert [choice.name for choice in chosen] == ["monolithic", "enumeration"]
    assert chosen[-1].reason == "4 sets of hubs are many, but the model of all sites is too large"


def test_parts_of_the_sites_are_no_larger_than_what_is_built(monkeypatch):
    """With all new hubs but one there are few parts, each nearly as large as all sites."""
    limited(monkeypatch, {"MOST_ROUTES": 10, "FEW_ROUTES": 1})
    with pytest.raises(SizeError, match="parts of the sites with fewer are more than 1,000"):
        nd.solve("tiny-vehicles", engine="monolithic", max_new=1)


def test_too_many_sets_are_refused_before_any_number_is_answered(monkeypatch):
    """Not after minutes for the numbers before."""
    limited(monkeypatch, {"MOST_SETS": 10})
    searched: list[str] = []
    usual = Enumeration.solve

    def recorded(engine, search):
        searched.append(search.task)
        return usual(engine, search)

    monkeypatch.setattr(Enumeration, "solve", recorded)
    with pytest.raises(SizeError):
        nd.solve("benelux", max_new=2, engine="enumeration")
    assert searched == ["3 hubs"]


def test_python_reads_the_same_with_its_keywords(monkeypatch):
    limited(monkeypatch, {"MOST_VARIABLES": 250, "MOST_SETS": 10})
    single = {"problem.allocation": "single", "policies.service.share": 0.1}
    with pytest.raises(SizeError, match=r"Taken would be: max_new 1 by engine enumeration$"):
        nd.solve("benelux", max_new=2, engine="enumeration", set=single)


@pytest.mark.parametrize("name", ["tiny", "benelux", "europe-linear"])
def test_the_number_of_routes_is_estimated_within_some_per_cent(name):
    """It is exact where all commodities are drawn."""
    instance = read_instance(catalogue.instances()[name])
    network = build_network(instance)
    number = len(candidate_routes(instance, network))
    tolerance = 0.0 if name != "europe-linear" else 0.1
    assert candidates.number_of_candidates(instance, network) == pytest.approx(number, rel=tolerance)


def test_a_model_that_is_certainly_too_large_is_refused_before_its_routes_are_priced(netdesign, monkeypatch):
    limited(monkeypatch, {"MOST_VARIABLES": 20_000})
    monkeypatch.setattr(path_form, "MOST_VARIABLES", 20_000)

    def of_few(instance, network):
        assert len(instance.allowed) == 1
        return candidate_routes(instance, network)

    monkeypatch.setattr(path_form, "candidate_routes", of_few)
    ended = netdesign("solve", "europe-linear", "--max-new", "1", "--engine", "monolithic", "--quiet")
    start = "netdesign: too large: the model would have about 30,000 variables; at most 20,000 are built; "
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err.splitlines()[-1].startswith(start)  # after the warnings about the instance
