"""JSON that a person can read and a column of a million routes does not blow up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def json_text(value: Any) -> str:
    """Return plain data as JSON: a key a line, a list of plain values on one line.

    The standard library writes one or the other: all on one line, or every number of a column on its own, which takes
    ten times as long and twice the space.

    Raises
    ------
    ValueError
        A number is infinite or not a number.
    """
    return "".join(_pieces(value, "\n"))


def _pieces(value: Any, line: str) -> Iterator[str]:
    """Yield the text of a value in pieces; ``line`` is the line break with the indentation of what is around it."""
    inner = line + " "
    if isinstance(value, dict) and value:
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' if number else '{'}{inner}{_plain(key)}: "
            yield from _pieces(item, inner)
        yield line + "}"
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        for number, item in enumerate(value):
            yield f"{',' if number else '['}{inner}"
            yield from _pieces(item, inner)
        yield line + "]"
    else:
        yield _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)
