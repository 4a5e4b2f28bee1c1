"""Collecting faults, and wording the errors of pydantic for users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netdesign.errors import Fault, InstanceError, UsageError, as_usage, unknown
from netdesign.instance.fields import Block, is_decimal, sentence, shortened, shown
from netdesign.instance.near_paths import path_meant
from netdesign.instance.schema import ROWS, InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pydantic_core import ErrorDetails

    from netdesign.instance.document import Located, Path_


_ROW = 3
"""Length of the path of a table's row: tables, its name, the position."""

_FEW_ROWS = 3
"""Of fewer rows each has a fault of its own."""


class FaultList:
    """Faults found so far in a document.

    Parameters
    ----------
    located
        The document with the places of its values.
    """

    def __init__(self, located: Located) -> None:
        self._located = located
        self._faults: list[Fault] = []

    def add(self, path: Path_, message: str, field: str | None = None) -> None:
        """Note a fault at ``path``; ``field`` replaces the path in the message."""
        shown = _field(path, self._located) if field is None else field
        self._faults.append(Fault(*self._located.place(path), shown, message))

    def add_missing(self, path: Path_, message: str) -> None:
        """Note that something is missing at ``path``, in the words of the file's format."""
        words = self._located.lacking.get(path)
        self.add(path, words or message, None if words is None else "")

    def words(self, path: Path_) -> str:
        """Return what the file's format adds to a fault at ``path``; nothing where it has no words."""
        return self._located.lacking.get(path, "")

    def warn(self, path: Path_, message: str) -> None:
        """Note a warning at ``path``."""
        self._located.warnings.append(Fault(*self._located.place(path), _field(path, self._located), message))

    def add_alike(self, paths: Sequence[Path_], message: str, field: str | None = "") -> None:
        """Note the same fault at several places: at each of a few, else at the first with the number of others."""
        if len(paths) < _FEW_ROWS:
            for path in paths:
                self.add(path, message, field)
        else:
            self.add(paths[0], f"{message} (and {len(paths) - 1} more like it)", field)

    def line(self, path: Path_) -> int:
        """Return the line on which the value at ``path`` was written; 0 where ``--set`` has it."""
        return self._located.place(path)[1]

    def where(self, row: Path_) -> str:
        """Return where a row of a table was written, in a sentence."""
        line = self.line(row)
        return f"on line {line}" if line else f"in row {row[-1]}, counted from 0"

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
    """Return the name of the field: for a cell of a table its column, as file and line are stated already."""
    if len(path) > 3 and path[0] == "tables" and located.place(path)[0] != located.place(())[0]:
        path = path[3:]
    return ".".join(shortened(word) for word in path)


def document_faults(error: ValidationError, located: Located) -> InstanceError | UsageError:
    """Translate a failed validation into an InstanceError; the faults of reading are in it too.

    A wrong address of ``--set`` is a usage error; such faults are reported alone, before those of the files.
    """
    unread = {path for path, _ in located.faults}
    # Values that could not be read are reported already; they are not missing too.
    faults = FaultList(located)
    found = [details for details in error.errors(include_url=False) if _without_mark(details) not in unread]
    nowhere = [details for details in found if _is_no_address(details, located)]
    if nowhere:
        for details in nowhere:
            faults.add(_without_mark(details), _address_sentence(details, _without_mark(details), located))
        return as_usage(faults.found)
    around = {details["loc"][:length] for details in found for length in range(len(details["loc"]))}
    for details, more in _each_once(found, located):
        path = _without_mark(details)
        # Values that could not be read are reported already; they are not wrong too, nor is a list too
        # short without its faulty entries.
        is_consequence = located.is_broken(path) or (details["type"] == "too_short" and path in around)
        if details["type"] == "missing" and not is_consequence:
            faults.add_missing(path, f"is missing{more}")
        elif not is_consequence:
            faults.add(path, f"{_sentence(details, path)}{more}")
    strange = {tuple(details["loc"]) for details in found if details["type"] == "extra_forbidden"}
    empty = valueless(located, {tuple(details["loc"]) for details in found}, strange)
    return InstanceError([*(fault for _, fault in located.faults), *faults.found, *empty])


def _each_once(found: Sequence[ErrorDetails], located: Located) -> Iterator[tuple[ErrorDetails, str]]:
    """Yield the errors with a number of further rows; an error that all rows of a table share comes once.

    A column that no row has is missing in the header; where its heading is misspelt, that fault is enough.
    """
    alike: dict[tuple[Path_, Path_, str], list[ErrorDetails]] = {}
    for details in found:
        path = _without_mark(details)
        kind = details["type"] if details["type"] in ("missing", "extra_forbidden") else details["msg"]
        # Errors about the value of a cell name it and differ by row.
        is_of_row = path[0] == "tables" and (len(path) == _ROW or (len(path) > _ROW and kind == details["type"]))
        key = (path[:2], path[_ROW:], kind) if is_of_row else (path, (), kind)
        alike.setdefault(key, []).append(details)
    for (table, column, kind), same in alike.items():
        if len(same) < _FEW_ROWS or len(same) < len(located.data["tables"][table[1]]):
            yield from ((details, "") for details in same)
        elif kind != "missing":
            yield same[0], f" (and {len(same) - 1} more rows)"
        elif not any(fault.message.endswith(f"did you mean '{column[0]}'?") for _, fault in located.faults):
            yield {**same[0], "loc": (*table, *column)}, " in every row"


def _is_no_address(details: ErrorDetails, located: Located) -> bool:
    """Return whether an unknown key is from an address of ``--set``, not from a file or a value."""
    is_of_key = details["type"] == "extra_forbidden" or details["loc"][-1:] == ("[key]",)
    return is_of_key and located.places.get(_without_mark(details), ("",))[0].startswith("--set ")


def _address_sentence(details: ErrorDetails, path: Path_, located: Located) -> str:
    """Return the sentence on an address that leads nowhere, with what may be meant."""
    told = _sentence(details, path)
    if path[0] == "tables" or not told.startswith("unknown key"):
        return told
    rest, value = [*path], details["input"]
    while isinstance(value, dict) and len(value) == 1:
        [(key, value)] = value.items()
        rest.append(key)
    allowed, _, _ = told.partition("; did you mean")
    known = _allowed_keys(path[:-1])
    return allowed + path_meant(".".join(map(str, rest)), str(path[-1]), known, located.data, path)


def _sentence(details: ErrorDetails, path: Path_) -> str:
    match details["type"]:
        case "extra_forbidden":
            known = _allowed_keys(path[:-1])
            if details["input"] is None and is_decimal(str(path[-1])):
                return "is no key but what stands behind a comma; write a decimal point and no commas in numbers"
            if len(path) == 1 and path[0] in ROWS:
                return f"is a table and stands under tables: tables.{path[0]}"
            return unknown("key", str(path[-1]), known)
        case "tuple_type" if path[0] == "tables":
            # A name in the file was read as a table; this one came later.
            by_set = "; --set changes values of a table, not which file it is"
            found = details["input"]
            return f"{shown(found)} is not a list of rows{by_set if isinstance(found, str) else ''}"
        case "model_type" if details["input"] is not None and path[0] != "tables":
            return f"{sentence(details)}; its keys are {', '.join(_allowed_keys(path))}"
    return sentence(details)


def _without_mark(details: ErrorDetails) -> Path_:
    """Return the path of an error; pydantic marks an error in a key by an extra step."""
    path = tuple(details["loc"])
    return path[:-1] if path[-1:] == ("[key]",) and path[-2:-1] == (details["input"],) else path


def valueless(located: Located, told: Collection[Path_] = (), unknown: Collection[Path_] = ()) -> list[Fault]:
    """Return a fault for every key without a value, which may or may not mean the same as no key.

    Parameters
    ----------
    located
        A document.
    told
        Paths that have a fault already.
    unknown
        Paths whose inside is not checked.
    """
    found = []
    for path in _empty(located.data, ()):
        is_told = path in told or any(path[:length] in unknown for length in range(1, len(path)))
        if not is_told and path not in located.taken_away and not located.is_broken(path):
            message = f"has no value; {_remedy(_model_at(path))}, or take the key out"
            found.append(Fault(*located.place(path), _field(path, located), message))
    return found


def _empty(data: Any, path: Path_) -> Iterator[Path_]:
    """Find the empty values in plain data."""
    if data is None:
        yield path
        return
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        # Most values are texts of large tables; skipped here, they cost no call.
        if not isinstance(value, str):
            yield from _empty(value, (*path, key))


def _remedy(block: type[Block] | None) -> str:
    if block is None:
        return "give it one"
    keys = [field.alias or name for name, field in block.model_fields.items() if field.is_required()]
    if keys:
        return f"write its keys ({', '.join(keys)})"
    if _has_defaults(block):
        return "write {} for the block with its defaults"
    return f"write some of its keys ({', '.join(_keys(block))})"


def _has_defaults(block: type[Block]) -> bool:
    """Return whether a block may be empty; one that states nothing may not."""
    try:
        block.model_validate({})
    except ValidationError:
        return False
    return True


def has_value_when_absent(path: Path_) -> bool:
    """Return whether a key that is left out stands for a value other than null."""
    block = _model_at(path[:-1])
    fields = block.model_fields if isinstance(block, type) and issubclass(block, Block) else {}
    field = fields.get(str(path[-1]))
    return field is not None and not field.is_required() and field.get_default(call_default_factory=True) is not None


def _allowed_keys(path: Path_) -> list[str]:
    """Return the keys that the block at ``path`` may have."""
    if len(path) >= 3 and path[0] == "tables" and path[1] in ROWS:
        return _keys(ROWS[str(path[1])])
    return _keys(_model_at(path))


def _model_at(path: Path_) -> Any:
    """Return the Block at ``path``, or the type of its field."""
    model: Any = InstanceDocument
    for word in path:
        if isinstance(model, type) and issubclass(model, Block) and word in model.model_fields:
            model = block_in(model.model_fields[str(word)].annotation)
        # A list position or a key of a mapping: the block inside was already found.
    return model


def block_in(annotation: Any) -> Any:
    """Return the Block inside ``Optional``, ``tuple`` or ``dict``."""
    if isinstance(annotation, type) and issubclass(annotation, Block):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        block = block_in(argument)
        if block is not None:
            return block
    return None


def _keys(model: type[Block]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
