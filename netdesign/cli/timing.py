"""``netdesign timing``: when and how large to open hubs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, interruptible
from netdesign.cli.output import Partial, check_output, checked_result, write_answer
from netdesign.errors import UsageError
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from netdesign.api.given import Given


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
    typer.Option("--level", metavar="L", help="Of cvar: share of the cheap paths left out.", show_default=False),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on from the best plan of an earlier call with the same -o FILE.")
]

ClusterOption = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        metavar="ADDRESS",
        help="Dask scheduler whose workers help to price operations, such as tcp://host:8786. Each side can run code "
        "on the other: trust it as you trust a program.",
        show_default=False,
    ),
]


def timing(
    instance: opt.InstanceArgument,
    tree: TreeOption = False,
    scenario: ScenarioOption = None,
    risk: RiskOption = None,
    level: LevelOption = None,
    hubs: opt.HubsOption = None,
    max_new: opt.MaxNewOption = None,
    open_: opt.OpenOption = None,
    close: opt.CloseOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    engine: opt.StagedEngineOption = AUTO,
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    resume: ResumeOption = False,
    cluster: ClusterOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Say what to order where and in which year, what delays cost, and on a tree what to decide now, what to leave."""
    typed = locals()
    from netdesign.api import calls
    from netdesign.api.given import Given

    if resume and output is None:
        message = "--resume: needs the -o FILE of the earlier call"
        raise UsageError(message)
    given = Given(instance)
    partial = _checked_partial(output, given)
    progress = ProgressLine(quiet=quiet)
    with interruptible(progress) as stop:
        keep = None if partial is None else partial.keep
        asked = opt.keywords(calls.timing, typed | {"resume": output if resume else None})
        found = calls.timing(given, **asked, keep=keep, listen=progress, stop=stop)
        progress.clear()
        write_answer(found, format_, output, partial, quiet=quiet)
    raise typer.Exit(found.exit_code)


def _checked_partial(output: Path | None, given: Given) -> Partial | None:
    """Check both output files, and return the one that holds the incumbent.

    Raises
    ------
    InstanceError, UsageError
        As ``checked_result``; or another file has the name of that one.
    """
    from netdesign.results.earlier_results import partial_path

    if output is None:
        return None
    checked_result(output, given)
    check_output(partial_path(output), given)
    return Partial(output)
