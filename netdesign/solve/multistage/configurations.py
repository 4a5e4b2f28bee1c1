"""The engine for risk and for budgets: bounds from the recursion at several weights, then one mixed program.

1. CVaR and regret are largest means over weights of the paths. At given weights the recursion returns the best plan and
   a bound; cutting planes give the next weights.
2. At the best weights a better plan than the incumbent can reach only few states. Over these a mixed program chooses
   one configuration per node, with the constraints that couple paths: the risk measure, and budgets by year.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.multistage.dynamic import size_refusal
from netdesign.solve.multistage.prepared import prepare
from netdesign.solve.multistage.question import (
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
)
from netdesign.solve.multistage.risk_search import RiskSearch
from netdesign.solve.registry import EngineRecord, States, wherever_it_states

if TYPE_CHECKING:
    from netdesign.solve.multistage.question import StagedQuestion


class Configurations:
    """The engine for risk measures and budgets.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        begun = time.perf_counter()
        question = self._question
        run = RiskSearch(question, prepare(question))
        built = time.perf_counter()
        run.search_weights()
        run.search_configurations()
        phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
        state = run.state
        best = run.chosen()
        if best is None:
            ending = state.settled() if state.is_closed else state.ending()
            ending = Termination.SIZE_LIMIT if run.is_too_large and not state.is_closed else ending
            bound = math.inf if ending is Termination.INFEASIBLE else run.bound
            return StagedSolution(ending, None, None, bound, phases, tuple(state.trace))
        plan = best.plan
        evaluation = checked_evaluation(question, plan, best.risk, "the engine of configurations")
        ending = Termination.OPTIMAL if run.is_closed else state.ending()
        if run.is_too_large and not run.is_closed:
            ending = Termination.SIZE_LIMIT
        return ended(question, ending, plan, evaluation.objective, run.bound, phases, state.trace)


RECORD = EngineRecord(
    "configurations",
    "bounds from the recursion, then one program over configurations",
    Configurations,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES),),
    wherever_it_states,
    size_refusal,
    is_staged=True,
)
