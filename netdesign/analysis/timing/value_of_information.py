"""What stands beside the plan: the cost of delays, the one-year model, and what waiting and knowing are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.timing.operate import operate_schedule
from netdesign.instance.single_paths import mean_path, path_alone, single_year
from netdesign.network.staged import build_networks
from netdesign.results.staged_result import Delay, Searched, SingleYear, Values, searched
from netdesign.solve.core.outcome import Phases
from netdesign.solve.multistage.auto import solve_beside
from netdesign.solve.multistage.calendar import FixedCalendar
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.solve.multistage.question import StagedQuestion


def known_paths(question: StagedQuestion) -> tuple[Searched, ...]:
    """Return the best plan of each path of the tree by itself, in the order of the leaves.

    Parameters
    ----------
    question
        About the tree.
    """
    staged, found = question.staged, []
    for leaf in staged.leaves:
        networks = tuple(question.networks[v] for v in staged.path_to(leaf))
        alone = path_alone(staged, leaf)
        found.append(_searched(question.about(alone, networks, f"{alone.scenario} known")))
    return tuple(found)


def delays(question: StagedQuestion, plan: StagedPlan) -> tuple[Delay, ...]:
    """Return what it costs to order each new hub of a path's plan at least a year later.

    Parameters
    ----------
    question
        About the path.
    plan
        Its best plan.
    """
    staged, found = question.staged, []
    for hub, year in first_orders(staged, plan).items():
        later = replace(staged, not_before={**staged.not_before, hub: year + 1})
        best = _searched(question.about(later, question.networks, f"{hub} after {year}"))
        found.append(Delay(hub, year, best))
    return tuple(found)


def first_orders(staged: StagedInstance, plan: StagedPlan) -> dict[str, int]:
    """Return the year in which a path's plan first orders for each new hub, in the order of the years."""
    found: dict[str, int] = {}
    for node, own in zip(staged.nodes, plan.nodes, strict=True):
        for order in own.orders:
            if order.site not in staged.base.existing:
                found.setdefault(order.site, node.year)
    return found


def single_years(question: StagedQuestion) -> tuple[SingleYear, ...]:
    """Return what the one-year model says of the first and the last year of a path.

    Parameters
    ----------
    question
        About the path.
    """
    staged, found = question.staged, []
    for node in dict.fromkeys((0, len(staged.nodes) - 1)):
        alone, year = single_year(staged, node), staged.nodes[node].year
        best = _searched(question.about(alone, (question.networks[node],), f"{year} by itself"))
        found.append(SingleYear(year, best))
    return tuple(found)


def values(question: StagedQuestion) -> Values:
    """Return the plans of a tree that know less: the one fixed at the root, and that of the mean.

    Parameters
    ----------
    question
        About the tree.
    """
    staged = question.staged
    refusal = FixedCalendar.refusal(staged)
    fixed = None
    if refusal is None:
        fixed = _fixed(question.about(staged, question.networks, "fixed at the root"), question)
    mean, on_tree = _mean(question)
    return Values(fixed, refusal, mean, on_tree)


def _fixed(question: StagedQuestion, tree: StagedQuestion) -> Searched:
    if question.watch.is_over:
        return _stopped(question)
    return searched(question.staged, FixedCalendar(replace(question, known=tree.known)).solve())


def _mean(question: StagedQuestion) -> tuple[Searched, Searched]:
    """Return the best plan of the path of the means, and what it comes to on the tree."""
    staged = question.staged
    path = mean_path(staged)
    mean = _searched(question.about(path, build_networks(path), "mean of the tree"))
    if mean.objective is None:
        # Without a plan for the mean there is none to hold against the tree.
        return mean, Searched(mean.termination, None, mean.bound)
    return mean, searched(staged, operate_schedule(question, mean.schedule))


def _searched(question: StagedQuestion) -> Searched:
    if question.watch.is_over:
        return _stopped(question)
    return searched(question.staged, solve_beside(question))


def _stopped(question: StagedQuestion) -> Searched:
    ending = question.watch.ending
    return searched(question.staged, StagedSolution(ending, None, None, float("-inf"), Phases()))
