"""Single allocation with hard deadlines and late penalties: every engine against every allocation."""

from __future__ import annotations

import json
import math
from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.errors import DisagreementError
from netdesign.network import build_network
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.route_matrices import route_matrices
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.registry import ONE_YEAR
from netdesign.solve.single.coupling import is_coupled_by_cities
from netdesign.solve.single.set_allocation import SetAllocation
from tests.solve.test_agreement import assert_judged, route_faults
from tests.solve.test_single_decomposition import draw_single, endings, hold_cuts_against_allocations
from tests.support.seeds import seeds
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.single_brute import best_of_set, best_single
from tests.support.small_brute import SmallProblem
from tests.support.solving import question, read_document


def draw_promised(draw: Random, cities: tuple[int, int]) -> dict[str, Any]:
    """Return an instance of two streams, each with a hard deadline, a priced one or none; freight may be of both."""
    document = draw_single(draw, cities)
    document["streams"] = {"freight": _stream(draw), "other": _stream(draw)}
    demand = document["tables"]["demand"]
    document["tables"]["demand"] = [row | {"stream": draw.choice(["freight", "other"])} for row in demand]
    for row in draw.sample(demand, len(demand) // 4):
        more = [row | {"stream": name, "volume_t_per_year": 3} for name in ("freight", "other")]
        document["tables"]["demand"] += [one for one in more if one["stream"] != _stream_of(document, row)]
    return document


def _stream_of(document: dict[str, Any], row: dict[str, Any]) -> str:
    ends = row["origin"], row["destination"]
    found = (one for one in document["tables"]["demand"] if (one["origin"], one["destination"]) == ends)
    return str(next(found)["stream"])


def _stream(draw: Random) -> dict[str, Any]:
    hours = {"origin_h": draw.randint(0, 3), "last_mile_h": draw.randint(0, 3)}
    kind = draw.choice(["hard", "priced", "priced", "priced", "priced", "none"])
    if kind == "none":
        return hours
    # Most of the hard ones have to leave a plan.
    hours["deadline_h"] = draw.randint(40, 65) if kind == "hard" else draw.randint(10, 40)
    if kind == "priced":
        hours["late_penalty_eur_per_parcel"] = draw.choice([3, 20, 60])
    return hours | {"deadline": kind}


def promises_decide(document: dict[str, Any]) -> str:
    """Say whether a document would be cheaper without promises."""
    problem = SmallProblem(document)
    best = best_single(problem)
    problem.freight = [(*row[:3], {}) for row in problem.freight]
    return "dearer" if best_single(problem) < best * (1 - 1e-9) else "as cheap"


@pytest.mark.parametrize(
    ("draws", "cities"),
    [
        (range(50), (3, 5)),
        (range(10), (6, 8)),
        pytest.param(range(50, 250), (3, 5), marks=pytest.mark.long),
        pytest.param(range(10, 60), (6, 8), marks=pytest.mark.long),
    ],
    ids=str,
)
def test_all_engines_agree_with_every_allocation(draws, cities, tmp_path):
    documents = (draw_promised(Random(f"promised {cities} {seed}"), cities) for seed in draws)
    found = endings(documents, tmp_path, ("decomposition", "enumeration", "monolithic"), promises_decide)
    # Promises have to decide about some of them.
    assert found.count("dearer") > len(found) // 4


@seeds(60)
def test_no_cut_is_over_what_any_allocation_with_its_late_freight_costs(seed, tmp_path_factory):
    draw = Random(seed)
    document = draw_promised(draw, (3, 4)) | {"policies": {}}
    hold_cuts_against_allocations(draw, read_document(document, tmp_path_factory.getbasetemp()))


@seeds(60)
def test_sets_are_bounded_and_operated_as_all_their_allocations_say(seed, tmp_path_factory):
    document = draw_promised(Random(seed), (3, 5)) | {"policies": {}}
    instance = read_document(document, tmp_path_factory.getbasetemp())
    problem, state = SmallProblem(document), SearchState(Watch(SolveLimits()))
    allocation = SetAllocation(instance, route_matrices(instance, build_network(instance)), state)
    for names in problem.hub_sets():
        hubs = np.sort(np.array([instance.allowed.index(name) for name in names], dtype=np.int32))
        least, found = best_of_set(problem, names), allocation.best(hubs, math.inf)
        assert allocation.bounds(hubs[None, :], math.inf)[0] <= least + 1e-9 * (1.0 + abs(least))
        assert least == (math.inf if found is None else pytest.approx(found.cost, rel=1e-9))
        # Nothing is found that is not wanted.
        assert allocation.best(hubs, least * (1.0 - 1e-9)) is None


def test_a_wrong_bound_of_a_set_is_told(tmp_path, monkeypatch):
    bounds = SetAllocation.bounds

    def too_high(self: SetAllocation, sets: Any, cut_off: float) -> Any:
        return 1.0 + 2.0 * bounds(self, sets, cut_off)

    monkeypatch.setattr(SetAllocation, "bounds", too_high)
    document = draw_promised(Random("wrong"), (4, 5)) | {"policies": {}, "streams": {"freight": {}, "other": {}}}
    with pytest.raises(DisagreementError, match=r"^the enumeration engine has a bound of .* where a plan costs"):
        Enumeration(question(read_document(document, tmp_path))).solve()


def test_any_number_of_threads_finds_the_same(tmp_path):
    for seed in range(6):
        instance = read_document(draw_promised(Random(seed), (4, 6)) | {"policies": {}}, tmp_path)
        found = [
            Enumeration(question(instance, watch=Watch(SolveLimits(threads=threads)))).solve() for threads in (1, 2)
        ]
        assert len({(one.termination, one.objective, one.bound) for one in found}) == 1


def drawn_overseas(seed: int, *, all_overseas: bool) -> dict[str, Any]:
    """Return an instance by the tonne with freight overseas, promises, and often policies that couple the freight."""
    document = services_document(Random(f"overseas {seed}"), all_overseas=all_overseas, allocation="single")
    del document["services"], document["tables"]["vehicles"]
    document["tables"].pop("services", None)
    return document


@pytest.mark.parametrize("all_overseas", [True, False])
@pytest.mark.parametrize("draws", [range(15), pytest.param(range(15, 60), marks=pytest.mark.long)], ids=str)
def test_engines_agree_with_brute_force_where_freight_flies(draws, all_overseas, tmp_path):
    """An overseas airport is no city: it may fly to several hubs. Policies are stated, or refused by name."""
    asked_of: Counter[str] = Counter()
    for seed in draws:
        document = drawn_overseas(seed, all_overseas=all_overseas)
        try:
            optimum = ServicesBrute(document).solve()
            instance = read_document(document, tmp_path)
            if route_faults(instance, build_network(instance)):
                assert not optimum.is_feasible
                continue
            asked_of["by cities"] += is_coupled_by_cities(instance)
            asked = question(instance, catalogue.load_formulation("scheduled_services"))
            for name in ONE_YEAR.names:
                if ONE_YEAR.refusal(name, instance) is None:
                    asked_of[name] += 1
                    assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
        except BaseException as error:
            error.add_note(f"seed {seed}: {json.dumps(document)}")
            raise
    assert min(asked_of["enumeration"], asked_of["monolithic"]) > len(draws) // 2
    assert asked_of["decomposition"] > len(draws) // 5
    assert all_overseas != (asked_of["by cities"] > len(draws) // 4)
