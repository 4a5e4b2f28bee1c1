"""Measure the European question as whole processes: ``python -m benchmarks.vehicles [NAME ...]``.

With vehicles that leave, cut for the straight model, and by the tonne at the size that operators have.

Each row of ``vehicles.csv`` is one call of ``netdesign solve``, or of ``verify --prove`` on its answer: seconds of the
whole process with all searches, with runner-up and reading by the tonne, peak memory, value, bound and gap of the best
network, and the goals. A row with a reference row has the ratio of their seconds. Rows that the file has are not
measured again unless they are named, or all of them by ``--again``; the file is written after each row. ``--class``
keeps to some classes, ``--list`` measures nothing. A first call that does not count fills disk caches.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from benchmarks.filling import Filling, agreement, blank, result_cell, written_once
from benchmarks.process import LEAVE_S, ROOT, Run, solve
from benchmarks.process import run as run_command
from benchmarks.scaled_instances import write as write_scaled
from benchmarks.tables import rounded
from benchmarks.vehicle_cases import CLASSES, CUT, LINED, SCALED, cases
from benchmarks.vehicle_instances import write as write_cut
from scripts.line_readings import write as write_lined

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.tables import Measured
    from benchmarks.vehicle_cases import VehicleCase

OUTPUT = ROOT / "benchmarks" / "vehicles.csv"
COLUMNS = (
    "name", "class", "goal_s", "goal_gap", "goal_mb", "goal_ratio", "is_most", "limit_s", "seconds", "processor_s",
    "peak_mb", "solve_s", "value", "bound", "gap", "termination", "hubs", "steps", "engine", "against", "ratio",
    "check", "note",
)  # fmt: skip
THREADS = ("--threads", str(os.cpu_count()))


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    Filling(
        description="Measure the European question; see the top of this file.",
        output=OUTPUT,
        columns=COLUMNS,
        shown=("name", "seconds", "peak_mb", "value", "gap", "termination", "hubs", "steps", "ratio", "check", "note"),
        classes=CLASSES,
        cases=cases(),
        measure=measure,
        warm=_warm,
        complete=compare,
    ).main()


def measure(case: VehicleCase, folder: Path) -> Measured:
    """Run a case as a process and return its row."""
    file = place(case.file, folder)
    run = solve([file, *case.options, *THREADS], case.limit_s)
    if case.is_proof:
        run = proven_again(file, run, case.limit_s, folder)
    steps = run.result.get("steps", [])
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": blank(case.goal_s),
        "goal_gap": blank(case.goal_gap),
        "goal_mb": blank(case.goal_mb),
        "goal_ratio": blank(case.goal_ratio),
        "is_most": case.is_most,
        "limit_s": case.limit_s,
        "seconds": round(run.seconds, 2),
        "processor_s": round(run.processor_s, 2),
        "peak_mb": run.peak_mb,
        "solve_s": rounded(run.times.get("solve_s")),
        **{name: result_cell(run, name) for name in ("bound", "gap", "termination")},
        "value": result_cell(run, "objective"),
        "hubs": " ".join((run.result.get("plan") or {}).get("open_hubs", [])),
        "steps": " ".join(step["verdict"] for step in steps),
        "engine": run.engine,
        "against": case.against,
        "ratio": "",
        "check": "",
        "note": run.note,
    }


def proven_again(file: str, answered: Run, limit_s: float, folder: Path) -> Run:
    """Run ``verify --prove`` on an answer; the result is that of the answer where all of it holds, else empty."""
    stated = folder / "result.json"
    stated.write_text(json.dumps(answered.result), encoding="utf-8")
    words = ["verify", file, str(stated), "--prove", "--time-limit", f"{limit_s:g}"]
    found = run_command(words, limit_s + LEAVE_S)
    figures = {name: found[name] for name in ("code", "seconds", "processor_s", "peak_mb")}
    if found["code"] != 0:
        return Run(**figures, result={}, note=found["note"])
    return Run(**figures, result=answered.result, note="verify --prove")


def compare(rows: Mapping[str, Measured]) -> None:
    """Enter ratio and, where both solve the same instance, agreement into the rows with a reference row."""
    for row in rows.values():
        other = rows.get(str(row["against"]), {})
        row["ratio"] = row["check"] = ""
        if not row["value"] or not other.get("value"):
            continue
        row["ratio"] = round(float(str(row["seconds"])) / float(str(other["seconds"])), 2)
        is_same = str(row["is_most"]) == "False"
        if is_same and {row["termination"], other["termination"]} == {"optimal"}:
            row["check"] = agreement(row, other)


def place(word: str, folder: Path) -> str:
    """Return the instance of an argument; one that is made of others is written into the folder first."""
    for prefix, write in ((CUT, write_cut), (SCALED, write_scaled), (LINED, write_lined)):
        word = written_once(word, prefix, folder, write)
    return word


def _warm(folder: Path) -> None:
    """Load all modules once, so that the first row does not pay for cold disks."""
    solve([place(f"{CUT}3.3", folder)], 60.0)


if __name__ == "__main__":
    main()
