"""The engine for risk and for budgets: bounds from the recursion at several weights, then one mixed program.

1. CVaR and regret are largest means over weights of the paths. At given weights the recursion returns the best plan and
   a bound; cutting planes give the next weights.
2. At the best weights a better plan than the incumbent can reach only few states. Over these a mixed program chooses
   one configuration per node, with the constraints that couple paths: the risk measure, and budgets by year.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of
from netdesign.evaluate.staged_violations import budget_violations
from netdesign.formulation.protocol import SERVICE_POLICIES
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import Phases, Termination, exactness
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.engine_record import EngineRecord, States, wherever_it_states
from netdesign.solve.multistage.contingent_plan import operations_of, plan_of, policy_cost
from netdesign.solve.multistage.dynamic import size_refusal
from netdesign.solve.multistage.joint_program import JointProgram
from netdesign.solve.multistage.leaf_weights import LeafWeights
from netdesign.solve.multistage.prepared import budget_refusal, prepare
from netdesign.solve.multistage.question import (
    CITY_PROBLEMS,
    OPERATED_POLICIES,
    STAGED_PROBLEMS,
    StagedSolution,
    checked_evaluation,
    ended,
)
from netdesign.solve.multistage.reachable_states import ReachableStates, TooManyMovesError
from netdesign.solve.multistage.search import PolicySearch
from netdesign.solve.multistage.served_year import city_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.contingent_plan import ContingentPlan
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.question import StagedQuestion

_INTERIOR = 1e-3
"""Share of the probabilities in the weights that exclude states: a path of weight 0 excludes none."""
_SHORTEST = 0.2
_ENOUGH = 0.02
"""The search for weights ends when better ones can close at most this share of the gap."""
_NARROWEST = 1.0 / 256.0
_FURTHER = 8.0
_NEAREST = 1.0 / 4096.0
"""Without an incumbent: factor of the distance from the bound at which a plan is sought, and least difference."""


@dataclass(frozen=True)
class Candidate:
    """A permitted plan with its risk and its mean cost, EUR."""

    plan: StagedPlan
    risk: float
    mean: float


class RiskSearch:
    """The search.

    Attributes
    ----------
    state
        Records plans and bounds.
    incumbent, bound
        Risk of the best plan, and its lower bound, EUR.
    is_too_large
        Whether a gap remains because the joint program would be too large.
    """

    def __init__(self, question: StagedQuestion, problem: RecursionData) -> None:
        self.problem = problem
        self._staged = question.staged
        self._weights = LeafWeights(question.staged, question.reference)
        self.state = question.state()
        self._question, self._watch = question, question.watch
        self._candidates: list[Candidate] = []
        self.incumbent, self.bound = math.inf, -math.inf
        self.is_too_large = False
        self._at: NDArray[np.float64] = self._weights.probability
        self._budget_binds = budget_refusal(question.staged) is not None
        begun = question.evaluated_incumbent()
        if begun is not None and question.incumbent is not None:
            self._add(Candidate(question.incumbent, begun.objective, begun.expected))

    @property
    def is_closed(self) -> bool:
        """Whether the gap is reached."""
        if not math.isfinite(self.incumbent):
            return self.bound == math.inf
        return self.incumbent - self.bound <= self._tolerance

    @property
    def _tolerance(self) -> float:
        return self.state.gap * exactness(self.incumbent, self.state.scale)

    def chosen(self) -> Candidate | None:
        """Return the best plan; of several within the gap, the one with the least mean cost.

        A risk measure ignores some paths: without this rule a plan might waste money on them.
        """
        if not self._candidates:
            return None
        allowed = max(self.incumbent, self.bound + self._tolerance)
        good = [candidate for candidate in self._candidates if candidate.risk <= allowed]
        return min(good, key=lambda candidate: (candidate.mean, candidate.risk))

    def search_weights(self) -> None:
        """Find weights with a good bound, and plans on the way."""
        weights, step = self._weights.probability, 1.0
        while not self.state.is_over:
            search = PolicySearch(self.problem, self._weights.mean(weights), self.state.without_listener())
            policy = search.best()
            if policy is None:
                if search.is_infeasible:
                    self._proved(math.inf)
                return
            self._record(policy)
            bound = search.bound - float(weights @ self._weights.reference)
            if bound > self.bound:
                self._at = weights
            else:
                # Cutting planes oscillate; shorter steps from the best weights find better ones.
                step = max(step / 2.0, _SHORTEST)
            self._proved(bound)
            if self._staged.stages.risk.measure is RiskMeasure.EXPECTED or self.is_closed:
                return
            best, most = self._weights.best()
            if most - self.bound <= max(_ENOUGH * (self.incumbent - self.bound), self._tolerance):
                return
            weights = step * best + (1.0 - step) * self._at

    def search_configurations(self) -> None:
        """Choose one configuration per node among those that a better plan may have."""
        if self.state.is_over or (self._staged.stages.risk.measure is RiskMeasure.EXPECTED and self.is_closed):
            return
        weights = (1.0 - _INTERIOR) * self._at + _INTERIOR * self._weights.probability
        # Without a gap, so that the small weights of the other paths count.
        state = SearchState(replace(self._watch, limits=replace(self._watch.limits, relative_gap=0.0)))
        search = PolicySearch(self.problem, self._weights.mean(weights), state)
        policy = search.best()
        if policy is None:
            return
        self._record(policy)
        if self.state.is_over or self.is_closed:
            return
        search.refresh()
        self._narrow(search, search.bound, float(weights @ self._weights.reference))

    def _narrow(self, search: PolicySearch, least: float, known: float) -> None:
        """Solve the joint program over all moves of better plans; if too many, over those of plans near the bound.

        Parameters
        ----------
        search
            The search at the best weights, with updated values.
        least, known
            Its bound, and the weighted mean of the reference costs of the paths.
        """
        if not math.isfinite(self.incumbent) and not self._first(search, least, known):
            return
        part = 1.0
        while not self.state.is_over and not self.is_closed and part >= _NARROWEST:
            before = self.incumbent
            most = before if part == 1.0 else (1.0 - part) * (least - known) + part * before
            done = self._under(search, most, known)
            if done is None:
                part /= 2.0
                continue
            if part == 1.0 or not done:
                return
            # A better incumbent excludes more moves, so that the rest may fit.
            part = min(1.0, 2.0 * part) if self.incumbent < before - self._tolerance else 0.0
        self.is_too_large = not self.state.is_over and not self.is_closed

    def _first(self, search: PolicySearch, least: float, known: float) -> bool:
        """Search for a first plan at increasing distance from the bound; return whether one was found."""
        share, none_under, too_many = _NARROWEST, 0.0, math.inf
        while not self.state.is_over and too_many - none_under > _NEAREST:
            most = math.inf if share > 1.0 else least + share * abs(least) - known
            done = self._under(search, most, known)
            if math.isfinite(self.incumbent):
                return True
            if done is False or self.is_closed or (done and math.isinf(most)):
                return False
            if done is None:
                too_many = share
            else:
                none_under = share
            share = none_under * _FURTHER if math.isinf(too_many) else (none_under + too_many) / 2.0
        self.is_too_large = not self.state.is_over
        return False

    def _under(self, search: PolicySearch, most: float, known: float) -> bool | None:
        """Solve the program over the moves of all plans with risk under ``most``.

        Return False if it ended early, and None if it is too large. Its bound is valid up to ``most``.
        """
        limit = most + known
        try:
            program = JointProgram(search, ReachableStates(search, limit), self._weights, limit, self.state)
            self._solve(program, lambda bound: self._proved(min(bound, most)))
        except TooManyMovesError:
            return None
        except TimeoutError:
            self.is_too_large = not self.state.is_over
            return False
        return True

    def _solve(self, program: JointProgram, report: Callable[[float], None]) -> None:
        """Solve a program until its choice is priced; ``report`` is called with each bound."""
        while not self.state.is_over:
            found = program.solve()
            if found is None:
                report(math.inf)
                return
            policy, bound = found
            report(bound)
            new = self.problem.tables.unpriced(operations_of(self.problem.hubs, policy))
            if not self.problem.tables.price_all(new, lambda: self.state.is_over):
                return
            program.refresh()
            for node, _, _ in new:
                program.reprice(node)
            self._record(policy)
            if self.is_closed or not new:
                return

    def _record(self, policy: ContingentPlan) -> None:
        staged = self._staged
        cost = policy_cost(staged, self.problem.hubs, self.problem.tables, policy)
        paths = np.array(
            [
                sum(staged.discount(staged.nodes[node].year) * cost[node] for node in staged.path_to(leaf))
                for leaf in staged.leaves
            ]
        )
        if not np.isfinite(paths).all():
            return
        self._weights.add(paths)
        value = risk_of(staged.stages.risk, paths, self._weights.probability, self._weights.reference)
        plan = plan_of(staged, self.problem.hubs, self.problem.tables, policy)
        if self._keeps_budget(plan):
            self._add(Candidate(plan, value, float(self._weights.probability @ paths)))

    def _add(self, candidate: Candidate) -> None:
        self._candidates.append(candidate)
        if candidate.risk < self.incumbent:
            self.incumbent = candidate.risk
            self.state.found(candidate.risk)
            self._question.keep(candidate.plan, candidate.risk, self.bound)

    def _keeps_budget(self, plan: StagedPlan) -> bool:
        """Return whether a plan keeps a budget that the states do not determine."""
        if not self._budget_binds:
            return True
        standing = configurations(self._staged, plan)
        staged = self._staged
        return not any(True for leaf in staged.leaves for _ in budget_violations(staged, plan, standing, leaf))

    def _proved(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.incumbent))
        self.state.proved(self.bound)
        if self.is_closed and math.isfinite(self.incumbent):
            self.state.exhausted()


class Configurations:
    """The engine for risk measures and budgets."""

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


def _refusal(staged: StagedInstance) -> str | None:
    return city_refusal(staged) or size_refusal(staged)


RECORD = EngineRecord(
    "configurations",
    "bounds from the recursion, then one program over configurations",
    Configurations,
    (States(STAGED_PROBLEMS, OPERATED_POLICIES), States(CITY_PROBLEMS, SERVICE_POLICIES)),
    wherever_it_states,
    _refusal,
    is_staged=True,
)
