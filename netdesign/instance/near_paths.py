"""Paths of an instance that a path which leads nowhere may mean: those that end in the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.errors import did_you_mean
from netdesign.instance.fields import Block

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netdesign.instance.document import Path_

_FEW = 3
"""Paths that are named."""


def path_meant(path: str, word: str, known: Collection[str], document: Any, besides: Path_ = ()) -> str:
    """Return ``"; did you mean 'x'?"`` for a path that leads nowhere, or an empty string.

    Paths that end in the whole of it, or in the same key, come before a name near the one that is not there, and this
    before keys that have a unit behind it.

    Parameters
    ----------
    path
        It leads nowhere.
    word, known
        The name in it that is not there, and those that are.
    document
        The whole instance, validated or as read; lists, such as tables, are not searched.
    besides
        A way in it that is not searched.
    """
    key = path.rpartition(".")[2]
    last = {".".join(map(str, way)): str(way[-1]) for way in _ways(document, ()) if way[: len(besides) or 1] != besides}
    whole = [way for way in last if way.endswith(f".{path}")]
    same = [way for way in last if last[way] == key]
    # Users leave the unit out.
    begun = [way for way in last if key and last[way].startswith(f"{key}_")]
    return _named(whole or same) or did_you_mean(word, known) or _named(begun)


def _named(paths: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(map(repr, paths[:_FEW]))}?" if paths else ""


def _ways(holder: Any, before: Path_) -> Iterator[Path_]:
    """Yield the ways to all single values below a block or mapping."""
    if isinstance(holder, Block):
        entries = [(field.alias or name, getattr(holder, name)) for name, field in type(holder).model_fields.items()]
    else:
        entries = list(holder.items()) if isinstance(holder, dict) else []
    for name, value in entries:
        if isinstance(value, Block | dict):
            yield from _ways(value, (*before, name))
        elif value is not None and not isinstance(value, tuple | list):
            yield (*before, name)
