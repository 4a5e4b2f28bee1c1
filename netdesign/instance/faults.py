"""Collecting faults, and putting pydantic's findings into words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance.fields import SMALLEST, Block
from netdesign.instance.schema import ROWS, InstanceDocument

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from netdesign.instance.document import Located, Path_

_SHOWN = 40
_FAR_NUMBERS = {
    "not_finite": "not a finite number",
    "too_near_0": f"too near to 0; write 0 or at least {SMALLEST:g}",
}


class FaultList:
    """Faults found so far in a document.

    Parameters
    ----------
    located
        The document, which knows where each value was written.
    """

    def __init__(self, located: Located) -> None:
        self._located = located
        self._faults: list[Fault] = []

    def add(self, path: Path_, message: str, field: str | None = None) -> None:
        """Note a fault at ``path``; ``field`` replaces the path in the message."""
        shown = _field(path, self._located) if field is None else field
        self._faults.append(Fault(*self._located.place(path), shown, message))

    def line(self, path: Path_) -> int:
        """Return the line on which the value at ``path`` was written."""
        return self._located.place(path)[1]

    @property
    def found(self) -> tuple[Fault, ...]:
        """All faults found so far."""
        return tuple(self._faults)

    def raise_if_any(self) -> None:
        """Raise an InstanceError with all faults, if there are some."""
        if self._faults:
            raise InstanceError(self._faults)

    def __bool__(self) -> bool:
        return bool(self._faults)


def _field(path: Path_, located: Located) -> str:
    """Name the field: for a table's cell the column is enough, its file and line are already said."""
    if len(path) > 3 and path[0] == "tables" and located.place(path)[0] != located.place(())[0]:
        path = path[3:]
    return ".".join(_plain(word) for word in path)


def document_faults(error: ValidationError, located: Located) -> InstanceError:
    """Translate a failed validation into an InstanceError; the faults of reading are in it too."""
    faults = FaultList(located)
    found = error.errors(include_url=False)
    around = {details["loc"][:length] for details in found for length in range(len(details["loc"]))}
    for details in found:
        path = tuple(details["loc"])
        # What could not be read was reported; that its value is wrong too is no news. Nor is it news that a list is too
        # short without its faulty entries.
        is_consequence = located.is_broken(path) or (details["type"] == "too_short" and path in around)
        if not is_consequence:
            faults.add(path, _sentence(details, path))
    return InstanceError([*(fault for _, fault in located.faults), *faults.found])


def _sentence(details: ErrorDetails, path: Path_) -> str:
    kind, found, limits = details["type"], details["input"], details.get("ctx", {})
    shown = _shown(found)
    match kind:
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            return f"unknown key; allowed: {', '.join(known)}{did_you_mean(str(path[-1]), known)}"
        case "missing":
            return "is missing"
        case "greater_than_equal":
            return f"{_plain(found)} is under {limits['ge']:g}"
        case "greater_than":
            return f"{_plain(found)} is not over {limits['gt']:g}"
        case "less_than_equal":
            return f"{_plain(found)} is over {limits['le']:g}"
        case "not_finite" | "too_near_0":
            return f"{_plain(found)} is {_FAR_NUMBERS[kind]}"
        case "float_parsing" | "float_type" | "a_number" | "int_parsing" | "int_type" | "int_from_float":
            wanted = "a whole number" if kind.startswith("int") else "a number"
            comma = isinstance(found, str) and "," in found
            return f"{shown} is not {wanted}{'; write a decimal point and no commas' if comma else ''}"
        case "enum" | "literal_error":
            return f"{shown} is not allowed; allowed: {limits['expected']}"
        case "string_type" | "string_unicode":
            return f"{shown} is not a text"
        case "too_short":
            return f"has {limits['actual_length']} entries; at least {limits['min_length']} needed"
        case "tuple_type":
            return _no_list(found, path)
    return _of_a_name_or_block(details, shown)


def _of_a_name_or_block(details: ErrorDetails, shown: str) -> str:
    match details["type"]:
        case "string_pattern_mismatch":
            return f"{shown} is not allowed; no , ; | > or control characters, no blanks at the ends"
        case "string_too_short":
            return "is empty"
        case "string_too_long":
            return f"has {len(details['input'])} characters; at most {details['ctx']['max_length']} are allowed"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{shown} is not a block of keys and values"
        case _:
            return str(details["msg"]).removeprefix("Value error, ")


def _no_list(found: Any, path: Path_) -> str:
    if path[0] != "tables":
        return f"{_shown(found)} is not a list"
    # A name in the file was read as a table; this one came later.
    by_set = "; --set changes values of a table, not which file it is" if isinstance(found, str) else ""
    return f"{_shown(found)} is not a list of rows{by_set}"


def _shown(found: Any) -> str:
    """Return a value as a person would write it, shortened."""
    if isinstance(found, dict):
        return "a block of keys"
    if isinstance(found, list):
        return "a list"
    if found is None:
        return "an empty value"
    return _plain(found) if isinstance(found, bool | int | float) else repr(_plain(found))


def _plain(found: Any) -> str:
    if isinstance(found, bool):
        return str(found).lower()
    try:
        text = str(found)
    except ValueError:  # a whole number of thousands of digits
        return "a number of too many digits"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _known_keys(path: Path_) -> list[str]:
    """Return the keys that the block at ``path`` may have."""
    if len(path) >= 3 and path[0] == "tables" and path[1] in ROWS:
        return _keys(ROWS[str(path[1])])
    model: Any = InstanceDocument
    for word in path:
        if isinstance(model, type) and issubclass(model, Block) and word in model.model_fields:
            model = _block_in(model.model_fields[str(word)].annotation)
        # A list position or a key of a mapping: the block inside was already found.
    return _keys(model)


def _block_in(annotation: Any) -> Any:
    """Return the Block inside ``Optional``, ``tuple`` or ``dict``."""
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        block = _block_in(argument)
        if block is not None:
            return block
    return None


def _keys(model: type[Block]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
