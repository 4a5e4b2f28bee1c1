"""The countries behind the map: as much of the vendored Natural Earth outlines as the extent of the places shows."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILE = Path(__file__).parent / "vendored" / "countries-50m.json"

_MARGIN = 0.5
"""How far beyond the places the map can be moved, as a share of their extent."""

_STEPS = 2000
"""Of the grid that points are rounded to, across the shown extent: one or more for each pixel of a wide page."""

_LEAST_DEGREES = 2.0
"""A single city is shown with this much around it."""

_LEAST_RING = 4
"""An island that is smaller than so many steps of the grid is left out."""

Point = tuple[float, float]


class Box(NamedTuple):
    """An extent in degrees."""

    west: float
    south: float
    east: float
    north: float

    def touches(self, other: Box) -> bool:
        """Return whether two extents have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )

    def sides_of(self, point: Point) -> frozenset[str]:
        """Return the sides that a point is beyond; empty inside."""
        lon, lat = point
        beyond = {
            "west": lon < self.west,
            "east": lon > self.east,
            "south": lat < self.south,
            "north": lat > self.north,
        }
        return frozenset(side for side, is_beyond in beyond.items() if is_beyond)


def outline(places: Iterable[Point]) -> dict[str, Any] | None:
    """Return the countries around places as TopoJSON with one object ``countries``, or None without a place.

    Parameters
    ----------
    places
        Longitude and latitude of each, degrees.
    """
    points = list(places)
    if not points:
        return None
    box = _shown(points)
    grid = max(box.east - box.west, box.north - box.south) / _STEPS
    arcs, geometries = _countries()
    boxes = [_box(arc) for arc in arcs]
    kept: dict[int, int] = {}
    numbered = []
    for polygons in geometries:
        seen = [polygon for polygon in polygons if _is_seen(polygon[0], boxes, box, grid)]
        if seen:
            numbered.append([[[_number(arc, kept) for arc in ring] for ring in polygon] for polygon in seen])
    return {
        "type": "Topology",
        "transform": {"scale": [grid, grid], "translate": [box.west, box.south]},
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [{"type": "MultiPolygon", "arcs": polygons} for polygons in numbered],
            }
        },
        "arcs": [_steps(_inside(arcs[arc], box), box, grid) for arc in kept],
    }


def _shown(points: Sequence[Point]) -> Box:
    places = _box(points)
    across = max(places.east - places.west, places.north - places.south, _LEAST_DEGREES) * _MARGIN
    return Box(
        max(places.west - across, -180), max(places.south - across, -90),
        min(places.east + across, 180), min(places.north + across, 90),
    )  # fmt: skip


def _box(points: Sequence[Point]) -> Box:
    lons, lats = zip(*points, strict=True)
    return Box(min(lons), min(lats), max(lons), max(lats))


@cache
def _countries() -> tuple[list[list[Point]], list[list[list[list[int]]]]]:
    """Return the arcs in degrees, and the polygons of each country as rings of arcs; ``~i`` is arc ``i`` backwards."""
    atlas = json.loads(_FILE.read_text(encoding="utf-8"))
    [scale_x, scale_y], [west, south] = atlas["transform"]["scale"], atlas["transform"]["translate"]
    arcs = []
    for steps in atlas["arcs"]:
        x = y = 0
        arcs.append([(west + scale_x * (x := x + dx), south + scale_y * (y := y + dy)) for dx, dy in steps])
    countries = atlas["objects"]["countries"]["geometries"]
    return arcs, [[one["arcs"]] if one["type"] == "Polygon" else one["arcs"] for one in countries]


def _is_seen(ring: Sequence[int], boxes: Sequence[Box], shown: Box, grid: float) -> bool:
    parts = [boxes[_arc(index)] for index in ring]
    around = Box(
        min(part.west for part in parts), min(part.south for part in parts),
        max(part.east for part in parts), max(part.north for part in parts),
    )  # fmt: skip
    return around.touches(shown) and max(around.east - around.west, around.north - around.south) >= _LEAST_RING * grid


def _arc(index: int) -> int:
    return index if index >= 0 else ~index


def _number(index: int, kept: dict[int, int]) -> int:
    """Return the number of an arc among those that are kept, with the sign for its direction."""
    number = kept.setdefault(_arc(index), len(kept))
    return number if index >= 0 else ~number


def _inside(arc: Sequence[Point], shown: Box) -> list[Point]:
    """Return an arc without the points that no line into the extent needs: those on a way beyond the same side."""
    kept = [arc[0]]
    for point, after in zip(arc[1:], [*arc[2:], arc[-1]], strict=True):
        if not shown.sides_of(kept[-1]) & shown.sides_of(point) & shown.sides_of(after):
            kept.append(point)
    return kept if kept[-1] == arc[-1] else [*kept, arc[-1]]


def _steps(arc: Sequence[Point], shown: Box, grid: float) -> list[list[int]]:
    """Return an arc on the grid as TopoJSON has it: the first point, then the steps to each next one."""
    on_grid = [(round((lon - shown.west) / grid), round((lat - shown.south) / grid)) for lon, lat in arc]
    steps = [list(on_grid[0])]
    for (x, y), (next_x, next_y) in pairwise(on_grid):
        if (x, y) != (next_x, next_y):
            steps.append([next_x - x, next_y - y])
    return steps if len(steps) > 1 else [*steps, [0, 0]]
