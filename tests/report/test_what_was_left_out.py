"""An answer says what it did not look at, where that may have been better or is what one compares with."""

from __future__ import annotations

import pytest

import netdesign as nd

ONE_NEW = "At most 1 new hub is permitted; more were not looked at."


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"max_new": 1}, ONE_NEW),
        ({"set": {"policies.new_hubs": {"max": 1}}}, ONE_NEW),
        ({"set": {"policies.hub_count": {"max": 2}}}, "At most 2 hubs are permitted; more were not looked at."),
        # Best by itself with fewer; all sites; a number that was asked for; nothing further is permitted.
        ({"set": {"policies.hub_count": {"max": 3}}}, None),
        ({}, None),
        ({"hubs": 2}, None),
        ({"max_new": 0}, None),
    ],
)
def test_a_cap_that_the_best_network_uses_up_is_told(options, told):
    answer = nd.solve("tiny", **options)
    assert [line for line in answer.sentences if "permitted" in line] == ([] if told is None else [told])
    cap = nd.report(answer).data["verdict"]["cap"]
    assert cap == ("" if told is None else told[0].lower() + told[1:-1])


def test_a_cap_that_the_best_network_leaves_room_under_is_not_told():
    """Four hubs may open, B + E is the best, and three are permitted."""
    answer = nd.solve("benelux")
    assert answer.document.plan is not None
    assert len(answer.document.plan.open_hubs) == 2
    assert not [line for line in answer.sentences if "permitted" in line]


def test_todays_network_is_told_where_failures_and_worlds_leave_it_out():
    told = "Today's LGG is not among them; --networks LGG,LGG+AMS looks at both."
    stress = nd.stress("benelux", failures=True, draws=10, networks=["LGG+AMS"])
    assert told in stress.sentences
    assert [record["sentences"][-1] for record in nd.report(stress).data["evidence"]] == [told, told]
    both = nd.stress("benelux", failures=True, networks=["LGG,LGG+AMS"])
    assert [network.hubs for network in both.networks] == [("LGG", "AMS"), ("LGG",)]
    assert not [line for line in both.sentences if "not among" in line]


def test_todays_network_is_not_told_where_it_is_not_permitted():
    stress = nd.stress("tiny", failures=True, networks=["B+D"], set={"policies.new_hubs": {"min": 1, "max": 2}})
    assert not [line for line in stress.sentences if "not among" in line]


@pytest.mark.parametrize(
    ("options", "end"),
    [
        ({}, "no permitted network is expected to cost less in all; proven."),
        ({"networks": ["B+D"]}, "other networks may cost less in all."),
        ({"networks": ["B+D,B+E"]}, "in all the least of these 2; proven of them, not of other networks."),
    ],
)
def test_what_failures_cost_is_told_apart_from_what_no_other_network_has_less_of(options, end):
    [line] = [line for line in nd.stress("tiny", failures=True, **options).sentences if "With its failures" in line]
    assert "of it for failures; " in line
    assert line.endswith(end)
