"""Read a question of one year: what solves it, what a result records of it, and what an earlier call left of it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from netdesign.analysis.problem import load_problem
from netdesign.analysis.record import check_earlier, record_of
from netdesign.errors import ContradictionError
from netdesign.solve.auto import choose_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.record import OneYearT
    from netdesign.instance.published.reading import Named
    from netdesign.results.part import Part
    from netdesign.results.resuming import EarlierResult
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


class ReadQuestion(NamedTuple):
    """A question whose instance is read.

    Parameters
    ----------
    problem
        The instance with the options of the call.
    question
        What engines are asked.
    engine
        Name of the one that answers.
    recorded
        The parts of a result that record the call.
    begun, read_s
        When reading began, by ``time.perf_counter``, and the seconds that it took.
    """

    problem: SolveProblem
    question: Question
    engine: str
    recorded: dict[str, Any]
    begun: float
    read_s: float

    @property
    def total_s(self) -> float:
        """Seconds since reading began."""
        return time.perf_counter() - self.begun


def _nothing(document: Part, problem: SolveProblem) -> Iterator[str]:
    """Contradict nothing."""
    del document, problem
    return iter(())


def read_question(
    name_or_path: Named,
    call: Call,
    watch: Watch,
    listen: Callable[[Progress], None],
    earlier: EarlierResult[OneYearT] | None = None,
    contradicted: Callable[[OneYearT, SolveProblem], Iterator[str]] = _nothing,
) -> ReadQuestion:
    """Read a question, and check what an earlier call left of it.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listen
        Limits, and a function that is called with each ``Progress``.
    earlier
        Result of an earlier call to go on from, or None.
    contradicted
        Yields what the referee contradicts in that.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, or the earlier call had another.
    ContradictionError
        What the earlier call left is false.
    """
    begun = time.perf_counter()
    problem = load_problem(name_or_path, call)
    if earlier is not None:
        check_earlier(earlier, call, problem, contradicted)
    read_s = time.perf_counter() - begun
    question = problem.question(watch, listen, call.engine)
    choice = choose_engine(question)
    recorded = record_of(name_or_path, call, problem, watch, choice)
    return ReadQuestion(problem, question, choice.name, recorded, begun, read_s)


@contextmanager
def contradictions_of(earlier: EarlierResult[OneYearT] | None) -> Iterator[None]:
    """Say of a contradiction that is found meanwhile that it is one of an earlier result, where there is one.

    Raises
    ------
    ContradictionError
        Something is contradicted.
    """
    try:
        yield
    except ContradictionError as error:
        raise error if earlier is None else earlier.contradicted(error.message) from None
