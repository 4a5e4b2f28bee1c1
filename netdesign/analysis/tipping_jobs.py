"""Figures of a call of tipping as jobs for helpers: what one turns depends on the problem and on the figure only."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.problem import load_problem
from netdesign.analysis.tipping_figures import FigureFinder
from netdesign.analysis.tipping_points import Point
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from netdesign.analysis.tipping_call import TippingCall
    from netdesign.analysis.tipping_figures import FoundFigure
    from netdesign.instance.published.reading import Source
    from netdesign.instance.ranges import FigureRange
    from netdesign.solve.core.outcome import Solution


@dataclass(frozen=True)
class FigureSetup:
    """What a helper needs of a call.

    Parameters
    ----------
    source
        The instance as read, without the changes of the call.
    call
        Its options.
    figures
        All figures that are asked about.
    limits
        Limits of the searches.
    present, others
        What is best at the present values, and what no network with other hubs is under.
    """

    source: Source
    call: TippingCall
    figures: tuple[FigureRange, ...]
    limits: SolveLimits
    present: Solution
    others: float


@dataclass(frozen=True)
class FigureJob:
    """A figure for a helper to look at.

    Parameters
    ----------
    setup
        Pickled ``FigureSetup``: the same bytes for all, so that a helper reads the instance once.
    place
        Of the figure.
    """

    setup: bytes
    place: int


def found_by_helper(job: FigureJob) -> FoundFigure:
    """Return what a figure turns; called by helpers."""
    finder, setup = _finder(job.setup)
    figure, instance = setup.figures[job.place], finder.moved.present.question.instance
    return finder.found(figure, Point(figure.value, instance, setup.present, others=setup.others))


@lru_cache(maxsize=1)
def _finder(pickled: bytes) -> tuple[FigureFinder, FigureSetup]:
    setup: FigureSetup = pickle.loads(pickled)
    problem = load_problem(setup.source, setup.call)
    # Each helper has one thread, and is dismissed when the time of the call is over.
    limits = replace(setup.limits, threads=1, time_limit_s=None)
    question = problem.question(Watch(limits), silent, setup.call.engine)
    return FigureFinder(MovedProblem(setup.source, setup.call, problem, question), setup.call.width), setup
