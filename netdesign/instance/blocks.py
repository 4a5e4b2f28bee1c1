"""The parameter blocks of ``instance.yaml``: prices, times, streams.

Each class is both a block of the file and the frozen data that the program reads.
Descriptions and units go into the published JSON Schema and the instance reference.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Real, Whole, quantity


class Allocation(StrEnum):
    """How many hubs may serve a city: any number, one for what it sends and one for what it receives, or one for all.

    Overseas airports are no cities, and not bound. Where routes pass two hubs, a city that is an open hub is its own.
    """

    MULTIPLE = "multiple"
    SINGLE_EACH_WAY = "single_each_way"
    SINGLE = "single"


class HubNetwork(StrEnum):
    """Which pairs of open hubs exchange freight directly: all of them, or those whose hub link is chosen."""

    COMPLETE = "complete"
    CHOSEN = "chosen"


class Objective(StrEnum):
    """What is minimised."""

    COST = "cost"
    HUB_NUMBER = "hub_number"
    LONGEST_TIME = "longest_time"

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return {Objective.COST: "EUR/year", Objective.HUB_NUMBER: "hubs", Objective.LONGEST_TIME: "h"}[self]


class Problem(Block):
    """What is decided, whatever formulation or engine answers."""

    allocation: Allocation = Field(
        Allocation.MULTIPLE,
        description="Whether a city may use several hubs; one for all it sends and one for all it receives "
        "(single_each_way); or one for both (single).",
    )
    objective: Objective = Field(
        Objective.COST,
        description="What is minimised: cost; the number of hubs that keeps every deadline; or the longest time.",
    )
    route_hubs: Whole = quantity(
        "1",
        "Most hubs that a route passes; 1 is facility location. Where hub links are chosen, 2 is any number.",
        default=2,
        ge=1,
        le=2,
    )
    network: HubNetwork = Field(
        HubNetwork.COMPLETE,
        description="Whether every two open hubs exchange freight (complete), or over hub links that are chosen too "
        "(chosen): the tables hub_links and policies.hub_links say which, at which cost.",
        exclude_if=lambda network: network is HubNetwork.COMPLETE,
    )

    def __str__(self) -> str:
        chosen = f", network: {self.network}" if self.network is HubNetwork.CHOSEN else ""
        return f"allocation: {self.allocation}, objective: {self.objective}, route_hubs: {self.route_hubs}{chosen}"


class Factors(Block):
    """Multipliers on the unit costs of the three legs; on road legs only where there are air lanes."""

    collection: Real = quantity("1", "chi: multiplier on the leg from the origin to the first hub.", default=1.0)
    inter_hub: Real = quantity("1", "alpha: multiplier on the leg between two hubs.", default=1.0)
    distribution: Real = quantity("1", "delta: multiplier on the leg from the last hub.", default=1.0)


class Parcel(Block):
    """The unit that is promised, sorted and paid for."""

    weight_kg: Real = quantity("kg", "Mean weight; turns prices a parcel into prices a tonne.", gt=0, le=1e6)

    @property
    def per_tonne(self) -> float:
        """Parcels in a tonne."""
        return 1000.0 / self.weight_kg


class Crew(Block):
    """Driving time rules of one kind of crew (Regulation (EC) 561/2006)."""

    drivers: Whole = quantity("1", "Number of drivers on the truck.", ge=1, le=3)
    drive_between_breaks_h: Real = quantity("h", "Longest driving before a break.", gt=0)
    break_h: Real = quantity("h", "Length of that break.")
    drive_between_rests_h: Real = quantity("h", "Longest driving before a daily rest.", gt=0)
    rest_h: Real = quantity("h", "Length of the daily rest.")
    cost_factor: Real = quantity("1", "Multiplier on the EUR/km of the road.", default=1.0)


class Road(Block):
    """Trucks: speed, price, crew, emissions, and how the way through the graph is chosen."""

    speed_kmh: Real = quantity("km/h", "Mean speed while driving.", gt=0)
    cost_eur_per_km: Real = quantity("EUR/km", "Price of one truck-kilometre.")
    truck_load_t: Real = quantity("t", "Tonnes on a truck; fares and truck-kilometres are shared by them.", gt=0)
    drivers: Whole = quantity("1", "Which of the crews drives.", default=1, ge=1, le=3)
    crews: tuple[Crew, ...] = Field(min_length=1, description="The crews to choose from.")
    co2e_g_per_tkm: Real = quantity("g/tkm", "Greenhouse gases of the truck, well to wheel.", default=0.0)
    sea_co2e_g_per_tkm: Real = quantity("g/tkm", "Greenhouse gases of a ferry, well to wake.", default=0.0)
    way_sea_km_factor: Real = quantity("1", "Weight of a sea km against a road km in choosing the way.", default=1.0)
    way_km_per_hour: Real = quantity(
        "km/h", "Weight of an hour of waiting and crossing, in road km, in choosing the way.", default=0.0
    )

    @model_validator(mode="after")
    def _crew_is_listed(self) -> Road:
        if self.drivers not in {crew.drivers for crew in self.crews}:
            raise PydanticCustomError(
                "no_crew", "drivers: no crew with {drivers} is listed under crews", {"drivers": self.drivers}
            )
        return self

    @property
    def crew(self) -> Crew:
        """The crew that drives."""
        return next(crew for crew in self.crews if crew.drivers == self.drivers)


class Air(Block):
    """Freighters between overseas airports and hubs."""

    inbound_rate_eur_per_kg: Real = quantity("EUR/kg", "Rate towards Europe at the reference distance.")
    outbound_rate_eur_per_kg: Real = quantity("EUR/kg", "Rate from Europe at the reference distance.")
    distance_share: Real = quantity("1", "Share of the rate that grows with the lane's distance.", le=1)
    reference_distance_km: Real = quantity("km", "Great-circle distance for which the rates are quoted.", gt=0)
    block_speed_kmh: Real = quantity("km/h", "Mean speed from block to block, where a lane gives no hours.", gt=0)
    routing_factor: Real = quantity("1", "Distance flown against the great circle, where a lane gives no hours.", gt=0)
    fixed_h: Real = quantity("h", "Taxiing, climb and stops, where a lane gives no hours.")
    co2e_g_per_tkm: Real = quantity("g/tkm", "Greenhouse gases of a freighter, by great-circle km.", default=0.0)


class Border(Block):
    """What a change of customs zone between two stops of a route inside Europe takes, either way."""

    hours: Real = quantity("h", "Time at each change of zone.", default=0.0)
    cost_eur_per_t: Real = quantity("EUR/t", "Cost at each change of zone.", default=0.0)


class Handling(Block):
    """One pass through a hub."""

    cost_eur_per_parcel: Real = quantity("EUR/parcel", "Cost at the reference labour cost.", default=0.0)
    labour_share: Real = quantity("1", "Share of it that follows the country's hourly labour cost.", default=0.0, le=1)
    hours: Real = quantity("h", "Unload, clear, sort and load.", default=0.0)


class NightWait(Block):
    """Hours that freight waits for the airport to open, by its night class."""

    open: Real = quantity("h", "Where the airport is open all night.", default=0.0)
    restricted: Real = quantity("h", "Where night flights are rationed.", default=0.0)
    closed: Real = quantity("h", "Where the airport shuts at night.", default=0.0)
    unknown: Real = quantity("h", "Where the rule was not looked up.", default=0.0)


class HubCost(Block):
    """Yearly fixed cost of a site by country: annuity of building and sorters, and what runs whatever the volume.

    A site that exists has sunk its capital: only the running part would be saved by closing it.
    """

    area_m2: Real = quantity("m2", "Floor of the site.")
    sorting_capital_eur: Real = quantity("EUR", "Capital of the sorting equipment.")
    discount_rate: Real = quantity("1/year", "Rate of the annuity.", le=1)
    life_years: Real = quantity("year", "Life of building and equipment.", gt=0)
    operating_eur_per_year: Real = quantity("EUR/year", "Staff, energy and upkeep that do not follow the volume.")
    operating_labour_share: Real = quantity("1", "Share of it that follows the hourly labour cost.", le=1)

    @property
    def annuity(self) -> float:
        """Yearly payment for one EUR of capital."""
        rate, years = self.discount_rate, self.life_years
        # r / (1 - (1 + r)^-n), written so that nothing cancels where the rate is near 0.
        return rate / -math.expm1(-years * math.log1p(rate)) if rate else 1.0 / years


class DeadlineKind(StrEnum):
    """What happens to freight that would be late."""

    HARD = "hard"
    PRICED = "priced"


class StreamBlock(Block):
    """A group of commodities with one volume, one promise and the same times at both ends."""

    volume_t_per_year: Real | None = quantity(
        "t/year",
        "Total that the shares of the demand table divide; leave out where the table gives tonnes.",
        default=None,
    )
    origin_h: Real = quantity("h", "From the order to the departure from the origin.", default=0.0)
    last_mile_h: Real = quantity("h", "From the arrival at the destination to the door.", default=0.0)
    deadline_h: Real | None = quantity("h", "The promise, from order to door.", default=None, gt=0)
    deadline: DeadlineKind = Field(
        DeadlineKind.PRICED, description="Hard: late routes are forbidden. Priced: they pay the penalty."
    )
    late_penalty_eur_per_parcel: Real = quantity("EUR/parcel", "Price of a late parcel.", default=0.0)

    @model_validator(mode="after")
    def _check_promise(self) -> StreamBlock:
        if self.deadline_h is None and (self.late_penalty_eur_per_parcel or self.deadline is DeadlineKind.HARD):
            raise PydanticCustomError("no_deadline", "a hard deadline or a late penalty needs deadline_h")
        if self.deadline is DeadlineKind.HARD and self.late_penalty_eur_per_parcel:
            raise PydanticCustomError("two_promises", "a hard deadline has no late_penalty_eur_per_parcel")
        return self


class Reporting(Block):
    """What reports show; nothing here changes a decision."""

    deadline_margin_h: Real = quantity(
        "h", "Volume whose time is within this much of its deadline is reported, on either side.", default=2.0
    )


class Units(Block):
    """The units that every file uses; they are fixed, the block only says so to the reader."""

    money: Literal["EUR"] = Field("EUR", description="Money.")
    mass: Literal["t"] = Field("t", description="Mass.")
    length: Literal["km"] = Field("km", description="Length.")
    time: Literal["h"] = Field("h", description="Time; volumes are a year's.")
