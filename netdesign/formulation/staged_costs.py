"""Objective of a staged model: costs of the years, capital less salvage, and the risk measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hub_links import link_cost
from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.path_form import shortfall_cost
from netdesign.formulation.routes import transport_cost
from netdesign.formulation.services import late_cost, vehicle_cost
from netdesign.formulation.staged_hubs import contract_cost, overflow_cost
from netdesign.formulation.staged_links import capital_of_links
from netdesign.formulation.staged_policies import yearly_cost
from netdesign.instance.stages import RiskMeasure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance


def cost_of_year(model: Any, v: int) -> Any:
    """Return the cost of the year of a node without capital, EUR of that year; at least 0."""
    block = model.years[v]
    freight = transport_cost(block, block.instance, block.routes) + shortfall_cost(block)
    if hasattr(block, "served"):
        freight += late_cost(block, block.instance, block.served) + vehicle_cost(block)
    if block.instance.chooses_links:
        freight += link_cost(block, block.instance)
    return (
        weighted_sum(*yearly_cost(model, v, block.SITES)) + freight + contract_cost(model, v) + overflow_cost(model, v)
    )


def cost_of_decisions(model: Any, v: int) -> Any:
    """Return the cost of orders and closings at a node, EUR of the first year, less the annuities after the horizon.

    The capital of a module is the present value of its annuities. Years of use up to the horizon bear their annuities.
    Giving a module up saves the annuities that are left up to the horizon; later ones are never borne. A link is worth
    nothing at the horizon.
    """
    staged: StagedInstance = model.staged
    block, node = model.years[v], staged.nodes[v]
    site, names = staged.base.site_position, list(model.NODES)
    column = {module.id: position for position, module in enumerate(staged.modules)}
    weights: list[float] = []
    for k, s in block.module_ordered:
        borne = staged.used_share(staged.modules[column[s]], node.year) * staged.discount(node.year)
        weights.append(float(node.prices.capital[site[k], column[s]]) * borne)
    terms = list(block.module_ordered.values())
    for (name, k, s), variable in getattr(block, "given_up", {}).items():
        weights.append(staged.given_up_cost(names.index(name), v, site[k], column[s]))
        terms.append(variable)
    of_links, links = capital_of_links(model, v)
    weights += [eur * staged.discount(node.year) for eur in of_links]
    return weighted_sum(weights, [*terms, *links])


def risk_cost(model: Any, least_costs: NDArray[np.float64] | None) -> Any:
    """Return the objective, EUR of the first year; add the variables of measures other than the mean.

    Parameters
    ----------
    model
        With all decisions.
    least_costs
        Least cost of each path under perfect information, EUR, shape (leaves,); for regret.
    """
    staged: StagedInstance = model.staged
    measure = staged.stages.risk.measure
    if measure is RiskMeasure.EXPECTED:
        return _expected(model)
    probability = [staged.nodes[leaf].probability for leaf in staged.leaves]
    if measure is RiskMeasure.CVAR:
        unit = _add_costs_of_years(model)
        left_out = staged.stages.risk.level
        _add_tail(model, unit)
        weights = [unit, *(unit * p / (1.0 - left_out) for p in probability)]
        return weighted_sum(weights, [model.tail_start, *model.tail_excess.values()])
    if least_costs is None:
        message = "regret needs the cost of each path when it is known"
        raise ValueError(message)
    unit = _add_costs_of_years(model)
    _add_worst(model, unit, least_costs)
    return unit * model.worst - float(least_costs.max())


def _expected(model: Any) -> Any:
    staged: StagedInstance = model.staged
    # Summed from the leaves, as in the referee: stated probabilities may be rounded.
    probability = np.zeros(len(staged.nodes))
    for leaf in staged.leaves:
        probability[list(staged.path_to(leaf))] += staged.nodes[leaf].probability
    return sum(
        float(probability[v]) * (staged.discount(node.year) * cost_of_year(model, v) + cost_of_decisions(model, v))
        for v, node in enumerate(staged.nodes)
    )


def _add_costs_of_years(model: Any) -> float:
    """Add ``year_cost``, discounted costs of the years in a unit of the order of one route; return the unit, EUR.

    Paths share years: a variable for each year keeps the row of a path short.
    """
    staged: StagedInstance = model.staged
    freight = [block.instance.commodities.volume[block.routes.commodity] * block.routes.cost for block in model.years]
    spent = np.concatenate(freight)
    spent = spent[spent > 0]
    unit = float(2.0 ** np.floor(np.log2(np.median(spent)))) if len(spent) else 1.0
    model.year_cost = pyo.Var(model.NODES, bounds=(0, None), doc="in units of the model")
    position = {name: v for v, name in enumerate(model.NODES)}

    @model.Constraint(model.NODES)
    def year_costs_so_much(model: Any, name: str) -> Any:
        v = position[name]
        return staged.discount(staged.nodes[v].year) / unit * cost_of_year(model, v) - model.year_cost[name] <= 0

    return unit


def _path_cost(model: Any, leaf: int, unit: float) -> Any:
    names = list(model.NODES)
    path = model.staged.path_to(leaf)
    return sum(model.year_cost[names[v]] for v in path) + sum(cost_of_decisions(model, v) / unit for v in path)


def _add_tail(model: Any, unit: float) -> None:
    """Add the excess of each path over the value at risk, a variable too (Rockafellar and Uryasev 2000)."""
    leaves = {model.years[leaf].index(): leaf for leaf in model.staged.leaves}
    # No path costs less than 0, so the value at risk is at least 0.
    model.tail_start = pyo.Var(bounds=(0, None))
    model.tail_excess = pyo.Var(list(leaves), bounds=(0, None))

    @model.Constraint(list(leaves))
    def excess_of_path(model: Any, name: str) -> Any:
        return _path_cost(model, leaves[name], unit) - model.tail_start - model.tail_excess[name] <= 0


def _add_worst(model: Any, unit: float, least_costs: NDArray[np.float64]) -> None:
    """Add the largest regret, with the largest of the least costs added so that it is not under 0."""
    staged: StagedInstance = model.staged
    above = {
        model.years[leaf].index(): float(least_costs.max() - cost)
        for leaf, cost in zip(staged.leaves, least_costs, strict=True)
    }
    leaves = {model.years[leaf].index(): leaf for leaf in staged.leaves}
    model.worst = pyo.Var(bounds=(0, None))

    @model.Constraint(list(leaves))
    def regret_of_path(model: Any, name: str) -> Any:
        return _path_cost(model, leaves[name], unit) - model.worst <= -above[name] / unit
