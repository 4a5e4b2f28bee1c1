"""A frontier is what brute force finds that nothing beats, and every point and stretch between points is as proven."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import TYPE_CHECKING

import pytest

import netdesign as nd
from netdesign.analysis.frontier import find_frontier
from netdesign.analysis.frontier_call import FrontierCall, Measure, Prices
from netdesign.analysis.listeners import Listeners
from netdesign.analysis.verify import verify
from netdesign.report.frontier import frontier_lines
from netdesign.report.sentences import Asked
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent
from tests.support.brute_force import BruteForce
from tests.support.frontier_brute import FrontierBrute, frontier_document, unbeaten
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import written
from tests.support.strategies import carbon_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.frontier_document import FrontierDocument
    from tests.support.solving import Document

COST_TIME = (Measure.COST, Measure.TIME)
COST_CARBON = (Measure.COST, Measure.CARBON)
ALL = (Measure.COST, Measure.TIME, Measure.CARBON)

PLACES = {COST_TIME: (0, 1), COST_CARBON: (0, 2), ALL: (0, 1, 2)}
"""Of the measures in the figures of brute force."""

APART = 2e-6
"""Relative difference of two costs within which they are the same."""


def answer(document: Document, folder: Path, **options: object) -> FrontierDocument:
    """Return the frontier of a document, which the referee then confirms."""
    with written(document, folder):
        _, found = find_frontier(str(folder), FrontierCall(**options), Watch(SolveLimits()))
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def agree_on_all_points(seed: int, folder: Path) -> int:
    """Compare a whole frontier with brute force; return the number of its points."""
    draw = Random(f"frontier {seed}")
    document = frontier_document(draw)
    measures = draw.choice((COST_TIME, COST_CARBON, ALL))
    places = PLACES[measures]
    expected = unbeaten(FrontierBrute(document).plans(), places)
    found = answer(document, folder, measures=measures, steps=None)
    points = [(one.network.objective, one.late_t_per_year, one.co2e_t_per_year) for one in found.points]
    assert len(points) == len(expected)
    for place in places:
        assert [one[place] for one in points] == pytest.approx([one[place] for one in expected], rel=APART, abs=1e-6)
    assert found.is_complete == bool(points)
    assert found.termination is (Termination.OPTIMAL if points else Termination.INFEASIBLE)
    agree_on_bounds(found)
    return len(points)


def agree_on_bounds(found: FrontierDocument) -> None:
    """Check that each point is proven, in all measures but for rounding."""
    for point in found.points:
        assert point.network.bound == pytest.approx(point.network.objective, rel=1e-6)
        assert point.network.termination is Termination.OPTIMAL
        for bound, value in (
            (point.late_bound_t_per_year, point.late_t_per_year),
            (point.co2e_bound_t_per_year, point.co2e_t_per_year),
        ):
            assert bound is None or bound == pytest.approx(value, rel=0.02, abs=0.01)


@pytest.mark.parametrize("seeds", [range(12), pytest.param(range(12, 220), marks=pytest.mark.long)])
def test_with_all_steps_it_is_what_brute_force_finds(seeds, tmp_path):
    """In two and three measures, with policies in force: the same points, and no other."""
    numbers = [agree_on_all_points(seed, tmp_path) for seed in seeds]
    assert sum(number > 1 for number in numbers) > len(numbers) / 4
    assert max(numbers) > 3


DRAWN = {
    "carbon": (carbon_document, BruteForce),
    "vehicles": (lambda draw: with_carbon(services_document(draw)), ServicesBrute),
    "single": (lambda draw: with_carbon(services_document(draw, allocation="single")), ServicesBrute),
}
"""How instances of a kind are drawn, and who solves them by brute force."""


def with_carbon(document: Document) -> Document:
    """Return a document whose vehicles and flights emit."""
    for number, vehicle in enumerate(document["tables"]["vehicles"]):
        vehicle["co2e_g_per_km"] = 300 + 250 * number
    if "air" in document:
        document["air"]["co2e_g_per_tkm"] = 10
    return document


def with_deadline(draw: Random, document: Document) -> Document:
    """Return a document in which some stream has a priced deadline."""
    for stream in document["streams"].values():
        if stream.get("deadline") != "hard" and "deadline_h" not in stream:
            stream |= {"deadline_h": draw.randint(8, 40), "deadline": "priced", "late_penalty_eur_per_parcel": 0}
    return document


def under(document: Document, share: float | None, most_co2e: float | None) -> Document:
    """Return a document with a share inside the deadline and a cap of carbon, beside those that it states."""
    changed = deepcopy(document)
    policies = changed.setdefault("policies", {})
    if share is not None:
        stated = policies.setdefault("service", {})
        stated["share"] = max(share, stated.get("share", 0.0))
    if most_co2e is not None:
        stated = policies.setdefault("carbon", {})
        stated["cap_t_per_year"] = min(most_co2e, stated.get("cap_t_per_year", most_co2e))
    return changed


def stated(document: Document) -> tuple[Measure, ...]:
    """Return the measures that a document can state."""
    streams = {row.get("stream", next(iter(document["streams"]))) for row in document["tables"]["demand"]}
    promised = [one for name, one in document["streams"].items() if name in streams and "deadline_h" in one]
    is_free = any(one.get("deadline") != "hard" for one in promised)
    return ALL if is_free else COST_CARBON


def agree_on_limits(kind: str, seed: int, folder: Path) -> int:
    """Check that brute force finds nothing cheaper that is as good as a point; return the number of points."""
    draw = Random(f"frontier {kind} {seed}")
    make, force = DRAWN[kind]
    document = with_deadline(draw, make(draw))
    measures = draw.choice([one for one in PLACES if set(one) <= set(stated(document))] or [None])
    if measures is None or not force(document).solve().is_feasible:
        return 0
    found = answer(document, folder, measures=measures, steps=draw.choice((2, 3)))
    assert found.termination is Termination.OPTIMAL
    for point in draw.sample(found.points, min(3, len(found.points))):
        inside = point.network.service.inside
        share = None if Measure.TIME not in measures else max(0.0, inside - 1e-9)
        most = None if Measure.CARBON not in measures else point.co2e_t_per_year * (1 + 1e-9)
        least = force(under(document, share, most)).solve().cost
        assert point.network.objective == pytest.approx(least, rel=APART, abs=1e-4)
    agree_on_what_is_empty(draw, document, found, force)
    return len(found.points)


def agree_on_what_is_empty(draw: Random, document: Document, found: FrontierDocument, force: type[BruteForce]) -> None:
    """Check at a limit inside each stretch that is stated to be empty that nothing is cheaper there."""
    for point in found.points[1:]:
        if point.empty_up_to is None:
            continue
        is_time = "time" in found.measures
        own = point.late_t_per_year if is_time else point.co2e_t_per_year
        limit = own + (point.empty_up_to - own) * draw.choice((0.5, 0.9))
        promised = point.network.service.volume_t_per_year if is_time else 1.0
        terms = (1.0 - limit / promised, None) if is_time else (None, limit)
        least = force(under(document, *terms)).solve().cost
        assert least >= point.network.objective * (1 - 2 * APART) - 1e-4


@pytest.mark.parametrize(
    ("kind", "seeds"),
    [
        *(pytest.param(kind, range(count), id=f"{kind}, quick") for kind, count in (("carbon", 8), ("vehicles", 3))),
        pytest.param("carbon", range(8, 90), marks=pytest.mark.long),
        pytest.param("vehicles", range(3, 40), marks=pytest.mark.long),
        pytest.param("single", range(30), marks=pytest.mark.long),
    ],
)
def test_nothing_is_cheaper_that_is_as_good_as_a_point(kind, seeds, tmp_path):
    """With freight that may be divided, vehicles, lanes and policies: so says brute force at the limits of points."""
    points = [agree_on_limits(kind, seed, tmp_path) for seed in seeds]
    assert sum(number > 0 for number in points) >= len(points) / 4


@pytest.mark.parametrize("seeds", [range(4), pytest.param(range(4, 40), marks=pytest.mark.long)])
def test_at_prices_of_carbon_it_is_what_brute_force_finds(seeds, tmp_path):
    for seed in seeds:
        draw = Random(f"frontier prices {seed}")
        document = carbon_document(draw)
        if not BruteForce(document).solve().is_feasible:
            continue
        document.get("policies", {}).get("carbon", {}).pop("price_eur_per_t", None)
        if not document.get("policies", {}).get("carbon", {"": 0}):
            del document["policies"]["carbon"]
        found = answer(document, tmp_path, measures=COST_CARBON, prices=Prices(0.0, 1000.0, 400.0))
        for search, price in zip(found.searches[1:], (0.0, 400.0, 800.0, 1000.0), strict=bool(found.points)):
            priced = deepcopy(document)
            priced.setdefault("policies", {}).setdefault("carbon", {})["price_eur_per_t"] = price
            least = BruteForce(priced).solve().cost
            point = found.points[search.point]
            assert point.network.objective + price * point.co2e_t_per_year == pytest.approx(least, rel=APART)


def test_a_stopped_search_keeps_its_points(tmp_path):
    """What was found before is listed with what is proven of it, and no more is claimed."""
    document = frontier_document(Random("frontier 18"))
    watch, tasks = Watch(SolveLimits()), []

    def stop(progress):
        tasks.append(progress.task)
        if len(set(tasks)) > 5:
            watch.stopped.set()

    with written(document, tmp_path):
        call = FrontierCall(measures=ALL, steps=None)
        _, found = find_frontier(str(tmp_path), call, watch, Listeners(stop))
        contradictions, _ = verify(str(tmp_path), found)
    assert contradictions.contradictions == ()
    assert found.termination is Termination.INTERRUPTED
    assert found.points
    assert not found.is_complete


@pytest.mark.long
def test_an_end_that_was_not_looked_for_is_not_told_as_the_least():
    """No point costs less than the last one and emits no more: that alone does not make it the least of all."""
    found = nd.frontier("benelux", measures="cost,carbon", steps=1).document
    asked = Asked((), 1, 1)
    assert any(line.startswith("Least carbon is 239,240 t") for line in frontier_lines(found, asked))
    dearest = max(search.carbon_price_eur_per_t for search in found.searches)
    searches = [search for search in found.searches if search.carbon_price_eur_per_t < dearest]
    stopped = found.model_copy(update={"searches": searches, "is_complete": False})
    assert any(line.startswith("Least carbon that was found is 239,240 t") for line in frontier_lines(stopped, asked))


def test_without_time_nothing_is_claimed(tmp_path):
    """What a search that is over at once has proven is one point at most, and the rest is told as left out."""
    document = frontier_document(Random("frontier 18"))
    with written(document, tmp_path):
        _, found = find_frontier(str(tmp_path), FrontierCall(), Watch(SolveLimits(time_limit_s=0.0)))
        contradictions, _ = verify(str(tmp_path), found)
    assert contradictions.contradictions == ()
    assert found.termination is Termination.TIME_LIMIT
    assert len(found.points) <= 1
    assert not found.is_complete


@pytest.mark.long
def test_another_engine_finds_nothing_better_in_any_search_of_benelux():
    """Sets that earlier searches exclude, and sites of none but such, are left out: the model has all of them."""
    _, found = find_frontier("benelux", FrontierCall(measures=ALL, steps=3), Watch(SolveLimits()))
    outcome, prove = verify("benelux", found)
    assert outcome.contradictions == ()
    assert found.termination is Termination.OPTIMAL
    again = prove(Watch(SolveLimits()), silent)
    assert again.contradictions == ()
    assert again.proofs == (f"{len(found.searches)} searches: each made again by monolithic",)
    assert len({tuple(point.network.open_hubs) for point in found.points}) > 1
