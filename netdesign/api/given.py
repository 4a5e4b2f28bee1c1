"""Instances as callers give them: by name, path or object, with changes, not yet checked."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.analysis.call import Call
from netdesign.analysis.problem import path_of, place_of
from netdesign.api.checked import nameable
from netdesign.errors import UsageError
from netdesign.instance.frames import plain_value
from netdesign.instance.published.reading import Source
from netdesign.instance.read import OWN, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.published.reading import Named, Reading


@dataclass(frozen=True)
class Given:
    """An instance as the caller gives it, not yet checked.

    Parameters
    ----------
    named
        Folder, file or bundled name, read when needed; or a source that was read.
    reading
        Format of the file.
    changes
        Changed values, ``path=value`` each, as in ``--set``.
    """

    named: Named
    reading: Reading = OWN
    changes: tuple[str, ...] = ()

    @cached_property
    def source(self) -> Source:
        """The source, without the changes.

        Raises
        ------
        InstanceError, UsageError
            The files cannot be read.
        """
        if isinstance(self.named, Source):
            return self.named
        source = read_source(place_of(self.named, Call(reading=self.reading)), (), self.reading)
        return replace(source, name=self.named)

    @property
    def folder(self) -> Path | None:
        """Folder of an instance that is given by name or path."""
        if isinstance(self.named, Source):
            return None
        path = path_of(self.named, Call(reading=self.reading))
        return path if path.is_dir() else path.parent

    def read(self) -> Given:
        """Return the same with its files read, so that later calls need not read them again."""
        return replace(self, named=self.source)

    def changed(self) -> Source:
        """Return the source with the changes."""
        return read_source(self.source, self.changes, self.reading)


def given_of(instance: object) -> Given:
    """Return the ``Given`` of an ``Instance``, a path or a name.

    Raises
    ------
    UsageError
        It is none of these.
    """
    found = getattr(instance, "given", instance)
    if isinstance(found, Given):
        return found
    if not isinstance(found, str | Path):
        message = f"takes a path, a name or an Instance, not a {type(found).__name__}; "
        raise UsageError(message + "Instance.from_dict, from_frames, from_matrices and from_graph make one")
    return Given(str(nameable("instance", found)))


def overrides_of(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return changed values as ``path=value``.

    Raises
    ------
    UsageError
        Some values cannot stand in a file; names all of them.
    """
    found, faults = [], []
    for path, value in values.items():
        plain = plain_value(value)
        try:
            text = json.dumps(plain, ensure_ascii=False)
        except (TypeError, ValueError):
            text = ""
        if not text or (plain is None and value is not None):
            faults.append(f"{path}: {str(value)[:40]!r} is no text, number, list or dict")
        found.append(f"{path}={text}")
    if faults:
        raise UsageError("\n".join(faults))
    return tuple(found)
