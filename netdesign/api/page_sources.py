"""What a page is made of, as a caller names it: an instance, answers, and paths of result files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from netdesign.api.answers import RecordedAnswer
from netdesign.api.checked import path_of, together
from netdesign.api.findings import CompareAnswer
from netdesign.api.given import Given, given_of
from netdesign.catalogue import instances
from netdesign.errors import UsageError
from netdesign.instance.published.reading import OWN_FORMAT, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.instance import Instance
    from netdesign.report.page.results import GivenResult

    AnySource: TypeAlias = Instance | Given | RecordedAnswer | CompareAnswer | str | Path

_INSTANCES = (".yaml", ".yml")
"""Endings of files of instances; a name without any ending is that of an instance, if of nothing that is there."""


@dataclass(frozen=True)
class Sources:
    """What a page is to be made of.

    Parameters
    ----------
    given
        The instance; None where results are to say which.
    results
        The results.
    compared
        Networks of ``compare``.
    typed
        The same as a call names them; None where something is in no file.
    """

    given: Given | None
    results: Sequence[GivenResult]
    compared: Sequence[CompareAnswer]
    typed: Sequence[str] | None

    @property
    def files(self) -> tuple[Path, ...]:
        """The result files."""
        return tuple(Path(one.file) for one in self.results if one.file)

    @property
    def instance(self) -> Given:
        """The instance as it is given, or as the first result names it.

        Raises
        ------
        UsageError
            It does not.
        """
        recorded = self.results[0].document.reader if self.results else {}
        reading = Reading.from_record(recorded) if "format_in" in recorded else Reading()
        if self.given is not None:
            return self.given if self.given.reading.format_in != OWN_FORMAT else replace(self.given, reading=reading)
        named = str(recorded.get("instance", ""))
        if not named:
            message = f"{self.results[0].name}: does not record where its instance is; name the instance too"
            raise UsageError(message)
        return Given(named, reading)


def sort_sources(sources: Sequence[AnySource]) -> Sources:
    """Return instance and results, which are read.

    Raises
    ------
    UsageError
        There is nothing, more than one instance, or what is neither; all faults at once.
    """
    is_instance = list(map(_is_instance, sources))
    named = [one for one, is_one in zip(sources, is_instance, strict=True) if is_one]
    others = [one for one, is_one in zip(sources, is_instance, strict=True) if not is_one]
    compared = [one for one in others if isinstance(one, CompareAnswer)]
    if not sources:
        message = "report needs an instance or results, such as 'tiny' or 'result.json'"
        raise UsageError(message)
    if len(named) > 1:
        told = [str(one) if isinstance(one, str | Path) else "an instance" for one in named]
        message = f"{', '.join(told)}: a page is of one instance; write a page for each"
        raise UsageError(message)
    given = given_of(named[0]) if named else None
    if given is None and len(compared) == len(others):
        message = "what compare has found does not say of which instance; name the instance too"
        raise UsageError(message)
    results = together(*(partial(result_of, one) for one in others if not isinstance(one, CompareAnswer)))
    typed = [str(one) for one in sources if isinstance(one, str | Path)]
    return Sources(given, results, compared, typed if len(typed) == len(sources) else None)


def _is_instance(source: object) -> bool:
    """Return whether something is an instance, or the name or path of one; else it is a result.

    Raises
    ------
    UsageError
        It is nothing that a page is made of.
    """
    if isinstance(source, RecordedAnswer | CompareAnswer):
        return False
    if isinstance(getattr(source, "given", source), Given):
        return True
    if not isinstance(source, str | Path):
        message = f"report takes an instance, answers and paths of results, not a {type(source).__name__}"
        raise UsageError(message)
    path = Path(source)
    if path.exists():
        return path.is_dir() or path.suffix.lower() in _INSTANCES
    return path.suffix.lower() in _INSTANCES or str(source) in instances() or not path.suffix


def result_of(source: AnySource) -> GivenResult:
    """Return the result of an answer, or in a file.

    Raises
    ------
    UsageError
        There is no such file, or it is no result.
    """
    from netdesign.report.page.results import GivenResult
    from netdesign.results.result_file import read_any

    if isinstance(source, RecordedAnswer):
        return GivenResult(source.document)
    path = path_of("report", source)
    document = read_any(path)
    return GivenResult(document, str(source), hashlib.sha256(path.read_bytes()).hexdigest())
