"""The order of the searches of a frontier: its ends, prices in between, and limits step by step."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from netdesign.analysis.frontier_call import PART_AT_END
from netdesign.analysis.frontier_points import Scale
from netdesign.analysis.measured_problem import Measured, Terms
from netdesign.analysis.shadow_prices import shadow_prices
from netdesign.errors import UsageError
from netdesign.instance.policies import carbon_charge
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination

if TYPE_CHECKING:
    from netdesign.analysis.frontier_call import FrontierCall, Measure
    from netdesign.analysis.frontier_searches import Found, FoundPlan, FrontierSearches
    from netdesign.analysis.measured_problem import MeasuredProblem

_TIE = 5e-7
"""Part of the cost that all late freight, or all carbon, has as its price where a price only breaks ties."""

_LADDER = (0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 16.0)
"""The same for the prices that are tried on the way to that end, ascending."""

_MOST_PRICED = 8
"""Most searches at prices for one limit."""

_DEAREST = {1: 16.0, 2: 2.0}
"""Part of the cost that all late freight, or all carbon, has at the highest price that is tried for a limit."""

_NEAR_DUAL = 1e-5
"""Part of the cost that prices of limits may prove less than the best ones would."""

_SLACK = 1e-9
"""Part of the largest figure that a limit is over that of a plan which has to keep it."""

MOST_SWEPT = 1_000
"""Most searches where all points are asked for."""

_MOST_AT_LIMIT = 4
"""Plans in a row that use all of their limit where all points are asked for: then freight is divided to meet it."""

_NAMES = {1: "late freight", 2: "carbon"}


def scale_of(problem: MeasuredProblem, measures: tuple[Measure, ...], cheapest: Measured) -> Scale:
    """Return the size of the figures of a frontier, of which the cheapest plan is known."""
    largest = Measured(max(abs(cheapest.cost), 1.0), problem.promised or 1.0, cheapest.co2e or 1.0)
    return Scale(measures, largest)


class FrontierSteps:
    """Makes the searches of a call, one after the other.

    Parameters
    ----------
    problem, call
        The problem, and what is asked of it.
    searches
        Makes each.

    Attributes
    ----------
    left_out
        Number of searches that were not made as the call had to end.
    is_swept
        Whether all points are found.
    """

    def __init__(self, problem: MeasuredProblem, call: FrontierCall, searches: FrontierSearches) -> None:
        self._problem, self._call, self._searches = problem, call, searches
        self._scale = scale_of(problem, call.measures, Measured(1.0, 1.0, 1.0))
        self._ties = Terms()
        self.left_out = 0
        self.is_swept = False

    @property
    def ending(self) -> Termination:
        """Why the searches stopped."""
        made = self._searches.made
        if self._searches.is_over and (self.left_out or any(not one.is_settled for one in made)):
            return self._problem.question.watch.ending
        if made and made[0].termination is Termination.INFEASIBLE:
            return Termination.INFEASIBLE
        endings = [one.termination for one in made if one.termination is not Termination.INFEASIBLE]
        limit = next((ending for ending in endings if ending.is_limit), None)
        if limit is not None:
            return limit
        if self._call.steps is None and self._call.prices is None and not self.is_swept:
            return Termination.SIZE_LIMIT
        return Termination.GAP_REACHED if Termination.GAP_REACHED in endings else Termination.OPTIMAL

    def search(self) -> None:
        """Make all searches, as far as there is time."""
        cheapest = self._searches.search(Terms(), "cheapest network")
        if cheapest.found is None or not cheapest.is_settled:
            return
        self._scale = scale_of(self._problem, self._call.measures, cheapest.found.measured)
        self._ties = Terms(*(self._price(place, _TIE) if place in self._scale.others else 0.0 for place in (1, 2)))
        if self._call.prices is not None:
            self._at_prices(self._call.prices.values)
            return
        first = self._search(self._ties, "cheapest network, ties broken")
        if self._call.steps is None:
            found = self._sweep(self._scale.others, self._ties)
            self.is_swept = found is not None and all(made.is_settled for made in self._searches.made)
        elif first is not None and first.found is not None:
            self._in_steps(first.found, self._call.steps)

    def _search(self, terms: Terms, task: str) -> Found | None:
        """Make a search; None where there is no time."""
        if self._searches.is_over:
            self.left_out += 1
            return None
        return self._searches.search(terms, task)

    def _price(self, place: int, part: float) -> float:
        """Return the price of a measure by which all of it has a part of the cost."""
        return part * self._scale.largest.cost / self._scale.largest[place]

    def _priced(self, place: int, price: float) -> Terms:
        """Return the terms with a price of one measure."""
        return self._ties._replace(**{("late_price", "carbon_price")[place - 1]: price})

    def _at_prices(self, prices: tuple[float, ...]) -> None:
        own = carbon_charge(self._problem.question.instance.policies)
        for price in prices:
            more = price - own if price > own else self._ties.carbon_price
            self._search(self._priced(2, more), f"carbon at {price:g} EUR/t")

    def _in_steps(self, cheapest: FoundPlan, steps: int) -> None:
        """Find plans at rising prices of each measure and its end, then the best plan under each limit."""
        for place in self._scale.others:
            self._at_rising_prices(place)
        ends = {place: min(cheapest.measured[place], self._end(place)) for place in self._scale.others}
        self._grid(cheapest.measured, ends, steps)

    def _at_rising_prices(self, place: int) -> None:
        """Find plans at prices of a measure until it grows no smaller, or a search takes too long.

        They are good plans to begin with, and bound what limits cost.
        """
        for part in _LADDER:
            price = self._price(place, part)
            made = self._search(self._priced(place, price), f"{_NAMES[place]} at {price:.6g} EUR/t")
            if made is None or not made.is_settled or made.found is None:
                return
            if made.found.measured[place] <= _SLACK * self._scale.largest[place]:
                return

    def _at_shadow_prices(self, limits: dict[int, float]) -> None:
        """Find plans at the prices at which limits are kept by themselves.

        What is proven at these prices bounds each set of hubs within the limits, nearly as well as it can be by prices.
        """
        dearest = {place: self._price(place, _DEAREST[len(limits)]) for place in limits}
        for _ in range(_MOST_PRICED):
            plans = {made.found.measured for made in self._searches.made if made.found is not None}
            shadow = shadow_prices(plans, limits, dearest)
            if shadow is None:
                return
            late, carbon = (max(shadow.prices.get(place, 0.0), self._ties[place - 1]) for place in (1, 2))
            terms = Terms(late, carbon)
            made = self._search(terms, _price_words(shadow.prices))
            if made is None or made.found is None or not made.is_settled:
                return
            lower = terms.weighted(made.found.measured) - sum(
                shadow.prices[place] * most for place, most in limits.items()
            )
            if shadow.value - lower <= _NEAR_DUAL * self._scale.largest.cost:
                return

    def _end(self, place: int) -> float:
        """Find the cheapest plan with the least of a measure, and return how much that is, as far as it is found."""
        name = f"least {_NAMES[place]}"
        price = self._priced(place, self._price(place, PART_AT_END))
        made = self._search(price, name)
        least = min(made.found.measured[place] for made in self._searches.made if made.found is not None)
        # Under a limit at the very end nearly all is given, which takes engines long; the price proves the same.
        if made is not None and made.found is not None and not _proves_cost(made, made.found):
            self._search(
                self._limited({place: least + _SLACK * self._scale.largest[place]}), f"{name} at the least cost"
            )
        return least

    def _limited(self, limits: dict[int, float]) -> Terms:
        return self._ties._replace(most_late=limits.get(1, math.inf), most_co2e=limits.get(2, math.inf))

    def _grid(self, cheapest: Measured, ends: dict[int, float], steps: int) -> None:
        """Find the cheapest plan under each combination of limits, the widest limits first."""
        levels = []
        for place, end in ends.items():
            step = (cheapest[place] - end) / steps
            slack = _SLACK * self._scale.largest[place]
            inside = [cheapest[place] - number * step for number in range(1, steps)] if step > slack else []
            levels.append([math.inf, *inside])
        numbered = sorted(product(*(range(len(level)) for level in levels)), key=lambda at: (sum(at), at))
        for numbers in numbered[1:]:
            limits = {place: level[number] for place, level, number in zip(ends, levels, numbers, strict=True)}
            limited = {place: most for place, most in limits.items() if math.isfinite(most)}
            self._at_shadow_prices(limited)
            self._search(self._limited(limits), _words(limits))

    def _sweep(self, places: tuple[int, ...], terms: Terms) -> list[Measured] | None:
        """Return all plans within limits that nothing beats, and some that others beat; None where it was cut short.

        Each search has a limit just under the largest figure of those before it.
        """
        place, *inner = places
        found: list[Measured] = []
        at_limit = 0
        while True:
            if inner:
                those = self._sweep(tuple(inner), terms)
            elif len(self._searches.made) >= MOST_SWEPT:
                those = None
            else:
                limits = dict(enumerate(terms[2:], start=1))
                made = self._search(terms, _words({at: most for at, most in limits.items() if math.isfinite(most)}))
                is_cut = made is None or not made.is_settled
                those = None if made is None or is_cut else [] if made.found is None else [made.found.measured]
            if those is None:
                return None
            if not those:
                return found
            found += those
            largest = max(measured[place] for measured in those)
            at_limit = at_limit + 1 if largest > self._scale.under(place, terms[place + 1]) else 0
            if at_limit == _MOST_AT_LIMIT:
                raise UsageError(_without_end(self._problem.question.instance.name))
            most = self._scale.under(place, largest)
            if most < 0:
                return found
            terms = terms._replace(**{("most_late", "most_co2e")[place - 1]: most})


def _proves_cost(made: Found, found: FoundPlan) -> bool:
    """Return whether a search at a price proves that its plan has the least cost with as little of the measure."""
    return made.terms.weighted(found.measured) - made.bound <= OPTIMAL_GAP * max(abs(found.measured.cost), 1.0)


def _without_end(name: str) -> str:
    return (
        f"--steps all: freight of {name} may be divided over routes, so that there are points without end; give a "
        "number of steps"
    )


def _price_words(prices: dict[int, float]) -> str:
    """Return prices in words, for the progress."""
    return ", ".join(f"{_NAMES[place]} at {price:.6g} EUR/t" for place, price in prices.items())


def _words(limits: dict[int, float]) -> str:
    """Return limits in words, for the progress."""
    units = {1: "t late", 2: "t CO2e"}
    named = [f"at most {most:,.0f} {units[place]}" for place, most in limits.items() if math.isfinite(most)]
    return ", ".join(named) or "cheapest network"
