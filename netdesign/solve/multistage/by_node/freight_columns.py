"""Columns and rows of the master for the freight of a node: cost and resource use of each group, and reliefs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.resources import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.builder import TreeBuilder
    from netdesign.solve.multistage.by_node.decisions import Decisions
    from netdesign.solve.multistage.by_node.oracle import NodeOracle


@dataclass(frozen=True)
class MasterUnits:
    """EUR of one unit of the objective, and t/year of one unit of freight, inside the master."""

    money: float
    tonnes: float


@dataclass(frozen=True)
class NodeColumns:
    """Columns of the freight of a node.

    Parameters
    ----------
    cost
        Cost of each group in the node's own year, in units of money, shape (groups,).
    use
        Resource use in units of freight, shape (groups, resources).
    bought, price
        Reliefs: columns, in units of freight, and prices, EUR/t.
    """

    cost: NDArray[np.intp]
    use: NDArray[np.intp]
    bought: NDArray[np.intp]
    price: NDArray[np.float64]


def add_freight(
    builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, oracle: NodeOracle, units: MasterUnits
) -> NodeColumns:
    """Add the freight of a node: its use of each resource is at most what is provided and bought."""
    node, resources = oracle.node, oracle.routes.resources
    discount = staged.discount(staged.nodes[node].year)
    groups, tonnes = oracle.groups, units.tonnes
    least = np.bincount(oracle.group, oracle.routes.volume * oracle.routes.cost[oracle.routes.cheapest], groups)
    cost = builder.add_columns(least / units.money, np.full(groups, np.inf))
    builder.spend(node, cost, np.full(groups, discount * units.money))
    lower, upper = oracle.least_use / tonnes, oracle.most_use / tonnes
    use = builder.add_columns(lower.ravel(), upper.ravel()).reshape(lower.shape)
    reliefs, bought = _add_reliefs(builder, decisions, oracle, units, discount)
    for j, site in enumerate(resources.site.tolist()):
        columns, values = [*use[:, j], *bought[j]], [1.0] * groups + [-1.0] * len(bought[j])
        if site != NOWHERE:
            columns += [decisions.is_open[node, site], *decisions.in_use[node, site]]
            values += [-resources.by_open[j] / tonnes, *(-resources.by_module[j] / tonnes)]
        builder.add_row(columns, values, -np.inf, float(resources.constant[j]) / tonnes)
    _add_least_loads(builder, decisions, oracle, use, units)
    price = np.array([relief.price for relief in resources.reliefs])
    return NodeColumns(cost, use, reliefs, price)


def _add_reliefs(
    builder: TreeBuilder, decisions: Decisions, oracle: NodeOracle, units: MasterUnits, discount: float
) -> tuple[NDArray[np.intp], list[list[int]]]:
    """Add the reliefs; return their columns, and those that relieve each resource."""
    node, reliefs = oracle.node, oracle.routes.resources.reliefs
    bought: list[list[int]] = [[] for _ in oracle.routes.resources.uses]
    most = np.array([relief.most / units.tonnes for relief in reliefs])
    columns = builder.add_columns(np.zeros(len(reliefs)), most)
    builder.spend(node, columns, discount * units.tonnes * np.array([relief.price for relief in reliefs]))
    for column, relief in zip(columns.tolist(), reliefs, strict=True):
        for row in relief.rows:
            bought[row].append(column)
        if relief.site != NOWHERE:
            is_open = int(decisions.is_open[node, relief.site])
            builder.add_row([column, is_open], [1.0, -relief.most / units.tonnes], -np.inf, 0.0)
    return columns, bought


def _add_least_loads(
    builder: TreeBuilder, decisions: Decisions, oracle: NodeOracle, use: NDArray[np.intp], units: MasterUnits
) -> None:
    """Add that each tonne loads at least one hub, and only open ones: implied by the cuts, but only by many of them."""
    node, sites = oracle.node, oracle.routes.resources.sites
    for g, volume in enumerate(oracle.volume.tolist()):
        builder.add_row(use[g, :sites], np.ones(sites), volume / units.tonnes, np.inf)
    for k, most in enumerate((oracle.most_use[:, :sites].sum(axis=0) / units.tonnes).tolist()):
        columns = [*use[:, k], decisions.is_open[node, k]]
        builder.add_row(columns, [*[1.0] * oracle.groups, -most], -np.inf, 0.0)
    for some in oracle.routes.serving():
        columns = decisions.is_open[node, some]
        builder.add_row(columns, np.ones(len(columns)), 1.0, np.inf)
