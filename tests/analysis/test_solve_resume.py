"""``solve`` that is killed leaves what it has answered, true and readable; ``--resume`` goes on from it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING

import pytest

import netdesign as nd
from netdesign.analysis.network_searches import NetworkSearch
from netdesign.errors import DisagreementError, ExitCode
from netdesign.plan import Plan
from netdesign.results.document import ResultDocument
from netdesign.results.result_file import read_result, to_json
from netdesign.solve.core.engine import PricedPlan, Question, SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Phases, Progress, Solution, Termination
from netdesign.solve.coupled.by_cuts.heuristic import CoupledHeuristic
from netdesign.solve.coupled.by_cuts.sets import CoupledSets
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.multiple.search import MultipleSearch
from tests.support.small_instances import LEGS, STAGES, write_instance

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = (sys.executable, "-m", "netdesign")
TRUE = "plan true and feasible; bound not re-proven\n"
NO_PLAN = "no plan is claimed; bound not re-proven\n"
NAMES = ["benelux", "tiny"]
ENGINES = ["enumeration", "monolithic"]


def kept_of(name: str, **options: object) -> tuple[list[ResultDocument], nd.SolveAnswer]:
    """Return what a call keeps meanwhile, and its answer."""
    kept: list[ResultDocument] = []
    return kept, nd.solve(name, max_new=2, keep=kept.append, **options)


def without_times(document: ResultDocument) -> dict[str, object]:
    return document.model_dump(exclude={"times", "versions"})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_kept_meanwhile_is_true(name, engine, tmp_path, netdesign):
    kept, answer = kept_of(name, engine=engine)
    assert len(kept) >= 4
    for number, document in enumerate(kept):
        assert document.termination == "running"
        file = tmp_path / f"{number}.json"
        file.write_text(to_json(document), encoding="utf-8")
        expected = TRUE if any(one.plan for one in document.networks) else NO_PLAN
        assert netdesign("verify", name, file) == (ExitCode.ANSWERED, expected, "")
    assert kept[-1].networks == answer.document.networks


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", NAMES)
def test_from_whatever_is_left_the_answer_is_the_same(name, engine, tmp_path, netdesign, monkeypatch):
    """The rest is gone in the end."""
    monkeypatch.chdir(tmp_path)
    kept, answer = kept_of(name, engine=engine)
    for document in kept:
        (tmp_path / "result.json.partial").write_text(to_json(document), encoding="utf-8")
        call = (name, "--max-new", "2", "--engine", engine, "-o", "result.json", "--quiet")
        assert netdesign("solve", *call, "--resume").code == ExitCode.ANSWERED
        found = read_result(tmp_path / "result.json", ResultDocument)
        assert without_times(found) == without_times(answer.document)
        assert not (tmp_path / "result.json.partial").exists()
        (tmp_path / "result.json").unlink()


def test_what_is_answered_is_not_searched_again(tmp_path, monkeypatch):
    """An unfinished number begins with the plan that was left; runner-ups that are known are not searched either."""
    kept, answer = kept_of("tiny")
    scopes: list[SearchScope] = []
    usual = Enumeration.solve

    def recorded(engine: Enumeration, search: SearchScope) -> Solution:
        scopes.append(search)
        return usual(engine, search)

    monkeypatch.setattr(Enumeration, "solve", recorded)
    output = tmp_path / "result.json"
    unfinished = next(
        one for one in kept if one.networks[2].termination is Termination.INTERRUPTED and one.networks[2].plan
    )
    output.write_text(to_json(unfinished), encoding="utf-8")
    nd.solve("tiny", max_new=2, resume=output)
    assert [search.task for search in scopes] == ["3 hubs", "runner-up of B+D"]
    assert scopes[0].start is not None
    assert scopes[0].start.objective == unfinished.networks[2].objective
    scopes.clear()
    output.write_text(to_json(answer.document), encoding="utf-8")
    assert nd.solve("tiny", max_new=2, resume=output).objective == answer.objective
    assert scopes == []


def test_decomposition_keeps_its_plan_and_begins_with_it(tmp_path, monkeypatch):
    """A range of numbers that is searched as one, for whose end alone one would have to wait."""
    free = {"policies.air_lane": None, "policies.minimum_throughput": None, "policies.new_hubs": None}
    call = {"engine": "decomposition", "set": free}
    kept: list[ResultDocument] = []
    answer = nd.solve("europe-linear", keep=kept.append, **call)
    unfinished = next(
        one for one in kept if one.networks[1].termination is Termination.INTERRUPTED and one.networks[1].plan
    )
    bound, objective = unfinished.networks[1].bound, unfinished.networks[1].objective
    assert bound <= answer.document.networks[1].objective <= objective
    output = tmp_path / "result.json"
    output.write_text(to_json(unfinished), encoding="utf-8")
    begun: list[float] = []
    usual = MultipleSearch._cut

    def recorded(search: MultipleSearch, *rest: object) -> None:
        begun.append(search._state.incumbent)
        usual(search, *rest)

    monkeypatch.setattr(MultipleSearch, "_cut", recorded)
    again = nd.solve("europe-linear", resume=output, **call)
    assert begun[0] == pytest.approx(objective)
    assert again.objective == pytest.approx(answer.objective)
    assert again.document.networks[1].termination is Termination.OPTIMAL


def test_a_smaller_gap_is_searched_for_again(tmp_path):
    """What an earlier call has answered to one gap is no answer to a smaller one."""
    answer = nd.solve("benelux", max_new=2, gap=0.2)
    assert any(one.termination is Termination.GAP_REACHED for one in answer.document.networks)
    output = tmp_path / "result.json"
    answer.save(output)
    again = nd.solve("benelux", max_new=2, resume=output)
    assert [one.objective for one in again.document.networks] == [
        one.objective for one in nd.solve("benelux", max_new=2).document.networks
    ]
    assert all(one.termination is Termination.OPTIMAL for one in again.document.networks)


def test_without_time_what_was_left_is_the_answer(tmp_path, netdesign, monkeypatch):
    """Its bound holds still."""
    monkeypatch.chdir(tmp_path)
    kept, _ = kept_of("benelux")
    left = next(one for one in kept if one.networks[1].plan is not None)
    (tmp_path / "result.json.partial").write_text(to_json(left), encoding="utf-8")
    call = ("benelux", "--max-new", "2", "-o", "result.json", "--resume", "--time-limit", "1e-9", "--quiet")
    assert netdesign("solve", *call).code == ExitCode.STOPPED_WITH_PLAN
    found = read_result(tmp_path / "result.json", ResultDocument)
    assert (found.objective, found.termination) == (left.objective, "time_limit")
    assert [one.bound for one in found.networks] == [one.bound for one in left.networks]
    assert netdesign("verify", "benelux", "result.json").out == TRUE


@pytest.mark.parametrize("engine", ["enumeration", "decomposition"])
def test_what_is_proven_before_there_is_a_plan_is_left_too(engine, tmp_path, monkeypatch):
    """It is shown from the start by a call that goes on, and holds in its answer."""
    if engine == "decomposition":
        # As on large instances, where no set is operated for long.
        monkeypatch.setattr(CoupledHeuristic, "improve", lambda *_: None)
        monkeypatch.setattr(CoupledHeuristic, "grow", lambda *_: None)
        monkeypatch.setattr(CoupledSets, "settle_least", lambda *_: None)
        monkeypatch.setattr(CoupledSets, "try_all", lambda *_: False)
    kept, _ = kept_of("benelux", engine=engine)
    monkeypatch.undo()
    left = next(one for one in kept if one.networks[1].plan is None and one.networks[1].bound is not None)
    bound, output = left.networks[1].bound, tmp_path / "result.json"
    assert (left.termination, left.ending) == ("running", Termination.INTERRUPTED)
    assert left.networks[1].termination is Termination.INTERRUPTED
    output.write_text(to_json(left), encoding="utf-8")
    shown: list[Progress] = []
    call = {"max_new": 2, "engine": engine, "resume": output}
    again = nd.solve("benelux", listen=shown.append, **call)
    assert again.document.networks[1].bound >= bound
    first = next(one for one in shown if one.task == "2 hubs")
    assert (first.incumbent, first.bound) == (None, bound)
    assert all(one.bound >= bound for one in shown if one.task == "2 hubs" and one.notice is None)
    without_time = nd.solve("benelux", time_limit=1e-9, **call)
    assert without_time.document.networks[1].bound == bound


def test_a_plan_that_is_left_and_better_is_the_answer():
    """An engine that finds nothing under it has not lost it; one that says there is nothing is wrong."""
    start = PricedPlan(Plan((), (), *(None,) * 4), 5.0)

    class Answering:
        def __init__(self, solution):
            self.solve = lambda search: solution

    def answer(solution):
        question = Question(None, None, None, Watch(SolveLimits()))
        search = NetworkSearch(question, 2, lambda: Answering(solution), SearchScope())
        return search.solve(start, 3.0)

    found = answer(Solution(Termination.TIME_LIMIT, None, None, 2.0, Phases()))
    assert (found.plan, found.objective, found.bound) == (start.plan, 5.0, 3.0)
    assert found.phases.solve_s > 0.0
    found = answer(Solution(Termination.OPTIMAL, "better", 4.0, 4.0, Phases()))
    assert (found.plan, found.objective, found.bound) == ("better", 4.0, 4.0)
    with pytest.raises(DisagreementError, match="the engine finds no network permitted, yet the referee permits"):
        answer(Solution(Termination.INFEASIBLE, None, None, float("inf"), Phases()))


def test_nothing_to_resume_is_said_and_no_error(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    ended = netdesign("solve", ".", "-o", "result.json", "--resume")
    note = "note: there is neither result.json.partial nor result.json to go on from; starts anew\n"
    assert (ended.code, ended.err) == (ExitCode.ANSWERED, note)


def test_resume_needs_an_output(netdesign):
    ended = netdesign("solve", "tiny", "--resume")
    message = "netdesign: --resume: needs the -o FILE of the earlier call\n"
    assert (ended.code, ended.err) == (ExitCode.USAGE, message)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ((), ("--max-new", "1"), "without --max-new"),
        (("--max-new", "1"), (), "with --max-new 1"),
        (("--open", "B,D"), (), "with --open B,D"),
        (("--set", "road.truck_load_t=9"), (), "with --set road.truck_load_t=9"),
        ((), ("--model", "multiple_allocation_path"), "without --model"),
    ],
)
def test_other_options_are_not_resumed(first, second, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert netdesign("solve", "tiny", *first, "-o", "result.json", "--quiet").code == ExitCode.ANSWERED
    ended = netdesign("solve", "tiny", *second, "-o", "result.json", "--resume", "--quiet")
    expected = (
        f"--resume: result.json: was left by a call {message}; repeat that call, or start anew without --resume\n"
    )
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {expected}")


def test_limits_and_engine_may_be_others(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    netdesign("solve", "tiny", "-o", "result.json", "--quiet")
    more = ("--engine", "monolithic", "--gap", "0.5", "--threads", "2", "--seed", "3")
    assert netdesign("solve", "tiny", *more, "-o", "result.json", "--resume", "--quiet").code == ExitCode.ANSWERED


def changed(folder: Path, **changes: object) -> None:
    """Solve the tiny instance, and change what its result states."""
    document = json.loads(to_json(nd.solve("tiny").document))
    for place, value in changes.items():
        *way, last = place.split("__")
        block = document
        for key in way:
            block = block[int(key) if key.isdigit() else key]
        block[last] = value
    (folder / "result.json").write_text(json.dumps(document), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instance__name": "europe"}, "by a call about europe, not tiny; start anew without --resume"),
        ({"instance__digest": "0" * 64}, "before the files of tiny were changed; start anew without --resume"),
        (
            {"versions__highspy": "1.0.0"},
            "by highspy 1.0.0, this is {highspy}; start anew without --resume",
        ),
        (
            {"versions__netdesign": "0.0.1"},
            "by netdesign 0.0.1, this is {netdesign}; start anew without --resume",
        ),
        ({"reader__nodes": 5}, "by a call with --nodes 5; repeat that call, or start anew without --resume"),
        # A call about anything else is refused that file.
        (
            {"termination": "time_limit", "options__max_new": 1},
            "by a call with --max-new 1; repeat that call, name another file, or remove this one",
        ),
        # All of it is another: what is blamed is the version first, then the instance.
        (
            {"versions__netdesign": "0.0.1", "instance__name": "europe", "options__max_new": 1},
            "by netdesign 0.0.1, this is {netdesign}; start anew without --resume",
        ),
        (
            {"instance__name": "europe", "options__max_new": 1},
            "by a call about europe, not tiny; start anew without --resume",
        ),
    ],
)
def test_another_instance_or_version_is_not_resumed(changes, message, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    changed(tmp_path, **changes)
    ended = netdesign("solve", "tiny", "-o", "result.json", "--resume", "--quiet")
    expected = message.format(**nd.solve("tiny").document.versions)
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: --resume: result.json: was left {expected}\n")


def test_a_model_of_ones_own_is_not_resumed(tmp_path, netdesign, monkeypatch):
    """What its file says may be another model now."""
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    (tmp_path / "own.py").write_text("from netdesign.models.multiple_allocation_path import build, read_plan\n")
    call = ("solve", ".", "--model", "own.py", "-o", "result.json", "--quiet")
    assert netdesign(*call).code == ExitCode.ANSWERED
    ended = netdesign(*call, "--resume")
    message = "--resume: a model file of one's own may have changed since; start anew without it"
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {message}\n")


def test_a_result_over_years_is_not_resumed(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    netdesign("timing", ".", "-o", "result.json", "--quiet")
    ended = netdesign("solve", "tiny", "-o", "result.json", "--resume", "--quiet")
    message = "result.json: holds a result of `netdesign timing`; name another file, or remove it first"
    assert (ended.code, ended.err) == (ExitCode.USAGE, f"netdesign: {message}\n")


@pytest.mark.long
@pytest.mark.parametrize("name", ["europe", "europe-linear"])
def test_sigkill_at_any_moment_leaves_whole_files(name, tmp_path, netdesign, monkeypatch):
    """Each call goes on from what the last one has left, until one of them ends by itself."""
    monkeypatch.chdir(tmp_path)
    random, call = Random(name), ("solve", name, "--max-new", "2", "-o", "result.json", "--quiet")
    options: tuple[str, ...] = ()
    for _ in range(15):
        with subprocess.Popen([*COMMAND, *call, *options], stdout=subprocess.DEVNULL) as process:
            time.sleep(random.uniform(0.5, 4.0))
            process.send_signal(signal.SIGKILL)
        # Killed between two calls of the system, it may leave a file that has not got its own name yet.
        names = {path.name for path in tmp_path.iterdir() if not path.name.startswith(".netdesign-")}
        assert names <= {"result.json", "result.json.partial"}
        for left in names:
            # 'what it would cost by the tonne not solved again' of europe
            assert netdesign("verify", name, left).out.startswith(TRUE.rstrip())
        options = ("--resume",)
    assert netdesign(*call, *options).code == ExitCode.ANSWERED
    assert not (tmp_path / "result.json.partial").exists()
    whole = read_result(tmp_path / "result.json", ResultDocument)
    assert [one.objective for one in whole.networks] == pytest.approx(
        [one.objective for one in nd.solve(name, max_new=2).document.networks]
    )
