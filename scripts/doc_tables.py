"""Shared functions for Markdown tables of measurements."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Row = dict[str, str]

NOT_MEASURED = "Not measured yet.\n"


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a CSV, none where there is none."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


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
