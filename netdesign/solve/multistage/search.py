"""The search for the best policy: values by lower bounds, policy, what it needs to know, until it is priced."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.axes import cheapest_target
from netdesign.solve.multistage.contingent_plan import ContingentPlan, NodeStates, operations_of, policy_cost
from netdesign.solve.multistage.offers import Offers
from netdesign.solve.multistage.recursion import SetValues

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.contingent_plan import States
    from netdesign.solve.multistage.prepared import RecursionData

Chosen = tuple[int, ...]


class _UnknownSetError(Exception):
    """The policy leads to a set that was not looked into."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__(chosen)
        self.chosen = chosen


def keep_no_policy(policy: ContingentPlan) -> None:
    """Let a better policy pass."""


class PolicySearch:
    """Searches the policy that costs least for some weights of the nodes.

    Parameters
    ----------
    problem
        The problem; its tables learn.
    weights
        What a EUR of each node counts, shape (nodes,).
    state
        Hears of bounds and plans; its incumbent is the weighted cost of the best policy.
    keep
        Called with each better policy.

    Attributes
    ----------
    staged, hubs
        Of the problem.
    """

    def __init__(
        self,
        problem: RecursionData,
        weights: NDArray[np.float64],
        state: SearchState,
        keep: Callable[[ContingentPlan], None] = keep_no_policy,
    ) -> None:
        self._problem, self._weights, self._state, self._keep = problem, weights, state, keep
        self.staged, self.hubs, self._tables = problem.staged, problem.hubs, problem.tables
        self._offers = Offers(problem, problem.separable(weights))
        self._known: dict[Chosen, SetValues] = {}
        self._larger_seen: dict[Chosen, int] = {}
        self._best: ContingentPlan | None = None
        for chosen in problem.sets:
            if len(chosen) <= 1:
                self._look_into(chosen)
        self._compute(sorted(self._known, key=len, reverse=True))

    def best(self) -> ContingentPlan | None:
        """Return the best policy that was found, or None; the search state keeps its value."""
        while not self._state.is_over:
            policy = self._policy()
            if policy is None:
                self._state.exhausted()
                break
            self._state.proved(self._bound())
            if self._state.is_closed or not self._price(policy):
                break
        return self._best

    @property
    def is_infeasible(self) -> bool:
        """Whether it is proven that there is no policy."""
        return self._best is None and self._state.bound == np.inf

    @property
    def bound(self) -> float:
        """What is proven of the weighted cost."""
        return self._state.bound

    def _bound(self) -> float:
        return float(self.values(()).start[0][(0,) * len(self.hubs.existing)])

    def _price(self, policy: ContingentPlan) -> bool:
        """Price what the policy operates; return whether anything was not known before, and all of it now is."""
        new = self._tables.unpriced(operations_of(self.hubs, policy))
        if not self._tables.price_all(new, self._is_over):
            return False
        cost = policy_cost(self.staged, self.hubs, self._tables, policy)
        # A year that cannot be operated counts on a path without weight too.
        total = float(self._weights @ cost) if np.isfinite(cost).all() else np.inf
        if self._state.found(total):
            self._best = policy
            self._keep(policy)
        return bool(new)

    def _is_over(self) -> bool:
        return self._state.is_over

    def _policy(self) -> ContingentPlan | None:
        """Return the best policy under what is known, all of it up to date; None where there is none."""
        while True:
            self._compute([()])
            if not np.isfinite(self._bound()):
                return None
            try:
                policy, used = self._followed()
            except _UnknownSetError as unknown:
                self._look_into(unknown.chosen)
                self._compute([unknown.chosen, *self._smaller(unknown.chosen)])
                continue
            stale = [chosen for chosen in sorted(used, key=len, reverse=True) if self._is_stale(chosen)]
            if not stale:
                return policy
            self._compute(stale)

    def _smaller(self, chosen: Chosen) -> list[Chosen]:
        return sorted((one for one in self._known if set(one) < set(chosen)), key=len, reverse=True)

    def _larger(self, chosen: Chosen) -> list[SetValues]:
        return [values for other, values in self._known.items() if set(chosen) < set(other)]

    def _look_into(self, chosen: Chosen) -> None:
        self._offers.looked_into(chosen)
        self._known[chosen] = SetValues(self._problem, self._weights, chosen)

    def values(self, chosen: Chosen) -> SetValues:
        """Return the values of a set that was looked into."""
        return self._known[chosen]

    def at_least(self, chosen: Chosen) -> list[SetValues]:
        """Return the values of a set and of the larger ones that were looked into."""
        return [self.values(chosen), *self._larger(chosen)]

    def waiting_under(
        self, node: int, smaller: Chosen, paid: NDArray[np.float64], limit: float, *, at_once: bool
    ) -> list[Chosen]:
        """Return the sets not looked into that may be ordered at a node by a plan that costs less than a limit."""
        return self._offers.under(node, smaller, paid, limit, at_once=at_once)

    def look_into_all(self, sets: Iterable[Chosen]) -> None:
        """Look into some sets, and bring all values up to date."""
        for chosen in sets:
            if chosen not in self._known:
                self._look_into(chosen)
        self.refresh()

    def refresh(self) -> None:
        """Bring all values up to date with what the tables know."""
        for chosen in sorted(self._known, key=len, reverse=True):
            if self._is_stale(chosen):
                self._compute([chosen])

    def _is_stale(self, chosen: Chosen) -> bool:
        larger = sum(values.revision for values in self._larger(chosen))
        return self.values(chosen).is_stale or self._larger_seen.get(chosen) != larger

    def _compute(self, sets: Sequence[Chosen]) -> None:
        for chosen in sets:
            self._larger_seen[chosen] = sum(values.revision for values in self._larger(chosen))
            self.values(chosen).compute(partial(self._least_offer, chosen))

    def _offered(
        self, chosen: Chosen, moment: int, *, at_once: bool
    ) -> tuple[list[tuple[Chosen, NDArray[np.float64]]], NDArray[np.float64] | float]:
        """Return what larger sets offer, each by itself, and the least of it."""
        found = [(values.chosen, values.offers(moment, chosen, at_once=at_once)) for values in self._larger(chosen)]
        waiting = self._offers.best(moment, chosen, at_once=at_once)
        if waiting is not None:
            found.append((waiting.chosen, waiting.values))
        least: NDArray[np.float64] | float = np.inf
        for _, values in found:
            least = np.minimum(least, values)
        return found, least

    def _least_offer(self, chosen: Chosen, moment: int, *, at_once: bool) -> NDArray[np.float64] | float:
        return self._offered(chosen, moment, at_once=at_once)[1]

    def _followed(self) -> tuple[ContingentPlan, set[Chosen]]:
        """Follow the values from the first moment on."""
        moments = self._problem.moments
        begin: dict[int, tuple[Chosen, States]] = {0: ((), dict.fromkeys(self.hubs.existing, 0))}
        found, used = [], set()
        for moment, children in enumerate(moments.children):
            chosen, start = begin[moment]
            used.add(chosen)
            if self.hubs.has_modules_at_once:
                chosen, ready = self._step(moment, chosen, start, at_once=True)
            else:
                ready = start
            used.add(chosen)
            after = ready
            if children:
                chosen, after = self._step(moment, chosen, ready, at_once=False)
                used.add(chosen)
            found.append(NodeStates(start, ready, after))
            for child in children:
                begin[child] = (chosen, after)
        nodes = range(len(self.staged.nodes))
        return ContingentPlan(tuple(found[moments.moment_of[node]] for node in nodes)), used

    def _step(self, moment: int, chosen: Chosen, states: States, *, at_once: bool) -> tuple[Chosen, States]:
        """Return the set and the states that the best step at a moment leads to.

        Raises
        ------
        _UnknownSetError
            The step leads to a set that was not looked into.
        """
        mine = self.values(chosen)
        place = tuple(states[site] for site in mine.sites)
        own = mine.at_once if at_once else mine.later
        best, least = chosen, float(own[moment][place])
        for other, values in self._offered(chosen, moment, at_once=at_once)[0]:
            offer = float(np.asarray(values)[place])
            if offer < least:
                best, least = other, offer
        if best not in self._known:
            raise _UnknownSetError(best)
        target = self.values(best)
        values = target.ready[moment] if at_once else target.after(moment)
        begun = [states.get(site, 0) for site in target.sites]
        found = cheapest_target(values, target.moves(moment, at_once=at_once), begun)
        return best, dict(zip(target.sites, found, strict=True))
