"""The plan of one network of a result as sheets: verdict, networks, hubs, cities, legs, lanes, parts of the cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from netdesign.analysis.chosen_network import networks_in
from netdesign.evaluate import evaluate, hubs_of_cities
from netdesign.evaluate.used_legs import used_legs
from netdesign.io.sheets_file import Column, Sheet, columns_of
from netdesign.network.departures import Departures
from netdesign.network.operated import operated
from netdesign.report.alternatives import alternatives_lines
from netdesign.report.answer import COST_ROWS, charge_names
from netdesign.report.hub_links import carried_by_links
from netdesign.report.sentences import Asked, answer_lines
from netdesign.report.words import name_of
from netdesign.results.alternatives_document import AlternativesDocument
from netdesign.results.part import finite
from netdesign.results.result import cities_part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate import Evaluation
    from netdesign.instance import Instance
    from netdesign.io.sheets_file import Value
    from netdesign.network import Network
    from netdesign.plan import Plan
    from netdesign.results.document import CostsPart, NetworkPart, ResultDocument

WAYS = {"in": "receives", "out": "sends"}
"""Words for what a city does, by the way of its freight."""


CITY_FIGURES = columns_of("volume, t/year", "part of the city's volume, %", "mean time, h", "late, t/year")
"""Figures of a city at a hub."""

LANE_COLUMNS = columns_of("overseas airport", "hub", "to the hub, t/year", "from it, t/year")
"""Columns of the sheet of lanes."""


@dataclass(frozen=True)
class PlannedNetwork:
    """A network of a result, with the plan as the referee prices it.

    Parameters
    ----------
    document, part
        The result, and the network in it.
    instance, network, plan
        The instance with the options of the call, its legs, and the plan of the network.
    """

    document: ResultDocument | AlternativesDocument
    part: NetworkPart
    instance: Instance
    network: Network
    plan: Plan

    @cached_property
    def evaluation(self) -> Evaluation:
        """What the referee says of the plan."""
        return evaluate(self.instance, self.network, self.plan)


def plan_sheets(planned: PlannedNetwork) -> list[Sheet]:
    """Return the sheets of a network, those without rows among them."""
    return [
        verdict_sheet(_verdict(planned)),
        _networks(planned),
        _hubs(planned),
        _cities(planned),
        _legs(planned),
        _hub_links(planned),
        _lanes(planned),
        _cost_parts(planned.part.costs),
    ]


def verdict_sheet(rows: list[tuple[str, Value, str]]) -> Sheet:
    """Return the sheet of the answer: rows of what is told, the value, and its unit."""
    return Sheet("verdict", columns_of("what", "value", "unit"), tuple(rows))


def cost_words() -> dict[str, str]:
    """Return the words for all parts of the cost, by the name of the part or of the policy that charges it."""
    return COST_ROWS | charge_names()


def _verdict(planned: PlannedNetwork) -> list[tuple[str, Value, str]]:
    document, part, unit = planned.document, planned.part, planned.instance.problem.objective.unit
    asked = Asked.of(planned.instance)
    told = (
        alternatives_lines(document, asked)
        if isinstance(document, AlternativesDocument)
        else answer_lines(document, asked)
    )
    service, carbon = part.service, part.carbon
    return [
        ("instance", planned.instance.title, ""),
        *(("answer", line.strip(), "") for line in told),
        ("network of the other sheets", name_of(part), ""),
        ("hubs", part.hubs, ""),
        ("objective", part.objective, unit),
        ("bound of such networks", part.bound, unit),
        ("bound of all permitted networks", document.bound, unit),
        ("search ended", part.termination.replace("_", " "), ""),
        ("cost", part.costs.total if part.costs else None, "EUR/year"),
        ("inside the deadline", service.inside if service else None, "part of 1"),
        ("mean time from order to door", service.mean_h if service else None, "h"),
        ("greenhouse gases", carbon.co2e_t_per_year if carbon else None, "t CO2e/year"),
        ("digest of the instance's files", document.instance.digest, ""),
        ("netdesign", document.versions.get("netdesign", ""), ""),
        *(("warning", warning, "") for warning in document.instance.warnings),
    ]


def _networks(planned: PlannedNetwork) -> Sheet:
    networks = networks_in(planned.document)
    unit, words = planned.instance.problem.objective.unit, cost_words()
    parts = [name for name in words if any(_part(network.costs, name) for network in networks)]
    columns = (
        Column("open sites"),
        Column("hubs"),
        Column("on the other sheets"),
        Column("permitted"),
        Column("search ended"),
        Column("objective", unit),
        Column("bound", unit),
        Column("cost", "EUR/year"),
        *(Column(words[name], "EUR/year") for name in parts),
        Column("inside the deadline", "%"),
        Column("mean time", "h"),
        Column("greenhouse gases", "t CO2e/year"),
        Column("best other network of as many hubs"),
        Column("objective of that", unit),
    )
    rows = []
    for network in networks:
        costs, service, other = network.costs, network.service, network.runner_up
        rows.append(
            (
                name_of(network) or None,
                network.hubs,
                network is planned.part,
                network.permitted,
                network.termination.replace("_", " "),
                network.objective,
                network.bound,
                costs.total if costs else None,
                *(_part(costs, name) for name in parts),
                service.inside if service else None,
                service.mean_h if service else None,
                network.carbon.co2e_t_per_year if network.carbon else None,
                " + ".join(other.open_hubs) if other and other.open_hubs else None,
                other.objective if other else None,
            )
        )
    return Sheet("networks", columns, tuple(rows))


def _part(costs: CostsPart | None, name: str) -> float | None:
    """Return a part of the cost, EUR/year; None where the network has none."""
    if costs is None:
        return None
    return getattr(costs, name) if name in COST_ROWS else costs.charges.get(name)


def _hubs(planned: PlannedNetwork) -> Sheet:
    instance, position = planned.instance, planned.instance.site_position
    columns = columns_of(
        "hub", "name", "country", "kind", "status", "handled, t/year", "entering, t/year", "fixed cost, EUR/year"
    )
    rows = []
    for load in planned.part.hub_loads:
        site = instance.sites[position[load.hub]]
        node, kind = instance.nodes[site.node], site.kind.value.replace("_", " ")
        own = (load.handled_t_per_year, load.entering_t_per_year, site.fixed_cost)
        rows.append((site.id, node.name, node.country, kind, site.status.value, *own))
    return Sheet("hubs", columns, tuple(rows))


def _cities(planned: PlannedNetwork) -> Sheet:
    instance = planned.instance
    nodes = {node.id: node for node in instance.nodes}
    found = cities_part(hubs_of_cities(instance, planned.plan, planned.evaluation), instance)
    columns = columns_of("city", "name", "country", "way", "hub", "name of the hub") + CITY_FIGURES
    rows = [
        (
            row["city"],
            nodes[row["city"]].name,
            nodes[row["city"]].country,
            WAYS[row["way"]],
            row["hub"],
            nodes[row["hub"]].name,
            row["t_per_year"],
            row["share"],
            row["mean_h"],
            row["late_t_per_year"],
        )
        for row in found.rows()
    ]
    return Sheet("cities to hubs", columns, tuple(rows))


def _legs(planned: PlannedNetwork) -> Sheet:
    columns = columns_of(
        "leg",
        "from",
        "name of from",
        "to",
        "name of to",
        "volume, t/year",
        "length, km",
        "time with the wait, h",
        "vehicle",
        "departures a week",
        "fill, %",
        "wait, h",
        "by the tonne, EUR/year",
        "departures, EUR/year",
    )
    return Sheet("legs and vehicles", columns, tuple(_leg_rows(planned)))


def _hub_links(planned: PlannedNetwork) -> Sheet:
    """Return the sheet of the hub links that are chosen, those that carry nothing among them."""
    columns = columns_of(
        "from", "to", "there, t/year", "back, t/year", "capacity each way, t/year", "fixed cost, EUR/year"
    )
    links = {link.ends: link for link in planned.instance.hub_links}
    carried = carried_by_links(planned.part.plan) if planned.part.plan is not None else {}
    rows = []
    for start, end in planned.plan.links:
        there, back = (carried.get(ends, 0.0) for ends in ((start, end), (end, start)))
        link = links[start, end]
        rows.append((start, end, there, back, finite(link.capacity), link.fixed_cost))
    return Sheet("hub links", columns, tuple(rows))


def _leg_rows(planned: PlannedNetwork) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each leg with freight or departures."""
    instance, services = planned.instance, planned.instance.services
    timed = operated(instance, planned.network, Departures.of(instance, planned.network, planned.plan.services))
    for leg in used_legs(instance, planned.plan, planned.evaluation):
        cell, arrays = (leg.place.row, leg.place.column), getattr(timed, leg.place.legs)
        start, end, load = instance.nodes[leg.origin], instance.nodes[leg.destination], leg.load
        by_tonne = float(getattr(planned.network, leg.place.legs).cost[cell])
        yield (
            leg.kind.replace("_", " "),
            start.id,
            start.name,
            end.id,
            end.name,
            leg.volume,
            float(arrays.km[cell]),
            float(arrays.time_h[cell]),
            services.vehicles[load.service.vehicle].id if load and services else None,
            load.service.departures if load else None,
            load.fill if load else None,
            load.wait_h if load else None,
            leg.volume * by_tonne,
            load.eur if load else None,
        )


def _lanes(planned: PlannedNetwork) -> Sheet:
    rows = [
        (load.overseas, load.hub, load.inbound_t_per_year, load.outbound_t_per_year) for load in planned.part.lane_loads
    ]
    return Sheet("lanes", LANE_COLUMNS, tuple(rows))


def _cost_parts(costs: CostsPart | None) -> Sheet:
    columns = columns_of("part", "cost, EUR/year", "part of all, %")
    if costs is None:
        return Sheet("cost parts", columns, ())
    found = [(words, _part(costs, name) or 0.0) for name, words in cost_words().items()]
    rows = [(words, eur, eur / costs.total if costs.total else None) for words, eur in found if eur]
    return Sheet("cost parts", columns, (*rows, ("all", costs.total, 1.0)))
