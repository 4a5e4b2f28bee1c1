"""Failures: for how long a hub, an air lane or a leg between hubs is out, how often, and what is then possible."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.errors import did_you_mean
from netdesign.instance.fields import Block, Name, Real, Whole, quantity
from netdesign.instance.rows import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.schema import InstanceDocument

DAYS_PER_YEAR = 365
"""Days of the year over which a failure is spread."""


class OutKind(StrEnum):
    """What may be out."""

    HUB = "hub"
    LANE = "lane"
    INTER_HUB = "inter_hub"


class Outage(NamedTuple):
    """One thing that is out: a hub or sorting centre, an air lane, or the leg between two of them, both ways.

    Parameters
    ----------
    kind
        What it is.
    ends
        Id of the site; of a lane those of overseas airport and hub, of a leg those of both sites.
    """

    kind: OutKind
    ends: tuple[str, ...]

    def __str__(self) -> str:
        return "-".join(self.ends)


class FailureRate(Block):
    """How often one hub, lane or leg fails, where that differs from the others of its kind."""

    hub: Name | None = Field(None, description="Id of a site; or else from and to.")
    from_: Name | None = Field(
        None, alias="from", description="One end of a lane (overseas airport and hub) or of a leg between two sites."
    )
    to: Name | None = Field(None, description="Its other end; both directions fail together.")
    per_year: Real = quantity("1/year", "Failures in a year.", le=DAYS_PER_YEAR)

    @model_validator(mode="after")
    def _names_one_thing(self) -> FailureRate:
        is_whole = (self.from_ is None) == (self.to is None)
        if not is_whole or (self.hub is None) == (self.from_ is None):
            raise PydanticCustomError("one_thing", "give hub, or from and to")
        if self.from_ is not None and self.from_ == self.to:
            raise PydanticCustomError("to_itself", "from and to are both '{end}'", {"end": self.to})
        return self

    @property
    def ends(self) -> frozenset[str]:
        """Ids of what it names."""
        return frozenset(end for end in (self.hub, self.from_, self.to) if end is not None)


class Failures(Block):
    """What ``netdesign stress --failures`` assumes of failures; nothing here changes what ``solve`` answers."""

    days: Whole = quantity("d", "Days that what fails is out.", default=14, ge=1, le=DAYS_PER_YEAR)
    surge_share: Real = quantity(
        "1",
        "What a site lifts meanwhile beyond its capacity or, where none is in force, beyond what it lifts on other "
        "days, as a share of it; a large one, such as 1000, for no limit.",
        default=0.25,
    )
    unserved_penalty_eur_per_t: Real = quantity(
        "EUR/t", "What a tonne costs that is not carried meanwhile.", default=12_000.0
    )
    hubs_per_year: Real = quantity("1/year", "Failures of each open site in a year.", default=0.02, le=DAYS_PER_YEAR)
    lanes_per_year: Real = quantity("1/year", "Failures of each air lane in use.", default=0.05, le=DAYS_PER_YEAR)
    inter_hub_legs_per_year: Real = quantity(
        "1/year",
        "Failures of each leg or hub link in use between two sites, both ways.",
        default=0.02,
        le=DAYS_PER_YEAR,
    )
    rates: tuple[FailureRate, ...] = Field((), description="Single hubs, lanes and legs that fail more or less often.")

    def per_year(self, outage: Outage) -> float:
        """Return how often something fails, 1/year."""
        usual = {
            OutKind.HUB: self.hubs_per_year,
            OutKind.LANE: self.lanes_per_year,
            OutKind.INTER_HUB: self.inter_hub_legs_per_year,
        }
        own = {rate.ends: rate.per_year for rate in self.rates}
        return own.get(frozenset(outage.ends), usual[outage.kind])


def check_failures(document: InstanceDocument, faults: FaultList) -> None:
    """Note rates of what there is not, and two of one thing."""
    if document.failures is None:
        return
    hubs = {row.id: row for row in document.tables.hubs}
    airports = {row.id for row in document.tables.overseas}
    lanes = {frozenset((row.from_, row.to)) for row in document.tables.links if row.mode is Mode.AIR}
    seen: set[frozenset[str]] = set()
    for index, rate in enumerate(document.failures.rates):
        at: Path_ = ("failures", "rates", index)
        if rate.ends in seen:
            faults.add(at, f"{' to '.join(sorted(rate.ends))} stands twice")
        seen.add(rate.ends)
        unknown = _unknown_ends(rate, hubs, airports)
        for key, message in unknown.items():
            faults.add((*at, key), message)
        overseas = rate.ends & airports
        if unknown or not overseas:
            continue
        if len(overseas) == 2:
            faults.add(at, f"{rate.from_} and {rate.to} are both overseas; a lane joins an overseas airport and a hub")
        elif rate.ends not in lanes:
            airport, hub = *overseas, *(rate.ends - overseas)
            served = sorted(hub for lane in lanes if airport in lane for hub in lane - {airport})
            near = did_you_mean(hub, served)
            listed = f"; hubs with a lane from there: {', '.join(served[:10])}" if served and not near else ""
            faults.add(at, f"there is no air lane between {airport} and {hub}{near}{listed}")


def _unknown_ends(rate: FailureRate, hubs: Mapping[str, object], airports: set[str]) -> dict[str, str]:
    """Return a message for each name of a rate that is nothing which can fail, by its key."""
    found = {}
    for key, name, known in (
        ("hub", rate.hub, [*hubs]),
        ("from", rate.from_, [*hubs, *airports]),
        ("to", rate.to, [*hubs, *airports]),
    ):
        if name is not None and name not in known:
            what = "hub or sorting centre" if key == "hub" else "hub, sorting centre or overseas airport"
            found[key] = f"'{name}' is no {what}{did_you_mean(name, known)}"
    return found
