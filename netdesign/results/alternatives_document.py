"""The schema of ``netdesign.alternatives/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import CostsPart, InstancePart, NetworkPart
from netdesign.results.part import RUNNING, Part, is_none
from netdesign.results.recorded_fields import Bound, FormulatedEngine, Gap, Options, Reader, Times, Versions
from netdesign.solve.core.outcome import Termination


class ChoiceMethod(StrEnum):
    """How the networks that differ most were chosen."""

    EXACT = "exact"
    GREEDY = "greedy"


class AgainstBestPart(Part):
    """How a network differs from the best."""

    costs: CostsPart = Field(description="Its cost by part less that of the best, EUR/year.")
    opened: list[str] = Field(description="Sites that are open in it and not in the best.")
    closed: list[str] = Field(description="Sites that are open in the best and not in it.")


class AlternativePart(Part):
    """A network within the margin."""

    difference: float = Field(description="Its objective less that of the best, in the unit of the objective.")
    against_best: AgainstBestPart = Field(description="How it differs from the best.")
    network: NetworkPart = Field(
        description="The network; no other one that is listed after it has less than its `bound`. Runner-up and minima "
        "are null: `solve` has them."
    )


class MovePart(Part):
    """A city whose hub differs from that in the best network."""

    city: str = Field(description="Id of the city.")
    from_hub: str = Field(description="Hub of most of its freight in the best network.")
    to_hub: str = Field(description="The same here.")
    volume_t_per_year: float = Field(description="All freight of the city, t/year.")


class ConditionPart(Part):
    """The best network with some sites and without others."""

    opened: list[str] = Field(description="Sites that have to be open, as the call names them.")
    closed: list[str] = Field(description="Sites that may not be open, as the call names them.")
    network: NetworkPart = Field(
        description="The best such network, with the bound of all such; without a plan where there is none, or "
        "none was found."
    )
    difference: float | None = Field(
        description="Its objective less that of the best of all, in the unit of the objective; null without a plan. "
        "Negative where only the call permits a site, and that is better."
    )
    difference_at_least: float | None = Field(description="Proven lower limit of the difference; null if none.")
    difference_at_most: float | None = Field(description="Proven upper limit of the difference; null if none.")
    against_best: AgainstBestPart | None = Field(description="How it differs from the best; null without a plan.")
    moves: list[MovePart] = Field(description="Cities that change their hub, the largest first.")


class DiversePart(Part):
    """Networks of the list that differ most: the best, and others with the fewest open sites in common."""

    places: list[int] = Field(description="Their places in `networks`, from 1, ascending.")
    sites_in_common: int = Field(
        description="Open sites that two of them share, summed over all pairs; sites that must open do not count."
    )
    method: ChoiceMethod = Field(
        description="`exact`: no choice with the best has fewer; of equal ones the first in the order of the list. "
        "`greedy`: one after the other, as there are too many choices."
    )


class AlternativesDocument(Part):
    """A result file of ``netdesign alternatives``."""

    COMMAND: ClassVar[str] = "alternatives"

    format: Literal["netdesign.alternatives/1"] = Field(
        "netdesign.alternatives/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was solved.")
    termination: Termination | Literal["running"] = Field(
        description="Why the searches stopped; `running` in a file that was written before they did."
    )
    objective: float | None = Field(
        description="Of the best network, in the unit of `problem.objective`: EUR/year, hubs, or h."
    )
    bound: Bound
    gap: Gap
    limit: float | None = Field(
        description="The objective of the best with the margin: what is listed has at most that; null without a plan."
    )
    is_complete: bool = Field(description="Whether it is proven that no other permitted network has at most `limit`.")
    others_bound: float | None = Field(
        description="No permitted network that is not listed has less, in the same unit; null where nothing is proven, "
        "or, if the list is complete, where there is no other."
    )
    networks: list[AlternativePart] = Field(
        description="The networks within the margin, of whatever number of hubs, the best first."
    )
    condition: ConditionPart | None = Field(
        default=None,
        description="The best network with and without the sites that the call names; left out where it names none, or "
        "where the search stopped before.",
        exclude_if=is_none,
    )
    diverse: DiversePart | None = Field(
        default=None,
        description="Networks of the list that differ most; left out where they are not asked for.",
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
        """Whether the searches still went on when the file was written."""
        return self.termination == RUNNING

    @property
    def is_cut_short(self) -> bool:
        """Whether a limit ended a search."""
        return self.is_running or Termination(self.termination).is_limit

    @property
    def has_plan(self) -> bool:
        """Whether a plan is stated."""
        return bool(self.networks)
