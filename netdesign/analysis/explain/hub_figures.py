"""Figures of policies on hubs: numbers, required and forbidden sites, groups, and the cap on fixed cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netdesign.analysis.explain.figure import RELATIVE_WIDTH, Figure, with_policies
from netdesign.analysis.explain.rules import no_longer_required
from netdesign.instance.policies import HubRange, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.policies.hubs import ExclusiveGroup
    from netdesign.plan import Plan


def forbidden_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the forbidden sites."""
    for site in instance.policies.forbidden:
        yield Figure(Policy.FORBIDDEN, site, "site", partial(_no_longer_forbidden, site))


def required_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the required sites; those that exist stay open anyway."""
    for site in instance.policies.required:
        if site not in instance.existing:
            yield Figure(Policy.REQUIRED, site, "site", partial(no_longer_required, names=(site,)))


def _no_longer_forbidden(site: str, instance: Instance) -> Instance:
    return with_policies(instance, forbidden=tuple(one for one in instance.policies.forbidden if one != site))


def exclusive_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the groups of which one site may open."""
    names = [group.name for group in instance.policies.exclusive]
    for group in dict.fromkeys(instance.policies.exclusive):

        def without(changed: Instance, group: ExclusiveGroup = group) -> Instance:
            return with_policies(changed, exclusive=tuple(one for one in changed.policies.exclusive if one != group))

        # Two groups may have one name.
        subject = group.name if names.count(group.name) == 1 else f"{group.name}: {', '.join(group.sites)}"
        yield Figure(Policy.EXCLUSIVE, subject, "group", without)


def hub_count_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the ends of the number of hubs."""
    key = instance.policies.hub_number
    if key is None:
        return
    offset = instance.number_of_hubs(instance.existing) if key == "new_hubs" else 0
    unit = "new hubs" if key == "new_hubs" else "hubs"
    yield from _ends(instance, key, key, unit, lambda i, plan: i.number_of_hubs(plan.open_hubs) - offset)


def centre_count_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the ends of the number of sorting centres."""
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
            return with_policies(changed, **{key: own.model_copy(update={end: new})})

        yield Figure(
            policy,
            "",
            kind,
            without=partial(with_value, value=None),
            unit=unit,
            asked=float(asked),
            rises=end == "max",
            width=1.0,
            with_value=with_value,
            attained=lambda i, plan, _: float(number(i, plan)),
            is_whole=True,
        )


def fixed_cost_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the cap on the fixed cost of new hubs."""
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
        without=lambda i: with_policies(i, fixed_cost_cap_eur_per_year=None),
        unit="EUR/year",
        asked=cap,
        width=RELATIVE_WIDTH * max(cap, 1.0),
        with_value=lambda i, value: with_policies(i, fixed_cost_cap_eur_per_year=value),
        attained=attained,
    )
