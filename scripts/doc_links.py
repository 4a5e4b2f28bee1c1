"""Measurements of networks whose hub links are chosen as Markdown: engine, straight models, ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_measurements import grouped, percent, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.doc_measurements import Row

_COLUMNS = (
    "case", "engine", "seconds", "solving, s", "HiGHS, s", "ratio", "SCIP, s", "ratio", "value", "links", "goal", "",
)  # fmt: skip


def links_markdown(rows: Sequence[Row]) -> str:
    """Return a table for each class of the rows that ``benchmarks/links.py`` wrote."""
    parts = []
    for kind, of_class in grouped(rows, "class"):
        parts.append(f"{kind[0].upper()}{kind[1:]}:\n\n{table(_COLUMNS, map(_line, of_class))}")
    return "\n".join(parts)


def _line(row: Row) -> Sequence[str]:
    name = row["name"].rpartition(", ")[0]
    value = f"{float(row['value']):,.2f}" if row["value"] else ""
    engine = "the model" if row["engine"].startswith("monolithic") else row["engine"]
    models = [cell for way in ("straight", "scip") for cell in _model(row, way)]
    return (name, engine, row["seconds"], row["solve_s"], *models, value, row["links"], _goal(row), outcome(row))


def _model(row: Row, way: str) -> tuple[str, str]:
    """Return seconds of a straight model and their ratio to the engine's; without a proof these are lower bounds."""
    if way == "straight" and row["engine"].startswith("monolithic"):
        return "", ""
    if not row[f"{way}_s"]:
        return row[f"{way}_note"] or "not solved", ""
    over = "" if row[f"{way}_termination"] == "optimal" else "over "
    ratio = f"{over}{float(row[f'{way}_ratio']):.0f}" if row[f"{way}_ratio"] else ""
    return f"{over}{float(row[f'{way}_s']):.2f}", ratio


def _goal(row: Row) -> str:
    goals = [f"{float(row['goal_s']):g} s"] if row["goal_s"] else []
    goals += [f"{float(row['goal_ratio']):g} times"] if row["goal_ratio"] else []
    return ", ".join(goals)


def outcome(row: Row) -> str:
    """Return whether a row is proven, and whether it meets its goals."""
    if row["check"] == "contradicts":
        return "**values differ**"
    if row["termination"] != "optimal":
        return f"open: gap {percent(float(row['gap']))}" if row["gap"] else f"open: {row['note'] or 'no plan'}"
    met = [float(row["seconds"]) <= float(row["goal_s"])] if row["goal_s"] else []
    if row["goal_ratio"]:
        met.append(bool(row["straight_ratio"]) and float(row["straight_ratio"]) >= float(row["goal_ratio"]))
    if not met:
        return "proven"
    return "met" if all(met) else "proven, goal open"
