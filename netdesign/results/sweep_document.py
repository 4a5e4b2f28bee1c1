"""The schema of ``netdesign.sweep/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from netdesign.results.document import InstancePart, RunnerUpPart
from netdesign.results.part import RUNNING, Part, is_none
from netdesign.results.recorded_fields import FormulatedEngine, Gap, Options, Reader, Times, Versions
from netdesign.results.tipping_document import PlanAtPointPart, TodayPart
from netdesign.solve.core.outcome import Termination

NOT_SOLVED: Final = "not_solved"
"""Termination of a row whose values make the instance wrong, or for which no engine is."""


class SweptFigurePart(Part):
    """A figure of the sweep."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    value: float | None = Field(
        description="What the instance gives it; null where it gives none, or its places have several values."
    )


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


class SweepDocument(Part):
    """A result file of ``netdesign sweep``."""

    COMMAND: ClassVar[str] = "sweep"

    format: Literal["netdesign.sweep/1"] = Field("netdesign.sweep/1", description="Name and version of the format.")
    instance: InstancePart = Field(description="What was solved.")
    termination: Termination | Literal["running"] = Field(
        description="Why the searches stopped; infeasible: with no combination of values a network is; `running` in a "
        "file that was written before they did."
    )
    objective: float | None = Field(description="Of the best network at the present values: EUR/year, hubs, or h.")
    bound: float | None = Field(description="No permitted network has less there; null if nothing is proven.")
    gap: Gap
    figures: list[SweptFigurePart] = Field(description="Those of the table, then those of `over`.")
    present: SweepRowPart | None = Field(
        description="The best network at the present values; null where the search stopped before."
    )
    rows: list[SweepRowPart] = Field(description="One for each combination that is solved, in their order.")
    left: int = Field(description="Number of combinations at which a limit stopped before they were solved.")
    plans: list[PlanAtPointPart] = Field(description="The plans of all rows, each once.")
    engine: FormulatedEngine
    problem: dict[str, Any] = Field(
        description="What was solved: allocation, objective, hubs a route, and the policies in force."
    )
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
        return any(row.plan is not None for row in self.rows)
