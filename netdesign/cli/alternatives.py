"""``netdesign alternatives``: all networks near the best, and what the best with or without a site costs more."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask, given_of
from netdesign.cli.completion import site_lists
from netdesign.cli.sharing import shares_options
from netdesign.cli.timing import LevelOption, RiskOption, ScenarioOption, TreeOption

WithinOption = Annotated[
    str,
    typer.Option(
        "--within", metavar="M", help="How much more than the best: 1% of it, or an amount such as 250000 EUR/year."
    ),
]
WithOption = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="A,B",
        help="What is best with these sites open?",
        show_default=False,
        autocompletion=site_lists,
    ),
]
WithoutOption = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="C", help="And without these?", show_default=False, autocompletion=site_lists),
]
DiverseOption = Annotated[
    int | None,
    typer.Option("--diverse", metavar="N", help="Name N of the networks that differ most.", show_default=False),
]
MostOption = Annotated[
    int | None, typer.Option("--most", metavar="N", help="List at most N networks.", show_default=False)
]


@shares_options("cluster", engine=opt.EveryEngineOption)
def alternatives(
    instance: opt.InstanceArgument,
    within: WithinOption = "1%",
    with_: WithOption = None,
    without: WithoutOption = None,
    diverse: DiverseOption = None,
    most: MostOption = None,
    tree: TreeOption = False,
    scenario: ScenarioOption = None,
    risk: RiskOption = None,
    level: LevelOption = None,
    **shared: Any,
) -> None:
    """List every network within a margin of the best.

    The networks have any number of hubs, and the answer proves that none is missing, or says what is not proven.

    --with and --without answer why not a site: the best network that has it, or has it not, what that costs more, in
    which parts, and which cities change their hub.

    Over several years it lists every first decision with a plan within the margin: what is ordered and closed in the
    first year. Then --tree, --scenario, --risk, --level and --engine are those of timing; --with and --without name
    sites at which something, or nothing, is ordered in the first year.
    """
    typed = locals()
    from netdesign.api.alternatives import alternatives as question
    from netdesign.api.over_years import is_over_years, refuse_those_of_one

    # Refused whether or not there is a file to go on from.
    if shared["resume"] and is_over_years(given_of({**typed, **shared}), {"set": shared["set_"] or ()}):
        refuse_those_of_one({"resume": True}, {"resume": False})
    ask(question, typed)
