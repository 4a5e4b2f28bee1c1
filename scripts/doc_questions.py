"""Measurements of the questions after the first answer as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.question_cases import EXPLAIN, QUESTIONS, YEARS
from netdesign.solve.core.outcome import Termination
from scripts.doc_measurements import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scripts.doc_measurements import Row

_COLUMNS = ("case", "goal", "seconds", "of the processor", "memory, MB", "found", "")


def questions_markdown(rows: Sequence[Row]) -> str:
    """Return the table of the rows on the European instance that ``benchmarks/questions.py`` wrote."""
    return table(_COLUMNS, [_line(row) for row in rows if row["class"] == QUESTIONS])


def explained_markdown(rows: Sequence[Row]) -> str:
    """Return the table of its rows on what nothing permits."""
    return table(_COLUMNS, [_line(row) for row in rows if row["class"] == EXPLAIN])


def over_years_markdown(rows: Sequence[Row]) -> str:
    """Return the table of its rows over several years."""
    return table(_COLUMNS, [_line(row) for row in rows if row["class"] == YEARS])


def _line(row: Row) -> Sequence[str]:
    seconds, processor, memory, found = (row[name] for name in ("seconds", "processor_s", "peak_mb", "found"))
    return row["name"], "; ".join(_goals(row)), seconds, processor, memory, found, "; ".join(_outcomes(row))


def _goals(row: Row) -> Iterator[str]:
    if row["goal_s"]:
        yield f"{float(row['goal_s']):g} s"
    if row["goal_mb"]:
        yield f"{float(row['goal_mb']):g} MB"
    if row["goal_ratio"]:
        yield f"at most {float(row['goal_ratio']):.2g} times {row['against']}"


def _outcomes(row: Row) -> Iterator[str]:
    """Yield whether goals are met, by how much else."""
    if not row["termination"] or Termination(row["termination"]).is_limit:
        yield "not finished"
    elif row["goal_s"]:
        yield "met" if float(row["seconds"]) <= float(row["goal_s"]) else "later"
    if row["goal_mb"] and float(row["peak_mb"]) > float(row["goal_mb"]):
        yield "more memory"
    if row["ratio"]:
        met = float(row["ratio"]) <= float(row["goal_ratio"])
        yield f"{'met' if met else 'missed'}: {float(row['ratio']):.2f} times"
    if row["world_of_solve"]:
        yield f"one world takes {float(row['world_of_solve']):.5f} of the time of a `solve`"
