"""A result and the problem that it states, read again: what is compared, and proven again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from netdesign.instance.published.reading import Named

DocumentT = TypeVar("DocumentT")
ProblemT = TypeVar("ProblemT")
CallT = TypeVar("CallT")


class StatedResult(NamedTuple, Generic[DocumentT, ProblemT, CallT]):
    """A result and the problem that it states.

    Parameters
    ----------
    name_or_path
        The instance.
    document
        The result.
    problem
        The instance with the recorded options.
    call
        These options.
    """

    name_or_path: Named
    document: DocumentT
    problem: ProblemT
    call: CallT
