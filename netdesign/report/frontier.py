"""The answer of ``netdesign frontier``: what speed and carbon cost, network by network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.frontier_call import PART_AT_END, Measure
from netdesign.report.sentences import unkept
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import (
    amount,
    counted,
    difference,
    ended_line,
    money,
    name_of,
    share,
    time_line,
    tonnes,
    were,
)
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.sentences import Asked
    from netdesign.results.frontier_document import FrontierDocument, FrontierPointPart, FrontierSearchPart

_LEAST_GAP = 1e-4
"""Gaps under this are not told to the digit."""

_NEARLY = 0.5
"""Part of the price of an end at which it is one: the cheapest network may be found after the end was."""

_WORDS = {Measure.COST: "cost", Measure.TIME: "freight inside the deadline", Measure.CARBON: "carbon"}


def frontier_text(result: FrontierDocument, asked: Asked) -> str:
    """Return the whole answer as text; ``asked`` has options of the call that the result does not hold."""
    return render(
        frontier_lines(result, asked), [*_price_table(result), *_points_table(result)], time_line(result.times, {})
    )


def frontier_lines(result: FrontierDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer what speed and carbon cost."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No permitted network is feasible{unkept(asked.forbidding)}; proven."]
    if not result.points:
        return ["No network was found before the search stopped.", ended_line(result.termination)]
    lines = [*_cheapest(result), *_number(result), *_ends(result), *_between(result), *_of_cost(result)]
    if result.termination.is_limit:
        lines.append(_stopped(result))
    return lines


def measures_of(result: FrontierDocument) -> tuple[Measure, ...]:
    """Return what the points of a result are compared by."""
    return tuple(map(Measure, result.measures))


def inside_of(point: FrontierPointPart) -> float | None:
    """Return the share of freight with a deadline that is inside it."""
    return None if point.network.service is None else point.network.service.inside


def is_proven(point: FrontierPointPart) -> bool:
    """Return whether nothing beats a point by more than the gap of the call."""
    return not point.network.termination.is_limit


def _figures(point: FrontierPointPart, result: FrontierDocument) -> str:
    """Return what a point has of the measures beside the cost."""
    measures = measures_of(result)
    parts = [f"{share(inside_of(point))} inside the deadline"] if Measure.TIME in measures else []
    parts += [f"{tonnes(point.co2e_t_per_year)} t CO2e a year"] if Measure.CARBON in measures else []
    return " and ".join(parts)


def _cheapest(result: FrontierDocument) -> Iterator[str]:
    first = result.points[0]
    name, cost = name_of(first.network), money(first.network.objective)
    proven = "; proven" if is_proven(first) else "; the best found so far"
    yield f"The cheapest network is {name}, {cost} a year, with {_figures(first, result)}{proven}."


def _number(result: FrontierDocument) -> Iterator[str]:
    *words, last = (_WORDS[measure] for measure in measures_of(result))
    number, proven = len(result.points), sum(map(is_proven, result.points))
    if number == 1:
        how = "proven" if result.is_complete or _has_least(result) else "as far as it was looked at"
        yield f"Nothing better in {' and '.join([*words[1:], last])} is to be had for more cost; {how}."
        return
    what = f"{', '.join(words)} and {last}"
    if proven == number:
        yield f"{number} points were found that no permitted network beats in {what}; each is proven."
    else:
        yield (
            f"{number} points were found that none of them beats in {what}; of {proven} it is proven that no permitted "
            "network does, of the others the gap says how much less one may cost."
        )


def _has_least(result: FrontierDocument) -> bool:
    """Return whether the one point has nothing late and emits nothing, as far as these are measures."""
    point, measures = result.points[0], measures_of(result)
    late = point.late_t_per_year if Measure.TIME in measures else 0.0
    return late == 0 and (Measure.CARBON not in measures or point.co2e_t_per_year == 0)


def _ends(result: FrontierDocument) -> Iterator[str]:
    """Yield what most service and least carbon cost."""
    if len(result.points) == 1 or result.options["price_carbon"] is not None:
        return
    measures = measures_of(result)
    if Measure.TIME in measures:
        last = min(result.points, key=lambda point: (point.late_t_per_year, point.network.objective))
        at_most = "" if _is_end(result, last, "late") else " that was found"
        yield (
            f"Most freight inside the deadline{at_most} is {share(inside_of(last))}, with {name_of(last.network)}: "
            f"{_dearer(last)}{_each(last.eur_per_service_point, 'percentage point')}."
        )
    if Measure.CARBON in measures:
        last = min(result.points, key=lambda point: (point.co2e_t_per_year, point.network.objective))
        at_most = "" if _is_end(result, last, "carbon") else " that was found"
        yield (
            f"Least carbon{at_most} is {tonnes(last.co2e_t_per_year)} t CO2e a year, with {name_of(last.network)}: "
            f"{_dearer(last)}{_each(last.eur_per_t_co2e, 't CO2e')}."
        )


def _is_end(result: FrontierDocument, point: FrontierPointPart, name: str) -> bool:
    """Return whether it is proven that no network has less of a measure than a point, at a price that anybody pays.

    The bounds of a point only say that of networks that cost no more: it takes the search at the price of the end.
    """
    first = result.points[0]
    value = point.late_t_per_year if name == "late" else point.co2e_t_per_year
    # All of the freight that may be late, or what the cheapest network emits, is what the price of an end is of.
    promised = 0.0 if first.network.service is None else first.network.service.volume_t_per_year
    largest = promised if name == "late" else first.co2e_t_per_year
    if value <= 0 or result.is_complete:
        return True
    objective = point.network.objective or 0.0
    for search in result.searches:
        price = search.late_price_eur_per_t if name == "late" else search.carbon_price_eur_per_t
        limits = search.most_late_t_per_year, search.most_co2e_t_per_year
        is_at_end = price * largest >= _NEARLY * PART_AT_END * (first.network.objective or 0.0)
        if is_at_end and limits == (None, None) and search.bound is not None and not search.termination.is_limit:
            return price * value + objective - search.bound <= _LEAST_GAP * price * value
    return False


def _dearer(point: FrontierPointPart) -> str:
    return f"{money(point.more_than_best)} a year more" if point.more_than_best > 0 else "the cheapest network"


def _each(eur: float | None, unit: str) -> str:
    return "" if eur is None else f", {money(eur)} for each {unit}"


def _between(result: FrontierDocument) -> Iterator[str]:
    """Yield what is known of what lies between the points."""
    if result.is_complete:
        yield "These are all points there are, but for savings under 0.0002 % of the cost; proven."
        return
    if result.options["price_carbon"] is not None:
        yield "What lies between two prices was not looked at."
        return
    step = _step_words(result)
    if len(result.measures) > 2:
        yield f"What lies between two limits{f', {step} apart,' if step else ''} was not looked at."
        return
    pairs = len(result.points) - 1
    if not pairs:
        return
    empty = sum(is_empty(result, place) for place in range(1, pairs + 1))
    if empty:
        yield f"Between {empty} of {pairs} pairs of neighbours no other point lies; proven."
    if empty < pairs:
        which = "the others" if empty else "two neighbours"
        near = f", less than a step of {step} from one of them" if step and not result.termination.is_limit else ""
        yield f"Between {which} there may be points that were not looked at{near}."


def _step_words(result: FrontierDocument) -> str:
    """Return the step between limits; empty where there is none."""
    steps, points = result.options["steps"], result.points
    if steps is None or len(points) < 2:
        return ""
    late, co2e = ([getattr(point, name) for point in points] for name in ("late_t_per_year", "co2e_t_per_year"))
    parts = []
    if Measure.TIME in measures_of(result):
        parts.append(f"{tonnes((late[0] - min(late)) / steps)} t late a year")
    if Measure.CARBON in measures_of(result):
        parts.append(f"{tonnes((co2e[0] - min(co2e)) / steps)} t CO2e a year")
    return " and ".join(parts)


def is_empty(result: FrontierDocument, place: int) -> bool:
    """Return whether it is proven that nothing lies between a point and the one before it."""
    point, before = result.points[place], result.points[place - 1]
    name = "late_t_per_year" if Measure.TIME in measures_of(result) else "co2e_t_per_year"
    return point.empty_up_to is not None and point.empty_up_to >= getattr(before, name)


def _of_cost(result: FrontierDocument) -> Iterator[str]:
    """Yield which prices of measures the cost has already."""
    costs = result.points[0].network.costs
    if costs is None:
        return
    own = [f"{money(costs.late)} for late freight"] if costs.late and Measure.TIME in measures_of(result) else []
    price = costs.charges.get("carbon", 0.0)
    own += [f"{money(price)} for carbon"] if price and Measure.CARBON in measures_of(result) else []
    if own:
        yield f"The cost includes what the instance charges: {' and '.join(own)} with the cheapest network."


def _stopped(result: FrontierDocument) -> str:
    undecided = sum(search.termination.is_limit for search in result.searches)
    why = {
        Termination.INTERRUPTED: "an interruption",
        Termination.SIZE_LIMIT: "their number",
    }.get(result.termination, "the time limit")
    left = f"; {result.left_out} {were(result.left_out)} not begun" if result.left_out else ""
    of_all = f"{undecided} of {counted(len(result.searches), 'search', 'searches')} {were(undecided)}"
    proven = "it was" if undecided == 1 else "they were"
    return f"{of_all} ended by {why} before {proven} proven{left}."


def _points_table(result: FrontierDocument) -> list[TextTable]:
    """Return a row for each point."""
    measures = measures_of(result)
    has_time, has_carbon, is_pair = Measure.TIME in measures, Measure.CARBON in measures, len(measures) == 2
    is_stepped = is_pair and result.options["price_carbon"] is None
    header = ["network", "EUR/year", "more"]
    header += ["inside", "late t/year", "EUR per point"] if has_time else []
    header += ["t CO2e/year", "EUR per t CO2e"] if has_carbon else []
    header += ["up to the one above"] if is_stepped else []
    rows = []
    for place, point in enumerate(result.points):
        row = [name_of(point.network), amount(point.network.objective), difference(point.more_than_best)]
        if has_time:
            row += [
                f"{inside_of(point) or 0.0:.2%}",
                tonnes(point.late_t_per_year),
                amount(point.eur_per_service_point),
            ]
        if has_carbon:
            row += [tonnes(point.co2e_t_per_year), amount(point.eur_per_t_co2e)]
        if is_stepped:
            row.append(_between_words(result, place) if place else "")
        rows.append([*row, proof_words(point)])
    words = {0, len(header), *([len(header) - 1] if is_stepped else [])}
    title = f"Points that nothing beats in {', '.join(measure.value for measure in measures)}"
    return [TextTable(title, [*header, "proof"], rows, frozenset(words))] if rows else []


def _between_words(result: FrontierDocument, place: int) -> str:
    """Return what is known of what lies between a point and the one before it."""
    point = result.points[place]
    if is_empty(result, place):
        return "nothing"
    own = point.late_t_per_year if Measure.TIME in measures_of(result) else point.co2e_t_per_year
    is_known = point.empty_up_to is not None and point.empty_up_to > own * (1 + 1e-5)
    return f"nothing up to {tonnes(point.empty_up_to)} t" if is_known else "not looked at"


def proof_words(point: FrontierPointPart) -> str:
    """Return how far it is proven that nothing beats a point."""
    if is_proven(point):
        return "proven"
    gap = point.network.gap
    if gap is None:
        return "nothing proven"
    return f"gap {gap:.2%}" if gap >= _LEAST_GAP else f"gap under {_LEAST_GAP:.2%}"


def _price_table(result: FrontierDocument) -> list[TextTable]:
    """Return a row for each price of carbon, where it was asked by prices."""
    if result.options["price_carbon"] is None or not result.points:
        return []
    rows = []
    for price, search in prices_of(result):
        point = None if search.point is None else result.points[search.point]
        row = [f"{price:g}", "-" if point is None else name_of(point.network)]
        row += [amount(point.network.objective), difference(point.more_than_best)] if point else ["-", "-"]
        rows.append([*row, "-" if point is None else tonnes(point.co2e_t_per_year)])
    costs = result.points[0].network.costs
    is_priced = costs is not None and costs.charges.get("carbon", 0.0) > 0
    cost = "EUR/year at the stated price" if is_priced else "EUR/year without the price"
    header = ["EUR/t CO2e", "network", cost, "more", "t CO2e/year"]
    return [TextTable("The best network at each price of carbon", header, rows, frozenset({1}))]


def prices_of(result: FrontierDocument) -> list[tuple[float, FrontierSearchPart]]:
    """Return the prices of carbon of a call by prices, each with its search."""
    from netdesign.analysis.frontier_call import Prices

    priced = [search for search in result.searches if search.carbon_price_eur_per_t > 0]
    return list(zip(Prices(*result.options["price_carbon"]).values, priced, strict=False))


def frontier_records(result: FrontierDocument) -> list[dict[str, object]]:
    """Return one record for each point, for CSV and tables; by prices one for each price."""
    if result.options["price_carbon"] is None:
        return [_record(point) for point in result.points]
    none = dict.fromkeys(_record(result.points[0])) if result.points else {}
    return [
        {"carbon_price_eur_per_t": price} | (none if one.point is None else _record(result.points[one.point]))
        for price, one in prices_of(result)
    ]


def _record(point: FrontierPointPart) -> dict[str, object]:
    network = point.network
    return {
        "open_hubs": "+".join(network.open_hubs),
        "termination": network.termination.value,
        "objective": network.objective,
        "bound": network.bound,
        "gap": network.gap,
        "inside": inside_of(point),
        "late_t_per_year": point.late_t_per_year,
        "late_bound_t_per_year": point.late_bound_t_per_year,
        "co2e_t_per_year": point.co2e_t_per_year,
        "co2e_bound_t_per_year": point.co2e_bound_t_per_year,
        "more_than_best": point.more_than_best,
        "eur_per_service_point": point.eur_per_service_point,
        "eur_per_t_co2e": point.eur_per_t_co2e,
        "empty_up_to": point.empty_up_to,
    }


def frontier_csv(result: FrontierDocument) -> str:
    """Return CSV text with one row for each point, or for each price."""
    records = frontier_records(result)
    header = list(records[0]) if records else ["open_hubs", "objective"]
    return to_csv(header, [list(record.values()) for record in records])
