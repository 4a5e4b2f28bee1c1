"""Measure the engines for decisions over years, as whole processes: ``python -m benchmarks.staged [NAME ...]``.

Each row of ``staged.csv`` is one call of ``netdesign timing``: seconds of the whole process with reading, imports and
all further searches, peak memory, the phases, value, bound and gap of the plan, and the goal. A row with a reference
row has the ratio of the times of the searches for the plan. Rows that the file has are not measured
again unless they are named, or all of them by ``--again``; the file is written after each row. ``--class`` keeps to
some classes, ``--list`` measures nothing. First calls that do not count fill disk caches.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from benchmarks.filling import Filling, agreement, blank, result_cell, written_once
from benchmarks.process import ROOT, answer
from benchmarks.staged_cases import CLASSES, GENERATED, cases
from benchmarks.staged_instances import write
from benchmarks.tables import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.staged_cases import StagedCase
    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "staged.csv"
COLUMNS = (
    "name", "class", "goal_s", "goal_gap", "goal_ratio", "limit_s", "seconds", "peak_mb", "read_s", "known_s", "plan_s",
    "delays_s", "single_years_s", "values_s", "value", "bound", "gap", "termination", "engine", "against", "ratio",
    "check", "is_generated", "note",
)  # fmt: skip
PHASES = ("read_s", "known_s", "plan_s", "delays_s", "single_years_s", "values_s")
"""Phases of a result; ``known_s`` comes before the plan where regret is minimised, and after it otherwise."""
THREADS = ("--threads", str(os.cpu_count()))


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    Filling(
        description="Measure the engines for decisions over years; see the top of this file.",
        output=OUTPUT,
        columns=COLUMNS,
        shown=("name", "seconds", "value", "gap", "termination", "engine", "ratio", "check", "note"),
        classes=CLASSES,
        cases=cases(),
        measure=measure,
        warm=_warm,
        complete=compare,
    ).main()


def measure(case: StagedCase, folder: Path) -> Measured:
    """Run a case as a process and return its row."""
    run = answer("timing", [place(case.file, folder), *case.options, *THREADS], case.limit_s)
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": blank(case.goal_s),
        "goal_gap": blank(case.goal_gap),
        "goal_ratio": blank(case.goal_ratio),
        "limit_s": case.limit_s,
        "seconds": round(run.seconds, 2),
        "peak_mb": run.peak_mb,
        **{phase: rounded(run.times.get(phase)) for phase in PHASES},
        **{name: result_cell(run, name) for name in ("bound", "gap", "termination")},
        "value": result_cell(run, "objective"),
        "engine": run.engine,
        "against": case.against,
        "ratio": "",
        "check": "",
        "is_generated": case.is_generated,
        "note": run.note,
    }


def compare(rows: Mapping[str, Measured]) -> None:
    """Enter ratio and agreement into the rows with a reference row, where that is proven."""
    for row in rows.values():
        other = rows.get(str(row["against"]), {})
        row["ratio"] = row["check"] = ""
        if not row["plan_s"] or not other.get("plan_s") or other["termination"] != "optimal":
            continue
        ours, theirs = (float(str(one["plan_s"])) for one in (row, other))
        row["ratio"] = round(ours / theirs, 1)
        if row["termination"] == "optimal":
            row["check"] = agreement(row, other)


def place(word: str, folder: Path) -> str:
    """Return the instance of an argument; a generated one is written into the folder first."""
    return written_once(word, GENERATED, folder, write)


def _warm(folder: Path) -> None:
    """Load all modules once, so that the first row does not pay for cold disks."""
    smallest = next(case for case in cases() if case.is_generated)
    answer("timing", [place(smallest.file, folder)], smallest.limit_s)


if __name__ == "__main__":
    main()
