"""Sentences on a plan over years whose searches were stopped."""

from __future__ import annotations

import pytest

import netdesign as nd
from netdesign.report.timing.answer import timing_text
from netdesign.report.timing.sentences import AskedOverYears, closing_lines, delay_lines, opening_lines
from netdesign.results.staged_document import IntervalPart
from netdesign.solve.core.outcome import Termination
from tests.support.small_instances import STAGES, write_instance

ENDINGS = ((Termination.OPTIMAL, ""), (Termination.TIME_LIMIT, " found so far"))
ONE = "  {}: to order it after 2026, if at all, costs {} more; the search for such a plan was stopped."
MANY = "  {}: to order one of them later costs {} more; the searches for such plans were stopped."


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """Return the folder of the small instance over years."""
    return write_instance(tmp_path_factory.mktemp("stages"), STAGES)


@pytest.mark.parametrize(
    ("known", "lines"),
    [
        ((None, None, None), [MANY.format("B, C and D", "an unknown amount")]),
        ((None, 0.0, 3e6), [MANY.format("B and C", "an unknown amount"), ONE.format("D", "at least EUR 3.00 m")]),
        ((2e6, None, 2e6), [MANY.format("B and D", "at least EUR 2.00 m"), ONE.format("C", "an unknown amount")]),
        ((1e6, 2e6, 3e6), [ONE.format(hub, f"at least EUR {n}.00 m") for hub, n in zip("BCD", (1, 2, 3), strict=True)]),
    ],
)
def test_hubs_of_whose_delay_the_same_is_known_share_a_line(known, lines, stages):
    """Where the searches were stopped: of thirteen hubs there were thirteen lines alike."""
    found = nd.timing(stages).document.delays[0]
    later = found.later.model_copy(update={"objective": None, "orders": []})
    delays = [found.model_copy(update={"hub": "A"})]
    for hub, at_least in zip("BCD", known, strict=True):
        cost = IntervalPart(value=None, at_least=at_least, at_most=None, is_infinite=False)
        delays.append(found.model_copy(update={"hub": hub, "later": later, "extra_cost": cost}))
    shown = delay_lines(delays)
    assert (shown[0], shown[2:]) == ("What a delay costs:", lines)
    assert shown[1].startswith("  A: to order it after 2026, if at all, costs EUR")
    assert delay_lines([]) == []


@pytest.mark.parametrize(("year", "ordered"), [(None, "is never ordered"), (2027, "is ordered in 2027")])
def test_the_plan_that_a_delay_leads_to_is_told_whole(year, ordered, stages):
    """Also where the hub is ordered later: what else is ordered then is part of what the delay costs."""
    delay = nd.timing(stages).document.delays[0]
    order = delay.later.orders[0]
    others = [order.model_copy(update={"hub": "C", "year": 2026, "count": 1})]
    own = [order.model_copy(update={"hub": delay.hub, "year": year, "count": 1})] if year else []
    later = delay.later.model_copy(update={"orders": others + own, "closings": []})
    [_, line] = delay_lines([delay.model_copy(update={"later": later})])
    plan = f"2026 C {order.module}" + (f"; {year} {delay.hub} {order.module}" if year else "")
    assert line.endswith(f"more; then it {ordered}: {plan}.")


@pytest.mark.parametrize(
    ("ending", "why", "one_year"),
    [
        (Termination.TIME_LIMIT, "the time limit", "in time"),
        (Termination.INTERRUPTED, "an interruption", "before the interruption"),
        (Termination.SIZE_LIMIT, "the largest program that is attempted", "in time"),
    ],
)
def test_what_ended_a_search_beside_the_plan_is_named(ending, why, one_year, stages):
    found = nd.timing(stages).document
    year = found.single_years[0]
    stopped = year.best.model_copy(update={"termination": ending, "objective": None, "orders": []})
    changed = found.model_copy(update={"single_years": [year.model_copy(update={"best": stopped})]})
    [line] = closing_lines(changed)
    assert line.startswith(f"A search beside the plan's was ended by {why}; what is shown is the best found so far, ")
    assert f"\nThe one-year model of {year.year} was not solved {one_year}.\n" in timing_text(
        changed, AskedOverYears((), ("A",))
    )
    assert closing_lines(found) == []


@pytest.mark.parametrize(("ending", "so_far"), ENDINGS)
def test_a_plan_that_is_not_proven_is_the_best_found_so_far(ending, so_far, stages):
    found = nd.timing(stages).document.model_copy(update={"termination": ending})
    [line] = opening_lines(found, ())
    assert line.startswith(f"Base path, 2026 to 2028: the best plan{so_far} costs EUR ")


@pytest.mark.parametrize(("ending", "so_far"), ENDINGS)
def test_a_calendar_fixed_now_that_is_not_proven_is_the_best_found_so_far(ending, so_far, stages):
    found = nd.timing(stages, tree=True).document
    fixed = found.values.fixed.model_copy(update={"termination": ending})
    values = found.values.model_copy(update={"fixed": fixed})
    text = " ".join(timing_text(found.model_copy(update={"values": values}), AskedOverYears((), ("A",))).split())
    assert f", by which a calendar fixed now is dearer; the best{so_far}: 2026" in text
