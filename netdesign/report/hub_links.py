"""Tables of the hub links that networks have chosen."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable
from netdesign.report.words import name_of, tonnes

if TYPE_CHECKING:
    from netdesign.results.document import ResultDocument
    from netdesign.results.plan_document import PlanPart


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
