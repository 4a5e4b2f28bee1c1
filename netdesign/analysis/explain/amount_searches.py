"""Searches of engines for the least amount of something, and for any plan, each with a time of its own."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.explain.out_of_reach import FEW_SETS, key_of
from netdesign.analysis.within_limits import solved_in_time
from netdesign.errors import DisagreementError, SolverError, UsageError
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.hub_rules import number_of_sets
from netdesign.solve.core.limits import Watch
from netdesign.solve.core.outcome import OPTIMAL_GAP
from netdesign.solve.kernels.loading import loading_s

if TYPE_CHECKING:
    from netdesign.analysis.explain.figure import Figure
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.outcome import Solution

WIDEST_GAP = 1e9
"""A gap at which a search ends with its first plan: only feasibility matters."""

QUICK_S, AMOUNT_S = 2.0, 30.0
"""Seconds of a first try, and after which a search for the least amount, or the last one for any plan, ends."""

_VEHICLES_S = 60.0
"""Seconds after which a search for the least emissions of vehicles ends with its bound."""

_PART_OF_WIDTH = 0.9
"""Part of the width of an interval at which a search for the least emissions of vehicles ends."""

MODEL = "monolithic"
"""The engine that hands a model to HiGHS."""


class AmountSearches:
    """Searches about one instance under other policies.

    Parameters
    ----------
    question
        The problem, with the limits of all searches.
    known
        Least amounts that are known, which takes up those that are found.
    """

    def __init__(self, question: Question, known: dict[object, Solution]) -> None:
        self._question, self._known = question, known

    @property
    def question(self) -> Question:
        """The problem."""
        return self._question

    @property
    def is_over(self) -> bool:
        """Whether the searches have to end."""
        return self._question.watch.is_over

    @property
    def last_s(self) -> float:
        """Seconds of a search after which none is left: half of the time, or some without a limit.

        It may never end, and what is known is to be told then.
        """
        remaining_s = self._question.watch.remaining_s
        return remaining_s / 2 if math.isfinite(remaining_s) else AMOUNT_S

    def least_alone(self, question: Question, task: str) -> Solution | None:
        """Return the least amount that a question without coupling states, or bounds of it; None where sets are many.

        What is known is not looked for again.
        """
        if number_of_sets(question.instance, EVERYTHING) > FEW_SETS:
            return None
        key = key_of(question.instance)
        if key not in self._known:
            found = self.solved(question, task, gap=OPTIMAL_GAP, limit_s=QUICK_S)
            if found is None or found.termination.is_limit:
                return found
            self._known[key] = found
        return self._known[key]

    def least(self, question: Question, task: str, limit_s: float = AMOUNT_S) -> Solution | None:
        """Return the least amount that a question without vehicles states, or bounds of it.

        Where sets are few its engine may be quick; else the model goes to HiGHS at once. What is known is not looked
        for again: the largest share is the same whatever share is asked.
        """
        key = key_of(question.instance)
        found = self._known.get(key)
        if found is None:
            found = self._least(question, task, limit_s)
            if found is not None and not found.termination.is_limit:
                self._known[key] = found
        return found

    def _least(self, question: Question, task: str, limit_s: float) -> Solution | None:
        found = None
        if number_of_sets(question.instance, EVERYTHING) <= FEW_SETS:
            found = self.solved(question, task, gap=OPTIMAL_GAP, limit_s=QUICK_S)
            if found is not None and not found.termination.is_limit:
                return found
        by_model = self.solved(replace(question, asked=MODEL), task, gap=OPTIMAL_GAP, limit_s=limit_s)
        known = [one for one in (by_model, found) if one is not None]
        return max(known, key=lambda one: one.bound, default=None)

    def least_emitted(self, question: Question, figure: Figure, task: str) -> Solution | None:
        """Return the least that vehicles emit, to the width of a figure about it, or bounds of it."""
        key = "with vehicles", key_of(question.instance)
        found = self._known.get(key)
        if found is None:
            gap = _PART_OF_WIDTH * figure.relative_width
            found = self.solved(question, task, gap=gap, limit_s=min(_VEHICLES_S, self.last_s))
            if found is not None and not found.termination.is_limit:
                self._known[key] = found
        return found

    def solved(
        self, question: Question, task: str, gap: float = WIDEST_GAP, limit_s: float | None = None
    ) -> Solution | None:
        """Return the solution of a question, after so many seconds; None where no engine states it or HiGHS fails.

        On a new machine loops are compiled first; a search that had half of its time for that is begun again.
        """
        loaded_s = loading_s()
        found = self._searched(question, task, gap, limit_s)
        while limit_s is not None and found is not None and found.termination.is_limit:
            now_s = loading_s()
            if now_s - loaded_s < limit_s / 2 or self.is_over:
                break
            loaded_s = now_s
            found = self._searched(question, task, gap, limit_s)
        return found

    def _searched(self, question: Question, task: str, gap: float, limit_s: float | None) -> Solution | None:
        watch = self._question.watch
        if watch.is_over:
            return None
        limits = replace(watch.limits, relative_gap=gap)
        if limit_s is not None:
            limits = replace(limits, time_limit_s=watch.elapsed_s + min(limit_s, watch.remaining_s))
        asked = replace(question, watch=Watch(limits, watch.stopped, watch.started))
        try:
            return solved_in_time(asked, lambda: make_engine(asked), SearchScope(task=task))
        except DisagreementError:
            raise
        except (UsageError, SolverError):
            return None
