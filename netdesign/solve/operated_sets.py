"""Sets of hubs that are operated by the model with their hubs open, and what is known of each."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from netdesign.errors import InstanceError, SizeError
from netdesign.instance.options import fix_hubs
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import Phases, Progress, Solution, Termination
from netdesign.solve.core.weak_calls import weakly

if TYPE_CHECKING:
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.rising_reach import Relaxed
    from netdesign.solve.straight_model import StraightModel

    Sites = tuple[str, ...]

_NO_PLAN = Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())

_MOST_KEPT = 20_000
"""Most columns of models that are kept: one of ten thousand takes some hundred megabytes."""


class _Built(NamedTuple):
    model: StraightModel
    relaxed: Relaxed


class OperatedSets:
    """Bounds and best plans of sets of hubs, by the model in which these are open and no others.

    Parameters
    ----------
    question
        The problem and its limits; its model is loaded at the first set.

    Attributes
    ----------
    operated
        Number of sets of which a plan was sought.
    """

    def __init__(self, question: Question) -> None:
        self._question, self._instance = question, question.instance
        self._bounds: dict[Sites, float] = {}
        self._known: dict[Sites, Solution] = {}
        self._built: dict[Sites, _Built] = {}
        self._state: SearchState | None = None
        self.operated = 0

    @property
    def relaxes(self) -> bool:
        """Whether the relaxation bounds a set well: where vehicles leave, whose full loads are near the optimum."""
        return self._instance.services is not None

    def bound(self, hubs: Sites, search: SearchScope, state: SearchState) -> float:
        """Return what the relaxation of a set proves; minus infinity where that is nothing, or not in time.

        Parameters
        ----------
        hubs
            Ids of the open sites.
        search, state
            The search that asks.

        Raises
        ------
        SizeError
            The model would be too large.
        """
        self._state = state
        if hubs not in self._bounds:
            # Each takes a second or two: a name of its own would be a line of progress each.
            model = self._model(hubs, search.task)
            relaxed = None if model is None else model.relaxed(search.task)
            if model is not None and relaxed is not None:
                self._keep(hubs, _Built(model, relaxed))
            elif state.is_over:
                return -math.inf
            self._bounds[hubs] = math.inf if model is None else -math.inf if relaxed is None else relaxed.bound
        return self._bounds[hubs]

    def solve(self, hubs: Sites, search: SearchScope, state: SearchState) -> Solution:
        """Return the best plan of a set, or that none costs less than the best plan of the search.

        Raises
        ------
        SizeError
            The model would be too large.
        """
        self._state = state
        if hubs not in self._known:
            self.operated += 1
            solution = self._solved(hubs, f"{search.task}: operating {'+'.join(hubs)}", state)
            self._bounds[hubs] = max(self._bounds.get(hubs, -math.inf), solution.bound)
            if solution.termination.is_limit or (solution.plan is None and math.isfinite(solution.bound)):
                return solution
            self._known[hubs] = solution
        return self._known[hubs]

    def _solved(self, hubs: Sites, task: str, state: SearchState) -> Solution:
        built = self._built.pop(hubs, None)
        if built is None:
            model = self._model(hubs, task)
            if model is None:
                return _NO_PLAN
            relaxed = model.relaxed(task) if self.relaxes else None
            if relaxed is None:
                return model.solve(SearchScope(task=task))
            built = _Built(model, relaxed)
        return built.model.solve_in_reach(built.relaxed, state.cut_off, task)

    def _model(self, hubs: Sites, task: str) -> StraightModel | None:
        """Return the model of a set; None where the data alone contradict it: too little capacity.

        Raises
        ------
        SizeError
            It would be too large.
        """
        from netdesign.solve.monolithic import Monolithic

        try:
            fixed = fix_hubs(self._instance, hubs)
        except InstanceError:
            return None
        question = replace(self._question, instance=fixed, listen=weakly(self._tell))
        # Before the model is built, which may take long.
        self._tell(Progress(question.watch.elapsed_s, None, None, task))
        try:
            return Monolithic(question).whole()
        except SizeError as error:
            # Fewer sites that may open would not help.
            raise SizeError(error.message.removeprefix(SizeError.mark)) from None

    def _tell(self, progress: Progress) -> None:
        assert self._state is not None
        self._state.listener_of_part(self._question.listen)(progress)

    def _keep(self, hubs: Sites, built: _Built) -> None:
        """Keep a model for when the set is operated, and let older ones go beyond some size."""
        self._built[hubs] = built
        while len(self._built) > 1 and sum(len(one.relaxed.extra) for one in self._built.values()) > _MOST_KEPT:
            del self._built[next(iter(self._built))]
