"""The results that a page is made of: of one instance, with the same values, and true as far as the referee sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.analysis.verify import compared
from netdesign.errors import ContradictionError, NetdesignError, UsageError
from netdesign.report.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.analysis.stated_result import StatedResult
    from netdesign.instance.published.reading import Source
    from netdesign.results.result_file import Document

_MOST_TOLD = 5
"""Contradictions of one result that are told; `verify` tells more."""


@dataclass(frozen=True)
class GivenResult:
    """A result as a call gives it.

    Parameters
    ----------
    document
        Its content.
    file, sha256
        Name of its file, and the digest of that; empty for an answer that is in no file.
    """

    document: Document
    file: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """By what messages call it."""
        return self.file or f"the answer of {self.document.COMMAND}"


def check_alike(results: Sequence[GivenResult], instance: str) -> None:
    """Check that results can stand on one page.

    Parameters
    ----------
    results
        The results.
    instance
        Name of the instance.

    Raises
    ------
    UsageError
        One is of another instance, or was found with other values; names all of them.
    """
    faults = [fault for result in results for fault in _unlike(result, results[0], instance)]
    if faults:
        message = "\n".join([*faults, "no page is written"])
        raise UsageError(message)


def _unlike(result: GivenResult, first: GivenResult, instance: str) -> Iterator[str]:
    if result.document.instance.name != instance:
        yield f"{result.name}: is a result of {result.document.instance.name}, not of {instance}; make a page of each"
        return
    own, others = (list(map(str, one.document.options.get("set", []))) for one in (result, first))
    if own != others:
        yield (
            f"{result.name}: was found {_with(own)}, {first.name} {_with(others)}: what they cost does not compare; "
            "make a page of each"
        )


def _with(values: Sequence[str]) -> str:
    return f"with {listed([f'--set {value}' for value in values])}" if values else "without --set"


def verified(results: Sequence[GivenResult], source: Source) -> list[StatedResult[Any, Any, Any]]:
    """Return results with their problems, once the referee has priced their plans again.

    Parameters
    ----------
    results
        The results, which can stand on one page.
    source
        The instance without the values of any call.

    Raises
    ------
    ContradictionError
        One of them is not true of the instance; names all of them.
    InstanceError, UsageError
        The instance cannot be read with the options of one.
    """
    stated, faults = [], []
    for result in results:
        try:
            found, verification = compared(source, result.document)
        except ContradictionError as error:
            faults.append(f"{result.name}: contradicted: {error.message}")
            continue
        except NetdesignError as error:
            error.message = f"{result.name}: {error.message}"
            raise
        stated.append(found)
        told = verification.contradictions[:_MOST_TOLD]
        faults += [f"{result.name}: contradicted: {text}" for text in told]
        more = len(verification.contradictions) - len(told)
        faults += [f"{result.name}: contradicted: and {more} more; `netdesign verify` tells them"] if more else []
    if faults:
        command = results[0].document.COMMAND if len(results) == 1 else "the command of each"
        remedy = f"no page is written; what is true of the files as they are now, {command} finds again"
        raise ContradictionError("\n".join([*faults, remedy]))
    return stated
