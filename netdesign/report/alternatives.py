"""The answer of ``netdesign alternatives``: which networks are near the best, and what a condition costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from netdesign.analysis.margin import Margin
from netdesign.report.answer import COST_ROWS, charge_names, stated_costs
from netdesign.report.sentences import unkept, users_model
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import (
    amount,
    best_of,
    difference,
    ending_of_best,
    measure_of,
    name_of,
    share,
    time_line,
    tonnes,
)
from netdesign.results.alternatives_document import ChoiceMethod
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.sentences import Asked
    from netdesign.report.words import Measure
    from netdesign.results.alternatives_document import AlternativesDocument, ConditionPart, DiversePart
    from netdesign.results.document import CostsPart, NetworkPart
    from netdesign.results.timing_alternatives_document import TimingAlternativesDocument

_MOST_ROWS, _MOST_MOVES = 60, 10
"""Most networks, and cities that change their hub, in a table; the result file lists all."""


def alternatives_text(result: AlternativesDocument, asked: Asked) -> str:
    """Return the whole answer as text; ``asked`` has options of the call that the result does not hold."""
    tables = [*_list_tables(result), *_condition_tables(result, asked)]
    return render([*alternatives_lines(result, asked), *closing_lines(result)], tables, time_line(result.times, {}))


def alternatives_lines(result: AlternativesDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer what else is nearly as good, and what a condition costs."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No permitted network is feasible{unkept(asked.forbidding)}; proven."]
    if not result.networks:
        return ["No network was found before the search stopped."]
    measure = measure_of(result)
    lines = [*_list_lines(result, measure)]
    if result.condition is not None:
        lines += _condition_lines(result.condition, result, measure, asked)
    if result.diverse is not None:
        lines += _diverse_lines(result.diverse, result)
    file = users_model(result)
    return [*lines, f"All this is proven of the model {file}; the referee has priced the plans."] if file else lines


def _list_lines(result: AlternativesDocument, measure: Measure) -> Iterator[str]:
    best, others = result.networks[0].network, len(result.networks) - 1
    value = f"{measure.text(best.objective)}{measure.per}"
    ending = ending_of_best(best, result.gap)
    proven = "; proven" if ending == Termination.OPTIMAL else ""
    yield f"The {best_of('network', ending)} is {name_of(best)}, {value}{proven}."
    within = _within(result, measure)
    found = {0: "No other network is", 1: "One other network is"}.get(others, f"{others} other networks are")
    if result.is_complete:
        only = "" if others == 0 else ", and none is missing"
        yield f"{found} within {within} of it{only}; proven.{'' if others else f' {_next(result, measure)}'}"
        return
    yield f"{found} listed within {within} of it. {_missing(result, measure)}"


def _within(result: AlternativesDocument, measure: Measure) -> str:
    """Return the margin as ``1% (EUR 5.94 m a year)``."""
    margin = Margin.from_text(str(result.options["within"]))
    objective, limit = result.objective or 0.0, result.limit or 0.0
    text = f"{measure.text(limit - objective)}{measure.per}"
    return f"{margin} ({text})" if margin.is_share else text


def _next(result: AlternativesDocument, measure: Measure) -> str:
    """Return how far the next network is where none is within the margin."""
    if result.others_bound is None:
        return "No other network is permitted."
    above = result.others_bound - (result.objective or 0.0)
    return f"The next has at least {measure.text(above)}{measure.per} more: {wider(above, result.objective)}."


def wider(above: float, objective: float | None) -> str:
    """Return which margin reaches a plan that has so much more than the best, to a tenth of a per cent."""
    margin = f"{math.ceil(above / abs(objective) * 1000) / 10:g}%" if objective else f"{math.ceil(above)}"
    return f"--within {margin} looks so far"


def _missing(result: AlternativesDocument, measure: Measure) -> str:
    """Return what the list may miss."""
    most, bound = result.options["most"], result.others_bound
    why = f"The list ends at --most {most}" if len(result.networks) == most else "The list may miss some"
    if bound is None:
        return f"{why}: nothing is proven of the others."
    above = bound - (result.objective or 0.0)
    if above < -measure.same:
        less = f"{measure.text(-above)}{measure.per}"
        return f"{why}: another may have {less} less than the best that was found."
    if above < measure.same:
        return f"{why}: no other is better than the best; proven."
    return f"{why}: others have at least {measure.text(above)}{measure.per} more than the best; proven."


def _condition_lines(
    condition: ConditionPart, result: AlternativesDocument, measure: Measure, asked: Asked
) -> Iterator[str]:
    network, best = condition.network, result.networks[0].network
    ending = ending_of_best(best, result.gap)
    if network.termination is Termination.INFEASIBLE:
        yield f"No network {_words_of(condition)} is feasible; proven."
        return
    if network.objective is None or condition.difference is None:
        yield f"No network {_words_of(condition)} was found before the search stopped."
        return
    shut = _shut(condition, asked)
    best_network, words = best_of("network", network.termination), _words_of(condition)
    what = f"{words[0].upper()}{words[1:]}, {shut}, the {best_network}" if shut else f"The {best_network} {words}"
    if set(network.open_hubs) == set(best.open_hubs):
        yield f"{what} is the {best_of('', ending)} of all."
        return
    more = f"{measure.text(abs(condition.difference))}{measure.per}"
    worse = ("dearer" if measure.per else "more") if condition.difference >= 0 else "less"
    compared = f"{more} {worse}" if abs(condition.difference) >= measure.same else "which has the same"
    if shut:
        than = "as" if abs(condition.difference) < measure.same else "than"
        compared += f" {than} the {best_of('', ending)} permitted one"
    is_proven = network.termination == ending == Termination.OPTIMAL
    proven = "proven" if is_proven else _between(condition, measure)
    yield f"{what} is {name_of(network)}, {compared}; {proven}."
    volume = sum(move.volume_t_per_year for move in condition.moves)
    number = len(condition.moves)
    cities = "One city changes its hub" if number == 1 else f"{number or 'No'} cities change their hub"
    yield f"  {cities}{f', {tonnes(volume)} t/year' if number else ''}."


def _between(condition: ConditionPart, measure: Measure) -> str:
    least, most = condition.difference_at_least, condition.difference_at_most
    low = "anything less" if least is None else measure.text(least)
    high = "anything more" if most is None else measure.text(most)
    return f"proven is a difference between {low} and {high}"


def _shut(condition: ConditionPart, asked: Asked) -> str:
    """Return what closes sites that only the condition opens, as ``which the size threshold closes``, or nothing."""
    closed: dict[str, list[str]] = {}
    for site in condition.opened:
        if site in asked.shut:
            closed.setdefault(asked.shut[site], []).append(site)
    if len(condition.opened) == 1 and not condition.closed:
        return "".join(f"which {what} closes" for what in closed)
    listed = " and ".join(f"{what} closes {', '.join(sites)}" for what, sites in closed.items())
    return f"of which {listed}" if listed else ""


def _words_of(condition: ConditionPart) -> str:
    """Return a condition as ``with BUD and without WAW``."""
    parts = [("with", condition.opened), ("without", condition.closed)]
    return " and ".join(f"{word} {' + '.join(sites)}" for word, sites in parts if sites)


def _diverse_lines(diverse: DiversePart, result: AlternativesDocument) -> Iterator[str]:
    if len(diverse.places) == 1:
        yield "The list has one network, so that there is none that differs from it."
        return
    names = "; ".join(name_of(result.networks[place - 1].network) for place in diverse.places)
    how = "no choice with the best has fewer" if diverse.method is ChoiceMethod.EXACT else "chosen one after the other"
    number = diverse.sites_in_common
    yield f"Those that differ most: {names}."
    shared = f"Two and two they share {number} open site{'' if number == 1 else 's'}"
    yield f"  {shared} beside those that must open; {how}."


def closing_lines(result: AlternativesDocument | TimingAlternativesDocument) -> list[str]:
    """Return why a search ended before its end, as a list of one sentence or of none."""
    if result.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
        why = "the time limit" if result.termination is Termination.TIME_LIMIT else "an interruption"
        return [f"The search was ended by {why}."]
    return []


def _list_tables(result: AlternativesDocument) -> list[TextTable]:
    if not result.networks:
        return []
    measure, networks = measure_of(result), [one.network for one in result.networks]
    has_carbon = any(n.carbon and n.carbon.co2e_t_per_year for n in networks)
    header = ["", "network", measure.row, "above the best", "inside deadline"]
    header += [*(["t CO2e/year"] if has_carbon else []), "open, not in the best", "in the best, not open"]
    rows = []
    for place, one in enumerate(result.networks[:_MOST_ROWS], start=1):
        network = one.network
        service = network.service.inside if network.service else None
        carbon = [tonnes(network.carbon.co2e_t_per_year if network.carbon else None)] if has_carbon else []
        sites = [", ".join(one.against_best.opened), ", ".join(one.against_best.closed)]
        above = difference(one.difference) if measure.per else measure.cell(one.difference)
        rows.append(
            [str(place), name_of(network), measure.cell(network.objective), above, share(service), *carbon, *sites]
        )
    if len(networks) > _MOST_ROWS:
        rows.append(["", f"and {len(networks) - _MOST_ROWS} more", *[""] * (len(header) - 2)])
    words = frozenset({1, len(header) - 2, len(header) - 1})
    return [TextTable("Networks, the best first", header, rows, words, keys=2), *_parts_table(result)]


def _parts_table(result: AlternativesDocument) -> list[TextTable]:
    """Return what each part of the cost is more or less than in the best network."""
    parts = _parts_of([one.against_best.costs for one in result.networks])
    if not parts:
        return []
    rows = [
        [str(place), name_of(one.network), *(difference(_part(one.against_best.costs, name)) for name in parts)]
        for place, one in enumerate(result.networks[:_MOST_ROWS], start=1)
    ]
    title = "Cost by part against the best, EUR/year"
    return [TextTable(title, ["", "network", *parts.values()], rows, frozenset({1}), keys=2)]


def _parts_of(costs: list[CostsPart]) -> dict[str, str]:
    """Return the parts of the cost that are not 0 everywhere, with their words."""
    words = COST_ROWS | charge_names()
    names = [*COST_ROWS, *dict.fromkeys(name for one in costs for name in one.charges)]
    return {name: words.get(name, name) for name in names if any(_part(one, name) for one in costs)}


def _part(costs: CostsPart, name: str) -> float:
    return float((costs.charges.get(name, 0.0) if name not in COST_ROWS else getattr(costs, name)) or 0.0)


def _condition_tables(result: AlternativesDocument, asked: Asked) -> list[TextTable]:
    condition = result.condition
    if condition is None or condition.against_best is None:
        return []
    best, network = result.networks[0].network, condition.network
    if best.costs is None or network.costs is None or not (condition.moves or condition.difference):
        return []
    columns = best.costs, network.costs, condition.against_best.costs
    words = {"total": "cost"} | {name: f"  {text}" for name, text in _parts_of([*columns[:2]]).items()}
    rows = []
    for name, text in words.items():
        *costs, more = (_total_or_part(column, name) for column in columns)
        rows.append([text, *map(amount, costs), difference(more)])
    header = ["EUR/year", name_of(best), name_of(network), "difference"]
    against = f"the best{' permitted one' if _shut(condition, asked) else ''}"
    tables = [TextTable(f"The best network {_words_of(condition)} against {against}", header, rows)]
    if condition.moves:
        cells = [
            [move.city, move.from_hub, move.to_hub, tonnes(move.volume_t_per_year)]
            for move in condition.moves[:_MOST_MOVES]
        ]
        if len(condition.moves) > _MOST_MOVES:
            cells.append([f"and {len(condition.moves) - _MOST_MOVES} more", "", "", ""])
        header = ["city", "from", "to", "t/year"]
        tables.append(TextTable("Cities that change their hub", header, cells, frozenset({0, 1, 2})))
    return tables


def _total_or_part(costs: CostsPart, name: str) -> float:
    return costs.total if name == "total" else _part(costs, name)


def alternatives_records(result: AlternativesDocument) -> list[dict[str, object]]:
    """Return one record for each network, for CSV and tables."""
    chosen = set() if result.diverse is None else set(result.diverse.places)
    names = stated_costs(one.against_best.costs for one in result.networks)
    charged = list(dict.fromkeys(name for one in result.networks for name in one.against_best.costs.charges))
    records = []
    for place, one in enumerate(result.networks, start=1):
        network = one.network
        costs = network.costs
        record: dict[str, object] = {
            "place": place,
            "open_hubs": "+".join(network.open_hubs),
            "hubs": network.hubs,
            "termination": network.termination.value,
            "objective": network.objective,
            "bound": network.bound,
            "difference": one.difference,
            "opened": "+".join(one.against_best.opened),
            "closed": "+".join(one.against_best.closed),
        }
        record |= {f"{name}_eur": None if costs is None else _part(costs, name) for name in [*names, *charged]}
        record |= {f"{name}_eur_against_best": _part(one.against_best.costs, name) for name in [*names, *charged]}
        record |= _service_record(network)
        if result.diverse is not None:
            record["differs_most"] = place in chosen
        records.append(record)
    return records


def _service_record(network: NetworkPart) -> dict[str, object]:
    return {
        "inside_deadline": network.service.inside if network.service else None,
        "co2e_t_per_year": network.carbon.co2e_t_per_year if network.carbon else None,
    }


def alternatives_csv(result: AlternativesDocument) -> str:
    """Return CSV text with one row for each network."""
    records = alternatives_records(result)
    header = list(records[0]) if records else ["place", "open_hubs"]
    return to_csv(header, [list(record.values()) for record in records])
