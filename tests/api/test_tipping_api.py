"""Tipping from Python and from the command line: one answer, as sentences, tables, CSV, JSON and a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd

E_COSTS = "hubs.E.fixed_cost_eur_per_year"
RANGES = [
    {"path": "volume_factor", "low": 0.5, "high": 4},
    {"path": "factors.inter_hub", "low": 0.3, "high": 0.7},
    {"path": "road.co2e_g_per_tkm", "low": 0, "high": 100},
    {"path": "road.speed_kmh", "low": 60, "high": 110},
]


@pytest.fixture(scope="module")
def answer():
    """What the price of a hub at E turns."""
    return nd.tipping("tiny", E_COSTS, 0, 200_000)


@pytest.fixture(scope="module")
def ranged():
    """All ranges of an instance."""
    return nd.tipping(nd.read("tiny").with_values({"tables.ranges": RANGES}))


def test_an_answer_has_figures_and_changes(answer):
    assert answer.best.hubs == ("B", "D")
    assert answer.today.hubs == ("B",)
    assert dict(answer.changes) == {
        "figure": [E_COSTS],
        "at_least": [93_000.0],
        "at_most": [93_000.0],
        "before": ["B+E"],
        "after": ["B+D"],
    }
    assert [one.name for one in answer.turning] == [E_COSTS]
    assert answer.exit_code == 0
    assert repr(answer) == "<TippingAnswer tiny: 1 of 1 figures turn it, optimal>"
    assert "93000" in answer._repr_html_() or "changes" in answer._repr_html_()


def test_all_ranges_end_with_what_turns_the_verdict(ranged):
    """At 80 km/h another hub is best: what lies between the values that are solved is not looked at, and told so."""
    assert ranged.sentences == (
        "The best network is B + D, EUR 0.35 m a year; proven.",
        "No figure inside its range turns the verdict but: volume_factor (under 0.653595: B).",
        "Nothing depends on: road.co2e_g_per_tkm; proven.",
        "Solved at single values, while what lies between these is not looked at: road.speed_kmh.",
    )
    assert [one.method.value for one in ranged.figures] == ["exact", "exact", "no_effect", "bisection"]
    assert [one.turns for one in ranged.figures] == [True, False, False, False]
    assert [one.is_proven for one in ranged.figures] == [True, True, True, False]


def test_a_change_that_is_narrowed_down_is_told_with_both_values():
    found = nd.tipping("tiny", "road.speed_kmh", 60, 90, width="5%")
    [change] = found.figures[0].changes
    assert change.at_most - change.at_least <= 0.05 * 30
    low, high = f"{change.at_least:.8g}", f"{change.at_most:.8g}"
    assert found.sentences[1] == (
        f"The best network for road.speed_kmh from 60 to 90 km/h: 60 to {low}: B + D; {high} to 90: B + E; each value "
        "that is solved is proven."
    )


def test_csv_has_a_row_for_each_value(ranged):
    rows = list(csv.DictReader(io.StringIO(ranged.to_csv())))
    assert len(rows) == sum(max(1, len(one.points)) for one in ranged.figures) == len(ranged.table["figure"])
    idle = [row for row in rows if row["method"] == "no_effect"]
    assert [row["value"] for row in idle] == [""]
    assert {row["figure"] for row in rows} == {row["path"] for row in RANGES}


def test_a_file_is_written_and_verified(answer, tmp_path):
    answer.save(tmp_path / "t.json")
    data = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert data["format"] == "netdesign.tipping/1"
    assert data["options"]["figure"] == E_COSTS
    assert nd.verify("tiny", tmp_path / "t.json")
    assert nd.verify("tiny", answer)


def test_python_has_the_words_of_python():
    with pytest.raises(nd.UsageError, match=r"^width 2: give a share of the range over 0, such as 1% or 0\.01$"):
        nd.tipping("tiny", "volume_factor", 1, 2, width=2)
    with pytest.raises(
        nd.UsageError, match=r"^tipping: margin: unknown keyword; allowed: width, grid, steps, tree, scenario, risk,"
    ):
        nd.tipping("tiny", "volume_factor", 1, 2, margin=2)
    with pytest.raises(nd.UsageError, match=r"^figure 3: give the path of a figure, such as road\.speed_kmh$"):
        nd.tipping("tiny", 3, 1, 2)


def test_the_command_prints_what_python_has(netdesign, tmp_path, answer):
    ended = netdesign("tipping", "tiny", E_COSTS, "0", "200000", "-o", tmp_path / "t.json", "--quiet")
    assert ended.code == 0
    assert ended.err == ""
    assert ended.out.partition("Time:")[0] == str(answer).partition("Time:")[0]
    assert netdesign("verify", "tiny", tmp_path / "t.json").code == 0
    as_csv = netdesign("tipping", "tiny", E_COSTS, "0", "200000", "--format", "csv", "--quiet").out
    assert as_csv == answer.to_csv()


def test_a_limit_ends_with_its_exit_code(netdesign, monkeypatch):
    """The time is over once the first figure is looked at."""
    from netdesign.analysis.tipping_figures import FigureFinder

    look_at = FigureFinder.found

    def then_stop(self, figure, present):
        found = look_at(self, figure, present)
        self.moved.watch.stopped.set()
        return found

    monkeypatch.setattr(FigureFinder, "found", then_stop)
    rows = ", ".join(f"{{path: {row['path']}, low: {row['low']}, high: {row['high']}}}" for row in RANGES)
    ended = netdesign("tipping", "tiny", "--set", f"tables.ranges=[{rows}]", "--quiet")
    assert ended.code == 5
    left_out = "factors.inter_hub, road.co2e_g_per_tkm, road.speed_kmh."
    assert f"The search was ended by an interruption; not looked at: {left_out}" in " ".join(ended.out.split())
