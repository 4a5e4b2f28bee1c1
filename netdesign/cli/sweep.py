"""``netdesign sweep``: the best network with each combination of values of some figures."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options

OverOption = Annotated[
    list[str] | None,
    typer.Option(
        "--over",
        metavar="PATH=VALUES",
        help="A figure, as for --set, and its values: 0.5,1,2 or LOW:HIGH:STEP. Several: all combinations.",
        show_default=False,
    ),
]
TableOption = Annotated[
    str | None,
    typer.Option(
        "--table",
        metavar="FILE",
        help="CSV of scenarios: a column a figure, a row a combination; a column named scenario has their names.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", metavar="N", help="Processes that find rows, this one included.")
]


@shares_options("cluster")
def sweep(
    instance: opt.InstanceArgument,
    over: OverOption = None,
    table: TableOption = None,
    workers: WorkersOption = 1,
    cluster: opt.ClusterOption = None,
    **shared: Any,
) -> None:
    """Find the best network for many values of some figures.

    Each combination of their values is a row, with its proof.

    A combination without a network is a row with its reason. What a limit or Ctrl-C leaves is found by the same call
    with --resume.
    """
    typed = locals()
    from netdesign.api.sweep import sweep as question

    ask(question, typed, over)
