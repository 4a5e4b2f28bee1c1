"""The formats of hub location: AP (Ernst and Krishnamoorthy 1996) and CAB (O'Kelly 1987)."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault, InstanceError
from netdesign.instance.fields import LARGEST
from netdesign.instance.files import read_text
from netdesign.instance.matrices import Matrix
from netdesign.instance.published.numbers import LINE_END, Numbers, is_plain_number, words_and_lines
from netdesign.instance.published.reading import as_source, frame_document, instance_name, option_error
from netdesign.instance.published.siblings import looks_like

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from netdesign.instance.published.reading import Reading, Source

_SCALE = 1000.0
"""AP distances are divided by this; published values hold only so."""

_ROWS = 5
"""Rows of boxes in a cut of AP."""

LARGEST_NODES = 2_000

_DIGITS = 10
"""Most characters read of a node number: Python reads whole numbers of thousands of digits slowly or not at all."""

_VOLUMES, _COSTS, _HOURS, _KM = "volume.csv", "cost.csv", "time.csv", "km.csv"
_FIXED_COST, _CAPACITY = "fixed_cost_eur_per_year", "capacity_t_per_year"


def read_ap(path: Path, reading: Reading) -> Source:
    """Read an AP node file, cut it to ``nodes`` where they are given, and add fixed costs and capacities.

    The number of hubs in the file holds for the whole file only: neither for a cut nor with fixed costs.
    """
    shown = str(path)
    numbers = Numbers(path, shown, "ap")
    nodes = numbers.whole("the number of nodes", least=2, most=LARGEST_NODES)
    place = numbers.take(2 * nodes, "coordinates", least=-LARGEST).reshape(nodes, 2)
    flow = numbers.take(nodes * nodes, "flows").reshape(nodes, nodes)
    hubs = numbers.whole("p", most=nodes)
    chi, alpha, delta = numbers.take(3, "chi, alpha and delta").tolist()
    stated = _stated_columns(numbers, flow, (chi, alpha, delta))
    is_cut = reading.nodes is not None and reading.nodes != nodes
    if reading.nodes is not None and is_cut:
        _check_cut(reading.nodes, nodes)
        place, flow = cut_ap(place, flow, reading.nodes)
    _check_stated(stated, reading, nodes, is_cut=is_cut)
    distance = np.hypot(*(place[:, None, :] - place[None, :, :]).transpose(2, 0, 1)) / _SCALE
    columns, files = _option_columns(reading, len(flow))
    policies: dict[str, Any] = {}
    for column, values in stated.items():
        for row, value in zip(columns, values.tolist(), strict=True):
            row[column] = value
    if _CAPACITY in stated or reading.capacities is not None:
        policies["capacity"] = {"counts": "collected"}
    if not is_cut and reading.fixed_costs is None and not stated:
        policies["hub_count"] = {"min": hubs, "max": hubs}
    name = f"{instance_name(path)}-{len(flow)}" if is_cut else instance_name(path)
    factors = (chi, reading.alpha if reading.alpha is not None else alpha, delta)
    document, matrices = hub_document(name, f"AP, {len(flow)} nodes", flow, distance, factors, columns, policies)
    return as_source(document, matrices, shown, [path, *files])


def _stated_columns(
    numbers: Numbers, flow: NDArray[np.float64], factors: tuple[float, float, float]
) -> dict[str, NDArray[np.float64]]:
    """Take the fixed costs, and the capacities behind them, with which some copies of AP end; return them by column."""
    nodes, begin = len(flow), numbers.next
    if numbers.left not in (nodes, 2 * nodes):
        numbers.end("chi, alpha and delta")
        return {}
    if factors[0] == factors[2] == 1.0:
        message = (
            "with chi and delta of 1 and fixed costs behind them this looks like the I-set of Contreras et al. (2011)"
        )
        remedy = "if AP's 1/1000 is meant, put the fixed costs in a file of their own and give --fixed-costs"
        numbers.refuse(f"{message}, whose distances are 5/1000 of the Euclidean ones; {remedy}", begin)
    total = float(flow.sum())
    fixed = numbers.take(nodes, "fixed costs behind chi, alpha and delta")
    options = "put each kind in a file of its own and give --fixed-costs, --capacities"
    if not numbers.left:
        if total <= float(fixed.sum()) and float(fixed.max()) <= 2 * total:
            numbers.refuse(f"the {nodes} numbers behind delta may be fixed costs or capacities; {options}", begin)
        return {_FIXED_COST: fixed}
    capacity = numbers.take(nodes, "capacities behind the fixed costs")
    is_swapped = float(capacity.min()) > total >= float(fixed.max()) and float(fixed.sum()) >= total
    if float(capacity.sum()) < total or is_swapped:
        why = "come after the fixed costs here; these last numbers are no capacities for a flow of"
        numbers.refuse(f"capacities {why} {total:g}; {options}", begin + nodes)
    return {_FIXED_COST: fixed, _CAPACITY: capacity}


def _check_stated(stated: Mapping[str, object], reading: Reading, nodes: int, *, is_cut: bool) -> None:
    """Refuse options that repeat what the file states, and a cut of nodes with fixed costs of their own."""
    options = {_FIXED_COST: ("fixed-costs", reading.fixed_costs), _CAPACITY: ("capacities", reading.capacities)}
    for column, (option, file) in options.items():
        if column in stated and file is not None:
            message = "the file states them itself, behind delta; leave the option out, or take them out of the file"
            raise option_error(option, file, message)
    if stated and is_cut:
        message = f"the file states fixed costs of its {nodes} nodes, which hold for no cut; leave the option out"
        raise option_error("nodes", reading.nodes or 0, message)


def _check_cut(cut: int, nodes: int) -> None:
    if cut % _ROWS or not _ROWS <= cut <= nodes or nodes % _ROWS:
        message = f"an AP file of {nodes} nodes is cut to a multiple of {_ROWS} up to {nodes}"
        raise option_error("nodes", cut, message)


def _option_columns(reading: Reading, nodes: int) -> tuple[list[dict[str, Any]], list[Path]]:
    """Return hub columns and files from the files of fixed costs and capacities."""
    columns: list[dict[str, Any]] = [{_FIXED_COST: 0.0} for _ in range(nodes)]
    files = []
    wanted = {_FIXED_COST: reading.fixed_costs, _CAPACITY: reading.capacities}
    for column, file in wanted.items():
        if file is None:
            continue
        numbers = Numbers(Path(file), file)
        values = numbers.take(nodes, f"one number for each of the {nodes} nodes")
        numbers.end(f"one number for each of the {nodes} nodes")
        for row, value in zip(columns, values.tolist(), strict=True):
            row[column] = value
        files.append(Path(file))
    return columns, files


def cut_ap(
    place: NDArray[np.float64], flow: NDArray[np.float64], nodes: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places and flows of the cut of AP to fewer nodes.

    The nodes are sorted by y into five rows and each row by x into boxes; a box is a new node at the mean of its
    members weighted by traffic, and flows inside it are on the diagonal.

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
    # A box without traffic is at the unweighted mean of its members.
    weight = np.where((member @ traffic)[box] > 0, traffic, 1.0)
    centre = (member @ (weight[:, None] * place)) / (member @ weight)[:, None]
    return centre, member @ flow @ member.T


def read_cab(path: Path, reading: Reading) -> Source:
    """Read the CAB file: the leading block of ``nodes`` nodes, flows divided by their sum."""
    shown = str(path)
    flow, distance = _cab_tables(LINE_END.sub("\n", read_text(path, shown)), shown)
    nodes = len(flow) if reading.nodes is None else reading.nodes
    if not 2 <= nodes <= len(flow):
        raise option_error("nodes", nodes, f"the file has {len(flow)} nodes; give 2 to {len(flow)}")
    flow, distance = flow[:nodes, :nodes], distance[:nodes, :nodes]
    if flow.sum() == 0:
        raise option_error("nodes", nodes, "there is no flow among these nodes")
    name = f"{instance_name(path)}-{nodes}"
    columns = [{"fixed_cost_eur_per_year": 0.0} for _ in range(nodes)]
    factors = (1.0, 1.0 if reading.alpha is None else reading.alpha, 1.0)
    document, matrices = hub_document(name, f"CAB, {nodes} nodes", flow / flow.sum(), distance, factors, columns, {})
    return as_source(document, matrices, shown, [path])


def _cab_body(text: str, shown: str) -> tuple[str, int]:
    """Return the text between ':=' and ';', and its first line number."""
    head, starts, rest = text.partition(":=")
    body, ends, after = rest.partition(";")
    line = head.count("\n") + 1
    if not starts or not ends or after.strip():
        words, lines = words_and_lines(text)
        hint = looks_like(words, np.unique(lines), "cab")
        message = f"the table of flows and costs stands between ':=' and a ';' that ends the file{hint}"
        raise InstanceError([Fault(shown, text.count("\n") if starts and not ends else line, 0, "", message)])
    names = head.rpartition("param:")[2].split() if "param:" in head else ["W", "C"]
    if names != ["W", "C"]:
        found = " ".join(names)[:60] or "not at all"
        message = f"the columns are named {found}; 'param: W C :=' is expected: flow, cost"
        raise InstanceError([Fault(shown, line, 0, "", message)])
    return body, line


def _cab_tables(text: str, shown: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return flows and distances of the AMPL table ``i j W C`` that starts after ``:=`` and ends with ``;``."""
    body, first = _cab_body(text, shown)
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
    missing = next((pair for pair in product(range(1, nodes + 1), repeat=2) if pair not in rows), None)
    if missing or nodes < 2:
        message = f"{len(rows):,} pairs are listed; {nodes} nodes have {nodes**2:,}"
        first_missing = f", {missing[0]} {missing[1]} is missing" if missing else ""
        raise InstanceError([Fault(shown, text.count("\n"), 0, "", message + first_missing)])
    tables = np.array([rows[i, j] for i in range(1, nodes + 1) for j in range(1, nodes + 1)])
    flow, distance = tables.T.reshape(2, nodes, nodes)
    return flow, distance


def _cab_row(words: list[str]) -> tuple[tuple[int, int], tuple[float, float]] | None:
    if len(words) != 4 or not all(map(is_plain_number, words)) or not (words[0].isdigit() and words[1].isdigit()):
        return None
    i, j, flow, distance = int(words[0][:_DIGITS]), int(words[1][:_DIGITS]), float(words[2]), float(words[3])
    is_sound = min(i, j) >= 1 and max(i, j) <= LARGEST_NODES
    return ((i, j), (flow, distance)) if is_sound and 0 <= flow <= LARGEST and 0 <= distance <= LARGEST else None


def hub_document(
    name: str,
    title: str,
    flow: NDArray[np.float64],
    distance: NDArray[np.float64],
    factors: tuple[float, float, float],
    hubs: Sequence[dict[str, Any]],
    policies: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, Matrix]]:
    """Return document and matrices of a hub-location problem whose nodes are all cities and sites.

    Parameters
    ----------
    name, title
        For people.
    flow
        w_ij, shape (nodes, nodes), t/year; freight of a node to itself counts.
    distance
        d_ij, shape (nodes, nodes): EUR/t, and as many km and hours.
    factors
        chi, alpha, delta.
    hubs
        Further columns of each node's row in the hubs table.
    policies
        The policies block.
    """
    ids = tuple(str(number) for number in range(1, len(flow) + 1))
    document = frame_document(name, title) | {
        "factors": dict(zip(("collection", "inter_hub", "distribution"), factors, strict=True)),
        "policies": policies,
        "tables": {
            "cities": [{"id": node} for node in ids],
            "hubs": [{"id": node, **hub} for node, hub in zip(ids, hubs, strict=True)],
            "leg_matrices": {"cost_eur_per_t": _COSTS, "time_h": _HOURS, "km": _KM},
            "demand_matrix": {"volume_t_per_year": _VOLUMES},
        },
    }
    matrices = {
        "leg_matrices.cost_eur_per_t": Matrix(ids, ids, distance, _COSTS),
        "leg_matrices.time_h": Matrix(ids, ids, distance, _HOURS),
        "leg_matrices.km": Matrix(ids, ids, distance, _KM),
        "demand_matrix.volume_t_per_year": Matrix(ids, ids, flow, _VOLUMES),
    }
    return document, matrices
