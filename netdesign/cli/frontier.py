"""``netdesign frontier``: what speed and carbon cost."""

from __future__ import annotations

from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.solve.registry import AUTO


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
    hubs: opt.HubsOption = None,
    max_new: opt.MaxNewOption = None,
    open_: opt.OpenOption = None,
    close: opt.CloseOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    engine: opt.EngineOption = AUTO,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Find the networks that nothing beats in cost, in freight inside its deadline, and in carbon.

    Each point is proven under a limit on late freight or carbon. The ends are exact; what lies between two points was
    not looked at, unless the answer says that nothing does.
    """
    typed = locals()
    from netdesign.api.frontier import frontier as question

    ask(question, typed)
