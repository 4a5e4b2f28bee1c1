"""The schema of ``netdesign.stress/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart, NetworkPart
from netdesign.results.part import Part, is_none
from netdesign.results.recorded_fields import FormulatedEngine, Gap, Options, Reader, Times, Versions
from netdesign.results.stress_draws import DrawsPart
from netdesign.results.stress_failures import FailuresPart
from netdesign.solve.core.outcome import Termination


class StressDocument(Part):
    """A result file of ``netdesign stress``."""

    COMMAND: ClassVar[str] = "stress"

    format: Literal["netdesign.stress/1"] = Field("netdesign.stress/1", description="Name and version of the format.")
    instance: InstancePart = Field(description="What was looked at.")
    termination: Termination = Field(description="Why the searches stopped.")
    objective: float | None = Field(
        description="Of the best of `networks` at the present values, in the unit of `problem.objective`."
    )
    bound: float | None = Field(
        description="No permitted network has less at the present values, or, where the call names networks, none with "
        "these hubs; null if nothing is proven."
    )
    gap: Gap
    networks: list[NetworkPart] = Field(
        description="The networks that were looked at, as they are operated at the present values, the best first. "
        "Runner-up and minima are null: `solve` has them."
    )
    others_bound: float | None = Field(
        description="No other permitted network has less at the present values; null where the call names networks, "
        "where nothing is proven, or where there is no other."
    )
    failures: FailuresPart | None = Field(
        default=None,
        description="What becomes of them when parts of them fail; left out where that is not asked for.",
        exclude_if=is_none,
    )
    draws: DrawsPart | None = Field(
        default=None,
        description="What they cost in drawn worlds; left out where that is not asked for.",
        exclude_if=is_none,
    )
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
        """Whether the searches still went on when the file was written: never."""
        return False

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search."""
        return self.termination.is_limit

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return bool(self.networks)
