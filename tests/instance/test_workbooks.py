"""Excel workbooks: what they hold is read as a spreadsheet shows it, and our own come back as they were."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdesign.errors import InstanceError, UsageError, normalised
from netdesign.instance import read_instance
from netdesign.instance.document import Located
from netdesign.instance.published import workbook as reader
from netdesign.instance.published.reading import Reading, Source
from netdesign.instance.read import read_source, validated
from netdesign.io import workbook_file
from netdesign.io.workbook_file import write_excel
from tests.support.small_instances import LEGS, ROADS, STAGES, write_instance
from tests.support.workbooks import Page, Xml, changed, pages, with_cell, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

openpyxl = pytest.importorskip("openpyxl")

EXCEL = Reading("excel")


def source_of(write: Callable[[Path], object], folder: Path) -> Source:
    """Return what is read of a workbook."""
    file = folder / "x.xlsx"
    write(file)
    return read_source(file, (), EXCEL)


def rows_of(write: Callable[[Path], object], folder: Path, table: str = "hubs") -> list[dict[str, Any]]:
    source = source_of(write, folder)
    source.located.raise_if_faulty()
    return source.located.data["tables"][table]


def dimensions(path: Path, stated: str) -> None:
    """Have every sheet state the same dimension."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if "worksheets/sheet" in name:
                data = re.sub(rb"<dimension[^>]*>(</dimension>)?", b"", data)
                data = re.sub(
                    rb"(<sheetPr>.*?</sheetPr>|<worksheet[^>]*>(?!<sheetPr))",
                    rb'\1<dimension ref="%s"/>' % stated.encode(),
                    data,
                    count=1,
                )
            archive.writestr(name, data)


@pytest.mark.parametrize("stated", ["A1", "A1:B2", "C3", "A1:XFD1048576"])
def test_the_stated_dimension_of_a_sheet_says_nothing(stated, tmp_path, netdesign):
    folder = tmp_path / "own"
    folder.mkdir()
    write_instance(folder, LEGS)
    file = tmp_path / "x.xlsx"
    assert netdesign("export", folder, file, "--to", "excel", "--quiet").code == 0
    dimensions(file, stated)
    assert validated(read_source(file, (), EXCEL)) == validated(read_source(folder))


def test_a_stray_cell_in_the_last_row_is_a_row(tmp_path):
    stray = '<row r="1048576"><c r="A1048576" t="str"><v>Y</v></c></row>'

    def change(sheets: dict[str, Page]) -> None:
        sheets["hubs"].rows.append([Xml(f"</row>{stray}<row r='5'>")])

    assert [row["id"] for row in rows_of(changed(change), tmp_path)] == ["A", "B", "X", "Y"]


def test_cells_without_a_place_stand_beside_those_before(tmp_path):
    def write(path: Path) -> None:
        sheets = pages()
        sheets["hubs"].rows[2] = [Xml('<c t="str"><v>B</v></c>'), None, Xml("<c/><c><v>20</v></c>")]
        write_workbook(path, sheets)
        with ZipFile(path) as archive:
            parts = {name: archive.read(name).replace(b'<row r="3">', b"<row>") for name in archive.namelist()}
        with ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)

    assert rows_of(write, tmp_path)[1] == {"id": "B", "fixed_cost_eur_per_year": 20}


RICH = (
    '<sst><si><t>Li</t></si><si><r><t xml:space="preserve">Li</t></r><r><rPr><b/></rPr><t>ege</t></r>'
    "<rPh sb=\"0\" eb=\"1\"><t>never</t></rPh></si><si><t>a_x000D__x005F_x0041__xD83D__xDE9A_</t></si></sst>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("stored", "meant"),
    [
        (Xml('<c r="@" t="s"><v>1</v></c>'), "Liege"),
        (Xml('<c r="@" t="inlineStr"><is><r><t>Li</t></r><r><t>ege</t></r></is></c>'), "Liege"),
        (Xml('<c r="@" t="str"><f>A1</f><v>Liege</v></c>'), "Liege"),
        (Xml('<c r="@" t="str"><f>A1</f><v></v></c>'), None),
        (Xml('<c r="@" t="s"><v>2</v></c>'), "a\r_x0041_\U0001f69a"),
        (Xml('<c r="@" s="1"><v>0.5</v></c>'), 0.5),
        (Xml('<c r="@"><v>1000.0</v></c>'), 1000),
        (Xml('<c r="@"><v>1E3</v></c>'), 1000),
        (Xml('<c r="@"><v>0.30000000000000004</v></c>'), 0.30000000000000004),
        (Xml('<c r="@"><f>1+1</f><v>2</v></c>'), 2),
        ("  ", None),
        ("=1+1", "=1+1"),
        ("[draft]", "[draft]"),
    ],
)  # fmt: skip
def test_a_cell_is_worth_what_a_spreadsheet_shows(stored, meant, tmp_path):
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs></styleSheet>'

    def with_note(path: Path) -> None:
        sheets = pages()
        sheets["hubs"].rows[0].append("note")
        sheets["hubs"].rows[1].append(stored)
        write_workbook(path, sheets, styles=styles, sharedStrings=RICH)

    row = rows_of(with_note, tmp_path)[0]
    assert row.get("note") == meant
    assert type(row.get("note")) is type(meant)


def test_an_id_1000_is_1000_however_it_is_stored(tmp_path):
    write = with_cell("hubs", 4, 1, Xml('<c r="@"><v>1.0E3</v></c>'))
    assert [site.id for site in validated(source_of(write, tmp_path)).tables.hubs] == ["A", "B", "1000"]


def test_a_number_shown_with_zeros_is_a_number_where_one_is_wanted(tmp_path):
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="11"/></cellXfs></styleSheet>'
    write = with_cell("hubs", 2, 3, Xml('<c r="@" s="1"><v>100000</v></c>'), styles=styles)
    assert rows_of(write, tmp_path)[0]["fixed_cost_eur_per_year"] == 100000


def styled(code: str) -> str:
    """Return styles of which number 1 has a number format."""
    formats = f"<numFmts><numFmt numFmtId='164' formatCode={quoteattr(code)}/></numFmts>"
    return f'<styleSheet>{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'


def shown_in(code: str, number: str, folder: Path) -> Source:
    """Return what is read where the third hub's id is a number in a format."""
    write = with_cell("hubs", 4, 1, Xml(f'<c r="@" s="1"><v>{number}</v></c>'), styles=styled(code))
    return source_of(write, folder)


@pytest.mark.parametrize(
    ("code", "number", "how"),
    [
        ('"D-"00000', "7", 'in the format "D-"00000'),
        ("00000;-00000", "7", "as 00007"),
        ("[$-409]00000", "7", "as 00007"),
        ("[Red]0000_)", "7", "as 0007"),
        ("000-00", "1000", "in the format 000-00"),
        ("0%", "7", "in the format 0%"),
        ("0.00", "7", "as 7.00"),
        ("#,##0", "1234", "as 1,234"),
        ("0", "7.5", "as 8"),
        ("0;0", "-7", "in the format 0;0"),
        ("0;-0;none", "0", "in the format 0;-0;none"),
    ],
)
def test_an_id_that_is_shown_otherwise_than_stored_is_refused(code, number, how, tmp_path):
    source = shown_in(code, number, tmp_path)
    told = f"A4 holds the number {number}, shown {how}; format the cell as text and write it anew"
    assert [(fault.field, fault.message) for _, fault in source.located.faults] == [("id", told)]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("0", "7"),
        ("#", "7"),
        ("000", "123"),
        ("#,##0", "123"),
        ("@", "7"),
        ("[Blue]General", "7"),
        ("General;-General", "7"),
        ("_(* #,##0_)", "7"),
        ("0.0", "7.5"),
    ],
)
def test_an_id_that_is_shown_as_stored_is_read(code, number, tmp_path):
    assert str(shown_in(code, number, tmp_path).located.data["tables"]["hubs"][2]["id"]) == number


def test_ids_that_are_all_refused_are_not_missing_too(tmp_path):
    def number(sheets: dict[str, Page]) -> None:
        for row, line in enumerate(sheets["hubs"].rows[1:], start=1):
            line[0] = Xml(f'<c r="@" s="1"><v>{row}</v></c>')

    with pytest.raises(InstanceError) as caught:
        validated(source_of(changed(number, styles=styled("00000")), tmp_path))
    assert {fault.field for fault in caught.value.faults} == {"id"}


def test_a_setting_that_is_a_text_is_told(tmp_path):
    write = changed(lambda sheets: sheets["instance"].rows.append(["volume_factor", "1.500"]))
    assert [str(warning) for warning in source_of(write, tmp_path).located.warnings] == [
        "x.xlsx: instance!B7: volume_factor: the text '1.500' is read as 1.5; make B7 a number"
    ]


def test_a_number_that_is_a_text_is_told(tmp_path):
    """A spreadsheet in which the point parts thousands keeps 12.000 as a text."""
    source = source_of(with_cell("hubs", 2, 3, "12.000"), tmp_path)
    assert [str(warning) for warning in source.located.warnings] == [
        "x.xlsx: hubs!C2: fixed_cost_eur_per_year: the text '12.000' is read as 12; make C2 a number"
    ]


def test_a_truth_value_is_one_among_the_settings(tmp_path):
    row = ["stages.closing", Xml('<c r="@" t="b"><v>1</v></c>')]
    write = changed(lambda sheets: sheets["instance"].rows.append(row))
    assert source_of(write, tmp_path).located.data["stages"] == {"closing": True}


def test_what_is_hidden_counts_and_is_told(tmp_path):
    def hide(sheets: dict[str, Page]) -> None:
        hubs, demand = sheets["hubs"], sheets["demand"]
        hubs.state, hubs.row_attributes[3], hubs.row_attributes[4] = "hidden", ' hidden="1"', ' ht="0"'
        hubs.before = '<cols><col min="2" max="3" width="0"/><col min="9" max="16384" hidden="1"/></cols>'
        demand.after = '<autoFilter ref="A1:C3"><filterColumn colId="0"><filters/></filterColumn></autoFilter>'
        sheets["cities"].after = '<autoFilter ref="A1:B4"/>'
        legs = sheets["legs"]
        legs.before = '<sheetFormatPr zeroHeight="1" defaultColWidth="0"/><cols><col min="1" max="2" width="9"/></cols>'
        legs.row_attributes = dict.fromkeys(range(1, len(legs.rows)), ' ht="15"')

    source = source_of(changed(hide), tmp_path)
    assert len(validated(source).tables.hubs) == 3
    assert [str(warning) for warning in source.located.warnings] == [
        "x.xlsx: hubs: the sheet is hidden; it is read like any other",
        "x.xlsx: hubs: hidden rows are read like any other: row 3, row 4",
        "x.xlsx: hubs: hidden columns are read like any other: column B, column C",
        f"x.xlsx: legs: hidden rows are read like any other: row {len(pages()['legs'].rows)}",
        "x.xlsx: legs: hidden columns are read like any other: column C, column D",
        "x.xlsx: demand: a filter is set; rows count whether it shows them or not",
    ]


@pytest.mark.parametrize(
    ("calculation", "note"),
    [
        ('<calcPr fullCalcOnLoad="1"/>', "asks to be calculated anew when it is opened"),
        ('<calcPr calcCompleted="0"/>', "asks to be calculated anew when it is opened"),
        ('<calcPr calcMode="manual"/>', "is calculated by hand only"),
        ("", ""),
    ],
)
def test_formulas_whose_results_may_be_old_are_told(calculation, note, tmp_path):
    formula = Xml('<c r="@"><f>1+1</f><v>2</v></c>')
    source = source_of(with_cell("hubs", 2, 3, formula, book=calculation), tmp_path)
    told = [f"x.xlsx: {note}; its formulas count as the results that are stored"] if note else []
    assert [str(warning) for warning in source.located.warnings] == told
    assert source_of(changed(lambda _: None, book=calculation), tmp_path).located.warnings == []


def test_a_zero_that_apache_poi_stored_is_no_result(tmp_path):
    write = with_cell("hubs", 2, 3, Xml('<c r="@"><f>1+1</f><v>0.0</v></c>'))
    assert rows_of(write, tmp_path)[0]["fixed_cost_eur_per_year"] == 0
    with ZipFile(tmp_path / "x.xlsx", "a") as archive:
        archive.writestr("docProps/app.xml", "<Properties><Application>Apache POI</Application></Properties>")
    located = read_source(tmp_path / "x.xlsx", (), EXCEL).located
    assert "is stored as 0, which Apache POI does without calculating" in str(located.faults)


def test_the_strict_variant_and_sheets_of_charts_are_read(tmp_path):
    write = changed(lambda _: None, book="<calcPr/>")
    write(tmp_path / "x.xlsx")
    with ZipFile(tmp_path / "x.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    old, new = b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
    chart = b'<sheet name="Chart" sheetId="99" r:id="c"/></sheets>'
    relation = b'<Relationship Id="c" Type="%s/relationships/chartsheet" Target="c.xml"/></Relationships>' % new
    with ZipFile(tmp_path / "x.xlsx", "w") as archive:
        for name, data in parts.items():
            data = data.replace(old, new).replace(b"</sheets>", chart)
            archive.writestr(name, data.replace(b"</Relationships>", relation) if "xl/_rels" in name else data)
    instance = read_instance(tmp_path / "x.xlsx", (), EXCEL)
    assert [site.id for site in instance.sites] == ["A", "B", "X"]


@pytest.mark.parametrize(
    ("limit", "least", "message"),
    [
        ("LARGEST_UNPACKED_BYTES", 1000, r"x.xlsx: unpacks to [\d,]+ bytes; at most 1,000 are read"),
        ("MOST_ELEMENTS", 50, "x.xlsx: has over 50 rows, cells, values and texts; at most so many are read"),
        ("MOST_CELLS", 20, "x.xlsx: has over 20 cells with a value; at most so many are read"),
    ],
)
def test_a_workbook_that_is_too_large_unpacked_is_refused(limit, least, message, tmp_path, monkeypatch):
    monkeypatch.setattr(reader, limit, least)
    with pytest.raises(InstanceError, match=message):
        source_of(changed(lambda _: None), tmp_path)


def test_shared_texts_count_towards_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_ELEMENTS", 5000)
    with pytest.raises(InstanceError, match="at most so many are read"):
        source_of(changed(lambda _: None, sharedStrings="<sst>" + "<si/>" * 5000 + "</sst>"), tmp_path)


# Our own workbooks

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    [
        "=1+1",
        "[a",
        "{b: 1}",
        "[A, B]",
        "#N/A",
        "null",
        "true",
        "007",
        "1E5",
        "_x0041_",
        "a\rb",
        "a\r\nb",
        "  ",
        "'q",
        "@x",
        "-1",
    ]
)
NAMES = st.text("ABCxyz019.-_=[]{}#'\"/+@äß\u00a0 ", min_size=1, max_size=8).filter(lambda text: text == text.strip())
FIGURES = st.floats(1e-9, 1e11) | st.integers(0, 10**12)


def readable(text: str) -> bool:
    return workbook_file._NOT_IN_XML.search(text) is None


@settings(max_examples=25, deadline=None)
@given(
    title=TEXTS.filter(readable),
    note=TEXTS.filter(readable),
    names=st.lists(NAMES, min_size=3, max_size=3, unique_by=normalised),  # names that look alike are refused
    figure=FIGURES,
    group=NAMES,
    stream=NAMES,
)
def test_an_exported_workbook_is_the_same_document(title, note, names, figure, group, stream, tmp_path_factory):
    """Texts of all kinds as title, note, source, id, name in a list and name of a block; figures to the last digit."""
    first, second, third = names
    document = {
        "format": "netdesign.instance/1", "name": first, "title": title, "description": note,
        "parcel": {"weight_kg": 1}, "streams": {stream: {"deadline_h": 5}},
        "policies": {"forbidden": [second], "exclusive": [{"name": group, "sites": [first, second]}], "capacity": {}},
        "tables": {
            "cities": [{"id": first, "note": note, "name": title}, {"id": second}],
            "hubs": [{"id": third, "source": note, "capacity_t_per_year": figure}, {"id": second}],
            "demand": [{"origin": first, "destination": second, "volume_t_per_year": figure}],
        },
    }  # fmt: skip
    source = Source(Located(document), {}, "")
    file = tmp_path_factory.mktemp("book") / "x.xlsx"
    wanted = validated(source)
    write_excel(source, file)
    again = read_source(file, (), EXCEL)
    assert again.located.warnings == []
    assert _without_empty(validated(again).model_dump()) == _without_empty(wanted.model_dump())


def _without_empty(value: Any) -> Any:
    """Return a document without empty texts: an empty cell is none."""
    if isinstance(value, dict):
        return {key: _without_empty(inside) for key, inside in value.items() if inside not in ("", None)}
    return [_without_empty(inside) for inside in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("text", [LEGS, ROADS, STAGES], ids=["legs", "roads", "stages"])
def test_an_exported_instance_is_the_same_document(text, tmp_path):
    source = read_source(write_instance(tmp_path, text))
    write_excel(source, tmp_path / "x.xlsx")
    assert validated(read_source(tmp_path / "x.xlsx", (), EXCEL)) == validated(source)


def test_years_left_out_on_purpose_stay_left_out(tmp_path):
    write_instance(tmp_path, STAGES)
    write_excel(read_source(tmp_path, ("stages=null",)), tmp_path / "x.xlsx")
    assert not read_instance(tmp_path / "x.xlsx", (), EXCEL).has_stages


def test_all_that_a_workbook_cannot_hold_is_told_before_anything_is_written(tmp_path, monkeypatch, netdesign):
    text = LEGS.replace("name: three", 'name: three\ntitle: "a\\vb"').replace(
        "{id: B, country: BE}", f'{{id: B, country: BE, note: {"y" * 32_768}, source: "\\uFFFE"}}'
    )
    write_instance(tmp_path, text)
    monkeypatch.setattr(workbook_file, "MOST_ROWS", 8)
    ended = netdesign("export", tmp_path, tmp_path / "x.xlsx", "--to", "excel")
    assert (ended.code, re.sub(r"instance\.yaml[:\d]*: ", "", ended.err).splitlines()[1:]) == (
        2,
        [
            "  title: has the character U+000B, which no workbook can hold; take it out",
            "  tables.cities.1.note: has 32,768 characters; a cell holds 32,767",
            "  tables.cities.1.source: has the character U+FFFE, which no workbook can hold; take it out",
            "  tables.legs: has 8 rows; a sheet holds 7 under its header",
        ],
    )
    assert not (tmp_path / "x.xlsx").exists()


def test_a_text_of_32767_characters_is_kept(tmp_path):
    write_instance(tmp_path, LEGS.replace("{id: B, country: BE}", f"{{id: B, country: BE, note: {'y' * 32_767}}}"))
    write_excel(read_source(tmp_path), tmp_path / "x.xlsx")
    assert len(read_source(tmp_path / "x.xlsx", (), EXCEL).located.data["tables"]["cities"][1]["note"]) == 32_767


def test_a_text_that_begins_with_an_equals_sign_is_no_formula(tmp_path):
    write_instance(tmp_path, LEGS.replace("name: three", 'name: three\ntitle: "=1+1"\ndescription: "#N/A"'))
    write_excel(read_source(tmp_path), tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["instance"]
    kinds = {row[0].value: (row[1].value, row[1].data_type) for row in sheet.iter_rows()}
    assert kinds["title"][1] == kinds["description"][1] == "s"


def test_a_clock_before_1980_is_no_hindrance(tmp_path, monkeypatch):
    write_instance(tmp_path, LEGS)
    source = read_source(tmp_path)
    moment = time.localtime(0)
    monkeypatch.setattr(time, "localtime", lambda *_: moment)
    write_excel(source, tmp_path / "x.xlsx")
    assert validated(read_source(tmp_path / "x.xlsx", (), EXCEL)) == validated(source)


def test_a_workbook_that_openpyxl_wrote_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, page in pages().items():
        sheet = book.create_sheet(name)
        for row in page.rows:
            sheet.append(row)
    book.save(tmp_path / "x.xlsx")
    assert read_instance(tmp_path / "x.xlsx", (), EXCEL).name == "three"
    book["hubs"]["C2"] = "=5+5"
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(InstanceError, match="the formula in C2 has no stored result"):
        read_instance(tmp_path / "x.xlsx", (), EXCEL)


def test_export_without_openpyxl_says_what_to_install(tmp_path, monkeypatch):
    write_instance(tmp_path, LEGS)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"pip install 'netdesign\[excel\]'"):
        write_excel(read_source(tmp_path), tmp_path / "x.xlsx")


def test_an_empty_sheet_is_no_fault(tmp_path):
    """Spreadsheet programs make some unasked; nothing is lost with one."""

    def write(file: Path) -> None:
        write_excel(read_source(write_instance(tmp_path, LEGS), ()), file)
        book = openpyxl.load_workbook(file)
        book.create_sheet("Sheet2")
        book.create_sheet("Tabelle1")["B2"] = " "
        book.save(file)

    assert rows_of(write, tmp_path)
