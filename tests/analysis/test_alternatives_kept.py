"""Files of alternatives are verified, kept meanwhile and gone on from; Python and the command answer the same."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest

import netdesign as nd
from netdesign.analysis import listeners
from netdesign.errors import DisagreementError, ExitCode, UsageError
from netdesign.results.result_file import to_json
from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration

if TYPE_CHECKING:
    from netdesign.results.alternatives_document import AlternativesDocument


def stated() -> dict[str, Any]:
    """Return what ``alternatives tiny`` writes."""
    return nd.alternatives("tiny", within="20%", with_="E", diverse=2).to_dict()


FALSE = {
    "another order": (
        lambda data: data["networks"].reverse(),
        "networks: are not in the order of their objectives",
    ),
    "a network twice": (
        lambda data: data["networks"].insert(1, data["networks"][0]),
        "networks: B + D stands 2 times",
    ),
    "a network beyond the margin": (
        lambda data: data["options"].update(within="1%"),
        "networks: B + E has 354000.0; the margin ends at 350470.0",
    ),
    "another limit": (lambda data: data.update(limit=1.0), "limit: states 1.0"),
    "more than is asked for": (
        lambda data: data["options"].update(most=1),
        "networks: are 3; the call asks for 1 at most",
    ),
    "complete without a bound beyond the margin": (
        lambda data: data.update(others_bound=400_000.0),
        "is_complete: states True; the networks and their bounds give False",
    ),
    "not complete though it is": (
        lambda data: data.update(is_complete=False),
        "is_complete: states False; the networks and their bounds give True",
    ),
    "another difference": (
        lambda data: data["networks"][1].update(difference=1.0),
        "B+E: difference: states 1.0; the networks give 7000.0",
    ),
    "another part of the difference": (
        lambda data: data["networks"][1]["against_best"]["costs"].update(road=1.0),
        "B+E: against_best.costs.road: states 1.0; the networks give 10000.0",
    ),
    "another price": (
        lambda data: data["networks"][1]["network"].update(objective=353_000.0, bound=353_000.0),
        "B+E: objective: states 353000.0; the plan has 354000.00 EUR/year",
    ),
    "a network without a plan": (
        lambda data: data["networks"][1]["network"].update(plan=None),
        ": network: is listed without a plan",
    ),
    "a network that is not permitted": (
        lambda data: data["networks"][1]["network"].update(permitted=False),
        "B+E: permitted: states that it is not",
    ),
    "infeasible": (
        lambda data: data.update(termination="infeasible"),
        "termination: states infeasible beside a network",
    ),
    "a limit in the list alone": (
        lambda data: data["networks"][1]["network"].update(termination="time_limit"),
        "termination: states optimal; a search of the list ended by time_limit",
    ),
    "no answer under the condition": (
        lambda data: data.pop("condition"),
        "condition: is missing, though the call names sites",
    ),
    "a condition beside an empty list": (
        lambda data: data.update(networks=[], diverse=None),
        "condition: is stated though no network is listed",
    ),
    "a condition that is not fulfilled": (
        lambda data: data["condition"].update(network=data["networks"][0]["network"]),
        "condition: network: B + D does not fulfil it",
    ),
    "another condition": (
        lambda data: data["condition"].update(opened=["D"]),
        "condition: opened, closed: are not the sites that the call names",
    ),
    "cities that do not move": (
        lambda data: data["condition"].update(moves=[]),
        "condition: moves: states []",
    ),
    "a condition with a hub that is none": (
        lambda data: data["condition"]["network"]["plan"]["routes"]["last_hub"].__setitem__(0, "X"),
        "condition: the plan names what the instance does not have: plan.routes.last_hub: X",
    ),
    "others that differ most": (lambda data: data["diverse"].update(places=[1, 3]), "diverse: states places=[1, 3]"),
}


@pytest.mark.parametrize("what", FALSE)
def test_what_is_false_in_a_list_is_contradicted(what, tmp_path):
    change, message = FALSE[what]
    data = stated()
    change(data)
    file = tmp_path / "list.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    found = nd.verify("tiny", file).contradictions
    assert any(text.startswith(message) for text in found), found


def test_a_list_without_one_of_its_networks_is_contradicted_by_a_proof(tmp_path):
    data = stated()
    del data["networks"][1], data["diverse"]
    data["options"]["diverse"] = None
    file = tmp_path / "list.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    assert not nd.verify("tiny", file).contradictions
    found = nd.verify("tiny", file, prove=True)
    assert found.contradictions == ("others_bound: states 419000.00; another engine has B + E for 354000.00 EUR/year",)


def test_a_true_list_is_proven_again():
    near = nd.alternatives("tiny", within="20%", without="D")
    assert near.others_bound == 419_000
    found = nd.verify("tiny", near, prove=True)
    assert found.is_proven
    assert [proof.partition(":")[0] for proof in found.proofs] == ["best network", "what is not listed", "condition"]


def test_python_asks_what_the_command_asks(netdesign):
    words = ["--within", "20%", "--with", "E", "--diverse", "2", "--max-new", "1"]
    typed = json.loads(netdesign("alternatives", "tiny", *words, "--format", "json", "--quiet").out)
    asked = nd.alternatives("tiny", within="20%", with_="E", diverse=2, max_new=1)
    assert asked.to_dict() | {"times": {}} == typed | {"times": {}}
    assert asked.table["open_hubs"] == ["B+D", "B+E", "B"]
    assert asked.moves["city"] == ["E", "D"]
    assert [one.hubs for one in asked.diverse] == [("B", "D"), ("B", "E")]
    assert netdesign("alternatives", "tiny", *words, "--format", "csv", "--quiet").out == asked.to_csv()
    assert "alternatives tiny" in asked._repr_html_()
    with pytest.raises(UsageError, match=r"^within little: give a share"):
        nd.alternatives("tiny", within="little")
    with pytest.raises(UsageError, match=r"^within -5: a margin is 0 or more$"):
        nd.alternatives("tiny", within=-5)


def test_endings_have_the_exit_codes_of_solve(netdesign):
    assert netdesign("alternatives", "tiny", "--time-limit", "1e-9", "--quiet").code == ExitCode.STOPPED_WITHOUT_PLAN
    promise = ("--max-new", "0", "--set", "policies.service={share: 1}")
    infeasible = netdesign("alternatives", "tiny", *promise, "--quiet")
    assert infeasible.code == ExitCode.INFEASIBLE
    assert infeasible.out.startswith(
        "No permitted network is feasible: none keeps every policy in force (number of new hubs, service)"
    )
    listed = netdesign("alternatives", "tiny", "--within", "20%", "--most", "1", "--quiet")
    assert listed.code == ExitCode.ANSWERED
    assert "The list ends at --most 1: no other is better" in listed.out


@pytest.mark.parametrize("engine", ["enumeration", "decomposition", "monolithic"])
def test_what_is_kept_meanwhile_is_true_and_can_be_gone_on_from(engine, tmp_path, monkeypatch):
    """A search that is not over keeps its best plan so far, as one that a limit has ended."""
    monkeypatch.setattr(listeners, "_KEPT_EVERY", 0.0)
    kept: list[AlternativesDocument] = []
    asked = {"within": "30%", "with_": "E", "engine": engine}
    near = nd.alternatives("tiny", **asked, keep=kept.append)
    numbers = [len(document.networks) for document in kept]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, len(near.networks) + 1))
    for document in kept:
        assert document.is_running
        file = tmp_path / "list.json"
        file.write_text(to_json(document), encoding="utf-8")
        assert nd.verify("tiny", file)
        again = nd.alternatives("tiny", **asked, resume=file)
        left_out = {"times", "versions"}
        assert again.document.model_dump(exclude=left_out) == near.document.model_dump(exclude=left_out)
    with pytest.raises(UsageError) as refused:
        nd.alternatives("tiny", **asked | {"within": "10%"}, resume=file)
    left = "was left by a call with within 30%; repeat that call, name another file, or remove this one"
    assert str(refused.value) == f"resume: {file}: {left}"


def test_a_stopped_search_keeps_what_it_has_found():
    """A stop after the third network: three are listed, and the bound on the others is that of the last search."""
    stop, seen = Event(), set()

    def listen(progress: object) -> None:
        seen.add(progress.task)

    def keep(document: AlternativesDocument) -> None:
        if len(document.networks) == 2:
            stop.set()

    with patch.object(listeners, "_KEPT_EVERY", 0.0):
        near = nd.alternatives("tiny", within="30%", stop=stop, keep=keep, listen=listen)
    assert near.termination is Termination.INTERRUPTED
    assert near.exit_code == ExitCode.STOPPED_WITH_PLAN
    assert [one.hubs for one in near.networks][:2] == [("B", "D"), ("B", "E")]
    assert not near.is_complete
    assert near.others_bound <= 400_000


def test_a_longer_list_stays(tmp_path):
    file = tmp_path / "list.json"
    nd.alternatives("tiny", within="30%").save(file)
    before = file.read_bytes()
    with pytest.warns(UserWarning, match="holds a better answer"):
        nd.alternatives("tiny", within="30%", time_limit=1e-9).save(file)
    assert file.read_bytes() == before


def test_an_engine_that_does_not_leave_out_what_it_should_is_refused(monkeypatch):
    usual = Enumeration.solve
    monkeypatch.setattr(Enumeration, "solve", lambda engine, search: usual(engine, replace(search, excluded=())))
    with pytest.raises(DisagreementError, match=r"^the engine gives B\+D again, though it was to leave it out$"):
        nd.alternatives("tiny", within="20%", engine="enumeration")
