"""The search over sets of hubs with vehicles on city legs: the cheapest set is looked at more and more closely."""

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate import evaluate
from netdesign.instance.policies import couplings
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.outcome import LEAST, Phases, Solution, relative_gap
from netdesign.solve.core.referee_check import refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import TIGHT, LpSession
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.cheapest import cheapest_choice, regrets
from netdesign.solve.scheduled.columns import relaxed_columns, whole_columns
from netdesign.solve.scheduled.freight import CityFreight
from netdesign.solve.scheduled.lanes import lane_minimum, lane_volumes, shut_lanes
from netdesign.solve.scheduled.plans import plan_of_columns
from netdesign.solve.scheduled.set_program import set_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Termination
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import Floats, Positions
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.plans import SetPlan

    Hubs = tuple[int, ...]

_ENGINE = "the enumeration engine"

_WHOLE = 1e-7
"""Distance within which a choice is none or one."""


class Stage(IntEnum):
    """How closely a part of the search has been looked at."""

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
class _Part:
    """A set of hubs, or a part of its plans.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    lanes
        Whether lanes are in service, of those about which that is settled.
    stage, bound
        What is known of it; the bound in EUR/year.
    """

    hubs: Hubs
    lanes: dict[Lane, bool]
    stage: Stage
    bound: float


@dataclass
class _Best:
    """The best plan of a set of hubs so far, and its cost in EUR/year."""

    plan: Plan
    cost: float


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
        Number of sets that were looked at one by one, but for those that the model operated.

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
        self._parts: dict[Hubs, list[_Part]] = {}
        self._best: dict[Hubs, _Best] = {}
        self._number = itertools.count()
        self.operated = 0

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope.

        The part with the lowest bound is looked at more closely, until no bound is under the cost of the best plan.
        """
        self._state = state
        self._incumbent: _Best | None = None
        try:
            waiting = self._waiting(search)
            self._close(waiting, search)
        except TimeoutError:
            return self._ended(state.ending())
        return self._ended(state.settled())

    def known(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """Yield the sets that were bounded with their first bound and the best one so far, EUR/year."""
        for sets, bounds in self._by_number.values():
            for hubs, bound in zip(map(tuple, sets.tolist()), bounds.tolist(), strict=True):
                names = tuple(self._instance.allowed[hub] for hub in hubs)
                yield names, bound, min((part.bound for part in self._parts.get(hubs, ())), default=bound)

    def _close(self, waiting: list[tuple[float, int, _Part]], search: SearchScope) -> None:
        """Look at parts until the gap is closed.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        state = self._state
        # Least bound of the parts of which nothing more can be known.
        settled = math.inf
        while waiting and waiting[0][0] < state.cut_off:
            state.proved(min(settled, waiting[0][0]))
            if state.is_over:
                raise TimeoutError
            if self._incumbent is not None and state.is_closed:
                return
            part = heapq.heappop(waiting)[-1]
            for one in self._seen_closer(part, search):
                if one.stage is Stage.SETTLED:
                    settled = min(settled, one.bound)
                else:
                    heapq.heappush(waiting, (one.bound, next(self._number), one))
        least = min([settled, *(bound for bound, *_ in waiting[:1])])
        if least < state.cut_off:
            state.proved(least)
        else:
            state.exhausted()

    def _waiting(self, search: SearchScope) -> list[tuple[float, int, _Part]]:
        """Return a heap of the parts of all permitted sets, the lowest bound first; and take up their best plan.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        rules = hub_rules(self._instance, search)
        waiting: list[tuple[float, int, _Part]] = []
        for number in range(rules.least, rules.most + 1):
            if number not in self._by_number:
                sets = replace(rules, rows=()).sets(number)
                self._by_number[number] = sets, self._bounds.of_sets(sets)
            sets, bounds = self._by_number[number]
            permitted = rules.satisfied(sets)
            for hubs, bound in zip(map(tuple, sets[permitted].tolist()), bounds[permitted].tolist(), strict=True):
                parts = self._parts.get(hubs)
                for part in [_Part(hubs, {}, Stage.BOUNDED, bound)] if parts is None else parts:
                    waiting.append((part.bound, next(self._number), part))
                if hubs in self._best:
                    self._take_up(self._best[hubs])
        heapq.heapify(waiting)
        return waiting

    def _take_up(self, best: _Best) -> None:
        if self._state.found(best.cost):
            self._incumbent = best

    def _ended(self, termination: Termination) -> Solution:
        bound, best = self._state.bound, self._incumbent
        if best is None:
            return Solution(termination, None, None, bound, Phases())
        return Solution(termination, best.plan, best.cost, min(bound, best.cost), Phases())

    def _seen_closer(self, part: _Part, search: SearchScope) -> list[_Part]:
        """Return a part after a closer look, or the parts into which it falls.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if part.stage is Stage.SETTLED:
            return [part]
        if part.hubs not in self._parts and self._freight.is_separate:
            self.operated += 1
        known = self._parts.setdefault(part.hubs, [part])
        doubtful = self._look(part, search)
        if doubtful is None:
            return [part]
        # The cheapest choices over the other lanes are a bound by themselves; those over all lanes are known.
        parts = [
            replace(part, lanes={**part.lanes, doubtful: is_open}, stage=Stage.CHOSEN if is_open else Stage.BOUNDED)
            for is_open in (True, False)
        ]
        known.remove(part)
        known += parts
        return parts

    def _look(self, part: _Part, search: SearchScope) -> Lane | None:
        """Learn more about a part; return a lane about which has to be settled whether it is in service, if any."""
        if not math.isfinite(part.bound):
            part.stage = Stage.SETTLED
            return None
        if not self._freight.is_separate:
            self._operate_by_model(part, search)
            return None
        places = np.array(part.hubs, dtype=np.intp)
        if part.stage is Stage.SOLVED:
            return self._solve_whole(places, part)
        columns = relaxed_columns(self._bounds, self._freight, places).without(self._freight, shut_lanes(part.lanes))
        match part.stage:
            case Stage.BOUNDED:
                return self._choose(columns, part)
            case Stage.CHOSEN:
                return self._relax(columns, part)
            case _:
                return self._solve(columns, part)

    def _choose(self, columns: SetColumns, part: _Part) -> Lane | None:
        """Try the cheapest choices of all cities as a plan, which they are where no policy changes them."""
        # Without a policy no program knows more, but for departures on shared legs.
        part.stage = Stage.CHOSEN if self._is_coupled else Stage.SOLVED
        choice = cheapest_choice(self._freight, columns)
        if choice is None:
            part.bound, part.stage = math.inf, Stage.SETTLED
            return None
        cost, share, chosen = choice
        part.bound = max(part.bound, cost + self._fixed(part))
        if not part.bound < self._state.cut_off:
            return None
        doubtful = self._doubtful(columns, part, share)
        if doubtful is None:
            self._try(columns, part, share, chosen)
        return doubtful

    def _narrowed(self, columns: SetColumns, part: _Part) -> tuple[SetColumns, float, float]:
        """Return the columns that a plan under the cut-off may have, the slack up to it, and the cut-off; EUR/year.

        What plans with other columns cost is at least the cut-off.
        """
        cut_off = self._state.cut_off
        choice = cheapest_choice(self._freight, columns) if math.isfinite(cut_off) else None
        if choice is None:
            return columns, math.inf, math.inf
        slack = cut_off - choice[0] - self._fixed(part)
        slack += ROUNDING * abs(cut_off)
        return columns.narrowed(regrets(self._freight, columns) <= slack), slack, cut_off

    def _relax(self, columns: SetColumns, part: _Part) -> Lane | None:
        part.stage = Stage.RELAXED
        columns, _, limit = self._narrowed(columns, part)
        program = set_program(self._freight, columns, self._fixed(part), part.lanes)
        found = LpSession(program.program, self._state, is_relaxed=True).solve()
        if found is None:
            self._raise_bound(part, limit, limit)
            return None
        self._raise_bound(part, found.objective * program.money, limit)
        doubtful = self._doubtful(columns, part, found.values)
        integer = found.values[program.program.is_integer]
        if doubtful is None and np.abs(integer - np.round(integer)).max(initial=0.0) <= _WHOLE:
            self._try(columns, part, *_choices(columns, found.values))
        return doubtful

    def _solve(self, columns: SetColumns, part: _Part) -> Lane | None:
        columns, _, limit = self._narrowed(columns, part)
        values = self._mixed(columns, part, limit)
        if values is None:
            return None
        doubtful = self._doubtful(columns, part, values)
        if doubtful is None:
            part.stage = Stage.SOLVED
            found = self._try(columns, part, *_choices(columns, values))
            if found is not None and not found.is_full:
                part.stage = Stage.SETTLED
        return doubtful

    def _solve_whole(self, places: Positions, part: _Part) -> Lane | None:
        every = relaxed_columns(self._bounds, self._freight, places, all_modes=True)
        relaxed, slack, limit = self._narrowed(every.without(self._freight, shut_lanes(part.lanes)), part)
        if not len(relaxed.shares.entry):
            self._raise_bound(part, limit, limit)
            return None
        columns = whole_columns(self._freight, relaxed, slack)
        # A departure that is a millionth there would carry freight.
        tight = {"mip_feasibility_tolerance": TIGHT, "primal_feasibility_tolerance": TIGHT}
        values = self._mixed(columns, part, limit, tight)
        if values is None:
            return None
        doubtful = self._doubtful(columns, part, values)
        if doubtful is None:
            part.stage = Stage.SETTLED
            first = len(columns.shares.cost) + len(columns.modes)
            found = plan_of_columns(self._freight, columns, *_choices(columns, values), values[first:])
            assert found is not None
            evaluation = evaluate(self._instance, self._question.network, found.plan)
            refuse_violations(evaluation.violations, _ENGINE)
            self._keep(part, found.plan, evaluation.objective)
        return doubtful

    def _mixed(
        self, columns: SetColumns, part: _Part, limit: float, options: Mapping[str, float] | None = None
    ) -> Floats | None:
        """Solve the program of a part and raise its bound; return the values, or None where no plan is under the limit."""
        program = set_program(self._freight, columns, self._fixed(part), part.lanes)
        gap = max(self._state.gap / 2, ROUNDING)
        found = LpSession(program.program, self._state, {"mip_rel_gap": gap, **(options or {})}).solve()
        bound = limit if found is None else found.bound * program.money
        self._raise_bound(part, bound, limit)
        # At the limit nothing is known of the columns that were left out.
        return None if found is None or bound >= limit else found.values

    def _raise_bound(self, part: _Part, bound: float, limit: float) -> None:
        """Raise the bound of a part, up to the limit at which columns were left out."""
        part.bound = max(part.bound, min(bound, limit))
        if math.isinf(part.bound):
            part.stage = Stage.SETTLED

    def _doubtful(self, columns: SetColumns, part: _Part, values: Floats) -> Lane | None:
        """Return the lane that is furthest under its minimum, of those about which nothing is settled."""
        volumes = lane_volumes(self._freight, columns.shares, values[: len(columns.shares.cost)])
        least = lane_minimum(self._instance)
        under = {lane: least - counted for lane, (counted, used) in volumes.items() if used > LEAST and counted < least}
        open_ = {lane: short for lane, short in under.items() if lane not in part.lanes and short > ROUNDING * least}
        return max(open_, key=lambda lane: open_[lane]) if open_ else None

    def _fixed(self, part: _Part) -> float:
        return sum(self._instance.sites[self._freight.sites[hub]].fixed_cost for hub in part.hubs)

    def _try(self, columns: SetColumns, part: _Part, share: Floats, chosen: Positions) -> SetPlan | None:
        """Keep a plan where the referee permits it and return it; settle the part if it costs the bound."""
        found = plan_of_columns(self._freight, columns, share, chosen)
        if found is None:
            return None
        evaluation = evaluate(self._instance, self._question.network, found.plan)
        if evaluation.violations:
            return None
        self._keep(part, found.plan, evaluation.objective)
        if (relative_gap(evaluation.objective, part.bound) or 0.0) <= ROUNDING:
            part.stage = Stage.SETTLED
        return found

    def _keep(self, part: _Part, plan: Plan | None, cost: float | None) -> None:
        if plan is not None and cost is not None:
            best = self._best.get(part.hubs)
            if best is None or cost < best.cost:
                self._best[part.hubs] = best = _Best(plan, cost)
            self._take_up(best)

    def _operate_by_model(self, part: _Part, search: SearchScope) -> None:
        solution = self._operate(tuple(self._instance.allowed[hub] for hub in part.hubs), search)
        part.bound = max(part.bound, solution.bound)
        self._keep(part, solution.plan, solution.objective)
        if solution.termination.is_limit:
            raise TimeoutError
        part.stage = Stage.SETTLED


def _choices(columns: SetColumns, values: Floats) -> tuple[Floats, Positions]:
    """Return the values of the shares, and the positions of the chosen modes."""
    shares = len(columns.shares.cost)
    return values[:shares], np.flatnonzero(values[shares : shares + len(columns.modes)] > 0.5)
