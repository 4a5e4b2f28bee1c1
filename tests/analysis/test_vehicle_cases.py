"""The measuring of solving with vehicles: cases as the goals say, cuts of Europe, and what a page shows."""

from __future__ import annotations

import pytest

import netdesign as nd
from benchmarks import scaled_instances
from benchmarks.vehicle_cases import CLASSES, CUT, LINED, SCALED, VehicleCase, cases
from benchmarks.vehicle_instances import write
from benchmarks.vehicles import COLUMNS, compare, place
from netdesign import catalogue
from scripts.doc_transcripts import ROOT, run
from scripts.doc_vehicles import vehicles_markdown


def test_every_case_has_a_name_a_class_and_a_limit():
    names = [case.name for case in cases()]
    assert len(names) == len(set(names))
    assert {case.kind for case in cases()} == set(CLASSES)
    assert all(case.limit_s >= (case.goal_s or 0) for case in cases())
    assert all(case.against in names for case in cases() if case.goal_ratio)
    bundled = {case.file for case in cases() if not case.file.startswith((CUT, SCALED, LINED))}
    assert bundled <= set(catalogue.instances())


def test_a_case_without_goal_and_limit_is_refused():
    with pytest.raises(ValueError, match="neither goal nor limit"):
        _ = VehicleCase("name", "class", "file").limit_s


def test_the_options_of_the_cases_are_those_of_the_command():
    told = run("netdesign solve --help", ROOT).output
    words = {word for case in cases() for word in case.options if word.startswith("--")}
    assert words
    assert [word for word in words if word not in told] == []


def test_a_cut_keeps_volumes_and_the_sites_with_most_cargo(tmp_path):
    """London and Paris get most of Europe's freight; Frankfurt has the most cargo of all candidates."""
    write("2.2", tmp_path / "cut")
    whole, cut = nd.read("europe").to_dict()["tables"], nd.read(tmp_path / "cut").to_dict()["tables"]
    cities = {row["destination"] for row in cut["demand"] if row["stream"] == "inbound"}
    assert cities == {"GB-LONDON", "FR-PARIS"}
    share = next(row["share"] for row in whole["demand"] if row["destination"] == "GB-LONDON")
    volume = next(row["volume_t_per_year"] for row in cut["demand"] if row["destination"] == "GB-LONDON")
    assert volume == pytest.approx(120_000 * share)
    assert [row["id"] for row in cut["hubs"] if row["status"] != "closed"] == ["LGG", "FRA"]


def test_lines_of_an_instance_may_each_be_chosen_at_what_is_asked(tmp_path):
    document = nd.read(place(f"{LINED}100000", tmp_path)).to_dict()
    sites, rows = document["tables"]["hubs"], document["tables"]["hub_links"]
    centres = sum(site.get("kind") == "sorting_centre" for site in sites)
    hubs = len(sites) - centres
    assert len(rows) == hubs * (hubs - 1) // 2 + hubs * centres
    assert {row["fixed_cost_eur_per_year"] for row in rows} == {100_000}
    assert document["problem"]["network"] == "chosen"
    assert document["services"]["inter_hub"]["return"] == "empty_back"


@pytest.mark.parametrize("vehicles", ["", scaled_instances.VEHICLES])
def test_a_scaled_instance_has_the_size_that_is_asked_for_and_the_freight_of_europe(tmp_path, vehicles):
    """What is drawn is the same each time, and every airport has freight enough for a lane."""
    instance = nd.read(place(f"{SCALED}180.46.3{vehicles}", tmp_path))
    scaled_instances.write(f"180.46.3{vehicles}", tmp_path / "again")
    assert nd.read(tmp_path / "again").to_dict() == instance.to_dict()
    assert "from 3 overseas airports" in instance.to_dict()["description"]
    assert "to 180 cities" in instance.to_dict()["description"]
    assert "two of 45 further airports" in instance.to_dict()["description"]
    tables = instance.to_dict()["tables"]
    assert [len(tables[name]) for name in ("cities", "hubs", "overseas")] == [180, 46, 3]
    assert len([row for row in tables["links"] if row["mode"] == "air"]) == 3 * 46
    inbound: dict[str, float] = {}
    for demand in tables["demand"]:
        if demand["stream"] == "inbound":
            airport = demand["origin"]
            inbound[airport] = inbound.get(airport, 0.0) + demand["volume_t_per_year"]
    assert sum(inbound.values()) == pytest.approx(120_000, rel=1e-5)
    assert min(inbound.values()) > 3 * 52 * 100 * 0.7
    assert ("services" in instance.to_dict()) == bool(vehicles)


def test_a_cut_is_written_once(tmp_path):
    folder = tmp_path / "2.2"
    assert place(f"{CUT}2.2", tmp_path) == str(folder)
    (folder / "cities.csv").write_text("touched", encoding="utf-8")
    assert place(f"{CUT}2.2", tmp_path) == str(folder)
    assert (folder / "cities.csv").read_text(encoding="utf-8") == "touched"
    assert place("europe", tmp_path) == "europe"


def row(**cells: object) -> dict[str, object]:
    """Return a row of the table with some cells."""
    return dict.fromkeys(COLUMNS, "") | cells


ENGINE = {"name": "engine", "seconds": "2.0", "termination": "optimal", "value": "100.0"}
OTHER = {"name": "other", "against": "engine", "seconds": 300.0, "termination": "optimal", "is_most": "False"}


@pytest.mark.parametrize(
    ("other", "ratio", "check"),
    [
        ({"value": 100.00001}, 150.0, "agrees"),
        ({"value": 100.1}, 150.0, "contradicts"),
        ({"value": 110.0, "termination": "time_limit"}, 150.0, ""),
        ({"value": 90.0, "is_most": "True"}, 150.0, ""),
        ({"value": ""}, "", ""),
    ],
)
def test_only_answers_to_the_same_question_are_compared(other, ratio, check):
    rows = {"engine": row(**ENGINE), "other": row(**OTHER | other)}
    compare(rows)
    assert (rows["other"]["ratio"], rows["other"]["check"]) == (ratio, check)
    assert rows["engine"]["ratio"] == ""


def test_the_table_shows_goals_and_what_is_missed():
    proven = {"termination": "optimal", "gap": "0.0", "seconds": "4", "peak_mb": "300", "hubs": "LGG PRG"}
    goals = {"goal_s": "5", "goal_mb": "400", "goal_ratio": "4", "is_most": "True", "against": "linear"}
    cells = [
        {"name": "met"} | goals | proven | {"ratio": "1.6"},
        {"name": "missed"} | goals | proven | {"seconds": "6", "peak_mb": "500", "ratio": "4.5"},
        {"name": "wide", "goal_s": "5", "goal_gap": "0.003", "termination": "time_limit", "gap": "0.002"},
        {"name": "straight", "goal_ratio": "100", "is_most": "False", "against": "met"} | proven | {"ratio": "150"},
        {"name": "alone"} | proven,
    ]
    shown = vehicles_markdown([{name: str(value) for name, value in row(**one).items()} for one in cells])
    assert shown.splitlines()[2:] == [
        "| met | 5 s; 400 MB; at most 4 times linear | 4 | 300 | LGG PRG | 0.0e+00 | 1.6 | met |",
        "| missed | 5 s; 400 MB; at most 4 times linear | 6 | 500 | LGG PRG | 0.0e+00 | 4.5 "
        "| proven, but later; more memory; a larger ratio |",
        "| wide | 5 s, or 0.30 % |  |  |  | 2.0e-03 |  | met: gap under 0.3 % |",
        "| straight | 100 times met | 4 | 300 | LGG PRG | 0.0e+00 | 150 | met: 150 times |",
        "| alone |  | 4 | 300 | LGG PRG | 0.0e+00 |  | proven |",
    ]
