"""The cheapest moves of several hubs together, by arrays, are those of every move by itself."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from netdesign.solve.multistage import axes


@pytest.mark.parametrize("few", [0, 10**6], ids=["state by state", "all at once"])
@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 4)])
def test_cheapest_moves_are_the_least_over_all_targets(shape, few, monkeypatch):
    """Most moves are not permitted, and from some states there are none."""
    monkeypatch.setattr(axes, "_FEW", few)
    draw = np.random.default_rng(3)
    for _ in range(20):
        values = np.where(draw.random(shape) < 0.8, draw.integers(0, 50, shape), np.inf)
        moves = [np.where(draw.random((n, n)) < 0.5, draw.integers(0, 50, (n, n)), np.inf) for n in shape]
        expected = np.full(shape, np.inf)
        states = list(itertools.product(*map(range, shape)))
        for state, target in itertools.product(states, states):
            cost = sum(move[at, to] for move, at, to in zip(moves, state, target, strict=True))
            expected[state] = min(expected[state], values[target] + cost)
        assert np.array_equal(axes.cheapest(values, moves), expected)
