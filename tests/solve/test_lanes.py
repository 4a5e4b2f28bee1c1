"""Which lanes are in service, and what they can carry: what follows from volumes alone."""

from __future__ import annotations

from collections import Counter
from typing import Any

import networkx as nx
import numpy as np
import pytest

from netdesign.solve.core.outcome import Termination
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.scheduled import compiled_bounds
from netdesign.solve.scheduled.lanes import leave_hubs_short, with_implied_lanes
from netdesign.solve.scheduled.priced_look import PricedLook
from netdesign.solve.scheduled.search import CitySearch
from tests.solve.test_city_search import asked
from tests.solve.test_priced_cities import MODEL, filled_document_of
from tests.support.solving import question, read_document


def test_an_airport_that_fills_no_lane_has_no_plan_at_once(tmp_path, monkeypatch):
    document = filled_document_of(3, "single_each_way")
    document["policies"]["air_lane"]["flights_per_week"] *= 1e4
    monkeypatch.setattr(CitySearch, "look", None)
    found = Enumeration(asked(read_document(document, tmp_path))).solve()
    assert (found.termination, found.bound) == (Termination.INFEASIBLE, np.inf)


def test_lanes_follow_from_others():
    sites, most = (0, 1, 2), {7: 2, 8: 1}
    assert with_implied_lanes({(7, 0): True, (7, 2): True}, sites, most) == {
        (7, 0): True, (7, 2): True, (7, 1): False,
    }  # fmt: skip
    assert with_implied_lanes({(8, 0): False, (8, 1): False}, sites, most) == {
        (8, 0): False, (8, 1): False, (8, 2): True,
    }  # fmt: skip
    assert with_implied_lanes({}, sites, {7: 0}) is None
    assert with_implied_lanes({(8, 0): True, (8, 1): True}, sites, most) is None
    assert with_implied_lanes(dict.fromkeys([(7, 0), (7, 1), (7, 2)], False), sites, most) is None


@pytest.mark.parametrize("airports", [1, 2, 3, 5])
def test_lanes_leave_hubs_short_where_no_flow_has_all_minima(airports):
    """Whole tonnes, against the largest flow; of more than three airports not all that is missing shows."""
    shows, draw = Counter[tuple[bool, bool]](), np.random.default_rng(airports)
    for _ in range(400):
        state = draw.integers(-1, 2, (airports, 3)).astype(np.int8)
        volume, minimum = draw.integers(0, 12, airports), draw.integers(0, 10, 3)
        least = np.minimum(draw.integers(0, 4, airports), volume // np.maximum((state > 0).sum(axis=1), 1))
        network = nx.DiGraph()
        due = np.maximum(minimum - least @ (state > 0), 0)
        for o, spare in enumerate((volume - least * (state > 0).sum(axis=1)).tolist()):
            network.add_edge("from", ("airport", o), capacity=spare)
            network.add_edges_from((("airport", o), ("hub", g)) for g in np.flatnonzero(state[o] >= 0).tolist())
        network.add_edges_from((("hub", g), "to", {"capacity": tonnes}) for g, tonnes in enumerate(due.tolist()))
        is_short = nx.maximum_flow_value(network, "from", "to") < due.sum()
        shows[is_short, leave_hubs_short(state, volume * 1.0, least * 1.0, minimum * 1.0)] += 1
    assert shows[True, True]
    assert shows[False, False]
    assert not shows[False, True]
    assert airports > 3 or not shows[True, False]


@pytest.mark.parametrize("seed", [1, 11])
def test_sets_with_minima_over_all_freight_by_little_are_looked_at_once(seed, tmp_path, monkeypatch):
    """They were divided to the end: what is missing has no effect but at very high prices."""
    document = filled_document_of(seed, "single_each_way")
    first, *others = [site["id"] for site in document["tables"]["hubs"]]
    shares = [{"site": first, "share": 1.0}, *({"site": site, "share": 1e-5} for site in others)]
    document.setdefault("policies", {})["minimum_throughput"] = {"hubs": shares}
    instance, looks, look = read_document(document, tmp_path), Counter[tuple[str, ...]](), PricedLook.look

    def counted_look(self: PricedLook, part: Any) -> Any:
        looks[tuple(instance.allowed[hub] for hub in part.hubs)] += 1
        return look(self, part)

    monkeypatch.setattr(compiled_bounds, "FEW_ROUTES", -1)
    monkeypatch.setattr(PricedLook, "look", counted_look)
    ours, straight = Enumeration(asked(instance)).solve(), Monolithic(question(instance, MODEL)).solve()
    assert ours.objective == pytest.approx(straight.objective, rel=2e-6)
    short = {hubs: count for hubs, count in looks.items() if first in hubs and len(hubs) > 1}
    assert short
    assert set(short.values()) == {1}
