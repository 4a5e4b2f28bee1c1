"""Put the best plan over years, and plans that order differently, under stress: drawn worlds."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.analysis.listeners import NO_LISTENERS, Listeners
from netdesign.analysis.stress.draw_statistics import costs_in_worlds, robust_parts
from netdesign.analysis.stress.draws import check_draws, drawn_figures
from netdesign.analysis.stress.worlds import draw_worlds
from netdesign.analysis.timing.moved_years import MovedYears
from netdesign.analysis.timing.problem import TimingProblem, load_timing
from netdesign.analysis.timing.record import record_of_timing
from netdesign.analysis.timing.stressed_plans import FoundPlans, find_plans
from netdesign.analysis.timing.worlds_of_plans import WorldsOfPlans
from netdesign.errors import UsageError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.instance.distributions import distributions_of
from netdesign.results.part import finite
from netdesign.results.plans_over_years import part_over_years
from netdesign.results.staged_document import RiskPart
from netdesign.results.timing_stress_document import (
    DrawnPlanPart,
    LeftOutPart,
    PlanDrawsPart,
    StressedPlanPart,
    TimingStressDocument,
)
from netdesign.solve.core.outcome import Termination, relative_gap
from netdesign.solve.multistage.pricing import make_pricer
from netdesign.solve.multistage.question import is_served
from netdesign.solve.multistage.served_year import allocation_refusal, city_refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.timing.stress_call import TimingStressCall
    from netdesign.analysis.timing.value_of_information import Decisions
    from netdesign.analysis.timing.worlds_of_plans import OperatedPlans
    from netdesign.instance.distributions import Distributions
    from netdesign.instance.published.reading import Named
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.multistage.pricing import Pricer
    from netdesign.solve.multistage.question import StagedQuestion

_OF_ALL_YEARS = ("stages.first_year", "stages.last_year")
"""Figures that say which years there are."""


def stress_plans(
    name_or_path: Named,
    call: TimingStressCall,
    watch: Watch,
    listeners: Listeners[TimingStressDocument] = NO_LISTENERS,
) -> tuple[TimingProblem, TimingStressDocument]:
    """Read a problem over years, find its best plan and others, and operate them in drawn worlds.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, no engine can state it, or there is nothing to draw.
    SolverError
        A defect.
    """
    begun = time.perf_counter()
    problem = load_timing(name_or_path, call)
    check_worlds(call, problem.staged)
    listeners.tell(problem)
    with closing(make_pricer(watch.limits.threads, None, partial(listeners.notify, watch))) as pricer:
        question = replace(problem.question(watch, listeners.progress, call.engine), pricer=pricer)
        ends_s = [time.perf_counter() - begun]
        found = find_plans(question)
        ends_s.append(time.perf_counter() - begun)
        draws = None
        if found.plans:
            # What years cost in the searches takes hundreds of megabytes.
            question = replace(found.question, memory={}, served=[])
            pricer.release()
            plans = [decisions_in(one.plan) for one in found.plans]
            names = [one.names for one in found.plans]
            draws = look_at_plans(MovedYears(name_or_path, call), question, call, plans, names, pricer)
        ends_s.append(time.perf_counter() - begun)
    times = {"read_s": ends_s[0], "search_s": ends_s[1] - ends_s[0], "draws_s": ends_s[2] - ends_s[1]}
    recorded = record_of_timing(name_or_path, call, problem, watch, found.choice)
    times = {name: round(seconds, 6) for name, seconds in (times | {"total_s": ends_s[2]}).items()}
    return problem, _document(found, draws, recorded, times)


def check_worlds(call: TimingStressCall, staged: StagedInstance) -> None:
    """Check before any search that worlds can be drawn, and years operated one by one.

    Raises
    ------
    UsageError
        There is nothing to draw from, a plan would be of other years, or years cannot be operated.
    """
    check_draws(call, staged.base)
    paths = [path for one in distributions_of(staged.base).figures for path in one.paths]
    moved = next((path for path in paths if path in _OF_ALL_YEARS), None)
    if moved is not None:
        message = f"--draws {call.draws}: {moved} is drawn, and a plan is one for certain years; take it out"
        raise UsageError(message)
    refusal = (allocation_refusal(staged) or city_refusal(staged)) if is_served(staged) else None
    if refusal is not None:
        message = f"--draws {call.draws}: years cannot be operated one by one with {refusal}"
        raise UsageError(message)


def decisions_in(plan: StagedPlan) -> list[Decisions]:
    """Return orders and closings of a plan at each node."""
    return [(own.orders, own.closings) for own in plan.nodes]


def look_at_plans(
    moved: MovedYears,
    question: StagedQuestion,
    call: TimingStressCall,
    plans: Sequence[Sequence[Decisions]],
    names: Sequence[Sequence[str]],
    pricer: Pricer,
    most: int | None = None,
) -> PlanDrawsPart:
    """Return what plans cost in drawn worlds.

    Parameters
    ----------
    moved, question
        The problem at other values of figures, and at the present ones.
    call
        Has the number of worlds and the level of CVaR; the seed is that of the limits.
    plans, names
        Orders and closings of each plan at each node, and its names.
    pricer
        Prices operations.
    most
        Operate the first so many worlds only.
    """
    distributions = distributions_of(question.staged.base)
    worlds = draw_worlds(distributions, call.draws, question.watch.limits.seed)
    found = WorldsOfPlans(moved, question, distributions.figures, plans, pricer).operate(worlds, most)
    return _draws_part(distributions, worlds, found, call, names, question.watch.ending)


def _draws_part(
    distributions: Distributions,
    worlds: NDArray[np.float64],
    found: OperatedPlans,
    call: TimingStressCall,
    names: Sequence[Sequence[str]],
    ending: Termination,
) -> PlanDrawsPart:
    done = found.done
    costs = [] if done == 0 else costs_in_worlds(found.lower[:done], found.upper[:done], call.draws_level)
    parts = [DrawnPlanPart(**dict(cost), names=list(own)) for cost, own in zip(costs, names, strict=False)]
    return PlanDrawsPart(
        termination=Termination.OPTIMAL if done == len(worlds) else ending,
        asked=len(worlds),
        worlds=done,
        level=call.draws_level,
        method=found.method,
        why_built=found.why_built,
        figures=drawn_figures(distributions, worlds[:done]),
        plans=parts,
        **robust_parts(parts),
    )


def _document(
    found: FoundPlans, draws: PlanDrawsPart | None, recorded: dict[str, Any], times: dict[str, float]
) -> TimingStressDocument:
    question, best = found.question, found.best
    staged, risk = question.staged, question.staged.stages.risk
    plans = []
    for one in found.plans:
        price = evaluate_staged(staged, question.networks, one.plan, question.known)
        plans.append(
            StressedPlanPart(
                names=list(one.names),
                termination=one.solution.termination,
                objective=price.objective,
                bound=finite(one.solution.bound),
                expected=price.expected,
                nodes=part_over_years(one.plan, staged).nodes,
            )
        )
    objective = plans[0].objective if plans else None
    return TimingStressDocument(
        **recorded,
        scenario=staged.scenario,
        risk=RiskPart(measure=risk.measure, level=risk.level),
        termination=ending_of(found.ending, draws),
        objective=objective,
        bound=finite(best.bound),
        gap=finite(relative_gap(objective, best.bound, question.scale)),
        plans=plans,
        left_out=[LeftOutPart(name=name, why=why) for name, why in found.left_out.items()],
        draws=draws,
        known=found.known,
        times=times,
    )


def ending_of(of_searches: Termination, draws: PlanDrawsPart | None) -> Termination:
    """Return why the whole call stopped."""
    if draws is not None and draws.termination.is_limit and not of_searches.is_limit:
        return draws.termination
    return of_searches
