"""The flow forms on instances with overseas airports, capacities and detours that are cheaper than transfers."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.evaluate import evaluate
from netdesign.formulation.flows import flow_data
from netdesign.network import build_network, price_routes
from netdesign.network.routes import unroutable
from netdesign.solve.core.outcome import Termination
from tests.support.solving import engine, read_document
from tests.support.strategies import random_document

PATH, FLOW, SINGLE = (
    catalogue.load_formulation(name)
    for name in ("multiple_allocation_path", "multiple_allocation_flow", "single_allocation_flow")
)
KEPT = ("new_hubs", "hub_count", "required", "forbidden", "exclusive", "fixed_cost_cap_eur_per_year")


def flown_instances(count: int, folder, single: bool, capacity: str | None):
    """Yield random instances, most with overseas airports, without what flow forms refuse."""
    found, seed = 0, 0
    while found < count:
        seed += 1
        document = random_document(Random(10_000 + seed))
        document["streams"] = {name: {k: v for k, v in block.items() if k == "volume_t_per_year"}
                               for name, block in document["streams"].items()}  # fmt: skip
        document["policies"] = {k: v for k, v in document.get("policies", {}).items() if k in KEPT}
        if capacity:
            document["policies"]["capacity"] = {"counts": capacity}
        if single:
            document["problem"] = {"allocation": "single"}
        try:
            instance = read_document(document, folder)
        except InstanceError:
            continue
        network = build_network(instance)
        if not len(unroutable(instance, network)):
            found += 1
            yield instance, network


@pytest.mark.parametrize("draws", [6, pytest.param(30, marks=pytest.mark.long)])
@pytest.mark.parametrize("capacity", [None, "handled", "collected"])
def test_path_and_flow_form_agree(capacity, draws, tmp_path):
    overseas = 0
    for instance, network in flown_instances(draws, tmp_path, single=False, capacity=capacity):
        path, flow = (engine(instance, formulation).solve() for formulation in (PATH, FLOW))
        assert path.termination is flow.termination
        if path.plan is None:
            continue
        figures = (path.objective, path.bound)
        assert (flow.objective, flow.bound) == pytest.approx(figures, rel=1e-6, abs=1e-6)
        assert evaluate(instance, network, flow.plan).violations == ()
        overseas += bool(instance.is_overseas.any())
    assert overseas >= draws // 6


def least_single(instance, network) -> float:
    """Enumerate hubs and allocations of cities; overseas airports choose their hub for each commodity."""
    sites = {site.id: position for position, site in enumerate(instance.sites)}
    commodities, (least, most) = instance.commodities, instance.hub_range
    rows, every = np.arange(len(commodities)), np.arange(len(instance.sites))
    cost = price_routes(instance, network, *np.ix_(rows, every, every)).total * commodities.volume[:, None, None]
    ends = list(zip(commodities.origin.tolist(), commodities.destination.tolist(), strict=True))
    cities = sorted({end for pair in ends for end in pair if not instance.is_overseas[end]})
    policies, best = instance.policies, math.inf
    for number in range(least, most + 1):
        for hubs in itertools.combinations(instance.allowed, number):
            new = sum(instance.sites[sites[hub]].fixed_cost for hub in hubs if hub not in instance.existing)
            groups = all(len(set(group.sites) & set(hubs)) <= 1 for group in policies.exclusive)
            cap = policies.fixed_cost_cap_eur_per_year
            if not instance.required <= set(hubs) or not groups or new > (math.inf if cap is None else cap):
                continue
            opened = [sites[hub] for hub in hubs]
            own = [[sites[instance.nodes[c].id]] if instance.nodes[c].id in hubs else opened for c in cities]
            fixed = sum(instance.sites[k].fixed_cost for k in opened)
            for chosen in itertools.product(*own):
                at = dict(zip(cities, chosen, strict=True))
                total = fixed + sum(
                    float(cost[r][np.ix_([at[i]] if i in at else opened, [at[j]] if j in at else opened)].min())
                    for r, (i, j) in enumerate(ends)
                )
                best = min(best, total)
    return best


def test_single_allocation_leaves_overseas_airports_free(tmp_path):
    overseas = solved = 0
    for instance, network in flown_instances(30, tmp_path, single=True, capacity=None):
        if len(instance.sites) > 4 or len(instance.nodes) > 7:
            continue
        best, solution = least_single(instance, network), engine(instance, SINGLE).solve()
        if best == math.inf:
            assert solution.termination is Termination.INFEASIBLE
            continue
        assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-6, abs=1e-6)
        assert evaluate(instance, network, solution.plan).violations == ()
        overseas += bool(instance.is_overseas.any())
        solved += 1
    assert solved >= 8
    assert overseas >= 3


def test_the_row_against_detours_is_there_only_where_they_pay(tmp_path):
    """In random legs without a metric it binds; distances in a plane never need it."""
    for instance, network in flown_instances(10, tmp_path, single=False, capacity=None):
        model = FLOW.build(instance, network)
        assert hasattr(model, "only_collected_is_transferred") != flow_data(instance, network).is_metric
