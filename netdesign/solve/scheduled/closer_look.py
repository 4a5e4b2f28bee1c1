"""A closer look at a set of hubs, or a part of its plans, with vehicles on city legs: bounds and plans by programs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate import evaluate
from netdesign.instance.policies import couplings
from netdesign.network.services import LegPlace
from netdesign.solve.core.outcome import LEAST, relative_gap
from netdesign.solve.core.referee_check import refuse_violations
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import TIGHT, LpSession
from netdesign.solve.scheduled.cheapest import cheapest_choice, regrets
from netdesign.solve.scheduled.columns import relaxed_columns, whole_columns
from netdesign.solve.scheduled.lanes import Lane, lane_minimum, lane_volumes, shut_lanes
from netdesign.solve.scheduled.least_departures import least_departures, shut_legs
from netdesign.solve.scheduled.plans import plan_of_columns
from netdesign.solve.scheduled.set_program import set_program

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from netdesign.evaluate.violations import Violation
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.bounds import ChoiceBounds
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.plans import SetPlan
    from netdesign.solve.scheduled.set_program import SetProgram

Hubs = tuple[int, ...]
"""Places in ``CityFreight.sites``."""

Doubtful = Lane | LegPlace
"""A lane, or the first way of a shared service, about which has to be settled whether it is in use."""

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
class Part:
    """A set of hubs, or a part of its plans.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    lanes, legs
        Whether lanes are in service, and whether freight is on a shared service, by its first way; of those about which
        that is settled.
    stage, bound
        What is known of it; the bound in EUR/year.
    """

    hubs: Hubs
    lanes: dict[Lane, bool]
    legs: dict[LegPlace, bool]
    stage: Stage
    bound: float

    def divided(self, doubtful: Doubtful) -> list[Part]:
        """Return the parts in which a lane or a shared service is in use, and is not."""
        parts = []
        for is_used in (True, False):
            # The cheapest choices without it are a bound by themselves; those with it are known.
            stage = Stage.CHOSEN if is_used else Stage.BOUNDED
            if isinstance(doubtful, LegPlace):
                parts.append(replace(self, legs={**self.legs, doubtful: is_used}, stage=stage))
            else:
                parts.append(replace(self, lanes={**self.lanes, doubtful: is_used}, stage=stage))
        return parts


class CloserLook:
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
        self._instance, self._network, self._freight, self._bounds = instance, network, freight, bounds
        self._is_coupled = bool(couplings(instance))
        self._keep, self.state = keep, state

    def program(self, columns: SetColumns, part: Part) -> SetProgram:
        """Return the program of a part."""
        return set_program(self._freight, columns, self._fixed(part), part.lanes, part.legs)

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
        columns = self._without_shut(relaxed_columns(self._bounds, self._freight, places), part)
        match part.stage:
            case Stage.BOUNDED:
                return self._choose(columns, part)
            case Stage.CHOSEN:
                return self._relax(columns, part)
            case _:
                return self._solve(columns, part)

    def _choose(self, columns: SetColumns, part: Part) -> Doubtful | None:
        """Try the cheapest choices of all cities as a plan, which they are where no policy changes them."""
        # Without a policy no program knows more, but for departures on shared legs.
        part.stage = Stage.CHOSEN if self._is_coupled or any(part.legs.values()) else Stage.SOLVED
        choice = cheapest_choice(self._freight, columns)
        if choice is None:
            part.bound, part.stage = math.inf, Stage.SETTLED
            return None
        cost, share, chosen = choice
        part.bound = max(part.bound, cost + self._fixed(part))
        if not part.bound < self.state.cut_off:
            return None
        doubtful = self._doubtful(columns, part, share)
        if doubtful is not None:
            return doubtful
        self._try(columns, part, share, chosen)
        return self._unsettled_leg(columns, part, share)

    def _narrowed(self, columns: SetColumns, part: Part) -> tuple[SetColumns, float, float]:
        """Return the columns that a plan under the cut-off may have, the slack up to it, and the cut-off; EUR/year.

        What plans with other columns cost is at least the cut-off.
        """
        cut_off = self.state.cut_off
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
        found = LpSession(program.program, self.state, is_relaxed=True).solve()
        if found is None:
            self._raise_bound(part, limit, limit)
            return None
        self._raise_bound(part, found.objective * program.money, limit)
        doubtful = self._doubtful(columns, part, found.values)
        integer = found.values[program.program.is_integer]
        if doubtful is not None:
            return doubtful
        if np.abs(integer - np.round(integer)).max(initial=0.0) <= _WHOLE:
            self._try(columns, part, *choices_of(columns, found.values))
        return self._unsettled_leg(columns, part, found.values)

    def _solve(self, columns: SetColumns, part: Part) -> Doubtful | None:
        columns, _, limit = self._narrowed(columns, part)
        values = self._mixed(columns, part, limit)
        if values is None:
            return None
        doubtful = self._doubtful(columns, part, values)
        if doubtful is not None:
            return doubtful
        part.stage = Stage.SOLVED
        found = self._try(columns, part, *choices_of(columns, values))
        if found is not None and not found.is_full:
            part.stage = Stage.SETTLED
        return self._unsettled_leg(columns, part, values)

    def _solve_whole(self, places: Positions, part: Part) -> Doubtful | None:
        every = relaxed_columns(self._bounds, self._freight, places, all_modes=True)
        relaxed, slack, limit = self._narrowed(self._without_shut(every, part), part)
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
            found = plan_of_columns(self._freight, columns, *choices_of(columns, values), values[first:])
            assert found is not None
            cost, violations = self.judged(found.plan)
            refuse_violations(violations, _ENGINE)
            self._keep(part, found.plan, cost)
        return doubtful

    def _mixed(
        self, columns: SetColumns, part: Part, limit: float, options: Mapping[str, float] | None = None
    ) -> Floats | None:
        """Solve the program of a part and raise its bound; return the values, None where no plan is under the limit."""
        program = self.program(columns, part)
        gap = max(self.state.gap / 2, ROUNDING)
        found = LpSession(program.program, self.state, {"mip_rel_gap": gap, **(options or {})}).solve()
        bound = limit if found is None else found.bound * program.money
        self._raise_bound(part, bound, limit)
        # At the limit nothing is known of the columns that were left out.
        return None if found is None or bound >= limit else found.values

    def _raise_bound(self, part: Part, bound: float, limit: float) -> None:
        """Raise the bound of a part, up to the limit at which columns were left out."""
        part.bound = max(part.bound, min(bound, limit))
        if math.isinf(part.bound):
            part.stage = Stage.SETTLED

    def _without_shut(self, columns: SetColumns, part: Part) -> SetColumns:
        """Return the columns without routes over lanes and shared services that are settled to be out of use."""
        columns, shut = columns.without(self._freight, shut_lanes(part.lanes)), shut_legs(part.legs)
        if not shut:
            return columns
        is_kept = least_departures(self._freight, columns.shares).without(shut)
        return replace(columns, shares=columns.shares[is_kept])

    def _unsettled_leg(self, columns: SetColumns, part: Part, values: Floats) -> LegPlace | None:
        """Return the shared service that is most short of its least departures, of those that are not settled."""
        if part.stage is Stage.SETTLED:
            return None
        short = least_departures(self._freight, columns.shares).short(values[: len(columns.shares.cost)])
        open_ = {leg: eur for leg, eur in short.items() if leg not in part.legs}
        return max(open_, key=lambda leg: open_[leg]) if open_ else None

    def _doubtful(self, columns: SetColumns, part: Part, values: Floats) -> Lane | None:
        """Return the lane that is furthest under its minimum, of those about which nothing is settled."""
        volumes = lane_volumes(self._freight, columns.shares, values[: len(columns.shares.cost)])
        least = lane_minimum(self._instance)
        under = {lane: least - counted for lane, (counted, used) in volumes.items() if used > LEAST and counted < least}
        open_ = {lane: short for lane, short in under.items() if lane not in part.lanes and short > ROUNDING * least}
        return max(open_, key=lambda lane: open_[lane]) if open_ else None

    def _fixed(self, part: Part) -> float:
        return math.fsum(self._instance.sites[self._freight.sites[hub]].fixed_cost for hub in part.hubs)

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


def choices_of(columns: SetColumns, values: Floats) -> tuple[Floats, Positions]:
    """Return the values of the shares, and the positions of the chosen modes."""
    shares = len(columns.shares.cost)
    return values[:shares], np.flatnonzero(values[shares : shares + len(columns.modes)] > 0.5)
