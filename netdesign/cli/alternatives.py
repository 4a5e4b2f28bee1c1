"""``netdesign alternatives``: all networks near the best, and what the best with or without a site costs more."""

from __future__ import annotations

from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.solve.registry import AUTO

WithinOption = Annotated[
    str,
    typer.Option(
        "--within", metavar="M", help="How much more than the best: 1% of it, or an amount such as 250000 EUR/year."
    ),
]
WithOption = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="A,B", help="What is best with these sites open?", show_default=False),
]
WithoutOption = Annotated[
    list[str] | None, typer.Option("--without", metavar="C", help="And without these?", show_default=False)
]
DiverseOption = Annotated[
    int | None,
    typer.Option("--diverse", metavar="N", help="Name N of the networks that differ most.", show_default=False),
]
MostOption = Annotated[
    int | None, typer.Option("--most", metavar="N", help="List at most N networks.", show_default=False)
]


def alternatives(
    instance: opt.InstanceArgument,
    within: WithinOption = "1%",
    with_: WithOption = None,
    without: WithoutOption = None,
    diverse: DiverseOption = None,
    most: MostOption = None,
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
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    resume: opt.ResumeOption = False,
    quiet: opt.QuietOption = False,
) -> None:
    """List every network within a margin of the best, whatever its number of hubs, with the proof that none is missing.

    --with and --without answer why not a site: the best network that has it, or has it not, what that costs more, in
    which parts, and which cities change their hub.
    """
    typed = locals()
    from netdesign.api.alternatives import alternatives as question

    ask(question, typed)
