"""The answer of ``netdesign sweep``: the best network with each combination of values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from netdesign.instance.blocks import Objective
from netdesign.instance.sense.remarks import figure as number
from netdesign.report.sentences import unkept, users_model
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import (
    counted,
    measure_of,
    network_name,
    objective_of,
    share,
    short_name,
    time_line,
    tonnes,
    why_none,
)
from netdesign.results.part import RUNNING
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netdesign.report.sentences import Asked
    from netdesign.report.words import Measure
    from netdesign.results.row_parts import SweepRowPart
    from netdesign.results.sweep_document import SweepDocument

MILLIONS_FROM = 1e7
"""Costs from which a table has millions."""

_MOST_ROWS = 60
"""Most rows of the table; the result file and CSV have all."""

_MOST_NAMED = 6
"""Most networks that a sentence names."""

_DIGITS = 8
"""Of a value in the table."""


def sweep_text(result: SweepDocument, asked: Asked) -> str:
    """Return the whole answer as text; ``asked`` has options of the call that the result does not hold."""
    return render(sweep_lines(result, asked), _tables(result), time_line(result.times, {}))


def sweep_lines(result: SweepDocument, asked: Asked) -> list[str]:
    """Return the sentences that tell which network is best with which values."""
    measure = measure_of(result)
    lines = [*_present_lines(result, measure, asked), *network_lines(result.rows), *_reason_lines(result)]
    if result.left:
        why = "an interruption" if result.termination in (Termination.INTERRUPTED, RUNNING) else "the time limit"
        total = result.left + len(result.rows)
        left = f"{result.left:,} of {counted(total, 'combination')} {'is' if result.left == 1 else 'are'}"
        kept = "; with -o FILE, --resume goes on" if result.rows else ""
        lines.append(f"The search was ended by {why}: {left} left{kept}.")
    file = users_model(result)
    return [*lines, f"All this is proven of the model {file}; the referee has priced the plans."] if file else lines


def _present_lines(result: SweepDocument, measure: Measure, asked: Asked) -> Iterator[str]:
    present = result.present
    if present is None:
        yield "No network was found before the search stopped."
    elif present.plan is not None:
        value = f"{measure.text(present.objective)}{measure.per}"
        yield f"At the present values the best network is {_name(present, asked)}, {value}; {_how(present)}."
    elif present.termination is Termination.INFEASIBLE:
        yield f"At the present values no permitted network is feasible{unkept(asked.forbidding)}; proven."
    else:
        yield "At the present values no network was found."


def _name(row: SweepRowPart, asked: Asked) -> str:
    return network_name(row.open_hubs, asked.centres)


def _how(row: SweepRowPart) -> str:
    return "proven" if row.termination is Termination.OPTIMAL else "the best found so far"


def network_lines(rows: Sequence[SweepRowPart], what: str = "combination") -> Iterator[str]:
    """Yield how often each network is best.

    Parameters
    ----------
    rows
        Of the result.
    what
        Word for one of them.
    """
    planned = [row for row in rows if row.plan is not None]
    if not planned:
        return
    counts = Counter(tuple(row.open_hubs) for row in planned)
    names = [f"{network_name(hubs)} in {times:,}" for hubs, times in counts.most_common(_MOST_NAMED)]
    further = len(counts) - _MOST_NAMED
    if further > 0:
        names.append(f"{counted(further, 'other network')} in {sum(counts.values()) - _of_first(counts):,}")
    proven = sum(row.termination is Termination.OPTIMAL for row in planned)
    how = "each is proven" if proven == len(planned) else f"{proven:,} of them {'is' if proven == 1 else 'are'} proven"
    best = f"{counted(len(rows), what)}: {', '.join(names)}"
    yield f"{best}; {how}."


def _of_first(counts: Counter[tuple[str, ...]]) -> int:
    return sum(times for _, times in counts.most_common(_MOST_NAMED))


def _reason_lines(result: SweepDocument) -> Iterator[str]:
    return reason_lines(result.rows, [one.name for one in result.figures])


def reason_lines(rows: Sequence[SweepRowPart], figures: Sequence[str]) -> Iterator[str]:
    """Yield how many rows have no network, and why; they have values of the figures with these names."""
    without = [row for row in rows if row.plan is None]
    infeasible = [row for row in without if row.termination is Termination.INFEASIBLE]
    unsound = [row for row in without if not row.is_solved]
    open_ = len(without) - len(infeasible) - len(unsound)
    if infeasible:
        of_one = "" if len(infeasible) == 1 else "Of the first: "
        why = why_none(figures, infeasible[0].values)
        yield f"No network is feasible in {len(infeasible):,}; proven. {of_one}{why}"
    if unsound:
        reason = " ".join((unsound[0].reason or "").split())
        first = ", the first for this reason" if len(unsound) > 1 else ""
        yield f"{len(unsound):,} could not be solved{first}: {reason.removesuffix('.')}."
    if open_:
        yield f"No network was found in {open_:,}."


def _tables(result: SweepDocument) -> list[TextTable]:
    if not result.rows:
        return []
    measure = measure_of(result)
    costs = [row.objective for row in result.rows if row.objective is not None]
    is_cost = objective_of(result) is Objective.COST
    in_millions = is_cost and max(costs, default=0.0) >= MILLIONS_FROM

    def cell(value: float | None) -> str:
        return measure.cell(value) if value is None or not in_millions else f"{value / 1e6:z,.2f}"

    columns = dict(_columns(result, cell))
    kept = {name: cells for name, cells in columns.items() if any(text not in ("", "-") for text in cells)}
    shown = kept | {name: columns[name] for name in (short_name(one.name) for one in result.figures)}
    header = [name for name in columns if name in shown]
    rows = list(zip(*(columns[name] for name in header), strict=True))
    unit = ("EUR m a year" if in_millions else "EUR a year") if is_cost else measure.row
    title = f"Each combination, {unit}"
    if len(result.rows) > _MOST_ROWS:
        title = f"The first {_MOST_ROWS} of {len(result.rows):,} combinations, {unit}; --format csv and -o have all"
    words = frozenset(header.index(name) for name in ("scenario", "best network", "runner-up") if name in header)
    return [TextTable(title, header, rows, words)]


def _columns(result: SweepDocument, cell: Callable[[float | None], str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield heading and cells of each column of the table."""
    rows = result.rows[:_MOST_ROWS]
    yield "scenario", [row.scenario or "" for row in rows]
    for place, one in enumerate(result.figures):
        values = (row.values[place] for row in rows)
        yield short_name(one.name), ["-" if value is None else number(value, _DIGITS) for value in values]
    yield "best network", [network_name(row.open_hubs) or _without(row) for row in rows]
    yield "best", [cell(row.objective) for row in rows]
    is_proven = all(row.termination is Termination.OPTIMAL or row.plan is None for row in rows)
    yield "gap", ["" if is_proven or row.gap is None else f"{row.gap:.2%}" for row in rows]
    yield "today's", [cell(None if row.today is None else row.today.objective) for row in rows]
    yield "in time", [share(row.inside) for row in rows]
    yield "t CO2e", [tonnes(row.co2e_t_per_year) for row in rows]
    rivals = [row.runner_up for row in rows]
    yield "runner-up", ["" if one is None else network_name(one.open_hubs) for one in rivals]
    yield "its cost", [cell(None if one is None else one.objective) for one in rivals]


def _without(row: SweepRowPart) -> str:
    if row.termination is Termination.INFEASIBLE:
        return "none is feasible"
    return "not solved" if not row.is_solved else "none found"


def sweep_records(result: SweepDocument) -> list[dict[str, object]]:
    """Return one record for each row, for CSV and tables."""
    return row_records([one.name for one in result.figures], result.rows)


def row_records(figures: Sequence[str], rows: Sequence[SweepRowPart]) -> list[dict[str, object]]:
    """Return one record for each row, for CSV and tables.

    Parameters
    ----------
    figures
        Their names.
    rows
        With the values of these.
    """
    has_names = any(row.scenario is not None for row in rows)
    records = []
    for row in rows:
        named: dict[str, object] = {"scenario": row.scenario} if has_names else {}
        named |= dict(zip(figures, row.values, strict=True))
        today, second = row.today, row.runner_up
        records.append(
            named
            | {
                "open_hubs": "+".join(row.open_hubs),
                "hubs": row.hubs,
                "termination": str(row.termination),
                "reason": row.reason,
                "objective": row.objective,
                "bound": row.bound,
                "gap": row.gap,
                "inside": row.inside,
                "co2e_t_per_year": row.co2e_t_per_year,
                "today_objective": None if today is None else today.objective,
                "today_bound": None if today is None else today.bound,
                "runner_up_hubs": None if second is None else "+".join(second.open_hubs),
                "runner_up_objective": None if second is None else second.objective,
                "runner_up_bound": None if second is None else second.bound,
            }
        )
    return records


def sweep_csv(result: SweepDocument) -> str:
    """Return CSV text with one row for each combination."""
    records = sweep_records(result)
    header = list(records[0]) if records else [*(one.name for one in result.figures), "open_hubs", "objective"]
    return to_csv(header, [list(record.values()) for record in records])
