"""The schema of ``netdesign.explanation/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart
from netdesign.results.part import RUNNING, Part
from netdesign.results.recorded_fields import FormulatedEngine, Options, Reader, Times, Versions
from netdesign.solve.core.outcome import Termination

FEASIBLE = "feasible"
"""Ending of an explanation that finds a plan."""


class Kept(StrEnum):
    """What else is kept while a figure gives way."""

    ALL = "all"
    CLASH = "clash"
    FIGURE = "figure"


class FigurePart(Part):
    """A figure of a policy, or a site that it names, and how far it alone has to give."""

    policy: str = Field(description="Name of the policy.")
    subject: str = Field(description="Hub, hub link, country, stream or group that it is about; empty if only one.")
    kind: str = Field(
        description="What it is, such as `share` or `largest number`; `site`, `group`, `shape` and the like have no "
        "value."
    )
    unit: str = Field(description="Unit of the values; empty where there are none.")
    asked: float | None = Field(description="What is asked, in this unit; null where there is no value.")
    kept: Kept = Field(
        description="`all`: every other policy and figure in force is kept. `clash`: only the other policies of the "
        "clash are, with all figures, because more has to give before there is a plan of all. `figure`: only the other "
        "policies of the clash, and no other figure of the policy."
    )
    value: float | None = Field(description="A plan has this value, in the same unit; null where none is found.")
    refused: float | None = Field(
        description="Proven: no plan has a value nearer to what is asked than this, in the same unit. Null without a "
        "value."
    )
    open_hubs: list[str] = Field(
        description="Hubs of the plan with that value, or without the site or group; empty without one."
    )
    is_finished: bool = Field(description="Whether both are as near to each other as they are to be.")


class ClashPart(Part):
    """Policies that no plan keeps together; if it is least, without any one of them a plan keeps the others."""

    policies: list[str] = Field(description="Their names; none where there is no plan whatever policy is left out.")
    is_least: bool = Field(description="Whether it is proven that no smaller set of them clashes.")
    figures: list[FigurePart] = Field(
        description="How far each of their figures has to give; one that cannot help by itself is left out."
    )


class ExplanationDocument(Part):
    """A result file of ``netdesign explain``."""

    COMMAND: ClassVar[str] = "explain"

    format: Literal["netdesign.explanation/1"] = Field(
        "netdesign.explanation/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was asked about.")
    termination: Termination | Literal["feasible", "running"] = Field(
        description="`infeasible`: no plan is permitted, and nothing that is stated is unfinished; `feasible`: there "
        "is a plan; else what ended the searches."
    )
    is_feasible: bool | None = Field(description="Whether a plan is permitted, proven; null where it is not known.")
    open_hubs: list[str] = Field(description="Hubs of a permitted plan, which need not be the best; else empty.")
    clashes: list[ClashPart] = Field(description="The least sets of policies that clash, the smallest first.")
    is_complete: bool = Field(description="Whether it is proven that no other least set of policies clashes.")
    enough: list[list[str]] = Field(
        description="Smallest sets of policies without which there is a plan, as far as they were found; all of them "
        "where the list of clashes is complete."
    )
    engine: FormulatedEngine
    problem: dict[str, Any] = Field(
        description="What was asked about: allocation, objective, hubs a route, and the policies in force."
    )
    options: Options
    reader: Reader
    versions: Versions
    times: Times

    @property
    def objective(self) -> None:
        """None: nothing is minimised."""

    @property
    def bound(self) -> None:
        """None: nothing is minimised."""

    @property
    def gap(self) -> None:
        """None: nothing is minimised."""

    @property
    def is_running(self) -> bool:
        """Whether the searches still went on when the file was written."""
        return self.termination == RUNNING

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search."""
        return self.is_running or (self.termination != FEASIBLE and Termination(self.termination).is_limit)

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated to be permitted."""
        return bool(self.is_feasible)
