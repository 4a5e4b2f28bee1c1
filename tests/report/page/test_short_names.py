"""What hubs are called: airports by the nearest city, others by their own names."""

from __future__ import annotations

import pytest

from netdesign.catalogue import find_instance
from netdesign.instance import read_instance
from netdesign.report.page.headline import named_network
from netdesign.report.page.places import places_of
from tests.support.small_instances import LEGS, write_instance


def test_an_airport_is_called_by_the_city_that_is_near():
    places = places_of(read_instance(find_instance("europe")))
    short = dict(zip(places["id"], places["short"], strict=True))
    assert [short[hub] for hub in ("LGG", "ZAZ", "PRG")] == ["Liège", "Zaragoza", "Prague"]


SITES = """\
    - {id: A, status: existing, fixed_cost_eur_per_year: 10}
    - {id: LUD, name: Ludwigsfelde, lat: 52.3, lon: 13.3, fixed_cost_eur_per_year: 20}
    - {id: BER, name: Berlin Brandenburg Airport, lat: 52.36, lon: 13.5, fixed_cost_eur_per_year: 20}
    - {id: CDG, name: Charles de Gaulle Airport, lat: 49.01, lon: 2.55, fixed_cost_eur_per_year: 20}
    - {id: ORY, name: Orly Airport, lat: 48.72, lon: 2.38, fixed_cost_eur_per_year: 20}
    - {id: X, fixed_cost_eur_per_year: 30}
"""


def test_a_site_keeps_the_name_of_its_planner_and_two_airports_of_a_city_theirs(tmp_path):
    text = LEGS[: LEGS.index("    - {id: A, status")] + SITES + LEGS[LEGS.index("  legs:") :]
    text = text.replace("{id: B, country: BE}", "{id: B, name: Berlin, lat: 52.5, lon: 13.4}")
    text = text.replace("{id: C, country: NL}", "{id: C, name: Paris, lat: 48.86, lon: 2.35}")
    places = places_of(read_instance(write_instance(tmp_path, text)))
    short = dict(zip(places["id"], places["short"], strict=True))
    assert [short[hub] for hub in ("LUD", "X")] == ["Ludwigsfelde", "X"]
    assert [short[hub] for hub in ("BER", "CDG", "ORY")] == [
        "Berlin", "Charles de Gaulle Airport", "Orly Airport"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "expected"), [({}, "A + B"), ({"A": "Here"}, "Here + B (A + B)"), ({"A": "A", "B": "B"}, "A + B")]
)
def test_ids_stand_in_brackets_where_they_are_no_names(names, expected):
    assert named_network(["A", "B"], "A + B", names) == expected
