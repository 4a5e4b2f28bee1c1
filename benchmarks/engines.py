"""Measure the engines, class by class, as whole processes: ``python benchmarks/engines.py [NAME ...]``.

Each row of ``engines.csv`` is one call of ``netdesign solve``: seconds of the whole process with reading and imports,
peak memory, value, bound and gap. Compiled code is cached by a first call that does not count. Rows that the file has
are not measured again unless they are named. The row ``ratio multiple`` solves AP25 with three hubs by engine and by
straight model in turn, three times, and compares the medians of the solve phase.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from engine_instances import euclidean, fixed_costs

from netdesign.instance import read_instance
from netdesign.instance.published.reading import Reading

HERE = Path(__file__).resolve().parent
PUBLISHED = Path(os.environ.get("NETDESIGN_BENCHMARKS", HERE.parent.parent / "shared" / "benchmarks"))
OUTPUT = HERE / "engines.csv"
COLUMNS = (
    "name",
    "class",
    "goal_s",
    "seconds",
    "peak_mb",
    "value",
    "bound",
    "gap",
    "termination",
    "engine",
    "is_generated",
)
RUNS = 3


@dataclass(frozen=True)
class Case:
    """A call to be measured; ``file`` is published or generated, ``goal_s`` what the class is to take."""

    name: str
    kind: str
    goal_s: float
    file: str
    options: tuple[str, ...]
    is_generated: bool = False


def ap(nodes: int, hubs: int, goal_s: float) -> Case:
    """Return a case of the AP set, multiple allocation."""
    options = ("--format-in", "ap", "--nodes", str(nodes), "--hubs", str(hubs))
    return Case(f"AP{nodes}.{hubs}", "multiple allocation", goal_s, "ap/APdata200", options)


def cases() -> list[Case]:
    """Return all cases, the quick ones first."""
    found = [ap(50, hubs, 2) for hubs in (2, 3, 4, 5)]
    found += [ap(100, hubs, 10) for hubs in (2, 3, 5, 10, 15, 20)]
    found += [ap(200, hubs, 10) for hubs in (2, 3, 4, 5, 6, 7, 8, 9, 10)]
    found += [ap(200, hubs, 30) for hubs in (15, 20)]
    for kind in "LT":
        options = ("--format-in", "ap", "--nodes", "200", "--fixed-costs", f"generated:Fcost{kind}.200")
        found.append(Case(f"AP200.{kind}", "multiple allocation", 10, "ap/APdata200", options, is_generated=True))
    for nodes, hubs, goal_s in ((300, 3, 30), (300, 5, 120), (500, 3, 600), (500, 5, 600)):
        options = ("--format-in", "ap", "--hubs", str(hubs))
        name = f"random {nodes}.{hubs}"
        found.append(Case(name, "multiple allocation", goal_s, f"generated:random.{nodes}", options, is_generated=True))
    options = ("--format-in", "ap", "--open", "1", "--set", "policies.hub_count.max=3")
    found.append(Case("random 500, 1 fixed", "one hub fixed", 10, "generated:random.500", options, is_generated=True))
    found += [Case(f"{n}, no capacity", "UFLP", 5, f"orlib_cap/{n}.txt", uflp_options()) for n in ("capa", "capc")]
    return found


def uflp_options() -> tuple[str, ...]:
    """Return how a file of capacitated facility location is read as an uncapacitated one."""
    return ("--format-in", "cap", "--capacity", "1e9", "--set", "policies.capacity=null")


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    named = sys.argv[1:]
    rows = {row["name"]: row for row in _read()}
    with tempfile.TemporaryDirectory() as folder:
        _warm(Path(folder))
        for case in cases():
            if case.name in rows and case.name not in named:
                continue
            rows[case.name] = measure(case, Path(folder))
            _write(rows)
            print(*rows[case.name].values(), flush=True)
        if "ratio" in named or "ratio multiple" not in rows:
            rows["ratio multiple"] = ratio(Path(folder))
            _write(rows)
            print(*rows["ratio multiple"].values(), flush=True)


def measure(case: Case, folder: Path) -> dict[str, object]:
    """Run a case as a process and return its row."""
    call = [_place(case.file, folder), *(_place(word, folder) for word in case.options)]
    call += ["--threads", str(os.cpu_count()), "--time-limit", str(case.goal_s * 3)]
    document, seconds, peak_mb = run(call, folder)
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": case.goal_s,
        "seconds": round(seconds, 2),
        "peak_mb": peak_mb,
        "value": document.get("objective"),
        "bound": document.get("bound"),
        "gap": document.get("gap"),
        "termination": document.get("termination"),
        "engine": document.get("engine", {}).get("name"),
        "is_generated": case.is_generated,
    }


def ratio(folder: Path) -> dict[str, object]:
    """Compare decomposition and straight model on AP25 with three hubs: medians of what solving takes."""
    call = [str(PUBLISHED / "ap" / "25.3"), "--format-in", "ap", "--hubs", "3", "--threads", str(os.cpu_count())]
    straight = [*call, "--engine", "monolithic", "--model"]
    forms = ("multiple_allocation_path", "multiple_allocation_flow")
    ways = {"decomposition": [*call, "--engine", "decomposition"], **{form: [*straight, form] for form in forms}}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, words in ways.items():
            times = run(words, folder)[0]["times"]
            seconds[name].append(times["solve_s"])
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    faster = min(medians[form] for form in forms)
    return {
        "name": "ratio multiple",
        "class": f"AP25.3, solve phase: {medians['decomposition']:.4f} s against {faster:.2f} s",
        "goal_s": 1000,
        "seconds": round(faster / medians["decomposition"]),
    }


def run(call: list[str], folder: Path) -> tuple[dict, float, float]:
    """Run ``netdesign solve`` once; return its result, the seconds of the process and its peak memory in MB."""
    result = folder / "result.json"
    result.unlink(missing_ok=True)
    command = [sys.executable, "-m", "netdesign", "solve", *call, "--quiet", "-o", str(result)]
    begun = time.perf_counter()
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0o600) for number in (1, 2)]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=silent)
    _, _, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    document = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
    return document, seconds, round(usage.ru_maxrss / 1024)


def _place(word: str, folder: Path) -> str:
    """Return a word of a call, with the file that it names generated where it is not published."""
    if not word.startswith("generated:"):
        return str(PUBLISHED / word) if "/" in word else word
    name = word.partition(":")[2]
    file = folder / name
    if not file.exists():
        kind, size = name.split(".")
        if kind == "random":
            euclidean(int(size), file)
        else:
            fixed_costs(PUBLISHED / "ap" / f"{kind}.25", _traffic(int(size)), kind[-1], file)
    return str(file)


def _traffic(nodes: int) -> np.ndarray:
    instance = read_instance(PUBLISHED / "ap" / "APdata200", [], Reading("ap", nodes=nodes))
    commodities = instance.commodities
    sent, received = (
        np.bincount(ends, commodities.volume, nodes) for ends in (commodities.origin, commodities.destination)
    )
    return np.asarray(sent + received)


def _warm(folder: Path) -> None:
    """Compile what is compiled once a machine."""
    run([str(PUBLISHED / "ap" / "10.3"), "--format-in", "ap", "--hubs", "3", "--engine", "decomposition"], folder)


def _read() -> list[dict[str, object]]:
    if not OUTPUT.exists():
        return []
    with OUTPUT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(rows: dict[str, dict[str, object]]) -> None:
    order = [case.name for case in cases()]
    kept = sorted(rows.values(), key=lambda row: order.index(row["name"]) if row["name"] in order else len(order))
    with OUTPUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


if __name__ == "__main__":
    main()
