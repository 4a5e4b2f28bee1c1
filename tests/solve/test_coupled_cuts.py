"""Decomposition where policies couple the freight: brute force, model, enumeration and cuts agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.errors import InstanceError, SolverError
from netdesign.network import build_network
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.coupled.by_cuts import heuristic
from netdesign.solve.coupled.by_cuts import search as cut_search
from netdesign.solve.coupled.by_cuts.known import KnownPlan
from netdesign.solve.coupled.by_cuts.oracle import GateOracle, SharePoint
from netdesign.solve.coupled.by_cuts.parts import freight_parts
from netdesign.solve.coupled.by_cuts.prices import PriceSearch
from netdesign.solve.coupled.by_cuts.relaxation import CoupledRelaxation
from netdesign.solve.coupled.by_cuts.rows import coupling_rows
from netdesign.solve.coupled.by_cuts.shortage import ShortageCuts
from netdesign.solve.coupled.freight import is_coupled_in_parts
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.enumeration import Enumeration
from tests.solve.test_agreement import policies_that_decide, route_faults
from tests.support.coupled_strategies import KINDS, coupled_document, minima_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from netdesign.instance import Instance

DRAWS, QUICK, AT_ONCE, QUICK_AT_ONCE = 300, range(12), 900, (10, 14, 21, 56, *range(6))
BINDING = ("air_lane", "minimum_throughput hard", "minimum_throughput priced", "deadline priced")
LEAST_BINDING = 50
CHECKED = SolveLimits(relative_gap=0.0, checks_cuts=True)


def at_once(draw: Random) -> Any:
    """Return an instance in which all kinds of policies couple the freight."""
    return coupled_document(draw, at_once=True)


PATTERNS_ARE_MANY = {"most_patterns": 1}
"""Sets of two hubs or more have too many patterns of lanes to be looked at."""

CUTS_ALONE = PATTERNS_ARE_MANY | {"least_sets": 0, "sets_a_round": 0}
"""Nor are sets listed."""

FEW_HUBS_LISTED = {"least_sets": 4, "sets_a_round": 0}
"""Sets of the least numbers of hubs alone are listed, and the others left to cuts."""

WAYS = ({}, CUTS_ALONE, FEW_HUBS_LISTED)


def tune(monkeypatch: pytest.MonkeyPatch, changes: dict[str, int]) -> None:
    """Change constants of the search."""
    tuning = replace(heuristic.TUNING, **changes)
    for module in (heuristic, cut_search):
        monkeypatch.setattr(module, "TUNING", tuning)
    monkeypatch.setattr(cut_search.CoupledRounds, "tuning", tuning)


def agreed(seed: int, folder: Path, draw_of: Callable[[Random], Any] = minima_document) -> tuple[str, ...]:
    """Solve a draw by brute force, cuts and model; return which policies decide."""
    return policies_that_decide(draw_of(Random(seed)), folder, ("decomposition", "monolithic"), CHECKED)


def test_cuts_model_and_brute_force_agree(tmp_path):
    binding = {part for seed in QUICK for part in agreed(seed, tmp_path)}
    assert set(BINDING) <= binding


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_they_agree_where_each_minimum_decides_often(tmp_path):
    binding = Counter(part for seed in range(DRAWS) for part in agreed(seed, tmp_path))
    assert {part: binding[part] for part in BINDING if binding[part] < LEAST_BINDING} == {}


@pytest.mark.parametrize("changes", [WAYS[0], *(pytest.param(one, marks=pytest.mark.long) for one in WAYS[1:])])
def test_they_agree_where_lanes_minima_capacities_shares_and_caps_are_in_force_at_once(changes, tmp_path, monkeypatch):
    tune(monkeypatch, changes)
    binding = {part for seed in QUICK_AT_ONCE for part in agreed(seed, tmp_path, at_once)}
    assert [kind for kind in KINDS if not binding.intersection(kind)] == []


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    ("changes", "draws", "least"), [(WAYS[0], AT_ONCE, LEAST_BINDING), *((way, 180, 10) for way in WAYS[1:])]
)
def test_they_agree_where_each_kind_of_policy_decides_often_beside_another_one(
    changes, draws, least, tmp_path, monkeypatch
):
    tune(monkeypatch, changes)
    binding: Counter[tuple[str, ...]] = Counter()
    for seed in range(draws):
        decide = set(agreed(seed, tmp_path, at_once))
        kinds = [kind for kind in KINDS if decide.intersection(kind)]
        binding.update(kinds if len(kinds) > 1 else ())
    assert {kind: binding[kind] for kind in KINDS if binding[kind] < least} == {}


def with_late_freight(document: dict[str, Any]) -> None:
    """No freight is in time, and half of it has to be."""
    for stream in document["streams"].values():
        stream |= {"deadline_h": 1.0}
        stream.pop("deadline", None)
        stream.pop("late_penalty_eur_per_parcel", None)
    document["policies"]["service"] = {"share": 0.5}


def with_little_carbon(document: dict[str, Any]) -> None:
    """Each route emits more than the cap has for a tonne."""
    for leg in document["tables"].get("legs", ()):
        leg["co2e_kg_per_t"] = 50
    document.setdefault("air", {})["co2e_g_per_tkm"] = 10
    document["policies"]["carbon"] = {"cap_t_per_year": 0.1}


def with_large_minima(document: dict[str, Any]) -> None:
    """Any two hubs need more than there is, and so many have to open."""
    hubs = [{"site": hub["id"], "share": 0.6} for hub in document["tables"]["hubs"]]
    document["policies"] |= {
        "minimum_throughput": {"counts": "all", "hubs": hubs},
        "hub_count": {"min": 2, "max": len(hubs)},
    }
    for policy in ("new_hubs", "required", "forbidden", "exclusive"):
        document["policies"].pop(policy, None)
    for hub in document["tables"]["hubs"]:
        hub["status"] = "candidate"


@pytest.mark.parametrize("changes", WAYS)
@pytest.mark.parametrize("impossible", [with_late_freight, with_little_carbon, with_large_minima])
def test_a_question_without_a_plan_is_infeasible(impossible, changes, tmp_path, monkeypatch):
    """Not undecided: what is short is proven, whatever it might cost."""
    tune(monkeypatch, changes)
    compared = 0
    for seed in range(12):
        document = minima_document(Random(seed))
        impossible(document)
        try:
            instance = read_document(document, tmp_path)
        except InstanceError:
            # One site alone may open.
            continue
        if is_coupled_in_parts(instance) and not route_faults(instance, build_network(instance)):
            solution = Decomposition(question(instance, watch=Watch(CHECKED))).solve()
            assert solution.termination is Termination.INFEASIBLE
            compared += 1
    assert compared > 3


def drawn(seed: int, folder: Path, draw_of: Callable[[Random], Any] = minima_document) -> Instance:
    """Return the first drawn instance from a seed on that is coupled in parts, and in which all freight has a route."""
    while True:
        instance = read_document(draw_of(Random(seed)), folder)
        if is_coupled_in_parts(instance) and not route_faults(instance, build_network(instance)):
            return instance
        seed += 1000


def oracle_of(instance: Instance) -> tuple[CoupledBounds, GateOracle]:
    state = SearchState(Watch(SolveLimits()))
    bounds = CoupledBounds(instance, build_network(instance), state)
    parts = freight_parts(bounds.freight, bounds.rows, bounds.matrices)
    rows = coupling_rows(instance, bounds.freight, bounds.rows, parts)
    return bounds, GateOracle(parts, rows, 10.0 * bounds.matrices.largest_cost, state)


def random_point(draw: np.random.Generator, airports: int, sites: int) -> SharePoint:
    """Return a point at which every site is open to some share, and the lanes of each airport by 1 at least."""
    is_open = draw.uniform(0.2, 1.0, sites)
    whole = draw.integers(sites)
    is_open[whole] = 1.0
    lanes = is_open * draw.choice([0.0, 0.3, 1.0], (airports, sites))
    lanes[:, whole] = np.maximum(lanes[:, whole], 1.0 - np.delete(lanes, whole, axis=1).sum(axis=1))
    return SharePoint(is_open, lanes)


def asked_of(oracle: GateOracle, cuts: Any, at: SharePoint, served: Any) -> np.ndarray:
    """Return what cuts demand of each part at a point, with what it takes where it is served, EUR/year."""
    gates = np.append(at.lanes, at.is_open[None], axis=0)[oracle.freight.airport]
    paid = (cuts.pay * served.taken).sum(axis=1)
    return np.asarray(cuts.const - cuts.hub @ at.is_open - (cuts.gate * gates).sum(axis=1) + paid)


def is_whole(oracle: GateOracle, served: Any) -> np.ndarray:
    """Return which parts are served whole: at a point, all ways in time may be too few for some."""
    sites = oracle.freight.sites
    return np.isclose(served.taken[:, sites : 2 * sites].sum(axis=1), oracle.freight.volume)


@pytest.mark.parametrize("draw_of", [minima_document, coupled_document])
@pytest.mark.parametrize("seed", range(12))
def test_cuts_are_tight_where_they_are_made_and_hold_everywhere(seed, draw_of, tmp_path):
    _, oracle = oracle_of(drawn(seed, tmp_path, draw_of))
    draw, freight = np.random.default_rng(seed), oracle.freight
    for salt in range(2):
        at = random_point(draw, freight.airports, freight.sites)
        prices = draw.uniform(0.0, 50.0, oracle.rows.number)
        cuts, served = oracle.cuts(at, prices, salt), oracle.served(at, prices)
        whole, scale = is_whole(oracle, served), np.abs(served.cost).max()
        assert np.allclose(asked_of(oracle, cuts, at, served)[whole], served.cost[whole], atol=1e-9 * scale)
        for _ in range(20):
            other = random_point(draw, freight.airports, freight.sites)
            elsewhere = oracle.served(other, prices)
            over = asked_of(oracle, cuts, other, elsewhere) - elsewhere.cost
            assert over[is_whole(oracle, elsewhere)].max(initial=0.0) <= 1e-9 * scale


def test_cuts_on_what_is_short_hold_for_plans(tmp_path):
    """At points that are hardly open anywhere much is short; where a plan opens hubs and lanes nothing is."""
    made = 0
    for seed in range(10):
        instance = drawn(seed, tmp_path, at_once)
        bounds, oracle = oracle_of(instance)
        solution = Enumeration(question(instance)).solve()
        if solution.plan is None:
            continue
        known = KnownPlan.of(solution.plan, bounds, oracle.freight, oracle.rows.activities)
        draw, short = np.random.default_rng(seed), ShortageCuts(oracle, SearchState(Watch(SolveLimits())))
        assert short.at(known.point, 0) is None
        for salt in range(6):
            at = random_point(draw, oracle.freight.airports, oracle.freight.sites)
            cuts = short.at(SharePoint(0.5 * at.is_open, 0.5 * at.lanes), salt)
            if cuts is not None:
                assert not cuts.is_on_cost
                assert asked_of(oracle, cuts, known.point, known).max() <= 1e-7 * oracle.freight.volume.sum()
                made += 1
    assert made > 5


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_paid_at_prices_that_are_rounding(seed, tmp_path):
    """HiGHS takes entries up to 1e-9 for none, also such that make a cut hold."""
    _, oracle = oracle_of(drawn(seed, tmp_path, at_once))
    draw, freight, rows = np.random.default_rng(seed), oracle.freight, oracle.rows
    tonnes, state = float(freight.volume.sum()), SearchState(Watch(SolveLimits()))
    at = random_point(draw, freight.airports, freight.sites)
    # What a tonne costs on average is 1 EUR.
    search = PriceSearch(oracle, tonnes, np.full(rows.number, 1e3), state)
    prices = 10.0 ** draw.uniform(-20.0, 1.0, rows.number)
    found = search.filled(SharePoint(at.is_open, at.is_open + np.zeros_like(at.lanes)), prices)
    assert np.array_equal(found, np.where(prices > 1e-9, prices, 0.0))
    assert (prices < 1e-9).any()
    cuts = oracle.cuts(at, found, 0)
    assert np.abs(cuts.pay[cuts.pay != 0.0]).min() > 1e-9


def test_a_cut_that_demands_too_much_is_told(tmp_path, monkeypatch):
    """Whatever prices a cut comes from, it may not demand more of a plan than that costs."""
    cuts = GateOracle.cuts

    def too_high(self: GateOracle, *rest: Any) -> Any:
        found = cuts(self, *rest)
        return replace(found, const=1.5 * found.const)

    monkeypatch.setattr(GateOracle, "cuts", too_high)
    asked = question(drawn(0, tmp_path), watch=Watch(CHECKED))
    with pytest.raises(SolverError, match=r"^a cut asks for .* EUR/year more than a known plan costs$"):
        Decomposition(asked).solve()


def test_each_number_of_hubs_and_any_has_the_optimum_of_the_enumeration(tmp_path):
    compared = 0
    for seed in range(10):
        instance = drawn(seed, tmp_path)
        asked = question(instance, watch=Watch(CHECKED))
        least, most = instance.hub_range
        for numbers in [range(number, number + 1) for number in range(least, most + 1)] + [range(least, most + 1)]:
            scope = SearchScope(numbers)
            found, expected = Decomposition(asked).solve(scope), Enumeration(asked).solve(scope)
            assert (found.termination, found.plan is None) == (expected.termination, expected.plan is None)
            if expected.objective is not None:
                assert found.objective == pytest.approx(expected.objective, rel=1e-7)
                assert found.bound <= found.objective
                compared += 1
    assert compared > 10


@pytest.mark.parametrize("changes", [PATTERNS_ARE_MANY, CUTS_ALONE])
def test_more_hubs_than_patterns_are_looked_at(changes, tmp_path, monkeypatch):
    """Where lanes have too many patterns, the master is solved with whole hubs and lanes: with the same answer."""
    for seed in range(12):
        asked = question(drawn(seed, tmp_path), watch=Watch(CHECKED))
        expected = Decomposition(asked).solve()
        with monkeypatch.context() as patched:
            tune(patched, changes)
            found = Decomposition(asked).solve()
        assert found.termination is expected.termination
        assert found.objective == (None if expected.objective is None else pytest.approx(expected.objective, rel=1e-7))


def test_cuts_that_change_nothing_are_not_made_for_ever(tmp_path, monkeypatch):
    """HiGHS breaks cuts within its tolerance, and the same ones are new again: then the hubs and lanes are excluded."""
    tune(monkeypatch, CUTS_ALONE)
    add, ignored = CoupledRelaxation.add, Counter()

    def idle(self: CoupledRelaxation, cuts: Any, values: Any) -> int:
        if values is None or np.ptp(np.abs(values.shares.is_open - 0.5)) > 0.0 or values.shares.is_open.max() < 1.0:
            return add(self, cuts, values)
        ignored[seed] += 1
        return 1

    for seed in range(6):
        asked = question(drawn(seed, tmp_path), watch=Watch(replace(CHECKED, time_limit_s=60.0)))
        expected = Decomposition(asked).solve()
        with monkeypatch.context() as patched:
            patched.setattr(CoupledRelaxation, "add", idle)
            found = Decomposition(asked).solve()
        assert (found.termination, found.objective) == (expected.termination, pytest.approx(expected.objective))
    assert len(ignored) > 2


def test_a_lane_without_a_leg_stays_closed(tmp_path):
    """Else the master tries hubs over it, and there is no plan."""
    instance = drawn(0, tmp_path)
    bounds, oracle = oracle_of(instance)
    for one in oracle.freight.groups:
        one.legs.lane[0] = ABSENT
    state, rules = SearchState(Watch(CHECKED)), hub_rules(instance, EVERYTHING)
    relaxation = CoupledRelaxation(bounds.matrices.fixed, rules, oracle, state, 1e6)
    assert relaxation.solve() is not None
    assert relaxation.last.shares.lanes[:, 0].max() == 0.0
