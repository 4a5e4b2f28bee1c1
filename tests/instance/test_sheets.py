"""Sheets of an instance: matrices, crews, dialects; all faults at once by cell; what comes back is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdesign import catalogue
from netdesign.errors import InstanceError, column_letters
from netdesign.instance import read_instance
from netdesign.instance.dialect import Dialect, guarded, unguarded
from netdesign.instance.objects import source_of_dict
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_source
from netdesign.io.instance_files import data_digest
from netdesign.io.workbook_file import write_excel, write_instance_csv
from netdesign.network import build_network
from tests.support.services_strategies import services_documents
from tests.support.strategies import documents
from tests.support.workbooks import Page, Xml, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

openpyxl = pytest.importorskip("openpyxl")

SETTINGS = [
    ["path", "value"],
    ["format", "netdesign.instance/1"],
    ["name", "sheets"],
    ["parcel.weight_kg", 1],
    ["streams.parcels", "{}"],
    ["road.speed_kmh", 60],
    ["road.cost_eur_per_km", 2],
    ["road.truck_load_t", 4],
    ["road.co2e_g_per_tkm", 80],
]
CREWS = [["drivers", "drive_between_breaks_h", "break_h", "drive_between_rests_h", "rest_h"], [1, 4.5, 0.75, 9, 11]]


def sheets() -> dict[str, Page]:
    """Return a sound instance of two matrices."""
    return {
        "instance": Page([list(row) for row in SETTINGS]),
        "crews": Page([list(row) for row in CREWS]),
        "cities": Page([["id", "name"], ["A", "Aachen"], ["B", "Bonn"], ["C", "Celle"]]),
        "hubs": Page([["id", "fixed_cost_eur_per_year"], ["A", 5], ["B", 7]]),
        "km": Page([[None, "A", "B", "C"], ["A", 0, 100, 330], ["B", 110, 0, 300], ["C", 330, 300, 0]]),
        "tonnes": Page([[None, "A", "B", "C"], ["A", None, 10, 20], ["B", 30, None, 0], ["C", 40, 50, None]]),
    }


def book(folder: Path, change: Callable[[dict[str, Page]], object] = lambda _: None) -> Path:
    """Write the instance with a change."""
    pages = sheets()
    change(pages)
    write_workbook(folder / "x.xlsx", pages)
    return folder / "x.xlsx"


def faults(folder: Path, change: Callable[[dict[str, Page]], object]) -> list[str]:
    """Return what is told of the instance with a change."""
    with pytest.raises(InstanceError) as refused:
        read_instance(book(folder, change))
    return [str(fault).replace(f"{folder}/", "") for fault in refused.value.faults]


def test_km_alone_are_priced_and_timed_by_the_trucks_of_the_road_block(tmp_path):
    legs = read_instance(book(tmp_path)).legs
    assert legs is not None
    assert legs.km[0, 2] == 330
    assert legs.cost[1, 0] == pytest.approx(110 * 2 / 4)
    assert legs.time_h[0, 2] == pytest.approx(330 / 60 + 0.75)  # one break
    assert legs.co2e[0, 2] == pytest.approx(330 * 80e-6)


def test_minutes_and_costs_take_the_place_of_what_follows_from_km(tmp_path):
    def add(pages: dict[str, Page]) -> None:
        pages["minutes"] = Page([[None, "A", "B", "C"], ["A", 0, 90, 60], ["B", 60, 0, 60], ["C", 60, 60, 0]])
        pages["eur_per_t"] = Page([[None, "A", "B", "C"], ["A", 0, 9, 8], ["B", 7, 0, 6], ["C", 5, 4, 0]])
        del pages["km"].rows[1:]
        pages["km"].rows += [["A", 0, 1, 1], ["B", 1, 0, 1], ["C", 1, 1, 0]]

    legs = read_instance(book(tmp_path, add)).legs
    assert legs is not None
    assert (legs.time_h[0, 1], legs.cost[0, 1], legs.km[0, 1]) == (1.5, 9, 1)
    assert legs.co2e[0, 1] == 0  # stated costs are no trucks


def test_rows_without_a_cost_are_the_matrix_of_km(tmp_path):
    """Each leg by itself: a table of legs prices km as the matrix does, and keeps what it states."""

    def as_rows(pages: dict[str, Page]) -> None:
        ids, rows = pages["km"].rows[0][1:], pages.pop("km").rows[1:]
        cells = [[row[0], end, km] for row in rows for end, km in zip(ids, row[1:], strict=True) if row[0] != end]
        pages["legs"] = Page([["from", "to", "km", "cost_eur_per_t"], *([*cell, None] for cell in cells)])
        pages["legs"].rows[1][3] = 77

    by_matrix, by_rows = read_instance(book(tmp_path)).legs, read_instance(book(tmp_path, as_rows)).legs
    assert by_matrix is not None
    assert by_rows is not None
    assert by_rows.cost[0, 1] == 77
    assert by_rows.time_h[0, 1] == 0
    stated = np.zeros((3, 3), bool)
    stated[0, 1] = True
    np.fill_diagonal(stated, val=True)
    for column in ("cost", "time_h", "km", "co2e"):
        mine, theirs = getattr(by_rows, column), getattr(by_matrix, column)
        assert mine[~stated] == pytest.approx(theirs[~stated])


def test_matrices_of_streams_are_rows_of_demand(tmp_path):
    def add(pages: dict[str, Page]) -> None:
        pages["instance"].rows[4] = ["streams.day.volume_t_per_year", 200]
        pages["instance"].rows.append(["streams.night", "{}"])
        pages["tonnes night"] = pages.pop("tonnes")
        pages["shares day"] = Page([[None, "A", "B"], ["A", None, 0.75], ["B", 0.25, 0]])

    instance = read_instance(book(tmp_path, add))
    volumes = dict(zip(instance.commodities.stream.tolist(), instance.commodities.volume.tolist(), strict=False))
    assert instance.commodities.volume.sum() == pytest.approx(200 + 150)
    assert set(volumes) == {0, 1}


def _all_kinds(pages: dict[str, Page]) -> None:
    pages["cities"].rows[1].append(7)
    pages["hubs"].rows[2][1] = "7,5"
    pages["km"].rows[1][2] = "far"
    pages["km"].rows[2][1] = Xml('<c r="@"><f>1+1</f></c>')
    pages["tonnes"].rows[1][0] = "Aachen"
    pages["tonnes"].rows[2][1] = -30
    pages["tonnes"].rows[3][3] = Xml('<c r="@" t="e"><v>#N/A</v></c>')
    pages["instance"].rows[5][1] = "60 km/h"
    pages["Citys"] = Page([["x"]])


def test_all_faults_of_all_sheets_are_told_at_once(tmp_path):
    assert [line[len("x.xlsx: ") :] for line in faults(tmp_path, _all_kinds)] == [
        "Citys: unknown sheet; allowed: instance, countries, cities, hubs, overseas, links, legs, hub_links, demand, "
        "vehicles, services, modules, paths, tree, ranges, distributions, correlations, crews, km, hours, minutes, "
        "eur_per_t, kg_co2e_per_t, tonnes, shares, notes; did you mean 'cities'?",
        "cities!C1: this column has no name",
        "hubs!B3: fixed_cost_eur_per_year: '7,5' is not a number; write a decimal point and no commas",
        "instance!B6: road.speed_kmh: '60 km/h' is not a number",
        "km!C2: 'far' is not a number",
        "km!B3: the formula in B3 has no stored result; open the workbook in a spreadsheet program and save it, or "
        "write the value",
        "tonnes!A2: 'Aachen' is no id of cities or overseas; it is the name of A, and the id stands here",
        "tonnes!B3: B to A: -30 is under 0",
        "tonnes!D4: D4 holds the error #N/A; mend the formula or write the value",
    ]


def _set(sheet: str, line: int, column: int, value: Any) -> Callable[[dict[str, Page]], None]:
    def change(pages: dict[str, Page]) -> None:
        row = pages[sheet].rows[line - 1]
        row += [None] * (column - len(row))
        row[column - 1] = value

    return change


def _shares(pages: dict[str, Page]) -> None:
    pages["instance"].rows[4] = ["streams.parcels.volume_t_per_year", 100]
    pages["shares"] = pages.pop("tonnes")
    pages["shares"].rows[1:] = [["A", None, 0.5, 0.25], ["B", 0.1, None, 0.1], ["C", None, None, None]]


def _merged(pages: dict[str, Page]) -> None:
    pages["tonnes"].after = '<mergeCells><mergeCell ref="B2:B3"/></mergeCells>'


def _hours_twice(pages: dict[str, Page]) -> None:
    pages["hours"] = Page([list(row) for row in pages["km"].rows])
    pages["minutes"] = Page([list(row) for row in pages["km"].rows])


def _crews_twice(pages: dict[str, Page]) -> None:
    pages["instance"].rows.append(["road.crews", "[]"])


def _without_road(pages: dict[str, Page]) -> None:
    del pages["instance"].rows[5:], pages["crews"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_set("km", 1, 4, None), ["km!D2: this value has no id at the beginning of its column",
         "km!D3: this value has no id at the beginning of its column",
         "km!A4: 'C' has a row and no column; write the column, of empty cells where there is nothing",
         "km!D4: this value has no id at the beginning of its column"]),
        (_set("km", 1, 4, "B"), ["km!D1: B: stands twice as a column id"]),
        (_set("tonnes", 4, 1, "B"), ["tonnes!A4: B: stands twice as a row id"]),
        (_set("tonnes", 1, 4, "Sum"), ["tonnes!D1: 'Sum' has a column and no row; write the row, of empty cells where "
         "there is nothing", "tonnes!D1: 'Sum' is no id of cities or overseas",
         "tonnes!A4: 'C' has a row and no column; write the column, of empty cells where there is nothing"]),
        (_set("tonnes", 2, 3, 1e13), ["tonnes!C2: A to B: 1e+13 is over 1e+12"]),
        (lambda pages: pages["km"].rows.__delitem__(slice(1, None)), ["km, row 1: is no matrix; ids stand in the first "
         "row and column, values beside them"]),
        (_shares, ["shares, row 1: share: the shares of stream parcels add up to 0.95, not to 1"]),
        (_merged, ["tonnes!B2: the cells B2:B3 are merged, so that only the first has a value; unmerge and fill them"]),
        (_hours_twice, ["minutes, row 1: hours and minutes both give the time of legs; take one of the two out"]),
        (_crews_twice, ["crews, row 1: the settings have a value for road.crews too; take one of the two out"]),
        (_without_road, ["km, row 1: tables.leg_matrices: cost_eur_per_t is missing; give it, or km and a `road` block "
         "whose trucks price them"]),
        (lambda pages: pages.pop("instance"), ["has no sheet 'instance' with columns path and value"]),
        (lambda pages: pages.pop("cities"), ["has no sheet 'cities'; it has a row for each place where freight starts "
         "or ends"]),
        (lambda pages: (pages.pop("hubs"), pages.pop("km")), ["has no sheet 'hubs'; it has a row for each site that is "
         "a hub or may become one"]),
        (lambda pages: pages.pop("tonnes"), ["has no sheet of freight: write 'tonnes', 'shares' or 'demand'"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_sheet_is_told(change, told, tmp_path):
    found = [line[len("x.xlsx: ") :] for line in faults(tmp_path, change)]
    assert found == told


def _required(written: str) -> Callable[[dict[str, Page]], None]:
    return lambda pages: pages["instance"].rows.append(["policies.required", written])


@pytest.mark.parametrize("written", ["A; B", "A | B", "A;B", "A, B", "A"])
def test_what_is_advised_of_a_list_is_taken(written, tmp_path):
    """Semicolons stand between ids in cells of tables, so they are tried in the settings too."""
    [told] = faults(tmp_path, _required(written))
    found = read_instance(book(tmp_path, _required(told[told.index("[") :])))
    assert found.policies.required == (("A", "B") if "B" in written else ("A",))


def test_semicolons_in_a_list_are_answered_with_what_stands_between(tmp_path):
    [told] = faults(tmp_path, _required("[A; B]"))
    assert told.endswith("no blanks at the ends; in a list commas stand between names")


def test_sheets_for_people_are_not_read(tmp_path):
    def add(pages: dict[str, Page]) -> None:
        pages["read me"], pages["Notes"] = Page([["=1+1"]]), Page([["call them"]])

    assert read_instance(book(tmp_path, add)).name == "sheets"


def test_a_sheet_of_sources_is_for_readers_and_no_misspelt_one(tmp_path):
    (told,) = faults(tmp_path, lambda pages: pages.update(Sources=Page([["city", "office"]])))
    assert told.endswith("notes; what is for readers alone stands in a sheet 'notes'")


def test_freight_of_one_of_several_streams_is_told_once_with_the_name_of_its_sheet(tmp_path):
    def add(pages: dict[str, Page]) -> None:
        pages["instance"].rows.append(["streams.express.deadline_h", 24])
        row = pages["instance"].rows.index(["streams.parcels", "{}"])
        pages["instance"].rows[row] = ["streams.parcels.deadline_h", 48]

    (told,) = faults(tmp_path, add)
    assert told == (
        "x.xlsx: tonnes!C2: stream: is missing; there are several streams: parcels, express; name a sheet of tonnes or "
        "shares after its stream: 'tonnes parcels' (and 4 more like it)"
    )


# CSV folders


@pytest.fixture
def folder(tmp_path):
    """Return a folder of CSV files with semicolons and decimal commas."""
    write_instance_csv(read_source(book(tmp_path)), tmp_path / "csv", Dialect.SEMICOLON)
    return tmp_path / "csv"


SEMICOLON = Reading("csv", dialect="semicolon")


def changed(folder: Path, file: str, old: str, new: str) -> list[str]:
    """Return what is told of the folder with a change in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InstanceError) as refused:
        read_instance(folder, (), SEMICOLON)
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("hubs.csv", "A;5", "A;5.5", "hubs.csv:2:2: fixed_cost_eur_per_year: '5.5' has a point, which is no decimal "
         "sign in the dialect semicolon; write a comma before decimals, and nothing between thousands, "
         "or read the folder with --dialect semicolon-point, where a point is one"),
        ("hubs.csv", "A;5", "A;1.250,5", "hubs.csv:2:2: fixed_cost_eur_per_year: '1.250,5' is not a number; write a "
         "decimal point and no commas"),
        ("instance.csv", "road.speed_kmh;60", "road.speed_kmh;60.0", "instance.csv:5:2: road.speed_kmh: '60.0' has a "
         "point, which is no decimal sign in the dialect semicolon; write a comma before decimals, and nothing between "
         "thousands, or read the folder with --dialect semicolon-point, where a point is one"),
        ("km.csv", "A;0;100", "A;0;100.5", "km.csv:2:3: '100.5' has a point, which is no decimal sign in the dialect "
         "semicolon; write a comma before decimals, and nothing between thousands, "
         "or read the folder with --dialect semicolon-point, where a point is one"),
        ("hubs.csv", "id;fixed_cost_eur_per_year", "id,fixed_cost_eur_per_year", "hubs.csv:1: its columns are "
         "separated by commas; read the folder with netdesign import csv FOLDER DEST --dialect comma"),
        ("cities.csv", "id;name", "id;nme", "cities.csv:1:2: nme: unknown column; allowed: source, url, year, "
         "source_status, note, id, name, country, customs_zone, lat, lon; did you mean 'name'?"),
        ("crews.csv", "4,5", "four", "crews.csv:2:2: road.crews.0.drive_between_breaks_h: 'four' is not a number"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_folder_of_csv_files_is_told(file, old, new, told, folder):
    told = told.replace("FOLDER", str(folder))
    assert changed(folder, file, old, new) == [told]


def test_a_list_that_a_comma_cuts_is_answered_with_quotes(tmp_path):
    write_instance_csv(read_source(book(tmp_path)), tmp_path / "csv", Dialect.COMMA)
    file = tmp_path / "csv" / "instance.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}policies.required,[A, B]\n", encoding="utf-8")
    with pytest.raises(InstanceError, match=r"in a CSV file double quotes stand around a list with commas$"):
        read_instance(tmp_path / "csv")
    file.write_text(f'{text}policies.required,"[A, B]"\n', encoding="utf-8")
    assert read_instance(tmp_path / "csv").policies.required == ("A", "B")


def test_decimal_commas_are_decimals(folder):
    path = folder / "hubs.csv"
    path.write_text("sep\n".join(["id;fixed_cost_eur_per_year\nA;5,25\nB;,5\n"]), encoding="utf-8")
    assert [site.fixed_cost for site in read_instance(folder, (), SEMICOLON).sites] == [5.25, 0.5]


def test_semicolons_beside_decimal_points_are_a_dialect_of_their_own(folder, tmp_path):
    """LibreOffice writes them where its language is English; a comma among the numbers is then no decimal sign."""
    points = tmp_path / "points"
    write_instance_csv(read_source(folder, (), SEMICOLON), points, Dialect.SEMICOLON_POINT)
    assert ";0.75" in (points / "crews.csv").read_text(encoding="utf-8-sig")
    found = read_source(points, (), Reading("csv", dialect="semicolon-point"))
    assert data_digest(found) == data_digest(read_source(folder, (), SEMICOLON))


@pytest.mark.parametrize(
    ("dialect", "other", "sign"), [("semicolon", "semicolon-point", "point"), ("semicolon-point", "semicolon", "comma")]
)
def test_numbers_of_the_other_dialect_are_told_once_a_sheet(dialect, other, sign, folder, tmp_path):
    written = tmp_path / "written"
    write_instance_csv(read_source(folder, (), SEMICOLON), written, Dialect(other))
    with pytest.raises(InstanceError) as refused:
        read_instance(written, (), Reading("csv", dialect=dialect))
    (told,) = [str(fault) for fault in refused.value.faults]
    assert told.startswith(f"crews.csv:2:2: drive_between_breaks_h: '4{'.' if sign == 'point' else ','}5' has a {sign}")
    assert told.endswith(f"--dialect {other}, where a {sign} is one (and 1 more like it)")


def test_a_folder_in_another_dialect_is_told_once_with_the_call_that_reads_it(folder, netdesign):
    ended = netdesign("check", folder)
    call = f"netdesign import csv {folder} DEST --dialect semicolon; with decimal points --dialect semicolon-point"
    message = f"cities.csv:1: its columns are separated by semicolons; read the folder with {call} (and 5 more files)"
    assert ended.err == f"netdesign: 1 fault in the instance\n  {message}\n"


def test_an_unknown_dialect_is_refused(folder, netdesign):
    ended = netdesign("import", "csv", folder, "new", "--dialect", "tab")
    assert ended.code == 2
    assert "'tab' is not one of 'comma', 'semicolon'" in ended.err


@given(st.text(st.sampled_from("'=+-@\tab1"), max_size=5))
def test_a_guarded_text_comes_back_and_is_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@", "\t")


# Round trips


@settings(max_examples=20, deadline=None)
@given(documents() | services_documents())
def test_a_random_instance_comes_back_from_workbooks_and_csv_files(tmp_path_factory, document):
    folder = tmp_path_factory.mktemp("round")
    source = source_of_dict(document)
    wanted = data_digest(source)
    write_excel(source, folder / "x.xlsx")
    assert data_digest(read_source(folder / "x.xlsx")) == wanted
    for dialect in Dialect:
        write_instance_csv(source, folder / dialect, dialect)
        again = read_source(folder / dialect, (), Reading("csv", dialect=dialect.value))
        assert data_digest(again) == wanted


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_random_matrices_come_back_to_the_last_digit(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("matrix")
    ids = data.draw(st.lists(st.text("ABC=+-@é01", min_size=1, max_size=4), min_size=2, max_size=4, unique=True))
    numbers = st.floats(1e-9, 1e9) | st.just(0.0)
    square = st.lists(st.lists(numbers, min_size=len(ids), max_size=len(ids)), min_size=len(ids), max_size=len(ids))
    cost, flow = data.draw(square), data.draw(square)
    document = {
        "name": "matrices",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "tables": {
            "cities": [{"id": name} for name in ids],
            "hubs": [{"id": ids[0]}],
            "leg_matrices": {"cost_eur_per_t": {"origins": ids, "destinations": ids, "values": cost}},
            "demand_matrix": {"volume_t_per_year": {"origins": ids, "destinations": ids, "values": flow}},
        },
    }
    source = source_of_dict(document)
    wanted = data_digest(source)
    write_excel(source, folder / "x.xlsx")
    write_instance_csv(source, folder / "csv", Dialect.SEMICOLON)
    assert data_digest(read_source(folder / "x.xlsx")) == wanted
    assert data_digest(read_source(folder / "csv", (), SEMICOLON)) == wanted


@pytest.mark.parametrize("name", ["parcels", "air-hub", "staged", "published"])
def test_a_template_is_the_same_as_workbook_and_as_csv_files(name, tmp_path):
    source = read_source(catalogue.templates()[name])
    write_excel(source, tmp_path / "x.xlsx", ["title", "line"])
    write_instance_csv(source, tmp_path / "csv", Dialect.COMMA)
    assert data_digest(read_source(tmp_path / "x.xlsx")) == data_digest(source)
    assert data_digest(read_source(tmp_path / "csv")) == data_digest(source)
    mine, theirs = (build_network(read_instance(place)) for place in (tmp_path / "x.xlsx", catalogue.templates()[name]))
    assert mine.collection.cost == pytest.approx(theirs.collection.cost)


def test_columns_with_a_few_words_have_lists_and_headings_remarks(tmp_path):
    write_excel(read_source(catalogue.templates()["air-hub"]), tmp_path / "x.xlsx", ["title"])
    loaded = openpyxl.load_workbook(tmp_path / "x.xlsx")
    hubs = loaded["hubs"]
    lists = {str(rule.sqref).partition(":")[0]: rule.formula1 for rule in hubs.data_validations.dataValidation}
    assert lists == {"F2": '"existing,candidate,closed"', "G2": '"open,restricted,closed,unknown"'}
    assert hubs["A1"].comment.text.endswith("to the row of the city. Must be filled.")
    assert hubs["H1"].comment.text.endswith("Unit: EUR/year.")
    assert (hubs.freeze_panes, hubs.auto_filter.ref) == ("B2", "A1:H5")
    settings_sheet = loaded["instance"]
    lines = {row[0].value: row for row in settings_sheet.iter_rows(min_row=2)}
    assert [cell.value for cell in lines["road.speed_kmh"]][1:] == [65, "km/h", "Mean speed while driving."]
    assert lines["streams.inbound.deadline_h"][2].value == "h"
    rules = settings_sheet.data_validations.dataValidation
    assert f"B{lines['problem.allocation'][0].row}" in {str(rule.sqref) for rule in rules}


def test_letters_of_columns_are_those_of_openpyxl():
    from openpyxl.utils import get_column_letter

    for column in (1, 26, 27, 702, 703, 16_384):
        assert column_letters(column) == get_column_letter(column)


def test_a_result_of_a_workbook_is_verified_from_another_folder(tmp_path, netdesign, monkeypatch):
    """Its warnings name the workbook without the way to it."""

    def wait(pages: dict[str, Page]) -> None:
        pages["instance"].rows.append(["night_wait_h.closed", 3])

    file = book(tmp_path, wait)
    monkeypatch.chdir(tmp_path)
    solved = netdesign("solve", "x.xlsx", "-o", "r.json")
    assert "warning: x.xlsx: instance, row 10: night_wait_h: plays no part: there is no air link\n" in solved.err
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert netdesign("verify", file, tmp_path / "r.json", "--quiet").code == 0


def test_python_reads_sheets_as_the_command_does(folder, tmp_path):
    import netdesign as nd

    wanted = data_digest(read_source(tmp_path / "x.xlsx"))
    assert data_digest(nd.read(tmp_path / "x.xlsx").given.source) == wanted
    assert data_digest(nd.read(folder, format_in="csv", dialect="semicolon").given.source) == wanted
    with pytest.raises(nd.UsageError, match="dialect tab: there is no such dialect; allowed: comma, semicolon"):
        nd.read(folder, format_in="csv", dialect="tab")
