"""The straight engine of stages: one model of the whole tree, built by Pyomo, compiled to arrays, solved by HiGHS.

It states every policy and every risk measure; the other engines are tested against it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from netdesign import catalogue
from netdesign.errors import DisagreementError
from netdesign.evaluate import apart
from netdesign.evaluate.staged import evaluate_staged
from netdesign.formulation.protocol import ROUTE_POLICIES, SERVICE_POLICIES, check_can_state
from netdesign.instance.policies import Policy
from netdesign.instance.resolve_stages import TREE
from netdesign.instance.stages import RiskMeasure
from netdesign.network.routes import unroutable
from netdesign.solve.core.outcome import Phases, Termination, exactness
from netdesign.solve.core.referee_check import AGREEMENT, refuse_price, refuse_violations
from netdesign.solve.engine_record import (
    LINK_PROBLEMS,
    ONE_LINK_PROBLEMS,
    EngineRecord,
    States,
    wherever_it_states,
)
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.lp.model_values import (
    certain_bound,
    compiled_or_infeasible,
    ended_trace,
    set_values,
    stated_objective,
    tracing,
)
from netdesign.solve.multistage.question import (
    SERVED_PROBLEMS,
    STAGED_PROBLEMS,
    StagedSolution,
    ended,
    is_served,
)
from netdesign.solve.multistage.served_year import allocation_refusal, city_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.core.outcome import Progress, TracePoint
    from netdesign.solve.lp.from_pyomo import Compiled
    from netdesign.solve.lp.model_run import Outcome
    from netdesign.solve.multistage.question import StagedQuestion

MODEL, SERVED_MODEL = "staged_opening", "staged_services"


class Straight:
    """Solves the whole tree as one mixed-integer program.

    Parameters
    ----------
    question
        What is asked.
    restrict
        Restricts what the model decides, and returns whether any plan may be left; None where all is free.

    Raises
    ------
    UsageError
        The model cannot state the problem or a policy in force.
    """

    def __init__(self, question: StagedQuestion, restrict: Callable[[Any], bool] | None = None) -> None:
        self._question = question
        staged = question.staged
        self._formulation = catalogue.load_staged_formulation(SERVED_MODEL if is_served(staged) else MODEL)
        check_can_state(self._formulation, staged.base)
        begun = time.perf_counter()
        self._compiled: Compiled | None = None
        # A commodity without a route has no variable, so the model would ignore it.
        years = zip(staged.nodes, question.networks, strict=True)
        if any(len(unroutable(node.instance, network)) for node, network in years):
            self._building = Phases(build_s=time.perf_counter() - begun)
            return
        self.model: Any = self._formulation.build(staged, question.networks, question.known)
        built = time.perf_counter()
        if restrict is not None and not restrict(self.model):
            self._building = Phases(build_s=built - begun)
            return
        self._compiled = compiled_or_infeasible(self.model)
        self._building = Phases(build_s=built - begun, hand_over_s=time.perf_counter() - built)

    def solve(self) -> StagedSolution:
        """Solve the model; if it ends early with a worse plan than the incumbent, return the incumbent.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        solution, question = self._solved(), self._question
        known = None if solution.termination is Termination.OPTIMAL else question.evaluated_incumbent()
        if known is None or (solution.objective is not None and solution.objective <= known.objective):
            return solution
        if solution.termination is Termination.INFEASIBLE:
            message = (
                f"the straight model has no plan, yet the referee permits one that costs {known.objective:,.2f} EUR"
            )
            raise DisagreementError(message)
        bound = min(solution.bound, known.objective)
        return replace(solution, plan=question.incumbent, objective=known.objective, bound=bound)

    def _solved(self) -> StagedSolution:
        question, compiled = self._question, self._compiled
        if compiled is None:
            return StagedSolution(Termination.INFEASIBLE, None, None, float("inf"), self._building)
        if question.watch.is_over:
            return StagedSolution(question.watch.ending, None, None, float("-inf"), self._building)
        # A regret is a small difference of large costs; HiGHS shall close the gap relative to these costs.
        is_regret = question.staged.stages.risk.measure is RiskMeasure.REGRET
        constant = compiled.offset * compiled.cost_unit if is_regret else 0.0
        costs = replace(compiled, offset=0.0) if is_regret else compiled
        trace: list[TracePoint] = []

        def pass_on(progress: Progress) -> None:
            record(
                replace(progress, incumbent=_plus(progress.incumbent, constant), bound=_plus(progress.bound, constant))
            )

        record = tracing(trace, question.listen)
        outcome = run_model(costs, (), question.watch, pass_on, "best plan")
        phases = self._building + Phases(hand_over_s=outcome.hand_over_s, solve_s=outcome.solve_s)
        bound, values = outcome.bound, outcome.values
        evaluation = None if values is None else self._checked_plan(compiled, values, outcome, bound + constant)
        if values is None or evaluation is None:
            return StagedSolution(outcome.termination, None, None, bound + constant, phases, tuple(trace))
        plan, objective = evaluation
        bound = min(certain_bound(costs, values, bound, objective - constant) + constant, objective)
        trace = ended_trace(trace, question.watch.elapsed_s, objective, bound)
        return ended(question, outcome.termination, plan, objective, bound, phases, trace)

    def _checked_plan(
        self, compiled: Compiled, values: NDArray[np.float64], outcome: Outcome, bound: float
    ) -> tuple[StagedPlan, float] | None:
        """Read the plan and check its price by the referee.

        If a limit leaves a plan that is integer within tolerances only, its cost in HiGHS differs from that of the
        rounded plan: the referee's price counts, and a rejected plan is dropped.
        """
        set_values(compiled, values)
        plan = self._formulation.read_plan(self.model)
        question = self._question
        stated = stated_objective(compiled, values)
        found = evaluate_staged(question.staged, question.networks, plan, question.known)
        if outcome.is_exact or not outcome.termination.is_limit:
            refuse_violations(found.violations, "the straight model")
            # Departures that nothing needs are left out of a plan, which then may cost less than its values.
            if question.staged.base.services is None or stated < found.objective:
                refuse_price("the straight model", stated, found.objective, "EUR", question.scale)
        elif found.violations:
            return None
        slack = AGREEMENT * exactness(found.objective, question.scale) + compiled.rounding
        if bound > found.objective + slack:
            least, cost = apart(bound, found.objective, ",.2f")
            message = f"the straight model states a bound of {least} EUR, a plan costs {cost}"
            raise DisagreementError(message)
        return plan, found.objective


def _plus(value: float | None, constant: float) -> float | None:
    return None if value is None else value + constant


def _refusal(staged: StagedInstance) -> str | None:
    """Return why the values of waiting and knowing would not be found for a tree, or None."""
    if staged.base.chooses_links:
        return None  # this engine finds them too
    refused = allocation_refusal(staged) or city_refusal(staged) if staged.scenario == TREE else None
    return None if refused is None else f"on a tree {refused}"


RECORD = EngineRecord(
    "monolithic",
    "the model of the whole tree, by HiGHS",
    Straight,
    (
        States(STAGED_PROBLEMS, ROUTE_POLICIES),
        States(SERVED_PROBLEMS, SERVICE_POLICIES),
        States(LINK_PROBLEMS, ROUTE_POLICIES | {Policy.HUB_LINKS}),
        States(ONE_LINK_PROBLEMS, SERVICE_POLICIES | {Policy.HUB_LINKS}),
    ),
    wherever_it_states,
    _refusal,
    is_staged=True,
)
