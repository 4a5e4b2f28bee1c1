"""A small workbook in the layout of the Turkish network."""

from __future__ import annotations

from tests.support.workbooks import Page

NAMES = ("ADANA", "AĞRI", "BURSA", "IĞDIR")
FIXED_COST = (10, 20.5, 30, 40)
DISTANCE = ((0, 100, 300, 500), (100, 0, 250, 450), (300, 250, 0, 200), (500, 450, 200, 0))
FLOW = ((0, 6, 4, 2), (6, 0, 8, 2), (4, 8, 0, 5), (2, 2, 3, 0))
TOTAL = sum(map(sum, FLOW))
LINK_COST = ((0, 1.5, 2, 3), (2.5, 0, 4, 5), (2, 4, 0, 6), (3, 5, 7, 0))


def turkish_pages() -> dict[str, Page]:
    """Return the sheets of four cities."""
    cities = [
        [number, name, 37.0 + number / 4, 35.0 + number / 4, cost]
        for number, (name, cost) in enumerate(zip(NAMES, FIXED_COST, strict=True), start=1)
    ]
    return {
        "cities": Page([["Id", "City", "Latitude", "Longitude", "Fixed Hub Cost"], *cities]),
        "distance_km": matrix(DISTANCE),
        "flow_original": matrix(FLOW),
        "flow_normalized": matrix(tuple(tuple(flow / TOTAL for flow in row) for row in FLOW)),
        "fixed_link_cost": matrix(LINK_COST),
    }


def matrix(values: tuple[tuple[float, ...], ...]) -> Page:
    """Return a matrix with the names and numbers of the cities on both sides."""
    rows = [[name, number, *row] for number, (name, row) in enumerate(zip(NAMES, values, strict=True), start=1)]
    return Page([[None, None, *NAMES], ["Name", "ID", *range(1, len(NAMES) + 1)], *rows])
