"""What is false in a list of first decisions is contradicted; what is true is proven again by another engine."""

from __future__ import annotations

import pytest

from netdesign.analysis.call import TimingAlternativesCall
from netdesign.analysis.margin import Margin
from netdesign.analysis.timing.alternatives import list_first_decisions
from netdesign.analysis.verify import verify
from netdesign.instance.stages import RiskMeasure
from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from tests.support.small_instances import STAGES, write_instance


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small instance over years."""
    return str(write_instance(tmp_path_factory.mktemp("stages"), STAGES))


def found(folder, **options):
    """Return the first decisions within a tenth of the best."""
    call = TimingAlternativesCall(within=Margin(10.0, is_share=True), without_sites=("B",), **options)
    return list_first_decisions(folder, call, Watch(SolveLimits()))[1]


@pytest.fixture(scope="module")
def document(folder):
    """A list of the base path."""
    return found(folder)


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return TimingAlternativesDocument.model_validate(data)


def test_what_is_true_is_not_contradicted(folder, document):
    assert len(document.decisions) > 3
    assert document.condition.first is not None
    assert verify(folder, document)[0].contradictions == ()


FALSE = {
    "objective of an entry": (["decisions", 1, "objective"], 1.0, "decisions 2: objective: states 1.0; the plan has "),
    "bound over an objective": (
        ["decisions", 1, "bound"],
        1e9,
        "decisions 2: bound: 1000000000.0 is over the objective ",
    ),
    "gap": (["decisions", 1, "gap"], 0.5, "decisions 2: gap: states 0.5; objective and bound give "),
    "first decision": (
        ["decisions", 0, "first"],
        {"orders": [], "closings": []},
        "decisions 1: first: is not that of the plan",
    ),
    "difference": (["decisions", 1, "difference"], 0.0, "decisions 2: difference: states 0.0; objectives give another"),
    "place of a plan": (["decisions", 0, "plan"], 999, "decisions 1: plan: there is no 999 in plans"),
    "no plan": (["decisions", 0, "plan"], None, "decisions 1: plan: is missing"),
    "completeness": (["is_complete"], False, "is_complete: states False; others have at least "),
    "others within the margin": (
        ["others_bound"],
        1.0,
        "is_complete: states True; others have at least 1.0, which may be",
    ),
    "limit": (["limit"], 1.0, "limit: states 1.0; the list gives "),
    "objective at the top": (["objective"], 1.0, "objective: states 1.0; the list gives "),
    "scenario": (["scenario"], "flat", "scenario: states flat; the options say base"),
    "measure": (["risk", "measure"], "cvar", "risk.measure: states cvar; instance and options say expected"),
    "condition left out": (["condition"], None, "condition: is missing"),
    "difference of the condition": (
        ["condition", "difference"],
        0.0,
        "condition: difference: states 0.0; the plans give ",
    ),
    "plan of the condition": (["condition", "plan"], 0, "condition: objective: states "),
    "ending": (["termination"], "infeasible", "termination: states infeasible beside a plan"),
    "paths": (
        ["known"],
        [{"objective": 1.0, "bound": 1.0, "termination": "optimal", "orders": [], "closings": []}],
        "known: stated where no regret is minimised",
    ),
}


@pytest.mark.parametrize(("path", "value", "expected"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_contradicted(path, value, expected, folder, document):
    contradictions = verify(folder, changed(document, path, value))[0].contradictions
    assert any(expected in text for text in contradictions), contradictions


def test_a_list_without_one_of_its_own_is_refuted_by_another_engine(folder, document):
    """The figures of what is left agree with each other: only a search shows that one is missing."""
    data = document.model_dump(mode="json")
    gone = data["decisions"].pop(1)["plan"]
    del data["plans"][gone]
    for one in (*data["decisions"], data["condition"]):
        one["plan"] -= one["plan"] > gone
    shorter = TimingAlternativesDocument.model_validate(data)
    stated, prove = verify(folder, shorter)
    assert stated.contradictions == ()
    texts = prove(Watch(SolveLimits()), silent).contradictions
    assert any(text.startswith("others_bound: states ") and "another engine begins with" in text for text in texts), (
        texts
    )


@pytest.mark.parametrize("measure", [None, *(pytest.param(one, marks=pytest.mark.long) for one in RiskMeasure)])
def test_another_engine_proves_the_list(measure, folder):
    options = {} if measure is None else {"scenario": "tree", "measure": measure}
    stated, prove = verify(folder, found(folder, **options))
    assert stated.contradictions == ()
    proven = prove(Watch(SolveLimits()), silent)
    assert proven.contradictions == ()
    assert [text.split(":")[0] for text in proven.proofs] == ["best plan", "what is not listed", "condition"]
    assert proven.proofs[1].endswith("; none is within the margin") or "none is permitted" in proven.proofs[1]
