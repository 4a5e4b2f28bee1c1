"""What earlier calls left: results that a search goes on from, and that no other call may overwrite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Self

from netdesign.errors import ContradictionError, UsageError
from netdesign.instance.resolve_stages import TREE
from netdesign.results.earlier_results import HOW, RESULT_OF, is_unfinished, kind_of_file
from netdesign.results.result_file import PARTIAL, DocumentT, partial_path, read_any, read_result

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan
    from netdesign.results.result_file import Document
    from netdesign.results.staged_document import TimingDocument

_PROVING = ("netdesign", "highspy")
"""What proves: bounds of other versions are not taken over."""

_OTHER_FILE = "name another file, or remove this one"
"""The way out where a file holds what must not be lost, or cannot be used."""

_MOST_SHOWN = 80


@dataclass(frozen=True)
class Recorded:
    """What a result records of its call.

    Parameters
    ----------
    command
        ``solve``, ``alternatives`` or ``timing``.
    options
        Those that make the question, those of reading included.
    name, digest
        Of the instance.
    versions
        Of what answered.
    """

    command: str
    options: Mapping[str, Any]
    name: str
    digest: str
    versions: Mapping[str, str]

    @classmethod
    def by(cls, document: Document) -> Self:
        """Return what a result records."""
        reader = {name: value for name, value in document.reader.items() if name != "instance"}
        options = _asked(reader | document.options)
        return cls(document.COMMAND, options, document.instance.name, document.instance.digest, document.versions)

    @classmethod
    def of_call(cls, command: str, options: Mapping[str, Any], instance: Instance, versions: Mapping[str, str]) -> Self:
        """Return what a result of a call would record; ``options`` has those of reading too."""
        return cls(command, _asked(options), instance.name, instance.digest, versions)

    def other_version(self, now: Self) -> str | None:
        """Return in words which version answered where it is not that of now."""
        for name in _PROVING:
            before, this = self.versions.get(name), now.versions.get(name)
            if before != this:
                return f"by {name} {before or 'of no version'}, this is {this}"
        return None

    def other_instance(self, now: Self) -> str | None:
        """Return in words which command and instance it was about where these are not those of now."""
        if self.command != now.command:
            return f"by `netdesign {self.command}`"
        if self.name != now.name:
            return f"by a call about {self.name}, not {now.name}"
        return None if self.digest == now.digest else f"before the files of {self.name} were changed"

    def other_option(self, now: Self) -> str | None:
        """Return in words the first option that is not that of now."""
        for name in {**now.options, **self.options}:
            if self.options.get(name) != now.options.get(name):
                return f"by a call {_option(name, self.options.get(name))}"
        return None


@dataclass(frozen=True)
class EarlierResult(Generic[DocumentT]):
    """What an earlier call left.

    Parameters
    ----------
    path
        Of the file.
    document
        Its content.
    """

    path: Path
    document: DocumentT

    def check_goes_on(self, now: Recorded) -> None:
        """Check that it was left by the same program, for the same instance and options.

        Raises
        ------
        UsageError
            It was not; names the first difference.
        """
        before = Recorded.by(self.document)
        version, again = before.other_version(now), ""
        left = version or before.other_instance(now)
        if left is None:
            left, again = before.other_option(now), "repeat that call, "
        if left is not None:
            # What was left before it was done keeps its file from calls about anything else.
            is_kept = self.path.suffix == PARTIAL or (version is None and is_unfinished(self.document))
            anew = _OTHER_FILE if is_kept else f"{'or ' if again else ''}start anew without --resume"
            message = f"--resume: {self.path}: was left {left}; {again}{anew}"
            raise UsageError(message)

    def damaged(self, text: str) -> UsageError:
        """Return the error that something in it is missing or wrong."""
        return UsageError(f"--resume: {self.path}: {text}; {_OTHER_FILE}")

    def contradicted(self, text: str) -> ContradictionError:
        """Return the error that something in it is false."""
        return ContradictionError(f"--resume: {self.path}: is contradicted: {text}; {_OTHER_FILE}")


def earlier_file(output: Path) -> Path | None:
    """Return the file of an earlier call: its incumbent, else its result; None where there is neither."""
    return next((path for path in (partial_path(output), output) if path.exists()), None)


def earlier_result(output: Path, kind: type[DocumentT]) -> EarlierResult[DocumentT]:
    """Return what an earlier call left.

    Raises
    ------
    UsageError
        There is nothing, or it is no result of the kind.
    """
    path = earlier_file(output)
    if path is None:
        message = f"--resume: there is neither {partial_path(output)} nor {output} to go on from"
        raise UsageError(message)
    return EarlierResult(path, read_result(path, kind))


def left_in(path: Path) -> Document | None:
    """Return what an earlier call left in a file with the name of an incumbent; None where there is no such file.

    Raises
    ------
    UsageError
        The file is no whole result.
    """
    if not path.exists():
        return None
    if kind_of_file(path) not in RESULT_OF.values():
        what = "is a folder" if path.is_dir() else "is no result"
        message = f"{path}: {what}, and in the way of the plans that are kept meanwhile; move it, or name another file"
        raise UsageError(message)
    try:
        return read_any(path)
    except UsageError as error:
        message = f"{error.message}; {_OTHER_FILE}"
        raise UsageError(message) from None


def check_replaces_own(path: Path, left: Document, now: Document) -> None:
    """Check that what an earlier call left is of the question that is asked now, so that a better answer replaces it.

    Raises
    ------
    UsageError
        It is of another question, and would be lost.
    """
    before, asked = Recorded.by(left), Recorded.by(now)
    other = before.other_instance(asked) or before.other_option(asked)
    if other is not None:
        message = f"{path}: was left {other}; go on from it with that call and --resume, {_OTHER_FILE}"
        raise UsageError(message)


def plan_to_go_on_from(earlier: EarlierResult[TimingDocument], staged: StagedInstance) -> StagedPlan | None:
    """Return the plan of an earlier call about the same problem, or None where it has none.

    Raises
    ------
    ContradictionError
        It is no plan of the instance.
    """
    from netdesign.results.staged_result import plan_from_timing

    try:
        return plan_from_timing(earlier.document, staged)
    except ContradictionError as error:
        raise earlier.contradicted(error.message) from None


def _asked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that make a question."""
    return {name: value for name, value in options.items() if name not in HOW}


def _option(name: str, value: object) -> str:
    if (name, value) == ("scenario", TREE):
        return "with --tree"
    flag = f"--{name.replace('_', '-')}"
    shown = ",".join(map(str, value)) if isinstance(value, list) else value
    if isinstance(shown, dict):
        return f"with another {flag}"
    text = str(shown)
    text = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
    return f"without {flag}" if shown in (None, "") else f"with {flag} {text}"
