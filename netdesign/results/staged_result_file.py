"""From a timing result to its document and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.results import document as doc
from netdesign.results.result_file import costs_part, hub_loads, lane_loads, plan_part, service_part
from netdesign.results import staged_document as timing
from netdesign.results.value_of_information import value_of_information, value_of_waiting
from netdesign.results.staged_result import Searched, excess, is_tree, searched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.evaluate.configuration import Configuration
    from netdesign.evaluate.staged import NodeEvaluation, StagedEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import NodePlan, StagedPlan
    from netdesign.results.staged_result import Interval, TimingResult, Values


def timing_document(result: TimingResult) -> timing.TimingDocument:
    """Return a timing result as it stands in a file."""
    staged, solution, evaluation = result.staged, result.solution, result.evaluation
    tree = searched(staged, solution)
    return timing.TimingDocument(
        instance=doc.InstancePart(name=result.instance_name, digest=result.digest, warnings=list(result.warnings)),
        scenario=staged.scenario,
        risk=timing.RiskPart(measure=staged.stages.risk.measure, level=staged.stages.risk.level),
        termination=timing.RUNNING if result.is_running else solution.termination,
        objective=solution.objective,
        bound=finite(solution.bound),
        gap=finite(result.gap),
        expected=evaluation.expected if evaluation else None,
        cvar=cvar_of(staged.stages.risk, staged, evaluation.path_costs) if evaluation and is_tree(staged) else None,
        largest_regret=largest_regret(evaluation.path_costs, result.known) if evaluation else None,
        nodes=nodes_part(staged, solution.plan, evaluation) if solution.plan and evaluation else [],
        paths=paths_part(staged, evaluation, result.known) if evaluation else [],
        delays=[
            timing.DelayPart(
                hub=delay.hub,
                ordered=delay.ordered,
                later=searched_part(delay.later),
                extra_cost=interval_part(excess(delay.later, tree)),
            )
            for delay in result.delays
        ],
        single_years=[
            timing.SingleYearPart(year=year.year, best=searched_part(year.best)) for year in result.single_years
        ],
        values=values_part(result.values, tree, result.known, staged) if result.values else None,
        clash=list(result.clash),
        engine=result.engine,
        problem=result.problem,
        options=result.options,
        reader=result.reader,
        versions=result.versions,
        times={name: round(seconds, 6) for name, seconds in result.times.items()},
    )


def finite(value: float | None) -> float | None:
    """Return a number, or None where it is infinite."""
    return value if value is not None and np.isfinite(value) else None


def cvar_of(risk: Risk, staged: StagedInstance, path_costs: NDArray[np.float64]) -> float:
    """Return the mean cost of the dearest paths at the level of the risk, EUR."""
    return risk_of(Risk(measure=RiskMeasure.CVAR, level=risk.level), path_costs, leaf_probability(staged))


def leaf_probability(staged: StagedInstance) -> NDArray[np.float64]:
    """Return the probability of each path, in the order of the leaves."""
    return np.array([staged.nodes[leaf].probability for leaf in staged.leaves])


def largest_regret(path_costs: NDArray[np.float64], known: tuple[Searched, ...]) -> float | None:
    """Return the largest regret of a path, EUR; None where some path was not solved by itself."""
    objectives = [one.objective for one in known]
    if not objectives or any(objective is None for objective in objectives):
        return None
    return float((path_costs - np.array(objectives, dtype=np.float64)).max())


def nodes_part(staged: StagedInstance, plan: StagedPlan, evaluation: StagedEvaluation) -> list[timing.NodePart]:
    """Return plan and cost by node as they stand in a file."""
    standing = configurations(staged, plan)
    rows = enumerate(zip(plan.nodes, standing, evaluation.nodes, strict=True))
    return [_node_part(staged, v, own, stands, found) for v, (own, stands, found) in rows]


def _node_part(
    staged: StagedInstance, v: int, own: NodePlan, standing: Configuration, found: NodeEvaluation
) -> timing.NodePart:
    node, lead = staged.nodes[v], {module.id: module.lead for module in staged.modules}
    operations = plan_part(own.operations, node.instance)
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
        closings=list(own.closings),
        open_hubs=operations.open_hubs,
        modules=_modules(staged, standing),
        contract=[timing.ContractPart(hub=hub, t_per_year=tonnes) for hub, tonnes in own.contract],
        overflow=[
            timing.OverflowPart(stream=stream, hub=hub, t_per_day=tonnes)
            for (stream, hub), tonnes in found.overflow_t.items()
        ],
        open_lanes=operations.open_lanes,
        routes=operations.routes,
        costs=_node_costs(found),
        service=service_part(found.operations),
        carbon=doc.CarbonPart(co2e_t_per_year=found.operations.co2e),
        hub_loads=hub_loads(found.operations, own.operations),
        lane_loads=lane_loads(found.operations),
    )


def _modules(staged: StagedInstance, standing: Configuration) -> list[timing.ModulesPart]:
    return [
        timing.ModulesPart(
            hub=staged.base.sites[site].id, module=staged.modules[module].id, count=int(standing.in_use[site, module])
        )
        for site, module in np.argwhere(np.where(standing.is_open[:, None], standing.in_use, 0) > 0)
    ]


def _node_costs(found: NodeEvaluation) -> timing.NodeCosts:
    parts = costs_part(found.operations).model_dump()
    running = parts.pop("fixed")
    del parts["total"]
    return timing.NodeCosts(
        capital=found.capital,
        exit=found.exit,
        handed_on=found.handed_on,
        running=running,
        contract=found.contract,
        overflow=found.overflow,
        total=found.total,
        **parts,
    )


def paths_part(
    staged: StagedInstance, evaluation: StagedEvaluation, known: tuple[Searched, ...]
) -> list[timing.PathPart]:
    """Return the costs of the paths as they stand in a file."""
    found = []
    for position, leaf in enumerate(staged.leaves):
        own = known[position] if known else None
        cost = float(evaluation.path_costs[position])
        found.append(
            timing.PathPart(
                leaf=staged.nodes[leaf].name,
                probability=staged.nodes[leaf].probability,
                cost=cost,
                salvage=float(evaluation.salvage[position]),
                known=searched_part(own) if own is not None else None,
                regret=cost - own.objective if own is not None and own.objective is not None else None,
            )
        )
    return found


def searched_part(one: Searched) -> timing.SearchedPart:
    """Return a search as it stands in a file."""
    schedule = one.schedule
    return timing.SearchedPart(
        termination=one.termination,
        objective=one.objective,
        bound=finite(one.bound),
        orders=[
            timing.ScheduledOrder(year=year, hub=order.site, module=order.module, count=order.count)
            for year, order in schedule.orders
        ],
        closings=[timing.ScheduledClosing(year=year, hub=hub) for year, hub in schedule.closings],
    )


def interval_part(one: Interval) -> timing.IntervalPart:
    """Return an interval as it stands in a file."""
    return timing.IntervalPart(
        value=finite(one.value),
        at_least=finite(one.at_least),
        at_most=finite(one.at_most),
        is_infinite=one.at_least == np.inf,
    )


def values_part(
    values: Values, tree: Searched, known: tuple[Searched, ...], staged: StagedInstance
) -> timing.ValuesPart:
    """Return the values of a tree as they stand in a file."""
    information = value_of_information(tree, known, staged.stages.risk, leaf_probability(staged))
    return timing.ValuesPart(
        waiting=interval_part(value_of_waiting(tree, values.fixed)),
        perfect_information=interval_part(information),
        stochastic_solution=interval_part(excess(values.mean_on_tree, tree)),
        fixed=searched_part(values.fixed) if values.fixed is not None else None,
        fixed_refusal=values.fixed_refusal,
        mean=searched_part(values.mean),
        mean_on_tree=searched_part(values.mean_on_tree),
    )
