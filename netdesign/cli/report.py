"""``netdesign report``: one HTML file for who decides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, interruptible, print_message, print_warnings
from netdesign.cli.output import check_output


def report(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="INSTANCE|RESULT...",
            help="Result files, of one instance; or an instance, which is solved. Both, where a result does not say "
            "where its instance is.",
            show_default=False,
        ),
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", parser=opt.file_named, metavar="FILE", help="The page.", show_default=False),
    ],
    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TEXT", help="Title of the page, instead of that of the instance."),
    ] = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Write a page that shows results and opens without network.

    It is one HTML file, with verdict, map, evidence, assumptions and a stamp. It shows what is found
    in the results, each of which is verified first: nothing is solved but an instance that stands alone. Exit code 7: a
    result is contradicted, and no page is written.
    """
    from netdesign.api.page import A_PAGE, page_of
    from netdesign.api.page_sources import sort_sources
    from netdesign.catalogue import shadow_note
    from netdesign.io.output_file import write_text
    from netdesign.results.earlier_results import check_replaces_no_other

    found = sort_sources(sources)
    check_output(output, found.instance, *found.files)
    check_replaces_no_other(output, A_PAGE)
    progress = ProgressLine(quiet=quiet)
    with interruptible(progress) as stop:
        page = page_of(found, title or "", str(output), progress, stop)
        progress.clear()
        if not progress.has_told:
            print_warnings(page.warnings, *map(shadow_note, sources[:1]), quiet=quiet)
        write_text(output, page.html)
    print_message(f"{output} written", quiet=quiet)
    raise typer.Exit(page.exit_code)
