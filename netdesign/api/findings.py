"""``check`` and its answer, and that of ``compare``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netdesign.analysis.call import Call
from netdesign.analysis.further_columns import NO_FURTHER
from netdesign.analysis.problem import reading_notes, threshold_note
from netdesign.api.checked import is_on, together
from netdesign.api.given import given_of
from netdesign.api.keywords import in_words_of_python
from netdesign.api.options import overrides
from netdesign.api.tables import Columns, html_list, html_table
from netdesign.errors import ExitCode
from netdesign.instance.blocks import Objective
from netdesign.report.findings import (
    comparison_csv,
    comparison_json,
    comparison_records,
    comparison_text,
    summary_csv,
    summary_json,
    summary_records,
    summary_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.analysis.check import Checked
    from netdesign.analysis.compare import ComparisonRow
    from netdesign.analysis.compare_further import BestNetwork
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.api.keywords import Values

    AnyInstance = Instance | Given | str | Path


class CompareAnswer:
    """Compared configurations, with differences against the first.

    Parameters
    ----------
    rows
        One for each configuration, in the order of the call.
    warnings, notes
        Warnings about the instance, and notes on the call.
    further, best
        What is asked for beside the usual columns, and the network against which regret is measured, or None.
    objective
        What is minimised.
    """

    def __init__(
        self,
        rows: list[ComparisonRow],
        warnings: tuple[str, ...],
        notes: Iterable[str | None],
        further: FurtherColumns = NO_FURTHER,
        best: BestNetwork | None = None,
        objective: Objective = Objective.COST,
    ) -> None:
        self.rows, self.warnings, self.notes = rows, warnings, tuple(filter(None, notes))
        self._further, self.best, self._objective = further, best, objective

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        works = any(row.network is not None and row.failure is None for row in self.rows)
        if any(row.network is not None and row.network.termination.is_limit for row in self.rows):
            return ExitCode.STOPPED_WITH_PLAN if works else ExitCode.STOPPED_WITHOUT_PLAN
        return ExitCode.ANSWERED if works else ExitCode.INFEASIBLE

    @property
    def table(self) -> Columns:
        """One row for each configuration: cost, difference, service, carbon, cities that change hub, failure."""
        records = comparison_records(self.rows, self._further)
        return Columns({name: [record[name] for record in records] for name in records[0]})

    @property
    def moves(self) -> Columns:
        """Cities that change hub against the first configuration."""
        moves = [{"configuration": row.name, **vars(move)} for row in self.rows for move in row.moves]
        names = ("configuration", "city", "from_hub", "to_hub", "volume")
        return Columns({name: [move[name] for move in moves] for name in names})

    def to_json(self) -> str:
        """Return the comparison as the command line writes it with ``--format json``."""
        return comparison_json(self.rows, self._further)

    def to_csv(self) -> str:
        """Return the comparison as the command line writes it with ``--format csv``."""
        return comparison_csv(self.rows, self._further)

    def __repr__(self) -> str:
        return f"<CompareAnswer {', '.join(row.name for row in self.rows)}>"

    def __str__(self) -> str:
        return comparison_text(self.rows, self._further, self.best, self._objective)

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


class CheckAnswer:
    """Summary of a sound instance, and warnings about it.

    Parameters
    ----------
    found
        The checked instance.
    notes
        Notes on the call.
    """

    exit_code = ExitCode.ANSWERED

    def __init__(self, found: Checked, notes: Iterable[str | None]) -> None:
        self.found, self.notes = found, tuple(filter(None, notes))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about the instance."""
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


@in_words_of_python
def check(instance: AnyInstance, *, set: Values = (), strict: bool = False) -> CheckAnswer:
    """Return warnings about an instance and a summary, as ``netdesign check`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    set, strict
        As ``solve`` takes them.

    Raises
    ------
    InstanceError
        Every fault, and every commodity without a route.
    UsageError
        A path of ``set`` leads nowhere.

    Examples
    --------
    >>> import netdesign as nd
    >>> nd.check("tiny").summary["commodities"]
    4
    """
    from netdesign.analysis.check import check_instance

    asked = given_of(instance)
    changes, is_strict = together(partial(overrides, asked, set), partial(is_on, "--strict", strict))
    call = Call(changes, reading=asked.reading, is_strict=is_strict)
    found = check_instance(asked.named, call)
    return CheckAnswer(found, (*reading_notes(asked.named, call), threshold_note(found.instance)))
