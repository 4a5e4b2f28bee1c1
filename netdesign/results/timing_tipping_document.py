"""The schema of ``netdesign.timing-tipping/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart
from netdesign.results.part import Part, is_none
from netdesign.results.recorded_fields import EngineFact, Gap, Options, Reader, Times, Versions
from netdesign.results.staged_document import RiskPart, SearchedPart
from netdesign.results.years_parts import FirstDecisionPart, FoundPlanPart, PlanOverYearsPart
from netdesign.solve.core.outcome import Termination


class BestPlanPart(FoundPlanPart):
    """The best plan at one value of a figure."""

    known: list[SearchedPart] = Field(
        default_factory=list,
        description="Where the largest regret is minimised: the best plan of each path, were it known from the start; "
        "left out elsewhere.",
        exclude_if=lambda known: not known,
    )


class AsGoodPart(Part):
    """A plan with another first decision that has no more at a value, to 1e-6; less only where the gap is open."""

    first: FirstDecisionPart = Field(description="What it decides in the first year.")
    plan: int = Field(description="Place of the plan in `plans`, from 0.")
    objective: float = Field(description="What it has at this value, EUR of the first year.")


class StagedPointPart(BestPlanPart):
    """The best plan at a value that was solved."""

    value: float = Field(description="Of the figure.")
    as_good: list[AsGoodPart] = Field(
        description="Plans of the neighbouring values with another first decision that have no more here, to 1e-6; "
        "none was searched for beside these."
    )
    reason: str | None = Field(
        default=None,
        description="Why no plan is permitted where the instance is not sound with this value; left out elsewhere.",
        exclude_if=is_none,
    )


class FirstChangePart(Part):
    """Where the first decision changes."""

    at_least: float = Field(description="At no less than this value of the figure.")
    at_most: float = Field(description="At no more than this value; what lies between both was not looked at.")
    before: FirstDecisionPart | None = Field(description="First decision at the lower value; null without a plan.")
    after: FirstDecisionPart | None = Field(description="The same at the upper value.")


class StagedFigurePart(Part):
    """What a figure turns inside its range."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    low: float = Field(description="Lower end of the range.")
    high: float = Field(description="Upper end of the range.")
    value: float = Field(description="What the instance gives it; it may be outside.")
    status: str = Field(description="How sure the range is, as the instance states it; empty where it does not.")
    source: str = Field(description="Where the range is from; empty where the instance does not say.")
    termination: Termination = Field(description="Why the searches stopped.")
    points: list[StagedPointPart] = Field(
        description="Values that were solved, ascending; what lies between two of them was not looked at."
    )
    changes: list[FirstChangePart] = Field(description="Where the first decision changes, ascending.")
    turns: bool | None = Field(
        description="Whether the first decision is another at a value that was solved; null where a search stopped "
        "before."
    )


class TimingTippingDocument(Part):
    """A result file of ``netdesign tipping`` for an instance over years."""

    COMMAND: ClassVar[str] = "tipping"

    format: Literal["netdesign.timing-tipping/1"] = Field(
        "netdesign.timing-tipping/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was solved.")
    scenario: str = Field(description="What the years follow: `base`, the name of a scenario, or `tree`.")
    risk: RiskPart = Field(description="What is minimised; on a path the cost, whatever the instance says.")
    termination: Termination = Field(description="Why the searches stopped.")
    objective: float | None = Field(description="Of the best plan at the present values, EUR of the first year.")
    bound: float | None = Field(description="No permitted plan has less there; null if nothing is proven.")
    gap: Gap
    best: BestPlanPart = Field(description="The best plan at the present values.")
    figures: list[StagedFigurePart] = Field(description="The figures that were looked at, in the order of the ranges.")
    left_out: list[str] = Field(description="Figures at which a limit stopped before they were looked at.")
    plans: list[PlanOverYearsPart] = Field(description="The plans of all points, each once.")
    engine: dict[EngineFact, str] = Field(description="Engine and why it was taken, at the present values.")
    problem: dict[str, Any] = Field(description="What was solved, and the policies in force.")
    options: Options
    reader: Reader
    versions: Versions
    times: Times

    @property
    def is_running(self) -> bool:
        """Whether the searches still went on when the file was written: never."""
        return False

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search."""
        return self.termination.is_limit

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return self.best.plan is not None
