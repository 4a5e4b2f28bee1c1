"""Policies against the data: what needs no solver to be seen to be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.data import NodeKind
from netdesign.instance.policies import Counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.policies import Policies


LEAST_SHARE = 1e-9
"""Part of the volume that counts under which a minimum or a capacity is refused: it is lost in rounding."""


def counted_volume(instance: Instance, counts: Counted) -> NDArray[np.float64]:
    """Return w_r of the commodities that count, 0 for the others; t/year, shape (commodities,)."""
    commodities, overseas = instance.commodities, instance.is_overseas
    if counts is Counted.INBOUND:
        return np.where(overseas[commodities.origin], commodities.volume, 0.0)
    if counts is Counted.OUTBOUND:
        return np.where(overseas[commodities.destination], commodities.volume, 0.0)
    return commodities.volume


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


def check_policies(instance: Instance, faults: FaultList) -> None:
    """Note every fault of the policies block that the data alone shows."""
    check_policy_sites(instance.policies, instance.site_position, faults)
    if faults:
        return
    _check_choice(instance, faults)
    _check_hub_count(instance, faults)
    _check_capacity(instance, faults)
    _check_minima(instance, faults)
    _check_near_0(instance, faults)
    _check_service(instance, faults)
    _check_fixed_cost_cap(instance, faults)


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
    if policies.minimum_throughput is not None:
        names = [hub.site for hub in policies.minimum_throughput.hubs]
        for index, name in enumerate(names):
            check(("minimum_throughput", "hubs", index, "site"), name)
            if name in names[:index]:
                faults.add(("policies", "minimum_throughput", "hubs", index, "site"), f"'{name}' stands twice")


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
    offset = len(instance.existing) if key == "new_hubs" else 0
    possible = len(instance.allowed)
    if not possible:
        faults.add(("tables", "hubs"), "no site may open")
    if bounds is None:
        return
    if bounds.min is not None and offset + bounds.min > possible:
        sites = "sites beside the existing hubs" if offset else "sites"
        message = f"{bounds.min} is over the {possible - offset} {sites} that may open"
        faults.add(("policies", key, "min"), message)
    if bounds.max is not None and offset + bounds.max < len(instance.required):
        counted = instance.required - instance.existing if key == "new_hubs" else instance.required
        what = "hub that must open" if len(counted) == 1 else "hubs that must open"
        message = f"{bounds.max} is under the {len(counted)} {what}: {', '.join(sorted(counted))}"
        faults.add(("policies", key, "max"), message)
    if bounds.max == 0 and offset == 0:
        faults.add(("policies", key, "max"), "a network has at least one hub")


def _check_capacity(instance: Instance, faults: FaultList) -> None:
    if instance.policies.capacity is None:
        return
    allowed = set(instance.allowed)
    capacities = sorted((site.capacity for site in instance.sites if site.id in allowed), reverse=True)
    most = sum(capacities[: instance.hub_range[1]])
    volume = float(instance.commodities.volume.sum())
    if most < volume * (1 - 1e-9):
        message = f"the hubs that may open together lift at most {most:,.0f} t/year; the volume is {volume:,.0f} t/year"
        faults.add(("policies", "capacity"), message)


def _check_minima(instance: Instance, faults: FaultList) -> None:
    policies = instance.policies
    throughput = policies.minimum_throughput
    if throughput is not None:
        total = float(counted_volume(instance, throughput.counts).sum())
        if total == 0:
            message = f"counts {throughput.counts} freight, of which the instance has none"
            faults.add(("policies", "minimum_throughput"), message)
        hard = hard_minima(instance, instance.required)
        # Over years volumes change, and a hub that must open may do so late; they are checked year by year.
        if hard > total * (1 + 1e-9) and not instance.has_stages:
            message = (
                f"the hubs that must open are to get {hard:,.0f} t/year; the counted volume is {total:,.0f} t/year"
            )
            faults.add(("policies", "minimum_throughput"), message)
    if policies.air_lane is not None and not any(instance.is_overseas):
        faults.add(("policies", "air_lane"), "there is no overseas airport, hence no air lane")


def _check_near_0(instance: Instance, faults: FaultList) -> None:
    """Note minima and capacities that no computation tells from 0 beside the volumes that they are about."""
    policies, volume = instance.policies, float(instance.commodities.volume.sum())

    def check(path: tuple[str | int, ...], tonnes: float, total: float) -> None:
        least = LEAST_SHARE * total
        if 0 < tonnes < least:
            message = (
                f"{tonnes:.3g} t/year is too near to 0 beside the {total:.6g} t/year that count; write 0 or at least "
                f"{least:.3g}"
            )
            faults.add(path, message)

    if policies.air_lane is not None:
        counted = float(counted_volume(instance, policies.air_lane.counts).sum())
        check(("policies", "air_lane"), policies.air_lane.tonnes_per_year, counted)
    if policies.minimum_throughput is not None:
        counted = float(counted_volume(instance, policies.minimum_throughput.counts).sum())
        for index, tonnes in enumerate(minimum_tonnes(instance).values()):
            check(("policies", "minimum_throughput", "hubs", index), tonnes, counted)
    if policies.capacity is not None:
        for index, site in enumerate(instance.sites):
            check(("tables", "hubs", index, "capacity_t_per_year"), site.capacity, volume)


def _check_service(instance: Instance, faults: FaultList) -> None:
    service = instance.policies.service
    if service is None:
        return
    if all(stream.deadline_h is None for stream in instance.streams):
        faults.add(("policies", "service"), "no stream has a deadline_h to be inside of")
    countries = {node.country for node in instance.nodes if node.country and node.kind is NodeKind.CITY}
    for country in service.by_country:
        if country not in countries:
            message = f"no city is in '{country}'{did_you_mean(country, countries)}"
            faults.add(("policies", "service", "by_country", country), message)


def _check_fixed_cost_cap(instance: Instance, faults: FaultList) -> None:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    new = [site for site in instance.sites if site.id in instance.required - instance.existing]
    certain = sum(site.fixed_cost for site in new)
    # Over years the cap is on what hubs and modules cost to run, without the annuities that a fixed cost may hold.
    if cap is not None and certain > cap * (1 + 1e-9) and not instance.has_stages:
        message = f"{cap:,.0f} is under the {certain:,.0f} EUR/year of the new hubs that must open"
        faults.add(("policies", "fixed_cost_cap_eur_per_year"), message)
