"""What an earlier call of alternatives left is owned, damaged and false as that of the other commands."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.errors import ExitCode
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.result_file import read_result, to_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "result.json.partial"
CALL = ("alternatives", "tiny", "--within", "20%")
LOST = "name another file, or remove this one"


def left(path: Path, change: Callable[[dict[str, Any]], object] = lambda document: None) -> None:
    """Write what a call that was ended might have left, changed: three networks within the margin."""
    document = json.loads(to_json(nd.alternatives("tiny", within="20%").document)) | {"termination": "running"}
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("call", "left_by"),
    [
        (("alternatives", "tiny"), "a call with --within 20%"),
        ((*CALL, "--with", "E"), "a call without --with"),
        (("alternatives", "benelux", "--within", "20%"), "a call about tiny, not benelux"),
        (("solve", "tiny"), "`netdesign alternatives`"),
        (("timing", "europe-2035"), "`netdesign alternatives`"),
    ],
)
def test_what_a_call_of_alternatives_left_is_overwritten_by_no_other(call, left_by, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE)
    before = (tmp_path / FILE).read_bytes()
    message = f"{FILE}: was left by {left_by}; go on from it with that call and --resume, {LOST}\n"
    ended = netdesign(*call, "-o", "result.json", "--quiet")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err.splitlines()[-1] == f"netdesign: {message}".rstrip()  # after the warnings about the instance
    assert {path.name for path in tmp_path.iterdir()} == {FILE}
    assert (tmp_path / FILE).read_bytes() == before


def test_what_a_call_of_solve_left_is_not_overwritten_by_alternatives(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nd.solve("tiny").save(tmp_path / FILE)
    before = (tmp_path / FILE).read_bytes()
    call = ("alternatives", "tiny", "-o", "result.json")
    message = f"{FILE}: was left by `netdesign solve`; go on from it with that call and --resume, {LOST}\n"
    assert netdesign(*call) == (ExitCode.USAGE, "", f"netdesign: {message}")
    kind = "is no netdesign.alternatives/1 file; `netdesign alternatives INSTANCE -o FILE` writes one"
    assert netdesign(*call, "--resume") == (ExitCode.USAGE, "", f"netdesign: {FILE}: {kind}\n")
    assert {path.name for path in tmp_path.iterdir()} == {FILE}
    assert (tmp_path / FILE).read_bytes() == before


def test_what_the_same_call_left_gives_way_to_its_answer(tmp_path, netdesign, monkeypatch):
    """By another engine and gap too; what another version left is no other question."""
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, lambda document: document["versions"].update(netdesign="0.0.1"))
    more = ("--engine", "monolithic", "--gap", "1e-7", "-o", "result.json", "--quiet")
    assert netdesign(*CALL, *more).code == ExitCode.ANSWERED
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}


@pytest.mark.parametrize(
    ("call", "left_by"),
    [
        (("alternatives", "tiny"), "a call with --within 20%; repeat that call, "),
        ((*CALL, "--without", "D,E"), "a call without --without; repeat that call, "),
        ((*CALL, "--most", "2"), "a call without --most; repeat that call, "),
        (("alternatives", "benelux", "--within", "20%"), "a call about tiny, not benelux; "),
    ],
)
def test_a_list_is_gone_on_with_by_the_same_call_only(call, left_by, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE)
    message = f"netdesign: --resume: {FILE}: was left by {left_by}{LOST}\n"
    assert netdesign(*call, "-o", "result.json", "--resume") == (ExitCode.USAGE, "", message)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            lambda document: document["networks"][1].update(difference=1.0),
            ExitCode.CONTRADICTED,
            f"--resume: {FILE}: is contradicted: B+E: difference: states 1.0; the networks give 7000.0",
        ),
        (
            lambda document: document["options"].pop("gap"),
            ExitCode.USAGE,
            f"--resume: {FILE}: options: the result does not record the options of a call of alternatives",
        ),
        (
            lambda document: document["problem"].pop("allocation"),
            ExitCode.USAGE,
            f"--resume: {FILE}: problem: the result does not record allocation",
        ),
        (
            lambda document: document.pop("is_complete"),
            ExitCode.USAGE,
            f"{FILE}: is no whole result: is_complete: is missing",
        ),
        (
            lambda document: document["networks"][0].update(difference="little"),
            ExitCode.USAGE,
            f"{FILE}: is no whole result: networks.0.difference: 'little' is not a number",
        ),
    ],
)
def test_what_is_damaged_or_false_in_a_list_is_named(change, code, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, change)
    assert netdesign(*CALL, "-o", "result.json", "--resume") == (code, "", f"netdesign: {message}; {LOST}\n")


def test_a_list_that_is_cut_off_is_named(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / FILE).write_text('{"format": "netdesign.alternatives/1", "te', encoding="utf-8")
    kinds = "`netdesign solve -o`, `netdesign alternatives -o`, `netdesign tipping -o`, `netdesign frontier -o` or "
    kinds += "`netdesign timing -o`"
    message = f"netdesign: {FILE}: is not JSON, so no result of {kinds}; {LOST}\n"
    for more in ((), ("--resume",)):
        assert netdesign(*CALL, "-o", "result.json", *more) == (ExitCode.USAGE, "", message)


def with_false_bound(document: dict[str, Any]) -> None:
    """State that no other network than the best has less than 380,000; B and E have 354,000."""
    document["networks"] = document["networks"][:1]
    document |= {"others_bound": 380_000.0, "is_complete": False}


@pytest.mark.parametrize("engine", ["enumeration", "decomposition", "monolithic"])
def test_a_false_bound_on_the_others_is_refused_once_a_plan_costs_less(engine, tmp_path, netdesign, monkeypatch):
    """The referee has nothing against it before; what is kept meanwhile makes it no truer, so it is refused again."""
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, with_false_bound)
    text = "networks that are not listed: bound: states 380000.00, but B+E has 354000.00"
    message = f"--resume: {FILE}: is contradicted: {text}; {LOST}\n"
    for _ in range(2):
        assert netdesign("verify", "tiny", FILE).code == ExitCode.ANSWERED
        ended = netdesign(*CALL, "--engine", engine, "-o", "result.json", "--resume", "--quiet")
        assert ended == (ExitCode.CONTRADICTED, "", f"netdesign: {message}")
        assert {path.name for path in tmp_path.iterdir()} == {FILE}
        assert read_result(tmp_path / FILE, AlternativesDocument).others_bound == 380_000


def test_what_is_proven_to_a_wider_gap_is_searched_again(tmp_path):
    """Each network is proven to the gap of the call that goes on, that of the condition too."""
    asked = {"within": "20%", "with_": "E"}
    document = nd.alternatives("tiny", **asked, gap=0.05).to_dict()
    for network in (document["networks"][0]["network"], document["condition"]["network"]):
        bound = 0.97 * network["objective"]
        network |= {"bound": bound, "gap": 1 - 0.97, "termination": "gap_reached"}
    condition = document["condition"]
    condition["difference_at_least"] = condition["network"]["bound"] - document["objective"]
    condition["difference_at_most"] = condition["network"]["objective"] - document["networks"][0]["network"]["bound"]
    bound = document["networks"][0]["network"]["bound"]
    document |= {"bound": bound, "gap": 1 - bound / document["objective"], "termination": "gap_reached"}
    (tmp_path / "list.json").write_text(json.dumps(document), encoding="utf-8")
    assert nd.verify("tiny", tmp_path / "list.json").contradictions == ()
    again = nd.alternatives("tiny", **asked, resume=tmp_path / "list.json").document
    whole = nd.alternatives("tiny", **asked).document
    assert again.model_dump(exclude={"times"}) == whole.model_dump(exclude={"times"})


def test_python_refuses_to_go_on_from_nothing(tmp_path):
    file = tmp_path / "none.json"
    with pytest.raises(nd.UsageError) as refused:
        nd.alternatives("tiny", resume=file)
    assert str(refused.value) == f"resume: there is neither {file}.partial nor {file} to go on from"


def test_the_command_begins_anew_where_nothing_was_left_and_goes_on_from_a_list(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    begun = netdesign(*CALL, "-o", "result.json", "--resume")
    note = f"note: there is neither {FILE} nor result.json to go on from; starts anew"
    assert begun.code == ExitCode.ANSWERED
    assert note in begun.err.splitlines()
    whole = read_result(tmp_path / "result.json", AlternativesDocument)
    left(tmp_path / FILE, lambda document: document.update(networks=document["networks"][:1], **_SHORTER))
    assert netdesign(*CALL, "-o", "result.json", "--resume", "--quiet").code == ExitCode.ANSWERED
    again = read_result(tmp_path / "result.json", AlternativesDocument)
    assert again.model_dump(exclude={"times"}) == whole.model_dump(exclude={"times"})
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}


_SHORTER = {"others_bound": 350_000.0, "is_complete": False}
"""What is stated where only the best network is listed."""
