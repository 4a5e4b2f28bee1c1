"""``netdesign solve``: whether and where."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, answer, interruptible, say_warnings
from netdesign.cli.output import check_output, write_result
from netdesign.solve.registry import AUTO

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.results.document import ResultDocument


def solve(
    instance: opt.InstanceArgument,
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
    quiet: opt.QuietOption = False,
) -> None:
    """Say whether a further hub pays, where, and by how much: the best network against today's, with its bound."""
    from netdesign.analysis.call import Call
    from netdesign.analysis.notes import model_note, reading_notes, threshold_note
    from netdesign.analysis.solve import exit_code, solve_problem
    from netdesign.instance.options import HubOptions
    from netdesign.instance.published.reading import Reading
    from netdesign.report.answer import answer_csv, answer_text
    from netdesign.report.sentences import Asked
    from netdesign.results.keeping import check_replaces_result
    from netdesign.results.result_file import to_json
    from netdesign.solve.core.limits import SolveLimits, Watch

    hub_options = HubOptions(hubs, max_new, opt.split_names("--open", open_), opt.split_names("--close", close))
    reading = Reading(format_in, nodes, alpha, fixed_costs, capacities, capacity)
    call = Call(tuple(set_ or ()), hub_options, model, reading, engine=engine, is_strict=strict)
    if output is not None:
        check_output(output, instance, call)
    watch = Watch(SolveLimits(opt.checked_time_limit(time_limit), gap, threads, seed))
    progress = ProgressLine(quiet=quiet)
    # What comes of a stopped search is told in full, so a signal does no harm until the end.
    with interruptible(watch, progress):
        problem, document = solve_problem(instance, call, watch, progress, partial(check_replaces_result, output))
        progress.clear()
        notes = (
            *reading_notes(instance, call),
            problem.replaced,
            threshold_note(problem.instance),
            model_note(problem),
        )
        say_warnings(problem.warnings, *notes, quiet=quiet)
        if output is not None:
            write_result(output, document)
        table = partial(answer_text, asked=Asked.of(problem.instance))
        texts: dict[opt.Format, Callable[[ResultDocument], str]]
        texts = {opt.Format.TABLE: table, opt.Format.JSON: to_json, opt.Format.CSV: answer_csv}
        answer(texts[format_](document))
    raise typer.Exit(exit_code(document))
