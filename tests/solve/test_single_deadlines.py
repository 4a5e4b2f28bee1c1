"""Single allocation with hard deadlines and late penalties: every engine against every allocation."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError
from netdesign.network import build_network, check_routes
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.decomposition import Decomposition
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from tests.solve.test_engines import assert_solved
from tests.solve.test_single_decomposition import draw_single
from tests.support.single_brute import best_single
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


def judged(document: dict[str, Any], folder) -> str:
    """Hold all engines against every allocation; say how it ended."""
    problem = SmallProblem(document)
    best = best_single(problem)
    try:
        instance = read_document(document, folder)
        check_routes(instance, build_network(instance))
    except InstanceError:
        assert best == math.inf
        return "bad instance"
    model = catalogue.load_formulation("scheduled_services")
    asked = question(instance, model, watch=Watch(SolveLimits(relative_gap=0.0, checks_cuts=True)))
    for engine in (Decomposition, Enumeration, Monolithic):
        try:
            assert_solved(engine(asked).solve(), best, asked)
        except BaseException as error:
            error.add_note(engine.__name__)
            raise
    if best == math.inf:
        return "infeasible"
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
    endings = []
    for seed in draws:
        document = draw_promised(Random(f"promised {cities} {seed}"), cities)
        try:
            endings.append(judged(document, tmp_path))
        except BaseException as error:
            error.add_note(f"seed {seed}: {json.dumps(document)}")
            raise
    # Promises have to decide about some of them.
    assert endings.count("dearer") > len(endings) // 4
