"""The enumeration engine: every set of hubs bounded by array arithmetic, operated exactly unless its bound is too dear.

The bound of a set lets every commodity take its best route over the set's hubs. Policies that couple commodities, and
single allocation, can only cost more, so a set whose bound is over the best plan is excluded with proof. What is left
is the operating problem of one set, solved by the formulation with all hubs fixed.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import InstanceError, SizeError
from netdesign.instance.blocks import Objective
from netdesign.instance.options import fix_hubs
from netdesign.network import permitted_routes
from netdesign.solve.limits import OPTIMAL_GAP
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.outcome import Phases, Solution, Termination, relative_gap, silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from netdesign.formulation.protocol import Formulation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.limits import Watch
    from netdesign.solve.outcome import Progress

MOST_SETS = 100_000
"""Sets of hubs that are enumerated; past it enumeration is the wrong engine."""

MOST_CELLS = 50_000_000
"""Route costs that are held at once: commodities x sites x sites."""

_TIE = 1e-9
"""Relative distance under which a bound does not exclude a set: it may be the optimum itself."""


class Enumeration:
    """All sets of hubs of one instance.

    Parameters
    ----------
    instance, network, formulation, watch, listen
        As for the monolithic engine.

    Raises
    ------
    SizeError
        More sets or routes than enumeration is made for.
    """

    name = "enumeration"

    def __init__(
        self,
        instance: Instance,
        network: Network,
        formulation: Formulation,
        watch: Watch,
        listen: Callable[[Progress], None] = silent,
    ) -> None:
        self._instance, self._network = instance, network
        self._formulation, self._watch, self._listen = formulation, watch, listen
        self._place = {name: place for place, name in enumerate(instance.allowed)}
        self.operated = 0
        cells = len(instance.commodities) * len(instance.allowed) ** instance.problem.route_hubs
        if cells > MOST_CELLS:
            message = f"enumeration holds {MOST_CELLS:,} route costs at most; this instance has {cells:,}"
            raise SizeError(message)
        self._values = self._route_values()

    def sets(self, numbers: range) -> int:
        """Return how many sets of hubs there are with these numbers of hubs."""
        certain, possible = len(self._instance.required), len(self._instance.allowed)
        return sum(math.comb(possible - certain, number - certain) for number in numbers if number >= certain)

    def solve(self, numbers: range) -> Solution:
        """Return the best plan over all sets with these numbers of hubs, with its bound.

        Raises
        ------
        SizeError
            More sets than enumeration is made for.
        """
        if self.sets(numbers) > MOST_SETS:
            message = f"enumeration takes {MOST_SETS:,} sets of hubs at most; there are {self.sets(numbers):,}"
            raise SizeError(message)
        bounded = sorted((self._bound(hubs), hubs) for hubs in self._hub_sets(numbers))
        best = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        bound, phases = math.inf, Phases()
        for set_bound, hubs in bounded:
            if not set_bound < _cut_off(best):
                bound = min(bound, set_bound)
                break
            if self._watch.is_over:
                ended = Termination.INTERRUPTED if self._watch.stopped.is_set() else Termination.TIME_LIMIT
                return Solution(ended, best.plan, best.objective, min(bound, set_bound), phases)
            solution = self._operate(hubs)
            phases += solution.phases
            bound = min(bound, max(solution.bound, set_bound))
            if solution.objective is not None and solution.objective < _price(best):
                best = solution
            if solution.termination.is_limit:
                return Solution(solution.termination, best.plan, best.objective, min(bound, set_bound), phases)
        if best.plan is None:
            return Solution(Termination.INFEASIBLE, None, None, math.inf, phases)
        bound = min(bound, _price(best))
        is_optimal = (relative_gap(_price(best), bound) or 0.0) <= OPTIMAL_GAP
        ended = Termination.OPTIMAL if is_optimal else Termination.GAP_REACHED
        return Solution(ended, best.plan, best.objective, bound, phases)

    def _route_values(self) -> NDArray[np.float64]:
        """Return what each route over permitted sites adds to the objective, infinite where there is none.

        Shape (commodities, first hub, last hub), or (commodities, hub): w_r F_rkm in EUR/year, T_rkm in h, or 0 where
        only the number of hubs counts.
        """
        instance = self._instance
        sites = np.array([instance.site_position[name] for name in instance.allowed])
        rows = np.arange(len(instance.commodities))
        costs, is_permitted = permitted_routes(instance, self._network, rows, sites)
        volume = instance.commodities.volume.reshape(-1, *[1] * (is_permitted.ndim - 1))
        match instance.problem.objective:
            case Objective.COST:
                values = costs.total * volume
            case Objective.LONGEST_TIME:
                values = costs.time_h
            case Objective.HUB_NUMBER:
                values = np.zeros(is_permitted.shape)
        return np.where(is_permitted, values, np.inf)

    def _hub_sets(self, numbers: range) -> Iterator[tuple[str, ...]]:
        instance = self._instance
        certain = instance.required
        free = [name for name in instance.allowed if name not in certain]
        for number in numbers:
            if number < len(certain):
                continue
            for chosen in itertools.combinations(free, number - len(certain)):
                hubs = certain | set(chosen)
                if self._is_permitted(hubs):
                    yield tuple(name for name in instance.allowed if name in hubs)

    def _is_permitted(self, hubs: frozenset[str]) -> bool:
        policies = self._instance.policies
        return all(len(hubs & set(group.sites)) <= 1 for group in policies.exclusive)

    def _bound(self, hubs: tuple[str, ...]) -> float:
        """Return the objective of a set if every commodity takes its best route over it, in the objective's unit."""
        members = [self._place[name] for name in hubs]
        over_first = self._values[:, members]
        best = over_first.min(axis=1) if over_first.ndim == 2 else over_first[:, :, members].min(axis=(1, 2))
        match self._instance.problem.objective:
            case Objective.COST:
                fixed = sum(site.fixed_cost for site in self._instance.sites if site.id in hubs)
                return float(best.sum() + fixed)
            case Objective.LONGEST_TIME:
                return float(best.max())
            case Objective.HUB_NUMBER:
                return len(hubs) + float(best.max())

    def _operate(self, hubs: tuple[str, ...]) -> Solution:
        self.operated += 1
        try:
            fixed = fix_hubs(self._instance, hubs)
        except InstanceError:
            # The policies contradict this set on the data alone: a cap on fixed cost, too little capacity.
            return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        engine = Monolithic(fixed, self._network, self._formulation, self._watch, self._listen)
        return engine.solve(task=f"operating {'+'.join(hubs)}")


def _price(solution: Solution) -> float:
    return math.inf if solution.objective is None else solution.objective


def _cut_off(best: Solution) -> float:
    """Return the bound from which on a set cannot beat the best plan."""
    return _price(best) * (1.0 - _TIE) if best.objective is not None else math.inf
