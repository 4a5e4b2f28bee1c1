"""What a shell completes: names of bundled instances and models, engines, and sites of the instance that was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import typer

from netdesign.errors import NetdesignError

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEFORE = re.compile(r"(.*[,+])?(.*)", re.DOTALL)
"""A list of sites: those that are typed, and the beginning of the next one."""


def instance_names(incomplete: str) -> list[str]:
    """Return bundled instances; where none begins so, the shell completes files."""
    from netdesign.catalogue import instances

    return _that_begin(incomplete, instances())


def model_names(incomplete: str) -> list[str]:
    """Return bundled formulations; where none begins so, the shell completes files."""
    from netdesign.catalogue import models

    return _that_begin(incomplete, models())


def site_lists(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return lists of sites with one site more, of the instance that stands before; none if that cannot be read."""
    from netdesign.api.read import read

    found = _BEFORE.fullmatch(incomplete)
    before, begun = (found[1] or "", found[2]) if found else ("", incomplete)
    # While the value of an option is missing, typer leaves arguments where they were typed.
    instance = ctx.params.get("instance") or next(iter(ctx.args), "")
    try:
        sites = read(instance).hubs
    except NetdesignError:
        return []
    typed = set(re.split("[,+]", before))
    return [before + site for site in _that_begin(begun, sites) if site not in typed]


def _that_begin(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
