"""An answer whose further searches were stopped says so, and so does one whose numbers of hubs are searched as one."""

from __future__ import annotations

import math

import pytest

import netdesign as nd
from netdesign.errors import ExitCode
from netdesign.results.document import ResultDocument
from netdesign.results.earlier_results import is_better
from netdesign.results.result_file import read_result
from netdesign.solve.core.outcome import Phases, Solution, Termination

TRUE = "plan true and feasible; bound not re-proven\n"


def stopped(question, engine, scope):
    """Have Ctrl-C pressed in a search that has found nothing yet."""
    del engine, scope
    question.watch.stopped.set()
    return Solution(Termination.INTERRUPTED, None, None, -math.inf, Phases())


@pytest.mark.parametrize(
    ("name", "where", "unfinished", "sentence"),
    [
        (
            "tiny",
            "best_by_hub_count",
            {"runner_up": "interrupted"},
            "An interruption ended the search for the runner-up of B + D; all else is answered.",
        ),
        (
            "europe-linear",
            "minima",
            {"minima": "interrupted", "runner_up": "interrupted"},
            "An interruption ended the search for what minima cost in LGG + PRG and the runner-up of LGG + PRG; all "
            "else is answered.",
        ),
    ],
)
def test_a_further_search_that_is_stopped_is_named(name, where, unfinished, sentence, tmp_path, netdesign, monkeypatch):
    """The answer is proven without it; ``--resume`` finds what is missing."""
    monkeypatch.chdir(tmp_path)
    call = (name, "--max-new", "1", "-o", "result.json", "--quiet")
    with monkeypatch.context() as patched:
        patched.setattr(f"netdesign.analysis.{where}.solved_in_time", stopped)
        ended = netdesign("solve", *call)
    assert ended.code == ExitCode.ANSWERED
    assert sentence in " ".join(ended.out.split())
    document = read_result(tmp_path / "result.json", ResultDocument)
    assert [network.unfinished for network in document.networks] == [{}, unfinished]
    assert document.termination == Termination.OPTIMAL
    assert netdesign("verify", name, "result.json").out.startswith(TRUE.rstrip())
    assert netdesign("solve", *call, "--resume").code == ExitCode.ANSWERED
    whole = nd.solve(name, max_new=1).document
    assert read_result(tmp_path / "result.json", ResultDocument).networks == whole.networks
    assert [network.unfinished for network in whole.networks] == [{}, {}]


def test_an_answer_with_its_runner_up_is_not_replaced_by_one_without(tmp_path, netdesign, monkeypatch):
    """One without replaces another one without."""
    monkeypatch.chdir(tmp_path)
    call = ("tiny", "--max-new", "1", "-o", "result.json", "--quiet")
    with monkeypatch.context() as patched:
        patched.setattr("netdesign.analysis.best_by_hub_count.solved_in_time", stopped)
        assert [netdesign("solve", *call).err for _ in range(2)] == ["", ""]
    assert netdesign("solve", *call).err == ""
    whole = (tmp_path / "result.json").read_bytes()
    monkeypatch.setattr("netdesign.analysis.best_by_hub_count.solved_in_time", stopped)
    ended = netdesign("solve", *call)
    assert ended.code == ExitCode.ANSWERED
    better = "result.json holds a better answer to the same question and stays as it is; this one is not written"
    assert ended.err == f"warning: {better}\n"
    assert (tmp_path / "result.json").read_bytes() == whole


def test_a_gap_within_what_is_proven_is_no_reason_to_lose_a_runner_up(tmp_path, monkeypatch):
    whole = nd.solve("tiny", max_new=1).document
    whole = whole.model_copy(update={"networks": [one.model_copy(update={"gap": 5e-7}) for one in whole.networks]})
    monkeypatch.setattr("netdesign.analysis.best_by_hub_count.solved_in_time", stopped)
    short = nd.solve("tiny", max_new=1).document
    assert is_better(whole.model_copy(update={"gap": 5e-7}), short)
    assert not is_better(whole.model_copy(update={"gap": 5e-6}), short)


def test_numbers_that_are_searched_as_one_are_noted(tmp_path):
    answer = nd.solve("europe-linear", max_new=20, time_limit=1e-9)
    note = (
        "1 to 21 hubs are too many numbers to answer one by one: they are searched as one, and what is shown is the "
        "best network of all of them; --max-new or --hubs asks for fewer"
    )
    assert note in answer.notes
    assert answer.to_dict()["searched_as_one"] == [1, 21]
    answer.save(tmp_path / "result.json")
    assert nd.verify("europe-linear", tmp_path / "result.json").contradictions == ()
    fewer = nd.solve("tiny", max_new=2)
    assert "searched_as_one" not in fewer.to_dict()
    assert fewer.notes == ()


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((1, 20), "searched_as_one: states [1, 20]; 1 to 21 hubs are searched as one"),
        (None, None),
    ],
)
def test_a_false_range_of_numbers_is_contradicted(numbers, text, tmp_path):
    document = nd.solve("europe-linear", max_new=20, time_limit=1e-9).document
    changed = document.model_copy(update={"searched_as_one": numbers})
    (tmp_path / "result.json").write_text(changed.model_dump_json(), encoding="utf-8")
    found = nd.verify("europe-linear", tmp_path / "result.json").contradictions
    assert found == (() if text is None else (text,))
