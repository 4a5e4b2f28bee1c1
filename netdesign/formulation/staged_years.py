"""The years of a staged model, a path form in a block for each node of the tree, and the plan that they state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.path_form import add_freight_rows, read_open_lanes
from netdesign.formulation.protocol import check_size
from netdesign.formulation.route_links import chosen_links
from netdesign.formulation.routes import add_route_choice, add_single_allocation, read_shares
from netdesign.formulation.served_routes import ServedRoutes
from netdesign.formulation.services import add_policies, add_services, read_served_plan
from netdesign.formulation.staged_links import add_links_of_year, ordered_links
from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import Policy
from netdesign.instance.rows import SiteStatus
from netdesign.network.candidates import candidate_routes
from netdesign.plan import NEGLIGIBLE_SHARE, NodePlan, Order, StagedPlan, plan_from_shares

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import CandidateRoutes, Network
    from netdesign.plan import Plan


def start_years(staged: StagedInstance, networks: tuple[Network, ...]) -> pyo.ConcreteModel:
    """Return a model with a block for each node of the tree, which holds the ``hub_open`` of that year.

    The model holds ``staged`` and, in the order of the nodes, ``years``: its blocks. A block holds ``instance``,
    the one-year problem of the node, and ``routes``, its candidates.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    instances = [year_instance(staged, v) for v in range(len(staged.nodes))]
    routes = [candidate_routes(instance, network) for instance, network in zip(instances, networks, strict=True)]
    return _started(staged, instances, routes)


def start_served_years(staged: StagedInstance, networks: tuple[Network, ...]) -> pyo.ConcreteModel:
    """Return a model as ``start_years`` does, whose blocks also hold ``served``: their routes with departures.

    Raises
    ------
    SizeError
        The model would have more variables than are built.
    """
    instances = [year_instance(staged, v) for v in range(len(staged.nodes))]
    served = [ServedRoutes(instance, network) for instance, network in zip(instances, networks, strict=True)]
    model = _started(staged, instances, [one.candidates for one in served])
    for block, own in zip(model.years, served, strict=True):
        block.served = own
    return model


def _started(staged: StagedInstance, instances: list[Instance], routes: list[CandidateRoutes]) -> pyo.ConcreteModel:
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
    """Add routes, links and the policies on freight to the block of each year, all but capacity: modules give it."""
    for v, block in enumerate(model.years):
        add_route_choice(block, block.instance, block.routes)
        if block.instance.problem.allocation is Allocation.SINGLE:
            add_single_allocation(block, block.instance, block.routes)
        add_freight_rows(block, block.instance, block.routes, left_out=frozenset({Policy.CAPACITY}))
        add_links_of_year(model, v)


def add_served_operations(model: Any) -> None:
    """Add routes, departures, links and the policies on freight to the block of each year, all but capacity."""
    for v, block in enumerate(model.years):
        instance = block.instance
        add_route_choice(block, instance, block.routes)
        is_free = instance.problem.allocation is Allocation.MULTIPLE
        allocated = {} if is_free else add_single_allocation(block, instance, block.routes)
        add_services(block, instance, block.served, allocated)
        add_policies(block, instance, block.served, left_out=frozenset({str(Policy.CAPACITY)}))
        add_links_of_year(model, v)
        model.must_be_exact = block.must_be_exact


def year_instance(staged: StagedInstance, v: int) -> Instance:
    """Return the year of a node in which all sites may open and only existing hubs must.

    Policies on hubs hold over the years, not in one. Capacities are finite, whatever the orders: route filtering must
    assume that every hub can be full.
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
    if instance.policies.hub_links is not None and staged.children[v]:
        free["hub_links"] = instance.policies.hub_links.before_last
    return instance.replace(sites=sites, policies=instance.policies.model_copy(update=free))


def read_staged_plan(model: Any) -> StagedPlan:
    """Return the plan that ``module_ordered``, ``hub_closed`` and the blocks of the years state."""
    return StagedPlan(tuple(_node(model, block) for block in model.years))


def _node(model: Any, block: Any) -> NodePlan:
    counts = {key: round(variable.value or 0.0) for key, variable in block.module_ordered.items()}
    closed = getattr(block, "hub_closed", {})
    return NodePlan(
        orders=tuple(Order(k, s, count) for (k, s), count in counts.items() if count),
        closings=tuple(k for k in closed if closed[k].value > 0.5),
        operations=_operations(block),
        contract=_contract(model, block),
        link_orders=ordered_links(block),
    )


def _operations(block: Any) -> Plan:
    # An existing hub without cost may be in no row; its variable then has no value.
    is_open = {k: k in block.instance.existing or block.hub_open[k].value > 0.5 for k in block.SITES}
    open_hubs = tuple(k for k in block.SITES if is_open[k])
    if hasattr(block, "served"):
        return replace(read_served_plan(block, block.served), open_hubs=open_hubs)
    shares = read_shares(block, block.routes)
    plan = plan_from_shares(open_hubs, read_open_lanes(block), shares, block.instance.commodities.volume)
    return plan.over_one_link(chosen_links(block)) if block.instance.chooses_links else plan


def _contract(model: Any, block: Any) -> tuple[tuple[str, float], ...]:
    """Return handling by others, raised by what the tolerance of the solver leaves over capacity."""
    unit = float(model.staged.capacities.min())
    bought = {}
    for k, limit in block.contract_limit.items():
        rounding = max(0.0, pyo.value(block.within_capacity[k].body)) * unit
        bought[k] = min(limit, max(0.0, block.contract[k].value or 0.0) * limit + rounding)
    return tuple((k, tonnes) for k, tonnes in bought.items() if tonnes > NEGLIGIBLE_SHARE * block.contract_limit[k])
