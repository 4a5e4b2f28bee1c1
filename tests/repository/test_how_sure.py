"""docs/how-sure.md: its tables add up, and what it says of ends of ranges and of worlds is what there is."""

from __future__ import annotations

import re

import numpy as np
import pytest

import netdesign as nd
from netdesign.instance.figures import paths_of
from scripts.doc_transcripts import ROOT
from scripts.how_sure_drawn import shares_between
from scripts.how_sure_held import corners_of, ends_of, values_of, worst_of
from scripts.how_sure_rivals import leans

PAGE = (ROOT / "docs" / "how-sure.md").read_text(encoding="utf-8")


def rows_under(heading: str, first: str) -> list[list[str]]:
    """Return the rows of the first table under a heading whose header begins with a cell."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, heading
    found = re.search(rf"^\| {re.escape(first)} \|.*\n\| --.*\n((?:\|.*\n?)+)", section, re.MULTILINE)
    assert found, f"{heading} has no table that begins with {first}"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in found[1].splitlines()]


@pytest.fixture(scope="module")
def held():
    """Two networks of the Benelux instance, each by itself over all ranges."""
    return [nd.tipping("benelux", open=[site], max_new=1) for site in ("AMS", "BRU")]


def test_ends_of_ranges_have_the_savings_of_networks_as_they_stand(held):
    ends = ends_of(held)
    assert ends == sorted(ends, key=lambda end: min(end.savings))
    for end in (ends[0], ends[-1]):
        values = dict.fromkeys(paths_of(end.figure.name), end.value)
        costs = [one.network.objective for one in nd.compare("benelux", "LGG", "LGG,AMS", "LGG,BRU", set=values).rows]
        assert end.savings == pytest.approx((costs[0] - costs[1], costs[0] - costs[2]))


def test_corners_are_of_the_worst_end_of_each_figure(held):
    worst = worst_of(held)
    assert len({end.figure.name for end in worst}) == len(worst)
    assert all(min(end.savings) >= min(worst[0].savings) for end in ends_of(held))
    corners = corners_of(held)
    assert len(corners[0]) == 2
    assert corners[-1] == tuple(worst[: len(corners[-1])])
    assert set(values_of(corners[0])) == {path for end in worst[:2] for path in paths_of(end.figure.name)}


def test_shares_of_values_between_limits():
    assert shares_between(np.array([1.0, 2.0, 3.0, 9.0]), [2.5, 5.0]) == [0.5, 0.25, 0.25]
    assert shares_between(np.array([1.0]), [2.0, 3.0]) == [1.0, 0.0, 0.0]


def test_openings_of_sites_add_up_to_what_the_page_says():
    openings = [int(row[1].split(" of ")[0]) for row in rows_under("What else is nearly as good", "site")]
    assert f"The openings add up to {sum(openings)}:" in PAGE


def test_parts_of_the_cost_add_up_to_it():
    rows = {row[0]: row[1:] for row in rows_under("The second hub", "")}
    parts = [values for name, values in rows.items() if name.startswith("of it ")]
    assert len(parts) > 1
    for place, cost in enumerate(rows["cost"]):
        assert sum(float(values[place]) for values in parts) == pytest.approx(float(cost), abs=0.005 * (len(parts) + 1))


def test_losses_that_are_told_are_those_of_the_table():
    header = re.findall(r"^\| volume from Hangzhou at .*(?=\n\| --)", PAGE, re.MULTILINE)[0]
    names = [cell.strip() for cell in header.strip("|").split("|")]
    rows = rows_under("The second hub", names[0])
    for place in (-2, -1):
        lost = sum("does not pay" in row[place] for row in rows)
        assert f"{names[place]} loses in {lost}" in " ".join(PAGE.split())


def test_what_leans_to_a_site_is_most_of_the_changes():
    assert leans({"PRG": ["a"], "BUD": ["b", "c"]}).startswith("**What no world tests leans to BUD.** Of 3 ")
    assert leans({"PRG": ["a"], "BUD": ["b"]}).startswith("**What no world tests leans to no site.** Of 2 ")
