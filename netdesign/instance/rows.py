"""The rows of the tables: cities, hubs, overseas airports, countries, links, legs, demand, ranges."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import LARGEST, Block, Name, Real, Whole, quantity


class SiteStatus(StrEnum):
    """What may be done with a site."""

    EXISTING = "existing"
    CANDIDATE = "candidate"
    CLOSED = "closed"


class SiteKind(StrEnum):
    """What a site does: a hub collects and hands out, a sorting centre takes freight from hubs and hands it out."""

    HUB = "hub"
    SORTING_CENTRE = "sorting_centre"


class NightClass(StrEnum):
    """Night rule of an airport."""

    OPEN = "open"
    RESTRICTED = "restricted"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Mode(StrEnum):
    """How a link is travelled."""

    AIR = "air"
    ROAD = "road"
    FERRY = "ferry"


class SourcedRow(Block):
    """Columns that any table may have for the reader; they change nothing."""

    source: str | None = Field(None, description="Where the row's figures come from.")
    url: str | None = Field(None, description="Page of the source.")
    year: str | None = Field(None, description="Year of the figures.")
    source_status: str | None = Field(None, description="How sure: sourced, derived, assumption ...")
    note: str | None = Field(None, description="Anything a reader should know.")


class CountryRow(SourcedRow):
    """A country and the prices that follow it."""

    id: Name = Field(description="Two-letter code (ISO 3166).")
    name: str = Field("", description="Name.")
    labour_cost_eur_per_h: Real | None = quantity("EUR/h", "Hourly labour cost.", default=None)
    construction_cost_eur_per_m2: Real | None = quantity("EUR/m2", "Cost of building a warehouse.", default=None)
    volume_factor: Real = quantity(
        "1",
        "Multiplies the volume of all freight that starts or ends in its cities, once; between two countries both do.",
        default=1.0,
        gt=0,
    )


class PlaceRow(SourcedRow):
    """What cities, hubs and overseas airports have in common."""

    id: Name = Field(description="Id, unique among all nodes.")
    name: str = Field("", description="Name for reports; the id if left out.")
    country: Name | None = Field(None, description="Id in the countries table, or any code.")
    customs_zone: Name | None = Field(None, description="Customs zone; border time and cost arise where it changes.")
    lat: Real | None = quantity("degree", "Latitude, north positive.", default=None, ge=-90, le=90)
    lon: Real | None = quantity("degree", "Longitude, east positive.", default=None, ge=-180, le=180)


class CityRow(PlaceRow):
    """A place where freight starts or ends."""


class OverseasRow(PlaceRow):
    """An airport outside Europe that hubs reach by air lanes only."""


class HubRow(PlaceRow):
    """A site that is a hub, may become one, or is closed. A city's id makes the site that city's own node."""

    id: Name = Field(
        description="Id, unique among all nodes; that of a city puts the hub there, and leaves name, country, "
        "customs_zone, lat and lon to the row of the city."
    )
    kind: SiteKind = Field(
        SiteKind.HUB,
        description="hub, or sorting_centre: a site without runway that takes freight from hubs only and hands it out.",
    )
    status: SiteStatus = Field(SiteStatus.CANDIDATE, description="existing, candidate or closed.")
    cargo_t_per_year: Real | None = quantity(
        "t/year", "Cargo of the airport today, for the size threshold.", default=None
    )
    night_class: NightClass = Field(NightClass.OPEN, description="Night rule.")
    capacity_t_per_year: Real | None = quantity(
        "t/year", "Largest volume handled, where the capacity policy is in force.", default=None
    )
    fixed_cost_eur_per_year: Real | None = quantity(
        "EUR/year",
        "Fixed cost; left out, it follows from the country and hub_cost, of a centre sorting_centre_cost.",
        default=None,
    )
    handling_cost_eur_per_parcel: Real | None = quantity(
        "EUR/parcel", "Handling cost; left out, it follows from handling and the country.", default=None
    )
    hub_h: Real | None = quantity("h", "Time of one pass; left out, handling.hours.", default=None)


class LinkRow(SourcedRow):
    """A link of the graph, travelled both ways."""

    from_: Name = Field(alias="from", description="Id of one end.")
    to: Name = Field(description="Id of the other end.")
    mode: Mode = Field(Mode.ROAD, description="road, ferry, or air (between an overseas airport and a hub).")
    km: Real | None = quantity(
        "km",
        "Road km of the link; great-circle km for air, from the coordinates of its ends where left out.",
        default=None,
    )
    sea_km: Real = quantity("km", "Km on a ferry or train.", default=0.0)
    hours: Real | None = quantity(
        "h",
        "Hours beside driving (boarding, crossing); block hours for air, from the distance if left out.",
        default=None,
    )
    fare_eur_per_truck: Real = quantity("EUR/truck", "Toll or fare of the crossing.", default=0.0)


class LegRow(SourcedRow):
    """A leg given directly, one way, instead of a way through links.

    Without a cost it is that of its km by the trucks of the road block, and so are its hours and gases where left out.
    Where a vehicle leaves, its own take the place of what is left out; what is stated stays beside it.
    """

    from_: Name = Field(alias="from", description="Id where the leg starts.")
    to: Name = Field(description="Id where it ends.")
    cost_eur_per_t: Real | None = quantity(
        "EUR/t", "Cost of carrying a tonne; left out, that of km by the trucks of the road block.", default=None
    )
    time_h: Real = quantity("h", "Time.", default=0.0)
    km: Real = quantity("km", "Length.", default=0.0)
    co2e_kg_per_t: Real = quantity("kg/t", "Greenhouse gases of a tonne.", default=0.0)


class HubLinkRow(SourcedRow):
    """A hub link: a line between two hubs, both ways, that is there only if it is chosen.

    Where the table has rows, no other two hubs can be joined.
    """

    from_: Name = Field(alias="from", description="Id of the hub at one end.")
    to: Name = Field(description="Id of the hub, or of the sorting centre, at the other end.")
    fixed_cost_eur_per_year: Real = quantity("EUR/year", "Cost of having the link, whatever it carries.", default=0.0)
    capacity_t_per_year: Real | None = quantity("t/year", "Largest volume each way; left out, no limit.", default=None)
    lead_years: Whole = quantity(
        "year", "Over years: from ordering to using; of one year it plays no part.", default=0, ge=0, le=20
    )
    capital_eur: Real = quantity(
        "EUR",
        "Over years: paid when the link is ordered, and worth nothing at the horizon; of one year it plays no part.",
        default=0.0,
    )


class DemandRow(SourcedRow):
    """A commodity: freight of one stream from an origin to a destination."""

    origin: Name = Field(description="Id of a city or an overseas airport.")
    destination: Name = Field(description="Id of a city or an overseas airport.")
    stream: Name | None = Field(None, description="Name of the stream; may be left out where there is one.")
    volume_t_per_year: Real | None = quantity("t/year", "Volume.", default=None)
    share: Real | None = quantity(
        "1", "Share of the stream's volume; the shares of a stream add up to 1.", default=None, le=1
    )

    @model_validator(mode="after")
    def _one_measure(self) -> DemandRow:
        if (self.volume_t_per_year is None) == (self.share is None):
            raise PydanticCustomError("one_measure", "give either volume_t_per_year or share")
        return self


class RangeRow(SourcedRow):
    """How far a figure may be from the value that the instance gives it; what would turn the answer is asked of these.

    It changes no answer of `solve`.
    """

    path: str = Field(
        min_length=1,
        description="The figure, as for --set: road.speed_kmh, or vehicles.van.eur_per_km. One that stands in several "
        "places has all of them, with ; between.",
    )
    low: Real = quantity("of the figure", "Lower end.", ge=-LARGEST)
    high: Real = quantity("of the figure", "Upper end.", ge=-LARGEST)

    @model_validator(mode="after")
    def _ends_in_order(self) -> RangeRow:
        ends = {"low": f"{self.low:g}", "high": f"{self.high:g}"}
        if self.low > self.high:
            raise PydanticCustomError("upside_down", "low {low} is over high {high}; exchange them", ends)
        if self.low == self.high:
            raise PydanticCustomError("no_width", "low and high are both {low}; a range has two ends", ends)
        return self
