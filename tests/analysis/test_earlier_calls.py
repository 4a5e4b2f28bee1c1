"""What an earlier call left: no other call overwrites it, and what is false in it is refused by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.errors import ExitCode
from netdesign.results.result_file import to_json
from tests.support.small_instances import STAGES, write_instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "result.json.partial"
CALL = ("tiny", "--max-new", "2")
LOST = "name another file, or remove this one"
IN_THE_WAY = "in the way of the plans that are kept meanwhile; move it, or name another file"


def left(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write what a call about the tiny instance that was ended might have left, changed."""
    document = json.loads(to_json(nd.solve("tiny", max_new=2).document)) | {"termination": "running"}
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("call", "left_by"),
    [
        (("tiny", "--max-new", "1"), "a call with --max-new 2"),
        (("tiny",), "a call with --max-new 2"),
        ((*CALL, "--open", "E"), "a call without --open"),
        (("benelux", "--max-new", "2"), "a call about tiny, not benelux"),
    ],
)
def test_what_another_call_left_is_not_overwritten(call, left_by, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, lambda document: None)
    before = (tmp_path / FILE).read_bytes()
    ended = netdesign("solve", *call, "-o", "result.json", "--quiet")
    message = f"{FILE}: was left by {left_by}; go on from it with that call and --resume, {LOST}\n"
    assert ended == (ExitCode.USAGE, "", f"netdesign: {message}")
    assert {path.name for path in tmp_path.iterdir()} == {FILE}
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("ending", ["time_limit", "interrupted", "running"])
def test_a_result_that_was_ended_is_not_overwritten_by_another_question(ending, tmp_path, netdesign, monkeypatch):
    """The same question may be asked again; an answer that is complete gives way to that of another question."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "result.json"
    left(file, lambda document: document.update(termination=ending))
    before = file.read_bytes()
    call = ("solve", "tiny", "--max-new", "1", "-o", "result.json", "--quiet")
    message = f"result.json: was left by a call with --max-new 2; go on from it with that call and --resume, {LOST}\n"
    assert netdesign(*call) == (ExitCode.USAGE, "", f"netdesign: {message}")
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}
    assert file.read_bytes() == before
    for again in (("solve", *CALL, "-o", "result.json", "--quiet"), call):
        assert netdesign(*again).code == ExitCode.ANSWERED
    assert json.loads(file.read_text(encoding="utf-8"))["options"]["max_new"] == 1


def test_what_a_call_over_years_left_is_not_overwritten(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    assert netdesign("timing", ".", "-o", "result.json", "--quiet").code == ExitCode.ANSWERED
    (tmp_path / "result.json").rename(tmp_path / FILE)
    ended = netdesign("solve", "tiny", "-o", "result.json")
    message = f"{FILE}: was left by `netdesign timing`; go on from it with that call and --resume, {LOST}\n"
    assert ended == (ExitCode.USAGE, "", f"netdesign: {message}")
    assert (tmp_path / FILE).exists()


def test_what_the_same_call_left_gives_way_to_its_answer(tmp_path, netdesign, monkeypatch):
    """By another engine and gap too; what another version left is no other question."""
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, lambda document: document["versions"].update(netdesign="0.0.1"))
    more = ("--engine", "monolithic", "--gap", "1e-7", "-o", "result.json", "--quiet")
    assert netdesign("solve", *CALL, *more).code == ExitCode.ANSWERED
    assert {path.name for path in tmp_path.iterdir()} == {"result.json"}


def test_what_a_call_left_is_resumed_as_it_was(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, lambda document: None)
    ended = netdesign("solve", "tiny", "-o", "result.json", "--resume")
    message = f"--resume: {FILE}: was left by a call with --max-new 2; repeat that call, {LOST}\n"
    assert ended == (ExitCode.USAGE, "", f"netdesign: {message}")


def with_false_bound(document: dict[str, Any]) -> None:
    """State that three hubs cost 900,000 at least, and no plan of them; they cost 419,000."""
    nothing = dict.fromkeys(("plan", "objective", "gap", "runner_up", "minima", "costs", "service", "carbon"))
    loads: dict[str, list[object]] = {"hub_loads": [], "lane_loads": []}
    document["networks"][2] |= {**nothing, **loads, "termination": "time_limit", "bound": 9e5}
    document["steps"][1] |= {"saving": None, "saving_at_least": None, "saving_at_most": 347_000.0 - 9e5}


def with_dearer_network(document: dict[str, Any]) -> None:
    """State the runner-up, B and E, as the best network of two hubs."""
    dearer = json.loads(to_json(nd.solve("tiny", hubs=2, open="E").document))
    document["networks"][1] = dearer["networks"][-1] | {"runner_up": None}
    document["steps"][0] |= dict.fromkeys(("saving", "saving_at_least", "saving_at_most"), 46_000.0)
    document["steps"][1] |= dict.fromkeys(("saving", "saving_at_least", "saving_at_most"), -65_000.0)
    document |= {name: dearer[name] for name in ("objective", "bound", "gap", "plan", "costs", "service", "carbon")}


@pytest.mark.parametrize("engine", ["enumeration", "monolithic"])
@pytest.mark.parametrize(
    ("change", "text"),
    [
        (with_false_bound, "network of 3 hubs: bound: states 900000.00, but B+D+E has 419000.00"),
        (with_dearer_network, "network of 2 hubs: bound: states 354000.00, but B+D has 347000.00"),
    ],
)
def test_a_false_bound_is_refused_once_a_plan_costs_less(change, text, engine, tmp_path, netdesign, monkeypatch):
    """The referee has nothing against it before, and no file states what was proven by it."""
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, change)
    assert netdesign("verify", "tiny", FILE).code == ExitCode.ANSWERED
    ended = netdesign("solve", *CALL, "--engine", engine, "-o", "result.json", "--resume")
    message = f"--resume: {FILE}: is contradicted: {text}; {LOST}\n"
    assert ended == (ExitCode.CONTRADICTED, "", f"netdesign: {message}")
    assert {path.name for path in tmp_path.iterdir()} == {FILE}
    bounds = [network["bound"] for network in json.loads((tmp_path / FILE).read_text(encoding="utf-8"))["networks"]]
    assert bounds == [400_000.0, *((347_000.0, 9e5) if change is with_false_bound else (354_000.0, 419_000.0))]


def test_a_false_bound_of_all_networks_is_refused_where_todays_costs_less(tmp_path):
    """A wide range of numbers is searched as one; what is stated of it holds for today's network too."""
    document = json.loads(to_json(nd.solve("europe-linear", max_new=20, time_limit=1e-9).document))
    document["networks"][1] |= {"termination": "infeasible", "bound": None}
    document["steps"][0] |= {"verdict": "impossible"}
    (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(nd.ContradictionError) as refused:
        nd.solve("europe-linear", max_new=20, resume=tmp_path / "result.json")
    text = "network of 21 hubs: bound: no plan is stated to be permitted, but LGG has "
    assert str(refused.value).startswith(f"resume: {tmp_path / 'result.json'}: is contradicted: {text}")


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (
            lambda document: document["networks"][1].update(objective=1.0),
            ExitCode.CONTRADICTED,
            f"--resume: {FILE}: is contradicted: network of 2 hubs: objective: states 1.0; the plan has 347000.00 "
            "EUR/year",
        ),
        (
            lambda document: document["networks"][1].update(objective="little", odd=3),
            ExitCode.USAGE,
            f"{FILE}: is no whole result: networks.1.objective: 'little' is not a number; networks.1.odd: unknown key",
        ),
        (
            lambda document: document["options"].pop("gap"),
            None,
            f"--resume: {FILE}: options: the result does not record the options of a solve",
        ),
        (lambda document: document.pop("steps"), ExitCode.USAGE, f"{FILE}: is no whole result: steps: is missing"),
    ],
)
def test_what_is_damaged_is_named(change, code, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    left(tmp_path / FILE, change)
    # What only going on needs is no fault without it.
    expected = code or ExitCode.USAGE, "", f"netdesign: {message}; {LOST}\n"
    assert netdesign("solve", *CALL, "-o", "result.json", "--resume") == expected
    if code is ExitCode.USAGE:
        assert netdesign("solve", *CALL, "-o", "result.json") == expected


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda path: path.write_text('{"format": "netdesign.result/1", "te'),
            f"is not JSON, so no result of `netdesign solve -o`, `netdesign alternatives -o`, `netdesign "
            f"tipping -o`, `netdesign frontier -o` or `netdesign timing -o`; {LOST}",
        ),
        (lambda path: path.write_text("notes"), f"is no result, and {IN_THE_WAY}"),
        (lambda path: path.mkdir(), f"is a folder, and {IN_THE_WAY}"),
    ],
)
def test_what_is_in_the_way_of_kept_plans_is_named(make, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / FILE)
    for more in ((), ("--resume",)):
        ended = netdesign("solve", *CALL, "-o", "result.json", *more)
        assert ended == (ExitCode.USAGE, "", f"netdesign: {FILE}: {message}\n")


@pytest.mark.parametrize("command", ["solve", "timing"])
def test_python_refuses_to_go_on_from_nothing(command, tmp_path):
    file = tmp_path / "none.json"
    ask, name = {"solve": (nd.solve, "tiny"), "timing": (nd.timing, "europe-2035")}[command]
    with pytest.raises(nd.UsageError) as refused:
        ask(name, resume=file)
    assert str(refused.value) == f"resume: there is neither {file}.partial nor {file} to go on from"


@pytest.mark.parametrize("command", ["solve", "timing"])
def test_an_empty_address_or_name_is_refused(command, netdesign):
    ended = netdesign(command, "tiny", "--cluster", "")
    message = "--cluster '': give the address that `dask scheduler` prints, such as tcp://host:8786\n"
    assert ended == (ExitCode.USAGE, "", f"netdesign: {message}")
    with pytest.raises(nd.UsageError, match="resume '': give a name or a path"):
        nd.solve("tiny", resume="")
