"""What is false in a result of tipping over years is contradicted; what is true is proven again by another engine."""

from __future__ import annotations

import pytest

from netdesign.analysis.timing.tipping import find_first_decisions
from netdesign.analysis.timing.tipping_call import TimingTippingCall
from netdesign.analysis.verify import verify
from netdesign.instance.stages import RiskMeasure
from netdesign.results.timing_tipping_document import TimingTippingDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from tests.support.small_instances import STAGES, write_instance

FIGURE = "stages.contract.price_eur_per_t"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small instance over years."""
    return str(write_instance(tmp_path_factory.mktemp("stages"), STAGES))


def found(folder, **options):
    """Return what the price of handling by the tonne turns."""
    call = TimingTippingCall(figure=FIGURE, low=1.0, high=20.0, width=0.1, **options)
    return find_first_decisions(folder, call, Watch(SolveLimits()))[1]


@pytest.fixture(scope="module")
def document(folder):
    """A result of the base path."""
    return found(folder)


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return TimingTippingDocument.model_validate(data)


def test_what_is_true_is_not_contradicted(folder, document):
    assert document.figures[0].turns
    assert verify(folder, document)[0].contradictions == ()


FIRST = ("figures", 0, "points", 0)
"""Path of the first point."""

FALSE = {
    "objective of a point": (
        [*FIRST, "objective"],
        1.0,
        f"{FIGURE}: at 1: objective: states 1.0; the plan has ",
    ),
    "bound over an objective": (
        [*FIRST, "bound"],
        1e9,
        f"{FIGURE}: at 1: bound: 1000000000.0 is over the objective ",
    ),
    "gap": ([*FIRST, "gap"], 0.5, f"{FIGURE}: at 1: gap: states 0.5; objective and bound give "),
    "first decision": (
        [*FIRST, "first"],
        {"orders": [{"hub": "C", "module": "s", "count": 1}], "closings": []},
        f"{FIGURE}: at 1: first: is not that of the plan",
    ),
    "place of a plan": ([*FIRST, "plan"], 99, f"{FIGURE}: at 1: plan: there is no 99 in plans"),
    "no plan": ([*FIRST, "plan"], None, f"{FIGURE}: at 1: plan: is missing"),
    "value of a point": (
        [*FIRST, "value"],
        0.5,
        f"{FIGURE}: points: are not in the order of their values, or outside the range",
    ),
    "value of a change": (
        ["figures", 0, "changes", 0, "at_most"],
        20.0,
        f"{FIGURE}: changes: are not those that the points give",
    ),
    "verdict": (["figures", 0, "turns"], False, f"{FIGURE}: turns: states False; instance and points give True"),
    "end of the range": (["figures", 0, "high"], 21.0, f"{FIGURE}: high: states 21.0; instance and points give 20.0"),
    "objective at the top": (["objective"], 1.0, "objective: states 1.0; the best plan gives "),
    "scenario": (["scenario"], "flat", "scenario: states flat; the options say base"),
    "measure": (["risk", "measure"], "cvar", "risk.measure: states cvar; instance and options say expected"),
    "order of a plan": (
        ["plans", 0, "nodes", 0, "orders"],
        [{"hub": "X", "module": "s", "count": 1}],
        "2026: the plan names what the instance does not have: X",
    ),
    "node of a plan": (
        ["plans", 0, "nodes", 0, "node"],
        "1999",
        "plan: its nodes are not those of the instance: 2026, 2027, 2028",
    ),
    "figures left out": (
        ["left_out"],
        ["volume_factor"],
        "termination: states optimal; not all figures were looked at",
    ),
}


@pytest.mark.parametrize(("path", "value", "expected"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_contradicted(path, value, expected, folder, document):
    contradictions = verify(folder, changed(document, path, value))[0].contradictions
    assert any(expected in text for text in contradictions), contradictions


def test_another_first_decision_that_is_dearer_is_not_as_good(folder, document):
    """The plan of the other end is no tie, and its own price shows it."""
    points = document.figures[0].points
    other = {"first": points[-1].first.model_dump(), "plan": points[-1].plan, "objective": points[0].objective}
    texts = verify(folder, changed(document, [*FIRST, "as_good"], [other]))[0].contradictions
    assert any(text.startswith(f"{FIGURE}: at 1: as_good: objective: states ") for text in texts), texts


@pytest.mark.parametrize("measure", [None, *(pytest.param(one, marks=pytest.mark.long) for one in RiskMeasure)])
def test_another_engine_proves_each_point(measure, folder):
    options = {} if measure is None else {"scenario": "tree", "measure": measure}
    result = found(folder, **options)
    stated, prove = verify(folder, result)
    assert stated.contradictions == ()
    proven = prove(Watch(SolveLimits()), silent)
    assert proven.contradictions == ()
    solved = len(result.figures[0].points)
    assert proven.proofs[0].startswith(f"{solved} points: each solved again by ")


def test_a_bound_that_no_engine_could_have_is_refuted(folder, document):
    """A plan that is called optimal is not, where the range has another figure in the plan's place."""
    worse = document.model_dump(mode="json")
    points = worse["figures"][0]["points"]
    last = points[-1]
    kept = {key: last[key] for key in ("first", "plan")}
    points[-1] = {**last, **{key: points[0][key] for key in kept}}
    texts = verify(folder, TimingTippingDocument.model_validate(worse))[0].contradictions
    assert any("at 20: objective: states" in text for text in texts), texts
