"""``netdesign solve``: whether and where to open hubs."""

from __future__ import annotations

from typing import Any

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options


@shares_options()
def solve(
    instance: opt.InstanceArgument,
    **shared: Any,
) -> None:
    """Say whether a further hub pays, where, and by how much: the best network against today's, with its bound."""
    typed = locals()
    from netdesign.api import calls

    ask(calls.solve, typed)
