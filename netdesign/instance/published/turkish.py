"""The Turkish network (TR81): a workbook with distances, flows, and fixed costs of hubs and of the links between them.

Read by the names of its sheets. What it does not say is assumed, and options state something else: the inter-hub factor
is 0.9, flows are the normalized ones, so that values are per unit of flow, and fixed costs count as they stand. A
kilometre costs 1 a unit of flow. Each pair of hubs is a link that may be chosen, at the mean of what the workbook has
for the two ways, which differ a little.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from netdesign.errors import SHEET_END, Fault
from netdesign.instance.files import files_being_read
from netdesign.instance.published.excel import openpyxl
from netdesign.instance.published.hubs import hub_document
from netdesign.instance.published.reading import as_source, instance_name, option_error
from netdesign.instance.published.sheets import SETTINGS, Sheets, is_blank
from netdesign.instance.published.turkish_sheets import CITIES, cities_of, matrix_of
from netdesign.instance.published.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.instance.matrices import Matrix
    from netdesign.instance.published.reading import Reading, Source
    from netdesign.instance.published.turkish_sheets import City

ALPHA = 0.9
"""Often taken for this network; the workbook has none."""

FLOWS = ("normalized", "original")
"""Words of ``--flows``; without it the first."""

_DISTANCE, _LINK_COST = "distance_km", "fixed_link_cost"
_OF_FLOWS = {word: f"flow_{word}" for word in FLOWS}
_LARGEST_FACTOR = 1e6


def read_tr81(path: Path, reading: Reading) -> Source:
    """Read the workbook: all hubs may be joined at the costs of its links, which may be chosen.

    ``nodes`` takes the leading cities, with their flows as they stand.
    """
    flows, factor = _options(reading)
    shown = str(path)
    openpyxl()
    book = read_workbook(files_being_read().read(path, shown), shown)
    # By the name of the file alone, as for other workbooks.
    source = as_source({}, {}, path.name, [path])
    sheets = Sheets(path.name, book.sheets, source.located)
    source.located.warnings += [Fault(path.name, 0, 0, "", note) for note in book.notes]
    cities, tables = _tables(sheets, _OF_FLOWS[flows])
    nodes = len(cities) if reading.nodes is None else reading.nodes
    if not 2 <= nodes <= len(cities):
        raise option_error("nodes", nodes, f"the file has {len(cities)} cities; give 2 to {len(cities)}")
    flow, distance, link_cost = (table[:nodes, :nodes] for table in tables)
    if not flow.any():
        raise option_error("nodes", nodes, "there is no flow among these cities")
    name = instance_name(path.with_suffix("")) + ("" if nodes == len(cities) else f"-{nodes}")
    title = f"TR81, {nodes} cities, sheet {_OF_FLOWS[flows]}, fixed costs times {factor:g}"
    hubs = [{"fixed_cost_eur_per_year": factor * city.fixed_cost} for city in cities[:nodes]]
    alpha = ALPHA if reading.alpha is None else reading.alpha
    document, matrices = hub_document(name, title, flow, distance, (1.0, alpha, 1.0), hubs, {})
    document["problem"] = {"network": "chosen"}
    rows = document["tables"]["cities"]
    document["tables"]["cities"] = [row | city.place for row, city in zip(rows, cities, strict=False)]
    document["tables"]["hub_links"] = _links(factor * link_cost)
    matrices = _named_by_sheets(sheets, _OF_FLOWS[flows], document["tables"], matrices)
    source.located.data.update(document)
    source.located.assumed.add(("parcel",))
    return replace(source, matrices=matrices)


def _named_by_sheets(
    sheets: Sheets, flows: str, tables: dict[str, Any], matrices: Mapping[str, Matrix]
) -> dict[str, Matrix]:
    """Return the matrices of legs and demand under the names of their sheets, for messages."""
    found = {}
    for field, matrix in matrices.items():
        block, name = field.split(".")
        place = sheets.place(flows if block == "demand_matrix" else _DISTANCE)
        tables[block][name] = place
        found[field] = replace(matrix, file=place)
    return found


def _options(reading: Reading) -> tuple[str, float]:
    """Return the word of the flows and the factor on fixed costs, with what holds where they are left out."""
    flows = reading.flows or FLOWS[0]
    if flows not in FLOWS:
        raise option_error("flows", flows, f"allowed: {', '.join(FLOWS)}")
    factor = 1.0 if reading.fixed_cost_factor is None else float(reading.fixed_cost_factor)
    if not 0 <= factor <= _LARGEST_FACTOR:
        raise option_error("fixed-cost-factor", factor, f"give a number from 0 to {_LARGEST_FACTOR:,.0f}")
    return flows, factor


def _tables(sheets: Sheets, flows: str) -> tuple[list[City], list[NDArray[np.float64]]]:
    """Return the cities, with flows, distances and costs of links between them.

    Raises
    ------
    InstanceError
        All that is wrong with the sheets that are read.
    """
    read = (CITIES, flows, _DISTANCE, _LINK_COST)
    missing = [name for name in read if name not in sheets.pages]
    if SETTINGS in sheets.pages and missing:
        sheets.note_missing(f"has a sheet '{SETTINGS}' as workbooks of netdesign have; read it with --format-in excel")
        sheets.located.raise_if_faulty()
    for name in missing:
        sheets.note_missing(f"has no sheet '{name}', which a workbook of this format has")
    for name, page in sheets.pages.items():
        if name not in (*read, *_OF_FLOWS.values()) and not all(
            is_blank(cell) for row in page.rows.values() for cell in row.values()
        ):
            place = f"{sheets.file}: {name}{SHEET_END}"
            sheets.located.warnings.append(Fault(place, 0, 0, "", "no sheet of this format; nothing of it is read"))
    cities = cities_of(sheets) if CITIES in sheets.pages else []
    tables = [matrix_of(sheets, name, cities) for name in read[1:] if name in sheets.pages]
    sheets.located.raise_if_faulty()
    return cities, tables


def _links(cost: NDArray[np.float64]) -> list[dict[str, Any]]:
    """Return a row for each pair of hubs; ways whose costs differ a little pay the mean."""
    mean = (cost + cost.T) / 2
    return [
        {"from": str(a + 1), "to": str(b + 1), "fixed_cost_eur_per_year": float(mean[a, b])}
        for a, b in combinations(range(len(cost)), 2)
    ]
