"""A schedule that is given: the same orders and closings on every path, each node operated as best it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.staged import evaluate_staged
from netdesign.plan import NodePlan, Plan, StagedPlan
from netdesign.solve.core.outcome import Phases, Termination
from netdesign.solve.multistage.contingent_plan import node_plan
from netdesign.solve.multistage.operating import Operating
from netdesign.solve.multistage.question import StagedSolution
from netdesign.solve.multistage.year import Years

if TYPE_CHECKING:
    from netdesign.plan import Order
    from netdesign.results.staged_result import Schedule
    from netdesign.solve.multistage.question import StagedQuestion


def operate_schedule(question: StagedQuestion, schedule: Schedule) -> StagedSolution:
    """Return the plan that keeps to a schedule, operated at least cost; infeasible where some node cannot be.

    Parameters
    ----------
    question
        The tree and the limits.
    schedule
        What is ordered and closed in each year, whatever the branch.
    """
    staged = question.staged
    years = Years(staged, question.networks)
    standing = configurations(staged, _without_operations(question, schedule))
    nodes = []
    for v, configuration in enumerate(standing):
        if question.watch.is_over:
            return StagedSolution(question.watch.ending, None, None, -np.inf, Phases())
        opened = tuple(np.flatnonzero(configuration.is_open).tolist())
        in_use = configuration.in_use[list(opened)]
        lift, daily = in_use @ staged.capacities, in_use @ staged.peak_capacities
        operated = Operating(years.year(v, opened)).operate(lift, daily) if opened else None
        if operated is None or not np.isfinite(operated.cost):
            return StagedSolution(Termination.INFEASIBLE, None, None, np.inf, Phases())
        orders, closings = _of_year(schedule, staged.nodes[v].year)
        nodes.append(node_plan(staged, opened, operated, orders, closings if staged.children[v] else ()))
    plan = StagedPlan(tuple(nodes))
    found = evaluate_staged(staged, question.networks, plan, question.known)
    if found.violations:
        return StagedSolution(Termination.INFEASIBLE, None, None, np.inf, Phases())
    return StagedSolution(Termination.OPTIMAL, plan, found.objective, found.objective, Phases())


def _of_year(schedule: Schedule, year: int) -> tuple[tuple[Order, ...], tuple[str, ...]]:
    orders = tuple(order for at, order in schedule.orders if at == year)
    return orders, tuple(hub for at, hub in schedule.closings if at == year)


def _without_operations(question: StagedQuestion, schedule: Schedule) -> StagedPlan:
    empty = np.empty(0, dtype=np.intp)
    idle = Plan((), (), empty, empty, empty, np.empty(0))
    nodes = (_of_year(schedule, node.year) for node in question.staged.nodes)
    return StagedPlan(tuple(NodePlan(orders, closings, idle) for orders, closings in nodes))
