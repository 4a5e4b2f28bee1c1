"""Measure ``netdesign solve`` on the European instances as a whole process, split by phase.

``python benchmarks/solve_europe.py [NAME ...]`` runs the command several times on each bundled instance, the one priced
by the tonne where none is named, writes ``solve_europe.csv`` (a row a run) and prints the medians and the two figures
that are claimed: the share of building and handing over, and the peak memory.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUNS = 5
BY_THE_TONNE = "europe-linear"
COLUMNS = (
    "instance", "run", "wall_s", "processor_s", "peak_mb", "imports_s", "read_s", "build_s", "hand_over_s", "solve_s",
    "runner_up_and_minima_s", "objective_eur", "cores", "python", "highspy", "pyomo",
)  # fmt: skip


def main() -> None:
    """Run, write, summarise."""
    names = sys.argv[1:] or [BY_THE_TONNE]
    # The first run warms the file caches and does not count.
    rows = [row for name in names for row in [measure(name, run) for run in range(RUNS + 1)][1:]]
    with (HERE / "solve_europe.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for name in names:
        _summarise(name, [row for row in rows if row["instance"] == name])


def _summarise(name: str, rows: list[dict[str, object]]) -> None:
    print(name)
    for column in COLUMNS[2:11]:
        print(f"{column:<24} median {statistics.median(float(str(row[column])) for row in rows):8.2f}")
    shares = [(float(str(row["build_s"])) + float(str(row["hand_over_s"]))) / float(str(row["wall_s"])) for row in rows]
    print(f"building and handing over: {statistics.median(shares):.0%} of the whole process")


def measure(name: str, run: int) -> dict[str, object]:
    """Run the command on an instance once and return its row."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "netdesign", "solve", str(HERE.parent / "instances" / name)]
        command += ["--quiet", "--format", "csv", "-o", str(result)]
        begun = time.perf_counter()
        # os.wait4 gives the figures of this one process; subprocess would only give those of all children together.
        process = os.posix_spawn(command[0], command, os.environ, file_actions=_silent(folder))
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - begun
        if status != 0:
            sys.exit(f"netdesign ended with status {os.waitstatus_to_exitcode(status)}")
        document = json.loads(result.read_text(encoding="utf-8"))
    times = document["times"]
    row: dict[str, object] = {name: times[name] for name in COLUMNS if name in times}
    row |= {
        "instance": name,
        "run": run,
        "wall_s": round(wall, 3),
        "processor_s": round(usage.ru_utime + usage.ru_stime, 3),
    }
    row |= {"peak_mb": round(usage.ru_maxrss / 1024, 1), "imports_s": round(wall - times["total_s"], 3)}
    row |= {"objective_eur": round(document["objective"], 2), "cores": os.cpu_count()}
    versions = document["versions"]
    return row | {"python": platform.python_version(), "highspy": versions["highspy"], "pyomo": versions["pyomo"]}


def _silent(folder: str) -> list[tuple[object, ...]]:
    return [(os.POSIX_SPAWN_OPEN, 1, str(Path(folder) / "stdout"), os.O_WRONLY | os.O_CREAT, 0o600)]


if __name__ == "__main__":
    main()
