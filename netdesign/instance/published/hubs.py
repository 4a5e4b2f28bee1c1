"""The formats of hub location: AP (Ernst and Krishnamoorthy 1996) and CAB (O'Kelly 1987)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault, InstanceError
from netdesign.instance.fields import LARGEST
from netdesign.instance.files import read_text
from netdesign.instance.published.documents import as_source, hub_document, instance_name, option_fault
from netdesign.instance.published.numbers import Numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.published.reading import Reading, Source

_SCALE = 1000.0
"""AP distances are divided by this; published values hold only so."""

_ROWS = 5
"""Rows of boxes in a cut of AP."""


def read_ap(path: Path, reading: Reading) -> Source:
    """Read an AP node file, cut it where ``nodes`` says so, and add fixed costs and capacities.

    The number of hubs that the file states holds only for the file as it stands: neither for a cut nor where fixed
    costs decide the number.
    """
    shown = str(path)
    numbers = Numbers(path, shown)
    nodes = numbers.whole("the number of nodes", least=2, most=2000)
    place = numbers.take(2 * nodes, "coordinates", least=-LARGEST).reshape(nodes, 2)
    flow = numbers.take(nodes * nodes, "flows").reshape(nodes, nodes)
    hubs = numbers.whole("p", most=nodes)
    chi, alpha, delta = numbers.take(3, "chi, alpha and delta").tolist()
    numbers.end("chi, alpha and delta")
    is_cut = reading.nodes is not None and reading.nodes != nodes
    if reading.nodes is not None and is_cut:
        _check_cut(reading.nodes, nodes)
        place, flow = cut_ap(place, flow, reading.nodes)
    distance = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1)) / _SCALE
    columns, policies, files = _beside(reading, len(flow))
    if not is_cut and reading.fixed_costs is None:
        policies["hub_count"] = {"min": hubs, "max": hubs}
    name = f"{instance_name(path)}-{len(flow)}" if is_cut else instance_name(path)
    factors = (chi, reading.alpha if reading.alpha is not None else alpha, delta)
    document, matrices = hub_document(name, f"AP, {len(flow)} nodes", flow, distance, factors, columns, policies)
    return as_source(document, matrices, shown, [path, *files])


def _check_cut(cut: int, nodes: int) -> None:
    if cut % _ROWS or not _ROWS <= cut <= nodes or nodes % _ROWS:
        message = f"an AP file of {nodes} nodes is cut to a multiple of {_ROWS} up to {nodes}"
        raise option_fault("nodes", cut, message)


def _beside(reading: Reading, nodes: int) -> tuple[list[dict[str, Any]], dict[str, Any], list[Path]]:
    """Return hub columns, policies and files from the files of fixed costs and capacities."""
    columns: list[dict[str, Any]] = [{"fixed_cost_eur_per_year": 0.0} for _ in range(nodes)]
    policies: dict[str, Any] = {}
    files = []
    wanted = {"fixed_cost_eur_per_year": reading.fixed_costs, "capacity_t_per_year": reading.capacities}
    for column, file in wanted.items():
        if file is None:
            continue
        numbers = Numbers(Path(file), file)
        values = numbers.take(nodes, f"one number for each of the {nodes} nodes")
        numbers.end(f"one number for each of the {nodes} nodes")
        for row, value in zip(columns, values.tolist(), strict=True):
            row[column] = value
        files.append(Path(file))
    if reading.capacities is not None:
        policies["capacity"] = {"counts": "collected"}
    return columns, policies, files


def cut_ap(
    place: NDArray[np.float64], flow: NDArray[np.float64], nodes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places and flows of the cut of AP to fewer nodes.

    The nodes are sorted by y into five rows and each row by x into boxes; a box is a new node at the mean of its
    members weighted by traffic, and what flows inside it is kept on the diagonal.

    Parameters
    ----------
    place
        x and y, shape (old nodes, 2).
    flow
        Shape (old nodes, old nodes).
    nodes
        Number of new nodes, a multiple of five.
    """
    traffic = flow.sum(axis=0) + flow.sum(axis=1)
    by_row = np.array_split(np.lexsort((place[:, 0], place[:, 1])), _ROWS)
    box = np.empty(len(flow), dtype=np.intp)
    for number, row in enumerate(by_row):
        members = np.array_split(row[np.lexsort((place[row, 1], place[row, 0]))], nodes // _ROWS)
        for column, inside in enumerate(members):
            box[inside] = number * (nodes // _ROWS) + column
    member = (box[None, :] == np.arange(nodes)[:, None]).astype(np.float64)
    # A box without traffic lies at the plain mean of its members.
    weight = np.where((member @ traffic)[box] > 0, traffic, 1.0)
    centre = (member @ (weight[:, None] * place)) / (member @ weight)[:, None]
    return centre, member @ flow @ member.T


def read_cab(path: Path, reading: Reading) -> Source:
    """Read the CAB file: the leading block of ``nodes`` nodes, flows divided by their sum."""
    shown = str(path)
    flow, distance = _cab_tables(read_text(path, shown), shown)
    nodes = len(flow) if reading.nodes is None else reading.nodes
    if not 2 <= nodes <= len(flow):
        raise option_fault("nodes", nodes, f"the file has {len(flow)} nodes; give 2 to {len(flow)}")
    flow, distance = flow[:nodes, :nodes], distance[:nodes, :nodes]
    if flow.sum() == 0:
        raise option_fault("nodes", nodes, "there is no flow among these nodes")
    name = f"{instance_name(path)}-{nodes}"
    columns = [{"fixed_cost_eur_per_year": 0.0} for _ in range(nodes)]
    factors = (1.0, 1.0 if reading.alpha is None else reading.alpha, 1.0)
    document, matrices = hub_document(name, f"CAB, {nodes} nodes", flow / flow.sum(), distance, factors, columns, {})
    return as_source(document, matrices, shown, [path])


def _cab_tables(text: str, shown: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return flows and distances of the AMPL table ``i j W C`` that starts after ``:=`` and ends with ``;``."""
    head, starts, rest = text.partition(":=")
    body, ends, after = rest.partition(";")
    first = head.count("\n") + 1
    if not starts or not ends or after.strip():
        line = text.count("\n") if starts and not ends else first
        message = "the table of flows and costs stands between ':=' and a ';' that ends the file"
        raise InstanceError([Fault(shown, line, 0, "", message)])
    rows: dict[tuple[int, int], tuple[float, float]] = {}
    for line, words in enumerate((text.split() for text in body.split("\n")), start=first):
        if not words:
            continue
        row = _cab_row(words)
        if row is None or row[0] in rows:
            why = "stands twice" if row else "is not 'i j W C': two node numbers, a flow and a cost, neither under 0"
            raise InstanceError([Fault(shown, line, 0, "", f"{' '.join(words)[:60]} {why}")])
        rows[row[0]] = row[1]
    nodes = max((max(pair) for pair in rows), default=0)
    missing = [(i, j) for i in range(1, nodes + 1) for j in range(1, nodes + 1) if (i, j) not in rows]
    if missing or nodes < 2:
        message = f"{len(rows):,} pairs are listed; {nodes} nodes have {nodes**2:,}"
        first_missing = f", {missing[0][0]} {missing[0][1]} is missing" if missing else ""
        raise InstanceError([Fault(shown, text.count("\n"), 0, "", message + first_missing)])
    tables = np.array([rows[i, j] for i in range(1, nodes + 1) for j in range(1, nodes + 1)])
    flow, distance = tables.T.reshape(2, nodes, nodes)
    return flow, distance


def _cab_row(words: list[str]) -> tuple[tuple[int, int], tuple[float, float]] | None:
    try:
        i, j, flow, distance = int(words[0]), int(words[1]), float(words[2]), float(words[3])
    except (ValueError, IndexError):
        return None
    is_sound = len(words) == 4 and min(i, j) >= 1 and max(i, j) <= 2000
    return ((i, j), (flow, distance)) if is_sound and 0 <= flow <= LARGEST and 0 <= distance <= LARGEST else None
