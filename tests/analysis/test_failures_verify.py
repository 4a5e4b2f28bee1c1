"""`verify` contradicts what is changed in a result on failures, and failures are what can be priced by hand."""

from __future__ import annotations

import json
from copy import deepcopy
from random import Random

import pytest

import netdesign as nd
from netdesign.analysis.verify import verify
from netdesign.results.stress_document import StressDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from netdesign.solve.multistage.pricing_processes import Processes
from tests.support.services_strategies import services_document
from tests.support.small_instances import write_instance

CHANGES = [
    ("days", lambda part: part.update(days=15), "failures: days: states 15; the networks give 14"),
    ("best", lambda part: part.update(best=["B"]), "failures: best: states ['B']; the networks give ['B', 'D']"),
    (
        "is_best_of_all",
        lambda part: part["networks"][0].update(failure_cost=1.0),
        "failures: B+D: failure_cost: states 1.0; the plans give 229.369",
    ),
    (
        "rate",
        lambda part: part["networks"][0]["outages"][0].update(per_year=1.0),
        "failures: B+D: B: per_year: states 1.0; the plans give 0.02",
    ),
    (
        "not served",
        lambda part: part["networks"][2]["outages"][0].update(not_served_t=0.0),
        "failures: B: B: not_served_t: states 0.0; the plans give 38.356",
    ),
    (
        "an outage",
        lambda part: part["networks"][0]["outages"].pop(),
        "failures: B+D: outages: are not those of its sites, lanes and legs in use",
    ),
    ("a network", lambda part: part["networks"].pop(), "failures: networks: are 2; 3 were looked at"),
    (
        "a site that is out",
        lambda part: part["networks"][0]["outages"][0]["operation"]["plan"]["open_hubs"].insert(0, "B"),
        "failures: B+D: with B out: the plan is not over the sites that are left, D",
    ),
    (
        "a bound",
        lambda part: part["networks"][0]["whole"].update(bound=9e9),
        "failures: B+D: whole: bound: 9000000000.0 is over the objective 347000.0",
    ),
]


@pytest.fixture(scope="module")
def result() -> dict:
    return json.loads(nd.stress("tiny", failures=True, most=3).document.model_dump_json())


@pytest.mark.parametrize(("name", "change", "message"), CHANGES, ids=[name for name, _, _ in CHANGES])
def test_a_change_is_contradicted(result, name, change, message):
    changed = deepcopy(result)
    change(changed["failures"])
    found, _ = verify("tiny", StressDocument.model_validate(changed))
    assert any(text.startswith(message) for text in found.contradictions)


def test_a_claim_of_being_the_best_is_contradicted_where_it_is_not_proven(result):
    changed = deepcopy(result)
    changed["failures"]["is_best_of_these"] = changed["failures"]["is_best_of_all"] = True
    changed["options"]["most"] = 3
    changed["others_bound"] = 347_000.0
    found, _ = verify("tiny", StressDocument.model_validate(changed))
    assert "failures: is_best_of_all: is not proven" in found.contradictions


def test_the_only_hub_that_is_out_leaves_all_freight():
    answer = nd.stress("tiny", failures=True, networks=["B"], days=73)
    [network] = answer.failures.networks
    [outage] = network.outages
    assert outage.not_served_t == pytest.approx(1000 * 0.2)
    # Without freight the year costs the hub alone, so that its other cost is saved.
    assert outage.cost_eur == pytest.approx(0.2 * (12_000 * 1000 - 350_000))
    assert "While B is out nothing is carried." in answer.sentences


def test_more_surge_never_costs_more():
    costs = []
    for surge in (0, 0.1, 0.5, 1000):
        changes = {"failures": {"surge_share": surge}}
        [network] = nd.stress("benelux", failures=True, networks=["LGG+AMS"], set=changes).failures.networks
        costs.append(network.failure_cost)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1]


def test_expected_cost_follows_rates_and_days():
    def expected(days: int, rate: float) -> float:
        changes = {"failures": {"hubs_per_year": rate, "lanes_per_year": 0, "inter_hub_legs_per_year": 0}}
        [network] = nd.stress("tiny", failures=True, networks=["B+D"], days=days, set=changes).failures.networks
        return network.failure_cost

    assert expected(10, 0.04) == pytest.approx(2 * expected(10, 0.02))
    assert expected(20, 0.02) == pytest.approx(2 * expected(10, 0.02))
    assert expected(10, 0) == 0


def test_no_failure_costs_less_than_nothing_though_rules_do_not_hold():
    # Liège's minimum is dear; while something is out it does not hold, on either side of the difference.
    changes = {"policies.minimum_throughput.hubs.LGG.tonnes_per_year": 60_000}
    [network] = nd.stress("benelux", failures=True, networks=["LGG+AMS"], set=changes).failures.networks
    assert network.whole.objective < network.expected_cost - network.failure_cost
    assert min(one.cost_eur for one in network.outages) >= 0


def test_helpers_find_the_same(monkeypatch):
    monkeypatch.setattr(Processes, "useful_after_s", 0.0)
    alone, shared = (nd.stress("tiny-vehicles", failures=True, most=2, threads=threads) for threads in (1, 2))
    assert shared.failures == alone.failures


def test_a_call_that_is_out_of_time_says_what_is_not_known():
    answer = nd.stress("tiny", failures=True, networks=["B+D"], time_limit=1e-9)
    assert answer.failures is None or answer.failures.best is None
    assert answer.termination == "time_limit"


@pytest.mark.parametrize("name", ["tiny", "tiny-vehicles"])
def test_another_engine_proves_each_operation(name):
    document = nd.stress(name, failures=True, most=2).document
    _, prove = verify(name, document)
    proof = prove(Watch(SolveLimits()), silent)
    assert proof.contradictions == ()
    engine = {"tiny": "monolithic"}.get(name, "enumeration")
    number = sum(1 + len(one.outages) for one in document.failures.networks)
    assert f"failures: {number} of {number} operations were solved again by {engine}" in proof.proofs


def test_another_engine_contradicts_an_operation_that_is_too_dear(result):
    changed = deepcopy(result)
    operation = changed["failures"]["networks"][0]["outages"][0]["operation"]
    operation["objective"] = operation["bound"] = 2 * operation["objective"]
    _, prove = verify("tiny", StressDocument.model_validate(changed))
    [first, *_] = prove(Watch(SolveLimits()), silent).contradictions
    assert first == "failures: B+D: B out: bound: states 860000.00; another engine has a plan of 430000.00 EUR/year"


def test_a_hub_that_lifts_nothing_stands_in_the_whole_network(tmp_path):
    """The plan with a hub out, which may be the cheapest one with nothing out too, has all hubs there."""
    write_instance(tmp_path, services_document(Random(44)))
    found = nd.stress(tmp_path, failures=True, most=3, gap=0)
    whole = found.failures.networks[0].whole
    assert whole.plan.open_hubs == found.failures.networks[0].hubs == ["S1", "S0"]
    assert set(whole.plan.routes.first_hub) == {"S1"}
    assert not verify(str(tmp_path), found.document)[0].contradictions
