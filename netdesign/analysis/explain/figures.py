"""The figures of policies that may give way: what is asked, what a plan attains, and the instance with another value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.explain.rules import LONGEST_H
from netdesign.instance.policies import CapacityCounts, HubRange, Policy, minimum_tonnes
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.hubs import ExclusiveGroup
    from netdesign.plan import Plan

_RELATIVE_WIDTH = 1e-4
_HOURS_WIDTH, _SHARE_WIDTH = 0.01, 5e-4
"""Widths of intervals at which bisection ends: relative, in h, and of a share."""


@dataclass(frozen=True)
class Figure:
    """A figure of a policy, or a site that it names.

    Parameters
    ----------
    policy
        Name of the policy.
    subject
        Hub, country, stream or group that it is about; empty where there is only one.
    kind
        What it is: ``share``, ``cap``, ``minimum``, ``capacity``, ``largest number`` and the like.
    without
        Returns the instance without it.
    unit
        Of the value; empty where it has none.
    asked
        The value in force; None for a site.
    rises
        Whether a larger value gives way.
    width
        Of the interval at which a search for the value ends.
    with_value
        Returns the instance with another value.
    attained
        Returns the value that a plan keeps.
    is_whole
        Whether the value is a whole number.
    """

    policy: str
    subject: str
    kind: str
    without: Callable[[Instance], Instance]
    unit: str = ""
    asked: float | None = None
    rises: bool = True
    width: float = 0.0
    with_value: Callable[[Instance, float], Instance] | None = None
    attained: Callable[[Instance, Plan, Evaluation], float] | None = None
    is_whole: bool = False


def figures_of(instance: Instance, policy: str) -> list[Figure]:
    """Return the figures of a policy in force; none of one that was registered from outside."""
    by_policy: dict[str, Callable[[Instance], Iterator[Figure]]] = {
        Policy.FORBIDDEN: _forbidden,
        Policy.REQUIRED: _required,
        Policy.EXCLUSIVE: _exclusive,
        Policy.SORTING_CENTRES: _centre_count,
        Policy.DEADLINE: _deadlines,
        Policy.CAPACITY: _capacities,
        Policy.MINIMUM_THROUGHPUT: _minima,
        Policy.AIR_LANE: _lane,
        Policy.SERVICE: _service,
        Policy.CARBON: _carbon,
        Policy.FIXED_COST_CAP: _fixed_cost,
        Policy.HUB_COUNT: _hub_count,
    }
    return list(by_policy[policy](instance)) if policy in by_policy else []


def _changed(instance: Instance, **changes: object) -> Instance:
    return instance.replace(policies=instance.policies.model_copy(update=changes))


def _forbidden(instance: Instance) -> Iterator[Figure]:
    for site in instance.policies.forbidden:
        yield Figure(Policy.FORBIDDEN, site, "site", lambda i, site=site: _without_site(i, "forbidden", site))


def _required(instance: Instance) -> Iterator[Figure]:
    for site in instance.policies.required:
        if site not in instance.existing:
            yield Figure(Policy.REQUIRED, site, "site", lambda i, site=site: _without_site(i, "required", site))


def _without_site(instance: Instance, name: str, site: str) -> Instance:
    left = tuple(one for one in getattr(instance.policies, name) if one != site)
    return _changed(instance, **{name: left})


def _exclusive(instance: Instance) -> Iterator[Figure]:
    names = [group.name for group in instance.policies.exclusive]
    for group in dict.fromkeys(instance.policies.exclusive):

        def without(changed: Instance, group: ExclusiveGroup = group) -> Instance:
            return _changed(changed, exclusive=tuple(one for one in changed.policies.exclusive if one != group))

        # Two groups may have one name.
        subject = group.name if names.count(group.name) == 1 else f"{group.name}: {', '.join(group.sites)}"
        yield Figure(Policy.EXCLUSIVE, subject, "group", without)


def _hub_count(instance: Instance) -> Iterator[Figure]:
    key = "new_hubs" if instance.policies.new_hubs is not None else "hub_count"
    offset = instance.number_of_hubs(instance.existing) if key == "new_hubs" else 0
    unit = "new hubs" if key == "new_hubs" else "hubs"
    yield from _ends(instance, Policy.HUB_COUNT, key, unit, lambda i, plan: i.number_of_hubs(plan.open_hubs) - offset)


def _centre_count(instance: Instance) -> Iterator[Figure]:
    yield from _ends(
        instance,
        Policy.SORTING_CENTRES,
        "sorting_centres",
        "sorting centres",
        lambda i, plan: len(i.centres.intersection(plan.open_hubs)),
    )


def _ends(
    instance: Instance, policy: str, key: str, unit: str, number: Callable[[Instance, Plan], int]
) -> Iterator[Figure]:
    """Yield the largest and the smallest number of a range of sites."""
    bounds: HubRange = getattr(instance.policies, key)
    for end, kind in (("max", "largest number"), ("min", "least number")):
        asked = getattr(bounds, end)
        if asked is None or (end == "min" and asked == 0):
            continue

        def with_value(changed: Instance, value: float | None, end: str = end) -> Instance:
            own = getattr(changed.policies, key)
            new = None if value is None else round(value)
            return _changed(changed, **{key: own.model_copy(update={end: new})})

        yield Figure(
            policy,
            "",
            kind,
            without=lambda i, with_value=with_value: with_value(i, None),
            unit=unit,
            asked=float(asked),
            rises=end == "max",
            width=1.0,
            with_value=with_value,
            attained=lambda i, plan, _: float(number(i, plan)),
            is_whole=True,
        )


def _deadlines(instance: Instance) -> Iterator[Figure]:
    hard = hard_deadline(instance)
    for place, stream in enumerate(instance.streams):
        of_stream = instance.commodities.stream == place
        if stream.deadline_h is None or not (hard & of_stream).any():
            continue

        def with_value(changed: Instance, value: float, place: int = place) -> Instance:
            streams = list(changed.streams)
            streams[place] = replace(streams[place], deadline_h=value)
            return changed.replace(streams=tuple(streams))

        def attained(_: Instance, plan: Plan, found: Evaluation, of_stream: np.ndarray = of_stream) -> float:
            return float(np.max(found.time_h[of_stream[plan.commodity]], initial=0.0))

        yield Figure(
            Policy.DEADLINE,
            stream.name,
            "deadline",
            without=lambda i, with_value=with_value: with_value(i, LONGEST_H),
            unit="h",
            asked=stream.deadline_h,
            width=_HOURS_WIDTH,
            with_value=with_value,
            attained=attained,
        )


def _capacities(instance: Instance) -> Iterator[Figure]:
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
            without=lambda i, with_value=with_value: with_value(i, np.inf),
            unit="t/year",
            asked=site.capacity,
            width=_RELATIVE_WIDTH * max(site.capacity, 1.0),
            with_value=with_value,
            attained=attained,
        )


def _minima(instance: Instance) -> Iterator[Figure]:
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
            return _changed(changed, minimum_throughput=own.model_copy(update={"hubs": tuple(hubs)}))

        yield Figure(
            Policy.MINIMUM_THROUGHPUT,
            hub.site,
            "minimum",
            without=lambda i, with_value=with_value: with_value(i, 0.0),
            unit="t/year",
            asked=minima[hub.site],
            rises=False,
            width=_RELATIVE_WIDTH * max(minima[hub.site], 1.0),
            with_value=with_value,
            attained=lambda _, __, found, name=hub.site: found.loads.entering.get(name, 0.0),
        )


def _lane(instance: Instance) -> Iterator[Figure]:
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
        return _changed(changed, air_lane=own and own.model_copy(update={"flights_per_week": value}))

    yield Figure(
        Policy.AIR_LANE,
        "",
        "flights",
        without=lambda i: _changed(i, air_lane=None),
        unit="1/week",
        asked=policy.flights_per_week,
        rises=False,
        width=_HOURS_WIDTH * min(1.0, policy.flights_per_week),
        with_value=with_value,
        attained=attained,
    )


def _service(instance: Instance) -> Iterator[Figure]:
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

        def changed(policies: Policies, value: float, country: str = country) -> object:
            own = policies.service
            return own and own.model_copy(update={"by_country": own.by_country | {country: value}})

        yield _share(country, share, changed, lambda found, name=country: found.service.by_country.get(name, 1.0))


def _share(
    subject: str, asked: float, changed: Callable[[Policies, float], object], inside: Callable[[Evaluation], float]
) -> Figure:
    """Return a share inside the deadline."""

    def with_value(instance: Instance, value: float) -> Instance:
        return _changed(instance, service=changed(instance.policies, value))

    return Figure(
        Policy.SERVICE,
        subject,
        "share",
        without=lambda i: with_value(i, 0.0),
        unit="1",
        asked=asked,
        rises=False,
        width=_SHARE_WIDTH,
        with_value=with_value,
        attained=lambda _, __, found: inside(found),
    )


def _carbon(instance: Instance) -> Iterator[Figure]:
    carbon = instance.policies.carbon
    if carbon is None or carbon.cap_t_per_year is None:
        return

    def with_value(changed: Instance, value: float) -> Instance:
        own = changed.policies.carbon
        return _changed(changed, carbon=own and own.model_copy(update={"cap_t_per_year": value}))

    def without(changed: Instance) -> Instance:
        own = changed.policies.carbon
        price = None if own is None else own.price_eur_per_t
        left = None if own is None or price is None else own.model_copy(update={"cap_t_per_year": None})
        return _changed(changed, carbon=left)

    yield Figure(
        Policy.CARBON,
        "",
        "cap",
        without=without,
        unit="t CO2e/year",
        asked=carbon.cap_t_per_year,
        width=_RELATIVE_WIDTH * max(carbon.cap_t_per_year, 1.0),
        with_value=with_value,
        attained=lambda _, __, found: found.co2e,
    )


def _fixed_cost(instance: Instance) -> Iterator[Figure]:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    if cap is None:
        return

    def attained(changed: Instance, plan: Plan, _: Evaluation) -> float:
        new = set(plan.open_hubs) - changed.existing
        return sum(site.fixed_cost for site in changed.sites if site.id in new)

    yield Figure(
        Policy.FIXED_COST_CAP,
        "",
        "cap",
        without=lambda i: _changed(i, fixed_cost_cap_eur_per_year=None),
        unit="EUR/year",
        asked=cap,
        width=_RELATIVE_WIDTH * max(cap, 1.0),
        with_value=lambda i, value: _changed(i, fixed_cost_cap_eur_per_year=value),
        attained=attained,
    )
