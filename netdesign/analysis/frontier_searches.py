"""The searches of a frontier: each for the cheapest plan under prices and limits, helped by what others have proven.

A search proves for its terms that no plan within its limits has less than so much at its prices; some engines prove it
for each set of hubs. At other prices, and within narrower limits, this still bounds each set, and those whose bound is
no less than what the best plan known has there need not be searched again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from netdesign.analysis.within_limits import solved_in_time
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import EVERYTHING, PricedPlan, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import OPTIMAL_GAP, Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.analysis.measured_problem import Measured, MeasuredProblem, Terms
    from netdesign.evaluate import Evaluation
    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Engine, Question

    Hubs = frozenset[str]

_EXACT_GAP = 1e-9
"""Relative gap of each search where the call asks for the usual one: prices that break ties are small."""

BOUND_ROUNDING = 1e-9
"""Part of a bound that may be rounding: prices may be many times the cost."""

_FIRST_SETS, _MORE_SETS = 4, 4
"""Sets that are searched first, and how many times as many each time after that."""

_MOST_SETS = 50_000
"""Most sets of hubs whose bounds are kept."""


@dataclass(frozen=True)
class FoundPlan:
    """A plan with its measures and what the referee says of it."""

    plan: Plan
    evaluation: Evaluation
    measured: Measured


@dataclass(frozen=True)
class Found:
    """The outcome of one search.

    Parameters
    ----------
    terms
        Prices and limits.
    termination
        Why it stopped.
    bound
        No plan within the limits has less at the prices, EUR/year.
    found
        The best plan; None without one.
    of_sets
        The same bound by set of hubs, as far as it is known.
    """

    terms: Terms
    termination: Termination
    bound: float
    found: FoundPlan | None
    of_sets: dict[Hubs, float]

    @property
    def is_settled(self) -> bool:
        """Whether the search was complete."""
        return not self.termination.is_limit

    def bound_under(self, terms: Terms, bound: float) -> float:
        """Return what a bound at these prices bounds at others, within limits that these contain; EUR/year."""
        if math.isinf(bound):
            return bound
        bound -= BOUND_ROUNDING * abs(bound)
        for own, other, most in (
            (self.terms.late_price, terms.late_price, terms.most_late),
            (self.terms.carbon_price, terms.carbon_price, terms.most_co2e),
        ):
            bound -= (own - other) * most if own > other else 0.0
        return bound


class FrontierSearches:
    """Searches one after the other, each of which knows what those before it have proven.

    Parameters
    ----------
    problem
        The problem.
    point_limit
        Seconds for each search; None for no limit of its own.
    """

    def __init__(self, problem: MeasuredProblem, point_limit: float | None) -> None:
        self._problem, self._point_limit = problem, point_limit
        self._watch = problem.question.watch
        self._plans: dict[int, FoundPlan] = {}
        self.made: list[Found] = []

    @property
    def is_over(self) -> bool:
        """Whether the whole call has to end."""
        return self._watch.is_over

    def search(self, terms: Terms, task: str) -> Found:
        """Return the cheapest plan under some terms, from an earlier search where that has found it."""
        known = self._known(terms)
        if known is not None:
            return known
        made = self._made(terms, task)
        self.made.append(made)
        return made

    def _known(self, terms: Terms) -> Found | None:
        """Return a search that answers for these terms too: its plan is within their limits, or there is none."""
        for made in self.made:
            if not (made.is_settled and made.terms.contain(terms)):
                continue
            if made.found is None:
                return made
            is_same = made.terms[:2] == terms[:2]
            if is_same and terms.permit(made.found.measured):
                return made
        return None

    def _made(self, terms: Terms, task: str) -> Found:
        """Search the sets of hubs with the lowest bounds first, as a plan of theirs excludes most others."""
        best, bounds = self._start(terms), self._bounds_of_sets(terms)
        question = self._problem.under(terms, self._own_watch())
        ending = Termination.INFEASIBLE if best is None else Termination.OPTIMAL
        bound, of_sets = math.inf, dict(bounds)
        # Sets that no search has bounded yet may be the best.
        are_all_known = not question.instance.has_centres and len(bounds) == number_of_sets(
            question.instance, EVERYTHING
        )
        for part in self._parts(bounds, in_parts=are_all_known and terms.has_limits):
            at_most = math.inf if best is None else terms.weighted(best.measured)
            wanted = set() if ending.is_limit else {hubs for hubs in part if bounds[hubs] < at_most}
            bound = min([bound, *(bounds[hubs] for hubs in part if hubs not in wanted)])
            if are_all_known and not wanted:
                continue
            narrowed = self._narrowed(question, wanted) if are_all_known else question
            solution, found = self._solved(narrowed, terms, best, bounds.keys() - wanted, task)
            bound = min(bound, solution.bound)
            of_sets |= {hubs: max(known, of_sets.get(hubs, -math.inf)) for hubs, known in found.items()}
            ending = _more_telling(ending, solution.termination)
            if solution.plan is not None:
                best = self._with_measures(solution.plan)
        bound = max(bound, self._bound(terms))
        if best is not None:
            bound = min(bound, terms.weighted(best.measured))
        return Found(terms, ending, bound, best, of_sets)

    def _parts(self, bounds: dict[Hubs, float], *, in_parts: bool) -> Iterator[list[Hubs]]:
        """Yield the sets of hubs with bounds, the lowest first; all at once where engines bound them in no time."""
        waiting = sorted(bounds, key=lambda hubs: (bounds[hubs], sorted(hubs)))
        size = _FIRST_SETS if in_parts else len(waiting)
        yield waiting[:size]
        while waiting := waiting[size:]:
            size *= _MORE_SETS
            yield waiting[:size]

    def _solved(
        self, question: Question, terms: Terms, start: FoundPlan | None, excluded: set[Hubs], task: str
    ) -> tuple[Solution, dict[Hubs, float]]:
        """Return the best plan of the sets that are left, never dearer than that to begin with, and their bounds."""
        priced = None if start is None else PricedPlan(start.plan, terms.weighted(start.measured))
        may_open = set(question.instance.allowed)
        left_out = tuple(tuple(hubs) for hubs in excluded if hubs <= may_open)
        engine: list[Engine] = []

        @cache
        def made() -> Engine:
            engine.append(make_engine(question))
            return engine[0]

        solution = solved_in_time(question, made, SearchScope(excluded=left_out, start=priced, task=task))
        if priced is not None and (solution.objective is None or solution.objective > priced.objective):
            bound = min(solution.bound, priced.objective)
            ending = Termination.OPTIMAL if solution.termination is Termination.INFEASIBLE else solution.termination
            solution = replace(solution, plan=priced.plan, objective=priced.objective, bound=bound, termination=ending)
        known = getattr(engine[0], "known_bounds", None) if engine else None
        of_sets = {} if known is None else {frozenset(hubs): max(first, best) for hubs, first, best in known()}
        return solution, of_sets if len(of_sets) <= _MOST_SETS else {}

    def _narrowed(self, question: Question, sets: set[Hubs]) -> Question:
        """Return the question without the sites that are in none of the sets."""
        used = frozenset[str]().union(*sets)
        policies = question.instance.policies
        closed = (name for name in question.instance.allowed if name not in used and name not in policies.forbidden)
        changed = policies.model_copy(update={"forbidden": (*policies.forbidden, *closed)})
        return question.with_instance(question.instance.replace(policies=changed))

    def _own_watch(self) -> Watch:
        """Return the clock of one search, which ends with that of the call."""
        limits, elapsed = self._watch.limits, self._watch.elapsed_s
        gap = limits.relative_gap if limits.relative_gap > OPTIMAL_GAP else min(limits.relative_gap, _EXACT_GAP)
        ends = [end for end in (limits.time_limit_s, self._point_limit and elapsed + self._point_limit) if end]
        own = replace(limits, relative_gap=gap, time_limit_s=min(ends, default=None))
        return Watch(own, self._watch.stopped, self._watch.started)

    def _start(self, terms: Terms) -> FoundPlan | None:
        """Return the cheapest plan known within the limits."""
        plans = [made.found for made in self.made if made.found is not None and terms.permit(made.found.measured)]
        return min(plans, key=lambda found: terms.weighted(found.measured), default=None)

    def _bounds_of_sets(self, terms: Terms) -> dict[Hubs, float]:
        """Return the best bound of each set of hubs that earlier searches give under some terms."""
        bounds: dict[Hubs, float] = {}
        for made in self.made:
            if made.terms.contain(terms):
                for hubs, bound in made.of_sets.items():
                    bounds[hubs] = max(bounds.get(hubs, -math.inf), made.bound_under(terms, bound))
        return bounds

    def _bound(self, terms: Terms) -> float:
        """Return what earlier searches prove under some terms; EUR/year."""
        bounds = (made.bound_under(terms, made.bound) for made in self.made if made.terms.contain(terms))
        return max(bounds, default=-math.inf)

    def _with_measures(self, plan: Plan) -> FoundPlan:
        if id(plan) not in self._plans:
            evaluation = self._problem.evaluated(plan)
            self._plans[id(plan)] = FoundPlan(plan, evaluation, self._problem.measured(evaluation))
        return self._plans[id(plan)]


def _more_telling(one: Termination, other: Termination) -> Termination:
    """Return how two searches of parts ended together."""
    order = (Termination.INFEASIBLE, Termination.OPTIMAL, Termination.GAP_REACHED)
    return max(one, other, key=lambda ending: order.index(ending) if ending in order else len(order))
