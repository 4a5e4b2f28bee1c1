"""``sweep``, for Python and for the command line, and its answer."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, Unpack

from netdesign.analysis.sweep_call import SweepCall
from netdesign.api.checked import whole_number
from netdesign.api.checked_call import CheckedCall, checked_call
from netdesign.api.given import given_of
from netdesign.api.keywords import ModelOptions, in_words_of_python
from netdesign.api.reported import Report, ReportedAnswer, answered
from netdesign.api.swept import over_of, table_of
from netdesign.api.tables import html_list, html_table
from netdesign.errors import UsageError
from netdesign.report.sweep import sweep_csv, sweep_lines, sweep_records, sweep_text
from netdesign.report.words import counted
from netdesign.results.sweep_document import SweepDocument
from netdesign.solve.registry import ONE_YEAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.report.sentences import Asked
    from netdesign.results.row_parts import SweepRowPart

    AnyInstance: TypeAlias = Instance | Given | str | Path

_MOST_WORKERS = 256

_MOST_ROWS = 20
"""Rows that a notebook shows."""


class SweepAnswer(ReportedAnswer["SweepDocument"]):
    """The best network with each combination of values; ``document`` is the content of the result file.

    Attributes
    ----------
    present
        The row at the present values; None where the search stopped before.
    rows
        One for each combination that is solved, in their order.
    left
        Number of combinations at which a limit stopped.
    """

    REPORT = Report(sweep_lines, sweep_text, sweep_csv, sweep_records)

    def __init__(
        self, document: SweepDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        super().__init__(document, notes, asked, files)
        self.present: SweepRowPart | None = document.present
        self.rows: tuple[SweepRowPart, ...] = tuple(document.rows)
        self.left = document.left

    @property
    def networks(self) -> dict[tuple[str, ...], int]:
        """In how many rows each network is best, the most frequent first."""
        return dict(Counter(tuple(row.open_hubs) for row in self.rows if row.plan is not None).most_common())

    def __repr__(self) -> str:
        of_all = f"{len(self.rows)} of {counted(len(self.rows) + self.left, 'combination')}"
        return f"<SweepAnswer {self.document.instance.name}: {of_all}, {self.termination}>"

    def _repr_html_(self) -> str:
        names = [*(one.name for one in self.document.figures), "open_hubs", "objective"]
        records = sweep_records(self.document)[:_MOST_ROWS]
        rows = [["" if record[name] is None else f"{record[name]}" for name in names] for record in records]
        title = f"sweep {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + html_table(names, rows)


@in_words_of_python
def sweep(
    instance: AnyInstance,
    over: Mapping[str, Any] | str | Iterable[str] | None = None,
    *,
    table: object = None,
    workers: int = 1,
    cluster: str | None = None,
    resume: str | Path | None = None,
    keep: Callable[[SweepDocument], None] | None = None,
    **options: Unpack[ModelOptions],
) -> SweepAnswer:
    """Find the best network with each combination of values of some figures, as ``netdesign sweep`` does.

    Parameters
    ----------
    instance
        An instance, a folder or file, or the name of a bundled one.
    over
        Values by path: numbers, or a text such as ``"0.5,1,2"`` or ``"60:80:5"``; of a figure that stands in several
        places all paths, with ``;`` between. All combinations are solved.
    table
        Rows of further figures: a CSV file, a data frame or a dict of columns, each a path, or ``scenario`` for names.
    workers, cluster
        Processes that find rows, this one included; or the address of a Dask scheduler whose workers do. Each side can
        run code on the other.
    resume, keep
        The result file of an earlier call, whose rows are gone on with; and a function that gets the rows so far.
    options
        Model, what may open, changed values, engine, limits and callbacks; see ``ModelOptions``.

    Raises
    ------
    InstanceError
        The instance is wrong, or over several years; all faults at once.
    UsageError
        An option is wrong, a figure does not exist, or model or engine cannot state the problem.

    Examples
    --------
    >>> import netdesign as nd
    >>> found = nd.sweep("tiny", {"volume_factor": [0.5, 1, 4]})
    >>> [(row.values, row.open_hubs) for row in found.rows]
    [([0.5], ['B']), ([1.0], ['B', 'D']), ([4.0], ['B', 'D', 'E'])]
    """
    from netdesign.analysis.sweep import sweep_values

    asked = given_of(instance)
    checked: CheckedCall[SweepCall, SweepDocument] = checked_call(
        SweepCall,
        asked,
        ONE_YEAR,
        options,
        resume=resume,
        keep=keep,
        cluster=cluster,
        over=partial(over_of, over),
        table=partial(table_of, table),
    )
    earlier, processes = checked.earlier(SweepDocument), _workers_of(workers, cluster)
    return answered(SweepAnswer, asked, checked, sweep_values, earlier, processes, checked.cluster)


def _workers_of(workers: int, cluster: str | None) -> int:
    """Return the number of processes.

    Raises
    ------
    UsageError
        It is none, or there is a cluster too.
    """
    number = whole_number("--workers", workers, 1, _MOST_WORKERS) or 1
    if cluster is not None and number != 1:
        message = "--workers and --cluster exclude each other; give one"
        raise UsageError(message)
    return number
