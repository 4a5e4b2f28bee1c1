"""``--set path=value``: change a value of an instance as if in its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import InstanceError, UsageError, did_you_mean
from netdesign.instance.document import parse_yaml
from netdesign.instance.faults import has_value_when_absent
from netdesign.instance.schema import InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from netdesign.instance.document import Located, Path_

NAMING_KEYS = ("id", "name", "site", "drivers")
"""Keys of an entry of a list that may name it in an address."""

_SHOWN = 80
_DIGITS = 10
"""Numbers of so many digits are beyond the length of any list."""


def apply_overrides(located: Located, overrides: Sequence[str]) -> None:
    """Apply overrides to a document whose tables are rows; they are validated with the rest of it.

    Parameters
    ----------
    located
        Changed in place.
    overrides
        Each ``path=value``, the later over the earlier. The path has dots between keys; a key or name that has dots
        itself is the longest that fits. An element of a list is named by its id (or name, site, drivers), or by its
        position from 0 where no name in the list has a digit. A table's name may start the path. The value is
        YAML; ``null`` takes away what may be absent.

    Raises
    ------
    UsageError
        No ``=``, no or an unreadable value, or a path that leads nowhere.
    """
    for override in overrides:
        path, equals, text = override.partition("=")
        if not equals or not path:
            raise _no_path(override)
        _set(located, path, _value(override, text), override)


def _value(override: str, text: str) -> Any:
    try:
        located = parse_yaml(text, "--set")
        if located is not None:
            located.raise_if_faulty()
    except InstanceError as error:
        message = f"--set {_short(override)}: the value {error.faults[0].message}; quote it if it is a text"
        raise UsageError(message) from None
    if located is None:
        message = f"--set {_short(override)}: there is no value; null takes away what the path names, {{}} is a block"
        raise UsageError(message)
    return located.data


def _no_path(override: str) -> UsageError:
    return UsageError(f"--set {_short(override)}: write path=value, for example --set road.speed_kmh=70")


def _short(override: str) -> str:
    return override if len(override) <= _SHOWN else f"{override[:_SHOWN]}..."


def _set(located: Located, rest: str, value: Any, override: str) -> None:
    document = located.data
    tables = document.get("tables")
    first = rest.partition(".")[0]
    is_block = first in document or first in InstanceDocument.model_fields
    if isinstance(tables, dict) and first in tables and not is_block:
        rest = f"tables.{rest}"
    here = (f"--set {_short(override)}", 0, 0)
    holder: Any = document
    path: Path_ = ()
    key, rest = _next_key(holder, rest, override)
    while rest:
        path = (*path, key)
        if isinstance(holder, dict) and holder.get(str(key)) is None:
            holder[str(key)] = {}
            located.places[path] = here
            located.taken_away.discard(path)
        holder = holder[key]
        key, rest = _next_key(holder, rest, override)
    path = (*path, key)
    holder[key] = value
    if value is None and has_value_when_absent(path):
        del holder[key]
    located.places = {place: where for place, where in located.places.items() if place[: len(path)] != path}
    located.places[path] = here
    located.assumed = {other for other in located.assumed if other != path[: len(other)]}
    located.taken_away = {other for other in located.taken_away if other[: len(path)] != path}
    if value is None:
        located.taken_away.add(path)


def _next_key(holder: Any, rest: str, override: str) -> tuple[str | int, str]:
    """Return the key or position with which a path continues in ``holder``, and the rest of the path."""
    word, dot, after = rest.partition(".")
    if isinstance(holder, dict):
        found = longest_name(holder, rest)
        if found is None and (not word or (dot and not after)):
            raise _no_path(override)
        return found or (word, after)
    if not isinstance(holder, list):
        message = f"--set {_short(override)}: '{word}' leads into a single value"
        raise UsageError(message)
    names = names_in(holder)
    found = longest_name(names, rest)
    if found is not None:
        places = names[found[0]]
        if len(places) > 1:
            message = f"--set {_short(override)}: {len(places)} entries are named '{found[0]}'; name one by its id"
            raise UsageError(message)
        return places[0], found[1]
    position = position_of(word, names, len(holder))
    if position is not None:
        return position, after
    hint = did_you_mean(word, names)
    if not names and holder:
        hint = f"; its {len(holder)} entries have no names and go by position, from 0 to {len(holder) - 1}"
    message = f"--set {_short(override)}: there is no '{word}' in that list{hint}"
    raise UsageError(message)


def position_of(word: str, names: Collection[str], entries: int) -> int | None:
    """Return the position among so many entries that a word of a path counts to, or None.

    Where names are numbers, a number that is no name is an error, not a position.
    """
    may_count = not any(letter.isdecimal() for name in names for letter in name)
    is_number = word.isascii() and word.isdecimal() and len(word) < _DIGITS
    return int(word) if may_count and is_number and int(word) < entries else None


def longest_name(known: Collection[str], rest: str) -> tuple[str, str] | None:
    """Return the longest of the names with which a path begins, and the rest of the path."""
    fitting = [name for name in known if rest == name or rest[:-1].startswith(f"{name}.")]
    if not fitting:
        return None
    name = max(fitting, key=len)
    return name, rest[len(name) + 1 :]


def names_in(entries: list[Any]) -> dict[str, list[int]]:
    """Return the positions of each name in a list; ids take precedence over names."""
    names: dict[str, list[int]] = {}
    for key in NAMING_KEYS:
        taken = set(names)
        for index, entry in enumerate(entries):
            name = str(entry[key]) if isinstance(entry, dict) and entry.get(key) is not None else ""
            if name and name not in taken:
                names.setdefault(name, []).append(index)
    return names
