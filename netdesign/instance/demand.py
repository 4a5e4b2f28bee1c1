"""Commodities from tables or matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.parts import Commodities, Node, NodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.schema import InstanceDocument

_STREAM: Path_ = ("tables", "demand", "stream")
"""Under which formats of files say where a commodity's stream stands."""

SHARE_TOLERANCE = 1e-3
"""Shares of a stream whose sum is 1 within this count as rounded; they are scaled to sum 1."""


def resolve_demand(
    document: InstanceDocument,
    matrices: Mapping[str, Matrix],
    nodes: tuple[Node, ...],
    position: Mapping[str, int],
    faults: FaultList,
) -> Commodities:
    """Return the commodities with a positive volume."""
    tables = document.tables
    if tables.demand and tables.demand_matrix is not None:
        faults.add(("tables", "demand_matrix"), "demand is given twice; keep either demand or demand_matrix")
    elif tables.demand:
        return _from_rows(document, nodes, position, faults)
    elif tables.demand_matrix is not None:
        matrix = matrices.get("demand_matrix.volume_t_per_year")
        if matrix is not None:
            return _from_matrix(document, matrix, nodes, position, faults)
    else:
        faults.add_missing(("tables",), "demand is missing; give demand or demand_matrix")
    return _columns([], [], [], [], [])


def _columns(origin: object, destination: object, stream: object, volume: object, line: object) -> Commodities:
    columns = [np.asarray(column, dtype=np.intp) for column in (origin, destination, stream, line)]
    volumes = np.asarray(volume, dtype=np.float64)
    for column in (*columns, volumes):
        column.setflags(write=False)
    return Commodities(columns[0], columns[1], columns[2], volumes, columns[3])


def _from_rows(
    document: InstanceDocument, nodes: tuple[Node, ...], position: Mapping[str, int], faults: FaultList
) -> Commodities:
    names = list(document.streams)
    kept: list[tuple[int, int, int, float, int]] = []
    seen: set[tuple[int, int, int]] = set()
    totals = _share_totals(document, faults)
    factors = _volume_factors(document, nodes)
    nameless: list[Path_] = []
    for index, row in enumerate(document.tables.demand):
        origin = _end(index, "origin", row.origin, nodes, position, faults)
        destination = _end(index, "destination", row.destination, nodes, position, faults)
        at: Path_ = ("tables", "demand", index, "stream")
        stream = _stream(at, row.stream, names, faults)
        if row.stream is None and stream is None:
            nameless.append(at)
        if origin is None or destination is None or stream is None:
            continue
        if (origin, destination, stream) in seen:
            message = f"{row.origin} to {row.destination} in stream {names[stream]} stands twice"
            faults.add(("tables", "demand", index), message, field="")
        seen.add((origin, destination, stream))
        if row.share is None:
            volume = row.volume_t_per_year or 0.0
        else:
            volume = row.share / (totals[stream] or 1.0) * (document.streams[names[stream]].volume_t_per_year or 0.0)
        kept.append(
            (
                origin,
                destination,
                stream,
                volume * document.volume_factor * float(factors[origin, destination]),
                faults.line(("tables", "demand", index)),
            )
        )
    if nameless:
        faults.add_alike(nameless, _without_stream(names, faults), field=None)
    kept = [row for row in kept if row[3] > 0]
    if not kept and not faults:
        faults.add(("tables", "demand"), "no commodity has a volume")
    return _columns(*zip(*kept, strict=True)) if kept else _columns([], [], [], [], [])


def _volume_factors(document: InstanceDocument, nodes: tuple[Node, ...]) -> NDArray[np.float64]:
    """Return by how much the countries of two nodes multiply the volume between them, shape (nodes, nodes)."""
    of_country = {row.id: row.volume_factor for row in document.tables.countries}
    country = np.array(["" if node.kind is NodeKind.OVERSEAS else node.country or "" for node in nodes])
    each = np.array([of_country.get(name, 1.0) for name in country.tolist()])
    # One country counts once.
    return np.asarray(np.where(country[:, None] == country, each[:, None], each[:, None] * each))


def _end(
    index: int,
    key: str,
    name: str,
    nodes: tuple[Node, ...],
    position: Mapping[str, int],
    faults: FaultList,
) -> int | None:
    found = position.get(name)
    at = ("tables", "demand", index, key)
    if found is None:
        ends = [node.id for node in nodes if node.kind is not NodeKind.SITE]
        faults.add(at, f"'{name}' is no city or overseas airport{did_you_mean(name, ends)}")
    elif nodes[found].kind is NodeKind.SITE:
        faults.add(at, f"'{name}' is a hub and no city; freight starts and ends at cities and overseas airports")
        return None
    return found


def _stream(at: tuple[str | int, ...], name: str | None, names: list[str], faults: FaultList) -> int | None:
    if name is None:
        return 0 if len(names) == 1 else None
    if name not in names:
        faults.add(at, f"'{name}' is no stream; allowed: {', '.join(names)}{did_you_mean(name, names)}")
        return None
    return names.index(name)


def _without_stream(names: list[str], faults: FaultList) -> str:
    """Return what is told of a commodity without a stream where there are several."""
    return f"is missing; there are several streams: {', '.join(names)}{faults.words(_STREAM).format(names[0])}"


def _share_totals(document: InstanceDocument, faults: FaultList) -> list[float]:
    """Return the sum of shares by stream; check that it is 1 and that the stream has a volume."""
    names = list(document.streams)
    totals = [0.0] * len(names)
    for row in document.tables.demand:
        name = row.stream or names[0]
        if row.share is not None and name in names:
            totals[names.index(name)] += row.share
    for name, total in zip(names, totals, strict=True):
        stated = document.streams[name].volume_t_per_year
        if total and stated is None:
            faults.add(("streams", name), "the demand table gives shares, so volume_t_per_year is needed")
        if total and abs(total - 1.0) > SHARE_TOLERANCE:
            faults.add(
                ("tables", "demand"),
                f"the shares of stream {name} add up to {total:.6g}, not to 1",
                field="share",
            )
        if not total and stated is not None:
            message = "is given, but the demand table has no shares in this stream for it to divide"
            faults.add(("streams", name, "volume_t_per_year"), message)
    return totals


def _from_matrix(
    document: InstanceDocument,
    matrix: Matrix,
    nodes: tuple[Node, ...],
    position: Mapping[str, int],
    faults: FaultList,
) -> Commodities:
    at = ("tables", "demand_matrix", "volume_t_per_year")
    stated = document.tables.demand_matrix
    stream = _stream(
        ("tables", "demand_matrix", "stream"),
        stated.stream if stated else None,
        list(document.streams),
        faults,
    )
    ends = {name for name in position if nodes[position[name]].kind is not NodeKind.SITE}
    bad = [name for name in dict.fromkeys((*matrix.origins, *matrix.destinations)) if name not in ends]
    for name in bad:
        faults.add(at, f"{matrix.shown}: '{name}' is no city or overseas airport{did_you_mean(name, ends)}")
    if stream is None and stated is not None and stated.stream is None:
        faults.add(("tables", "demand_matrix", "stream"), _without_stream(list(document.streams), faults))
    if bad or stream is None or faults:
        return _columns([], [], [], [], [])
    factors = _volume_factors(document, nodes)
    ends_of = [np.array([position[name] for name in names]) for names in (matrix.origins, matrix.destinations)]
    volumes = np.nan_to_num(matrix.values, nan=0.0) * document.volume_factor * factors[np.ix_(*ends_of)]
    origin, destination = np.nonzero(volumes)
    if not len(origin):
        faults.add(at, "no commodity has a volume")
    origins = np.array([position[name] for name in matrix.origins])[origin]
    destinations = np.array([position[name] for name in matrix.destinations])[destination]
    return _columns(
        origins,
        destinations,
        np.full(len(origin), stream),
        volumes[origin, destination],
        np.array(matrix.lines)[origin] if matrix.lines else np.zeros(len(origin)),
    )
