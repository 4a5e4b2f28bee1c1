"""The answer of ``netdesign tipping``: what the answer costs at both ends of each range, and what turns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.blocks import Objective
from netdesign.instance.sense.remarks import figure as number
from netdesign.report.hub_links import other_links_tables
from netdesign.report.sentences import unkept, users_model
from netdesign.report.sweep import MILLIONS_FROM
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.tipping_grid import grid_lines, grid_records, grid_tables
from netdesign.report.tipping_words import (
    DIGITS,
    distance,
    nearest_change,
    side,
    stopped_lines,
    unsound_lines,
    with_unit,
)
from netdesign.report.words import measure_of, name_of, network_name, objective_of, short_name, time_line, why_none
from netdesign.results.tipping_document import TippingMethod
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.sentences import Asked
    from netdesign.results.tipping_document import FigurePart, PointPart, TippingDocument


def tipping_text(result: TippingDocument, asked: Asked) -> str:
    """Return the whole answer as text; ``asked`` has options of the call that the result does not hold."""
    tables = [*_tornado(result), *_changes_table(result), *other_links_tables(result), *grid_tables(result.grid)]
    return render(tipping_lines(result, asked), tables, time_line(result.times, {}))


def tipping_lines(result: TippingDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer what turns the verdict."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No permitted network is feasible{unkept(asked.forbidding)}; proven."]
    if result.best is None:
        return ["No network was found before the search stopped.", *stopped_lines(result)]
    measure, best = measure_of(result), result.best
    is_proven = best.termination is Termination.OPTIMAL
    value = f"{measure.text(best.objective)}{measure.per}"
    lines = [f"The best network is {name_of(best)}, {value}; {'proven' if is_proven else 'the best found so far'}."]
    lines += [*_verdict_lines(result), *_how_lines(result), *grid_lines(result.grid), *stopped_lines(result)]
    file = users_model(result)
    return [*lines, f"All this is proven of the model {file}; the referee has priced the plans."] if file else lines


def _verdict_lines(result: TippingDocument) -> Iterator[str]:
    """Yield what turns the verdict inside its range, the nearest to the present value first."""
    if not result.figures:
        return
    turning = sorted((one for one in result.figures if one.turns), key=distance)
    if len(result.figures) == 1 and not result.left_out:
        yield from _of_one(result.figures[0])
        return
    none = "Of what was looked at, no figure" if result.left_out else "No figure"
    none += " inside its range turns the verdict"
    names = ", ".join(f"{short_name(one.name)} ({_nearest(one)})" for one in turning)
    yield f"{none} but: {names}." if turning else f"{none}."


def _of_one(one: FigurePart) -> Iterator[str]:
    span = f"{short_name(one.name)} from {number(one.low)} to {with_unit(one.high, one)}"
    if one.method is TippingMethod.NO_EFFECT:
        yield f"Nothing depends on {span}; proven."
    elif one.turns is None:
        yield f"Of {span} not all was solved before the search stopped."
    elif not one.turns:
        how = "proven for all values" if one.is_proven else "solved at both ends"
        yield f"The best network is the same for {span}; {how}."
    else:
        how = "proven for all values" if one.is_proven else "each value that is solved is proven"
        parts = "; ".join(
            f"{number(low, DIGITS)} to {number(high, DIGITS)}: {_name(hubs)}" for low, high, hubs in stretches(one)
        )
        yield f"The best network for {span}: {parts}; {how}."
        none = [point.value for point in one.points if point.termination is Termination.INFEASIBLE]
        if none:
            nearest = min(none, key=lambda value: abs(value - one.value))
            yield f"Where none is feasible, {why_none([one.name], [nearest])}"


def _how_lines(result: TippingDocument) -> Iterator[str]:
    """Yield which figures were looked at value by value, and which have no effect."""
    idle = [short_name(one.name) for one in result.figures if one.method is TippingMethod.NO_EFFECT]
    if idle and len(result.figures) > 1:
        yield f"Nothing depends on: {', '.join(idle)}; proven."
    for one in result.figures:
        yield from unsound_lines("no network is feasible", one.value, one.points)
    by_value = [one for one in result.figures if one.method is TippingMethod.BISECTION]
    if by_value:
        names = ", ".join(short_name(one.name) for one in by_value)
        yield f"Solved at single values, while what lies between these is not looked at: {names}."


def stretches(one: FigurePart) -> list[tuple[float, float, list[str]]]:
    """Return where each network is best, as far as that is known: the least and the largest value, and its hubs."""
    found, begins = [], one.low
    for change in one.changes:
        found.append((begins, change.at_least, change.before))
        begins = change.at_most
    last = one.changes[-1].after if one.changes else (one.points[-1].open_hubs if one.points else [])
    return [*found, (begins, one.high, last)]


def _nearest(one: FigurePart) -> str:
    """Return the nearest change to the present value, with the network that is best beyond it."""
    if not one.changes:
        return _name(one.points[0].open_hubs) if one.points else "-"
    change, is_over = nearest_change(one.changes, one.value)
    hubs = change.after if is_over else change.before
    return f"{side(change, is_over=is_over)}: {_name(hubs)}"


def _name(hubs: list[str]) -> str:
    return network_name(hubs) or "none is feasible"


def _ends(one: FigurePart) -> tuple[PointPart, PointPart] | None:
    """Return the points at both ends of the range, where they are solved."""
    low = next((point for point in one.points if point.value == one.low), None)
    high = next((point for point in one.points if point.value == one.high), None)
    return None if low is None or high is None else (low, high)


def _tornado(result: TippingDocument) -> list[TextTable]:
    """Return the cost of the best and of today's network at both ends of each range, the widest first."""
    found = [(one, ends) for one in result.figures if (ends := _ends(one)) is not None]
    if not found:
        return []
    found.sort(key=lambda pair: -_spread(pair[1]))
    measure = measure_of(result)
    costs = [point.objective or 0.0 for _, ends in found for point in ends]
    in_millions = objective_of(result) is Objective.COST and max(costs) >= MILLIONS_FROM

    def cell(value: float | None) -> str:
        return measure.cell(value) if value is None or not in_millions else f"{value / 1e6:z,.2f}"

    has_today = result.today is not None
    header = ["figure", "low", "now", "high", "best at low", "best at high"]
    header += [*(["today's at low", "today's at high"] if has_today else []), "the best network"]
    rows = []
    for one, (low, high) in found:
        row = [short_name(one.name), number(one.low), number(one.value), number(one.high)]
        row += [cell(low.objective), cell(high.objective)]
        if has_today:
            row += [cell(end.objective if end else None) for end in (one.today_low, one.today_high)]
        rows.append([*row, verdict_words(one)])
    of_cost = "EUR m a year" if in_millions else "EUR a year"
    unit = of_cost if objective_of(result) is Objective.COST else measure.row
    which = "Best network and today's" if has_today else "Best network"
    title = f"{which} at both ends of {'each' if len(result.figures) > 1 else 'the'} range, {unit}"
    return [TextTable(title, header, rows, frozenset({0, len(header) - 1}))]


def verdict_words(one: FigurePart) -> str:
    """Return whether the best network stays the same over a range, in a word or two."""
    if one.turns is None:
        return "not known"
    if one.turns:
        return "changes"
    return "stays" if one.is_proven else "same where solved"


def _spread(ends: tuple[PointPart, PointPart]) -> float:
    low, high = (point.objective for point in ends)
    return 0.0 if low is None or high is None else abs(high - low)


def _changes_table(result: TippingDocument) -> list[TextTable]:
    rows = [
        [
            short_name(one.name),
            number(one.value),
            number(change.at_least, DIGITS),
            "" if change.at_least == change.at_most else number(change.at_most, DIGITS),
            _name(change.before),
            _name(change.after),
        ]
        for one in sorted((one for one in result.figures if one.changes), key=distance)
        for change in one.changes
    ]
    if not rows:
        return []
    header = ["figure", "now", "at", "or up to", "best below", "best above"]
    return [TextTable("Where the best network changes", header, rows, frozenset({0, 4, 5}))]


def tipping_records(result: TippingDocument) -> list[dict[str, object]]:
    """Return one record for each value that was solved, for CSV and tables; one for a figure without effect."""
    if result.grid is not None:
        return grid_records(result.grid)
    records = []
    for one in result.figures:
        figure: dict[str, object] = {
            "figure": one.name,
            "unit": one.unit,
            "low": one.low,
            "high": one.high,
            "now": one.value,
            "method": one.method.value,
            "is_proven": one.is_proven,
            "turns": one.turns,
        }
        today = {one.low: one.today_low, one.high: one.today_high}
        for point in one.points:
            here = today.get(point.value)
            records.append(
                figure
                | {
                    "value": point.value,
                    "open_hubs": "+".join(point.open_hubs),
                    "termination": point.termination.value,
                    "objective": point.objective,
                    "bound": point.bound,
                    "others_bound": point.others_bound,
                    "today_objective": None if here is None else here.objective,
                }
            )
        if not one.points:
            names = ("value", "open_hubs", "termination", "objective", "bound", "others_bound", "today_objective")
            records.append(figure | dict.fromkeys(names))
    return records


def tipping_csv(result: TippingDocument) -> str:
    """Return CSV text with one row for each value that was solved."""
    records = tipping_records(result)
    header = list(records[0]) if records else ["figure", "value", "open_hubs"]
    return to_csv(header, [list(record.values()) for record in records])
