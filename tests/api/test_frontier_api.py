"""Frontier from Python and from the command line: one answer, as sentences, tables, CSV, JSON and a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd
from netdesign.analysis.frontier import find_frontier
from netdesign.analysis.frontier_call import FrontierCall, Measure
from netdesign.analysis.verify import verify
from netdesign.results.frontier_document import FrontierDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent

HURRIED = {"streams.parcels.deadline_h": 7}
"""With so few hours for the freight of tiny-vehicles further departures and hubs are faster, and cost more."""


@pytest.fixture(scope="module")
def hurried():
    """An instance in which freight is late."""
    return nd.read("tiny-vehicles").with_values(HURRIED)


@pytest.fixture(scope="module")
def answer(hurried):
    """All of what time costs."""
    return nd.frontier(hurried, measures="cost,time", steps="all")


def test_an_answer_has_points_with_their_proof(answer):
    assert answer.is_complete
    assert answer.exit_code == 0
    assert answer.objective == answer.points[0].network.objective == answer.best.objective
    late = [point.late_t_per_year for point in answer.points]
    costs = [point.network.objective for point in answer.points]
    assert costs == sorted(costs)
    assert late == sorted(late, reverse=True)
    assert len(costs) > 1
    assert repr(answer) == f"<FrontierAnswer tiny-vehicles: {len(costs)} points, optimal>"
    assert "These are all points there are, but for savings under 0.0002 % of the cost; proven." in answer.sentences
    assert "nothing" in str(answer)
    assert answer.points[-1].network.open_hubs[0] in answer._repr_html_()


def test_what_a_point_costs_more_is_for_what_it_has_less(answer):
    first = answer.points[0]
    for point in answer.points[1:]:
        more = point.network.objective - first.network.objective
        points = 100 * (point.network.service.inside - first.network.service.inside)
        assert point.more_than_best == pytest.approx(more)
        assert point.eur_per_service_point == pytest.approx(more / points)
        assert point.eur_per_t_co2e is None
        assert point.co2e_bound_t_per_year is None


def test_freight_that_may_be_divided_has_points_without_end():
    instance = nd.read("tiny").with_values({"streams.parcels.deadline_h": 4})
    with pytest.raises(nd.UsageError, match="freight of tiny may be divided over routes, so that there are points"):
        nd.frontier(instance, measures="cost,time", steps="all")
    found = nd.frontier(instance, measures="cost,time", steps=4)
    assert [point.network.objective for point in found.points] == pytest.approx(
        [374_000, 383_000, 392_000, 401_000, 410_000]
    )
    assert [point.eur_per_service_point for point in found.points[1:]] == pytest.approx([900.0] * 4)


@pytest.mark.long
def test_steps_find_points_that_are_among_all(hurried, answer):
    stepped = nd.frontier(hurried, measures=["time", "cost"], steps=3)
    known = {round(point.network.objective, 2) for point in answer.points}
    assert {round(point.network.objective, 2) for point in stepped.points} <= known
    assert stepped.points[-1].late_t_per_year == pytest.approx(answer.points[-1].late_t_per_year)
    assert not stepped.is_complete
    assert stepped.document.options["steps"] == 3


def test_tables_and_csv_are_the_points(answer):
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [float(row["objective"]) for row in rows] == [point.network.objective for point in answer.points]
    assert list(answer.table["open_hubs"]) == [row["open_hubs"] for row in rows]


def test_prices_of_carbon_have_a_row_each():
    """At each price the network is that of a solve with the price, without which its cost is told."""
    instance, prices = nd.read("benelux"), (0.0, 150.0, 300.0, 400.0)
    found = nd.frontier(instance, price_carbon="0:400:150")
    assert found.document.measures == ["cost", "carbon"]
    assert list(found.table["carbon_price_eur_per_t"]) == list(prices)
    rows = zip(found.table["objective"], found.table["co2e_t_per_year"], prices, strict=True)
    priced = [cost + price * co2e for cost, co2e, price in rows]
    best = [
        nd.solve(instance.with_values({"policies.carbon": {"price_eur_per_t": price}})).objective
        for price in prices[1:]
    ]
    assert priced[1:] == pytest.approx(best, rel=1e-6)
    assert "The best network at each price of carbon" in str(found)
    assert "What lies between two prices was not looked at." in found.sentences
    assert nd.frontier(instance, price_carbon=(0, 400, 150)).to_dict()["points"] == found.to_dict()["points"]


def test_the_command_writes_what_python_answers(hurried, answer, netdesign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changes = [f"--set={path}={value}" for path, value in HURRIED.items()]
    call = (
        "frontier",
        "tiny-vehicles",
        "--measures",
        "cost,time",
        "--steps",
        "all",
        *changes,
        "-o",
        "f.json",
        "--quiet",
    )
    ended = netdesign(*call)
    assert ended.code == 0
    assert ended.out.splitlines()[0] == answer.sentences[0]
    written = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert written["points"] == answer.to_dict()["points"]
    assert netdesign("verify", "tiny-vehicles", "f.json").out == "plans true and feasible; bounds not re-proven\n"
    assert netdesign("verify", "tiny-vehicles", "f.json", "--prove", "--quiet").out == (
        "plans true and feasible; bounds proven again by another engine\n"
    )


# What is false in a result


@pytest.fixture(scope="module")
def document():
    """A result with several points."""
    call = FrontierCall(
        tuple(f"{path}={value}" for path, value in HURRIED.items()),
        measures=(Measure.COST, Measure.TIME),
        steps=None,
    )
    return find_frontier("tiny-vehicles", call, Watch(SolveLimits()))[1]


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return FrontierDocument.model_validate(data)


FALSE = {
    "cost of a point": (["points", 0, "network", "objective"], 1.0, "point 0: objective: states 1.0"),
    "late freight of a point": (["points", 1, "late_t_per_year"], 0.5, "point 1: late_t_per_year: states 0.5"),
    "what lies between": (["points", 1, "empty_up_to"], 1e9, "point 1: empty_up_to: states 1000000000.0"),
    "bound of a point": (["points", 1, "network", "bound"], 1.0, "point 1: "),
    "bound of a search": (["searches", 0, "bound"], 1e9, "search 0: bound: "),
    "point of a search": (["searches", 0, "point"], 99, "search 0: point: there is no 99 in points"),
    "infeasible": (["searches", 0, "termination"], "infeasible", "search 0: termination: states infeasible"),
    "price under 0": (["searches", 0, "late_price_eur_per_t"], -1.0, "search 0: prices and limits: are under 0"),
    "measures": (["measures"], ["cost", "carbon"], "measures: are not those of the call"),
    "top level": (["objective"], 1.0, "objective: states 1.0; the cheapest point has "),
    "left out": (["left_out"], 3, "termination: states optimal; not all searches were ended, or none has a plan"),
}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_contradicted(name, document):
    path, value, text = FALSE[name]
    assert verify("tiny-vehicles", document)[0].contradictions == ()
    contradictions = verify("tiny-vehicles", changed(document, path, value))[0].contradictions
    assert any(one.startswith(text) for one in contradictions), contradictions


def test_a_search_that_is_left_out_takes_its_proof_with_it(document):
    """Without what the last search has proven, a point is no longer alone as far as it states."""
    fewer = document.model_copy(update={"searches": document.searches[:2]})
    assert any("the searches give" in text for text in verify("tiny-vehicles", fewer)[0].contradictions)


@pytest.mark.long
def test_a_false_bound_is_found_by_proving_again(document):
    """Another engine has the plan that the bound of a search denies."""
    _, prove = verify("tiny-vehicles", document)
    assert prove(Watch(SolveLimits()), silent).contradictions == ()
    place = next(number for number, one in enumerate(document.searches) if one.point == 1)
    _, prove = verify("tiny-vehicles", changed(document, ["searches", place, "bound"], 518_000.0))
    contradictions = prove(Watch(SolveLimits()), silent).contradictions
    (contradiction,) = contradictions
    # Behind the point there is the price that breaks ties, which is worth some cents.
    assert contradiction.startswith(f"search {place}: bound: states 518000.00; another engine has a plan for 510500.")
