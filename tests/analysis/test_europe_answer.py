"""What the European instance priced by the tonne answers, against the draft results that came with its figures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from netdesign.analysis.call import Call
from netdesign.analysis.compare import compare
from netdesign.analysis.problem import load_problem
from netdesign.analysis.solve import solve_problem
from netdesign.results.document import Verdict
from netdesign.solve.core.limits import SolveLimits, Watch

INSTANCES = Path(__file__).parents[2] / "instances"
EUROPE = INSTANCES / "europe-linear"

pytestmark = pytest.mark.long


def solve(*overrides):
    """Solve the instance with overrides and return the result."""
    return solve_problem(str(EUROPE), Call(tuple(overrides)), Watch(SolveLimits()))[1]


def draft(scenario):
    """Return the row of a scenario in the draft results."""
    with (INSTANCES / "europe" / "facts" / "draft_results.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["scenario"] == scenario)


@pytest.fixture(scope="module")
def base():
    """Return the plain answer: 0, 1 and 2 new hubs."""
    return solve()


def test_a_second_hub_pays_and_a_third_does_not(base):
    """The direction of the draft: its model had no trucks between hubs, ours has, and both say one hub more."""
    row = draft("base: 120,000 t in, 30,000 t out")
    assert [step.verdict for step in base.steps] == [Verdict.PAYS, Verdict.DOES_NOT_PAY]
    assert row["best_second_hub"] in base.networks[1].plan.open_hubs
    # In EUR m a year; the models differ by a few tenths, the draft is rounded to one.
    assert base.steps[0].saving / 1e6 == pytest.approx(-float(row["two_hubs_delta_meur"]), abs=0.5)
    assert base.steps[1].saving / 1e6 == pytest.approx(
        float(row["two_hubs_delta_meur"]) - float(row["three_hubs_delta_meur"]), abs=0.5
    )


def test_coverage_is_that_of_the_draft(base):
    """Shares inside 72 hours, which the draft gives in whole per cent."""
    row = draft("base: 120,000 t in, 30,000 t out")
    for network, column in zip(base.networks, ("one_hub", "two_hubs", "three_hubs"), strict=True):
        assert 100 * network.service.inside == pytest.approx(float(row[f"{column}_demand_in_72h_pct"]), abs=1.0)


def test_central_europe_is_close(base):
    """Prague, Katowice, Budapest and Warsaw lie within EUR 3 m a year of each other."""
    problem = load_problem(str(EUROPE), Call())
    question = problem.question(Watch(SolveLimits()))
    rows = compare(str(EUROPE), problem, ["LGG,PRG", "LGG,KTW", "LGG,BUD", "LGG,WAW"], question)
    costs = [row.network.objective for row in rows]
    assert max(costs) - min(costs) < 3e6
    assert "under the size threshold" in rows[1].notes[0]


@pytest.mark.parametrize(("volume", "verdict"), [(40_000, Verdict.DOES_NOT_PAY), (60_000, Verdict.PAYS)])
def test_break_even_lies_between_40000_and_60000_tonnes(volume, verdict):
    """A second hub starts to pay between 40,000 and 60,000 t a year inbound; outbound grows alike."""
    result = solve(f"volume_factor={volume / 120_000}", "policies.new_hubs.max=1")
    assert result.steps[0].verdict is verdict


def test_doubled_volume_pays_for_a_third_hub():
    """Between 120,000 and 200,000 t a third hub adds value, in the draft as here."""
    result = solve("volume_factor=2")
    assert [step.verdict for step in result.steps] == [Verdict.PAYS, Verdict.PAYS]
