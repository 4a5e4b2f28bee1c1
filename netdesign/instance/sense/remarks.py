"""Collecting warnings, a few places of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.instance.faults import FaultList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netdesign.errors import Fault
    from netdesign.instance.document import Located, Path_

_MOST_NAMED = 10
"""Most places named for one kind of warning."""


class Remarks:
    """Warnings found so far in a document.

    Parameters
    ----------
    located
        The document with the place of each value.
    """

    def __init__(self, located: Located) -> None:
        self._list = FaultList(located)

    def add(self, path: Path_, message: str) -> None:
        """Note a warning at ``path``."""
        self._list.add(path, message)

    def add_all(self, found: Iterable[tuple[Path_, str]]) -> None:
        """Note things of one kind, of many the first."""
        every = list(found)
        for path, message in every[: _MOST_NAMED - 1] if len(every) > _MOST_NAMED else every:
            self.add(path, message)
        if len(every) > _MOST_NAMED:
            path, message = every[_MOST_NAMED - 1]
            self.add(path, f"{message} (and {len(every) - _MOST_NAMED} more like it)")

    def add_first(self, found: Sequence[Path_], message: str) -> None:
        """Note a warning about several places at the first of them."""
        if found:
            more = f" (and {len(found) - 1} more like it)" if len(found) > 1 else ""
            self.add(found[0], f"{message}{more}")

    @property
    def found(self) -> tuple[Fault, ...]:
        """Everything noted so far."""
        return self._list.found


def figure(value: float, digits: int = 6) -> str:
    """Return a number as a person writes it, of whatever size, with so many digits or those before the point."""
    return f"{value:.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"


def values_at(holder: Any, words: Sequence[str], path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield path and value of everything that is given at a path, in which ``*`` stands for every entry."""
    if holder is None:
        return
    if not words:
        yield path, holder
        return
    word, *rest = words
    if word != "*":
        yield from values_at(getattr(holder, word), rest, (*path, word))
        return
    for key, inner in holder.items() if isinstance(holder, dict) else enumerate(holder):
        yield from values_at(inner, rest, (*path, key))
