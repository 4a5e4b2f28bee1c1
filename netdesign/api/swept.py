"""Values of a sweep as callers give them: texts, mappings, tables; checked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.analysis.sweep_call import ScenarioTable
from netdesign.analysis.swept_figures import Combination, SweptFigure, number_of
from netdesign.api.checked import words
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.figures import paths_of
from netdesign.instance.files import split_csv
from netdesign.instance.frames import cell_value, columns_of, listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.errors import Fault

_NAMES = "scenario"
"""Column of a table with the names of its rows."""


def over_of(over: Mapping[str, Any] | str | Iterable[str] | None) -> tuple[SweptFigure, ...]:
    """Return figures with their values.

    Parameters
    ----------
    over
        Values by path, as numbers or as text; or texts ``PATH=VALUES``.

    Raises
    ------
    UsageError
        Some figure has no values, or one is no number.
    """
    if not isinstance(over, Mapping):
        return tuple(map(SweptFigure.from_text, words("--over", over or ())))
    return tuple(_figure(path, values) for path, values in over.items())


def _figure(path: str, values: Any) -> SweptFigure:
    if isinstance(values, str):
        return SweptFigure.from_text(f"{path}={values}")
    listed = listed_values(values)
    paths = paths_of(path) if isinstance(path, str) else ()
    if not paths or not listed:
        message = f"--over {str(path)[:60]}: give a list of numbers, or a text such as '60:80:5'"
        raise UsageError(message)
    return SweptFigure.of(paths, [number_of(value, f"--over {path}") for value in listed])


def table_of(table: object) -> ScenarioTable | None:
    """Return the rows of a table: a CSV file, a data frame or a dict of columns; None without one.

    Raises
    ------
    UsageError
        It cannot be read, or is no table of numbers.
    """
    if table is None:
        return None
    if isinstance(table, str | Path):
        shown, header, rows = _of_file(Path(table))
    else:
        shown, header, rows = _of_frame(table)
    names = header.index(_NAMES) if _NAMES in header else None
    figures = [place for place in range(len(header)) if place != names]
    if not figures or not rows:
        message = f"{shown}: has no {'rows' if figures else 'figures'}; its columns are paths, and each row has values"
        raise UsageError(message)
    found: dict[tuple[float | None, ...], tuple[Combination, str]] = {}
    for place, cells in rows:
        values = tuple(
            None if cells[column] in ("", None) else number_of(cells[column], f"{place}: {header[column]}")
            for column in figures
        )
        if values in found:
            message = f"{place}: has the values of {found[values][1]}; leave one of the two out"
            raise UsageError(message)
        found[values] = Combination(values, "" if names is None else str(cells[names] or "")), place
    return ScenarioTable(tuple(paths_of(header[place]) for place in figures), tuple(row for row, _ in found.values()))


def _of_file(path: Path) -> tuple[str, list[str], list[tuple[str, list[Any]]]]:
    """Return name, header, and rows with the place of each."""
    shown = f"--table {path}"
    try:
        lines, faults = split_csv(path, shown)
    except InstanceError as error:
        raise UsageError(_told(error.faults)) from None
    if faults:
        raise UsageError(_told(faults))
    header = lines[0][1]
    _check_header(header, shown)
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            message = f"{shown}:{line}: has {len(cells)} cells; the header has {len(header)}"
            raise UsageError(message)
    return shown, header, [(f"{shown}:{line}", list(cells)) for line, cells in lines[1:]]


def _of_frame(frame: Any) -> tuple[str, list[str], list[tuple[str, list[Any]]]]:
    columns, faults = columns_of(frame, "--table")
    if faults:
        raise UsageError(_told(faults))
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        message = "--table: the columns have different lengths"
        raise UsageError(message)
    _check_header(list(columns), "--table")
    rows = zip(*([cell_value(cell) for cell in column] for column in columns.values()), strict=True)
    return "--table", list(columns), [(f"--table, row {place}", list(cells)) for place, cells in enumerate(rows)]


def _told(faults: Iterable[Fault]) -> str:
    return "\n".join(map(str, faults))


def _check_header(header: list[str], shown: str) -> None:
    for name in header:
        if not paths_of(name):
            message = f"{shown}: a column has no name; write the path of its figure"
            raise UsageError(message)
        if header.count(name) > 1:
            message = f"{shown}: the column {name} stands twice"
            raise UsageError(message)
