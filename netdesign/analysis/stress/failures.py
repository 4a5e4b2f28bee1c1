"""What becomes of networks when a hub, a lane or a leg between hubs is out for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stress.call import StressCall
    from netdesign.results.document import NetworkPart
    from netdesign.results.stress_failures import FailuresPart
    from netdesign.solve.core.engine import Question


def check_failures(call: StressCall, question: Question) -> None:
    """Check before any search that failures can be looked at.

    Raises
    ------
    UsageError
        They cannot.
    """
    del call, question
    message = "--failures: is not there yet"
    raise UsageError(message)


def look_at_failures(question: Question, networks: Sequence[NetworkPart], call: StressCall) -> FailuresPart:
    """Return what becomes of networks when parts of them fail."""
    raise NotImplementedError


def contradicted_failures(
    part: FailuresPart, networks: Sequence[NetworkPart], problem: SolveProblem, call: StressCall
) -> Iterator[str]:
    """Yield what the instance contradicts in what a result states of failures."""
    raise NotImplementedError
