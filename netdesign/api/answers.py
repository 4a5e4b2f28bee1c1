"""Answers of ``solve`` and ``timing``."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from netdesign.api.checked import path_of
from netdesign.api.keywords import in_words_of_python
from netdesign.api.tables import Columns, html_list, html_table
from netdesign.errors import ExitCode
from netdesign.instance.rows import SiteKind
from netdesign.io.output_file import check_spares, check_writable, save_result
from netdesign.report.answer import answer_csv, answer_text
from netdesign.report.sentences import answer_lines
from netdesign.report.words import number_of_hubs, share
from netdesign.results.document import HubLoad, LaneLoad, VehicleLoad
from netdesign.results.earlier_results import check_replaces_result
from netdesign.results.plan_document import CitiesPart, Routes, ScheduledServicePart
from netdesign.results.result_file import to_json
from netdesign.results.runner_up import runner_up_of_all
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from netdesign.report.sentences import Asked
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.document import NetworkPart, ResultDocument, RunnerUpPart, StepPart, Verdict
    from netdesign.results.result_file import Document
    from netdesign.results.staged_document import NodePart, TimingDocument


def _columns(parts: Iterable[Any], model: type[Any]) -> Columns:
    """Return parts of a document as columns; what the document may leave out is a column where it is there."""
    rows = [part.model_dump(mode="json") for part in parts]
    names = [
        field.alias or name
        for name, field in model.model_fields.items()
        if field.exclude_if is None or any(name in row for row in rows)
    ]
    return Columns({name: [row[name] for row in rows] for name in names})


class NetworkAnswer:
    """The best network with one number of hubs.

    Parameters
    ----------
    part
        The network of the result file.

    Attributes
    ----------
    hubs
        Ids of the open hubs and sorting centres, existing ones included; empty without a plan.
    sorting_centres
        Those of them that are sorting centres.
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
        self.sorting_centres = tuple(load.hub for load in part.hub_loads if load.kind is SiteKind.SORTING_CENTRE)
        self.number, self.permitted, self.termination = part.hubs, part.permitted, part.termination
        self.objective, self.bound, self.gap = part.objective, part.bound, part.gap
        self.costs, self.service, self.carbon, self.runner_up = part.costs, part.service, part.carbon, part.runner_up

    @property
    def routes(self) -> Columns:
        """Routes in use; no rows without a plan."""
        found = self.part.plan.routes.model_dump() if self.part.plan else {name: [] for name in Routes.model_fields}
        return Columns(found)

    @property
    def cities(self) -> Columns:
        """Which city is served from which hub, what it receives and what it sends; no rows without a plan."""
        found = self.part.plan and self.part.plan.cities
        return Columns(found.model_dump() if found else {name: [] for name in CitiesPart.model_fields})

    @property
    def hub_loads(self) -> Columns:
        """Volume of each open hub, t/year."""
        return _columns(self.part.hub_loads, HubLoad)

    @property
    def lane_loads(self) -> Columns:
        """Volume of each air lane, t/year."""
        return _columns(self.part.lane_loads, LaneLoad)

    @property
    def services(self) -> Columns:
        """Departures on each leg; no rows where the instance has no services."""
        return _columns((self.part.plan.services if self.part.plan else None) or [], ScheduledServicePart)

    @property
    def vehicle_loads(self) -> Columns:
        """Departures, fill and kilometres of each vehicle in use; no rows where the instance has no services."""
        return _columns(self.part.vehicle_loads or [], VehicleLoad)

    def __repr__(self) -> str:
        value = "no plan" if self.objective is None else f"{self.objective:,.0f}"
        name = ",".join(self.hubs) or f"of {number_of_hubs(self.number)}"
        return f"<Network {name}: {value}, {self.termination.value}>"


class RecordedAnswer:
    """Base of the answers that have a result file.

    Attributes
    ----------
    document
        The content of the result file.
    termination
        Why the search stopped.
    objective, bound, gap
        Figures of the best plan; None where there is none, or nothing is proven.
    warnings, notes
        Warnings about the instance, and notes on the call.
    """

    document: Document

    def _record(
        self,
        document: Document,
        notes: Iterable[str | None],
        files: tuple[Path, ...],
    ) -> None:
        self.termination = document.termination
        self.objective, self.bound, self.gap = document.objective, document.bound, document.gap
        self.warnings, self.notes = tuple(document.instance.warnings), tuple(filter(None, notes))
        self._files = files

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        if self.termination == Termination.INFEASIBLE:
            return ExitCode.INFEASIBLE
        if not self.document.has_plan:
            return ExitCode.STOPPED_WITHOUT_PLAN
        return ExitCode.STOPPED_WITH_PLAN if self._is_cut_short else ExitCode.ANSWERED

    @property
    def _is_cut_short(self) -> bool:
        return Termination(self.termination).is_limit

    def to_json(self) -> str:
        """Return the text of the result file."""
        return to_json(self.document)

    def to_dict(self) -> dict[str, Any]:
        """Return the result file as plain data."""
        return self.document.model_dump(mode="json")

    @in_words_of_python
    def save(self, path: str | Path) -> None:
        """Write the result file; a better answer to the same question is kept, with a warning.

        Parameters
        ----------
        path
            The file, in a folder that exists; an existing file must be a result, and no file of the instance.

        Raises
        ------
        UsageError
            The file cannot be written.
        """
        file = path_of("path", path)
        check_writable(file)
        if file.exists():
            folders = {found.parent for found in self._files}
            check_spares(file, self._files, folders.pop() if len(folders) == 1 else None)
            check_replaces_result(file, self.document.COMMAND)
        note = save_result(file, self.document)
        if note is not None:
            warnings.warn(note, stacklevel=2)


class SolveAnswer(RecordedAnswer):
    """Whether a further hub pays, and where; ``document`` is the content of the result file.

    Parameters
    ----------
    document
        The result.
    notes
        Notes on the call; None is skipped.
    asked
        The call's options on hubs.
    files
        Files of the instance.
    """

    def __init__(
        self, document: ResultDocument, notes: Iterable[str | None], asked: Asked, files: tuple[Path, ...]
    ) -> None:
        self.document: ResultDocument = document
        self.networks = tuple(map(NetworkAnswer, document.networks))
        self._record(document, notes, files)
        self._asked = asked

    @property
    def best(self) -> NetworkAnswer | None:
        """The best permitted network; None without a plan."""
        plan = self.document.plan
        return next((one for one in self.networks if one.permitted and plan and one.part.plan == plan), None)

    @property
    def runner_up(self) -> RunnerUpPart | None:
        """The second best of all permitted networks, of whatever number of hubs; None where it was not searched for."""
        return runner_up_of_all(self.document.networks, self._asked.existing)

    def text_with_cities(self) -> str:
        """Return the whole answer as text, with the hub of each city in each network."""
        return answer_text(self.document, self._asked, has_cities=True)

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

    def to_csv(self) -> str:
        """Return the networks as the command line writes them with ``--format csv``."""
        return answer_csv(self.document)

    def __repr__(self) -> str:
        return f"<SolveAnswer {self.document.instance.name}: {self.best or self.termination}>"

    def __str__(self) -> str:
        return answer_text(self.document, self._asked)

    def _repr_html_(self) -> str:
        header = ["hubs", "objective", "bound", "inside the deadline", "ended"]
        rows = [
            [
                ", ".join(one.hubs) or one.number,
                shown_amount(one.objective),
                shown_amount(one.bound),
                share(one.service.inside if one.service else None),
                one.termination.value,
            ]
            for one in self.networks
        ]
        title = f"solve {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + html_table(header, rows)


class TimingAnswer(RecordedAnswer):
    """Years and sizes of hubs to open; ``document`` is the content of the result file."""

    def __init__(
        self,
        document: TimingDocument,
        notes: Iterable[str | None],
        asked: AskedOverYears,
        files: tuple[Path, ...],
    ) -> None:
        self.document: TimingDocument = document
        self._record(document, notes, files)
        self._asked = asked

    @property
    def _is_cut_short(self) -> bool:
        return super()._is_cut_short or self.document.is_cut_short

    @property
    def sentences(self) -> tuple[str, ...]:
        """The answer in words, as the command line begins with them."""
        from netdesign.report.timing.sentences import opening_lines

        return tuple(line.strip() for line in opening_lines(self.document, self._asked.forbidding))

    @property
    def nodes(self) -> list[NodePart]:
        """Plan and cost by year, or by node of the tree; empty without a plan."""
        return self.document.nodes

    @property
    def orders(self) -> Columns:
        """Orders by hub and year; ``branch`` is empty where there is no tree."""
        names = ("branch", "year", "hub", "module", "count")
        orders = [
            {"branch": node.branch, "year": node.year, **order.model_dump()}
            for node in self.nodes
            for order in node.orders
        ]
        return Columns({name: [order[name] for order in orders] for name in names})

    def to_csv(self) -> str:
        """Return the plan as the command line writes it with ``--format csv``."""
        from netdesign.report.timing.answer import timing_csv

        return timing_csv(self.document)

    def __repr__(self) -> str:
        return f"<TimingAnswer {self.document.instance.name}: {shown_amount(self.objective)}, {self.termination}>"

    def __str__(self) -> str:
        from netdesign.report.timing.answer import timing_text

        return timing_text(self.document, self._asked)

    def _repr_html_(self) -> str:
        title = f"timing {self.document.instance.name}"
        return html_list(title, [*self.sentences, *self.notes]) + self.orders._repr_html_()


def shown_amount(value: float | None) -> str:
    """Return a figure for a table in a notebook."""
    return "-" if value is None else f"{value:z,.2f}"
