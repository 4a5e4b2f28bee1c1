"""What an answer rests on: every figure of the instance with what its files say of it, and the sources of tables."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from netdesign.instance.fields import Block
from netdesign.instance.figures import FigurePathError, paths_of, place_in
from netdesign.instance.override import names_in
from netdesign.instance.read import validated
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import ROWS
from netdesign.report.page.basis import AssumptionsRecord, CountRecord, FigureRecord, TableRecord
from netdesign.report.page.figures import figure
from netdesign.report.page.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netdesign.instance.document import Path_
    from netdesign.instance.published.reading import Source
    from netdesign.instance.rows import RangeRow
    from netdesign.instance.schema import InstanceDocument

_MOST_SOURCES = 25
"""Sources of a table that are listed, those of most rows first."""

_STATUS = re.compile(
    r"\b(sourced(?: \((?:range|derived)\))?|derived from an assumption|derived|calibrated|recalled, unverified|recalled"
    r"|assumption|missing)\b"
)
"""How sure a figure is, in what a file says beside it: the words of `source_status` in tables."""

_FACTS = ("sourced", "derived", "calibrated")
_NO_FACT = "derived from an assumption"


class _Number(NamedTuple):
    """A number that stands in a block of an instance."""

    trail: Path_
    path: str
    value: float
    unit: str


def assumptions_of(source: Source) -> AssumptionsRecord:
    """Return the figures of a sound instance, those with a range first, and its tables."""
    document = validated(source)
    remarks = Remarks(source)
    figures, ranged = [], set[object]()
    for row in document.tables.ranges:
        trails = _trails(document, row)
        if trails:
            ranged |= set(trails)
            figures.append(_with_range(document, row, remarks.beside(trails[0])))
    for number in _numbers(document):
        if number.trail not in ranged:
            figures.append(_without_range(number, remarks.beside(number.trail)))
    tables = ((name, getattr(document.tables, name)) for name in ROWS)
    return AssumptionsRecord(figures=figures, tables=[_table(name, rows) for name, rows in tables if rows])


def _trails(document: InstanceDocument, row: RangeRow) -> list[Path_]:
    """Return where the figure of a range stands; none where ``--set`` took it away."""
    try:
        return [place_in(document, path).trail for path in paths_of(row.path)]
    except FigurePathError:
        return []


def _with_range(document: InstanceDocument, row: RangeRow, remark: str) -> FigureRecord:
    place = place_in(document, paths_of(row.path)[0])
    status = row.source_status or ""
    return FigureRecord(
        path=row.path,
        value=figure(float(place.value)),
        unit=place.unit,
        low=row.low,
        high=row.high,
        kind=kind_of(status),
        status=status,
        source=row.source or "",
        url=row.url or "",
        year=row.year or "",
        remark=" ".join(filter(None, (row.note, remark if not row.source else ""))),
    )


def _without_range(number: _Number, remark: str) -> FigureRecord:
    found = _STATUS.search(remark)
    status = found[1] if found else ""
    return FigureRecord(
        path=number.path,
        value=figure(number.value),
        unit=number.unit,
        low=None,
        high=None,
        kind=kind_of(status),
        status=status,
        source="",
        url="",
        year="",
        remark=remark,
    )


def kind_of(status: str) -> Literal["fact", "assumption", "unstated"]:
    """Return whether a status is that of a fact: read in a source, or worked out from such figures."""
    if not status:
        return "unstated"
    return "fact" if status.startswith(_FACTS) and not status.startswith(_NO_FACT) else "assumption"


def _numbers(document: InstanceDocument) -> Iterator[_Number]:
    """Yield the numbers that the blocks of a document state, in their order; those of tables are none."""
    for name in type(document).model_fields:
        if name in document.model_fields_set and name != "tables":
            yield from _numbers_at(document, name, (), "")


def _numbers_at(holder: Block, name: str, trail: Path_, before: str) -> Iterator[_Number]:
    """Yield the numbers in a field of a block."""
    field = type(holder).model_fields[name]
    key = field.alias or name
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "1")) if isinstance(extra, dict) else "1"
    yield from _numbers_in(getattr(holder, name), (*trail, key), f"{before}{key}", unit)


def _numbers_in(value: Any, trail: Path_, path: str, unit: str) -> Iterator[_Number]:
    """Yield the numbers in a value, at any depth."""
    if isinstance(value, Block):
        for name in type(value).model_fields:
            if name in value.model_fields_set:
                yield from _numbers_at(value, name, trail, f"{path}.")
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield from _numbers_in(inside, (*trail, key), f"{path}.{key}", unit)
    elif isinstance(value, tuple):
        for position, inside in enumerate(value):
            yield from _numbers_in(inside, (*trail, position), f"{path}.{_entry(value, position)}", unit)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield _Number(trail, path, float(value), unit)


def _entry(entries: Sequence[Any], position: int) -> str:
    """Return by what an entry of a list goes in a path: its name where no other has it, else its position."""
    plain = [entry.model_dump() if isinstance(entry, Block) else entry for entry in entries]
    names = [name for name, places in names_in(plain).items() if places == [position]]
    return names[0] if names else str(position)


def _table(name: str, rows: Sequence[Block]) -> TableRecord:
    sourced = [row for row in rows if isinstance(row, SourcedRow)]
    sources = _counts(row.source for row in sourced)
    return TableRecord(
        name=name,
        rows=len(rows),
        statuses=_counts(row.source_status for row in sourced),
        sources=sources[:_MOST_SOURCES],
        sources_left_out=max(0, len(sources) - _MOST_SOURCES),
    )


def _counts(texts: Iterable[str | None]) -> list[CountRecord]:
    """Return how many rows have each part of a text, the most frequent first."""
    parts = Counter(part.strip() for text in texts for part in (text or "").split(";"))
    return [CountRecord(text=text, rows=rows) for text, rows in parts.most_common()]
