"""A long run that is killed leaves its best plan, true and readable; ``--resume`` goes on from it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.call import TimingCall
from netdesign.analysis.timing import answer
from netdesign.analysis.timing.earlier import is_complete
from netdesign.errors import ExitCode, UsageError
from netdesign.io import output_file
from netdesign.results.result_file import read_result
from netdesign.results.staged_document import RUNNING, TimingDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.registry import STAGED
from tests.support.small_instances import LEGS, STAGES, write_instance

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-m", "netdesign")
TRUE = "plan true and feasible; bound not re-proven\n"
SLOW = ("configurations", "decomposition", "monolithic")


def killed(folder: Path, *call: str) -> Path:
    """Run a call of timing until its first plan is written, kill it, and return where the plan is."""
    partial = folder / "result.json.partial"
    with subprocess.Popen([*COMMAND, "timing", *call, "-o", "result.json", "--quiet"], cwd=folder) as process:
        ends = time.monotonic() + 60
        while not partial.exists() and time.monotonic() < ends and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not (folder / "result.json").exists()
    return partial


QUICK = [("--tree", "--risk", "regret")]
OTHERS = [pytest.param(more, marks=pytest.mark.long) for more in ((), ("--tree",), ("--tree", "--risk", "cvar"))]


@pytest.mark.parametrize("more", [*QUICK, *OTHERS], ids=" ".join)
def test_a_killed_run_leaves_a_plan_that_verifies(more, tmp_path, netdesign):
    partial = killed(write_instance(tmp_path, STAGES), ".", *more)
    document = read_result(partial, TimingDocument)
    assert document.termination == "running"
    assert document.nodes
    assert netdesign("verify", tmp_path, partial) == (ExitCode.ANSWERED, TRUE, "")


@pytest.mark.parametrize("engine", [pytest.param(e, marks=[pytest.mark.long] * (e in SLOW)) for e in STAGED.names])
def test_resume_goes_on_from_the_plan_of_a_killed_run(engine, tmp_path, netdesign, monkeypatch):
    """With no time at all the plan is the one that was left; with time it is the optimum, and the rest is gone."""
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    call = (".", "--engine", engine)
    left = read_result(killed(tmp_path, *call), TimingDocument)
    ended = netdesign("timing", *call, "-o", "result.json", "--resume", "--time-limit", "1e-9", "--quiet")
    assert ended.code == ExitCode.STOPPED_WITH_PLAN
    found = read_result(tmp_path / "result.json", TimingDocument)
    assert (found.objective, found.termination) == (pytest.approx(left.objective, rel=1e-12), "time_limit")
    assert not (tmp_path / "result.json.partial").exists()
    ended = netdesign("timing", *call, "-o", "result.json", "--resume", "--quiet")
    assert ended.code == ExitCode.ANSWERED
    optimum = read_result(tmp_path / "result.json", TimingDocument)
    assert optimum.objective == pytest.approx(7174.689646201525)
    assert netdesign("verify", ".", "result.json").out == TRUE


@pytest.mark.long
def test_a_search_that_begins_with_the_optimum_answers_the_same(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    for engine in ("auto", *STAGED.names):
        more = () if engine == "auto" else ("--resume", "--engine", engine)
        assert netdesign("timing", ".", "--tree", *more, "-o", "result.json", "--quiet").code == ExitCode.ANSWERED
        found = read_result(tmp_path / "result.json", TimingDocument)
        assert (found.objective, found.termination) == (pytest.approx(7353.656557403354), "optimal")


NOT_SEARCHED = "note: result.json is complete; its plan is priced again, and nothing is searched again\n"


@pytest.mark.parametrize(
    ("changes", "is_whole"),
    [({}, True), ({"gap": 2e-6}, False), ({"termination": "time_limit"}, False), ({"termination": RUNNING}, False)],
)
def test_only_what_is_proven_to_the_gap_of_the_call_is_complete(changes, is_whole, tmp_path):
    _, found = answer.solve_timing(str(write_instance(tmp_path, STAGES)), TimingCall(), Watch(SolveLimits()))
    assert is_complete(TimingDocument.model_validate(found.model_dump() | changes), 1e-6) == is_whole
    stopped = found.single_years[0].best.model_copy(update={"termination": Termination.TIME_LIMIT})
    years = [found.single_years[0].model_copy(update={"best": stopped}), *found.single_years[1:]]
    assert not is_complete(found.model_copy(update={"single_years": years}), 1e-6)


@pytest.mark.parametrize("more", [(), ("--tree",)], ids=" ".join)
def test_a_complete_result_is_priced_again_and_returned(more, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    call = ("timing", ".", *more, "-o", "result.json")
    assert netdesign(*call, "--quiet").code == ExitCode.ANSWERED
    before = (tmp_path / "result.json").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(answer, "choose_staged_engine", None)
        again = netdesign(*call, "--resume")
        assert (again.code, again.err) == (ExitCode.ANSWERED, NOT_SEARCHED)
    assert (tmp_path / "result.json").read_bytes() == before
    document = json.loads(before)
    document["objective"] += 1
    (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
    wrong = netdesign(*call, "--resume")
    assert wrong.code == ExitCode.CONTRADICTED
    assert wrong.err.startswith("netdesign: --resume: result.json: is contradicted: objective: states ")


def test_nothing_to_resume_is_said_and_no_error(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    ended = netdesign("timing", ".", "-o", "result.json", "--resume")
    note = "note: there is neither result.json.partial nor result.json to go on from; starts anew\n"
    assert (ended.code, ended.err) == (ExitCode.ANSWERED, note)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ((), ("--max-new", "1"), "without --max-new"),
        (("--open", "B"), (), "with --open B"),
        (("--tree",), (), "with --tree"),
    ],
)
def test_another_problem_is_not_resumed(first, second, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    assert netdesign("timing", ".", *first, "-o", "result.json", "--quiet").code == ExitCode.ANSWERED
    ended = netdesign("timing", ".", *second, "-o", "result.json", "--resume", "--quiet")
    expected = (
        f"--resume: result.json: was left by a call {message}; repeat that call, or start anew without --resume\n"
    )
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {expected}")


def test_a_changed_instance_is_not_resumed(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    netdesign("timing", ".", "-o", "result.json", "--quiet")
    write_instance(tmp_path, STAGES.replace("capital_eur: 800", "capital_eur: 801"))
    ended = netdesign("timing", ".", "-o", "result.json", "--resume", "--quiet")
    message = "--resume: result.json: was left before the files of stages were changed; start anew without --resume"
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {message}\n")


@pytest.mark.parametrize(
    ("block", "name", "value", "message"),
    [
        ("instance", "name", "europe-2035", "a call about europe-2035, not stages"),
        ("versions", "highspy", "1.0.0", f"highspy 1.0.0, this is {version('highspy')}"),
        ("versions", "netdesign", "0.0.1", f"netdesign 0.0.1, this is {version('netdesign')}"),
    ],
)
def test_another_instance_or_version_is_not_resumed(block, name, value, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    netdesign("timing", ".", "-o", "result.json", "--quiet")
    document = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    document[block][name] = value
    (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
    ended = netdesign("timing", ".", "-o", "result.json", "--resume", "--quiet")
    expected = f"netdesign: --resume: result.json: was left by {message}; start anew without --resume\n"
    assert (ended.code, ended.err) == (ExitCode.USAGE, expected)


def test_a_result_of_one_year_is_not_resumed(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    netdesign("solve", ".", "-o", "result.json", "--quiet")
    write_instance(tmp_path, STAGES)
    ended = netdesign("timing", ".", "-o", "result.json", "--resume", "--quiet")
    message = "result.json: holds a result of `netdesign solve`; name another file, or remove it first"
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {message}\n")


def test_each_better_plan_is_kept_with_its_bound(tmp_path):
    """The last one kept is the plan of the answer, with the bound that was proven."""
    kept = []
    listeners = answer.Listeners(keep=kept.append)
    folder = write_instance(tmp_path, STAGES)
    _, result = answer.solve_timing(str(folder), TimingCall(), Watch(SolveLimits()), listeners)
    objectives = [one.objective for one in kept]
    assert objectives == sorted(objectives, reverse=True)
    assert all(one.termination == RUNNING for one in kept)
    assert (kept[-1].objective, kept[-1].bound) == (result.objective, result.bound)


def test_a_disk_that_is_full_meanwhile_costs_nothing_but_the_plan(tmp_path, netdesign, monkeypatch):
    """It is said once; the answer is written all the same."""
    write = output_file.write_text

    def full(path: Path, text: str) -> None:
        if path.name.endswith(".partial"):
            message = f"{path}: cannot be written: No space left on device"
            raise UsageError(message)
        write(path, text)

    monkeypatch.setattr(output_file, "write_text", full)
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    ended = netdesign("timing", ".", "-o", "result.json", "--quiet")
    warning = "result.json.partial: cannot be written: No space left on device; a call that is killed leaves no plan"
    assert (ended.code, ended.err) == (ExitCode.ANSWERED, f"warning: {warning}\n")
    assert json.loads((tmp_path / "result.json").read_text())["termination"] == "optimal"


@pytest.mark.long
@pytest.mark.parametrize("name", ["europe-2035", "europe-2035-linear"])
def test_ctrl_c_ends_with_the_best_plan_and_its_bound(name, tmp_path, netdesign):
    """The signal comes when there is a plan; what stands beside it is not looked for any more."""
    call = [*COMMAND, "timing", name, "--tree", "-o", "result.json"]
    with subprocess.Popen(call, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "result.json.partial").exists():
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.STOPPED_WITH_PLAN
    assert "; once more ends at once" in err
    assert "The search was ended by an interruption" in out
    assert netdesign("verify", name, tmp_path / "result.json").out == TRUE
    assert not (tmp_path / "result.json.partial").exists()


@pytest.mark.long
def test_a_long_run_on_the_european_instance_goes_on(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    partial = killed(tmp_path, "europe-2035")
    assert netdesign("verify", "europe-2035", partial).out == TRUE
    left = read_result(partial, TimingDocument)
    ended = netdesign("timing", "europe-2035", "-o", "result.json", "--resume", "--time-limit", "30", "--quiet")
    assert ended.code in (ExitCode.ANSWERED, ExitCode.STOPPED_WITH_PLAN)
    assert read_result(tmp_path / "result.json", TimingDocument).objective <= left.objective
