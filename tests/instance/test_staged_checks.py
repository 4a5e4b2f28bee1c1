"""Minima and caps over years: refused where no plan can keep them, and only there."""

from __future__ import annotations

import re

import pytest

from netdesign.errors import InstanceError
from netdesign.instance import resolve_stages
from netdesign.instance.read import read_staged
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.dynamic import Dynamic
from tests.instance.bad.case import edited
from tests.support.small_instances import STAGES, write_instance
from tests.support.staged import question_of

HARD, CLOSING = "minimum_throughput: hard", "closing: true"
CHEAPER = "{of: hubs.*.fixed_cost_eur_per_year, at_year: 2028, factor: 0.5}"
DEARER = "{of: hubs.*.fixed_cost_eur_per_year, at_year: 2027, factor: 1}\n    - " + CHEAPER.replace("0.5", "3")


def least(site: str, tonnes: int) -> str:
    """Return a policy of a hub that is to get so much of 170 t in 2026 and 340 t in 2028."""
    return f"minimum_throughput: {{counts: all, hubs: [{{site: {site}, tonnes_per_year: {tonnes}}}]}}"


def capped(cap: int) -> str:
    """Return policies under which B opens and costs at most so much a year; it takes 100 EUR, and 20 a module."""
    return f"required: [B], fixed_cost_cap_eur_per_year: {cap}"


def text_of(policies: str, stages: str = "", path: str = "") -> str:
    """Return an instance with more policies, more in its stages, and one more path."""
    text = STAGES.replace("{new_hubs: {max: 2}}", f"{{new_hubs: {{max: 2}}, {policies}}}")
    text = text.replace("  discount_rate", f"  {stages}\n  discount_rate") if stages else text
    return text.replace("  paths:\n", f"  paths:\n    - {path}\n") if path else text


IMPOSSIBLE = [
    (
        text_of(least("A", 200), HARD),
        "minimum_throughput: in 2026 the hubs that must be open are to get 200 t; the counted volume is 170 t",
    ),
    (
        text_of(f"required: [B], {least('B', 400)}", HARD),
        "minimum_throughput: in 2028 the hubs that must be open are to get 400 t; the counted volume is 340 t",
    ),
    (
        text_of(capped(120), path=DEARER),
        "fixed_cost_cap_eur_per_year: 120 is under the 320 EUR that the new hubs that must open cost to run in 2028",
    ),
    (
        text_of(capped(110)),
        "fixed_cost_cap_eur_per_year: 110 is under the 120 EUR that the new hubs that must open cost to run in 2028",
    ),
]

POSSIBLE = {
    "take or pay": text_of(least("A", 400)),
    "in the last year there is enough": text_of(f"required: [B], {least('B', 200)}", HARD),
    "B never opens": text_of(least("B", 400), HARD),
    "at the cap": text_of(capped(120)),
    "cheaper in the last year": text_of(capped(90), path=CHEAPER),
    "B closes before it is dear": text_of(capped(120), CLOSING, DEARER),
}


@pytest.mark.parametrize(("text", "message"), IMPOSSIBLE)
def test_what_no_plan_can_keep_is_refused(tmp_path, text, message):
    with pytest.raises(InstanceError, match=rf"(?m)^  instance\.yaml:7:\d+: policies\.{re.escape(message)}$"):
        question_of(tmp_path, text)


@pytest.mark.parametrize("text", [text for text, _ in IMPOSSIBLE])
def test_what_is_refused_has_no_plan(tmp_path, text, monkeypatch):
    monkeypatch.setattr(resolve_stages, "check_resolved_stages", lambda *_: None)
    assert Dynamic(question_of(tmp_path, text)).solve().termination is Termination.INFEASIBLE


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_is_not_refused_has_a_plan(tmp_path, name):
    assert Dynamic(question_of(tmp_path, POSSIBLE[name])).solve().termination is Termination.OPTIMAL


def test_more_modules_than_a_hub_may_have_are_told_with_the_column_that_says_how_many(tmp_path):
    text = edited(STAGES, ("[{site: A, module: s}]", "[{site: A, module: s, count: 9}]"))
    with pytest.raises(InstanceError) as refused:
        read_staged(write_instance(tmp_path, text))
    assert "9 of s are over the " in refused.value.faults[0].message
    assert refused.value.faults[0].message.endswith("; write more under most in the modules table")
