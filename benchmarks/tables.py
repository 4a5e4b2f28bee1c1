"""Read and write tables of measurements as CSV."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Measured = dict[str, object]


def read_table(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table, none where the file does not exist."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def write_table(file: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a table under a temporary name and rename it, so that a stopped run leaves no incomplete file."""
    temporary = file.with_name(f".{file.name}.part")
    with temporary.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    temporary.replace(file)


def rounded(value: float | None) -> float | str:
    """Return rounded seconds for a table; an empty text for None."""
    return "" if value is None else round(value, 4)


if __name__ == "__main__":
    sys.exit("benchmarks.tables measures nothing: benchmarks/README.md lists the programs")
