"""Route choice of the path forms: shares of each commodity on routes over one or two open hubs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.plan import Shares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes


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
