"""The search over sets of hubs with vehicles on city legs: the cheapest set is looked at more and more closely."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate import evaluate
from netdesign.instance.policies import couplings
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import Phases, Solution, Termination, relative_gap
from netdesign.solve.core.referee_check import refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import TIGHT, LpSession
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.cheapest import cheapest_choice
from netdesign.solve.scheduled.freight import CityFreight
from netdesign.solve.scheduled.plans import plan_of_columns
from netdesign.solve.scheduled.columns import relaxed_columns, whole_columns
from netdesign.solve.scheduled.set_program import set_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import Floats, Positions
    from netdesign.solve.scheduled.set_program import SetProgram

    Hubs = tuple[int, ...]

_ENGINE = "the enumeration engine"

_WHOLE = 1e-7
"""Distance within which a choice is none or one."""


class Stage(IntEnum):
    """How closely a set has been looked at."""

    BOUNDED = 0
    """Bounded by arrays."""
    CHOSEN = 1
    """The cheapest choices of all cities tried as a plan."""
    RELAXED = 2
    """Bounded by the linear relaxation of its program."""
    SOLVED = 3
    """Bounded by its program, in which inter-hub legs and lanes have full vehicles."""
    SETTLED = 4
    """Solved with departures on inter-hub legs and lanes too; or nothing is left to be known about it."""


@dataclass
class _Set:
    """What is known of a set of hubs: stage, bound in EUR/year, and the best plan with its cost."""

    stage: Stage
    bound: float
    plan: Plan | None = None
    cost: float = math.inf


class CitySearch:
    """Searches sets of hubs, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem in which ``has_city_choices``.
    state
        Clock of the first search.
    operate
        Returns the best plan of a set of hubs by the model.

    Attributes
    ----------
    operated
        Number of sets of which a plan was computed.

    Raises
    ------
    SizeError
        There are too many routes.
    """

    def __init__(
        self, question: Question, state: SearchState, operate: Callable[[tuple[str, ...], SearchScope], Solution]
    ) -> None:
        self._question, self._instance, self._operate = question, question.instance, operate
        self._freight = CityFreight(question.instance, question.network)
        self._bounds = SetBounds(self._freight, state)
        self._is_coupled = bool(couplings(self._instance))
        self._by_number: dict[int, tuple[NDArray[np.int32], Floats]] = {}
        self._sets: dict[Hubs, _Set] = {}
        self.operated = 0

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope.

        A set with the lowest bound is looked at more closely until no bound is under the cost of the best plan.
        """
        self._state = state
        try:
            waiting = self._waiting(search)
        except TimeoutError:
            return Solution(state.ending(), None, None, -math.inf, Phases())
        best: _Set | None = None
        for _, hubs in waiting:
            known = self._sets.get(hubs)
            if known is not None and known.plan is not None and state.found(known.cost):
                best = known
        # Least bound of the sets of which nothing more can be known.
        settled = math.inf
        while waiting and waiting[0][0] < state.cut_off:
            state.proved(min(settled, waiting[0][0]))
            if state.is_over:
                return self._ended(best, state.ending())
            if best is not None and state.is_closed:
                break
            bound, hubs = heapq.heappop(waiting)
            one = self._sets.setdefault(hubs, _Set(Stage.BOUNDED, bound))
            try:
                self._look_closer(hubs, one, search)
                while best is None and one.plan is None and one.stage is not Stage.SETTLED:
                    self._look_closer(hubs, one, search)
            except TimeoutError:
                return self._ended(best, state.ending())
            if one.plan is not None and state.found(one.cost):
                best = one
            if one.stage is Stage.SETTLED:
                settled = min(settled, one.bound)
            else:
                heapq.heappush(waiting, (one.bound, hubs))
        least = min([settled, *(bound for bound, _ in waiting[:1])])
        if least < state.cut_off:
            state.proved(least)
        else:
            state.exhausted()
        return self._ended(best, state.settled())

    def _waiting(self, search: SearchScope) -> list[tuple[float, Hubs]]:
        """Return a heap of the permitted sets with what is known of their bounds, the lowest first.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        rules = hub_rules(self._instance, search)
        waiting: list[tuple[float, Hubs]] = []
        for number in range(rules.least, rules.most + 1):
            if number not in self._by_number:
                sets = replace(rules, rows=()).sets(number)
                self._by_number[number] = sets, self._bounds.of_sets(sets)
            sets, bounds = self._by_number[number]
            permitted = rules.satisfied(sets)
            for hubs, bound in zip(map(tuple, sets[permitted].tolist()), bounds[permitted].tolist(), strict=True):
                known = self._sets.get(hubs)
                waiting.append((bound if known is None else known.bound, hubs))
        heapq.heapify(waiting)
        return waiting

    def _ended(self, best: _Set | None, termination: Termination) -> Solution:
        if best is None:
            return Solution(termination, None, None, self._state.bound, Phases())
        return Solution(termination, best.plan, best.cost, min(self._state.bound, best.cost), Phases())

    def _look_closer(self, hubs: Hubs, one: _Set, search: SearchScope) -> None:
        """Learn more about a set.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if not math.isfinite(one.bound):
            one.stage = Stage.SETTLED
            return
        if not self._freight.is_separate:
            self._operate_by_model(hubs, one, search)
            return
        self.operated += one.stage is Stage.BOUNDED
        places = np.array(hubs, dtype=np.intp)
        if one.stage is Stage.SOLVED:
            self._solve_whole(places, one)
            return
        columns = relaxed_columns(self._bounds, self._freight, places)
        match one.stage:
            case Stage.BOUNDED:
                self._choose(columns, one)
            case Stage.CHOSEN:
                self._relax(columns, one)
            case _:
                self._solve(columns, one)

    def _choose(self, columns: SetColumns, one: _Set) -> None:
        """Try the cheapest choices of all cities as a plan, which they are where no policy changes them."""
        one.stage = Stage.CHOSEN
        choice = cheapest_choice(self._freight, columns)
        if choice is None:
            one.bound, one.stage = math.inf, Stage.SETTLED
            return
        if not self._try(columns, one, *choice) and not self._is_coupled:
            # No program without departures on shared legs would know more.
            one.stage = Stage.SOLVED

    def _relax(self, columns: SetColumns, one: _Set) -> None:
        one.stage = Stage.RELAXED
        program = self._program(columns)
        found = LpSession(program.program, self._state, is_relaxed=True).solve()
        if found is None:
            one.bound, one.stage = math.inf, Stage.SETTLED
            return
        one.bound = max(one.bound, found.objective * program.money)
        integer = found.values[program.program.is_integer]
        if np.abs(integer - np.round(integer)).max(initial=0.0) <= _WHOLE:
            self._try(columns, one, *_parts(columns, found.values))

    def _solve(self, columns: SetColumns, one: _Set) -> None:
        one.stage = Stage.SOLVED
        values = self._mixed(columns, one)
        if values is not None and self._try(columns, one, *_parts(columns, values)):
            one.stage = Stage.SETTLED

    def _solve_whole(self, places: Positions, one: _Set) -> None:
        columns = whole_columns(self._freight, places)
        # A departure that is a millionth there would carry freight.
        values = self._mixed(columns, one, {"mip_feasibility_tolerance": TIGHT, "primal_feasibility_tolerance": TIGHT})
        one.stage = Stage.SETTLED
        if values is not None:
            first = len(columns.shares.cost) + len(columns.modes)
            found = plan_of_columns(self._freight, columns, *_parts(columns, values), values[first:])
            assert found is not None
            evaluation = evaluate(self._instance, self._question.network, found.plan)
            refuse_violations(evaluation.violations, _ENGINE)
            self._keep(one, found.plan, evaluation.objective)

    def _mixed(self, columns: SetColumns, one: _Set, options: Mapping[str, float] | None = None) -> Floats | None:
        """Solve the program of a set, raise its bound and return the values; None where nothing is feasible."""
        program = self._program(columns)
        gap = max(self._state.gap / 2, ROUNDING)
        found = LpSession(program.program, self._state, {"mip_rel_gap": gap, **(options or {})}).solve()
        if found is None:
            one.bound, one.stage = math.inf, Stage.SETTLED
            return None
        one.bound = max(one.bound, found.bound * program.money)
        return found.values

    def _program(self, columns: SetColumns) -> SetProgram:
        fixed = sum(self._instance.sites[site].fixed_cost for site in self._freight.sites[columns.hubs])
        return set_program(self._freight, columns, fixed)

    def _try(self, columns: SetColumns, one: _Set, share: Floats, chosen: Positions) -> bool:
        """Record a plan where the referee permits it; return whether it proves the set, as it costs its bound."""
        found = plan_of_columns(self._freight, columns, share, chosen)
        if found is None:
            return False
        evaluation = evaluate(self._instance, self._question.network, found.plan)
        if evaluation.violations:
            return False
        self._keep(one, found.plan, evaluation.objective)
        if (relative_gap(one.cost, one.bound) or 0.0) <= ROUNDING:
            one.stage = Stage.SETTLED
            return True
        return one.stage is Stage.SOLVED and not found.is_full

    def _keep(self, one: _Set, plan: Plan | None, cost: float | None) -> None:
        if cost is not None and cost < one.cost:
            one.plan, one.cost = plan, cost

    def _operate_by_model(self, hubs: Hubs, one: _Set, search: SearchScope) -> None:
        solution = self._operate(tuple(self._instance.allowed[hub] for hub in hubs), search)
        one.bound = max(one.bound, solution.bound)
        self._keep(one, solution.plan, solution.objective)
        if solution.termination.is_limit:
            raise TimeoutError
        one.stage = Stage.SETTLED


def _parts(columns: SetColumns, values: Floats) -> tuple[Floats, Positions]:
    """Return the values of the shares, and the positions of the chosen modes."""
    shares = len(columns.shares.cost)
    return values[:shares], np.flatnonzero(values[shares : shares + len(columns.modes)] > 0.5)
