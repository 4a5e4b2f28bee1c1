"""``--set path=value``: change a value of an instance as if its file said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import InstanceError, UsageError, did_you_mean
from netdesign.instance.document import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.instance.document import Located, Path_

_NAMING_KEYS = ("id", "name", "site", "drivers")
_SHOWN = 80


def apply_overrides(located: Located, overrides: Sequence[str]) -> None:
    """Apply overrides to a document whose tables are rows; they are validated with the rest of it.

    Parameters
    ----------
    located
        Changed in place.
    overrides
        Each ``path=value``. The path has dots between keys; an element of a list is named by its id (or name, site,
        drivers) or by its position from 0; a table's name may start the path. The value is YAML; ``null`` takes a
        block away.

    Raises
    ------
    UsageError
        No ``=``, an unreadable value, or a path that leads nowhere.
    """
    for override in overrides:
        path, equals, text = override.partition("=")
        if not equals or not all(path.split(".")):
            message = f"--set {_short(override)}: write path=value, for example --set road.speed_kmh=70"
            raise UsageError(message)
        _set(located, path.split("."), _value(override, text), override)


def _value(override: str, text: str) -> Any:
    try:
        located = parse_yaml(text, "--set")
        if located is not None:
            located.raise_if_faulty()
    except InstanceError as error:
        message = f"--set {_short(override)}: the value {error.faults[0].message}; quote it if it is a text"
        raise UsageError(message) from None
    return None if located is None else located.data


def _short(override: str) -> str:
    return override if len(override) <= _SHOWN else f"{override[:_SHOWN]}..."


def _set(located: Located, words: list[str], value: Any, override: str) -> None:
    document = located.data
    tables = document.get("tables")
    if isinstance(tables, dict) and words[0] in tables and words[0] not in document:
        words = ["tables", *words]
    here = (f"--set {_short(override)}", 0, 0)
    holder: Any = document
    path: Path_ = ()
    for word in words[:-1]:
        key = _key(holder, word, override)
        path = (*path, key)
        if isinstance(holder, dict) and holder.get(key) is None:
            holder[key] = {}
            located.places[path] = here
        holder = holder[key]
    last = _key(holder, words[-1], override)
    path = (*path, last)
    holder[last] = value
    located.places = {place: where for place, where in located.places.items() if place[: len(path)] != path}
    located.places[path] = here


def _key(holder: Any, word: str, override: str) -> str | int:
    """Return the key or position that ``word`` names in ``holder``."""
    if isinstance(holder, dict):
        return word
    if not isinstance(holder, list):
        message = f"--set {_short(override)}: '{word}' leads into a single value"
        raise UsageError(message)
    names: dict[str, int] = {}
    for index, element in enumerate(holder):
        if isinstance(element, dict):
            for key in _NAMING_KEYS:
                if key in element:
                    names.setdefault(str(element[key]), index)
    if word in names:
        return names[word]
    if word.isdecimal() and int(word) < len(holder):
        return int(word)
    message = f"--set {_short(override)}: there is no '{word}' in that list{did_you_mean(word, names)}"
    raise UsageError(message)
