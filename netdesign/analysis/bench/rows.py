"""The rows of a table of optima, and the call of ``netdesign solve`` that answers each."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from netdesign.errors import UsageError, did_you_mean
from netdesign.instance.files import FileRefusedError, read_ordinary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_OPTIONS = (
    "format_in", "nodes", "alpha", "fixed_costs", "capacities", "capacity", "flows", "fixed_cost_factor",
    "hubs", "model", "set",
)  # fmt: skip
COLUMNS = ("instance", "file", "problem", "optimum", "status", *_OPTIONS)
"""Columns of a table of optima that is no collection."""

_FILE_OPTIONS = ("--fixed-costs", "--capacities", "--model")
_STATUSES = ("optimal", "best_known")
_PUBLISHED = re.compile(r"\+?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LARGEST, _MOST_ZEROS = 1e100, 100
_OF_A_DIGIT, _OF_A_SUM = Fraction(1, 10**6), Fraction(1, 10**14)
"""Rounding errors of a sum: as a share of the last printed digit, and of the sum itself."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Row:
    """One published value.

    Parameters
    ----------
    instance, problem
        Names in the table.
    file
        Path relative to the folder of the table.
    options
        Further words of the call.
    optimum
        The published value as printed.
    is_proven
        Whether the source proves it; otherwise it is the best known value.
    """

    instance: str
    problem: str
    file: str
    options: tuple[str, ...]
    optimum: str
    is_proven: bool

    @property
    def call(self) -> str:
        """The words after ``netdesign solve``."""
        return " ".join((self.file, *self.options))

    @property
    def status(self) -> str:
        """Word of the column ``status``."""
        return _STATUSES[0] if self.is_proven else _STATUSES[1]

    @property
    def value(self) -> float:
        """The published value."""
        return float(_decimal(self.optimum))

    @property
    def exact(self) -> Fraction:
        """The published value as printed, which a binary number often cannot be."""
        return Fraction(_decimal(self.optimum))

    @property
    def last_digit(self) -> Fraction:
        """One unit of the last digit printed, 10 for 2.10001e+06: some sources round, some cut off."""
        return Fraction(10) ** int(_decimal(self.optimum).as_tuple().exponent)

    def side(self, value: float) -> int:
        """Return -1 or 1 where a value is under or over all values that are printed as the published one, else 0.

        A rounded or cut value differs from the printed one by less than a unit of its last digit.
        """
        off, unit = Fraction(value) - self.exact, self.last_digit
        noise = max(_OF_A_DIGIT * unit, _OF_A_SUM * abs(self.exact))
        # A sum of binary numbers has limited digits: it may differ in those beyond.
        limit = unit - noise if 10 * noise < unit else unit + noise
        return 0 if abs(off) < limit else (1 if off > 0 else -1)

    @property
    def files(self) -> tuple[str, ...]:
        """The files of the call, and the model where one is named, relative to the folder of the table."""
        others = (word for option, word in zip(self.options, self.options[1:], strict=False) if option in _FILE_OPTIONS)
        return (self.file, *others)

    @property
    def model(self) -> str:
        """Name or file of the formulation, an empty string where none is named."""
        named = (word for option, word in zip(self.options, self.options[1:], strict=False) if option == "--model")
        return next(named, "")


def decimals(published: str) -> int:
    """Return the number of decimals of a published value."""
    return max(0, -int(_decimal(published).as_tuple().exponent))


def _decimal(published: str) -> Decimal:
    return Decimal(published.replace(",", ""))


def read_rows(table: Path) -> list[Row]:
    """Read a table of optima.

    Either each row names its ``file`` and the options of the call in columns of their names, ``problem`` and
    ``optimum``; or the table is the ``optima.csv`` of a collection, whose families have folders of known
    formats.

    Raises
    ------
    UsageError
        There is no such table, it has no rows, or some are wrong; names the line of each.
    """
    try:
        text = read_ordinary(table).decode("utf-8-sig")
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        columns = tuple(reader.fieldnames or ())
        make = _maker(table, columns)
        lines = [(reader.line_num, cells) for cells in reader]
    except (OSError, FileRefusedError, UnicodeDecodeError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"{table}: cannot be read as a table of optima: {reason}"
        raise UsageError(message) from None
    rows, faults = [], []
    for line, cells in lines:
        try:
            if None in cells or None in cells.values():
                found = sum(cell is not None for cell in cells.values()) + len(cells.get(None) or ()) - (None in cells)
                message = f"{table}:{line}: has {found} cells; the header has {len(columns)}"
                raise UsageError(message)
            rows.append(_checked(table, line, make(table, line, cells)))
        except UsageError as error:
            faults.append(error.message)
    if not lines:
        faults.append(f"{table}: has no rows under its header")
    if faults:
        raise UsageError("\n".join(faults))
    return rows


def _maker(table: Path, columns: tuple[str, ...]) -> Callable[[Path, int, Mapping[str, str]], Row]:
    twice = [name for name, count in Counter(columns).items() if count > 1]
    if twice:
        message = f"{table}:1: column {twice[0]} stands twice"
        raise UsageError(message)
    if {"file", "problem", "optimum"} <= set(columns):
        unknown = sorted(set(columns) - set(COLUMNS))
        if unknown:
            message = f"{table}:1: unknown column {unknown[0]}; allowed: {', '.join(COLUMNS)}"
            raise UsageError(message)
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
    is_proven = proven_status(table, line, cells)
    return Row(instance, cells["problem"], cells["file"], tuple(options), cells["optimum"].strip(), is_proven)


def proven_status(table: Path, line: int, cells: Mapping[str, str]) -> bool:
    """Return whether the status of a row, ``optimal`` where it has none, says that its value is proven.

    Raises
    ------
    UsageError
        It is neither ``optimal`` nor ``best_known``.
    """
    status = cells.get("status", "").strip() or _STATUSES[0]
    if status not in _STATUSES:
        allowed = f"allowed: {', '.join(_STATUSES)}{did_you_mean(status, _STATUSES)}"
        message = f"{table}:{line}: status '{status[:40]}' is unknown; {allowed}"
        raise UsageError(message)
    return status == _STATUSES[0]


def _checked(table: Path, line: int, row: Row) -> Row:
    """Return a row whose names, files and optimum are sound.

    Raises
    ------
    UsageError
        They are not.
    """
    faults = [f"{table}:{line}: {fault}" for fault in _faults(table, row)]
    if faults:
        raise UsageError("\n".join(faults))
    return row


def _faults(table: Path, row: Row) -> Iterator[str]:
    optimum = row.optimum[:40]
    if not _PUBLISHED.fullmatch(row.optimum):
        wanted = " from 0 up, such as 1040444.375, 1,040,444 or 1.04e+06" if _is_number(row.optimum) else ""
        yield f"optimum: {optimum!r} is no number{wanted}"
    elif row.value > _LARGEST or abs(int(_decimal(row.optimum).as_tuple().exponent)) > _MOST_ZEROS:
        yield f"optimum: {optimum} is no number that is told from 0 and under {_LARGEST:g}"
    for column, text in (("instance", row.instance), ("problem", row.problem)):
        if not text.strip():
            yield f"{column}: is missing"
        elif text.startswith(_FORMULA):
            # The output has it too, and a spreadsheet would calculate it.
            yield f"{column}: {text[:40]!r} begins like a formula"
    if any(_CONTROL.search(text) for text in (row.instance, row.problem, *row.files, *row.options)):
        yield "holds a control character or a line break"
        return
    for name in dict.fromkeys(row.files):
        if name == row.model:
            continue
        # A table may come from anybody, so it may only name files in its folder, as an instance does.
        if Path(name).is_absolute() or ".." in Path(name).parts:
            yield f"{name[:100]} lies outside the table's folder; move it inside"
        elif not (table.parent / name).is_file():
            yield f"there is no file {name[:100]} beside the table"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def check_models(rows: Sequence[Row], table: Path, *, are_allowed: bool) -> None:
    """Raise a UsageError for model files, which run code, unless they are allowed; bundled formulations always are.

    Raises
    ------
    UsageError
        A row names a file, or something that is neither a file nor bundled.
    """
    from netdesign.catalogue import find_model

    faults = []
    for name in dict.fromkeys(row.model for row in rows if row.model):
        if not (table.parent / name).is_file():
            find_model(name)
        elif not are_allowed:
            faults.append(f"{table}: model {name[:100]} is a file, which runs code; --allow-models lets it")
    if faults:
        raise UsageError("\n".join(faults))


def contradictions(rows: Sequence[Row]) -> list[str]:
    """Return a line for each two values of one call that cannot both be true.

    These are two proven values, or a proven value and a lower one of some plan, that differ by more than rounding.
    """
    by_call: dict[str, list[Row]] = {}
    for row in rows:
        by_call.setdefault(row.call, []).append(row)
    lines = []
    for same in by_call.values():
        lowest = min(same, key=lambda row: row.exact + row.last_digit)
        proven = [row for row in same if row.is_proven]
        highest = max(proven, key=lambda row: row.exact - row.last_digit, default=lowest)
        if highest.exact - highest.last_digit >= lowest.exact + lowest.last_digit:
            values = (f"{row.instance} {row.problem}: {row.optimum}" for row in (highest, lowest))
            lines.append(f"rows contradict each other: {' against '.join(values)}")
    return lines
