"""The outlines behind the map: what lies in the extent is there, what lies beyond is left out."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from netdesign.report.page.outline import outline

EUROPE = [(4.3, 50.8), (-9.1, 38.7), (33.4, 35.2), (24.9, 60.2)]
PLACES = {
    "Europe": EUROPE, "India": [(72.9, 19.0), (77.2, 28.6), (88.4, 22.6)], "Brazil": [(-46.6, -23.5), (-43.2, -22.9)],
    "New Zealand": [(174.8, -36.9), (172.6, -43.5)],
    "everywhere": [(-74.0, 40.7), (139.7, 35.7), (151.2, -33.9), (28.0, -26.2)],
}  # fmt: skip


def rings(topology):
    """The rings of a topology in degrees."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arcs.append([((x := x + dx) * scale[0] + shift[0], (y := y + dy) * scale[1] + shift[1]) for dx, dy in steps])
    for country in topology["objects"]["countries"]["geometries"]:
        for polygon in country["arcs"]:
            for ring in polygon:
                yield [point for index in ring for point in (arcs[index] if index >= 0 else arcs[~index][::-1])]


def is_land(topology, point):
    """Whether a point is inside: a ray to the east crosses the rings an odd number of times."""
    lon, lat = point
    crossings = 0
    for ring in rings(topology):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
                crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize("places", PLACES.values(), ids=PLACES)
def test_rings_are_closed_and_every_arc_is_used(places):
    found = outline(places)
    assert all(ring[0] == ring[-1] for ring in rings(found))
    used = {
        index if index >= 0 else ~index
        for one in found["objects"]["countries"]["geometries"]
        for polygon in one["arcs"]
        for ring in polygon
        for index in ring
    }
    assert used == set(range(len(found["arcs"])))


INLAND = {
    "Europe": [(10.0, 50.0), (-4.0, 40.0), (25.0, 62.0)], "India": [(78.0, 22.0)], "Brazil": [(-47.0, -20.0)],
    "New Zealand": [(170.5, -44.5)], "everywhere": [(-100.0, 40.0), (100.0, 60.0), (135.0, -25.0), (25.0, 0.0)],
}  # fmt: skip


@pytest.mark.parametrize("name", PLACES)
def test_what_is_inland_is_land(name):
    assert all(is_land(outline(PLACES[name]), point) for point in INLAND[name])


@pytest.mark.parametrize("sea", [(3.0, 56.5), (-15.0, 45.0), (18.0, 35.0), (34.5, 43.0), (-5.0, 36.2), (20.0, 58.5)])
def test_seas_are_no_land(sea):
    assert not is_land(outline(EUROPE), sea)


@pytest.mark.parametrize("land", [(2.3, 46.5), (-3.7, 40.4), (30.0, 39.5), (40.0, 55.0), (15.0, 64.0), (10.0, 34.5)])
def test_land_at_the_edge_of_the_extent_is_land(land):
    assert is_land(outline(EUROPE), land)


def test_what_is_far_away_is_left_out_and_the_page_stays_small():
    """Russia is in the extent, but not its thousands of points in the far east; Australia is not at all."""
    found = outline(EUROPE)
    assert sum(1 for ring in rings(found) for lon, _ in ring if lon > 100) < 60
    assert len(json.dumps(found, separators=(",", ":"))) < 150_000
    assert len(json.dumps(outline(PLACES["everywhere"]), separators=(",", ":"))) < 400_000


def test_one_place_has_land_around_it_and_none_has_no_outline():
    assert is_land(outline([(4.3, 50.8)]), (4.3, 50.8))
    assert outline([]) is None
