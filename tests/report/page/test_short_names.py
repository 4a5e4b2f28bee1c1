"""What hubs are called: by the nearest city."""

from __future__ import annotations

import pytest

from netdesign.report.page.headline import named_network
from netdesign.report.page.places import places_of


def test_an_airport_is_called_by_the_city_that_is_near():
    from netdesign.catalogue import find_instance
    from netdesign.instance.read import read_instance

    places = places_of(read_instance(find_instance("europe")))
    short = dict(zip(places["id"], places["short"], strict=True))
    assert [short[hub] for hub in ("LGG", "ZAZ", "PRG")] == ["Liège", "Zaragoza", "Prague"]


@pytest.mark.parametrize(
    ("names", "expected"), [({}, "A + B"), ({"A": "Here"}, "Here + B (A + B)"), ({"A": "A", "B": "B"}, "A + B")]
)
def test_ids_stand_in_brackets_where_they_are_no_names(names, expected):
    assert named_network(["A", "B"], "A + B", names) == expected
