"""Times of problems over several years, with goals, as a Markdown table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_tables import NOT_MEASURED, percent, read_rows, table, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scripts.doc_tables import Row

_COLUMNS = ("case", "goal", "seconds", "plan, s", "beside it, s", "memory, MB", "value, EUR", "gap", "engine", "")
_OTHER_PHASES = ("known_s", "delays_s", "single_years_s", "values_s")


def staged_markdown(file: Path) -> str:
    """Return the table of a file that ``benchmarks/staged.py`` wrote."""
    rows = read_rows(file)
    return table(_COLUMNS, map(_line, rows)) if rows else NOT_MEASURED


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


def _line(row: Row) -> Sequence[str]:
    name = row["name"] + (" (generated)" if row["is_generated"] == "True" else "")
    judged = ratio_verdict(row) if row["goal_ratio"] else verdict(row)
    value = f"{float(row['value']):,.0f}" if row["value"] else ""
    gap = f"{float(row['gap']):.1e}" if row["gap"] else ""
    seconds = (row["seconds"], _seconds(row, ("plan_s",)), _seconds(row, _OTHER_PHASES))
    return (name, _goal(row), *seconds, row["peak_mb"], value, gap, row["engine"], judged)


def _seconds(row: Row, phases: Sequence[str]) -> str:
    """Return the total seconds of some phases; an empty text where the row has none of them."""
    taken = [float(row[phase]) for phase in phases if row[phase]]
    return f"{sum(taken):.2f}" if taken else ""


def _goal(row: Row) -> str:
    if row["goal_ratio"]:
        return f"{_times(row['goal_ratio'])} times {row['against']}"
    goal = f"{float(row['goal_s']):g} s"
    return goal + (f", or {percent(float(row['goal_gap']))}" if row["goal_gap"] else "")


def _times(ratio: str) -> str:
    return f"{float(ratio):.0f}"
