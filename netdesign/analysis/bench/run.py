"""Solve the rows of a table, each in a process of its own, and record the outcomes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from threading import Lock
from typing import TYPE_CHECKING, Any

from netdesign.analysis.bench.records import Finding, Record, read_records, records_csv
from netdesign.analysis.problem import versions
from netdesign.errors import ExitCode, SizeError
from netdesign.io.output_file import write_text
from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from threading import Event

    from netdesign.analysis.bench.rows import Row

GAP = 1e-11
"""Gap of each solve: with the default one, a plan may differ in the last printed digits."""

_LEAVE_S = 60.0
"""Seconds that a process may take past its time limit, which does not interrupt the building of a model."""

_TABLES = (".yaml", ".yml", ".csv", ".npz")


@dataclass(frozen=True)
class Pace:
    """Options of solving rows.

    Parameters
    ----------
    time_limit_s
        Time limit of each row.
    jobs
        Rows solved at the same time.
    done
        Findings whose rows are not solved again.
    """

    time_limit_s: float
    jobs: int = 1
    done: frozenset[Finding] = frozenset(Finding)


class _Output:
    """The records of an output file: those of the table's rows, then those of other tables.

    Parameters
    ----------
    rows, folder
        Rows of the table, and its folder.
    output
        CSV file to resume.
    pace
        Time limit and rows to solve again; see ``run_rows``.
    """

    def __init__(self, rows: Sequence[Row], folder: Path, output: Path, pace: Pace) -> None:
        self._rows, self._output, self._lock = rows, output, Lock()
        self.versions = " ".join(f"{name} {number}" for name, number in versions().items())
        self.digests = {row.call: _digest(row, folder) for row in rows}
        earlier = read_records(output)
        self._found: dict[int, Record] = {}
        self._stale: dict[int, Record] = {}
        for place, row in enumerate(rows):
            of_call = [record for record in earlier if record.call == row.call]
            of_row = [record for record in of_call if (record.instance, record.problem) == (row.instance, row.problem)]
            if of_row:
                self._stale[place] = of_row[0]
            same = [record for record in of_call if self._is_valid(record, pace)]
            if same:
                exact = (record for record in same if _names(record) == _row_names(row))
                self._found[place] = next(exact, _record_of_row(row, same[0]))
        of_rows = {(row.instance, row.problem, row.call) for row in rows}
        self._others = [record for record in earlier if (record.instance, record.problem, record.call) not in of_rows]
        if self._all() != earlier:
            self._write()

    def _is_valid(self, record: Record, pace: Pace) -> bool:
        """Return whether an earlier record is valid: same files and versions, and more time would not help."""
        is_same = (record.digest, record.versions) == (self.digests[record.call], self.versions)
        has_time = record.finding is not Finding.OPEN or pace.time_limit_s <= record.time_limit_s
        return is_same and has_time and record.finding in pace.done

    def due(self) -> list[list[Row]]:
        """Return the rows to solve, grouped by call."""
        calls: dict[str, list[Row]] = {}
        for place, row in enumerate(self._rows):
            if place not in self._found:
                calls.setdefault(row.call, []).append(row)
        return list(calls.values())

    def keep(self, record: Record) -> list[Record]:
        """Add the record of a call for each of its rows that has none yet, and return the new ones."""
        with self._lock:
            fresh = []
            for place, row in enumerate(self._rows):
                if row.call == record.call and place not in self._found:
                    self._found[place] = _record_of_row(row, record)
                    fresh.append(self._found[place])
            self._write()
        return fresh

    def records(self) -> list[Record]:
        """Return the records of the table's rows, in its order."""
        return [self._found[place] for place in sorted(self._found)]

    def _all(self) -> list[Record]:
        """Return all records of the output: a stale one stays until its row is solved again."""
        of_rows = self._stale | self._found
        return [*(of_rows[place] for place in sorted(of_rows)), *self._others]

    def _write(self) -> None:
        write_text(self._output, records_csv(self._all()))


def run_rows(
    rows: Sequence[Row], table: Path, output: Path, pace: Pace, stopped: Event, report: Callable[[Record], None]
) -> list[Record]:
    """Solve the rows that have no valid record in the output; write it after each.

    Parameters
    ----------
    rows, table
        Rows to solve; files are relative to the folder of the table. Rows of one call are solved once, and each is
        compared with its own published value.
    output
        CSV file to resume: records of other files, versions or a shorter time limit are solved again, and those of
        another published value are compared with the present one.
    pace
        Time limit, jobs, and findings whose rows are not solved again.
    stopped
        Once it is set, no further row is started.
    report
        Is called with each new record.

    Returns
    -------
    list of Record
        All rows of the table that are in the output, in the order of the table.
    """
    found = _Output(rows, table.parent, output, pace)

    def solve(same: Sequence[Row]) -> None:
        if stopped.is_set():
            return
        record = _solve(same[0], table.parent, pace.time_limit_s, stopped)
        if record is not None:
            record = replace(record, digest=found.digests[record.call], versions=found.versions)
            for fresh in found.keep(record):
                report(fresh)

    with ThreadPoolExecutor(max_workers=pace.jobs) as pool:
        list(pool.map(solve, found.due()))
    return found.records()


def _digest(row: Row, folder: Path) -> str:
    """Return the SHA-256 of the files that a call reads, each with its name."""
    files: Iterable[Path] = [path for name in row.files if (path := folder / name).is_file()]
    if "--format-in" not in row.options:
        inside = (folder / row.file).parent.rglob("*")
        files = sorted({*files, *(path for path in inside if path.suffix.lower() in _TABLES and path.is_file())})
    total = hashlib.sha256()
    for path in files:
        total.update(str(path.relative_to(folder)).encode("utf-8", "surrogateescape") + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _names(record: Record) -> tuple[str, str, str, str]:
    return record.instance, record.problem, record.published, record.status


def _row_names(row: Row) -> tuple[str, str, str, str]:
    return row.instance, row.problem, row.optimum, row.status


def _record_of_row(row: Row, record: Record) -> Record:
    """Return the record of a call as that of one of its rows."""
    instance, problem, published, status = _row_names(row)
    is_compared = record.finding not in (Finding.FAILED, Finding.TOO_LARGE) and not record.note
    return replace(
        record,
        instance=instance,
        problem=problem,
        published=published,
        status=status,
        difference=None if record.value is None else record.value - row.value,
        finding=compare(row, record.value, record.bound, record.termination) if is_compared else record.finding,
    )


def _solve(row: Row, folder: Path, time_limit_s: float, stopped: Event) -> Record | None:
    """Solve a row as a process; return None where ``stopped`` was set."""
    limits = ("--gap", str(GAP), "--time-limit", f"{time_limit_s:g}", "--format", "json", "--quiet")
    begun = time.monotonic()
    # -P: modules in the folder of the table are data and must not be imported.
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "netdesign", "solve", *row.options, *limits, "--", row.file],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            out, err = _output_of(process, begun + time_limit_s + _LEAVE_S, stopped)
        finally:
            process.kill()
    seconds = time.monotonic() - begun
    if stopped.is_set():
        return None
    return _record(row, process.returncode, out, err, seconds, time_limit_s)


def _output_of(process: subprocess.Popen[str], until: float, stopped: Event) -> tuple[str, str]:
    """Return the output of a process, which is killed after a time or when ``stopped`` is set."""
    while True:
        # A process that ends just after a wait still has output to read, so wait again.
        try:
            return process.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            if stopped.is_set() or time.monotonic() > until:
                process.kill()


def _record(row: Row, code: int, out: str, err: str, seconds: float, time_limit_s: float) -> Record:
    answered = (ExitCode.ANSWERED, ExitCode.STOPPED_WITH_PLAN, ExitCode.STOPPED_WITHOUT_PLAN)
    result: dict[str, Any] = json.loads(out) if code in answered and out else {}
    value, bound = result.get("objective"), result.get("bound")
    termination = str(result.get("termination") or "")
    finding, note = compare(row, value, bound, termination), ""
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
        status=row.status,
        value=value,
        difference=None if value is None else value - row.value,
        bound=bound,
        gap=result.get("gap"),
        seconds=round(seconds, 1),
        time_limit_s=time_limit_s,
        engine=" ".join(str(engine[name]) for name in ("name", "model") if name in engine),
        finding=finding,
        call=row.call,
        note=note,
        termination=termination,
    )


def compare(row: Row, value: float | None, bound: float | None, termination: str | None) -> Finding:
    """Compare a value and a bound with the literature.

    A plan under a proven optimum contradicts it, and so does a bound over any published value, as some plan has that
    value. Where the value is proven, the row is reproduced or contradicts.
    """
    side = None if value is None else row.side(value)
    is_met = termination == "optimal" and side is not None
    if side == -1 and row.is_proven:
        return Finding.CONTRADICTS
    if is_met:
        return Finding.CONTRADICTS if side == 1 else Finding.REPRODUCED
    # The bound of a stopped search is exact up to the tolerance of its solver.
    is_over = bound is not None and bound > row.exact + row.last_digit + Fraction(OPTIMAL_GAP) * abs(row.exact)
    return Finding.CONTRADICTS if is_over else Finding.OPEN
