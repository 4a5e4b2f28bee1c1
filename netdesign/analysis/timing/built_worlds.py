"""Plans in a world whose years are built anew: each is operated, and the referee prices it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netdesign.analysis.timing.value_of_information import without_operations
from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.staged import evaluate_staged
from netdesign.plan import StagedPlan
from netdesign.solve.multistage.contingent_plan import node_plan
from netdesign.solve.multistage.pricing import Job
from netdesign.solve.multistage.served_year import years_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.analysis.timing.value_of_information import Decisions
    from netdesign.evaluate.configuration import NodeConfiguration
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.pricing import AnyYear, Pricer
    from netdesign.solve.multistage.question import StagedQuestion

    Floats = NDArray[np.float64]


class StandingYear(NamedTuple):
    """A year with what stands in it.

    Parameters
    ----------
    node
        Position of the node.
    hubs
        Positions of the open sites, ascending.
    lift, daily
        What the modules of each of them lift, t/year and t/day.
    """

    node: int
    hubs: tuple[int, ...]
    lift: tuple[float, ...]
    daily: tuple[float, ...]

    def job(self, year: AnyYear) -> Job:
        """Return the job of pricing its operation."""
        return Job(year, np.array(self.lift), np.array(self.daily))


def standing_years(staged: StagedInstance, decisions: Sequence[Decisions]) -> list[StandingYear]:
    """Return what stands at each node with the orders and closings of a plan."""
    standing = configurations(staged, without_operations(decisions))
    return [_standing(staged, v, configuration) for v, configuration in enumerate(standing)]


def _standing(staged: StagedInstance, v: int, configuration: NodeConfiguration) -> StandingYear:
    hubs = tuple(np.flatnonzero(configuration.is_open).tolist())
    in_use = configuration.in_use[list(hubs)]
    lift, daily = in_use @ staged.capacities, in_use @ staged.peak_capacities
    return StandingYear(v, hubs, tuple(lift.tolist()), tuple(daily.tolist()))


def standing_cost(staged: StagedInstance, networks: Sequence[Network], decisions: Sequence[Decisions]) -> float:
    """Return what a plan costs beside its operations: modules and hubs, EUR of the first year, mean of the paths."""
    idle = without_operations(decisions)
    names = [site.id for site in staged.base.sites]
    nodes = [
        replace(own, operations=replace(own.operations, open_hubs=tuple(names[hub] for hub in year.hubs)))
        for own, year in zip(idle.nodes, standing_years(staged, decisions), strict=True)
    ]
    found = evaluate_staged(staged, networks, StagedPlan(tuple(nodes)))
    probability = np.array([staged.nodes[leaf].probability for leaf in staged.leaves])
    of_years = [one.capital + one.exit - one.handed_on + one.operations.costs.fixed for one in found.nodes]
    return float(staged.weights @ np.array(of_years) - probability @ found.salvage)


def costs_when_built(
    question: StagedQuestion, plans: Sequence[Sequence[Decisions]], pricer: Pricer
) -> tuple[Floats, Floats] | None:
    """Return bound and cost of plans in the world of a question, by the referee; None where time runs out.

    Parameters
    ----------
    question
        The problem in the world.
    plans
        Orders and closings of each plan at each node.
    pricer
        Prices operations.

    Returns
    -------
    tuple
        Mean discounted cost of the paths, EUR of the first year, shapes (plans,); both infinite where a plan is
        not permitted.
    """
    staged, years = question.staged, years_of(question)
    standing = [standing_years(staged, decisions) for decisions in plans]
    needed = list(dict.fromkeys(year for of_plan in standing for year in of_plan if year.hubs))
    jobs = [year.job(years.year(year.node, year.hubs)) for year in needed]
    operations = pricer.price(jobs, lambda: question.watch.is_over)
    if any(one is None for one in operations):
        return None
    of_year: dict[StandingYear, YearOperation] = {
        year: one for year, one in zip(needed, operations, strict=True) if one is not None
    }
    costs = [
        _cost(question, decisions, years_of_plan, of_year)
        for decisions, years_of_plan in zip(plans, standing, strict=True)
    ]
    lower, upper = np.array(costs).T
    return lower, upper


def _cost(
    question: StagedQuestion,
    decisions: Sequence[Decisions],
    standing: Sequence[StandingYear],
    of_year: dict[StandingYear, YearOperation],
) -> tuple[float, float]:
    staged = question.staged
    if any(year not in of_year or not np.isfinite(of_year[year].cost) for year in standing):
        return np.inf, np.inf
    nodes = tuple(node_plan(staged, year.hubs, of_year[year], *decisions[year.node]) for year in standing)
    found = evaluate_staged(staged, question.networks, StagedPlan(nodes), question.known)
    if found.violations:
        return np.inf, np.inf
    open_gaps = np.array([of_year[year].cost - of_year[year].bound for year in standing])
    return found.expected - float(staged.weights @ open_gaps), found.expected
