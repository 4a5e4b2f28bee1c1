"""Read and write result files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from netdesign.errors import UsageError
from netdesign.instance.fields import sentence, shortened
from netdesign.instance.files import FileRefusedError, read_ordinary
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.document import ResultDocument
from netdesign.results.explanation_document import ExplanationDocument
from netdesign.results.part import Part, format_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from netdesign.results.frontier_document import FrontierDocument
    from netdesign.results.staged_document import TimingDocument
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.timing_stress_document import TimingStressDocument
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.tipping_document import TippingDocument

    Document = (
        ResultDocument
        | AlternativesDocument
        | ExplanationDocument
        | TippingDocument
        | TimingAlternativesDocument
        | TimingTippingDocument
        | TimingStressDocument
        | SweepDocument
        | StressDocument
        | FrontierDocument
        | TimingDocument
    )

RESULT_COMMANDS = ("solve", "alternatives", "explain", "tipping", "sweep", "stress", "frontier", "timing")
"""Commands that write results."""

PARTIAL = ".partial"
"""With which the name of a file ends that has what is found before the result is written."""

LARGEST_RESULT_BYTES = 256 * 1024 * 1024
"""Largest result file that is read; a plan of a million routes has about 60 MB."""

MOST_RESULT_ENTRIES = 20_000_000

_NO_KEY = ("[key]", "str-enum[", "literal[")
"""With which steps on pydantic's way to a fault begin that are no keys: it is about a key, or one of several types."""

DocumentT = TypeVar("DocumentT", bound="Document")


def partial_path(output: Path) -> Path:
    """Return the path of the incumbent until the output is written."""
    return output.with_name(f"{output.name}{PARTIAL}")


def to_json(document: Part) -> str:
    """Return the text of a result file: one key on each line, a list of plain values on one line.

    The standard library would write every number of a column on its own line, which takes ten times as long and twice
    the space.
    """
    return "".join(_pieces(document.model_dump(mode="json"), "\n")) + "\n"


def _pieces(value: Any, line: str) -> Iterator[str]:
    """Yield the text of a value in pieces; ``line`` is the line break with the indentation of what is around it."""
    inner = line + " "
    if isinstance(value, dict) and value:
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' if number else '{'}{inner}{_plain(key)}: "
            yield from _pieces(item, inner)
        yield line + "}"
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        for number, item in enumerate(value):
            yield f"{',' if number else '['}{inner}"
            yield from _pieces(item, inner)
        yield line + "]"
    else:
        yield _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def result_kinds() -> dict[str, type[Document]]:
    """Return all kinds of results, by the words of the options of ``netdesign schema``.

    Those of years and of questions after the first are imported here, as few calls need them.
    """
    from netdesign.results.frontier_document import FrontierDocument
    from netdesign.results.staged_document import TimingDocument
    from netdesign.results.stress_document import StressDocument
    from netdesign.results.sweep_document import SweepDocument
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument
    from netdesign.results.timing_stress_document import TimingStressDocument
    from netdesign.results.timing_tipping_document import TimingTippingDocument
    from netdesign.results.tipping_document import TippingDocument

    return {
        "result": ResultDocument,
        "alternatives": AlternativesDocument,
        "explanation": ExplanationDocument,
        "tipping": TippingDocument,
        "timing_alternatives": TimingAlternativesDocument,
        "timing_tipping": TimingTippingDocument,
        "timing_stress": TimingStressDocument,
        "sweep": SweepDocument,
        "stress": StressDocument,
        "frontier": FrontierDocument,
        "timing": TimingDocument,
    }


def read_any(path: Path) -> Document:
    """Read a result file of any kind.

    Raises
    ------
    UsageError
        There is none, or it is no whole result.
    """
    data = read_json(path)
    for kind in result_kinds().values():
        if _is(data, kind):
            return document_from_data(path, data, kind)
    message = _of_other_version(data) or f"is no result of {_written_by(RESULT_COMMANDS)}, or of another version"
    message = f"{path}: {message}"
    raise UsageError(message)


def _of_other_version(data: Any) -> str:
    """Return that data are a result in an older or newer format; empty where they are none."""
    found = data.get("format") if isinstance(data, dict) else None
    name, _, version = str(found).rpartition("/")
    own = next((kind for kind in result_kinds().values() if format_of(kind).startswith(f"{name}/")), None)
    if own is None or not version.isdecimal():
        return ""
    return f"is a {found} file, and this version reads {format_of(own)}; `netdesign {own.COMMAND}` answers it again"


def read_result(path: Path, kind: type[DocumentT]) -> DocumentT:
    """Read a result file of one kind.

    Raises
    ------
    UsageError
        There is none, it is of another kind, or no whole result.
    """
    data = read_json(path, (kind.COMMAND,))
    if not _is(data, kind):
        message = f"{path}: is no {format_of(kind)} file; `netdesign {kind.COMMAND} INSTANCE -o FILE` writes one"
        raise UsageError(message)
    return document_from_data(path, data, kind)


def _is(data: Any, kind: type[Part]) -> bool:
    return isinstance(data, dict) and data.get("format") == format_of(kind)


def _written_by(commands: Sequence[str]) -> str:
    """Return the commands in words, as ``netdesign solve -o`` or ``netdesign timing -o``."""
    *others, last = (f"`netdesign {command} -o`" for command in commands)
    return f"{', '.join(others)} or {last}" if others else last


def read_json(path: Path, commands: Sequence[str] = RESULT_COMMANDS) -> Any:
    """Return the content of a JSON file.

    Parameters
    ----------
    path
        Of the file.
    commands
        Those whose results it may be, for messages.

    Raises
    ------
    UsageError
        There is none, or it is no JSON.
    """
    try:
        text = read_ordinary(path, LARGEST_RESULT_BYTES).decode("utf-8")
    except FileNotFoundError:
        partial = partial_path(path)
        left = f"; {partial} has what a call that was ended has left" if partial.is_file() else ""
        message = f"{path}: there is no such file{left}"
        raise UsageError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        message = f"{path}: cannot be read as a result: {reason}"
        raise UsageError(message) from None
    except FileRefusedError as refused:
        message = f"{path}: {refused}"
        raise UsageError(message) from None
    entries = sum(map(text.count, ",[{"))
    if entries > MOST_RESULT_ENTRIES:
        message = f"{path}: has about {entries:,} entries; at most {MOST_RESULT_ENTRIES:,} are read"
        raise UsageError(message)
    try:
        return json.loads(text, object_pairs_hook=_without_doubles)
    except _DoubledKeyError as doubled:
        key = shortened(doubled)
        message = f"{path}: the key '{key}' stands twice in one block, so no result of {_written_by(commands)}"
        raise UsageError(message) from None
    except (ValueError, RecursionError):
        message = f"{path}: is not JSON, so no result of {_written_by(commands)}"
        raise UsageError(message) from None


class _DoubledKeyError(Exception):
    """A JSON object has a key twice; Python would silently take the second."""


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    block = dict(pairs)
    if len(block) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DoubledKeyError(next(name for name in names if names.count(name) > 1))
    return block


def document_from_data(path: Path, data: Any, kind: type[DocumentT]) -> DocumentT:
    """Return the document with the given data.

    Raises
    ------
    UsageError
        Keys are missing, unknown or of another type.
    """
    try:
        return cast("DocumentT", kind.model_validate(data))
    except ValidationError as error:
        places: dict[str, str] = {}
        for one in error.errors(include_url=False):
            place = ".".join(shortened(key) for key in one["loc"] if not str(key).startswith(_NO_KEY))
            places.setdefault(place, sentence(one))
        faults = [f"{place}: {text}" for place, text in places.items()]
        more = f"; and {len(faults) - 5} more faults" if len(faults) > 5 else ""
        message = f"{path}: is no whole result: {'; '.join(faults[:5])}{more}"
        raise UsageError(message) from None
