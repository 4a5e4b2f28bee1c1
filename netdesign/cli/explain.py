"""``netdesign explain``: why no plan is permitted."""

from __future__ import annotations

from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.solve.registry import AUTO


def explain(
    instance: opt.InstanceArgument,
    most: Annotated[int, typer.Option("--most", metavar="N", help="List at most N sets of policies that clash.")] = 10,
    hubs: opt.HubsOption = None,
    max_new: opt.MaxNewOption = None,
    open_: opt.OpenOption = None,
    close: opt.CloseOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    model: opt.ModelOption = None,
    engine: opt.EngineOption = AUTO,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Say why no plan is permitted: the least sets of policies that clash, and how far each figure has to give.

    Takes the options with which `solve` ended with exit code 4, and ends with it too. Exit code 0: a plan is permitted.
    A deadline with a price is never a cause, and neither is anything else that has a price.
    """
    typed = locals()
    from netdesign.api.explain import explain as question

    ask(question, typed)
