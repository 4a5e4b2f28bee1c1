"""An answer about vehicles also has what the same instance answers by the tonne."""

from __future__ import annotations

import json
from typing import Any

import pytest

from netdesign.analysis import linear
from netdesign.analysis.call import Call
from netdesign.analysis.linear import linear_reading
from netdesign.analysis.network_searches import network_searches
from netdesign.analysis.problem import load_problem
from netdesign.report.sentences import Asked, answer_lines
from netdesign.report.stopped_sentences import closing_lines
from netdesign.results.document import ResultDocument
from netdesign.solve.core.limits import SolveLimits, Watch

OTHERWISE = "Priced by the tonne, as if vehicles were always full and nobody waited, the answer would be:"


@pytest.fixture
def solved(tmp_path, netdesign):
    """Return the answer on tiny-vehicles, as text and as data."""
    file = tmp_path / "result.json"
    ended = netdesign("solve", "tiny-vehicles", "-o", file, "--quiet")
    assert ended.code == 0
    return ended.out, json.loads(file.read_text(encoding="utf-8"))


def test_it_is_the_answer_of_the_instance_without_services(solved, netdesign):
    ended = netdesign("solve", "tiny-vehicles", "--set", "services=null", "--format", "json")
    plain, linear = json.loads(ended.out), solved[1]["linear"]
    assert linear["steps"] == plain["steps"]
    for stated, network in zip(linear["networks"], plain["networks"], strict=True):
        assert stated["objective"] == pytest.approx(network["objective"])
    assert "linear" not in plain
    assert OTHERWISE not in ended.out


def test_it_stands_in_the_text_where_it_is_another(solved, netdesign):
    """At half the volume both readings say that no further hub pays, with the same hubs."""
    lines = solved[0].splitlines()
    place = lines.index(OTHERWISE)
    assert lines[place + 1].startswith(
        "  A second hub does not pay: the best, B + D, costs EUR 20,000 a year more than B"
    )
    assert not lines[place + 2]  # that a third hub does not pay is no other answer
    assert OTHERWISE not in netdesign("solve", "tiny-vehicles", "--set", "volume_factor=0.5").out


def test_it_does_not_stand_there_where_only_the_hub_that_does_not_pay_is_another(netdesign):
    solved = netdesign("solve", "tiny-vehicles", "--set", "volume_factor=0.5", "--format", "json")
    document = json.loads(solved.out)
    assert [step["verdict"] for step in document["linear"]["steps"]] == ["does_not_pay", "does_not_pay"]
    document["linear"]["networks"][1]["open_hubs"] = ["B", "E"]
    assert document["networks"][1]["plan"]["open_hubs"] != ["B", "E"]
    assert OTHERWISE not in answer_lines(ResultDocument.model_validate(document), Asked((), 1, 1))


def test_it_is_left_out_where_nothing_has_a_price_by_the_tonne(netdesign):
    document = json.loads(
        netdesign("solve", "tiny-vehicles", "--set", "road.cost_eur_per_km=0", "--format", "json").out
    )
    assert "linear" not in document


def changed(data: dict[str, Any], folder: Any, **changes: Any) -> Any:
    """Write the result with a changed network of two hubs by the tonne."""
    copy = json.loads(json.dumps(data))
    copy["linear"]["networks"][1] |= changes
    file = folder / "changed.json"
    file.write_text(json.dumps(copy), encoding="utf-8")
    return file


def test_verify_refuses_steps_that_do_not_follow_from_it(solved, netdesign, tmp_path):
    ended = netdesign("verify", "tiny-vehicles", changed(solved[1], tmp_path, objective=400_000.0, bound=400_000.0))
    assert ended.code == 7
    assert "linear: step from 1 to 2 hubs: verdict: states does_not_pay" in ended.out


def test_verify_refuses_hubs_that_do_not_exist(solved, netdesign, tmp_path):
    ended = netdesign("verify", "tiny-vehicles", changed(solved[1], tmp_path, open_hubs=["B", "Z"]))
    assert ended.code == 7
    assert "linear: network of 2 hubs: open_hubs: Z: there is no such site" in ended.out


def test_prove_solves_it_again(solved, netdesign, tmp_path):
    """The steps are made to fit, so that only a second solve can tell."""
    copy = json.loads(json.dumps(solved[1]))
    copy["linear"]["networks"][1] |= {"objective": 410_000.0, "bound": 410_000.0}
    for step, saving in zip(copy["linear"]["steps"], (-4_500.0, -115_500.0), strict=True):
        step.update(dict.fromkeys(("saving", "saving_at_least", "saving_at_most"), saving))
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(copy), encoding="utf-8")
    assert netdesign("verify", "tiny-vehicles", file).code == 0
    ended = netdesign("verify", "tiny-vehicles", file, "--prove")
    assert ended.code == 7
    assert "linear: network of 2 hubs: objective: states 410000.00; another engine proves" in ended.out


def test_verify_refuses_a_reading_of_fewer_networks(solved, netdesign, tmp_path):
    copy = json.loads(json.dumps(solved[1]))
    for part in copy["linear"].values():
        part.pop()
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(copy), encoding="utf-8")
    ended = netdesign("verify", "tiny-vehicles", file)
    assert ended.code == 7
    assert "linear: networks: have 1, 2 hubs; those with vehicles have 1, 2, 3" in ended.out


def test_prove_operates_its_hubs_again(netdesign, tmp_path):
    """Under a dearer E, which otherwise ties with D by the tonne."""
    file = tmp_path / "result.json"
    netdesign("solve", "tiny-vehicles", "--set", "hubs.E.fixed_cost_eur_per_year=110000", "-o", file, "--quiet")
    data = json.loads(file.read_text(encoding="utf-8"))
    assert netdesign("verify", "tiny-vehicles", file, "--prove").code == 0
    ended = netdesign("verify", "tiny-vehicles", changed(data, tmp_path, open_hubs=["B", "E"]), "--prove")
    assert ended.code == 7
    assert (
        "linear: network of 2 hubs: objective: states 425500.00; its hubs do it for no less than 435500.00 EUR/year"
        in ended.out
    )


def test_it_is_not_begun_where_the_time_is_over(monkeypatch):
    """The model of a large instance takes seconds to build, which nothing would come of."""
    watch = Watch(SolveLimits())
    question = load_problem("tiny-vehicles", Call()).question(watch)
    watch.stopped.set()
    monkeypatch.delattr("netdesign.analysis.linear.by_the_tonne")
    assert linear_reading(question) == (None, False)


def test_nothing_is_missed_without_vehicles():
    watch = Watch(SolveLimits())
    watch.stopped.set()
    assert linear_reading(load_problem("tiny", Call()).question(watch)) == (None, True)


STOPPED = "An interruption ended the search for what would be best by the tonne; all else is answered."


def test_a_reading_that_was_stopped_is_named(netdesign, tmp_path, monkeypatch):
    """A stop that comes when all with vehicles is answered."""

    def stopped(question, engine):
        question.watch.stopped.set()
        return network_searches(question, engine)

    file = tmp_path / "result.json"
    with monkeypatch.context() as patched:
        patched.setattr(linear, "network_searches", stopped)
        ended = netdesign("solve", "tiny-vehicles", "-o", file, "--quiet")
    assert ended.code == 0
    assert STOPPED in " ".join(ended.out.split())
    document = json.loads(file.read_text(encoding="utf-8"))
    assert (document["linear_ending"], "linear" in document) == ("interrupted", False)
    assert netdesign("verify", "tiny-vehicles", file).code == 0
    assert netdesign("solve", "tiny-vehicles", "-o", file, "--resume", "--quiet").code == 0
    document = json.loads(file.read_text(encoding="utf-8"))
    assert ("linear_ending" in document, "linear" in document) == (False, True)


def test_it_is_said_once_where_the_search_was_stopped_before(solved):
    document = solved[1] | {"termination": "time_limit", "linear": None, "linear_ending": "time_limit"}
    lines = closing_lines(ResultDocument.model_validate(document))
    assert lines == [
        "The search was ended by the time limit; what is shown is the best found so far, with what its bounds prove.",
        "What would be best by the tonne is not known.",
    ]
    assert closing_lines(ResultDocument.model_validate(document | {"linear_ending": None})) == lines[:1]


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [
        ("tiny-vehicles", {"linear_ending": "time_limit"}, "is stated beside a whole answer by the tonne"),
        ("tiny-vehicles", {"linear": None, "linear_ending": "optimal"}, "states optimal, which stops nothing"),
        ("tiny", {"linear_ending": "time_limit"}, "is stated, though the instance has no services"),
    ],
)
def test_an_ending_that_cannot_be_is_contradicted(name, changes, text, netdesign, tmp_path):
    file = tmp_path / "result.json"
    netdesign("solve", name, "-o", file, "--quiet")
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    assert netdesign("verify", name, file) == (7, f"contradicted: linear_ending: {text}\n", "")


def test_the_best_by_the_tonne_is_called_so_where_that_is_proven(solved):
    document = solved[1] | {"steps": [], "networks": solved[1]["networks"][:1]}
    network = solved[1]["linear"]["networks"][1]
    for ending, best in (("optimal", "best network"), ("time_limit", "best network found so far")):
        document["linear"] = {"steps": [], "networks": [network | {"termination": ending}]}
        lines = answer_lines(ResultDocument.model_validate(document), Asked((), 1, 1))
        assert lines[-1].startswith(f"  The {best} with 2 hubs is B + D, EUR ")
