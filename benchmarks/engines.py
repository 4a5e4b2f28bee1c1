"""Measure the engines, class by class, as whole processes: ``python -m benchmarks.engines [NAME ...]``.

Each row of ``engines.csv`` is one call of ``netdesign solve``: seconds of the whole process with reading and imports,
peak memory, the phases, value, bound and gap, the goal and the published optimum. Rows that the file has are not
measured again unless they are named, or all of them by ``--again``; the file is written after each row. ``--class``
keeps to some classes, ``--list`` measures nothing. Compiled code is cached by first calls that do not count.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.engine_cases import CLASSES, GENERATED, cases, published_row
from benchmarks.engine_instances import PUBLISHED
from benchmarks.filling import Filling, blank, result_cell
from benchmarks.process import ROOT, solve
from benchmarks.tables import rounded
from netdesign.analysis.bench.records import Finding
from netdesign.analysis.bench.run import compare
from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.engine_cases import Case
    from benchmarks.process import Run
    from benchmarks.tables import Measured
    from netdesign.analysis.bench.rows import Row

OUTPUT = ROOT / "benchmarks" / "engines.csv"
COLUMNS = (
    "name", "class", "goal_s", "goal_gap", "limit_s", "seconds", "peak_mb", "read_s", "load_s", "build_s",
    "hand_over_s", "solve_s", "value", "bound", "gap", "termination", "engine", "published", "check",
    "is_generated", "note",
)  # fmt: skip
PHASES = ("read_s", "load_s", "build_s", "hand_over_s", "solve_s")
THREADS = ("--threads", str(os.cpu_count()))
WARM = (
    ("AP10.3", "UMApHMP"), ("AP10.3", "USApHMP"), ("10LL", "CSAHLP"), ("cap71", "UFLP"), ("pmed1", "p-median"),
    ("cap71", "CFLP"),
)  # fmt: skip
"""A small instance of each kind, to compile kernels; an engine that refuses one needs none for it."""


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    Filling(
        description="Measure the engines; see the top of this file.",
        output=OUTPUT,
        columns=COLUMNS,
        shown=("name", "seconds", "value", "gap", "termination", "engine", "check", "note"),
        classes=CLASSES,
        cases=cases(),
        measure=measure,
        warm=_warm,
    ).main()


def measure(case: Case, folder: Path) -> Measured:
    """Run a case as a process and return its row."""
    words = [place(word, folder) for word in (case.file, *case.options)]
    run = solve([*words, *THREADS], case.limit_s)
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": blank(case.goal_s),
        "goal_gap": blank(case.goal_gap),
        "limit_s": case.limit_s,
        "seconds": round(run.seconds, 2),
        "peak_mb": run.peak_mb,
        **{phase: rounded(run.times.get(phase)) for phase in PHASES},
        **{name: result_cell(run, name) for name in ("bound", "gap", "termination")},
        "value": result_cell(run, "objective"),
        "engine": run.engine,
        "published": case.published.optimum if case.published else "",
        "check": check(case.published, run),
        "is_generated": case.is_generated,
        "note": run.note,
    }


def check(published: Row | None, run: Run) -> str:
    """Compare value and bound with the published optimum: agrees, contradicts, or an empty text."""
    if published is None or not run.result:
        return ""
    value, bound, termination = (run.result.get(name) for name in ("objective", "bound", "termination"))
    if compare(published, value, bound, termination) is Finding.CONTRADICTS:
        return "contradicts"
    optimum = float(published.optimum)
    # At the gap that is asked for, a proven value may be off by more than the last digit printed.
    is_near = value is not None and abs(value - optimum) <= published.last_digit + OPTIMAL_GAP * abs(optimum)
    return "agrees" if is_near and termination == "optimal" else ""


def place(word: str, folder: Path) -> str:
    """Return an argument of a call; a file gets its path, and a generated one is written into the folder."""
    if not word.startswith(GENERATED):
        return str(PUBLISHED / word) if (PUBLISHED / word).is_file() else word
    name = word.removeprefix(GENERATED)
    file = folder / name
    if not file.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.engine_instances", name, file], cwd=ROOT, check=True)
    return str(file)


def _warm(folder: Path) -> None:
    """Compile the kernels of all engines, which happens once on a machine."""
    for name in WARM:
        row = published_row(*name)
        solve([*(place(word, folder) for word in (row.file, *row.options)), "--engine", "decomposition"], 120)


if __name__ == "__main__":
    main()
