"""Choice of hub links with the policies on them, and the freight over them in flow forms.

Links lead both ways, so ``link_open`` has one variable for a pair of sites. Freight of one origin never needs a link
both ways: what goes there and back may as well stay.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.flows import handed_out, is_present, keep_flow, present
from netdesign.formulation.hubs import total, weighted_sum
from netdesign.instance.policies.hub_links import LinkShape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.formulation.flows import FlowData
    from netdesign.instance import Instance
    from netdesign.instance.policies.hub_links import HubLinkRules

    Variables = NDArray[np.object_]
    Ends = tuple[str, str]


def linked_flows(instance: Instance, flows: FlowData) -> FlowData:
    """Return flows whose transfers are those over links that may be chosen."""
    at = {name: position for position, name in enumerate(flows.sites)}
    is_linked = np.eye(len(flows.sites), dtype=bool)
    for link in instance.permitted_links:
        k, m = at[link.ends[0]], at[link.ends[1]]
        is_linked[k, m] = is_linked[m, k] = True
    return replace(flows, transfer=np.where(is_linked, flows.transfer, np.inf))


def add_hub_links(model: Any, instance: Instance) -> None:
    """Add ``LINKS``, ``link_open``, and the policies on links alone; the model has a choice of hubs."""
    ends = [link.ends for link in instance.permitted_links]
    model.LINKS = pyo.Set(initialize=ends, dimen=2, doc="hub links that may be chosen")
    model.link_open = pyo.Var(model.LINKS, domain=pyo.Binary, doc="u_km")

    @model.Constraint([(*link, end) for link in ends for end in link])
    def link_joins_open_hubs(model: Any, k: str, m: str, end: str) -> Any:
        return model.link_open[k, m] <= model.hub_open[end]

    rules = instance.policies.hub_links
    if rules is not None:
        _add_rules(model, rules, ends)


def link_cost(model: Any, instance: Instance) -> Any:
    """Return the yearly fixed cost of the chosen links, EUR/year."""
    links = instance.permitted_links
    return weighted_sum([link.fixed_cost for link in links], [model.link_open[link.ends] for link in links])


def _add_rules(model: Any, rules: HubLinkRules, ends: list[Ends]) -> None:
    known = {frozenset(link): link for link in ends}
    for pair in rules.required:
        model.link_open[known[frozenset(pair)]].setlb(1)
    number = total(model.link_open.values())
    if rules.min is not None or rules.max is not None:
        most = len(ends) if rules.max is None else min(rules.max, len(ends))
        # Pyomo refuses a row without a variable, which it would be where no link may be chosen.
        hub = next(iter(model.hub_open.values()))
        counted = weighted_sum([*[1.0] * len(ends), 0.0], [*model.link_open.values(), hub])
        model.link_count = pyo.ConstraintList()
        model.link_count.add(counted >= (rules.min or 0))
        model.link_count.add(counted <= most)
    if rules.shape in (LinkShape.TREE, LinkShape.LINE):
        model.one_link_less_than_hubs = pyo.Constraint(expr=number == total(model.hub_open.values()) - 1)
    if rules.shape in (LinkShape.RING, LinkShape.LINE):
        _add_degrees(model, ends, is_ring=rules.shape is LinkShape.RING)
    if rules.is_connected:
        _add_connection(model, ends)


def _add_degrees(model: Any, ends: list[Ends], *, is_ring: bool) -> None:
    @model.Constraint(model.SITES)
    def joined_to_two(model: Any, k: str) -> Any:
        degree = total(model.link_open[link] for link in ends if k in link)
        return degree == 2 * model.hub_open[k] if is_ring else degree <= 2 * model.hub_open[k]


def _add_connection(model: Any, ends: list[Ends]) -> None:
    """Add a flow of one unit from a root to each other open hub, over chosen links (Gavish and Graves 1978)."""
    sites = list(model.SITES)
    ways = [way for k, m in ends for way in ((k, m), (m, k))]
    model.is_root = pyo.Var(model.SITES, domain=pyo.Binary, doc="the hub from which all others are reached")
    model.reach = pyo.Var(ways, bounds=(0, None), doc="units that pass a link one way")
    model.one_root = pyo.Constraint(expr=total(model.is_root.values()) == 1)

    @model.Constraint(model.SITES)
    def root_is_open(model: Any, k: str) -> Any:
        return model.is_root[k] <= model.hub_open[k]

    @model.Constraint(model.SITES)
    def each_hub_is_reached(model: Any, k: str) -> Any:
        comes = [model.reach[way] for way in ways if way[1] == k]
        goes = [model.reach[way] for way in ways if way[0] == k]
        weights = [*[1.0] * len(comes), *[-1.0] * len(goes), -1.0, float(len(sites))]
        return weighted_sum(weights, [*comes, *goes, model.hub_open[k], model.is_root[k]]) >= 0

    @model.Constraint(ways)
    def reached_over_chosen_link(model: Any, k: str, m: str) -> Any:
        link = (k, m) if (k, m) in model.LINKS else (m, k)
        return model.reach[k, m] <= (len(sites) - 1) * model.link_open[link]


def add_linked_transfers(
    model: Any, instance: Instance, flows: FlowData, collected: Variables, distributed: Variables
) -> Variables:
    """Add ``transferred[i, k, m, h]``: what origin i sends from hub k to hub m over the h-th link of a route.

    With ``flow_is_kept``, ``transferred_over_chosen_link`` and ``within_link_capacity``. Where no number of links on a
    route is stated, or none that matters, h is 1 for all.

    Parameters
    ----------
    flows
        With the transfers of ``linked_flows``.
    collected, distributed
        Variables, shapes (origins, sites) and (origins, sites, nodes).

    Returns
    -------
    array
        Variables, shape (steps, origins, sites, sites); steps is 1 where links are not counted.
    """
    most = most_links(instance)
    usable = np.isfinite(flows.transfer) & ~np.eye(len(flows.sites), dtype=bool)
    shape = (most or 1, len(flows.origins), *usable.shape)
    places = np.argwhere(np.broadcast_to(usable, shape)).tolist()
    index = [(flows.origin_ids[i], flows.sites[k], flows.sites[m], h + 1) for h, i, k, m in places]
    model.transferred = pyo.Var(index, bounds=(0, None), doc="share of O_i that goes from hub k to hub m")
    variables: Variables = np.full(shape, None, dtype=object)
    variables[np.broadcast_to(usable, shape)] = np.array([*model.transferred.values(), None], dtype=object)[:-1]
    if most is None:
        keep_flow(model, flows, collected, variables[0], distributed)
    else:
        _keep_counted_flow(model, flows, collected, variables, distributed)
    _hold_by_links(model, instance, flows, variables)
    return variables


def most_links(instance: Instance) -> int | None:
    """Return the most links that a route may pass; None where that forbids none without a circle."""
    rules = instance.policies.hub_links
    most = rules.most_on_a_route if rules is not None else None
    return None if most is None or most >= len(instance.allowed) - 1 else most


def _keep_counted_flow(
    model: Any, flows: FlowData, collected: Variables, over: Variables, distributed: Variables
) -> None:
    """Add ``leaves[i, k, h]``, what hub k hands out after h links, and rows that keep the freight of each number."""
    at, most = flows.places, len(over)
    model.leaves = pyo.Var(list(at), range(most + 1), bounds=(0, None), doc="share of O_i handed out after h links")

    @model.Constraint(list(at), range(most + 1))
    def flow_is_kept(model: Any, origin: str, hub: str, h: int) -> Any:
        i, k = at[origin, hub]
        comes = present(over[h - 1, i, :, k]) if h else present(collected[i, k : k + 1])
        goes = [*(present(over[h, i, k]) if h < most else []), model.leaves[origin, hub, h]]
        return weighted_sum([*[1.0] * len(comes), *[-1.0] * len(goes)], [*comes, *goes]) == 0

    @model.Constraint(list(at))
    def what_leaves_is_handed_out(model: Any, origin: str, hub: str) -> Any:
        parts, handed = handed_out(flows, distributed, *at[origin, hub])
        leaves = [model.leaves[origin, hub, h] for h in range(most + 1)]
        return weighted_sum([*[1.0] * len(leaves), *(-part for part in parts)], [*leaves, *handed]) == 0


def _hold_by_links(model: Any, instance: Instance, flows: FlowData, over: Variables) -> None:
    at = {name: position for position, name in enumerate(flows.sites)}
    pairs = {link.ends: (at[link.ends[0]], at[link.ends[1]]) for link in instance.permitted_links}

    @model.Constraint([(origin, *link) for origin in flows.origin_ids for link in pairs])
    def transferred_over_chosen_link(model: Any, origin: str, k: str, m: str) -> Any:
        i, (start, end) = flows.origin_ids.index(origin), pairs[k, m]
        passing = [*present(over[:, i, start, end]), *present(over[:, i, end, start])]
        return total(passing) - model.link_open[k, m] <= 0 if passing else pyo.Constraint.Skip

    limited = {link.ends: link.capacity for link in instance.permitted_links if np.isfinite(link.capacity)}
    ways = [way for k, m in limited for way in ((k, m), (m, k))]

    @model.Constraint(ways)
    def within_link_capacity(model: Any, k: str, m: str) -> Any:
        link = (k, m) if (k, m) in limited else (m, k)
        unit = limited[link] or 1.0
        h, i = np.nonzero(is_present(over[:, :, at[k], at[m]]))
        weights = [*(flows.outflow[i] / unit).tolist(), -limited[link] / unit]
        return weighted_sum(weights, [*over[h, i, at[k], at[m]], model.link_open[link]]) <= 0
