"""Common part of all path forms: hubs, routes and rows of policies without an objective, and reading a plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import add_hub_choice, weighted_sum
from netdesign.formulation.protocol import MOST_VARIABLES, check_size
from netdesign.formulation.route_links import add_route_links, chosen_links
from netdesign.formulation.routes import add_route_choice, read_shares, runs, share_variables
from netdesign.instance.policies import FREIGHT, Counted, Policy
from netdesign.network import candidate_routes, number_of_candidates
from netdesign.plan import plan_from_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies import RouteRow
    from netdesign.network import CandidateRoutes, Network
    from netdesign.plan import Plan, Shares

Lane = tuple[str, str]
"""Overseas airport and hub."""

_CERTAINLY = 1.3
"""Part of the largest number of variables over which a number that is estimated is refused."""

_ROUNDING = 1e-9
"""Relative amount by which a volume may fall short of minima that it just has."""

LaneRoutes = dict[tuple[int, Lane], "NDArray[np.intp]"]
"""Positions of the routes of a commodity that take a lane in one direction."""


def add_air_lanes(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Add ``lane_open`` and its rows, where the policy is in force.

    ``v_gk <= y_k``; for each commodity the share over g-k is at most ``v_gk``; the volume over g-k is at least
    ``minimum v_gk``.
    """
    policy = instance.policies.air_lane
    if policy is None:
        return
    commodities = instance.commodities
    inbound = _lane_routes(instance, routes, commodities.origin, routes.first_hub)
    outbound = _lane_routes(instance, routes, commodities.destination, routes.last_hub)
    lanes = sorted({lane for _, lane in (*inbound, *outbound)})
    model.LANES = pyo.Set(dimen=2, initialize=lanes, doc="(g, k)")
    model.lane_open = pyo.Var(model.LANES, domain=pyo.Binary, doc="v_gk")
    _add_lane_needs_hub(model)
    _add_route_only_over_open_lanes(model, inbound, outbound)
    counted = {Counted.INBOUND: [inbound], Counted.OUTBOUND: [outbound], Counted.ALL: [inbound, outbound]}
    volume = commodities.volume[routes.commodity]
    _add_lane_minimum(model, counted[policy.counts], volume, policy.tonnes_per_year)


def read_open_lanes(model: Any) -> tuple[Lane, ...]:
    """Read the lanes in service from a model that holds a solution."""
    if not hasattr(model, "lane_open"):
        return ()
    return tuple(lane for lane in model.LANES if (model.lane_open[lane].value or 0.0) > 0.5)


def _lane_routes(
    instance: Instance, routes: CandidateRoutes, ends: NDArray[np.intp], hubs: NDArray[np.intp]
) -> LaneRoutes:
    flown = np.flatnonzero(instance.is_overseas[ends[routes.commodity]])
    sites = len(instance.sites)
    key = routes.commodity[flown] * sites + hubs[flown]
    order = np.argsort(key, kind="stable")
    groups: LaneRoutes = {}
    for value, start, end in runs(key[order]):
        r, k = divmod(value, sites)
        groups[r, (instance.nodes[ends[r]].id, instance.sites[k].id)] = flown[order[start:end]]
    return groups


def _add_lane_needs_hub(model: Any) -> None:
    @model.Constraint(model.LANES)
    def lane_needs_hub(model: Any, g: str, k: str) -> Any:
        return model.lane_open[g, k] <= model.hub_open[k]


def _add_route_only_over_open_lanes(model: Any, inbound: LaneRoutes, outbound: LaneRoutes) -> None:
    variables = share_variables(model)
    rows = {("in", r, *lane): members for (r, lane), members in inbound.items()}
    rows |= {("out", r, *lane): members for (r, lane), members in outbound.items()}
    model.COMMODITY_LANES = pyo.Set(dimen=4, initialize=list(rows))

    @model.Constraint(model.COMMODITY_LANES)
    def route_only_over_open_lanes(model: Any, way: str, r: int, g: str, k: str) -> Any:
        members = variables[rows[way, r, g, k]]
        return weighted_sum([*[1.0] * len(members), -1.0], [*members, model.lane_open[g, k]]) <= 0


def _add_lane_minimum(model: Any, counted: list[LaneRoutes], volume: NDArray[np.float64], minimum: float) -> None:
    if minimum == 0:
        return
    variables = share_variables(model)
    members: dict[Lane, list[NDArray[np.intp]]] = {lane: [] for lane in model.LANES}
    for groups in counted:
        for (_, lane), rows in groups.items():
            members[lane].append(rows)

    @model.Constraint(model.LANES)
    def lane_carries_minimum(model: Any, g: str, k: str) -> Any:
        rows = np.concatenate([*members[g, k], np.empty(0, dtype=np.intp)])
        # In units of the minimum, so that the row is of the order of one.
        weights = [*(volume[rows] / minimum).tolist(), -1.0]
        return weighted_sum(weights, [*variables[rows], model.lane_open[g, k]]) >= 0

    _add_most_lanes(model, counted, volume, minimum)


def _add_most_lanes(model: Any, counted: list[LaneRoutes], volume: NDArray[np.float64], minimum: float) -> None:
    """Add that an airport has no more lanes than its freight has minima.

    It follows for whole lanes only: the linear relaxation would open more of them in part.
    """
    flown = {
        (way, r, g): float(volume[rows[0]]) for way, own in enumerate(counted) for (r, (g, _)), rows in own.items()
    }
    lanes: dict[str, list[Lane]] = {}
    for lane in model.LANES:
        lanes.setdefault(lane[0], []).append(lane)
    freight = dict.fromkeys(lanes, 0.0)
    for (_, _, g), tonnes in flown.items():
        freight[g] += tonnes
    most = {g: math.floor(tonnes / minimum * (1 + _ROUNDING)) for g, tonnes in freight.items()}
    model.FULL_AIRPORTS = pyo.Set(initialize=[g for g, own in lanes.items() if most[g] < len(own)])

    @model.Constraint(model.FULL_AIRPORTS)
    def lanes_with_their_minimum(model: Any, g: str) -> Any:
        return weighted_sum([1.0] * len(lanes[g]), [model.lane_open[lane] for lane in lanes[g]]) <= most[g]


def add_freight_rows(
    model: Any, instance: Instance, routes: CandidateRoutes, left_out: frozenset[str] = frozenset()
) -> None:
    """Add the rows of the policies on freight that are in force; those on hubs alone came with the hubs.

    Parameters
    ----------
    model
        With ``hub_open`` and ``route_share``.
    instance, routes
        The problem and its routes.
    left_out
        Policies that another part of the model states.
    """
    for policy in FREIGHT:
        if policy.NAME in left_out:
            continue
        if policy.NAME == Policy.AIR_LANE:
            add_air_lanes(model, instance, routes)
        else:
            add_rows(model, policy.ROWS, policy.rows(instance, routes), share_variables(model))


def add_rows(model: Any, name: str, rows: list[RouteRow], variables: NDArray[np.object_]) -> None:
    """Add rows of a policy, over variables in the order of the routes."""
    if not rows:
        return
    by_name = {row.name: row for row in rows}
    priced = {row.name: row.relief for row in rows if row.relief is not None}
    if priced:
        # As a share of the limit, for the sake of scale.
        model.shortfall = pyo.Var(list(priced), bounds=(0, 1))
        model.shortfall_cost = weighted_sum(priced.values(), model.shortfall.values())

    def stated(model: Any, key: str) -> Any:
        row = by_name[key]
        weights, terms = row.weights.tolist(), [*variables[row.routes]]
        if row.hub_weight:
            weights, terms = [*weights, row.hub_weight], [*terms, model.hub_open[key]]
        if key in priced:
            weights, terms = [*weights, 1.0], [*terms, model.shortfall[key]]
        expression = weighted_sum(weights, terms)
        return expression <= row.most if row.most < float("inf") else expression >= row.least

    setattr(model, name, pyo.Constraint(list(by_name), rule=stated))


def shortfall_cost(model: Any) -> Any:
    """Return the price of all shortfalls, EUR/year; 0 where there are none."""
    return getattr(model, "shortfall_cost", 0.0)


def start_path_form(instance: Instance, network: Network) -> pyo.ConcreteModel:
    """Return a model with ``hub_open`` and ``route_share``, in which each commodity travels over open hubs.

    Where hub links are chosen, ``link_open`` has them.
    It holds ``instance``, ``network`` and ``routes``, the candidates of route filtering, for objective and plan.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    _check_estimate(instance, network)
    routes = candidate_routes(instance, network)
    check_size(len(routes))
    model = pyo.ConcreteModel(name=instance.name)
    model.instance, model.network, model.routes = instance, network, routes
    add_hub_choice(model, instance)
    add_route_choice(model, instance, routes)
    if instance.chooses_links:
        add_route_links(model, instance, routes)
    return model


def _check_estimate(instance: Instance, network: Network) -> None:
    """Refuse a model that is certainly too large before all its routes are priced, which takes seconds.

    Raises
    ------
    SizeError
        It is.
    """
    if len(instance.commodities) * len(instance.allowed) ** instance.problem.route_hubs > MOST_VARIABLES:
        number = round(number_of_candidates(instance, network), -4)
        if number > _CERTAINLY * MOST_VARIABLES:
            check_size(number, "about ")


def add_freight_policies(model: pyo.ConcreteModel) -> None:
    """Add the groups of the policies on freight that are in force; those on hubs alone came with the hubs."""
    add_freight_rows(model, model.instance, model.routes)


def read_route_plan(model: Any, shares: Shares | None = None) -> Plan:
    """Return the plan that ``hub_open``, ``lane_open`` and ``route_share`` state in a model that holds a solution.

    Parameters
    ----------
    model
        The model.
    shares
        Those of the routes, where they are others than ``route_share`` has.
    """
    open_hubs = tuple(k for k in model.SITES if model.hub_open[k].value > 0.5)
    shares = read_shares(model, model.routes) if shares is None else shares
    plan = plan_from_shares(open_hubs, read_open_lanes(model), shares, model.instance.commodities.volume)
    return plan.over_one_link(chosen_links(model)) if model.instance.chooses_links else plan
