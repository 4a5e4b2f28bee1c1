"""Tables in memory as rows: data frames of pandas, polars, pyarrow and others, and dicts of columns."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from netdesign.errors import Fault, did_you_mean
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from netdesign.instance.document import Located

_NOTHING = ("NAType", "NaTType")
"""Classes of pandas for a cell without a value; their objects cannot be compared."""


def add_frame(name: str, frame: Any, located: Located) -> None:
    """Put the rows of a frame into the tables of a document, and note the place of every cell.

    Empty cells (None, NaN, NA) are left out, as those of a CSV file are. A doubled or unknown column is noted as
    a fault; the rest is read all the same, so that its faults are noted too.

    Parameters
    ----------
    name
        Of the table.
    frame
        A dict of columns, or a data frame.
    located
        The document; changed in place.
    """
    at, shown, known = ("tables", name), f"frame {name}", COLUMNS[name]
    columns, faults = columns_of(frame, shown)
    for column in columns:
        if column not in known:
            message = f"unknown column; allowed: {', '.join(known)}{did_you_mean(column, known)}"
            faults.append(Fault(shown, 0, 0, column, message))
    length = max((len(values) for values in columns.values()), default=0)
    for column, values in columns.items():
        if len(values) != length:
            faults.append(Fault(shown, 0, 0, column, f"has {len(values)} rows; the longest column has {length}"))
    if columns and not length:
        faults.append(Fault(shown, 0, 0, "", "has no rows"))
    kept = {column: [cell_value(value) for value in values] for column, values in columns.items() if column in known}
    rows = [
        {column: values[index] for column, values in kept.items() if index < len(values) and values[index] is not None}
        for index in range(length)
    ]
    located.data["tables"][name] = rows
    located.places[at] = (shown, 0, 0)
    located.places |= {(*at, index): (f"{shown}, row {index}", 0, 0) for index in range(length)}
    # Under a name that no row has, so that the rows count as read.
    located.faults += [((*at, "frame") if rows else at, fault) for fault in faults]


def columns_of(frame: Any, shown: str) -> tuple[dict[str, list[Any]], list[Fault]]:
    """Return the columns of a frame by name, each as a list."""
    # The columns of pyarrow are arrays, not names.
    columns = frame if isinstance(frame, Mapping) else getattr(frame, "column_names", getattr(frame, "columns", ()))
    names = list(columns)
    if not names:
        message = f"is of type {type(frame).__name__}; give a data frame or a dict of columns"
        if hasattr(frame, "columns"):
            message = "has no columns"
        return {}, [Fault(shown, 0, 0, "", message)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    faults = [Fault(shown, 0, 0, str(name), "this column stands twice") for name in twice]
    found = {str(name): _values(frame, name) for name in names if name not in twice}
    message = "is no list; a column is a list of its cells"
    faults += [Fault(shown, 0, 0, name, message) for name, values in found.items() if values is None]
    return {name: values for name, values in found.items() if values is not None}, faults


def _values(frame: Any, name: Any) -> list[Any] | None:
    """Return the cells of a column; None where there are none, as in lazy frames."""
    try:
        column = frame[name]
    except TypeError:
        return None
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(column, method):
            found = getattr(column, method)()
            return found if isinstance(found, list) else None
    return list(column) if isinstance(column, Sequence) and not isinstance(column, str | bytes) else None


def cell_value(value: Any) -> Any:
    """Return a cell as a Python value; None where it is empty."""
    if hasattr(value, "item"):
        value = value.item()
    value = plain_value(value)
    return None if (isinstance(value, float) and math.isnan(value)) or value == "" else value


@overload
def listed_values(values: Any, *, alone: Literal[True]) -> list[Any]: ...
@overload
def listed_values(values: Any) -> list[Any] | None: ...
def listed_values(values: Any, *, alone: bool = False) -> list[Any] | None:
    """Return an ordered collection as a list of plain values; None where it is none.

    Parameters
    ----------
    values
        Such as a list, an array, or a column of a data frame.
    alone
        Whether another value counts as a list of one, and None as an empty list.
    """
    if hasattr(values, "tolist") or hasattr(values, "to_list"):
        values = values.tolist() if hasattr(values, "tolist") else values.to_list()
    is_listed = isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping)
    if is_listed and (alone or not isinstance(values, Set)):
        return [plain_value(value) for value in values]
    if alone:
        return [] if values is None else [plain_value(values)]
    return None


def plain_value(value: Any) -> Any:
    """Return a value converted to dicts, lists, texts and numbers of Python, as far as possible."""
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(key): plain_value(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(inside) for inside in value]
    if isinstance(value, np.ndarray | np.generic):
        found = value.tolist()
        return found if type(found) is type(value) else plain_value(found)
    if isinstance(value, Decimal | Fraction):
        try:
            number = float(value)
        except (OverflowError, ValueError):  # a number that is none for a computer, or a signal
            return value
        return int(value) if number.is_integer() else number
    return None if type(value).__name__ in _NOTHING else value
