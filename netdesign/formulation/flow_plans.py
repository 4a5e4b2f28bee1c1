"""Routes of a plan from the flows of a flow form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from netdesign.formulation.flows import is_present
from netdesign.plan import NEGLIGIBLE_SHARE, Shares, plan_from_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from netdesign.formulation.flows import FlowData
    from netdesign.instance import Instance
    from netdesign.plan import Plan

    Variables = NDArray[np.object_]
    Values = NDArray[np.float64]


def read_flow_plan(
    model: Any,
    instance: Instance,
    flows: FlowData,
    collected: Variables,
    transferred: Variables,
    distributed: Variables,
) -> Plan:
    """Return the plan of a flow form that holds a solution.

    Freight of one origin at a last hub is assigned to first hubs in the order of sites; every assignment costs the
    same.

    Parameters
    ----------
    collected, transferred, distributed
        Variables, shapes (origins, sites), (origins, sites, sites), (origins, sites, nodes).
    """
    open_hubs = tuple(k for k in model.SITES if model.hub_open[k].value > 0.5)
    first, between, last = (values_of(variables) for variables in (collected, transferred, distributed))
    shares: dict[tuple[int, int], list[tuple[int, int, float]]] = {}
    for i, origin in enumerate(flows.origins.tolist()):
        volume = flows.volume[i].sum()
        over = _direct(first[i] * volume, between[i] * volume)
        for k, m, j, tonnes in _matched(over, last[i] * flows.volume[i]):
            shares.setdefault((origin, j), []).append((k, m, tonnes / flows.volume[i, j]))
    return _plan(instance, flows, open_hubs, shares)


def values_of(variables: Variables) -> Values:
    """Return the values of an array of variables, 0 where there is none; none is below 0."""
    values = np.zeros(variables.shape)
    present = is_present(variables)
    values[present] = [variable.value or 0.0 for variable in variables[present]]
    return np.maximum(values, 0.0)


def _direct(first: Values, between: Values) -> Values:
    """Return the freight of one origin by first and last hub, shape (sites, sites), t/year.

    A hub may send on more than it collected only where the detour costs no more; what came and goes on then goes
    straight from where it came from.
    """
    over = between.copy()
    np.fill_diagonal(over, 0.0)
    negligible = NEGLIGIBLE_SHARE * first.sum()
    for hub in range(len(over)):
        left = over[hub].sum() - first[hub]
        if left <= negligible:
            continue
        for start in np.flatnonzero(over[:, hub]):
            for end in np.flatnonzero(over[hub]):
                moved = min(left, over[start, hub], over[hub, end])
                over[start, hub] -= moved
                over[hub, end] -= moved
                over[start, end] += moved if start != end else 0.0
                left -= moved
    np.fill_diagonal(over, np.maximum(first - over.sum(axis=1), 0.0))
    return over


def _matched(over: Values, last: Values) -> Iterator[tuple[int, int, int, float]]:
    """Yield (first hub, last hub, destination, t/year): arrivals at each last hub against what leaves it, in order."""
    for m in range(len(over)):
        arrivals = [(int(k), float(over[k, m])) for k in np.flatnonzero(over[:, m])]
        for k, j, tonnes in matched_in_order(arrivals, last[m]):
            yield k, m, j, tonnes


Arrival = TypeVar("Arrival")


def matched_in_order(arrivals: Iterable[tuple[Arrival, float]], due: Values) -> Iterator[tuple[Arrival, int, float]]:
    """Yield (arrival, destination, amount) for what arrives at a hub against what it hands out, both in order.

    Parameters
    ----------
    arrivals
        What arrives and how much; the last comes first.
    due
        Handed out for each destination, shape (nodes,).
    """
    waiting = [*arrivals]
    for j in np.flatnonzero(due).tolist():
        rest = float(due[j])
        while rest > 0 and waiting:
            arrival, there = waiting[-1]
            # The last arrival takes what rounding leaves over.
            moved = rest if len(waiting) == 1 else min(rest, there)
            yield arrival, j, moved
            rest -= moved
            waiting[-1] = (arrival, there - moved)
            if there <= moved and len(waiting) > 1:
                waiting.pop()


def _plan(
    instance: Instance,
    flows: FlowData,
    open_hubs: tuple[str, ...],
    shares: dict[tuple[int, int], list[tuple[int, int, float]]],
) -> Plan:
    commodities = instance.commodities
    site = [instance.site_position[name] for name in flows.sites]
    ends = zip(commodities.origin.tolist(), commodities.destination.tolist(), strict=True)
    rows = [(r, site[k], site[m], share) for r, pair in enumerate(ends) for k, m, share in shares.get(pair, ())]
    commodity, first_hub, last_hub, share = (np.array(column) for column in zip(*rows, strict=True))
    lanes: tuple[tuple[str, str], ...] = ()
    return plan_from_shares(open_hubs, lanes, Shares(commodity, first_hub, last_hub, share), commodities.volume)
