"""The schema of a plan in result files: routes, departures, and which city is served from which hub."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from netdesign.instance.services import LegKind
from netdesign.results.part import Part, is_none


class Routes(Part):
    """Routes in use as columns of one length, ordered by commodity."""

    origin: list[str] = Field(description="Id of the origin.")
    destination: list[str] = Field(description="Id of the destination.")
    stream: list[str] = Field(description="Name of the stream.")
    first_hub: list[str] = Field(description="Id of the hub that receives.")
    last_hub: list[str] = Field(description="Id of the hub that hands out; may be the same.")
    between: list[list[str]] | None = Field(
        default=None,
        description="Ids of the hubs that each route passes after the first and before the last, in order; left out "
        "where all hubs are joined.",
        exclude_if=is_none,
    )
    volume_t_per_year: list[float] = Field(description="Volume, t/year.")


class CitiesPart(Part):
    """Cities by hub as columns of one length: a row for each city, way and hub, in the order of the cities."""

    city: list[str] = Field(description="Id of the city.")
    way: list[Literal["in", "out"]] = Field(description="What the city receives, or what it sends.")
    hub: list[str] = Field(description="Id of the hub that hands it out, or that receives it.")
    t_per_year: list[float] = Field(description="Volume, t/year.")
    share: list[float] = Field(description="Part of all that the city receives, or sends.")
    mean_h: list[float | None] = Field(
        description="Mean time from order to door, waits for departures included, h; null where nothing takes time."
    )
    late_t_per_year: list[float | None] = Field(
        description="Volume past its deadline, t/year; null where none of it has one."
    )

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows, each by column."""
        return [dict(zip(vars(self), cells, strict=True)) for cells in zip(*vars(self).values(), strict=True)]


class ScheduledServicePart(Part):
    """Departures on one leg, and what they carry and cost."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    kind: LegKind = Field(description="Kind of leg.")
    from_: str = Field(alias="from", description="Id where the leg starts.")
    to: str = Field(description="Id where it ends.")
    vehicle: str = Field(description="Id of the vehicle.")
    departures_per_week: int = Field(description="Departures a week.")
    t_per_year: float = Field(description="Freight on the leg, t/year.")
    fill: float = Field(description="Part of the payload of all departures that freight takes.")
    wait_h: float = Field(description="Wait for a departure, h; part of the hours of every route over the leg.")
    eur_per_year: float = Field(description="All departures, with the way back where it is paid, EUR/year.")

    @property
    def leg(self) -> str:
        """Its leg, in messages."""
        return f"{self.kind} {self.from_} to {self.to}"


StatedServices = Annotated[
    list[ScheduledServicePart] | None,
    Field(description="Departures by leg; left out where the instance has no services.", exclude_if=is_none),
]
StatedCities = Annotated[
    CitiesPart | None,
    Field(
        description="Which city is served from which hub; results of earlier versions do not have it.",
        exclude_if=is_none,
    ),
]


StatedLinks = Annotated[
    list[tuple[str, str]] | None,
    Field(
        description="Hub links that are chosen: the ids of their ends; left out where all hubs are joined.",
        exclude_if=is_none,
    ),
]


class PlanPart(Part):
    """A decision."""

    open_hubs: list[str] = Field(
        description="All open hubs and sorting centres, existing ones included; `hub_loads` has their kinds."
    )
    open_lanes: list[tuple[str, str]] = Field(description="Air lanes in service: overseas airport and hub.")
    links: StatedLinks = None
    routes: Routes = Field(description="Routes in use.")
    services: StatedServices = None
    cities: StatedCities = None
