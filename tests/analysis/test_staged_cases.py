"""The measuring of decisions over years: cases as the goals say, a table that goes on, and what a page shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from benchmarks.filling import Filling
from benchmarks.staged import COLUMNS, compare, place
from benchmarks.staged_cases import CLASSES, GENERATED, StagedCase, cases
from benchmarks.tables import read_table
from netdesign import catalogue
from scripts.doc_measurements import NOT_MEASURED, measured, ratio_verdict, staged_markdown
from scripts.doc_transcripts import ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

# Cases


def test_every_case_has_a_name_a_class_and_a_limit():
    names = [case.name for case in cases()]
    assert len(names) == len(set(names)) == 12
    assert {case.kind for case in cases()} == set(CLASSES)
    assert all(case.limit_s >= (case.goal_s or 0) for case in cases())
    assert all(case.against in names for case in cases() if case.goal_ratio)


def test_a_case_without_goal_and_limit_is_refused():
    with pytest.raises(ValueError, match="neither goal nor limit"):
        _ = StagedCase("name", "class", None, "file").limit_s


def test_the_options_of_the_cases_are_those_of_the_command():
    told = run("netdesign timing --help", ROOT).output
    words = {word for case in cases() for word in case.options if word.startswith("--")}
    assert words
    assert [word for word in words if word not in told] == []


def test_instances_that_are_not_generated_are_bundled():
    assert {case.file for case in cases() if not case.is_generated} <= set(catalogue.instances())


def test_a_generated_instance_is_written_once(tmp_path):
    word = f"{GENERATED}gateway.30.10.3"
    folder = tmp_path / "gateway.30.10.3"
    assert place(word, tmp_path) == str(folder)
    (folder / "cities.csv").write_text("touched", encoding="utf-8")
    assert place(word, tmp_path) == str(folder)
    assert (folder / "cities.csv").read_text(encoding="utf-8") == "touched"
    assert place("europe-2035", tmp_path) == "europe-2035"


# A table that goes on where it stopped


@dataclass(frozen=True)
class _Case:
    name: str
    kind: str = "any"
    goal_s: float | None = 1.0


class _Stopped(Exception):
    """Stands for a signal in the middle of a run."""


class _Measuring:
    """Counts what is measured; stops at one case where it is told to."""

    def __init__(self, output: Path, stop_at: str = "") -> None:
        self.measured: list[str] = []
        self.warmed = 0
        self._stop_at = stop_at
        self.filling = Filling(
            "Test.",
            output,
            ("name", "limit_s", "note"),
            ("name",),
            ("any", "other"),
            [_Case("a"), _Case("b", "other"), _Case("c")],
            self._measure,
            self._warm,
        )

    def _measure(self, case: _Case, _folder: Path) -> dict[str, object]:
        if case.name == self._stop_at:
            raise _Stopped
        self.measured.append(case.name)
        return {"name": case.name, "limit_s": 1, "note": ""}

    def _warm(self, _folder: Path) -> None:
        self.warmed += 1


def test_a_run_goes_on_where_another_was_stopped(tmp_path):
    file = tmp_path / "table.csv"
    stopped = _Measuring(file, stop_at="b")
    with pytest.raises(_Stopped):
        stopped.filling.main([])
    assert [row["name"] for row in read_table(file)] == ["a"]
    after = _Measuring(file)
    after.filling.main([])
    assert after.measured == ["b", "c"]
    assert [row["name"] for row in read_table(file)] == ["a", "b", "c"]
    idle = _Measuring(file)
    idle.filling.main([])
    assert (idle.measured, idle.warmed) == ([], 0)


@pytest.mark.parametrize(
    ("words", "measured"),
    [
        (["--again"], ["a", "b", "c"]),
        (["b"], ["b"]),
        (["--class", "any", "--again"], ["a", "c"]),
        (["--list", "--again"], []),
    ],
)
def test_rows_are_measured_again_on_demand(tmp_path, words, measured):
    _Measuring(tmp_path / "table.csv").filling.main([])
    again = _Measuring(tmp_path / "table.csv")
    again.filling.main(words)
    assert again.measured == measured


def test_an_unknown_row_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        _Measuring(tmp_path / "table.csv").filling.main(["d"])
    assert "there is no row d" in capsys.readouterr().err


def test_rows_without_a_case_are_dropped(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("name,limit_s,note\nold,1,\nc,1,\n", encoding="utf-8")
    _Measuring(file).filling.main(["a"])
    assert [row["name"] for row in read_table(file)] == ["a", "c"]


# Rows held against another one


def row(**cells: object) -> dict[str, object]:
    """Return a row of the table with some cells."""
    return dict.fromkeys(COLUMNS, "") | cells


ENGINE = {"name": "engine", "plan_s": "0.5", "termination": "optimal", "value": "100.0"}
STRAIGHT = {"name": "straight", "against": "engine", "plan_s": 60.0, "termination": "optimal", "value": 100.00001}


@pytest.mark.parametrize(
    ("engine", "straight", "ratio", "check"),
    [
        ({}, {}, 120.0, "agrees"),
        ({}, {"value": 100.1}, 120.0, "contradicts"),
        ({}, {"termination": "time_limit", "value": 110.0}, 120.0, ""),
        ({}, {"termination": "", "plan_s": ""}, "", ""),
        ({"termination": "time_limit"}, {}, "", ""),
    ],
)
def test_a_ratio_needs_a_proof_to_compare_with(engine, straight, ratio, check):
    """What a row said before is forgotten: the other one may have been measured anew."""
    rows = {"engine": row(**ENGINE | engine), "straight": row(**STRAIGHT | straight, ratio=7.0, check="agrees")}
    compare(rows)
    assert (rows["straight"]["ratio"], rows["straight"]["check"]) == (ratio, check)
    assert (rows["engine"]["ratio"], rows["engine"]["check"]) == ("", "")


def test_a_row_is_not_compared_where_the_other_is_missing():
    rows = {"straight": row(**STRAIGHT)}
    compare(rows)
    assert rows["straight"]["ratio"] == ""


# The page


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, "met: 120 times"),
        ({"termination": "time_limit"}, "met: over 120 times"),
        ({"ratio": "60.0"}, "open: 60 times"),
        ({"ratio": "60.0", "termination": "time_limit"}, "open: over 60 times"),
        ({"ratio": ""}, "open: nothing to compare"),
        ({"check": "contradicts"}, "**values differ**"),
    ],
)
def test_a_ratio_is_judged_by_its_goal(changed, word):
    measured = {"ratio": "120.0", "goal_ratio": "100.0", "termination": "optimal", "check": "agrees"}
    assert ratio_verdict(measured | changed) == word


def test_the_table_shows_goal_seconds_and_verdict(tmp_path):
    file = tmp_path / "staged.csv"
    proven = {"termination": "optimal", "gap": "0.0", "peak_mb": "100", "engine": "dynamic", "value": "1234567.8"}
    seconds = {"seconds": "2.5", "plan_s": "0.6", "delays_s": "0.75", "single_years_s": "0.25"}
    shown = [
        row(**proven, **seconds, name="quick", goal_s="3.0", is_generated="True"),
        row(name="wide", goal_s="300.0", goal_gap="0.02", seconds="301", termination="time_limit", gap="0.015"),
        row(name="straight", goal_ratio="100.0", against="quick", seconds="9", termination="time_limit", ratio="15.0"),
        row(name="broken", goal_s="60.0", seconds="1.0"),
    ]
    lines = [",".join(COLUMNS), *(",".join(str(one[name]) for name in COLUMNS) for one in shown)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert measured(file, staged_markdown).splitlines()[2:] == [
        "| quick (generated) | 3 s | 2.5 | 0.60 | 1.00 | 100 | 1,234,568 | 0.0e+00 | dynamic | met |",
        "| wide | 300 s, or 2.00 % | 301 |  |  |  |  | 1.5e-02 |  | met: gap under 2.0 % |",
        "| straight | 100 times quick | 9 |  |  |  |  |  |  | open: over 15 times |",
        "| broken | 60 s | 1.0 |  |  |  |  |  |  | open: no plan |",
    ]
    assert measured(tmp_path / "none.csv", staged_markdown) == NOT_MEASURED
