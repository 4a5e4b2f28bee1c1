"""Find the best network for each combination of values of some figures, in this process and in helpers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from netdesign.analysis.listeners import NO_LISTENERS, Keeping, Listeners
from netdesign.analysis.moved import MovedProblem
from netdesign.analysis.problem import source_named
from netdesign.analysis.read_question import contradictions_of, read_question
from netdesign.analysis.stated_result import StatedResult
from netdesign.analysis.sweep_call import figures_now
from netdesign.analysis.sweep_jobs import Batches, RowSetup
from netdesign.analysis.sweep_rows import FoundRow, RowFinder, with_places
from netdesign.analysis.workers import helpers
from netdesign.errors import UsageError
from netdesign.results.sweep_document import SweepDocument, SweptFigurePart
from netdesign.results.sweep_plans import PlansOfRows, RowPlan
from netdesign.results.tipping_plans import plan_of_part
from netdesign.solve.core.outcome import Progress, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.read_question import ReadQuestion
    from netdesign.analysis.sweep_call import FigureNow, SweepCall
    from netdesign.analysis.swept_figures import Combination
    from netdesign.instance.published.reading import Named
    from netdesign.results.resuming import EarlierResult
    from netdesign.results.row_parts import PlanAtPointPart, SweepRowPart
    from netdesign.solve.core.limits import Watch


def sweep_values(
    name_or_path: Named,
    call: SweepCall,
    watch: Watch,
    listeners: Listeners[SweepDocument] = NO_LISTENERS,
    earlier: EarlierResult[SweepDocument] | None = None,
    workers: int = 1,
    cluster: str | None = None,
) -> tuple[SolveProblem, SweepDocument]:
    """Read a problem and find the best network for each combination of values.

    Parameters
    ----------
    name_or_path, call
        The instance, and the options of the call.
    watch, listeners
        Limits, and functions that are called during the search.
    earlier
        Result of an earlier call to go on from, or None.
    workers
        Number of processes, this one included.
    cluster
        Address of a Dask scheduler whose workers help instead, or None.

    Raises
    ------
    InstanceError, UsageError
        The problem cannot be read, an engine cannot state it, an option contradicts it; the earlier call had another;
        or the instance is not sound with any combination.
    ContradictionError
        What the earlier call left is false.
    SolverError
        A defect.
    """
    combinations = call.combinations
    # One row is not shared.
    processes, own_cluster = (workers, cluster) if len(combinations) > 1 else (1, None)
    with helpers(processes, own_cluster, partial(listeners.notify, watch), "rows are found") as shared:
        contradicted = partial(_contradicted, name_or_path, call)
        read = read_question(name_or_path, call, watch, listeners.progress, earlier, contradicted)
        if cluster is not None and read.problem.has_users_model:
            message = "--cluster: workers have no model file of one's own; leave one of the two out"
            raise UsageError(message)
        figures = figures_now(name_or_path, call)
        listeners.tell(read.problem)
        moved = MovedProblem(name_or_path, call, read.problem, read.question)
        answer = _Answer(figures, combinations, read, RowFinder(moved, call.figures))
        listeners.begin(answer.document())
        if earlier is not None:
            answer.go_on_from(earlier.document)
        keep = Keeping(listeners, answer.document) if listeners.keeps else None

        def batches(finder: RowFinder) -> Batches:
            setup = b"" if shared is None else _setup(name_or_path, call, finder)
            return Batches(finder, shared, setup, workers)

        with contradictions_of(earlier):
            answer.search(batches, keep)
    return read.problem, answer.document()


def _setup(name_or_path: Named, call: SweepCall, finder: RowFinder) -> bytes:
    """Return what helpers need."""
    source = source_named(name_or_path, replace(call, overrides=()))
    own = replace(call, over=(), table=None)
    return RowSetup(source, own, call.figures, finder.watch.limits, finder.start).pickled()


def _contradicted(
    name_or_path: Named, call: SweepCall, document: SweepDocument, problem: SolveProblem
) -> Iterator[str]:
    # Imported on use: few calls go on from an earlier one.
    from netdesign.analysis.verify_sweep import contradicted_sweep

    return contradicted_sweep(StatedResult(name_or_path, document, problem, call))


class _Answer:
    """What is found so far, and the document that states it."""

    def __init__(
        self, figures: Sequence[FigureNow], combinations: list[Combination], read: ReadQuestion, finder: RowFinder
    ) -> None:
        self._figures, self._combinations, self._read, self._finder = figures, combinations, read, finder
        self._watch = finder.watch
        self._present: FoundRow | None = None
        self._found: dict[Combination, FoundRow] = {}
        self._parts: dict[tuple[object, ...], PlanAtPointPart] = {}

    def go_on_from(self, earlier: SweepDocument) -> None:
        """Take over the rows of an earlier call."""
        instance = self._read.question.instance

        def found(row: SweepRowPart) -> FoundRow:
            todays = None if row.today is None else row.today.plan
            plans = (None if place is None else earlier.plans[place] for place in (row.plan, todays))
            return FoundRow(row, *(None if part is None else RowPlan.of_part(part, instance) for part in plans))

        present, rows = earlier.present, {(row.scenario or "", *row.values): row for row in earlier.rows}
        if present is not None:
            self._present = found(present)
            if present.plan is not None:
                self._finder.start = plan_of_part(earlier.plans[present.plan], instance)
        for combination in self._combinations:
            row = rows.get((combination.scenario, *combination.values))
            if row is not None:
                self._found[combination] = found(row)

    def search(self, make_batches: Callable[[RowFinder], Batches], keep: Callable[[], None] | None) -> None:
        """Find the row at the present values, then all others.

        Parameters
        ----------
        make_batches
            Returns what finds rows, once the finder has a plan to begin with.
        keep
            Called whenever more is found; None where nobody asks.

        Raises
        ------
        UsageError
            The instance is not sound with any combination.
        """
        if self._present is None:
            self._present = self._finder.present()
        if self._present is None:
            return
        waiting = [one for one in self._combinations if one not in self._found]
        batches = make_batches(self._finder)
        while waiting and not self._watch.is_over:
            batch = batches.found(waiting)
            waiting = waiting[len(batch) :]
            self._found |= {one: row for one, row in batch.items() if row is not None}
            self._tell()
            if keep is not None:
                keep()
        reasons = [row.part.reason for row in self._found.values() if not row.part.is_solved]
        if len(reasons) == len(self._combinations):
            message = f"no combination can be solved; with the first: {reasons[0]}"
            raise UsageError(message)

    def _tell(self) -> None:
        done, total = len(self._found), len(self._combinations)
        task = f"{done:,} of {total:,} combinations"
        self._read.question.listen(Progress(self._watch.elapsed_s, None, None, task, part=done / total))

    def document(self) -> SweepDocument:
        """Return the result."""
        plans = PlansOfRows(self._read.question.instance, self._parts)
        present = None if self._present is None else with_places(self._present, plans)
        rows = [with_places(self._found[one], plans) for one in self._combinations if one in self._found]
        total_s, read_s = self._read.total_s, self._read.read_s
        times = {"read_s": read_s, "search_s": total_s - read_s, "total_s": total_s}
        figures = [SweptFigurePart(name=one.name, unit=one.unit, value=one.value) for one in self._figures]
        left = len(self._combinations) - len(rows)
        return SweepDocument(
            **self._read.recorded,
            **of_rows(present, rows, left, self._watch.ending),
            figures=figures,
            present=present,
            rows=rows,
            left=left,
            plans=plans.parts,
            times={name: round(seconds, 6) for name, seconds in times.items()},
        )


def of_rows(
    present: SweepRowPart | None, rows: Sequence[SweepRowPart], left: int, stopped: Termination
) -> dict[str, Any]:
    """Return the fields of a result that follow from its rows.

    Parameters
    ----------
    present, rows
        At the present values, and with others.
    left
        Number of combinations without a row.
    stopped
        Why there are some, where there are.
    """
    figures = {name: getattr(present, name, None) for name in ("objective", "bound", "gap")}
    return figures | {"termination": stopped if left else _ending(rows)}


def _ending(rows: Sequence[SweepRowPart]) -> Termination:
    if not any(row.plan is not None for row in rows):
        return Termination.INFEASIBLE
    endings = {row.termination for row in rows}
    worst = (Termination.SIZE_LIMIT, Termination.GAP_REACHED)
    return next((one for one in worst if one in endings), Termination.OPTIMAL)
