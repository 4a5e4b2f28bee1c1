"""Measure the engines, class by class, as whole processes: ``python -m benchmarks.engines [NAME ...]``.

Each row of ``engines.csv`` is one call of ``netdesign solve``: seconds of the whole process with reading and imports,
peak memory, the phases, value, bound and gap, beside the goal and the published optimum. Rows that the file has are not
measured again unless they are named, or all of them by ``--again``; the file is written after each row. ``--class``
keeps to some classes, ``--list`` measures nothing. Compiled code is cached by first calls that do not count.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engine_cases import CLASSES, GENERATED, Case, cases, published_row
from benchmarks.engine_instances import PUBLISHED
from benchmarks.process import ROOT, Run, solve
from benchmarks.tables import read_table, rounded, write_table
from netdesign.analysis.bench.run import Finding, compare
from netdesign.solve.limits import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.tables import Measured

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
"""A small instance of each kind; an engine that refuses one has nothing to compile for it."""


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    options = _options()
    known: dict[str, Measured] = {row["name"]: dict(row) for row in read_table(options.output)}
    chosen = [case for case in cases() if _is_chosen(case, options)]
    due = [case for case in chosen if options.again or case.name in options.names or _is_missing(case, known)]
    if options.list:
        for case in chosen:
            goal = "no goal" if case.goal_s is None else f"{case.goal_s:g} s"
            print(f"{'due' if case in due else '':<4} {case.name:<33} {case.kind:<34} {goal}")
        return
    with tempfile.TemporaryDirectory() as folder:
        if due:
            _warm(Path(folder))
        for case in due:
            known[case.name] = row = measure(case, Path(folder))
            _write(options.output, known)
            shown = ("name", "seconds", "value", "gap", "termination", "engine", "check", "note")
            print(*(row[name] for name in shown), flush=True)


def _is_missing(case: Case, known: Mapping[str, Measured]) -> bool:
    """Whether the table lacks a row, or has it from before limits and phases were noted."""
    return not known.get(case.name, {}).get("limit_s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the engines; see the top of this file.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows, even where they stand")
    parser.add_argument("--class", dest="classes", action="append", choices=CLASSES, help="only this class; repeatable")
    parser.add_argument("--again", action="store_true", help="rows that stand too")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the table, by default engines.csv")
    parser.add_argument("--list", action="store_true", help="show what would be measured")
    options = parser.parse_args()
    unknown = set(options.names) - {case.name for case in cases()}
    if unknown:
        parser.error(f"there is no row {', '.join(sorted(unknown))}; --list shows all")
    return options


def _is_chosen(case: Case, options: argparse.Namespace) -> bool:
    return (not options.names or case.name in options.names) and (not options.classes or case.kind in options.classes)


def measure(case: Case, folder: Path) -> Measured:
    """Run a case as a process and return its row."""
    words = [place(word, folder) for word in (case.file, *case.options)]
    run = solve([*words, *THREADS], case.limit_s)
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": "" if case.goal_s is None else case.goal_s,
        "goal_gap": "" if case.goal_gap is None else case.goal_gap,
        "limit_s": case.limit_s,
        "seconds": round(run.seconds, 2),
        "peak_mb": run.peak_mb,
        **{phase: rounded(run.times.get(phase)) for phase in PHASES},
        **{name: _cell(run, name) for name in ("bound", "gap", "termination")},
        "value": _cell(run, "objective"),
        "engine": run.engine,
        "published": case.published.optimum if case.published else "",
        "check": check(case, run),
        "is_generated": case.is_generated,
        "note": run.note,
    }


def _cell(run: Run, name: str) -> object:
    value = run.result.get(name)
    return "" if value is None else value


def check(case: Case, run: Run) -> str:
    """Hold value and bound against the published optimum: agrees, contradicts, or nothing where neither is shown."""
    if case.published is None or not run.result:
        return ""
    value, bound, termination = (run.result.get(name) for name in ("objective", "bound", "termination"))
    if compare(case.published, value, bound, termination) is Finding.CONTRADICTS:
        return "contradicts"
    optimum = float(case.published.optimum)
    # At the gap that is asked for, a proven value may be off by more than the last digit printed.
    is_near = value is not None and abs(value - optimum) <= case.published.last_digit + OPTIMAL_GAP * abs(optimum)
    return "agrees" if is_near and termination == "optimal" else ""


def place(word: str, folder: Path) -> str:
    """Return a word of a call with its path: of a published file, or of one that is generated into the folder."""
    if not word.startswith(GENERATED):
        return str(PUBLISHED / word) if (PUBLISHED / word).is_file() else word
    name = word.removeprefix(GENERATED)
    file = folder / name
    if not file.exists():
        subprocess.run([sys.executable, "-m", "benchmarks.engine_instances", name, file], cwd=ROOT, check=True)
    return str(file)


def _warm(folder: Path) -> None:
    """Compile what is compiled once a machine, whichever engine needs it."""
    for name in WARM:
        row = published_row(*name)
        solve([*(place(word, folder) for word in (row.file, *row.options)), "--engine", "decomposition"], 120)


def _write(file: Path, rows: Mapping[str, Measured]) -> None:
    """Write the rows of cases that there are, in their order."""
    order = {case.name: place for place, case in enumerate(cases())}
    kept = sorted((row for row in rows.values() if row["name"] in order), key=lambda row: order[str(row["name"])])
    write_table(file, COLUMNS, kept)


if __name__ == "__main__":
    main()
