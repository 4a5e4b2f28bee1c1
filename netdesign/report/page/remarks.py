"""What the file of an instance says beside its figures: the comments on a line, and right above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netdesign.instance.document import FILE_NAME
from netdesign.instance.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.document import Path_
    from netdesign.instance.published.reading import Source

_BESIDE = re.compile(r"\s#\s?(.*)$")
_ABOVE = re.compile(r"^(\s*)#\s?(.*)$")
_KEY_OF_FACT = re.compile(r"\s*\[[a-z0-9_]+\]$")
"""A mark in a comment that leads to a row in a folder of facts."""


class Remarks:
    """The comments of the YAML file of an instance; none where there is no such file.

    Parameters
    ----------
    source
        The instance as read; its files are read again for their comments.
    """

    def __init__(self, source: Source) -> None:
        self._places = source.located.places
        self._lines: dict[str, list[str]] = {}
        for file in source.files:
            if file.suffix.lower() in (".yaml", ".yml") or file.name == FILE_NAME:
                self._lines[file.name] = read_text(file, file.name).splitlines()

    def beside(self, trail: Path_) -> str:
        """Return what stands beside a figure, and right above it; empty where nothing does, or it was changed."""
        file, line, _ = self._places.get(trail, ("", 0, 0))
        lines = self._lines.get(file, [])
        if not 0 < line <= len(lines):
            return ""
        own = lines[line - 1]
        indent = len(own) - len(own.lstrip(" -"))
        above = list(_above(lines, line - 1, indent))
        beside = _BESIDE.search(own)
        parts = [*reversed(above), *([beside[1]] if beside else [])]
        return _KEY_OF_FACT.sub("", " ".join(part.strip() for part in parts if part.strip()))


def _above(lines: list[str], line: int, indent: int) -> Iterator[str]:
    """Yield the comments right above a line with its indentation, the nearest first."""
    for number in range(line - 1, -1, -1):
        found = _ABOVE.match(lines[number])
        if found is None or len(found[1]) != indent:
            return
        yield found[2]
