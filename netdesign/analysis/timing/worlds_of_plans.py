"""Plans in drawn worlds: their years follow from what each figure does, or are built anew in each world."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.price_line import problem_figures
from netdesign.analysis.stress.multi_affine import BuiltWorld, MultiAffine, NotMultiAffineError
from netdesign.analysis.timing.built_worlds import costs_when_built, standing_cost, standing_years
from netdesign.analysis.within_limits import loops_in_time
from netdesign.instance.stages import Risk
from netdesign.results.timing_stress_document import WorldMethod
from netdesign.solve.core.outcome import Progress
from netdesign.solve.kernels.loading import LoadingStoppedError
from netdesign.solve.multistage.drawn_years import DrawnYears, why_not_drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.analysis.timing.built_worlds import StandingYear
    from netdesign.analysis.timing.moved_years import MovedYears
    from netdesign.analysis.timing.value_of_information import Decisions
    from netdesign.instance.distributions import FigureDistribution
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.pricing import Job, Pricer
    from netdesign.solve.multistage.question import StagedQuestion

    Floats = NDArray[np.float64]

_AT_ONCE = 8
"""Worlds whose years are held at once."""


@dataclass
class OperatedPlans:
    """What plans cost in worlds.

    Parameters
    ----------
    lower, upper
        Bound and cost, EUR of the first year, mean of the paths, shape (worlds, plans).
    method, why_built
        How they were found.
    done
        Worlds in which all plans were operated.
    """

    lower: Floats
    upper: Floats
    method: WorldMethod
    why_built: str
    done: int = 0


class WorldsOfPlans:
    """Operates plans in worlds.

    Parameters
    ----------
    moved, question
        The problem at other values of figures, and what engines are asked at the present ones.
    figures
        Those that are drawn.
    plans
        Orders and closings of each plan at each node.
    pricer
        Prices operations.
    """

    def __init__(
        self,
        moved: MovedYears,
        question: StagedQuestion,
        figures: Sequence[FigureDistribution],
        plans: Sequence[Sequence[Decisions]],
        pricer: Pricer,
    ) -> None:
        self._moved, self._figures, self._plans, self._pricer = moved, figures, plans, pricer
        self._question = of_mean(question)
        self._watch, self._listen = question.watch, question.listen

    def operate(self, worlds: Floats, most: int | None = None) -> OperatedPlans:
        """Operate all plans in worlds, until the time is over.

        Parameters
        ----------
        worlds
            Values of figures, shape (worlds, figures).
        most
            Operate the first so many only.
        """
        most = len(worlds) if most is None else most
        lower = np.full((most, len(self._plans)), -np.inf)
        found = OperatedPlans(lower, np.full_like(lower, np.inf), WorldMethod.COMPOSED, "")
        why = why_not_drawn(self._question.staged)
        if not why:
            try:
                self._compose(worlds, found)
            except NotMultiAffineError as error:
                why = str(error)
            except LoadingStoppedError:
                return found
        if why:
            found.method, found.why_built = WorldMethod.BUILT, why
            self._build(worlds[:most], found)
        return found

    def in_built(self, world: Floats) -> tuple[Floats, Floats] | None:
        """Return bound and cost of all plans in a world that is built anew; None where time runs out."""
        try:
            question = self._question_in(world)
        except UnsoundError:
            nowhere = np.full(len(self._plans), np.inf)
            return nowhere, nowhere
        try:
            with loops_in_time(self._watch):
                return costs_when_built(question, self._plans, self._pricer)
        except LoadingStoppedError:
            return None

    def _question_in(self, world: Floats) -> StagedQuestion:
        """Return the question about a world.

        Raises
        ------
        UnsoundError
            The instance is not sound there.
        """
        values = zip(self._figures, world.tolist(), strict=True)
        drawn = [(one, value) for one, value in values if value != one.value]
        problem = self._moved.with_values({path: value for one, value in drawn for path in one.paths})
        asked = replace(self._question, staged=problem.staged, networks=problem.networks, memory={}, served=[])
        return of_mean(asked)

    def _build(self, worlds: Floats, found: OperatedPlans) -> None:
        for number, world in enumerate(worlds):
            self._tell(f"world {number + 1:,} of {len(worlds):,}")
            costs = None if self._watch.is_over else self.in_built(world)
            if costs is None:
                return
            found.lower[number], found.upper[number] = costs
            found.done = number + 1

    def _compose(self, worlds: Floats, found: OperatedPlans) -> None:
        """Operate plans where prices and volumes follow from what each figure does to them.

        Raises
        ------
        NotMultiAffineError
            They are no such function of the figures.
        LoadingStoppedError
            The time is over before that is known.
        """
        self._tell("what each figure does to prices and volumes")
        composed = _Composed(self._question, self._plans)

        def build(values: Floats) -> BuiltWorld:
            if self._watch.is_over:
                raise LoadingStoppedError
            try:
                return composed.built(self._question_in(values))
            except UnsoundError as error:
                raise NotMultiAffineError(error.message) from None

        present = np.array([one.value for one in self._figures])
        figures = MultiAffine(build, present, worlds, [one.paths[0] for one in self._figures])
        most = len(found.upper)
        while found.done < most and not self._watch.is_over:
            part = slice(found.done, min(found.done + _AT_ONCE, most))
            prices, volumes = figures.at(worlds[part])
            costs = composed.costs(prices, volumes, self._pricer, lambda: self._watch.is_over)
            if costs is None:
                return
            found.lower[part], found.upper[part] = costs
            found.done = part.stop
            self._tell(f"{found.done:,} of {most:,} worlds")

    def _tell(self, task: str) -> None:
        self._listen(Progress(self._watch.elapsed_s, None, None, task))


def of_mean(question: StagedQuestion) -> StagedQuestion:
    """Return the question in which the mean cost of the paths is what counts."""
    stages = question.staged.stages.model_copy(update={"risk": Risk()})
    return replace(question, staged=replace(question.staged, stages=stages))


class _Composed:
    """Years and costs of plans at any prices and volumes.

    Parameters
    ----------
    question
        The problem at the present values.
    plans
        Orders and closings of each plan at each node.
    """

    def __init__(self, question: StagedQuestion, plans: Sequence[Sequence[Decisions]]) -> None:
        staged, networks = question.staged, question.networks
        self._plans, self._weights = plans, staged.weights
        self._standing = [standing_years(staged, decisions) for decisions in plans]
        self._opened = list(dict.fromkeys((one.node, one.hubs) for own in self._standing for one in own if one.hubs))
        self._years = DrawnYears(staged, networks, self._opened)
        self._absent = np.isinf(self._years.prices_of(staged, networks))
        self._structure = _structure(question)
        sizes = [len(node.instance.commodities) for node in staged.nodes]
        self._volume_ends = np.cumsum(sizes)[:-1]

    def built(self, question: StagedQuestion) -> BuiltWorld:
        """Return prices and volumes of a world that is built anew, with what plans cost beside operations."""
        staged, networks = question.staged, question.networks
        # What decides which plans there are takes megabytes, so that it is compared at once and not kept.
        is_same = _structure(question) == self._structure
        if not is_same:
            return BuiltWorld(np.zeros(0), np.zeros(0), (is_same,))
        prices = self._years.prices_of(staged, networks)
        absent = np.isinf(prices)
        beside = [standing_cost(staged, networks, decisions) for decisions in self._plans]
        volumes = np.concatenate([node.instance.commodities.volume for node in staged.nodes])
        return BuiltWorld(np.concatenate([np.where(absent, 0.0, prices), beside]), volumes, (is_same, absent.tobytes()))

    def costs(
        self, prices: Floats, volumes: Floats, pricer: Pricer, is_over: Callable[[], bool]
    ) -> tuple[Floats, Floats] | None:
        """Return bounds and costs, shapes (worlds, plans), at prices and volumes of worlds; None if out of time."""
        needed = list(dict.fromkeys(one for of_plan in self._standing for one in of_plan if one.hubs))
        batches = [self._jobs(needed, row, volume) for row, volume in zip(prices, volumes, strict=True)]
        found = pricer.costs_of_batches(batches, is_over)
        if any(costs is None for costs in found):
            return None
        totals = [self._totals(dict(zip(needed, costs, strict=True))) for costs in found if costs is not None]
        beside = prices[:, -len(self._plans) :]
        lower, upper = np.moveaxis(np.array(totals), -1, 0)
        return lower + beside, upper + beside

    def _jobs(self, needed: Sequence[StandingYear], prices: Floats, volumes: Floats) -> list[Job]:
        """Return the jobs of pricing the years of a world."""
        own = np.where(self._absent, np.inf, prices[: len(self._absent)])
        years = dict(zip(self._opened, self._years.at(own, np.split(volumes, self._volume_ends)), strict=True))
        return [one.job(years[one.node, one.hubs]) for one in needed]

    def _totals(self, costs: dict[StandingYear, tuple[float, float]]) -> list[tuple[float, float]]:
        """Return bound and cost of the operations of each plan in a world, EUR of the first year."""
        nothing = (np.inf, np.inf)
        return [
            (
                sum(float(self._weights[year.node]) * costs.get(year, nothing)[0] for year in standing),
                sum(float(self._weights[year.node]) * costs.get(year, nothing)[1] for year in standing),
            )
            for standing in self._standing
        ]


def _structure(question: StagedQuestion) -> tuple[object, ...]:
    """Return all that decides which plans over the years are permitted."""
    staged: StagedInstance = question.staged
    is_capped = staged.stages.capital_budget is not None or any(
        node.instance.policies.fixed_cost_cap_eur_per_year is not None for node in staged.nodes
    )
    of_nodes: list[object] = []
    seen: dict[int, int] = {}
    for place, (node, network) in enumerate(zip(staged.nodes, question.networks, strict=True)):
        of_nodes.append((node.name, node.parent, node.year, node.probability))
        # Nodes with the same prices share the tuple of sites, whatever their volumes.
        like = seen.setdefault(id(node.instance.sites), place)
        of_nodes.append(problem_figures(node.instance, network).structure if like == place else like)
        if is_capped and like == place:
            prices = node.prices
            of_nodes += [part.tobytes() for part in (prices.running, prices.capital, prices.yearly)]
    return (staged.stages, staged.modules, staged.installed.tobytes(), staged.base.allowed, *of_nodes)
