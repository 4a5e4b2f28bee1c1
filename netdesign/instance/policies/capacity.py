"""Capacity: the volume that a hub lifts, or collects, is at most that of the hubs table.

``sum_r w_r x_r <= q_k y_k`` over the routes that pass hub k, or that enter at it, as ``counts`` states.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from netdesign.instance.fields import Block
from netdesign.instance.policies.base import FreightPolicy, Policy, RouteRow, check_not_near_0
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies.base import RouteColumns
    from netdesign.instance.policies.violations import Measured


class CapacityCounts(StrEnum):
    """Which freight a hub's capacity limits."""

    HANDLED = "handled"
    COLLECTED = "collected"


class Capacity(Block):
    """Capacities of the hubs table are in force."""

    counts: CapacityCounts = Field(
        CapacityCounts.HANDLED,
        description="handled: every tonne counts once at each hub that it passes; collected: at its first hub only.",
    )


class CapacityPolicy(FreightPolicy):
    """The policy."""

    NAME = Policy.CAPACITY
    ROWS = "within_capacity"

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note volumes over all capacities, and capacities next to nothing."""
        if instance.policies.capacity is None:
            return
        # Every tonne passes a hub, whether or not a sorting centre hands it out.
        hubs = set(instance.allowed) - instance.centres
        capacities = sorted((site.capacity for site in instance.sites if site.id in hubs), reverse=True)
        most = sum(capacities[: instance.hub_range[1]])
        volume = float(instance.commodities.volume.sum())
        if most < volume * (1 - 1e-9):
            message = (
                f"the hubs that may open together lift at most {most:,.0f} t/year; the volume is {volume:,.0f} t/year"
            )
            faults.add(("policies", "capacity"), message)
        for index, site in enumerate(instance.sites):
            check_not_near_0(faults, ("tables", "hubs", index, "capacity_t_per_year"), site.capacity, volume)

    def rows(self, instance: Instance, routes: RouteColumns) -> list[RouteRow]:
        """Return a row for each site with a capacity that may open."""
        policy = instance.policies.capacity
        if policy is None:
            return []
        counts_last = policy.counts is CapacityCounts.HANDLED
        volume, allowed = instance.commodities.volume[routes.commodity], set(instance.allowed)
        found = []
        for k, site in enumerate(instance.sites):
            if site.id not in allowed or not np.isfinite(site.capacity):
                continue
            passing = np.flatnonzero((routes.first_hub == k) | (counts_last & (routes.last_hub == k)))
            unit = site.capacity or 1.0
            found.append(RouteRow(site.id, passing, volume[passing] / unit, most=0, hub_weight=-site.capacity / unit))
        return found

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield hubs over their capacity."""
        policy = instance.policies.capacity
        if policy is None:
            return
        is_handled = policy.counts is CapacityCounts.HANDLED
        does, volumes = ("lifts", found.loads.handled) if is_handled else ("collects", found.loads.collected)
        for site in instance.sites:
            volume = volumes.get(site.id, 0.0)
            if volume > site.capacity * (1 + TOLERANCE):
                lifted, most = apart(volume, site.capacity)
                message = f"{does} {lifted} t/year; its capacity is {most}"
                yield Violation(Policy.CAPACITY, site.id, message)
