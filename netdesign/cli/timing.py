"""``netdesign timing``: which year and size under growth; decide now or wait."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.talk import ProgressLine, answer, interruptible, say
from netdesign.errors import UsageError
from netdesign.solve.staged.names import StagedEngineName


class RiskName(StrEnum):
    """Measures of risk, as ``RiskMeasure`` has them; the help does not load the schema of instances."""

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
StagedEngineOption = Annotated[
    StagedEngineName, typer.Option("--engine", help="What answers; auto takes one that can and says why.")
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
    engine: StagedEngineOption = StagedEngineName.AUTO,
    gap: opt.GapOption = 1e-6,
    time_limit: opt.TimeLimitOption = None,
    threads: opt.ThreadsOption = 1,
    seed: opt.SeedOption = 0,
    format_: opt.FormatOption = opt.Format.TABLE,
    output: opt.OutputOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Say what to order where and in which year, what delays cost, and on a tree what to decide now and what to leave.

    Exit codes: 0 answered, 2 wrong call, 3 bad instance, 4 infeasible, 5 stopped with a plan, 6 stopped without one.
    """
    from netdesign.analysis.timing.answer import Listeners, exit_code, solve_timing
    from netdesign.analysis.timing.problem import TimingCall
    from netdesign.instance.options import HubOptions
    from netdesign.instance.stages import RiskMeasure
    from netdesign.report.timing.answer import timing_csv, timing_text
    from netdesign.solve.limits import SolveLimits, Watch
    from netdesign.solve.output_file import write_text
    from netdesign.solve.result_file import to_json
    from netdesign.solve.staged.result_file import timing_document

    if output is not None:
        opt.check_output(output, instance)
    hub_options = HubOptions(hubs, max_new, opt.split_names("--open", open_), opt.split_names("--close", close))
    follows = _followed(scenario, tree=tree)
    measure = RiskMeasure(risk.value) if risk is not None else None
    call = TimingCall(tuple(set_ or ()), hub_options, follows, measure, _checked_level(level), engine)
    watch = Watch(SolveLimits(opt.checked_time_limit(time_limit), gap, threads, seed))
    progress = ProgressLine(quiet=quiet)
    with interruptible(watch):
        problem, result = solve_timing(instance, call, watch, Listeners(progress))
        progress.clear()
        for warning in problem.warnings:
            say(f"note: {warning}", quiet=quiet)
        document = timing_document(result)
        if output is not None:
            write_text(output, to_json(document))
        texts = {opt.Format.TABLE: timing_text, opt.Format.JSON: to_json, opt.Format.CSV: timing_csv}
        answer(texts[format_](document))
    raise typer.Exit(exit_code(result))


def _followed(scenario: str | None, *, tree: bool) -> str:
    if tree and scenario is not None:
        message = "--tree and --scenario exclude each other; give one"
        raise UsageError(message)
    if scenario == "tree":
        message = "--scenario tree: write --tree"
        raise UsageError(message)
    return "tree" if tree else scenario or "base"


def _checked_level(level: float | None) -> float | None:
    if level is not None and not 0 <= level < 1:
        message = f"--level {level:g}: give a share from 0 to less than 1"
        raise UsageError(message)
    return level
