"""What figures are called: in the words of the schema, with what they are of."""

from __future__ import annotations

import pytest

from netdesign.catalogue import find_instance
from netdesign.instance.read import read_source, validated
from netdesign.report.page.titles import titles_of


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("air.routing_factor", "Distance flown against the great circle (air)"),
        ("countries.AT.labour_cost_eur_per_h", "Hourly labour cost (AT)"),
        ("streams.inbound.volume_t_per_year", "Volume (inbound)"),
        ("factors.inter_hub", None),
        ("no.such.figure", None),
    ],
)
def test_a_figure_is_called_what_the_schema_says_of_it(path, title):
    document = validated(read_source(find_instance("europe")))
    assert titles_of(document, [{"path": path}], []).get(path) == title
