"""One call of timing from end to end: the plan, what stands beside it, and the result that records all of it."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from netdesign.analysis.problem import versions
from netdesign.analysis.timing import value_of_information
from netdesign.analysis.timing.infeasibility import clashing_policies
from netdesign.analysis.timing.problem import TimingProblem, load_timing, staged_record
from netdesign.errors import DisagreementError, ExitCode
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.published.reading import name_of
from netdesign.instance.stages import RiskMeasure
from netdesign.results.staged_result import TimingResult, is_tree
from netdesign.solve.core.outcome import Progress, Termination, silent
from netdesign.solve.multistage.auto import choice_after, choose_staged_engine
from netdesign.solve.multistage.pricing import opened_pricer
from netdesign.solve.multistage.question import StagedSolution
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.timing.problem import TimingCall
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_result import Searched
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.multistage.question import StagedEngine, StagedQuestion
    from netdesign.solve.registry import Choice

Found = TypeVar("Found")


def keep_no_result(result: TimingResult) -> None:
    """Let what is known so far pass."""


@dataclass(frozen=True)
class Listeners:
    """Who hears of a call while it runs.

    Parameters
    ----------
    progress
        Of progress.
    keep
        Of each better plan, as a result.
    """

    progress: Callable[[Progress], None] = silent
    keep: Callable[[TimingResult], None] = keep_no_result

    def say(self, watch: Watch, notice: str) -> None:
        """Pass a notice on at once."""
        self.progress(Progress(watch.elapsed_s, None, None, "", notice=notice))


def solve_timing(
    name_or_path: Named,
    call: TimingCall,
    watch: Watch,
    listeners: Listeners = Listeners(),
    begin: Callable[[TimingProblem], StagedPlan | None] = lambda problem: None,
    cluster: str | None = None,
) -> tuple[TimingProblem, TimingResult]:
    """Read a problem and answer when and how large.

    Parameters
    ----------
    name_or_path, call
        What is solved, in the words of the call.
    watch, listeners
        Limits, and who hears of progress.
    begin
        Gives the plan to begin with, or None.
    cluster
        Address of a Dask scheduler whose workers help to price operations, or None.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, or no engine can state it.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_timing(name_or_path, call)
    question = replace(problem.question(watch, listeners.progress, call.engine), incumbent=begin(problem))
    choice = choose_staged_engine(question)
    result = _nothing_yet(name_or_path, call, problem, question, choice)
    with opened_pricer(watch.limits.threads, cluster, partial(listeners.say, watch)) as pricer:
        run = _Run(replace(question, pricer=pricer), choice, result, listeners.keep)
        run.result.times["read_s"] = time.perf_counter() - begun
        run.solve()
        run.look_beside()
    times = run.result.times | {"total_s": time.perf_counter() - begun}
    return problem, replace(run.result, times=times, is_running=False)


def _nothing_yet(
    name_or_path: Named,
    call: TimingCall,
    problem: TimingProblem,
    question: StagedQuestion,
    choice: Choice[StagedInstance, StagedEngine],
) -> TimingResult:
    limits = question.watch.limits
    return TimingResult(
        instance_name=problem.staged.base.name,
        digest=problem.staged.base.digest,
        staged=problem.staged,
        networks=problem.networks,
        solution=StagedSolution(Termination.TIME_LIMIT, None, None, -math.inf),
        evaluation=None,
        options=call.to_record() | limits.to_record(),
        problem=staged_record(problem.staged, problem.replaced),
        engine={"name": choice.name, "reason": choice.reason},
        reader={"format_in": "netdesign", "instance": name_of(name_or_path)},
        versions=versions(),
        warnings=problem.warnings,
        is_running=True,
    )


class _Run:
    """A call that runs, and what it has found so far."""

    def __init__(
        self,
        question: StagedQuestion,
        choice: Choice[StagedInstance, StagedEngine],
        result: TimingResult,
        keep: Callable[[TimingResult], None],
    ) -> None:
        self.result = result
        self._question, self._choice, self._hand_on = question, choice, keep

    def solve(self) -> None:
        """Find the plan."""
        if self._question.staged.stages.risk.measure is RiskMeasure.REGRET:
            known = self._known()
            costs = [one.objective for one in known]
            if any(cost is None for cost in costs):
                self._end(_without_known(known))
                return
            self._question = replace(self._question, known=np.array(costs, dtype=np.float64))
        solution = StagedSolution(self._question.watch.ending, None, None, -math.inf)
        if not self._question.watch.is_over:
            solution = self._timed("plan_s", self._solved)
        self._end(self._or_incumbent(solution))

    def _solved(self) -> StagedSolution:
        """Solve with the chosen engine; where that finds nothing and nobody asked for it, with the next one."""
        while True:
            question = replace(self._question, keep=self._keep)
            solution = self._choice.engine(question).solve()
            if solution.plan is not None or solution.termination is not Termination.SIZE_LIMIT:
                return solution
            further = None
            if question.asked == AUTO and not question.watch.is_over:
                further = choice_after(self._choice, question.staged)
            if further is None:
                return solution
            self._choice = further
            self.result = replace(self.result, engine={"name": further.name, "reason": further.reason})

    def look_beside(self) -> None:
        """Find what stands beside the plan, or why there is none."""
        question, plan = self._question, self.result.solution.plan
        if plan is None:
            if self.result.solution.termination is Termination.INFEASIBLE:
                clash = self._timed("clash_s", lambda: clashing_policies(question))
                self.result = replace(self.result, clash=clash)
            return
        # A run that is killed from here on leaves the plan with its last bound.
        self._hand_on(self.result)
        if not is_tree(question.staged):
            delays = self._timed("delays_s", lambda: value_of_information.delays(question, plan))
            years = self._timed("single_years_s", lambda: value_of_information.single_years(question))
            self.result = replace(self.result, delays=delays, single_years=years)
        else:
            if not self.result.known:
                self._known()
            values = self._timed("values_s", lambda: value_of_information.values(question))
            self.result = replace(self.result, values=values)

    def _or_incumbent(self, solution: StagedSolution) -> StagedSolution:
        """Return a solution, with the plan that the call began with where that is better."""
        plan, found = self._question.incumbent, self._question.evaluated_incumbent()
        if plan is None or found is None:
            return solution
        if solution.termination is Termination.INFEASIBLE:
            message = f"{self._choice.name} finds no plan permitted, yet the referee permits the one it began with"
            raise DisagreementError(message)
        if solution.objective is not None and solution.objective <= found.objective:
            return solution
        return replace(solution, plan=plan, objective=found.objective, bound=min(solution.bound, found.objective))

    def _known(self) -> tuple[Searched, ...]:
        known = self._timed("known_s", lambda: value_of_information.known_paths(self._question))
        self.result = replace(self.result, known=known)
        return known

    def _timed(self, name: str, work: Callable[[], Found]) -> Found:
        begun = time.perf_counter()
        found = work()
        self.result.times[name] = time.perf_counter() - begun
        return found

    def _keep(self, plan: StagedPlan, objective: float, bound: float) -> None:
        if self._hand_on is not keep_no_result:
            self._hand_on(self._with(StagedSolution(Termination.TIME_LIMIT, plan, objective, bound)))

    def _end(self, solution: StagedSolution) -> None:
        self.result = self._with(solution)

    def _with(self, solution: StagedSolution) -> TimingResult:
        question, plan = self._question, solution.plan
        if plan is None:
            return replace(self.result, solution=solution, evaluation=None)
        found = evaluate_staged(question.staged, question.networks, plan, question.known)
        return replace(self.result, solution=replace(solution, objective=found.objective), evaluation=found)


def _without_known(known: tuple[Searched, ...]) -> StagedSolution:
    """Return that there is no plan, where some path has none by itself: a tree's plan would be one for each path."""
    without = [one for one in known if one.objective is None]
    infeasible = [one for one in without if one.termination is Termination.INFEASIBLE]
    ending = (infeasible or without)[0].termination
    return StagedSolution(ending, None, None, math.inf if infeasible else -math.inf)


def exit_code(result: TimingResult) -> ExitCode:
    """Return the exit code that a result deserves."""
    ending = result.solution.termination
    if ending is Termination.INFEASIBLE:
        return ExitCode.INFEASIBLE
    if result.solution.plan is None:
        return ExitCode.STOPPED_WITHOUT_PLAN
    return ExitCode.STOPPED_WITH_PLAN if ending.is_limit or result.is_cut_short else ExitCode.ANSWERED
