"""Measure this build against an earlier one, in turn: ``python -m benchmarks.against_build CHECKOUT [NAME ...]``.

CHECKOUT is a folder with the earlier source and its ``.venv``, as its own ``make`` sets it up. Each row of
``against_build.csv`` is a case of ``engines.py`` or ``staged.py``: seconds of the whole process and of the processors
by either build, the least of several runs where they are short, and the ratio of the latter. Rows that the file has are
kept unless they are named; the file is written after each row. First calls that do not count compile the kernels of
both builds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import engine_cases, engines, staged, staged_cases
from benchmarks.process import ROOT, answer
from benchmarks.tables import read_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.process import Run
    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "against_build.csv"
COLUMNS = (
    "name", "command", "before_s", "now_s", "before_processor_s", "now_processor_s", "ratio", "runs", "check"
)  # fmt: skip
THREADS = ("--threads", str(os.cpu_count()))
SHORT_S = (1.0, 5.0)
"""Below these seconds a case is run five times and three times."""

WARM_S = 120.0
"""Time limit of a call that compiles."""

Call = tuple[str, list[str], float]
"""Command, arguments, and time limit in seconds."""


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    parser = argparse.ArgumentParser(description="Measure this build against an earlier one; see the top of this file.")
    parser.add_argument("checkout", type=Path, help="the earlier build")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows, even where they stand")
    options = parser.parse_args()
    rows: dict[str, Measured] = {row["name"]: dict(row) for row in read_table(OUTPUT)}
    with tempfile.TemporaryDirectory() as folder:
        warm(Path(folder), options.checkout.resolve())
        for name, call in calls(Path(folder)):
            if name in options.names or (not options.names and name not in rows):
                rows[name] = row = {"name": name, **measure(call, options.checkout.resolve())}
                write_table(OUTPUT, COLUMNS, rows.values())
                print(*(row[column] for column in COLUMNS), flush=True)
    ratios = sorted(float(str(row["ratio"])) for row in rows.values() if row["ratio"] != "")
    print(f"{len(ratios)} rows, median {statistics.median(ratios):.3f}, largest {ratios[-1]:.3f}", file=sys.stderr)


def warm(folder: Path, earlier: Path) -> None:
    """Compile the kernels of both builds."""
    for name in engines.WARM:
        row = engine_cases.published_row(*name)
        words = [engines.place(word, folder) for word in (row.file, *row.options)]
        for build in (earlier, ROOT):
            ask(("solve", [*words, "--engine", "decomposition"], WARM_S), build)


def calls(folder: Path) -> Iterator[tuple[str, Call]]:
    """Yield name and call of each case of both tables."""
    for case in engine_cases.cases():
        words = [engines.place(word, folder) for word in (case.file, *case.options)]
        yield f"{case.kind}: {case.name}", ("solve", words, case.limit_s)
    for case in staged_cases.cases():
        yield case.name, ("timing", [staged.place(case.file, folder), *case.options], case.limit_s)


def measure(call: Call, earlier: Path) -> Measured:
    """Run a case by both builds in turn, which of them first changing, and return its row."""
    runs = {"before": [ask(call, earlier)], "now": [ask(call, ROOT)]}
    repeats = sum(2 for limit in SHORT_S if max(run.seconds for own in runs.values() for run in own) < limit)
    for turn in range(repeats):
        pair = (("now", ROOT), ("before", earlier))
        for name, build in pair if turn % 2 == 0 else reversed(pair):
            runs[name].append(ask(call, build))
    seconds = {f"{name}_s": min(run.seconds for run in own) for name, own in runs.items()}
    processors = {name: min(run.processor_s for run in own) for name, own in runs.items()}
    return {
        "command": call[0],
        **{name: round(value, 3) for name, value in seconds.items()},
        **{f"{name}_processor_s": round(value, 3) for name, value in processors.items()},
        "ratio": round(processors["now"] / processors["before"], 3),
        "runs": repeats + 1,
        "check": check(runs["before"][0], runs["now"][0]),
    }


def ask(call: Call, build: Path) -> Run:
    """Run a call by a build."""
    command, words, limit_s = call
    return answer(command, [*words, *THREADS], limit_s, build)


def check(before: Run, now: Run) -> str:
    """Return whether both runs ended alike, and with the same value to the last digit."""
    ends = [(run.code, run.result.get("termination"), run.result.get("objective")) for run in (before, now)]
    return "same" if ends[0] == ends[1] else f"{ends[0]} {ends[1]}"


if __name__ == "__main__":
    main()
