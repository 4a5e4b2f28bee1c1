"""Failures of networks with chosen hub links cost what brute force says, and false ones are contradicted."""

from __future__ import annotations

import itertools
from random import Random
from typing import TYPE_CHECKING

import pytest

import netdesign as nd
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from tests.analysis.test_failures import SAME, add_failures, answer, rate_of
from tests.support.link_failures_brute import LinkFailuresBrute
from tests.support.links_strategies import links_document
from tests.support.solving import written

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_failures import NetworkFailuresPart, OperationPart
    from tests.support.solving import Document


def ways_of(part: NetworkPart | OperationPart) -> list[tuple[tuple[str, str, str], tuple[str, ...], float]]:
    """Return ends and stream, hubs in order, and tonnes of each route of a plan."""
    assert part.plan is not None
    routes = part.plan.routes
    assert routes.between is not None
    columns = zip(
        *(routes.origin, routes.destination, routes.stream, routes.first_hub),
        *(routes.between, routes.last_hub, routes.volume_t_per_year),
        strict=True,
    )
    return [
        ((origin, end, stream), tuple(hub for hub, _ in itertools.groupby((first, *between, last))), tonnes)
        for origin, end, stream, first, between, last, tonnes in columns
    ]


def room_of(document: Document, network: NetworkPart) -> dict[str, float]:
    """Return what the sites of a network may lift, t/year."""
    surge, rows = document["failures"]["surge_share"], {hub["id"]: hub for hub in document["tables"]["hubs"]}
    capacity = document.get("policies", {}).get("capacity")
    is_handled = capacity is None or capacity.get("counts", "handled") == "handled"
    usual = dict.fromkeys(network.open_hubs, 0.0)
    for _, way, tonnes in ways_of(network):
        for hub in way if is_handled else way[:1]:
            usual[hub] += tonnes
    return {
        hub: (1 + surge) * (lifted if capacity is None else rows[hub].get("capacity_t_per_year", lifted))
        for hub, lifted in usual.items()
    }


def outages_of(document: Document, network: NetworkPart) -> set[frozenset[str]]:
    """Return what may be out: sites, lanes in use, links in use."""
    overseas = {row["id"] for row in document["tables"].get("overseas", [])}
    found = {frozenset([hub]) for hub in network.open_hubs}
    for (origin, end, _), way, _ in ways_of(network):
        found |= {frozenset((origin, way[0]))} if origin in overseas else set()
        found |= {frozenset((way[-1], end))} if end in overseas else set()
        found |= set(map(frozenset, itertools.pairwise(way)))
    return found


def agrees(document: Document, network: NetworkPart, found: NetworkFailuresPart) -> int:
    """Compare the failures of one network with brute force; return how many links fail."""
    block, room, part_of_year = document["failures"], room_of(document, network), document["failures"]["days"] / 365
    assert network.plan is not None
    assert network.plan.links is not None
    assert {frozenset(one.out) for one in found.outages} == outages_of(document, network)

    def brute(out: tuple[str, ...]) -> LinkFailuresBrute:
        hubs, links = tuple(network.open_hubs), network.plan.links
        return LinkFailuresBrute(document, hubs, links, block["unserved_penalty_eur_per_t"], out)

    whole, expected = brute(()).cheapest(room), 0.0
    assert found.whole.objective == pytest.approx(whole, rel=SAME, abs=1e-3)
    for one in found.outages:
        left = brute(tuple(one.out))
        cost = left.cheapest(room)
        assert one.operation.objective == pytest.approx(cost, rel=SAME, abs=1e-3), one.out
        assert one.per_year == rate_of(block, one)
        expected += one.per_year * (cost - whole) * part_of_year
        rest = agrees_on_freight(left, one.operation, block["unserved_penalty_eur_per_t"])
        assert one.not_served_t == pytest.approx(rest * part_of_year, rel=1e-6, abs=1e-3)
    assert found.expected_cost == pytest.approx((network.objective or 0.0) + expected, rel=1e-5, abs=1e-2)
    return sum(one.kind == "inter_hub" for one in found.outages)


def agrees_on_freight(left: LinkFailuresBrute, operation: OperationPart, penalty: float) -> float:
    """Price the plan of an operation by brute force; return what it leaves, t/year."""
    rows = {(c.origin, c.destination, c.stream): r for r, c in enumerate(left.commodities)}
    rest, cost = float(left.volume.sum()), left.fixed_eur
    assert operation.plan is not None
    assert operation.plan.links is not None
    links = set(map(frozenset, left.links_left))
    assert set(map(frozenset, operation.plan.links)) <= links
    for ends, way, tonnes in ways_of(operation):
        r = rows[ends]
        assert set(way) <= set(left.left)
        assert set(map(frozenset, itertools.pairwise(way))) <= links
        assert left.is_open(r, way)
        cost += tonnes / left.commodities[r].volume * left._route_cost(r, way)
        rest -= tonnes
    assert cost + rest * penalty == pytest.approx(operation.objective, rel=SAME, abs=1e-2)
    return rest


def agree_on(seed: int, folder: Path) -> int | None:
    """Compare the failures of the best networks of a draw; return how many links fail, None without any network."""
    draw = Random(f"failures of links {seed}")
    document = links_document(draw, draw.choice(("multiple", "single")))
    add_failures(draw, document)
    try:
        found = answer(document, folder, most=2)
    except InstanceError:
        return None
    if not found.networks:
        return None
    assert found.failures is not None
    pairs = zip(found.networks, found.failures.networks, strict=True)
    return sum(agrees(document, network, failures) for network, failures in pairs)


def test_failures_cost_what_brute_force_says(tmp_path: Path) -> None:
    found = [agree_on(seed, tmp_path) for seed in range(5)]
    assert sum(links or 0 for links in found) > 2


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_failures_of_many_networks_cost_what_brute_force_says(tmp_path: Path) -> None:
    found = [agree_on(seed, tmp_path) for seed in range(5, 125)]
    assert sum(links is not None for links in found) >= 50
    assert sum(links or 0 for links in found) >= 100


RING = """
format: netdesign.instance/1
name: ring
parcel: {weight_kg: 1}
streams: {all: {}}
problem: {network: chosen}
factors: {inter_hub: 0.5}
failures: {days: 73, surge_share: 1000, unserved_penalty_eur_per_t: 100, hubs_per_year: 1, inter_hub_legs_per_year: 1}
policies:
  hub_count: {min: 3, max: 3}
  hub_links: {min: 3}
tables:
  cities: [{id: A}, {id: B}, {id: C}]
  hubs: [{id: A, fixed_cost_eur_per_year: 1}, {id: B, fixed_cost_eur_per_year: 1}, {id: C, fixed_cost_eur_per_year: 1}]
  legs:
    - {from: A, to: B, cost_eur_per_t: 2}
    - {from: B, to: A, cost_eur_per_t: 2}
    - {from: B, to: C, cost_eur_per_t: 2}
    - {from: C, to: B, cost_eur_per_t: 2}
    - {from: A, to: C, cost_eur_per_t: 3}
    - {from: C, to: A, cost_eur_per_t: 3}
  hub_links:
    - {from: A, to: B, fixed_cost_eur_per_year: 5}
    - {from: B, to: C, fixed_cost_eur_per_year: 5}
    - {from: A, to: C, fixed_cost_eur_per_year: 5}
  demand:
    - {origin: A, destination: C, volume_t_per_year: 50}
    - {origin: B, destination: C, volume_t_per_year: 10}
"""


def test_a_link_that_is_out_sends_freight_over_the_others(tmp_path: Path) -> None:
    """By hand, in 73 of 365 days: from A to C a tonne pays 1.5 over the link, 2 over B, and 3 without A or C."""
    file = tmp_path / "ring.yaml"
    file.write_text(RING, encoding="utf-8")
    found = nd.stress(file, failures=True, most=1)
    [network] = found.failures.networks
    assert network.whole.objective == pytest.approx(3 + 15 + 50 * 1.5 + 10)
    by_name = {"-".join(one.out): one for one in network.outages}
    costs = {name: one.cost_eur for name, one in by_name.items()}
    assert costs == pytest.approx({"A": 15, "B": 2, "C": 17, "A-C": 5, "B-C": 2})
    link = by_name["A-C"]
    assert link.operation.plan.links == [("A", "B"), ("B", "C")]
    assert link.operation.plan.routes.between == [["B"], []]
    assert by_name["B"].operation.plan.links == [("A", "C")]
    assert network.expected_cost == pytest.approx(103 + 41)
    assert "link A-C" in str(found)
    assert "leg A-C" not in str(found)


def test_what_a_route_may_pass_stays_while_something_is_out(tmp_path: Path) -> None:
    """By hand: with A-C out no route passes two links, so that 50 t pay 3 a tonne over A or C alone."""
    file = tmp_path / "ring.yaml"
    file.write_text(RING.replace("{min: 3}", "{min: 3, most_on_a_route: 1}"), encoding="utf-8")
    [network] = nd.stress(file, failures=True, most=1).failures.networks
    assert {"-".join(one.out): one.cost_eur for one in network.outages}["A-C"] == pytest.approx(15)


def test_an_operation_over_a_link_that_is_out_is_contradicted(tmp_path: Path) -> None:
    document = links_document(Random(5))
    add_failures(Random(1), document)
    found = answer(document, tmp_path, most=1)
    [network] = found.failures.networks
    one = next(one for one in network.outages if one.kind == "inter_hub")
    one.operation.plan.links.append(tuple(one.out))
    with written(document, tmp_path):
        contradictions, _ = verify(str(tmp_path), found)
    assert any("hub links that are left" in text for text in contradictions.contradictions)


def test_the_only_hub_of_a_connected_network_may_be_out(tmp_path: Path) -> None:
    """Then nothing is carried, and nothing has to be joined."""
    file = tmp_path / "ring.yaml"
    text = RING.replace("hub_count: {min: 3, max: 3}", "hub_count: {min: 1, max: 1}")
    file.write_text(text.replace("{min: 3}", "{connected: true}"), encoding="utf-8")
    [network] = nd.stress(file, failures=True, most=1).failures.networks
    [outage] = network.outages
    assert outage.not_served_t == pytest.approx(60 / 5)
    assert outage.operation.plan.open_hubs == []
