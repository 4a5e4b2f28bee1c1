"""Choice of hub links in a path form, where a route passes one of them at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.formulation.hub_links import add_hub_links
from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.routes import share_variables

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.parts import HubLink
    from netdesign.network import CandidateRoutes

    LinkRoutes = tuple[NDArray[np.intp], NDArray[np.intp]]


def add_route_links(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Add the choice of hub links with its policies, routes over chosen ones only, and what links carry at most.

    Parameters
    ----------
    model
        With ``hub_open`` and ``route_share``.
    instance, routes
        The problem, whose routes pass one hub link at most, and the candidates: none over a link that is not permitted.
    """
    add_hub_links(model, instance)
    of_link = {link.ends: _routes_over(instance, routes, link) for link in instance.permitted_links}
    _add_route_only_over_chosen_link(model, routes, of_link)
    _add_within_link_capacity(model, instance, routes, of_link)


def add_departures_only_on_chosen_link(model: Any, instance: Instance) -> None:
    """Add that a leg between hubs has departures only where its link is chosen; ``add_services`` came before."""
    names, at = [site.id for site in instance.sites], {}
    for name, service in model.leg_services.items():
        way = service.ways[0]
        if way.legs == "inter_hub" and model.choices_of[name]:
            start, end = names[way.row], names[way.column]
            at[name] = (start, end) if (start, end) in model.LINKS else (end, start)

    @model.Constraint(list(at))
    def departures_only_on_chosen_link(model: Any, name: str) -> Any:
        chosen = [model.service[place] for place in model.choices_of[name]]
        return weighted_sum([*[1.0] * len(chosen), -1.0], [*chosen, model.link_open[at[name]]]) <= 0


def chosen_links(model: Any) -> tuple[tuple[str, str], ...]:
    """Read the chosen links from a model that holds a solution; none where it chooses none."""
    if not hasattr(model, "link_open"):
        return ()
    return tuple(link for link in model.LINKS if (model.link_open[link].value or 0.0) > 0.5)


def _routes_over(instance: Instance, routes: CandidateRoutes, link: HubLink) -> LinkRoutes:
    """Return the positions of the routes over a link, of each way."""
    start, end = (instance.site_position[name] for name in link.ends)
    there = (routes.first_hub == start) & (routes.last_hub == end)
    back = (routes.first_hub == end) & (routes.last_hub == start)
    return np.flatnonzero(there), np.flatnonzero(back)


def _add_route_only_over_chosen_link(
    model: Any, routes: CandidateRoutes, of_link: dict[tuple[str, str], LinkRoutes]
) -> None:
    variables = share_variables(model)
    rows: dict[tuple[int, str, str], list[Any]] = {}
    for ends, ways in of_link.items():
        for route in np.concatenate(ways).tolist():
            rows.setdefault((int(routes.commodity[route]), *ends), []).append(variables[route])

    # Both ways together, as all routes of a commodity are one.
    @model.Constraint(list(rows))
    def route_only_over_chosen_link(model: Any, r: int, k: str, m: str) -> Any:
        return total(rows[r, k, m]) - model.link_open[k, m] <= 0


def _add_within_link_capacity(
    model: Any, instance: Instance, routes: CandidateRoutes, of_link: dict[tuple[str, str], LinkRoutes]
) -> None:
    variables, volume = share_variables(model), instance.commodities.volume[routes.commodity]
    limited = {link.ends: link.capacity for link in instance.permitted_links if np.isfinite(link.capacity)}
    rows = {(*ends, way): of_link[ends][way] for ends in limited for way in (0, 1) if len(of_link[ends][way])}

    @model.Constraint(list(rows))
    def within_link_capacity(model: Any, k: str, m: str, way: int) -> Any:
        members, most = rows[k, m, way], limited[k, m]
        # In units of the capacity, so that the row is of the order of one.
        unit = most or 1.0
        weights = [*(volume[members] / unit).tolist(), -most / unit]
        return weighted_sum(weights, [*variables[members], model.link_open[k, m]]) <= 0
