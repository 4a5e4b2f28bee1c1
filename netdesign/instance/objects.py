"""Instances from objects of Python: dicts, data frames, matrices of flow and cost, graphs of networkx.

Each becomes the document that a file would hold, with the place of every value in the object, so that checks and
faults are those of files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.errors import Fault, InstanceError, did_you_mean, unknown
from netdesign.instance.document import FORMAT, Located
from netdesign.instance.frames import add_frame, listed_values, plain_value
from netdesign.instance.matrices import Matrix
from netdesign.instance.matrix_values import label_faults, labels_of, matrix_cells, matrix_of
from netdesign.instance.published.graph_tables import GraphPart
from netdesign.instance.published.graphs import GraphFile, graph_source
from netdesign.instance.published.reading import Source, frame_document
from netdesign.instance.schema import COLUMNS, InstanceDocument

if TYPE_CHECKING:
    from collections.abc import Iterable

_MATRIX_TABLES = ("leg_matrices", "demand_matrix")
_MATRIX_PARTS = ("origins", "destinations", "values")
_KEYWORDS = tuple(key for key in InstanceDocument.model_fields if key != "tables")


def source_of_dict(document: Any) -> Source:
    """Return the source of an instance from a document in memory.

    Parameters
    ----------
    document
        Of the shape of ``instance.yaml``. A table is a list of rows, a dict of columns or a data frame, and a dense one
        a dict of origins, destinations and values. The format may be left out.

    Raises
    ------
    InstanceError
        It is no dict.
    """
    if not isinstance(document, Mapping):
        raise InstanceError([Fault("dict", 0, 0, "", f"is of type {type(document).__name__}; an instance is a dict")])
    try:
        data = {"format": FORMAT, **plain_value({key: value for key, value in document.items() if key != "tables"})}
    except RecursionError:
        raise InstanceError([Fault("dict", 0, 0, "", "is nested too deeply to be an instance")]) from None
    return _source(data, document.get("tables"), "dict")


def source_of_frames(frames: Any, blocks: Mapping[str, Any]) -> Source:
    """Return the source of an instance from tables in memory.

    Parameters
    ----------
    frames
        By name of the table, as ``source_of_dict`` takes them.
    blocks
        The rest of the document. Without ``parcel`` and ``streams`` a parcel is a tonne and nothing has a deadline.

    Raises
    ------
    InstanceError
        The frames are not in a dict, or a block is unknown.
    """
    _check_keywords(blocks, (), "from_frames")
    if not isinstance(frames, Mapping):
        message = f"are of type {type(frames).__name__}; give a dict of tables, such as cities, hubs, links, demand"
        raise InstanceError([Fault("frames", 0, 0, "", message)])
    return _source(frame_document("frames", "") | plain_value(blocks), frames, "frames")


def source_of_matrices(flow: Any, cost: Any, options: Mapping[str, Any], blocks: Mapping[str, Any]) -> Source:
    """Return the source of an instance from matrices in memory; all nodes are cities and sites.

    Parameters
    ----------
    flow
        w_ij, shape (nodes, nodes), t/year.
    cost
        Shape (nodes, nodes), EUR/t; infinite where there is no leg.
    options
        ``names``, ``hubs``, ``alpha``, ``collection``, ``distribution``, ``fixed_costs``, ``capacities``, ``existing``,
        ``allocation``, ``time_h``, ``km``, as ``Instance.from_matrices`` has them.
    blocks
        Further blocks of the document.

    Raises
    ------
    InstanceError
        A block is unknown, or there are no names of nodes.
    """
    _check_keywords(blocks, options, "from_matrices")
    faults: list[Fault] = []
    given = {"leg_matrices.cost_eur_per_t": ("cost", cost), "demand_matrix.volume_t_per_year": ("flow", flow)}
    given |= {f"leg_matrices.{name}": (name, options[name]) for name in ("time_h", "km") if options[name] is not None}
    names = _names(options["names"], (flow, cost), faults)
    if not names:
        faults += [
            Fault(f"matrix {shown}", 0, 0, "", matrix_cells(values)[1] or "has no rows and columns")
            for shown, values in given.values()
            if options["names"] is None
        ]
        raise InstanceError(faults or [Fault("names", 0, 0, "", "holds no name")])
    tables: dict[str, Any] = {"cities": [{"id": name} for name in names], "hubs": _hub_rows(names, options, faults)}
    matrices = {}
    for path, (shown, values) in given.items():
        block, _, field = path.partition(".")
        tables.setdefault(block, {})[field] = f"matrix {shown}"
        faults += label_faults(values, names, f"matrix {shown}", is_named=options["names"] is not None)
        matrices[path] = matrix_of(values, names, names, f"matrix {shown}", faults)
    source = _source(_blocks_of_matrices(options, blocks, faults), tables, "matrices", matrices)
    for index, name in enumerate(names):
        source.located.places["tables", "hubs", index] = (f"hub {name}", 0, 0)
    source.located.faults += [(("matrices",), fault) for fault in faults]
    return source


def _blocks_of_matrices(options: Mapping[str, Any], blocks: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """Return the document of matrices without its tables; a value in an option and a block is a fault."""
    number, capacities = options["hubs"], options["capacities"]
    factors = {"inter_hub": "alpha", "collection": "collection", "distribution": "distribution"}
    stated: dict[str, Any] = {
        "problem": {"allocation": options["allocation"]} if options["allocation"] != "multiple" else {},
        "factors": {name: options[option] for name, option in factors.items() if plain_value(options[option]) != 1.0},
        "policies": {"hub_count": {"min": number, "max": number}} if number is not None else {},
    }
    usual: dict[str, Any] = {
        "problem": {"allocation": "multiple"},
        "factors": dict.fromkeys(factors, 1.0),
        "policies": {} if capacities is None else {"capacity": {}},
    }
    document: dict[str, Any] = frame_document("matrices", "") | plain_value(blocks)
    for name, values in stated.items():
        own = document.setdefault(name, {})
        if isinstance(own, dict):  # the schema reports other types
            twice = [key for key in values if key in own]
            faults += [Fault("matrices", 0, 0, f"{name}.{key}", "is given by an option too; give one") for key in twice]
            document[name] = usual[name] | own | plain_value(values)
    return document


def source_of_graph(graph: Any, blocks: Mapping[str, Any]) -> Source:
    """Return the source of an instance from a graph of networkx; attributes are those of node-link files.

    Raises
    ------
    InstanceError
        It is no graph, or wrong in a way that leaves nothing to be checked further.
    """
    if not all(hasattr(graph, name) for name in ("nodes", "edges", "graph", "is_directed")):
        message = f"is of type {type(graph).__name__}; a graph of networkx is wanted"
        raise InstanceError([Fault("graph", 0, 0, "", message)])
    _check_keywords(blocks, (), "from_graph")
    faults: list[Fault] = []
    nodes = [
        GraphPart((plain_value(node),), plain_value(data))
        for node, data in graph.nodes(data=True)
        if _is_name(node, faults)
    ]
    lost = bool(faults)
    ends = graph.edges(data=True) if not lost else ()
    edges = [GraphPart((plain_value(start), plain_value(end)), plain_value(data)) for start, end, data in ends]
    found = GraphFile("graph", plain_value({**graph.graph, **blocks}), nodes, edges, graph.is_directed(), faults)
    source = graph_source(found, None)
    document = source.located.data
    return replace(source, digest=_digest(document, {}), name=str(document["name"]))


def _is_name(node: Any, faults: list[Fault]) -> bool:
    if isinstance(node, bool) or not isinstance(node, str | int | np.integer):
        faults.append(Fault(f"graph: node {str(node)[:80]}", 0, 0, "", "is no text and no whole number"))
        return False
    return True


def _check_keywords(blocks: Mapping[str, Any], further: Iterable[str], shown: str) -> None:
    """Raise an InstanceError with all keywords that are no block of an instance."""
    allowed = (*further, *_KEYWORDS)
    strange = [name for name in blocks if name not in _KEYWORDS]
    if strange:
        raise InstanceError(Fault(shown, 0, 0, name, unknown("keyword", name, allowed)) for name in strange)


def _source(document: dict[str, Any], tables: Any, shown: str, matrices: Mapping[str, Matrix] | None = None) -> Source:
    """Return a document and its tables as a source; tables of every kind become rows."""
    located = Located(document, {(): (shown, 0, 0)})
    found = dict(matrices or {})
    if isinstance(tables, Mapping):
        document["tables"] = {}
        for name, table in tables.items():
            _add_table(str(name), table, located, found)
    elif tables is not None:
        document["tables"] = tables  # the schema reports other types
    return Source(located, found, _digest(document, found), name=str(document.get("name", shown)))


def _add_table(name: str, table: Any, located: Located, matrices: dict[str, Matrix]) -> None:
    tables, at = located.data["tables"], ("tables", name)
    is_rows = isinstance(table, Sequence) and not isinstance(table, str | bytes)
    if name in _MATRIX_TABLES and isinstance(table, Mapping):
        tables[name] = {}
        for field, value in table.items():
            path = f"{name}.{field}"
            tables[name][field] = value if path in matrices or field == "stream" else f"matrix {field}"
            if path not in matrices and field != "stream":
                matrices[path] = _of_parts(value, located, (*at, field), f"matrix {field}")
    elif isinstance(table, str):
        message = f"names a file, {table[:60]!r}, where there is no folder; give the rows"
        located.faults.append((at, Fault(*located.place(()), f"tables.{name}", message)))
    elif table is None or is_rows or name not in COLUMNS:
        tables[name] = plain_value(table)
        if is_rows:
            located.places |= {(*at, index): (f"{name}, row {index}", 0, 0) for index in range(len(table))}
    else:
        add_frame(name, table, located)


def _of_parts(value: Any, located: Located, at: tuple[str, ...], shown: str) -> Matrix:
    """Return a matrix that is given as a dict of origins, destinations and values, as an .npz file has them."""
    faults: list[Fault] = []
    empty = Matrix((), (), np.zeros((0, 0)), shown)
    if not isinstance(value, Mapping) or set(value) != set(_MATRIX_PARTS):
        faults.append(Fault(shown, 0, 0, "", f"is no dict of {', '.join(_MATRIX_PARTS)}"))
        located.faults += [(at, fault) for fault in faults]
        return empty
    names = [listed_values(value[part]) or [] for part in _MATRIX_PARTS[:2]]
    for part, found in zip(_MATRIX_PARTS, names, strict=False):
        strange = [name for name in found if isinstance(name, bool) or not isinstance(name, str | int)]
        if strange or not found:
            faults.append(Fault(shown, 0, 0, part, "is no list of names"))
    if faults:
        located.faults += [(at, fault) for fault in faults]
        return empty
    origins, destinations = (tuple(map(str, found)) for found in names)
    matrix = matrix_of(value["values"], origins, destinations, shown, faults)
    located.faults += [(at, fault) for fault in faults]
    return matrix


def _names(names: Any, matrices: Sequence[Any], faults: list[Fault]) -> tuple[str, ...]:
    """Return the names of the nodes: as given, as the columns of a frame, or numbers from 1."""
    if names is None:
        labels = next(filter(None, (labels_of(values, "columns") for values in matrices)), None)
        names = labels or range(1, max(sum(matrix_cells(values)[0].shape[:1]) for values in matrices) + 1)
    listed = listed_values(list(names) if isinstance(names, str) else names)
    if listed is None:
        message = f"is of type {type(names).__name__}; give a list, a name a node"
        faults.append(Fault("names", 0, 0, "", message))
        return ()
    strange = [name for name in listed if isinstance(name, bool) or not isinstance(name, str | int)]
    faults += [Fault("names", 0, 0, str(name)[:80], "is no text and no whole number") for name in strange]
    found = tuple(map(str, listed))
    twice = sorted({name for name in found if found.count(name) > 1} if len(set(found)) < len(found) else ())
    faults += [Fault("names", 0, 0, name, "stands twice") for name in twice]
    return found


def _hub_rows(names: tuple[str, ...], options: Mapping[str, Any], faults: list[Fault]) -> list[dict[str, Any]]:
    existing = [str(name) for name in listed_values(options["existing"], alone=True)]
    for name in sorted(set(existing) - set(names)):
        faults.append(Fault("existing", 0, 0, name, f"is not among the names{did_you_mean(name, names)}"))
    rows = [{"id": name, "status": "existing" if name in existing else "candidate"} for name in names]
    columns = {"fixed_costs": "fixed_cost_eur_per_year", "capacities": "capacity_t_per_year"}
    for option, column in columns.items():
        given = options[option]
        if isinstance(given, Mapping | set):
            message = f"is of type {type(given).__name__}; give one number, or a list with one a name"
            faults.append(Fault(option, 0, 0, "", message))
            continue
        if given is None:
            continue
        values = listed_values(given)
        values = [plain_value(given)] * len(names) if values is None else values
        if len(values) != len(names):
            faults.append(Fault(option, 0, 0, "", f"has {len(values)} numbers; there are {len(names)} names"))
            continue
        for row, value in zip(rows, values, strict=True):
            row[column] = value
    return rows


def _digest(document: dict[str, Any], matrices: Mapping[str, Matrix]) -> str:
    """Return the SHA-256 of the content of an instance in memory."""
    total = hashlib.sha256(json.dumps(document, sort_keys=True, default=repr).encode())
    for path, matrix in sorted(matrices.items()):
        total.update(json.dumps([path, matrix.origins, matrix.destinations]).encode() + matrix.values.tobytes())
    return total.hexdigest()
