"""``netdesign timing``: which year and size under growth; decide now or wait."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, answer, interruptible, say, say_warnings
from netdesign.cli.output import Partial, check_output, keeper, write_result
from netdesign.errors import UsageError
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.analysis.timing.problem import TimingCall, TimingProblem
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import TimingDocument


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
    from netdesign.analysis.notes import threshold_note
    from netdesign.analysis.timing.answer import Listeners, exit_code, solve_timing
    from netdesign.analysis.timing.infeasibility import forbidding_policies
    from netdesign.analysis.timing.problem import TimingCall
    from netdesign.catalogue import shadow_note
    from netdesign.instance.options import HubOptions
    from netdesign.instance.stages import RiskMeasure
    from netdesign.solve.core.limits import SolveLimits, Watch

    hub_options = HubOptions(hubs, max_new, opt.split_names("--open", open_), opt.split_names("--close", close))
    measure = RiskMeasure(risk.value) if risk is not None else None
    follows = _followed(scenario, tree=tree)
    call = TimingCall(tuple(set_ or ()), hub_options, follows, measure, _checked_level(level), engine, strict)
    partial = None if output is None else _checked_partial(output, instance, call)
    watch = Watch(SolveLimits(opt.checked_time_limit(time_limit), gap, threads, seed))
    progress = ProgressLine(quiet=quiet)
    begin = _once_checked(output, _beginning(call, output, quiet=quiet) if resume else _from_nothing)
    with interruptible(watch, progress):
        problem, document = solve_timing(instance, call, watch, Listeners(progress, keeper(partial)), begin, cluster)
        progress.clear()
        notes = (shadow_note(instance), problem.replaced, threshold_note(problem.staged.base))
        say_warnings(problem.warnings, *notes, quiet=quiet)
        if output is not None and partial is not None:
            write_result(output, document)
            partial.drop(document)
        answer(_text(document, format_, forbidding_policies(problem.staged)))
    raise typer.Exit(exit_code(document))


def _checked_partial(output: Path, instance: str, call: TimingCall) -> Partial:
    """Check both files that are written, and return the one that keeps plans meanwhile.

    Raises
    ------
    InstanceError, UsageError
        As ``check_output``; or something else lies where plans are kept.
    """
    from netdesign.analysis.call import Call
    from netdesign.results.keeping import partial_path

    for file in (output, partial_path(output)):
        check_output(file, instance, Call(call.overrides))
    return Partial(output)


def _text(document: TimingDocument, format_: opt.Format, forbidding: Sequence[str]) -> str:
    from netdesign.report.timing.answer import timing_csv, timing_text
    from netdesign.results.result_file import to_json

    if format_ is opt.Format.TABLE:
        return timing_text(document, forbidding)
    return to_json(document) if format_ is opt.Format.JSON else timing_csv(document)


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


def _once_checked(
    output: Path | None, begin: Callable[[TimingProblem], StagedPlan | None]
) -> Callable[[TimingProblem], StagedPlan | None]:
    """Return what begins when it is seen that the output replaces no file of another kind."""
    from netdesign.results.keeping import check_replaces_result

    def checked(problem: TimingProblem) -> StagedPlan | None:
        check_replaces_result(output)
        return begin(problem)

    return checked


def _from_nothing(problem: TimingProblem) -> None:
    """Begin without a plan."""


def _beginning(call: TimingCall, output: Path | None, *, quiet: bool) -> Callable[[TimingProblem], StagedPlan | None]:
    """Return what gives the plan of the earlier call to begin with.

    Raises
    ------
    UsageError
        There is no output to look at, or what is there is no result of timing.
    """
    from netdesign.results.keeping import earlier_document, plan_to_go_on_from

    if output is None:
        message = "--resume: needs the -o FILE of the earlier call"
        raise UsageError(message)
    document = earlier_document(output)
    if document is None:
        say(f"note: there is neither {output}.partial nor {output} to go on from; starts anew", quiet=quiet)
        return _from_nothing
    return lambda problem: plan_to_go_on_from(document, call.to_record(), problem.staged)
