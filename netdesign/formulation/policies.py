"""Policies on freight in a path form: rows over routes of the registered policies in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.lanes import add_air_lanes
from netdesign.formulation.routes import share_variables
from netdesign.instance.policies import FREIGHT, Policy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies import RouteRow
    from netdesign.network import CandidateRoutes


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
