"""Vehicles and services are read as they are stated, and without the block nothing is."""

from __future__ import annotations

import pytest

from netdesign.instance import read_instance
from netdesign.instance.services import LegKind, ReturnTrip, ServiceTerms, Vehicle, VehicleMode, Waiting
from tests.support.small_instances import LEGS, ROADS, SERVICES, write_instance

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
        LegKind.COLLECTION: ServiceTerms((0, 1), 5, None, daily, back, mean),
        LegKind.INTER_HUB: ServiceTerms((1,), 2, 14, 7, ReturnTrip.PAIRED, Waiting.WORST),
        LegKind.DISTRIBUTION: ServiceTerms((0, 1), 1, None, daily, back, mean),
        LegKind.AIR: ServiceTerms((2,), 1, None, 7, ReturnTrip.ONE_WAY, Waiting.NONE),
    }
    assert services.of_leg == {
        (LegKind.COLLECTION, at["B"], at["A"]): ServiceTerms((1,), 2, 3, daily, back, Waiting.WORST),
        (LegKind.AIR, at["G"], at["A"]): ServiceTerms((2,), 1, None, 3, ReturnTrip.ONE_WAY, Waiting.NONE),
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


def test_air_by_the_kilogram_has_no_flights(tmp_path):
    text = SERVICES.replace("air: {vehicles: [freighter], return: one_way, wait: none}", "air: {pricing: by_kg}")
    text = text[: text.index("    - {kind: air")].replace("    - {id: freighter", "    - {id: spare")
    assert LegKind.AIR not in read_instance(write_instance(tmp_path, text)).services.of_kind


def test_a_leg_takes_several_vehicles_with_a_semicolon_between(tmp_path):
    text = SERVICES.replace("vehicles: truck,", "vehicles: truck; van,")
    found = read_instance(write_instance(tmp_path, text))
    legs = found.services.of_leg
    assert legs[LegKind.COLLECTION, found.node_position["B"], found.node_position["A"]].vehicles == (1, 0)
