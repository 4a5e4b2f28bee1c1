"""``netdesign compare``: configurations side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, answer, interruptible, say_warnings
from netdesign.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.compare import Configuration


def compare(
    instance: opt.InstanceArgument,
    configurations: Annotated[
        list[str],
        typer.Argument(metavar="SET|RESULT...", help="Hub sets such as LGG,WAW, or result files.", show_default=False),
    ],
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    model: opt.ModelOption = None,
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
    quiet: opt.QuietOption = False,
) -> None:
    """Show what each configuration does to cost, coverage and the cities that change hub, against the first.

    A set that cannot work is a row that says why. A set may name sites that the size threshold closes.
    """
    from netdesign.analysis.call import Call
    from netdesign.analysis.compare import compare as compare_configurations
    from netdesign.analysis.notes import model_note, reading_notes
    from netdesign.analysis.problem import load_problem
    from netdesign.instance.published.reading import Reading
    from netdesign.report.comparison import comparison_csv, comparison_json, comparison_text
    from netdesign.solve.core.limits import SolveLimits, Watch

    watch = Watch(SolveLimits(opt.checked_time_limit(time_limit), gap, threads, seed))
    progress = ProgressLine(quiet=quiet)
    with interruptible(watch, progress):
        reading = Reading(format_in, nodes, alpha, fixed_costs, capacities, capacity)
        call = Call(tuple(set_ or ()), model=model, reading=reading, is_strict=strict)
        problem = load_problem(instance, call)
        question = problem.question(watch, progress)
        rows = compare_configurations(instance, problem, configurations, question, call)
        progress.clear()
        say_warnings(problem.warnings, *reading_notes(instance, call), model_note(problem), quiet=quiet)
        texts = {opt.Format.TABLE: comparison_text, opt.Format.JSON: comparison_json, opt.Format.CSV: comparison_csv}
        answer(texts[format_](rows))
    raise typer.Exit(_exit_code(rows))


def _exit_code(rows: Sequence[Configuration]) -> ExitCode:
    works = any(row.network is not None and row.failure is None for row in rows)
    if any(row.network is not None and row.network.termination.is_limit for row in rows):
        return ExitCode.STOPPED_WITH_PLAN if works else ExitCode.STOPPED_WITHOUT_PLAN
    return ExitCode.ANSWERED if works else ExitCode.INFEASIBLE
