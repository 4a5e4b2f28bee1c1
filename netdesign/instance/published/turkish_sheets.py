"""The sheets of the Turkish network: cities, and matrices that name each city by name and number on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.fields import LARGEST
from netdesign.instance.published.cells import UnclearCell
from netdesign.instance.published.hubs import LARGEST_NODES
from netdesign.instance.published.matrix_sheets import number_in
from netdesign.instance.published.sheets import is_blank, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.published.sheets import Sheets

CITIES = "cities"
_ID, _NAME, _FIXED_COST = "Id", "City", "Fixed Hub Cost"
_DEGREES = {"Latitude": ("lat", 90.0), "Longitude": ("lon", 180.0)}
_COLUMNS = (_ID, _NAME, *_DEGREES, _FIXED_COST)

_FIRST = 3
"""Row and column in which values of a matrix begin: names and numbers of cities stand before."""

_CORNER = {(2, 1): "Name", (2, 2): "ID"}
_MOST_NAMED = 10


@dataclass(frozen=True)
class City:
    """A row of the sheet of cities; the name is empty where it is missing, which is noted."""

    name: str
    lat: float
    lon: float
    fixed_cost: float

    @property
    def place(self) -> dict[str, Any]:
        """Columns of its row in the table of cities."""
        return {"name": self.name, "lat": self.lat, "lon": self.lon}


def cities_of(sheets: Sheets) -> list[City]:
    """Return the cities, whose numbers count from 1; what is wrong is noted."""
    page, at = sheets.pages[CITIES], ("tables", CITIES)
    sheets.note_merged(CITIES, at)
    headings = {heading: column for column, heading in sheets.header(CITIES, _COLUMNS, at).items()}
    missing = [heading for heading in _COLUMNS if heading not in headings]
    if missing:
        sheets.fault(at, CITIES, 1, 0, "", f"has no column {', '.join(missing)}")
        return []
    lines = [line for line, row in sorted(page.rows.items()) if line > 1 and not all(map(is_blank, row.values()))]
    if not 2 <= len(lines) <= LARGEST_NODES:
        sheets.fault(at, CITIES, 1, 0, "", f"has {len(lines)} cities; 2 to {LARGEST_NODES:,} are read")
        return []
    found = []
    for number, line in enumerate(lines, start=1):
        _check_is(sheets, CITIES, line, headings[_ID], number)
        name = page.rows[line].get(headings[_NAME])
        if not isinstance(name, str) or is_blank(name):
            sheets.fault(at, CITIES, line, headings[_NAME], _NAME, "a name stands here")
            name = ""
        lat, lon = (
            number_at(sheets, CITIES, line, headings[heading], -most, most) for heading, (_, most) in _DEGREES.items()
        )
        found.append(City(name.strip(), lat, lon, number_at(sheets, CITIES, line, headings[_FIXED_COST])))
    return found


def matrix_of(sheets: Sheets, name: str, cities: Sequence[City]) -> NDArray[np.float64]:
    """Return a matrix in the order of the cities; what is wrong is noted."""
    page, at = sheets.pages[name], ("tables", name)
    sheets.note_merged(name, at)
    values = np.zeros((len(cities), len(cities)))
    laid_out = [page.rows.get(line, {}).get(column) == word for (line, column), word in _CORNER.items()]
    if not all(laid_out):
        message = "is no matrix of this format: 'Name' and 'ID' stand in row 2, cities behind them and in rows below"
        sheets.fault(at, name, 2, 1, "", message)
        return values
    last = _FIRST + len(cities)
    is_whole = _are_all_there(sheets, name, cities)
    for line, row in sorted(page.rows.items()):
        stray = [column for column in row if (line >= last or column >= last) and not is_blank(row[column])]
        if stray and cities:
            message = f"stands outside the {len(cities)} cities of the sheet '{CITIES}'"
            sheets.fault(at, name, line, min(stray), "", message)
    before = len(sheets.located.faults)
    for line, column in np.ndindex(values.shape) if is_whole else ():
        values[line, column] = number_at(sheets, name, line + _FIRST, column + _FIRST)
        if len(sheets.located.faults) - before == _MOST_NAMED:
            message = f"{_MOST_NAMED} cells of this sheet are wrong; what comes after them was not looked at"
            sheets.fault(at, name, 1, 0, "", message)
            break
    return values


def _are_all_there(sheets: Sheets, name: str, cities: Sequence[City]) -> bool:
    """Return whether rows and columns are those of the cities, in their order; note what is not."""
    page, before = sheets.pages[name], len(sheets.located.faults)
    for what in ("row", "column"):
        wrong = []
        for number, city in enumerate(cities, start=1):
            place = number + _FIRST - 1
            cells = ((place, 1), (place, 2)) if what == "row" else ((1, place), (2, place))
            texts = [page.rows.get(line, {}).get(column) for line, column in cells]
            if all(map(is_blank, texts)):
                wrong.append(f"{number} ({city.name})")
                continue
            if city.name:
                _check_is(sheets, name, *cells[0], city.name)
            _check_is(sheets, name, *cells[1], number)
        if wrong:
            message = f"has no {what} of {len(wrong)} of the {len(cities)} cities: {listed(wrong)}"
            sheets.fault(("tables", name), name, 1, 0, "", message)
    return len(sheets.located.faults) == before


def _check_is(sheets: Sheets, name: str, line: int, column: int, wanted: str | int) -> None:
    """Note a cell that does not hold the name or number of the city that is due there."""
    cell = sheets.pages[name].rows.get(line, {}).get(column)
    if isinstance(cell, UnclearCell):
        cell = cell.worth
    found = cell.strip() if isinstance(cell, str) else cell
    if found == wanted or str(found) == str(wanted):
        return
    shown = "nothing" if found is None else f"'{str(found)[:40]}'"
    near = did_you_mean(found, [wanted]) if isinstance(found, str) and isinstance(wanted, str) else ""
    sheets.fault(("tables", name), name, line, column, "", f"{shown} stands where {wanted} is due{near}")


def number_at(sheets: Sheets, name: str, line: int, column: int, least: float = 0.0, most: float = LARGEST) -> float:
    """Return the number in a cell; 0 where there is none or it is out of range, which is noted."""
    cell = sheets.pages[name].rows.get(line, {}).get(column)
    at = ("tables", name)
    if cell is None or is_blank(cell):
        sheets.fault(at, name, line, column, "", "is empty; a number stands here")
        return 0.0
    value = number_in(sheets, name, at, line, column, cell)
    for is_out, word, limit in ((value < least, "under", least), (value > most, "over", most)):
        if is_out:
            sheets.fault(at, name, line, column, "", f"{value:g} is {word} {limit:g}")
    return 0.0 if np.isnan(value) else value
