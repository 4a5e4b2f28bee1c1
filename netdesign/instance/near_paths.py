"""Paths of an instance that a path which leads nowhere may mean: those that end in the same key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netdesign.instance.fields import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.document import Path_

_FEW = 3
"""Paths that are named."""


def elsewhere(path: str, document: Any, besides: Path_ = ()) -> str:
    """Return ``"; did you mean 'x'?"`` for paths that end as one that leads nowhere does, or an empty string.

    Parameters
    ----------
    path
        It leads nowhere.
    document
        The whole instance, validated or as read; lists, such as tables, are not searched.
    besides
        A way in it that is not searched.
    """
    key = path.rpartition(".")[2]
    ways = [".".join(map(str, way)) for way in _ways(document, ()) if not besides or way[: len(besides)] != besides]
    last = {way: way.rpartition(".")[2] for way in ways}
    found = (
        [way for way in ways if way.endswith(f".{path}")]
        or [way for way in ways if last[way] == key]
        # Users leave the unit out.
        or [way for way in ways if key and last[way].startswith(f"{key}_")]
    )
    return f"; did you mean {' or '.join(map(repr, found[:_FEW]))}?" if found else ""


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
