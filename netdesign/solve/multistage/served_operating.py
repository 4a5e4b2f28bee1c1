"""Operation of a year with vehicles, or one hub each way: the search of the one-year engine over one set of hubs.

Besides what that engine states there is what hubs lift: modules, handling by others, and overflow on peak days.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.violations import Violation
from netdesign.instance.policies import Policy
from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.solve.core.best_first import Best
from netdesign.solve.core.search_state import ROUNDING, SearchState
from netdesign.solve.lp.session import LpSession
from netdesign.solve.multistage.multipliers import ModuleBound, RoomTolls
from netdesign.solve.multistage.operating import YearOperation
from netdesign.solve.scheduled.cheapest import cheapest_choice
from netdesign.solve.scheduled.closer_look import CloserLook
from netdesign.solve.scheduled.columns import choices_of, relaxed_columns
from netdesign.solve.scheduled.doubts import doubtful_lane
from netdesign.solve.scheduled.hub_room import HubRoom
from netdesign.solve.scheduled.lagrangian import PricedSet, priced_set
from netdesign.solve.scheduled.part_search import PartSearch, WaitingParts
from netdesign.solve.scheduled.parts import Part, Stage
from netdesign.solve.scheduled.plans import plan_of_columns
from netdesign.solve.scheduled.set_program import SetProgram, set_program

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.multistage.served_year import ServedYear
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import Floats, Positions
    from netdesign.solve.scheduled.parts import Doubtful

_WHOLE = 1e-7
"""Distance within which a choice is none or one."""

_NEAR, _FURTHER = 3e-5, 8.0
"""As in ``Part.wider``: the bound by prices of room is mostly close to the best plan."""


class ServedOperator:
    """Operates one year of one set of hubs with any number of modules."""

    def __init__(self, year: ServedYear) -> None:
        self._year = year

    def operate(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> YearOperation:
        """Return the best operation with given modules; it does not depend on earlier calls.

        Parameters
        ----------
        lift, daily
            Capacity of the modules of each hub, t/year and t/day, shape (hubs,).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        year, node = self._year, self._year.node
        limits = (year.contract_limit.tobytes(), year.contract_price, year.watch.limits.relative_gap)
        key = (year.hubs, lift.tobytes(), daily.tobytes(), *limits)
        if key not in node.operations:
            node.operations[key] = _OneSet(year, self._room(lift, daily)).operation()
        return node.operations[key]

    def _room(self, lift: NDArray[np.float64], daily: NDArray[np.float64]) -> HubRoom:
        """Return what the hubs lift with given modules."""
        year, node = self._year, self._year.node
        factors = [peak.weight / year.volume for peak in node.peaks]
        return HubRoom(
            lift,
            DAYS_PER_YEAR * daily,
            year.contract_limit,
            year.contract_price,
            np.array(factors).reshape(len(factors), len(year.volume)),
            np.array([peak.price for peak in node.peaks]),
            node.both_count,
        )


class _OneSet(PartSearch):
    """The search over the plans of one set of hubs."""

    def __init__(self, year: ServedYear, room: HubRoom) -> None:
        super().__init__(SearchState(year.watch))
        self._year, self._room = year, room
        self._look = _RoomLook(year, room, self._state, self._keep)

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part."""
        return self._look.look(part)

    def operation(self) -> YearOperation:
        """Return the best operation, or none."""
        year, state = self._year, self._state
        part = Part(tuple(year.node.places(year.hubs).tolist()), {}, {}, Stage.BOUNDED, -math.inf)
        priced = self._look.price(part)
        if priced is None:
            return self._none()
        self._close(WaitingParts([part]))
        if state.is_over and not state.is_closed:
            raise TimeoutError
        room, best = self._room, self._incumbent
        of_days = priced.peak.sum(axis=0)
        worth = priced.capacity @ room.lift + of_days @ room.daily
        prices = ModuleBound(priced.bound + float(worth), priced.capacity, of_days)
        tolls = RoomTolls(year.hubs, priced.capacity, priced.peak)
        if best is None:
            return replace(self._none(), module_bound=prices)
        return replace(self._read(best, prices), tolls=tolls)

    def _keep(self, part: Part, plan: Plan, cost: float) -> None:
        del part
        self._take_up(Best(plan, cost))

    def _read(self, best: Best, prices: ModuleBound) -> YearOperation:
        plan, instance = best.plan, self._year.node.instance
        nodes, sites = instance.node_position, instance.site_position
        contract = self._look.relief(plan)
        assert contract is not None
        return YearOperation(
            cost=best.cost,
            commodity=plan.commodity,
            first=plan.first_hub,
            last=plan.last_hub,
            volume=plan.volume,
            lanes=tuple((nodes[airport], sites[hub]) for airport, hub in plan.open_lanes),
            contract=contract[0],
            prices=None,
            relaxed=prices.at(self._room.lift, self._room.daily / DAYS_PER_YEAR),
            services=plan.services,
            least=min(self._state.bound, best.cost),
            module_bound=prices,
        )

    def _none(self) -> YearOperation:
        empty, nothing = np.empty(0, dtype=np.intp), np.zeros(len(self._year.hubs))
        return YearOperation(np.inf, empty, empty, empty, np.empty(0), (), nothing, None, np.inf)


class _RoomLook(CloserLook):
    """A closer look at a set of hubs that lift so much."""

    def __init__(
        self, year: ServedYear, room: HubRoom, state: SearchState, keep: Callable[[Part, Plan, float], None]
    ) -> None:
        node = year.node
        super().__init__(node.over(year.hubs), node.network, node.freight, node.bounds, state, keep)
        self._is_coupled = True
        self._year, self._room = year, room
        self._priced: PricedSet | None = None

    def price(self, part: Part) -> PricedSet | None:
        """Bound a set by prices of its room and try its cheapest choices; None where a city cannot be served."""
        columns = relaxed_columns(self._bounds, self._freight, np.array(part.hubs, dtype=np.intp))
        choice = cheapest_choice(self._freight, columns)
        if choice is None:
            return None
        part.bound, part.stage = choice[0], Stage.CHOSEN
        program = self.program(columns, part)
        doubtful = doubtful_lane(self._freight, columns, part, choice[1])
        if doubtful is None and self._has_room(columns, choice[1], choice[2]):
            self._try(columns, part, choice[1], choice[2])
        if part.stage is Stage.SETTLED:
            return priced_set(self._freight, columns, program, np.zeros(len(program.program.rows)))
        return self._priced_by_relaxation(columns, part, program)

    def _has_room(self, columns: SetColumns, share: Floats, chosen: Positions) -> bool:
        """Return whether hubs lift a choice without more: else there are better ones, and it is not worth a look."""
        found = plan_of_columns(self._freight, columns, share, chosen)
        relief = None if found is None else self.relief(found.plan)
        return relief is not None and relief[1] == 0.0

    def _priced_by_relaxation(self, columns: SetColumns, part: Part, program: SetProgram) -> PricedSet | None:
        part.stage = Stage.RELAXED
        # Presolve takes longer than the simplex method does without it.
        found = LpSession(program.program, self.state, {"presolve": "off"}, is_relaxed=True).solve()
        nothing = np.zeros(len(program.program.rows))
        if found is None:
            part.bound, part.stage = math.inf, Stage.SETTLED
            return priced_set(self._freight, columns, program, nothing)
        self._priced = priced_set(self._freight, columns, program, found.prices)
        assert self._priced is not None
        part.bound = max(part.bound, self._priced.bound)
        integer = found.values[program.program.is_integer]
        is_whole = np.abs(integer - np.round(integer)).max(initial=0.0) <= _WHOLE
        if is_whole and doubtful_lane(self._freight, columns, part, found.values) is None:
            self._try(columns, part, *choices_of(columns, found.values))
        return self._priced

    def program(self, columns: SetColumns, part: Part) -> SetProgram:
        """Return the program of a part with what its hubs lift."""
        return set_program(self._freight, columns, self._fixed(part), part.lanes, part.legs, self._room)

    def judged(self, plan: Plan) -> tuple[float, tuple[Violation, ...]]:
        """Return what a plan costs with handling by others and overflow, EUR/year, and its violations."""
        relief = self.relief(plan)
        if relief is None:
            return math.inf, (Violation(Policy.CAPACITY, "plan", "is over what its hubs lift"),)
        cost, violations = super().judged(plan)
        return cost + relief[1], violations

    def relief(self, plan: Plan) -> tuple[Floats, float] | None:
        """Return what others handle, t/year by hub, and what that and overflow cost, EUR/year; None if too much."""
        hubs = np.array(self._year.hubs)
        first, last = np.searchsorted(hubs, plan.first_hub), np.searchsorted(hubs, plan.last_hub)
        return self._room.relief(*self._room.loads(plan.volume, plan.commodity, first, last))

    def _narrowed(self, columns: SetColumns, part: Part, limit: float | None = None) -> tuple[SetColumns, float, float]:
        priced, cut_off = self._priced, self.state.cut_off if limit is None else limit
        if priced is None or part.lanes or part.legs or len(priced.columns.shares.cost) != len(columns.shares.cost):
            return super()._narrowed(columns, part, limit)
        # Columns of plans that are close to the bound are few, and mostly hold the best; else those of more are taken.
        regrets = priced.regrets
        reached = part.wider(cut_off, _NEAR, _FURTHER)
        if reached - priced.bound >= regrets[np.isfinite(regrets)].max(initial=0.0):
            reached = cut_off
        slack = reached - priced.bound + ROUNDING * abs(reached)
        return columns.narrowed(np.isfinite(regrets) & (regrets <= slack)), slack, reached
