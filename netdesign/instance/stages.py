"""The ``stages`` block of ``instance.yaml`` and its tables: years, modules of capacity, paths, the scenario tree."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Name, Real, Whole, is_decimal, quantity
from netdesign.instance.rows import SourcedRow

DAYS_PER_YEAR = 365.0
VOLUME = "volume"
"""Words of a path for volumes, of all freight or of one stream, instead of a number of the file."""

LONGEST_HORIZON = 60
"""Years that a horizon may have; beyond them no forecast of demand is worth a model."""


class RiskMeasure(StrEnum):
    """What is minimised of the cost, which is uncertain."""

    EXPECTED = "expected"
    CVAR = "cvar"
    REGRET = "regret"


class Risk(Block):
    """How the discounted cost of the paths through the tree becomes one number."""

    measure: RiskMeasure = Field(
        RiskMeasure.EXPECTED,
        description="expected: the mean; cvar: the mean of the dearest paths; regret: the largest excess of a path "
        "over the least that it could have cost, had it been known.",
    )
    level: Real = quantity("1", "cvar: share of the probability that is left out, the cheap paths.", default=0.9, lt=1)


class Shortfall(StrEnum):
    """What happens to an open hub under its minimum throughput."""

    TAKE_OR_PAY = "take_or_pay"
    HARD = "hard"


class CapitalBudget(Block):
    """Limits on the capital that is paid, on every path through the tree."""

    total_eur: Real | None = quantity("EUR", "Over all years.", default=None)
    by_year_eur: dict[Whole, Real] = Field(
        default_factory=dict, description="In a year, in EUR; a year that is not named has no limit of its own."
    )
    carries_over: bool = Field(
        False, description="Whether what a year leaves may be spent later; years that are not named add nothing."
    )

    @field_validator("by_year_eur", mode="before")
    @classmethod
    def _each_year_once(cls, given: Any) -> Any:
        # Keys are texts until here: of 2026 and 2026.0 one would take the place of the other.
        seen: dict[float, object] = {}
        for year in given if isinstance(given, dict) else ():
            if is_decimal(str(year)) and float(str(year)) in seen:
                values = {"year": str(year), "other": str(seen[float(str(year))])}
                raise PydanticCustomError("two_years", "{year} stands twice, before as {other}", values)
            if is_decimal(str(year)):
                seen[float(str(year))] = year
        return given

    @model_validator(mode="after")
    def _states_something(self) -> CapitalBudget:
        if self.total_eur is None and not self.by_year_eur:
            raise PydanticCustomError("no_budget", "give total_eur, by_year_eur, or both")
        for year, amount in self.by_year_eur.items():
            if amount < 0:
                values = {"year": year, "amount": amount}
                raise PydanticCustomError("negative_budget", "by_year_eur.{year}: {amount} is under 0", values)
        return self


class Installed(Block):
    """Modules that an existing hub has when the first year begins; their capital is spent."""

    site: Name = Field(description="Id of an existing site.")
    module: Name = Field(description="Id of the module.")
    count: Whole = quantity("1", "How many.", default=1, ge=1, le=1000)


class Contract(Block):
    """Handling by others at the same airport, bought by the tonne, beside the hub's own modules."""

    price_eur_per_t: Real = quantity("EUR/t", "On top of the hub's own handling cost.")
    most_t_per_year: Real = quantity("t/year", "Most that each open hub can buy.")
    sites: tuple[Name, ...] = Field((), description="Ids of the sites that have it; left out, all.")


class Peak(Block):
    """The peak day of a stream: all hubs must lift it, or pay for what overflows."""

    stream: Name = Field(description="Name of the stream.")
    factor: Real = quantity("1", "Volume of the peak day against the average day.", ge=1)
    days: Real = quantity("day/year", "How many such days a year has.", gt=0, le=366)
    overflow_eur_per_t: Real | None = quantity(
        "EUR/t", "Price of each tonne over the daily capacity; left out, there must be none.", default=None
    )


class Scenario(Block):
    """A named future without branches; its points in the paths table replace those of the base path."""

    title: str = Field("", description="For reports.")


class Stages(Block):
    """Several years, capacity in modules, and a tree of what demand may do."""

    first_year: Whole = quantity("year", "First year.", ge=1900, le=2200)
    last_year: Whole = quantity("year", "Last year, the horizon.", ge=1900, le=2200)
    discount_rate: Real = quantity("1/year", "Rate at which later money counts less.", le=1)
    risk: Risk = Field(Risk(), description="What is minimised over the tree.")
    closing: bool = Field(
        False,
        description="Whether a hub that was opened may close again, for good, once the minimum terms of its modules "
        "are over. They are handed on at the value of the annuities left; exit_cost_eur is what that takes.",
    )
    minimum_throughput: Shortfall = Field(
        Shortfall.TAKE_OR_PAY,
        description="Of minima without shortfall_eur_per_t: take_or_pay prices a missing tonne at the hub's handling "
        "cost; hard forbids it.",
    )
    capital_budget: CapitalBudget | None = Field(None, description="Limits on capital.")
    installed: tuple[Installed, ...] = Field((), description="What existing hubs start with.")
    contract: Contract | None = Field(None, description="Capacity that can be bought by the tonne.")
    peaks: tuple[Peak, ...] = Field((), description="Peak days, one a stream.")
    largest_area_m2: Real | None = quantity("m2", "Most floor of all modules of a hub.", default=None)
    scenarios: dict[Name, Scenario] = Field(default_factory=dict, description="Named futures, by name.")

    @model_validator(mode="after")
    def _years_in_order(self) -> Stages:
        years = {"first": self.first_year, "last": self.last_year}
        if self.last_year < self.first_year:
            raise PydanticCustomError("years_order", "last_year {last} is before first_year {first}", years)
        if self.last_year - self.first_year >= LONGEST_HORIZON:
            values = {**years, "most": LONGEST_HORIZON}
            raise PydanticCustomError("horizon", "{first} to {last} is longer than {most} years", values)
        return self


class ModuleRow(SourcedRow):
    """A size in which capacity comes."""

    id: Name = Field(description="Id.")
    name: str = Field("", description="Name for reports; the id if left out.")
    area_m2: Real = quantity("m2", "Floor.", default=0.0)
    capacity_t_per_year: Real = quantity("t/year", "Volume handled in a year.", gt=0)
    peak_t_per_day: Real | None = quantity(
        "t/day", "Volume handled on a peak day; left out, a 365th of the year's.", default=None, gt=0
    )
    capital_eur: Real | None = quantity(
        "EUR", "Capital; left out, area x construction cost of the country + sorting_capital_eur.", default=None
    )
    sorting_capital_eur: Real = quantity("EUR", "Capital of the sorting equipment.", default=0.0)
    yearly_eur: Real = quantity("EUR/year", "Running cost at the reference labour cost.", default=0.0)
    labour_share: Real = quantity("1", "Share of it that follows the hourly labour cost.", default=0.0, le=1)
    lead_years: Whole = quantity("year", "Years from paying to using.", default=1, ge=0, le=20)
    life_years: Whole = quantity(
        "year", "Life, for what it is worth at the horizon; no shorter than the horizon.", default=20, ge=1, le=100
    )
    minimum_term_years: Whole = quantity("year", "Years of use before the hub may close.", default=0, ge=0, le=100)
    exit_cost_eur: Real = quantity("EUR", "Cost of giving it up when the hub closes.", default=0.0)
    most: Whole = quantity("1", "Most of this size at one hub.", default=1, ge=1, le=100)


class BranchRow(SourcedRow):
    """A stretch of years of the scenario tree: from its first year to the year before its branches, or the last."""

    id: Name = Field(description="Id.")
    parent: Name | None = Field(None, description="Id of the branch that it follows; left out for the first.")
    first_year: Whole = quantity("year", "First year.", ge=1900, le=2200)
    probability: Real = quantity(
        "1", "Probability once its parent has happened; those of one parent add up to 1.", default=1.0, gt=0, le=1
    )


class PathRow(SourcedRow):
    """A point of the path of a number over the years.

    In the first year the factor is 1 unless a point says otherwise. From a point on the number grows as the point says,
    or else evenly to the next point; after the last point it stays.
    """

    of: Name = Field(
        description="What moves: volume, volume.STREAM, or the path of a number as for --set, such as "
        "air.inbound_rate_eur_per_kg or countries.PL.labour_cost_eur_per_h; countries.*.labour_cost_eur_per_h for all. "
        "What holds for all years, as the capacity of a module or the number of new hubs, does not move."
    )
    where: Name | None = Field(
        None,
        description="Scenario or branch of the tree in which it holds. A scenario's points replace those without one; "
        "a branch's do so from its first year on, and what follows it goes on from them.",
    )
    country: Name | None = Field(None, description="Of volume: only freight from and to this country.")
    at_year: Whole = quantity("year", "Year.", ge=1900, le=2200)
    factor: Real | None = quantity(
        "1", "Multiple of the instance's own number; left out, what the path has come to.", default=None
    )
    growth_per_year: Real | None = quantity(
        "1/year", "Growth from this year on, until the next point.", default=None, ge=-1, le=10
    )

    @model_validator(mode="after")
    def _check_point(self) -> PathRow:
        if self.factor is None and self.growth_per_year is None:
            raise PydanticCustomError("no_point", "give factor, growth_per_year, or both")
        if self.country is not None and self.of.split(".")[0] != VOLUME:
            raise PydanticCustomError(
                "country", "country: only volume has paths by country, {of} has not", {"of": self.of}
            )
        return self
