"""The answer of ``netdesign solve``: sentences, then tables of the networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.policies import FREIGHT
from netdesign.instance.rows import SiteKind
from netdesign.report.cities import city_tables, hub_of_each_city
from netdesign.report.hub_links import link_tables
from netdesign.report.sentences import answer_lines
from netdesign.report.stopped_sentences import closing_lines
from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.words import (
    amount,
    difference,
    measure_of,
    money,
    name_of,
    numbers_of_hubs,
    objective_of,
    open_centres,
    share,
    time_line,
    tonnes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from netdesign.report.sentences import Asked
    from netdesign.results.document import CostsPart, MinimaPart, NetworkPart, ResultDocument

_MOST_AWAY = 12
"""Most commodities in the table of a binding minimum; the result file lists all."""

_TIMES = {"load_s": "load model", "build_s": "build model", "hand_over_s": "pass to solver"}

COST_ROWS = {
    "fixed": "hubs, fixed",
    "links": "hub links",
    "air": "air",
    "road": "road and ferry",
    "vehicles": "vehicles",
    "border": "customs",
    "handling": "handling",
    "late": "late parcels",
    "shortfall": "take-or-pay",
}
"""Words for the parts of the cost but charges, in their order."""

_IF_STATED = ("links", "vehicles")
"""Parts that a result may leave out."""

_VEHICLE_SUMS = ("departures_per_week", "loaded_km_per_year", "empty_km_per_year")


def answer_text(result: ResultDocument, asked: Asked, *, has_cities: bool = False) -> str:
    """Return the whole answer as text, with the hub of each city on request; other parameters as ``answer_lines``."""
    tables = [*_network_tables(result, asked), *_load_tables(result), *_vehicle_tables(result), *city_tables(result)]
    cities = hub_of_each_city(result) if has_cities else []
    tables += [*link_tables(result), *_minima_tables(result), *cities]
    lines = [*answer_lines(result, asked), *closing_lines(result)]
    lines += ["No network has a plan with cities."] if has_cities and not cities else []
    return render(lines, tables, time_line(result.times, _TIMES))


def _network_tables(result: ResultDocument, asked: Asked) -> list[TextTable]:
    networks = [network for network in result.networks if network.plan is not None]
    if not networks:
        return []
    first = networks[0]
    header = ["EUR/year unless stated", *(name_of(network) for network in networks)]
    measure = measure_of(result)
    rows = [] if measure.row == "cost" else [_row(measure.row, networks, lambda n: measure.cell(n.objective))]
    rows.append(_row("cost", networks, lambda n: amount(_cost(n))))
    rows.append(_row("against the first", networks, lambda n: difference(_cost(n) - _cost(first))))
    for name, words in COST_ROWS.items():
        if any(n.costs and getattr(n.costs, name) for n in networks):
            rows.append(_row(f"  {words}", networks, lambda n, name=name: amount(getattr(n.costs, name))))  # type: ignore[misc]
    charged_as = charge_names()
    rows += [
        _row(f"  {charged_as.get(name, name)}", networks, lambda n, name=name: amount(n.costs.charges.get(name, 0.0)))  # type: ignore[misc]
        for name in _charged(networks)
    ]
    rows += _service_rows(networks, asked.promised)
    # 0 everywhere means that the instance has no emission factors.
    if any(n.carbon and n.carbon.co2e_t_per_year for n in networks):
        rows.append(_row("t CO2e/year", networks, lambda n: tonnes(n.carbon.co2e_t_per_year if n.carbon else None)))
    rows += _proof_rows(result, networks)
    return [TextTable(_heading(result), header, rows)]


def _heading(result: ResultDocument) -> str:
    if result.searched_as_one is None:
        return "Best network for each number of hubs"
    numbers = numbers_of_hubs(*result.searched_as_one)
    return f"Today's network, and the best of {numbers}" if len(result.networks) > 1 else f"Best network of {numbers}"


def _charged(networks: Sequence[NetworkPart]) -> list[str]:
    """Return the policies that charge something in some network."""
    return list(dict.fromkeys(name for network in networks if network.costs for name in network.costs.charges))


def stated_costs(parts: Iterable[CostsPart | None]) -> list[str]:
    """Return the parts of the cost but charges that some of these costs state, in their order."""
    listed = [costs for costs in parts if costs is not None]
    return [n for n in COST_ROWS if n not in _IF_STATED or any(getattr(one, n) is not None for one in listed)]


def charge_names() -> dict[str, str]:
    """Return the words for what policies charge, by policy."""
    return {policy.NAME: policy.CHARGE for policy in FREIGHT if policy.CHARGE}


def _cost(network: NetworkPart) -> float:
    return network.costs.total if network.costs else 0.0


def _row(name: str, networks: Sequence[NetworkPart], cell: Callable[[NetworkPart], str]) -> list[str]:
    return [name, *(cell(network) for network in networks)]


def _service_rows(networks: Sequence[NetworkPart], promised: Sequence[str]) -> list[list[str]]:
    """Return how the promise is kept; ``promised`` has the streams that alone have one, as of ``Asked``."""
    if not any(n.service and n.service.inside is not None for n in networks):
        return []
    margin = next(n.service.margin_h for n in networks if n.service)

    def part(name: str) -> Callable[[NetworkPart], str]:
        return lambda n: share(getattr(n.service, name))

    def waited(network: NetworkPart) -> str:
        wait = network.service.mean_wait_h if network.service else None
        return "-" if wait is None else f"{wait:.1f}"

    # Freight without a promise counts in none of these rows.
    of = f" ({', '.join(promised)})" if promised else ""
    waits = any(n.service and n.service.mean_wait_h is not None for n in networks)
    return [
        _row(f"inside the deadline{of}", networks, part("inside")),
        _row(f"  of that inside by at most {margin:g} h", networks, part("inside_by_little")),
        _row(f"late by at most {margin:g} h", networks, part("late_by_little")),
        _row(
            f"mean hours, order to door{of}",
            networks,
            lambda n: f"{n.service.mean_h:.1f}" if n.service and n.service.mean_h else "-",
        ),
        *([_row("  of it waiting for departures", networks, waited)] if waits else []),
    ]


def _proof_rows(result: ResultDocument, networks: Sequence[NetworkPart]) -> list[list[str]]:
    saving = {step.to_hubs: step.saving for step in result.steps}
    measure = measure_of(result)

    def distance(network: NetworkPart) -> float | None:
        if network.objective is None or network.bound is None:
            return None
        return max(0.0, network.objective - network.bound)

    def against_saving(network: NetworkPart) -> str:
        gap, saved = distance(network), saving.get(network.hubs)
        return "-" if gap is None or saved is None or saved < measure.same else f"{gap / saved:.2%}"

    return [
        _row("bound", networks, lambda n: measure.cell(n.bound)),
        _row("gap", networks, lambda n: measure.cell(distance(n))),
        _row("gap against the saving", networks, against_saving),
        _row("ended", networks, lambda n: n.termination.replace("_", " ")),
    ]


def _load_tables(result: ResultDocument) -> list[TextTable]:
    rows = []
    for network in result.networks:
        if network.plan is None:
            continue
        name = name_of(network)
        lanes = {hub.hub: [lane for lane in network.lane_loads if lane.hub == hub.hub] for hub in network.hub_loads}
        for hub in network.hub_loads:
            shown = f"{hub.hub} (sorting centre)" if hub.kind is SiteKind.SORTING_CENTRE else hub.hub
            rows.append([name, shown, tonnes(hub.handled_t_per_year), tonnes(hub.entering_t_per_year), "", "", ""])
            name = ""
            for lane in lanes[hub.hub]:
                inbound, outbound = tonnes(lane.inbound_t_per_year), tonnes(lane.outbound_t_per_year)
                rows[-1] = [*rows[-1][:4], f"{lane.overseas}-{lane.hub}", inbound, outbound]
                if lane is not lanes[hub.hub][-1]:
                    rows.append(["", "", "", "", "", "", ""])
    header = ["network", "hub", "handled", "entering", "lane", "inbound", "outbound"]
    if not any(network.lane_loads for network in result.networks):
        return (
            [TextTable("Volume by hub, t/year", header[:4], [row[:4] for row in rows], frozenset({0, 1}))]
            if rows
            else []
        )
    return [TextTable("Volume by hub and air lane, t/year", header, rows, frozenset({0, 1, 4}), keys=2)]


def _vehicle_tables(result: ResultDocument) -> list[TextTable]:
    rows = []
    for network in result.networks:
        if network.plan is not None:
            name = name_of(network)
            for load in network.vehicle_loads or ():
                daily = load.departures_per_day
                departures = f"{load.departures_per_week:,}", "-" if daily is None else f"{daily:,.1f}"
                km = f"{load.loaded_km_per_year:,.0f}", f"{load.empty_km_per_year:,.0f}"
                eur = amount(load.eur_per_year)
                rows.append([name, load.vehicle, f"{load.legs:,}", *departures, share(load.fill), *km, eur])
                name = ""
    header = ["network", "vehicle", "legs", "a week", "a day", "fill", "km loaded", "km empty", "EUR/year"]
    return [TextTable("Departures, and vehicle-km a year", header, rows, frozenset({0, 1}), keys=2)] if rows else []


def _minima_tables(result: ResultDocument) -> list[TextTable]:
    return [
        _away_table(name_of(network), network.minima)
        if network.minima.away
        else _binding_table(name_of(network), network.minima)
        for network in result.networks
        if network.minima is not None and network.plan is not None
    ]


def _binding_table(name: str, minima: MinimaPart) -> TextTable:
    rows = [[policy.replace("_", " "), amount(eur)] for policy, eur in minima.cost_by_policy.items()]
    return TextTable(f"{name}: minima bind", ["minimum", "EUR/year"], rows)


def _away_table(name: str, minima: MinimaPart) -> TextTable:
    costs = ", ".join(f"{policy.replace('_', ' ')} {money(eur)}" for policy, eur in minima.cost_by_policy.items())
    title = f"{name}: minima bind and cost a year: {costs}. Served away from their cheapest hub:"
    rows = [
        [
            f"{row.origin} to {row.destination}",
            tonnes(row.volume_t_per_year),
            "-".join(dict.fromkeys(row.hubs)),
            "-".join(dict.fromkeys(row.cheapest_hubs)),
            amount(row.extra_cost),
        ]
        for row in minima.away[:_MOST_AWAY]
    ]
    if len(minima.away) > _MOST_AWAY:
        rows.append([f"and {len(minima.away) - _MOST_AWAY} more", "", "", "", ""])
    header = ["commodity", "t/year", "over", "cheapest over", "EUR/year more"]
    return TextTable(title, header, rows, frozenset({0, 2, 3}))


def answer_csv(result: ResultDocument) -> str:
    """Return CSV text with one row for each network."""
    networks, charged = result.networks, _charged(result.networks)
    has_services = any(network.vehicle_loads is not None for network in networks)
    costs = stated_costs(network.costs for network in networks)
    header = ["hubs", "open_hubs", "termination", "objective", "bound", "gap", "unit"]
    header += [*(f"{name}_eur" for name in [*costs, *charged]), "inside_deadline", "co2e_t_per_year"]
    unit = objective_of(result).unit
    rows = [_csv_row(network, unit, costs, charged) for network in networks]
    if any(load.kind is not None for network in networks for load in network.hub_loads):
        header.append("sorting_centres")
        rows = [[*row, "+".join(open_centres(network))] for row, network in zip(rows, networks, strict=True)]
    if has_services:
        header += ["mean_wait_h", *_VEHICLE_SUMS]
        rows = [row + _csv_vehicles(network) for row, network in zip(rows, networks, strict=True)]
    return to_csv(header, rows)


def _csv_row(network: NetworkPart, unit: str, shown: list[str], charged: list[str]) -> list[object]:
    costs: CostsPart | None = network.costs
    return [
        network.hubs,
        "+".join(network.plan.open_hubs) if network.plan else "",
        network.termination.value,
        network.objective,
        network.bound,
        network.gap,
        unit,
        *(getattr(costs, name) if costs else None for name in shown),
        *(costs.charges.get(name) if costs else None for name in charged),
        network.service.inside if network.service else None,
        network.carbon.co2e_t_per_year if network.carbon else None,
    ]


def _csv_vehicles(network: NetworkPart) -> list[object]:
    """Return the mean wait, and the sums over all vehicles."""
    wait, loads = network.service.mean_wait_h if network.service else None, network.vehicle_loads
    return [wait, *(None if loads is None else sum(getattr(load, name) for load in loads) for name in _VEHICLE_SUMS)]
