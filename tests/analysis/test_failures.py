"""Failures cost what brute force says, and a result that says something else is contradicted."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.analysis.stress.call import StressCall
from netdesign.analysis.stress.stress import stress_networks
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from netdesign.solve.core.limits import SolveLimits, Watch
from tests.support.centres import centres_document
from tests.support.failures_brute import FailuresBrute
from tests.support.services_strategies import services_document
from tests.support.solving import written
from tests.support.strategies import carbon_document, random_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.stress_failures import NetworkFailuresPart, OutagePart
    from tests.support.solving import Document

SAME = 2e-6
"""Relative difference of two costs within which they agree."""


def single(draw: Random) -> Document:
    """Return an instance by the tonne in which each city has one hub."""
    document = random_document(draw)
    document["problem"] = {"allocation": draw.choice(["single", "single_each_way"])}
    return document


DRAWN = {
    "freight": random_document,
    "single": single,
    "carbon": carbon_document,
    "centres": centres_document,
    "vehicles": services_document,
    "overseas": lambda draw: services_document(draw, all_overseas=True, allocation="single_each_way"),
}
"""How instances of a kind are drawn."""


def add_failures(draw: Random, document: Document) -> None:
    """State failures, some of them at rates of their own."""
    block: dict[str, Any] = {
        "days": draw.choice([1, 14, 60]),
        "surge_share": draw.choice([0, 0.1, 0.5, 1000]),
        "unserved_penalty_eur_per_t": draw.choice([50, 2000, 20000]),
        "hubs_per_year": draw.choice([0, 0.02, 0.4]),
        "lanes_per_year": draw.choice([0.05, 0.3]),
        "inter_hub_legs_per_year": 0.1,
    }
    hubs = [hub["id"] for hub in document["tables"]["hubs"]]
    rates: list[dict[str, Any]] = [{"hub": draw.choice(hubs), "per_year": 0.7}]
    if len(hubs) > 1:
        one, other = draw.sample(hubs, 2)
        rates.append({"from": one, "to": other, "per_year": 0.25})
    lanes = [link for link in document["tables"].get("links", []) if link.get("mode") == "air"]
    if lanes:
        lane = draw.choice(lanes)
        rates.append({"from": lane["to"], "to": lane["from"], "per_year": 0.15})
    document["failures"] = block | {"rates": rates}


def answer(document: Document, folder: Path, **options: Any) -> StressDocument:
    """Return the failures of a document, which the referee then confirms."""
    with written(document, folder):
        call = StressCall(failures=True, **options)
        _, found = stress_networks(str(folder), call, Watch(SolveLimits(relative_gap=1e-9)))
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def rate_of(block: dict[str, Any], one: OutagePart) -> float:
    """Return how often something fails, as the block states it."""
    for rate in block["rates"]:
        if {rate.get("hub"), rate.get("from"), rate.get("to")} - {None} == set(one.out):
            return float(rate["per_year"])
    return float(block[{"hub": "hubs_per_year", "lane": "lanes_per_year"}.get(one.kind, "inter_hub_legs_per_year")])


def room_of(document: Document, network: NetworkPart) -> dict[str, float]:
    """Return what the sites of a network may lift, t/year."""
    surge, rows = document["failures"]["surge_share"], {hub["id"]: hub for hub in document["tables"]["hubs"]}
    assert network.plan is not None
    routes, usual = network.plan.routes, dict.fromkeys(network.open_hubs, 0.0)
    for first, last, tonnes in zip(routes.first_hub, routes.last_hub, routes.volume_t_per_year, strict=True):
        for hub in {first, last}:
            usual[hub] += tonnes
    has_capacity = "capacity" in document.get("policies", {})
    return {
        hub: (1 + surge) * (rows[hub].get("capacity_t_per_year", lifted) if has_capacity else lifted)
        for hub, lifted in usual.items()
    }


def outages_of(document: Document, network: NetworkPart) -> list[frozenset[str]]:
    """Return what may be out: sites, lanes in use, legs in use between sites."""
    assert network.plan is not None
    routes, overseas = network.plan.routes, {row["id"] for row in document["tables"].get("overseas", [])}
    found = {frozenset([hub]) for hub in network.open_hubs}
    for origin, destination, first, last in zip(
        routes.origin, routes.destination, routes.first_hub, routes.last_hub, strict=True
    ):
        found |= {frozenset((origin, first))} if origin in overseas else set()
        found |= {frozenset((last, destination))} if destination in overseas else set()
        found |= {frozenset((first, last))} if first != last else set()
    return sorted(found, key=sorted)


def agrees(document: Document, network: NetworkPart, found: NetworkFailuresPart) -> None:
    """Compare the failures of one network with brute force."""
    block, room = document["failures"], room_of(document, network)
    hubs, part_of_year = tuple(network.open_hubs), block["days"] / 365
    assert sorted((frozenset(one.out) for one in found.outages), key=sorted) == outages_of(document, network)
    whole = FailuresBrute(document, block["unserved_penalty_eur_per_t"], ()).cheapest(hubs, room)
    assert found.whole.objective == pytest.approx(whole, rel=SAME, abs=1e-3)
    expected = 0.0
    for one in found.outages:
        brute = FailuresBrute(document, block["unserved_penalty_eur_per_t"], tuple(one.out))
        cost = brute.cheapest(hubs, room)
        assert one.operation.objective == pytest.approx(cost, rel=SAME, abs=1e-3), one.out
        assert one.cost_eur == pytest.approx((cost - whole) * part_of_year, abs=SAME * cost + 1e-3)
        assert one.per_year == rate_of(block, one)
        expected += one.per_year * (cost - whole) * part_of_year
        if "services" not in document:
            _agrees_on_freight(brute, one, part_of_year, cost - sum(brute.fixed[hub] for hub in hubs))
    assert found.expected_cost == pytest.approx((network.objective or 0.0) + expected, rel=1e-5, abs=1e-2)


def _agrees_on_freight(brute: FailuresBrute, one: OutagePart, part_of_year: float, cost: float) -> None:
    """Price the plan of an operation by brute force: what it costs, what is late, what stays."""
    assert one.operation.plan is not None
    routes = one.operation.plan.routes
    ends = {(c.origin, c.destination, c.stream): r for r, c in enumerate(brute.commodities)}
    shares = {
        (ends[origin, destination, stream], first, last): tonnes
        for origin, destination, stream, first, last, tonnes in zip(*routes.model_dump().values(), strict=True)
    }
    priced, late, rest = brute.priced(shares)
    assert priced == pytest.approx(cost, rel=SAME, abs=1e-3)
    assert one.late_t == pytest.approx(late * part_of_year, rel=1e-6, abs=1e-4)
    assert one.not_served_t == pytest.approx(rest * part_of_year, rel=1e-6, abs=1e-3)
    assert sum(one.not_served_by_stream_t.values()) == pytest.approx(one.not_served_t)


def agree_on(kind: str, seed: int, folder: Path) -> bool:
    """Compare the failures of the best networks of a drawn instance; return whether there is any network."""
    draw = Random(f"failures {kind} {seed}")
    document = DRAWN[kind](draw)
    add_failures(draw, document)
    try:
        found = answer(document, folder, most=2)
    except InstanceError:
        return False  # some draws have no network
    if not found.networks:
        return False
    assert found.failures is not None
    for network, failures in zip(found.networks, found.failures.networks, strict=True):
        agrees(document, network, failures)
    costs = [one.expected_cost for one in found.failures.networks]
    assert found.failures.best == found.failures.networks[costs.index(min(costs))].hubs
    return True


@pytest.mark.parametrize("kind", DRAWN)
def test_failures_cost_what_brute_force_says(kind: str, tmp_path: Path) -> None:
    found = [agree_on(kind, seed, tmp_path) for seed in range(4)]
    assert any(found)


@pytest.mark.long
@pytest.mark.parametrize("kind", DRAWN)
def test_failures_of_many_networks_cost_what_brute_force_says(kind: str, tmp_path: Path) -> None:
    assert sum(agree_on(kind, seed, tmp_path) for seed in range(3, 48)) >= 12
