"""Rows of tables from the nodes and edges of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.errors import Fault
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netdesign.instance.published.graphs import GraphFile

SOURCE_COLUMNS = tuple(SourcedRow.model_fields)
"""Columns for the sources of figures."""

ROLES = {"cities": "is_city", "hubs": "is_hub", "overseas": "is_overseas"}
"""Attribute of a node that stands in a table."""

KIND_OF_HUB = {"hub_kind": "kind"}
"""Column of a hub; other programs give nodes a kind of their own."""

OF_THE_HUB = KIND_OF_HUB | {f"hub_{name}": name for name in SOURCE_COLUMNS}
"""The same, and sources of a hub in a city, whose own they are not."""

OF_THE_LINK = {"link_source": "source"}
"""Column of a link that would be the end of an edge."""

_PLACE = ("name", "country", "customs_zone", "lat", "lon")
_HUB = tuple(name for name in COLUMNS["hubs"] if name not in KIND_OF_HUB.values())
_ONLY_HUBS = (*(name for name in _HUB if name not in COLUMNS["cities"]), *OF_THE_HUB)
_LINK = tuple(name for name in COLUMNS["links"] if name not in ("from", "to", *SOURCE_COLUMNS))
_DEMAND = tuple(name for name in COLUMNS["demand"] if name not in ("origin", "destination", *SOURCE_COLUMNS))
_NO_FIGURE = ("name", *SOURCE_COLUMNS, *(name for name in OF_THE_HUB if name not in KIND_OF_HUB))
"""Texts that may be empty without loss."""

_YES = ("true", "yes", "1", "-1")


@dataclass(frozen=True)
class Kind:
    """Nodes, edges or the whole graph, and the attributes that play a part on them."""

    kind: str
    allowed: tuple[str, ...]


NODE = Kind("nodes", (*ROLES.values(), *(name for name in _HUB if name != "id"), *OF_THE_HUB))
EDGE = Kind("edges", (*_LINK, *_DEMAND, *SOURCE_COLUMNS, *OF_THE_LINK))


@dataclass(frozen=True)
class GraphPart:
    """A node or an edge.

    Parameters
    ----------
    ends
        The id of a node; the two ends of an edge; none of the whole graph.
    data
        Its attributes.
    line, column
        Where it was written; 0 where that is unknown.
    """

    ends: tuple[str | int, ...]
    data: dict[str, Any]
    line: int = 0
    column: int = 0

    def place(self, shown: str) -> str:
        """Return file, line and name, for messages."""
        at = f"{shown}:{self.line}:{self.column}" if self.line else shown
        kind = ("", ": node ", ": edge ")[len(self.ends)]
        return f"{at}{kind}{' to '.join(str(end)[:80] for end in self.ends)}"


Rows = dict[str, list[tuple[GraphPart, dict[str, Any]]]]


def node_rows(nodes: Iterable[GraphPart], shown: str, faults: list[Fault], warnings: list[Fault]) -> Rows:
    """Return the rows of cities, hubs and overseas airports, each with its node."""
    rows: Rows = {table: [] for table in ROLES}
    empty: dict[str, list[GraphPart]] = {}
    for node in nodes:
        for name in [name for name, value in node.data.items() if value is None and name not in _NO_FIGURE]:
            empty.setdefault(name, []).append(node)
        place = node.place(shown)
        # As the empty cell of a table, which data frames write where a node lacks what others have.
        values = {name: value for name, value in node.data.items() if value is not None} | {"id": node.ends[0]}
        odd = [role for role in ROLES.values() if not isinstance(values.get(role, False), bool)]
        for role in odd:
            message = f"{str(values.pop(role))[:40]!r} is neither true nor false; write one of them, and no text"
            faults.append(Fault(place, 0, 0, role, message))
        is_overseas, is_hub = values.get("is_overseas", False), values.get("is_hub", "status" in values)
        is_city = values.get("is_city", not is_overseas)
        if not (is_hub or odd):
            _check_no_hub(values, place, faults, warnings)
        if is_city:
            rows["cities"].append((node, _columns(values, "cities")))
        if is_hub:
            # A hub in a city leaves place and sources to the city's row; its own sources are marked as the hub's.
            of_the_city = (*_PLACE, *SOURCE_COLUMNS) if is_city else ()
            hub = {name: value for name, value in values.items() if name not in of_the_city}
            hub |= {name: values[mark] for mark, name in OF_THE_HUB.items() if mark in values}
            rows["hubs"].append((node, _columns(hub, "hubs")))
        if is_overseas:
            rows["overseas"].append((node, _columns(values, "overseas")))
        if not (is_city or is_hub or is_overseas or odd):
            faults.append(Fault(place, 0, 0, "", "is neither city nor hub nor overseas airport; take it out"))
    for name, found in empty.items():
        more = f" (and {len(found) - 1} more nodes)" if len(found) > 1 else ""
        remedy = ", and makes the node no hub" if name == "status" else ""
        message = f"has no value, which counts as an empty cell{remedy}; give it one, or take it out{more}"
        warnings.append(Fault(found[0].place(shown), 0, 0, name, message))
    return rows


def _check_no_hub(values: Mapping[str, Any], place: str, faults: list[Fault], warnings: list[Fault]) -> None:
    """Note hub attributes on a node that is no hub: a warning where is_hub is false, else a fault."""
    stray = [name for name in values if name in _ONLY_HUBS]
    if not stray:
        return
    if "is_hub" in values and "status" not in values:
        warnings.append(Fault(place, 0, 0, "is_hub", f"is false, so {', '.join(stray)} of it play no part"))
        return
    remedy = "and is_hub is false; keep one of them" if "is_hub" in values else "yet no status; give it one"
    faults.append(Fault(place, 0, 0, "", f"has {', '.join(stray)}, as a hub has, {remedy}"))


def _columns(values: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {name: values[name] for name in COLUMNS[table] if name in values}


def check_one_way(graph: GraphFile) -> None:
    """Note links that are marked as leading one way, as OSMnx marks them."""
    for edge in graph.edges:
        is_link = any(edge.data.get(name) is not None for name in _LINK)
        if is_link and str(edge.data.get("oneway", "")).lower() in _YES:
            message = "is marked oneway; links are driven both ways: give legs, which lead one way, or take it out"
            graph.faults.append(Fault(edge.place(graph.shown), 0, 0, "", message))


def edge_rows(graph: GraphFile, measures: list[str], *, has_links: bool, warnings: list[Fault]) -> Rows:
    """Return the rows of links and demand, each with its edge.

    Parameters
    ----------
    graph
        Takes the faults.
    measures
        Attributes of edges that other programs give the length of an edge in.
    has_links
        Whether the attributes of the graph have links or legs already.
    warnings
        Takes what is odd.
    """
    links: list[tuple[GraphPart, dict[str, Any]]] = []
    demand: list[tuple[GraphPart, dict[str, Any]]] = []
    idle: list[GraphPart] = []
    for edge in graph.edges:
        values = {n: value for n, value in edge.data.items() if value is not None or n in (*_LINK, *_DEMAND)}
        start, end = edge.ends
        if any(name in values for name in _LINK):
            own = {name: values[mark] for mark, name in OF_THE_LINK.items() if mark in values}
            links.append((edge, _columns({**values, **own, "from": start, "to": end}, "links")))
        if any(name in values for name in _DEMAND):
            demand.append((edge, _columns({**values, "origin": start, "destination": end}, "demand")))
            if not graph.is_directed and any(values.get(name) is not None for name in _DEMAND):
                message = "has a volume, yet no direction: use a directed graph"
                graph.faults.append(Fault(edge.place(graph.shown), 0, 0, "", message))
        if not any(name in values for name in (*_LINK, *_DEMAND)) and id(edge) not in graph.misspelt:
            idle.append(edge)
    _check_idle(graph, idle, measures, no_km=not links and not has_links)
    if graph.is_directed:
        links = _both_ways(graph, links, warnings)
    return {"links": links, "demand": demand}


def _check_idle(graph: GraphFile, idle: list[GraphPart], measures: list[str], *, no_km: bool) -> None:
    """Note edges without length and volume."""
    have = f"edges have {' and '.join(measures)}" if measures else "a link needs it"
    if idle and no_km:
        message = f"no edge has km; {have}: write how many km each link has in an attribute km"
        graph.faults.append(Fault(graph.shown, 0, 0, "", message))
        return
    for edge in idle:
        message = "has neither km nor volume_t_per_year; give it one, or take it out"
        graph.faults.append(Fault(edge.place(graph.shown), 0, 0, "", message))


def _both_ways(
    graph: GraphFile, links: list[tuple[GraphPart, dict[str, Any]]], warnings: list[Fault]
) -> list[tuple[GraphPart, dict[str, Any]]]:
    """Return the links of a directed graph, each once: links are driven both ways, so there and back must agree."""
    by_ends: dict[tuple[str | int, ...], list[tuple[GraphPart, dict[str, Any]]]] = {}
    for part, row in links:
        by_ends.setdefault(part.ends, []).append((part, row))
    single: list[GraphPart] = []
    seen: set[tuple[str | int, ...]] = set()
    repeated: set[tuple[str | int, ...]] = set()
    for ends, there in by_ends.items():
        back = by_ends.get(ends[::-1], [])
        if not back:
            single += [part for part, _ in there]
        # Of two directions the first in the file speaks for both.
        elif ends[::-1] in seen:
            repeated.add(ends)
            _check_same(graph, by_ends[ends[::-1]], there)
        seen.add(ends)
    for part in single if repeated else ():
        message = (
            "leads one way, where others lead both ways; links are driven both ways: add the way back with the same "
            "km, or give legs, which lead one way"
        )
        graph.faults.append(Fault(part.place(graph.shown), 0, 0, "", message))
    if single and not repeated:
        message = "the graph is directed and no edge with km leads back; each is a link, driven both ways"
        warnings.append(Fault(graph.shown, 0, 0, "", message))
    return [(part, row) for part, row in links if part.ends not in repeated]


def _check_same(
    graph: GraphFile, there: list[tuple[GraphPart, dict[str, Any]]], back: list[tuple[GraphPart, dict[str, Any]]]
) -> None:
    """Note that links are other ones there than back; one without a value is a fault of its own."""
    if any(value is None for _, row in (*there, *back) for value in row.values()):
        return
    if sorted(_figures(row) for _, row in there) == sorted(_figures(row) for _, row in back):
        return
    km = [" and ".join(str(row.get("km", "?"))[:20] for _, row in rows) for rows in (there, back)]
    differ = f"has {km[0]} km, the way back {km[1]}" if km[0] != km[1] else "has other figures than the way back"
    message = f"{differ}; links are driven both ways: give both the same, or give legs, which lead one way"
    graph.faults.append(Fault(there[0][0].place(graph.shown), 0, 0, "", message))


def _figures(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the attributes of a link without ends and sources, in a form that compares."""

    def comparable(name: str) -> str:
        value = row.get(name, {"mode": "road", "sea_km": 0, "fare_eur_per_truck": 0}.get(name, ""))
        try:
            return repr(float(value))
        except (TypeError, ValueError):
            return str(value)

    return tuple(comparable(name) for name in _LINK)
