"""The answer of ``netdesign stress``: what becomes of the best networks when hubs fail, and in drawn worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.stress.call import BETWEEN_HUBS
from netdesign.report.sentences import unkept, users_model
from netdesign.report.stress_draws import draw_lines, draw_records, draw_tables
from netdesign.report.stress_failures import failure_lines, failure_records, failure_tables
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import ended_line, measure_of, name_of, network_name, time_line
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.report.sentences import Asked
    from netdesign.results.stress_document import StressDocument


def stress_text(result: StressDocument, asked: Asked) -> str:
    """Return the whole answer as text; ``asked`` has options of the call that the result does not hold."""
    tables = [*_list_tables(result), *failure_tables(result), *draw_tables(result)]
    return render(stress_lines(result, asked), tables, time_line(result.times, {}))


def stress_lines(result: StressDocument, asked: Asked) -> list[str]:
    """Return the sentences that answer what becomes of the best networks."""
    if result.termination is Termination.INFEASIBLE:
        return [f"No permitted network is feasible{unkept(asked.forbidding)}; proven."]
    if not result.networks:
        return ["No network was found before the search stopped.", ended_line(result.termination)]
    lines = [*_list_lines(result), *today_lines(result, asked), *failure_lines(result), *draw_lines(result)]
    if result.termination.is_limit:
        lines.append(ended_line(result.termination))
    file = users_model(result)
    return [*lines, f"All this is proven of the model {file}; the referee has priced the plans."] if file else lines


def _list_lines(result: StressDocument) -> Iterator[str]:
    measure, best, others = measure_of(result), result.networks[0], len(result.networks) - 1
    value = f"{measure.text(best.objective)}{measure.per}"
    is_named = bool(result.options["networks"])
    proven = "proven" if best.termination is Termination.OPTIMAL else "the best found so far"
    what = "The best of the networks named" if is_named else "The best network"
    yield f"{what} is {name_of(best)}, {value} at the present values; {proven}."
    if others and not is_named:
        next_ones = "next best network is" if others == 1 else f"next {others} networks are"
        yield f"Beside it the {next_ones} looked at."


def today_lines(result: StressDocument, asked: Asked) -> Iterator[str]:
    """Yield that today's network is not among those that are looked at, where it is permitted, and how it would be."""
    looked_at = [set(network.open_hubs) - asked.centres for network in result.networks]
    if asked.today and looked_at and set(asked.today) - asked.centres not in looked_at:
        both = ",".join(BETWEEN_HUBS.join(hubs) for hubs in (asked.today, result.networks[0].open_hubs))
        yield f"Today's {network_name(asked.today, asked.centres)} is not among them; --networks {both} looks at both."


def _list_tables(result: StressDocument) -> list[TextTable]:
    if not result.networks:
        return []
    measure, first = measure_of(result), result.networks[0].objective or 0.0
    rows = [
        [name_of(one), measure.cell(one.objective), measure.cell((one.objective or 0.0) - first)]
        for one in result.networks
    ]
    header = ["network", measure.row, "above the best"]
    return [TextTable("The networks at the present values", header, rows)]


def stress_records(result: StressDocument) -> list[dict[str, object]]:
    """Return one record for each network, for CSV and tables."""
    of_parts = zip(result.networks, failure_records(result), draw_records(result), strict=True)
    return [
        {
            "place": place,
            "open_hubs": "+".join(network.open_hubs),
            "hubs": network.hubs,
            "termination": network.termination.value,
            "objective": network.objective,
            "bound": network.bound,
            **failures,
            **draws,
        }
        for place, (network, failures, draws) in enumerate(of_parts, 1)
    ]


def stress_csv(result: StressDocument) -> str:
    """Return CSV text with one row for each network."""
    records = stress_records(result)
    header = list(records[0]) if records else ["place", "open_hubs", "objective"]
    return to_csv(header, [list(record.values()) for record in records])
