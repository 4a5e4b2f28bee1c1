"""The monolithic engine: any formulation with any policy, built by Pyomo, compiled to arrays, solved by HiGHS."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pyomo.common.errors import InfeasibleConstraintException

from netdesign.errors import DisagreementError
from netdesign.evaluate import evaluate
from netdesign.formulation.protocol import check_can_state
from netdesign.instance.blocks import Objective
from netdesign.solve.compile import ExtraRow, compile_model
from netdesign.solve.engine import EVERYTHING, EngineName, Search
from netdesign.solve.highs import DUAL_TOLERANCE, run_highs
from netdesign.solve.judgement import AGREEMENT
from netdesign.solve.limits import OPTIMAL_GAP
from netdesign.solve.outcome import Phases, Solution, Termination, TracePoint, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.solve.compile import Compiled
    from netdesign.solve.engine import Question
    from netdesign.solve.highs import Outcome
    from netdesign.solve.outcome import Progress

_WHOLE = 1e-3
"""How far over a whole number of hubs a bound must be to prove one more: far above any tolerance of the solver."""


class Monolithic:
    """One formulation of one instance, built once and solved as often as questions are asked of it.

    Parameters
    ----------
    question
        The problem, its model and its limits.

    Raises
    ------
    UsageError
        The formulation cannot state the problem or a policy in force.
    """

    name: ClassVar = EngineName.MONOLITHIC

    def __init__(self, question: Question) -> None:
        instance, network, formulation = question.instance, question.network, question.formulation
        check_can_state(formulation, instance)
        self.instance = instance
        self.network = network
        self._formulation = formulation
        self._watch = question.watch
        self._listen = question.listen
        begun = time.perf_counter()
        # A commodity without a route has no variable, so no model could say that it is not served.
        self._is_infeasible = question.has_unroutable
        if self._is_infeasible:
            self._building = Phases(build_s=time.perf_counter() - begun)
            return
        self.model: Any = formulation.build(instance, network)
        built = time.perf_counter()
        try:
            self._compiled: Compiled = compile_model(self.model)
        except InfeasibleConstraintException:
            # A row without variables that cannot hold: Pyomo refuses to compile what is plainly infeasible.
            self._is_infeasible = True
        # Handed to the first solution, so that the phases of all solutions add up to the whole.
        self._building = Phases(build_s=built - begun, hand_over_s=time.perf_counter() - built)

    @staticmethod
    def refusal(instance: Instance) -> str | None:
        """Return None: what no formulation states is refused by the formulation, when it is asked for."""
        del instance
        return None

    def solve(self, search: Search = EVERYTHING) -> Solution:
        """Solve the model for one search.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        phases, self._building = self._building, Phases()
        if self._is_infeasible or not search.numbers_in(self.instance):
            return Solution(Termination.INFEASIBLE, None, None, float("inf"), phases)
        if self._watch.is_over:
            return Solution(self._watch.ending, None, None, float("-inf"), phases)
        rows = _extra_rows(self.instance, search)
        trace: list[TracePoint] = []
        outcome = run_highs(self._compiled, rows, self._watch, self._tracing(trace), search.task)
        phases += Phases(hand_over_s=outcome.hand_over_s, solve_s=outcome.solve_s)
        if outcome.values is None:
            bound = self._proven(outcome.bound)
            return Solution(outcome.termination, None, None, bound, phases, tuple(trace))
        plan, evaluation = self._judge(outcome)
        objective = evaluation.objective
        bound = min(self._proven(max(outcome.bound - self._doubt(outcome, objective), self._compiled.least)), objective)
        termination = outcome.termination
        if termination is Termination.OPTIMAL and (relative_gap(objective, bound) or 0.0) > OPTIMAL_GAP:
            termination = Termination.GAP_REACHED
        trace = [replace(point, bound=min(point.bound, bound)) for point in trace if point.bound is not None]
        trace.append(TracePoint(self._watch.elapsed_s, objective, bound, None))
        return Solution(termination, plan, objective, bound, phases, tuple(trace))

    def _tracing(self, trace: list[TracePoint]) -> Callable[[Progress], None]:
        """Return a listener that keeps what HiGHS tells; its bound never falls."""

        def listen(progress: Progress) -> None:
            if progress.bound is not None:
                bound = max(progress.bound, trace[-1].bound or progress.bound) if trace else progress.bound
                trace.append(TracePoint(progress.elapsed_s, progress.incumbent, bound, None))
            self._listen(progress)

        return listen

    def _proven(self, bound: float) -> float:
        """Return what a bound proves: of a number of hubs, the next whole one."""
        is_whole = self.instance.problem.objective is Objective.HUB_NUMBER and math.isfinite(bound)
        return float(math.ceil(bound - _WHOLE)) if is_whole else bound

    def _doubt(self, outcome: Outcome, objective: float) -> float:
        """Return by how much the bound of HiGHS may be too high, where that is more than an optimum may be off.

        A reduced cost may be under zero by the dual tolerance; the columns of a plan, shares above all, add up to about
        the same in every plan.
        """
        if outcome.values is None:
            return 0.0
        doubt = DUAL_TOLERANCE * self._compiled.cost_unit * float(abs(outcome.values).sum())
        return doubt if doubt > OPTIMAL_GAP * abs(objective) else 0.0

    def _judge(self, outcome: Outcome) -> tuple[Plan, Evaluation]:
        """Read the plan and have the referee price it; engine and referee must agree."""
        values = outcome.values
        if values is None:
            raise AssertionError
        for variable, value in zip(self._compiled.variables, values.tolist(), strict=True):
            variable.set_value(value, skip_validation=True)
        plan = self._formulation.read_plan(self.model)
        evaluation = evaluate(self.instance, self.network, plan)
        if evaluation.violations:
            listed = "; ".join(map(str, evaluation.violations[:5]))
            message = f"the referee rejects the plan of model {self._formulation.__name__}: {listed}"
            raise DisagreementError(message)
        compiled = self._compiled
        stated = (float(compiled.cost @ values) + compiled.offset) * compiled.cost_unit
        priced = evaluation.objective
        difference = abs(stated - priced) / max(abs(priced), 1e-9)
        if difference > AGREEMENT or outcome.bound > priced + AGREEMENT * abs(priced):
            unit = self.instance.problem.objective.unit
            message = (
                f"engine and referee disagree: the model states {stated:,.2f} {unit} with bound "
                f"{outcome.bound:,.2f}, the referee prices the plan at {priced:,.2f}"
            )
            raise DisagreementError(message)
        return plan, evaluation


def _extra_rows(instance: Instance, search: Search) -> list[ExtraRow]:
    """Return the rows on hubs that a search adds to the policies."""
    rows = []
    if search.numbers is not None:
        rows.append(ExtraRow(dict.fromkeys(instance.allowed, 1.0), search.numbers.start, search.numbers.stop - 1))
    if search.another:
        weights = {name: 1.0 if name in search.another else -1.0 for name in instance.allowed}
        rows.append(ExtraRow(weights, -float("inf"), len(search.another) - 1))
    return rows
