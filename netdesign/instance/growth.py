"""An instance's document with some of its numbers moved along their paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from netdesign.errors import did_you_mean
from netdesign.instance.schema import ROWS, InstanceDocument
from netdesign.instance.stages import VOLUME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ALL = "*"
"""Stands in a path for every row of a table, or every entry of a list or block."""

_NAMING_KEYS = ("id", "name", "site", "drivers")
_FIXED = ("format", "name", "title", "description", "units", "problem", "stages", "tree", "paths")
"""Parts of an instance that do not move."""


class NotMovableError(Exception):
    """A path leads to no number; says why."""


def is_volume(of: str) -> bool:
    """Return whether a path moves volumes, and no single number of the file."""
    return of.split(".")[0] == VOLUME


def check_movable(document: InstanceDocument, of: str) -> None:
    """Check that a path leads to numbers of the document.

    Raises
    ------
    NotMovableError
        It does not.
    """
    places = list(_places(document.model_dump(by_alias=True), of))
    if not any(holder[key] is not None for holder, key in places):
        message = f"'{of}' has no value that could move"
        raise NotMovableError(message)


def moved_document(document: InstanceDocument, factors: Mapping[str, float]) -> InstanceDocument:
    """Return the document with numbers multiplied; a number that is left out stays so.

    Parameters
    ----------
    document
        Valid.
    factors
        Multiple of each number, by its path.

    Raises
    ------
    NotMovableError
        The product is no value that the number may have.
    """
    if all(factor == 1.0 for factor in factors.values()):
        return document
    data = document.model_dump(by_alias=True)
    for of, factor in factors.items():
        for holder, key in _places(data, of):
            if holder[key] is not None:
                holder[key] = holder[key] * factor
    try:
        return InstanceDocument.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = f"{where} would be {first['input']}: {first['msg'][:1].lower()}{first['msg'][1:]}"
        raise NotMovableError(message) from None


def _places(data: dict[str, Any], of: str) -> Iterator[tuple[Any, Any]]:
    """Yield holder and key of each number that a path names."""
    words = of.split(".")
    if words[0] in _FIXED or (words[0] == "tables" and len(words) > 1 and words[1] in _FIXED):
        message = f"'{words[0]}' has no numbers that move over the years"
        raise NotMovableError(message)
    if words[0] in ROWS:
        words = ["tables", *words]
    holders: list[Any] = [data]
    for word in words[:-1]:
        holders = [holder[key] for holder in holders for key in _keys(holder, word, of)]
    for holder in holders:
        for key in _keys(holder, words[-1], of):
            if isinstance(holder[key], bool) or not isinstance(holder[key], int | float | None):
                message = f"'{of}' is no number{_remedy(of, data)}"
                raise NotMovableError(message)
            yield holder, key


def _remedy(of: str, data: dict[str, Any]) -> str:
    """Return what to write for a path that leads to a table, a block, or freight that has a word of its own."""
    words = of.removeprefix("tables.").split(".")
    if words[0] in ("demand", "demand_matrix"):
        return f"; freight moves as {VOLUME}, or {VOLUME}.STREAM for one stream"
    if of in data and isinstance(data[of], dict):
        numbers = [name for name, value in data[of].items() if _is_number(value)]
        return f"; write one of its numbers, such as {of}.{numbers[0]}" if numbers else ""
    if of in ROWS:
        numbers = [name for row in data["tables"][of] for name, value in row.items() if _is_number(value)]
        return f"; write a column of its rows, such as {of}.{ALL}.{numbers[0]}" if numbers else ""
    return f"; write {VOLUME} or the path of a number, such as road.cost_eur_per_km"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _keys(holder: Any, word: str, of: str) -> list[Any]:
    """Return the keys or positions that a word of a path names in a block or list."""
    names: dict[str, Any]
    if isinstance(holder, dict):
        names = {str(key): key for key in holder}
    elif isinstance(holder, list | tuple):
        names = {}
        for position, entry in enumerate(holder):
            if isinstance(entry, dict):
                name = next((entry[key] for key in _NAMING_KEYS if entry.get(key) is not None), position)
                names.setdefault(str(name), position)
    else:
        names = {}
    if word == ALL:
        return list(names.values())
    if word not in names:
        message = f"'{of}' leads nowhere: there is no '{word}'{did_you_mean(word, names)}"
        raise NotMovableError(message)
    return [names[word]]
