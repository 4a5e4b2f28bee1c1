"""Collecting faults, and putting pydantic's findings into words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault, InstanceError, did_you_mean
from netdesign.instance.fields import Block
from netdesign.instance.schema import ROWS, InstanceDocument

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from netdesign.instance.document import Located, Path_

_SHOWN = 40


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
    return ".".join(map(str, path))


def document_faults(error: ValidationError, located: Located) -> InstanceError:
    """Translate a failed validation into an InstanceError."""
    faults = FaultList(located)
    for details in error.errors(include_url=False):
        path = tuple(details["loc"])
        faults.add(path, _sentence(details, path))
    try:
        faults.raise_if_any()
    except InstanceError as instance_error:
        return instance_error
    raise AssertionError


def _sentence(details: ErrorDetails, path: Path_) -> str:
    kind, found, limits = details["type"], details["input"], details.get("ctx", {})
    shown = repr(found)[:_SHOWN] if not isinstance(found, (dict, list)) else _container(found)
    match kind:
        case "extra_forbidden":
            known = _known_keys(path[:-1])
            return f"unknown key; allowed: {', '.join(known)}{did_you_mean(str(path[-1]), known)}"
        case "missing":
            return "is missing"
        case "greater_than_equal":
            return f"{found} is under {limits['ge']:g}"
        case "greater_than":
            return f"{found} is not over {limits['gt']:g}"
        case "less_than_equal":
            return f"{found} is over {limits['le']:g}"
        case "finite_number":
            return f"{found} is not a finite number"
        case "float_parsing" | "float_type" | "a_number" | "int_parsing" | "int_type" | "int_from_float":
            wanted = "a whole number" if kind.startswith("int") else "a number"
            return f"{shown} is not {wanted}"
        case "enum" | "literal_error":
            return f"{shown} is not allowed; allowed: {limits['expected']}"
        case "string_pattern_mismatch":
            return f"{shown} is not allowed here; no commas, semicolons or bars, no blanks at the ends"
        case "string_type":
            return f"{shown} is not a text"
        case "too_short":
            return f"has {limits['actual_length']} entries; at least {limits['min_length']} are needed"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{shown} is not a block of keys and values"
        case "tuple_type":
            return f"{shown} is not a list of rows" if path[0] == "tables" else f"{shown} is not a list"
        case _:
            return str(details["msg"]).removeprefix("Value error, ")


def _container(found: Any) -> str:
    return "a block of keys" if isinstance(found, dict) else "a list"


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
