"""The years of a staged model: for each node of the tree a block, which is a path form of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.allocation import add_single_allocation
from netdesign.formulation.policies import add_freight_rows
from netdesign.formulation.protocol import check_size
from netdesign.formulation.routes import add_route_choice
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import Policy
from netdesign.instance.rows import SiteStatus
from netdesign.network.candidates import all_routes, candidate_routes

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import CandidateRoutes, Network


def start_years(staged: StagedInstance, networks: tuple[Network, ...]) -> pyo.ConcreteModel:
    """Return a model with a block for each node of the tree, which holds the ``hub_open`` of that year.

    The model holds ``staged`` and, in the order of the nodes, ``years``: its blocks. A block holds ``instance``, what
    of the node's year is left to decide, and ``routes``, its candidates.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    instances = [year_instance(staged, v) for v in range(len(staged.nodes))]
    routes = [_routes(instance, network) for instance, network in zip(instances, networks, strict=True)]
    check_size(sum(map(len, routes)))
    model = pyo.ConcreteModel(name=staged.base.name)
    model.staged = staged
    model.NODES = pyo.Set(initialize=[node.name for node in staged.nodes], doc="v, parents before children")
    model.MODULES = pyo.Set(initialize=[module.id for module in staged.modules], doc="s")
    model.year = pyo.Block(model.NODES)
    model.years = tuple(model.year.values())
    for block, instance, candidates in zip(model.years, instances, routes, strict=True):
        block.instance, block.routes = instance, candidates
        block.SITES = pyo.Set(initialize=instance.allowed, doc="k")
        block.hub_open = pyo.Var(block.SITES, domain=pyo.Binary, doc="y_vk")
        for k in sorted(instance.existing):
            block.hub_open[k].setlb(1)
    return model


def add_operations(model: Any) -> None:
    """Add routes and the policies on freight to the block of each year, all but capacity, which modules give."""
    for block in model.years:
        add_route_choice(block, block.instance, block.routes)
        if block.instance.problem.allocation is Allocation.SINGLE:
            add_single_allocation(block, block.instance, block.routes)
        add_freight_rows(block, block.instance, block.routes, left_out=frozenset({Policy.CAPACITY}))


def year_instance(staged: StagedInstance, v: int) -> Instance:
    """Return a node's year with every site open to choice that may ever open, and only existing hubs certain.

    Policies on hubs hold over the years, not in one. Capacities are finite, whatever they will be: so the filter knows
    that every hub can be full.
    """
    instance, allowed = staged.nodes[v].instance, set(staged.base.allowed)

    def status(position: int) -> SiteStatus:
        if staged.is_existing[position]:
            return SiteStatus.EXISTING
        return SiteStatus.CANDIDATE if instance.sites[position].id in allowed else SiteStatus.CLOSED

    sites = tuple(
        replace(site, status=status(position), below_threshold=False, capacity=0.0)
        for position, site in enumerate(instance.sites)
    )
    free: dict[str, object] = {"hub_count": None, "new_hubs": None, "required": (), "forbidden": (), "exclusive": ()}
    return instance.replace(sites=sites, policies=instance.policies.model_copy(update=free))


def _routes(instance: Instance, network: Network) -> CandidateRoutes:
    # Where a city has one hub, a route cannot be left out because another is better.
    is_single = instance.problem.allocation is Allocation.SINGLE
    return (all_routes if is_single else candidate_routes)(instance, network)
