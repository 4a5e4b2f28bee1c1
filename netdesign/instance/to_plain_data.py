"""An instance as plain data for other formats: the validated document, with what stands in it and no defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.read import validated
from netdesign.instance.rows import SourcedRow
from netdesign.instance.schema import COLUMNS

if TYPE_CHECKING:
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.published.reading import Source

TABLES = ("countries", "cities", "hubs", "overseas", "links", "legs", "demand", "modules", "paths", "tree")
"""Tables of rows, in the order in which a person reads them."""

STAGED_TABLES = ("modules", "paths", "tree")
"""Tables of an instance over several years."""


def plain_document(source: Source) -> dict[str, Any]:
    """Return the document of a source with numbers as numbers; dense tables keep the names of their files.

    What ``--set`` took away is not in it, nor what only years make sense of where the years were taken away.

    Raises
    ------
    InstanceError
        The document is not valid.
    """
    document = validated(source).model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    if "stages" not in document:
        tables = document["tables"]
        document["tables"] = {name: table for name, table in tables.items() if name not in STAGED_TABLES}
    return document


def columns_in_use(table: str, rows: list[dict[str, Any]]) -> list[str]:
    """Return the columns that the rows of a table fill, figures first and where they come from last."""
    ordered = sorted(COLUMNS[table], key=lambda name: name in SourcedRow.model_fields)
    used = {name for row in rows for name, value in row.items() if value is not None}
    return [name for name in ordered if name in used]


def without_matrices(document: dict[str, Any], source: Source) -> dict[str, Any]:
    """Return a document whose dense tables are written out as rows of ``legs`` and ``demand``."""
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
