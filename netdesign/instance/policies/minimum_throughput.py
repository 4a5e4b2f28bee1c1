"""Minimum throughput: a hub that is open gets its least entering volume, or pays for what is short.

``entering_k + shortfall_k >= minimum_k y_k``; a shortfall exists only where it has a price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.policies.base import (
    Counted,
    FreightPolicy,
    Policy,
    RouteRow,
    check_not_near_0,
    counted_volume,
)
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.base import RouteColumns
    from netdesign.instance.policies.violations import Measured


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


class HubMinima:
    """The least that enters at sites, where it may be a share of volumes that change.

    Parameters
    ----------
    instance
        Has the policy.
    sites
        Positions of the sites.

    Attributes
    ----------
    counts
        Which commodities count, shape (commodities,); none without the policy.
    """

    def __init__(self, instance: Instance, sites: Iterable[int]) -> None:
        names = [instance.sites[site].id for site in sites]
        policy = instance.policies.minimum_throughput
        self.counts = np.zeros(len(instance.commodities), dtype=bool)
        self._share, self._tonnes = np.zeros(len(names)), np.zeros(len(names))
        if policy is None:
            return
        self.counts = counted_volume(instance, policy.counts) > 0
        for hub in policy.hubs:
            if hub.site in names:
                place = names.index(hub.site)
                self._share[place] = np.inf if hub.share is None else hub.share
                self._tonnes[place] = np.inf if hub.tonnes_per_year is None else hub.tonnes_per_year

    def at(self, volume: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the lesser of tonnes and share of each site at volumes of all commodities, t/year."""
        total = float(volume[self.counts].sum())
        return np.minimum(self._share * total, self._tonnes) if total else np.zeros(len(self._share))


def minimum_tonnes(instance: Instance) -> dict[str, float]:
    """Return the least entering volume of each hub with a minimum, t/year: the lesser of tonnes and share."""
    policy = instance.policies.minimum_throughput
    if policy is None:
        return {}
    total = float(counted_volume(instance, policy.counts).sum())
    minima = {}
    for hub in policy.hubs:
        by_share = float("inf") if hub.share is None else hub.share * total
        by_tonnes = float("inf") if hub.tonnes_per_year is None else hub.tonnes_per_year
        minima[hub.site] = min(by_share, by_tonnes)
    return minima


def hard_minima(instance: Instance, hubs: Collection[str]) -> float:
    """Return what some hubs have to get together where a shortfall has no price, t/year."""
    policy, minima = instance.policies.minimum_throughput, minimum_tonnes(instance)
    priced = {hub.site for hub in policy.hubs if hub.shortfall_eur_per_t is not None} if policy is not None else set()
    return sum(tonnes for site, tonnes in minima.items() if site in hubs and site not in priced)


class MinimumThroughputPolicy(FreightPolicy):
    """The policy."""

    NAME = Policy.MINIMUM_THROUGHPUT
    ROWS = "entering_at_least_minimum"

    def can_forbid(self, policies: Policies) -> bool:
        """Return whether a minimum is in force that has no price."""
        policy = policies.minimum_throughput
        return policy is not None and any(hub.shortfall_eur_per_t is None for hub in policy.hubs)

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note minima over the volume that counts, and minima next to nothing."""
        policy = instance.policies.minimum_throughput
        if policy is None:
            return
        total = float(counted_volume(instance, policy.counts).sum())
        if total == 0:
            message = f"counts {policy.counts} freight, of which the instance has none"
            faults.add(("policies", "minimum_throughput"), message)
        hard = hard_minima(instance, instance.required)
        # Over years volumes change, and a hub that must open may do so late; they are checked year by year.
        if hard > total * (1 + 1e-9) and not instance.has_stages:
            message = (
                f"the hubs that must open are to get {hard:,.0f} t/year; the counted volume is {total:,.0f} t/year"
            )
            faults.add(("policies", "minimum_throughput"), message)
        for index, tonnes in enumerate(minimum_tonnes(instance).values()):
            check_not_near_0(faults, ("policies", "minimum_throughput", "hubs", index), tonnes, total)

    def rows(self, instance: Instance, routes: RouteColumns) -> list[RouteRow]:
        """Return a row for each hub with a minimum that may open."""
        policy = instance.policies.minimum_throughput
        if policy is None:
            return []
        volume = counted_volume(instance, policy.counts)[routes.commodity]
        price, allowed = {hub.site: hub.shortfall_eur_per_t for hub in policy.hubs}, set(instance.allowed)
        found = []
        for site, tonnes in minimum_tonnes(instance).items():
            if site not in allowed or tonnes <= 0:
                continue
            entering = np.flatnonzero((routes.first_hub == instance.site_position[site]) & (volume > 0))
            each = price[site]
            relief = None if each is None else each * tonnes
            found.append(RouteRow(site, entering, volume[entering] / tonnes, least=0, hub_weight=-1.0, relief=relief))
        return found

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield open hubs under a minimum that has no price."""
        policy, minima = instance.policies.minimum_throughput, minimum_tonnes(instance)
        for hub in policy.hubs if policy is not None else ():
            entering = found.loads.entering.get(hub.site, 0.0)
            hard = hub.shortfall_eur_per_t is None and hub.site in found.open_hubs
            if hard and entering < minima[hub.site] * (1 - TOLERANCE):
                gets, least = apart(entering, minima[hub.site])
                message = f"{gets} t/year enter there; at least {least} must"
                yield Violation(Policy.MINIMUM_THROUGHPUT, hub.site, message)
