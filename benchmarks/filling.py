"""Fill a table of measurements case by case; an interrupted run can be resumed."""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from benchmarks.tables import read_table, write_table
from netdesign.errors import did_you_mean
from netdesign.solve.core.outcome import OPTIMAL_GAP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.process import Run
    from benchmarks.tables import Measured


class Measurable(Protocol):
    """A case of a table."""

    @property
    def name(self) -> str:
        """Of the row."""

    @property
    def kind(self) -> str:
        """Class of the case."""

    @property
    def goal_s(self) -> float | None:
        """Goal in seconds, if any."""


class Limited(Measurable, Protocol):
    """A case with a time limit of its own, or one that follows from its goal."""

    @property
    def most_s(self) -> float | None:
        """Time limit, where it does not follow from the goal."""


LATER = 3.0
"""Default time limit as a multiple of the goal, to see late proofs."""

SAME = 2 * OPTIMAL_GAP
"""Two values proven to the usual gap differ by no more, relative."""

CaseT = TypeVar("CaseT", bound=Measurable)


def as_measured(rows: Mapping[str, Measured]) -> None:
    """Leave the rows unchanged."""


@dataclass(frozen=True)
class Filling(Generic[CaseT]):
    """A benchmark program: its cases and how it measures them.

    Parameters
    ----------
    description
        For ``--help``.
    output
        The table where no other is named.
    columns, shown
        Columns of the table, and those to print after a case; a complete row has ``limit_s``.
    classes, cases
        Classes and cases of all rows, in the order of the table.
    measure
        Runs a case, with a folder for files that it needs, and returns its row.
    warm
        Runs once before the first measurement, to fill caches.
    complete
        Fills cells that depend on several rows, before the table is written.
    """

    description: str
    output: Path
    columns: Sequence[str]
    shown: Sequence[str]
    classes: Sequence[str]
    cases: Sequence[CaseT]
    measure: Callable[[CaseT, Path], Measured]
    warm: Callable[[Path], None]
    complete: Callable[[Mapping[str, Measured]], None] = as_measured

    def main(self, arguments: Sequence[str] | None = None) -> None:
        """Measure what is missing or named, and write after each row."""
        options = self._options(arguments)
        measured: dict[str, Measured] = {row["name"]: dict(row) for row in read_table(options.output)}
        chosen = [case for case in self.cases if _is_chosen(case, options)]
        due = [case for case in chosen if options.again or case.name in options.names or _is_missing(case, measured)]
        if options.list:
            for case in chosen:
                goal = "no goal" if case.goal_s is None else f"{case.goal_s:g} s"
                print(f"{'due' if case in due else '':<4} {case.name:<33} {case.kind:<34} {goal}")
            return
        with tempfile.TemporaryDirectory() as folder:
            if due:
                self.warm(Path(folder))
            for case in due:
                measured[case.name] = row = self.measure(case, Path(folder))
                self._write(options.output, measured)
                print(*(row[name] for name in self.shown), flush=True)

    def _options(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        parser = argparse.ArgumentParser(description=self.description)
        parser.add_argument("names", nargs="*", metavar="NAME", help="only these rows, even where they stand")
        parser.add_argument(
            "--class", dest="classes", action="append", choices=self.classes, help="only this class; repeatable"
        )
        parser.add_argument("--again", action="store_true", help="rows that stand too")
        parser.add_argument(
            "-o", "--output", type=Path, default=self.output, help=f"the table, by default {self.output.name}"
        )
        parser.add_argument("--list", action="store_true", help="show what would be measured")
        options = parser.parse_args(arguments)
        known = [case.name for case in self.cases]
        unknown = sorted(set(options.names) - set(known))
        if unknown:
            meant = did_you_mean(unknown[0], known)
            parser.error(f"there is no row {', '.join(unknown)}{meant}; --list shows all")
        return options

    def _write(self, file: Path, rows: Mapping[str, Measured]) -> None:
        """Write the rows of all measured cases, in the order of the cases."""
        self.complete(rows)
        write_table(file, self.columns, [rows[case.name] for case in self.cases if case.name in rows])


def _is_chosen(case: Measurable, options: argparse.Namespace) -> bool:
    return (not options.names or case.name in options.names) and (not options.classes or case.kind in options.classes)


def _is_missing(case: Measurable, measured: Mapping[str, Measured]) -> bool:
    """Return whether the table lacks a row, or has an old one without limit and phases."""
    return not measured.get(case.name, {}).get("limit_s")


def result_cell(run: Run, name: str) -> Any:
    """Return a value of a run's result as a table shows it, nothing where there is none."""
    value = run.result.get(name)
    return "" if value is None else value


def blank(value: object) -> object:
    """Return a cell, empty for None."""
    return "" if value is None else value


def limit_of(case: Limited) -> float:
    """Return the time limit of a run, in seconds: what the case states, or a multiple of its goal.

    Raises
    ------
    ValueError
        The case has neither.
    """
    if case.most_s is not None:
        return case.most_s
    if case.goal_s is None:
        message = f"{case.name} has neither goal nor limit"
        raise ValueError(message)
    return case.goal_s * LATER


def agreement(row: Measured, other: Measured) -> str:
    """Return whether two rows that are proven have the same value, in a word."""
    ours, theirs = (float(str(one["value"])) for one in (row, other))
    return "agrees" if abs(ours - theirs) <= SAME * abs(theirs) else "contradicts"


def written_once(word: str, prefix: str, folder: Path, write: Callable[[str, Path], None]) -> str:
    """Return the instance of an argument; where it has the prefix, it is written into the folder if it is not there."""
    if not word.startswith(prefix):
        return word
    name = word.removeprefix(prefix)
    if not (folder / name).exists():
        write(name, folder / name)
    return str(folder / name)
