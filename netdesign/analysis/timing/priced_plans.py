"""Verify what results over years have alike: what is minimised, and plans, which the referee prices again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.analysis.contradictions import differs
from netdesign.errors import ContradictionError
from netdesign.evaluate.staged import evaluate_staged
from netdesign.results.plans_over_years import plan_over_years

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.evaluate.staged import StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.years_parts import FirstDecisionPart, PlanOverYearsPart
    from netdesign.solve.multistage.question import StagedQuestion


class Stated(Protocol):
    """What a result states of a plan."""

    @property
    def first(self) -> FirstDecisionPart | None:
        """What it decides in the first year."""

    @property
    def objective(self) -> float | None:
        """What it has."""


class PricedPlans:
    """The plans of a result."""

    def __init__(self, plans: Sequence[PlanOverYearsPart]) -> None:
        self._plans = plans

    def of_plan(self, stated: Stated, place: int, question: StagedQuestion) -> Iterator[str]:
        """Yield contradictions of what is stated of a plan with the referee.

        Parameters
        ----------
        stated, place
            What is stated, and the place of the plan.
        question
            The years that it is for.
        """
        if not 0 <= place < len(self._plans):
            yield f"plan: there is no {place} in plans"
            return
        try:
            plan = plan_over_years(self._plans[place], question.staged)
        except ContradictionError as error:
            yield error.message
            return
        found = price(question, plan)
        yield from (f"plan: {violation}" for violation in found.violations)
        if stated.objective is None or differs(stated.objective, found.objective, question.scale):
            yield f"objective: states {stated.objective}; the plan has {found.objective}"
        if stated.first is None or stated.first.decision != plan.first:
            yield "first: is not that of the plan"


def of_scenario(document: TimingTippingDocument | TimingAlternativesDocument, staged: StagedInstance) -> Iterator[str]:
    """Yield contradictions in what the years follow, and what is minimised."""
    if document.scenario != staged.scenario:
        yield f"scenario: states {document.scenario}; the options say {staged.scenario}"
    for name in ("measure", "level"):
        claimed, true = getattr(document.risk, name), getattr(staged.stages.risk, name)
        if claimed != true:
            yield f"risk.{name}: states {claimed}; instance and options say {true}"


def price(question: StagedQuestion, plan: StagedPlan) -> StagedEvaluation:
    """Return the referee's evaluation of a plan."""
    with np.errstate(all="ignore"):  # volumes near the largest number are wrong, not worth a warning
        return evaluate_staged(question.staged, question.networks, plan, question.known)
