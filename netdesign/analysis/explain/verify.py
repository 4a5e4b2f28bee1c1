"""Verify an explanation: what its data alone contradict, and its clashes and figures by searches of another engine."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.analysis.contradictions import TOLERANCE, Verification, differs
from netdesign.analysis.explain.figures import figures_of
from netdesign.analysis.explain.finder import PlanFinder
from netdesign.analysis.explain.rules import rules_in_force, with_rules
from netdesign.results.explanation_document import FEASIBLE, ClashPart, Kept
from netdesign.solve.auto import another_engine
from netdesign.solve.core.outcome import Termination, exactness, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.explain.figure import Figure
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
    sites = {site.id for site in problem.instance.sites}
    yield from _of_sites(document.open_hubs or [], sites)
    for clash_part in document.clashes:
        for figure in clash_part.figures:
            yield from (f"{_place(figure)}: {text}" for text in _of_sites(figure.open_hubs or [], sites))
            yield from (f"{_place(figure)}: {text}" for text in _of_figure(figure, problem.instance, clash_part))


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


def _of_sites(open_hubs: list[str], sites: set[str]) -> Iterator[str]:
    unknown = sorted(set(open_hubs) - sites)
    if unknown:
        yield f"open_hubs: {', '.join(unknown)}: there is no such site"


def _of_figure(stated: FigurePart, instance: Instance, clash: ClashPart) -> Iterator[str]:
    figure = _figure(stated, instance)
    if figure is None or stated.policy not in clash.policies:
        yield "is no figure of a policy of the clash"
        return
    if differs(stated.asked, figure.asked) or stated.unit != figure.unit:
        yield f"asked: states {stated.asked} {stated.unit}; the instance says {figure.asked} {figure.unit}"
    if stated.value is None or stated.refused is None or stated.asked is None:
        if figure.asked is not None and stated.open_hubs:
            yield "value: is missing"
        return
    sign = 1.0 if figure.rises else -1.0
    in_order = sorted((sign * stated.asked, sign * stated.refused, sign * stated.value))
    slack = TOLERANCE * exactness(stated.value, abs(stated.asked))
    stated_order = (sign * stated.asked, sign * stated.refused, sign * stated.value)
    if any(abs(one - other) > slack for one, other in zip(in_order, stated_order, strict=True)):
        yield f"refused: {stated.refused} is not between {stated.asked}, which is asked, and {stated.value}"
    if stated.is_finished and not figure.is_near(stated.value, stated.refused, slack):
        yield f"is_finished: states so at {stated.value} and {stated.refused}"


def _figure(stated: FigurePart, instance: Instance) -> Figure | None:
    own = figures_of(instance, stated.policy)
    return next((one for one in own if (one.subject, one.kind) == (stated.subject, stated.kind)), None)


def _place(figure: FigurePart) -> str:
    return " ".join(filter(None, (figure.policy, figure.subject, figure.kind)))


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
    proof.check_clash(ClashPart(policies=clash, is_least=True, figures=[]))
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
        proof.check("is_feasible", problem.instance, has_plan=True)
    for clash in document.clashes:
        proof.check_clash(clash)
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

    def check_clash(self, clash: ClashPart) -> None:
        """Check that a clash permits no plan, that it is least, and its figures."""
        names = frozenset(clash.policies)
        self.check(f"clash of {_named(names)}", self._with(names), has_plan=False)
        for name in sorted(names) if clash.is_least else ():
            self.check(f"clash of {_named(names)} without {name}", self._with(names - {name}), has_plan=True)
        for stated in clash.figures:
            figure = _figure(stated, self._instance)
            if figure is None or figure.with_value is None or stated.value is None or stated.refused is None:
                continue
            kept = self._instance if stated.kept is Kept.ALL else self._with(names)
            if stated.kept is Kept.FIGURE:
                for other in figures_of(self._instance, stated.policy):
                    if (other.subject, other.kind) != (figure.subject, figure.kind):
                        kept = other.without(kept)
            give = TOLERANCE * exactness(stated.value) * (1.0 if figure.rises else -1.0)
            if figure.is_whole:
                refused, value = stated.refused, stated.value
            else:
                refused, value = stated.refused - 2 * give, stated.value + give
            self.check(f"{_place(stated)} {stated.value:.6g}", figure.with_value(kept, value), has_plan=True)
            self.check(
                f"{_place(stated)} nearer than {stated.refused:.6g}", figure.with_value(kept, refused), has_plan=False
            )

    def check_correction(self, names: list[str]) -> None:
        """Check that there is a plan without some policies."""
        kept = frozenset(rule.name for rule in self._rules) - set(names)
        self.check(f"all but {_named(names)}", self._with(kept), has_plan=True)

    def _with(self, kept: frozenset[str]) -> Instance:
        return with_rules(self._instance, self._rules, kept)
