"""Alternatives over years from Python and from the command line: one answer, as sentences, table, CSV, JSON, a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

import netdesign as nd


@pytest.fixture(scope="module")
def answer():
    """The first decisions near the best."""
    return nd.alternatives("benelux-stages", with_="BRU")


def test_an_answer_has_decisions_and_a_condition(answer):
    assert isinstance(answer, nd.TimingAlternativesAnswer)
    assert [[(one.hub, one.module) for one in each.first.orders] for each in answer.decisions] == [
        [("AMS", "m10")],
        [],
        [("BRU", "m10")],
        [("LGG", "m10")],
        [("AMS", "m20")],
    ]
    assert answer.is_complete
    assert answer.others_bound > answer.limit
    assert answer.condition.difference == answer.decisions[2].difference
    assert answer.exit_code == 0
    assert repr(answer) == "<TimingAlternativesAnswer benelux-stages: 5 first decisions, optimal>"
    assert "above the best" in answer._repr_html_()


def test_the_answer_in_words(answer):
    assert answer.sentences == (
        "Base path, 2026 to 2030: the best plan costs EUR 422.97 m, discounted to 2026; proven.",
        "Its first decision: order AMS m10 in 2026.",
        "4 other first decisions have plans within 1% (EUR 4.23 m) of it, and none is missing; proven.",
        "The best plan that orders at BRU in 2026 costs EUR 1.95 m more: order BRU m10; proven.",
    )


def test_without_a_site_another_decision_comes_first():
    found = nd.alternatives("benelux-stages", without="AMS", most=1)
    assert found.sentences[-1] == (
        "The best plan that does not order at AMS in 2026 costs EUR 0.18 m more: order nothing; proven."
    )
    assert not found.is_complete


def test_the_table_has_whole_plans(answer):
    table = answer.table
    assert table["first_decision"] == ["AMS m10", "nothing", "BRU m10", "LGG m10", "AMS m20"]
    assert table["plan"][1] == "2027 AMS m10"
    rows = list(csv.DictReader(io.StringIO(answer.to_csv())))
    assert [row["plan"] for row in rows] == table["plan"]


def test_the_command_prints_and_writes_the_same(answer, netdesign, tmp_path):
    file = tmp_path / "r.json"
    call = ("alternatives", "benelux-stages", "--with", "BRU", "--quiet")
    ended = netdesign(*call, "-o", file)
    assert ended.code == 0
    assert " ".join(answer.sentences) in " ".join(ended.out.split())
    written, own = json.loads(file.read_text(encoding="utf-8")), answer.to_dict()
    for data in (written, own):
        del data["times"]
    assert written == own
    assert netdesign("verify", "benelux-stages", file).code == 0
    # The file is a result of alternatives, which another call of alternatives may replace, but not go on from.
    assert netdesign(*call, "-o", file).code == 0
    refused = netdesign(*call, "-o", file, "--resume")
    assert (refused.code, refused.err) == (
        2,
        "netdesign: --resume: is for instances of one year, and this one is over several; leave it out\n",
    )


def test_a_tree_has_the_first_decisions_of_its_root():
    found = nd.alternatives("benelux-stages", tree=True, within=1_000_000)
    assert found.sentences[0].startswith("Tree, 2026 to 2030: the best plan has an expected cost of EUR 404.56 m")
    assert found.is_complete
    assert nd.verify("benelux-stages", found)


def test_what_is_found_is_kept_meanwhile():
    kept = []
    found = nd.alternatives("benelux-stages", keep=kept.append)
    assert kept
    assert all(one.is_running for one in kept)
    assert len(kept[-1].decisions) <= len(found.decisions)
