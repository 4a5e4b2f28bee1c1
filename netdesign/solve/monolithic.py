"""The monolithic engine: any formulation with any policy, built by Pyomo, compiled to arrays, solved by HiGHS."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from pyomo.common.errors import InfeasibleConstraintException

from netdesign.errors import DisagreementError
from netdesign.evaluate import evaluate
from netdesign.formulation.protocol import check_can_state
from netdesign.instance.blocks import Objective
from netdesign.network.routes import unroutable
from netdesign.solve.compile import compile_model
from netdesign.solve.highs import DUAL_TOLERANCE, run_highs
from netdesign.solve.limits import OPTIMAL_GAP
from netdesign.solve.outcome import Phases, Solution, Termination, relative_gap, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.evaluate import Evaluation
    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.compile import Compiled, ExtraRow
    from netdesign.solve.highs import Outcome
    from netdesign.solve.limits import Watch
    from netdesign.solve.outcome import Progress

_WHOLE = 1e-3
"""How far over a whole number of hubs a bound must be to prove one more: far above any tolerance of the solver."""

AGREEMENT = 1e-6
"""Largest relative difference between the engine's objective and the referee's cost."""


class Monolithic:
    """One formulation of one instance, built once and solved as often as questions are asked of it.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    formulation
        The model file.
    watch
        Limits, clock and stop switch.
    listen
        Called with progress.

    Raises
    ------
    UsageError
        The formulation cannot state the problem or a policy in force.
    """

    name = "monolithic"

    def __init__(
        self,
        instance: Instance,
        network: Network,
        formulation: Formulation,
        watch: Watch,
        listen: Callable[[Progress], None] = silent,
    ) -> None:
        check_can_state(formulation, instance)
        self.instance = instance
        self.network = network
        self._formulation = formulation
        self._watch = watch
        self._listen = listen
        begun = time.perf_counter()
        # A commodity without a route has no variable, so no model could say that it is not served.
        self._is_infeasible = len(unroutable(instance, network)) > 0
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

    def solve(self, extra_rows: Sequence[ExtraRow] = (), task: str = "best network") -> Solution:
        """Solve the model with further rows on its hubs.

        Parameters
        ----------
        extra_rows
            For example how many hubs are open, or a set of hubs that is not allowed again.
        task
            Name for progress.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        phases, self._building = self._building, Phases()
        if self._is_infeasible:
            return Solution(Termination.INFEASIBLE, None, None, float("inf"), phases)
        if self._watch.is_over:
            ended = Termination.INTERRUPTED if self._watch.stopped.is_set() else Termination.TIME_LIMIT
            return Solution(ended, None, None, float("-inf"), phases)
        outcome = run_highs(self._compiled, extra_rows, self._watch, self._listen, task)
        phases += Phases(hand_over_s=outcome.hand_over_s, solve_s=outcome.solve_s)
        if outcome.values is None:
            return Solution(outcome.termination, None, None, self._proven(outcome.bound), phases)
        plan, evaluation = self._judge(outcome)
        objective = evaluation.objective
        bound = min(self._proven(max(outcome.bound - self._doubt(outcome, objective), self._compiled.least)), objective)
        termination = outcome.termination
        if termination is Termination.OPTIMAL and (relative_gap(objective, bound) or 0.0) > OPTIMAL_GAP:
            termination = Termination.GAP_REACHED
        return Solution(termination, plan, objective, bound, phases)

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
