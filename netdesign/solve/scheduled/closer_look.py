"""A closer look at a set of hubs, or a part of its plans, with vehicles on city legs: bounds and plans by programs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate import evaluate
from netdesign.instance.policies import couplings, limits_on_routes
from netdesign.solve.core.outcome import relative_gap
from netdesign.solve.core.referee_check import refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import LpSession
from netdesign.solve.scheduled.cheapest import cheapest_choice, regrets
from netdesign.solve.scheduled.columns import choices_of, relaxed_columns, whole_columns
from netdesign.solve.scheduled.doubts import doubtful_lane, unsettled_leg
from netdesign.solve.scheduled.lanes import shut_lanes
from netdesign.solve.scheduled.least_departures import least_departures, shut_legs
from netdesign.solve.scheduled.part_programs import RELAXED, PartPrograms
from netdesign.solve.scheduled.parts import Stage
from netdesign.solve.scheduled.plans import plan_of_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.evaluate.violations import Violation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.choice_bounds import ChoiceBounds
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.lagrangian import PricedSet
    from netdesign.solve.scheduled.parts import Doubtful, Part
    from netdesign.solve.scheduled.plans import SetPlan
    from netdesign.solve.scheduled.shared_legs import Departures

ENGINE = "the enumeration engine"

_WHOLE_NEAR = 1e-4
"""Part of a bound at prices of rows by which plans with departures on inter-hub legs and lanes may cost more."""

_WHOLE = 1e-7
"""Distance within which a choice is none or one."""


class CloserLook(PartPrograms):
    """Raises the bounds of parts and finds their plans.

    Parameters
    ----------
    instance, network, freight, bounds
        The problem, its legs, its freight, none of which is beside, and its bounds.
    keep
        Called with each plan that the referee permits, and its cost.

    Attributes
    ----------
    state
        Of the present search.
    """

    def __init__(
        self,
        instance: Instance,
        network: Network,
        freight: CityFreight,
        bounds: ChoiceBounds,
        state: SearchState,
        keep: Callable[[Part, Plan, float], None],
    ) -> None:
        super().__init__(instance, freight, state)
        self._network, self._bounds = network, bounds
        self._is_coupled, self._has_limits = bool(couplings(instance)), bool(limits_on_routes(instance))
        self._keep = keep

    def judged(self, plan: Plan) -> tuple[float, tuple[Violation, ...]]:
        """Return what a plan costs, EUR/year, and its violations."""
        evaluation = evaluate(self._instance, self._network, plan)
        return evaluation.objective, evaluation.violations

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        places = np.array(part.hubs, dtype=np.intp)
        if part.stage is Stage.SOLVED:
            return self._solve_whole(places, part)
        columns = self._columns(places, part)
        match part.stage:
            case Stage.BOUNDED | Stage.FED:
                return self._choose(columns, part)
            case Stage.CHOSEN:
                return self._relax(columns, part)
            case _:
                return self._solve(columns, part)

    def _columns(self, places: Positions, part: Part, *, all_modes: bool = False) -> SetColumns:
        """Return the columns of a part as if vehicles on inter-hub legs and lanes were full."""
        columns = relaxed_columns(self._bounds, self._freight, places, all_modes=all_modes)
        columns, shut = columns.without(self._freight, shut_lanes(part.lanes)), shut_legs(part.legs)
        if not shut:
            return columns
        is_kept = least_departures(self._freight, columns.shares).without(shut)
        return replace(columns, shares=columns.shares[is_kept])

    def _choose(self, columns: SetColumns, part: Part) -> Doubtful | None:
        """Try the cheapest choices of all cities as a plan, which they are where no policy changes them."""
        # Without a policy no program knows more, but for departures on shared legs.
        is_fed = part.stage is Stage.FED
        part.stage = Stage.CHOSEN if self._is_coupled or is_fed or any(part.legs.values()) else Stage.SOLVED
        choice = cheapest_choice(self._freight, columns)
        if choice is None:
            part.bound, part.stage = math.inf, Stage.SETTLED
            return None
        cost, share, chosen = choice
        part.bound = max(part.bound, cost + self._fixed(part))
        if not part.bound < self.state.cut_off:
            return None
        doubtful = doubtful_lane(self._freight, columns, part, share)
        if doubtful is not None:
            return doubtful
        self._try(columns, part, share, chosen)
        # With trunks the program of these says what is on them.
        return None if is_fed else unsettled_leg(self._freight, columns, part, share)

    def _narrowed(self, columns: SetColumns, part: Part, limit: float | None = None) -> tuple[SetColumns, float, float]:
        """Return the columns that a plan under a limit may have, the slack up to it, and the limit; EUR/year.

        What plans with other columns cost is at least the limit, which is the cut-off where none is given.
        """
        cut_off = self.state.cut_off if limit is None else limit
        choice = cheapest_choice(self._freight, columns) if math.isfinite(cut_off) else None
        if choice is None:
            return columns, math.inf, math.inf
        slack = cut_off - choice[0] - self._fixed(part)
        slack += ROUNDING * abs(cut_off)
        return columns.narrowed(regrets(self._freight, columns) <= slack), slack, cut_off

    def _relax(self, columns: SetColumns, part: Part) -> Doubtful | None:
        part.stage = Stage.RELAXED
        columns, _, limit = self._narrowed(columns, part)
        program = self.program(columns, part)
        found = LpSession(program.program, self.state, RELAXED, is_relaxed=True).solve()
        if found is None:
            self._raise_bound(part, limit, limit)
            return None
        self._raise_bound(part, found.objective * program.money, limit)
        doubtful = doubtful_lane(self._freight, columns, part, found.values)
        integer = found.values[program.program.is_integer]
        if doubtful is not None:
            return doubtful
        if np.abs(integer - np.round(integer)).max(initial=0.0) <= _WHOLE:
            self._try(columns, part, *choices_of(columns, found.values))
        return unsettled_leg(self._freight, columns, part, found.values)

    def _solve(self, columns: SetColumns, part: Part) -> Doubtful | None:
        columns, _, limit = self._narrowed(columns, part)
        if not self._has_limits:
            values = self._mixed(columns, part, limit)
            return None if values is None else self._solved(columns, part, values)
        # At prices of the limits all but a few columns are too dear for plans that cost little more than the bound.
        priced = self._at_row_prices(columns, part, limit)
        if priced is None:
            return None
        for near, found, is_proven in self._near_optima(columns, priced, part, limit):
            # A plan that is over a limit within the usual tolerances costs less than what bounds those that keep it.
            if is_proven:
                return self._solved(near, part, found.values)
        return None

    def _solved(self, columns: SetColumns, part: Part, values: Floats) -> Doubtful | None:
        """Take up the optimum of a part as if vehicles on inter-hub legs and lanes were full."""
        doubtful = doubtful_lane(self._freight, columns, part, values)
        if doubtful is not None:
            return doubtful
        part.stage = Stage.SOLVED
        found = self._try(columns, part, *choices_of(columns, values))
        if found is not None and not found.is_full:
            part.stage = Stage.SETTLED
        return unsettled_leg(self._freight, columns, part, values)

    def _solve_whole(self, places: Positions, part: Part) -> Doubtful | None:
        relaxed = self._columns(places, part, all_modes=True)
        if not self._is_coupled:
            relaxed, slack, limit = self._narrowed(relaxed, part)
            return self._solve_shared(relaxed, part, limit, slack)
        limit = self.state.cut_off
        priced = self._at_row_prices(self._columns(places, part), part, limit, of_all=relaxed)
        if priced is None:
            return None
        known = -math.inf
        for near in part.rising(lambda: min(limit, self.state.cut_off)):
            # Fewer columns cost no less at prices of rows, so that a program up to a lower cost would prove nothing.
            most = min(limit, self.state.cut_off, max(near, known + _WHOLE_NEAR * abs(known)))
            # The bound has least departures of legs in use in it, which departures must not be held against twice.
            slack = math.inf if part.legs else most - priced.bound + ROUNDING * abs(most)
            columns = self._whole(priced.near(relaxed, most), slack, None)
            of_whole = None if columns is None else self._at_row_prices(columns, part, most)
            if columns is None or of_whole is None:
                self._raise_bound(part, most, most)
                continue
            known = of_whole.bound
            is_over, doubtful = self._solve_at_prices(columns, of_whole, part, most)
            if is_over:
                return doubtful
        return None

    def _solve_shared(
        self, relaxed: SetColumns, part: Part, limit: float, slack: float, departures: Departures | None = None
    ) -> Doubtful | None:
        """Solve the program of a part with departures on inter-hub legs and lanes."""
        columns = self._whole(relaxed, slack, departures)
        if columns is None:
            self._raise_bound(part, limit, limit)
            return None
        if self._is_coupled:
            priced = self._at_row_prices(columns, part, limit)
            return None if priced is None else self._solve_at_prices(columns, priced, part, limit)[1]
        values = self._mixed(columns, part, limit, is_exact=True)
        if values is None:
            return None
        doubtful = doubtful_lane(self._freight, columns, part, values)
        if doubtful is None:
            part.stage = Stage.SETTLED
            self._keep_whole(columns, part, values)
        return doubtful

    def _solve_at_prices(
        self, columns: SetColumns, priced: PricedSet, part: Part, limit: float
    ) -> tuple[bool, Doubtful | None]:
        """Solve the programs of the columns that plans up to a cost may have, which rises until it proves a plan.

        Return whether all is known, and what is in doubt.
        """
        for near, found, is_proven in self._near_optima(columns, priced, part, limit):
            doubtful = doubtful_lane(self._freight, near, part, found.values)
            if doubtful is None:
                self._keep_whole(near, part, found.values)
            if is_proven:
                part.stage = part.stage if doubtful is not None else Stage.SETTLED
                return True, doubtful
        return False, None

    def _whole(self, relaxed: SetColumns, slack: float, departures: Departures | None) -> SetColumns | None:
        """Return columns with choices of departures on inter-hub legs and lanes; None where these carry no freight."""
        columns = whole_columns(self._freight, relaxed, slack, departures) if len(relaxed.shares.entry) else relaxed
        return columns if len(columns.shares.entry) else None

    def _keep_whole(self, columns: SetColumns, part: Part, values: Floats) -> None:
        """Keep a plan with departures on inter-hub legs and lanes; settle the part if it costs the bound."""
        first = len(columns.shares.cost) + len(columns.modes)
        found = plan_of_columns(self._freight, columns, *choices_of(columns, values), values[first:])
        assert found is not None
        cost, violations = self.judged(found.plan)
        refuse_violations(violations, ENGINE)
        self._keep(part, found.plan, cost)
        if (relative_gap(cost, part.bound) or 0.0) <= max(self.state.gap / 2, ROUNDING):
            part.stage = Stage.SETTLED

    def _try(self, columns: SetColumns, part: Part, share: Floats, chosen: Positions) -> SetPlan | None:
        """Keep a plan where the referee permits it and return it; settle the part if it costs the bound."""
        found = plan_of_columns(self._freight, columns, share, chosen)
        if found is None:
            return None
        cost, violations = self.judged(found.plan)
        if violations:
            return None
        self._keep(part, found.plan, cost)
        if (relative_gap(cost, part.bound) or 0.0) <= ROUNDING:
            part.stage = Stage.SETTLED
        return found
