"""What vehicles take on legs, and legs under the departures of a plan, against figures worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from netdesign.instance import read_instance
from netdesign.instance.services import LegKind
from netdesign.network import build_network, price_routes
from netdesign.network.departures import Departures
from netdesign.network.legs import LEG_COLUMNS
from netdesign.network.operated import by_fullest_vehicles, operated, with_least_waits
from netdesign.network.services import LEGS, LegPlace, leg_ends
from netdesign.plan import ScheduledService
from tests.instance.bad.case import edited
from tests.support.scheduled import PLANE, TRUCK, VAN, hand_scheduled
from tests.support.small_instances import LEGS as GIVEN
from tests.support.small_instances import SERVICES as SERVED
from tests.support.small_instances import write_instance
from tests.support.solving import ONE_DRIVER, hand_priced, read_document

A, S = 0, 1
"""Positions of the sites."""


@pytest.fixture
def scheduled(tmp_path):
    return read_document(hand_scheduled(), tmp_path)


def all_return(way: str) -> dict[str, dict[str, str]]:
    return {kind: {"return": way} for kind in LegKind}


@pytest.mark.parametrize("way", ["one_way", "paired", "empty_back"])
def test_a_departure_pays_for_kilometres_there_or_there_and_back(way, tmp_path):
    """Km and fare by the factor of the leg, twice where the way back is empty; the price of a departure once."""
    instance = read_document(hand_scheduled(**all_return(way)), tmp_path)
    found, at, trips = build_network(instance).services, instance.node_position, 1 + (way == "empty_back")
    # S to b: 70 km and a fare of EUR 50, doubled on distribution. A van: 70 x 0.5 + 0.4 x 50 = 55; a truck: 105 + 50.
    assert found.distribution.departure_eur[:2, S, at["b"]].tolist() == [trips * 2 * 55 + 10, trips * 2 * 155]
    assert found.collection.departure_eur[:2, at["b"], S].tolist() == [trips * 55 + 10, trips * 155]
    # 350 km x 1.5, halved between hubs; the van may not go.
    assert found.inter_hub.departure_eur[:, A, S].tolist() == [np.inf, trips * 0.5 * 525, np.inf]
    # Lanes have no factor: 8000 and 6000 great-circle km.
    assert found.collection.departure_eur[:, at["G"], A].tolist() == [np.inf, np.inf, trips * 32_000 + 1000]
    assert found.distribution.departure_eur[:, S, at["G"]].tolist() == [np.inf, np.inf, trips * 24_000 + 1000]
    # Emissions: of road km, not of the crossing.
    assert found.distribution.departure_co2e[:2, S, at["b"]] == pytest.approx([trips * 0.021, trips * 0.07])
    assert found.collection.departure_co2e[PLANE, at["G"], A] == pytest.approx(trips * 80)
    assert found.distribution.km[S, at["b"]] == 70


def test_hours_on_the_way_are_those_of_the_vehicle(scheduled):
    """Its speed and the crew's breaks, then crossing, border and night as for trucks; without a wait."""
    found, at = build_network(scheduled).services, scheduled.node_position
    # 70 km, 2 h of crossing, 4 h at the border from EU to CH.
    assert found.distribution.travel_h[:2, S, at["b"]] == pytest.approx([0.7 + 6, 1 + 6])
    # 350 km at 70 km/h, one break.
    assert found.inter_hub.travel_h[TRUCK, A, S] == pytest.approx(5.75)
    # As given, and from the distance with the wait for the night at S.
    assert found.collection.travel_h[PLANE, at["G"], A] == 10
    assert found.collection.travel_h[PLANE, at["G"], S] == pytest.approx(9 + 1.5)


def test_beside_its_vehicle_a_tonne_pays_customs_and_emits_at_sea(scheduled, tmp_path):
    network, at = build_network(scheduled), scheduled.node_position
    legs = network.distribution
    b = S, at["b"]
    assert (legs.road[b], legs.air[b], legs.border[b], legs.km[b]) == (0, 0, 5, 100)
    assert legs.co2e[b] == pytest.approx(30 * 50 / 1e6)
    # The least time is that of the fastest vehicle that may go.
    assert legs.time_h[b] == pytest.approx(6.7)
    lane = at["G"], A
    assert (network.collection.air[lane], network.collection.co2e[lane], network.collection.time_h[lane]) == (0, 0, 10)
    # A city that is the hub takes no vehicle.
    assert np.isinf(network.services.collection.departure_eur[:, at["a"], A]).all()
    assert network.collection.time_h[at["a"], A] == 0
    # What has no lane or way has none with vehicles.
    assert np.isinf(network.services.distribution.travel_h[PLANE, :, at["a"]]).all()


def test_kinds_without_a_service_are_as_they_were(tmp_path):
    document = hand_scheduled()
    for kind in ("collection", "distribution", "air"):
        del document["services"][kind]
    document["tables"]["vehicles"] = document["tables"]["vehicles"][1:2]
    (tmp_path / "linear").mkdir()
    found = build_network(read_document(document, tmp_path))
    linear = build_network(read_document(hand_priced(), tmp_path / "linear"))
    for name in ("collection", "distribution"):
        for column in ("air", "road", "border", "time_h", "km", "co2e"):
            columns = (getattr(getattr(network, name), column) for network in (found, linear))
            np.testing.assert_array_equal(*columns)
        assert not getattr(found.services, name).is_served.any()
    assert found.inter_hub.road[A, S] == 0
    assert linear.services is None


def test_a_row_changes_one_leg_alone(tmp_path):
    document = hand_scheduled()
    document["tables"]["services"] = [
        {"kind": "distribution", "from": "S", "to": "b", "vehicles": "truck", "return": "one_way"}
    ]
    instance = read_document(document, tmp_path)
    network, b = build_network(instance), instance.node_position["b"]
    found = network.services
    assert found.distribution.departure_eur[:, S, b].tolist() == [np.inf, 2 * 155, np.inf]
    assert found.distribution.departure_eur[:2, A, b].tolist() == [4 * (420 * 0.5 + 20) + 10, 4 * (420 * 1.5 + 50)]
    assert network.distribution.time_h[S, b] == pytest.approx(7)


def test_a_crew_of_two_costs_more_a_kilometre_and_drives_on(tmp_path):
    document = hand_scheduled()
    two = {"drivers": 2, "drive_between_breaks_h": 20, "break_h": 0, "drive_between_rests_h": 20, "rest_h": 9}
    document["road"]["crews"] = [ONE_DRIVER, two | {"cost_factor": 1.5}]
    document["tables"]["vehicles"][TRUCK]["drivers"] = 2
    instance = read_document(document, tmp_path)
    found = build_network(instance).services
    assert found.inter_hub.departure_eur[TRUCK, A, S] == pytest.approx(0.5 * 2 * 350 * 1.5 * 1.5)
    assert found.inter_hub.travel_h[TRUCK, A, S] == pytest.approx(5)


def test_on_given_legs_a_tonne_pays_the_leg_and_the_vehicle_its_kilometres(tmp_path):
    """Cost, time and carbon of the leg stay; the factor is on both prices."""
    text = GIVEN.replace("cost_eur_per_t: 1, time_h: 1}", "cost_eur_per_t: 3, time_h: 2, km: 50, co2e_kg_per_t: 7}")
    text = text.replace("policies:", "factors: {inter_hub: 0.5}\nservices: {inter_hub: {vehicles: [van]}}\npolicies:")
    text += "  vehicles: [{id: van, payload_t: 1, eur_per_km: 0.6, eur_per_departure: 4, co2e_g_per_km: 200}]\n"
    instance = read_instance(write_instance(tmp_path, text))
    network, cell = build_network(instance), (instance.site_position["A"], instance.site_position["B"])
    legs, found = network.inter_hub, network.services.inter_hub
    assert (legs.road[cell], legs.time_h[cell], legs.co2e[cell]) == (1.5, 2, 0.007)
    assert found.departure_eur[0][cell] == pytest.approx(0.5 * 2 * 50 * 0.6 + 4)
    assert found.departure_co2e[0][cell] == pytest.approx(2 * 50 * 200 / 1e6)
    assert (found.travel_h[0][cell], found.km[cell]) == (2, 50)
    # B to X is no leg.
    assert np.isinf(found.travel_h[0, instance.site_position["B"], instance.site_position["X"]])


CUSTOMS = [
    ("{id: A, country: BE}", "{id: A, country: BE, customs_zone: EU}"),
    ("{id: B, country: NL}", "{id: B, country: NL, customs_zone: CH}"),
    ("policies: {}", "border: {hours: 4, cost_eur_per_t: 5}\npolicies: {}"),
    ("rest_h: 0}", "rest_h: 0, cost_factor: 1.1}\n    - {drivers: 2, drive_between_breaks_h: 1, break_h: 0.5, "
     "drive_between_rests_h: 24, rest_h: 0, cost_factor: 1.5}"),
    ("eur_per_km: 0.6,", "eur_per_km: 0.6, drivers: 2, speed_kmh: 60,"),
    ("  speed_kmh: 100", "  co2e_g_per_tkm: 90\n  speed_kmh: 100"),
]  # fmt: skip
"""Borders, a second crew and emissions for the instance with all kinds of services."""

LINKS = "    - {from: A, to: B, km: 100}\n    - {from: B, to: X, km: 100}\n"
KM = {"AB": 100, "BA": 100, "BX": 100, "XB": 100, "AX": 200, "XA": 200}


def of_legs(rows: str) -> str:
    """Return that instance with legs given directly, in place of its roads."""
    text = edited(SERVED, *CUSTOMS, (LINKS, ""))
    return text + rows


@pytest.mark.parametrize("are_rows", [True, False])
def test_vehicles_drive_legs_of_km_as_they_drive_links(are_rows, tmp_path):
    """The truck that prices a leg of km carries nothing by the tonne where a vehicle leaves."""
    rows = "  legs:\n" + "".join(f"    - {{from: {a}, to: {b}, km: {km}}}\n" for (a, b), km in KM.items())
    if not are_rows:
        table = [",A,B,X", *(",".join([a, *(str(KM.get(a + b, "")) for b in "ABX")]) for a in "ABX")]
        (tmp_path / "km.csv").write_text("\n".join(table) + "\n")
        rows = "  leg_matrices: {km: km.csv}\n"
    (tmp_path / "links").mkdir()
    by_links = build_network(read_instance(write_instance(tmp_path / "links", edited(SERVED, *CUSTOMS))))
    instance = read_instance(write_instance(tmp_path, of_legs(rows)))
    by_legs = build_network(instance)
    for name in LEGS:
        for columns in (LEG_COLUMNS, vars(getattr(by_links.services, name))):
            of = [network.services if columns is not LEG_COLUMNS else network for network in (by_legs, by_links)]
            for column in columns:
                mine, theirs = (getattr(getattr(network, name), column) for network in of)
                np.testing.assert_allclose(mine, theirs, err_msg=f"{name} {column}")
    # What a leg is priced at by the tonne nobody pays, and no remark says so.
    assert not [str(warning) for warning in instance.warnings if "beside" in str(warning)]


def test_what_is_stated_of_a_leg_of_km_stays(tmp_path):
    """A cost is paid beside the vehicle; hours and gases that are written are those of any vehicle."""
    stated = {"AB": "cost_eur_per_t: 3, time_h: 1", "BX": "time_h: 7, co2e_kg_per_t: 9"}
    rows = "".join(f"    - {{from: {a}, to: {b}, km: {km}, {stated.get(a + b, '')}}}\n" for (a, b), km in KM.items())
    instance = read_instance(write_instance(tmp_path, of_legs(f"  legs:\n{rows}")))
    network, at, site = build_network(instance), instance.node_position, instance.site_position
    written, timed, bare = (site["A"], at["B"]), (at["B"], site["X"]), (site["X"], at["B"])
    assert (network.distribution.road[written], network.distribution.co2e[written]) == (3, 0)
    assert (network.collection.road[timed], network.collection.co2e[timed]) == (0, 0.009)
    # From A to B with four hours at the border.
    assert network.services.distribution.travel_h[:2, *written].tolist() == [5, 5]
    assert network.services.collection.travel_h[:2, *timed].tolist() == [7, 7]
    assert (network.distribution.road[bare], network.distribution.co2e[bare]) == (0, 0)
    assert network.services.distribution.travel_h[TRUCK, *bare] == pytest.approx(100 / 80)
    told = [str(warning) for warning in instance.warnings if "is paid by each tonne beside its vehicle" in str(warning)]
    assert len(told) == 1
    assert "more like it" not in told[0]


def test_hours_under_a_plan_have_the_wait_for_its_vehicles(tmp_path):
    """Five departures on five days lie 24 h apart and 72 h over the days off: (4 x 24^2 + 72^2) / 336 h on the mean."""
    services = {"distribution": {"operating_days": 5}, "inter_hub": {"wait": "worst"}, "air": {"wait": "none"}}
    instance = read_document(hand_scheduled(**services), tmp_path)
    network, at = build_network(instance), instance.node_position
    run = (
        ScheduledService(LegKind.INTER_HUB, at["a"], at["S"], TRUCK, 4),
        ScheduledService(LegKind.DISTRIBUTION, at["S"], at["b"], VAN, 5),
        ScheduledService(LegKind.AIR, at["G"], at["a"], PLANE, 1),
    )
    found = operated(instance, network, Departures.of(instance, network, run))
    assert found.inter_hub.time_h[A, S] == pytest.approx(5.75 + 168 / 4)
    assert found.distribution.time_h[S, at["b"]] == pytest.approx(6.7 + 7488 / 336)
    assert found.collection.time_h[at["G"], A] == 10
    # What has a service and no departure is no leg; what has none is as it was.
    for legs, cell in (("collection", (at["G"], S)), ("inter_hub", (S, A)), ("distribution", (A, at["b"]))):
        assert np.isinf(getattr(found, legs).time_h[cell]), legs
        assert np.isinf(getattr(found, legs).cost[cell]), legs
    assert found.collection.time_h[at["a"], A] == 0
    over_both = price_routes(instance, found, np.array([0]), np.array([A]), np.array([S]))
    # 10 h origin, 10 of flight, 6 and 4 at the hubs, 5 of the last mile; customs and handling alone are paid by the
    # tonne, and the late penalty.
    assert over_both.time_h.tolist() == pytest.approx([10 + 10 + 6 + 47.75 + 4 + 6.7 + 7488 / 336 + 5])
    assert over_both.total.tolist() == pytest.approx([5 + 20 + 15 + 50])


def test_as_if_vehicles_were_full_a_tonne_pays_the_cheapest_payload_and_nothing_waits(tmp_path):
    instance = read_document(hand_scheduled(inter_hub={"return": "one_way"}), tmp_path)
    network, at = build_network(instance), instance.node_position
    full = by_fullest_vehicles(instance, network)
    eur = network.services.distribution.departure_eur[:, S, at["b"]]
    assert full.distribution.cost[S, at["b"]] - network.distribution.cost[S, at["b"]] == pytest.approx(
        min(eur[VAN] / 1, eur[TRUCK] / 10)
    )
    flight = network.services.collection.departure_eur[PLANE, at["G"], A]
    assert full.collection.cost[at["G"], A] == pytest.approx(network.collection.cost[at["G"], A] + flight / 2)
    assert (full.distribution.time_h == network.distribution.time_h).all()
    assert full.collection.cost[at["a"], A] == network.collection.cost[at["a"], A]


@pytest.mark.parametrize(
    "service",
    [
        ScheduledService(LegKind.DISTRIBUTION, 2, 1, PLANE, 5),
        ScheduledService(LegKind.DISTRIBUTION, 2, 1, VAN, 0),
        ScheduledService(LegKind.COLLECTION, 2, 1, VAN, 5),
        ScheduledService(LegKind.AIR, 2, 1, VAN, 5),
        ScheduledService(LegKind.DISTRIBUTION, 3, 1, VAN, 5),
        ScheduledService(LegKind.COLLECTION, 0, 0, VAN, 5),
    ],
    ids=["by air", "none", "to no site", "no lane", "from overseas", "to itself"],
)
def test_departures_that_cannot_be_make_no_leg(service, scheduled):
    network = build_network(scheduled)
    found = operated(scheduled, network, Departures.of(scheduled, network, (service,)))
    for name in LEGS:
        served = getattr(network.services, name).is_served
        np.testing.assert_array_equal(
            np.isinf(getattr(found, name).time_h), served | np.isinf(getattr(network, name).time_h)
        )


def test_least_waits_are_those_of_the_most_departures(scheduled):
    """Every number of departures of every vehicle takes at least as long, and one of them as long."""
    network = build_network(scheduled)
    least = with_least_waits(network)
    assert least.services is None
    for name in LEGS:
        own, legs = getattr(network.services, name), getattr(least, name)
        for row, column in np.argwhere(own.is_served).tolist():
            terms = scheduled.services.terms(*leg_ends(scheduled, LegPlace(name, row, column)))
            travel = own.travel_h[list(terms.vehicles), row, column].min()
            waits = [terms.wait_h(departures) for departures in range(terms.least, terms.most + 1)]
            assert legs.time_h[row, column] == pytest.approx(travel + min(waits))
        unserved = ~own.is_served
        assert np.array_equal(legs.time_h[unserved], getattr(network, name).time_h[unserved])
