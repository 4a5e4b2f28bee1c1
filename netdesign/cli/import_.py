"""``netdesign import``: files in other formats as instances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import print_message, print_warnings
from netdesign.errors import UsageError
from netdesign.instance.published.formats import check_format, format_by_ending, names_by_subject
from netdesign.instance.published.guess import guess_note, guessed_format


def import_(
    first: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT|FILE",
            help=f"{names_by_subject()} Or the file or folder, where its ending or content tells the format.",
            show_default=False,
        ),
    ],
    second: Annotated[str, typer.Argument(metavar="FILE|DEST", help="The file or folder to read.", show_default=False)],
    third: Annotated[str | None, typer.Argument(metavar="DEST", help="Folder to make.", show_default=False)] = None,
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    flows: opt.FlowsOption = None,
    fixed_cost_factor: opt.FixedCostFactorOption = None,
    dialect: opt.DialectInOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    quiet: opt.QuietOption = False,
) -> None:
    """Make an instance of a published file, a graph or a workbook."""
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import read_named, reading_notes, source_named, warnings_of
    from netdesign.instance.published.reading import Reading
    from netdesign.io.instance_files import write_instance

    format_, file, folder = _typed(first, second, third)
    note = None if third is not None else guess_note(Path(file))
    of_dialect = None if dialect is None else dialect.value
    reading = Reading(format_, nodes, alpha, fixed_costs, capacities, capacity, flows, fixed_cost_factor, of_dialect)
    call = Call(tuple(set_ or ()), reading=reading, is_strict=strict)
    # All faults, before anything is written.
    warnings = warnings_of(read_named(file, call), (), is_strict=strict)
    write_instance(source_named(file, call), folder)
    # Warn about unused rows and columns here: they are not written, so the new folder cannot warn later.
    print_warnings(warnings, note, *reading_notes(file, call), quiet=quiet)
    print_message(f"{folder} written; netdesign check {folder} says what is in it", quiet=quiet)


def _typed(first: str, second: str, third: str | None) -> tuple[str, str, Path]:
    """Return format, file and folder as typed, the format guessed where it is left out."""
    if third is not None:
        check_format(first, "FORMAT")
        return first, second, Path(third)
    guessed = guessed_format(Path(first))
    if guessed is None:
        if not Path(first).exists():
            if format_by_ending(first):
                message = f"{first}: there is no such file to read"
                raise UsageError(message)
            check_format(first, "FORMAT")
            message = f"DEST is missing: netdesign import {first} {second} FOLDER reads {second} into a new folder"
            raise UsageError(message)
        message = f"{first}: its format shows neither in its ending nor in what it holds; name one before it. "
        raise UsageError(message + names_by_subject())
    return guessed, first, Path(second)
