"""Evaluate alternatives to the plan: delays, one-year models, and the values of flexibility and information."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.timing.other_years import mean_path, path_alone, single_year
from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.staged import evaluate_staged
from netdesign.formulation.staged_decisions import keep_decisions
from netdesign.network.staged import build_networks
from netdesign.plan import NodePlan, Order, Plan, StagedPlan
from netdesign.results.part import proven
from netdesign.results.staged_document import DelayPart, SearchedPart, SingleYearPart, ValuesPart
from netdesign.results.staged_result import excess, searched, values_part, without_plan
from netdesign.solve.auto import solve_auxiliary
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.contingent_plan import node_plan
from netdesign.solve.multistage.dynamic import FixedCalendar
from netdesign.solve.multistage.pricing import operator_of
from netdesign.solve.multistage.question import StagedSolution
from netdesign.solve.multistage.served_year import years_of
from netdesign.solve.multistage.straight import Straight

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.instance.staged import StagedInstance
    from netdesign.results.part import Ended
    from netdesign.solve.multistage.question import StagedQuestion

    Decisions = tuple[tuple[Order, ...], tuple[str, ...]]
    """Orders and closings of a node."""


def paths_alone(question: StagedQuestion) -> Iterator[StagedQuestion]:
    """Yield the wait-and-see question of each path, in the order of the leaves.

    Each is solved to optimality, whatever gap is asked for: against a dearer plan a regret could be negative.
    """
    watch = question.watch.to_optimality()
    for leaf in question.staged.leaves:
        yield replace(question.of_path(path_alone(question.staged, leaf), leaf), watch=watch)


def wait_and_see_paths(question: StagedQuestion) -> list[SearchedPart]:
    """Return the wait-and-see solution of each path, in the order of the leaves."""
    return [_searched(alone) for alone in paths_alone(question)]


def or_own_way(
    question: StagedQuestion, plan: StagedPlan, costs: Sequence[float], wait_and_see: Sequence[SearchedPart]
) -> list[SearchedPart]:
    """Return the wait-and-see solutions, each replaced by the plan's own way where a limit left it dearer than that.

    Parameters
    ----------
    question, plan
        The question about the tree, and a plan of it.
    costs
        What the plan costs on each path, EUR, in the order of the leaves.
    wait_and_see
        The wait-and-see solution of each path, in the order of the leaves.
    """
    found = list(wait_and_see)
    for place, (alone, own, cost) in enumerate(zip(paths_alone(question), wait_and_see, costs, strict=True)):
        if own.objective is not None and own.objective > cost and own.termination.is_limit:
            way = StagedPlan(tuple(plan.nodes[node] for node in alone.places))
            found[place] = searched(alone.staged, StagedSolution(own.termination, way, cost, min(proven(own), cost)))
    return found


def delayed(question: StagedQuestion, plan: StagedPlan) -> Iterator[tuple[str, int, StagedQuestion]]:
    """Yield each new hub of a path's plan, its year of order, and the question in which it is ordered later."""
    staged = question.staged
    for hub, year in first_orders(staged, plan).items():
        later = replace(staged, not_before={**staged.not_before, hub: year + 1})
        yield hub, year, question.about(later, question.networks, f"{hub} after {year}")


def delays(question: StagedQuestion, plan: StagedPlan, path: Ended) -> list[DelayPart]:
    """Return the cost of ordering each new hub of a path's plan at least a year later.

    Parameters
    ----------
    question
        The question about the path.
    plan, path
        The best plan, and the outcome of its search.
    """
    found = []
    for hub, year, asked in delayed(question, plan):
        best = _searched(asked)
        found.append(DelayPart(hub=hub, ordered=year, later=best, extra_cost=excess(best, path)))
    return found


def first_orders(staged: StagedInstance, plan: StagedPlan) -> dict[str, int]:
    """Return the year of the first order of each new hub in a path's plan, in the order of the years."""
    found: dict[str, int] = {}
    for node, own in zip(staged.nodes, plan.nodes, strict=True):
        for order in own.orders:
            if order.site not in staged.base.existing:
                found.setdefault(order.site, node.year)
    return found


def years_alone(question: StagedQuestion) -> Iterator[tuple[int, StagedQuestion]]:
    """Yield the first and the last year of a path, and the question about each by itself."""
    staged = question.staged
    for node in dict.fromkeys((0, len(staged.nodes) - 1)):
        year = staged.nodes[node].year
        yield year, question.about(single_year(staged, node), (question.networks[node],), f"{year} by itself")


def single_years(question: StagedQuestion) -> list[SingleYearPart]:
    """Return the plans of the one-year model for the first and the last year of a path."""
    return [SingleYearPart(year=year, best=_searched(alone)) for year, alone in years_alone(question)]


def of_means(question: StagedQuestion) -> StagedQuestion:
    """Return the expected value problem: the path of the means of a tree."""
    path = mean_path(question.staged)
    return replace(question.about(path, build_networks(path), "mean of the tree"), tree=question)


def values(question: StagedQuestion, tree: Ended, wait_and_see: Sequence[SearchedPart]) -> ValuesPart:
    """Return the values of waiting, of perfect information and of the stochastic solution.

    Parameters
    ----------
    question, tree
        The question about the tree, and the outcome of its search.
    wait_and_see
        The wait-and-see solution of each path, in the order of the leaves.
    """
    staged = question.staged
    refusal = FixedCalendar.refusal(staged)
    fixed = None
    if refusal is None:
        fixed = _fixed(question.about(staged, question.networks, "fixed at the root"), question)
    mean, on_tree = _mean(question)
    found = {"fixed": fixed, "fixed_refusal": refusal, "mean": mean, "mean_on_tree": on_tree}
    return values_part(staged, tree, wait_and_see, **found)


def _fixed(question: StagedQuestion, tree: StagedQuestion) -> SearchedPart:
    if question.watch.is_over:
        return _stopped(question)
    return searched(question.staged, FixedCalendar(replace(question, known=tree.known)).solve())


def _mean(question: StagedQuestion) -> tuple[SearchedPart, SearchedPart]:
    """Return the solution of the expected value problem, and its cost on the tree."""
    staged = question.staged
    mean = _searched(of_means(question))
    if mean.objective is None:
        # Without a plan for the mean there is none to operate on the tree.
        return mean, without_plan(mean.termination, proven(mean))
    return mean, searched(staged, operate_schedule(question, mean))


def _searched(question: StagedQuestion) -> SearchedPart:
    if question.watch.is_over:
        return _stopped(question)
    return searched(question.staged, solve_auxiliary(question))


def _stopped(question: StagedQuestion) -> SearchedPart:
    return without_plan(question.watch.ending, -math.inf)


def operate_schedule(question: StagedQuestion, schedule: SearchedPart) -> StagedSolution:
    """Return the plan of a schedule, operated at least cost; infeasible where some node is.

    Parameters
    ----------
    question
        The tree and the limits.
    schedule
        A search whose orders and closings apply in each year, on every branch.
    """
    if question.staged.base.chooses_links:
        return _operate_with_links(question, schedule)
    return operate(question, [_of_year(schedule, node.year) for node in question.staged.nodes])


def _operate_with_links(question: StagedQuestion, schedule: SearchedPart) -> StagedSolution:
    """Return the same where hub links are ordered too: one program of the whole tree."""
    if question.watch.is_over:
        return StagedSolution(question.watch.ending, None, None, -math.inf)
    nodes = question.staged.nodes
    decided = without_operations([_of_year(schedule, node.year) for node in nodes])
    with_links = [
        replace(own, link_orders=tuple(one.link for one in schedule.links if one.year == node.year))
        for node, own in zip(nodes, decided.nodes, strict=True)
    ]
    return Straight(question, partial(keep_decisions, plan=StagedPlan(tuple(with_links)))).solve()


def operate(question: StagedQuestion, decisions: Sequence[Decisions]) -> StagedSolution:
    """Return the plan of certain orders and closings, operated at least cost; infeasible where some node is.

    Parameters
    ----------
    question
        The tree and the limits.
    decisions
        Orders and closings of each node.
    """
    staged = question.staged
    years = years_of(question)
    standing = configurations(staged, without_operations(decisions))
    nodes = []
    for v, configuration in enumerate(standing):
        if question.watch.is_over:
            return StagedSolution(question.watch.ending, None, None, -math.inf)
        opened = tuple(np.flatnonzero(configuration.is_open).tolist())
        in_use = configuration.in_use[list(opened)]
        lift, daily = in_use @ staged.capacities, in_use @ staged.peak_capacities
        try:
            operated = operator_of(years.year(v, opened)).operate(lift, daily) if opened else None
        except TimeoutError:
            return StagedSolution(question.watch.ending, None, None, -math.inf)
        if operated is None or not np.isfinite(operated.cost):
            return StagedSolution(Termination.INFEASIBLE, None, None, math.inf)
        orders, closings = decisions[v]
        nodes.append(node_plan(staged, opened, operated, orders, closings if staged.children[v] else ()))
    plan = StagedPlan(tuple(nodes))
    found = evaluate_staged(staged, question.networks, plan, question.known)
    if found.violations:
        return StagedSolution(Termination.INFEASIBLE, None, None, math.inf)
    return StagedSolution(Termination.OPTIMAL, plan, found.objective, found.objective)


def _of_year(schedule: SearchedPart, year: int) -> Decisions:
    orders = (Order(order.hub, order.module, order.count) for order in schedule.orders if order.year == year)
    return tuple(orders), tuple(closing.hub for closing in schedule.closings if closing.year == year)


def without_operations(decisions: Sequence[Decisions]) -> StagedPlan:
    """Return the plan of certain orders and closings in which no year carries anything."""
    empty = np.empty(0, dtype=np.intp)
    idle = Plan((), (), empty, empty, empty, np.empty(0))
    return StagedPlan(tuple(NodePlan(orders, closings, idle) for orders, closings in decisions))
