"""The bundled instances hang together: Europe is what its facts give, Benelux and tiny are what they claim to be."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from netdesign.catalogue import instances
from netdesign.instance import Instance, NodeKind, read_instance
from netdesign.instance.rows import Mode
from netdesign.network.graph import city_graph
from netdesign.network.legs import build_network
from netdesign.network.routes import price_routes
from scripts import build_europe, europe_facts, europe_tables

INSTANCES = Path(__file__).resolve().parents[2] / "instances"


@pytest.fixture(scope="module")
def europe() -> Instance:
    """The instance as committed."""
    return read_instance(INSTANCES / "europe")


@pytest.fixture(scope="module")
def benelux() -> Instance:
    """The template of `netdesign new`, typed in by hand from the facts of Europe."""
    return read_instance(INSTANCES / "benelux")


@pytest.fixture
def facts() -> europe_facts.Facts:
    """A fresh copy of the facts, for tests that spoil them."""
    return europe_facts.read_facts(INSTANCES / "europe" / "facts")


def test_the_committed_instances_are_byte_for_byte_what_the_facts_give(capsys):
    assert build_europe.main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_writing_elsewhere_gives_the_same_instances(tmp_path):
    assert build_europe.main([str(tmp_path)]) == 0
    for name in ("europe", "europe-linear", "europe-centres"):
        assert read_instance(tmp_path / name).digest == read_instance(INSTANCES / name).digest


def test_check_names_each_file_that_differs_or_is_missing(tmp_path, capsys):
    build_europe.main([str(tmp_path)])
    hubs = tmp_path / "europe" / "hubs.csv"
    hubs.write_bytes(hubs.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "europe-linear" / "links.csv").unlink()
    assert build_europe.main(["--check", str(tmp_path)]) == 1
    named = [line.split()[1] for line in capsys.readouterr().err.splitlines()]
    assert named == ["europe/hubs.csv", "europe-linear/links.csv"]


def test_europe_with_sorting_centres_is_europe_with_forty_more_sites(europe):
    """Those in which the operator sorts are among them; all else is as it was."""
    found = read_instance(INSTANCES / "europe-centres")
    assert len(found.centres) == 40
    assert {"ES-MADRID", "FR-PARIS", "DE-BREMEN", "IT-ROME"} <= found.centres
    assert (found.hub_range, found.centre_range) == (europe.hub_range, (0, 4))
    assert tuple(site for site in found.sites if site.id not in found.centres) == europe.sites
    assert (found.nodes, found.links, found.streams) == (europe.nodes, europe.links, europe.streams)
    dearest = max(site.fixed_cost for site in found.sites if site.id in found.centres)
    assert dearest < min(site.fixed_cost for site in europe.sites if site.id != "LGG")


def test_counts_of_europe(europe):
    """177 cities, 44 airports of which Liège exists, 11 candidates under 60,000 t of cargo a year, both ways each."""
    kinds = [node.kind for node in europe.nodes]
    assert [kinds.count(kind) for kind in NodeKind] == [177, 44, 1]
    assert len(europe.sites) == 44
    assert europe.existing == {"LGG"}
    small = {site.id for site in europe.sites if site.below_threshold}
    assert small == {"MST", "OST", "BLQ", "KTW", "SKG", "OTP", "SOF", "RIX", "VNO", "TLL", "ZAG"}
    assert len(europe.commodities) == 2 * 177
    assert europe.warnings == ()


@pytest.mark.parametrize(("stream", "tonnes"), [("inbound", 120_000.0), ("outbound", 30_000.0)])
def test_each_stream_has_its_volume_and_its_stated_shares_add_up_to_one(europe, facts, stream, tonnes):
    rows = [row for row in europe_tables.demand_rows(facts) if row["stream"] == stream]
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1.0, abs=1e-3)
    position = [known.name for known in europe.streams].index(stream)
    volume = europe.commodities.volume[europe.commodities.stream == position].sum()
    assert volume == pytest.approx(tonnes)


@pytest.mark.parametrize("name", list(instances()))
def test_trucks_reach_every_city_from_every_site(name):
    instance = read_instance(INSTANCES / name)
    graph = city_graph(instance)
    graph.remove_edges_from([edge[:2] for edge in graph.edges(data="mode") if edge[2] == Mode.AIR])
    graph.remove_nodes_from([node.id for node in instance.nodes if node.kind is NodeKind.OVERSEAS])
    assert nx.is_connected(graph)


def test_only_countries_outside_the_customs_territory_are_zones_of_their_own(europe):
    zones = {node.customs_zone for node in europe.nodes if node.kind is not NodeKind.OVERSEAS}
    assert zones == {"EU", "GB", "CH", "NO", "TR"}


def test_a_link_to_an_unknown_place_stops_the_build(facts):
    facts.road_links[0]["to"] = "GB-NOWHERE"
    with pytest.raises(europe_facts.FactsError, match="links: GB-NOWHERE is no city, hub or overseas airport"):
        europe_tables.check_tables(europe_tables.make_tables(facts))


def test_a_city_without_a_road_stops_the_build(facts):
    """Nicosia hangs on one ferry."""
    kept = [link for link in facts.road_links if "CY-NICOSIA" not in (link["from"], link["to"])]
    facts.road_links[:] = kept
    with pytest.raises(europe_facts.FactsError, match="no road or ferry leads from LGG to CY-NICOSIA"):
        europe_tables.check_tables(europe_tables.make_tables(facts))


def test_shares_that_do_not_add_up_stop_the_build(facts):
    facts.cities[0]["demand_share_inbound"] = "0.5"
    with pytest.raises(europe_facts.FactsError, match=r"the shares of inbound add up to 1\.47"):
        europe_tables.check_tables(europe_tables.make_tables(facts))


def test_a_template_that_asks_for_an_unknown_parameter_stops_the_build(facts):
    facts.parameters[:] = [row for row in facts.parameters if row["name"] != "hub_hours"]
    with pytest.raises(europe_facts.FactsError, match="<hub_hours> is no parameter"):
        build_europe.instance_text(facts, build_europe.WITH_VEHICLES)


def test_benelux_repeats_the_facts_of_europe(benelux, europe):
    """Its places and links were copied by hand; coordinates are rounded to a ten thousandth of a degree."""
    places = {node.id: node for node in europe.nodes}
    for node in benelux.nodes:
        known = places[node.id]
        assert (node.lat, node.lon) == pytest.approx((known.lat, known.lon), abs=1e-4)
        assert (node.country, node.customs_zone) == (known.country, known.customs_zone)
    assert links_of(benelux) <= links_of(europe)
    classes = {site.id: site.night_class for site in europe.sites}
    assert all(site.night_class is classes[site.id] for site in benelux.sites)


def links_of(instance: Instance) -> set[tuple[object, ...]]:
    """Return the links by ids and figures; hours that are left out are none for trucks."""
    return {
        (
            instance.nodes[link.origin].id,
            instance.nodes[link.destination].id,
            link.mode,
            link.km,
            link.sea_km,
            link.hours or 0.0,
            link.fare_eur_per_truck,
        )
        for link in instance.links
    }


def test_benelux_has_all_three_kinds_of_stream(benelux):
    overseas = benelux.is_overseas
    ends = zip(benelux.commodities.origin, benelux.commodities.destination, strict=True)
    kinds = {(bool(overseas[origin]), bool(overseas[destination])) for origin, destination in ends}
    assert kinds == {(True, False), (False, True), (False, False)}


@pytest.mark.parametrize(("hubs", "total"), [("B", 400_000), ("BD", 347_000), ("BE", 354_000), ("BDE", 419_000)])
def test_the_hand_calculation_in_the_readme_of_tiny(hubs, total):
    """Nothing couples the commodities of tiny, so each takes its cheapest route over the open hubs."""
    instance = read_instance(INSTANCES / "tiny")
    sites = [instance.site_position[name] for name in hubs]
    every = np.ix_(np.arange(len(instance.commodities)), sites, sites)
    cheapest = price_routes(instance, build_network(instance), *every).total.min(axis=(1, 2))
    fixed = sum(instance.sites[site].fixed_cost for site in sites)
    assert fixed + float(instance.commodities.volume @ cheapest) == pytest.approx(total)
    assert f"{total:,} |" in (INSTANCES / "tiny" / "README.md").read_text(encoding="utf-8").replace("**", "")


VAN, TRUCK = 0.5, 1.0
LEGS_OF = {
    "B": [(VAN, 7, 1), (VAN, 5, 1), (VAN, 5, 1), (VAN, 5, 3), (TRUCK, 5, 2), (VAN, 8, 3)],
    "BD": [(VAN, 7, 1), (VAN, 5, 1), (VAN, 5, 1), (VAN, 5, 1), (TRUCK, 5, 2), (VAN, 8, 1)],
    "BE": [(VAN, 7, 1), (VAN, 5, 1), (VAN, 5, 1), (TRUCK, 5, 3), (TRUCK, 5, 1)],
}
"""EUR/km, departures a week and hundreds of km of each leg in the README of tiny-vehicles."""


@pytest.mark.parametrize(("hubs", "total"), [("B", 440_500), ("BD", 418_000), ("BE", 453_000), ("BDE", 518_000)])
def test_the_hand_calculation_in_the_readme_of_tiny_with_vehicles(hubs, total, netdesign):
    """Vehicles are added up from the table of the README, the engine finds the same, and the README says so."""
    vehicles = sum(eur * departures * 100 * km * 2 * 50 for eur, departures, km in LEGS_OF.get(hubs, LEGS_OF["BD"]))
    passes = {"B": 1_050}.get(hubs, 1_800)
    assert vehicles + 10 * passes + 50_000 + 100_000 * (len(hubs) - 1) == total
    rows = json.loads(netdesign("compare", "tiny-vehicles", ",".join(hubs), "--format", "json").out)
    assert json.dumps(rows).count(f"{total:.1f}") > 0
    text = (INSTANCES / "tiny-vehicles" / "README.md").read_text(encoding="utf-8").replace("**", "")
    assert f"| {total:,} |" in text
