"""Sheets with headings and rows: the tables of an instance, and the crews of its road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.instance.blocks import Crew
from netdesign.instance.published.cells import UnclearCell
from netdesign.instance.published.sheets import CREWS, is_blank, is_text
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS, ROWS

if TYPE_CHECKING:
    from netdesign.errors import Fault
    from netdesign.instance.document import Path_
    from netdesign.instance.fields import Block
    from netdesign.instance.published.sheets import Sheets

_CREW_COLUMNS = tuple(Crew.model_fields)


def read_table(sheets: Sheets, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table, and note places and faults."""
    return _rows(sheets, name, ("tables", name), COLUMNS[name], ROWS[name])


def read_crews(sheets: Sheets) -> None:
    """Put the rows of the sheet of crews into the road block."""
    document, at = sheets.located.data, ("road", "crews")
    road = document.setdefault("road", {})
    if not isinstance(road, dict) or "crews" in road:
        sheets.fault(at, CREWS, 1, 0, "", "the settings have a value for road.crews too; take one of the two out")
        return
    sheets.located.places.setdefault(("road",), (sheets.place(CREWS), 1, 0))
    road["crews"] = _rows(sheets, CREWS, at, _CREW_COLUMNS, Crew)


def _rows(sheets: Sheets, name: str, at: Path_, allowed: tuple[str, ...], model: type[Block]) -> list[dict[str, Any]]:
    located, shown, sheet = sheets.located, sheets.place(name), sheets.pages[name]
    located.places.setdefault(at, (shown, 1, 0))
    # Under a name that no row has, so that the rows count as read.
    names = sheets.header(name, allowed, (*at, "file"))
    located.columns[shown] = {heading: column for column, heading in names.items()}
    merged = sheets.note_merged(name, (*at, "file"))
    texts = {field.alias or key for key, field in model.model_fields.items() if is_text(field.annotation)}
    rows: list[dict[str, Any]] = []
    for line in sorted(sheet.rows.keys() - {1}):
        cells = sheet.rows[line]
        if all(is_blank(cell) for cell in cells.values()):
            continue
        row_at = (*at, len(rows))
        located.places[row_at] = (shown, line, 0)
        row: dict[str, Any] = {}
        for column, heading in names.items():
            value = cells.get(column)
            if value is None:
                # Values missing in merged cells are no further faults.
                located.faults += [((*row_at, heading), fault) for fault in _merged_at(merged, line, column)]
            elif isinstance(value, UnclearCell):
                is_clear = value.is_clear_as_remark and heading in SourcedRow.model_fields
                if value.worth is None or (heading in texts and not is_clear):
                    sheets.fault((*row_at, heading), name, line, column, heading, value.message)
                else:
                    row[heading] = value.worth
            elif not is_blank(value):
                row[heading] = value
                if heading not in texts:
                    sheets.note_text(value, name, line, column, heading)
                    row[heading], wrong = sheets.number(value)
                    if wrong:
                        sheets.fault((*row_at, heading), name, line, column, heading, wrong)
        rows.append(row)
    return rows


def _merged_at(merged: list[tuple[int, int, int, int, Fault]], line: int, column: int) -> list[Fault]:
    return [fault for left, top, right, bottom, fault in merged if left <= column <= right and top <= line <= bottom]
