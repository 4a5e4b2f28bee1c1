"""The ``policies`` block of ``instance.yaml``: each policy is in force because the instance states it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Name, Real, Whole, quantity


class Policy(StrEnum):
    """Names under which models and engines declare what they can state."""

    HUB_COUNT = "hub_count"
    REQUIRED = "required"
    FORBIDDEN = "forbidden"
    EXCLUSIVE = "exclusive"
    CAPACITY = "capacity"
    MINIMUM_THROUGHPUT = "minimum_throughput"
    AIR_LANE = "air_lane"
    SERVICE = "service"
    DEADLINE = "deadline"
    FIXED_COST_CAP = "fixed_cost_cap"


class Counted(StrEnum):
    """Which freight counts towards a minimum."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    ALL = "all"


class CapacityCounts(StrEnum):
    """Which freight a hub's capacity limits."""

    HANDLED = "handled"
    COLLECTED = "collected"


class HubRange(Block):
    """A least and a largest number of hubs."""

    min: Whole | None = quantity("1", "Least number.", default=None, ge=0, le=100_000)
    max: Whole | None = quantity("1", "Largest number.", default=None, ge=0, le=100_000)

    @model_validator(mode="after")
    def _in_order(self) -> HubRange:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise PydanticCustomError("range_order", "min {min} is over max {max}", {"min": self.min, "max": self.max})
        return self


class ExclusiveGroup(Block):
    """Sites of which at most one may open."""

    name: Name = Field(description="Name for messages and reports.")
    sites: tuple[Name, ...] = Field(min_length=2, description="Ids of the sites.")


class Capacity(Block):
    """Capacities of the hubs table are in force."""

    counts: CapacityCounts = Field(
        CapacityCounts.HANDLED,
        description="handled: every tonne counts once at each hub that it passes; collected: at its first hub only.",
    )


class HubMinimum(Block):
    """Least volume that enters the network at one hub, if it is open."""

    site: Name = Field(description="Id of the site.")
    tonnes_per_year: Real | None = quantity("t/year", "Least volume in tonnes.", default=None)
    share: Real | None = quantity("1", "Least volume as a share of the counted volume.", default=None, le=1)
    shortfall_eur_per_t: Real | None = quantity(
        "EUR/t", "Take-or-pay: price of each tonne short. Left out, the minimum is hard.", default=None
    )

    @model_validator(mode="after")
    def _states_something(self) -> HubMinimum:
        if self.tonnes_per_year is None and self.share is None:
            raise PydanticCustomError("no_minimum", "give tonnes_per_year, share, or both (the lesser counts)")
        return self


class MinimumThroughput(Block):
    """Least volume entering at hubs: the lesser of tonnes and share; each tonne counts once, at its first hub."""

    counts: Counted = Field(
        Counted.INBOUND,
        description="inbound: freight from overseas; outbound: freight to overseas; all: every commodity.",
    )
    hubs: tuple[HubMinimum, ...] = Field(min_length=1, description="The hubs with a minimum.")


class AirLaneMinimum(Block):
    """A lane carries nothing, or at least flights a week x weeks x payload x load factor."""

    flights_per_week: Real = quantity("1/week", "Least frequency of a lane.")
    payload_t: Real = quantity("t", "Payload of a freighter.", gt=0)
    load_factor: Real = quantity("1", "How full it flies at least.", le=1)
    weeks_per_year: Real = quantity("week/year", "Weeks of service.", default=52.0, gt=0, le=53)
    counts: Counted = Field(Counted.INBOUND, description="Which direction of a lane must reach the minimum.")

    @property
    def tonnes_per_year(self) -> float:
        """Least yearly volume of an open lane, in t/year."""
        return self.flights_per_week * self.weeks_per_year * self.payload_t * self.load_factor


class Service(Block):
    """Least share of the volume with a deadline that arrives inside it."""

    share: Real | None = quantity("1", "In all.", default=None, le=1)
    by_country: dict[Name, Real] = Field(
        default_factory=dict, description="By country of the European end of the commodity, as shares."
    )

    @model_validator(mode="after")
    def _shares(self) -> Service:
        for country, share in self.by_country.items():
            if not 0 <= share <= 1:
                raise PydanticCustomError(
                    "share_range",
                    "by_country.{country}: {share} is not between 0 and 1",
                    {"country": country, "share": share},
                )
        return self


class Policies(Block):
    """Everything that restricts the choice of hubs and routes. What is left out is not in force."""

    hub_count: HubRange | None = Field(None, description="All open hubs counted, existing ones included.")
    new_hubs: HubRange | None = Field(None, description="Hubs beside the existing ones; excludes hub_count.")
    required: tuple[Name, ...] = Field((), description="Sites that must open.")
    forbidden: tuple[Name, ...] = Field((), description="Sites that must not open.")
    exclusive: tuple[ExclusiveGroup, ...] = Field((), description="Groups of which at most one site opens.")
    capacity: Capacity | None = Field(None, description="Limits what a hub lifts.")
    minimum_throughput: MinimumThroughput | None = Field(None, description="Commitments to hubs.")
    air_lane: AirLaneMinimum | None = Field(None, description="Least traffic of an air lane.")
    service: Service | None = Field(None, description="Least shares inside the deadline.")
    fixed_cost_cap_eur_per_year: Real | None = quantity(
        "EUR/year", "Cap on the yearly fixed cost of new hubs.", default=None
    )

    @model_validator(mode="after")
    def _one_hub_count(self) -> Policies:
        if self.hub_count is not None and self.new_hubs is not None:
            raise PydanticCustomError("two_counts", "hub_count and new_hubs exclude each other; give one")
        return self
