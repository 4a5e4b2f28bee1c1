"""Vehicles and scheduled services: blocks and rows of the format, and the frozen data that is made of them.

A leg with a service carries freight in whole departures of one vehicle, so many a week. A leg without one is priced by
the tonne, as if each tonne paid its share of a full truck.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Name, Real, Whole, quantity
from netdesign.instance.rows import SourcedRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.blocks import Crew

HOURS_PER_WEEK = 168.0

DAYS_PER_WEEK = 7

HOURLY = 168
"""Most departures a week where none are stated."""

MOST_DEPARTURES = 10_000
"""Most departures a week of one leg: one a minute."""


class LegKind(StrEnum):
    """Kinds of legs."""

    COLLECTION = "collection"
    INTER_HUB = "inter_hub"
    DISTRIBUTION = "distribution"
    AIR = "air"

    @property
    def way_back(self) -> LegKind:
        """Kind of the leg on which a vehicle comes back."""
        swapped = {LegKind.COLLECTION: LegKind.DISTRIBUTION, LegKind.DISTRIBUTION: LegKind.COLLECTION}
        return swapped.get(self, self)


class VehicleMode(StrEnum):
    """Where a vehicle travels."""

    ROAD = "road"
    AIR = "air"


class ReturnTrip(StrEnum):
    """How a vehicle comes back."""

    EMPTY_BACK = "empty_back"
    PAIRED = "paired"
    ONE_WAY = "one_way"


class Waiting(StrEnum):
    """How long freight waits for a departure."""

    MEAN = "mean"
    WORST = "worst"
    NONE = "none"


class AirPricing(StrEnum):
    """How carriage by air is bought."""

    BY_KG = "by_kg"
    BY_FLIGHT = "by_flight"


class VehicleRow(SourcedRow):
    """A vehicle that services may use; a kilometre or a departure of it has a price over 0."""

    id: Name = Field(description="Id, unique among vehicles.")
    mode: VehicleMode = Field(VehicleMode.ROAD, description="road or air.")
    payload_t: Real = quantity("t", "Most freight on board, by weight or by space, whichever fills first.", gt=0)
    eur_per_km: Real = quantity("EUR/km", "Price of a kilometre, by road or by air; of a charter 0.", default=0.0)
    eur_per_departure: Real = quantity("EUR/departure", "Price of a departure, whatever its distance.", default=0.0)
    fare_factor: Real = quantity("1", "Multiplier on the fares of links, which are those of a truck.", default=1.0)
    co2e_g_per_km: Real = quantity("g/km", "Greenhouse gases of the vehicle, well to wheel.", default=0.0)
    speed_kmh: Real | None = quantity("km/h", "Mean speed while driving; left out, road.speed_kmh.", default=None, gt=0)
    drivers: Whole | None = quantity("1", "Its crew; left out, road.drivers.", default=None, ge=1, le=3)

    @model_validator(mode="after")
    def _has_price(self) -> VehicleRow:
        if self.eur_per_km == 0 and self.eur_per_departure == 0:
            message = "a vehicle needs a price over 0: give eur_per_km or eur_per_departure"
            raise PydanticCustomError("no_price", message)
        return self


class DepartureRange(Block):
    """Departures a week of a leg that is used."""

    min: Whole = quantity("1/week", "Least departures.", default=1, ge=1, le=MOST_DEPARTURES)
    max: Whole = quantity(
        "1/week", "Most departures; one an hour where it is left out.", default=HOURLY, ge=1, le=MOST_DEPARTURES
    )

    @model_validator(mode="after")
    def _in_order(self) -> DepartureRange:
        if self.min > self.max:
            given = "max" in self.model_fields_set
            message = (
                "min {least} is over max {most}" if given else "min {least} is over {most}, one an hour; give max too"
            )
            raise PydanticCustomError("crossed", message, {"least": self.min, "most": self.max})
        return self


class LegServiceBlock(Block):
    """How legs of one kind are served."""

    vehicles: tuple[Name, ...] = Field(min_length=1, description="Ids of the vehicles to choose from; a leg takes one.")
    departures_per_week: DepartureRange = Field(DepartureRange(), description="Departures a week of a leg in use.")
    operating_days: Whole = quantity(
        "1/week",
        "Days on which departures are spread evenly; the rest of the week has none. Freight is ready at any hour of "
        "the week, and what is ready then waits: with 5 departures on 5 days 22.3 h on the mean, with 7 on 7 days "
        "12 h.",
        default=DAYS_PER_WEEK,
        ge=1,
        le=DAYS_PER_WEEK,
    )
    return_: ReturnTrip = Field(
        ReturnTrip.EMPTY_BACK,
        alias="return",
        description="empty_back: the way back is paid too, and empty. paired: both directions have the same vehicle "
        "and departures; to a sorting centre and from it, where no freight comes back, it is empty_back. one_way: "
        "nobody pays for the way back.",
    )
    wait: Waiting = Field(
        Waiting.MEAN,
        description="What a route's hours have of the time between two departures: its mean, the worst, or none "
        "where departures wait for the freight.",
    )


class AirServiceBlock(LegServiceBlock):
    """How air lanes are bought: by the kilogram at the rates of the air block, or in whole flights."""

    pricing: AirPricing = Field(
        AirPricing.BY_FLIGHT,
        description="by_kg: at the rates of the air block, as without this one. by_flight: whole flights a week.",
    )
    vehicles: tuple[Name, ...] = Field((), description="Ids of the aircraft to choose from; a lane takes one.")

    @model_validator(mode="after")
    def _flights_are_priced(self) -> AirServiceBlock:
        if self.pricing is AirPricing.BY_FLIGHT and not self.vehicles:
            raise PydanticCustomError("no_aircraft", "by_flight needs vehicles: the ids of aircraft")
        given = self.model_fields_set - {"pricing"}
        stray = sorted(name for name in given if getattr(self, name) != type(self).model_fields[name].default)
        if self.pricing is AirPricing.BY_KG and stray:
            keys = ", ".join("return" if name == "return_" else name for name in stray)
            raise PydanticCustomError("by_kg", "by_kg has no flights; take out {keys}", {"keys": keys})
        return self


class ServicesBlock(Block):
    """Scheduled services, by kind of leg; a kind that is left out is priced by the tonne."""

    weeks_per_year: Real = quantity("week", "Weeks with departures.", default=52.0, gt=0, le=53)
    collection: LegServiceBlock | None = Field(None, description="From a city to a hub.")
    inter_hub: LegServiceBlock | None = Field(None, description="Between two hubs.")
    distribution: LegServiceBlock | None = Field(None, description="From a hub to a city.")
    air: AirServiceBlock | None = Field(None, description="Between an overseas airport and a hub.")

    @model_validator(mode="after")
    def _serves_something(self) -> ServicesBlock:
        if not any((self.collection, self.inter_hub, self.distribution, self.air)):
            message = "no kind of leg is named; give collection, inter_hub, distribution or air"
            raise PydanticCustomError("no_kind", message)
        return self


class ServiceRow(SourcedRow):
    """The service of one leg, where it differs from that of its kind; an empty cell is as the kind has it."""

    kind: LegKind = Field(description="collection, inter_hub, distribution or air.")
    from_: Name = Field(alias="from", description="Id where the leg starts.")
    to: Name = Field(description="Id where it ends.")
    vehicles: str | None = Field(None, description="Ids of the vehicles to choose from, with a semicolon between.")
    departures_min: Whole | None = quantity("1/week", "Least departures.", default=None, ge=1, le=MOST_DEPARTURES)
    departures_max: Whole | None = quantity("1/week", "Most departures.", default=None, ge=1, le=MOST_DEPARTURES)
    operating_days: Whole | None = quantity(
        "1/week", "Days with departures; what is ready on the others waits.", default=None, ge=1, le=DAYS_PER_WEEK
    )
    return_: ReturnTrip | None = Field(None, alias="return", description="empty_back, paired or one_way.")
    wait: Waiting | None = Field(None, description="mean, worst or none.")

    @field_validator("vehicles", mode="before")
    @classmethod
    def _is_one_cell(cls, found: object) -> object:
        if isinstance(found, list | tuple):
            raise PydanticCustomError("a_cell", "a list is not a text; write its ids with a semicolon between")
        return found


@dataclass(frozen=True)
class Vehicle:
    """A vehicle.

    Parameters
    ----------
    id, mode
        Of its row.
    payload_t
        q_u, t.
    eur_per_km, eur_per_departure, fare_factor
        e_u in EUR/km with the cost factor of the crew, g_u in EUR, and the multiplier on fares of links.
    co2e_g_per_km
        g CO2e/km.
    speed_kmh, crew
        None for a vehicle by air, and where legs are given with their hours.
    """

    id: str
    mode: VehicleMode
    payload_t: float
    eur_per_km: float
    eur_per_departure: float
    fare_factor: float
    co2e_g_per_km: float
    speed_kmh: float | None
    crew: Crew | None


@dataclass(frozen=True)
class ServiceTerms:
    """How a leg may be served.

    Parameters
    ----------
    vehicles
        Positions of vehicles.
    least, most
        n_min and n_max, departures a week of a leg in use.
    operating_days
        Days a week with departures.
    returns, wait
        How vehicles come back, and how long freight waits.
    """

    vehicles: tuple[int, ...]
    least: int
    most: int
    operating_days: int
    returns: ReturnTrip
    wait: Waiting

    @property
    def without_way_back(self) -> ServiceTerms:
        """The terms of a leg whose way back no freight takes: what would be paired comes back empty."""
        return replace(self, returns=ReturnTrip.EMPTY_BACK) if self.returns is ReturnTrip.PAIRED else self

    def wait_h(self, departures: int) -> float:
        """Return the wait for one of so many departures a week, h.

        Freight is ready at any hour of the week; with departures on all days the mean is 168 / 2n and the worst
        168 / n. Otherwise the days without departures make the last of the n intervals longer than the others.
        """
        if self.wait is Waiting.NONE:
            return 0.0
        interval = 24.0 * self.operating_days / departures
        last = HOURS_PER_WEEK - (departures - 1) * interval
        if self.wait is Waiting.WORST:
            return last
        return ((departures - 1) * interval**2 + last**2) / (2.0 * HOURS_PER_WEEK)


@dataclass(frozen=True)
class Services:
    """All vehicles, and how legs are served.

    Parameters
    ----------
    weeks_per_year
        Weeks with departures.
    vehicles
        In the order of their table.
    of_kind
        Terms of the kinds of legs that have services.
    of_leg
        Terms of single legs, by kind and positions of the nodes at both ends.
    centres
        Positions of the nodes of sorting centres, from which no freight comes back.
    """

    weeks_per_year: float
    vehicles: tuple[Vehicle, ...]
    of_kind: Mapping[LegKind, ServiceTerms]
    of_leg: Mapping[tuple[LegKind, int, int], ServiceTerms]
    centres: frozenset[int] = frozenset()

    def terms(self, kind: LegKind, origin: int, destination: int) -> ServiceTerms | None:
        """Return how a leg between two nodes is served; None where freight is carried by the tonne.

        A leg from a node to itself takes no vehicle.
        """
        if origin == destination:
            return None
        terms = self.of_leg.get((kind, origin, destination), self.of_kind.get(kind))
        is_lonely = terms is not None and self.is_lonely(kind, origin, destination)
        return terms.without_way_back if terms is not None and is_lonely else terms

    def is_lonely(self, kind: LegKind, origin: int, destination: int) -> bool:
        """Return whether no freight takes the way back of a leg: it leads to a sorting centre or hands out from one."""
        end = {LegKind.INTER_HUB: destination, LegKind.DISTRIBUTION: origin}.get(kind)
        return end in self.centres
