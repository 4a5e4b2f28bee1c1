"""Measure hub networks whose links are chosen: ``python -m benchmarks.links [NAME ...]``.

Each row of ``links.csv`` is one call of ``netdesign solve`` by the engine that ``auto`` takes, and beside it in the
same run the straight model through HiGHS (``--engine monolithic``) and through SCIP, on the MPS file that ``netdesign
export`` writes: one thread each. ``seconds`` are those of the whole process of the engine; the ratios are of solving
times, without imports, reading and building. Where the engine is the straight model itself, HiGHS is not asked again
and there is no ratio. A model without a proof within its limit would have taken longer: its ratio is a lower bound.
Rows that the file has are not measured again unless they are named, or all of them by ``--again``; the file is
written after each row. ``--class`` keeps to some classes, ``--list`` measures nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.engines import check, place
from benchmarks.filling import SAME, Filling, blank, result_cell
from benchmarks.link_cases import CLASSES, STRAIGHT_S, cases, warming
from benchmarks.process import ROOT, solve
from benchmarks.scip_run import scip_answer
from benchmarks.tables import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.link_cases import LinkCase
    from benchmarks.process import Run
    from benchmarks.tables import Measured

OUTPUT = ROOT / "benchmarks" / "links.csv"
ENGINE = ("seconds", "peak_mb", "load_s", "solve_s", "value", "bound", "gap", "termination", "engine", "hubs", "links")
OF_A_MODEL = ("s", "value", "bound", "gap", "termination", "ratio", "note")
WAYS = ("straight", "scip")
COLUMNS = (
    "name", "class", "goal_s", "goal_ratio", "limit_s", *ENGINE, "straight_limit_s",
    *(f"{way}_{what}" for way in WAYS for what in OF_A_MODEL), "published", "check", "note",
)  # fmt: skip
THREADS = ("--threads", "1")
"""Every method uses one thread, as SCIP does."""


BEGUN_S = 0.01
UNBUILT = "built too late to be solved"
"""Of a model that was solved for less than this and has no plan: its seconds would say nothing."""


def main() -> None:
    """Measure what is missing or named, and write after each row."""
    Filling(
        description="Measure networks whose hub links are chosen; see the top of this file.",
        output=OUTPUT,
        columns=COLUMNS,
        shown=("name", "seconds", "value", "gap", "termination", "engine", "straight_ratio", "scip_ratio", "check"),
        classes=CLASSES,
        cases=cases(),
        measure=measure,
        warm=_warm,
    ).main()


def measure(case: LinkCase, folder: Path) -> Measured:
    """Run a case by engine and by straight model, and return its row."""
    words = [place(word, folder) for word in (case.file, *case.options)]
    run = solve([*words, *THREADS], case.limit_s)
    is_straight = run.engine.startswith("monolithic")
    straight = _figures(run if is_straight else solve([*words, *THREADS, "--engine", "monolithic"], STRAIGHT_S))
    scip = scip_answer(case.model, words, folder / f"{case.name}.mps", STRAIGHT_S)
    solve_s = run.times.get("solve_s") if run.result.get("termination") == "optimal" and not is_straight else None
    return {
        "name": case.name,
        "class": case.kind,
        "goal_s": blank(case.goal_s),
        "goal_ratio": blank(case.goal_ratio),
        "limit_s": case.limit_s,
        **_engine_cells(run),
        "straight_limit_s": case.limit_s if is_straight else STRAIGHT_S,
        **model_cells("straight", straight, solve_s),
        **model_cells("scip", scip, solve_s),
        "published": case.published.optimum if case.published else "",
        "check": "contradicts"
        if check(case.published, run) == "contradicts"
        else agreement((_figures(run), straight, scip)),
        "note": run.note,
    }


def agreement(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return whether the proven values of all methods agree, in a word; an empty text where fewer than two have one.

    A plan under a bound, or over a proven value by nothing but the gap, decides no more than that.
    """
    proven = [answer["value"] for answer in answers if answer.get("termination") == "optimal"]
    bounds = [answer["bound"] for answer in answers if answer.get("bound") is not None]
    plans = [answer["value"] for answer in answers if answer.get("value") is not None]
    if plans and bounds and max(bounds) > min(plans) + SAME * abs(min(plans)):
        return "contradicts"
    return "agrees" if len(proven) > 1 else ""


def _figures(run: Run) -> dict[str, Any]:
    """Return what a call of netdesign found, as ``scip_answer`` does."""
    found = {name: run.result.get(key) for name, key in (("value", "objective"), ("bound", "bound"))}
    return found | {
        "termination": run.result.get("termination"),
        "solve_s": run.times.get("solve_s"),
        "note": run.note,
    }


def _engine_cells(run: Run) -> Measured:
    plan = run.result.get("plan") or {}
    return {
        "seconds": round(run.seconds, 2),
        "peak_mb": run.peak_mb,
        "load_s": rounded(run.times.get("load_s")),
        "solve_s": rounded(run.times.get("solve_s")),
        "value": result_cell(run, "objective"),
        **{name: result_cell(run, name) for name in ("bound", "gap", "termination")},
        "engine": run.engine,
        "hubs": " ".join(plan.get("open_hubs", [])),
        "links": len(plan.get("links") or []),
    }


def model_cells(way: str, answer: Mapping[str, Any], engine_s: float | None) -> Measured:
    """Return the cells of the straight model by one solver; its ratio to the seconds of an engine that has a proof."""
    value, bound, seconds = (answer.get(name) for name in ("value", "bound", "solve_s"))
    note = answer.get("note") or ""
    if seconds is not None and seconds < BEGUN_S and value is None and answer.get("termination") != "infeasible":
        seconds, note = None, note or UNBUILT
    gap = None if value is None or bound is None else max(0.0, (value - bound) / max(abs(value), 1e-9))
    ratio = round(seconds / max(engine_s, 1e-4), 1) if seconds is not None and engine_s is not None else None
    cells = {
        "s": rounded(seconds),
        "value": blank(value),
        "bound": blank(bound),
        "gap": blank(gap),
        "termination": answer.get("termination") or "",
        "ratio": blank(ratio),
        "note": note,
    }
    return {f"{way}_{name}": cell for name, cell in cells.items()}


def _warm(folder: Path) -> None:
    """Compile the kernels of the engines, which happens once on a machine."""
    for case in warming():
        solve([place(word, folder) for word in (case.file, *case.options)], STRAIGHT_S)


if __name__ == "__main__":
    main()
