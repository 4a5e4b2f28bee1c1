"""``netdesign stress``: what becomes of the best networks, or plans, when hubs fail, and in drawn worlds."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options
from netdesign.cli.timing import RiskOption, ScenarioOption, TreeOption

SeedOfDrawsOption = Annotated[
    int, typer.Option("--seed", metavar="N", help="Seed of draws and solver.", min=0, max=2**31 - 1)
]


@shares_options("resume", "cluster", engine=opt.EveryEngineOption, seed=SeedOfDrawsOption)
def stress(
    instance: opt.InstanceArgument,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="N", help="Draw N worlds from the ranges of the instance.", show_default=False),
    ] = None,
    failures: Annotated[
        bool, typer.Option("--failures", help="Let each hub, lane and leg between hubs fail in turn.")
    ] = False,
    days: opt.DaysOption = None,
    networks: Annotated[
        list[str] | None,
        typer.Option(
            "--networks",
            metavar="A+B,A+C",
            help="Look at these networks, each named by all of its hubs, instead of the best ones.",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        str | None,
        typer.Option(
            "--within",
            metavar="M",
            help="How much more than the best the others may have: 1%, or an amount such as 250000 EUR/year.",
            show_default=False,
        ),
    ] = None,
    most: Annotated[int, typer.Option("--most", metavar="N", help="Look at the N best networks.")] = 10,
    level: Annotated[
        float,
        typer.Option("--level", metavar="L", help="Of CVaR: 0.95 is the mean of the dearest twentieth of the worlds."),
    ] = 0.95,
    tree: TreeOption = False,
    scenario: ScenarioOption = None,
    risk: RiskOption = None,
    **shared: Any,
) -> None:
    """Say what failures and drawn worlds do to the best networks.

    Hubs, lanes and legs between hubs fail; figures are drawn a thousand times.

    All networks are looked at in the same failures and worlds, so that their differences are theirs. Without --draws
    and --failures: failures, and 1,000 worlds where the instance states ranges. Surge, penalty and rates of failures
    are figures of the instance, which --set changes: --set failures.surge_share=0.2.

    Over several years these are the best plan and plans that order differently, in 1,000 worlds or --draws N. Then
    --tree, --scenario, --risk and --engine are those of timing; failures and lists of networks are of one year.
    """
    typed = locals()
    from netdesign.api.stress import stress as question

    ask(question, typed)
