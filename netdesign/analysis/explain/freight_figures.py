"""Figures of policies on freight: deadlines, capacities, minima, lanes, shares and the carbon cap."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.explain.figure import (
    HOURS_WIDTH,
    RELATIVE_WIDTH,
    SHARE_WIDTH,
    VEHICLES_WIDTH,
    Figure,
    with_policies,
)
from netdesign.analysis.explain.rules import LONGEST_H
from netdesign.instance.policies import CapacityCounts, Policy, minimum_tonnes
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.service import Service
    from netdesign.plan import Plan


def deadline_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the hard deadline of each stream."""
    hard = hard_deadline(instance)
    for place, stream in enumerate(instance.streams):
        of_stream = instance.commodities.stream == place
        if stream.deadline_h is None or not (hard & of_stream).any():
            continue

        def with_value(changed: Instance, value: float, place: int = place) -> Instance:
            streams = list(changed.streams)
            streams[place] = replace(streams[place], deadline_h=value)
            return changed.replace(streams=tuple(streams))

        def attained(_: Instance, plan: Plan, found: Evaluation, of_stream: NDArray[np.bool_] = of_stream) -> float:
            return float(np.max(found.time_h[of_stream[plan.commodity]], initial=0.0))

        yield Figure(
            Policy.DEADLINE,
            stream.name,
            "deadline",
            without=partial(with_value, value=LONGEST_H),
            unit="h",
            asked=stream.deadline_h,
            width=HOURS_WIDTH,
            with_value=with_value,
            attained=attained,
        )


def capacity_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the capacity of each site that may open."""
    policy = instance.policies.capacity
    if policy is None:
        return
    is_handled = policy.counts is CapacityCounts.HANDLED
    for place, site in enumerate(instance.sites):
        if site.id not in instance.allowed or not np.isfinite(site.capacity):
            continue

        def with_value(changed: Instance, value: float, place: int = place) -> Instance:
            sites = list(changed.sites)
            sites[place] = replace(sites[place], capacity=value)
            return changed.replace(sites=tuple(sites))

        def attained(_: Instance, __: Plan, found: Evaluation, name: str = site.id) -> float:
            return (found.loads.handled if is_handled else found.loads.collected).get(name, 0.0)

        yield Figure(
            Policy.CAPACITY,
            site.id,
            "capacity",
            without=partial(with_value, value=np.inf),
            unit="t/year",
            asked=site.capacity,
            width=RELATIVE_WIDTH * max(site.capacity, 1.0),
            with_value=with_value,
            attained=attained,
        )


def minimum_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the minima that have no price."""
    policy, minima = instance.policies.minimum_throughput, minimum_tonnes(instance)
    for hub in () if policy is None else policy.hubs:
        if hub.shortfall_eur_per_t is not None:
            continue

        def with_value(changed: Instance, value: float, name: str = hub.site) -> Instance:
            own = changed.policies.minimum_throughput
            if own is None:
                return changed
            hubs = (
                one.model_copy(update={"tonnes_per_year": value, "share": None}) if one.site == name else one
                for one in own.hubs
            )
            return with_policies(changed, minimum_throughput=own.model_copy(update={"hubs": tuple(hubs)}))

        def attained(_: Instance, __: Plan, found: Evaluation, name: str = hub.site) -> float:
            return found.loads.entering.get(name, 0.0)

        yield Figure(
            Policy.MINIMUM_THROUGHPUT,
            hub.site,
            "minimum",
            without=partial(with_value, value=0.0),
            unit="t/year",
            asked=minima[hub.site],
            rises=False,
            width=RELATIVE_WIDTH * max(minima[hub.site], 1.0),
            with_value=with_value,
            attained=attained,
        )


def lane_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the flights of a lane."""
    policy = instance.policies.air_lane
    if policy is None or not policy.flights_per_week:
        return
    tonnes = policy.tonnes_per_year / policy.flights_per_week

    def attained(_: Instance, plan: Plan, found: Evaluation) -> float:
        lanes = plan.open_lanes or found.loads.lanes
        carried = [found.loads.lane_total(lane, policy.counts) for lane in lanes]
        return min(carried, default=0.0) / tonnes if tonnes else policy.flights_per_week

    def with_value(changed: Instance, value: float) -> Instance:
        own = changed.policies.air_lane
        return with_policies(changed, air_lane=own and own.model_copy(update={"flights_per_week": value}))

    yield Figure(
        Policy.AIR_LANE,
        "",
        "flights",
        without=lambda i: with_policies(i, air_lane=None),
        unit="1/week",
        asked=policy.flights_per_week,
        rises=False,
        width=HOURS_WIDTH * min(1.0, policy.flights_per_week),
        with_value=with_value,
        attained=attained,
    )


def service_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the shares inside the deadline."""
    policy = instance.policies.service
    if policy is None:
        return
    if policy.share is not None:
        yield _share(
            "",
            policy.share,
            lambda policies, value: policies.service and policies.service.model_copy(update={"share": value}),
            lambda found: 1.0 if found.service.inside is None else found.service.inside,
        )
    for country, share in policy.by_country.items():

        def changed(policies: Policies, value: float | None, country: str = country) -> Service | None:
            own = policies.service
            left = {name: asked for name, asked in (own.by_country if own else {}).items() if name != country}
            return own and own.model_copy(update={"by_country": left if value is None else left | {country: value}})

        def inside(found: Evaluation, country: str = country) -> float:
            return found.service.by_country.get(country, 1.0)

        yield _share(country, share, changed, inside)


def _share(
    subject: str,
    asked: float,
    changed: Callable[[Policies, float | None], Service | None],
    inside: Callable[[Evaluation], float],
) -> Figure:
    """Return a share inside the deadline; ``changed`` returns the policy with another one, or without it."""

    def with_value(instance: Instance, value: float | None) -> Instance:
        service = changed(instance.policies, value)
        # A policy without a share would still couple the freight.
        is_empty = service is not None and service.share is None and not service.by_country
        return with_policies(instance, service=None if is_empty else service)

    return Figure(
        Policy.SERVICE,
        subject,
        "share",
        without=lambda i: with_value(i, None),
        unit="1",
        asked=asked,
        rises=False,
        width=SHARE_WIDTH,
        with_value=with_value,
        attained=lambda _, __, found: inside(found),
    )


def carbon_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the cap."""
    carbon = instance.policies.carbon
    if carbon is None or carbon.cap_t_per_year is None:
        return

    def with_value(changed: Instance, value: float) -> Instance:
        own = changed.policies.carbon
        return with_policies(changed, carbon=own and own.model_copy(update={"cap_t_per_year": value}))

    def without(changed: Instance) -> Instance:
        own = changed.policies.carbon
        price = None if own is None else own.price_eur_per_t
        left = None if own is None or price is None else own.model_copy(update={"cap_t_per_year": None})
        return with_policies(changed, carbon=left)

    yield Figure(
        Policy.CARBON,
        "",
        "cap",
        without=without,
        unit="t CO2e/year",
        asked=carbon.cap_t_per_year,
        width=RELATIVE_WIDTH * max(carbon.cap_t_per_year, 1.0),
        relative_width=0.0 if instance.services is None else VEHICLES_WIDTH,
        with_value=with_value,
        attained=lambda _, __, found: found.co2e,
    )
