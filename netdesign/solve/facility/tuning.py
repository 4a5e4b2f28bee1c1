"""Constants of the search for facility location."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FacilityTuning:
    """Constants.

    Parameters
    ----------
    root_steps, root_patience
        Steps of the prices at the root, and how many without progress before they get shorter: all nodes start there.
    node_steps, node_patience, node_calls
        The same for each call at a node, and calls: a branch changes prices little.
    pays
        Share of the room under the incumbent that a call has to close, for prices of a node to be raised once more.
    long_steps, short_steps
        Length of the first steps, at the root and at a node, whose prices come from its parent.
    shortest
        Steps this short have stopped to pay.
    nearly
        Share of a unit of cost that a better plan saves at the very least, with room for rounding.
    shrinks
        Share of the sites left, under which the arrays are cut down to them: copying takes as long as some steps.
    most_tries
        Neighbours of one set that are operated before the search leaves it, the likeliest first.
    costs_at_once, most_steps
        Costs that one call looks at: some hundredths of a second, after which the clock is looked at; and its steps.
    """

    root_steps: int = 2000
    root_patience: int = 40
    node_steps: int = 80
    node_patience: int = 10
    node_calls: int = 4
    pays: float = 0.1
    long_steps: float = 1.5
    short_steps: float = 0.5
    shortest: float = 1e-3
    nearly: float = 0.9
    shrinks: float = 0.8
    most_tries: int = 60
    costs_at_once: float = 1e8
    most_steps: int = 100


TUNING = FacilityTuning()
