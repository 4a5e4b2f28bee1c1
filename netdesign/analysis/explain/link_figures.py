"""Figures of hub links: how many, of a plan and on a route, in which form, which pairs, and what each may carry."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.explain.figure import RELATIVE_WIDTH, Figure, with_policies
from netdesign.instance.policies import Policy, of_whole_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.evaluate.referee import Evaluation
    from netdesign.instance import Instance
    from netdesign.instance.parts import HubLink
    from netdesign.instance.policies.hub_links import HubLinkRules
    from netdesign.plan import Plan


def hub_link_figures(instance: Instance) -> Iterator[Figure]:
    """Yield the numbers of links, what they have to form, the pairs that must or must not be, and capacities."""
    rules = instance.policies.hub_links
    if rules is not None:
        yield from _numbers(rules, may_pass_more=not of_whole_routes(instance))
        yield from _forms(rules)
        yield from _pairs(rules)
    for place, link in enumerate(instance.hub_links):
        if np.isfinite(link.capacity):
            yield _capacity(place, link)


def _numbers(rules: HubLinkRules, *, may_pass_more: bool) -> Iterator[Figure]:
    """Yield the ends of the number of links, and the most on a route where it may pass more than one."""

    def number(_: Instance, plan: Plan, __: Evaluation) -> float:
        return float(len(plan.links))

    def on_a_route(_: Instance, plan: Plan, __: Evaluation) -> float:
        return float(np.bincount(plan.steps.route, minlength=1).max())

    asked: list[tuple[str, str, str, Callable[[Instance, Plan, Evaluation], float]]] = [
        ("max", "", "largest number", number),
        ("min", "", "least number", number),
        ("most_on_a_route", "a route", "largest number", on_a_route),
    ]
    for key, subject, kind, attained in asked:
        value = getattr(rules, key)
        if value is None or (value == 0 and key == "min") or (key == "most_on_a_route" and not may_pass_more):
            continue

        def with_value(changed: Instance, value: float | None, key: str = key) -> Instance:
            return _with_rules(changed, **{key: None if value is None else round(value)})

        yield Figure(
            Policy.HUB_LINKS,
            subject,
            kind,
            without=partial(with_value, value=None),
            unit="links",
            asked=float(value),
            rises=key != "min",
            width=1.0,
            with_value=with_value,
            attained=attained,
            is_whole=True,
        )


def _forms(rules: HubLinkRules) -> Iterator[Figure]:
    """Yield what the links have to form."""
    if rules.connected:
        yield Figure(Policy.HUB_LINKS, "connected", "connection", partial(_with_rules, connected=False))
    if rules.shape is not None:
        yield Figure(Policy.HUB_LINKS, str(rules.shape), "shape", partial(_with_rules, shape=None))


def _pairs(rules: HubLinkRules) -> Iterator[Figure]:
    """Yield the links that must, and must not, be chosen."""
    for key in ("required", "forbidden"):
        for pair in getattr(rules, key):

            def without(changed: Instance, key: str = key, pair: tuple[str, str] = pair) -> Instance:
                own = changed.policies.hub_links
                left = () if own is None else tuple(one for one in getattr(own, key) if one != pair)
                return _with_rules(changed, **{key: left})

            yield Figure(Policy.HUB_LINKS, "-".join(pair), f"{key} link", without)


def _with_rules(instance: Instance, **changes: object) -> Instance:
    """Return an instance with other rules on links; one that has none has none."""
    own = instance.policies.hub_links
    return with_policies(instance, hub_links=own and own.model_copy(update=changes))


def _capacity(place: int, link: HubLink) -> Figure:
    """Return what a link may carry each way; ``place`` is that among all links of an instance."""

    def with_value(changed: Instance, value: float) -> Instance:
        links = list(changed.hub_links)
        links[place] = replace(links[place], capacity=value)
        return changed.replace(hub_links=tuple(links))

    def attained(changed: Instance, plan: Plan, _: Evaluation) -> float:
        ends, steps = [changed.site_position[name] for name in link.ends], plan.steps
        ways = [(steps.start == start) & (steps.end == end) for start, end in (ends, ends[::-1])]
        return max(float(plan.volume[steps.route[way]].sum()) for way in ways)

    return Figure(
        Policy.HUB_LINKS,
        "-".join(link.ends),
        "capacity",
        without=partial(with_value, value=np.inf),
        unit="t/year",
        asked=link.capacity,
        width=RELATIVE_WIDTH * max(link.capacity, 1.0),
        with_value=with_value,
        attained=attained,
    )
