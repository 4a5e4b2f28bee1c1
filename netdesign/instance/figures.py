"""Figures of an instance: where a path as for ``--set`` leads in a document, and what values may stand there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netdesign.instance.fields import Block, sentence
from netdesign.instance.near_paths import path_meant
from netdesign.instance.override import NAMING_KEYS, longest_name, names_in, position_of
from netdesign.instance.schema import SHORT_TABLES, InstanceDocument

if TYPE_CHECKING:
    from netdesign.instance.document import Path_

ALL = "*"
"""Stands in a path for every name."""

BETWEEN_PATHS = ";"
"""Stands between the paths of a figure that stands in several places; no name has it."""

_ABOUT_OTHERS = ("ranges", "distributions", "correlations")
"""Tables whose numbers are about other figures."""

_ABOUT_YEARS = ("paths", "tree")
"""Tables whose numbers are about years."""

_IN_DIGITS = 1e16
"""Whole numbers below are told with all of their digits."""


class FigurePathError(Exception):
    """A path leads to no figure.

    Parameters
    ----------
    message
        Why.
    trail
        The way to the block, row or list in which it ends.
    has_value
        Whether something else than a number stands there.
    """

    def __init__(self, message: str, trail: Path_ = (), *, has_value: bool = False) -> None:
        super().__init__(message)
        self.trail, self.has_value = trail, has_value


@dataclass(frozen=True)
class Place:
    """Where a figure stands in a document.

    Parameters
    ----------
    trail
        Keys and positions from the top of the document.
    holder
        The block or row that has it.
    name
        Its name there, as in files.
    value
        What it is.
    """

    trail: Path_
    holder: Block
    name: str
    value: float

    @property
    def unit(self) -> str:
        """Its unit, ``1`` for a pure number."""
        return str((_extra(self.holder, self.name) or {}).get("unit", "1"))

    @property
    def description(self) -> str:
        """What the schema says of it; empty where that is nothing."""
        fields = type(self.holder).model_fields
        found = (field.description for name, field in fields.items() if self.name == (field.alias or name))
        return next(found, None) or ""

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number by its nature."""
        return self.fault_of(self.value + 0.5) == f"{self.value + 0.5:g} is not a whole number"

    def fault_of(self, value: float) -> str:
        """Return why it may not have another value, as far as its block shows; empty where it may."""
        fields = type(self.holder).model_fields
        data = {field.alias or name: getattr(self.holder, name) for name, field in fields.items()}
        given = self.holder.model_fields_set
        kept = {key: data[key] for name, field in fields.items() if name in given for key in [field.alias or name]}
        try:
            # What is far too large is told in short, not with all of its digits.
            is_whole = abs(value) < _IN_DIGITS and value == int(value)
            type(self.holder).model_validate(kept | {self.name: int(value) if is_whole else value})
        except ValidationError as error:
            return sentence(error.errors(include_url=False)[0])
        return ""


def _extra(holder: Block, name: str) -> dict[str, Any] | None:
    for field_name, field in type(holder).model_fields.items():
        if name == (field.alias or field_name):
            extra = field.json_schema_extra
            return extra if isinstance(extra, dict) else None
    return None


def paths_of(figure: str) -> tuple[str, ...]:
    """Return the paths of a figure, of which there are several where it stands in several places; each once."""
    return tuple(dict.fromkeys(path.strip() for path in figure.split(BETWEEN_PATHS) if path.strip()))


def is_pattern(path: str) -> bool:
    """Return whether a path has ``*`` in the place of a name."""
    return ALL in path.split(".")


def names_below(document: InstanceDocument, pattern: str) -> list[str]:
    """Return the paths of all numbers that a path with one ``*`` in the place of a name fits.

    Raises
    ------
    FigurePathError
        There is none, or more than one ``*``.
    """
    steps = pattern.split(".")
    if steps.count(ALL) > 1 or steps[0] == ALL or steps[-1] == ALL:
        message = f"'{pattern}': * stands once, between two names"
        raise FigurePathError(message)
    place = steps.index(ALL)
    before, after = ".".join(steps[:place]), ".".join(steps[place + 1 :])
    holder: Any = document
    rest = f"tables.{before}" if steps[0] in SHORT_TABLES else before
    while rest:
        key, _, rest = _step(document, holder, rest, pattern, ())
        holder = _inside(holder, key)
    found: dict[Path_, str] = {}
    for name in _names(holder):
        path = f"{before}.{name}.{after}"
        try:
            # An entry may go by its id and by its name; the id comes first.
            found.setdefault(place_in(document, path).trail, path)
        except FigurePathError:
            continue
    if not found:
        message = f"'{pattern}' fits no figure"
        raise FigurePathError(message)
    return list(found.values())


def place_in(document: InstanceDocument, path: str, *, over_years: bool = False) -> Place:
    """Return where a path leads.

    Parameters
    ----------
    document
        Valid.
    path
        As for ``--set``; what files leave out has its default.
    over_years
        Whether it may be a number about years.

    Raises
    ------
    FigurePathError
        It leads to no number.
    """
    first = path.partition(".")[0]
    rest = f"tables.{path}" if first in SHORT_TABLES else path
    holder: Any = document
    block: Block = document
    trail: Path_ = ()
    while rest:
        key, name, after = _step(document, holder, rest, path, trail)
        block = holder if isinstance(holder, Block) else block
        is_cell = isinstance(holder, Block) and not after
        holder, trail, rest = _inside(holder, key), (*trail, name), after
    table = trail[1] if trail[:1] == ("tables",) and len(trail) > 1 else ""
    if table in _ABOUT_OTHERS:
        message = f"'{path}' is of the table {table}, whose numbers are about other figures"
        raise FigurePathError(message, trail)
    if table in _ABOUT_YEARS and not over_years:
        message = f"'{path}' is of the table {table}, whose numbers are about years; a figure of one year is asked for"
        raise FigurePathError(message, trail)
    if holder is None:
        message = f"'{path}' has no value that could move"
        raise FigurePathError(message, trail)
    if not is_cell or isinstance(holder, bool) or not isinstance(holder, int | float):
        message = f"'{path}' is no number{_remedy(holder, path)}"
        raise FigurePathError(message, trail, has_value=True)
    return Place(trail, block, str(trail[-1]), holder)


def with_value(document: InstanceDocument, path: str, value: float) -> InstanceDocument:
    """Return a document with another value of a figure; only what is around it is validated again.

    Raises
    ------
    FigurePathError
        The path leads to no number.
    ValidationError
        The value may not stand there.
    """
    found: InstanceDocument = _rebuilt(document, place_in(document, path).trail, value)
    return found


def _rebuilt(holder: Any, trail: Path_, value: float) -> Any:
    """Return a block, mapping or list in which a value stands at the end of a way."""
    if not trail:
        return int(value) if value == int(value) else value
    name, rest = trail[0], trail[1:]
    key = _names(holder)[str(name)][0] if isinstance(holder, Block | dict) else name
    inside = _rebuilt(_inside(holder, key), rest, value)
    if isinstance(holder, Block):
        fields = type(holder).model_fields
        given = {fields[field].alias or field: getattr(holder, field) for field in holder.model_fields_set}
        return type(holder).model_validate(given | {str(name): inside})
    if isinstance(holder, dict):
        return holder | {key: inside}
    place = int(key)
    return (*holder[:place], inside, *holder[place + 1 :])


def _step(document: InstanceDocument, holder: Any, rest: str, path: str, trail: Path_) -> tuple[Any, str | int, str]:
    """Return key, name and rest of the path with which it goes on in a holder of the document."""
    word, _, after = rest.partition(".")
    names = _names(holder)
    found = longest_name(names, rest)
    if found is not None:
        keys = names[found[0]]
        if len(keys) > 1:
            message = f"'{path}': {len(keys)} entries are named '{found[0]}'; name one by its id"
            raise FigurePathError(message, trail)
        is_entry = isinstance(holder, tuple)
        return keys[0], keys[0] if is_entry else found[0], found[1]
    position = position_of(word, names, len(holder)) if isinstance(holder, tuple) else None
    if position is not None:
        return position, position, after
    meant = path_meant(path, word, names, document)
    if word == ALL:
        meant = "; * in the place of a name is for distributions: name each figure, with ; between the paths"
    message = f"'{path}' leads nowhere: there is no '{word}'{meant}"
    raise FigurePathError(message, trail)


def _names(holder: Any) -> dict[str, list[Any]]:
    """Return the names in a block, mapping or list, with the keys of each."""
    if isinstance(holder, Block):
        return {field.alias or name: [name] for name, field in type(holder).model_fields.items()}
    if isinstance(holder, dict):
        return {str(key): [key] for key in holder}
    if isinstance(holder, tuple):
        named = [{key: getattr(entry, key, None) for key in NAMING_KEYS} for entry in holder]
        return {name: list(positions) for name, positions in names_in(named).items()}
    return {}


def _inside(holder: Any, key: Any) -> Any:
    return getattr(holder, key) if isinstance(holder, Block) else holder[key]


def _remedy(holder: Any, path: str) -> str:
    """Return advice for a path that ends at a block or a row."""
    if not isinstance(holder, Block):
        return ""
    fields = type(holder).model_fields
    numbers = [
        field.alias or name
        for name, field in fields.items()
        if isinstance(getattr(holder, name), int | float) and not isinstance(getattr(holder, name), bool)
    ]
    return f"; write one of its numbers, such as {path}.{numbers[0]}" if numbers else ""
