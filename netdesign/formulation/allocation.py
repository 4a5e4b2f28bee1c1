"""Single allocation on top of a path form: one hub for all freight of a city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.routes import runs, share_variables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes

Allocated = dict[tuple[int, int], Any]
"""a_ik by positions of city and site; of a city that is the site, y_k itself."""


def add_single_allocation(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Add ``allocated`` and the rows that bind the routes of a city's freight to it (Skorin-Kapov et al. 1996).

    All routes have to be candidates: with one hub a city, a dearer route can be the only one left.

    Parameters
    ----------
    model
        With ``hub_open`` and ``route_share``.
    instance, routes
        The problem and its routes.
    """
    commodities = instance.commodities
    ends = {
        "from": (commodities.origin, routes.first_hub),
        "to": (commodities.destination, routes.last_hub),
    }
    cities = sorted({int(i) for end, _ in ends.values() for i in end if not instance.is_overseas[i]})
    allocated = _allocated(model, instance, cities)
    nodes, sites = instance.nodes, instance.sites

    of_city = {nodes[i].id: [variable for (city, _), variable in allocated.items() if city == i] for i in cities}

    @model.Constraint(list(of_city))
    def each_city_has_one_hub(_: Any, i: str) -> Any:
        return total(of_city[i]) == 1

    rows = {
        (way, r, sites[k].id): (members, allocated[int(end[r]), k])
        for way, (end, hub) in ends.items()
        for r, k, members in _by_hub(routes.commodity, hub, len(sites))
        if not instance.is_overseas[end[r]]
    }
    variables = share_variables(model)

    # At most, and no row over a hub without a route: both sides add up to one over the hubs, so they are equal. Stated
    # as equations HiGHS 1.15 aggregates some of them wrongly and calls feasible models infeasible.
    @model.Constraint(list(rows))
    def routes_follow_allocation(_: Any, way: str, r: int, k: str) -> Any:
        members, chosen = rows[way, r, k]
        return weighted_sum([*[1.0] * len(members), -1.0], [*variables[members], chosen]) <= 0


def _allocated(model: Any, instance: Instance, cities: list[int]) -> Allocated:
    """Add the variables; over two hubs a city that is an open hub is its own, over one it need not be."""
    is_own = instance.problem.route_hubs == 2
    position = instance.site_position
    pairs = {(i, position[k]): (instance.nodes[i].id, k) for i in cities for k in model.SITES}
    own = {pair for pair in pairs if is_own and instance.sites[pair[1]].node == pair[0]}
    index = [names for pair, names in pairs.items() if pair not in own]
    model.allocated = pyo.Var(index, domain=pyo.Binary, doc="a_ik")

    @model.Constraint(index)
    def allocated_to_open_hub(model: Any, i: str, k: str) -> Any:
        return model.allocated[i, k] <= model.hub_open[k]

    return {pair: model.hub_open[k] if pair in own else model.allocated[i, k] for pair, (i, k) in pairs.items()}


def _by_hub(commodity: NDArray[np.intp], hub: NDArray[np.intp], sites: int) -> list[tuple[int, int, NDArray[np.intp]]]:
    """Return (commodity, hub, positions of the commodity's routes over the hub at that end)."""
    key = commodity * sites + hub
    order = np.argsort(key, kind="stable")
    return [(value // sites, value % sites, order[start:end]) for value, start, end in runs(key[order])]
