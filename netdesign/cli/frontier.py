"""``netdesign frontier``: what speed and carbon cost."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options


@shares_options("model", "resume", "cluster")
def frontier(
    instance: opt.InstanceArgument,
    measures: Annotated[
        list[str] | None,
        typer.Option(
            "--measures",
            metavar="A,B",
            help="cost,time or cost,carbon or cost,time,carbon; left out, all three.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[
        str | None,
        typer.Option(
            "--steps",
            metavar="N|all",
            help="Steps of the range of each measure, 10 with two measures and 4 with three where left out; all looks "
            "for all points there are.",
            show_default=False,
        ),
    ] = None,
    price_carbon: Annotated[
        str | None,
        typer.Option(
            "--price-carbon",
            metavar="LOW:HIGH:STEP",
            help="The best network at each of these prices of carbon instead, EUR/t CO2e, such as 0:300:25.",
            show_default=False,
        ),
    ] = None,
    point_limit: Annotated[
        float | None,
        typer.Option(
            "--point-limit",
            metavar="S",
            help="Seconds for each search, after which its point is left with the bound that it has.",
            show_default=False,
        ),
    ] = None,
    **shared: Any,
) -> None:
    """Say what speed and carbon cost.

    The answer has the networks that nothing beats in cost, in freight inside its deadline, and in carbon.

    Each point is proven under a limit on late freight or carbon. The ends are exact; what lies between two points was
    not looked at, unless the answer says that nothing does.
    """
    typed = locals()
    from netdesign.api.frontier import frontier as question

    ask(question, typed)
