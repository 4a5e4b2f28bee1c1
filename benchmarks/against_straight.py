"""Compare the engines with the straight models: ``python -m benchmarks.against_straight [NAME ...]``.

Each instance is solved in turn by the decomposition engine, by each straight model through HiGHS, and by SCIP on the
MPS file of the same model that ``netdesign export`` writes: three rounds, one thread each, presolve on, the same gap.
A row of ``against_straight.csv`` has the median of the solving times, without imports, reading and building, and its
ratio to the engine's; the time of loading the engine's compiled loops has a column of its own. A method without a proof
within LIMIT_S is not tried again; its ratio is then a lower bound. Rows that stand are not measured again unless their
instance is named; the file is written after each instance.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.engine_cases import published_row
from benchmarks.engine_instances import PUBLISHED
from benchmarks.process import ROOT, USAGE, solve
from benchmarks.scip_run import scip_answer
from benchmarks.tables import read_table, rounded, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "against_straight.csv"
RUNS = 3
LIMIT_S = 300.0
THREADS = ("--threads", "1")
"""Every method uses one thread, as SCIP does."""
SAME = 2e-6
"""Two values proven to the usual gap differ by no more, relative."""

MULTIPLE = ("multiple_allocation_path", "multiple_allocation_flow")
SINGLE = ("single_allocation_flow",)
FACILITY = ("facility_location",)
AS_MULTIPLE = " as multiple allocation"
"""Suffix of a row whose instance is solved with its capacities."""

INSTANCES: dict[str, tuple[str, str, tuple[str, ...], float | None]] = {
    **{f"AP{n}.3": (f"AP{n}.3", "UMApHMP", MULTIPLE, 1000 if n == 25 else None) for n in (10, 20, 25)},
    **{f"AP{n}.3 single": (f"AP{n}.3", "USApHMP", SINGLE, 400 if n == 25 else None) for n in (10, 20, 25)},
    "AP25.L": ("25L", "UMAHLP", MULTIPLE, None),
    "AP25.L single": ("25L", "USAHLP", SINGLE, None),
    "25LT": ("25LT", "CSAHLP", SINGLE, None),
    f"25LT{AS_MULTIPLE}": ("25LT", "CSAHLP", MULTIPLE, None),
    "capa": ("capa", "UFLP", FACILITY, None),
}
"""Row and problem in the table of optima, straight models, and the ratio that is the goal."""
COLUMNS = (
    "name", "problem", "way", "model", "engine", "runs", "load_s", "solve_s", "solve_min_s", "solve_max_s", "process_s",
    "limit_s", "value", "bound", "gap", "termination", "check", "ratio", "goal_ratio", "note",
)  # fmt: skip


@dataclass
class Method:
    """One method to solve an instance, and the answers of its runs.

    Parameters
    ----------
    name
        ``engine``, ``straight`` (the model by HiGHS) or ``scip``.
    model
        Formulation; empty for the engine.
    answers
        Answers of the runs: load_s, solve_s, process_s, value, bound, termination, engine, note.
    """

    name: str
    model: str
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_proven(self) -> bool:
        """Whether every run so far ended with a proof."""
        return bool(self.answers) and all(answer.get("termination") == "optimal" for answer in self.answers)

    @property
    def median_s(self) -> float | None:
        """Median of the solving times; None where nothing was solved."""
        seconds = [answer["solve_s"] for answer in self.answers if answer.get("solve_s") is not None]
        return statistics.median(seconds) if seconds else None


def main() -> None:
    """Measure what is missing or named, and write after each instance."""
    parser = argparse.ArgumentParser(description="Hold the engines against the straight models.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(INSTANCES)}")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the table")
    options = parser.parse_args()
    unknown = set(options.names) - set(INSTANCES)
    if unknown:
        parser.error(f"there is no instance {', '.join(sorted(unknown))}; there are {', '.join(INSTANCES)}")
    rows: list[Measured] = [dict(row) for row in read_table(options.output)]
    for name in options.names or INSTANCES:
        if not options.names and any(row["name"] == name for row in rows):
            continue
        rows = [row for row in rows if row["name"] != name] + measure(name)
        order = list(INSTANCES)
        rows = sorted((row for row in rows if row["name"] in order), key=lambda row: order.index(str(row["name"])))
        write_table(options.output, COLUMNS, rows)
        shown = ("name", "way", "model", "solve_s", "termination", "ratio", "check", "note")
        for row in rows:
            if row["name"] == name:
                print(*(row[column] for column in shown), flush=True)


def measure(name: str) -> list[Measured]:
    """Solve an instance with all methods in turn, and return a row for each."""
    instance, problem, models, goal = INSTANCES[name]
    row = published_row(instance, problem)
    words = [str(PUBLISHED / word) if (PUBLISHED / word).is_file() else word for word in (row.file, *row.options)]
    words += ["--set", "problem.allocation=multiple"] if name.endswith(AS_MULTIPLE) else []
    ways = [Method("engine", "")]
    ways += [Method(kind, model) for kind in ("straight", "scip") for model in models]
    with tempfile.TemporaryDirectory() as folder:
        _engine(words)  # compiles, once a machine
        for _ in range(RUNS):
            for way in ways:
                if not way.answers or way.is_proven:
                    way.answers.append(_answer(way, words, Path(folder)))
    return [_row(name, problem, way, ways[0], goal) for way in ways]


def _answer(way: Method, words: Sequence[str], folder: Path) -> dict[str, Any]:
    if way.name == "engine":
        return _engine(words)
    if way.name == "straight":
        return _netdesign([*words, "--engine", "monolithic", "--model", way.model])
    return scip_answer(way.model, words, folder / f"{way.model}.mps", LIMIT_S)


def _engine(words: Sequence[str]) -> dict[str, Any]:
    """Solve by decomposition, or by the engine of ``auto`` where decomposition refuses."""
    answer = _netdesign([*words, "--engine", "decomposition"])
    return _netdesign(words) if answer["code"] == USAGE else answer


def _netdesign(words: Sequence[str]) -> dict[str, Any]:
    done = solve([*words, *THREADS], LIMIT_S)
    answer = {name: done.result.get(key) for name, key in (("value", "objective"), ("bound", "bound"))}
    answer |= {"termination": done.result.get("termination"), "engine": done.engine, "note": done.note}
    times = {name: done.times.get(name) for name in ("load_s", "solve_s")}
    return answer | {"code": done.code, **times, "process_s": done.seconds}


def _row(name: str, problem: str, way: Method, engine: Method, goal: float | None) -> Measured:
    seconds = [answer["solve_s"] for answer in way.answers if answer.get("solve_s") is not None]
    processes = [answer["process_s"] for answer in way.answers if answer.get("process_s") is not None]
    last = way.answers[-1]
    value, bound = last.get("value"), last.get("bound")
    return {
        "name": name,
        "problem": problem,
        "way": way.name,
        "model": way.model,
        "engine": last.get("engine") or "",
        "runs": len(seconds),
        "load_s": rounded(last.get("load_s")),
        "solve_s": rounded(way.median_s),
        "solve_min_s": rounded(min(seconds, default=None)),
        "solve_max_s": rounded(max(seconds, default=None)),
        "process_s": rounded(statistics.median(processes) if processes else None),
        "limit_s": LIMIT_S,
        "value": "" if value is None else value,
        "bound": "" if bound is None else bound,
        "gap": "" if value is None or bound is None else max(0.0, (value - bound) / max(abs(value), 1e-9)),
        "termination": last.get("termination") or "",
        "check": _check(way, engine),
        "ratio": _ratio(way, engine),
        "goal_ratio": goal if goal and way.name == "straight" else "",
        "note": last.get("note") or "",
    }


def _ratio(way: Method, engine: Method) -> float | str:
    if not way.model or not engine.is_proven or way.median_s is None or engine.median_s is None:
        return ""
    return round(way.median_s / engine.median_s, 1)


def _check(way: Method, engine: Method) -> str:
    """Return whether two proven values agree, in a word."""
    if way is engine or not (way.is_proven and engine.is_proven):
        return ""
    ours, theirs = engine.answers[-1]["value"], way.answers[-1]["value"]
    return "agrees" if abs(ours - theirs) <= SAME * abs(ours) else "contradicts"


if __name__ == "__main__":
    main()
