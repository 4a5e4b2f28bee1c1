"""Departures that explain puts on routes are always permitted on their legs, whatever policies the plan then keeps."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from netdesign import catalogue
from netdesign.analysis.explain.departures import plans_with_departures
from netdesign.evaluate import evaluate
from netdesign.instance.policies import Policy
from netdesign.network import build_network
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope
from tests.support.services_strategies import services_document
from tests.support.solving import question, read_document

MODEL = catalogue.load_formulation("scheduled_services")


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(12, 40))])
def test_most_and_fewest_departures_keep_the_terms_of_legs(seed, tmp_path):
    instance = read_document(services_document(Random(f"departures {seed}")), tmp_path)
    found = make_engine(question(instance, MODEL)).solve(SearchScope(task="any"))
    if found.plan is None:
        return
    network = build_network(instance)
    own = evaluate(instance, network, found.plan)
    plans = [*plans_with_departures(instance, network, replace(found.plan, services=()))]
    assert len(plans) == 2
    fast, sparing = (evaluate(instance, network, plan) for plan in plans)
    for one in (fast, sparing):
        assert not [violation for violation in one.violations if violation.policy == Policy.SERVICES]
    if own.service.inside is not None:
        assert fast.service.inside >= own.service.inside
    assert sparing.co2e <= own.co2e * (1 + 1e-9)
