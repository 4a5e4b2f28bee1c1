"""Convert a plan over several years and its alternatives to a document, and the plan of a document back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import ContradictionError
from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of, scale_of
from netdesign.instance.resolve_stages import TREE
from netdesign.instance.staged_links import link_leads
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.plan import NodePlan, Order, StagedPlan
from netdesign.results import staged_document as timing
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import finite, proven
from netdesign.results.plan_document import PlanPart
from netdesign.results.result import operation, plan_part, vehicle_loads
from netdesign.solve.core.outcome import Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.evaluate.configuration import NodeConfiguration
    from netdesign.evaluate.staged import NodeEvaluation, StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.results.part import Ended
    from netdesign.solve.multistage.question import StagedSolution


def is_tree(staged: StagedInstance) -> bool:
    """Return whether the call is about the tree, even where that has one path only."""
    return staged.scenario == TREE


def timing_document(
    staged: StagedInstance,
    solution: StagedSolution,
    evaluation: StagedEvaluation | None,
    wait_and_see: Sequence[timing.SearchedPart],
    **recorded: Any,
) -> timing.TimingDocument:
    """Return the document of a plan over several years.

    Parameters
    ----------
    staged
        The staged instance with the options in force.
    solution, evaluation
        Plan and bound, and the referee's evaluation of the plan; None without a plan.
    wait_and_see
        The wait-and-see solution of each path, in the order of the leaves; empty where it was not searched.
    recorded
        All other fields of the document.
    """
    risk, plan = staged.stages.risk, solution.plan
    figures: dict[str, Any] = {"objective": None, "expected": None, "cvar": None, "largest_regret": None}
    figures |= {"nodes": [], "paths": [], "delays": [], "single_years": [], "values": None, "clash": []}
    if plan is not None and evaluation is not None:
        figures |= {**costs_of(staged, evaluation, wait_and_see), "nodes": nodes_part(staged, plan, evaluation)}
    gap = relative_gap(figures["objective"], solution.bound, scale_of(risk, wait_and_see_costs(wait_and_see)))
    return timing.TimingDocument(
        scenario=staged.scenario,
        risk=timing.RiskPart(measure=risk.measure, level=risk.level),
        bound=finite(solution.bound),
        gap=finite(gap),
        **(figures | recorded),
    )


def wait_and_see_costs(wait_and_see: Sequence[timing.SearchedPart | None]) -> NDArray[np.float64] | None:
    """Return the wait-and-see cost of each path, EUR; None where some path was not solved."""
    objectives = [one.objective if one is not None else None for one in wait_and_see]
    if not objectives or any(objective is None for objective in objectives):
        return None
    return np.array(objectives, dtype=np.float64)


def costs_of(
    staged: StagedInstance, evaluation: StagedEvaluation, wait_and_see: Sequence[timing.SearchedPart]
) -> dict[str, Any]:
    """Return the cost fields of a plan, in total and by path."""
    costs, probability, least = evaluation.path_costs, _leaf_probability(staged), wait_and_see_costs(wait_and_see)
    dearest = Risk(measure=RiskMeasure.CVAR, level=staged.stages.risk.level)
    paths = []
    for position, leaf in enumerate(staged.leaves):
        own, cost = wait_and_see[position] if wait_and_see else None, float(costs[position])
        paths.append(
            timing.PathPart(
                leaf=staged.nodes[leaf].name,
                probability=staged.nodes[leaf].probability,
                cost=cost,
                salvage=float(evaluation.salvage[position]),
                known=own,
                regret=cost - own.objective if own is not None and own.objective is not None else None,
            )
        )
    return {
        "objective": evaluation.objective,
        "expected": evaluation.expected,
        "cvar": risk_of(dearest, costs, probability) if is_tree(staged) else None,
        "largest_regret": float((costs - least).max()) if least is not None else None,
        "paths": paths,
    }


def _leaf_probability(staged: StagedInstance) -> NDArray[np.float64]:
    return np.array([staged.nodes[leaf].probability for leaf in staged.leaves])


def nodes_part(staged: StagedInstance, plan: StagedPlan, evaluation: StagedEvaluation) -> list[timing.NodePart]:
    """Return the parts of all nodes: plan and cost."""
    standing = configurations(staged, plan)
    rows = enumerate(zip(plan.nodes, standing, evaluation.nodes, strict=True))
    return [_node_part(staged, v, own, stands, found) for v, (own, stands, found) in rows]


def _node_part(
    staged: StagedInstance, v: int, own: NodePlan, standing: NodeConfiguration, found: NodeEvaluation
) -> timing.NodePart:
    node, lead = staged.nodes[v], {module.id: module.lead for module in staged.modules}
    plan = plan_part(own.operations, node.instance, found.operations)
    services = node.instance.services
    return timing.NodePart(
        node=node.name,
        branch=node.branch,
        year=node.year,
        parent=staged.nodes[node.parent].name if node.parent >= 0 else None,
        probability=node.probability,
        volume_t_per_year=float(node.instance.commodities.volume.sum()),
        orders=[
            timing.OrderPart(hub=o.site, module=o.module, count=o.count, in_use_from=node.year + lead[o.module])
            for o in own.orders
        ],
        link_orders=_link_orders(staged, v, own),
        closings=list(own.closings),
        open_hubs=plan.open_hubs,
        modules=_modules(staged, standing),
        contract=[timing.ContractPart(hub=hub, t_per_year=tonnes) for hub, tonnes in own.contract],
        overflow=[
            timing.OverflowPart(stream=stream, hub=hub, t_per_day=tonnes)
            for (stream, hub), tonnes in found.overflow_t.items()
        ],
        open_lanes=plan.open_lanes,
        links=plan.links,
        routes=plan.routes,
        services=plan.services,
        cities=plan.cities,
        costs=_node_costs(found, has_vehicles=services is not None, has_links=node.instance.chooses_links),
        vehicle_loads=None if services is None else vehicle_loads(services, found.operations.services),
        **operation(own.operations, found.operations),
    )


def _link_orders(staged: StagedInstance, v: int, own: NodePlan) -> list[timing.LinkOrderPart] | None:
    if not staged.base.chooses_links:
        return None
    leads, year = link_leads(staged), staged.nodes[v].year
    return [timing.LinkOrderPart(link=ends, in_use_from=year + leads[ends]) for ends in own.link_orders]


def _modules(staged: StagedInstance, standing: NodeConfiguration) -> list[timing.ModulesPart]:
    return [
        timing.ModulesPart(
            hub=staged.base.sites[site].id, module=staged.modules[module].id, count=int(standing.in_use[site, module])
        )
        for site, module in np.argwhere(np.where(standing.is_open[:, None], standing.in_use, 0) > 0)
    ]


def _node_costs(found: NodeEvaluation, *, has_vehicles: bool, has_links: bool) -> timing.NodeCosts:
    parts = dict(vars(found.operations.costs))
    parts["running"] = parts.pop("fixed")
    if not has_vehicles:
        del parts["vehicles"]
    if not has_links:
        del parts["links"]
    parts |= {name: getattr(found, name) for name in ("capital", "exit", "handed_on", "contract", "overflow", "total")}
    return timing.NodeCosts(**parts)


def searched(staged: StagedInstance, solution: StagedSolution) -> timing.SearchedPart:
    """Return the part of a search: outcome, and orders and closings on the path to the first leaf.

    On a path, or where the calendar is fixed, these are all orders and closings.
    """
    nodes = [] if solution.plan is None else staged.path_to(staged.leaves[0])
    done = [(staged.nodes[v].year, solution.plan.nodes[v]) for v in nodes] if solution.plan is not None else []
    return timing.SearchedPart(
        termination=solution.termination,
        objective=solution.objective,
        bound=finite(solution.bound),
        orders=[
            timing.ScheduledOrder(year=year, hub=order.site, module=order.module, count=order.count)
            for year, own in done
            for order in own.orders
        ],
        closings=[timing.ScheduledClosing(year=year, hub=hub) for year, own in done for hub in own.closings],
        links=[timing.ScheduledLink(year=year, link=ends) for year, own in done for ends in own.link_orders],
    )


def without_plan(termination: Termination, bound: float, objective: float | None = None) -> timing.SearchedPart:
    """Return the part of a search without orders and closings, though it may have an objective."""
    return timing.SearchedPart(
        termination=termination, objective=objective, bound=finite(bound), orders=[], closings=[]
    )


def excess(dearer: Ended, cheaper: Ended) -> timing.IntervalPart:
    """Return the excess of the optimum of a restricted search over that of a less restricted one."""
    at_most = math.inf if dearer.objective is None else dearer.objective - proven(cheaper)
    if cheaper.objective is None:
        return _interval(None, 0.0, at_most)
    at_least = max(0.0, proven(dearer) - cheaper.objective)
    if dearer.objective is None:
        return _interval(None, at_least, math.inf)
    return _interval(max(0.0, dearer.objective - cheaper.objective), at_least, max(0.0, at_most))


def _interval(value: float | None, at_least: float, at_most: float) -> timing.IntervalPart:
    return timing.IntervalPart(
        value=value, at_least=finite(at_least), at_most=finite(at_most), is_infinite=at_least == math.inf
    )


def values_part(
    staged: StagedInstance, tree: Ended, wait_and_see: Sequence[timing.SearchedPart], **searches: Any
) -> timing.ValuesPart:
    """Return the values of waiting and of information, each a difference of two costs with its proven limits.

    Parameters
    ----------
    staged, tree
        The tree, and the outcome of its search.
    wait_and_see
        The wait-and-see solution of each path, in the order of the leaves.
    searches
        All other fields of the part: searches with less information, or why they were not run.
    """
    fixed = searches["fixed"]
    return timing.ValuesPart(
        waiting=_interval(None, 0.0, math.inf) if fixed is None else excess(fixed, tree),
        perfect_information=_information(staged, tree, wait_and_see),
        stochastic_solution=excess(searches["mean_on_tree"], tree),
        **searches,
    )


def _information(
    staged: StagedInstance, tree: Ended, wait_and_see: Sequence[timing.SearchedPart]
) -> timing.IntervalPart:
    """Return the expected value of perfect information, or its analogue under another risk measure."""
    if staged.stages.risk.measure is RiskMeasure.REGRET:
        # The wait-and-see solutions have no regret.
        return excess(tree, without_plan(Termination.OPTIMAL, 0.0, 0.0))
    bound = _together(staged, [proven(one) for one in wait_and_see])
    least = wait_and_see_costs(wait_and_see)
    if least is None:
        return excess(tree, without_plan(Termination.TIME_LIMIT, bound))
    return excess(tree, without_plan(Termination.OPTIMAL, bound, _together(staged, least)))


def _together(staged: StagedInstance, costs: Sequence[float] | NDArray[np.float64]) -> float:
    found = np.array(costs)
    return risk_of(staged.stages.risk, found, _leaf_probability(staged)) if np.isfinite(found).all() else -math.inf


def plan_from_timing(document: timing.TimingDocument, staged: StagedInstance) -> StagedPlan | None:
    """Return the plan of a document, or None where it has none.

    Raises
    ------
    ContradictionError
        Its nodes are not those of the instance, or it names what the instance does not have.
    """
    if not document.nodes:
        return None
    names = [node.name for node in staged.nodes]
    if [part.node for part in document.nodes] != names:
        message = f"nodes: are not those of the instance: {', '.join(names)}"
        raise ContradictionError(message)
    return StagedPlan(tuple(_node_plan(part, staged, v) for v, part in enumerate(document.nodes)))


def _node_plan(part: timing.NodePart, staged: StagedInstance, v: int) -> NodePlan:
    sites, modules = staged.base.site_position, {module.id for module in staged.modules}
    ids = {
        "orders": [order.hub for order in part.orders],
        "closings": part.closings,
        "contract": [bought.hub for bought in part.contract],
    }
    strange = [f"{field}: {name}" for field, names in ids.items() for name in names if name not in sites]
    strange += [f"orders: {order.module}" for order in part.orders if order.module not in modules]
    ordered, leads = [one.link for one in part.link_orders or ()], link_leads(staged)
    strange += [f"link_orders: {' to '.join(link)}" for link in ordered if link not in leads]
    if strange:
        message = f"{part.node}: the plan names what the instance does not have: {', '.join(strange[:5])}"
        raise ContradictionError(message)
    operations = PlanPart(
        open_hubs=part.open_hubs,
        open_lanes=part.open_lanes,
        links=part.links,
        routes=part.routes,
        services=part.services,
    )
    try:
        plan = plan_from_document(operations, staged.nodes[v].instance)
    except ContradictionError as error:
        message = f"{part.node}: {error.message}"
        raise ContradictionError(message) from None
    return NodePlan(
        orders=tuple(Order(order.hub, order.module, order.count) for order in part.orders),
        closings=tuple(part.closings),
        operations=plan,
        contract=tuple((bought.hub, bought.t_per_year) for bought in part.contract),
        link_orders=tuple(ordered),
    )
