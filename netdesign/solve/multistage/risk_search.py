"""The search for the plan of least risk: bounds at several weights of the paths, then one mixed program."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of
from netdesign.evaluate.staged_violations import budget_violations
from netdesign.instance.stages import RiskMeasure
from netdesign.solve.core.outcome import exactness
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.multistage.budget import budget_refusal
from netdesign.solve.multistage.contingent_plan import operations_of, plan_of, policy_cost
from netdesign.solve.multistage.joint_program import JointProgram
from netdesign.solve.multistage.leaf_weights import LeafWeights
from netdesign.solve.multistage.reachable_states import ReachableStates, TooManyMovesError
from netdesign.solve.multistage.search import PolicySearch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.contingent_plan import ContingentPlan
    from netdesign.solve.multistage.prepared import Prepared
    from netdesign.solve.multistage.question import StagedQuestion

_INTERIOR = 1e-3
"""Part of the probabilities in the weights at which states are excluded: a path without weight excludes none."""
_SHORTEST = 0.2
_ENOUGH = 0.02
"""Weights are sought until what better ones could prove is so little of what is open."""
_NARROWEST = 1.0 / 256.0


@dataclass(frozen=True)
class Candidate:
    """A plan that keeps everything, with its risk and its mean cost, EUR."""

    plan: StagedPlan
    risk: float
    mean: float


class RiskSearch:
    """The search.

    Parameters
    ----------
    question, problem
        The question, and what it was prepared to.

    Attributes
    ----------
    state
        Hears of plans and bounds.
    incumbent, bound
        Risk of the best plan, and what is proven of it, EUR.
    is_too_large
        Whether a gap was left because the program over what is left would be too large.
    """

    def __init__(self, question: StagedQuestion, problem: Prepared) -> None:
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
            self._take(Candidate(question.incumbent, begun.objective, begun.expected))

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
        while not self.state.is_over:
            search = PolicySearch(self.problem, self._weights.of_nodes(weights), self.state.aside())
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
                # Steps of cutting planes go back and forth; shorter ones from the best weights find better ones.
                step = max(step / 2.0, _SHORTEST)
            self._proved(bound)
            if self._staged.stages.risk.measure is RiskMeasure.EXPECTED or self.is_closed:
                return
            best, most = self._weights.best()
            if most - self.bound <= max(_ENOUGH * (self.incumbent - self.bound), self._tolerance):
                return
            weights = step * best + (1.0 - step) * self._at

    def search_configurations(self) -> None:
        """Choose one configuration a node among those that a better plan may have."""
        if self.state.is_over or (self._staged.stages.risk.measure is RiskMeasure.EXPECTED and self.is_closed):
            return
        weights = (1.0 - _INTERIOR) * self._at + _INTERIOR * self._weights.probability
        # To the last digit: what little weight the other paths have is to count.
        state = SearchState(replace(self._watch, limits=replace(self._watch.limits, relative_gap=0.0)))
        search = PolicySearch(self.problem, self._weights.of_nodes(weights), state)
        policy = search.best()
        if policy is None:
            return
        self._hear(policy)
        if self.state.is_over or self.is_closed:
            return
        search.refresh()
        self._narrow(search, search.bound, float(weights @ self._weights.known))

    def _narrow(self, search: PolicySearch, least: float, known: float) -> None:
        """Solve the mixed program over all moves that a better plan may make; where they are too many, over the likely.

        Parameters
        ----------
        search
            At the best weights, up to date.
        least, known
            Its bound, and the weighted mean of what the paths cost when they are known: plans are between the two and
            the incumbent.
        """
        part = 1.0
        while not self.state.is_over and part >= _NARROWEST:
            whole = self.incumbent + known
            limit = least + part * (whole - least) if math.isfinite(whole) else whole
            before = self.incumbent
            try:
                program = JointProgram(search, ReachableStates(search, limit), self._weights, limit, self.state)
                self._solve(program, self._proved if part == 1.0 else _hear_nothing)
            except TooManyMovesError:
                part /= 2.0
                continue
            except TimeoutError:
                return
            if part == 1.0:
                return
            # A better incumbent excludes more, so that all that is left may fit.
            part = min(1.0, 2.0 * part) if self.incumbent < before - self._tolerance else 0.0
        self.is_too_large = not self.state.is_over

    def _solve(self, program: JointProgram, hear: Callable[[float], None]) -> None:
        """Solve a program until all that it chooses is priced; ``hear`` is told of its bounds."""
        while not self.state.is_over:
            found = program.solve()
            if found is None:
                # Nothing else is under the incumbent.
                hear(self.incumbent)
                return
            policy, bound = found
            hear(bound)
            new = self.problem.tables.unpriced(operations_of(self.problem.hubs, policy))
            if not self.problem.tables.price_all(new, lambda: self.state.is_over):
                return
            program.refresh()
            for node, _, _ in new:
                program.reprice(node)
            self._hear(policy)
            if self.is_closed or not new:
                return

    def _hear(self, policy: ContingentPlan) -> None:
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
        value = risk_of(staged.stages.risk, paths, self._weights.probability, self._weights.known)
        plan = plan_of(staged, self.problem.hubs, self.problem.tables, policy)
        if self._keeps_budget(plan):
            self._take(Candidate(plan, value, float(self._weights.probability @ paths)))

    def _take(self, candidate: Candidate) -> None:
        self._candidates.append(candidate)
        if candidate.risk < self.incumbent:
            self.incumbent = candidate.risk
            self.state.found(candidate.risk)
            self._question.keep(candidate.plan, candidate.risk, self.bound)

    def _keeps_budget(self, plan: StagedPlan) -> bool:
        """Tell whether a plan keeps a budget that states do not tell."""
        if not self._budget_binds:
            return True
        standing = configurations(self._staged, plan)
        return not any(True for leaf in self._staged.leaves for _ in budget_violations(self._staged, standing, leaf))

    def _proved(self, bound: float) -> None:
        self.bound = max(self.bound, min(bound, self.incumbent))
        self.state.proved(self.bound)
        if self.is_closed and math.isfinite(self.incumbent):
            self.state.exhausted()


def _hear_nothing(bound: float) -> None:
    """Let a bound pass that holds for some plans only."""
