"""What explain says, in which words, and what verify contradicts in an explanation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.analysis.explain.finder import PlanFinder
from netdesign.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

SHUT: dict[str, Any] = {"set": {"policies.service": {"share": 1}}, "close": ["D", "E"]}
"""Options under which no network of tiny keeps all policies: without D and E a fifth of the freight is late."""

TWO_SETS: dict[str, Any] = {
    "set": {"policies.fixed_cost_cap_eur_per_year": 10_000, "policies.service": {"share": 1}},
    "hubs": 2,
}
"""Options under which a cap clashes with two other policies, each by itself."""


@pytest.fixture(scope="module")
def shut() -> nd.ExplainAnswer:
    return nd.explain("tiny", **SHUT)


def test_policies_and_how_far_each_has_to_give(shut):
    assert shut.sentences == (
        "No plan is permitted; proven.",
        "One least set of policies clashes, and there is no other; proven.",
        "1. forbidden sites and service clash.",
        "forbidden sites, D: there is a plan if it may open.",
        "forbidden sites, E: there is a plan if it may open.",
        "service: at most 80.00 % can be had; 100.00 % is asked.",
        "There is a plan without forbidden sites; or without service.",
    )
    assert (shut.exit_code, shut.is_feasible, shut.is_complete) == (ExitCode.INFEASIBLE, False, True)
    assert shut.enough == [["forbidden"], ["service"]]
    assert shut.table["open_hubs"] == ["B+D", "B+E", "B"]


def test_a_figure_that_had_too_little_time_has_what_others_leave(shut, monkeypatch):
    within, parts = PlanFinder.within, []

    def first_none(finder: PlanFinder, seconds: float) -> PlanFinder:
        parts.append(seconds)
        return within(finder, 0.0 if len(parts) == 1 else seconds)

    monkeypatch.setattr(PlanFinder, "within", first_none)
    assert nd.explain("tiny", time_limit=3600, **SHUT).sentences == shut.sentences
    assert len(parts) == 4
    assert parts[0] < 3600 / 2 < parts[3]


def test_a_figure_is_told_for_its_set_where_more_has_to_give():
    found = nd.explain("tiny", **TWO_SETS)
    assert found.sentences == (
        "No plan is permitted; proven.",
        "2 least sets of policies clash, and there is no other; proven.",
        "1. service and fixed cost cap clash.",
        "service: at most between 80.00 and 80.04 % can be had; 100.00 % is asked, with fixed cost cap alone.",
        "fixed cost cap: at least 100,000 EUR/year is needed; 10,000 EUR/year is permitted.",
        "2. fixed cost cap and number of hubs clash.",
        "fixed cost cap: at least 100,000 EUR/year is needed; 10,000 EUR/year is permitted.",
        "number of hubs: at most 1 hub can be had; 2 are asked, with fixed cost cap alone.",
        "There is a plan without fixed cost cap; or without service and number of hubs.",
    )


def test_a_closed_site_that_is_required_may_open_still_once_it_need_not():
    """If it were shut again, the number of hubs would clash by itself."""
    closed = {"hubs.D.status": "closed", "hubs.E.status": "closed"}
    too_soon = {"streams.parcels.deadline_h": 1, "policies.service": {"share": 1}}
    found = nd.explain("tiny", set=closed | too_soon, open=["D"], hubs=2)
    assert [clash.policies for clash in found.clashes] == [["service"]]
    assert found.enough == [["service"]]


def test_a_list_that_ends_early_says_so():
    found = nd.explain("tiny", most=1, **TWO_SETS)
    assert found.sentences[1] == "One least set of policies clashes; there may be others."
    assert found.sentences[-1] == "Not finished: whether other sets clash; the list ends at --most 1."
    assert not found.is_complete


def test_a_feasible_instance_says_so(netdesign):
    ended = netdesign("explain", "tiny", "--quiet")
    assert ended.code == ExitCode.ANSWERED
    assert ended.out.splitlines()[:2] == [
        "A plan is permitted, and nothing clashes: B is one.",
        "The deadline has a price, so that it forbids no plan: what is late pays the penalty.",
    ]


def test_a_feasible_instance_with_a_priced_deadline_says_how_many_are_always_late():
    found = nd.explain("tiny", set={"streams.parcels.deadline_h": 1})
    assert found.sentences == (
        "A plan is permitted, and nothing clashes: B is one.",
        "The deadline has a price, so that it forbids no plan: what is late pays the penalty; 4 commodities are late "
        "in every network.",
    )


def test_a_hard_deadline_is_a_policy_that_is_kept():
    found = nd.explain("tiny", set={"streams.parcels": {"deadline": "hard", "deadline_h": 99}})
    assert found.sentences == ("A plan is permitted, and nothing clashes: B keeps every policy in force (deadline).",)


def test_without_time_nothing_is_known():
    found = nd.explain("tiny", time_limit=1e-6, **SHUT)
    assert found.exit_code == ExitCode.STOPPED_WITHOUT_PLAN
    assert found.sentences == (
        "Whether a plan is permitted is not known: the time limit ended the search before a plan or a proof was found.",
    )


def test_what_has_a_price_is_never_blamed():
    """The deadline of tiny has a late penalty, and a take-or-pay minimum can be paid."""
    priced = {"counts": "all", "hubs": [{"site": "B", "share": 1, "shortfall_eur_per_t": 5}]}
    found = nd.explain("tiny", **SHUT | {"set": SHUT["set"] | {"policies.minimum_throughput": priced}})
    assert [clash.policies for clash in found.clashes] == [["forbidden", "service"]]


def test_a_model_file_of_ones_own_is_refused(tmp_path):
    (tmp_path / "own.py").write_text("def build(instance, network): ...\ndef read_plan(model): ...\n", encoding="utf-8")
    message = "what a model file of one's own permits is not told in policies; leave it out"
    with pytest.raises(nd.UsageError, match=message):
        nd.explain("tiny", model=tmp_path / "own.py")


def test_the_csv_has_a_row_for_each_figure(shut):
    lines = shut.to_csv().splitlines()
    assert lines[0] == "clash,policies,policy,subject,kind,unit,asked,kept,value,refused,open_hubs"
    assert lines[3] == "1,forbidden+service,service,,share,1,1.0,all,0.8,0.8,B"


def test_solve_ends_with_the_short_form(shut):
    found = nd.solve("tiny", **SHUT)
    assert found.exit_code == ExitCode.INFEASIBLE
    assert found.document.clash == shut.clashes[0].policies
    assert found.sentences == (
        "No permitted network is feasible: forbidden sites and service clash; proven.",
        "`netdesign explain` says what else clashes, and how far each policy has to give.",
    )


def test_another_engine_confirms_it(shut):
    again = nd.verify("tiny", shut, prove=True)
    assert (again.contradictions, again.is_proven, again.is_by_another) == ((), True, True)
    assert "clash of forbidden + service without service: solved again; a plan" in again.proofs
    assert "service share nearer than 0.8: solved again; no plan" in again.proofs


def test_a_result_file_is_kept_and_read_again(shut, tmp_path, netdesign):
    file = tmp_path / "why.json"
    shut.save(file)
    ended = netdesign("verify", "tiny", file)
    assert (ended.code, ended.out) == (
        ExitCode.ANSWERED,
        "explanation true to the instance; clashes not searched again\n",
    )
    with pytest.raises(nd.UsageError, match="holds a result of `netdesign explain`; name another file"):
        nd.solve("tiny").save(file)
    with pytest.warns(UserWarning, match="holds a better answer to the same question and stays as it is"):
        nd.explain("tiny", time_limit=1e-6, **SHUT).save(file)


FALSE: dict[str, tuple[dict[str, Any], str]] = {
    "more than least": ({"clashes": [["forbidden"]]}, "clashes: forbidden + service is not least, or stands twice"),
    "a policy that is not in force": ({"clashes": [["carbon", "service"]]}, "clashes: carbon is not in force"),
    "a way out that is none": ({"enough": [[]]}, "enough: nothing leaves the clash of forbidden + service"),
    "feasible": ({"is_feasible": True}, "clashes: are stated though no infeasibility is"),
    "a value that is stricter than what is refused": (
        {"value": 0.9},
        "service share: refused: 0.8 is not between 1.0, which is asked, and 0.9",
    ),
    "another thing asked": ({"asked": 0.9}, "service share: asked: states 0.9 1; the instance says 1.0 1"),
    "hubs that are none": ({"open_hubs": ["B", "X"]}, "open_hubs: X: there is no such site"),
    "not finished": ({"value": 0.7}, "service share: is_finished: states so at 0.7 and 0.8"),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_explanation_is_contradicted(name, shut, tmp_path):
    changes, text = FALSE[name]
    data = json.loads(shut.to_json())
    for key, value in changes.items():
        if key == "clashes":
            data["clashes"] += [{"policies": policies, "is_least": True, "figures": []} for policies in value]
        elif key in data:
            data[key] = value
        else:
            data["clashes"][0]["figures"][-1][key] = value
    found = nd.verify("tiny", written(tmp_path, data))
    assert any(text in one for one in found.contradictions), found.contradictions


def test_a_false_value_is_found_by_another_engine(shut, tmp_path):
    data = json.loads(shut.to_json())
    data["clashes"][0]["figures"][-1] |= {"value": 0.9, "refused": 0.9}
    found = nd.verify("tiny", written(tmp_path, data), prove=True)
    assert found.contradictions == ("service share 0.9: states a plan; another engine finds no plan",)


def test_a_false_clash_of_solve_is_contradicted(tmp_path):
    data = json.loads(nd.solve("tiny", **SHUT).to_json())
    data["clash"] = ["service"]
    found = nd.verify("tiny", written(tmp_path, data), prove=True)
    assert found.contradictions == ("clash of service: states no plan; another engine finds a plan",)
    data["clash"] = ["carbon"]
    found = nd.verify("tiny", written(tmp_path, data))
    assert found.contradictions == ("clash: carbon is not in force, or can forbid nothing",)


def written(folder: Path, data: dict[str, Any]) -> Path:
    file = folder / "changed.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return file


@pytest.mark.long
def test_how_much_of_europe_can_be_inside_the_deadline():
    found = nd.explain("europe", set={"policies.service": {"share": 0.88}})
    assert found.sentences == (
        "No plan is permitted; proven.",
        "One least set of policies clashes, and there is no other; proven.",
        "1. service and number of new hubs clash.",
        "service: at most 67.76 % can be had; 88.00 % is asked.",
        "number of new hubs: at least 5 new hubs are needed; 2 are permitted.",
        "There is a plan without service; or without number of new hubs.",
    )


@pytest.mark.long
def test_what_europe_emits_at_least_is_known_to_a_hundredth():
    """Full vehicles emit 1,060,725 t: 4 % less than any plan does, whose vehicles leave five days a week."""
    found = nd.explain("europe", set={"policies.carbon": {"cap_t_per_year": 900_000}})
    [clash] = found.clashes
    [figure] = clash.figures
    assert clash.policies == ["carbon"]
    assert figure.is_finished
    assert 1_085_000 < figure.refused < figure.value < 1.01 * figure.refused
