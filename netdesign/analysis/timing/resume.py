"""Going on from a file that an earlier call wrote, also one that was killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.errors import ContradictionError, UsageError
from netdesign.results.staged_reading import plan_from_timing, read_timing

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.analysis.timing.problem import TimingCall, TimingProblem
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import TimingDocument

_HOW = ("engine",)
"""Options that say how a plan is sought, not which."""


def partial_path(output: Path) -> Path:
    """Return where a call keeps its best plan until the output is written."""
    return output.with_name(f"{output.name}.partial")


def earlier_document(output: Path) -> TimingDocument | None:
    """Return what an earlier call left: its best plan so far, else its result; None where there is neither.

    Raises
    ------
    UsageError
        What is there is no result of timing.
    """
    for path in (partial_path(output), output):
        if path.exists():
            return read_timing(path)
    return None


def plan_to_go_on_from(document: TimingDocument, call: TimingCall, problem: TimingProblem) -> StagedPlan | None:
    """Return the plan of an earlier call of the same problem, or None where it had none.

    Raises
    ------
    UsageError
        It was of another instance, or had other options.
    """
    for name, value in call.to_record().items():
        if name not in _HOW and document.options.get(name) != value:
            message = f"--resume: the earlier call had {_option(name, document.options.get(name))}; repeat it as it was"
            raise UsageError(message)
    if document.instance.digest != problem.staged.base.digest:
        message = "--resume: the files of the instance have changed since; start anew without it"
        raise UsageError(message)
    try:
        return plan_from_timing(document, problem.staged)
    except ContradictionError as error:
        message = f"--resume: {error.message}"
        raise UsageError(message) from None


def _option(name: str, value: object) -> str:
    shown = ",".join(map(str, value)) if isinstance(value, list) else value
    return f"no --{name.replace('_', '-')}" if shown in (None, "") else f"--{name.replace('_', '-')} {shown}"
