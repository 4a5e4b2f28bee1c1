"""``netdesign timing``: when and how large to open hubs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import READING, shares_options


class RiskName(StrEnum):
    """Values of ``RiskMeasure``, repeated so that the help does not load the schema of instances."""

    EXPECTED = "expected"
    CVAR = "cvar"
    REGRET = "regret"


TreeOption = Annotated[bool, typer.Option("--tree", help="Decide on the scenario tree instead of the base path.")]
ScenarioOption = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="A scenario of the instance instead.", show_default=False),
]
RiskOption = Annotated[
    RiskName | None,
    typer.Option("--risk", help="What is minimised on the tree, instead of stages.risk.", show_default=False),
]
LevelOption = Annotated[
    float | None,
    typer.Option(
        "--level",
        metavar="L",
        help="With --risk cvar, instead of stages.risk.level: 0.9 is the mean of the dearest tenth of the paths.",
        show_default=False,
    ),
]


@shares_options("model", *READING, engine=opt.StagedEngineOption)
def timing(
    instance: opt.InstanceArgument,
    tree: TreeOption = False,
    scenario: ScenarioOption = None,
    risk: RiskOption = None,
    level: LevelOption = None,
    **shared: Any,
) -> None:
    """Say what to order where and in which year.

    The answer says what delays cost and, on a tree, what to decide now and what to leave open.
    """
    typed = locals()
    from netdesign.api import calls

    ask(calls.timing, typed)
