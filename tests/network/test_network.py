"""Paths, hours and prices of legs, each against figures worked out by hand."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from netdesign.errors import InstanceError
from netdesign.instance import NodeKind, read_instance
from netdesign.instance.blocks import Air, Crew
from netdesign.instance.driving import truck_hours
from netdesign.network import build_network, check_routes, city_graph, price_routes, shortest_paths
from netdesign.network.hours import Hours, fastest_hours
from netdesign.network.legs import air_cost, air_hours
from netdesign.network.shortest_paths import find_truck_paths
from tests.support.brute_force import hours_on_the_road
from tests.support.solving import ONE_DRIVER, hand_priced, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance import Instance

TWO_DRIVERS = {"drivers": 2, "drive_between_breaks_h": 20, "break_h": 0, "drive_between_rests_h": 20, "rest_h": 9}
SPEED_KMH = 60


@pytest.mark.parametrize(
    ("driving_h", "one_driver_h", "two_drivers_h"),
    [
        (0, 0, 0),
        (4, 4, 4),
        # Exactly at the limit there is no driving left, hence no break.
        (4.5, 4.5, 4.5),
        (4.6, 4.6 + 0.75, 4.6),
        # At 9 h a rest is due, but only if driving goes on; the break at 4.5 h is behind.
        (9, 9 + 0.75, 9),
        # The rest takes the place of the break that falls on the same moment.
        (9.1, 9.1 + 0.75 + 11, 9.1),
        (13.5, 13.5 + 0.75 + 11, 13.5),
        (13.6, 13.6 + 2 * 0.75 + 11, 13.6),
        (18, 18 + 2 * 0.75 + 11, 18),
        (18.1, 18.1 + 2 * 0.75 + 2 * 11, 18.1),
        (20, 20 + 2 * 0.75 + 2 * 11, 20),
        (20.1, 20.1 + 2 * 0.75 + 2 * 11, 20.1 + 9),
        (40, 40 + 4 * 0.75 + 4 * 11, 40 + 9),
        (40.1, 40.1 + 4 * 0.75 + 4 * 11, 40.1 + 2 * 9),
    ],
)
def test_hours_of_a_truck_with_breaks_and_rests(driving_h, one_driver_h, two_drivers_h):
    """A break after 4.5 h and a rest after 9 h for one driver, a rest after 20 h for two; none at the very end."""
    for crew, hours in ((ONE_DRIVER, one_driver_h), (TWO_DRIVERS, two_drivers_h)):
        found = truck_hours(np.array(driving_h * SPEED_KMH), SPEED_KMH, Crew(**crew))
        assert float(found) == pytest.approx(hours)


def test_hours_of_a_truck_are_those_of_driving_it_minute_by_minute():
    """The closed form equals a simulation, for crews whose breaks and rests do not fall together too."""
    odd = {"drivers": 3, "drive_between_breaks_h": 3, "break_h": 0.5, "drive_between_rests_h": 7, "rest_h": 10}
    seldom = {"drivers": 3, "drive_between_breaks_h": 10, "break_h": 0.5, "drive_between_rests_h": 8, "rest_h": 10}
    km = np.arange(0, 3000, 7.5)
    for crew in (ONE_DRIVER, TWO_DRIVERS, odd, seldom):
        driven = [hours_on_the_road(float(length), SPEED_KMH, crew) for length in km]
        assert truck_hours(km, SPEED_KMH, Crew(**crew)) == pytest.approx(driven)


def two_ways(folder: Path, **road: Any) -> Instance:
    """Return an instance in which b is 400 km from a over land (by c), or 100 km and 100 sea km, 3 h, EUR 200."""
    document = hand_priced()
    document["road"] |= {"cost_eur_per_km": 2, **road}
    document["tables"]["cities"].append({"id": "c", "country": "BE", "customs_zone": "EU"})
    document["tables"]["links"] = [
        {"from": "c", "to": "b", "km": 200},
        {"from": "a", "to": "c", "km": 200},
        {
            "from": "b",
            "to": "a",
            "mode": "ferry",
            "km": 100,
            "sea_km": 100,
            "hours": 3,
            "fare_eur_per_truck": 200,
        },
        {"from": "S", "to": "b", "km": 50},
        *document["tables"]["links"][2:],
    ]
    return read_document(document, folder)


@pytest.mark.parametrize(
    ("road", "by_sea"),
    [
        # Sea: 100 + 1 x 100 + 0 x 3 + 200 / 2 = 300 road km, land 400.
        ({}, True),
        # 100 + 2 x 100 + 0 + 100 = 400 would tie; at 2.01 the sea is longer.
        ({"way_sea_km_factor": 2.01}, False),
        ({"way_sea_km_factor": 1.99}, True),
        # 300 + 33 x 3 = 399, 300 + 34 x 3 = 402.
        ({"way_km_per_hour": 33}, True),
        ({"way_km_per_hour": 34}, False),
        # The fare in road km: 200 + 200 / 1.01 = 398, 200 + 200 / 0.99 = 402.
        ({"cost_eur_per_km": 1.01}, True),
        ({"cost_eur_per_km": 0.99}, False),
        # Kilometres that cost nothing put no length on a fare.
        ({"cost_eur_per_km": 0}, True),
    ],
)
def test_the_way_is_that_of_least_weight(road, by_sea, tmp_path):
    """Road km, sea km by their factor, hours by km an hour and fares by the price of a km decide together."""
    instance = two_ways(tmp_path, **road)
    ways, site, node = find_truck_paths(instance), instance.site_position["a"], instance.node_position["b"]
    found = tuple(float(column[site, node]) for column in (ways.km, ways.sea_km, ways.hours, ways.fare))
    assert found == ((100, 100, 3, 200) if by_sea else (400, 0, 0, 0))


def test_a_leg_by_ferry_adds_fare_hours_and_carbon_of_the_crossing(tmp_path):
    """The fare is shared by the truck's tonnes, the crossing's hours are no driving, sea and road emit apart."""
    instance = two_ways(tmp_path)
    network = build_network(instance)
    leg = (instance.site_position["a"], instance.node_position["b"])
    # (100 km x 2 + 200) / 10 t, doubled on distribution.
    assert network.distribution.road[leg] == pytest.approx(2 * 40)
    # 100 km at 70 km/h, 3 h of crossing, 4 h of customs from EU to CH.
    assert network.distribution.time_h[leg] == pytest.approx(100 / 70 + 3 + 4)
    assert network.distribution.km[leg] == pytest.approx(200)
    # 100 km x 100 g and 100 sea km x 50 g, in tonnes a tonne.
    assert network.distribution.co2e[leg] == pytest.approx((100 * 100 + 100 * 50) / 1e6)


def test_two_drivers_cost_more_a_kilometre_and_the_fare_stays(tmp_path):
    """The crew's factor is on the price of the road alone."""
    dear = {"drivers": 2, "crews": [ONE_DRIVER, TWO_DRIVERS | {"cost_factor": 1.5}]}
    instance = two_ways(tmp_path, **dear)
    leg = (instance.site_position["a"], instance.node_position["b"])
    assert build_network(instance).distribution.road[leg] == pytest.approx(2 * (100 * 2 * 1.5 + 200) / 10)


def test_of_parallel_links_the_one_of_least_weight_is_taken(tmp_path):
    """Not the first, not the last, and not a mixture of both."""
    document = hand_priced()
    worse, best = {"from": "S", "to": "a", "km": 360}, {"from": "a", "to": "S", "km": 340}
    document["tables"]["links"] = [worse, best, *document["tables"]["links"]]
    instance = read_document(document, tmp_path)
    assert city_graph(instance).edges["a", "S"]["km"] == 340
    ways = find_truck_paths(instance)
    assert ways.km[instance.site_position["a"], instance.node_position["S"]] == 340
    # And back, and on to b by the ferry.
    assert ways.km[instance.site_position["S"], instance.node_position["a"]] == 340
    assert ways.km[instance.site_position["a"], instance.node_position["b"]] == 340 + 70


@pytest.mark.parametrize("has_ferries", [True, False])
@pytest.mark.parametrize("few", [0, shortest_paths._FEW], ids=["by SciPy", "by networkx"])
@pytest.mark.parametrize("seed", range(10))
def test_ways_are_those_that_networkx_finds_first(seed, few, has_ferries, tmp_path, monkeypatch):
    """Whole numbers make many ways of equal weight, and some links have none; what they cost and take differs."""
    monkeypatch.setattr(shortest_paths, "_FEW", few)
    draw = Random(seed)
    document, names = hand_priced(), [f"n{number}" for number in range(9)]
    document["road"] |= {"way_sea_km_factor": 1, "way_km_per_hour": 0}
    document |= {"handling": {}, "policies": {}}
    document["tables"] |= {
        "cities": [{"id": name} for name in names],
        "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in names],
        "overseas": [],
        "links": [
            {
                **dict(zip(("from", "to"), draw.sample(names, 2), strict=True)),
                "km": draw.choice((0, 100, 200)),
                "sea_km": draw.choice((0, 0, 100)) * has_ferries,
                "hours": draw.choice((0, 2)) * has_ferries,
            }
            for _ in range(16)
        ],
        "demand": [{"origin": "n0", "destination": "n1", "stream": "outbound", "volume_t_per_year": 1}],
    }
    instance = read_document(document, tmp_path)
    graph, ours = city_graph(instance), find_truck_paths(instance)
    for row, start in enumerate(names):
        paths = nx.single_source_dijkstra_path(graph, start, weight="weight")
        for column, end in enumerate(names):
            steps = [graph.edges[step] for step in pairwise(paths.get(end, ()))]
            for key in ("km", "sea_km", "hours"):
                expected = sum(step[key] for step in steps) if end in paths else math.nan
                np.testing.assert_equal(getattr(ours, key)[row, column], expected)


@pytest.mark.parametrize("route_hubs", [1, 2])
@pytest.mark.parametrize("seed", range(5))
def test_what_is_late_on_every_route_is_found_as_by_pricing_all_of_them(seed, route_hubs, tmp_path):
    """Some legs are missing; deadlines lie near the times, so that bounds alone do not decide."""
    draw, names = Random(seed), [f"n{number}" for number in range(8)]
    document = {
        "format": "netdesign.instance/1",
        "name": "drawn",
        "problem": {"route_hubs": route_hubs},
        "parcel": {"weight_kg": 1},
        "handling": {"hours": 1},
        "streams": {
            f"within {hours}": {"origin_h": 1, "deadline_h": hours, "late_penalty_eur_per_parcel": 1}
            for hours in (5, 9, 14)
        } | {"some day": {}},
        "tables": {
            "cities": [{"id": name} for name in names],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in names[:5]],
            "legs": [
                {"from": a, "to": b, "cost_eur_per_t": 1, "time_h": draw.randint(1, 12)}
                for a in names
                for b in names
                if a != b and draw.random() < 0.6
            ],
            "demand": [],
        },
    }  # fmt: skip
    document["tables"]["demand"] = [
        {"origin": a, "destination": b, "stream": stream, "volume_t_per_year": 1}
        for stream in document["streams"]
        for a in names
        for b in names
        if a != b
    ]
    instance = read_document(document, tmp_path)
    network, rows, hubs = build_network(instance), np.arange(len(instance.commodities)), np.arange(5)
    if route_hubs == 2:
        times = price_routes(instance, network, *np.ix_(rows, hubs, hubs)).time_h.min(axis=(1, 2))
    else:
        times = price_routes(instance, network, rows[:, None], hubs, hubs).time_h.min(axis=1)
    np.testing.assert_array_equal(fastest_hours(instance, network), times)
    late, may_have_none = Hours(instance, network).late_everywhere()
    assert late.tolist() == np.flatnonzero(np.isinf(times) | (times > instance.deadline_h + 1e-9)).tolist()
    assert not np.isinf(times[late[~may_have_none]]).any()
    assert 0 < len(late) < len(rows)


def test_the_graph_names_what_each_node_and_edge_is(tmp_path):
    """Cities, sites and airports, with the status of sites; road and ferry links weighed, air links too."""
    instance = read_document(hand_priced(), tmp_path)
    graph = city_graph(instance)
    assert dict(graph.nodes(data="kind")) == {
        "a": NodeKind.CITY,
        "b": NodeKind.CITY,
        "S": NodeKind.SITE,
        "G": "overseas",
    }
    assert dict(graph.nodes(data="site")) == {"a": "existing", "b": None, "S": "candidate", "G": None}
    # 70 km + 1 x 30 sea km + 0 x 2 h + 50 / 2 of fare.
    assert graph.edges["S", "b"] == {"mode": "ferry", "km": 70, "sea_km": 30, "hours": 2, "eur": 50, "weight": 125}
    assert graph.edges["G", "a"]["mode"] == "air"


AIR = Air(
    inbound_rate_eur_per_kg=3,
    outbound_rate_eur_per_kg=1,
    distance_share=0.25,
    reference_distance_km=8000,
    block_speed_kmh=800,
    routing_factor=1.1,
    fixed_h=2,
)


@pytest.mark.parametrize(
    ("km", "inbound", "outbound"),
    [
        # At the reference the rate itself, in EUR/t; a quarter of it grows with the distance.
        (8000, 3000, 1000),
        (4000, 3000 * (0.75 + 0.25 * 0.5), 1000 * (0.75 + 0.25 * 0.5)),
        (0, 2250, 750),
        (16_000, 3750, 1250),
    ],
)
def test_the_air_rate_grows_with_distance_by_its_share(km, inbound, outbound):
    """Both directions have their own rate and the same share."""
    assert air_cost(AIR, km, inbound=True) == pytest.approx(inbound)
    assert air_cost(AIR, km, inbound=False) == pytest.approx(outbound)


def test_air_hours_are_given_or_follow_from_the_distance_and_the_night_waits_both_ways(tmp_path):
    """Block hours as stated, or km x routing / speed + fixed; the shut airport holds up what comes and what goes."""
    instance = read_document(hand_priced(), tmp_path)
    by_km = {link.km: link for link in instance.links if link.mode == "air"}
    assert air_hours(AIR, by_km[8000]) == 10
    assert air_hours(AIR, by_km[6000]) == pytest.approx(6000 * 1.1 / 800 + 2)
    network = build_network(instance)
    airport, site = instance.node_position["G"], instance.site_position["S"]
    for hours in (network.collection.time_h[airport, site], network.distribution.time_h[site, airport]):
        # 6000 x 1.0625 / 850 + 1.5 of flight, 1.5 of waiting.
        assert hours == pytest.approx(9 + 1.5)


def test_factors_are_on_road_legs_only_and_no_leg_stays_no_leg(tmp_path):
    """An air lane costs its rate under any factor; a factor of 0 makes legs free that exist, and no others."""
    document = hand_priced()
    document["factors"] = {"collection": 0, "inter_hub": 0, "distribution": 0}
    document["tables"]["cities"].append({"id": "island", "country": "BE"})
    instance = read_document(document, tmp_path)
    network = build_network(instance)
    site, at = instance.site_position["S"], instance.node_position
    assert network.collection.cost[at["G"], site] == pytest.approx(350)
    assert network.distribution.cost[site, at["G"]] == pytest.approx(175)
    assert network.distribution.cost[site, at["a"]] == 0
    assert network.inter_hub.cost[site, instance.site_position["a"]] == 0
    for legs, leg in ((network.collection, (at["island"], site)), (network.distribution, (site, at["island"]))):
        assert (legs.cost[leg], legs.time_h[leg]) == (np.inf, np.inf)


def test_the_border_takes_time_and_money_both_ways_and_only_where_zones_change(tmp_path):
    """From S (EU) to b (CH) and back, not from a (EU) to S, not where a zone is unknown, not in the air."""
    document = hand_priced()
    document["border"] = {"hours": 100, "cost_eur_per_t": 1000}
    document["tables"]["cities"].append({"id": "c", "country": "BE"})
    document["tables"]["links"].append({"from": "S", "to": "c", "km": 70})
    document["tables"]["overseas"][0]["customs_zone"] = "CN"
    instance = read_document(document, tmp_path)
    network = build_network(instance)
    site, at = instance.site_position["S"], instance.node_position
    crossing = {
        name: (network.collection.border[at[name], site], network.distribution.border[site, at[name]]) for name in at
    }
    assert crossing == {"a": (0, 0), "b": (1000, 1000), "c": (0, 0), "S": (0, 0), "G": (0, 0)}
    # 1 h of driving and 2 h of crossing to b, 1 h to c.
    assert network.collection.time_h[at["b"], site] == pytest.approx(3 + 100)
    assert network.distribution.time_h[site, at["b"]] == pytest.approx(3 + 100)
    assert network.distribution.time_h[site, at["c"]] == pytest.approx(1)


def test_given_legs_go_one_way_and_need_no_triangle_inequality(tmp_path):
    """A leg is taken as it stands; the way back is another leg or none, and no detour over other legs is made."""
    document = hand_priced()
    del document["road"]
    document["tables"]["links"] = [link for link in document["tables"]["links"] if link.get("mode") == "air"]
    document["tables"]["legs"] = [
        {"from": "a", "to": "b", "cost_eur_per_t": 90, "time_h": 9},
        {"from": "a", "to": "S", "cost_eur_per_t": 10, "time_h": 1},
        {"from": "S", "to": "b", "cost_eur_per_t": 10, "time_h": 1},
        {"from": "b", "to": "S", "cost_eur_per_t": 7, "time_h": 3},
    ]
    instance = read_document(document, tmp_path)
    network = build_network(instance)
    a, s, b = instance.site_position["a"], instance.site_position["S"], instance.node_position["b"]
    # Distribution doubles, customs cost 5; a to b stays at 90 although a to S to b would be 20.
    assert network.distribution.cost[a, b] == pytest.approx(2 * 90 + 5)
    assert network.distribution.cost[s, b] == pytest.approx(2 * 10 + 5)
    assert network.collection.cost[b, s] == pytest.approx(7 + 5)
    assert network.collection.cost[b, a] == np.inf
    assert network.inter_hub.cost[a, s] == pytest.approx(0.5 * 10)
    assert network.inter_hub.cost[s, a] == np.inf
    # A hub's leg to itself is free unless it is given.
    assert network.collection.cost[instance.node_position["a"], a] == 0


def test_one_hub_is_passed_once_and_two_hubs_twice(tmp_path):
    """Handling and hours of k alone on (k, k), of both hubs and the leg between them on (k, m)."""
    instance = read_document(hand_priced(), tmp_path)
    first, last = np.array([1, 0, 0]), np.array([1, 0, 1])
    routes = price_routes(instance, build_network(instance), np.array([2, 2, 2]), first, last)
    # S alone: 70 + 38; a alone: 2 x 89; a and S: 35 + 38. Handling 15, 20, 35.
    assert routes.road == pytest.approx([70 + 38, 178, 35 + 38])
    assert routes.handling == pytest.approx([15, 20, 35])
    # Origin 2 and last mile 1; 5.75 h to S, 3 h and customs to b, 8.75 h from a to b; hub hours 4 and 6.
    assert routes.time_h == pytest.approx([3 + 5.75 + 4 + 7, 3 + 6 + 12.75, 3 + 6 + 5.75 + 4 + 7])


def test_a_commodity_without_a_route_is_named_with_its_line(tmp_path):
    """What no permitted site reaches is a fault of the instance, found before any solving."""
    document = hand_priced()
    document["tables"]["cities"].append({"id": "c", "country": "BE"})
    document["tables"]["demand"].append(
        {"origin": "a", "destination": "c", "stream": "outbound", "volume_t_per_year": 1}
    )
    (tmp_path / "instance.yaml").write_text(json.dumps(document), encoding="utf-8")
    instance = read_instance(tmp_path)
    with pytest.raises(InstanceError) as caught:
        check_routes(instance, build_network(instance))
    assert [fault.message for fault in caught.value.faults] == [
        "no route leads from a to c over the sites that may open; add links or legs"
    ]
    # The whole file is one line.
    assert [(fault.file, fault.line) for fault in caught.value.faults] == [("instance.yaml", 1)]


def test_a_hard_deadline_that_no_route_meets_is_a_fault_with_the_fastest_time(tmp_path):
    """a to b takes 2 + 6 + 8.75 + 4 + 1 = 21.75 h over a, and S alone, at 4 h, is faster: 19.75 h."""
    document = hand_priced()
    document["streams"]["parcels"]["deadline_h"] = 19.5
    instance = read_document(document, tmp_path)
    with pytest.raises(InstanceError) as caught:
        check_routes(instance, build_network(instance))
    assert [fault.message for fault in caught.value.faults] == [
        "the fastest route from a to b takes 19.75 h; the hard deadline is 19.5 h; make it priced or longer"
    ]
    document["streams"]["parcels"]["deadline_h"] = 19.75
    instance = read_document(document, tmp_path)
    assert check_routes(instance, build_network(instance)) == ()


def test_a_priced_deadline_that_no_route_meets_is_a_warning(tmp_path):
    """The fastest is S alone, 36.5 h; six commodities of another instance are told as five and one more."""
    document = hand_priced()
    document["streams"]["inbound"]["deadline_h"] = 36
    instance = read_document(document, tmp_path)
    [warning] = check_routes(instance, build_network(instance))
    assert warning.message == (
        "1 commodity has a deadline that no route over any permitted site meets; "
        "they pay the late penalty in every network: G to b (36.5 h)"
    )
    names = [f"c{number}" for number in range(6)]
    document["tables"]["cities"] += [{"id": name, "country": "BE", "customs_zone": "CH"} for name in names]
    document["tables"]["links"] += [{"from": "b", "to": name, "km": 0.7} for name in names]
    document["tables"]["demand"] = [
        {"origin": "G", "destination": name, "stream": "inbound", "volume_t_per_year": 1 + number}
        for number, name in enumerate(names)
    ]
    instance = read_document(document, tmp_path)
    [warning] = check_routes(instance, build_network(instance))
    # The largest first, 36.51 h each.
    assert warning.message.startswith("6 commodities have a deadline")
    assert warning.message.endswith(
        ": G to c5 (36.5 h), G to c4 (36.5 h), G to c3 (36.5 h), G to c2 (36.5 h), G to c1 (36.5 h) and 1 more"
    )


def test_the_fastest_route_is_looked_for_over_permitted_sites_only(tmp_path):
    """With S forbidden only a is left: 2 + 6 + 8.75 + 4 + 1 = 21.75 h."""
    document = hand_priced()
    document["policies"] = {"forbidden": ["S"]}
    document["streams"]["parcels"]["deadline_h"] = 20
    instance = read_document(document, tmp_path)
    with pytest.raises(InstanceError, match=r"from a to b takes 21\.75 h; the hard deadline is 20 h"):
        check_routes(instance, build_network(instance))
