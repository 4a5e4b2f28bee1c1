"""``netdesign check``: is the instance sound."""

from __future__ import annotations

from netdesign.cli import options as opt
from netdesign.cli.console import answer, say_warnings


def check(
    instance: opt.InstanceArgument,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    format_in: opt.FormatInOption = "netdesign",
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    format_: opt.FormatOption = opt.Format.TABLE,
    quiet: opt.QuietOption = False,
) -> None:
    """Read an instance and list what is wrong with it, or say what is in it.

    All faults of a kind are listed at once; later checks, such as that of routes, follow once these are mended.
    Warnings go to stderr, and with --strict they are faults.
    """
    from netdesign.analysis.call import Call
    from netdesign.analysis.check import check_instance
    from netdesign.analysis.notes import reading_notes, threshold_note
    from netdesign.instance.published.reading import Reading
    from netdesign.report.summary import summary_csv, summary_json, summary_text

    reading = Reading(format_in, nodes, alpha, fixed_costs, capacities, capacity)
    call = Call(tuple(set_ or ()), reading=reading, is_strict=strict)
    found = check_instance(instance, call)
    say_warnings(found.warnings, *reading_notes(instance, call), threshold_note(found.instance), quiet=quiet)
    texts = {opt.Format.TABLE: summary_text, opt.Format.JSON: summary_json, opt.Format.CSV: summary_csv}
    answer(texts[format_](found))
