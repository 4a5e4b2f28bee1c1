"""From the legs table or matrices to legs between all nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.data import Legs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.tables import Matrix


def resolve_legs(
    document: InstanceDocument, matrices: Mapping[str, Matrix], position: Mapping[str, int], faults: FaultList
) -> Legs | None:
    """Return the legs that the instance gives directly, as matrices over all nodes; None where it gives none."""
    tables = document.tables
    if tables.legs and tables.leg_matrices is not None:
        faults.add(("tables", "leg_matrices"), "legs are given twice; keep either legs or leg_matrices")
        return None
    if tables.leg_matrices is not None:
        return _legs_from_matrices(matrices, position, faults)
    if not tables.legs:
        return None
    size = len(position)
    columns = {name: np.full((size, size), np.nan) for name in ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t")}
    for index, row in enumerate(tables.legs):
        unknown = [key for key, name in (("from", row.from_), ("to", row.to)) if name not in position]
        for key in unknown:
            name = row.from_ if key == "from" else row.to
            message = f"'{name}' is no city or hub{did_you_mean(name, position)}"
            faults.add(("tables", "legs", index, key), message)
        if unknown:
            continue
        cell = position[row.from_], position[row.to]
        if not np.isnan(columns["cost_eur_per_t"][cell]):
            faults.add(("tables", "legs", index), f"the leg from {row.from_} to {row.to} stands twice", field="")
        for name, matrix in columns.items():
            matrix[cell] = getattr(row, name)
    return _frozen_legs(columns)


def _legs_from_matrices(matrices: Mapping[str, Matrix], position: Mapping[str, int], faults: FaultList) -> Legs | None:
    size = len(position)
    columns = {}
    for name in ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t"):
        at: Path_ = ("tables", "leg_matrices", name)
        columns[name] = np.full((size, size), np.nan if name == "cost_eur_per_t" else 0.0)
        matrix = matrices.get(f"leg_matrices.{name}")
        if matrix is None:
            continue
        unknown = sorted({*matrix.origins, *matrix.destinations} - set(position))
        if unknown:
            message = f"'{unknown[0]}' is no city or hub{did_you_mean(unknown[0], position)}"
            faults.add(at, message)
            continue
        if (matrix.values < 0).any():
            faults.add(at, f"{matrix.file} holds a negative value")
        rows = [position[name] for name in matrix.origins]
        cols = [position[name] for name in matrix.destinations]
        columns[name][np.ix_(rows, cols)] = matrix.values
    return _frozen_legs(columns)


def _frozen_legs(columns: dict[str, np.ndarray[tuple[int, int], np.dtype[np.float64]]]) -> Legs:
    """Freeze the matrices; where no leg exists, all four say NaN."""
    absent = np.isnan(columns["cost_eur_per_t"])
    for matrix in columns.values():
        matrix[absent] = np.nan
        matrix.setflags(write=False)
    co2e = columns["co2e_kg_per_t"] / 1000.0
    co2e.setflags(write=False)
    return Legs(columns["cost_eur_per_t"], columns["time_h"], columns["km"], co2e)
