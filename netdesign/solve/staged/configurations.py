"""The engine for risk and for budgets: bounds from the recursion at several weights, then one mixed program.

1. CVaR and regret are the worst of many means. For each of some weights of the paths the recursion gives the best plan
   and a bound; cutting planes say which weights are next.
2. At the best weights a plan that is better than the best known one can pass through few states. Over these a mixed
   program chooses one configuration a node, with all that couples paths: the risk measure, budgets by year.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of
from netdesign.evaluate.staged_violations import budget_violations
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.course import Course
from netdesign.solve.outcome import Phases, Termination
from netdesign.solve.staged.budget import budget_refusal
from netdesign.solve.staged.dynamic import size_refusal
from netdesign.solve.staged.joint_moves import TooManyMovesError
from netdesign.solve.staged.joint_program import JointProgram
from netdesign.solve.staged.leaf_weights import LeafWeights
from netdesign.solve.staged.policy import operation_of, plan_of, policy_cost
from netdesign.solve.staged.prepared import prepare
from netdesign.solve.staged.question import StagedEngineName, StagedSolution, judged_staged
from netdesign.solve.staged.search import PolicySearch
from netdesign.solve.staged.through import Through

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.staged.policy import Policy
    from netdesign.solve.staged.prepared import Prepared
    from netdesign.solve.staged.question import StagedQuestion

_INTERIOR = 1e-3
"""Part of the probabilities in the weights at which states are excluded: a path without weight excludes none."""
_SHORTEST = 0.2
_ENOUGH = 0.02
"""Weights are sought until what better ones could prove is so little of what is open."""


class Configurations:
    """The engine for risk measures and budgets.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    name: ClassVar = StagedEngineName.CONFIGURATIONS

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    @staticmethod
    def refusal(staged: StagedInstance) -> str | None:
        """Return what the engine cannot state, by name, or None."""
        return size_refusal(staged)

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        begun = time.perf_counter()
        question = self._question
        run = _Run(question, prepare(question))
        built = time.perf_counter()
        run.search_weights()
        run.search_configurations()
        phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
        course = run.course
        best = run.chosen()
        if best is None:
            ending = course.settled() if course.is_closed else course.ending()
            bound = math.inf if ending is Termination.INFEASIBLE else run.bound
            return StagedSolution(ending, None, None, bound, phases, tuple(course.trace))
        plan = best.plan
        judged = judged_staged(question, plan, best.risk, "the engine of configurations")
        ending = Termination.OPTIMAL if run.is_closed else course.ending()
        return StagedSolution(
            ending, plan, judged.objective, min(run.bound, judged.objective), phases, tuple(course.trace)
        )


@dataclass(frozen=True)
class _Candidate:
    """A plan that keeps everything, with its risk and its mean cost, EUR."""

    plan: StagedPlan
    risk: float
    mean: float


class _Run:
    """What one search knows."""

    def __init__(self, question: StagedQuestion, problem: Prepared) -> None:
        self.problem = problem
        self._staged = question.staged
        known = question.known
        self._weights = LeafWeights(question.staged, np.zeros(len(question.staged.leaves)) if known is None else known)
        self.course = Course(question.watch, question.listen, question.task)
        self._question, self._watch = question, question.watch
        self._candidates: list[_Candidate] = []
        self.incumbent, self.bound = math.inf, -math.inf
        self._scale = 1.0
        self._at: NDArray[np.float64] = self._weights.probability
        self._budget_binds = budget_refusal(question.staged) is not None
        begun = question.evaluated_incumbent()
        if begun is not None and question.incumbent is not None:
            self._scale = max(self._scale, float(np.abs(begun.path_costs).max()))
            self._take(_Candidate(question.incumbent, begun.objective, begun.expected))

    @property
    def is_closed(self) -> bool:
        """Whether the gap is reached; a regret is a difference of costs, and is as exact as they are."""
        if not math.isfinite(self.incumbent):
            return self.bound == math.inf
        return self.incumbent - self.bound <= self._tolerance

    @property
    def _tolerance(self) -> float:
        return self.course.gap * max(abs(self.incumbent), self._scale)

    def chosen(self) -> _Candidate | None:
        """Return the best policy; of those that are as good, within the gap, the one that costs least in the mean.

        A measure of risk does not see all paths: without this rule a plan might waste money on those that it skips.
        """
        if not self._candidates:
            return None
        allowed = max(self.incumbent, self.bound + self._tolerance)
        good = [candidate for candidate in self._candidates if candidate.risk <= allowed]
        return min(good, key=lambda candidate: (candidate.mean, candidate.risk))

    def search_weights(self) -> None:
        """Find weights with a good bound, and plans on the way."""
        weights, step = self._weights.probability, 1.0
        while not self.course.is_over:
            search = PolicySearch(self.problem, self._weights.of_nodes(weights), self.course.aside())
            policy = search.best()
            if policy is None:
                if search.is_infeasible:
                    self._proved(math.inf)
                return
            self._hear(policy)
            bound = search.bound - float(weights @ self._weights.known)
            if bound > self.bound:
                self._at = weights
            else:
                # Steps of cutting planes go to and fro; shorter ones from the best weights find better ones.
                step = max(step / 2.0, _SHORTEST)
            self._proved(bound)
            if self._staged.stages.risk.measure is RiskMeasure.EXPECTED or self.is_closed:
                return
            best, most = self._weights.best()
            if most - self.bound <= max(_ENOUGH * (self.incumbent - self.bound), self.course.gap * self._scale):
                return
            weights = step * best + (1.0 - step) * self._at

    def search_configurations(self) -> None:
        """Choose one configuration a node among those that a better plan may have."""
        if self.course.is_over or (self._staged.stages.risk.measure is RiskMeasure.EXPECTED and self.is_closed):
            return
        weights = (1.0 - _INTERIOR) * self._at + _INTERIOR * self._weights.probability
        # To the last digit: what little weight the other paths have is to count.
        course = Course(replace(self._watch, limits=replace(self._watch.limits, relative_gap=0.0)))
        search = PolicySearch(self.problem, self._weights.of_nodes(weights), course)
        policy = search.best()
        if policy is None:
            return
        self._hear(policy)
        if self.course.is_over or self.is_closed:
            return
        search.refresh()
        limit = self.incumbent + float(weights @ self._weights.known)
        try:
            program = JointProgram(search, Through(search, limit), self._weights, limit, self.course)
            self._solve(program)
        except (TooManyMovesError, TimeoutError):
            return

    def _solve(self, program: JointProgram) -> None:
        while not self.course.is_over:
            found = program.solve()
            if found is None:
                # Nothing else is under the incumbent.
                self._proved(self.incumbent)
                return
            policy, bound = found
            self._proved(bound)
            is_new = self._price(policy, program)
            self._hear(policy)
            if self.is_closed or not is_new:
                return

    def _price(self, policy: Policy, program: JointProgram) -> bool:
        hubs, tables = self.problem.hubs, self.problem.tables
        touched = []
        for node, states in enumerate(policy.nodes):
            opened, levels = operation_of(hubs, states.ready)
            if not tables.table(node, opened).is_exact[levels]:
                tables.operated(node, opened, levels)
                touched.append(node)
        program.refresh()
        for node in touched:
            program.reprice(node)
        return bool(touched)

    def _hear(self, policy: Policy) -> None:
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
        self._scale = max(self._scale, float(np.abs(paths).max()))
        self._weights.add(paths)
        value = risk_of(staged.stages.risk, paths, self._weights.probability, self._weights.known)
        plan = plan_of(staged, self.problem.hubs, self.problem.tables, policy)
        if self._keeps_budget(plan):
            self._take(_Candidate(plan, value, float(self._weights.probability @ paths)))

    def _take(self, candidate: _Candidate) -> None:
        self._candidates.append(candidate)
        if candidate.risk < self.incumbent:
            self.incumbent = candidate.risk
            self.course.found(candidate.risk)
            self._question.keep(candidate.plan, candidate.risk, self.bound)

    def _keeps_budget(self, plan: StagedPlan) -> bool:
        """Tell whether a plan keeps a budget that states do not tell."""
        if not self._budget_binds:
            return True
        standing = configurations(self._staged, plan)
        return not any(True for leaf in self._staged.leaves for _ in budget_violations(self._staged, standing, leaf))

    def _proved(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.incumbent))
        self.course.proved(self.bound)
        if self.is_closed and math.isfinite(self.incumbent):
            self.course.exhausted()
