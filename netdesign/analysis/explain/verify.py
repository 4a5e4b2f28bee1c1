"""Verify an explanation: what its data alone contradict, and its clashes and figures by searches of another engine."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.explain.clashes import smallest_hitting_set
from netdesign.analysis.explain.finder import PlanFinder
from netdesign.analysis.explain.rules import rules_in_force, with_rules
from netdesign.analysis.explain.verify_figures import (
    contradicted_figures,
    contradicted_hubs,
    figure_named,
    kept_beside,
    left_out,
    place_of,
    with_plan,
)
from netdesign.errors import InstanceError, UsageError
from netdesign.instance.options import fix_hubs
from netdesign.results.explanation_document import FEASIBLE, ClashPart
from netdesign.solve.auto import another_engine
from netdesign.solve.core.outcome import Termination, exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.instance import Instance
    from netdesign.results.explanation_document import ExplanationDocument, FigurePart
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


def contradicted_explanation(result: StatedResult[ExplanationDocument, SolveProblem, ExplainCall]) -> Iterator[str]:
    """Yield all that instance and result itself contradict in an explanation, without any search."""
    document, problem, call = result.document, result.problem, result.call
    yield from _of_ending(document)
    in_force = {rule.name for rule in rules_in_force(problem.instance)}
    sets = [frozenset(clash.policies) for clash in document.clashes]
    for clash in [*sets, *map(frozenset, document.enough)]:
        unknown = sorted(clash - in_force)
        if unknown:
            yield f"clashes: {', '.join(unknown)} is not in force, or can forbid nothing"
    for one in sets:
        if any(other < one for other in sets) or sets.count(one) > 1:
            yield f"clashes: {_named(one)} is not least, or stands twice"
        for correction in document.enough:
            if one.isdisjoint(correction):
                yield f"enough: {_named(correction)} leaves the clash of {_named(one)}"
    if any(len(one) > len(other) for one, other in pairwise(sets)):
        yield "clashes: are not in the order of their size"
    if len(sets) > call.most:
        yield f"clashes: are {len(sets)}; the call asks for {call.most} at most"
    yield from _of_enough(document, sets, call.most)
    if document.open_hubs:
        yield from contradicted_hubs(document.open_hubs, problem.instance)
    if any(not one <= in_force for one in sets):
        return
    for clash_part in document.clashes:
        yield from contradicted_figures(clash_part, problem.instance, is_cut_short=document.is_cut_short)


def _of_ending(document: ExplanationDocument) -> Iterator[str]:
    if (document.termination == FEASIBLE) != bool(document.is_feasible):
        yield f"termination: states {document.termination} beside is_feasible {document.is_feasible}"
    if document.is_feasible is not False and (document.clashes or document.is_complete or document.enough):
        yield "clashes: are stated though no infeasibility is"
    if document.is_feasible is False and not document.clashes:
        yield "clashes: are missing"
    if bool(document.open_hubs) != bool(document.is_feasible):
        yield "open_hubs: do not fit to is_feasible"
    is_finished = all(figure.is_finished for clash in document.clashes for figure in clash.figures)
    if document.termination == Termination.INFEASIBLE and document.is_feasible is not False:
        yield "termination: states infeasible without a clash"
    if document.is_complete and is_finished and document.is_cut_short:
        yield f"termination: states {document.termination}, though nothing is missing"


def _of_enough(document: ExplanationDocument, sets: list[frozenset[str]], most: int) -> Iterator[str]:
    """Yield contradictions of the ways out with the clashes: a smallest set that has a policy of each clash is one."""
    stated = list(map(frozenset, document.enough))
    names = sorted({name for one in sets for name in one})
    ways: list[frozenset[str]] = []
    while sets and (way := smallest_hitting_set(names, sets, ways)) is not None:
        ways.append(way)
    for one in stated:
        if any(other < one for other in stated) or stated.count(one) > 1:
            yield f"enough: {_named(one)} is not smallest, or stands twice"
    missing = [one for one in ways if one not in stated]
    is_least = all(clash.is_least for clash in document.clashes)
    if document.is_complete and missing:
        yield f"enough: {'; '.join(map(_named, missing))} is missing from the ways out of a complete list of clashes"
    elif sets and not missing and not document.is_complete and is_least and len(sets) < most:
        yield "is_complete: states False; there is a way out by each smallest set, so no clash is missing"


def _named(policies: Iterator[str] | frozenset[str] | list[str]) -> str:
    return " + ".join(sorted(policies)) or "nothing"


def contradicted_clash(clash: list[str], termination: str, instance: Instance) -> Iterator[str]:
    """Yield what instance and ending of a solve contradict in the policies that are stated to clash."""
    if termination != Termination.INFEASIBLE:
        yield f"clash: stated beside termination {termination}"
    unknown = sorted(set(clash) - {rule.name for rule in rules_in_force(instance)})
    if unknown:
        yield f"clash: {', '.join(unknown)} is not in force, or can forbid nothing"


def prove_clash(question: Question, clash: list[str], engine: str) -> tuple[list[str], list[str]]:
    """Search again with an engine whether policies clash and are least; return contradictions and proofs."""
    proof = _Proof(PlanFinder(replace(question, asked=engine), is_relaxed=False), question.instance)
    proof.check_clash(ClashPart(policies=clash, is_least=True, figures=[]), is_cut_short=True)
    return proof.contradictions, proof.proofs


def prove_explanation(
    result: StatedResult[ExplanationDocument, SolveProblem, ExplainCall],
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Search again with another engine, and without a relaxation: each clash, its parts, and both sides of figures.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    document, problem = result.document, result.problem
    answered = str(document.engine.get("name", ""))
    record = another_engine(problem.instance, answered)
    proof = _Proof(PlanFinder(problem.question(watch, listen, record.name), is_relaxed=False), problem.instance)
    if document.is_feasible:
        proof.check_hubs("is_feasible", problem.instance, document)
    for clash in document.clashes:
        proof.check_clash(clash, is_cut_short=document.is_cut_short)
    for names in document.enough:
        proof.check_correction(names)
    return Verification(tuple(proof.contradictions), tuple(proof.proofs), record.name != answered)


class _Proof:
    """Searches that confirm or contradict an explanation."""

    def __init__(self, finder: PlanFinder, instance: Instance) -> None:
        self._finder, self._instance = finder, instance
        self._rules = rules_in_force(instance)
        self.contradictions: list[str] = []
        self.proofs: list[str] = []

    def check(self, what: str, instance: Instance, *, has_plan: bool) -> None:
        """Search once more for any plan, and note where the outcome is another."""
        found = self._finder.find(instance, f"proof of {what}").has_plan
        words = {True: "a plan", False: "no plan", None: "nothing before the time ran out"}
        if found is (not has_plan):
            self.contradictions.append(f"{what}: states {words[has_plan]}; another engine finds {words[found]}")
        else:
            self.proofs.append(f"{what}: solved again; {words[found]}")

    def check_clash(self, clash: ClashPart, *, is_cut_short: bool) -> None:
        """Check that a clash permits no plan, that it is least, and its figures."""
        names = frozenset(clash.policies)
        self.check(f"clash of {_named(names)}", self._with(names), has_plan=False)
        for name in sorted(names) if clash.is_least else ():
            self.check(f"clash of {_named(names)} without {name}", self._with(names - {name}), has_plan=True)
        for stated in clash.figures:
            self._check_figure(stated, clash)
        for figure in left_out(clash, self._instance) if not is_cut_short else ():
            kept = self._with(names)
            self.check(f"{place_of(figure)}, which is left out", figure.without(kept), has_plan=False)

    def _check_figure(self, stated: FigurePart, clash: ClashPart) -> None:
        """Check that there is a plan over the hubs of a figure, and none nearer to what is asked."""
        figure = figure_named(stated, self._instance)
        if figure is None:
            return
        if stated.open_hubs:
            value = "" if stated.value is None else f" {stated.value:.6g}"
            self.check_hubs(f"{place_of(stated)}{value}", with_plan(stated, figure, clash, self._instance), stated)
        if figure.with_value is None or stated.value is None or stated.refused is None:
            return
        kept = kept_beside(stated, figure, clash, self._instance)
        give = TOLERANCE * exactness(stated.value) * (1.0 if figure.rises else -1.0)
        refused = figure.with_value(kept, stated.refused if figure.is_whole else stated.refused - 2 * give)
        self.check(f"{place_of(stated)} nearer than {stated.refused:.6g}", refused, has_plan=False)

    def check_hubs(self, what: str, instance: Instance, stated: FigurePart | ExplanationDocument) -> None:
        """Check that there is a plan over the hubs that are stated."""
        try:
            fixed = fix_hubs(instance, stated.open_hubs)
        except (UsageError, InstanceError) as error:
            self.contradictions.append(f"{what}: open_hubs: {error}")
            return
        self.check(what, fixed, has_plan=True)

    def check_correction(self, names: list[str]) -> None:
        """Check that there is a plan without some policies."""
        kept = frozenset(rule.name for rule in self._rules) - set(names)
        self.check(f"all but {_named(names)}", self._with(kept), has_plan=True)

    def _with(self, kept: frozenset[str]) -> Instance:
        return with_rules(self._instance, self._rules, kept)
