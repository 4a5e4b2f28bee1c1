"""A plan over several years as sheets: verdict, calendar, hubs, cities, legs, lanes and parts of the cost by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.io.sheets_file import Sheet, columns_of
from netdesign.report.plan_sheets import CITY_FIGURES, LANE_COLUMNS, WAYS, cost_words, verdict_sheet
from netdesign.report.timing.answer import ordered_words, policy_lines
from netdesign.report.timing.sentences import closing_lines, delay_lines, module_list, opening_lines, single_year_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.io.sheets_file import Value
    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.staged_document import NodeCosts, NodePart, TimingDocument

_WHEN = columns_of("year", "branch")
"""Columns with which the rows of all sheets but the first begin."""

_OF_YEARS = {
    "capital": "capital, paid",
    "exit": "modules, given up",
    "handed_on": "annuities handed on (counts against the cost)",
    "running": "open hubs and their modules",
    "contract": "handling bought by the tonne",
    "overflow": "overflow of peak days",
}
"""Words for the parts of the cost that only years have."""


def timing_sheets(result: TimingDocument, asked: AskedOverYears, names: Mapping[str, str]) -> list[Sheet]:
    """Return the sheets of a plan over years, those without rows among them.

    Parameters
    ----------
    result, asked
        The result, and what it does not hold of its instance.
    names
        Of cities, hubs and overseas airports by id.
    """
    return [
        verdict_sheet(_verdict(result, asked)),
        _calendar(result),
        _hubs(result, names),
        _cities(result, names),
        _legs(result),
        _lanes(result),
        _cost_parts(result),
    ]


def _verdict(result: TimingDocument, asked: AskedOverYears) -> list[tuple[str, Value, str]]:
    told = [
        *opening_lines(result, asked.forbidding),
        *policy_lines(result, asked.existing),
        *delay_lines(result.delays),
    ]
    told += [single_year_line(year, asked.existing) for year in result.single_years]
    return [
        ("instance", result.instance.name, ""),
        *(("answer", line.strip(), "") for line in (*told, *closing_lines(result))),
        ("years follow", result.scenario, ""),
        ("minimised", result.risk.measure.value.replace("_", " "), ""),
        ("objective", result.objective, "EUR of the first year"),
        ("bound of all permitted plans", result.bound, "EUR of the first year"),
        ("mean cost", result.expected, "EUR of the first year"),
        ("search ended", result.termination.replace("_", " "), ""),
        ("digest of the instance's files", result.instance.digest, ""),
        ("netdesign", result.versions.get("netdesign", ""), ""),
        *(("warning", warning, "") for warning in result.instance.warnings),
    ]


def _when(node: NodePart) -> tuple[int, str | None]:
    return node.year, node.branch or None


def _calendar(result: TimingDocument) -> Sheet:
    columns = (
        *_WHEN,
        *columns_of("probability, %", "volume, t/year", "orders", "closes from the next year on", "open hubs"),
        *columns_of("modules in use", "handling bought, t/year", "largest overflow, t on a peak day"),
        *columns_of("capital paid, EUR", "cost of the year, EUR", "inside the deadline, %"),
        *columns_of("greenhouse gases, t CO2e/year"),
    )
    rows = [
        (
            *_when(node),
            node.probability,
            node.volume_t_per_year,
            ordered_words(node) or None,
            ", ".join(node.closings) or None,
            " + ".join(node.open_hubs),
            module_list([(one.hub, one.module, one.count) for one in node.modules]) or None,
            sum(bought.t_per_year for bought in node.contract),
            max((over.t_per_day for over in node.overflow), default=0.0),
            node.costs.capital,
            node.costs.total,
            node.service.inside,
            node.carbon.co2e_t_per_year,
        )
        for node in result.nodes
    ]
    return Sheet("calendar", columns, tuple(rows))


def _hubs(result: TimingDocument, names: Mapping[str, str]) -> Sheet:
    columns = (*_WHEN, *columns_of("hub", "name", "modules in use", "handled, t/year", "entering, t/year"))
    rows = [
        (
            *_when(node),
            load.hub,
            names.get(load.hub),
            module_list([(one.hub, one.module, one.count) for one in node.modules if one.hub == load.hub]) or None,
            load.handled_t_per_year,
            load.entering_t_per_year,
        )
        for node in result.nodes
        for load in node.hub_loads
    ]
    return Sheet("hubs", columns, tuple(rows))


def _cities(result: TimingDocument, names: Mapping[str, str]) -> Sheet:
    columns = (*_WHEN, *columns_of("city", "name", "way", "hub", "name of the hub"))
    rows = [
        (
            *_when(node),
            row["city"],
            names.get(row["city"]),
            WAYS[row["way"]],
            row["hub"],
            names.get(row["hub"]),
            row["t_per_year"],
            row["share"],
            row["mean_h"],
            row["late_t_per_year"],
        )
        for node in result.nodes
        if node.cities is not None
        for row in node.cities.rows()
    ]
    return Sheet("cities to hubs", (*columns, *CITY_FIGURES), tuple(rows))


def _legs(result: TimingDocument) -> Sheet:
    columns = (
        *_WHEN,
        *columns_of(
            "leg",
            "from",
            "to",
            "volume, t/year",
            "vehicle",
            "departures a week",
            "fill, %",
            "wait, h",
            "departures, EUR/year",
        ),
    )
    rows = [(*_when(node), *row) for node in result.nodes for row in _legs_of(node)]
    return Sheet("legs and vehicles", columns, tuple(rows))


def _legs_of(node: NodePart) -> list[tuple[Value, ...]]:
    """Return the legs of a year: those with departures, and, by the tonne, all others with freight."""
    left = {(one.kind.value, one.from_, one.to): one for one in node.services or ()}
    lanes = {(load.overseas, load.hub) for load in node.lane_loads}
    volumes: dict[tuple[str, str, str], float] = dict.fromkeys(left, 0.0)
    columns = node.routes
    for origin, first, last, destination, tonnes in zip(
        columns.origin, columns.first_hub, columns.last_hub, columns.destination, columns.volume_t_per_year, strict=True
    ):
        for kind, start, end in (
            ("collection", origin, first),
            ("inter_hub", first, last),
            ("distribution", last, destination),
        ):
            if start != end:
                leg = "air" if (start, end) in lanes or (end, start) in lanes else kind, start, end
                volumes[leg] = volumes.get(leg, 0.0) + tonnes
    rows: list[tuple[Value, ...]] = []
    for leg, tonnes in volumes.items():
        one = left.get(leg)
        own = (one.vehicle, one.departures_per_week, one.fill, one.wait_h, one.eur_per_year) if one else (None,) * 5
        rows.append((leg[0].replace("_", " "), leg[1], leg[2], tonnes, *own))
    return rows


def _lanes(result: TimingDocument) -> Sheet:
    rows = [
        (*_when(node), load.overseas, load.hub, load.inbound_t_per_year, load.outbound_t_per_year)
        for node in result.nodes
        for load in node.lane_loads
    ]
    return Sheet("lanes", (*_WHEN, *LANE_COLUMNS), tuple(rows))


def _cost_parts(result: TimingDocument) -> Sheet:
    columns = (*_WHEN, *columns_of("part", "cost of its own year, EUR"))
    rows = [(*_when(node), words, eur) for node in result.nodes for words, eur in _parts(node.costs) if eur]
    return Sheet("cost parts", columns, tuple(rows))


def _parts(costs: NodeCosts) -> list[tuple[str, float]]:
    words = {name: text for name, text in cost_words().items() if name != "fixed"}
    of_years = [(text, float(getattr(costs, name))) for name, text in _OF_YEARS.items()]
    of_freight = [(text, costs.charges.get(name) or getattr(costs, name, None) or 0.0) for name, text in words.items()]
    return [*of_years, *of_freight, ("all", costs.total)]
