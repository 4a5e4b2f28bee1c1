"""``netdesign explain``: why no plan is permitted."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from netdesign.cli import options as opt
from netdesign.cli.asking import ask
from netdesign.cli.sharing import shares_options


@shares_options("gap", "resume", "cluster")
def explain(
    instance: opt.InstanceArgument,
    most: Annotated[int, typer.Option("--most", metavar="N", help="List at most N sets of policies that clash.")] = 10,
    **shared: Any,
) -> None:
    """Say why no plan is permitted: which policies clash.

    The answer has the least sets of policies that clash, and how far each figure has to give.

    Takes the options with which `solve` ended with exit code 4, and ends with it too. Exit code 0: a plan is permitted.
    A deadline with a price is never a cause, and neither is anything else that has a price.
    """
    typed = locals()
    from netdesign.api.explain import explain as question

    ask(question, typed)
