"""Tipping over years from Python and from the command line: one answer, as sentences, tables, CSV, JSON and a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd

RATE = "stages.discount_rate"
RANGES = [{"path": "road.speed_kmh", "low": 60, "high": 75}, {"path": RATE, "low": 0.05, "high": 0.12}]


@pytest.fixture(scope="module")
def answer():
    """What the discount rate turns."""
    return nd.tipping("benelux-stages", RATE, 0.02, 0.15)


def test_an_answer_has_figures_and_changes(answer):
    assert isinstance(answer, nd.TimingTippingAnswer)
    assert [(one.hub, one.module, one.count) for one in answer.first.orders] == [("AMS", "m10", 1)]
    assert dict(answer.changes) == {
        "figure": [RATE],
        "at_least": [pytest.approx(0.099057118)],
        "at_most": [pytest.approx(0.10033112)],
        "before": ["AMS m10"],
        "after": ["nothing"],
    }
    assert [one.name for one in answer.turning] == [RATE]
    assert answer.exit_code == 0
    assert repr(answer) == "<TimingTippingAnswer benelux-stages: 1 of 1 figures turn it, optimal>"
    assert "changes" in answer._repr_html_()


def test_the_table_has_every_value_with_its_whole_plan(answer):
    table = answer.table
    assert table["first_decision"] == ["AMS m10"] * 3 + ["nothing"] * 2
    assert table["plan"][0] == "2026 AMS m10"
    assert all(gap <= 1e-6 for gap in table["gap"])
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [row["plan"] for row in rows] == table["plan"]


def test_all_ranges_end_with_what_turns_the_first_decision():
    ranged = nd.tipping(nd.read("benelux-stages").with_values({"tables.ranges": RANGES}), width="5%")
    assert (
        ranged.sentences[0] == "Base path, 2026 to 2030: the best plan costs EUR 422.97 m, discounted to 2026; proven."
    )
    assert ranged.sentences[1] == "Its first decision: order AMS m10 in 2026."
    assert ranged.sentences[2].startswith(f"No figure inside its range turns the first decision but: {RATE} (from 0.1")
    assert ranged.sentences[2].endswith(" on: order nothing).")
    assert [one.turns for one in ranged.figures] == [False, True]


def test_the_command_prints_and_writes_the_same(answer, netdesign, tmp_path):
    file = tmp_path / "r.json"
    call = ("tipping", "benelux-stages", RATE, "0.02", "0.15", "--quiet")
    ended = netdesign(*call, "-o", file)
    assert ended.code == 0
    assert " ".join(answer.sentences) in " ".join(ended.out.split())
    written, own = json.loads(file.read_text(encoding="utf-8")), answer.to_dict()
    for data in (written, own):
        del data["times"]
    assert written == own
    assert nd.verify("benelux-stages", file)
    assert netdesign("verify", "benelux-stages", file).code == 0
    # The file is a result of tipping, which another call of tipping may replace.
    assert netdesign(*call, "-o", file).code == 0


def test_a_gap_that_leaves_the_first_decision_open_is_told():
    """With a gap of 5 % the plan need not be the best one; at how many values it may not be is said."""
    loose = nd.tipping("benelux-stages", "volume_factor", 0.9, 1.1, gap=0.05, engine="decomposition", width=0.5)
    is_open = [point for point in loose.figures[0].points if point.gap > 1e-6]
    told = [text for text in loose.sentences if "leaves open which first decision is best" in text]
    assert bool(is_open) == bool(told)
    assert all(point.gap <= 0.05 for point in loose.figures[0].points)


def test_a_known_plan_that_is_cheaper_than_what_a_loose_gap_has_found_is_told():
    """With a gap of 5 % the plan of the upper end is cheaper at the present value than the plan found there."""
    loose = nd.tipping(
        "benelux-stages", "volume_factor", 0.9, 1.1, tree=True, gap=0.05, engine="decomposition", width=0.5
    )
    for point in loose.figures[0].points:
        for other in point.as_good:
            assert other.objective <= point.objective * (1 + 2e-6)
            is_less = other.objective < point.objective * (1 - 1e-6)
            assert is_less == any(
                text.startswith(f"At volume_factor = {point.value:g} a plan is known that costs EUR ")
                for text in loose.sentences
            )
    assert nd.verify("benelux-stages", loose)
