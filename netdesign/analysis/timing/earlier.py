"""What an earlier call over years left: whether it is of the same question, complete, and true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.problem import versions
from netdesign.analysis.stated_result import StatedResult
from netdesign.instance.published.reading import OWN_FORMAT
from netdesign.results.resuming import Recorded
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from netdesign.analysis.call import TimingCall
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.instance.published.reading import Named
    from netdesign.results.resuming import EarlierResult
    from netdesign.results.staged_document import TimingDocument


def check_same(earlier: EarlierResult[TimingDocument], call: TimingCall, problem: TimingProblem) -> None:
    """Check that a result is of the same question, by the same versions.

    Raises
    ------
    UsageError
        It is not; names the first difference.
    """
    options = {"format_in": OWN_FORMAT, **call.to_record()}
    earlier.check_goes_on(Recorded.of_call(earlier.document.COMMAND, options, problem.staged.base, versions()))


def is_complete(document: TimingDocument, asked: float) -> bool:
    """Return whether a result has a proven plan and all that stands beside it, to the gap that is asked for."""
    is_proven = document.termination is Termination.OPTIMAL and document.gap is not None
    return is_proven and (document.gap or 0.0) <= asked and not document.is_cut_short


def check_true(
    earlier: EarlierResult[TimingDocument], name_or_path: Named, problem: TimingProblem, call: TimingCall
) -> None:
    """Check all figures of a result by the referee; what its searches have proven stands as it is.

    Raises
    ------
    ContradictionError
        Something in it is false.
    """
    # Imported on use: few calls go on from an earlier one.
    from netdesign.analysis.timing.verify import contradicted_timing

    result = StatedResult(name_or_path, earlier.document, problem, call)
    contradiction = next(contradicted_timing(result), None)
    if contradiction is not None:
        raise earlier.contradicted(contradiction)
