"""Ranges of figures: what the instance states of how far its figures may be off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.instance.figures import FigurePathError, paths_of, place_in

if TYPE_CHECKING:
    from netdesign.instance.document import Located, Path_
    from netdesign.instance.faults import FaultList
    from netdesign.instance.figures import Place
    from netdesign.instance.rows import RangeRow
    from netdesign.instance.schema import InstanceDocument


@dataclass(frozen=True)
class FigureRange:
    """A figure, its value and its ends.

    Parameters
    ----------
    paths
        Where it stands, as for ``--set``; all places have one value.
    value
        What the instance gives it.
    low, high
        Ends of its range, in its unit.
    unit
        Its unit, ``1`` for a pure number.
    is_whole
        Whether it is a whole number by its nature.
    status, source
        How sure the range is, and where it is from; empty where nothing is stated.
    """

    paths: tuple[str, ...]
    value: float
    low: float
    high: float
    unit: str = "1"
    is_whole: bool = False
    status: str = ""
    source: str = ""

    @property
    def name(self) -> str:
        """Its paths as one text, as the table has them."""
        return "; ".join(self.paths)


def resolve_ranges(document: InstanceDocument, located: Located, faults: FaultList) -> tuple[FigureRange, ...]:
    """Return the ranges of a document, and note what is wrong with them.

    What ``--set`` took away or exchanged has no range.
    """
    found: list[FigureRange] = []
    taken: dict[Path_, int] = {}
    for index, row in enumerate(document.tables.ranges):
        at: Path_ = ("tables", "ranges", index)
        try:
            places = [place_in(document, path) for path in paths_of(row.path)]
        except FigurePathError as error:
            if not located.is_set(error.trail):
                faults.add((*at, "path"), str(error))
            continue
        if not places:
            faults.add((*at, "path"), "is empty; write the path of a figure, such as road.cost_eur_per_km")
            continue
        for place in places:
            if taken.setdefault(place.trail, index) != index:
                where = faults.where(("tables", "ranges", taken[place.trail]))
                faults.add((*at, "path"), f"'{row.path}' has a range already, {where}")
        _check_ends(row, places, at, faults)
        found.append(figure_range(row.path, places, row))
    return tuple(found)


def figure_range(name: str, places: list[Place], row: RangeRow) -> FigureRange:
    """Return the range of a figure that stands in some places."""
    first = places[0]
    return FigureRange(
        paths_of(name),
        float(first.value),
        row.low,
        row.high,
        first.unit,
        first.is_whole,
        row.source_status or "",
        row.source or "",
    )


def _check_ends(row: RangeRow, places: list[Place], at: Path_, faults: FaultList) -> None:
    values = sorted({float(place.value) for place in places})
    if len(values) > 1:
        listed = ", ".join(f"{value:g}" for value in values)
        faults.add((*at, "path"), f"its places have the values {listed}; one range is of one figure, with one value")
    for end, value in (("low", row.low), ("high", row.high)):
        why = next(filter(None, (place.fault_of(value) for place in places)), "")
        if why:
            faults.add((*at, end), f"{places[0].name}: {why}")


def is_there(document: InstanceDocument, row: RangeRow) -> bool:
    """Return whether the figure of a range is in a document."""
    try:
        return all(place_in(document, path) for path in paths_of(row.path))
    except FigurePathError:
        return False
