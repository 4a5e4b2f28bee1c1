"""``netdesign bench``: published optima, reproduced."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, interruptible, print_answer, print_message
from netdesign.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.analysis.bench.records import Record
    from netdesign.analysis.bench.rows import Row
    from netdesign.analysis.bench.run import Pace


def bench(
    table: Annotated[
        Path, typer.Argument(metavar="TABLE", help="CSV of files, problems and published optima.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="CSV of what was found; resumed where it exists.")
    ] = Path("bench.csv"),
    markdown: Annotated[
        Path | None,
        typer.Option("--markdown", metavar="FILE", help="Write the table as Markdown too.", show_default=False),
    ] = None,
    only: Annotated[
        str,
        typer.Option("--only", metavar="TEXT", help="Rows whose instance or problem starts so.", show_default=False),
    ] = "",
    time_limit: Annotated[
        float, typer.Option("--time-limit", metavar="S", help="Seconds for each row, model building included.")
    ] = 300.0,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", help="Rows solved at the same time.", min=1, max=256)] = 1,
    retry: Annotated[bool, typer.Option("--retry", help="Solve again the rows that are open.")] = False,
    allow_models: Annotated[
        bool, typer.Option("--allow-models", help="Let rows name model files, whose code is run.")
    ] = False,
    quiet: opt.QuietOption = False,
) -> None:
    """Solve a table of published instances.

    Each row is solved in a process of its own, and compared with the literature.

    A row whose files, published value or versions changed since is solved or compared again. Files lie in the folder
    of the table.

    Columns of TABLE: file, problem and optimum; where wanted instance (a name), status (optimal or best_known),
    format_in (without it the file is an instance of netdesign) and further options of solve: nodes, alpha, fixed_costs,
    capacities, capacity, flows, fixed_cost_factor, hubs, model, set (several with ; between). docs/literature.md
    explains them and the output.

    Exit code 7: a plan is under a proven optimum, a bound over a published value, or two rows contradict each other.
    3: a row failed. 5: stopped; what was found until then is in the CSV. A row that is open at its time limit, or too
    large to build, is no failure.
    """
    from netdesign.api.options import time_limit_of

    limit = time_limit_of(time_limit) or time_limit
    rows = _rows(table, only, output, markdown, are_models_allowed=allow_models)
    raise typer.Exit(_solved(rows, table, output, markdown, _pace(limit, jobs, retry=retry), quiet=quiet))


def _rows(table: Path, only: str, output: Path, markdown: Path | None, *, are_models_allowed: bool) -> list[Row]:
    """Check that the outputs can be written, and return the rows to solve."""
    from netdesign.analysis.bench.rows import check_models, read_rows

    rows = read_rows(table)
    _check_outputs(output, markdown, [table, *(table.parent / name for row in rows for name in row.files)])
    rows = [row for row in rows if row.instance.startswith(only) or row.problem.startswith(only)]
    if not rows:
        message = f"--only {only}: no row of {table} has an instance or a problem that begins so"
        raise UsageError(message)
    check_models(rows, table, are_allowed=are_models_allowed)
    return rows


def _pace(limit_s: float, jobs: int, *, retry: bool) -> Pace:
    from netdesign.analysis.bench.records import Finding
    from netdesign.analysis.bench.run import Pace

    return Pace(limit_s, jobs, frozenset({Finding.REPRODUCED, Finding.CONTRADICTS} if retry else Finding))


def _solved(
    rows: Sequence[Row], table: Path, output: Path, markdown: Path | None, pace: Pace, *, quiet: bool
) -> ExitCode:
    """Solve the rows, write the records, and return the exit code."""
    from netdesign.analysis.bench.run import run_rows
    from netdesign.io.output_file import write_text
    from netdesign.report.literature import literature_markdown

    with interruptible(ProgressLine(quiet=quiet)) as stop:
        records = run_rows(rows, table, output, pace, stop, lambda record: _print_record(record, quiet=quiet))
    if markdown is not None:
        write_text(markdown, literature_markdown(records))
    code = _print_findings(rows, records)
    return ExitCode.STOPPED_WITH_PLAN if code is ExitCode.ANSWERED and stop.is_set() else code


def _print_findings(rows: Sequence[Row], records: Sequence[Record]) -> ExitCode:
    """Print counts, failures and contradictions, and return the exit code."""
    from netdesign.analysis.bench.records import Finding
    from netdesign.analysis.bench.rows import contradictions
    from netdesign.report.literature import counts_line

    contradicting = contradictions(rows) + [
        f"contradicts: {r.instance} {r.problem}: published {r.published}, value {r.value}, bound {r.bound}"
        for r in records
        if r.finding is Finding.CONTRADICTS
    ]
    failed = [f"failed: {r.instance} {r.problem}: {r.note}" for r in records if r.finding is Finding.FAILED]
    print_answer("\n".join([counts_line(records), *contradicting, *failed]) + "\n")
    if contradicting:
        return ExitCode.CONTRADICTED
    return ExitCode.BAD_INSTANCE if failed else ExitCode.ANSWERED


def _check_outputs(output: Path, markdown: Path | None, read: Sequence[Path]) -> None:
    """Check that both outputs can be written, and overwrite neither each other nor an input."""
    from netdesign.io.output_file import check_spares, check_writable
    from netdesign.report.literature import is_literature

    check_writable(output)
    check_spares(output, read)
    if markdown is None:
        return
    check_writable(markdown)
    check_spares(markdown, (*read, output))
    if markdown.exists() and not is_literature(markdown):
        message = f"--markdown {markdown}: is no table of `netdesign bench`; name another file, or remove it first"
        raise UsageError(message)
    if markdown.resolve() == output.resolve():
        message = f"--markdown {markdown}: is the file of -o; name another file"
        raise UsageError(message)


def _print_record(record: Record, *, quiet: bool) -> None:
    value = "no plan" if record.value is None else f"{record.value:,.3f}"
    found = f"{value} against {record.published}: {record.finding.value.replace('_', ' ')}"
    print_message(f"{record.seconds:7.1f} s  {record.problem} {record.instance}  {found}", quiet=quiet)
