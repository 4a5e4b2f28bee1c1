"""Measurements as Markdown: times of the engines with their goals, ratios to other solvers, and growth."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

Row = dict[str, str]

NOT_MEASURED = "Not measured yet.\n"

_CLASS = ("instance", "goal, s", "seconds", "solving, s", "memory, MB", "value", "published", "gap", "")
_RATIO = ("instance", "engine, s", "loading, s", "HiGHS, s", "ratio", "SCIP, s", "ratio", "goal", "")
_GROWTH = ("cities", "engine, s", "solving, s", "memory, MB", "straight model, s", "")
_WAYS = ("straight", "scip")
_STAGED = ("case", "goal", "seconds", "plan, s", "beside it, s", "memory, MB", "value, EUR", "gap", "engine", "")
_OTHER_PHASES = ("known_s", "delays_s", "single_years_s", "values_s")


def measured(file: Path, markdown: Callable[[Sequence[Row]], str]) -> str:
    """Return the rows of a file as Markdown; where there are none, that nothing was measured."""
    rows = read_rows(file)
    return markdown(rows) if rows else NOT_MEASURED


def engines_markdown(rows: Sequence[Row]) -> str:
    """Return a table for each class of the rows that ``benchmarks/engines.py`` wrote."""
    parts = []
    for kind, of_class in grouped(rows, "class"):
        parts.append(f"### {kind.capitalize()}\n\n{_summary(of_class)}\n\n{table(_CLASS, map(_line, of_class))}")
    return "\n".join(parts)


def straight_markdown(rows: Sequence[Row]) -> str:
    """Return the ratios of the rows that ``benchmarks/against_straight.py`` wrote."""
    return table(_RATIO, (_ratio_line(name, of_name) for name, of_name in grouped(rows, "name")))


def growth_markdown(rows: Sequence[Row]) -> str:
    """Return the growth with the number of cities in the rows that ``benchmarks/growth.py`` wrote."""
    parts = []
    for allocation, of_kind in grouped(rows, "allocation"):
        lines = (_growth_line(nodes, of_nodes) for nodes, of_nodes in grouped(of_kind, "n"))
        parts.append(f"{allocation.capitalize()} allocation:\n\n{table(_GROWTH, lines)}")
    return "\n".join(parts)


def _summary(rows: Sequence[Row]) -> str:
    """Return the number of goals of a class that are met."""
    verdicts = [verdict(row) for row in rows if row["goal_s"]]
    if not verdicts:
        return "No goals."
    met = sum(word.startswith("met") for word in verdicts)
    later = verdicts.count("proven, but later")
    further = [f"{later} proven, but later"] if later else []
    further += [f"{len(verdicts) - met - later} open"] if met + later < len(verdicts) else []
    return f"{met} of {len(verdicts)} goals met" + "".join(f", {part}" for part in further) + "."


def _line(row: Row) -> Sequence[str]:
    name = row["name"] + (" (generated)" if row["is_generated"] == "True" else "")
    gap = f"{float(row['gap']):.1e}" if row["gap"] else ""
    goal = f"{float(row['goal_s']):g}" if row["goal_s"] else ""
    goal += f", or {percent(float(row['goal_gap']))}" if row["goal_gap"] else ""
    seconds = (row["seconds"], row["solve_s"], row["peak_mb"])
    return (name, goal, *seconds, _value(row["value"]), row["published"], gap, verdict(row))


def _ratio_line(name: str, of_name: Sequence[Row]) -> Sequence[str]:
    engine = next(row for row in of_name if row["way"] == "engine")
    loading = f"{float(engine['load_s']):.1f}" if engine["load_s"] else ""
    cells = [name, engine["solve_s"], loading]
    for way in _WAYS:
        cells += _fastest([row for row in of_name if row["way"] == way])
    goal = next((row["goal_ratio"] for row in of_name if row["goal_ratio"]), "")
    return (*cells, f"{float(goal):g}" if goal else "", _ratio_verdict(of_name, goal))


def _fastest(rows: Sequence[Row]) -> tuple[str, str]:
    """Return seconds and ratio of the fastest of some models; those with a proof come first."""
    solved = [row for row in rows if row["solve_s"]]
    if not solved:
        return rows[0]["note"] or "not solved", ""
    best = _best(solved)
    more = "" if best["termination"] == "optimal" else "over "
    ratio = f"{more}{float(best['ratio']):.0f}" if best["ratio"] else ""
    return f"{more}{float(best['solve_s']):.2f}", ratio


def _best(rows: Sequence[Row]) -> Row:
    return min(rows, key=lambda row: (row["termination"] != "optimal", float(row["solve_s"])))


def _ratio_verdict(rows: Sequence[Row], goal: str) -> str:
    if any(row["check"] == "contradicts" for row in rows):
        return "**values differ**"
    solved = [row for row in rows if row["way"] == "straight" and row["ratio"]]
    if not goal or not solved:
        return ""
    return "met" if float(_best(solved)["ratio"]) >= float(goal) else "open"


def _growth_line(nodes: str, rows: Sequence[Row]) -> Sequence[str]:
    engine = next(row for row in rows if row["way"] == "decomposition")
    others = [row for row in rows if row["way"] != "decomposition" and row["solve_s"]]
    straight = ""
    if others:
        best = _best(others)
        proven = best["termination"] == "optimal"
        left = f", gap {percent(float(best['gap']))} left" if best["gap"] else ", no plan"
        straight = f"{float(best['solve_s']):.1f}" if proven else f"not proven in {float(best['limit_s']):g}{left}"
    ended = "proven" if engine["termination"] == "optimal" else "open: no plan"
    if engine["gap"] and ended != "proven":
        ended = f"open: gap {percent(float(engine['gap']))}"
    return (nodes, engine["seconds"], engine["solve_s"], engine["peak_mb"], straight, ended)


def _value(text: str) -> str:
    return f"{float(text):.2f}" if text else ""


def staged_markdown(rows: Sequence[Row]) -> str:
    """Return the table of the rows that ``benchmarks/staged.py`` wrote."""
    return table(_STAGED, map(_staged_line, rows))


def ratio_verdict(row: Row) -> str:
    """Return whether the ratio of a row to its reference row meets the goal.

    Only the search for the plan counts. A search without a proof would have taken longer: its ratio is a lower bound.
    """
    if row["check"] == "contradicts":
        return "**values differ**"
    if not row["ratio"]:
        return "open: nothing to compare"
    over = "" if row["termination"] == "optimal" else "over "
    word = "met" if float(row["ratio"]) >= float(row["goal_ratio"]) else "open"
    return f"{word}: {over}{_times(row['ratio'])} times"


def _staged_line(row: Row) -> Sequence[str]:
    name = row["name"] + (" (generated)" if row["is_generated"] == "True" else "")
    outcome = ratio_verdict(row) if row["goal_ratio"] else verdict(row)
    value = f"{float(row['value']):,.0f}" if row["value"] else ""
    gap = f"{float(row['gap']):.1e}" if row["gap"] else ""
    seconds = (row["seconds"], _seconds(row, ("plan_s",)), _seconds(row, _OTHER_PHASES))
    return (name, _staged_goal(row), *seconds, row["peak_mb"], value, gap, row["engine"], outcome)


def _seconds(row: Row, phases: Sequence[str]) -> str:
    """Return the total seconds of some phases; an empty text where the row has none of them."""
    taken = [float(row[phase]) for phase in phases if row[phase]]
    return f"{sum(taken):.2f}" if taken else ""


def _staged_goal(row: Row) -> str:
    if row["goal_ratio"]:
        return f"{_times(row['goal_ratio'])} times {row['against']}"
    return goal_s(row)


def goal_s(row: Row) -> str:
    """Return the goal in seconds of a row that has one, and the gap that meets it too."""
    return f"{float(row['goal_s']):g} s" + (f", or {percent(float(row['goal_gap']))}" if row["goal_gap"] else "")


def _times(ratio: str) -> str:
    return f"{float(ratio):.0f}"


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a CSV, none where there is none."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def grouped(rows: Sequence[Row], column: str) -> Iterator[tuple[str, list[Row]]]:
    """Yield each value of a column with its rows, in the order in which they come first."""
    for value in dict.fromkeys(row[column] for row in rows):
        yield value, [row for row in rows if row[column] == value]


def table(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a table with these headings."""
    return "\n".join(map(_joined, (columns, ["---"] * len(columns), *lines))) + "\n"


def _joined(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def percent(share: float) -> str:
    """Return a gap as a percentage; a positive one is never shown as 0."""
    return f"{share:.2%}".replace("%", " %") if share >= 5e-5 else f"{share:.1e}"


def verdict(row: Row) -> str:
    """Return whether a measurement meets its goal.

    A proof in time meets the goal, and so does a small enough gap where the case has a goal for it.
    """
    if row["check"] == "contradicts":
        return "**contradicts the published value**"
    gap = float(row["gap"]) if row["gap"] else None
    is_proven = row["termination"] == "optimal" and gap is not None and gap <= OPTIMAL_GAP
    if is_proven and not row["goal_s"]:
        return "proven"
    if is_proven and float(row["seconds"]) <= float(row["goal_s"]):
        return "met"
    if gap is not None and row["goal_gap"] and gap < float(row["goal_gap"]):
        return "met" if is_proven else f"met: gap under {float(row['goal_gap']):.1%}".replace("%", " %")
    if is_proven:
        return "proven, but later"
    if gap is None:
        return "**infeasible**" if row["termination"] == "infeasible" else "open: no plan"
    return f"open: gap {percent(gap)}"
