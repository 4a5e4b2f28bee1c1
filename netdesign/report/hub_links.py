"""Tables of the hub links that networks have chosen."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.instance.sense.remarks import figure as number
from netdesign.report.tables import TextTable
from netdesign.report.words import name_of, network_name, short_name, tonnes

if TYPE_CHECKING:
    from netdesign.results.document import ResultDocument
    from netdesign.results.plan_document import PlanPart
    from netdesign.results.tipping_document import TippingDocument


def link_tables(result: ResultDocument) -> list[TextTable]:
    """Return the table of the links of each network, with what they carry; none where all hubs are joined."""
    rows = []
    for network in result.networks:
        if network.plan is None or network.plan.links is None:
            continue
        name, carried = name_of(network), carried_by_links(network.plan)
        for start, end in network.plan.links:
            rows.append([name, f"{start}-{end}", tonnes(carried[start, end]), tonnes(carried[end, start])])
            name = ""
    header = ["network", "link", "there", "back"]
    return [TextTable("Hub links, t/year", header, rows, frozenset({0, 1}), keys=2)] if rows else []


def other_links_tables(result: TippingDocument) -> list[TextTable]:
    """Return the table of the values of figures at which the best plan has other links than at present.

    What counts as a change of the network is its hubs; links may change where these stay.
    """
    if result.best is None or result.best.plan is None or result.best.plan.links is None:
        return []
    present, rows = frozenset(result.best.plan.links), []
    for one in result.figures:
        name = short_name(one.name)
        for point in one.points:
            links = None if point.plan is None else result.plans[point.plan].links
            if links is not None and frozenset(links) != present:
                told = ", ".join("-".join(link) for link in links) or "none"
                rows.append([name, number(point.value), network_name(point.open_hubs), told])
                name = ""
    title = f"Values with other hub links than {', '.join(map('-'.join, result.best.plan.links)) or 'none'}"
    return [TextTable(title, ["figure", "at", "best network", "hub links"], rows, frozenset({0, 2, 3}))] if rows else []


def carried_by_links(plan: PlanPart) -> dict[tuple[str, str], float]:
    """Return what goes from hub to hub in a plan, by the ids of both, t/year."""
    routes, carried = plan.routes, defaultdict[tuple[str, str], float](float)
    between = routes.between or [[] for _ in routes.first_hub]
    columns = zip(routes.first_hub, between, routes.last_hub, routes.volume_t_per_year, strict=True)
    for first, passed, last, volume in columns:
        for step in pairwise([first, *passed, last]):
            if step[0] != step[1]:
                carried[step] += volume
    return carried
