"""Generated instances for measuring: the same on every machine, feasible, and like what has been published."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import engine_instances
from benchmarks.engine_instances import ap_like, capacities, euclidean, fixed_costs, simple_plan, write, write_ap
from benchmarks.scip_run import export_words
from netdesign.instance import read_instance
from netdesign.instance.published.reading import Reading
from scripts.doc_measurements import verdict
from tests.support.literature import collection

KINDS = pytest.mark.parametrize("kind", ["L", "T"])


def traffic(nodes: int) -> np.ndarray:
    """Return what cities send, with a few large ones as in AP."""
    return np.random.default_rng(1).lognormal(0.0, 1.4, nodes)


@pytest.mark.parametrize("make", [euclidean, ap_like])
def test_random_instances_are_dense_and_the_same_each_time(make):
    (place, flow), (again_place, again_flow) = make(30), make(30)
    assert np.array_equal(place, again_place)
    assert np.array_equal(flow, again_flow)
    assert (flow > 0).all()
    assert flow.sum() == pytest.approx(1000)


def test_ap_like_flows_have_heavy_tails_and_start_with_the_largest_city():
    """The largest hundredth of the flows of APdata200 is 35 % of its freight; plain random ones have far less."""

    def top(flow: np.ndarray) -> float:
        return np.sort(flow, axis=None)[-flow.size // 100 :].sum() / flow.sum()

    flow = ap_like(200)[1]
    assert 0.3 < top(flow) < 0.5
    assert top(euclidean(200)[1]) < 0.2
    assert (np.diff(flow.sum(axis=1)) <= 0).all()


def test_a_random_instance_is_read_as_it_was_made(tmp_path):
    place, flow = ap_like(10)
    write_ap(place, flow, tmp_path / "aplike.10")
    instance = read_instance(tmp_path / "aplike.10", [], Reading("ap"))
    assert instance.commodities.volume.sum() == pytest.approx(1000)
    assert np.array_equal(instance.commodities.volume, flow.ravel())


def test_an_instance_with_few_sites_has_one_existing_hub(tmp_path):
    write("sites.120", tmp_path / "sites")
    instance = read_instance(tmp_path / "sites", [])
    assert len(instance.commodities.volume) == 120 * 120
    assert len(instance.sites) == 100
    assert instance.existing == {"1"}


@KINDS
def test_fixed_costs_are_the_same_each_time_and_near_the_published_mean(kind):
    costs = fixed_costs(1000.0, traffic(50), kind)
    assert np.array_equal(costs, fixed_costs(1000.0, traffic(50), kind))
    assert (costs > 0).all()
    assert costs.mean() == pytest.approx(1000, rel=0.2)


def test_tight_fixed_costs_grow_with_traffic_and_loose_ones_do_not():
    both_ways = traffic(100)
    tight, loose = (np.corrcoef(fixed_costs(1000.0, both_ways, kind), both_ways)[0, 1] for kind in "TL")
    assert tight > 0.9
    assert abs(loose) < 0.3


@KINDS
@pytest.mark.parametrize("nodes", [5, 40, 50])
def test_capacities_are_the_same_each_time_and_some_plan_keeps_them(kind, nodes):
    sent = traffic(nodes)
    capacity = capacities(sent, kind)
    assert np.array_equal(capacity, capacities(sent, kind))
    hub = simple_plan(capacity, sent)
    assert hub is not None
    assert all(hub[site] == site for site in set(hub))
    assert (np.bincount(hub, sent, nodes) <= capacity).all()


def test_capacities_that_no_simple_plan_keeps_are_refused():
    assert simple_plan(np.array([5.0, 1.0]), np.array([4.0, 2.0])) is None


def test_a_draw_that_no_plan_keeps_is_drawn_again():
    """One city alone: a tight capacity is under what it sends in four of ten draws."""
    for size in (1.0, 2.0, 3.0):
        sent = np.array([size])
        assert capacities(sent, "T")[0] >= size


def test_tight_capacities_are_tighter_and_neither_follows_traffic():
    sent = traffic(100)
    loose, tight = (capacities(sent, kind) for kind in "LT")
    assert tight.sum() < 0.6 * loose.sum()
    assert max(abs(np.corrcoef(capacity, sent)[0, 1]) for capacity in (loose, tight)) < 0.3


@KINDS
def test_generated_figures_are_as_loose_as_the_published_ones(kind, monkeypatch):
    """For 25 cities both exist: means differ by a third at most, and so do the largest."""
    monkeypatch.setattr(engine_instances, "PUBLISHED", collection())
    for name in (f"Fcost{kind}", f"Cap{kind}"):
        text = (collection() / "ap" / f"{name}.25").read_text(encoding="utf-8")
        published, generated = np.array(text.split(), dtype=float), engine_instances.ap_costs_or_capacities(name, 25)
        assert generated.mean() == pytest.approx(published.mean(), rel=0.34)
        assert generated.max() == pytest.approx(published.max(), rel=0.34 if name != "FcostT" else 0.6)


def test_a_number_of_hubs_is_a_policy_in_an_export():
    assert export_words(["f", "--hubs", "3", "--nodes", "25"])[:3] == [
        "f",
        "--set",
        "policies.hub_count={min: 3, max: 3}",
    ]


MET = {"check": "", "gap": "1e-9", "termination": "optimal", "goal_s": "10", "goal_gap": "", "seconds": "9.5"}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({}, "met"),
        ({"seconds": "10.5"}, "proven, but later"),
        ({"goal_s": ""}, "proven"),
        ({"gap": "0.013", "termination": "time_limit"}, "open: gap 1.30 %"),
        ({"gap": "0.0041", "termination": "time_limit", "goal_gap": "0.005"}, "met: gap under 0.5 %"),
        ({"gap": "0.0061", "termination": "time_limit", "goal_gap": "0.005"}, "open: gap 0.61 %"),
        ({"gap": "0.000002", "termination": "time_limit"}, "open: gap 2.0e-06"),
        ({"gap": "", "termination": "time_limit"}, "open: no plan"),
        ({"gap": "", "termination": ""}, "open: no plan"),
        ({"gap": "", "termination": "infeasible"}, "**infeasible**"),
        ({"check": "contradicts"}, "**contradicts the published value**"),
    ],
)
def test_a_measurement_is_judged_by_its_goal(changed, word):
    assert verdict(MET | changed) == word
