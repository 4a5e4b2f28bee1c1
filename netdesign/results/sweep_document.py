"""The schema of ``netdesign.sweep/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart
from netdesign.results.part import RUNNING, Part
from netdesign.results.recorded_fields import FormulatedEngine, Gap, Options, Reader, Times, Versions
from netdesign.results.row_parts import PlanAtPointPart, SweepRowPart
from netdesign.solve.core.outcome import Termination


class SweptFigurePart(Part):
    """A figure of the sweep."""

    name: str = Field(description="Its paths as for `--set`, with `; ` between.")
    unit: str = Field(description="Its unit; `1` for a pure number.")
    value: float | None = Field(
        description="What the instance gives it; null where it gives none, or its places have several values."
    )


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
