"""Measure many solves with changed volume in one process against as many calls of the command.

``python -m benchmarks.many_solves [NUMBER]`` solves ``random.25`` (25 cities, all of them sites) with two and with
three hubs, NUMBER times (50) each way, in turn, with another volume each time; the answers must be equal. Writes
``many_solves.csv`` and prints the ratio of the sums of seconds, whose goal is under a tenth.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import netdesign as nd
from benchmarks.engine_instances import FACTORS, euclidean
from benchmarks.process import solve

HERE = Path(__file__).resolve().parent
CITIES, LIMIT_S = 25, 60.0
COLUMNS = ("instance", "hubs", "engine", "solves", "python_s", "command_s", "ratio")


def main() -> None:
    """Measure, write, print."""
    number = int(sys.argv[1]) if sys.argv[1:] else 50
    rows = [measured(hubs, number) for hubs in (2, 3)]
    with (HERE / "many_solves.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(", ".join(f"{name} {value}" for name, value in row.items()))


def measured(hubs: int, number: int) -> dict[str, object]:
    """Solve with this number of hubs in both ways, and return the row."""
    place, flow = euclidean(CITIES)
    km = np.linalg.norm(place[:, None] - place[None], axis=2) / 1000
    factors = {"alpha": FACTORS["inter_hub"], **{name: FACTORS[name] for name in ("collection", "distribution")}}
    instance = nd.Instance.from_matrices(flow, km, hubs=hubs, name=f"random-{CITIES}", **factors)
    in_python = by_command = 0.0
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "instance"
        instance.save(saved)
        nd.solve(instance)  # all modules are loaded now
        for place in range(number):
            factor = 1 + place / number
            begun = time.perf_counter()
            answer = nd.solve(instance.with_values({"volume_factor": factor}))
            in_python += time.perf_counter() - begun
            run = solve([str(saved), "--set", f"volume_factor={factor}"], LIMIT_S)
            by_command += run.seconds
            if abs(run.result["objective"] - answer.objective) > 1e-9 * answer.objective:
                sys.exit(f"{answer.objective} in Python, {run.result['objective']} by the command")
    seconds = {"python_s": round(in_python, 2), "command_s": round(by_command, 2)}
    found = {"instance": f"random.{CITIES}", "hubs": hubs, "engine": run.engine, "solves": number}
    return found | seconds | {"ratio": round(in_python / by_command, 3)}


if __name__ == "__main__":
    main()
