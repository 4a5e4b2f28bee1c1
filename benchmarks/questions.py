"""Measure the questions after the first answer as whole processes: ``python -m benchmarks.questions [NAME ...]``.

Each row of ``questions.csv`` is one call of a command on the European instance: seconds of the whole process, peak
memory, what was found, and the goals. A row with a reference row has the ratio of their seconds; that of the drawn
worlds also has what one world takes, as a share of a solve from scratch. Rows that the file has are not measured again
unless they are named, or all of them by ``--again``; the file is written after each row. ``--class`` keeps to some
classes, ``--list`` measures nothing. A first call that does not count fills caches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.filling import Filling, blank, result_cell
from benchmarks.process import ROOT, answer, solve
from benchmarks.question_cases import CLASSES, SOLVE, STRESS_DRAWS, cases

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from benchmarks.question_cases import QuestionCase
    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "questions.csv"
COLUMNS = (
    "name", "class", "command", "goal_s", "goal_mb", "against", "goal_ratio", "limit_s", "seconds", "processor_s",
    "peak_mb", "termination", "found", "ratio", "world_s", "world_of_solve", "note",
)  # fmt: skip
SHOWN = ("name", "seconds", "peak_mb", "termination", "found", "ratio", "world_of_solve", "note")


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    Filling(
        description="Measure the questions after the first answer; see the top of this file.",
        output=OUTPUT,
        columns=COLUMNS,
        shown=SHOWN,
        classes=CLASSES,
        cases=cases(),
        measure=measure,
        warm=_warm,
        complete=compare,
    ).main()


def measure(case: QuestionCase, folder: Path) -> Measured:
    """Run a case as a process and return its row."""
    del folder
    run = answer(case.command, case.words, case.limit_s)
    drawn = run.result.get("draws")
    return {
        "name": case.name,
        "class": case.kind,
        "command": " ".join(("netdesign", case.command, *case.words)),
        "goal_s": blank(case.goal_s),
        "goal_mb": blank(case.goal_mb),
        "against": case.against,
        "goal_ratio": "" if case.goal_ratio is None else round(case.goal_ratio, 3),
        "limit_s": case.limit_s,
        "seconds": round(run.seconds, 2),
        "processor_s": round(run.processor_s, 2),
        "peak_mb": run.peak_mb,
        "termination": result_cell(run, "termination"),
        "found": _FOUND[case.command](run.result) if run.result else "",
        "ratio": "",
        "world_s": "" if drawn is None else run.times["draws_s"] / drawn["worlds"],
        "world_of_solve": "",
        "note": run.note,
    }


def compare(rows: Mapping[str, Measured]) -> None:
    """Enter ratios of seconds into the rows with a reference row."""
    for row in rows.values():
        other = rows.get(str(row["against"]))
        row["ratio"] = "" if other is None else round(_seconds(row) / _seconds(other), 3)
    drawn = rows.get(STRESS_DRAWS)
    if drawn is not None and drawn["world_s"] and SOLVE in rows:
        drawn["world_of_solve"] = float(str(drawn["world_s"])) / _seconds(rows[SOLVE])


def _seconds(row: Measured) -> float:
    return float(str(row["seconds"]))


def _networks(result: Mapping[str, Any]) -> str:
    missing = "none is missing" if result["is_complete"] else "others may be"
    if "decisions" in result:
        return f"{len(result['decisions'])} first decisions, {missing}"
    return f"{len(result['networks'])} networks, {missing}"


def _figures(result: Mapping[str, Any]) -> str:
    figures = result["figures"]
    return f"{sum(bool(one['turns']) for one in figures)} of {len(figures)} figures turn it"


def _stress(result: Mapping[str, Any]) -> str:
    if result.get("draws"):
        what = "plans" if "plans" in result["draws"] else "networks"
        return f"{result['draws']['worlds']} worlds, {len(result['draws'][what])} {what}"
    failures = result["failures"]["networks"]
    return f"{sum(len(one['outages']) for one in failures)} failures of {len(failures)} networks"


def _clashes(result: Mapping[str, Any]) -> str:
    figures = [figure for clash in result["clashes"] for figure in clash["figures"]]
    named = "; ".join(" + ".join(clash["policies"]) for clash in result["clashes"])
    whole = "all" if result["is_complete"] else "others may be"
    return f"{named}: {whole}; {sum(one['is_finished'] for one in figures)} of {len(figures)} figures"


_FOUND: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "solve": lambda result: " ".join(result["plan"]["open_hubs"]),
    "alternatives": _networks,
    "tipping": _figures,
    "stress": _stress,
    "frontier": lambda result: f"{len(result['points'])} points",
    "sweep": lambda result: f"{len(result['rows'])} rows",
    "explain": _clashes,
}


def _warm(folder: Path) -> None:
    """Load all modules and loops once, so that the first row does not pay for them."""
    del folder
    solve(["europe"], 60.0)


if __name__ == "__main__":
    main()
