"""Compare published values with ours in a Markdown table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netdesign.analysis.bench.records import Finding
from netdesign.analysis.bench.rows import decimals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netdesign.analysis.bench.records import Record

_HEADER = ("instance", "published", "value", "difference", "bound", "gap", "seconds", "engine", "")


def literature_markdown(records: Sequence[Record]) -> str:
    """Return one table for each problem, in the order of the records, with the decimals of the literature."""
    problems = dict.fromkeys(record.problem for record in records)
    parts = [counts_line(records)]
    for problem in problems:
        rows = [_cells(record) for record in records if record.problem == problem]
        lines = [_line(_HEADER), _line(["---"] * len(_HEADER)), *map(_line, rows)]
        parts.append(f"### {problem}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


_COUNTS = " published values: "


def is_literature(path: Path) -> bool:
    """Return whether a file is empty or a table of ``literature_markdown``."""
    with path.open("rb") as file:
        first = file.readline(1000)
    return not first or _COUNTS.encode() in first


def counts_line(records: Sequence[Record]) -> str:
    """Return the numbers of rows that are reproduced, open and contradicting."""
    counts = Counter(record.finding for record in records)
    open_rows = len(records) - counts[Finding.REPRODUCED] - counts[Finding.CONTRADICTS]
    return (
        f"{len(records)}{_COUNTS}{counts[Finding.REPRODUCED]} reproduced with proof, {open_rows} open, "
        f"{counts[Finding.CONTRADICTS]} contradicting."
    )


def _cells(record: Record) -> list[str]:
    digits = decimals(record.published)

    def figure(value: float | None) -> str:
        return "" if value is None else f"{value:.{digits}f}"

    words = {Finding.TOO_LARGE: "too large to build", Finding.FAILED: f"failed: {record.note}"}
    difference = "" if record.difference is None else figure(round(record.difference, digits) + 0.0)
    return [
        record.instance,
        record.published + ("" if record.status == "optimal" else " (best known)"),
        figure(record.value),
        difference,
        figure(record.bound),
        "" if record.gap is None else ("0" if record.gap < 5e-10 else f"{record.gap:.2e}"),
        f"{record.seconds:.1f}",
        record.engine,
        words.get(record.finding, record.finding.value),
    ]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
