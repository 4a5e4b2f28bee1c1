"""Solve a problem of several years: find the plan and its alternatives, and make the result."""

from __future__ import annotations

import math
import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.timing import value_of_information
from netdesign.analysis.timing.earlier import check_same, check_true, is_complete
from netdesign.analysis.timing.infeasibility import clashing_policies
from netdesign.analysis.timing.plan_search import no_plan_of, or_incumbent, search_for_regret, search_plan
from netdesign.analysis.timing.problem import TimingProblem, load_timing
from netdesign.analysis.timing.record import record_of_timing
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.stages import RiskMeasure
from netdesign.results.part import RUNNING
from netdesign.results.resuming import plan_to_go_on_from
from netdesign.results.staged_result import is_tree, timing_document
from netdesign.solve.auto import choose_staged_engine
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.pricing import make_pricer
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.call import TimingCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.resuming import EarlierResult
    from netdesign.results.staged_document import SearchedPart, TimingDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion
    from netdesign.solve.registry import Choice

Found = TypeVar("Found")

_NOT_SEARCHED_AGAIN = "its plan is priced again, and nothing is searched again"


def solve_timing(
    name_or_path: Named,
    call: TimingCall,
    watch: Watch,
    listeners: Listeners[TimingDocument] = NO_LISTENERS,
    earlier: EarlierResult[TimingDocument] | None = None,
    cluster: str | None = None,
) -> tuple[TimingProblem, TimingDocument]:
    """Read a problem and find which hubs to open, when and how large.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.
    earlier
        Result of an earlier call: the answer where it is complete, else its plan is the first incumbent. None without
        one.
    cluster
        Address of a Dask scheduler whose workers help to price operations, or None.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, or no engine can state it; or the earlier call had another.
    ContradictionError
        What the earlier call left is false.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_timing(name_or_path, call)
    listeners.tell(problem)
    incumbent = None
    if earlier is not None:
        check_same(earlier, call, problem)
        if is_complete(earlier.document, watch.limits.relative_gap):
            check_true(earlier, name_or_path, problem, call)
            listeners.notify(watch, f"note: {earlier.path} is complete; {_NOT_SEARCHED_AGAIN}")
            return problem, earlier.document
        incumbent = plan_to_go_on_from(earlier, problem.staged)
    question = replace(problem.question(watch, listeners.progress, call.engine), incumbent=incumbent)
    choice = choose_staged_engine(question)
    recorded = record_of_timing(name_or_path, call, problem, watch, choice)
    with closing(make_pricer(watch.limits.threads, cluster, partial(listeners.notify, watch))) as pricer:
        run = _Run(replace(question, pricer=pricer), choice, recorded, listeners)
        listeners.begin(run.document(is_running=True))
        run.times["read_s"] = time.perf_counter() - begun
        run.solve()
        run.find_alternatives()
    run.times["total_s"] = time.perf_counter() - begun
    return problem, run.document(is_running=False)


class _Run:
    """The state of a call: its question and what it has found so far."""

    def __init__(
        self,
        question: StagedQuestion,
        choice: Choice[StagedInstance, StagedEngine],
        recorded: dict[str, Any],
        listeners: Listeners[TimingDocument],
    ) -> None:
        self.times: dict[str, float] = {}
        self._question, self._choice, self._recorded, self._listeners = question, choice, recorded, listeners
        self._wait_and_see: list[SearchedPart] = []
        self._end(StagedSolution(Termination.INTERRUPTED, None, None, -math.inf))

    def document(self, *, is_running: bool) -> TimingDocument:
        """Return the state as a result."""
        return timing_document(
            self._question.staged,
            self._solution,
            self._evaluation,
            self._wait_and_see,
            termination=RUNNING if is_running else self._solution.termination,
            times={name: round(seconds, 6) for name, seconds in self.times.items()},
            **self._recorded,
        )

    def solve(self) -> None:
        """Find the plan."""
        if self._question.staged.stages.risk.measure is RiskMeasure.REGRET:
            question, self._wait_and_see = self._timed("known_s", lambda: search_for_regret(self._question))
            if question is None:
                self._end(no_plan_of(self._wait_and_see))
                return
            self._question = question
        solution = StagedSolution(self._question.watch.ending, None, None, -math.inf)
        if not self._question.watch.is_over:
            solution = self._timed("plan_s", self._solved)
        self._end(or_incumbent(self._question, solution, self._choice.name))

    def _solved(self) -> StagedSolution:
        return search_plan(replace(self._question, keep=self._keep), self._choice, self._change_engine)

    def _change_engine(self, choice: Choice[StagedInstance, StagedEngine]) -> None:
        self._choice = choice
        self._recorded["engine"] = {"name": choice.name, "reason": choice.reason}

    def find_alternatives(self) -> None:
        """Find the value of alternatives to the plan, or why there is no plan."""
        question, solution, plan = self._question, self._solution, self._solution.plan
        if plan is None:
            if solution.termination is Termination.INFEASIBLE:
                self._recorded["clash"] = list(self._timed("clash_s", lambda: clashing_policies(question)))
            return
        # A call that is killed from here on leaves the plan with its last bound.
        self._report()
        if not is_tree(question.staged):
            delays = self._timed("delays_s", lambda: value_of_information.delays(question, plan, solution))
            years = self._timed("single_years_s", lambda: value_of_information.single_years(question))
            self._recorded |= {"delays": delays, "single_years": years}
        else:
            if not self._wait_and_see:
                self._wait_and_see = self._timed("known_s", lambda: self._known_paths(plan))
            values = self._timed(
                "values_s", lambda: value_of_information.values(question, solution, self._wait_and_see)
            )
            self._recorded["values"] = values

    def _known_paths(self, plan: StagedPlan) -> list[SearchedPart]:
        """Return the wait-and-see solutions beside a plan that was found without them."""
        found = value_of_information.wait_and_see_paths(self._question)
        if self._evaluation is None:
            return found
        return value_of_information.or_own_way(self._question, plan, self._evaluation.path_costs.tolist(), found)

    def _timed(self, name: str, work: Callable[[], Found]) -> Found:
        begun = time.perf_counter()
        found = work()
        self.times[name] = time.perf_counter() - begun
        return found

    def _keep(self, plan: StagedPlan, objective: float, bound: float) -> None:
        if self._listeners.keeps:
            self._end(StagedSolution(Termination.INTERRUPTED, plan, objective, bound))
            self._report()

    def _report(self) -> None:
        if self._listeners.keeps:
            self._listeners.keep(self.document(is_running=True))

    def _end(self, solution: StagedSolution) -> None:
        question, plan = self._question, solution.plan
        self._solution, self._evaluation = solution, None
        if plan is not None:
            found = evaluate_staged(question.staged, question.networks, plan, question.known)
            self._solution, self._evaluation = replace(solution, objective=found.objective), found
