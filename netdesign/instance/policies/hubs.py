"""Policies on hubs alone: numbers of hubs, required and forbidden sites, groups, a cap on fixed cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from netdesign.instance.fields import Block, Name, Whole, quantity

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList


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


def check_hubs(instance: Instance, faults: FaultList) -> None:
    """Note the faults of the policies on hubs that the data alone shows."""
    _check_choice(instance, faults)
    _check_hub_count(instance, faults)
    _check_fixed_cost_cap(instance, faults)


def _check_choice(instance: Instance, faults: FaultList) -> None:
    policies = instance.policies
    for index, name in enumerate(policies.forbidden):
        if name in instance.existing:
            faults.add(("policies", "forbidden", index), f"'{name}' exists; an existing hub stays open")
        if name in policies.required:
            faults.add(("policies", "forbidden", index), f"'{name}' is required too")
    for index, group in enumerate(policies.exclusive):
        certain = sorted(instance.required & set(group.sites))
        if len(certain) > 1:
            message = f"at most one site of '{group.name}' may open, yet {' and '.join(certain)} must"
            faults.add(("policies", "exclusive", index), message)


def _check_hub_count(instance: Instance, faults: FaultList) -> None:
    policies = instance.policies
    bounds, key = (policies.new_hubs, "new_hubs") if policies.new_hubs else (policies.hub_count, "hub_count")
    existing, required = (names - instance.centres for names in (instance.existing, instance.required))
    offset = len(existing) if key == "new_hubs" else 0
    possible = instance.number_of_hubs(instance.allowed)
    if not possible:
        message = "no hub may open, and sorting centres take freight from hubs only"
        faults.add(("tables", "hubs"), message if instance.allowed else "no site may open")
    if bounds is None:
        return
    if bounds.min is not None and offset + bounds.min > possible:
        what = ("hub" if possible - offset == 1 else "hubs") if instance.centres else "sites"
        sites = f"{what} beside the existing hubs" if offset else what
        message = f"{bounds.min} is over the {possible - offset} {sites} that may open"
        faults.add(("policies", key, "min"), message)
    if bounds.max is not None and offset + bounds.max < len(required):
        counted = required - existing if key == "new_hubs" else required
        what = "hub that must open" if len(counted) == 1 else "hubs that must open"
        message = f"{bounds.max} is under the {len(counted)} {what}: {', '.join(sorted(counted))}"
        faults.add(("policies", key, "max"), message)
    if bounds.max == 0 and offset == 0:
        faults.add(("policies", key, "max"), "a network has at least one hub")


def _check_fixed_cost_cap(instance: Instance, faults: FaultList) -> None:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    new = [site for site in instance.sites if site.id in instance.required - instance.existing]
    certain = sum(site.fixed_cost for site in new)
    # Over years the cap is on what hubs and modules cost to run, without the annuities that a fixed cost may hold.
    if cap is not None and certain > cap * (1 + 1e-9) and not instance.has_stages:
        message = f"{cap:,.0f} is under the {certain:,.0f} EUR/year of the new hubs that must open"
        faults.add(("policies", "fixed_cost_cap_eur_per_year"), message)
