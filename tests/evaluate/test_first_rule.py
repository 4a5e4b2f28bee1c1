"""The referee knows rules on the first decision, so that no engine can overlook one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netdesign.analysis.call import TimingCall
from netdesign.analysis.timing.problem import load_timing
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.first_decision import FirstDecision, FirstRule
from netdesign.solve.auto import solve_auxiliary
from netdesign.solve.core.limits import SolveLimits, Watch
from tests.support.small_instances import STAGES, write_instance


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The small instance over years, with its best plan, which orders at B and C at once."""
    folder = write_instance(tmp_path_factory.mktemp("stages"), STAGES)
    question = load_timing(str(folder), TimingCall()).question(Watch(SolveLimits()))
    return question, solve_auxiliary(question).plan


RULES = {
    "something is ordered": (FirstRule(ordered_at=frozenset({"B"})), []),
    "nothing is ordered": (FirstRule(ordered_at=frozenset({"A"})), ["2026: A: nothing is ordered in the first year"]),
    "left idle": (FirstRule(not_ordered_at=frozenset({"A"})), []),
    "not left idle": (
        FirstRule(not_ordered_at=frozenset({"B"})),
        ["2026: B: something is ordered in the first year"],
    ),
    "another one left out": (FirstRule(left_out=frozenset({FirstDecision((), ())})), []),
}


@pytest.mark.parametrize(("rule", "expected"), RULES.values(), ids=RULES)
def test_what_the_first_decision_has_to_be(rule, expected, solved):
    question, plan = solved
    found = evaluate_staged(replace(question.staged, first=rule), question.networks, plan).violations
    assert [f"{one.subject}: {one.message}" for one in found] == expected
    assert rule.permits(plan.first) == (not expected)


def test_a_first_decision_that_is_left_out(solved):
    question, plan = solved
    rule = FirstRule(left_out=frozenset({plan.first}))
    [found] = evaluate_staged(replace(question.staged, first=rule), question.networks, plan).violations
    assert (found.subject, found.message) == ("2026", "what is decided in the first year is left out")
    assert not rule.permits(plan.first)
