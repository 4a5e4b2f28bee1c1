"""Explanations name all least sets of clashing policies, and how far each figure has to give, as brute force has it."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign.analysis.explain import amount_searches, finder, out_of_reach
from netdesign.analysis.explain.answer import explain_problem
from netdesign.analysis.explain.call import ExplainCall
from netdesign.analysis.explain.clashes import Clashes, Found
from netdesign.analysis.explain.figures import figures_of
from netdesign.analysis.explain.giving import Given, Giving
from netdesign.analysis.explain.rules import rules_in_force
from netdesign.analysis.verify import verify
from netdesign.errors import InstanceError
from netdesign.report.explanation import Deadlines, explanation_lines
from netdesign.results.explanation_document import Kept
from netdesign.solve.core.engine import Question
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Phases, Solution, Termination
from tests.support.brute_force import BruteForce
from tests.support.clashes_brute import (
    clashes_of,
    has_network,
    policies_in_force,
    tightened,
    with_figure,
    without,
)
from tests.support.coupled_strategies import coupled_document
from tests.support.seeds import seeds
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document
from tests.support.solving import read_document, written
from tests.support.strategies import carbon_document, random_document

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.results.explanation_document import ClashPart, ExplanationDocument, FigurePart
    from tests.support.solving import Document

DRAWN = {
    "freight": (random_document, BruteForce),
    "coupled": (coupled_document, BruteForce),
    "carbon": (carbon_document, BruteForce),
    "vehicles": (services_document, ServicesBrute),
}
"""How instances of a kind are drawn, and who solves them by brute force."""

BEYOND = 2e-6
"""Relative distance from a value that is told at which brute force must agree, beyond its own rounding."""


def explained(document: Document, folder: Path, **options: object) -> ExplanationDocument:
    """Return the explanation of a document, which verify then confirms without a search."""
    with written(document, folder):
        _, found = explain_problem(str(folder), ExplainCall(**options), Watch(SolveLimits()))
        contradictions, _ = verify(str(folder), found)
    assert contradictions.contradictions == ()
    return found


def agree(kind: str, seed: int, folder: Path) -> bool:
    """Compare an explanation with brute force; return whether there is anything to explain."""
    make, force = DRAWN[kind]
    draw = Random(f"explain {kind} {seed}")
    document = tightened(draw, make(draw))
    try:
        read_document(document, folder)
    except InstanceError:
        return False
    wanted = clashes_of(document, force)
    try:
        found = explained(document, folder)
    except InstanceError:
        # Without a route in time it is the data that show it.
        assert wanted
        return False
    assert found.is_feasible is (not wanted)
    assert {frozenset(clash.policies) for clash in found.clashes} == wanted
    if not wanted:
        return False
    assert found.is_complete
    names = policies_in_force(document)
    for correction in found.enough:
        assert has_network(without(document, correction), force)
    for clash in found.clashes:
        for figure in clash.figures:
            agree_on_figure(document, names, clash, figure, folder, force)
    return True


def agree_on_figure(
    document: Document, names: list[str], clash: ClashPart, figure: FigurePart, folder: Path, force: type[BruteForce]
) -> None:
    """Compare what a figure can be with brute force on either side."""
    kept = document
    if figure.kept is not Kept.ALL:
        assert not has_network(with_figure(document, figure, None), force)
        kept = without(document, [name for name in names if name not in clash.policies])
    if figure.kept is Kept.FIGURE:
        assert not has_network(with_figure(kept, figure, None), force)
        for other in figures_of(read_document(document, folder), figure.policy):
            if (other.subject, other.kind) != (figure.subject, figure.kind):
                kept = with_figure(kept, other, None)
    assert has_network(with_figure(kept, figure, None), force)
    assert figure.is_finished
    if figure.asked is None:
        assert (figure.value, figure.refused) == (None, None)
        return
    assert figure.value is not None
    assert figure.refused is not None
    rises = max(figure.value, figure.refused) > figure.asked
    slack = (
        0.0 if "number" in figure.kind else BEYOND * max(1.0, abs(figure.value), figure.asked) * (1 if rises else -1)
    )
    assert has_network(with_figure(kept, figure, figure.value + slack), force)
    assert not has_network(with_figure(kept, figure, figure.refused - 2 * slack), force)


@pytest.mark.parametrize("kind", ["freight", "coupled", "carbon"])
@seeds(36)
def test_clashes_and_figures_are_those_of_brute_force(kind, seed, tmp_path_factory):
    agree(kind, seed, tmp_path_factory.mktemp("explained"))


@seeds(30)
def test_with_vehicles_too(seed, tmp_path_factory):
    agree("vehicles", seed, tmp_path_factory.mktemp("explained"))


@pytest.mark.long
@pytest.mark.parametrize("kind", list(DRAWN))
@seeds(24)
def test_as_if_sets_of_hubs_were_many(kind, seed, tmp_path_factory):
    """Then likely sets come first, and models without costs go to HiGHS."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (finder, amount_searches, out_of_reach):
            patch.setattr(module, "FEW_SETS", 0)
        patch.setattr(finder, "_FEW_HUBS", 1)
        agree(kind, seed, tmp_path_factory.mktemp("explained"))


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        # A required site is closed by itself.
        ("carbon", 399),
        # Beyond the least minimum SciPy has choices that keep it within a millionth only.
        ("vehicles", 590),
    ],
)
def test_draws_that_once_were_false(kind, seed, tmp_path):
    assert agree(kind, seed, tmp_path)


@pytest.mark.parametrize("seed", range(60))
def test_leaving_out_a_policy_forbids_no_site_and_no_number(seed, tmp_path):
    draw = Random(f"left out {seed}")
    document = tightened(draw, random_document(draw))
    hub = draw.choice(document["tables"]["hubs"])
    document["policies"].setdefault("required", []).append(hub["id"])
    hub |= draw.choice(({}, {"status": "closed"}))
    try:
        instance = read_document(document, tmp_path)
    except InstanceError:
        return
    for rule in rules_in_force(instance):
        free = rule.without(instance)
        assert set(free.allowed) >= set(instance.allowed)
        assert free.hub_range[0] <= instance.hub_range[0]
        assert free.hub_range[1] >= instance.hub_range[1]


@pytest.mark.parametrize("seed", range(40))
def test_any_family_of_clashes_is_found_whole(seed):
    draw = Random(f"clashes {seed}")
    names = [f"p{i}" for i in range(draw.randint(1, 7))]
    sets = {frozenset(draw.sample(names, draw.randint(1, len(names)))) for _ in range(draw.randint(1, 5))}
    least = {one for one in sets if not any(other < one for other in sets)}
    asked = []

    def find(kept: frozenset[str]) -> Found:
        asked.append(kept)
        return Found(not any(one <= kept for one in least), kept)

    clashes = Clashes(names, find)
    clashes.search(most=100)
    assert set(clashes.found) == least
    assert clashes.is_complete
    assert all(all(one & correction for one in least) for correction in clashes.corrections)
    assert len(asked) == len(set(asked)), "nothing is asked twice"


def test_an_unknown_answer_leaves_a_clash_that_may_not_be_least():
    known = {frozenset("abc"): False, frozenset("bc"): False}
    clashes = Clashes(("a", "b", "c"), lambda kept: Found(known.get(kept)))
    clashes.search(most=100)
    assert (clashes.found, clashes.not_least) == ([frozenset("bc")], [frozenset("bc")])
    assert not clashes.is_complete


@pytest.mark.parametrize(("time_limit_s", "kind"), [(None, "coupled"), (100.0, "coupled"), (None, "vehicles")])
def test_no_search_by_the_model_over_many_sets_may_last_for_ever(time_limit_s, kind, tmp_path, monkeypatch):
    """One that does not end leaves its figure with what is known, and time for the figures after it."""
    for module in (finder, amount_searches, out_of_reach):
        monkeypatch.setattr(module, "FEW_SETS", 0)
    draw = Random(f"explained {kind} 3")
    document = tightened(draw, DRAWN[kind][0](draw))
    solved, longest = amount_searches.AmountSearches.solved, []

    def recorded(self, question, task, gap=amount_searches.WIDEST_GAP, limit_s=None):
        longest.append(self.question.watch.remaining_s if limit_s is None else limit_s)
        return solved(self, question, task, gap, limit_s)

    monkeypatch.setattr(amount_searches.AmountSearches, "solved", recorded)
    call, watch = ExplainCall(engine="monolithic"), Watch(SolveLimits(time_limit_s=time_limit_s))
    with written(document, tmp_path):
        explain_problem(str(tmp_path), call, watch)
    assert longest
    assert max(longest) <= 60.0


def test_what_no_engine_decided_in_its_part_of_the_time_is_told(tmp_path, monkeypatch):
    """The figures that are missing are named, and what gives them more time."""
    monkeypatch.setattr(Giving, "search", lambda self: Given(None, is_finished=False))
    draw = Random("explained coupled 3")
    found = explained(tightened(draw, coupled_document(draw)), tmp_path)
    sentence = explanation_lines(found, Deadlines(are_priced=False, always_late=0))[-1]
    told = (
        r"Not finished: \d figures?; no engine decided it in its part of the time; --time-limit S gives .* more of it."
    )
    assert re.fullmatch(told, sentence)


def test_a_search_that_had_to_compile_first_is_begun_again(monkeypatch):
    """The first `explain` on a machine says what the later ones say."""
    spent, tried = [0.0], []

    def found_late(asked, *others):
        del others
        spent[0] += 60.0 if len(tried) < 2 else 0.0
        tried.append(asked.watch.limits.time_limit_s)
        ending = Termination.TIME_LIMIT if len(tried) < 3 else Termination.OPTIMAL
        return Solution(ending, None, None, 0.0, Phases())

    monkeypatch.setattr(amount_searches, "loading_s", lambda: spent[0])
    monkeypatch.setattr(amount_searches, "solved_in_time", found_late)
    asked = Question(None, None, lambda: None, Watch(SolveLimits()))
    found = amount_searches.AmountSearches(asked, {}).solved(asked, "best network", limit_s=2.0)
    assert found is not None
    assert (found.termination, len(tried)) == (Termination.OPTIMAL, 3)
