"""The search for the best policy: recursion over lower bounds, with expansion and pricing until the best is exact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.first_decision import ANY_FIRST
from netdesign.solve.core.outcome import OPTIMAL_GAP
from netdesign.solve.multistage.axes import cheapest_target
from netdesign.solve.multistage.contingent_plan import ContingentPlan, NodeStates, operations_of, policy_cost
from netdesign.solve.multistage.first_step import NO_MOVES, FirstMoves, FirstStep, PermittedMoves, UnexpandedSetError
from netdesign.solve.multistage.prepared import Offers
from netdesign.solve.multistage.recursion import SetValues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.contingent_plan import States
    from netdesign.solve.multistage.hubs import Chosen
    from netdesign.solve.multistage.prepared import RecursionData
    from netdesign.solve.multistage.valuation import Valuation


class _LargerSets:
    """What the sets that are larger than one offer to it."""

    def __init__(self, search: PolicySearch, chosen: Chosen) -> None:
        self._search, self._chosen = search, chosen
        self._expanded = search.at_least(chosen)[1:]

    def least(self, moment: int, *, at_once: bool) -> NDArray[np.float64] | float:
        return self._search.least_offer(self._chosen, moment, at_once=at_once)

    def revision(self, moment: int) -> tuple[int, ...]:
        # With every one that is expanded the unexpanded ones are others.
        return tuple(values.revision_of[moment] for values in self._expanded)


def keep_no_policy(policy: ContingentPlan) -> None:
    """Ignore a better policy."""


class PolicySearch:
    """Searches for the policy of least cost at some weights of the nodes.

    Parameters
    ----------
    problem
        The problem; its cost tables are filled on the way.
    valuation
        What counts of the costs of the nodes.
    state
        Records bounds and incumbents, by the valuation.
    keep
        Called with each better policy.

    Attributes
    ----------
    staged, hubs
        The instance and its hubs.
    permitted
        What may be decided in the first year.
    """

    def __init__(
        self,
        problem: RecursionData,
        valuation: Valuation,
        state: SearchState,
        keep: Callable[[ContingentPlan], None] = keep_no_policy,
    ) -> None:
        self._problem, self._valuation = problem, valuation
        self.staged, self.hubs, self._tables = problem.staged, problem.hubs, problem.tables
        self._offers = Offers(problem, valuation)
        self._values: dict[Chosen, SetValues] = {}
        self._larger_seen: dict[Chosen, int] = {}
        self.begin(problem.staged, state, keep)
        for chosen in problem.sets:
            if len(chosen) <= 1:
                self._expand(chosen)
        self._compute(sorted(self._values, key=len, reverse=True))

    def begin(self, staged: StagedInstance, state: SearchState, keep: Callable[[ContingentPlan], None]) -> None:
        """Begin anew with the values that are known, under another rule on the first decision.

        Parameters
        ----------
        staged
            The instance with the rule.
        state, keep
            As for a new search.
        """
        self.staged, self._state, self._keep = staged, state, keep
        self._best: ContingentPlan | None = None
        self._least = -np.inf
        self.permitted = PermittedMoves(staged, self.hubs)
        self._first_step = None if staged.first == ANY_FIRST else FirstStep(self, self.permitted)

    def best(self) -> ContingentPlan | None:
        """Return the best policy found, or None; the search state has its value."""
        while not self._state.is_over:
            policy = self._policy()
            if policy is None:
                self._state.exhausted()
                break
            self._state.proved(self._least)
            if (self._state.is_closed and not self._looks_further) or not self._price(policy):
                break
        return self._best

    @property
    def is_infeasible(self) -> bool:
        """Whether infeasibility is proven."""
        return self._best is None and self._state.bound == np.inf

    @property
    def bound(self) -> float:
        """Lower bound on the value of a policy."""
        return self._state.bound

    @property
    def _looks_further(self) -> bool:
        return self._valuation.settles_branches and self._state.gap <= OPTIMAL_GAP

    def _price(self, policy: ContingentPlan) -> bool:
        """Price the operations of a policy; return whether some were unpriced before and all are priced now."""
        new = self._tables.unpriced(operations_of(self.hubs, policy))
        if self._tables.sharpen(new):
            return True
        if not self._tables.price_all(new, self._is_over):
            return False
        cost = policy_cost(self.staged, self.hubs, self._tables, policy)
        # An infeasible year counts even on a path of weight 0.
        total = self._valuation.of(cost) if np.isfinite(cost).all() else np.inf
        if self._state.found(total):
            self._best = policy
            self._keep(policy)
        elif self._looks_further and self._state.is_as_good(total):
            self._best = policy
        return bool(new)

    def _is_over(self) -> bool:
        return self._state.is_over

    def _policy(self) -> ContingentPlan | None:
        """Return the best policy at the present bounds, or None if there is none."""
        while True:
            self._compute([()])
            try:
                first = self._begun()
                self._least = first.value
                if not np.isfinite(first.value):
                    return None
                policy, used = self._followed(first)
            except UnexpandedSetError as unexpanded:
                self._expand(unexpanded.chosen)
                self._compute([unexpanded.chosen, *self._smaller(unexpanded.chosen)])
                continue
            stale = [chosen for chosen in sorted(used, key=len, reverse=True) if self._is_stale(chosen)]
            if not stale:
                return policy
            self._compute(stale)

    def _smaller(self, chosen: Chosen) -> list[Chosen]:
        return sorted((one for one in self._values if set(one) < set(chosen)), key=len, reverse=True)

    def _larger(self, chosen: Chosen) -> list[SetValues]:
        return [values for other, values in self._values.items() if set(chosen) < set(other)]

    def _expand(self, chosen: Chosen) -> None:
        self._offers.mark_expanded(chosen)
        self._values[chosen] = SetValues(self._problem, self._valuation, chosen)

    def values(self, chosen: Chosen) -> SetValues:
        """Return the values of an expanded set."""
        return self._values[chosen]

    def at_least(self, chosen: Chosen) -> list[SetValues]:
        """Return the values of a set and of the larger expanded ones."""
        return [self.values(chosen), *self._larger(chosen)]

    def unexpanded_under(
        self, node: int, smaller: Chosen, paid: NDArray[np.float64], limit: float, *, at_once: bool
    ) -> list[Chosen]:
        """Return the unexpanded sets that a plan under a cost limit may order at a node."""
        return self._offers.under(node, smaller, paid, limit, at_once=at_once)

    def expand_all(self, sets: Iterable[Chosen]) -> None:
        """Expand some sets, and update all values."""
        for chosen in sets:
            if chosen not in self._values:
                self._expand(chosen)
        self.refresh()

    def refresh(self) -> None:
        """Update all values from the tables."""
        for chosen in sorted(self._values, key=len, reverse=True):
            if self._is_stale(chosen):
                self._compute([chosen])

    def _is_stale(self, chosen: Chosen) -> bool:
        larger = sum(values.revision for values in self._larger(chosen))
        return self.values(chosen).is_stale or self._larger_seen.get(chosen) != larger

    def _compute(self, sets: Sequence[Chosen]) -> None:
        for chosen in sets:
            self._larger_seen[chosen] = sum(values.revision for values in self._larger(chosen))
            self.values(chosen).compute(_LargerSets(self, chosen))

    def is_expanded(self, chosen: Chosen) -> bool:
        """Return whether a set has values of its own."""
        return chosen in self._values

    def offered(
        self, chosen: Chosen, moment: int, *, at_once: bool
    ) -> tuple[list[tuple[Chosen, NDArray[np.float64]]], NDArray[np.float64] | float]:
        """Return the offers of larger sets, and their minimum."""
        found = [(values.chosen, values.offers(moment, chosen, at_once=at_once)) for values in self._larger(chosen)]
        unexpanded = self._offers.best(moment, chosen, at_once=at_once)
        if unexpanded is not None:
            found.append((unexpanded.chosen, unexpanded.values))
        least: NDArray[np.float64] | float = np.inf
        for _, values in found:
            least = np.minimum(least, values)
        return found, least

    def least_offer(self, chosen: Chosen, moment: int, *, at_once: bool) -> NDArray[np.float64] | float:
        """Return the least offer of the sets that are larger than one, by its states."""
        return self.offered(chosen, moment, at_once=at_once)[1]

    def _begun(self) -> FirstMoves:
        """Return what is best to decide in the first year.

        Raises
        ------
        UnexpandedSetError
            An unexpanded set may be better.
        """
        if self._first_step is not None:
            return self._first_step.best()
        start = dict.fromkeys(self.hubs.existing, 0)
        value = float(self.values(()).start[0][(0,) * len(self.hubs.existing)])
        return FirstMoves(value, *self._moved(0, (), start)) if np.isfinite(value) else NO_MOVES

    def _moved(self, moment: int, chosen: Chosen, start: States) -> tuple[Chosen, States, Chosen, States]:
        """Return sets and states after the orders of a moment without lead time, and after the later ones.

        Raises
        ------
        UnexpandedSetError
            A step leads to an unexpanded set.
        """
        ready = start
        if self.hubs.has_modules_at_once:
            chosen, ready = self._step(moment, chosen, start, at_once=True)
        if not self._problem.moments.children[moment]:
            return chosen, ready, chosen, ready
        return chosen, ready, *self._step(moment, chosen, ready, at_once=False)

    def _followed(self, first: FirstMoves) -> tuple[ContingentPlan, set[Chosen]]:
        """Return the policy of least value after what is decided first, and the sets that it uses.

        Raises
        ------
        UnexpandedSetError
            A step leads to an unexpanded set.
        """
        moments = self._problem.moments
        begin: dict[int, tuple[Chosen, States]] = {0: ((), dict.fromkeys(self.hubs.existing, 0))}
        found, used = [], set()
        for moment, children in enumerate(moments.children):
            chosen, start = begin[moment]
            moved = self._moved(moment, chosen, start) if moment else first[1:]
            with_ready, ready, with_after, after = moved
            used |= {chosen, with_ready, with_after}
            found.append(NodeStates(start, ready, after))
            for child in children:
                begin[child] = (with_after, after)
        nodes = range(len(self.staged.nodes))
        return ContingentPlan(tuple(found[moments.moment_of[node]] for node in nodes)), used

    def _step(self, moment: int, chosen: Chosen, states: States, *, at_once: bool) -> tuple[Chosen, States]:
        """Return the set and the states after the best step at a moment.

        Raises
        ------
        UnexpandedSetError
            The step leads to an unexpanded set.
        """
        mine = self.values(chosen)
        place = tuple(states[site] for site in mine.sites)
        own = mine.at_once if at_once else mine.later
        best, least = chosen, float(own[moment][place])
        for other, values in self.offered(chosen, moment, at_once=at_once)[0]:
            offer = float(np.asarray(values)[place])
            if offer < least:
                best, least = other, offer
        if best not in self._values:
            raise UnexpandedSetError(best)
        target = self.values(best)
        values = target.ready[moment] if at_once else target.after(moment)
        begun = [states.get(site, 0) for site in target.sites]
        found = cheapest_target(values, target.moves(moment, at_once=at_once), begun)
        return best, dict(zip(target.sites, found, strict=True))
