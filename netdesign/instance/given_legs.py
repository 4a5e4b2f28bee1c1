"""Legs given directly, from a table or matrices: cost, hours, km and gases, of which km alone may be stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.driving import BY_TRUCK, OR_KM, leg_by_truck
from netdesign.instance.parts import FiguresByTruck, GivenLegs
from netdesign.instance.rows import SiteKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance.blocks import Road
    from netdesign.instance.document import Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.schema import InstanceDocument

LEG_FIGURES = ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t")


def resolve_legs(
    document: InstanceDocument, matrices: Mapping[str, Matrix], position: Mapping[str, int], faults: FaultList
) -> GivenLegs | None:
    """Return the legs that the instance gives directly, as matrices over all nodes; None where it gives none."""
    tables = document.tables
    if tables.legs and tables.leg_matrices is not None:
        faults.add(("tables", "leg_matrices"), "legs are given twice; keep either legs or leg_matrices")
        return None
    overseas = {row.id for row in tables.overseas}
    ends = [name for name in position if name not in overseas]
    if tables.leg_matrices is not None:
        return _legs_from_matrices(document.road, matrices, position, ends, faults)
    if not tables.legs:
        return None
    size, known = len(position), set(ends)
    centres = {row.id for row in tables.hubs if row.kind is SiteKind.SORTING_CENTRE}
    columns = {name: np.full((size, size), np.nan) for name in LEG_FIGURES}
    is_by_truck = _none_by_truck(size)
    seen: set[tuple[int, int]] = set()
    _check_row_prices(document, faults)
    for index, row in enumerate(tables.legs):
        strangers = [(key, name) for key, name in (("from", row.from_), ("to", row.to)) if name not in known]
        for key, name in strangers:
            other = row.to if key == "from" else row.from_
            message = _not_a_node(name, position, ends)
            if name in overseas and other in centres:
                message = f"'{name}' is an overseas airport and '{other}' a sorting centre, which has no runway"
                message = f"{message}; take the leg out"
            faults.add(("tables", "legs", index, key), message)
        if strangers:
            continue
        cell = position[row.from_], position[row.to]
        if cell in seen:
            faults.add(("tables", "legs", index), f"the leg from {row.from_} to {row.to} stands twice", field="")
        seen.add(cell)
        for name, matrix in columns.items():
            matrix[cell] = getattr(row, name)
        if row.cost_eur_per_t is None:
            for name in BY_TRUCK - row.model_fields_set:
                is_by_truck[name][cell] = True
    if document.road is not None:
        for name, at in is_by_truck.items():
            columns[name][at] = leg_by_truck(columns["km"][at], document.road)[name]
    return _frozen_legs(columns, is_by_truck)


def _none_by_truck(size: int) -> dict[str, NDArray[np.bool_]]:
    return {name: np.zeros((size, size), dtype=bool) for name in BY_TRUCK}


def _check_row_prices(document: InstanceDocument, faults: FaultList) -> None:
    """Note legs without a cost that nothing prices."""
    bare: list[Path_] = [
        ("tables", "legs", index, "cost_eur_per_t")
        for index, row in enumerate(document.tables.legs)
        if row.cost_eur_per_t is None and (document.road is None or "km" not in row.model_fields_set)
    ]
    if bare:
        faults.add_alike(bare, f"cost_eur_per_t: is missing; {OR_KM}")


def _legs_from_matrices(
    road: Road | None,
    matrices: Mapping[str, Matrix],
    position: Mapping[str, int],
    ends: list[str],
    faults: FaultList,
) -> GivenLegs | None:
    size = len(position)
    columns, is_by_truck = {}, _none_by_truck(size)
    for name in LEG_FIGURES:
        at: Path_ = ("tables", "leg_matrices", name)
        matrix = matrices.get(f"leg_matrices.{name}")
        is_given = name == "cost_eur_per_t" or matrix is not None
        # An empty cell of a given matrix is a missing value, not 0.
        columns[name] = np.full((size, size), np.nan if is_given else 0.0)
        if matrix is None:
            continue
        unknown = sorted({*matrix.origins, *matrix.destinations}.difference(ends))
        for stranger in unknown:
            faults.add(at, f"{matrix.shown}: {_not_a_node(stranger, position, ends)}")
        if unknown:
            continue
        rows = [position[name] for name in matrix.origins]
        cols = [position[name] for name in matrix.destinations]
        columns[name][np.ix_(rows, cols)] = matrix.values
    if "leg_matrices.cost_eur_per_t" not in matrices:
        if road is None or "leg_matrices.km" not in matrices:
            faults.add(("tables", "leg_matrices"), f"cost_eur_per_t is missing; {OR_KM}")
            return None
        for name, values in leg_by_truck(columns["km"], road).items():
            if f"leg_matrices.{name}" not in matrices:
                columns[name] = values
                is_by_truck[name][:] = True
    _check_holes(columns, list(position), faults)
    return _frozen_legs(columns, is_by_truck)


def _not_a_node(name: str, position: Mapping[str, int], ends: list[str]) -> str:
    """Return why no leg may start or end at a name."""
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


def _frozen_legs(columns: Mapping[str, NDArray[np.float64]], is_by_truck: Mapping[str, NDArray[np.bool_]]) -> GivenLegs:
    """Freeze the matrices; where no leg exists, all figures are NaN."""
    absent = np.isnan(columns["cost_eur_per_t"])
    for matrix in columns.values():
        matrix[absent] = np.nan
        matrix.setflags(write=False)
    co2e = columns["co2e_kg_per_t"] / 1000.0
    co2e.setflags(write=False)
    for follows in is_by_truck.values():
        follows.setflags(write=False)
    by_truck = FiguresByTruck(*(is_by_truck[name] for name in ("cost_eur_per_t", "time_h", "co2e_kg_per_t")))
    return GivenLegs(columns["cost_eur_per_t"], columns["time_h"], columns["km"], co2e, by_truck)
