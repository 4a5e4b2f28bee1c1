"""List all first decisions near the best, and say what the best plan costs that orders at some sites at once."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.analysis.listeners import NO_LISTENERS, Keeping, Listeners
from netdesign.analysis.near_best import cheaper_known, ending_of
from netdesign.analysis.timing.alternative_parts import condition_part, decision_part, top_level
from netdesign.analysis.timing.first_decisions import FirstDecisionsWithin, with_rule
from netdesign.analysis.timing.plan_search import no_plan_of, search_for_regret
from netdesign.analysis.timing.problem import TimingProblem, load_timing
from netdesign.analysis.timing.record import record_of_timing
from netdesign.errors import as_usage
from netdesign.instance.document import Located
from netdesign.instance.faults import FaultList
from netdesign.instance.first_decision import FirstRule
from netdesign.instance.options import OPTIONS_PLACE, apply_condition, check_condition, check_two_lists
from netdesign.instance.stage_checks import check_resolved_stages
from netdesign.results.part import finite
from netdesign.results.plans_over_years import PlansOverYears
from netdesign.results.staged_document import RiskPart
from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
from netdesign.results.years_parts import FirstDecisionPart, FoundPlanPart
from netdesign.solve.core.outcome import Termination, relative_gap
from netdesign.solve.multistage.pricing import make_pricer
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from netdesign.analysis.call import TimingAlternativesCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.results.staged_document import SearchedPart
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.multistage.question import StagedQuestion


def list_first_decisions(
    name_or_path: Named,
    call: TimingAlternativesCall,
    watch: Watch,
    listeners: Listeners[TimingAlternativesDocument] = NO_LISTENERS,
) -> tuple[TimingProblem, TimingAlternativesDocument]:
    """Read a problem over years and find all first decisions with a plan within a margin of the best.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, no engine can state it, or an option contradicts it.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_timing(name_or_path, call)
    restricted = under_condition(problem.staged, call)
    listeners.tell(problem)
    with closing(make_pricer(watch.limits.threads, None, partial(listeners.notify, watch))) as pricer:
        question = replace(problem.question(watch, listeners.progress, call.engine), pricer=pricer)
        answer = _Answer(call, question, restricted, begun)
        recorded = record_of_timing(name_or_path, call, problem, watch, answer.within.choice)
        keep = Keeping(listeners, partial(answer.document, recorded)) if listeners.keeps else None
        listeners.begin(answer.document(recorded))
        answer.search(keep)
    recorded["engine"] = {"name": answer.within.choice.name, "reason": answer.within.choice.reason}
    return problem, answer.document(recorded)


def under_condition(staged: StagedInstance, call: TimingAlternativesCall) -> StagedInstance:
    """Return the instance in which something is ordered at some sites in the first year, and nothing at others.

    Raises
    ------
    UsageError
        There are no such sites, or policies forbid it.
    """
    opened, closed = call.with_sites, call.without_sites
    check_two_lists(staged.base, opened, closed, ("--with", "--without"))
    check_condition(staged.base, call.hub_options, opened, closed, closes_for_good=False)
    rule = FirstRule(ordered_at=frozenset(opened), not_ordered_at=frozenset(closed))
    changed = replace(staged, base=apply_condition(staged.base, opened, ()), first=rule)
    faults = FaultList(Located({}, {(): OPTIONS_PLACE}))
    check_resolved_stages(changed, faults)
    if faults:
        raise as_usage(faults.found)
    return changed


class _Answer:
    """What is found so far, and the document that states it."""

    def __init__(
        self, call: TimingAlternativesCall, question: StagedQuestion, restricted: StagedInstance, begun: float
    ) -> None:
        self._call, self._question, self._restricted, self._begun = call, question, restricted, begun
        self._read_s = time.perf_counter() - begun
        self._known: list[SearchedPart] = []
        self._condition: StagedSolution | None = None
        self._no_path: StagedSolution | None = None
        self.within = FirstDecisionsWithin(question, call.within, call.most)

    def search(self, keep: Keeping[TimingAlternativesDocument] | None) -> None:
        """Find the best plan, then that under the condition of the call, then the others within the margin."""
        question, self._known = search_for_regret(self._question)
        if question is None:
            self._no_path = no_plan_of(self._known)
            return
        self._question = question
        self.within = FirstDecisionsWithin(question, self._call.within, self._call.most)

        def on_found() -> None:
            self._look_under_condition()
            if keep is not None:
                keep()

        self.within.search(on_found)

    def _look_under_condition(self) -> None:
        """Find the best plan under the condition of the call, unless it is known."""
        call = self._call
        if self._condition is not None or not (call.with_sites or call.without_sites):
            return
        best = self.within.listed[0]
        if self._restricted.first.permits(best.first):
            self._condition = StagedSolution(best.termination, best.plan, best.objective, best.bound)
            return
        words = (("with", call.with_sites), ("without", call.without_sites))
        task = " ".join(f"{word} {'+'.join(sites)}" for word, sites in words if sites)
        asked = with_rule(self._question, self._restricted, self._restricted.first, f"best {task}")
        self._condition = self.within.solved(asked)

    def document(self, recorded: dict[str, Any]) -> TimingAlternativesDocument:
        """Return the result."""
        within, staged, call = self.within, self._question.staged, self._call
        listed, scale = within.listed, self._question.scale
        plans = PlansOverYears()
        decisions = [decision_part(listed[0], one, plans.place(one.plan, staged), scale) for one in listed]
        condition = None
        if self._condition is not None and decisions:
            best = self._best_under_condition(self._condition)
            condition = condition_part(decisions[0], self._found_under_condition(best, plans), call)
        risk = staged.stages.risk
        total_s = time.perf_counter() - self._begun
        times = {"read_s": self._read_s, "search_s": total_s - self._read_s, "total_s": total_s}
        return TimingAlternativesDocument(
            **recorded,
            **top_level(decisions, call.within, within.others_bound, scale, is_complete=within.is_complete),
            scenario=staged.scenario,
            risk=RiskPart(measure=risk.measure, level=risk.level),
            termination=self._ending(),
            decisions=decisions,
            condition=condition,
            known=self._known,
            plans=plans.parts,
            times={name: round(seconds, 6) for name, seconds in times.items()},
        )

    def _best_under_condition(self, found: StagedSolution) -> StagedSolution:
        """Return the outcome of the search under the condition, with a plan of the list where that costs less."""
        listed = (one for one in self.within.listed if self._restricted.first.permits(one.first))
        known = cheaper_known(found, listed, self._question.scale)
        if known is None:
            return found
        return replace(found, plan=known.plan, objective=known.objective, bound=min(found.bound, known.objective))

    def _found_under_condition(self, solution: StagedSolution, plans: PlansOverYears) -> FoundPlanPart:
        plan = solution.plan
        return FoundPlanPart(
            termination=solution.termination,
            first=None if plan is None else FirstDecisionPart.of(plan.first),
            plan=None if plan is None else plans.place(plan, self._restricted),
            objective=solution.objective,
            bound=finite(solution.bound),
            gap=finite(relative_gap(solution.objective, solution.bound, self._question.scale)),
        )

    def _ending(self) -> Termination:
        """Return why the searches stopped."""
        if self._no_path is not None:
            return self._no_path.termination
        within = self.within
        return ending_of(within.listed, within.ending, self._condition, is_complete=within.is_complete)
