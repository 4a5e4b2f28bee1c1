"""Measurements of explain as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.report.words import policy_words
from scripts.doc_measurements import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.doc_measurements import Row

_COLUMNS = ("variant", "what clashes", "figures told whole", "goal, s", "seconds", "of the processor", "memory, MB", "")


def explained_markdown(rows: Sequence[Row]) -> str:
    """Return the table of the rows that ``benchmarks/explained.py`` wrote."""
    return table(_COLUMNS, [_line(row) for row in rows])


def _line(row: Row) -> Sequence[str]:
    clashes = "; ".join(
        " + ".join(policy_words(name) for name in clash.split(" + ")) for clash in row["clashes"].split("; ")
    )
    more = "" if row["is_complete"] == "True" else " (there may be others)"
    figures = f"{row['finished_figures']} of {row['figures']}"
    is_whole = row["ending"] == "infeasible"
    outcome = ("met" if float(row["seconds"]) <= float(row["goal_s"]) else "later") if is_whole else "not finished"
    return (
        row["name"], f"{clashes}{more}", figures, row["goal_s"], row["seconds"], row["processor_s"], row["peak_mb"],
        outcome,
    )  # fmt: skip
