"""The enumeration engine: every set of hubs bounded by array arithmetic, operated exactly unless its bound is too dear.

The bound of a set lets every commodity take its cheapest route over the set's hubs. Policies that couple commodities
can only cost more, so a set whose bound is over the best plan is excluded with proof. What is left is the operating
problem of one set, solved by the formulation with all hubs fixed.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import InstanceError, UsageError
from netdesign.instance.options import fix_hubs
from netdesign.network import price_routes
from netdesign.network.routes import hard_deadline
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
    UsageError
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
        self.operated = 0
        cells = len(instance.commodities) * len(instance.allowed) ** 2
        if cells > MOST_CELLS:
            message = f"enumeration holds {MOST_CELLS:,} route costs at most; this instance has {cells:,}"
            raise UsageError(message)
        self._costs = self._weighted_costs()

    def sets(self, numbers: range) -> int:
        """Return how many sets of hubs there are with these numbers of hubs."""
        certain, possible = len(self._instance.required), len(self._instance.allowed)
        return sum(math.comb(possible - certain, number - certain) for number in numbers if number >= certain)

    def solve(self, numbers: range) -> Solution:
        """Return the best plan over all sets with these numbers of hubs, with its bound.

        Raises
        ------
        UsageError
            More sets than enumeration is made for.
        """
        if self.sets(numbers) > MOST_SETS:
            message = f"enumeration takes {MOST_SETS:,} sets of hubs at most; there are {self.sets(numbers):,}"
            raise UsageError(message)
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

    def _weighted_costs(self) -> NDArray[np.float64]:
        """Return w_r F_rkm over the permitted sites, infinite where there is no permitted route; EUR/year."""
        instance = self._instance
        sites = np.array([instance.site_position[name] for name in instance.allowed])
        rows = np.arange(len(instance.commodities))
        costs = price_routes(instance, self._network, *np.ix_(rows, sites, sites))
        forbidden = costs.is_late & hard_deadline(instance)[:, None, None]
        weighted = costs.total * instance.commodities.volume[:, None, None]
        return np.asarray(np.where(forbidden, np.inf, weighted))

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
        """Return the least cost of a set if every commodity takes its cheapest route over it, EUR/year."""
        members = [self._instance.allowed.index(name) for name in hubs]
        cheapest = self._costs[:, members][:, :, members].min(axis=(1, 2))
        fixed = sum(site.fixed_cost for site in self._instance.sites if site.id in hubs)
        return float(cheapest.sum() + fixed)

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
