"""Networks in drawn worlds: operated by compiled loops where these know the problem, else solved one by one."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.analysis.moved import UnsoundError
from netdesign.analysis.stress.multi_affine import BuiltWorld, MultiAffine, NotMultiAffineError, UnsoundWorldError
from netdesign.analysis.within_limits import loops_in_time
from netdesign.instance.policies import HubMinima
from netdesign.results.part import proven
from netdesign.results.stress_draws import DrawMethod
from netdesign.solve.core.outcome import Progress, Termination
from netdesign.solve.drawn.operation import NetworkSites, make_operation, minima_of, why_not_compiled
from netdesign.solve.kernels.loading import LoadingStoppedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.analysis.moved import MovedProblem, ValueProblem
    from netdesign.instance.distributions import FigureDistribution

    Floats = NDArray[np.float64]

_AT_ONCE = 64
"""Worlds whose prices are held at once."""

MOST_SOLVED_APART = 200
"""Pairs of world and network that are solved after the loops, where these find no way to operate the network."""


@dataclass
class OperatedWorlds:
    """What networks cost in worlds.

    Parameters
    ----------
    lower, upper
        Bound and cost, EUR/year, shape (worlds, networks).
    method, why_solved
        How they were found.
    done
        Worlds in which all networks were operated.
    """

    lower: Floats
    upper: Floats
    method: DrawMethod
    why_solved: str
    done: int = 0


class WorldsOfNetworks:
    """Operates networks in worlds.

    Parameters
    ----------
    moved
        The problem at other values of figures.
    figures
        Those that are drawn.
    networks
        Open hubs of each network.
    threads
        Of the compiled loops, which find the same with any number; as many as engines may have if left out.
    """

    def __init__(
        self,
        moved: MovedProblem,
        figures: Sequence[FigureDistribution],
        networks: Sequence[Sequence[str]],
        threads: int | None = None,
    ) -> None:
        self._moved, self._figures, self._networks = moved, figures, networks
        self._threads = moved.watch.limits.threads if threads is None else threads
        self._watch, self._listen = moved.watch, moved.present.question.listen

    def operate(self, worlds: Floats) -> OperatedWorlds:
        """Operate all networks in worlds, until the time is over.

        Parameters
        ----------
        worlds
            Values of figures, shape (worlds, figures).
        """
        lower = np.full((len(worlds), len(self._networks)), -np.inf)
        found = OperatedWorlds(lower, np.full_like(lower, np.inf), DrawMethod.COMPILED, "")
        instance = self._moved.present.question.instance
        why = "a model file states the problem" if self._moved.has_users_model else why_not_compiled(instance)
        if not why:
            try:
                self._compiled(worlds, found)
            except NotMultiAffineError as error:
                why = str(error)
            except LoadingStoppedError:
                return found
        if why:
            found.method, found.why_solved = DrawMethod.SOLVED, why
            self._solved(worlds, found)
        return found

    def problem(self, world: Floats) -> ValueProblem:
        """Return the problem in a world, built anew.

        Raises
        ------
        UnsoundError
            The instance is not sound there.
        """
        values = zip(self._figures, world.tolist(), strict=True)
        moved = [(one, value) for one, value in values if value != one.value]
        return self._moved.with_values({path: value for one, value in moved for path in one.paths})

    def solve_in(self, problem: ValueProblem, place: int) -> tuple[float, float]:
        """Return bound and cost of a network in the problem of a world, by an engine; infinite where infeasible."""
        hubs = self._networks[place]
        solution = problem.of_hubs(hubs, "+".join(hubs))
        if solution.termination is Termination.INFEASIBLE:
            return np.inf, np.inf
        return proven(solution), np.inf if solution.objective is None else solution.objective

    def _compiled(self, worlds: Floats, found: OperatedWorlds) -> None:
        """Operate networks by compiled loops.

        Raises
        ------
        NotMultiAffineError
            Prices are no such function of the figures as worlds take them for.
        LoadingStoppedError
            The time is over before the loops are compiled.
        """
        question = self._moved.present.question
        instance, sites = question.instance, NetworkSites.of(question.instance, self._networks)
        with loops_in_time(self._watch):
            operation = make_operation(instance, question.network, sites, self._say)

        def build(values: Floats) -> BuiltWorld:
            if self._watch.is_over:
                raise LoadingStoppedError
            try:
                problem = self.problem(values)
            except UnsoundError as error:
                message = f"the instance is not sound with some values: {error.message}"
                raise UnsoundWorldError(message) from None
            return BuiltWorld.of(problem, operation.prices_of(problem.question.instance, problem.question.network))

        present = np.array([one.value for one in self._figures])
        self._tell("what each figure does to prices and volumes")
        figures = MultiAffine(build, present, worlds, [one.paths[0] for one in self._figures])
        minima, lane = HubMinima(instance, sites.sites), minima_of(instance, sites.sites)[1]
        absent = np.isinf(operation.prices_of(instance, question.network))
        with ThreadPoolExecutor(max(1, self._threads)) as pool:
            while found.done < len(worlds) and not self._watch.is_over:
                part = slice(found.done, min(found.done + _AT_ONCE, len(worlds)))
                prices, volumes = figures.at(worlds[part])
                prices[:, absent] = np.inf
                least = map(minima.at, volumes)
                costs = list(pool.map(operation.operate, prices, volumes, least, itertools.repeat(lane)))
                found.lower[part], found.upper[part] = np.moveaxis(np.array(costs), -1, 0)
                if figures.has_unsound:
                    unsound = self._unsound(worlds, part)
                    if self._watch.is_over:
                        return
                    found.lower[unsound] = found.upper[unsound] = np.inf
                found.done = part.stop
                self._tell(f"{found.done:,} of {len(worlds):,} worlds")
        self._solve_apart(worlds, found)

    def _unsound(self, worlds: Floats, part: slice) -> list[int]:
        """Return places of worlds in which the instance is not sound, as far as there is time."""
        found = []
        for place in range(part.start, part.stop):
            if self._watch.is_over:
                break
            try:
                self.problem(worlds[place])
            except UnsoundError:
                found.append(place)
        return found

    def _solve_apart(self, worlds: Floats, found: OperatedWorlds) -> None:
        """Solve networks in the worlds in which loops neither operate them nor exclude that it can be done."""
        lacking = np.argwhere(np.isinf(found.upper[: found.done]) & ~np.isinf(found.lower[: found.done]))
        problem, latest = None, -1
        for world, place in lacking[:MOST_SOLVED_APART].tolist():
            if self._watch.is_over:
                return
            if world != latest:
                problem, latest = self.problem(worlds[world]), world
            assert problem is not None
            bound, cost = self.solve_in(problem, place)
            found.lower[world, place] = max(bound, found.lower[world, place])
            found.upper[world, place] = cost

    def _solved(self, worlds: Floats, found: OperatedWorlds) -> None:
        """Build each world anew, and solve each network."""
        for number, world in enumerate(worlds):
            self._tell(f"world {number + 1:,} of {len(worlds):,}")
            try:
                problem = self.problem(world)
            except UnsoundError:
                found.lower[number] = found.upper[number] = np.inf
                found.done = number + 1
                continue
            for place in range(len(self._networks)):
                bound, cost = self.solve_in(problem, place)
                if self._watch.is_over:
                    return
                found.lower[number, place], found.upper[number, place] = bound, cost
            found.done = number + 1

    def _say(self, notice: str) -> None:
        self._listen(Progress(self._watch.elapsed_s, None, None, "", notice=notice))

    def _tell(self, task: str) -> None:
        self._listen(Progress(self._watch.elapsed_s, None, None, task))
