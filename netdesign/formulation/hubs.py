"""Hub choice: binary variables of the sites, the number of hubs, and policies on hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.instance import Instance


def weighted_sum(weights: Iterable[float], variables: Iterable[Any]) -> Any:
    """Return a linear expression; faster than adding its terms one by one."""
    return LinearExpression(constant=0, linear_coefs=list(weights), linear_vars=list(variables))


def total(variables: Iterable[Any]) -> Any:
    """Return the sum of variables."""
    listed = list(variables)
    return weighted_sum([1.0] * len(listed), listed)


def add_hub_choice(model: Any, instance: Instance) -> None:
    """Add ``SITES``, ``hub_open`` and the policies on hubs alone.

    Sites that may not open are left out; bounds fix the sites that must open (design, section 3, (4)).
    """
    model.SITES = pyo.Set(initialize=instance.allowed, doc="sites that may open")
    model.hub_open = pyo.Var(model.SITES, domain=pyo.Binary, doc="y_k")
    for site in sorted(instance.required):
        model.hub_open[site].setlb(1)
    _add_hub_count(model, instance)
    _add_centre_count(model, instance)
    _add_exclusive_groups(model, instance)
    _add_fixed_cost_cap(model, instance)


def fixed_cost(model: Any, instance: Instance) -> Any:
    """Return the yearly fixed cost of the open hubs, EUR/year."""
    cost = {site.id: site.fixed_cost for site in instance.sites}
    return weighted_sum([cost[k] for k in model.SITES], model.hub_open.values())


def _add_hub_count(model: Any, instance: Instance) -> None:
    least, most = instance.hub_range
    is_centre = [k in instance.centres for k in model.SITES]
    hubs = total(y for y, centre in zip(model.hub_open.values(), is_centre, strict=True) if not centre)
    model.hub_count = pyo.Constraint(expr=(least, hubs, most))


def _add_centre_count(model: Any, instance: Instance) -> None:
    centres = [k for k in model.SITES if k in instance.centres]
    if not centres:
        return
    least, most = instance.centre_range
    model.centre_count = pyo.Constraint(expr=(least, total(model.hub_open[k] for k in centres), most))


def _add_exclusive_groups(model: Any, instance: Instance) -> None:
    allowed = set(instance.allowed)
    # By position, because two groups may have one name; each site once, as a site named twice could never open.
    groups = [[k for k in dict.fromkeys(group.sites) if k in allowed] for group in instance.policies.exclusive]
    model.EXCLUSIVE_GROUPS = pyo.Set(initialize=[group for group, sites in enumerate(groups) if len(sites) > 1])

    @model.Constraint(model.EXCLUSIVE_GROUPS)
    def at_most_one_of_group(model: Any, group: int) -> Any:
        return total(model.hub_open[k] for k in groups[group]) <= 1


def _add_fixed_cost_cap(model: Any, instance: Instance) -> None:
    cap = instance.policies.fixed_cost_cap_eur_per_year
    new = [site for site in instance.sites if site.id in model.SITES and site.id not in instance.existing]
    if cap is None or not new:
        return
    # In units of the cap, so that the row is of the order of one.
    unit = max(cap, 1.0)
    spent = weighted_sum([site.fixed_cost / unit for site in new], [model.hub_open[site.id] for site in new])
    model.new_hubs_within_fixed_cost_cap = pyo.Constraint(expr=spent <= cap / unit)
