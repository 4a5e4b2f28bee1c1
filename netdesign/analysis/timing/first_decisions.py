"""Find the first decisions within a margin of the best: the next best follows by leaving out those found before."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from netdesign.analysis.near_best import NearBest
from netdesign.analysis.network_searches import TIE
from netdesign.analysis.timing.plan_search import search_plan
from netdesign.errors import DisagreementError
from netdesign.instance.first_decision import FirstDecision, FirstRule
from netdesign.solve.auto import choose_staged_engine
from netdesign.solve.core.outcome import Termination, exactness
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.margin import Margin
    from netdesign.analysis.timing.plan_search import StagedChoice
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.question import StagedQuestion


@dataclass(frozen=True)
class FoundPlan:
    """The best plan of a search, with the bound of all that it looked for."""

    termination: Termination
    plan: StagedPlan
    objective: float
    bound: float

    @property
    def first(self) -> FirstDecision:
        """What it decides in the first year."""
        return self.plan.first


class FirstDecisionsWithin(NearBest[FoundPlan]):
    """The first decisions with a plan within a margin of the best.

    Parameters
    ----------
    question
        The problem; for regret with the least costs of the paths.
    margin
        How much more a plan may have than the best.
    most
        Number of first decisions at which the search ends; None for no end.

    Attributes
    ----------
    ending
        Why the last search stopped.
    choice
        The engine.

    Raises
    ------
    UsageError
        No engine can leave a first decision out, or not the one that is asked for.
    """

    def __init__(self, question: StagedQuestion, margin: Margin, most: int | None = None) -> None:
        super().__init__(margin, most, scale=question.scale)
        self._question = question
        self.ending = Termination.OPTIMAL
        some_rule = FirstRule(left_out=frozenset({FirstDecision((), ())}))
        self.choice: StagedChoice = choose_staged_engine(with_rule(question, question.staged, some_rule, ""))

    def search(self, on_found: Callable[[], None]) -> None:
        """Find the next best first decision until none is left within the margin.

        Parameters
        ----------
        on_found
            Called with each that is found.
        """
        while self._is_wanted:
            number = len(self.found) + 1
            rule = FirstRule(left_out=frozenset(one.first for one in self.found))
            task = "best plan" if number == 1 else f"first decision {number}"
            solution = self.solved(with_rule(self._question, self._question.staged, rule, task))
            self.ending = solution.termination
            found = self._checked(solution)
            self._rest = max(self._rest, solution.bound)
            if found is not None:
                self.found.append(found)
                on_found()
            if self.ending.is_limit or found is None:
                return

    def solved(self, question: StagedQuestion) -> StagedSolution:
        """Return the best plan of a question."""
        if question.watch.is_over:
            return StagedSolution(question.watch.ending, None, None, -math.inf)
        return search_plan(question, self.choice, self._change_engine)

    def _change_engine(self, choice: StagedChoice) -> None:
        self.choice = choice

    def _checked(self, solution: StagedSolution) -> FoundPlan | None:
        """Return what a search has found, with the bound that those before it prove of it.

        Raises
        ------
        DisagreementError
            It costs less than that, or was to be left out: a defect.
        """
        plan, objective = solution.plan, solution.objective
        if plan is None or objective is None:
            return None
        if objective < self._rest - TIE * exactness(objective, self._scale):
            message = f"a plan costs {objective:,.2f} EUR, yet earlier searches prove {self._rest:,.2f} of all others"
            raise DisagreementError(message)
        if any(plan.first == one.first for one in self.found):
            message = "the engine gives a first decision again, though it was to leave it out"
            raise DisagreementError(message)
        bound = min(max(solution.bound, self._rest), objective)
        return FoundPlan(solution.termination, plan, objective, bound)


def with_rule(question: StagedQuestion, staged: StagedInstance, rule: FirstRule, task: str) -> StagedQuestion:
    """Return a question with a rule on the first decision, about the same years.

    Parameters
    ----------
    staged
        The instance, with further policies or without.
    task
        Name of the search for the listener.
    """
    asked = question.about(replace(staged, first=rule), question.networks, task)
    return replace(asked, known=question.known)
