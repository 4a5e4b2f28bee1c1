"""The schema of ``netdesign.frontier/1``; its reference in the docs is made from these descriptions."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from netdesign.results.document import InstancePart, NetworkPart
from netdesign.results.part import Part
from netdesign.results.recorded_fields import EngineFact, Gap, Options, Reader, Times, Versions
from netdesign.solve.core.outcome import Termination


class FrontierPointPart(Part):
    """A network with its operation that no other that is known beats in all measures."""

    network: NetworkPart = Field(
        description="Plan, cost, service and carbon. Its bound: no permitted network that is as good in the other "
        "measures costs less; its gap and termination say how far that is proven."
    )
    late_t_per_year: float = Field(description="Freight with a deadline that is late, t/year.")
    co2e_t_per_year: float = Field(description="t CO2e/year.")
    late_bound_t_per_year: float | None = Field(
        description="No permitted network that costs and emits no more has less late freight; null where time is no "
        "measure, or nothing is proven."
    )
    co2e_bound_t_per_year: float | None = Field(
        description="No permitted network that costs no more and has no more late freight emits less; null where "
        "carbon is no measure, or nothing is proven."
    )
    more_than_best: float = Field(description="What it costs more than the cheapest point, EUR/year.")
    eur_per_service_point: float | None = Field(
        description="That, for each percentage point of freight that is inside its deadline more than with the "
        "cheapest point; null where none is."
    )
    eur_per_t_co2e: float | None = Field(
        description="That, for each t CO2e that it emits less than the cheapest point; null where it emits no less."
    )
    empty_up_to: float | None = Field(
        description="With two measures: no network with no more than this of the other measure (t/year late, or t "
        "CO2e/year) costs less than the point, but for 0.0002 %. Where this is what the point before has, nothing lies "
        "between them; else what lies between was not looked at. Null for the cheapest point, and with three measures."
    )


class FrontierSearchPart(Part):
    """One search: for the cheapest network under prices and limits of late freight and carbon."""

    late_price_eur_per_t: float = Field(description="Price of late freight beside that of the instance, EUR/t.")
    carbon_price_eur_per_t: float = Field(description="Price of carbon beside that of the instance, EUR/t CO2e.")
    most_late_t_per_year: float | None = Field(description="Limit on late freight, t/year; null for none.")
    most_co2e_t_per_year: float | None = Field(description="Limit on carbon, t CO2e/year; null for none.")
    termination: Termination = Field(description="Why it stopped.")
    objective: float | None = Field(description="Cost of the best plan with these prices, EUR/year; null without one.")
    bound: float | None = Field(
        description="No permitted network within the limits has less with these prices, EUR/year; null if infeasible, "
        "or nothing is proven."
    )
    point: int | None = Field(
        description="Place of its plan in `points`, from 0; null without a plan, and where another point beats it."
    )


class FrontierDocument(Part):
    """A result file of ``netdesign frontier``."""

    COMMAND: ClassVar[str] = "frontier"

    format: Literal["netdesign.frontier/1"] = Field(
        "netdesign.frontier/1", description="Name and version of the format."
    )
    instance: InstancePart = Field(description="What was solved.")
    termination: Termination = Field(description="Why the searches stopped.")
    objective: float | None = Field(description="Of the cheapest network, EUR/year.")
    bound: float | None = Field(description="No permitted network has less; null if nothing is proven.")
    gap: Gap
    measures: list[str] = Field(description="What points are compared by: cost, and time, carbon or both.")
    points: list[FrontierPointPart] = Field(description="The points, the cheapest first.")
    searches: list[FrontierSearchPart] = Field(description="All searches, in the order in which they were made.")
    is_complete: bool = Field(
        description="Whether all points are listed: with two measures, where nothing lies between any two of them and "
        "beyond the last; with three, where the search went on until there were none left."
    )
    left_out: int = Field(description="Searches at which a limit stopped before they were made.")
    engine: dict[EngineFact, str] = Field(
        description="Engine, model and why they were taken, for the cheapest network."
    )
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
        return bool(self.points)
