"""The ``policies`` block of ``instance.yaml``: each policy is in force because the instance states it.

A policy on freight is one file: its block, checks against the data, limits or rows over routes, price, and its
violations by a plan, which the referee finds with figures of its own. ``FREIGHT`` is the registry that checks,
route filter, models, engines and reports read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.errors import did_you_mean
from netdesign.instance.blocks import DeadlineKind
from netdesign.instance.fields import Block, Name, Real, quantity
from netdesign.instance.policies.air_lane import AirLaneMinimum, AirLanePolicy
from netdesign.instance.policies.base import Charge as Charge
from netdesign.instance.policies.base import Counted as Counted
from netdesign.instance.policies.base import FreightPolicy as FreightPolicy
from netdesign.instance.policies.base import Limit as Limit
from netdesign.instance.policies.base import Policy as Policy
from netdesign.instance.policies.base import RouteRow as RouteRow
from netdesign.instance.policies.base import counted_volume as counted_volume
from netdesign.instance.policies.capacity import Capacity as Capacity
from netdesign.instance.policies.capacity import CapacityCounts as CapacityCounts
from netdesign.instance.policies.capacity import CapacityPolicy
from netdesign.instance.policies.carbon import Carbon, CarbonPolicy
from netdesign.instance.policies.hub_links import HubLinkRules, check_hub_link_sites, check_hub_links
from netdesign.instance.policies.hubs import ExclusiveGroup, check_hubs
from netdesign.instance.policies.hubs import HubRange as HubRange
from netdesign.instance.policies.minimum_throughput import HubMinima as HubMinima
from netdesign.instance.policies.minimum_throughput import MinimumThroughput, MinimumThroughputPolicy
from netdesign.instance.policies.minimum_throughput import hard_minima as hard_minima
from netdesign.instance.policies.minimum_throughput import minimum_tonnes as minimum_tonnes
from netdesign.instance.policies.service import Service, ServicePolicy
from netdesign.instance.policies.sorting_centres import check_sorting_centres

if TYPE_CHECKING:
    from collections.abc import Collection

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList

FREIGHT: list[FreightPolicy] = [
    CapacityPolicy(),
    MinimumThroughputPolicy(),
    AirLanePolicy(),
    ServicePolicy(),
    CarbonPolicy(),
]
"""The policies on freight, in the order in which models state them; those that are registered come last."""

_MEASURES_OF_LEGS = frozenset({"co2e"})
"""Those that a route has as the sum of its legs."""

OWN_LIMITS = "limits over routes"
"""In a list of what is stated: whatever is registered from outside and is nothing but limits over routes."""

ROUTE_LIMITS = frozenset({OWN_LIMITS, *(policy.NAME for policy in FREIGHT if policy.MEASURES)})
"""Policies that are stated wherever limits over routes are, as they are nothing else."""

SEVERAL_LINKS = "routes over several hub links"
"""In a list of what is stated: chosen hub links of which a route may pass any number."""

_WORDS: dict[str, str] = {
    Policy.MINIMUM_THROUGHPUT: "minimum throughputs",
    Policy.AIR_LANE: "lanes with a minimum",
    Policy.SERVICE: "shares in time",
}

LEG_LIMITS = frozenset(policy.NAME for policy in FREIGHT if policy.MEASURES and policy.MEASURES <= _MEASURES_OF_LEGS)
"""Those of them that forms without whole routes state too: such limits count all freight, from above."""


class Policies(Block):
    """Everything that restricts the choice of hubs and routes. What is left out is not in force."""

    hub_count: HubRange | None = Field(None, description="All open hubs counted, existing ones included.")
    new_hubs: HubRange | None = Field(None, description="Hubs beside the existing ones; excludes hub_count.")
    sorting_centres: HubRange | None = Field(
        None,
        description="Open sorting centres, existing ones included; left out, any number. No count of hubs has them.",
    )
    required: tuple[Name, ...] = Field((), description="Sites that must open.")
    forbidden: tuple[Name, ...] = Field((), description="Sites that must not open.")
    exclusive: tuple[ExclusiveGroup, ...] = Field((), description="Groups of which at most one site opens.")
    hub_links: HubLinkRules | None = Field(None, description="The choice of hub links, where the network is chosen.")
    capacity: Capacity | None = Field(None, description="Limits what a hub lifts.")
    minimum_throughput: MinimumThroughput | None = Field(None, description="Commitments to hubs.")
    air_lane: AirLaneMinimum | None = Field(None, description="Least traffic of an air lane.")
    service: Service | None = Field(None, description="Least shares inside the deadline.")
    carbon: Carbon | None = Field(None, description="Price and cap of greenhouse gases.")
    fixed_cost_cap_eur_per_year: Real | None = quantity(
        "EUR/year", "Cap on the yearly fixed cost of new hubs.", default=None
    )

    @model_validator(mode="after")
    def _one_hub_count(self) -> Policies:
        if self.hub_count is not None and self.new_hubs is not None:
            raise PydanticCustomError("two_counts", "hub_count and new_hubs exclude each other; give one")
        return self

    @property
    def hub_number(self) -> str | None:
        """Key of the policy on the number of hubs; None where none is stated."""
        stated = {"new_hubs": self.new_hubs, "hub_count": self.hub_count}
        return next((key for key, bounds in stated.items() if bounds is not None), None)


def policy_names() -> tuple[str, ...]:
    """Return the names of all policies, those that are registered last."""
    return tuple(dict.fromkeys(map(str, (*Policy, *(policy.NAME for policy in FREIGHT)))))


def stated(listed: Collection[str]) -> frozenset[str]:
    """Return the policies that a list of what a model or an engine states is about, by name."""
    limits = (policy.NAME for policy in FREIGHT if policy.MEASURES) if OWN_LIMITS in listed else ()
    return frozenset({*listed, *limits} - {OWN_LIMITS})


def couplings(instance: Instance) -> dict[str, str]:
    """Return the policies in force by which the best route of one commodity depends on the others, with their words."""
    found = {policy.NAME: policy.couples(instance.policies) for policy in FREIGHT}
    return {name: words for name, words in found.items() if words is not None}


def charges(policies: Policies) -> dict[str, Charge]:
    """Return the prices in force on measures of legs, by the policies that state them."""
    found = {str(policy.NAME): policy.charge(policies) for policy in FREIGHT}
    return {name: charge for name, charge in found.items() if charge is not None}


def carbon_charge(policies: Policies) -> float:
    """Return what the policies in force charge for emissions, EUR/t CO2e."""
    return sum(charge.eur for charge in charges(policies).values() if charge.measure == "co2e")


def limits_on_routes(instance: Instance) -> list[Limit]:
    """Return the limits over all routes that are in force."""
    return [limit for policy in FREIGHT for limit in policy.limits(instance)]


def of_whole_routes(instance: Instance) -> list[str]:
    """Return words for what is in force that forms without whole routes cannot state: vehicles, promises, minima."""
    promises = any(stream.deadline is DeadlineKind.HARD or stream.late_penalty for stream in instance.streams)
    found = ["vehicles that leave"] if instance.services is not None else []
    found += ["deadlines that are hard or have a price"] if promises else []
    of_legs = LEG_LIMITS | {Policy.CAPACITY}
    in_force = [str(policy.NAME) for policy in FREIGHT if getattr(instance.policies, policy.NAME)]
    return found + [_WORDS.get(name, name) for name in in_force if name not in of_legs]


def check_policies(instance: Instance, faults: FaultList) -> None:
    """Note every fault of the policies block that the data alone shows."""
    check_policy_sites(instance.policies, instance.site_position, faults)
    if faults:
        return
    check_hubs(instance, faults)
    check_sorting_centres(instance, faults)
    check_hub_links(instance, faults, of_whole_routes(instance))
    for policy in FREIGHT:
        policy.check(instance, faults)


def check_policy_sites(policies: Policies, known: Collection[str], faults: FaultList) -> None:
    """Note every site that the policies name and the hubs table does not have."""

    def check(path: tuple[str | int, ...], name: str) -> None:
        if name not in known:
            faults.add(("policies", *path), f"'{name}' is not in the hubs table{did_you_mean(name, known)}")

    for index, name in enumerate(policies.required):
        check(("required", index), name)
    for index, name in enumerate(policies.forbidden):
        check(("forbidden", index), name)
    for index, group in enumerate(policies.exclusive):
        for member, name in enumerate(group.sites):
            check(("exclusive", index, "sites", member), name)
    check_hub_link_sites(policies.hub_links, known, faults)
    if policies.minimum_throughput is not None:
        names = [hub.site for hub in policies.minimum_throughput.hubs]
        for index, name in enumerate(names):
            check(("minimum_throughput", "hubs", index, "site"), name)
            if name in names[:index]:
                faults.add(("policies", "minimum_throughput", "hubs", index, "site"), f"'{name}' stands twice")
