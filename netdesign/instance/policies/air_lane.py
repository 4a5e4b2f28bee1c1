"""Air lanes: a lane carries nothing, or at least its minimum.

Whether a lane is in service is a choice of its own, with variables of its own: ``formulation.path_form`` states it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from netdesign.instance.fields import Block, Real, quantity
from netdesign.instance.policies.base import Counted, FreightPolicy, Policy, check_not_near_0, counted_volume
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies.violations import Measured


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


class AirLanePolicy(FreightPolicy):
    """The policy. Its rows are about lanes, which models and programs of years add by themselves."""

    NAME = Policy.AIR_LANE
    ROWS = "lane_carries_minimum"

    def check(self, instance: Instance, faults: FaultList) -> None:
        """Note lanes of an instance without airports overseas, and minima next to nothing."""
        policy = instance.policies.air_lane
        if policy is None:
            return
        if not any(instance.is_overseas):
            faults.add(("policies", "air_lane"), "there is no overseas airport, hence no air lane")
        counted = float(counted_volume(instance, policy.counts).sum())
        check_not_near_0(faults, ("policies", "air_lane"), policy.tonnes_per_year, counted)

    def violations(self, instance: Instance, found: Measured) -> Iterator[Violation]:
        """Yield lanes that carry too little, or that are not in service."""
        policy = instance.policies.air_lane
        # Where the minimum is 0, nobody has to say which lanes are in service.
        if policy is None or policy.tonnes_per_year == 0:
            return
        least = policy.tonnes_per_year
        for lane in sorted(set(found.loads.lanes) | set(found.open_lanes)):
            name = "-".join(lane)
            if lane not in found.open_lanes:
                yield Violation(Policy.AIR_LANE, name, "carries freight, but is not in service")
            elif lane[1] not in found.open_hubs:
                yield Violation(Policy.AIR_LANE, name, "is in service, but its hub is not open")
            elif found.loads.lane_total(lane, policy.counts) < least * (1 - TOLERANCE):
                carried, due = apart(found.loads.lane_total(lane, policy.counts), least)
                message = f"carries {carried} t/year that count; in service it carries at least {due}"
                yield Violation(Policy.AIR_LANE, name, message)
