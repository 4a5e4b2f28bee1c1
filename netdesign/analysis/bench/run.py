"""Solving the rows of a table, each in a process of its own, and keeping what was found."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from enum import StrEnum
from io import StringIO
from typing import TYPE_CHECKING, Any

from netdesign.errors import ExitCode, SizeError, UsageError
from netdesign.solve.outcome import OPTIMAL_GAP
from netdesign.solve.output_file import write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from threading import Event

    from netdesign.analysis.bench.rows import Row

GAP = 1e-11
"""Gap asked of each solve: at the usual one a plan may differ in the last digits printed."""

_LEAVE_S = 60.0
"""How long a process may take past its limit, which does not interrupt the building of a model."""


class Finding(StrEnum):
    """What a row shows."""

    REPRODUCED = "reproduced"
    OPEN = "open"
    TOO_LARGE = "too_large"
    FAILED = "failed"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True)
class Record:
    """A row solved.

    Parameters
    ----------
    instance, problem, published, status
        As the table has them.
    value, bound
        Of the best plan; empty where there is none.
    gap
        Between the two, relative.
    difference
        Value less published.
    seconds
        Whole process.
    time_limit_s
        That was set.
    engine
        Engine and model.
    finding
        Against the literature.
    call
        Words after ``netdesign solve``, files relative to the table.
    note
        Last line of a failure.
    """

    instance: str
    problem: str
    published: str
    status: str
    value: float | None
    difference: float | None
    bound: float | None
    gap: float | None
    seconds: float
    time_limit_s: float
    engine: str
    finding: Finding
    call: str
    note: str = ""


COLUMNS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True)
class Pace:
    """How rows are solved.

    Parameters
    ----------
    time_limit_s
        For each row.
    jobs
        Rows solved at the same time.
    done
        Findings that are not tried again.
    """

    time_limit_s: float
    jobs: int = 1
    done: frozenset[Finding] = frozenset(Finding)


def run_rows(
    rows: Sequence[Row], table: Path, output: Path, pace: Pace, stopped: Event, tell: Callable[[Record], None]
) -> list[Record]:
    """Solve the rows that the output does not hold yet; write it after each.

    Parameters
    ----------
    rows, table
        What to solve; files are relative to the folder of the table.
    output
        CSV that is resumed.
    pace
        Time limit, jobs, and what is not tried again.
    stopped
        No further row is started once it is set.
    tell
        Called with each new record.

    Returns
    -------
    list of Record
        All rows of the table that are in the output, in the order of the table.
    """
    known = {record.call: record for record in read_records(output)}
    due = [row for row in rows if (found := known.get(_words(row))) is None or found.finding not in pace.done]
    order = {_words(row): place for place, row in enumerate(rows)}

    def solve(row: Row) -> None:
        if stopped.is_set():
            return
        record = _solve(row, table.parent, pace.time_limit_s, stopped)
        if record is None:
            return
        known[record.call] = record
        kept = sorted(known.values(), key=lambda record: order.get(record.call, len(order)))
        write_text(output, records_csv(kept))
        tell(record)

    with ThreadPoolExecutor(max_workers=pace.jobs) as pool:
        list(pool.map(solve, due))
    return [known[words] for words in order if words in known]


def _words(row: Row) -> str:
    return " ".join((row.file, *row.options))


def _solve(row: Row, folder: Path, time_limit_s: float, stopped: Event) -> Record | None:
    """Solve a row as a process; None where it was stopped from outside."""
    call = [row.file, *row.options, "--gap", str(GAP), "--time-limit", f"{time_limit_s:g}", "--format", "json"]
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "netdesign", "solve", *call, "--quiet"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    while True:
        # Asked until it answers: a process that ends just after a wait has its output still to be read.
        try:
            out, err = process.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            if stopped.is_set() or time.monotonic() - begun > time_limit_s + _LEAVE_S:
                process.kill()
    seconds = time.monotonic() - begun
    if stopped.is_set():
        return None
    return _record(row, process.returncode, out, err, seconds, time_limit_s)


def _record(row: Row, code: int, out: str, err: str, seconds: float, time_limit_s: float) -> Record:
    answered = (ExitCode.ANSWERED, ExitCode.STOPPED_WITH_PLAN, ExitCode.STOPPED_WITHOUT_PLAN)
    result: dict[str, Any] = json.loads(out) if code in answered and out else {}
    value, bound = result.get("objective"), result.get("bound")
    finding, note = compare(row, value, bound, result.get("termination")), ""
    if not result:
        note = (err.strip().splitlines() or [f"ended with code {code}"])[-1].strip()
        finding = Finding.TOO_LARGE if SizeError.mark in note else Finding.FAILED
        if code < 0:
            finding, note = Finding.OPEN, "killed: its model was not built in time"
    engine = result.get("engine", {})
    return Record(
        instance=row.instance,
        problem=row.problem,
        published=row.optimum,
        status="optimal" if row.is_proven else "best_known",
        value=value,
        difference=None if value is None else value - float(row.optimum),
        bound=bound,
        gap=result.get("gap"),
        seconds=round(seconds, 1),
        time_limit_s=time_limit_s,
        engine=" ".join(str(engine[name]) for name in ("name", "model") if name in engine),
        finding=finding,
        call=_words(row),
        note=note,
    )


def compare(row: Row, value: float | None, bound: float | None, termination: str | None) -> Finding:
    """Hold a value and a bound against the literature.

    A plan under a proven optimum contradicts it, and so does a bound over any published value, which some plan has.
    """
    published = float(row.optimum)
    if row.is_proven and value is not None and value < published - row.last_digit * (1 + 1e-6):
        return Finding.CONTRADICTS
    if bound is not None and bound > published + row.last_digit + OPTIMAL_GAP * abs(published):
        return Finding.CONTRADICTS
    is_same = value is not None and abs(value - published) <= row.last_digit * (1 + 1e-6)
    is_better = value is not None and not row.is_proven and value < published
    return Finding.REPRODUCED if termination == "optimal" and (is_same or is_better) else Finding.OPEN


def read_records(path: Path) -> list[Record]:
    """Read what was found before; nothing where the file does not exist.

    Raises
    ------
    UsageError
        It is no such file.
    """
    if not path.exists():
        return []

    def number(text: str) -> float | None:
        return float(text) if text else None

    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [
                Record(
                    **{
                        **cells,
                        **{name: number(cells[name]) for name in ("value", "difference", "bound", "gap")},
                        **{name: float(cells[name]) for name in ("seconds", "time_limit_s")},
                        "finding": Finding(cells["finding"]),
                    }  # type: ignore[arg-type]
                )
                for cells in csv.DictReader(file, strict=True)
            ]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        message = f"{path}: is no output of `netdesign bench`; name another file"
        raise UsageError(message) from None


def records_csv(records: Sequence[Record]) -> str:
    """Return records as CSV text."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        cells = (getattr(record, name) for name in COLUMNS)
        writer.writerow(["" if cell is None else str(cell) for cell in cells])
    return text.getvalue()
