"""The answer of ``netdesign alternatives`` over years: which first decisions are near the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.margin import Margin
from netdesign.report.alternatives import closing_lines, wider
from netdesign.report.sentences import unkept
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.timing.first_words import FirstWords, costs_words, first_text, plan_text, years_words
from netdesign.report.timing.sentences import TREE, proven_words
from netdesign.report.words import best_of, difference, ending_of_best, listed, money, time_line
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.timing_alternatives_document import FirstConditionPart, TimingAlternativesDocument

_MOST_ROWS = 60
"""Most first decisions in a table; the result file lists all."""

_SAME = 0.5
"""EUR under which a difference is none."""


def timing_alternatives_text(result: TimingAlternativesDocument, asked: AskedOverYears) -> str:
    """Return the whole answer as text; ``asked`` has what the result does not hold."""
    lines = [*timing_alternatives_lines(result, asked), *closing_lines(result)]
    return render(lines, _list_table(result, _words(result, asked)), time_line(result.times, {}))


def timing_alternatives_lines(result: TimingAlternativesDocument, asked: AskedOverYears) -> list[str]:
    """Return the sentences that answer which first decisions are nearly as good, and what a condition costs."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No plan is permitted{unkept(asked.forbidding)}. Proven."]
    if not result.decisions:
        return [f"{years_words(result)}: no plan was found before the search stopped."]
    words, best = _words(result, asked), result.decisions[0]
    ending = ending_of_best(best, result.gap)
    proof = "proven" if ending == Termination.OPTIMAL else proven_words(result)
    lines = [f"{years_words(result)}: the {best_of('plan', ending)} {costs_words(result)}; {proof}."]
    lines.append(f"Its first decision: {words.with_year(best.first)}.")
    lines += _list_lines(result)
    if result.condition is not None:
        lines += _condition_lines(result.condition, result, words)
    return lines


def _words(result: TimingAlternativesDocument, asked: AskedOverYears) -> FirstWords:
    return FirstWords(int(result.problem["first_year"]), asked.existing)


def _list_lines(result: TimingAlternativesDocument) -> Iterator[str]:
    others = len(result.decisions) - 1
    number = {0: "No", 1: "One"}.get(others, str(others))
    found = f"{number} other first decision{'s' if others > 1 else ''}"
    if result.is_complete:
        have = "have plans" if others > 1 else "has a plan"
        only = "" if others == 0 else ", and none is missing"
        yield f"{found} {have} within {_within(result)} of it{only}; proven.{'' if others else f' {_next(result)}'}"
    else:
        yield f"{found} {'are' if others > 1 else 'is'} listed within {_within(result)} of it. {_missing(result)}"


def _next(result: TimingAlternativesDocument) -> str:
    """Return how far the next first decision is where none is within the margin."""
    if result.others_bound is None:
        return "No other is permitted."
    above = result.others_bound - (result.objective or 0.0)
    return f"The next has at least {money(above)} more: {wider(above, result.objective)}."


def _within(result: TimingAlternativesDocument) -> str:
    """Return the margin as ``1% (EUR 4.23 m)``."""
    margin = Margin.from_text(str(result.options["within"]))
    text = money((result.limit or 0.0) - (result.objective or 0.0))
    return f"{margin} ({text})" if margin.is_share else text


def _missing(result: TimingAlternativesDocument) -> str:
    """Return what the list may miss."""
    most, bound = result.options["most"], result.others_bound
    why = f"The list ends at --most {most}" if len(result.decisions) == most else "The list may miss some"
    if bound is None:
        return f"{why}: nothing is proven of the others."
    above = bound - (result.objective or 0.0)
    if above < -_SAME:
        return f"{why}: another may have {money(-above)} less than the best that was found."
    if above < _SAME:
        return f"{why}: no other is better than the best; proven."
    return f"{why}: others have at least {money(above)} more than the best; proven."


def _condition_lines(
    condition: FirstConditionPart, result: TimingAlternativesDocument, words: FirstWords
) -> Iterator[str]:
    what, best = _of_condition(condition, result), result.decisions[0]
    ending = ending_of_best(best, result.gap)
    if condition.termination is Termination.INFEASIBLE:
        yield f"No plan {what} is permitted; proven."
        return
    if condition.first is None or condition.difference is None:
        yield f"No plan {what} was found before the search stopped."
        return
    plan = best_of("plan", condition.termination)
    if condition.first == best.first:
        yield f"The {plan} {what} is the {best_of('', ending)} of all."
        return
    more = f"costs {money(abs(condition.difference))} {'more' if condition.difference > 0 else 'less'}"
    compared = "costs the same" if abs(condition.difference) < _SAME else more
    is_proven = condition.termination == ending == Termination.OPTIMAL
    proof = "proven" if is_proven else _between(condition)
    yield f"The {plan} {what} {compared}: {words.short(condition.first)}; {proof}."


def _of_condition(condition: FirstConditionPart, result: TimingAlternativesDocument) -> str:
    """Return a condition as ``that orders at BUD and not at WAW in 2026``."""
    not_at = listed(condition.not_ordered_at)
    if not condition.ordered_at:
        words = f"that does not order at {not_at}"
    else:
        words = f"that orders at {listed(condition.ordered_at)}" + (f" and not at {not_at}" if not_at else "")
    return f"{words} in {result.problem['first_year']}"


def _between(condition: FirstConditionPart) -> str:
    least, most = condition.difference_at_least, condition.difference_at_most
    low = "anything less" if least is None else money(least)
    high = "anything more" if most is None else money(most)
    return f"proven is a difference between {low} and {high}"


def _list_table(result: TimingAlternativesDocument, words: FirstWords) -> list[TextTable]:
    if not result.decisions:
        return []
    is_path, year = result.scenario != TREE, result.problem["first_year"]
    header = ["", f"first decision in {year}", "EUR", "above the best", *(["ordered later"] if is_path else [])]
    rows = [
        [
            str(place),
            words.short(one.first),
            f"{one.objective or 0.0:z,.0f}",
            difference(one.difference),
            *([_later(result, one.plan)] if is_path else []),
        ]
        for place, one in enumerate(result.decisions[:_MOST_ROWS], start=1)
    ]
    if len(result.decisions) > _MOST_ROWS:
        rows.append(["", f"and {len(result.decisions) - _MOST_ROWS} more", *[""] * (len(header) - 2)])
    title = f"First decisions, the best first, with the best plan of each, discounted to {year}"
    return [TextTable(title, header, rows, frozenset({1, *({4} if is_path else ())}))]


def _later(result: TimingAlternativesDocument, place: int | None) -> str:
    """Return what a plan along a path orders and closes after the first year."""
    whole, first = plan_text(result.plans, place), str(result.problem["first_year"])
    return " | ".join(part for part in whole.split(" | ") if not part.startswith(first))


def timing_alternatives_records(result: TimingAlternativesDocument) -> list[dict[str, object]]:
    """Return one record for each first decision, for CSV and tables."""
    return [
        {
            "place": place,
            "first_decision": first_text(one.first),
            "termination": one.termination.value,
            "objective": one.objective,
            "bound": one.bound,
            "gap": one.gap,
            "difference": one.difference,
            "plan": plan_text(result.plans, one.plan),
        }
        for place, one in enumerate(result.decisions, start=1)
    ]


def timing_alternatives_csv(result: TimingAlternativesDocument) -> str:
    """Return CSV text with one row for each first decision."""
    records = timing_alternatives_records(result)
    header = list(records[0]) if records else ["place", "first_decision"]
    return to_csv(header, [list(record.values()) for record in records])
