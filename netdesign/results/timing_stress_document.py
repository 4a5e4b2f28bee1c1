"""The schema of ``netdesign.timing-stress/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart
from netdesign.results.part import Part
from netdesign.results.recorded_fields import EngineFact, Gap, Options, Reader, Times, Versions
from netdesign.results.staged_document import RiskPart, SearchedPart
from netdesign.results.stress_draws import DrawnCostsPart, WorldsPart
from netdesign.results.years_parts import PlanOverYearsPart
from netdesign.solve.core.outcome import Termination


class WorldMethod(StrEnum):
    """How the years of the worlds were found."""

    COMPOSED = "composed"
    BUILT = "built"


class StressedPlanPart(PlanOverYearsPart):
    """A plan as it is operated at the present values; its orders and closings stand in all worlds."""

    names: list[str] = Field(
        description="What it is: `best`, the best plan; on a tree `fixed`, the best calendar fixed at the root, and "
        "`mean`, the plan for the mean of the tree; `without HUB`, the best plan in which a new hub of the best one "
        "may not open; `nothing`, no orders at all. Several where they order and close the same."
    )
    termination: Termination = Field(description="Why its search stopped.")
    objective: float = Field(description="What is minimised, at the present values, EUR of the first year.")
    bound: float | None = Field(
        description="Nothing that its search permits has less at the present values: no plan for `best`, no calendar "
        "fixed at the root for `fixed`, no plan without the hub; of `mean` and `nothing`, which are given, it is what "
        "they have. Null if nothing is proven."
    )
    expected: float = Field(
        description="Mean discounted cost of the paths at the present values, EUR of the first year."
    )


class LeftOutPart(Part):
    """A plan that was not looked at."""

    name: str = Field(description="Its name.")
    why: str = Field(description="Why.")


class DrawnPlanPart(DrawnCostsPart):
    """What a plan costs in the worlds: the mean discounted cost of the paths."""

    names: list[str] = Field(description="Its names; as in `plans`, in the same order.")


class PlanDrawsPart(WorldsPart):
    """What plans cost in drawn worlds, the same for all of them, and for all years."""

    method: WorldMethod = Field(
        description="`composed`: prices and volumes of each year follow from what each figure does to them, and each "
        "year is operated by its program. `built`: the years of each world were built anew, and the referee has priced "
        "each plan."
    )
    why_built: str = Field(description="Why the worlds were built one by one; empty where they were not.")
    plans: list[DrawnPlanPart] = Field(description="What each plan costs in the worlds.")


class TimingStressDocument(Part):
    """A result file of ``netdesign stress`` for an instance over years."""

    COMMAND: ClassVar[str] = "stress"

    format: Literal["netdesign.timing-stress/1"] = Field(
        "netdesign.timing-stress/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was looked at.")
    scenario: str = Field(description="What the years follow: `base`, the name of a scenario, or `tree`.")
    risk: RiskPart = Field(
        description="What the searches at the present values minimise; on a path the cost, whatever the instance says."
    )
    termination: Termination = Field(description="Why the searches stopped.")
    objective: float | None = Field(description="Of the best plan at the present values, EUR of the first year.")
    bound: float | None = Field(description="No permitted plan has less there; null if nothing is proven.")
    gap: Gap
    plans: list[StressedPlanPart] = Field(description="The plans that were looked at, the best plan first.")
    left_out: list[LeftOutPart] = Field(description="Plans that were not looked at, and why.")
    draws: PlanDrawsPart | None = Field(description="What they cost in drawn worlds; null without a plan.")
    known: list[SearchedPart] = Field(
        default_factory=list,
        description="Where the largest regret is minimised: the best plan of each path, were it known from the start; "
        "left out elsewhere.",
        exclude_if=lambda known: not known,
    )
    engine: dict[EngineFact, str] = Field(description="Engine of the best plan, and why it was taken.")
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
        return bool(self.plans)
