"""Vehicles and services are read as they are stated, and what is odd about them is told."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign.errors import ExitCode, InstanceError, UsageError
from netdesign.instance import read_instance
from netdesign.instance.read import read_staged
from netdesign.instance.services import LegKind, ReturnTrip, ServiceTerms, Vehicle, VehicleMode, Waiting
from tests.instance.bad.case import edited
from tests.support.small_instances import LEGS, ROADS, SERVICES, STAGES, write_instance

CREWS = """\
  drivers: 2
  crews:
    - {drivers: 1, drive_between_breaks_h: 4.5, break_h: 0.75, drive_between_rests_h: 9, rest_h: 11}
    - {drivers: 2, drive_between_breaks_h: 24, break_h: 0, drive_between_rests_h: 21, rest_h: 9, cost_factor: 1.5}
"""
ONE_CREW = ROADS[ROADS.index("  crews:") : ROADS.index("policies:")]


def test_a_kind_has_its_terms_and_a_row_changes_those_it_states(tmp_path):
    found = read_instance(write_instance(tmp_path, SERVICES))
    services, at = found.services, found.node_position
    assert services.weeks_per_year == 50
    assert [vehicle.id for vehicle in services.vehicles] == ["van", "truck", "freighter"]
    daily, mean, back = 5, Waiting.MEAN, ReturnTrip.EMPTY_BACK
    assert services.of_kind == {
        LegKind.COLLECTION: ServiceTerms((0, 1), 5, 168, daily, back, mean),
        LegKind.INTER_HUB: ServiceTerms((1,), 2, 14, 7, ReturnTrip.PAIRED, Waiting.WORST),
        LegKind.DISTRIBUTION: ServiceTerms((0, 1), 1, 168, daily, back, mean),
        LegKind.AIR: ServiceTerms((2,), 1, 168, 7, ReturnTrip.ONE_WAY, Waiting.NONE),
    }
    assert services.of_leg == {
        (LegKind.COLLECTION, at["B"], at["A"]): ServiceTerms((1,), 2, 3, daily, back, Waiting.WORST),
        (LegKind.AIR, at["G"], at["A"]): ServiceTerms((2,), 1, 168, 3, ReturnTrip.ONE_WAY, Waiting.NONE),
    }
    assert services.terms(LegKind.COLLECTION, at["B"], at["X"]) == services.of_kind[LegKind.COLLECTION]
    assert services.terms(LegKind.COLLECTION, at["A"], at["A"]) is None


def test_a_vehicle_has_the_speed_and_crew_of_the_road_but_for_what_its_row_states(tmp_path):
    text = SERVICES.replace(ONE_CREW, CREWS).replace("speed_kmh: 80", "speed_kmh: 80, drivers: 1")
    found = read_instance(write_instance(tmp_path, text))
    single, double = found.road.crews
    van, truck, freighter = found.services.vehicles
    assert van == Vehicle("van", VehicleMode.ROAD, 1, 0.6 * 1.5, 20, 0.5, 250, 100, double)
    assert truck == Vehicle("truck", VehicleMode.ROAD, 9, 1.2, 0, 1, 800, 80, single)
    assert freighter == Vehicle("freighter", VehicleMode.AIR, 10, 0, 30000, 1, 0, None, None)


def test_on_given_legs_a_vehicle_has_neither_speed_nor_crew(tmp_path):
    text = LEGS.replace("time_h: 1}", "time_h: 1, km: 50}").replace(
        "policies:", "services: {inter_hub: {vehicles: [van]}}\npolicies:"
    )
    text += "  vehicles: [{id: van, payload_t: 1, eur_per_km: 0.6}]\n"
    (van,) = read_instance(write_instance(tmp_path, text)).services.vehicles
    assert (van.eur_per_km, van.speed_kmh, van.crew) == (0.6, None, None)


@pytest.mark.parametrize("text", [LEGS, ROADS])
def test_without_the_block_there_are_no_services(text, tmp_path):
    assert read_instance(write_instance(tmp_path, text)).services is None


def test_services_of_nothing_but_air_by_the_kilogram_are_none(tmp_path):
    text = edited(ROADS, ("policies: {}", "services: {air: {pricing: by_kg}}\npolicies: {}"))
    assert read_instance(write_instance(tmp_path, text)).services is None


def test_air_by_the_kilogram_has_no_flights(tmp_path):
    text = SERVICES.replace("air: {vehicles: [freighter], return: one_way, wait: none}", "air: {pricing: by_kg}")
    text = text[: text.index("    - {kind: air")].replace("    - {id: freighter", "    - {id: spare")
    assert LegKind.AIR not in read_instance(write_instance(tmp_path, text)).services.of_kind


def test_a_leg_takes_several_vehicles_with_a_semicolon_between(tmp_path):
    text = SERVICES.replace("vehicles: truck,", "vehicles: truck; van,")
    found = read_instance(write_instance(tmp_path, text))
    legs = found.services.of_leg
    assert legs[LegKind.COLLECTION, found.node_position["B"], found.node_position["A"]].vehicles == (1, 0)


# Without anything odd.
CLEAN = edited(
    SERVICES,
    (" fare_factor: 0.5,", ""),
    (", capacity_t_per_year: 5000", ""),
    (", capacity_t_per_year: 100", ""),
    ("{origin: A, destination: B, stream: parcels", "{origin: B, destination: A, stream: parcels"),
)
GIVEN = edited(LEGS, ("policies:", "services:\n  inter_hub: {vehicles: [van]}\npolicies:"))
GIVEN = GIVEN.replace("cost_eur_per_t: 1, time_h: 1}", "cost_eur_per_t: 0, time_h: 1, km: 50}")
GIVEN += "  vehicles:\n    - {id: van, payload_t: 1, eur_per_km: 0.6}\n"

ODD = {
    "a discount on vehicles that are shared": (
        CLEAN,
        [("policies: {}", "factors: {inter_hub: 0.5}\npolicies: {}")],
        "instance.yaml:27:11: factors.inter_hub: 0.5 multiplies what vehicles cost by the kilometre, and their "
        "fares: vehicles that fill up are a discount already, and this is a second one",
    ),
    "a way back that is paid twice": (
        CLEAN,
        [("policies: {}", "factors: {collection: 2}\npolicies: {}")],
        "instance.yaml:27:11: factors.collection: 2 multiplies what vehicles cost by the kilometre, and their "
        "fares: what the way back costs is said by `return` already",
    ),
    "a vehicle that no service names": (
        CLEAN,
        [("    - {id: truck", "    - {id: spare, payload_t: 1, eur_per_km: 1}\n    - {id: truck")],
        "instance.yaml:48:8: tables.vehicles.1.id: 'spare' plays no part: no service names it",
    ),
    "a vehicle that emits nothing on roads that do": (
        CLEAN,
        [("cost_eur_per_km: 1", "cost_eur_per_km: 1\n  co2e_g_per_tkm: 80"), (" co2e_g_per_km: 800,", "")],
        "instance.yaml:49:7: tables.vehicles.1.co2e_g_per_km: is missing, and so 0: the rest of the instance "
        "counts greenhouse gases, and this emits nothing",
    ),
    "an aircraft that emits nothing under a carbon price": (
        CLEAN,
        [("policies: {}", "policies: {carbon: {price_eur_per_t: 50}}")],
        "instance.yaml:49:7: tables.vehicles.2.co2e_g_per_km: is missing, and so 0: the rest of the instance "
        "counts greenhouse gases, and this emits nothing",
    ),
    "fares that there are not": (
        CLEAN,
        [("eur_per_km: 1.2", "eur_per_km: 1.2, fare_factor: 2")],
        "instance.yaml:48:50: tables.vehicles.1.fare_factor: plays no part: no link has a fare_eur_per_truck",
    ),
    "fares of an aircraft": (
        CLEAN,
        [("mode: air, payload_t", "mode: air, fare_factor: 2, payload_t")],
        "instance.yaml:49:34: tables.vehicles.2.fare_factor: plays no part: 'freighter' goes by air",
    ),
    "a leg that is as its kind": (
        CLEAN,
        [(", departures_min: 1, operating_days: 3}", ", departures_min: 1}")],
        "instance.yaml:52:8: tables.services.1.kind: changes nothing: all that it states is as services.air has it",
    ),
    "services between hubs that no route takes": (
        CLEAN,
        [("policies: {}", "problem: {route_hubs: 1}\npolicies: {}")],
        "instance.yaml:24:3: services.inter_hub: plays no part: a route passes one hub only (problem.route_hubs)",
    ),
    "collection of freight that all comes from overseas": (
        CLEAN,
        [("{origin: B, destination: A, stream: parcels", "{origin: G, destination: A, stream: parcels")],
        "instance.yaml:23:3: services.collection: plays no part: no freight starts at a city",
        "instance.yaml:51:26: tables.services.0.from: plays no part: no freight starts at 'B'",
    ),
    "a row from a city without freight": (
        CLEAN,
        [("{origin: B, destination: A, stream: parcels", "{origin: A, destination: B, stream: parcels")],
        "instance.yaml:51:26: tables.services.0.from: plays no part: no freight starts at 'B'",
    ),
    "a lane without freight its way": (
        CLEAN,
        [("{kind: air, from: G, to: A,", "{kind: air, from: A, to: G,")],
        "instance.yaml:52:28: tables.services.1.to: plays no part: no freight ends at 'G'",
    ),
    "a row to a site that is closed": (
        CLEAN,
        [
            ("{id: X, fixed", "{id: X, status: closed, fixed"),
            ("kind: air, from: G, to: A,", "kind: air, from: G, to: X,"),
        ],
        "instance.yaml:52:28: tables.services.1.to: plays no part: 'X' may not open",
    ),
    "a row between hubs of which one is forbidden": (
        CLEAN,
        [
            ("policies: {}", "policies: {forbidden: [X]}"),
            (
                "{kind: air, from: G, to: A, departures_min: 1,",
                "{kind: distribution, from: X, to: B, departures_min: 4,",
            ),
        ],
        "instance.yaml:52:28: tables.services.1.from: plays no part: 'X' may not open",
    ),
    "payload in kg": (
        CLEAN,
        [("payload_t: 9,", "payload_t: 9000,")],
        "instance.yaml:48:19: tables.vehicles.1.payload_t: 9000 is unlikely: vans carry 1 t, trucks 40, "
        "freighters 140; not kg",
    ),
    "price in cents": (
        CLEAN,
        [("eur_per_km: 1.2", "eur_per_km: 120")],
        "instance.yaml:48:33: tables.vehicles.1.eur_per_km: 120 is unlikely: vans cost EUR 0.5 a kilometre, "
        "freighters 30; not cents",
    ),
    "departures a year": (
        CLEAN,
        [("min: 2, max: 14", "min: 260, max: 300")],
        "instance.yaml:24:72: services.inter_hub.departures_per_week.min: 260 is unlikely: the unit is "
        "departures a week, not a year",
    ),
    "flights by the week of a year": (
        CLEAN,
        [("weeks_per_year: 50", "weeks_per_year: 5"), ("departures_min: 1, o", "departures_min: 2, o")],
        "instance.yaml:22:3: services.weeks_per_year: 5 is unlikely: a year has 52 weeks, with holidays 50",
    ),
    "given legs without a length": (
        GIVEN,
        [("{from: A, to: X, cost_eur_per_t: 0, time_h: 1, km: 50}", "{from: A, to: X, cost_eur_per_t: 0, time_h: 1}")],
        "instance.yaml:26:7: tables.legs.7.km: is 0, over which a vehicle costs and emits nothing by the kilometre",
    ),
    "given legs that are paid beside the vehicle": (
        edited(GIVEN, ("{from: A, to: X, cost_eur_per_t: 0,", "{from: A, to: X, cost_eur_per_t: 3,")),
        [("{from: X, to: A, cost_eur_per_t: 0,", "{from: X, to: A, cost_eur_per_t: 3,")],
        "instance.yaml:25:24: tables.legs.6.cost_eur_per_t: is paid by each tonne beside its vehicle, whose price "
        "comes on top (and 1 more like it)",
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_about_services_is_told_with_its_line(name, tmp_path):
    base, changes, *warnings = ODD[name]
    found = read_instance(write_instance(tmp_path, edited(base, *changes)))
    assert [str(warning) for warning in found.warnings] == warnings


@pytest.mark.parametrize("text", [CLEAN, GIVEN])
def test_sound_services_have_nothing_odd(text, tmp_path):
    assert read_instance(write_instance(tmp_path, text)).warnings == ()


def test_services_are_taken_away_and_changed_by_set(tmp_path):
    folder = write_instance(tmp_path, SERVICES)
    assert read_instance(folder, ["services=null"]).services is None
    changes = ["services.inter_hub.departures_per_week.min=3", "vehicles.van.payload_t=1.5"]
    changed = read_instance(folder, [*changes, "tables.services.1.departures_min=2"]).services
    assert (changed.of_kind[LegKind.INTER_HUB].least, changed.vehicles[0].payload_t) == (3, 1.5)
    assert [terms.least for terms in changed.of_leg.values()] == [2, 2]
    with pytest.raises(UsageError, match=r"--set services.collectio.operating_days=5: services.collectio: unknown key"):
        read_instance(folder, ["services.collectio.operating_days=5"])


def test_services_come_by_set_into_an_instance_that_has_their_tables(tmp_path):
    """The block has the name of a table: a path that starts with it names the block."""
    block = SERVICES[SERVICES.index("services:") : SERVICES.index("policies:")]
    folder = write_instance(tmp_path, edited(SERVICES, (block, "")))
    found = read_instance(
        folder,
        ["services.collection={vehicles: [van, truck]}", "services.air={vehicles: [freighter]}"],
    )
    assert list(found.services.of_kind) == [LegKind.COLLECTION, LegKind.AIR]


def test_a_factor_of_emissions_is_that_of_a_vehicle_too(tmp_path):
    text = edited(SERVICES, ("policies: {}", "policies: {carbon: {price_eur_per_t: 50}}"))
    assert read_instance(write_instance(tmp_path, text)).policies.carbon is not None
    silent = text.replace(", co2e_g_per_km: 250", "").replace(" co2e_g_per_km: 800,", "")
    give = "give road.co2e_g_per_tkm or air.co2e_g_per_tkm or co2e_g_per_km of the vehicles"
    with pytest.raises(InstanceError, match=give):
        read_instance(write_instance(tmp_path, silent))


# All ways in and out

WRITTEN = {"folder": "folder", "excel": "x.xlsx", "nodelink": "x.json", "graphml": "x.graphml"}


@pytest.mark.parametrize("form", WRITTEN)
def test_services_are_the_same_after_export_and_import(form, tmp_path, netdesign):
    (tmp_path / "one").mkdir()
    folder, out = write_instance(tmp_path / "one", SERVICES), tmp_path / WRITTEN[form]
    if form == "folder":
        nd.read(folder).save(out)
    else:
        assert netdesign("export", folder, out, "--to", form).code == 0
        assert netdesign("import", form, out, tmp_path / "two").code == 0
    found = read_instance(out if form == "folder" else tmp_path / "two")
    assert found.services == read_instance(folder).services


@pytest.mark.parametrize("form", WRITTEN)
def test_services_that_were_taken_away_are_not_exported(form, tmp_path, netdesign):
    (tmp_path / "one").mkdir()
    folder, out = write_instance(tmp_path / "one", SERVICES), tmp_path / WRITTEN[form]
    if form == "folder":
        nd.read(folder).with_values({"services": None}).save(out)
    else:
        assert netdesign("export", folder, out, "--to", form, "--set", "services=null").code == 0
        assert netdesign("import", form, out, tmp_path / "two").code == 0
    found = read_instance(out if form == "folder" else tmp_path / "two")
    assert found.services is None


def test_services_come_from_dicts_and_frames(tmp_path):
    read = nd.read(write_instance(tmp_path, SERVICES))
    document = read.to_dict()
    assert nd.Instance.from_dict(document)._instance.services == read._instance.services
    frames = {name: dict(columns) for name, columns in read.tables.items()}
    blocks = {name: value for name, value in document.items() if name not in ("tables", "format")}
    assert nd.Instance.from_frames(frames, **blocks)._instance.services == read._instance.services
    frames["vehicles"]["payload_t"][0] = 0
    with pytest.raises(InstanceError, match=r"frame vehicles, row 0: payload_t: 0 is not over 0"):
        nd.Instance.from_frames(frames, **blocks)


def test_tables_of_vehicles_and_services_are_files_too(tmp_path):
    nd.read(write_instance(tmp_path, SERVICES)).save(tmp_path / "folder")
    services = tmp_path / "folder" / "services.csv"
    assert services.read_text(encoding="utf-8").splitlines() == [
        "kind,from,to,vehicles,departures_min,departures_max,operating_days,wait",
        "collection,B,A,truck,2,3,,worst",
        "air,G,A,,1,,3,",
    ]
    services.write_text(services.read_text(encoding="utf-8").replace("truck", "trucc"), encoding="utf-8")
    message = r"services.csv:2:4: vehicles: 'trucc' is not in the vehicles table; did you mean 'truck'\?"
    with pytest.raises(InstanceError, match=message):
        read_instance(tmp_path / "folder")


# Over years

SERVED = edited(STAGES, ("policies: {new", "services: {collection: {vehicles: [van]}}\npolicies: {new"))
SERVED += "  vehicles: [{id: van, payload_t: 1, eur_per_departure: 9}]\n"


def test_a_price_of_a_vehicle_moves_over_the_years(tmp_path):
    path = "    - {of: vehicles.van.eur_per_departure, at_year: 2028, factor: 3}\n  tree:"
    staged = read_staged(write_instance(tmp_path, edited(SERVED, ("  tree:", path))))
    prices = [node.instance.services.vehicles[0].eur_per_departure for node in staged.nodes]
    assert prices == pytest.approx([9, 9 * 3**0.5, 27])


def test_a_path_names_the_block_of_services_and_not_the_table(tmp_path):
    path = "    - {of: services.weeks_per_year, at_year: 2028, factor: 0.5}\n  tree:"
    staged = read_staged(write_instance(tmp_path, edited(SERVED, ("  tree:", path))))
    assert staged.nodes[-1].instance.services.weeks_per_year == 26


def test_air_by_the_kilogram_stays_so_over_the_years(tmp_path):
    text = edited(SERVICES, ("air: {vehicles: [freighter], return: one_way, wait: none}", "air: {pricing: by_kg}"))
    text = text[: text.index("    - {kind: air")]
    stages = STAGES[STAGES.index("stages:") : STAGES.index("  contract")] + "services:"
    tables = "  modules: [{id: s, capacity_t_per_year: 9000, capital_eur: 8}]\n"
    tables += "  paths: [{of: vehicles.*.eur_per_km, at_year: 2028, factor: 2}]\n"
    text = edited(text.replace(", capacity_t_per_year: 5000", "").replace(", capacity_t_per_year: 100", ""),
                  ("\nservices:", "\n" + stages)) + tables  # fmt: skip
    staged = read_staged(write_instance(tmp_path, text))
    assert LegKind.AIR not in staged.nodes[-1].instance.services.of_kind


@pytest.mark.parametrize("of", ["road.cost_eur_per_km", "road.truck_load_t"])
def test_a_price_by_the_tonne_does_not_move_where_all_road_legs_have_vehicles(of, tmp_path, netdesign):
    """It would change nothing that anybody pays, but seem to."""
    text = SERVICES.replace(", capacity_t_per_year: 5000", "").replace(", capacity_t_per_year: 100", "")
    stages = STAGES[STAGES.index("stages:") : STAGES.index("  contract")] + "services:"
    tables = "  modules: [{id: s, capacity_t_per_year: 9000, capital_eur: 8}]\n"
    tables += f"  paths: [{{of: {of}, at_year: 2028, factor: 2}}]\n"
    ended = netdesign("timing", write_instance(tmp_path, edited(text, ("\nservices:", "\n" + stages)) + tables))
    message = f"'{of}' prices freight by the tonne, and all road legs have vehicles; write vehicles.*.eur_per_km"
    assert (ended.code, message in ended.err) == (ExitCode.BAD_INSTANCE, True)
