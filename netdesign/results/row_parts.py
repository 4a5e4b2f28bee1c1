"""Parts of results that state the best network with other values of figures: rows, and their plans."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict, Field

from netdesign.instance.services import LegKind
from netdesign.results.document import RunnerUpPart
from netdesign.results.part import Part, is_none
from netdesign.results.plan_document import Routes, StatedLinks
from netdesign.results.recorded_fields import Gap
from netdesign.solve.core.outcome import Termination

NOT_SOLVED: Final = "not_solved"
"""Termination of a row whose values make the instance wrong, or for which no engine is."""


class DeparturesPart(Part):
    """Departures of a plan as columns of one length."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    kind: list[LegKind] = Field(description="Kind of leg.")
    from_: list[str] = Field(alias="from", description="Id where the leg starts.")
    to: list[str] = Field(description="Id where it ends.")
    vehicle: list[str] = Field(description="Id of the vehicle.")
    departures_per_week: list[int] = Field(description="Departures a week.")


class PlanAtPointPart(Part):
    """A plan, without what it costs, which depends on the value of the figure."""

    open_hubs: list[str] = Field(description="All open hubs and sorting centres, existing ones included.")
    open_lanes: list[tuple[str, str]] = Field(description="Air lanes in service: overseas airport and hub.")
    links: StatedLinks = None
    routes: Routes = Field(description="Routes in use.")
    departures: DeparturesPart | None = Field(
        default=None, description="Departures; left out where the instance has no services.", exclude_if=is_none
    )


class TodayPart(Part):
    """Today's network, of existing hubs, at one end of a range."""

    termination: Termination = Field(description="Why the search stopped.")
    plan: int | None = Field(description="Place of its plan in `plans`, from 0; null without a plan.")
    objective: float | None = Field(description="Of the plan at this value, in the unit of the objective.")
    bound: float | None = Field(description="Today's network has no less; null if nothing is proven.")


class SweepRowPart(Part):
    """The best network with one combination of values."""

    scenario: str | None = Field(
        default=None, description="Name of the row of the table; left out without one.", exclude_if=is_none
    )
    values: list[float | None] = Field(
        description="Of the figures, in their order; null where a figure keeps the value of the instance."
    )
    termination: Termination | Literal["not_solved"] = Field(
        description="Why the search stopped; `not_solved` where there was nothing to search, as `reason` tells."
    )
    reason: str | None = Field(
        default=None,
        description="Why there is no network: what is wrong in the instance with these values, or which policies may "
        "forbid all networks; left out beside a network.",
        exclude_if=is_none,
    )
    open_hubs: list[str] = Field(description="All open hubs and sorting centres; empty without a network.")
    hubs: int | None = Field(description="Number of open hubs, without sorting centres; null without a network.")
    plan: int | None = Field(
        description="Place of its plan in `plans`, from 0; null without one. Its volumes are those of the first row "
        "that has it: with others each commodity takes the same shares of its routes."
    )
    objective: float | None = Field(description="Of the plan with these values, in the unit of the objective.")
    bound: float | None = Field(description="No permitted network has less; null if nothing is proven.")
    gap: Gap
    inside: float | None = Field(
        description="Share of the volume with a deadline that is inside it; null without a network or a deadline."
    )
    co2e_t_per_year: float | None = Field(description="t CO2e/year, well to wheel; null without a network.")
    today: TodayPart | None = Field(
        default=None, description="Today's network, of existing hubs; left out without one.", exclude_if=is_none
    )
    runner_up: RunnerUpPart | None = Field(
        default=None,
        description="The second-best network, of whatever number of hubs; left out where it is not looked for, as it "
        "would take as long as the best.",
        exclude_if=is_none,
    )

    @property
    def is_solved(self) -> bool:
        """Whether there was anything to search."""
        return self.termination != NOT_SOLVED
