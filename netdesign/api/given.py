"""Instances as they are given: read, with the changes of the call, and not yet checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.analysis.call import Call
from netdesign.analysis.problem import place_of
from netdesign.errors import UsageError
from netdesign.instance.objects import plain_value
from netdesign.instance.read import OWN, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.published.reading import Reading, Source


@dataclass(frozen=True)
class Given:
    """An instance as it was given, not yet checked.

    Parameters
    ----------
    source
        What a reader handed over.
    reading
        Format of its file.
    changes
        ``path=value`` each, as ``--set`` has them.
    """

    source: Source
    reading: Reading = OWN
    changes: tuple[str, ...] = ()

    def changed(self) -> Source:
        """Return the source with the changes."""
        return read_source(self.source, self.changes, self.reading)


def given(path: str | Path, reading: Reading = OWN) -> Given:
    """Read the files of an instance, before anything is checked.

    Raises
    ------
    InstanceError, UsageError
        As ``read``.
    """
    if not isinstance(path, str | Path):
        message = f"takes a path, a name or an Instance, not a {type(path).__name__}; Instance.from_dict, from_frames, "
        raise UsageError(message + "from_matrices and from_graph make one")
    source = read_source(place_of(str(path), Call(reading=reading)), (), reading)
    return Given(replace(source, name=str(path)), reading)


def overrides_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return changed values as ``path=value``.

    Raises
    ------
    UsageError
        A value is none that a file can hold.
    """
    found = []
    for path, value in values.items():
        try:
            text = json.dumps(plain_value(value), ensure_ascii=False)
        except (TypeError, ValueError):
            message = f"{path}: {str(value)[:40]!r} is no text, number, list or dict"
            raise UsageError(message) from None
        found.append(f"{path}={text}")
    return tuple(found)
