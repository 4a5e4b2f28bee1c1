"""Workbooks that are wrong: what a spreadsheet shows otherwise than it stores it, and settings that contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from tests.instance.bad.case import Case, faults
from tests.support.workbooks import Page, Xml, changed, pages, with_cell, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "x.xlsx"
SAVE = "open the workbook in a spreadsheet program and save it, or write the value"
WRITE = "format the cell as text and write it anew"
TIME = "format the cell as number or text and write it anew"
SAVE_AS = "save it as .xlsx and read it with --format-in excel"
FORMULA = Xml('<c r="@"><f>1+1</f></c>')
OPENPYXL = Xml('<c r="@"><f>1+1</f><v></v></c>')
ARRAY = Xml('<c r="@"><f t="array" ref="C2:C3">B2:B3</f><v/></c>')
SHARED = Xml('<c r="@" t="n"><f t="shared" si="0"/></c>')
ZERO = Xml('<c r="@"><f>1+1</f><v>0</v></c>')
ANEW = '<calcPr fullCalcOnLoad="1"/>'
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="46"/><xf numFmtId="11"/><xf numFmtId="164"/></cellXfs>'
    "</styleSheet>"
)


def workbook(name: str, contents: Callable[[Path], object], *lines: str, options: str = "--format-in excel") -> Case:
    """Return the case of a workbook with these faults; ``:`` at the beginning of a line stands for a sheet."""
    told = [f"{FILE}{line}" if line[0] == ":" else line for line in lines]
    return Case(name, faults(*told), 3, ("solve", FILE, *options.split(), "-o", "result.json"), {FILE: contents})


def in_hubs(name: str, column: int, value: Any, line: str, **more: str) -> Case:
    """Return the case of a cell in the first hub's row: 1 is its id, 2 its status, 3 its fixed cost."""
    return workbook(name, with_cell("hubs", 2, column, value, **more), f": hubs!{chr(64 + column)}2: {line}")


def settings(name: str, *rows: tuple[Any, Any], told: tuple[str, ...]) -> Case:
    """Return the case of rows that follow on the five of the settings, hence from row 7 on."""
    return workbook(name, changed(lambda sheets: sheets["instance"].rows.extend(map(list, rows))), *told)


def _everything(sheets: dict[str, Page]) -> None:
    sheets["hubs"].rows[0][2] = "fixed_cost"
    sheets["cities"].rows[1].append(5)
    sheets["demand"].rows[1][2] = FORMULA
    sheets["Links"] = Page([])
    sheets["instance"].rows.append(["policies.hub_count.min", "two"])


def _without_settings(sheets: dict[str, Page]) -> None:
    del sheets["instance"]
    sheets["hubs"].rows[1][2] = FORMULA


def _merged(sheets: dict[str, Page]) -> None:
    sheets["demand"].rows[2][0] = None
    sheets["demand"].after = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="J9:K9"/></mergeCells>'


def _without_format(sheets: dict[str, Page]) -> None:
    del sheets["instance"].rows[1]


def _twice(sheets: dict[str, Page]) -> None:
    sheets["hubs"].rows[1][2] = Xml('<c r="@"><v>1</v></c><c r="@"><v>2</v></c>')


def _without_header(sheets: dict[str, Page]) -> None:
    del sheets["cities"].rows[0]


def _doubled_part(path: Path) -> None:
    import warnings

    write_workbook(path, pages())
    with warnings.catch_warnings(), ZipFile(path, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/sheet0.xml", "<worksheet/>")


def _archive(*names: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, "<a/>")

    return write


OLE = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)

WORKBOOKS = [
    in_hubs(
        "formula without a result",
        3,
        FORMULA,
        f"fixed_cost_eur_per_year: the formula in C2 has no stored result; {SAVE}",
    ),
    in_hubs("formula as openpyxl writes it", 2, OPENPYXL, f"status: the formula in B2 has no stored result; {SAVE}"),
    in_hubs(
        "array formula without a result",
        3,
        ARRAY,
        f"fixed_cost_eur_per_year: the formula in C2 has no stored result; {SAVE}",
    ),
    in_hubs(
        "shared formula without a result",
        3,
        SHARED,
        f"fixed_cost_eur_per_year: the formula in C2 has no stored result; {SAVE}",
    ),
    workbook(
        "formula without a result in the settings",
        with_cell("instance", 3, 2, FORMULA),
        f": instance!B3: name: the formula in B3 has no stored result; {SAVE}",
    ),
    workbook(
        "formula without a result in a heading",
        with_cell("hubs", 1, 3, FORMULA),
        f": hubs!C1: the formula in C1 has no stored result; {SAVE}",
    ),
    in_hubs(
        "formula whose result is 0 because nothing was calculated",
        3,
        ZERO,
        "fixed_cost_eur_per_year: the result of the formula in C2 is stored as 0, which the program that wrote the "
        f"file does without calculating; {SAVE}",
        book=ANEW,
    ),
    in_hubs(
        "error in a cell",
        3,
        Xml('<c r="@" t="e"><f>NA()</f><v>#N/A</v></c>'),
        "fixed_cost_eur_per_year: C2 holds the error #N/A; mend the formula or write the value",
    ),
    in_hubs(
        "subtotal in a table",
        3,
        Xml('<c r="@"><f>SUBTOTAL(109,C3:C4)</f><v>50</v></c>'),
        "fixed_cost_eur_per_year: C2 holds a total over other rows; take it out of the table",
    ),
    in_hubs(
        "truth value for a number in a cell",
        3,
        Xml('<c r="@" t="b"><v>1</v></c>'),
        "fixed_cost_eur_per_year: true is not a number",
    ),
    in_hubs(
        "truth value for an id in a cell",
        1,
        Xml('<c r="@" t="b"><v>0</v></c>'),
        f"id: A2 holds the truth value FALSE; {WRITE}",
    ),
    in_hubs(
        "date for a number",
        3,
        Xml('<c r="@" s="1"><v>45000</v></c>'),
        f"fixed_cost_eur_per_year: C2 holds a date or a time (mm-dd-yy); {TIME}",
        styles=STYLES,
    ),
    in_hubs(
        "date for an id",
        1,
        Xml('<c r="@" t="d"><v>2026-03-01</v></c>'),
        f"id: A2 holds a date or a time (2026-03-01); {TIME}",
    ),
    in_hubs(
        "hours as a time",
        3,
        Xml('<c r="@" s="2"><v>1.25</v></c>'),
        f"fixed_cost_eur_per_year: C2 holds a date or a time ([h]:mm:ss); {TIME}",
        styles=STYLES,
    ),
    in_hubs(
        "id that became a power of ten",
        1,
        Xml('<c r="@" s="3"><v>100000</v></c>'),
        f"id: A2 holds the number 100000, shown as a power of ten; {WRITE}",
        styles=STYLES,
    ),
    in_hubs(
        "postcode that is shown with zeros",
        1,
        Xml('<c r="@" s="4"><v>1000</v></c>'),
        f"id: A2 holds the number 1000, shown as 01000; {WRITE}",
        styles=STYLES,
    ),
    in_hubs(
        "id of more digits than a sheet keeps",
        1,
        1234567890123450,
        f"id: A2 holds a number of over 15 digits, of which a sheet keeps no more; {WRITE}",
    ),
    in_hubs(
        "number that is none",
        3,
        Xml('<c r="@"><v>nan</v></c>'),
        "fixed_cost_eur_per_year: C2 holds 'nan', which is no number; write it anew",
    ),
    in_hubs(
        "text in the place of a number",
        1,
        Xml('<c r="@"><is><t>A</t></is></c>'),
        "id: A2 has a value that is not of its kind 'n'; write it anew",
    ),
    in_hubs(
        "style that the file lacks",
        3,
        Xml('<c r="@" s="1"><v>10</v></c>'),
        "fixed_cost_eur_per_year: C2 has a style that the file lacks; format and write it anew",
    ),
    in_hubs(
        "shared text that the file lacks",
        1,
        Xml('<c r="@" t="s"><v>7</v></c>'),
        "id: A2 holds '7', which is no value of the kind 's'; write it anew",
    ),
    workbook(
        "cell that stands twice",
        changed(_twice),
        ": hubs!C2: fixed_cost_eur_per_year: C2 stands twice in the file; save it anew in a spreadsheet program",
    ),
    workbook(
        "merged cells",
        changed(_merged),
        ": demand!A2: the cells A2:A3 are merged, so that only the first has a value; unmerge and fill them",
    ),
    workbook("values beyond the headings", with_cell("hubs", 4, 5, 7), ": hubs!E1: this column has no name"),
    workbook("heading taken out", with_cell("hubs", 1, 3, None), ": hubs!C1: this column has no name"),
    workbook("heading that stands twice", with_cell("hubs", 1, 4, "id"), ": hubs!D1: id: this column stands twice"),
    workbook(
        "table without headings",
        changed(_without_header),
        ": cities!A1: A: unknown column; allowed: source, url, year, source_status, note, id, name, country, "
        "customs_zone, lat, lon",
        ": cities!B1: BE: unknown column; allowed: source, url, year, source_status, note, id, name, country, "
        "customs_zone, lat, lon",
        ": cities, row 2: id: is missing",
        ": cities, row 3: id: is missing",
    ),
    workbook(
        "all faults of a workbook at once",
        changed(_everything),
        ": Links: unknown sheet; allowed: instance, countries, cities, hubs, overseas, links, legs, hub_links, demand, "
        "vehicles, services, modules, paths, tree, ranges, distributions, correlations, crews, km, hours, minutes, "
        "eur_per_t, kg_co2e_per_t, tonnes, shares, notes; did you mean 'links'?",
        ": cities!C1: this column has no name",
        f": demand!C2: volume_t_per_year: the formula in C2 has no stored result; {SAVE}",
        ": hubs!C1: fixed_cost: unknown column; allowed: source, url, year, source_status, note, id, name, country, "
        "customs_zone, lat, lon, kind, status, cargo_t_per_year, night_class, capacity_t_per_year, "
        "fixed_cost_eur_per_year, handling_cost_eur_per_parcel, hub_h; did you mean 'fixed_cost_eur_per_year'?",
        ": instance!B7: policies.hub_count.min: 'two' is not a whole number",
    ),
    workbook(
        "workbook without settings",
        changed(_without_settings),
        ": has no sheet 'instance' with columns path and value",
        f": hubs!C2: fixed_cost_eur_per_year: the formula in C2 has no stored result; {SAVE}",
    ),
    workbook(
        "workbook without a format",
        changed(_without_format),
        ": instance: format: is missing; write it as a path, with the value netdesign.instance/1",
    ),
    settings("tables as a text", ("tables", "x"), told=(": instance!B7: tables: a table is a sheet of its own",)),
    settings(
        "table among the settings and as a sheet",
        ("tables.hubs", "[{id: A}]"),
        ("tables.overseas", "overseas.csv"),
        told=(
            ": instance!B7: tables.hubs: there is a sheet of this name too; take one of the two out",
            ": instance!B8: tables.overseas: a table is a sheet of its own",
        ),
    ),
    settings(
        "null that switches off in a workbook",
        ("policies.capacity", "null"),
        ("policies.fixed_cost_cap_eur_per_year", " null "),
        told=(
            ": instance!B7: policies.capacity: has no value; write {} for the block with its defaults, or take the "
            "key out",
            ": instance!B8: policies.fixed_cost_cap_eur_per_year: has no value; give it one, or take the key out",
        ),
    ),
    workbook(
        "XML that is broken off",
        changed(lambda sheets: setattr(sheets["demand"], "after", "<mergeCells>")),
        ": is no Excel workbook: its part xl/sheet4.xml is broken at line 1, column 707; save it anew in a spreadsheet "
        "program",
    ),
    workbook(
        "archive without lists of its parts",
        _archive("xl/a.xml"),
        ": is no Excel workbook: its part _rels/.rels is missing",
    ),
    workbook(
        "more cells in a row than a sheet has columns",
        changed(lambda sheets: sheets["demand"].rows[1].append(Xml("<c/>" * 20_000))),
        ": is no sound Excel workbook: demand has over 16,384 cells in row 2; save it anew in a spreadsheet program",
    ),
    workbook(
        "more rows than a sheet has",
        changed(lambda sheets: setattr(sheets["demand"], "before", "<!--" + "<row/>" * 1_048_577 + "-->")),
        ": is no sound Excel workbook: demand has 1,048,580 rows; a sheet has 1,048,576; save it anew in a spreadsheet "
        "program",
    ),
    settings(
        "matrix in a file beside a workbook",
        ("tables.leg_matrices.cost_eur_per_t", "cost.csv"),
        told=(
            ": instance, row 7: tables.leg_matrices: names files, and sheets stand alone; write the matrix as a sheet "
            "km, minutes or eur_per_t",
        ),
    ),
    settings(
        "settings that contradict",
        ("a..b", 1),
        (None, 3),
        ("name", "q"),
        ("title", None),
        ("name.x", 3),
        ("policies", "{}"),
        told=(
            ": instance!A7: a..b: has an empty part; write names with one point between them",
            ": instance!B8: this value has no path",
            ": instance!A9: name: stands twice; it has a value in row 3 already",
            ": instance!B10: title: has no value; write one, or take the row out",
            ": instance!A11: name.x: name has a value of its own above",
            ": instance!A12: policies: stands twice; it has a value in row 6 already",
        ),
    ),
    settings(
        "settings that are no YAML",
        ("road", "[a: {"),
        ("air", "{a: &b 1}"),
        told=(
            ": instance!B7: road: the value is not YAML: expected the node content, but found '<stream end>'",
            ": instance!B8: air: the value has the anchor &b; anchors are not read, write the values out",
        ),
    ),
    workbook("remark beside a setting", with_cell("instance", 3, 3, "why"), ": instance!C1: this column has no name"),
    workbook(
        "part that stands twice",
        _doubled_part,
        ": is no sound Excel workbook: the part xl/sheet0.xml stands twice; save it anew in a spreadsheet program",
    ),
    workbook(
        "cell in another row",
        with_cell("hubs", 2, 1, Xml('<c r="A7"><v>1</v></c>')),
        ": is no sound Excel workbook: cell A7 stands in row 2 of hubs; save it anew in a spreadsheet program",
    ),
    workbook(
        "row that stands twice",
        with_cell("hubs", 4, 3, Xml('</row><row r="3"><c r="B3"><v>1</v></c>')),
        ": is no sound Excel workbook: hubs has row 3 twice; save it anew in a spreadsheet program",
    ),
    workbook(
        "sheet without its part",
        changed(lambda _: None, book='<sheets><sheet name="links" state="visible"/></sheets>'),
        ": is no sound Excel workbook: the sheet links is listed, yet has no part; save it anew in a spreadsheet "
        "program",
    ),
    workbook(
        "row beyond the last",
        changed(lambda sheets: setattr(sheets["hubs"], "after", '<sheetData><row r="1048577"/></sheetData>')),
        ": is no sound Excel workbook: hubs has a row 1,048,577, which no sheet has; save it anew in a "
        "spreadsheet program",
    ),
    Case(
        "workbook of one year for timing",
        "netdesign: timing: is for instances over several years, and this one is of one; `netdesign solve` answers it, "
        "and a block `stages` gives it years\n",
        2,
        ("timing", FILE),
        {FILE: changed(lambda _: None)},
    ),
    workbook(
        "protected workbook",
        lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")),
        f": is protected by a password; take that out, {SAVE_AS}",
    ),
    workbook(
        "workbook of Excel 97",
        lambda path: path.write_bytes(OLE),
        f": is a workbook or document of Excel 97 to 2003; {SAVE_AS}",
        options="",
    ),
    workbook(
        "OpenDocument", _archive("mimetype", "content.xml"), f": is an OpenDocument file (.ods); {SAVE_AS}", options=""
    ),
    workbook("binary workbook", _archive("xl/workbook.bin"), f": is a binary workbook (.xlsb); {SAVE_AS}"),
]
