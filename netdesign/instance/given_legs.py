"""From the legs table or matrices to legs between all nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.data import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.schema import InstanceDocument


def resolve_legs(
    document: InstanceDocument, matrices: Mapping[str, Matrix], position: Mapping[str, int], faults: FaultList
) -> Legs | None:
    """Return the legs that the instance gives directly, as matrices over all nodes; None where it gives none."""
    tables = document.tables
    if tables.legs and tables.leg_matrices is not None:
        faults.add(("tables", "leg_matrices"), "legs are given twice; keep either legs or leg_matrices")
        return None
    overseas = {row.id for row in tables.overseas}
    ends = [name for name in position if name not in overseas]
    if tables.leg_matrices is not None:
        return _legs_from_matrices(matrices, position, ends, faults)
    if not tables.legs:
        return None
    size, known = len(position), set(ends)
    columns = {name: np.full((size, size), np.nan) for name in ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t")}
    for index, row in enumerate(tables.legs):
        strangers = [(key, name) for key, name in (("from", row.from_), ("to", row.to)) if name not in known]
        for key, name in strangers:
            faults.add(("tables", "legs", index, key), _stranger(name, position, ends))
        if strangers:
            continue
        cell = position[row.from_], position[row.to]
        if not np.isnan(columns["cost_eur_per_t"][cell]):
            faults.add(("tables", "legs", index), f"the leg from {row.from_} to {row.to} stands twice", field="")
        for name, matrix in columns.items():
            matrix[cell] = getattr(row, name)
    return _frozen_legs(columns)


def _legs_from_matrices(
    matrices: Mapping[str, Matrix], position: Mapping[str, int], ends: list[str], faults: FaultList
) -> Legs | None:
    size = len(position)
    columns = {}
    for name in ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t"):
        at: Path_ = ("tables", "leg_matrices", name)
        matrix = matrices.get(f"leg_matrices.{name}")
        is_given = name == "cost_eur_per_t" or matrix is not None
        # What a matrix that is there leaves out is a hole, and no 0.
        columns[name] = np.full((size, size), np.nan if is_given else 0.0)
        if matrix is None:
            continue
        unknown = sorted({*matrix.origins, *matrix.destinations}.difference(ends))
        for stranger in unknown:
            faults.add(at, f"{matrix.file}: {_stranger(stranger, position, ends)}")
        if unknown:
            continue
        rows = [position[name] for name in matrix.origins]
        cols = [position[name] for name in matrix.destinations]
        columns[name][np.ix_(rows, cols)] = matrix.values
    _check_holes(columns, list(position), faults)
    return _frozen_legs(columns)


def _stranger(name: str, position: Mapping[str, int], ends: list[str]) -> str:
    """Say why no leg may start or end at a name."""
    if name in position:
        return f"'{name}' is an overseas airport; give it links of mode air"
    return f"'{name}' is no city or hub{did_you_mean(name, ends)}"


def _check_holes(columns: Mapping[str, NDArray[np.float64]], ids: list[str], faults: FaultList) -> None:
    """Note legs that have a cost and an empty cell in another matrix; a node needs no leg to itself."""
    for name, matrix in columns.items():
        holes = np.isnan(matrix) & ~np.isnan(columns["cost_eur_per_t"])
        np.fill_diagonal(holes, val=False)
        if holes.any():
            origin, destination = (ids[position] for position in np.argwhere(holes)[0])
            more = f" (and {int(holes.sum()) - 1} more like it)" if holes.sum() > 1 else ""
            message = f"the cell from {origin} to {destination} is empty, yet that leg has a cost{more}"
            faults.add(("tables", "leg_matrices", name), message)


def _frozen_legs(columns: Mapping[str, NDArray[np.float64]]) -> Legs:
    """Freeze the matrices; where no leg exists, all four say NaN."""
    absent = np.isnan(columns["cost_eur_per_t"])
    for matrix in columns.values():
        matrix[absent] = np.nan
        matrix.setflags(write=False)
    co2e = columns["co2e_kg_per_t"] / 1000.0
    co2e.setflags(write=False)
    return Legs(columns["cost_eur_per_t"], columns["time_h"], columns["km"], co2e)
