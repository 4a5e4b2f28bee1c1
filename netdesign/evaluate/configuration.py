"""Modules in use and open hubs at each node of the tree, and the one-year problem with these hubs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.rows import SiteStatus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import NodePlan, StagedPlan


@dataclass(frozen=True)
class Purchase:
    """Modules that were ordered together.

    Parameters
    ----------
    site, module
        Positions.
    count
        How many.
    node
        Where they were paid for.
    """

    site: int
    module: int
    count: int
    node: int


@dataclass(frozen=True)
class NodeConfiguration:
    """Hubs and modules at a node of the scenario tree.

    Parameters
    ----------
    in_use
        Modules that lift freight, shape (sites, modules).
    is_open
        By site: an existing hub, or one with modules in use.
    ordered
        Modules bought so far, those in use and those that are closed included, shape (sites, modules).
    is_closed
        By site: was open once.
    purchases
        Of the hubs that are not closed, those that are not in use yet included.
    """

    in_use: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    ordered: NDArray[np.int64]
    is_closed: NDArray[np.bool_]
    purchases: tuple[Purchase, ...]


def configurations(staged: StagedInstance, plan: StagedPlan) -> tuple[NodeConfiguration, ...]:
    """Return the configuration of each node, in the order of the nodes."""
    position = {module.id: index for index, module in enumerate(staged.modules)}
    found: list[NodeConfiguration] = []
    for index, node in enumerate(staged.nodes):
        before = found[node.parent] if node.parent >= 0 else None
        own = plan.nodes[index]
        closing = plan.nodes[node.parent].closings if before is not None else ()
        closed = before.is_closed.copy() if before else np.zeros(len(staged.base.sites), dtype=bool)
        for name in closing:
            closed[staged.base.site_position[name]] = True
        bought = [
            Purchase(staged.base.site_position[order.site], position[order.module], order.count, index)
            for order in own.orders
        ]
        kept = [purchase for purchase in (*(before.purchases if before else ()), *bought) if not closed[purchase.site]]
        ordered = before.ordered.copy() if before else staged.installed.copy()
        for purchase in bought:
            ordered[purchase.site, purchase.module] += purchase.count
        in_use = staged.installed.copy()
        for purchase in kept:
            if staged.nodes[purchase.node].year + staged.modules[purchase.module].lead <= node.year:
                in_use[purchase.site, purchase.module] += purchase.count
        is_open = (staged.is_existing | (in_use.sum(axis=1) > 0)) & ~closed
        found.append(NodeConfiguration(in_use, is_open, ordered, closed, tuple(kept)))
    return tuple(found)


def operating_instance(
    staged: StagedInstance,
    node: int,
    in_use: NDArray[np.int64],
    is_open: NDArray[np.bool_],
    contract: NDArray[np.float64],
) -> Instance:
    """Return the one-year problem of a node with exactly its open hubs, their capacities and yearly costs.

    Parameters
    ----------
    staged, node
        The node's year.
    in_use, is_open
        Its configuration, shapes (sites, modules) and (sites,).
    contract
        Handling bought by the tonne at each site, t/year.
    """
    instance, prices = staged.nodes[node].instance, staged.nodes[node].prices
    capacity = in_use @ staged.capacities + contract
    yearly = prices.running + (prices.yearly * in_use).sum(axis=1)
    sites = tuple(
        replace(
            site,
            status=SiteStatus.EXISTING if is_open[k] else SiteStatus.CLOSED,
            below_threshold=False,
            capacity=float(capacity[k]),
            fixed_cost=float(yearly[k]),
        )
        for k, site in enumerate(instance.sites)
    )
    free: dict[str, object] = {"hub_count": None, "new_hubs": None, "required": (), "forbidden": (), "exclusive": ()}
    rules = instance.policies.hub_links
    if rules is not None and staged.children[node]:
        free["hub_links"] = rules.before_last
    policies = instance.policies.model_copy(update=free | {"fixed_cost_cap_eur_per_year": None})
    return instance.replace(sites=sites, policies=policies)


def contract_by_site(staged: StagedInstance, plan: NodePlan) -> NDArray[np.float64]:
    """Return the handling that a node buys by the tonne, t/year, shape (sites,)."""
    bought = np.zeros(len(staged.base.sites))
    for name, tonnes in plan.contract:
        bought[staged.base.site_position[name]] += tonnes
    return bought
