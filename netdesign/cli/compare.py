"""``netdesign compare``: compare configurations."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options


@shares_options("hubs", "max_new", "open_", "close", "engine", "output", "resume", "cluster")
def compare(
    instance: opt.InstanceArgument,
    configurations: Annotated[
        list[str],
        typer.Argument(metavar="SET|RESULT...", help="Hub sets such as LGG,WAW, or result files.", show_default=False),
    ],
    parts: Annotated[bool, typer.Option("--parts", help="Show the cost by part.")] = False,
    regret: Annotated[
        bool, typer.Option("--regret", help="Solve for the best network, and show what each costs more.")
    ] = False,
    failures: Annotated[
        bool, typer.Option("--failures", help="Show what failures of hubs, lanes and legs are expected to cost.")
    ] = False,
    days: opt.DaysOption = None,
    **shared: Any,
) -> None:
    """Show what each configuration costs, against the first.

    Beside cost stand coverage, carbon and the cities that change hub.

    A set that cannot work is a row that says why. A set may name sites that the size threshold closes.
    """
    typed = locals()
    from netdesign.api import calls

    ask(calls.compare, typed, *configurations)
