"""The hub links that may be chosen: those of their table, or between every two sites where there is none."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from netdesign.errors import did_you_mean
from netdesign.instance.blocks import HubNetwork
from netdesign.instance.parts import HubLink
from netdesign.instance.rows import SiteKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netdesign.instance.faults import FaultList
    from netdesign.instance.parts import Site
    from netdesign.instance.rows import HubLinkRow
    from netdesign.instance.schema import InstanceDocument


def resolve_hub_links(document: InstanceDocument, sites: tuple[Site, ...], faults: FaultList) -> tuple[HubLink, ...]:
    """Return the hub links in the order of their ends; none where all hubs are joined."""
    rows = document.tables.hub_links
    if document.problem.network is HubNetwork.COMPLETE:
        if rows:
            message = "has no effect where all hubs are joined; write problem.network: chosen, or take the table out"
            faults.add(("tables", "hub_links"), message)
        return ()
    by_id = {site.id: (position, site.kind) for position, site in enumerate(sites)}
    if not rows:
        pairs = combinations(sites, 2)
        return tuple(HubLink((a.id, b.id)) for a, b in pairs if SiteKind.HUB in (a.kind, b.kind))
    found: dict[tuple[int, int], HubLink] = {}
    for index, row in enumerate(rows):
        wrong = list(_faults_of(row, by_id))
        for column, message in wrong:
            faults.add(("tables", "hub_links", index, *column), message, None if column else "")
        if wrong:
            continue
        first, second = sorted((row.from_, row.to), key=lambda name: by_id[name][0])
        place = by_id[first][0], by_id[second][0]
        if place in found:
            faults.add(("tables", "hub_links", index), f"the link between {row.from_} and {row.to} stands twice", "")
        capacity = float("inf") if row.capacity_t_per_year is None else row.capacity_t_per_year
        ends, fixed_cost = (first, second), row.fixed_cost_eur_per_year
        found[place] = HubLink(ends, fixed_cost, capacity, row.lead_years, row.capital_eur)
    return tuple(found[key] for key in sorted(found))


def _faults_of(row: HubLinkRow, by_id: Mapping[str, tuple[int, SiteKind]]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is wrong with the ends of a row, each with its column; what both make wrong has none."""
    for key, name in (("from", row.from_), ("to", row.to)):
        if name not in by_id:
            yield (key,), f"'{name}' is not in the hubs table{did_you_mean(name, by_id)}"
    if row.from_ == row.to:
        yield (), f"links '{row.from_}' to itself"
    elif all(by_id.get(name, (0, None))[1] is SiteKind.SORTING_CENTRE for name in (row.from_, row.to)):
        yield (), f"{row.from_} and {row.to} are sorting centres, which exchange nothing; one end is a hub"
