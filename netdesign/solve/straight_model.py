"""One model of an instance: any formulation with any policy, built by Pyomo, compiled to arrays, solved by HiGHS."""

from __future__ import annotations

import math
import time
from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from netdesign.errors import DisagreementError, SolverError, UsageError
from netdesign.evaluate import apart, evaluate
from netdesign.formulation.departure_cuts import DepartureCuts
from netdesign.formulation.protocol import check_can_state
from netdesign.instance.blocks import Objective
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.outcome import Phases, Solution, Termination, certain_termination, exactness
from netdesign.solve.core.referee_check import AGREEMENT, refuse_violations
from netdesign.solve.lp.background_run import in_background
from netdesign.solve.lp.from_pyomo import ExtraRow
from netdesign.solve.lp.model_run import run_model, run_relaxation
from netdesign.solve.lp.model_values import (
    certain_bound,
    compiled_or_infeasible,
    ended_trace,
    set_values,
    stated_objective,
    tracing,
)
from netdesign.solve.lp.near_relaxation import run_near_relaxation, without_bounds
from netdesign.solve.lp.rising_reach import run_in_reach, run_relaxed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import TracePoint
    from netdesign.solve.lp.from_pyomo import Compiled
    from netdesign.solve.lp.model_run import Outcome
    from netdesign.solve.lp.rising_reach import Relaxed

_INTEGRALITY = 1e-3
"""Excess of a bound over an integer that proves one more hub: far above any tolerance of the solver."""


_MANY_ROUTES = 10_000
"""Routes from which a model takes more than a second to be built."""

Found = TypeVar("Found")


class StraightModel:
    """Solves one formulation of one instance, which is built once for all searches.

    Raises
    ------
    UsageError
        The formulation cannot state the problem or a policy in force.
    """

    def __init__(self, question: Question) -> None:
        instance, network, formulation = question.instance, question.network, question.formulation
        check_can_state(formulation, instance)
        self.instance = instance
        self.network = network
        self._formulation = formulation
        self._watch = question.watch
        self._listen = question.listen
        self._file = getattr(formulation, "__file__", "") if question.has_users_model else ""
        begun = time.perf_counter()
        # A commodity without a route has no variable, so the model would ignore it.
        self._compiled: Compiled | None = None
        self._is_late = False
        if question.has_unroutable:
            self._building = Phases(build_s=time.perf_counter() - begun)
            return
        built = begun
        try:
            self.model: Any = self._in_time(partial(formulation.build, instance, network))
            built = time.perf_counter()
            self._compiled = self._in_time(partial(compiled_or_infeasible, self.model))
        except TimeoutError:
            self._is_late = True
        # Included in the first solution only, so that the phases of all solutions add up to the total.
        self._building = Phases(build_s=built - begun, hand_over_s=time.perf_counter() - built)

    def _in_time(self, work: Callable[[], Found]) -> Found:
        """Return what is found by building a model, or a part of that.

        Raises
        ------
        TimeoutError
            The time ran out first; Pyomo itself looks at no clock.
        """
        routes = len(self.instance.commodities) * len(self.instance.allowed) ** self.instance.problem.route_hubs
        if routes < _MANY_ROUTES:
            return work()
        return in_background(work, lambda: self._watch.is_over, self._watch.stopped.set)

    def without_routes(self, is_gone: Callable[[CandidateRoutes], NDArray[np.bool_]]) -> StraightModel:
        """Return the model, built already, in which some of its routes take no freight.

        Parameters
        ----------
        is_gone
            Returns which of the routes of a path form these are, shape (routes,).
        """
        other = copy(self)
        other._building = Phases()
        if self._compiled is not None:
            column_of = {id(variable): column for column, variable in enumerate(self._compiled.variables)}
            shares = list(self.model.route_share.values())
            gone = [id(shares[route]) for route in np.flatnonzero(is_gone(self.model.routes)).tolist()]
            upper = self._compiled.upper.copy()
            upper[[column_of[variable] for variable in gone if variable in column_of]] = 0.0
            other._compiled = replace(self._compiled, upper=upper)
        return other

    def departure_cuts(self) -> DepartureCuts | None:
        """Return the cuts of a model with departures; None where it was not built."""
        if self._compiled is None:
            return None
        return DepartureCuts(self.model, {id(one): column for column, one in enumerate(self._compiled.variables)})

    def solve(
        self, search: SearchScope = EVERYTHING, *, relax_first: bool = False, cuts: DepartureCuts | None = None
    ) -> Solution:
        """Return the best plan within a scope, with its bound.

        Parameters
        ----------
        search
            The scope.
        relax_first
            Whether the relaxation is solved by itself first, which ends the search where its optimum is a plan.
        cuts
            With which the relaxation is near the optimum, so that what costs much more in it is left out first.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        UsageError
            HiGHS cannot solve a model of the user's.
        """
        if not self._file:
            return self._solved(search, relax_first, cuts)
        # A wrong model file is the user's fault, not an internal error.
        try:
            return self._solved(search, relax_first, cuts)
        except DisagreementError as error:
            message = f"{self._file}: {error}"
            raise DisagreementError(message) from None
        except SolverError as error:
            message = f"{self._file}: {error}"
            raise UsageError(message) from None

    def _solved(self, search: SearchScope, relax_first: bool, cuts: DepartureCuts | None) -> Solution:
        phases, self._building = self._building, Phases()
        compiled = self._compiled
        if self._is_late:
            return Solution(self._watch.ending, None, None, float("-inf"), phases)
        if compiled is None or not search.numbers_in(self.instance):
            return Solution(Termination.INFEASIBLE, None, None, float("inf"), phases)
        if self._watch.is_over:
            return Solution(self._watch.ending, None, None, float("-inf"), phases)
        rows = _extra_rows(self.instance, search)
        trace: list[TracePoint] = []
        run = compiled, rows, self._watch, tracing(trace, self._listen), search.task
        outcome = None
        if relax_first:
            outcome = run_relaxation(*run)
        elif cuts is not None and not rows:
            outcome = run_near_relaxation(compiled, cuts, *run[2:])
        outcome = outcome or run_model(*run, probes=not relax_first)
        return self._solution(compiled, outcome, phases, trace)

    def relaxed(self, task: str) -> Relaxed | None:
        """Return the relaxation; None where it has no optimum, or not in time."""
        if self._compiled is None or self._watch.is_over:
            return None
        return run_relaxed(self._compiled, self._watch, self._listen, task)

    def solve_in_reach(self, relaxed: Relaxed, cut_off: float, task: str) -> Solution:
        """Return the best plan under a cut-off, of the integers that its relaxation leaves.

        Parameters
        ----------
        relaxed
            What ``relaxed`` returned.
        cut_off
            In the unit of the objective. Where no plan costs less, the solution may be without one: then its bound is
            no higher than that.
        task
            Name of this search for the listener.

        Raises
        ------
        DisagreementError
            Engine and referee disagree about the plan.
        """
        compiled = self._compiled
        trace: list[TracePoint] = []
        assert compiled is not None
        phases, self._building = self._building, Phases()
        tell = tracing(trace, self._listen)
        outcome = run_in_reach(compiled, relaxed, cut_off, self._watch, without_bounds(tell), task)
        return self._solution(compiled, outcome, phases, trace)

    def _solution(self, compiled: Compiled, outcome: Outcome, phases: Phases, trace: list[TracePoint]) -> Solution:
        """Return the solution that an outcome states, with the plan as the referee prices it."""
        phases += Phases(hand_over_s=outcome.hand_over_s, solve_s=outcome.solve_s)
        found = None if outcome.values is None else self._checked_plan(compiled, outcome, outcome.values)
        if outcome.values is None or found is None:
            bound = self._rounded_bound(outcome.bound)
            return Solution(outcome.termination, None, None, bound, phases, tuple(trace))
        plan, objective = found
        bound = min(self._rounded_bound(certain_bound(compiled, outcome.values, outcome.bound, objective)), objective)
        termination = certain_termination(outcome.termination, objective, bound, self._watch.limits.relative_gap)
        trace = ended_trace(trace, self._watch.elapsed_s, objective, bound)
        return Solution(termination, plan, objective, bound, phases, tuple(trace))

    def _rounded_bound(self, bound: float) -> float:
        """Return the bound, rounded up to an integer if the objective is the number of hubs."""
        is_integer = self.instance.problem.objective is Objective.HUB_NUMBER and math.isfinite(bound)
        return float(math.ceil(bound - _INTEGRALITY)) if is_integer else bound

    def _checked_plan(
        self, compiled: Compiled, outcome: Outcome, values: NDArray[np.float64]
    ) -> tuple[Plan, float] | None:
        """Read the plan and check its price by the referee.

        If a limit leaves a plan that is integer within tolerances only, and the referee rejects it, it is dropped.
        """
        set_values(compiled, values)
        plan = self._formulation.read_plan(self.model)
        evaluation = evaluate(self.instance, self.network, plan)
        if evaluation.violations and outcome.termination.is_limit and not outcome.is_exact:
            return None
        refuse_violations(evaluation.violations, f"model {self._formulation.__name__.rsplit('.', 1)[-1]}")
        bound, stated, priced = outcome.bound, stated_objective(compiled, values), evaluation.objective
        slack = AGREEMENT * exactness(priced)
        # Departures that nothing needs are left out of a plan, so that one which is not the best may cost less than its
        # values; where these are proven the best, that is under the bound.
        is_apart = stated < priced - slack or (self.instance.services is None and stated > priced + slack)
        if is_apart or bound > priced + slack + compiled.rounding:
            unit = self.instance.problem.objective.unit
            true = apart(priced, stated if is_apart else bound, ",.2f")[0]
            digits = len(true.partition(".")[2])
            message = (
                f"engine and referee disagree: the model states {stated:,.{digits}f} {unit} with bound "
                f"{bound:,.{digits}f}, the referee prices the plan at {true}"
            )
            raise DisagreementError(message)
        return plan, priced


def _extra_rows(instance: Instance, search: SearchScope) -> list[ExtraRow]:
    """Return the rows on hubs that a scope adds to the policies."""
    rows = []
    if search.numbers is not None:
        hubs = [name for name in instance.allowed if name not in instance.centres]
        rows.append(ExtraRow(dict.fromkeys(hubs, 1.0), search.numbers.start, search.numbers.stop - 1))
    for excluded in search.excluded:
        weights = {name: 1.0 if name in excluded else -1.0 for name in instance.allowed}
        rows.append(ExtraRow(weights, -float("inf"), len(excluded) - 1))
    return rows
