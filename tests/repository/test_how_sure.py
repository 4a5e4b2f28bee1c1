"""docs/how-sure.md: its tables add up, and what it says of ends of ranges and of worlds is what there is."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

import numpy as np
import pytest

import netdesign as nd
from netdesign.instance.figures import paths_of
from scripts import how_sure_figures
from scripts.doc_transcripts import ROOT
from scripts.how_sure_corners import CornerRow, least_losing, losses_told, savings_of
from scripts.how_sure_drawn import shares_between
from scripts.how_sure_held import corners_of, ends_of, further_of, hurting_of, leads_of, told_of, values_of, worst_of
from scripts.how_sure_rivals import beyond_told
from scripts.how_sure_words import listed

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


def test_leads_are_what_the_first_network_saves_more_at_both_ends(held):
    for name, leads in leads_of(held).items():
        saved = {end.value: end.savings[0] - end.savings[1] for end in ends_of(held) if end.figure.name == name}
        assert leads == [saved[value] for value in sorted(saved)]
    assert any(map(any, leads_of(held).values()))


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


def test_openings_of_sites_are_as_many_as_the_networks_have_hubs():
    openings = [int(row[1].split(" of ")[0]) for row in rows_under("What else is nearly as good", "site")]
    counts = re.findall(r"(\d+) have (\d+) hubs", " ".join(PAGE.split()))
    assert sum(openings) == sum(int(networks) * int(hubs) for networks, hubs in counts) > 0


def test_parts_of_the_cost_add_up_to_it():
    rows = {row[0]: row[1:] for row in rows_under("The second hub", "")}
    parts = [values for name, values in rows.items() if name.startswith("of it ")]
    assert len(parts) > 1
    for place, cost in enumerate(rows["cost"]):
        assert sum(float(values[place]) for values in parts) == pytest.approx(float(cost), abs=0.005 * (len(parts) + 1))


def test_ends_that_hurt_take_from_a_saving_and_are_added_one_by_one(held):
    present = savings_of(nd.compare("benelux", "LGG", "LGG,AMS", "LGG,BRU"))
    hurting = hurting_of(held)
    assert hurting
    assert all(any(own < now for own, now in zip(end.savings, present, strict=True)) for end in hurting)
    further = further_of(held, after=1)
    assert len(further[0]) == 2
    assert further[-1] == tuple(hurting)
    assert all(more[: len(fewer)] == fewer for fewer, more in pairwise(further))


def losing_rows(held, **losing):
    """Return all corners of three ends, and in which of them two networks lose, by the places of their ends."""
    ends = worst_of(held)[:3]
    corners = [corner for number in (2, 3) for corner in combinations(ends, number)]
    return [
        CornerRow(corner, [-1.0 if {*map(ends.index, corner)} in losing[name] else 1.0 for name in ("one", "other")])
        for corner in corners
    ]


def test_where_a_network_loses_is_told_by_the_fewest_ends(held, monkeypatch):
    for end in worst_of(held):
        monkeypatch.setitem(how_sure_figures._NAMES, how_sure_figures.path_of(end.figure), end.figure.name)
    rows = losing_rows(held, one=[{0, 1}, {1, 2}, {0, 1, 2}], other=[{0, 1}, {0, 1, 2}])
    first, last = (told_of(rows[place].corner) for place in (0, 2))
    assert least_losing(rows, 1) == [rows[0].corner]
    assert losses_told(rows, ["A", "B"]) == [
        f"both lose with {first}",
        f"A loses also with {last}",
    ]


def test_a_network_that_loses_at_some_ends_and_not_with_one_more_is_refused(held):
    with pytest.raises(AssertionError):
        least_losing(losing_rows(held, one=[{0, 1}], other=[]), 0)


def test_losses_that_are_told_are_those_of_the_table():
    header = re.findall(r"^\| volume from Hangzhou at .*(?=\n\| --)", PAGE, re.MULTILINE)[0]
    names = [cell.strip() for cell in header.strip("|").split("|")]
    short = " ".join(PAGE.partition("\n## How it is counted\n")[0].split())
    for place in (-2, -1):
        rows = [row for row in rows_under("The second hub", names[0]) if "does not pay" in row[place]]
        losing = [[name for name, cell in zip(names, row[:-2], strict=False) if cell] for row in rows]
        assert losing
        for ends in losing:
            is_least = not any(set(other) < set(ends) for other in losing)
            assert (
                re.search(rf"(lose|loses also) with {re.escape(listed(ends))} \*", short) is not None
            ) == is_least, ends


def test_what_the_second_hubs_save_under_changes_is_that_of_the_better_one():
    header = "changed"
    rows = {row[0]: row[1:] for row in rows_under("What no range covers", header)}
    costs = {row[0]: row[1:] for row in rows_under("The second hub", "")}
    assert rows["as it is"][:2] == [f"+{saving}" for saving in costs["saves against today"][1:3]]


def test_the_best_under_changes_is_told_the_most_frequent_first():
    told = beyond_told({"PRG": ["a"], "BUD": ["b", "c"]})
    assert told.endswith("The best is then BUD (b, c) or PRG (a).")


def test_what_two_values_of_a_regret_mean_is_told_only_where_there_are_two():
    regrets = [row[-2] for row in rows_under("Which network is robust", "network")]
    assert ("Of two values of a regret" in PAGE) == any(" to " in regret for regret in regrets)


def test_no_end_in_the_table_has_the_wrong_second_hub_cost_more_than_is_told():
    found = re.search(r"than EUR ([\d.]+) m a year if it is .*?, and ([\d.]+) m if it is ", " ".join(PAGE.split()))
    assert found
    most_best, most_other = map(float, found.groups())
    for row in rows_under("The second hub", "figure"):
        lead = float(row[2]) - float(row[3])
        assert -most_best - 0.01 <= lead <= most_other + 0.01, row
