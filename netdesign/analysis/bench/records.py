"""Records of the rows that bench solved, and their CSV file."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from enum import StrEnum
from io import StringIO
from typing import TYPE_CHECKING

from netdesign.errors import UsageError
from netdesign.instance.files import FileRefusedError, read_ordinary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Finding(StrEnum):
    """The outcome of a row."""

    REPRODUCED = "reproduced"
    OPEN = "open"
    TOO_LARGE = "too_large"
    FAILED = "failed"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True)
class Record:
    """A row solved.

    Parameters
    ----------
    instance, problem, published, status
        Cells of the table.
    value, bound
        Objective and bound of the best plan; empty where there is none.
    gap
        Relative gap between the two.
    difference
        Value minus published value.
    seconds
        Time of the whole process.
    time_limit_s
        Time limit of the call.
    engine
        Engine and model.
    finding
        Outcome against the literature.
    call
        Words after ``netdesign solve``, files relative to the table.
    note
        Last line of a failure.
    termination
        Why the solve stopped.
    digest
        SHA-256 of the files that the call reads.
    versions
        Versions of netdesign and the libraries that solve.
    """

    instance: str
    problem: str
    published: str
    status: str
    value: float | None
    difference: float | None
    bound: float | None
    gap: float | None
    seconds: float
    time_limit_s: float
    engine: str
    finding: Finding
    call: str
    note: str = ""
    termination: str = ""
    digest: str = ""
    versions: str = ""


COLUMNS = tuple(field.name for field in fields(Record))
_LATER = ("termination", "digest", "versions")
"""Columns that outputs of earlier versions lack; their rows are kept, but solved again."""


def read_records(path: Path) -> list[Record]:
    """Read the records of an earlier run; none where the file does not exist.

    Raises
    ------
    UsageError
        The file is no output of bench.
    """
    if not path.exists():
        return []

    def number(text: str) -> float | None:
        return float(text) if text else None

    try:
        reader = csv.DictReader(StringIO(read_ordinary(path).decode(), newline=""), strict=True)
        if reader.fieldnames is not None and tuple(reader.fieldnames) not in (COLUMNS, COLUMNS[: -len(_LATER)]):
            raise ValueError
        return [
            Record(
                **{
                    **cells,
                    **{name: number(cells[name]) for name in ("value", "difference", "bound", "gap")},
                    **{name: float(cells[name]) for name in ("seconds", "time_limit_s")},
                    "finding": Finding(cells["finding"]),
                }  # type: ignore[arg-type]
            )
            for cells in reader
        ]
    except (OSError, FileRefusedError, ValueError, KeyError, TypeError, csv.Error):
        message = f"{path}: is no output of `netdesign bench`; name another file"
        raise UsageError(message) from None


def records_csv(records: Sequence[Record]) -> str:
    """Return records as CSV text."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        cells = (getattr(record, name) for name in COLUMNS)
        writer.writerow(["" if cell is None else str(cell) for cell in cells])
    return text.getvalue()
