"""Explain why no plan is permitted: find the policies that clash, then how far each of their figures has to give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign.analysis.explain.clashes import Clashes, Found
from netdesign.analysis.explain.figures import figures_of
from netdesign.analysis.explain.finder import PlanFinder
from netdesign.analysis.explain.giving import Given, Giving
from netdesign.analysis.explain.rules import rule_of, rules_in_force, with_rules
from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.read_question import read_question
from netdesign.errors import UsageError
from netdesign.evaluate import evaluate
from netdesign.instance.policies import Policy
from netdesign.results.explanation_document import FEASIBLE, ClashPart, ExplanationDocument, FigurePart, Kept
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.explain.call import ExplainCall
    from netdesign.analysis.explain.figure import Figure
    from netdesign.analysis.problem import SolveProblem
    from netdesign.instance import Instance
    from netdesign.instance.published.reading import Named
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question

    Names = frozenset[str]

CLASH_S = 10.0
"""Seconds that ``solve`` looks for a clash."""

MOST_FIGURES = 12
"""Figures of one policy that are looked at: hubs with a capacity may be many."""


def explain_problem(
    name_or_path: Named,
    call: ExplainCall,
    watch: Watch,
    listeners: Listeners[ExplanationDocument] = NO_LISTENERS,
) -> tuple[SolveProblem, ExplanationDocument]:
    """Read a problem and explain why no plan is permitted, or say that one is.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, or an option contradicts it.
    SolverError
        A defect.
    """
    read = read_question(name_or_path, call, watch, listeners.progress)
    if read.problem.has_users_model:
        message = f"--model {call.model}: what a model file of one's own permits is not told in policies; leave it out"
        raise UsageError(message)
    listeners.tell(read.problem)
    policies = PolicySearch(read.question)
    policies.clashes.search(call.most)
    found_s = read.total_s
    figures = FigureSearch(policies)
    parts = figures.clash_parts()
    total_s = read.total_s
    seconds = {
        "read_s": read.read_s,
        "clashes_s": found_s - read.read_s,
        "figures_s": total_s - found_s,
        "total_s": total_s,
    }
    return read.problem, _document(policies, figures, parts, read.recorded, seconds)


class PolicySearch:
    """The policies in force that can permit no plan, and the search for those that clash.

    Parameters
    ----------
    question
        The problem.

    Attributes
    ----------
    clashes
        Those that are found.
    permitted
        A plan that keeps all policies; None where none is found.
    """

    def __init__(self, question: Question) -> None:
        self.finder = PlanFinder(question)
        self.instance = question.instance
        self.rules = rules_in_force(question.instance)
        self.names = tuple(rule.name for rule in self.rules)
        self.clashes = Clashes(self.names, self._find)
        self.permitted: Plan | None = None

    def order(self, clash: Names) -> tuple[object, ...]:
        """Return what sorts sets of policies: the smallest first."""
        return len(clash), [self.names.index(name) for name in self.listed(clash)]

    def listed(self, names: Names) -> list[str]:
        """Return policies in their order."""
        return [name for name in self.names if name in names]

    def with_rules(self, kept: Names) -> Instance:
        """Return the instance with some of its policies, and the others left out."""
        return with_rules(self.instance, self.rules, kept)

    def _find(self, kept: Names) -> Found:
        left_out = [name.replace("_", " ") for name in self.names if name not in kept]
        instance = self.with_rules(kept)
        found = self.finder.find(instance, f"without {', '.join(left_out)}" if left_out else "any plan")
        if found.plan is None:
            return Found(found.has_plan)
        if not left_out:
            self.permitted = found.plan
        return Found(True, frozenset(self.names) - self._violated(found.plan))

    def _violated(self, plan: Plan) -> Names:
        """Return the policies that a plan does not keep."""
        violations = evaluate(self.instance, self.finder.question.network, plan).violations
        return frozenset(rule_of(str(violation.policy), self.instance) for violation in violations)


def least_clash(question: Question) -> list[str] | None:
    """Return one least set of policies that clash, of a problem that has no plan; None where the time runs out first.

    It has its own time of ``CLASH_S`` at most.
    """
    watch = question.watch
    limits = replace(watch.limits, time_limit_s=watch.elapsed_s + min(CLASH_S, watch.remaining_s))
    policies = PolicySearch(replace(question, watch=Watch(limits, watch.stopped, watch.started)))
    clash, is_least = policies.clashes.least_in(frozenset(policies.names))
    return policies.listed(clash) if is_least else None


class FigureSearch:
    """The search for how far the figures of clashing policies have to give.

    Parameters
    ----------
    policies
        The policies, with the clashes that are found.

    Attributes
    ----------
    is_cut_short
        Whether the time of a figure ran out: each has an equal part of what is left.
    """

    def __init__(self, policies: PolicySearch) -> None:
        self._policies = policies
        self._finder, self._instance = policies.finder, policies.instance
        self._alone: dict[tuple[str, str, str], Given] = {}
        self._told: dict[tuple[object, ...], FigurePart | None] = {}
        self._finished: set[tuple[object, ...]] = set()
        self._left = 0
        self.is_cut_short = False

    def clash_parts(self) -> list[ClashPart]:
        """Return the clashes, the smallest first, with their figures.

        What figures leave of their time those have that had too little.
        """
        clashes = sorted(self._policies.clashes.found, key=self._policies.order)
        names = [name for clash in clashes for name in clash]
        of_all = sum(len(figures_of(self._instance, name)[:MOST_FIGURES]) for name in names)

        def looked_at() -> list[ClashPart]:
            self.is_cut_short, self._left = False, of_all - len(self._finished)
            return [self._clash_part(clash) for clash in clashes]

        parts = looked_at()
        while self.is_cut_short and not self._policies.finder.is_over:
            parts = looked_at()
        return parts

    def _clash_part(self, clash: Names) -> ClashPart:
        """Return a clash with its figures."""
        names = self._policies.listed(clash)
        figures = [part for name in names for part in self._figures(name, clash)]
        is_least = clash not in self._policies.clashes.not_least
        return ClashPart(policies=names, is_least=is_least, figures=figures)

    def _figures(self, name: str, clash: Names) -> Iterator[FigurePart]:
        """Yield how far figures of a policy have to give; those that need not give and cannot help are left out."""
        own = figures_of(self._instance, name)
        for figure in own[:MOST_FIGURES]:
            key = clash, str(figure.policy), figure.subject, figure.kind
            if key not in self._finished:
                part = self._part(figure, own, clash)
                self._told[key] = _nearer(self._told.get(key), part)
                if not self._finder.is_over if part is None else part.is_finished:
                    self._finished.add(key)
            told = self._told[key]
            if told is not None:
                yield told

    def _part(self, figure: Figure, own: list[Figure], clash: Names) -> FigurePart | None:
        """Return how far a figure has to give, in its part of the time; None where it cannot help."""
        remaining_s = self._policies.finder.question.watch.remaining_s
        self._finder = self._policies.finder.within(remaining_s / self._left)
        self._left -= 1
        for kept, instance in self._loosened(figure, own, clash):
            given = self._given(figure, kept, instance)
            self.is_cut_short |= not given.is_finished and self._finder.is_over
            if given.is_enough is not False:
                return figure_part(figure, given, kept)
        return None

    def _loosened(self, figure: Figure, own: list[Figure], clash: Names) -> Iterator[tuple[Kept, Instance]]:
        """Yield instances in which less is kept beside a figure, and in which it still has to give."""
        yield Kept.ALL, self._instance
        instance = self._policies.with_rules(clash)
        yield Kept.CLASH, instance
        for other in own:
            if other is not figure:
                instance = other.without(instance)
        if self._finder.find(instance, f"{figure.policy.replace('_', ' ')} {figure.subject}").has_plan is False:
            yield Kept.FIGURE, instance

    def _given(self, figure: Figure, kept: Kept, instance: Instance) -> Given:
        """Return how far a figure has to give; while all else is kept, this is the same in every clash."""
        if kept is not Kept.ALL:
            return Giving(self._finder, instance, figure).search()
        key = figure.policy, figure.subject, figure.kind
        found = self._alone.get(key)
        if found is None or not found.is_finished:
            found = Given(False) if self._is_hopeless(figure) else Giving(self._finder, instance, figure).search()
            self._alone[key] = found
        return found

    def _is_hopeless(self, figure: Figure) -> bool:
        """Return whether it is known that there is no plan even without the policy of a figure.

        A deadline that moves makes shares larger too, so it can be enough where leaving it out is not.
        """
        clashes = self._policies.clashes
        return clashes.is_complete and figure.policy != Policy.DEADLINE and {figure.policy} not in clashes.corrections


def _nearer(before: FigurePart | None, after: FigurePart | None) -> FigurePart | None:
    """Return what says more of a figure: the later one, unless its time ended before it came as near."""
    if before is None or before.value is None or before.refused is None or after is None or after.is_finished:
        return after
    if after.value is None or after.refused is None:
        return before
    return min(before, after, key=lambda one: abs((one.value or 0.0) - (one.refused or 0.0)))


def figure_part(figure: Figure, given: Given, kept: Kept) -> FigurePart:
    """Return what is known of a figure as a part of the document."""
    return FigurePart(
        policy=str(figure.policy),
        subject=figure.subject,
        kind=figure.kind,
        unit=figure.unit,
        asked=figure.asked,
        kept=kept,
        value=given.value,
        refused=given.refused,
        open_hubs=list(given.open_hubs),
        is_finished=given.is_finished,
    )


def _document(
    policies: PolicySearch,
    figures: FigureSearch,
    parts: list[ClashPart],
    recorded: dict[str, Any],
    seconds: dict[str, float],
) -> ExplanationDocument:
    clashes = policies.clashes
    is_feasible = True if policies.permitted is not None else False if parts else None
    is_finished = all(figure.is_finished for part in parts for figure in part.figures)
    ending: Termination | str = Termination.INFEASIBLE
    if is_feasible:
        ending = FEASIBLE
    elif (policies.finder.is_over or figures.is_cut_short) and not (clashes.is_complete and parts and is_finished):
        ending = policies.finder.question.watch.ending
    elif is_feasible is None or not is_finished:
        # The engine could not decide it, with time left.
        ending = Termination.SIZE_LIMIT
    corrections = sorted(clashes.corrections, key=policies.order) if not is_feasible else []
    return ExplanationDocument(
        **recorded,
        termination=ending,
        is_feasible=is_feasible,
        open_hubs=[] if policies.permitted is None else list(policies.permitted.open_hubs),
        clashes=parts,
        is_complete=clashes.is_complete and not is_feasible,
        enough=[policies.listed(correction) for correction in corrections],
        times={name: round(value, 6) for name, value in seconds.items()},
    )
