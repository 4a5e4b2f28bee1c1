"""Shadow prices of limits: those at which the cheapest plan known, what the limits allow taken off, is dearest."""

from __future__ import annotations

import numpy as np
import pytest

from netdesign.analysis.measured_problem import Measured
from netdesign.analysis.shadow_prices import shadow_prices

DEAREST = {1: 1e4, 2: 1e4}


def value(plans: list[Measured], limits: dict[int, float], prices: dict[int, float]) -> float:
    return min(
        plan.cost + sum(prices[place] * (plan[place] - most) for place, most in limits.items()) for plan in plans
    )


def test_a_limit_between_two_plans_has_the_price_at_which_they_cost_the_same() -> None:
    plans = [Measured(100.0, 10.0, 0.0), Measured(200.0, 0.0, 0.0)]
    found = shadow_prices(plans, {1: 5.0}, DEAREST)
    assert found is not None
    assert found.prices == {1: pytest.approx(10.0)}
    assert found.value == pytest.approx(150.0)


def test_a_limit_that_the_cheapest_plan_keeps_has_no_price() -> None:
    found = shadow_prices([Measured(100.0, 10.0, 3.0), Measured(200.0, 0.0, 3.0)], {1: 12.0}, DEAREST)
    assert found is not None
    assert found.prices == {1: pytest.approx(0.0)}
    assert found.value == pytest.approx(100.0)


def test_a_limit_that_no_plan_known_keeps_has_the_highest_price() -> None:
    found = shadow_prices([Measured(100.0, 10.0, 3.0)], {1: 2.0, 2: 4.0}, DEAREST)
    assert found is not None
    assert found.prices == {1: pytest.approx(1e4), 2: pytest.approx(0.0)}


@pytest.mark.parametrize("seed", range(20))
def test_no_other_prices_give_more(seed: int) -> None:
    random = np.random.default_rng(seed)
    plans = [Measured(*map(float, one)) for one in random.uniform([1e8, 0, 1e5], [2e8, 5e4, 2e5], (12, 3))]
    limits = {1: float(random.uniform(5e3, 4e4)), 2: float(random.uniform(1.1e5, 1.9e5))}
    found = shadow_prices(plans, limits, DEAREST)
    assert found is not None
    assert found.value == pytest.approx(value(plans, limits, found.prices), rel=1e-9)
    for late, carbon in random.uniform(0.0, 1e4, (2_000, 2)):
        assert value(plans, limits, {1: late, 2: carbon}) <= found.value + 1e-6 * abs(found.value)
