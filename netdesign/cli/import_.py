"""``netdesign import``: files in other formats as instances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import print_message, print_warnings
from netdesign.instance.published.formats import check_format, names_by_subject


def import_(
    format_: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help=names_by_subject(),
            show_default=False,
        ),
    ],
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to read.", show_default=False)],
    folder: Annotated[Path, typer.Argument(metavar="DEST", help="Folder to make.", show_default=False)],
    nodes: opt.NodesOption = None,
    alpha: opt.AlphaOption = None,
    fixed_costs: opt.FixedCostsOption = None,
    capacities: opt.CapacitiesOption = None,
    capacity: opt.CapacityOption = None,
    set_: opt.SetOption = None,
    strict: opt.StrictOption = False,
    quiet: opt.QuietOption = False,
) -> None:
    """Make an instance of a published file, a graph or a workbook."""
    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import read_named, reading_notes, source_named, warnings_of
    from netdesign.instance.published.reading import Reading
    from netdesign.io.instance_files import write_instance

    check_format(format_, "FORMAT")
    call = Call(
        tuple(set_ or ()), reading=Reading(format_, nodes, alpha, fixed_costs, capacities, capacity), is_strict=strict
    )
    # All faults, before anything is written.
    warnings = warnings_of(read_named(file, call), (), is_strict=strict)
    write_instance(source_named(file, call), folder)
    # Warn about unused rows and columns here: they are not written, so the new folder cannot warn later.
    print_warnings(warnings, *reading_notes(file, call), quiet=quiet)
    print_message(f"{folder} written; netdesign check {folder} says what is in it", quiet=quiet)
