"""``check`` and ``verify``, and the answers of these and of ``compare``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from netdesign.analysis.call import Call
from netdesign.analysis.further_columns import NO_FURTHER
from netdesign.analysis.problem import reading_notes, threshold_note
from netdesign.api.checked import is_on, path_of, together
from netdesign.api.given import given_of
from netdesign.api.keywords import SearchOptions, in_words_of_python
from netdesign.api.options import guarded_listener, overrides, watch_of
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
from netdesign.solve.core.outcome import silent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from threading import Event

    from netdesign.analysis.check import Checked
    from netdesign.analysis.compare import ComparisonRow
    from netdesign.analysis.compare_further import BestNetwork
    from netdesign.analysis.further_columns import FurtherColumns
    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer, TimingAnswer
    from netdesign.api.explain import ExplainAnswer
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.given import Given
    from netdesign.api.instance import Instance
    from netdesign.api.keywords import Listener, Values
    from netdesign.api.stress import StressAnswer
    from netdesign.api.sweep import SweepAnswer
    from netdesign.api.timing_alternatives import TimingAlternativesAnswer
    from netdesign.api.timing_stress import TimingStressAnswer
    from netdesign.api.timing_tipping import TimingTippingAnswer
    from netdesign.api.tipping import TippingAnswer
    from netdesign.results.result_file import Document

    AnyInstance = Instance | Given | str | Path
    AnyResult: TypeAlias = (
        SolveAnswer
        | AlternativesAnswer
        | ExplainAnswer
        | TippingAnswer
        | SweepAnswer
        | StressAnswer
        | FrontierAnswer
        | TimingAnswer
        | TimingAlternativesAnswer
        | TimingTippingAnswer
        | TimingStressAnswer
        | str
        | Path
    )


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


@dataclass(frozen=True)
class VerifyAnswer:
    """Whether a result is true.

    Parameters
    ----------
    contradictions
        Statements of the result that are false; empty where all are true.
    proofs
        Sentences on what was proven again.
    is_proven
        Whether all bounds were proven again; None without ``prove``.
    has_plan
        Whether the result has a plan.
    is_by_another
        Whether another engine proved them than the one that answered, as far as ``prove`` was asked for.
    unchecked
        What a result states without a plan that could be priced, and only ``prove`` solves again; empty if nothing.
    command
        Of which command it is a result.
    """

    contradictions: tuple[str, ...]
    proofs: tuple[str, ...] = ()
    is_proven: bool | None = None
    has_plan: bool = True
    is_by_another: bool = True
    unchecked: tuple[str, ...] = ()
    command: str = "solve"

    @property
    def exit_code(self) -> ExitCode:
        """The exit code with which the command ends."""
        if self.contradictions:
            return ExitCode.CONTRADICTED
        return ExitCode.STOPPED_WITHOUT_PLAN if self.is_proven is False else ExitCode.ANSWERED

    def __bool__(self) -> bool:
        """Return whether nothing is contradicted."""
        return not self.contradictions


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


@in_words_of_python
def verify(
    instance: AnyInstance,
    result: AnyResult,
    *,
    prove: bool = False,
    time_limit: float | None = None,
    listen: Listener = silent,
    stop: Event | None = None,
) -> VerifyAnswer:
    """Price the plans of a result again from the instance, as ``netdesign verify`` does.

    Parameters
    ----------
    instance
        The instance that was solved, before any change; the result records the changes.
    result
        An answer, or the path of a result file.
    prove
        Whether to prove the bounds again with another engine.
    time_limit, listen, stop
        Limit and callbacks of these proofs; see ``SearchOptions``.

    Raises
    ------
    InstanceError, UsageError
        The instance cannot be read with the recorded options, or the file is no result.
    ContradictionError
        The instance is not the one that was solved.

    Examples
    --------
    >>> import netdesign as nd
    >>> bool(nd.verify("tiny", nd.solve("tiny")))
    True
    """
    from netdesign.analysis.verify import verify as verified
    from netdesign.api.answers import RecordedAnswer
    from netdesign.results.result_file import read_any

    asked = given_of(instance)
    search: SearchOptions = {"time_limit": time_limit, "listen": listen, "stop": stop}
    watch, is_asked, path = together(
        partial(watch_of, search),
        partial(is_on, "--prove", prove),
        lambda: None if isinstance(result, RecordedAnswer) else path_of("result", result),
    )
    document = result.document if isinstance(result, RecordedAnswer) else read_any(path)
    found, prove_again = verified(asked.named, document)
    is_proven: bool | None = None
    if is_asked and not found.contradictions:
        with guarded_listener(watch, listen) as guarded:
            found = prove_again(watch, guarded)
        is_proven = not found.contradictions and not watch.is_over
    return VerifyAnswer(
        found.contradictions,
        found.proofs,
        is_proven,
        document.has_plan,
        found.is_by_another,
        () if is_proven else _without_a_plan(document),
        document.COMMAND,
    )


def _without_a_plan(document: Document) -> tuple[str, ...]:
    """Return what a result states without a plan that could be priced."""
    from netdesign.results.document import ResultDocument

    if isinstance(document, ResultDocument) and document.linear is not None:
        return ("what it would cost by the tonne",)
    return ()
