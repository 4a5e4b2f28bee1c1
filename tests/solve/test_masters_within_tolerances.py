"""Masters are the same program within any tolerance of HiGHS, with presolve and without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.solve.branch_cut.site_relaxation import SiteRelaxation
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.lp.highs import ending, loaded
from tests.solve.test_capacitated_decomposition import drawn as capacitated
from tests.solve.test_capacitated_decomposition import permitted_sets, plain_cost, search
from tests.solve.test_coupled_cuts import CHECKED, at_once
from tests.solve.test_coupled_cuts import drawn as coupled
from tests.support.coupled_strategies import minima_document
from tests.support.solving import question

if TYPE_CHECKING:
    from netdesign.solve.lp.session import LpSession

TOLERANCES = (1e-6, 5e-7, 2e-7, 1e-7, 5e-8, 1e-8, 1e-9)


@pytest.fixture
def masters(monkeypatch: pytest.MonkeyPatch) -> list[LpSession]:
    """All masters of the test."""
    begun, begin = [], SiteRelaxation.__init__

    def keep(self: SiteRelaxation[Any], master: LpSession, *rest: Any) -> None:
        begin(self, master, *rest)
        begun.append(master)

    monkeypatch.setattr(SiteRelaxation, "__init__", keep)
    return begun


def assert_same_within_tolerances(master: LpSession) -> None:
    """Solve the last program of a master in many ways."""
    found = []
    for presolve in ("on", "off"):
        for tolerance in TOLERANCES:
            highs = loaded(master.held, {"primal_feasibility_tolerance": tolerance, "presolve": presolve})
            highs.run()
            is_optimal = ending(highs) is Termination.OPTIMAL
            found.append(highs.getInfo().objective_function_value if is_optimal else np.inf)
    assert np.allclose(found, found[0], rtol=1e-5)


@pytest.mark.parametrize("draw_of", [minima_document, at_once])
@pytest.mark.parametrize("seed", [*range(6), 11, 31, 32])
def test_relaxations_of_coupled_freight_are_the_same(seed, draw_of, masters, tmp_path):
    """The last three were infeasible with presolve, within tolerances at which what parts take was rounded down."""
    Decomposition(question(coupled(seed, tmp_path, draw_of), watch=Watch(CHECKED))).solve()
    assert masters
    for master in masters:
        assert_same_within_tolerances(master)


@pytest.mark.parametrize("short", [0.0, 2e-10, 5e-10])
def test_capacities_that_suffice_but_for_rounding_do(short, masters):
    """They may be those of any set of sites."""
    compared = 0
    for seed in range(25):
        draw, matrices, capacities, rules = capacitated(seed, 5)
        sites = draw.sample(range(matrices.sites), draw.randint(1, matrices.sites))
        share = np.array([draw.random() for _ in sites])
        limit = capacities.limit.copy()
        limit[sites] = share / share.sum() * capacities.freight * (1.0 - short)
        own = replace(capacities, limit=np.minimum(limit, capacities.freight))
        wider = replace(own, limit=own.limit * (1.0 + 1e-8))
        optimum = min((plain_cost(matrices, wider, hubs) for hubs in permitted_sets(rules)), default=np.inf)
        state, _ = search(matrices, own, rules)
        assert state.incumbent == pytest.approx(optimum, rel=1e-6)
        compared += bool(np.isfinite(optimum))
    assert compared > 10
    for master in masters:
        assert_same_within_tolerances(master)
