"""Constants of the search under single allocation."""

from __future__ import annotations

from dataclasses import dataclass

from netdesign.solve.branch_cut.search import Tuning


@dataclass(frozen=True)
class SingleTuning(Tuning):
    """Constants.

    Parameters
    ----------
    slow
        Share of the gap that a round of cuts closes, under which shares are priced in: before that, cuts on few shares
        are cheaper.
    worth
        Share of the gap that a round under multiple allocation has to close, or of the sites that it has to close, to
        be followed by another: its bound is never the last.
    cheapest
        Shares of each city that the program begins with: most cities end at one of them.
    sites_priced_in
        Sites whose shares are priced in at once: with more, the program grows faster than its cuts can follow.
    pairs_at_once
        Pairs that one call of the oracle takes: some hundredths of a second, after which the clock is looked at.
    """

    slow: float = 0.1
    worth: float = 0.01
    cheapest: int = 6
    sites_priced_in: int = 3
    pairs_at_once: int = 1000


TUNING = SingleTuning(drop_every=1, idle=1e-5, last_rounds=2, node_rounds=6)
