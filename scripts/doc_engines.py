"""What the engines take, as a Markdown table of the measurements beside their goals."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from netdesign.solve.limits import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_COLUMNS = ("instance", "class", "goal, s", "seconds", "memory, MB", "value", "gap", "")


def engines_markdown(file: Path) -> str:
    """Return the table of a file that ``benchmarks/engines.py`` wrote."""
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    cases = [_line(row) for row in rows if row["peak_mb"]]
    ratios = [
        f"Ratio to the faster straight model, {row['class']}: {row['seconds']} (goal {row['goal_s']})."
        for row in rows
        if not row["peak_mb"]
    ]
    lines = [_joined(_COLUMNS), _joined(["---"] * len(_COLUMNS)), *cases]
    return "\n".join(lines) + "\n" + "".join(f"\n{ratio}\n" for ratio in ratios)


def _line(row: dict[str, str]) -> str:
    name = row["name"] + (" (generated)" if row["is_generated"] == "True" else "")
    value = f"{float(row['value']):.2f}" if row["value"] else ""
    gap = f"{float(row['gap']):.1e}" if row["gap"] else ""
    is_proven = row["termination"] == "optimal" and float(row["gap"] or 1) <= OPTIMAL_GAP
    is_met = is_proven and float(row["seconds"]) <= float(row["goal_s"])
    verdict = "met" if is_met else "proven, but later" if is_proven else "open"
    cells = (name, row["class"], row["goal_s"], row["seconds"], row["peak_mb"], value, gap, verdict)
    return _joined(cells)


def _joined(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
