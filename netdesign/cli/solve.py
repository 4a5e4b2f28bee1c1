"""``netdesign solve``: whether and where to open hubs."""

from __future__ import annotations

from typing import Any

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options


@shares_options()
def solve(
    instance: opt.InstanceArgument,
    show: opt.ShowOption = None,
    **shared: Any,
) -> None:
    """Say whether a further hub pays, where, and by how much.

    For each number of hubs it is the best network against the best one with fewer hubs, each with its bound.
    """
    typed = locals()
    from netdesign.api import calls
    from netdesign.api.answers import SolveAnswer
    from netdesign.errors import UsageError

    if show is None:
        ask(calls.solve, typed)
    if shared["format_"] is not opt.Format.TABLE:
        message = "--show: belongs to the table; --format json has the hub of each city, export --to cities a CSV"
        raise UsageError(message)
    ask(calls.solve, typed, text=SolveAnswer.text_with_cities)
