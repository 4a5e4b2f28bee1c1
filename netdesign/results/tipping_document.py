"""The schema of ``netdesign.tipping/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart, NetworkPart
from netdesign.results.part import Part, is_none
from netdesign.results.recorded_fields import EngineFact, Gap, Options, Reader, Times, Versions
from netdesign.results.row_parts import PlanAtPointPart, SweepRowPart, TodayPart
from netdesign.solve.core.outcome import Termination


class TippingMethod(StrEnum):
    """How the values were found at which the best network changes."""

    EXACT = "exact"
    BISECTION = "bisection"
    NO_EFFECT = "no_effect"


class PointPart(Part):
    """The best network at one value of a figure."""

    value: float = Field(description="Of the figure.")
    termination: Termination = Field(description="Why the search stopped.")
    open_hubs: list[str] = Field(description="Of the best network; empty where no network is feasible.")
    plan: int | None = Field(description="Place of its plan in `plans`, from 0; null without a plan.")
    objective: float | None = Field(description="Of the plan at this value, in the unit of the objective.")
    bound: float | None = Field(description="No permitted network has less at this value; null if nothing is proven.")
    others_bound: float | None = Field(
        description="No permitted network with other open hubs has less at this value; null where that was not looked "
        "at, or where there is no other."
    )
    reason: str | None = Field(
        default=None,
        description="Why no network is feasible where the instance is not sound with this value; left out elsewhere.",
        exclude_if=is_none,
    )


class ChangePart(Part):
    """Where the best network changes."""

    at_least: float = Field(description="At no less than this value of the figure.")
    at_most: float = Field(description="At no more than this value; the same where the value is exact.")
    before: list[str] = Field(description="Open hubs of the best network under it; empty where none is feasible.")
    after: list[str] = Field(description="The same over it.")


class FigurePart(Part):
    """What a figure turns inside its range."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    low: float = Field(description="Lower end of the range.")
    high: float = Field(description="Upper end of the range.")
    value: float = Field(description="What the instance gives it; it may be outside.")
    status: str = Field(description="How sure the range is, as the instance states it; empty where it does not.")
    source: str = Field(description="Where the range is from; empty where the instance does not say.")
    method: TippingMethod = Field(
        description="`exact`: cost is linear in the figure, or in a price that follows from it, for every plan, and "
        "the changes are all there are. `bisection`: values were solved one by one, and what lies between two of them "
        "was not looked at. `no_effect`: nothing that decides depends on the figure."
    )
    termination: Termination = Field(description="Why the searches stopped.")
    is_proven: bool = Field(description="Whether the changes are all that there are in the range.")
    points: list[PointPart] = Field(description="Values that were solved, ascending; two at a change that is exact.")
    changes: list[ChangePart] = Field(description="Where the best network changes, ascending.")
    turns: bool | None = Field(
        description="Whether the best network is another somewhere in the range; null where a search stopped before."
    )
    today_low: TodayPart | None = Field(
        default=None, description="Today's network at the lower end; left out without one.", exclude_if=is_none
    )
    today_high: TodayPart | None = Field(
        default=None, description="Today's network at the upper end; left out without one.", exclude_if=is_none
    )


class GridFigurePart(Part):
    """A figure of a grid."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    value: float = Field(description="What the instance gives it; it may be none of `values`.")
    values: list[float] = Field(description="Those that are solved, from one end of the range to the other.")


class GridPart(Part):
    """The best network over two figures."""

    figures: list[GridFigurePart] = Field(description="The two figures.")
    points: list[SweepRowPart] = Field(
        description="The best network at each pair of values, the second figure moving fastest. What lies between them "
        "was not looked at."
    )
    left: int = Field(description="Number of points at which a limit stopped before they were solved.")


class TippingDocument(Part):
    """A result file of ``netdesign tipping``."""

    COMMAND: ClassVar[str] = "tipping"

    format: Literal["netdesign.tipping/1"] = Field("netdesign.tipping/1", description="Name and version of the format.")
    instance: InstancePart = Field(description="What was solved.")
    termination: Termination = Field(description="Why the searches stopped.")
    objective: float | None = Field(description="Of the best network at the present values: EUR/year, hubs, or h.")
    bound: float | None = Field(description="No permitted network has less there; null if nothing is proven.")
    gap: Gap
    best: NetworkPart | None = Field(description="The best network at the present values; null without a plan.")
    today: NetworkPart | None = Field(
        description="Today's network at the present values; null where no hub exists, or it was not looked at."
    )
    figures: list[FigurePart] = Field(description="The figures that were looked at, in the order of the ranges.")
    left_out: list[str] = Field(description="Figures at which a limit stopped before they were looked at.")
    grid: GridPart | None = Field(
        default=None, description="The best network over two figures; left out without `grid`.", exclude_if=is_none
    )
    plans: list[PlanAtPointPart] = Field(description="The plans of all points, each once.")
    engine: dict[EngineFact, str] = Field(description="Engine, model and why they were taken, at the present values.")
    problem: dict[str, Any] = Field(
        description="What was solved: allocation, objective, hubs a route, and the policies in force."
    )
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
        return self.best is not None
