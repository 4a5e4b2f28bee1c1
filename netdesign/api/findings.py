"""What ``compare``, ``check`` and ``verify`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.api.tables import Columns, html_list, html_table
from netdesign.errors import ExitCode
from netdesign.report.comparison import comparison_csv, comparison_json, comparison_records, comparison_text
from netdesign.report.summary import summary_csv, summary_json, summary_records, summary_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.analysis.check import Checked
    from netdesign.analysis.compare import Configuration


class CompareAnswer:
    """Configurations side by side, differences against the first.

    Parameters
    ----------
    rows
        One a configuration, in the order of the call.
    warnings, notes
        What is odd about the instance, and what is only to be known.
    """

    def __init__(self, rows: list[Configuration], warnings: tuple[str, ...], notes: Iterable[str | None]) -> None:
        self.rows, self.warnings, self.notes = rows, warnings, tuple(filter(None, notes))

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        works = any(row.network is not None and row.failure is None for row in self.rows)
        if any(row.network is not None and row.network.termination.is_limit for row in self.rows):
            return ExitCode.STOPPED_WITH_PLAN if works else ExitCode.STOPPED_WITHOUT_PLAN
        return ExitCode.ANSWERED if works else ExitCode.INFEASIBLE

    @property
    def table(self) -> Columns:
        """One row a configuration: cost, difference, service, carbon, what changes hub, and why one cannot work."""
        records = comparison_records(self.rows)
        return Columns({name: [record[name] for record in records] for name in records[0]})

    @property
    def moves(self) -> Columns:
        """Cities that change hub against the first configuration."""
        moves = [{"configuration": row.name, **vars(move)} for row in self.rows for move in row.moves]
        names = ("configuration", "city", "from_hub", "to_hub", "volume")
        return Columns({name: [move[name] for move in moves] for name in names})

    def to_json(self) -> str:
        """Return the comparison as the command line writes it with ``--format json``."""
        return comparison_json(self.rows)

    def to_csv(self) -> str:
        """Return the comparison as the command line writes it with ``--format csv``."""
        return comparison_csv(self.rows)

    def __repr__(self) -> str:
        return f"<CompareAnswer {', '.join(row.name for row in self.rows)}>"

    def __str__(self) -> str:
        return comparison_text(self.rows)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


class CheckAnswer:
    """What is in a sound instance, and what is odd about it.

    Parameters
    ----------
    found
        What checking found.
    notes
        What is only to be known.
    """

    exit_code = ExitCode.ANSWERED

    def __init__(self, found: Checked, notes: Iterable[str | None]) -> None:
        self.found, self.notes = found, tuple(filter(None, notes))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd without being wrong."""
        return self.found.warnings

    @property
    def summary(self) -> dict[str, object]:
        """Counts and totals, as ``netdesign check --format json`` has them."""
        return summary_records(self.found) | {"warnings": list(self.warnings)}

    def to_json(self) -> str:
        """Return the summary as the command line writes it with ``--format json``."""
        return summary_json(self.found)

    def to_csv(self) -> str:
        """Return the summary as the command line writes it with ``--format csv``."""
        return summary_csv(self.found)

    def __repr__(self) -> str:
        return f"<CheckAnswer {self.found.instance.name}: sound, {len(self.warnings)} warnings>"

    def __str__(self) -> str:
        return summary_text(self.found)

    def _repr_html_(self) -> str:
        return html_table(["", ""], summary_records(self.found).items()) + html_list("Warnings", self.warnings)


@dataclass(frozen=True)
class VerifyAnswer:
    """Whether a result is true.

    Parameters
    ----------
    contradictions
        What in it is not; empty where all is.
    proofs
        What was proven again, in sentences.
    is_proven
        Whether all bounds were proven again, where that was asked for; else None.
    has_plan
        Whether the result has a plan.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_proven: bool | None = None
    has_plan: bool = True

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        if self.contradictions:
            return ExitCode.CONTRADICTED
        return ExitCode.STOPPED_WITHOUT_PLAN if self.is_proven is False else ExitCode.ANSWERED

    def __bool__(self) -> bool:
        """Whether nothing is contradicted."""
        return not self.contradictions
