"""What befalls a table, a graph or a workbook: cells, columns, rows, attributes and elements, not single letters."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from tests.fuzz.accidents import WILD, misspelt, scaled

if TYPE_CHECKING:
    from random import Random


def csv_cells(draw: Random, raw: bytes) -> bytes:
    """Return a CSV table with one cell, row or column changed."""
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    row, column = draw.randrange(len(rows)), draw.randrange(len(rows[0]))
    match draw.choice(
        (
            "scale",
            "scale",
            "scale",
            "cell",
            "cell",
            "empty",
            "lose row",
            "double row",
            "lose column",
            "double column",
            "cut",
        )
    ):
        case "scale":
            numbers = [(r, c) for r, cells in enumerate(rows) for c, cell in enumerate(cells) if _is_number(cell)]
            r, c = draw.choice(numbers)
            rows[r][c] = scaled(draw, float(rows[r][c]))
        case "cell":
            rows[row][column] = draw.choice(WILD)
        case "empty":
            rows[row][column] = ""
        case "lose row":
            del rows[row]
        case "double row":
            rows.insert(draw.randrange(1, len(rows) + 1), rows[row])
        case "lose column":
            rows = [cells[:column] + cells[column + 1 :] for cells in rows]
        case "double column":
            rows = [[*cells, cells[column]] for cells in rows]
        case "cut":
            rows[row] = rows[row][:column]
    return _as_csv(draw, rows)


def _is_number(cell: object) -> bool:
    return not isinstance(cell, bool) and bool(re.fullmatch(r"\d+(\.\d+)?", str(cell)))


def csv_misspelt(draw: Random, raw: bytes) -> bytes:
    """Return a CSV table with one heading misspelt."""
    rows = list(csv.reader(io.StringIO(raw.decode(), newline="")))
    column = draw.randrange(len(rows[0]))
    rows[0][column] = misspelt(draw, rows[0][column])
    return _as_csv(draw, rows)


def _as_csv(draw: Random, rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, lineterminator=draw.choice(("\n", "\n", "\n", "\r\n")), delimiter=draw.choice(",,,,,,,;\t")
    )
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def json_parts(draw: Random, raw: bytes) -> bytes:
    """Return a JSON text with one value changed, lost, doubled or moved elsewhere."""
    data = json.loads(raw)
    places = list(_places(data))
    holder, key = draw.choice(places)
    match draw.choice(("scale", "scale", "wild", "wild", "lose", "null", "double", "move")):
        case "scale":
            holder, key = draw.choice([place for place in places if _is_number(place[0][place[1]])])
            holder[key] = float(scaled(draw, holder[key]))
        case "wild":
            holder[key] = draw.choice([*WILD, 0, -1, 1e308, 1e-12, True, False, [], {}, 2**70, 0.5])
        case "lose":
            del holder[key]
        case "null":
            holder[key] = None
        case "double" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _:
            other, place = draw.choice(places)
            # Through text, as a part may not be put into itself.
            other[place] = json.loads(json.dumps(holder[key]))
    return json.dumps(data, indent=draw.choice((None, 1))).encode()


def json_misspelt(draw: Random, raw: bytes, free: frozenset[bytes]) -> bytes | None:
    """Return a JSON text with one key of a block misspelt."""
    data = json.loads(raw)
    places = [(holder, key) for holder, key in _places(data) if isinstance(key, str) and key.encode() not in free]
    if not places:
        return None
    holder, key = draw.choice(places)
    holder[misspelt(draw, key)] = holder.pop(key)
    return json.dumps(data).encode()


def _places(data: Any) -> Any:
    """Yield each holder with the key or position of what it holds."""
    for key in list(data) if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ():
        yield data, key
        yield from _places(data[key])


def xml_parts(draw: Random, raw: bytes) -> bytes:
    """Return an XML text with one attribute, text or element changed, lost or doubled."""
    attribute, element = rb'[\w:.]+="([^"]*)"', rb"<(\w+)[^<>]*(?:/>|>[^<]*</\1>)"
    pattern = draw.choice((attribute, attribute, rb">([^<>]+)<", element))
    found = list(re.finditer(pattern, raw))
    if not found:
        return raw
    match = draw.choice(found)
    group = 0 if pattern is element or draw.random() < 0.2 else 1
    instead = draw.choice((b"", match[group] * 2, draw.choice(WILD).encode("utf-8", "ignore")))
    return raw[: match.start(group)] + instead + raw[match.end(group) :]


def workbook_cells(draw: Random, raw: bytes) -> bytes:
    """Return a workbook with one cell, heading, row, column or sheet changed."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = draw.choice(book.worksheets)
    row, column = draw.randint(1, sheet.max_row), draw.randint(1, sheet.max_column)
    cell = sheet.cell(row, column)
    kinds = (
        "scale",
        "scale",
        "scale",
        "value",
        "value",
        "empty",
        "row",
        "column",
        "double",
        "merge",
        "hide",
        "title",
        "far",
        "formula",
    )
    match draw.choice(kinds):
        case "scale":
            numbers = [cell for cells in sheet.iter_rows() for cell in cells if _is_number(cell.value)]
            found = draw.choice(numbers)
            found.value = float(scaled(draw, found.value))
        case "value":
            texts = [text for text in WILD if not re.search(r"[\x00-\x08\x0b-\x1f]", text)]
            cell.value = draw.choice([*texts, 0, -1, 1e308, 0.5, True, "#N/A", "#REF!"])
        case "empty":
            cell.value = None
        case "row":
            sheet.delete_rows(row)
        case "column":
            sheet.delete_cols(column)
        case "double":
            sheet.append([other.value for other in sheet[row]])
        case "merge":
            sheet.merge_cells(start_row=row, start_column=column, end_row=row + 1, end_column=column)
        case "hide":
            sheet.row_dimensions[row].hidden = True
        case "title":
            sheet.title = misspelt(draw, sheet.title)
        case "far":
            sheet.cell(row + draw.randint(1, 2000), column + draw.randint(0, 40)).value = draw.choice(("x", 1))
        case "formula":
            cell.value = draw.choice(("=1+1", "=A1", "=NOW()", "=SUM(A1:A9)"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook_parts(draw: Random, raw: bytes) -> bytes:
    """Return a workbook in whose archive one XML part is changed, or lost."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    victim = draw.choice(list(parts))
    if draw.random() < 0.1:
        del parts[victim]
    else:
        parts[victim] = xml_parts(draw, parts[victim])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()
