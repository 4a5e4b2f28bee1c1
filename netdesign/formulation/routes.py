"""Route choice of the path forms: shares of each commodity on routes over open hubs, and one hub for each city."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.instance.blocks import Allocation
from netdesign.plan import Shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes

Way = Literal["from", "to"]
"""Freight that starts in a city, or ends there."""

Allocated = dict[tuple[int, int], Any]
"""a_ik by positions of city and site; of a city that is the site, y_k itself."""


def add_route_choice(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Add ``ROUTES``, ``route_share`` and constraints (2) and (3) of the path form.

    Parameters
    ----------
    model
        With ``hub_open``.
    instance, routes
        The candidate routes; those past a hard deadline are not among them.
    """
    names = np.array([site.id for site in instance.sites], dtype=object)
    index = zip(routes.commodity.tolist(), names[routes.first_hub], names[routes.last_hub], strict=True)
    model.ROUTES = pyo.Set(dimen=3, initialize=list(index), doc="(r, k, m)")
    model.route_share = pyo.Var(model.ROUTES, bounds=(0, None), doc="x_rkm")
    _add_each_commodity_routed_once(model, routes)
    _add_route_only_over_open_hubs(model, instance, routes)


def share_variables(model: Any) -> NDArray[np.object_]:
    """Return the share variables in the order of the candidate routes, for picking by position."""
    return np.array(list(model.route_share.values()), dtype=object)


def transport_cost(model: Any, instance: Instance, routes: CandidateRoutes) -> Any:
    """Return the cost of carrying everything, EUR/year: sum of w_r F_rkm x_rkm."""
    cost = instance.commodities.volume[routes.commodity] * routes.cost
    return weighted_sum(cost.tolist(), model.route_share.values())


def read_shares(model: Any, routes: CandidateRoutes) -> Shares:
    """Read the shares from a model that holds a solution."""
    share = np.array([variable.value or 0.0 for variable in model.route_share.values()])
    return Shares(routes.commodity, routes.first_hub, routes.last_hub, share)


def _add_each_commodity_routed_once(model: Any, routes: CandidateRoutes) -> None:  # (2)
    variables = share_variables(model)
    rows = {r: variables[start:end] for r, start, end in runs(routes.commodity)}
    model.COMMODITIES = pyo.Set(initialize=list(rows))

    @model.Constraint(model.COMMODITIES)
    def each_commodity_routed_once(_: Any, r: int) -> Any:
        return total(rows[r]) == 1


def _add_route_only_over_open_hubs(model: Any, instance: Instance, routes: CandidateRoutes) -> None:  # (3)
    variables = share_variables(model)
    rows: dict[tuple[int, str], NDArray[np.object_]] = {}
    for r, k, members in routes_by_hub(routes, len(instance.sites)):
        site = instance.sites[k].id
        # A hub that must be open needs no row: (2) already keeps the shares within one.
        if site not in instance.required:
            rows[r, site] = variables[members]
    model.COMMODITY_HUBS = pyo.Set(dimen=2, initialize=list(rows))

    @model.Constraint(model.COMMODITY_HUBS)
    def route_only_over_open_hubs(model: Any, r: int, k: str) -> Any:
        return weighted_sum([*[1.0] * len(rows[r, k]), -1.0], [*rows[r, k], model.hub_open[k]]) <= 0


def routes_by_hub(routes: CandidateRoutes, sites: int) -> Iterator[tuple[int, int, NDArray[np.intp]]]:
    """Yield (commodity, hub, positions of the routes that pass the hub), a route over two hubs under both."""
    positions = np.arange(len(routes))
    second = routes.first_hub != routes.last_hub
    position = np.concatenate((positions, positions[second]))
    hub = np.concatenate((routes.first_hub, routes.last_hub[second]))
    key = routes.commodity[position] * sites + hub
    order = np.argsort(key, kind="stable")
    for value, start, end in runs(key[order]):
        yield value // sites, value % sites, position[order[start:end]]


def runs(values: NDArray[np.intp]) -> Iterator[tuple[int, int, int]]:
    """Yield (value, start, end) of each run of equal values."""
    edges = np.flatnonzero(np.diff(values, prepend=values[:1] - 1, append=values[-1:] + 1))
    for start, end in itertools.pairwise(edges.tolist()):
        yield int(values[start]), start, end


def add_single_allocation(model: Any, instance: Instance, routes: CandidateRoutes) -> dict[Way, Allocated]:
    """Add ``allocated`` and the rows that bind the routes of a city's freight to it (Skorin-Kapov et al. 1996).

    Under ``single_each_way`` there is one in each of the blocks ``sent`` and ``received``. All routes have to be
    candidates: with one hub a city, a dearer route can be the only one left.

    Parameters
    ----------
    model
        With ``hub_open`` and ``route_share``.
    instance, routes
        The problem and its routes.
    """
    commodities, sites = instance.commodities, instance.sites
    ends: dict[Way, tuple[NDArray[np.intp], NDArray[np.intp]]] = {
        "from": (commodities.origin, routes.first_hub),
        "to": (commodities.destination, routes.last_hub),
    }
    allocated = _allocations(model, instance, {way: end for way, (end, _) in ends.items()})
    rows = {
        (way, r, sites[k].id): (members, allocated[way][int(end[r]), k])
        for way, (end, hub) in ends.items()
        for r, k, members in _by_hub(routes.commodity, hub, len(sites))
        if not instance.is_overseas[end[r]]
    }
    variables = share_variables(model)

    # At most, and no row over a hub without a route: both sides add up to one over the hubs, so they are equal. Stated
    # as equations HiGHS 1.15 aggregates some of them wrongly and calls feasible models infeasible.
    @model.Constraint(list(rows))
    def routes_follow_allocation(_: Any, way: Way, r: int, k: str) -> Any:
        members, chosen = rows[way, r, k]
        return weighted_sum([*[1.0] * len(members), -1.0], [*variables[members], chosen]) <= 0

    return allocated


def _allocations(model: Any, instance: Instance, ends: dict[Way, NDArray[np.intp]]) -> dict[Way, Allocated]:
    """Add the variables for both ways together, or for each."""
    cities = {way: {int(i) for i in end if not instance.is_overseas[i]} for way, end in ends.items()}
    sites = list(model.SITES)
    # A sorting centre hands out and collects nothing.
    hubs = [k for k in sites if k not in instance.centres]
    if instance.problem.allocation is Allocation.SINGLE:
        return dict.fromkeys(ends, _allocated(model, model, instance, sorted(cities["from"] | cities["to"]), hubs))
    model.sent, model.received = pyo.Block(), pyo.Block()
    return {
        "from": _allocated(model.sent, model, instance, sorted(cities["from"]), hubs),
        "to": _allocated(model.received, model, instance, sorted(cities["to"]), sites),
    }


def _allocated(block: Any, model: Any, instance: Instance, cities: list[int], sites: list[str]) -> Allocated:
    """Add the variables of cities; over two hubs a city that is an open hub is its own, over one it need not be."""
    is_own = instance.problem.route_hubs == 2
    nodes, position = instance.nodes, instance.site_position
    pairs = {(i, position[k]): (nodes[i].id, k) for i in cities for k in sites}
    own = {pair for pair in pairs if is_own and instance.sites[pair[1]].node == pair[0]}
    index = [names for pair, names in pairs.items() if pair not in own]
    block.allocated = pyo.Var(index, domain=pyo.Binary, doc="a_ik")

    @block.Constraint(index)
    def allocated_to_open_hub(block: Any, i: str, k: str) -> Any:
        return block.allocated[i, k] <= model.hub_open[k]

    found = {pair: model.hub_open[k] if pair in own else block.allocated[i, k] for pair, (i, k) in pairs.items()}
    of_city = {nodes[i].id: [variable for (city, _), variable in found.items() if city == i] for i in cities}

    @block.Constraint(list(of_city))
    def each_city_has_one_hub(_: Any, i: str) -> Any:
        return total(of_city[i]) == 1

    return found


def _by_hub(commodity: NDArray[np.intp], hub: NDArray[np.intp], sites: int) -> list[tuple[int, int, NDArray[np.intp]]]:
    """Return (commodity, hub, positions of the commodity's routes over the hub at that end)."""
    key = commodity * sites + hub
    order = np.argsort(key, kind="stable")
    return [(value // sites, value % sites, order[start:end]) for value, start, end in runs(key[order])]
