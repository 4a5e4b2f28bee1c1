"""The search over sets of hubs with vehicles on city legs: the cheapest set is looked at more and more closely."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import DisagreementError
from netdesign.solve.core.best_first import Best
from netdesign.solve.core.engine import EVERYTHING
from netdesign.solve.core.hub_rules import hub_rules
from netdesign.solve.core.referee_check import AGREEMENT
from netdesign.solve.core.weak_calls import weakly
from netdesign.solve.scheduled.bounds import SetBounds
from netdesign.solve.scheduled.centre_sets import CentreSets
from netdesign.solve.scheduled.closer_look import ENGINE, CloserLook
from netdesign.solve.scheduled.compiled_bounds import CompiledBounds, suits_loops
from netdesign.solve.scheduled.division import may_divide
from netdesign.solve.scheduled.division_look import DivisionLook
from netdesign.solve.scheduled.fed_look import FedLook
from netdesign.solve.scheduled.freight import CityFreight
from netdesign.solve.scheduled.lanes import most_lanes
from netdesign.solve.scheduled.part_search import PartSearch, WaitingParts
from netdesign.solve.scheduled.parts import Part, Stage
from netdesign.solve.scheduled.priced_look import PricedLook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.plan import Plan
    from netdesign.solve.core.engine import Question, SearchScope
    from netdesign.solve.core.outcome import Solution
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.operated_sets import OperatedSets
    from netdesign.solve.scheduled.centre_sets import Family
    from netdesign.solve.scheduled.freight import Floats
    from netdesign.solve.scheduled.parts import Doubtful, Hubs


_AT_ONCE = 8
"""Parts of the lowest bounds, for each thread, that are priced together: threads are begun for all of them."""

_LIKELY = 16
"""Sets of which the likely cost is found, to begin with the best of them."""


class CitySearch(PartSearch):
    """Searches sets of hubs, and remembers what it learns about each.

    Parameters
    ----------
    question
        A problem in which ``has_city_choices``, or cities ``may_divide`` their freight.
    state
        Clock of the first search.
    operated_sets
        Bounds and operates sets of hubs by the model, where no program of their own does.

    Attributes
    ----------
    operated
        Number of sets that were looked at one by one, but for those that the model operated.

    Raises
    ------
    SizeError
        There are too many routes.
    """

    def __init__(self, question: Question, state: SearchState, operated_sets: OperatedSets) -> None:
        super().__init__(state)
        self._question, self._instance, self._operated_sets = question, question.instance, operated_sets
        self._freight = CityFreight(question.instance, question.network)
        self._search = EVERYTHING
        self._is_divided = may_divide(question.instance)
        self._bounds, self._closer = self._made(state)
        self._by_number: dict[int, tuple[NDArray[np.int32], Floats]] = {}
        self._families: dict[int, list[Family]] = {}
        self._listed: dict[Hubs, dict[Hubs, float]] = {}
        self._centre_sets: CentreSets | None = None
        self._best: dict[Hubs, Best] = {}
        self.operated = 0

    def _made(self, state: SearchState) -> tuple[SetBounds | CompiledBounds, CloserLook]:
        """Return the bounds of sets, and the look at one of them that suits the instance."""
        freight, instance, network = self._freight, self._instance, self._question.network
        if suits_loops(freight):
            compiled = CompiledBounds(freight, state)
            if compiled.states_all:
                return compiled, PricedLook(instance, network, freight, compiled, state, weakly(self._keep))
            return compiled, CloserLook(instance, network, freight, compiled, state, weakly(self._keep))
        bounds = SetBounds(freight, state)
        look = FedLook if freight.is_centre.any() else DivisionLook if self._is_divided else CloserLook
        return bounds, look(instance, network, freight, bounds, state, weakly(self._keep))

    def solve(self, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan within a scope.

        The part with the lowest bound is looked at more closely, until no bound is under the cost of the best plan.
        """
        self._closer.state = state
        if isinstance(self._closer, FedLook):
            self._closer.least_fed = math.inf
        self._search = search
        if isinstance(self._closer, PricedLook):
            state.ceiling = self._closer.ceiling
        self._begin(search, state)
        if isinstance(self._bounds, CompiledBounds):
            # Known before the sets are listed, which may take longer than there is time.
            state.proved(self._bounds.of_all())
        try:
            waiting = self._waiting(search)
            self._close(self._dived(waiting, self._closer) if isinstance(self._closer, PricedLook) else waiting)
        except TimeoutError:
            return self._ended(state.ending())
        # Programs that the time ended have a plan and a bound, between which more could be known.
        return self._ended(state.ending() if state.is_over else state.settled())

    def _dived(self, waiting: WaitingParts, look: PricedLook) -> WaitingParts:
        """Look at a set that is likely to be good until it has a plan, which ends the bounds of others sooner.

        It has all hubs of the best set with one less. Return all that then waits.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        parts = [part for part in waiting if isinstance(part, Part)]
        number = max((len(part.hubs) for part in parts), default=0)
        smaller = [(best.cost, hubs) for hubs, best in self._best.items() if len(hubs) == number - 1]
        if self._incumbent is not None or not smaller:
            return waiting
        wanted = set(min(smaller)[1])
        near = [part for part in parts if len(part.hubs) == number and wanted <= set(part.hubs)]
        near = sorted(near, key=lambda part: part.bound)[:_LIKELY]
        likely = min(near, key=lambda part: look.likely_cost(part.hubs), default=None)
        if likely is None:
            return waiting
        left, dive = [likely], list[Part]()
        while self._incumbent is None and left and not self._state.is_over:
            first = min(left, key=lambda part: part.bound)
            left.remove(first)
            for one in self._seen_closer(first):
                (dive if one.stage is Stage.SETTLED else left).append(one)
        return WaitingParts([*(part for part in parts if part is not likely), *left, *dive])

    def known(self) -> Iterator[tuple[tuple[str, ...], float, float]]:
        """Yield the sets that were bounded with their first bound and the best one so far, EUR/year."""
        bounded = [
            zip(map(tuple, sets.tolist()), bounds.tolist(), strict=True) for sets, bounds in self._by_number.values()
        ]
        for hubs, bound in itertools.chain(*bounded, *(listed.items() for listed in self._listed.values())):
            names = tuple(self._instance.allowed[hub] for hub in hubs)
            yield names, bound, min((part.bound for part in self._parts.get(hubs, ())), default=bound)

    def _waiting(self, search: SearchScope) -> WaitingParts:
        """Return the parts of all permitted sets, and take up their best plan.

        Sets with sorting centres are in their families until these are listed.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        self._rules = rules = hub_rules(self._instance, search)
        waiting = WaitingParts()
        if 0 in most_lanes(self._instance).values():
            # The freight of an airport fills no lane.
            return waiting
        for number in range(rules.least, rules.most + 1):
            for one in self._of_hubs(number) if rules.centres is None else self._beside_hubs(number):
                waiting.push(one)
        return waiting

    def _of_hubs(self, number: int) -> Iterator[Part]:
        """Yield the parts of the permitted sets of so many hubs."""
        if number not in self._by_number:
            sets = self._rules.hub_sets(number)
            self._by_number[number] = sets, self._bounds.of_sets(sets)
        sets, bounds = self._by_number[number]
        permitted = self._rules.satisfied(sets)
        for hubs, bound in zip(map(tuple, sets[permitted].tolist()), bounds[permitted].tolist(), strict=True):
            yield from self._parts_of(hubs, bound)

    def _beside_hubs(self, number: int) -> Iterator[Part | Family]:
        """Yield the families of so many hubs, and the parts of the permitted sets that are listed."""
        if self._centre_sets is None:
            assert isinstance(self._bounds, SetBounds)
            self._centre_sets = CentreSets(self._freight, self._bounds, self._rules, self._state)
            assert isinstance(self._closer, FedLook)
            self._closer.trunks = self._centre_sets.trunk_bounds()
        if number not in self._families:
            self._families[number] = self._centre_sets.families(self._rules.hub_sets(number))
        # What hubs break whatever is beside them: a rule without negative weights.
        broken_alone = tuple(row for row in self._rules.rows if (row.weights >= 0).all())
        rules = replace(self._rules, rows=broken_alone)
        for family in self._families[number]:
            if rules.satisfied(np.array([family.hubs]))[0]:
                yield family
                for hubs, bound in self._listed.get(family.hubs, {}).items():
                    yield from self._permitted(hubs, bound)

    def members(self, family: Family) -> Iterator[Part | Family]:
        """Yield the parts of the sets of a family that are listed next, and what is left of it."""
        assert self._centre_sets is not None
        listed = self._listed.setdefault(family.hubs, {})
        for hubs, bound in self._centre_sets.listed(family):
            listed[hubs] = bound
            yield from self._permitted(hubs, bound)
        yield family

    def _permitted(self, hubs: Hubs, bound: float) -> Iterator[Part]:
        if self._rules.satisfied(np.array([hubs]))[0]:
            yield from self._parts_of(hubs, bound)

    def _parts_of(self, hubs: Hubs, bound: float) -> Iterator[Part]:
        """Yield the parts of a set with its first bound, and take up its best plan."""
        if hubs in self._best:
            self._take_up(self._best[hubs])
        yield from self._parts.get(hubs, [Part(hubs, {}, {}, Stage.BOUNDED, bound)])

    def look(self, part: Part) -> Doubtful | None:
        """Learn more about a part; return what has to be settled about it, if anything."""
        if not math.isfinite(part.bound):
            part.stage = Stage.SETTLED
            return None
        is_left_to_model = self._is_divided and part.stage in (Stage.CHOSEN, Stage.RELAXED)
        if self._freight.is_separate and not is_left_to_model:
            return self._closer.look(part)
        self._look_by_model(part)
        return None

    def _look_at_first(self, waiting: WaitingParts) -> float:
        look, threads = self._closer, self._state.threads
        if isinstance(look, PricedLook) and threads > 1:
            soon = [one for one in waiting.first(1) if isinstance(one, Part)]
            if soon and not look.is_priced(soon[0]):
                soon = [one for one in waiting.first(_AT_ONCE * threads) if isinstance(one, Part)]
                look.price_all([one for one in soon if not look.is_priced(one)])
        return super()._look_at_first(waiting)

    def _seen_closer(self, part: Part) -> list[Part]:
        is_new = part.stage is not Stage.SETTLED and part.hubs not in self._parts
        self.operated += is_new and self._freight.is_separate
        return super()._seen_closer(part)

    def _keep(self, part: Part, plan: Plan | None, cost: float | None) -> None:
        if plan is not None and cost is not None:
            best = self._best.get(part.hubs)
            self._refuse_wrong_bound(part, cost)
            if best is None or cost < best.cost:
                self._best[part.hubs] = best = Best(plan, cost)
            self._take_up(best)

    def _refuse_wrong_bound(self, part: Part, cost: float) -> None:
        """Check that no plan of a set costs less than the bounds of all of its parts.

        Raises
        ------
        DisagreementError
            One does: a defect.
        """
        bound = min(one.bound for one in self._parts.get(part.hubs, [part]))
        if bound > cost * (1.0 + AGREEMENT) + AGREEMENT:
            names = "+".join(self._instance.allowed[hub] for hub in part.hubs)
            message = f"{ENGINE} has a bound of {bound:,.2f} EUR/year for {names}, where a plan costs {cost:,.2f}"
            raise DisagreementError(message)

    def _look_by_model(self, part: Part) -> None:
        """Bound a set by the relaxation of its model, then operate it.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        names, sets = tuple(self._instance.allowed[hub] for hub in part.hubs), self._operated_sets
        if sets.relaxes and part.stage is not Stage.RELAXED:
            part.bound = max(part.bound, sets.bound(names, self._search, self._state))
            part.stage = Stage.RELAXED
            # Without any plan the first set is operated at once: hundreds of others may have to be bounded.
            if self._incumbent is not None or not part.bound < self._state.cut_off:
                return
        solution = sets.solve(names, self._search, self._state)
        part.bound = max(part.bound, solution.bound)
        self._keep(part, solution.plan, solution.objective)
        if solution.termination.is_limit:
            raise TimeoutError
        # Beyond the best plan of this search it may have one that another search asks for.
        if solution.plan is not None or not self._state.cut_off <= part.bound < math.inf:
            part.stage = Stage.SETTLED
