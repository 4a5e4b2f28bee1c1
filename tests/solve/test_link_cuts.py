"""Cuts over partly open hubs and partly chosen links: tight where they are made, and over no network's cost."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.linked.link_oracle import LinkOracle
from netdesign.solve.linked.link_relaxation import joined_groups
from netdesign.solve.linked.prices import LinkedPrices
from netdesign.solve.linked.tolls import closed_ways
from tests.solve.test_hub_links import priced_links
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

CITIES, NETWORKS, POINTS = 7, 60, 6


def oracle_and_prices(seed: int, folder: Path) -> tuple[LinkOracle, LinkedPrices]:
    """Return the oracle of a random network."""
    asked = question(read_document(priced_links(CITIES, seed).to_dict(), folder))
    state = SearchState(Watch(SolveLimits()))
    linked = LinkedPrices(asked.instance, asked.network, state)
    return LinkOracle(linked, state), linked


def freight_by_origin(
    linked: LinkedPrices, is_open: NDArray[np.float64], is_chosen: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what the freight of each origin costs over open hubs and chosen links, by all ways between all hubs."""
    matrices = linked.matrices
    links = linked.offered(np.arange(CITIES, dtype=np.int32))
    step = np.where(np.eye(CITIES, dtype=bool), 0.0, 1e30)
    for start, end in zip(links.start[is_chosen > 0], links.end[is_chosen > 0], strict=True):
        step[start, end], step[end, start] = matrices.legs.between[start, end], matrices.legs.between[end, start]
    way, hubs, flows = closed_ways(step, 0), np.flatnonzero(is_open), matrices.flows
    found = np.zeros(matrices.origins)
    for i, j, volume in zip(flows.origin, flows.destination, flows.volume, strict=True):
        routes = [
            matrices.legs.collect[i, k] + way[k, m] + matrices.legs.distribute[m, j]
            for k, m in itertools.product(hubs, hubs)
        ]
        found[i] += volume * min(routes)
    return found


def network(draw: np.random.Generator, linked: LinkedPrices) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return some open hubs, one at least, and some links between them."""
    is_open = (draw.random(CITIES) < 0.5).astype(np.float64)
    is_open[draw.integers(CITIES)] = 1.0
    links = linked.offered(np.arange(CITIES, dtype=np.int32))
    return is_open, (draw.random(len(links.cost)) < 0.5) * is_open[links.start] * is_open[links.end]


@pytest.mark.parametrize("seed", range(3))
def test_cuts_are_tight_at_their_point_and_over_no_network(seed, tmp_path):
    draw = np.random.default_rng(seed)
    oracle, linked = oracle_and_prices(seed, tmp_path)
    networks = [network(draw, linked) for _ in range(NETWORKS)]
    costs = [freight_by_origin(linked, *one) for one in networks]
    for one, cost in zip(networks, costs, strict=True):
        assert oracle.cuts(*one).price == pytest.approx(cost, rel=1e-9)
        assert (oracle.least <= cost * (1 + 1e-9)).all()
    for _ in range(POINTS):
        # Half-way between networks, most hubs are partly open.
        places = draw.integers(NETWORKS, size=3)
        mixed = [networks[place] for place in places]
        point = tuple(np.mean(part, axis=0) for part in zip(*mixed, strict=True))
        cuts = oracle.cuts(*point)
        assert cuts.at(*point) == pytest.approx(cuts.price, rel=1e-7)
        assert min(cuts.slope.min(), cuts.link_slope.min()) >= 0.0
        assert (cuts.price <= np.mean([costs[place] for place in places], axis=0) * (1 + 1e-9)).all()
        for one, cost in zip(networks, costs, strict=True):
            assert (cuts.at(*one) <= cost * (1 + 1e-9)).all()


def test_groups_are_what_links_join():
    assert joined_groups(6, np.array([4, 1, 5]), np.array([2, 4, 3])).tolist() == [0, 1, 1, 3, 1, 3]
