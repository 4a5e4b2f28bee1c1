"""Links and legs against the places of their ends, against their hours, and against their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from netdesign.instance.distances import great_circle_km
from netdesign.instance.rows import Mode
from netdesign.instance.sense.places import places
from netdesign.instance.sense.remarks import figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from netdesign.instance.document import Path_
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.rows import LegRow, LinkRow
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.sense.places import Place
    from netdesign.instance.sense.remarks import Remarks

_SHORTER = 0.95
"""A sphere for the earth makes up to 0.6 %, kilometres at sea are quoted in round numbers."""

_SLACK_KM = 5.0
"""A city is no point: a link may begin at its edge or port, and coordinates are rounded."""

_LONGER = 8.0
"""Roads round a bay or a range are three or four times the air line; ten times is a slipped digit or metres."""

_LONGER_SLACK_KM = 50.0
_FLOWN = 1.5
"""Km of a lane are those of the great circle; flights are up to a fifth longer."""

_ROAD_KMH = 130.0
_SEA_KMH = 200.0
"""Trains through tunnels are the fastest of what is called a ferry."""

_AIR_KMH = (100.0, 1000.0)
"""With stops on the way, and with the strongest wind behind."""

_FEWEST_KM = 20.0
"""Under it hours are rounded to minutes, so that speeds are unreliable."""

_RATIO = 10.0
"""Back loads make one direction two or three times as dear as the other."""

_SURELY_TRIANGULAR = 0.8
"""Share of pairs with a volume in one half of a matrix from which on an empty other half is an oversight."""

_FEWEST_PAIRS = 6


def note_unlikely_legs(document: InstanceDocument, matrices: Mapping[str, Matrix], remarks: Remarks) -> None:
    """Note links and legs that are too short, too long or too fast, and matrices that lack a half."""
    found = places(document)
    remarks.add_all(_of_links(document.tables.links, found))
    remarks.add_all(_parallel_links(document.tables.links))
    # Where vehicles carry freight, a leg may well cost a tonne nothing beside them.
    is_carried = document.services is not None
    remarks.add_all(_of_legs(document.tables.legs, found, is_carried=is_carried))
    for name in ("cost_eur_per_t", "time_h", "km", "co2e_kg_per_t"):
        matrix = matrices.get(f"leg_matrices.{name}")
        if matrix is not None:
            at: Path_ = ("tables", "leg_matrices", name)
            remarks.add_all((at, f"{matrix.shown}: {message}") for message in _matrix_remarks(matrix))
            if found and name in (("km",) if is_carried else ("km", "cost_eur_per_t")):
                remarks.add_all(
                    (at, f"{matrix.shown}: {message}") for message in _against_coordinates(matrix, name, found)
                )
    demand = matrices.get("demand_matrix.volume_t_per_year")
    if demand is not None and _is_half(demand):
        message = "volumes stand in one half only, above or below the diagonal; freight both ways stands in both"
        remarks.add(("tables", "demand_matrix", "volume_t_per_year"), f"{demand.shown}: {message}")


def _of_links(rows: tuple[LinkRow, ...], found: Mapping[str, Place]) -> Iterator[tuple[Path_, str]]:
    lines = _air_lines([row.from_ for row in rows], [row.to for row in rows], found)
    for index, (row, line) in enumerate(zip(rows, lines.tolist(), strict=True)):
        at: Path_ = ("tables", "links", index)
        is_air = row.mode is Mode.AIR
        km = float(line) if row.km is None else row.km  # of an air link without one it follows from the coordinates
        words = _distance_words(km if is_air else km + row.sea_km, line, _FLOWN if is_air else _LONGER)
        if words:
            yield (*at, "km"), words
        yield from _lane_remarks(row, km, at) if is_air else _ferry_remarks(row, km, at)


def _parallel_links(rows: tuple[LinkRow, ...]) -> Iterator[tuple[Path_, str]]:
    """Yield links parallel to an earlier one with other figures; only one of the two is used."""
    first: dict[frozenset[str], tuple[object, ...]] = {}
    for index, row in enumerate(rows):
        if row.mode is Mode.AIR:
            continue
        figures = row.mode, row.km, row.sea_km, row.hours or 0.0, row.fare_eur_per_truck
        # Equal figures there and back change nothing.
        if first.setdefault(frozenset((row.from_, row.to)), figures) != figures:
            both = f"{row.from_} and {row.to} are joined by a link above, with other figures"
            yield ("tables", "links", index), f"{both}; links lead both ways, and only the shorter of the two counts"


def _ferry_remarks(row: LinkRow, km: float, at: Path_) -> Iterator[tuple[Path_, str]]:
    if row.mode is Mode.FERRY and km > _FEWEST_KM and row.sea_km == 0:
        yield (*at, "km"), f"{figure(km)} km of the ferry are driven, as sea_km is 0; km at sea belong there"
    elif row.sea_km > _FEWEST_KM and not row.hours:
        yield (
            (*at, "sea_km"),
            f"{figure(row.sea_km)} km at sea take no time; `hours` is for the crossing and the boarding",
        )
    elif row.hours and row.sea_km > _SEA_KMH * row.hours:
        speed = f"{row.sea_km / row.hours:,.0f} km/h"
        yield (*at, "hours"), f"{figure(row.hours)} h for {figure(row.sea_km)} km at sea are {speed}; the unit is hours"


def _lane_remarks(row: LinkRow, km: float, at: Path_) -> Iterator[tuple[Path_, str]]:
    for name in ("sea_km", "fare_eur_per_truck"):
        if getattr(row, name):
            yield (*at, name), f"{figure(getattr(row, name))} plays no part on an air link"
    if row.hours is None or km < _FEWEST_KM:
        return
    slowest, fastest = _AIR_KMH
    if row.hours == 0 or not slowest <= km / row.hours <= fastest:
        speed = f" ({km / row.hours:,.0f} km/h)" if row.hours else ""
        yield (
            (*at, "hours"),
            f"{figure(row.hours)} h for {figure(km)} km{speed} is unlikely; freighters fly 700 to 900 km/h",
        )


def _of_legs(rows: tuple[LegRow, ...], found: Mapping[str, Place], *, is_carried: bool) -> Iterator[tuple[Path_, str]]:
    back = {(row.from_, row.to): row.cost_eur_per_t or 0.0 for row in rows if row.from_ != row.to}
    has_hours = any(row.time_h for row in rows)
    lines = _air_lines([row.from_ for row in rows], [row.to for row in rows], found)
    for index, (row, line) in enumerate(zip(rows, lines.tolist(), strict=True)):
        at: Path_ = ("tables", "legs", index)
        words = _distance_words(row.km, line, _LONGER) if row.km else ""
        if words:
            yield (*at, "km"), words
        length = row.km or np.nan_to_num(line)
        if length > _FEWEST_KM and has_hours and row.time_h * _ROAD_KMH < length:
            yield (
                (*at, "time_h"),
                f"{figure(row.time_h)} h for {figure(length, 5)} km is unlikely; trucks drive 50 to 90 km/h",
            )
        if row.cost_eur_per_t is None:
            continue
        words = _way_back_words(row.cost_eur_per_t, back.get((row.to, row.from_), 0.0))
        if not words and row.cost_eur_per_t == 0 and length > _FEWEST_KM and not is_carried:
            words = f"costs nothing over {figure(length, 5)} km"
        if words:
            yield (*at, "cost_eur_per_t"), f"the leg from {row.from_} to {row.to} {words}"


def _air_lines(ends: Sequence[str], others: Sequence[str], found: Mapping[str, Place]) -> NDArray[np.float64]:
    """Return the air line between places, km; NaN where one of them has no coordinates or they are the same."""
    one, other = (_coordinates(side, found).T for side in (ends, others))
    lines = great_circle_km(*one, *other)
    lines[[a == b for a, b in zip(ends, others, strict=True)]] = np.nan
    return lines


def _coordinates(ids: Sequence[str], found: Mapping[str, Place]) -> NDArray[np.float64]:
    """Return latitude and longitude of places, degrees, shape (places, 2); NaN of a place that has none."""
    pairs = [(found[name].lat, found[name].lon) if name in found else (np.nan, np.nan) for name in ids]
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


_Km = TypeVar("_Km", float, "NDArray[np.float64]")


def _shortest(line: _Km) -> _Km:
    """Return the least length, km, for an air line."""
    return _SHORTER * line - _SLACK_KM


def _longest(line: _Km, longer: float) -> _Km:
    """Return the greatest length, km, for an air line and the largest ratio to it."""
    return longer * line + _LONGER_SLACK_KM


def _distance_words(km: float, line: float, longer: float) -> str:
    """Return words for a length that does not fit the air line between its ends, or an empty string."""
    if km < _shortest(line):
        return f"{figure(km)} is under the {line:.0f} km of the air line between the coordinates of its ends"
    if km > _longest(line, longer):
        return f"{figure(km)} is {km / max(line, 1.0):,.1f} times the {line:.0f} km of the air line between its ends"
    return ""


def _way_back_words(there: float, back: float) -> str:
    """Return words for a figure far below that of the way back, or an empty string."""
    if there == 0 and back > 0:
        return f"is 0, the way back {figure(back)}; are the figures of one direction missing?"
    if there * _RATIO < back:
        return f"is {figure(there)}, the way back {figure(back)}"
    return ""


def _matrix_remarks(matrix: Matrix) -> Iterator[str]:
    """Yield remarks on a matrix of legs by itself; values are NaN where there is no leg."""
    values = _square(matrix)
    ids = sorted({*matrix.origins, *matrix.destinations})
    between = values[~np.eye(len(values), dtype=bool)]
    positive = between[between > 0]
    if not len(positive):
        return
    with np.errstate(invalid="ignore"):
        zero = (values == 0) & (values.T > 0)
        low = (values > 0) & (values * _RATIO < values.T)
        own = np.diagonal(values) > np.median(positive)
    for odd in (zero, low):
        cells = np.argwhere(odd)
        if len(cells):
            a, b = cells[0]
            more = f" (and {len(cells) - 1} more like it)" if len(cells) > 1 else ""
            yield f"the leg from {ids[a]} to {ids[b]} {_way_back_words(values[a, b], values[b, a])}{more}"
    if own.any():
        first = int(np.argmax(own))
        more = f" (and {int(own.sum()) - 1} more like it)" if own.sum() > 1 else ""
        yield (
            f"{figure(values[first, first])} from {ids[first]} to itself is over the median between places; a place's "
            f"own cell is 0 or empty{more}"
        )


def _against_coordinates(matrix: Matrix, name: str, found: Mapping[str, Place]) -> Iterator[str]:
    """Yield lengths that do not fit the places of their ends, and costs of 0 between distant places."""
    starts, ends = (_coordinates(side, found) for side in (matrix.origins, matrix.destinations))
    ids = np.array(matrix.destinations, dtype=object)
    for origin, (lat, lon), values in zip(matrix.origins, starts.tolist(), matrix.values, strict=True):
        lines = great_circle_km(lat, lon, ends[:, 0], ends[:, 1])
        lines[ids == origin] = np.nan
        # All cells at once: of millions hardly one is odd.
        if name == "km":
            odd = (values < _shortest(lines)) | (values > _longest(lines, _LONGER))
        else:
            odd = (values == 0) & (lines > _FEWEST_KM)
        for column in np.flatnonzero(odd).tolist():
            destination, line = matrix.destinations[column], float(lines[column])
            if name == "km":
                yield f"from {origin} to {destination} {_distance_words(float(values[column]), line, _LONGER)}"
            else:
                yield f"the leg from {origin} to {destination} costs nothing over {line:.0f} km"


def _square(matrix: Matrix) -> NDArray[np.float64]:
    """Return the matrix over all its ids in their order, NaN where it has no cell."""
    ids = sorted({*matrix.origins, *matrix.destinations})
    position = {name: index for index, name in enumerate(ids)}
    values = np.full((len(ids), len(ids)), np.nan)
    rows, columns = ([position[name] for name in side] for side in (matrix.origins, matrix.destinations))
    values[np.ix_(rows, columns)] = matrix.values
    return values


def _is_half(matrix: Matrix) -> bool:
    """Return whether a square matrix is full on one side of its diagonal and empty on the other."""
    if matrix.origins != matrix.destinations:
        return False
    values = np.nan_to_num(matrix.values)
    pairs = len(values) * (len(values) - 1) // 2
    upper, lower = np.count_nonzero(np.triu(values, 1)), np.count_nonzero(np.tril(values, -1))
    return pairs >= _FEWEST_PAIRS and min(upper, lower) == 0 and bool(max(upper, lower) >= _SURELY_TRIANGULAR * pairs)
