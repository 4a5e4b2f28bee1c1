"""Warnings of routes with services: promises that no departures keep, and freight that none can carry."""

from __future__ import annotations

import pytest

from netdesign.errors import ExitCode
from tests.support.small_instances import SERVICES, write_instance


@pytest.fixture
def ended(tmp_path, netdesign):
    """Return a function that runs a command on an instance with services under some settings."""
    folder = write_instance(tmp_path, SERVICES)

    def run(command: str, *settings: str):
        return netdesign(command, folder, *(word for one in settings for word in ("--set", one)), "--quiet")

    return run


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ("services.air.departures_per_week.max=1", "policies={new_hubs: {max: 0}}"),
            # Over A alone, whose row may have a most of its own.
            "instance.yaml:44: 1,000 t/year start at G, more than departures carry over any permitted hubs: air G to A "
            "500 (at most 1 a week), air G to X 500 (at most 1 a week); no network is feasible: raise departures_max "
            "of its row or services.air.departures_per_week.max, or name a larger vehicle",
        ),
        (
            ("services.distribution.departures_per_week.max=1", "services.distribution.vehicles=[van]"),
            # A van a week over each hub: 50 x 1 t.
            "instance.yaml:44: 800 t/year end at B, more than departures carry over any permitted hubs: distribution "
            "A to B 50 (at most 1 a week), distribution X to B 50 (at most 1 a week); no network is feasible",
        ),
    ],
)
def test_freight_that_no_departures_carry_is_named_by_leg(settings, message, ended):
    found = ended("solve", *settings)
    assert found.code == ExitCode.INFEASIBLE
    assert message in found.err


def test_what_the_departures_of_two_hubs_carry_together_is_not_warned_of(ended):
    """Two flights a week, one to each hub, take the 1,000 t/year."""
    found = ended("solve", "services.air.departures_per_week.max=1")
    assert (found.code, "more than departures carry" in found.err) == (ExitCode.ANSWERED, False)


@pytest.mark.parametrize("allocation", ["single", "single_each_way"])
def test_a_city_with_one_hub_has_the_departures_of_one_leg(allocation, netdesign):
    """Vans to B and to D would carry the 7 t a week of A between them, and no more than 5 t go to either."""
    words = ("services.collection.departures_per_week.max=5", "vehicles.truck.payload_t=1")
    settings = [word for one in words for word in ("--set", one)]
    divided = netdesign("solve", "tiny-vehicles", *settings, "--quiet")
    assert (divided.code, "more than departures carry" in divided.err) == (ExitCode.ANSWERED, False)
    found = netdesign("solve", "tiny-vehicles", *settings, "--set", f"problem.allocation={allocation}", "--notes")
    assert found.code == ExitCode.INFEASIBLE
    assert (
        "instance.yaml:68: 350 t/year start at A, more than departures carry over the one hub of a city, whichever it "
        "is: collection A to B 250 (at most 5 a week), collection A to D 250 (at most 5 a week), collection A to E 250 "
        "(at most 5 a week); no network is feasible: raise services.collection.departures_per_week.max, or name a "
        "larger vehicle"
    ) in found.err


WAITS = ("streams.inbound.deadline_h=13", "services.air.wait=mean", "services.air.departures_per_week.max=2")


def test_a_promise_that_no_departures_keep_is_warned_of(ended):
    """12 h are flown; 2 flights a week on 7 days are waited for 42 h, on 3 days longer."""
    found = ended("check", *WAITS)
    assert found.code == ExitCode.ANSWERED
    assert (
        "instance.yaml: 2 commodities have a deadline that no route over any permitted site meets; they pay the "
        "late penalty in every network: G to B (61.9 h), G to A (62.9 h)"
    ) in found.err


def test_a_hard_promise_that_no_departures_keep_is_a_fault(ended):
    hard = ("streams.inbound.deadline=hard", "streams.inbound.late_penalty_eur_per_parcel=0")
    found = ended("solve", *WAITS, *hard)
    assert found.code == ExitCode.BAD_INSTANCE
    assert (
        "instance.yaml:43: the fastest route from G to A takes 62.90 h with as many departures as may be; the hard "
        "deadline is 13 h; make it priced or longer"
    ) in found.err
