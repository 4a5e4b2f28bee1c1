"""The rows of a table of optima, and the call of ``netdesign solve`` that answers each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_OPTIONS = ("format_in", "nodes", "alpha", "fixed_costs", "capacities", "capacity", "hubs", "model", "set")
_STATUSES = ("optimal", "best_known")


@dataclass(frozen=True)
class Row:
    """One published value.

    Parameters
    ----------
    instance, problem
        Names, as the table has them.
    file
        Relative to the folder of the table.
    options
        Further words of the call.
    optimum
        As printed, with its digits.
    is_proven
        Whether the source proves it; otherwise it is the best value known.
    """

    instance: str
    problem: str
    file: str
    options: tuple[str, ...]
    optimum: str
    is_proven: bool

    @property
    def key(self) -> tuple[str, ...]:
        """What tells rows apart."""
        return (self.instance, self.problem, self.file, *self.options)

    @property
    def last_digit(self) -> float:
        """One unit of the last digit printed: some sources round, some cut off."""
        return 10.0 ** -len(self.optimum.partition(".")[2])


def read_rows(table: Path) -> list[Row]:
    """Read a table of optima.

    Either each row names its ``file`` and the options of the call in columns of their names, ``problem`` and
    ``optimum`` beside them; or the table is the ``optima.csv`` of a collection, whose families have folders of known
    formats.

    Raises
    ------
    UsageError
        No such table, or a row that cannot be understood; names the line.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = tuple(reader.fieldnames or ())
            make = _maker(table, columns)
            return [make(table, reader.line_num, {k: v or "" for k, v in cells.items() if k}) for cells in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"{table}: cannot be read as a table of optima: {reason}"
        raise UsageError(message) from None


def _maker(table: Path, columns: tuple[str, ...]) -> Callable[[Path, int, Mapping[str, str]], Row]:
    if {"file", "problem", "optimum"} <= set(columns):
        unknown = sorted(set(columns) - {"instance", "file", "problem", "optimum", "status", *_OPTIONS})
        if unknown:
            message = f"{table}:1: unknown column {unknown[0]}; allowed: instance, file, problem, optimum, status, "
            raise UsageError(message + ", ".join(_OPTIONS))
        return _plain_row
    if {"family", "instance", "problem", "optimum"} <= set(columns):
        from netdesign.analysis.bench.collection import collection_row

        return collection_row
    message = f"{table}:1: a table of optima has the columns file, problem and optimum, or those of a collection"
    raise UsageError(message)


def _plain_row(table: Path, line: int, cells: Mapping[str, str]) -> Row:
    options: list[str] = []
    for name in _OPTIONS:
        words = cells.get(name, "").split(";") if name == "set" else [cells.get(name, "")]
        for word in words:
            options += [f"--{name.replace('_', '-')}", word.strip()] if word.strip() else []
    instance = cells.get("instance") or cells["file"]
    return checked_row(table, line, Row(instance, cells["problem"], cells["file"], tuple(options), *_value(cells)))


def _value(cells: Mapping[str, str]) -> tuple[str, bool]:
    return cells["optimum"].strip(), (cells.get("status") or "optimal") == "optimal"


def checked_row(table: Path, line: int, row: Row) -> Row:
    """Return a row whose file and optimum are sound.

    Raises
    ------
    UsageError
        They are not.
    """
    try:
        float(row.optimum)
    except ValueError:
        message = f"{table}:{line}: optimum: {row.optimum!r} is no number"
        raise UsageError(message) from None
    if not (table.parent / row.file).is_file():
        message = f"{table}:{line}: there is no file {row.file} beside the table"
        raise UsageError(message)
    return row
