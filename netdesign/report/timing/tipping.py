"""The answer of ``netdesign tipping`` over years: what turns the first decision, and what plans cost at both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.sense.remarks import figure as number
from netdesign.report.sentences import unkept
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.timing.first_words import FirstWords, costs_words, first_text, plan_text, years_words
from netdesign.report.timing.sentences import proven_words
from netdesign.report.tipping_words import (
    DIGITS,
    distance,
    nearest_change,
    side,
    stopped_lines,
    unsound_lines,
    with_unit,
)
from netdesign.report.words import best_of, counted, money, short_name, time_line
from netdesign.solve.core.outcome import OPTIMAL_GAP, Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_tipping_document import StagedFigurePart, StagedPointPart, TimingTippingDocument
    from netdesign.results.years_parts import FirstDecisionPart


def timing_tipping_text(result: TimingTippingDocument, asked: AskedOverYears) -> str:
    """Return the whole answer as text; ``asked`` has what the result does not hold."""
    words = FirstWords(int(result.problem["first_year"]), asked.existing)
    tables = [*_ends_table(result), *_changes_table(result, words)]
    return render(timing_tipping_lines(result, asked), tables, time_line(result.times, {}))


def timing_tipping_lines(result: TimingTippingDocument, asked: AskedOverYears) -> list[str]:
    """Return the sentences that answer what turns the first decision."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No plan is permitted{unkept(asked.forbidding)}. Proven."]
    if result.best.first is None:
        return [f"{years_words(result)}: no plan was found before the search stopped.", *stopped_lines(result)]
    words = FirstWords(int(result.problem["first_year"]), asked.existing)
    plan, proof = best_of("plan", result.best.termination), proven_words(result.best)
    lines = [f"{years_words(result)}: the {plan} {costs_words(result)}; {proof}."]
    lines.append(f"Its first decision: {words.with_year(result.best.first)}.")
    lines += [*_verdict_lines(result, words), *_doubt_lines(result, words)]
    for one in result.figures:
        lines += unsound_lines("no plan is permitted", one.value, one.points)
    if result.figures:
        lines.append("What lies between two values that are solved is not looked at.")
    return [*lines, *stopped_lines(result)]


def _verdict_lines(result: TimingTippingDocument, words: FirstWords) -> Iterator[str]:
    """Yield what turns the first decision inside its range, the nearest to the present value first."""
    if not result.figures:
        return
    if len(result.figures) == 1 and not result.left_out:
        yield from _of_one(result.figures[0], words)
        return
    turning = sorted((one for one in result.figures if one.turns), key=distance)
    none = "Of what was looked at, no figure" if result.left_out else "No figure"
    none += " inside its range turns the first decision"
    names = "; ".join(f"{short_name(one.name)} ({_nearest(one, words)})" for one in turning)
    yield f"{none} but: {names}." if turning else f"{none}."


def _of_one(one: StagedFigurePart, words: FirstWords) -> Iterator[str]:
    name = short_name(one.name)
    span = f"{name} from {number(one.low)} to {with_unit(one.high, one)}"
    if one.turns is None:
        yield f"Of {span} not all was solved before the search stopped."
    elif not one.turns:
        proof = "each is proven" if _is_settled(one) else "not each is proven"
        yield f"The first decision is the same at all values of {span} that are solved; {proof}."
    else:
        stretches = list(_stretches(one))
        low, high, first = stretches[0]
        end = with_unit(high, one, DIGITS)
        where = f"at {end}" if low == high else f"from {number(low, DIGITS)} to {end}"
        begin = f"{words.with_year(first)} for {name} {where}"
        rest = [f"{words.short(f)} {_span(a, b)}" for a, b, f in stretches[1:]]
        whole = "; ".join([begin[0].upper() + begin[1:], *rest])
        proof = "each value that is solved is proven" if _is_settled(one) else "not each value is proven"
        yield f"{whole}; {proof}."


def _span(low: float, high: float) -> str:
    """Return values in words: one that alone is solved, or all from one to another."""
    return f"at {number(low, DIGITS)}" if low == high else f"from {number(low, DIGITS)} to {number(high, DIGITS)}"


def _stretches(one: StagedFigurePart) -> Iterator[tuple[float, float, FirstDecisionPart | None]]:
    """Yield where each first decision is best at the values solved: the least and the largest, and what it is."""
    begins = one.points[0].value
    for change in one.changes:
        yield begins, change.at_least, change.before
        begins = change.at_most
    yield begins, one.points[-1].value, one.points[-1].first


def _nearest(one: StagedFigurePart, words: FirstWords) -> str:
    if not one.changes:
        return words.short(one.points[0].first)
    change, is_over = nearest_change(one.changes, one.value)
    return f"{side(change, is_over=is_over)}: {words.short(change.after if is_over else change.before)}"


def _is_settled(one: StagedFigurePart) -> bool:
    return not any(_is_open(point) for point in one.points)


def _is_open(point: StagedPointPart) -> bool:
    """Return whether the gap at a point leaves open that another first decision is better."""
    return point.objective is not None and (point.gap is None or point.gap > OPTIMAL_GAP)


def _doubt_lines(result: TimingTippingDocument, words: FirstWords) -> Iterator[str]:
    """Yield where two first decisions are as good as each other, and where a gap leaves open which is best."""
    for one in result.figures:
        name = short_name(one.name)
        for point in one.points:
            at = f"{name} = {number(point.value, DIGITS)}"
            own = words.short(point.first)
            for other in point.as_good:
                cost = point.objective if point.objective is not None else other.objective
                # Only where a gap is open is the plan of a neighbour better than what the search has found.
                if _is_open(point) and other.objective < cost * (1.0 - OPTIMAL_GAP):
                    less = money(cost - other.objective)
                    known = words.short(other.first)
                    yield f"At {at} a plan is known that costs {less} less than the one found: {known}."
                else:
                    yield f"At {at} two are as good as each other, to 1e-6: {own}; {words.short(other.first)}."
        left = [point for point in one.points if _is_open(point)]
        if left:
            gap = max(point.gap if point.gap is not None else float("inf") for point in left)
            values = counted(len(left), "value")
            yield f"At {values} of {name} the gap, up to {gap:.2g}, leaves open which first decision is best."


def _ends_table(result: TimingTippingDocument) -> list[TextTable]:
    """Return what the best plan costs at both ends of each range, the widest first."""
    rows: list[tuple[float, list[str]]] = []
    for one in result.figures:
        at = {point.value: point.objective for point in one.points}
        if one.low not in at or one.high not in at:
            continue
        low, high = at[one.low], at[one.high]
        spread = 0.0 if low is None or high is None else abs(high - low)
        span = [short_name(one.name), number(one.low), number(one.value), number(one.high)]
        rows.append((spread, [*span, _cell(low), _cell(high), first_verdict_words(one)]))
    if not rows:
        return []
    header = ["figure", "low", "now", "high", "best at low", "best at high", "the first decision"]
    year = result.problem["first_year"]
    title = f"Best plan at both ends of {'each' if len(rows) > 1 else 'the'} range, EUR m discounted to {year}"
    ordered = [row for _, row in sorted(rows, key=lambda pair: -pair[0])]
    return [TextTable(title, header, ordered, frozenset({0, len(header) - 1}))]


def _cell(eur: float | None) -> str:
    if eur is None:
        return "-"
    return f"{eur / 1e6:,.2f}" if abs(eur) >= 1e4 else f"{eur / 1e6:z,.6f}"


def first_verdict_words(one: StagedFigurePart) -> str:
    """Return whether the first decision stays the same over a range, in a word or two."""
    if one.turns is None:
        return "not known"
    return "changes" if one.turns else "same where solved"


def _changes_table(result: TimingTippingDocument, words: FirstWords) -> list[TextTable]:
    rows = [
        [
            short_name(one.name),
            number(one.value),
            number(change.at_least, DIGITS),
            number(change.at_most, DIGITS),
            words.short(change.before),
            words.short(change.after),
        ]
        for one in sorted((one for one in result.figures if one.changes), key=distance)
        for change in one.changes
    ]
    if not rows:
        return []
    header = ["figure", "now", "between", "and", "first decision below", "above"]
    return [TextTable("Where the first decision changes", header, rows, frozenset({0, 4, 5}))]


def timing_tipping_records(result: TimingTippingDocument) -> list[dict[str, object]]:
    """Return one record for each value that was solved, for CSV and tables."""
    return [
        {
            "figure": one.name,
            "unit": one.unit,
            "low": one.low,
            "high": one.high,
            "now": one.value,
            "turns": one.turns,
            "value": point.value,
            "first_decision": first_text(point.first),
            "as_good": " or ".join(first_text(other.first) for other in point.as_good),
            "plan": plan_text(result.plans, point.plan),
            "termination": point.termination.value,
            "objective": point.objective,
            "bound": point.bound,
            "gap": point.gap,
            "reason": point.reason,
        }
        for one in result.figures
        for point in one.points
    ]


def timing_tipping_csv(result: TimingTippingDocument) -> str:
    """Return CSV text with one row for each value that was solved."""
    records = timing_tipping_records(result)
    header = list(records[0]) if records else ["figure", "value", "first_decision"]
    return to_csv(header, [list(record.values()) for record in records])
