"""The results that a page is made of: of one instance, with the same values, and true as far as the referee sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.analysis.verify import compared
from netdesign.errors import ContradictionError, NetdesignError, UsageError
from netdesign.instance.blocks import Problem
from netdesign.report.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def verified(results: Sequence[GivenResult], source: Source, instance: str) -> list[StatedResult[Any, Any, Any]]:
    """Return results with their problems, once the referee has priced their plans again.

    Parameters
    ----------
    results
        The results.
    source
        The instance without the values of any call.
    instance
        Its name.

    Raises
    ------
    ContradictionError
        One of them is not true of the instance; names all that is wrong.
    UsageError
        One is of another instance, or was found with other values; names all of them.
    InstanceError
        The instance cannot be read with the options of one.
    """
    stated: list[StatedResult[Any, Any, Any]] = []
    unlike, false = [], []
    for result in results:
        fault = _unlike(result, results[0], instance)
        if fault:
            unlike.append(f"{result.name}: {fault}; write a page for each")
            continue
        try:
            found, verification = compared(source, result.document, stated)
        except ContradictionError as error:
            false.append(f"{result.name}: contradicted: {error.message}")
            continue
        except NetdesignError as error:
            error.message = f"{result.name}: {error.message}"
            raise
        stated.append(found)
        false += [f"{result.name}: contradicted: {text}" for text in _told(verification.contradictions)]
    if false:
        commands = {result.document.COMMAND for result in results}
        again = f"`netdesign {commands.pop()}`" if len(commands) == 1 else "the command of each"
        remedy = f"no page is written; {again} finds what is true of the instance as it is now"
        raise ContradictionError("\n".join([*unlike, *false, remedy]))
    if unlike:
        raise UsageError("\n".join([*unlike, "no page is written"]))
    return stated


def _unlike(result: GivenResult, first: GivenResult, instance: str) -> str:
    """Return why a result cannot stand beside the first; empty where it can."""
    if result.document.instance.name != instance:
        return f"is a result of {result.document.instance.name}, not of {instance}"
    if first.document.instance.name != instance:
        return ""
    own, others = (list(map(str, one.document.options.get("set", []))) for one in (result, first))
    if own != others:
        return f"was found {_with(own)}, {first.name} {_with(others)}, so that what they cost does not compare"
    problem, other = (
        {name: one.document.problem.get(name) for name in Problem.model_fields} for one in (result, first)
    )
    if problem != other:
        differing = [f"{name} {value}" for name, value in problem.items() if value != other[name]]
        return f"answers another problem than {first.name}, of {listed(differing)}"
    return ""


def _with(values: Sequence[str]) -> str:
    return f"with {listed([f'--set {value}' for value in values])}" if values else "without --set"


def _told(contradictions: Sequence[str]) -> list[str]:
    """Return the first contradictions, and how many there are beside them."""
    more = len(contradictions) - _MOST_TOLD
    told = list(contradictions[:_MOST_TOLD])
    return [*told, f"and {more} more, which `netdesign verify` tells"] if more > 0 else told
