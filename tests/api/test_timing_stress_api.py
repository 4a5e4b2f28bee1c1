"""Stress over years from Python and from the command line: one answer, as sentences, tables, CSV, JSON and a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd

DRAWN = [
    {"path": "volume_factor", "distribution": "lognormal", "sd": 0.2},
    {"path": "countries.NL.construction_cost_eur_per_m2", "low": 700, "high": 1500},
]
SET = f"tables.distributions={json.dumps(DRAWN)}"


@pytest.fixture(scope="module")
def answer():
    """What plans cost in 40 worlds."""
    return nd.stress(nd.read("benelux-stages").with_values({"tables.distributions": DRAWN}), draws=40)


def test_an_answer_has_plans_and_draws(answer):
    assert isinstance(answer, nd.TimingStressAnswer)
    assert [one.names for one in answer.plans] == [["best"], ["without AMS"], ["nothing"]]
    assert answer.draws.worlds == 40
    assert answer.draws.plans[0].difference == 0.0
    assert answer.exit_code == 0
    assert repr(answer) == "<TimingStressAnswer benelux-stages: 3 plans, optimal>"
    assert "without AMS" in answer._repr_html_()


def test_the_table_has_a_row_for_each_plan(answer):
    table = answer.table
    assert table["plan"] == ["best", "without AMS", "nothing"]
    assert table["orders"] == ["2026 AMS m10", "2027 BRU m10", "nothing"]
    assert table["mean"] == [one.mean for one in answer.draws.plans]
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [row["plan"] for row in rows] == table["plan"]


def test_the_command_prints_and_writes_the_same(answer, netdesign, tmp_path):
    file = tmp_path / "r.json"
    call = ("stress", "benelux-stages", "--draws", "40", "--set", SET, "--quiet")
    ended = netdesign(*call, "-o", file)
    assert ended.code == 0
    assert " ".join(answer.sentences) in " ".join(ended.out.split())
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["draws"] == answer.to_dict()["draws"]
    assert nd.verify("benelux-stages", file)
    assert netdesign("verify", "benelux-stages", file).code == 0
    # The file is a result of stress, which another call of stress may replace.
    assert netdesign(*call, "-o", file).code == 0


def test_worlds_are_1000_without_a_number_and_two_threads_have_the_same_answer(answer):
    again = nd.stress(nd.read("benelux-stages").with_values({"tables.distributions": DRAWN}), draws=40, threads=2)
    assert again.draws == answer.draws
    with pytest.raises(nd.UsageError) as refused:
        nd.stress("benelux-stages", set={"tables.ranges": []})
    assert refused.value.message.startswith("draws 1000: benelux-stages states no distributions and no ranges, so ")


def test_failures_are_of_one_year():
    with pytest.raises(nd.UsageError) as refused:
        nd.stress("benelux-stages", failures=True)
    assert refused.value.message == (
        "failures: failures are asked of one year, and this instance is over several; set stages=null takes the one "
        "that the file states"
    )
