"""Write an instance as plain data, a folder, or a graph of networkx, all of which can be read again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from netdesign.errors import UsageError
from netdesign.instance.distributions import correlates_figures, has_figures
from netdesign.instance.document import FILE_NAME
from netdesign.instance.published.graph_tables import KIND_OF_HUB, OF_THE_HUB, OF_THE_LINK, ROLES
from netdesign.instance.ranges import is_there
from netdesign.instance.read import validated
from netdesign.instance.resolve import STAGED_TABLES
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS
from netdesign.instance.service_checks import SERVICE_TABLES
from netdesign.io.output_file import new_folder, write_atomically, write_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import networkx as nx

    from netdesign.instance.matrices import Matrix
    from netdesign.instance.published.reading import Source
    from netdesign.instance.schema import InstanceDocument

TABLES = tuple(COLUMNS)
"""Tables of rows, in the order in which a person reads them."""

_NOT_IN_XML = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 cannot hold, and the carriage return, which XML readers turn into a line feed."""


def to_plain_data(source: Source) -> dict[str, Any]:
    """Return the document of a source with numbers as numbers; dense tables keep the names of their files.

    It lacks all that ``--set`` removed, and the tables of years or services where these were removed.

    Raises
    ------
    InstanceError
        The document is not valid.
    """
    read = validated(source)
    document = read.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    for block, of_block in (("stages", STAGED_TABLES), ("services", SERVICE_TABLES)):
        if block not in document:
            tables = document["tables"]
            document["tables"] = {name: table for name, table in tables.items() if name not in of_block}
    return document | {"tables": _with_ranges_of(read, document["tables"])}


def _with_ranges_of(read: InstanceDocument, tables: dict[str, Any]) -> dict[str, Any]:
    """Return tables with ranges and distributions of those figures only that ``--set`` left in the document."""
    found = dict(tables)
    for name, is_kept in (("ranges", is_there), ("distributions", has_figures), ("correlations", correlates_figures)):
        stated = getattr(read.tables, name)
        if not stated:
            continue
        kept = [row for one, row in zip(stated, tables[name], strict=True) if is_kept(read, one)]
        found.pop(name)
        if kept:
            found[name] = kept
    return found


def data_digest(source: Source) -> str:
    """Return the SHA-256 of what an instance states, whatever files and formats it is written in.

    Numbers count with 15 digits, as spreadsheet programs keep no more.

    Raises
    ------
    InstanceError
        The document is not valid.
    """
    document = without_matrices(to_plain_data(source), source)
    document["tables"] = {name: rows for name, rows in document["tables"].items() if rows}
    return hashlib.sha256(json.dumps(_with_15_digits(document), sort_keys=True).encode()).hexdigest()


def _with_15_digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_15_digits(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [_with_15_digits(inside) for inside in value]
    return f"{value:.15g}" if isinstance(value, float) else value


def columns_in_use(table: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return the columns that the rows of a table fill, those on sources last."""
    ordered = sorted(COLUMNS[table], key=lambda name: name in SourcedRow.model_fields)
    used = {name for row in rows for name, value in row.items() if value is not None}
    return [name for name in ordered if name in used]


def without_matrices(document: dict[str, Any], source: Source) -> dict[str, Any]:
    """Return a document with its dense tables replaced by rows of ``legs`` and ``demand``."""
    tables = dict(document["tables"])
    dense_legs, dense_demand = tables.pop("leg_matrices", None), tables.pop("demand_matrix", None)
    if dense_legs:
        tables["legs"] = _rows("leg_matrices", source, ("from", "to"))
    if dense_demand:
        stream = {"stream": dense_demand["stream"]} if "stream" in dense_demand else {}
        rows = _rows("demand_matrix", source, ("origin", "destination"))
        tables["demand"] = [row | stream for row in rows if row["volume_t_per_year"]]
    return document | {"tables": tables}


def _rows(block: str, source: Source, ends: tuple[str, str]) -> list[dict[str, Any]]:
    matrices = {path.partition(".")[2]: m for path, m in source.matrices.items() if path.startswith(f"{block}.")}
    first = next(iter(matrices.values()))
    by_cell = {name: _cells(matrix) for name, matrix in matrices.items()}
    rows = []
    for i, j in np.argwhere(~np.isnan(first.values)).tolist():
        start, end = first.origins[i], first.destinations[j]
        values = {name: cells[start, end] for name, cells in by_cell.items() if (start, end) in cells}
        rows.append({ends[0]: start, ends[1]: end, **values})
    return rows


def _cells(matrix: Matrix) -> dict[tuple[str, str], float]:
    places = np.argwhere(~np.isnan(matrix.values)).tolist()
    return {(matrix.origins[i], matrix.destinations[j]): float(matrix.values[i, j]) for i, j in places}


def write_instance(source: Source, folder: Path) -> None:
    """Write a folder that reads as the same instance.

    Parameters
    ----------
    source
        The source as a reader returns it.
    folder
        Must not exist.

    Raises
    ------
    InstanceError
        The document is not valid.
    UsageError
        The folder exists or cannot be made.
    """
    document = to_plain_data(source)
    with new_folder(folder) as made:
        _write_files(document, source, made)


def _write_files(document: dict[str, Any], source: Source, folder: Path) -> None:
    from ruamel.yaml import YAML

    tables = document["tables"]
    for name in TABLES:
        if tables.get(name):
            _write_rows(name, tables[name], folder / f"{name}.csv")
            tables[name] = f"{name}.csv"
    for path, matrix in source.matrices.items():
        block, _, field = path.partition(".")
        file = f"{field}.csv"
        _write_matrix(matrix, folder / file)
        tables[block][field] = file
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # in the order of the document
    with (folder / FILE_NAME).open("w", encoding="utf-8", newline="\n") as file_:
        yaml.dump(document, file_)


def _write_rows(table: str, rows: list[dict[str, Any]], path: Path) -> None:
    columns = columns_in_use(table, rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow(["" if row.get(name) is None else row[name] for name in columns])


def _write_matrix(matrix: Matrix, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *matrix.destinations])
        for name, values in zip(matrix.origins, matrix.values, strict=True):
            writer.writerow([name, *("" if np.isnan(value) else repr(value) for value in values.tolist())])


def instance_graph(source: Source) -> nx.Graph[str]:
    """Return the graph of an instance, with all columns as attributes of nodes and edges.

    Parameters
    ----------
    source
        The instance. Data of neither nodes nor links become attributes of the graph, as JSON.

    Returns
    -------
    Graph
        A MultiGraph where links are parallel.
    """
    import networkx as nx

    document = _without_nulls(without_matrices(to_plain_data(source), source))
    tables = document["tables"]
    links = [dict(row) for row in tables.pop("links", [])]
    ends = [(row.pop("from"), row.pop("to")) for row in links]
    are_parallel = len(set(map(frozenset, ends))) < len(ends)
    graph: nx.Graph[str] = nx.MultiGraph() if are_parallel else nx.Graph()
    for table, role in ROLES.items():
        for row in tables.pop(table, []):
            graph.add_node(row["id"])
            node = graph.nodes[row["id"]]
            # A hub in a city has sources of its own.
            marks = (OF_THE_HUB if node.get("is_city") else KIND_OF_HUB) if table == "hubs" else {}
            node.update(_marked({name: value for name, value in row.items() if name != "id"}, marks))
            node[role] = True
    for _, data in graph.nodes(data=True):
        data.update({role: data.get(role, False) for role in ROLES.values()})
    for (start, end), row in zip(ends, links, strict=True):
        graph.add_edge(start, end, **_marked({"mode": "road", **row}, OF_THE_LINK))
    graph.graph.update({k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for k, v in document.items()})
    return graph


def _marked(row: dict[str, Any], marks: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with some columns renamed, so that they differ from attributes of other tables."""
    by_column = {name: mark for mark, name in marks.items()}
    return {by_column.get(name, name): value for name, value in row.items()}


def _without_nulls(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without null values, except ``stages: null``, which has a meaning."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: kept(inside) for name, inside in value.items() if inside is not None}
        return [kept(inside) for inside in value] if isinstance(value, list) else value

    years = {"stages": None} if document.get("stages", False) is None else {}
    return cast("dict[str, Any]", kept(document)) | years


def write_graphml(source: Source, path: Path) -> None:
    """Write the graph of an instance as GraphML, for networkx, Gephi, yEd and others.

    Raises
    ------
    UsageError
        A text holds a character that XML has not, or the file cannot be written.
    """
    from networkx.readwrite.graphml import GraphMLWriter

    class Writer(GraphMLWriter):
        """Writes Booleans in lower case; networkx writes True and False, which other programs refuse."""

        def add_data(self, name: str, element_type: Any, value: Any, scope: str = "all", default: Any = None) -> Any:
            element = super().add_data(name, element_type, value, scope, default)
            if element_type is bool:
                element.text = str(value).lower()
            return element

    graph = instance_graph(source)
    _check_xml(graph, path)
    # A column of mixed whole and other numbers gets one key: two keys with one name confuse igraph.
    writer = Writer(encoding="utf-8", prettyprint=True, infer_numeric_types=True)
    writer.add_graph_element(graph)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            writer.dump(file)

    write_atomically(path, ".graphml", write)


def _check_xml(graph: nx.Graph[str], path: Path) -> None:
    """Raise a UsageError for texts with a character that XML 1.0 cannot hold or would change."""
    parts = [
        *(("graph", graph.graph),),
        *((f"node {node}", {"id": node, **data}) for node, data in graph.nodes(data=True)),
        *((f"edge {start} to {end}", data) for start, end, data in graph.edges(data=True)),
    ]
    found = [
        f"{path}: GraphML cannot hold U+{ord(odd[0]):04X}, which {part!r} has in {name}"
        for part, data in parts
        for name, value in data.items()
        if isinstance(value, str) and (odd := _NOT_IN_XML.search(value))
    ]
    if found:
        message = "\n".join([*found, "take such characters out, or use --to nodelink"])
        raise UsageError(message)


def write_nodelink(source: Source, path: Path) -> None:
    """Write the graph of an instance as node-link JSON of networkx."""
    import networkx as nx

    data = nx.node_link_data(instance_graph(source), edges="edges")
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(path, text)
