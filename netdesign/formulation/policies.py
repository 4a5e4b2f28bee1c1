"""Policies on freight: capacity, minimum throughput, service. Each group is there if the instance says so.

All rows are scaled to the order of one: volumes are divided by the figure on the other side of the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.routes import share_variables
from netdesign.instance.checks import counted_volume, minimum_tonnes
from netdesign.instance.policies import CapacityCounts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import CandidateRoutes


def add_capacity(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """``handled_k <= q_k y_k``, or ``collected_k <= q_k y_k``, as ``capacity.counts`` says."""
    policy = instance.policies.capacity
    if policy is None:
        return
    counts_last = policy.counts is CapacityCounts.HANDLED
    variables = share_variables(model)
    volume = instance.commodities.volume[routes.commodity]
    limited = [k for k, site in enumerate(instance.sites) if site.id in model.SITES and np.isfinite(site.capacity)]
    rows = {
        instance.sites[k].id: np.flatnonzero((routes.first_hub == k) | (counts_last & (routes.last_hub == k)))
        for k in limited
    }
    capacity = {instance.sites[k].id: instance.sites[k].capacity for k in limited}
    model.LIMITED_HUBS = pyo.Set(initialize=list(rows))

    @model.Constraint(model.LIMITED_HUBS)
    def within_capacity(model: Any, k: str) -> Any:
        unit = capacity[k] or 1.0
        weights = [*(volume[rows[k]] / unit).tolist(), -capacity[k] / unit]
        return weighted_sum(weights, [*variables[rows[k]], model.hub_open[k]]) <= 0


def add_minimum_throughput(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """``entering_k + shortfall_k >= minimum_k y_k``; a shortfall exists only where it has a price."""
    policy = instance.policies.minimum_throughput
    if policy is None:
        return
    variables = share_variables(model)
    volume = counted_volume(instance, policy.counts)[routes.commodity]
    minima = {k: tonnes for k, tonnes in minimum_tonnes(instance).items() if k in model.SITES and tonnes > 0}
    price = {hub.site: hub.shortfall_eur_per_t for hub in policy.hubs}
    position = instance.site_position
    model.MINIMUM_HUBS = pyo.Set(initialize=list(minima))
    model.PRICED_MINIMUM_HUBS = pyo.Set(initialize=[k for k in minima if price[k] is not None])
    # As a share of the minimum, for the sake of scale.
    model.shortfall = pyo.Var(model.PRICED_MINIMUM_HUBS, bounds=(0, 1))

    @model.Constraint(model.MINIMUM_HUBS)
    def entering_at_least_minimum(model: Any, k: str) -> Any:
        rows = np.flatnonzero((routes.first_hub == position[k]) & (volume > 0))
        weights = [*(volume[rows] / minima[k]).tolist(), -1.0]
        terms = [*variables[rows], model.hub_open[k]]
        if k in model.PRICED_MINIMUM_HUBS:
            weights, terms = [*weights, 1.0], [*terms, model.shortfall[k]]
        return weighted_sum(weights, terms) >= 0

    model.shortfall_cost = weighted_sum(
        [(price[k] or 0.0) * minima[k] for k in model.PRICED_MINIMUM_HUBS], model.shortfall.values()
    )


def shortfall_cost(model: Any) -> Any:
    """Return the price of all shortfalls, EUR/year; nothing where there are none."""
    return getattr(model, "shortfall_cost", 0.0)


def add_service(model: Any, instance: Instance, routes: CandidateRoutes) -> None:
    """Volume inside its deadline is at least a share of the volume that has one, in all or by country."""
    policy = instance.policies.service
    if policy is None:
        return
    promised = np.where(np.isfinite(instance.deadline_h), instance.commodities.volume, 0.0)
    asked: dict[str, tuple[float, NDArray[np.float64]]] = {}
    if policy.share is not None:
        asked["all"] = policy.share, promised
    for country, share in policy.by_country.items():
        asked[f"in {country}"] = share, np.where(instance.european_country == country, promised, 0.0)
    asked = {name: (share, volume) for name, (share, volume) in asked.items() if volume.sum() > 0}
    variables = share_variables(model)
    model.PROMISES = pyo.Set(initialize=list(asked))

    @model.Constraint(model.PROMISES)
    def enough_inside_deadline(_: Any, name: str) -> Any:
        share, volume = asked[name]
        # Stated by what is late: where nothing can be inside, the row is not empty, which Pyomo refuses to compile.
        late = np.flatnonzero(routes.is_late & (volume[routes.commodity] > 0))
        weights = volume[routes.commodity[late]] / volume.sum()
        return weighted_sum(weights.tolist(), variables[late]) <= 1.0 - share
