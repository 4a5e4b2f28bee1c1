"""The schema of ``netdesign.timing-alternatives/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart
from netdesign.results.part import RUNNING, Part, is_none
from netdesign.results.recorded_fields import EngineFact, Gap, Options, Reader, Times, Versions
from netdesign.results.staged_document import RiskPart, SearchedPart
from netdesign.results.years_parts import FoundPlanPart, PlanOverYearsPart
from netdesign.solve.core.outcome import Termination


class FirstAlternativePart(FoundPlanPart):
    """A first decision within the margin, with the best plan that begins with it.

    No plan that begins with another one that is listed after it has less than its ``bound``.
    """

    difference: float = Field(description="Its objective less that of the best, EUR of the first year.")


class FirstConditionPart(FoundPlanPart):
    """The best plan that orders at some sites in the first year, and not at others."""

    ordered_at: list[str] = Field(description="Sites at which something has to be ordered, as the call names them.")
    not_ordered_at: list[str] = Field(description="Sites at which nothing may be, as the call names them.")
    difference: float | None = Field(
        description="Its objective less that of the best of all, EUR of the first year; null without a plan. Negative "
        "where only the call permits a site, and that is better."
    )
    difference_at_least: float | None = Field(description="Proven lower limit of the difference; null if none.")
    difference_at_most: float | None = Field(description="Proven upper limit of the difference; null if none.")


class TimingAlternativesDocument(Part):
    """A result file of ``netdesign alternatives`` for an instance over years."""

    COMMAND: ClassVar[str] = "alternatives"

    format: Literal["netdesign.timing-alternatives/1"] = Field(
        "netdesign.timing-alternatives/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was solved.")
    scenario: str = Field(description="What the years follow: `base`, the name of a scenario, or `tree`.")
    risk: RiskPart = Field(description="What is minimised; on a path the cost, whatever the instance says.")
    termination: Termination | Literal["running"] = Field(
        description="Why the searches stopped; `running` in a file that was written before they did."
    )
    objective: float | None = Field(description="Of the best plan, EUR of the first year.")
    bound: float | None = Field(description="No permitted plan has less; null if nothing is proven.")
    gap: Gap
    limit: float | None = Field(
        description="The objective of the best with the margin: what is listed has at most that; null without a plan."
    )
    is_complete: bool = Field(
        description="Whether it is proven that no plan with another first decision has at most `limit`."
    )
    others_bound: float | None = Field(
        description="No plan with a first decision that is not listed has less; null where nothing is proven, or, if "
        "the list is complete, where there is no other."
    )
    decisions: list[FirstAlternativePart] = Field(description="The first decisions within the margin, the best first.")
    condition: FirstConditionPart | None = Field(
        default=None,
        description="The best plan that orders at the sites that the call names; left out where it names none, or "
        "where the search stopped before.",
        exclude_if=is_none,
    )
    known: list[SearchedPart] = Field(
        default_factory=list,
        description="Where the largest regret is minimised: the best plan of each path, were it known from the start; "
        "left out elsewhere.",
        exclude_if=lambda known: not known,
    )
    plans: list[PlanOverYearsPart] = Field(description="The plans, each once.")
    engine: dict[EngineFact, str] = Field(description="Engine and why it was taken.")
    problem: dict[str, Any] = Field(description="What was solved, and the policies in force.")
    options: Options
    reader: Reader
    versions: Versions
    times: Times

    @property
    def is_running(self) -> bool:
        """Whether the searches still went on when the file was written."""
        return self.termination == RUNNING

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search."""
        return self.is_running or Termination(self.termination).is_limit

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return bool(self.decisions)
