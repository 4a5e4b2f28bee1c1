"""Ranges of figures: read and checked with the instance, and in every format that holds a whole one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from netdesign.errors import InstanceError
from netdesign.instance import read_instance
from netdesign.instance.figures import FigurePathError, place_in
from netdesign.instance.published.reading import Reading
from netdesign.instance.read import read_source, validated
from netdesign.io.instance_files import to_plain_data
from tests.support.small_instances import ROADS, SERVICES, write_instance

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
FACTS = INSTANCES / "europe" / "facts"

SOUND = ROADS.replace(", capacity_t_per_year: 5000", "").replace(", capacity_t_per_year: 100", "")
"""Without warnings."""

SPEED = "{path: road.speed_kmh, low: 80, high: 120, source_status: assumption, source: a guess}"
SHARE = "{path: air.distance_share, low: 0, high: 1}"
CREW = "{path: road.crews.1.drive_between_breaks_h, low: 4.5, high: 24}"
HUB = "{path: hubs.X.fixed_cost_eur_per_year, low: 0, high: 50}"


def with_ranges(*rows: str, base: str = ROADS) -> str:
    """Return an instance with a ranges table, whose first row stands on line 1 below the rest."""
    return base + "  ranges:\n" + "".join(f"    - {row}\n" for row in rows)


FIRST = with_ranges("").count("\n")
"""The line of the first row."""


def test_a_range_has_the_value_of_its_figure_and_its_unit(tmp_path):
    text = with_ranges(SPEED, CREW, HUB, "{path: volume_factor, low: 0.5, high: 4}")
    speed, crew, hub, volume = read_instance(write_instance(tmp_path, text)).ranges
    assert (speed.paths, speed.value, speed.low, speed.high) == (("road.speed_kmh",), 100.0, 80.0, 120.0)
    assert (speed.unit, speed.status, speed.source) == ("km/h", "assumption", "a guess")
    assert (crew.value, crew.unit) == (24.0, "h")
    assert (hub.value, hub.unit) == (20.0, "EUR/year")
    assert (volume.value, volume.unit, volume.is_whole) == (1.0, "1", False)  # left out in the file


def test_a_figure_in_several_places_has_one_range(tmp_path):
    paths = "services.collection.operating_days; services.distribution.operating_days"
    [days] = read_instance(
        write_instance(tmp_path, with_ranges(f"{{path: '{paths}', low: 3, high: 7}}", base=SERVICES))
    ).ranges
    assert days.paths == tuple(paths.split("; "))
    assert (days.name, days.value) == (paths, 5.0)


WRONG = {
    "no such key": (
        ["{path: road.sped_kmh, low: 80, high: 120}"],
        ["8: tables.ranges.0.path: 'road.sped_kmh' leads nowhere: there is no 'sped_kmh'; did you mean 'speed_kmh'?"],
    ),
    "no such row": (
        ["{path: hubs.Y.fixed_cost_eur_per_year, low: 0, high: 1}"],
        ["8: tables.ranges.0.path: 'hubs.Y.fixed_cost_eur_per_year' leads nowhere: there is no 'Y'"],
    ),
    "a block": (
        ["{path: air, low: 0, high: 1}"],
        ["8: tables.ranges.0.path: 'air' is no number; write one of its numbers, such as air.inbound_rate_eur_per_kg"],
    ),
    "a text": (["{path: name, low: 0, high: 1}"], ["8: tables.ranges.0.path: 'name' is no number"]),
    "inside a number": (
        ["{path: road.speed_kmh.mean, low: 0, high: 1}"],
        ["8: tables.ranges.0.path: 'road.speed_kmh.mean' leads nowhere: there is no 'mean'"],
    ),
    "no value": (
        ["{path: minimum_cargo_t_per_year, low: 0, high: 1}"],
        ["8: tables.ranges.0.path: 'minimum_cargo_t_per_year' has no value that could move"],
    ),
    "of a range": (
        [SPEED, "{path: ranges.0.low, low: 0, high: 1}"],
        ["+1:8: tables.ranges.1.path: 'ranges.0.low' is of the table ranges, whose numbers are about other figures"],
    ),
    "upside down": (
        ["{path: road.speed_kmh, low: 120, high: 80}"],
        ["7: tables.ranges.0: low 120 is over high 80; exchange them"],
    ),
    "without width": (
        ["{path: road.speed_kmh, low: 80, high: 80}"],
        ["7: tables.ranges.0: low and high are both 80; a range has two ends"],
    ),
    "without ends": (
        ["{path: road.speed_kmh}"],
        ["7: tables.ranges.0.high: is missing", "7: tables.ranges.0.low: is missing"],
    ),
    "without path": (["{low: 0, high: 1}"], ["7: tables.ranges.0.path: is missing"]),
    "beyond what may be": (
        ["{path: road.speed_kmh, low: 0, high: 120}", "{path: air.distance_share, low: -1, high: 2}"],
        [
            "30: tables.ranges.0.low: speed_kmh: 0 is not over 0",
            "+1:34: tables.ranges.1.low: distance_share: -1 is under 0",
            "+1:43: tables.ranges.1.high: distance_share: 2 is over 1",
        ],
    ),
    "between whole numbers": (
        ["{path: road.drivers, low: 1, high: 2.5}"],
        ["36: tables.ranges.0.high: drivers: 2.5 is not a whole number"],
    ),
    "twice": (
        [SPEED, "{path: road.speed_kmh, low: 90, high: 110}"],
        [f"+1:8: tables.ranges.1.path: 'road.speed_kmh' has a range already, on line {FIRST}"],
    ),
    "of two values": (
        ["{path: air.fixed_h; air.distance_share, low: 0, high: 1}"],
        [
            "8: tables.ranges.0.path: its places have the values 0.3, 1; one range is of one figure, with one value",
        ],
    ),
    "unknown column": (
        ["{path: road.speed_kmh, low: 80, high: 120, hgh: 120}"],
        [
            "50: tables.ranges.0.hgh: unknown key; allowed: source, url, year, source_status, note, path, low, high; "
            "did you mean 'high'?"
        ],
    ),
}


@pytest.mark.parametrize(("rows", "messages"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_range(rows, messages, tmp_path):
    with pytest.raises(InstanceError) as caught:
        read_instance(write_instance(tmp_path, with_ranges(*rows)))
    placed = [message if message.startswith("+") else f"+0:{message}" for message in messages]
    wanted = [f"instance.yaml:{FIRST + int(one[1])}{one[2:]}" for one in placed]
    assert sorted(map(str, caught.value.faults)) == sorted(wanted)


def test_a_value_outside_its_range_is_a_warning(tmp_path):
    """What if it were beyond what anybody expects has an answer, so that it is no fault."""
    folder = write_instance(tmp_path, with_ranges(SPEED, HUB, base=SOUND))
    assert read_instance(folder).warnings == ()
    [warning] = read_instance(folder, ("road.speed_kmh=130",)).warnings
    assert str(warning) == (
        f"instance.yaml:{FIRST}:39: tables.ranges.0.high: road.speed_kmh is 130, over its range of 80 to 120"
    )
    [warning] = read_instance(folder, ("road.speed_kmh=70",)).warnings
    assert str(warning).endswith("tables.ranges.0.low: road.speed_kmh is 70, under its range of 80 to 120")


def test_what_set_takes_away_has_no_range(tmp_path):
    days = "{path: services.collection.operating_days, low: 3, high: 7}"
    folder = write_instance(tmp_path, with_ranges(days, SPEED, base=SERVICES))
    assert [one.name for one in read_instance(folder, ("services=null",)).ranges] == ["road.speed_kmh"]
    source = read_source(folder, ("services=null",))
    assert [row["path"] for row in to_plain_data(source)["tables"]["ranges"]] == ["road.speed_kmh"]


def test_set_changes_a_range(tmp_path):
    folder = write_instance(tmp_path, with_ranges(SPEED))
    assert read_instance(folder, ("ranges.0.low=60",)).ranges[0].low == 60.0


@pytest.mark.parametrize(("form", "file"), [("excel", "x.xlsx"), ("graphml", "x.graphml"), ("nodelink", "x.json")])
def test_ranges_come_back_from_every_format(form, file, tmp_path, netdesign):
    folder = write_instance(tmp_path, with_ranges(SPEED, SHARE, CREW, HUB))
    assert netdesign("export", folder, tmp_path / file, "--to", form).code == 0
    assert read_instance(tmp_path / file, (), Reading(form)).ranges == read_instance(folder).ranges


def test_ranges_come_back_from_a_folder(tmp_path, netdesign):
    folder = write_instance(tmp_path, with_ranges(SPEED, SHARE, CREW, HUB))
    assert netdesign("export", folder, tmp_path / "x.xlsx", "--to", "excel").code == 0
    assert netdesign("import", "excel", tmp_path / "x.xlsx", tmp_path / "new").code == 0
    assert (tmp_path / "new" / "ranges.csv").is_file()
    assert read_instance(tmp_path / "new").ranges == read_instance(folder).ranges


@pytest.mark.parametrize("name", ["europe", "europe-linear", "europe-centres"])
def test_ranges_of_europe_are_those_of_its_facts(name):
    """Each figure is inside its range, and stands in instance.yaml with the range and the name of its row."""
    with (FACTS / "parameters.csv").open(encoding="utf-8", newline="") as file:
        facts = {row["name"]: row for row in csv.DictReader(file)}
    found = {path: one for one in read_instance(INSTANCES / name).ranges for path in one.paths}
    for path, parameter in {
        "road.speed_kmh": "truck_speed_kmh",
        "air.inbound_rate_eur_per_kg": "air_rate_westbound_eur_per_kg",
        "hub_cost.operating_eur_per_year": "hub_operating_eur_per_year",
        "policies.minimum_throughput.hubs.LGG.tonnes_per_year": "liege_min_tonnes",
        "streams.inbound.volume_t_per_year": "inbound_tonnes_per_year",
    }.items():
        one, fact = found[path], facts[parameter]
        assert (one.low, one.high) == (float(fact["low"]), float(fact["high"]))
        assert (one.value, one.status) == (float(fact["value"]), fact["status"])
    assert all(one.low <= one.value <= one.high for one in found.values())
    assert ("vehicles.van.eur_per_km" in found) == (name != "europe-linear")


@pytest.mark.parametrize("name", ["europe", "europe-linear", "europe-centres"])
def test_each_figure_of_europe_that_names_a_range_has_it(name):
    text = (INSTANCES / name / "instance.yaml").read_text(encoding="utf-8")
    document = validated(read_source(INSTANCES / name))
    places = [place_in(document, path.strip()) for row in document.tables.ranges for path in row.path.split(";")]
    of_blocks = [place for place in places if place.trail[0] != "tables"]
    assert text.count(" to ") >= len({place.name for place in of_blocks})
    assert {"speed_kmh", "cost_eur_per_parcel", "flights_per_week", "life_years"} <= {place.name for place in of_blocks}


def test_a_path_of_a_figure_leads_as_set_does(tmp_path):
    document = validated(read_source(write_instance(tmp_path, ROADS)))
    assert place_in(document, "tables.hubs.X.fixed_cost_eur_per_year").value == 20
    assert place_in(document, "hubs.X.fixed_cost_eur_per_year").trail == (
        "tables",
        "hubs",
        1,
        "fixed_cost_eur_per_year",
    )
    assert place_in(document, "links.0.km").value == 100
    assert place_in(document, "streams.inbound.deadline_h").unit == "h"
    with pytest.raises(FigurePathError, match=r"'links\.9\.km' leads nowhere: there is no '9'"):
        place_in(document, "links.9.km")
    with pytest.raises(FigurePathError, match=r"leads nowhere: there is no '9{5000}'"):
        place_in(document, f"links.{'9' * 5000}.km")
