"""Road km from coordinates: as links that state them, hub to hub and by country; what is wrong, and what is odd."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netdesign.errors import InstanceError
from netdesign.instance import read_instance
from netdesign.instance.objects import source_of_dict
from netdesign.instance.parts import NodeKind
from netdesign.instance.read import OWN
from netdesign.network import build_network
from tests.support.small_instances import write_instance

if TYPE_CHECKING:
    from random import Random

CREW = {"drivers": 1, "drive_between_breaks_h": 4.5, "break_h": 0.75, "drive_between_rests_h": 9, "rest_h": 11}
ROAD = {"speed_kmh": 60, "cost_eur_per_km": 1.5, "truck_load_t": 10, "co2e_g_per_tkm": 80, "crews": [CREW]}

TEXT = """\
format: netdesign.instance/1
name: places
parcel: {weight_kg: 1}
streams: {parcels: {}}
road:
  speed_kmh: 60
  cost_eur_per_km: 1.5
  truck_load_t: 10
  crews: [{drivers: 1, drive_between_breaks_h: 24, break_h: 0, drive_between_rests_h: 24, rest_h: 0}]
distances: {from: coordinates, detour: 1.25, by_country: {DE: 1.3}}
tables:
  cities:
    - {id: A, country: DE, lat: 50, lon: 8}
    - {id: B, country: BE, lat: 51, lon: 4}
  hubs:
    - {id: A, fixed_cost_eur_per_year: 1}
    - {id: X, country: BE, lat: 50.5, lon: 5, fixed_cost_eur_per_year: 1}
  demand:
    - {origin: A, destination: B, volume_t_per_year: 1}
"""


def air_km(one: dict, other: dict) -> float:
    """Return the great circle by the law of cosines, in another form than the program has."""
    lat, phi = math.radians(one["lat"]), math.radians(other["lat"])
    angle = math.sin(lat) * math.sin(phi) + math.cos(lat) * math.cos(phi) * math.cos(
        math.radians(one["lon"] - other["lon"])
    )
    return 6371.0 * math.acos(max(-1.0, min(1.0, angle)))


def placed(draw: Random) -> dict:
    """Return an instance whose places have coordinates; some sites are cities."""
    names = [f"C{number}" for number in range(draw.randint(2, 5))]
    place = {name: {"id": name, "lat": draw.randint(400, 550) / 10, "lon": draw.randint(0, 200) / 10} for name in names}
    for row in place.values():
        row["country"] = draw.choice(["BE", "NO"])
    sites = {
        f"H{number}": {"id": f"H{number}", "lat": 45 + number, "lon": 10.5, "country": "BE"} for number in range(2)
    }
    hubs = [dict(row, fixed_cost_eur_per_year=5) for row in sites.values()]
    hubs.append({"id": names[0], "fixed_cost_eur_per_year": 5})
    return {
        "name": "drawn",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "road": ROAD,
        "tables": {
            "cities": list(place.values()),
            "hubs": hubs,
            "demand": [{"origin": names[0], "destination": names[1], "volume_t_per_year": 10}],
        },
    }


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from([None, 1.1]), st.sampled_from([{}, {"BE": 1.5}]))
def test_links_that_state_the_same_km_give_the_same_legs(draw, between, by_country):
    document = placed(draw)
    tables = document["tables"]
    places = {row["id"]: row for row in (*tables["hubs"], *tables["cities"])}
    sites = [row["id"] for row in tables["hubs"]]
    if "BE" not in {row.get("country") for row in places.values()}:
        by_country = {}
    own = {name: by_country.get(row["country"], 1.25) for name, row in places.items()}
    links = []
    for start in sites:
        for end in places:
            if start != end and not any({start, end} == {link["from"], link["to"]} for link in links):
                factor = between if between and end in sites else (own[start] + own[end]) / 2
                links.append({"from": start, "to": end, "km": air_km(places[start], places[end]) * factor})
    distances = {"from": "coordinates", "detour": 1.25, "by_country": by_country}
    if between:
        distances["between_hubs"] = between
    found = build_network(read_instance(source_of_dict(document | {"distances": distances}), (), OWN))
    stated = build_network(read_instance(source_of_dict(document | {"tables": tables | {"links": links}}), (), OWN))
    for name in ("collection", "inter_hub", "distribution"):
        for column in ("road", "time_h", "km", "co2e"):
            mine, theirs = getattr(getattr(found, name), column), getattr(getattr(stated, name), column)
            assert mine == pytest.approx(theirs, rel=1e-6, abs=1e-3)


def test_a_link_of_the_table_takes_the_place_of_the_coordinates(tmp_path):
    write_instance(tmp_path, TEXT + "  links: [{from: X, to: B, km: 7}]\n")
    instance = read_instance(tmp_path)
    km = {(instance.nodes[link.origin].id, instance.nodes[link.destination].id): link.km for link in instance.links}
    assert set(km) == {("X", "B"), ("A", "B"), ("A", "X")}
    assert km["X", "B"] == 7
    assert km["A", "B"] == pytest.approx(air_km({"lat": 50, "lon": 8}, {"lat": 51, "lon": 4}) * (1.3 + 1.25) / 2)


def test_no_road_leads_overseas(tmp_path):
    air = "air: {inbound_rate_eur_per_kg: 3, outbound_rate_eur_per_kg: 1, distance_share: 0, reference_distance_km: 1, "
    air += "block_speed_kmh: 800, routing_factor: 1, fixed_h: 1}\n"
    more = "  overseas: [{id: G, lat: 30, lon: 120}]\n  links: [{from: G, to: X, mode: air, km: 9000}]\n"
    write_instance(tmp_path, TEXT.replace("distances:", f"{air}distances:") + more)
    instance = read_instance(tmp_path)
    overseas = {place for place, node in enumerate(instance.nodes) if node.kind is NodeKind.OVERSEAS}
    assert [link.mode for link in instance.links if {link.origin, link.destination} & overseas] == ["air"]


AIR = "air: {inbound_rate_eur_per_kg: 3, outbound_rate_eur_per_kg: 1, distance_share: 0, reference_distance_km: 1, "
AIR += "block_speed_kmh: 800, routing_factor: 1, fixed_h: 1}\n"


def flown(*links: str, place: str = ", lat: 30, lon: 120") -> str:
    """Return the instance with an overseas airport and air links."""
    rows = "".join(f"    - {{{link}}}\n" for link in links)
    return TEXT.replace("distances:", f"{AIR}distances:") + f"  overseas: [{{id: G{place}}}]\n  links:\n{rows}"


def test_an_air_link_without_km_is_a_great_circle(tmp_path):
    write_instance(tmp_path, flown("from: G, to: X, mode: air"))
    (link,) = [link for link in read_instance(tmp_path).links if link.mode == "air"]
    assert link.km == pytest.approx(air_km({"lat": 30, "lon": 120}, {"lat": 50.5, "lon": 5}))


def test_a_link_without_km_that_follow_from_nothing_is_told(tmp_path):
    write_instance(tmp_path, flown("from: G, to: X, mode: air", "from: A, to: B", place=""))
    with pytest.raises(InstanceError) as refused:
        read_instance(tmp_path)
    assert [str(fault).partition(": ")[2] for fault in refused.value.faults] == [
        "km: is missing, and so are lat and lon of G, from which it would follow; give one or the other",
        "km: is missing",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("lat: 50, lon: 8", "lat: 50"), "instance.yaml:13: tables.cities.0.lon: is missing; `distances` takes the "
         "road km of A from its coordinates"),
        (("lat: 50.5, lon: 5, ", ""), "instance.yaml:17: tables.hubs.1.lat: is missing; `distances` takes the road "
         "km of X from its coordinates"),
        (("{DE: 1.3}", "{DK: 1.3}"), "instance.yaml:10:60: distances.by_country.DK: no city or hub has the country "
         "'DK'"),
        (("detour: 1.25", "detour: 0.9"), "instance.yaml:10:31: distances.detour: 0.9 is under 1"),
        (("detour: 1.25", "detour: 125"), "instance.yaml:10:31: distances.detour: 125 is over 10"),
        (("{DE: 1.3}", "{DE: 0}"), "instance.yaml:10:60: distances.by_country.DE: 0 is under 1"),
        (("from: coordinates", "from: osrm"), "instance.yaml:10:13: distances.from: 'osrm' is not allowed; allowed: "
         "'coordinates'"),
        (("detour: 1.25, ", ""), "instance.yaml:10:1: distances.detour: is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(change, told, tmp_path):
    write_instance(tmp_path, TEXT.replace(*change))
    with pytest.raises(InstanceError) as refused:
        read_instance(tmp_path)
    (fault,) = refused.value.faults
    assert _without_column(str(fault)) == _without_column(told)


def _without_column(text: str) -> str:
    """Return a message without the place in its line, which is the editor's affair."""
    return re.sub(r"^(instance\.yaml:\d+):\d+", r"\1", text)


def test_roads_from_coordinates_need_a_road_block(tmp_path):
    start, end = TEXT.index("road:"), TEXT.index("distances:")
    write_instance(tmp_path, TEXT[:start] + TEXT[end:])
    with pytest.raises(InstanceError, match="distances: road links need a `road` block"):
        read_instance(tmp_path)


def test_coordinates_play_no_part_where_legs_are_given(tmp_path):
    write_instance(
        tmp_path, TEXT + "  legs: [{from: A, to: B, cost_eur_per_t: 1}, {from: X, to: B, cost_eur_per_t: 1}]\n"
    )
    told = [str(warning) for warning in read_instance(tmp_path).warnings]
    assert any(line.endswith("distances: plays no part: legs are given directly") for line in told)
    assert any(line.endswith("road: plays no part: there is no road or ferry link") for line in told)


def test_vehicles_take_roads_from_coordinates(tmp_path, netdesign):
    services = "services: {collection: {vehicles: [van]}, distribution: {vehicles: [van]}}\n"
    rows = "  vehicles: [{id: van, payload_t: 2, eur_per_km: 1}]\n"
    rows += "  services: [{kind: distribution, from: X, to: B, vehicles: van, departures_min: 3}]\n"
    write_instance(tmp_path, TEXT.replace("distances:", f"{services}distances:") + rows)
    assert netdesign("check", tmp_path).code == 0


def test_the_detour_is_a_figure_that_may_be_moved(tmp_path):
    write_instance(tmp_path, TEXT)
    far, near = (
        build_network(read_instance(tmp_path, (f"distances.detour={detour}", "distances.by_country={}"))).collection.km
        for detour in (2.0, 1.0)
    )
    assert far == pytest.approx(2 * near)


def test_a_city_that_coordinates_alone_join_needs_freight_and_one_that_a_link_passes_none(tmp_path):
    text = TEXT.replace("  hubs:", "    - {id: D, country: BE, lat: 50, lon: 4}\n  hubs:")
    told = [str(fault) for fault in read_instance(write_instance(tmp_path, text)).warnings]
    assert told == [
        "instance.yaml:15:8: tables.cities.2.id: 'D' has no freight: none starts or ends there; give it some, or take "
        "the row out"
    ]
    passed = text + "  links: [{from: X, to: D, km: 140}, {from: D, to: B, km: 140}]\n"
    assert read_instance(write_instance(tmp_path, passed)).warnings == ()
