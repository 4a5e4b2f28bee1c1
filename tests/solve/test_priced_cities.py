"""One hub a city each way at prices of minima and of room between hubs, against brute force and the straight model."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.errors import DisagreementError
from netdesign.network import build_network
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.scheduled import compiled_bounds, grouped_program, priced_look
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.columns import relaxed_columns
from netdesign.solve.scheduled.compiled_bounds import CompiledBounds
from netdesign.solve.scheduled.freight import CityFreight
from netdesign.solve.scheduled.least_departures import least_departures
from netdesign.solve.scheduled.priced_look import PricedLook
from tests.solve.test_agreement import route_faults
from tests.solve.test_city_search import ALLOCATIONS, agree_on, asked
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from pathlib import Path

Document = dict[str, Any]

MODEL = catalogue.load_formulation("scheduled_services")

DRAWS, BLOCK = 60, 20
"""Seeds 0 to 59, for the long tests."""

LEFT_OUT = {(55, "single_each_way")}
"""A draw that is none: no site may open."""

SEEKS, PRICED = "_seek", "_price"


def document_of(seed: int, allocation: str) -> Document:
    """Return an instance with two or three airports overseas, whose lanes and hubs have minima, tonnes or shares.

    In a fourth of them a share of the freight has to be in time or room is limited as well. In most of them no lane has
    flights, so that all that couples cities has prices.
    """
    draw = Random(f"priced {seed} {allocation}")
    minima = draw.choice((("air_lane", "minimum_throughput hard"), ("air_lane", "minimum_throughput priced")))
    more = draw.choice((*6 * ((),), ("service in all",), ("capacity",)))
    document = services_document(
        draw, all_overseas=True, airports=(2, 2, 3), parts=(*minima, *more), allocation=allocation
    )
    kinds = {"collection", "inter_hub", "distribution"}
    if draw.random() < 0.8 and kinds & set(document["services"]):
        document["services"].pop("air", None)
    return document


def filled_document_of(seed: int, allocation: str) -> Document:
    """Return the same where most often the freight of each airport fills a lane, so that it is a choice which."""
    document, draw = document_of(seed, allocation), Random(f"filled {seed} {allocation}")
    policy = document.get("policies", {}).get("air_lane")
    if policy is None or draw.random() < 0.1:
        return document
    if draw.random() < 0.5:
        policy["counts"] = "all"
    airports, counts = {airport["id"] for airport in document["tables"]["overseas"]}, policy.get("counts", "inbound")
    ends = {"inbound": ("origin",), "outbound": ("destination",), "all": ("origin", "destination")}[counts]
    filled: Counter[str] = Counter(dict.fromkeys(airports, 0))
    for row in document["tables"]["demand"]:
        for airport in {row[end] for end in ends} & airports:
            filled[airport] += row["volume_t_per_year"]
    least = ServicesBrute(document).lane_minimum()
    if least > 0 and min(filled.values()) > 0:
        policy["flights_per_week"] *= draw.choice((0.3, 0.45, 0.7, 0.95)) * min(filled.values()) / least
    return document


@pytest.fixture
def _with_loops(monkeypatch):
    monkeypatch.setattr(compiled_bounds, "FEW_ROUTES", -1)


def agreed(seed: int, allocation: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Compare optimum and all bounds of sets with brute force; return how often each step was taken."""
    entered: Counter[str] = Counter()
    with monkeypatch.context() as patch:
        for step in (PRICED, SEEKS):
            patch.setattr(PricedLook, step, counted(entered, step))
        return entered + agree_on(filled_document_of(seed, allocation), folder, monkeypatch, stages=())


def counted(entered: Counter[str], step: str) -> Any:
    """Return a step that counts its calls."""
    method = getattr(PricedLook, step)

    def call(self: PricedLook, *arguments: Any) -> Any:
        entered[step] += 1
        return method(self, *arguments)

    return call


@pytest.mark.usefixtures("_with_loops")
def test_bounds_and_optima_are_those_of_brute_force(tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed in range(4):
        found += agreed(seed, "single_each_way", tmp_path, monkeypatch)
    assert found["feasible"]
    assert found[PRICED]
    assert found[SEEKS]


def emitting_document_of(seed: int, allocation: str) -> Document:
    """Return the same with emissions of vehicles and flights at a price, by which legs between hubs are worth much."""
    document, draw = filled_document_of(seed, allocation), Random(f"emitting {seed} {allocation}")
    for number, vehicle in enumerate(document["tables"]["vehicles"]):
        vehicle["co2e_g_per_km"] = 300 + 250 * number
    document["air"]["co2e_g_per_tkm"] = draw.choice((5, 10))
    document.setdefault("policies", {})["carbon"] = {"price_eur_per_t": draw.choice((50, 500, 5000))}
    return document


def agreed_at_a_price(seeds: range, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Compare optima and bounds at prices of carbon with brute force; return how often each step was taken."""
    found: Counter[str] = Counter()
    monkeypatch.setattr(compiled_bounds, "FEW_PRICED_ROUTES", -1)
    for seed in seeds:
        with monkeypatch.context() as patch:
            for step in (PRICED, SEEKS):
                patch.setattr(PricedLook, step, counted(found, step))
            found += agree_on(emitting_document_of(seed, "single_each_way"), folder, monkeypatch, stages=())
    return found


@pytest.mark.parametrize("seeds", [range(3), pytest.param(range(3, 40), marks=pytest.mark.long)])
def test_a_price_of_carbon_takes_the_loops_and_the_same_optimum(seeds, tmp_path, monkeypatch):
    """Few routes are enough for that, where they are too few without the price."""
    found = agreed_at_a_price(seeds, tmp_path, monkeypatch)
    assert found["feasible"]
    assert found[PRICED]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("_with_loops")
@pytest.mark.parametrize("allocation", ALLOCATIONS)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_are_so_on_all_draws(start, allocation, tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed in range(start, start + BLOCK):
        if (seed, allocation) in LEFT_OUT:
            continue
        try:
            found += agreed(seed, allocation, tmp_path, monkeypatch)
        except Exception as error:
            error.add_note(f"filled_document_of({seed}, {allocation!r})")
            raise
    assert found["feasible"] >= BLOCK / 4
    assert found[SEEKS]


def agrees_with_straight(seed: int, allocation: str, folder: Path) -> bool:
    """Compare the optimum with that of the straight model; return whether there is one."""
    instance = read_document(filled_document_of(seed, allocation), folder)
    if route_faults(instance, build_network(instance)):
        return False
    ours, straight = Enumeration(asked(instance)).solve(), Monolithic(question(instance, MODEL)).solve()
    assert ours.termination is straight.termination
    assert ours.objective == (None if straight.objective is None else pytest.approx(straight.objective, rel=2e-6))
    return ours.plan is not None


@pytest.mark.usefixtures("_with_loops")
def test_the_straight_model_finds_the_same(tmp_path):
    assert [agrees_with_straight(seed, "single_each_way", tmp_path) for seed in range(3)].count(True)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("_with_loops")
@pytest.mark.parametrize("allocation", ALLOCATIONS)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_it_does_so_on_all_draws(start, allocation, tmp_path):
    found = [
        agrees_with_straight(seed, allocation, tmp_path)
        for seed in range(start, start + BLOCK)
        if (seed, allocation) not in LEFT_OUT
    ]
    assert found.count(True) >= BLOCK / 4


@pytest.mark.usefixtures("_with_loops")
@pytest.mark.parametrize("bits", [62, 1])
def test_groups_and_shares_state_the_same_programs(bits, tmp_path, monkeypatch):
    """Without groups sets of several draws cost the same; also where gates fill several numbers."""
    monkeypatch.setattr(grouped_program, "_BITS", bits)
    costs = []
    for is_grouped in (True, False):
        with monkeypatch.context() as patch:
            if not is_grouped:
                patch.setattr(priced_look, "is_settled", lambda *_: False)
            instances = [read_document(filled_document_of(seed, "single_each_way"), tmp_path) for seed in range(6)]
            costs.append([Enumeration(asked(instance)).solve().objective for instance in instances])
    assert costs[0] == [None if cost is None else pytest.approx(cost, rel=2e-6) for cost in costs[1]]


def test_a_service_is_settled_by_the_same_way_whichever_its_freight_takes(tmp_path):
    """A pair of legs was found by the way that the routes at hand took, and a part without one of them was excluded."""
    found = Enumeration(asked(read_document(document_of(12, "single"), tmp_path))).solve()
    assert (found.termination, found.objective) == (Termination.OPTIMAL, pytest.approx(3_365_212.5578, abs=1e-3))


@pytest.mark.parametrize("seed", range(6))
def test_names_of_services_do_not_depend_on_the_routes(seed, tmp_path):
    instance = read_document(document_of(seed, "single"), tmp_path)
    freight = CityFreight(instance, asked(instance).network)
    columns = relaxed_columns(
        SetBounds(freight, SearchState(Watch(SolveLimits()))), freight, np.arange(len(freight.sites)), all_modes=False
    )
    named = set(least_departures(freight, columns.shares).names)
    for one in range(len(columns.shares.entry)):
        assert set(least_departures(freight, columns.shares[np.array([one])]).names) <= named


def test_loops_bound_sets_as_arrays_do(tmp_path):
    """Over all sets of hubs of draws in which parties have several modes; no best plan costs more than the ceiling."""
    for seed in range(6):
        document = document_of(seed, "single_each_way")
        instance = read_document(document, tmp_path)
        state, freight = SearchState(Watch(SolveLimits())), CityFreight(instance, asked(instance).network)
        loops, arrays = CompiledBounds(freight, state), SetBounds(freight, state)
        sets = np.array([[a, b] for b in range(len(freight.sites)) for a in range(b)], dtype=np.int32).reshape(-1, 2)
        assert loops.of_sets(sets) == pytest.approx(arrays.of_sets(sets), rel=1e-12)
        assert loops.of_all() <= loops.of_sets(sets).min(initial=np.inf)
        cost = ServicesBrute(document).solve().cost
        assert cost <= loops.ceiling or not np.isfinite(cost)


@pytest.mark.usefixtures("_with_loops")
def test_a_wrong_bound_is_an_error(tmp_path, monkeypatch):
    instance = read_document(document_of(1, "single_each_way"), tmp_path)
    right = CompiledBounds.of_part

    def wrong(self: CompiledBounds, *arguments: Any, **options: Any) -> Any:
        found = right(self, *arguments, **options)
        return replace(found, bound=1.5 * found.bound)

    monkeypatch.setattr(CompiledBounds, "of_part", wrong)
    with pytest.raises(DisagreementError, match=r"the enumeration engine has a bound of .* where a plan costs"):
        Enumeration(asked(instance)).solve()
