"""Stress over years: which plans there are, what is told, what a result keeps, and what verify contradicts in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.timing.stress import stress_plans
from netdesign.analysis.timing.stress_call import TimingStressCall
from netdesign.analysis.timing.worlds_of_plans import WorldsOfPlans
from netdesign.analysis.verify import verify
from netdesign.errors import UsageError
from netdesign.instance.stages import RiskMeasure
from netdesign.report.timing.sentences import AskedOverYears
from netdesign.report.timing.stress import timing_stress_lines
from netdesign.results.timing_stress_document import TimingStressDocument, WorldMethod
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent
from tests.solve.test_staged_services import BY_HAND
from tests.support.small_instances import STAGES, write_instance

if TYPE_CHECKING:
    from pathlib import Path

DRAWN = (
    "  distributions:\n"
    "    - {path: volume_factor, low: 0.5, high: 1.5}\n"
    "    - {path: modules.s.capital_eur, distribution: lognormal, sd: 200}\n"
)


PEAK = "stages.peaks=[{stream: parcels, factor: 3, days: 9}]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The small instance over years, of which volume and capital are drawn."""
    return str(write_instance(tmp_path_factory.mktemp("stages"), STAGES + DRAWN))


def found(folder: str | Path, watch: Watch | None = None, **options: object) -> TimingStressDocument:
    """Return the plans in 20 worlds."""
    call = TimingStressCall(**{"draws": 20, **options})
    return stress_plans(str(folder), call, watch or Watch(SolveLimits()))[1]


@pytest.fixture(scope="module")
def document(folder):
    """A result of the tree."""
    return found(folder, scenario="tree")


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return TimingStressDocument.model_validate(data)


def test_the_plans_of_a_tree_and_of_a_path(folder, document):
    """On a path nothing is fixed at a root, and there is no mean; what orders the same is named together."""
    names = [name for one in document.plans for name in one.names]
    names += [one.name for one in document.left_out]
    assert names[0] == "best"
    assert {"fixed", "mean", "nothing"} < set(names)
    of_path = found(folder)
    names = [name for one in of_path.plans for name in one.names] + [one.name for one in of_path.left_out]
    assert not {"fixed", "mean"} & set(names)
    assert [one.why for one in of_path.left_out if one.name == "nothing"] == [] or names[-1] == "nothing"


@pytest.mark.parametrize("measure", [None, RiskMeasure.CVAR, RiskMeasure.REGRET])
def test_what_is_true_is_not_contradicted_and_proven_again(measure, folder):
    """Whatever is minimised, what a plan costs in a world is the mean of the paths."""
    document = found(folder, scenario="tree", measure=measure)
    verification, prove = verify(folder, document)
    assert verification.contradictions == ()
    again = prove(Watch(SolveLimits()), silent)
    assert again.contradictions == ()
    assert again.proofs[-1] == "draws: the years of 3 worlds built anew, priced by the referee"
    assert any(text.startswith("best plan: solved again by ") for text in again.proofs)


def test_worlds_that_are_built_anew_are_the_same(folder, document):
    """The price of handling by the tonne decides no plan, but is not taken for a sum: each world is built."""
    of_price = "tables.distributions.0={path: stages.contract.price_eur_per_t, low: 4, high: 6}"
    built = found(folder, scenario="tree", overrides=(of_price,))
    assert built.draws.method is WorldMethod.BUILT
    assert built.draws.why_built == "what is permitted or late depends on stages.contract.price_eur_per_t"
    assert verify(folder, built)[0].contradictions == ()
    assert document.draws.method is WorldMethod.COMPOSED


def test_more_worlds_begin_with_the_same_ones(folder, document):
    """Seed and figures make a world, not the number of worlds: the least and the largest value only spread."""
    fewer = found(folder, scenario="tree", draws=5)
    for few, many in zip(fewer.draws.figures, document.draws.figures, strict=True):
        assert many.least <= few.least <= few.largest <= many.largest
    assert found(folder, scenario="tree").draws == document.draws


FALSE = {
    "mean of a plan": (["draws", "plans", 0, "mean"], 1.0, "draws: best"),
    "share of best worlds": (["draws", "plans", 0, "best"], 0.123, "best: states 0.123; drawn again it is "),
    "mean of a figure": (["draws", "figures", 0, "mean"], 3.0, "draws: volume_factor: mean: states 3.0; drawn again "),
    "worlds": (["draws", "worlds"], 7, "draws: termination: states optimal, though worlds are missing"),
    "asked": (["draws", "asked"], 7, "draws: asked, worlds: state 7 and 20; the call asks for 20"),
    "method": (["draws", "method"], "built", "draws: method: states built; drawn again it is composed"),
    "no draws": (["draws"], None, "draws: is missing"),
    "objective of a plan": (["plans", 0, "objective"], 1.0, "objective: states 1.0; the plan has "),
    "expected cost": (["plans", 0, "expected"], 1.0, "expected: states 1.0; the plan has "),
    "bound over an objective": (["plans", 0, "bound"], 1e9, "bound: 1000000000.0 is over the objective "),
    "name of a plan": (["plans", 0, "names"], ["fixed"], "plans: the best plan is not the first"),
    "plan left out": (["left_out"], [{"name": "strange", "why": "is"}], "plans, left_out: are not best, fixed, "),
    "objective at the top": (["objective"], 1.0, "objective: states 1.0; the best plan gives "),
    "gap": (["gap"], 0.5, "gap: states 0.5; objective and bound give "),
    "scenario": (["scenario"], "flat", "scenario: states flat; the options say tree"),
    "measure": (["risk", "measure"], "cvar", "risk.measure: states cvar; instance and options say expected"),
    "infeasible": (["termination"], "infeasible", "termination: states infeasible; the parts give optimal"),
    "node of a plan": (
        ["plans", 0, "nodes", 0, "node"],
        "1999",
        "plan: its nodes are not those of the instance: now 2026, up 2027, up 2028, down 2027, down 2028",
    ),
    "order of a plan": (
        ["plans", 0, "nodes", 0, "orders"],
        [{"hub": "X", "module": "s", "count": 1}],
        "now 2026: the plan names what the instance does not have: X",
    ),
}


@pytest.mark.parametrize(("path", "value", "expected"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_contradicted(path, value, expected, folder, document):
    contradictions = verify(folder, changed(document, path, value))[0].contradictions
    assert any(expected in text for text in contradictions), contradictions


def test_a_calendar_that_differs_between_branches_is_not_fixed(folder, document):
    """The name of a plan says what it may order."""
    place = next(place for place, one in enumerate(document.plans) if "fixed" not in one.names)
    names = [*document.plans[place].names, "fixed"]
    texts = verify(folder, changed(document, ["plans", place, "names"], names))[0].contradictions
    assert any("in the same year of another branch" in text for text in texts) == (place == 0), texts
    nothing = verify(folder, changed(document, ["plans", 0, "names"], ["best", "nothing"]))[0].contradictions
    assert any(text.endswith("plan: orders or closes something") for text in nothing)


def test_what_is_told_of_a_path(folder):
    """Plans with what they order, worlds, robust plans and exactness."""
    call = TimingStressCall(draws=20)
    problem, document = stress_plans(folder, call, Watch(SolveLimits()))
    lines = timing_stress_lines(document, AskedOverYears.of(problem.staged))
    assert lines[0].startswith("Base path, 2026 to 2028: the best plan costs EUR ")
    assert lines[0].endswith(", discounted to 2026, at the present values; proven.")
    assert lines[1] == "What plans order; it stands in all worlds, and operations adapt:"
    assert lines[2].startswith("  best plan: 2026 ")
    assert "20 worlds were drawn from the distributions of 2 figures, the same for all plans." in lines
    assert lines[-1].startswith("Cost is exact in all ")


def test_where_no_plan_is_permitted_there_are_no_plans(tmp_path):
    """The peak day of the last year is over what hubs lift, and nothing may be paid for more."""
    folder = write_instance(tmp_path, STAGES + DRAWN)
    document = found(folder, overrides=(PEAK, "stages.capital_budget={total_eur: 1}"))
    assert document.termination is Termination.INFEASIBLE
    assert (document.plans, document.draws, document.objective) == ([], None, None)
    assert verify(str(folder), document)[0].contradictions == ()


def test_a_call_that_is_stopped_at_once_claims_nothing(folder):
    watch = Watch(SolveLimits())
    watch.stopped.set()
    document = found(folder, watch)
    assert document.termination is Termination.INTERRUPTED
    assert (document.plans, document.draws, document.objective) == ([], None, None)
    assert verify(folder, document)[0].contradictions == ()


def test_worlds_that_are_done_before_a_limit_stand(folder, monkeypatch):
    """The call is stopped after the first eight worlds."""
    watch, tell = Watch(SolveLimits()), WorldsOfPlans._tell

    def stop(self, task):
        tell(self, task)
        if task == "8 of 20 worlds":
            watch.stopped.set()

    monkeypatch.setattr(WorldsOfPlans, "_tell", stop)
    problem, document = stress_plans(folder, TimingStressCall(draws=20), watch)
    monkeypatch.undo()
    assert document.termination is document.draws.termination is Termination.INTERRUPTED
    assert (document.draws.asked, document.draws.worlds) == (20, 8)
    lines = timing_stress_lines(document, AskedOverYears.of(problem.staged))
    assert lines[0].endswith(", at the present values; proven.")
    assert lines[-1] == "The search was ended by an interruption."
    assert "8 of 20 worlds were drawn from the distributions of 2 figures, the same for all plans." in lines
    assert verify(folder, document)[0].contradictions == ()


def test_years_that_cannot_be_operated_one_by_one_are_refused(tmp_path):
    """Where a city may have several hubs and vehicles leave, only the model of all years states a year."""
    text = (
        BY_HAND.replace("single_each_way", "multiple") + "  distributions: [{path: volume_factor, low: 0.5, high: 1}]\n"
    )
    with pytest.raises(UsageError) as refused:
        found(write_instance(tmp_path, text))
    message = "--draws 20: years cannot be operated one by one with services where a city may have several hubs"
    assert refused.value.message == message
