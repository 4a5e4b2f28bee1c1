"""What ``solve``, ``compare``, ``timing``, ``check`` and ``verify`` answer in Python."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.api.tables import Columns, html_list, html_table
from netdesign.io.output_file import check_spares, check_writable, save_result
from netdesign.report.answer import answer_text
from netdesign.report.comparison import comparison_records, comparison_text
from netdesign.report.sentences import answer_lines
from netdesign.report.summary import summary_records, summary_text
from netdesign.report.timing.answer import timing_text
from netdesign.report.timing.sentences import opening_lines
from netdesign.results.result_file import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.analysis.check import Checked
    from netdesign.analysis.compare import Configuration
    from netdesign.report.sentences import Asked
    from netdesign.results.document import NetworkPart, ResultDocument, StepPart, Verdict
    from netdesign.results.staged_document import NodePart, TimingDocument


def _columns(parts: Iterable[Any], model: type[Any]) -> Columns:
    """Return parts of a document as columns."""
    rows = [part.model_dump(mode="json") for part in parts]
    return Columns({name: [row[name] for row in rows] for name in model.model_fields})


class NetworkAnswer:
    """The best network with one number of hubs.

    Parameters
    ----------
    part
        All of it, as it stands in a result file.

    Attributes
    ----------
    hubs
        Ids of the open hubs, existing ones included; empty without a plan.
    number
        How many hubs were asked for, existing ones counted.
    permitted
        False for today's network where more hubs are asked for.
    termination
        Why the search stopped.
    objective, bound
        In the unit of the problem's objective; None where there is no plan, or nothing is proven.
    gap
        Relative; None without a plan.
    costs, service, carbon, runner_up
        Parts of the result file; None without a plan.
    """

    def __init__(self, part: NetworkPart) -> None:
        self.part = part
        self.hubs: tuple[str, ...] = tuple(part.plan.open_hubs) if part.plan else ()
        self.number, self.permitted, self.termination = part.hubs, part.permitted, part.termination
        self.objective, self.bound, self.gap = part.objective, part.bound, part.gap
        self.costs, self.service, self.carbon, self.runner_up = part.costs, part.service, part.carbon, part.runner_up

    @property
    def routes(self) -> Columns:
        """Routes in use; no rows without a plan."""
        from netdesign.results.document import Routes

        found = self.part.plan.routes.model_dump() if self.part.plan else {name: [] for name in Routes.model_fields}
        return Columns(found)

    @property
    def hub_loads(self) -> Columns:
        """What each open hub carries, t/year."""
        from netdesign.results.document import HubLoad

        return _columns(self.part.hub_loads, HubLoad)

    @property
    def lane_loads(self) -> Columns:
        """What each air lane carries, t/year."""
        from netdesign.results.document import LaneLoad

        return _columns(self.part.lane_loads, LaneLoad)

    def __repr__(self) -> str:
        value = "no plan" if self.objective is None else f"{self.objective:,.0f}"
        return f"<Network {','.join(self.hubs) or f'of {self.number} hubs'}: {value}, {self.termination.value}>"


class _Kept:
    """What answers with a result file have in common.

    Attributes
    ----------
    document
        All of it, as it stands in the file.
    termination
        Why the search stopped.
    objective, bound, gap
        Of the best plan; None where there is none, or nothing is proven.
    warnings
        What is odd about the instance without being wrong.
    """

    document: ResultDocument | TimingDocument

    def _keep(self, document: ResultDocument | TimingDocument, files: tuple[Path, ...]) -> None:
        self.termination = document.termination
        self.objective, self.bound, self.gap = document.objective, document.bound, document.gap
        self.warnings = tuple(document.instance.warnings)
        self._files = files

    def to_json(self) -> str:
        """Return the text of the result file."""
        return to_json(self.document)

    def to_dict(self) -> dict[str, Any]:
        """Return the result file as plain data."""
        return self.document.model_dump(mode="json")

    def save(self, path: str | Path) -> None:
        """Write the result file; a better answer to the same question stays, and a warning says so.

        Parameters
        ----------
        path
            Of the file, in a folder that exists; it may be no file of the instance.

        Raises
        ------
        UsageError
            It cannot be written.
        """
        file = Path(path)
        check_writable(file)
        if file.exists():
            folders = {found.parent for found in self._files}
            check_spares(file, self._files, folders.pop() if len(folders) == 1 else None)
        note = save_result(file, self.document)
        if note is not None:
            warnings.warn(note, stacklevel=2)


class SolveAnswer(_Kept):
    """Whether a further hub pays, and where; ``document`` is all of it, as it stands in a result file.

    Parameters
    ----------
    document
        The result.
    notes
        What is only to be known.
    asked
        What the call asks for.
    files
        Of the instance.
    """

    def __init__(self, document: ResultDocument, notes: tuple[str, ...], asked: Asked, files: tuple[Path, ...]) -> None:
        self.document: ResultDocument = document
        self.notes = notes
        self.networks = tuple(map(NetworkAnswer, document.networks))
        self._keep(document, files)
        self._asked = asked

    @property
    def best(self) -> NetworkAnswer | None:
        """The best permitted network; None without a plan."""
        plan = self.document.plan
        return next((one for one in self.networks if one.permitted and plan and one.part.plan == plan), None)

    @property
    def steps(self) -> list[StepPart]:
        """Whether each further hub pays."""
        return self.document.steps

    @property
    def verdict(self) -> Verdict | None:
        """Whether the first further hub pays, as far as the bounds prove it; None where no number was left open."""
        return self.steps[0].verdict if self.steps else None

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        return tuple(line.strip() for line in answer_lines(self.document, self._asked))

    def __repr__(self) -> str:
        return f"<SolveAnswer {self.document.instance.name}: {self.best or self.termination}>"

    def __str__(self) -> str:
        return answer_text(self.document, self._asked)

    def _repr_html_(self) -> str:
        header = ["hubs", "objective", "bound", "ended"]
        rows = [
            [", ".join(one.hubs) or one.number, _amount(one.objective), _amount(one.bound), one.termination.value]
            for one in self.networks
        ]
        title = f"solve {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + html_table(header, rows)


class TimingAnswer(_Kept):
    """Which year and size; ``document`` is all of it, as it stands in a result file."""

    def __init__(
        self, document: TimingDocument, notes: tuple[str, ...], forbidding: list[str], files: tuple[Path, ...]
    ) -> None:
        self.document: TimingDocument = document
        self.notes = notes
        self._keep(document, files)
        self._forbidding = forbidding

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        return tuple(line.strip() for line in opening_lines(self.document, self._forbidding))

    @property
    def nodes(self) -> list[NodePart]:
        """Plan and cost by year, or by node of the tree; empty without a plan."""
        return self.document.nodes

    @property
    def orders(self) -> Columns:
        """What is ordered where and when; ``branch`` is empty where there is no tree."""
        names = ("branch", "year", "hub", "module", "count")
        orders = [
            {"branch": node.branch, "year": node.year, **order.model_dump()}
            for node in self.nodes
            for order in node.orders
        ]
        return Columns({name: [order[name] for order in orders] for name in names})

    def __repr__(self) -> str:
        return f"<TimingAnswer {self.document.instance.name}: {_amount(self.objective)}, {self.termination}>"

    def __str__(self) -> str:
        return timing_text(self.document, self._forbidding)

    def _repr_html_(self) -> str:
        title = f"timing {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + self.orders._repr_html_()


def _amount(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


class CompareAnswer:
    """Configurations side by side, differences against the first.

    Parameters
    ----------
    rows
        One a configuration, in the order of the call.
    warnings, notes
        What is odd about the instance, and what is only to be known.
    """

    def __init__(self, rows: list[Configuration], warnings: tuple[str, ...], notes: tuple[str, ...]) -> None:
        self.rows, self.warnings, self.notes = rows, warnings, notes

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

    def __init__(self, found: Checked, notes: tuple[str, ...]) -> None:
        self.found, self.notes = found, notes

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd without being wrong."""
        return self.found.warnings

    @property
    def summary(self) -> dict[str, object]:
        """Counts and totals, as ``netdesign check --format json`` has them."""
        return summary_records(self.found) | {"warnings": list(self.warnings)}

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
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_proven: bool | None = None

    def __bool__(self) -> bool:
        """Whether nothing is contradicted."""
        return not self.contradictions
