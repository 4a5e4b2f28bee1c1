"""Measure solving times by number of cities: ``python -m benchmarks.growth [--again]``.

AP cut to n cities, three hubs, multiple and single allocation: the decomposition engine on all n, the straight models
through HiGHS up to STRAIGHT_UP_TO cities and STRAIGHT_S seconds. A row of ``growth.csv`` is one whole process. Rows
that stand are not measured again; the file is written after each.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engine_instances import PUBLISHED
from benchmarks.process import ROOT, solve
from benchmarks.tables import read_table, rounded, write_table

if TYPE_CHECKING:
    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "growth.csv"
NODES = (25, 30, 40, 50, 75, 100, 125, 150, 175, 200)
HUBS = 3
STRAIGHT_UP_TO = 40
STRAIGHT_S = 90.0
ENGINE_S = 180.0
MODELS = {
    "multiple": ("multiple_allocation_path", "multiple_allocation_flow"),
    "single": ("single_allocation_flow",),
}
COLUMNS = (
    "allocation", "n", "way", "limit_s", "seconds", "peak_mb", "solve_s", "value", "bound", "gap", "termination",
    "note",
)  # fmt: skip
KEY = ("allocation", "n", "way")

Key = tuple[str, int, str]


def main() -> None:
    """Measure what is missing and write after each row."""
    parser = argparse.ArgumentParser(description="How solving grows with the number of cities.")
    parser.add_argument("--again", action="store_true", help="rows that stand too")
    parser.add_argument("--up-to", type=int, default=max(NODES), metavar="N", help="no more cities than these")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the table")
    options = parser.parse_args()
    rows: dict[Key, Measured] = {
        (row["allocation"], int(row["n"]), row["way"]): dict(row) for row in read_table(options.output)
    }
    # Compiles, once a machine.
    for allocation in MODELS:
        measure((allocation, min(NODES), "decomposition"))
    for key in keys():
        if key[1] > options.up_to or (key in rows and not options.again):
            continue
        rows[key] = row = measure(key)
        write_table(options.output, COLUMNS, [rows[key] for key in keys() if key in rows])
        print(*(row[name] for name in (*KEY, "seconds", "solve_s", "gap", "termination", "note")), flush=True)


def keys() -> list[Key]:
    """Return allocation, number of cities and method of each row, in order."""
    return [
        (allocation, nodes, way)
        for allocation, models in MODELS.items()
        for nodes in NODES
        for way in ("decomposition", *(models if nodes <= STRAIGHT_UP_TO else ()))
    ]


def measure(key: Key) -> Measured:
    """Solve AP with this many cities by one method and return its row."""
    allocation, nodes, way = key
    words = [str(PUBLISHED / "ap" / "APdata200"), "--format-in", "ap", "--nodes", str(nodes), "--hubs", str(HUBS)]
    words += ["--set", f"problem.allocation={allocation}", "--threads", str(os.cpu_count())]
    is_engine = way == "decomposition"
    words += ["--engine", way] if is_engine else ["--engine", "monolithic", "--model", way]
    limit_s = ENGINE_S if is_engine else STRAIGHT_S
    run = solve(words, limit_s)
    found = {name: run.result.get(name) for name in ("objective", "bound", "gap", "termination")}
    cells = {name: "" if value is None else value for name, value in found.items()}
    row: Measured = dict(zip(KEY, key, strict=True))
    row |= {"limit_s": limit_s, "seconds": round(run.seconds, 2), "peak_mb": run.peak_mb}
    row |= {"solve_s": rounded(run.times.get("solve_s")), "value": cells.pop("objective"), **cells}
    return row | {"note": run.note}


if __name__ == "__main__":
    main()
