"""Searches by an engine that may have no time for them."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from netdesign.errors import SizeError
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.outcome import Phases, Solution
from netdesign.solve.kernels.loading import LoadingStoppedError, loading_s, loading_until
from netdesign.solve.lp.background_run import in_background
from netdesign.solve.sizes import with_advice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.solve.core.engine import Engine, Question, SearchScope
    from netdesign.solve.core.limits import Watch


@contextmanager
def loops_in_time(watch: Watch) -> Iterator[None]:
    """Have no loop compiled once the time is over; a ``LoadingStoppedError`` is raised instead."""

    def is_over() -> bool:
        return watch.is_over

    with loading_until(is_over, partial(in_background, is_over=is_over, stop=watch.stopped.set)):
        yield


def solved_in_time(question: Question, engine: Callable[[], Engine], scope: SearchScope) -> Solution:
    """Return the solution of an engine; none where the time is over before its loops are compiled.

    Raises
    ------
    SizeError
        It is too large; says which size would be taken, and by which engine.
    """
    begun, loaded = time.perf_counter(), loading_s()
    try:
        with loops_in_time(question.watch):
            solution = engine().solve(scope)
    except LoadingStoppedError:
        solution = Solution(question.watch.ending, None, None, -math.inf, Phases(load_s=loading_s() - loaded))
    except SizeError as error:
        raise with_advice(error, question.instance, choose_engine(question).name) from None
    # Engines that search in parts count the part that they answer with.
    more = max(0.0, time.perf_counter() - begun - solution.phases.total_s)
    return replace(solution, phases=replace(solution.phases, solve_s=solution.phases.solve_s + more))
