"""What is odd in an instance without being wrong: told by line, counted by check, and wrong under --strict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from netdesign.catalogue import instances
from netdesign.errors import ExitCode
from netdesign.instance import read_instance
from netdesign.instance.sense.remarks import figure
from tests.instance.bad.case import edited, faults
from tests.support.small_instances import LEGS, ROADS, STAGES, write_instance

# Four cities in France with their coordinates and the roads between them.
FRANCE = """\
format: netdesign.instance/1
name: france
parcel: {weight_kg: 1}
factors: {inter_hub: 0.6}
streams:
  parcels: {deadline_h: 900, late_penalty_eur_per_parcel: 0.1}
road:
  speed_kmh: 70
  cost_eur_per_km: 1.5
  truck_load_t: 8
  crews:
    - {drivers: 1, drive_between_breaks_h: 4.5, break_h: 0.75, drive_between_rests_h: 9, rest_h: 11}
policies: {}
tables:
  cities:
    - {id: Lille, lat: 50.63, lon: 3.06}
    - {id: Paris, lat: 48.86, lon: 2.35}
    - {id: Lyon, lat: 45.76, lon: 4.84}
    - {id: Marseille, lat: 43.30, lon: 5.37}
  hubs:
    - {id: Paris, status: existing, fixed_cost_eur_per_year: 2000000}
    - {id: Lyon, fixed_cost_eur_per_year: 900000}
    - {id: Marseille, fixed_cost_eur_per_year: 700000}
  links:
    - {from: Lille, to: Paris, km: 225}
    - {from: Paris, to: Lyon, km: 465}
    - {from: Lyon, to: Marseille, km: 315}
  demand:
    - {origin: Lille, destination: Marseille, volume_t_per_year: 12000}
    - {origin: Paris, destination: Lyon, volume_t_per_year: 20000}
"""

PER_CENT = "write 0.7 for 70 %"
LYON = "- {id: Lyon, fixed_cost_eur_per_year: 900000}"
ODD = {
    "country that is misspelt": (
        FRANCE,
        [
            ("  cities:", "  countries:\n    - {id: FR}\n  cities:"),
            ("{id: Lille,", "{id: Lille, country: FRA,"),
            ("{id: Paris, lat", "{id: Paris, country: FR, lat"),
        ],
        "instance.yaml:18:19: tables.cities.0.country: 'FRA' is not in the countries table; did you mean 'FR'?",
    ),
    "inter-hub factor in per cent": (
        FRANCE,
        [("inter_hub: 0.6", "inter_hub: 60")],
        "instance.yaml:4:11: factors.inter_hub: 60 is unlikely: over 1 full trucks between hubs get dearer by the "
        f"kilometre, not cheaper; {PER_CENT}",
    ),
    "collection factor in per cent": (
        FRANCE,
        [("inter_hub: 0.6", "inter_hub: 0.6, collection: 200")],
        "instance.yaml:4:27: factors.collection: 200 is unlikely: 2 stands for trucks that come back empty; "
        f"{PER_CENT}",
    ),
    "truck load in kg": (
        FRANCE,
        [("truck_load_t: 8", "truck_load_t: 8000")],
        "instance.yaml:10:3: road.truck_load_t: 8000 is unlikely: a truck carries up to 40 t; the unit is tonnes, "
        "not kg",
    ),
    "cents a kilometre": (
        FRANCE,
        [("cost_eur_per_km: 1.5", "cost_eur_per_km: 150")],
        "instance.yaml:9:3: road.cost_eur_per_km: 150 is unlikely: a truck costs EUR 1 to 3 a kilometre; the unit is "
        "EUR, not cents",
    ),
    "a truck as fast as a plane": (
        FRANCE,
        [("speed_kmh: 70", "speed_kmh: 700")],
        "instance.yaml:8:3: road.speed_kmh: 700 is unlikely: trucks drive 50 to 90 km/h on the mean",
    ),
    "a parcel of a gram": (
        FRANCE,
        [("weight_kg: 1", "weight_kg: 0.001")],
        "instance.yaml:3:10: parcel.weight_kg: 0.001 is unlikely: the mean weight of a parcel in kg; prices a parcel "
        "follow it",
    ),
    "volume in kg": (
        FRANCE,
        [("volume_t_per_year: 12000", "volume_t_per_year: 1.2e9")],
        "instance.yaml:28:3: tables.demand: 1,200,020,000 t/year in all is unlikely: airlines carry 60 million; the "
        "unit is tonnes, not kg",
    ),
    "a candidate for nothing": (
        FRANCE,
        [("900000", "0")],
        "instance.yaml:22:18: tables.hubs.1.fixed_cost_eur_per_year: 0 is unlikely: the other candidates cost "
        "something, and this one would open for nothing",
    ),
    "a fixed cost in millions": (
        FRANCE,
        [("900000", "0.9")],
        "instance.yaml:22:18: tables.hubs.1.fixed_cost_eur_per_year: 0.9 is unlikely: the median of the column is "
        "700000; look at the unit",
    ),
    "a road shorter than the air line": (
        FRANCE,
        [("km: 315", "km: 31.5")],
        "instance.yaml:27:35: tables.links.2.km: 31.5 is under the 277 km of the air line between the coordinates of "
        "its ends",
    ),
    "a road with a slipped digit": (
        FRANCE,
        [("km: 315", "km: 3150")],
        "instance.yaml:27:35: tables.links.2.km: 3150 is 11.4 times the 277 km of the air line between its ends",
    ),
    "a crossing that takes no time": (
        FRANCE,
        [("km: 315", "mode: ferry, km: 0, sea_km: 315")],
        "instance.yaml:27:55: tables.links.2.sea_km: 315 km at sea take no time; `hours` is for the crossing and the "
        "boarding",
    ),
    "latitude and longitude swapped": (
        FRANCE,
        [("lat: 50.63, lon: 3.06", "lat: 3.06, lon: 50.63"), ("km: 225", "km: 7000")],
        "instance.yaml:16:19: tables.cities.0.lat: Lille lies 6,402 km from the middle of all places; are latitude "
        "and longitude swapped?",
    ),
    "two cities at one place": (
        FRANCE,
        [("lat: 43.30, lon: 5.37", "lat: 45.76, lon: 4.84"), ("km: 315", "km: 40")],
        "instance.yaml:19:23: tables.cities.3.lat: Marseille lies where Lyon does; two cities have places of their own",
    ),
    "nowhere": (
        FRANCE,
        [("lat: 43.30, lon: 5.37", "lat: 0, lon: 0"), ("km: 315", "km: 6000")],
        "instance.yaml:19:23: tables.cities.3.lat: Marseille is at 0 north, 0 east, in the Gulf of Guinea; give its "
        "latitude and longitude, or leave both out",
    ),
    "half a place": (
        FRANCE,
        [("lat: 43.30, lon: 5.37", "lat: 43.30")],
        "instance.yaml:19:23: tables.cities.3.lat: lat plays no part without lon; give both",
    ),
    "a hub without any link": (
        FRANCE,
        [(LYON, f"{LYON}\n    - {{id: Brest, fixed_cost_eur_per_year: 600000}}")],
        "instance.yaml:23:8: tables.hubs.2.id: 'Brest' cannot be reached: no road or ferry link joins it to a place "
        "with freight; give it some, or take the row out",
    ),
    "a city without anything": (
        FRANCE,
        [("    - {id: Lyon, lat", "    - {id: Metz}\n    - {id: Lyon, lat")],
        "instance.yaml:18:8: tables.cities.2.id: 'Metz' plays no part: it has no freight and no link",
    ),
    "a city with legs and no freight": (
        LEGS,
        [("country: NL}", "country: NL}\n    - {id: D}"),
         ("{from: A, to: B, cost", "{from: A, to: D, cost_eur_per_t: 1, time_h: 1}\n    - {from: A, to: B, cost")],
        "instance.yaml:12:8: tables.cities.3.id: 'D' has no freight: none starts or ends there; give it some, or take "
        "the row out",
    ),
    "a city without any leg": (
        LEGS,
        [("country: NL}", "country: NL}\n    - {id: D}")],
        "instance.yaml:12:8: tables.cities.3.id: 'D' plays no part: it has no freight and no leg",
    ),
    "a link and another one back": (
        FRANCE,
        [("km: 465}", "km: 465}\n    - {from: Lyon, to: Paris, km: 480}")],
        "instance.yaml:27:7: tables.links.2: Lyon and Paris are joined by a link above, with other figures; links lead "
        "both ways, and only the shorter of the two counts",
    ),
    "a hub without any leg": (
        LEGS,
        [("    - {id: X, fixed", "    - {id: Y, fixed_cost_eur_per_year: 30}\n    - {id: X, fixed")],
        "instance.yaml:15:8: tables.hubs.2.id: 'Y' cannot be reached: no leg joins it to a place with freight; give "
        "it some, or take the row out",
    ),
    "capacities without their policy": (
        FRANCE,
        [("id: Lyon, fixed", "id: Lyon, capacity_t_per_year: 20000, fixed")],
        "instance.yaml:22:18: tables.hubs.1.capacity_t_per_year: plays no part: capacities count where the policies "
        "say `capacity: {}`; write that, or empty the cell",
    ),
    "an empty capacity": (
        FRANCE,
        [
            ("policies: {}", "policies: {capacity: {}}"),
            ("id: Paris, status", "id: Paris, capacity_t_per_year: 40000, status"),
            ("id: Lyon, fixed", "id: Lyon, capacity_t_per_year: 20000, fixed"),
        ],
        "instance.yaml:23:7: tables.hubs.2.capacity_t_per_year: is empty, yet capacities are in force: 'Marseille' "
        "lifts any volume; write how much",
    ),
    "empty capacities": (
        FRANCE,
        [
            ("policies: {}", "policies: {capacity: {}}"),
            ("id: Lyon, fixed", "id: Lyon, capacity_t_per_year: 20000, fixed"),
        ],
        "instance.yaml:21:7: tables.hubs.0.capacity_t_per_year: is empty, yet capacities are in force: 2 sites lift "
        "any volume (Paris, Marseille); write how much",
    ),
    "carbon that legs leave out": (
        LEGS,
        [("new_hubs: {max: 1}", "carbon: {price_eur_per_t: 90}"),
         ("{from: A, to: B, cost_eur_per_t: 1, time_h: 1}",
          "{from: A, to: B, cost_eur_per_t: 1, time_h: 1, co2e_kg_per_t: 3}")],
        "instance.yaml:18:7: tables.legs.1.co2e_kg_per_t: is missing, and so 0: carbon has a price or a cap, and the "
        "leg emits nothing (and 6 more like it)",
    ),
    "carbon of trucks that price legs of km": (
        LEGS.replace(
            "policies:",
            "road: {speed_kmh: 70, cost_eur_per_km: 1.5, truck_load_t: 8, crews: [{drivers: 1, "
            "drive_between_breaks_h: 4.5, break_h: 0.75, drive_between_rests_h: 9, rest_h: 11}]}\npolicies:",
        ),
        [("new_hubs: {max: 1}", "carbon: {price_eur_per_t: 90}"),
         *((f"{{from: {a}, to: {b}, cost_eur_per_t: 1, time_h: 1}}",
            f"{{from: {a}, to: {b}, " + ("km: 90}" if a != "X" else "cost_eur_per_t: 1, co2e_kg_per_t: 3}"))
           for a, b in ("AB", "AC", "BA", "BC", "CA", "CB", "XA", "AX"))],
        "instance.yaml:6:1: road.co2e_g_per_tkm: is missing, and so 0: carbon has a price or a cap, and this emits "
        "nothing",
    ),
    "carbon that flights leave out": (
        ROADS,
        [(", capacity_t_per_year: 5000", ""), (", capacity_t_per_year: 100", ""),
         ("policies: {}", "policies: {carbon: {cap_t_per_year: 90}}"),
         ("speed_kmh: 100", "speed_kmh: 90\n  co2e_g_per_tkm: 90")],
        "instance.yaml:7:1: air.co2e_g_per_tkm: is missing, and so 0: carbon has a price or a cap, and this emits "
        "nothing",
    ),
    "carbon at a price in cents": (
        ROADS,
        [(", capacity_t_per_year: 5000", ""), (", capacity_t_per_year: 100", ""),
         ("policies: {}", "policies: {carbon: {price_eur_per_t: 9000}}"),
         ("speed_kmh: 100", "speed_kmh: 90\n  co2e_g_per_tkm: 90"),
         ("fixed_h: 1", "fixed_h: 1\n  co2e_g_per_tkm: 700")],
        "instance.yaml:23:21: policies.carbon.price_eur_per_t: 9000 is unlikely: a tonne emitted costs EUR 5 to 300; "
        "not EUR a kg, not cents",
    ),
    "carbon for nothing": (
        ROADS,
        [(", capacity_t_per_year: 5000", ""), (", capacity_t_per_year: 100", ""),
         ("policies: {}", "policies: {carbon: {price_eur_per_t: 0}}"),
         ("speed_kmh: 100", "speed_kmh: 90\n  co2e_g_per_tkm: 90"),
         ("fixed_h: 1", "fixed_h: 1\n  co2e_g_per_tkm: 700")],
        "instance.yaml:23:21: policies.carbon.price_eur_per_t: 0 prices nothing",
    ),
    "the policy without capacities": (
        FRANCE,
        [("policies: {}", "policies: {capacity: {}}")],
        "instance.yaml:13:12: policies.capacity: limits nothing: no hub has a capacity_t_per_year",
    ),
    "a leg whose way back is free": (
        LEGS,
        [("{from: C, to: B, cost_eur_per_t: 1,", "{from: C, to: B, cost_eur_per_t: 0,")],
        "instance.yaml:22:24: tables.legs.5.cost_eur_per_t: the leg from C to B is 0, the way back 1; are the figures "
        "of one direction missing?",
    ),
    "a leg at 500 km an hour": (
        LEGS,
        [("{from: A, to: B, cost_eur_per_t: 1, time_h: 1}", "{from: A, to: B, cost_eur_per_t: 1, time_h: 1, km: 500}")],
        "instance.yaml:17:43: tables.legs.0.time_h: 1 h for 500 km is unlikely; trucks drive 50 to 90 km/h",
    ),
    "a lane in minutes": (
        ROADS,
        [(", capacity_t_per_year: 5000", ""), (", capacity_t_per_year: 100", ""),
         ("to: A, mode: air, km: 9000", "to: A, mode: air, km: 9000, hours: 763")],
        "instance.yaml:34:45: tables.links.2.hours: 763 h for 9000 km (12 km/h) is unlikely; freighters fly 700 to "
        "900 km/h",
    ),
    "a stream that nothing is in": (
        FRANCE,
        [("  parcels: {", "  letters: {}\n  parcels: {"),
         ("destination: Marseille,", "destination: Marseille, stream: parcels,"),
         ("destination: Lyon,", "destination: Lyon, stream: parcels,")],
        "instance.yaml:6:3: streams.letters: plays no part: no commodity of the demand table is in this stream",
    ),
    "a deadline that costs nothing": (
        FRANCE,
        [(", late_penalty_eur_per_parcel: 0.1", "")],
        "instance.yaml:6:13: streams.parcels.deadline_h: changes no decision: it is priced, and "
        "late_penalty_eur_per_parcel is missing; write it, or 0",
    ),
    "zones without a border": (
        FRANCE,
        [("id: Lille,", "id: Lille, customs_zone: X,"), ("id: Lyon, lat", "id: Lyon, customs_zone: Y, lat")],
        "instance.yaml:16:19: tables.cities.0.customs_zone: plays no part: a change of customs zone takes what "
        "`border` says, which is missing (and 1 more like it)",
    ),
    "a border without zones": (
        FRANCE,
        [("policies: {}", "policies: {}\nborder: {hours: 4}")],
        "instance.yaml:14:1: border: plays no part: all customs_zone in Europe are the same or empty",
    ),
    "freighters without a lane": (
        LEGS,
        [("policies:", "night_wait_h: {closed: 3}\npolicies:")],
        "instance.yaml:6:1: night_wait_h: plays no part: there is no air link",
    ),
    "growth in per cent": (
        STAGES,
        [("growth_per_year: -0.5", "growth_per_year: 5")],
        "instance.yaml:46:48: tables.paths.3.growth_per_year: 5 is unlikely: doubles the number each year or more; "
        "write 0.05 for 5 %",
    ),
    "interest of one per cent": (
        STAGES,
        [("discount_rate: 0.08", "discount_rate: 1")],
        "instance.yaml:11:3: stages.discount_rate: 1 is unlikely: as a share of a year; write 0.07 for 7 %",
    ),
    "a scenario without points": (
        STAGES,
        [("scenarios: {flat: {}}", "scenarios: {flat: {}, boom: {}}")],
        "instance.yaml:14:25: stages.scenarios.boom: is the base path: the paths table has no points for it",
    ),
    "a module that is ready after the last year": (
        STAGES,
        [("{id: l, ", "{id: l, lead_years: 3, ")],
        "instance.yaml:41:15: tables.modules.1.lead_years: plays no part: ordered in 2026, it is ready after 2028",
    ),
    "a path of a number that is 0": (
        STAGES,
        [("{of: volume, at_year: 2028, factor: 2}", "{of: hubs.A.fixed_cost_eur_per_year, at_year: 2028, factor: 2}")],
        "instance.yaml:43:8: tables.paths.0.of: 'hubs.A.fixed_cost_eur_per_year' is 0, and so is each multiple of it",
    ),
    "a service share that no freight is promised": (
        edited(LEGS, ("{id: C, country: NL}", "{id: C, country: NL}\n    - {id: D, country: FR}"),
               ("  legs:", "    - {id: D, fixed_cost_eur_per_year: 30}\n  legs:")),
        [("new_hubs: {max: 1}", "service: {by_country: {NL: 0.1, FR: 0.5}}"),
         ("{from: A, to: B, cost", "{from: A, to: D, cost_eur_per_t: 1, time_h: 1}\n    - {from: A, to: B, cost"),
         ("{origin: C, dest", "{origin: A, destination: B, volume_t_per_year: 1}\n    - {origin: C, dest")],
        "instance.yaml:6:44: policies.service.by_country.FR: asks for nothing: no freight with a deadline comes from "
        "or goes to FR",
    ),
    "a term without closing": (
        STAGES,
        [("capital_eur: 800,", "capital_eur: 800, minimum_term_years: 3,")],
        "instance.yaml:40:59: tables.modules.0.minimum_term_years: plays no part: hubs close only where stages say "
        "`closing: true`",
    ),
}  # fmt: skip


def small(base: str, changes: list[tuple[str, str]]) -> str:
    """Return the instance with its changes."""
    return edited(base, *changes)


def test_wages_that_are_too_low_are_not_said_to_be_too_high(tmp_path, netdesign):
    countries = "  countries:\n    - {id: FR, labour_cost_eur_per_h: 0.04}\n  cities:"
    ended = netdesign("check", write_instance(tmp_path, edited(FRANCE, ("  cities:", countries))))
    assert ended.err.startswith(
        "warning: instance.yaml:16:16: tables.countries.0.labour_cost_eur_per_h: 0.04 is unlikely: an hour costs an "
        "employer EUR 1 to 100 on a country's mean\n"
    )


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_told_with_its_line_and_is_wrong_under_strict(name, tmp_path, netdesign):
    base, changes, warning = ODD[name]
    write_instance(tmp_path, small(base, changes))
    checked = netdesign("check", tmp_path, "--format", "json")
    assert (checked.code, checked.err) == (ExitCode.ANSWERED, f"warning: {warning}\n")
    assert json.loads(checked.out)["warnings"] == [warning]
    strict = netdesign("check", tmp_path, "--strict")
    assert (strict.code, strict.out, strict.err) == (ExitCode.BAD_INSTANCE, "", faults(warning))


@pytest.mark.parametrize("text", [FRANCE, LEGS, STAGES], ids=["roads", "legs", "years"])
def test_a_sound_instance_has_nothing_odd(text, tmp_path, netdesign):
    write_instance(tmp_path, text)
    checked = netdesign("check", tmp_path, "--strict")
    assert (checked.code, checked.err) == (ExitCode.ANSWERED, "")


@pytest.mark.parametrize("name", instances())
def test_the_bundled_instances_have_nothing_odd(name):
    assert read_instance(Path("instances") / name).warnings == ()


ARGUMENTS = {
    "solve": ("solve", "."),
    "compare": ("compare", ".", "A"),
    "export": ("export", ".", "out.json", "--to", "nodelink"),
    "export of a model": ("export", ".", "out.lp", "--to", "lp"),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_strict_refuses_before_anything_is_done(name, tmp_path, netdesign, monkeypatch):
    """And lists the promise that no route keeps beside the factor."""
    monkeypatch.chdir(tmp_path)
    write_instance(tmp_path, edited(LEGS, ("deadline_h: 5", "deadline_h: 0.5")))
    ended = netdesign(*ARGUMENTS[name], "--set", "factors.inter_hub=50", "--strict")
    assert (ended.code, ended.out) == (ExitCode.BAD_INSTANCE, "")
    assert "  --set factors.inter_hub=50: factors.inter_hub: 50 is unlikely" in ended.err
    assert ("2 commodities have a deadline that no route" in ended.err) == (name != "export")
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml"}


def test_timing_tells_what_is_odd_and_strict_refuses_it(tmp_path, netdesign):
    write_instance(tmp_path, STAGES)
    odd = ("timing", tmp_path, "--set", "stages.discount_rate=0.9")
    assert netdesign(*odd, "--strict").code == ExitCode.BAD_INSTANCE
    ended = netdesign(*odd)
    assert ended.code == ExitCode.ANSWERED
    assert ended.err.startswith("warning: --set stages.discount_rate=0.9: stages.discount_rate: 0.9 is unlikely")


def test_many_empty_capacities_are_one_warning(netdesign):
    stated = ("--set", "policies.capacity={}", "--set", "hubs.LGG.capacity_t_per_year=500000")
    err = netdesign("check", "europe-linear", *stated).err
    assert [line for line in err.splitlines() if "capacit" in line] == [
        "warning: hubs.csv:3: capacity_t_per_year: is empty, yet capacities are in force: 32 sites lift any volume "
        "(CGN, LEJ, FRA, MUC, HHN and 27 more); write how much"
    ]


def matrices(folder: Path, cost: str, flow: str) -> Path:
    """Write an instance of four cities with matrices."""
    ids = "ABCD"
    write_instance(
        folder,
        {
            "format": "netdesign.instance/1",
            "name": "dense",
            "parcel": {"weight_kg": 1000},
            "streams": {"freight": {}},
            "tables": {
                "cities": [{"id": name} for name in ids],
                "hubs": [{"id": name, "fixed_cost_eur_per_year": 10} for name in ids],
                "leg_matrices": {"cost_eur_per_t": "cost.csv"},
                "demand_matrix": {"volume_t_per_year": "flow.csv"},
            },
        },
    )
    (folder / "cost.csv").write_text(cost, encoding="utf-8")
    (folder / "flow.csv").write_text(flow, encoding="utf-8")
    return folder


def square(values: np.ndarray) -> str:
    """Return a matrix over A to D as CSV."""
    return ",A,B,C,D\n" + "".join(
        f"{name},{','.join(map(str, row))}\n" for name, row in zip("ABCD", values, strict=True)
    )


@pytest.mark.parametrize(
    ("cost", "flow", "warning"),
    [
        (
            np.triu(np.full((4, 4), 7), 1),
            np.full((4, 4), 5),
            "tables.leg_matrices.cost_eur_per_t: cost.csv: the leg from B to A is 0, the way back 7; are the figures "
            "of one direction missing? (and 5 more like it)",
        ),
        (
            np.full((4, 4), 7) + 993 * np.eye(4, dtype=int),
            np.full((4, 4), 5),
            "tables.leg_matrices.cost_eur_per_t: cost.csv: 1000 from A to itself is over the median between places; a "
            "place's own cell is 0 or empty (and 3 more like it)",
        ),
        (
            np.array([[0, 1, 7, 7], [70, 0, 7, 7], [7, 7, 0, 7], [7, 7, 7, 0]]),
            np.full((4, 4), 5),
            "tables.leg_matrices.cost_eur_per_t: cost.csv: the leg from A to B is 1, the way back 70",
        ),
        (
            np.full((4, 4), 7) - 7 * np.eye(4, dtype=int),
            np.triu(np.full((4, 4), 5), 1),
            "tables.demand_matrix.volume_t_per_year: flow.csv: volumes stand in one half only, above or below the "
            "diagonal; freight both ways stands in both",
        ),
    ],
    ids=["upper triangle of costs", "dear diagonal", "one way far dearer", "upper triangle of volumes"],
)
def test_matrices_of_which_a_part_is_missing_are_odd(cost, flow, warning, tmp_path):
    [found] = read_instance(matrices(tmp_path, square(cost), square(flow))).warnings
    assert (found.file, found.line) == ("instance.yaml", 1)
    assert str(found).partition(": ")[2] == warning


def test_cells_of_matrices_are_held_against_the_places_of_their_ends(tmp_path):
    """Lengths under the air line, and lengths in metres."""
    folder = matrices(tmp_path, square(np.ones((4, 4))), square(np.ones((4, 4))))
    document = json.loads((folder / "instance.yaml").read_text(encoding="utf-8"))
    places = [(50.0, 2.0), (50.0, 3.0), (51.0, 2.0), (51.0, 3.0)]
    document["tables"]["cities"] = [
        {"id": name, "lat": lat, "lon": lon} for name, (lat, lon) in zip("ABCD", places, strict=True)
    ]
    document["tables"]["leg_matrices"]["km"] = "km.csv"
    write_instance(folder, document)
    km = np.full((4, 4), 140.0)
    km[0, 1], km[1, 0], km[2, 3] = 20, 90, 9000
    np.fill_diagonal(km, 0)
    (folder / "km.csv").write_text(square(km), encoding="utf-8")
    found = [str(one).partition("km: km.csv: ")[2] for one in read_instance(folder).warnings]
    assert [words for words in found if words.startswith("from")] == [
        "from A to B 20 is under the 71 km of the air line between the coordinates of its ends",
        "from C to D 9000 is 128.6 times the 70 km of the air line between its ends",
    ]


def test_of_many_things_of_one_kind_ten_are_named(tmp_path):
    """And how many more there are."""
    links = "".join(f"    - {{from: Lille, to: Paris, km: {number}}}\n" for number in range(1, 31))
    text = edited(FRANCE, ("    - {from: Lille, to: Paris, km: 225}\n", links))
    warnings = read_instance(write_instance(tmp_path, text)).warnings
    found = [one for one in warnings if one.field.endswith("km")]
    assert len(found) == 10
    assert str(found[-1]).endswith("between the coordinates of its ends (and 20 more like it)")


def test_import_and_export_tell_what_they_leave_out(tmp_path, netdesign):
    """What they write has no trace of it, so that nothing could tell later."""
    file, workbook = tmp_path / "graph.json", tmp_path / "book.xlsx"
    assert netdesign("export", write_instance(tmp_path, FRANCE), file, "--to", "nodelink").err == f"{file} written\n"
    graph = json.loads(file.read_text(encoding="utf-8"))
    graph["nodes"][0]["colour"] = "red"
    file.write_text(json.dumps(graph), encoding="utf-8")
    note = f"warning: {file}: attributes that play no part: of nodes colour\n"
    assert netdesign("import", "nodelink", file, tmp_path / "folder").err.startswith(note)
    exported = netdesign("export", file, workbook, "--to", "excel", "--format-in", "nodelink")
    assert exported == (ExitCode.ANSWERED, "", f"{note}{workbook} written\n")
    assert netdesign("export", file, tmp_path / "m.lp", "--to", "lp", "--format-in", "nodelink").err.startswith(note)
    assert netdesign("import", "nodelink", file, tmp_path / "quiet", "--quiet") == (ExitCode.ANSWERED, "", note)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (1446000, 6, "1446000"),
        (999999.4, 6, "999999"),
        (0.25, 6, "0.25"),
        (1234567.8, 5, "1234568"),
        (62.344, 5, "62.344"),
    ],
)
def test_figures_of_all_sizes_are_written_alike(value, digits, shown):
    assert figure(value, digits) == shown
