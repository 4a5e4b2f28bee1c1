"""Routes over hub links from the flows of a flow form: the flow of each origin falls into paths."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.formulation.flow_plans import matched_in_order, values_of
from netdesign.formulation.hub_links import most_links
from netdesign.plan import NEGLIGIBLE_SHARE, Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.formulation.flows import FlowData
    from netdesign.instance import Instance

    Variables = NDArray[np.object_]
    Values = NDArray[np.float64]
    Path = tuple[int, ...]
    Arrivals = list[tuple[Path, float]]


def read_linked_plan(
    model: Any,
    instance: Instance,
    flows: FlowData,
    collected: Variables,
    transferred: Variables,
    distributed: Variables,
) -> Plan:
    """Return the plan of a flow form with hub links that holds a solution.

    Which freight of one origin takes which of its paths to a last hub is free: every choice costs the same.

    Parameters
    ----------
    collected, transferred, distributed
        Variables, shapes (origins, sites), (steps, origins, sites, sites), (origins, sites, nodes).
    """
    first, over, last = (values_of(variables) for variables in (collected, transferred, distributed))
    site = [instance.site_position[name] for name in flows.sites]
    shares: dict[tuple[int, int], list[tuple[Path, float]]] = {}
    for i, origin in enumerate(flows.origins.tolist()):
        due = last[i] * flows.volume[i] / flows.outflow[i]
        leaves = _leaves(model, flows, i) if hasattr(model, "leaves") else due.sum(axis=1)[None, :]
        arrivals = _arrivals(first[i], over[:, i], leaves)
        for m, paths in arrivals.items():
            for path, j, share in matched_in_order(paths, due[m]):
                shares.setdefault((origin, j), []).append((tuple(site[k] for k in path), share))
    links = tuple(link.ends for link in instance.permitted_links if model.link_open[link.ends].value > 0.5)
    open_hubs = tuple(k for k in model.SITES if model.hub_open[k].value > 0.5)
    return _plan(instance, open_hubs, links, shares)


def _leaves(model: Any, flows: FlowData, i: int) -> Values:
    """Return what each hub hands out of an origin's freight after each number of links, shape (steps + 1, sites)."""
    origin, steps = flows.origin_ids[i], most_links(model.instance)
    found = [[model.leaves[origin, hub, h].value or 0.0 for hub in flows.sites] for h in range((steps or 0) + 1)]
    return np.maximum(np.array(found, dtype=np.float64), 0.0)


def _arrivals(first: Values, over: Values, leaves: Values) -> dict[int, Arrivals]:
    """Return the paths of one origin's freight by the hub where they end, with their shares.

    Parameters
    ----------
    first
        Collected at each hub, shape (sites,).
    over, leaves
        Sent from hub to hub as the h-th link, shape (steps, sites, sites), and handed out after h links, shape
        (steps + 1, sites); or where links are not counted both with one step, which freight takes any number of times.
    """
    left, sent = leaves.copy(), over.copy()
    is_counted = len(leaves) > 1
    found: dict[int, Arrivals] = {}
    for start in np.flatnonzero(first > NEGLIGIBLE_SHARE).tolist():
        rest = float(first[start])
        while rest > NEGLIGIBLE_SHARE:
            path, share = _next_path(start, sent, left, is_counted=is_counted)
            share = min(share, rest)
            if share <= NEGLIGIBLE_SHARE:
                break
            _take(path, share, sent, is_counted=is_counted)
            left[len(path) - 1 if is_counted else 0, path[-1]] -= share
            rest -= share
            found.setdefault(path[-1], []).append((path, share))
    return found


def _next_path(start: int, sent: Values, left: Values, *, is_counted: bool) -> tuple[Path, float]:
    """Return a path along which freight is sent until a hub hands some out, and how much may take it.

    A circle, which costs nothing, is taken out of ``sent`` where one is met.
    """
    path, share, step = [start], np.inf, 0
    while left[step, path[-1]] <= NEGLIGIBLE_SHARE:
        onward = sent[step, path[-1]] if step < len(sent) else np.zeros(left.shape[1])
        there = int(onward.argmax())
        if onward[there] <= NEGLIGIBLE_SHARE:
            return tuple(path), 0.0
        if there in path and not is_counted:
            circle = (*path[path.index(there) :], there)
            _take(circle, min(float(sent[0, a, b]) for a, b in pairwise(circle)), sent, is_counted=False)
            return _next_path(start, sent, left, is_counted=is_counted)
        share = min(share, float(onward[there]))
        path.append(there)
        step += is_counted
    return tuple(path), min(share, float(left[step, path[-1]]))


def _take(path: Path, share: float, sent: Values, *, is_counted: bool) -> None:
    for step, (a, b) in enumerate(pairwise(path)):
        sent[step if is_counted else 0, a, b] -= share


def _plan(
    instance: Instance,
    open_hubs: tuple[str, ...],
    links: tuple[tuple[str, str], ...],
    shares: dict[tuple[int, int], list[tuple[Path, float]]],
) -> Plan:
    commodities = instance.commodities
    rows: list[tuple[int, Path, float]] = []
    ends = zip(commodities.origin.tolist(), commodities.destination.tolist(), strict=True)
    for r, pair in enumerate(ends):
        of_path: dict[Path, float] = {}
        for path, share in shares.get(pair, ()):
            of_path[path] = of_path.get(path, 0.0) + share
        whole = sum(of_path.values())
        kept = {path: share / whole for path, share in of_path.items() if share > NEGLIGIBLE_SHARE * whole}
        scale = commodities.volume[r] / sum(kept.values())
        rows += [(r, path, share * scale) for path, share in sorted(kept.items())]
    return Plan(
        open_hubs=open_hubs,
        open_lanes=(),
        commodity=np.array([r for r, _, _ in rows], dtype=np.intp),
        first_hub=np.array([path[0] for _, path, _ in rows], dtype=np.intp),
        last_hub=np.array([path[-1] for _, path, _ in rows], dtype=np.intp),
        volume=np.array([volume for _, _, volume in rows]),
        links=links,
        between=tuple(path[1:-1] for _, path, _ in rows),
    )
