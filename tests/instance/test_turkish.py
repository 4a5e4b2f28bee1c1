"""The workbook of the Turkish network: what is read, what is assumed, and what is refused, by sheet and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import netdesign as nd
from netdesign.analysis.call import Call
from netdesign.analysis.problem import reading_notes
from netdesign.errors import InstanceError, UsageError
from netdesign.instance import read_instance
from netdesign.instance.published.guess import guess_note, guessed_format
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_source
from netdesign.io.workbook_file import write_excel
from tests.support.literature import published
from tests.support.small_instances import LEGS
from tests.support.turkish import DISTANCE, FIXED_COST, FLOW, LINK_COST, NAMES, TOTAL, turkish_pages
from tests.support.workbooks import Page, pages, write_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.instance import Instance

pytest.importorskip("openpyxl")

TR81 = Reading("tr81")


@pytest.fixture
def file(tmp_path) -> Path:
    write_workbook(tmp_path / "t.xlsx", turkish_pages())
    return tmp_path / "t.xlsx"


def volumes(instance: Instance) -> np.ndarray:
    """Return the flows as a matrix."""
    found = np.zeros((len(instance.nodes), len(instance.nodes)))
    found[instance.commodities.origin, instance.commodities.destination] = instance.commodities.volume
    return found


def test_every_figure_of_the_workbook_is_read(file):
    instance = read_instance(file, (), TR81)
    assert tuple(city.name for city in instance.nodes) == NAMES
    assert [(city.lat, city.lon) for city in instance.nodes][3] == (38.0, 36.0)
    assert tuple(site.fixed_cost for site in instance.sites) == FIXED_COST
    assert volumes(instance) == pytest.approx(np.array(FLOW) / TOTAL)
    assert volumes(instance).sum() == pytest.approx(1)
    assert instance.factors.inter_hub == 0.9
    assert (instance.factors.collection, instance.factors.distribution) == (1, 1)
    assert instance.problem.network == "chosen"
    found = {link.ends: link.fixed_cost for link in instance.hub_links}
    mean = (np.array(LINK_COST) + np.array(LINK_COST).T) / 2
    assert found == {(str(a + 1), str(b + 1)): mean[a, b] for a in range(4) for b in range(a + 1, 4)}
    assert instance.legs is not None
    assert (instance.legs.cost == np.array(DISTANCE)).all()


def test_options_state_what_the_workbook_does_not(file):
    instance = read_instance(file, (), Reading("tr81", alpha=0.5, flows="original", fixed_cost_factor=2, nodes=3))
    assert instance.factors.inter_hub == 0.5
    assert (volumes(instance) == np.array(FLOW)[:3, :3]).all()
    assert [site.fixed_cost for site in instance.sites] == [20, 41, 60]
    assert [link.fixed_cost for link in instance.hub_links] == [4, 4, 8]
    assert instance.title == "TR81, 3 cities, sheet flow_original, fixed costs times 2"


def test_the_instance_records_what_was_assumed(file):
    assert read_instance(file, (), TR81).title == "TR81, 4 cities, sheet flow_normalized, fixed costs times 1"
    said = "a tr81 file has no inter-hub factor: 0.9 is taken, as is often done for this network; --alpha gives another"
    assert said in reading_notes(str(file), Call(reading=TR81))
    assert said in reading_notes(str(file), Call())
    assert said not in reading_notes(str(file), Call(reading=Reading("tr81", alpha=0.9)))


def test_a_warning_names_the_sheet(tmp_path):
    sheets = turkish_pages()
    set_cell("distance_km", 3, 4, 5)(sheets)
    write_workbook(tmp_path / "t.xlsx", sheets)
    write_excel(read_source(tmp_path / "t.xlsx", (), TR81), tmp_path / "own.xlsx")
    for name, sheet in (("t.xlsx", "distance_km"), ("own.xlsx", "km")):
        told = [str(warning) for warning in read_instance(tmp_path / name).warnings if "air line" in str(warning)]
        assert len(told) == 1
        assert f" {name}: {sheet}: from 1 to 2 5 is under the 36 km of the air line" in told[0]


def test_a_complete_network_is_asked_for_without_the_links(file):
    sets = ["problem.network=complete", "tables.hub_links=null"]
    instance = read_instance(file, sets, Reading("tr81", fixed_cost_factor=0))
    assert instance.hub_links == ()
    assert {site.fixed_cost for site in instance.sites} == {0}


def test_a_workbook_is_told_by_its_sheets(file, tmp_path):
    assert guessed_format(file) == "tr81"
    assert guess_note(file) == f"{file} is read as tr81, as it has its sheets"
    assert read_instance(file).digest == read_instance(file, (), TR81).digest
    assert read_instance(file).hub_links == read_instance(file, (), TR81).hub_links
    write_workbook(tmp_path / "own.xlsx", pages(LEGS))
    assert guessed_format(tmp_path / "own.xlsx") == "excel"
    (tmp_path / "cut.xlsx").write_bytes(file.read_bytes()[:900])
    assert guessed_format(tmp_path / "cut.xlsx") == "excel"


def test_the_answer_is_that_of_the_figures(file):
    """By hand: over hub 3 alone every tonne pays its way to city 3 and on, and three hubs are dear."""
    answer = nd.solve(nd.read(file, format_in="tr81"), hubs=1)
    through = [
        sum(FLOW[i][j] * (DISTANCE[i][k] + DISTANCE[k][j]) for i in range(4) for j in range(4)) for k in range(4)
    ]
    assert answer.objective == pytest.approx(
        min(cost / TOTAL + fixed for cost, fixed in zip(through, FIXED_COST, strict=True))
    )


def set_cell(sheet: str, line: int, column: int, value: Any) -> Callable[[dict[str, Page]], None]:
    """Return a change of one cell, counted from 1."""

    def change(sheets: dict[str, Page]) -> None:
        rows = sheets[sheet].rows
        rows += [[] for _ in range(line - len(rows))]
        row = rows[line - 1]
        row += [None] * (column - len(row))
        row[column - 1] = value

    return change


def drop_row(sheet: str) -> Callable[[dict[str, Page]], object]:
    return lambda sheets: sheets[sheet].rows.pop()


def drop_column(sheet: str) -> Callable[[dict[str, Page]], None]:
    def change(sheets: dict[str, Page]) -> None:
        for row in sheets[sheet].rows:
            row.pop()

    return change


def swap_cities(sheets: dict[str, Page]) -> None:
    rows = sheets["distance_km"].rows
    rows[2][0], rows[3][0] = rows[3][0], rows[2][0]


def only_text(sheets: dict[str, Page]) -> None:
    for row in sheets["fixed_link_cost"].rows[2:]:
        row[2:] = ["-"] * 4


CELLS = {
    "text in a number": (set_cell("distance_km", 3, 4, "far"), ["distance_km!D3: 'far' is not a number"]),
    "comma": (set_cell("flow_normalized", 4, 3, "0,5"), ["flow_normalized!C4: '0,5' is not a number"]),
    "negative": (set_cell("fixed_link_cost", 5, 3, -2), ["fixed_link_cost!C5: -2 is under 0"]),
    "negative cost of a hub": (set_cell("cities", 3, 5, -1), ["cities!E3: -1 is under 0"]),
    "no latitude": (set_cell("cities", 2, 3, 91), ["cities!C2: 91 is over 90"]),
    "too large": (set_cell("distance_km", 3, 4, 2e12), ["distance_km!D3: 2e+12 is over 1e+12"]),
    "empty cell": (set_cell("distance_km", 6, 5, None), ["distance_km!E6: is empty; a number stands here"]),
    "no name": (set_cell("cities", 4, 2, None), ["cities!B4: City: a name stands here"]),
    "cut rows": (drop_row("flow_normalized"), ["flow_normalized, row 1: has no row of 1 of the 4 cities: 4 (IĞDIR)"]),
    "cut columns": (drop_column("distance_km"), ["distance_km, row 1: has no column of 1 of the 4 cities: 4 (IĞDIR)"]),
    "a city less": (drop_row("cities"), [
        f"{sheet}!{place}: stands outside the 3 cities of the sheet 'cities'"
        for sheet in ("distance_km", "fixed_link_cost", "flow_normalized")
        for place in ("A6", "F1", "F2", "F3", "F4", "F5")
    ]),
    "names that do not go with numbers": (swap_cities, [
        "distance_km!A3: 'AĞRI' stands where ADANA is due", "distance_km!A4: 'ADANA' stands where AĞRI is due",
    ]),
    "number out of order": (set_cell("cities", 3, 1, 7), ["cities!A3: '7' stands where 2 is due"]),
    "a value beside the matrix": (
        set_cell("fixed_link_cost", 9, 9, 1), ["fixed_link_cost!I9: stands outside the 4 cities of the sheet 'cities'"]
    ),
    "another heading": (set_cell("cities", 1, 5, "Cost"), [
        "cities, row 1: has no column Fixed Hub Cost",
        "cities!E1: Cost: unknown column; allowed: Id, City, Latitude, Longitude, Fixed Hub Cost",
    ]),
    "layout of another sheet": (lambda sheets: sheets.update(flow_normalized=sheets["cities"]), [
        "flow_normalized!A2: is no matrix of this format: 'Name' and 'ID' stand in row 2, cities behind them and in "
        "rows below",
    ]),
    "all of it text": (only_text, [
        *(f"fixed_link_cost!{column}{line}: '-' is not a number" for line in (3, 4) for column in "CDEF"),
        *(f"fixed_link_cost!{column}5: '-' is not a number" for column in "CD"),
        "fixed_link_cost, row 1: 10 cells of this sheet are wrong; what comes after them was not looked at",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_cell_is_named(tmp_path, name):
    change, told = CELLS[name]
    sheets = turkish_pages()
    change(sheets)
    write_workbook(tmp_path / "t.xlsx", sheets)
    with pytest.raises(InstanceError) as caught:
        read_instance(tmp_path / "t.xlsx", (), TR81)
    assert sorted(str(fault).removeprefix("t.xlsx: ") for fault in caught.value.faults) == sorted(told)


@pytest.mark.parametrize("sheet", ["cities", "distance_km", "flow_normalized", "fixed_link_cost"])
def test_a_missing_sheet_is_named(tmp_path, sheet):
    sheets = turkish_pages()
    del sheets[sheet]
    write_workbook(tmp_path / "t.xlsx", sheets)
    with pytest.raises(InstanceError) as caught:
        read_instance(tmp_path / "t.xlsx", (), TR81)
    assert f"t.xlsx: has no sheet '{sheet}', which a workbook of this format has" in map(str, caught.value.faults)


def test_flows_that_are_not_asked_for_may_be_missing(tmp_path):
    sheets = turkish_pages()
    del sheets["flow_original"]
    sheets["minutes_of_travel"] = Page([["a"]])
    write_workbook(tmp_path / "t.xlsx", sheets)
    instance = read_instance(tmp_path / "t.xlsx", (), TR81)
    assert "t.xlsx: minutes_of_travel: no sheet of this format; nothing of it is read" in map(str, instance.warnings)
    with pytest.raises(InstanceError, match="has no sheet 'flow_original'"):
        read_instance(tmp_path / "t.xlsx", (), Reading("tr81", flows="original"))


def test_a_workbook_of_another_layout_is_told_by_its_name(file, tmp_path):
    with pytest.raises(InstanceError, match="has the sheets of the format tr81; read it with --format-in tr81"):
        read_instance(file, (), Reading("excel"))
    with pytest.raises(InstanceError, match="has the sheets of the format tr81; read it with --format-in tr81"):
        read_instance(file, (), Reading("ap"))
    write_workbook(tmp_path / "own.xlsx", pages(LEGS))
    with pytest.raises(InstanceError, match="has a sheet 'instance' as workbooks of netdesign have; read it with"):
        read_instance(tmp_path / "own.xlsx", (), TR81)


@pytest.mark.parametrize("kept", [0, 40, 900, -30])
def test_a_truncated_file_is_refused(file, kept):
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(InstanceError, match="is no Excel workbook: no ZIP archive, as a workbook is, or cut off"):
        read_instance(file, (), TR81)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"flows": "normalised"}, "--flows normalised: allowed: normalized, original"),
        ({"fixed_cost_factor": -1.0}, "--fixed-cost-factor -1: give a number from 0 to 1,000,000"),
        ({"fixed_cost_factor": float("nan")}, "--fixed-cost-factor nan: give a number from 0 to 1,000,000"),
        ({"nodes": 5}, "--nodes 5: the file has 4 cities; give 2 to 4"),
        ({"nodes": 1}, "--nodes 1: the file has 4 cities; give 2 to 4"),
        ({"capacity": 3.0}, "--capacity says nothing about the format tr81, which takes --alpha, "
         "--fixed-cost-factor, --flows, --nodes"),
    ],
)  # fmt: skip
def test_an_option_that_does_not_go_with_the_file_is_refused(file, options, told):
    with pytest.raises(UsageError) as caught:
        read_instance(file, (), Reading("tr81", **options))
    assert caught.value.message == told


def test_without_openpyxl_it_says_what_to_install(file, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r"pip install 'netdesign\[excel\]'"):
        read_instance(file, (), TR81)


def test_the_published_file_is_read():
    instance = read_instance(published("records/tr81/data.xlsx"))
    assert (len(instance.nodes), len(instance.sites), len(instance.hub_links)) == (81, 81, 81 * 80 // 2)
    assert volumes(instance).sum() == pytest.approx(1)
    assert {city.id: city.name for city in instance.nodes}["34"] == "İSTANBUL"
    links = {link.ends: link.fixed_cost for link in instance.hub_links}
    assert links["1", "2"] == pytest.approx((0.38901018217989686 + 0.3962393676282036) / 2)
    assert max(links.values()) == pytest.approx(99.9, abs=0.2)
