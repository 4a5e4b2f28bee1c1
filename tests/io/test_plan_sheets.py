"""A plan as sheets: sums are those of the result, numbers are numbers, texts never formulas, any network can be had."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.instance.dialect import Dialect
from netdesign.io import sheets_file
from netdesign.io.sheets_file import Sheet, columns_of, write_csv_folder, write_sheets
from tests.support.small_instances import LEGS, write_instance

if TYPE_CHECKING:
    from pathlib import Path

openpyxl = pytest.importorskip("openpyxl")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """Return a folder with results of bundled instances."""
    from netdesign import alternatives, solve, timing

    folder = tmp_path_factory.mktemp("results")
    solve("tiny").save(folder / "tiny.json")
    solve("tiny-vehicles").save(folder / "tiny-vehicles.json")
    alternatives("tiny", within="50%").save(folder / "alternatives.json")
    timing("benelux-stages").save(folder / "stages.json")
    timing("benelux-stages", tree=True).save(folder / "tree.json")
    return folder


def sheets_of(file: Path) -> dict[str, Rows]:
    """Return the rows of each sheet by heading."""
    found = {}
    for sheet in openpyxl.load_workbook(file):
        header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


def exported(netdesign, results: Path, name: str, *options: object) -> dict[str, Rows]:
    file = results / "plan.xlsx"
    ended = netdesign("export", results / f"{name}.json", file, *options)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"{file} written as excel, by its ending\n"
    return sheets_of(file)


def told(sheets: dict[str, Rows]) -> dict[str, Any]:
    return {row["what"]: row["value"] for row in sheets["verdict"]}


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles"])
def test_the_sheets_of_a_plan_add_up(name, results, netdesign):
    sheets = exported(netdesign, results, name)
    document = json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
    parts = {row["part"]: row["cost, EUR/year"] for row in sheets["cost parts"]}
    total = parts.pop("all")
    assert total == pytest.approx(document["objective"])
    assert sum(parts.values()) == pytest.approx(total)
    legs = sheets["legs and vehicles"]
    carriage = sum(row["by the tonne, EUR/year"] + (row["departures, EUR/year"] or 0) for row in legs)
    assert carriage == pytest.approx(
        sum(parts.get(part, 0) for part in ("air", "road and ferry", "vehicles", "customs"))
    )
    routes = document["plan"]["routes"]
    for way, ends in (("receives", "destination"), ("sends", "origin")):
        cities = [row for row in sheets["cities to hubs"] if row["way"] == way]
        assert sum(row["volume, t/year"] for row in cities) == pytest.approx(sum(routes["volume_t_per_year"]))
        assert {row["city"] for row in cities} == set(routes[ends])
    best = [row for row in sheets["networks"] if row["on the other sheets"] == "yes"]
    assert [row["cost, EUR/year"] for row in best] == [pytest.approx(total)]
    assert [row["hub"] for row in sheets["hubs"]] == document["plan"]["open_hubs"]
    handled = (
        {load["hub"]: load["handled_t_per_year"] for load in document["hub_loads"]} if "hub_loads" in document else {}
    )
    for row in sheets["hubs"]:
        assert row["handled, t/year"] == pytest.approx(handled.get(row["hub"], row["handled, t/year"]))
    assert told(sheets)["objective"] == document["objective"]


def test_departures_are_those_of_the_result(results, netdesign):
    document = json.loads((results / "tiny-vehicles.json").read_text(encoding="utf-8"))
    stated = {(one["kind"].replace("_", " "), one["from"], one["to"]): one for one in document["plan"]["services"]}
    legs = exported(netdesign, results, "tiny-vehicles")["legs and vehicles"]
    found = {(row["leg"], row["from"], row["to"]): row for row in legs if row["vehicle"] is not None}
    assert found.keys() == stated.keys()
    for leg, row in found.items():
        assert row["departures a week"] == stated[leg]["departures_per_week"]
        assert row["volume, t/year"] == pytest.approx(stated[leg]["t_per_year"])
        assert row["departures, EUR/year"] == pytest.approx(stated[leg]["eur_per_year"])


def test_every_sheet_is_frozen_filtered_and_typed(results, netdesign):
    exported(netdesign, results, "tiny-vehicles")
    for sheet in openpyxl.load_workbook(results / "plan.xlsx"):
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for column in sheet.iter_cols(min_row=2):
            kinds = {cell.data_type for cell in column if cell.value is not None}
            assert kinds in ({"n"}, {"s"}, set()) or sheet.title == "verdict"


def test_any_network_of_a_result_can_be_had(results, netdesign):
    one = exported(netdesign, results, "tiny", "--hubs", "1")
    assert told(one)["network of the other sheets"] == "B"
    both = exported(netdesign, results, "tiny", "--network", "D, B")
    assert told(both)["network of the other sheets"] == "B + D"
    assert {row["hub"] for row in both["cities to hubs"]} <= {"B", "D"}
    assert [row["on the other sheets"] for row in both["networks"]].count("yes") == 1


def test_an_alternative_can_be_had(results, netdesign):
    document = json.loads((results / "alternatives.json").read_text(encoding="utf-8"))
    for number, one in enumerate(document["networks"]):
        opened = one["network"]["plan"]["open_hubs"]
        sheets = exported(netdesign, results, "alternatives", "--network", ",".join(opened))
        assert [row["on the other sheets"] for row in sheets["networks"]].index("yes") == number
        assert told(sheets)["objective"] == one["network"]["objective"]


def test_a_map_and_a_list_of_cities_are_of_the_same_network(results, netdesign):
    file = results / "one.csv"
    assert netdesign("export", results / "tiny.json", file, "--hubs", "1").code == 0
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert {row["hub"] for row in rows} == {"B"}


@pytest.mark.parametrize("name", ["stages", "tree"])
def test_a_plan_over_years_is_a_calendar(name, results, netdesign):
    sheets = exported(netdesign, results, name)
    document = json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
    assert list(sheets) == ["verdict", "calendar", "hubs", "cities to hubs", "legs and vehicles", "lanes", "cost parts"]
    calendar = sheets["calendar"]
    assert [(row["year"], row["branch"]) for row in calendar] == [
        (node["year"], node["branch"] or None) for node in document["nodes"]
    ]
    for row, node in zip(calendar, document["nodes"], strict=True):
        assert row["cost of the year, EUR"] == pytest.approx(node["costs"]["total"])
        assert row["open hubs"] == " + ".join(node["open_hubs"])
        when = row["year"], row["branch"]
        own = [one for one in sheets["cost parts"] if (one["year"], one["branch"]) == when]
        parts = {one["part"]: one["cost of its own year, EUR"] for one in own}
        handed = parts.pop("annuities handed on (counts against the cost)", 0)
        assert sum(parts.values()) - parts["all"] - handed == pytest.approx(parts["all"])
        legs = [
            one for one in sheets["legs and vehicles"] if (one["year"], one["branch"]) == (row["year"], row["branch"])
        ]
        flown = sum(one["volume, t/year"] for one in legs if one["leg"] == "air")
        assert flown == pytest.approx(
            sum(load["inbound_t_per_year"] + load["outbound_t_per_year"] for load in node["lane_loads"])
        )


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("tiny", ("--hubs", "7"), "--hubs 7: {} has no plan of a network with so many hubs; it has plans of B; B,D; "
         "B,D,E; netdesign solve --hubs 7 -o FILE finds one"),
        ("tiny", ("--network", "B,F"), "--network B,F: {} has no plan of these open sites; it has plans of B; B,D; "
         "B,D,E; netdesign solve --open B,F --hubs 2 -o FILE finds one"),
        ("tiny", ("--network", "B", "--hubs", "1"), "--hubs and --network exclude each other; give one"),
        ("tiny", ("--dialect", "semicolon"), "--dialect semicolon has no effect on excel; it is for csv"),
        ("tiny", ("--to", "lp"), "{} is a result; lp is made of an instance. Of a result: excel, csv, geojson, cities, "
         "parquet"),
        ("stages", ("--hubs", "2"), "--hubs has no effect on a result over years: it has one plan"),
    ],
)  # fmt: skip
def test_what_a_result_has_not_is_told(name, options, message, results, netdesign):
    file = results / "never.xlsx"
    ended = netdesign("export", results / f"{name}.json", file, *options)
    assert (ended.code, ended.err) == (2, f"netdesign: {message.format(results / f'{name}.json')}\n")
    assert not file.exists()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (("tiny", "x.xlsx", "--hubs", "2"), "--hubs names a network of a result; tiny is none"),
        (("tiny", "x.geojson"), "tiny is an instance; geojson is made of a result: netdesign solve tiny -o FILE writes "
         "one"),
        (("tiny", "x.doc"), "x.doc: its ending names no format; end it with one of .lp (lp), .mps (mps), .graphml "
         "(graphml), .json (nodelink), .xlsx (excel), .geojson (geojson), .csv (cities), "
         ".parquet (parquet), or name one with --to"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_told(call, message, netdesign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = netdesign("export", *call)
    assert (ended.code, ended.err) == (2, f"netdesign: {message}\n")


def test_a_result_that_the_referee_contradicts_becomes_no_workbook(results, netdesign, tmp_path):
    document = json.loads((results / "tiny.json").read_text(encoding="utf-8"))
    document["networks"][0]["objective"] += 1000
    (tmp_path / "false.json").write_text(json.dumps(document), encoding="utf-8")
    ended = netdesign("export", tmp_path / "false.json", tmp_path / "x.xlsx")
    assert ended.code == 7
    assert ended.err.startswith(f"netdesign: {tmp_path / 'false.json'}: network of 1 hub: ")
    assert ended.err.endswith("; nothing is written, netdesign verify tells all\n")
    assert not (tmp_path / "x.xlsx").exists()


ODD = ["=1+1", "+1", "-2", "@x", "<b>&\"'", "\u202eabc", "\x07bell", "#N/A", "_x0041_", "{a: 1}"]


def test_names_of_all_kinds_are_texts_in_a_workbook(tmp_path):
    write_sheets(
        [Sheet("odd", columns_of("name", "volume, t/year"), tuple((name, 1.5) for name in ODD))], tmp_path / "x.xlsx"
    )
    cells = [row[0] for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["odd"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells][:6] == ODD[:6]
    assert cells[6].value == "\\u0007bell"


def test_names_of_all_kinds_are_no_formulas_in_csv_files(tmp_path):
    sheet = Sheet("odd names", columns_of("name", "volume, t/year"), tuple((name, 1.5) for name in ODD))
    write_csv_folder([sheet, Sheet("none", columns_of("a"), ())], tmp_path / "csv", Dialect.SEMICOLON)
    assert [file.name for file in (tmp_path / "csv").iterdir()] == ["odd_names.csv"]
    text = (tmp_path / "csv" / "odd_names.csv").read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(text.splitlines(), delimiter=";")
    assert header == ["name", "volume, t/year"]
    assert [row[1] for row in rows] == ["1,5"] * len(ODD)
    assert [row[0] for row in rows][:4] == ["'=1+1", "'+1", "'-2", "'@x"]


def test_a_title_that_looks_like_a_formula_is_a_text(tmp_path, netdesign):
    write_instance(tmp_path, LEGS.replace("name: three", 'name: three\ntitle: "=HYPERLINK(\\"x\\")"'))
    assert netdesign("solve", tmp_path, "-o", tmp_path / "r.json").code == 0
    assert netdesign("export", tmp_path / "r.json", tmp_path / "x.xlsx").code == 0
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx")["verdict"]["B2"]
    assert (cell.value, cell.data_type) == ('=HYPERLINK("x")', "s")


def test_a_sheet_that_is_too_long_for_a_workbook_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets_file, "MOST_ROWS", 3)
    sheet = Sheet("legs", columns_of("a"), ((1,), (2,), (3,)))
    with pytest.raises(
        Exception, match="legs has 3 rows; a sheet holds 2 under its header: --to csv has no such limit"
    ):
        write_sheets([sheet], tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_a_sum_in_binary_has_the_digits_that_spreadsheet_programs_keep(tmp_path):
    sheet = Sheet("sums", columns_of("volume, t/year"), ((25000.000000000004,), (0.1 + 0.2,), (7,)))
    write_sheets([sheet], tmp_path / "x.xlsx")
    cells = [row[0].value for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["sums"].iter_rows(min_row=2)]
    assert cells == [25000, 0.3, 7]
    write_csv_folder([sheet], tmp_path / "csv", Dialect.COMMA)
    assert (tmp_path / "csv" / "sums.csv").read_text(encoding="utf-8-sig").split()[-3:] == ["25000", "0.3", "7"]


def test_links_that_carry_nothing_are_among_the_hub_links(netdesign, tmp_path):
    """Three links are asked for, of which freight from A to C takes two at most."""
    names = ("A", "B", "C")
    document = {
        "format": "netdesign.instance/1",
        "name": "links",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen"},
        "factors": {"inter_hub": 0.5},
        "policies": {"hub_count": {"min": 3}, "hub_links": {"min": 3}},
        "tables": {
            "cities": [{"id": name} for name in names],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in names],
            "legs": [{"from": a, "to": b, "cost_eur_per_t": 1} for a in names for b in names if a != b],
            "hub_links": [
                {"from": "A", "to": "B", "capacity_t_per_year": 9},
                {"from": "A", "to": "C", "fixed_cost_eur_per_year": 7},
                {"from": "B", "to": "C"},
            ],
            "demand": [{"origin": "A", "destination": "C", "volume_t_per_year": 5}],
        },
    }
    (tmp_path / "links.yaml").write_text(json.dumps(document), encoding="utf-8")
    assert netdesign("solve", tmp_path / "links.yaml", "-o", tmp_path / "links.json").code == 0
    rows = exported(netdesign, tmp_path, "links")["hub links"]
    assert [(row["from"], row["to"]) for row in rows] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert [row["there, t/year"] + row["back, t/year"] for row in rows] == [0, 5, 0]
    assert [row["capacity each way, t/year"] for row in rows] == [9, None, None]
    assert [row["fixed cost, EUR/year"] for row in rows] == [0, 7, 0]
