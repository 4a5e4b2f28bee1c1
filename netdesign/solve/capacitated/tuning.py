"""Constants of the search under multiple allocation within capacities."""

from __future__ import annotations

from dataclasses import dataclass

from netdesign.solve.branch_cut.search import Tuning


@dataclass(frozen=True)
class MixingLimits:
    """When column generation ends: bound and cost as close as ``enough``, relative; or after so many rounds."""

    enough: float
    rounds: int


@dataclass(frozen=True)
class CapacitatedTuning(Tuning):
    """Constants.

    Parameters
    ----------
    least_sets, sets_a_round
        Sets that are bounded one by one rather than to go on, at once, and for each round so far: no more is lost than
        was spent before.
    most_listed
        Sets that are listed at most to be bounded by the cuts: these exclude nearly all.
    raised_at_once
        Sets whose bounds are raised before those that are left are operated: a better plan leaves fewer of the next.
    tries
        Prices that are tried for each set: more raise its bound by little.
    most_operated
        Neighbours of a set that are operated, the one with the least bound first, before the search gives up.
    groups
        Groups of origins: with more, each program takes longer than the stronger bound is worth; with one, the duals of
        different prices cannot be combined, and rounds are many.
    searched
        For prices of a cut, which need not be the best: those of the next point are others.
    exact
        For the operation of a set, whose cost is a plan's.
    weight_of_best
        Of the best prices so far in the next ones: duals alone jump (Wentges 1997).
    plain_every
        So often the duals are tried as they are: else rounds may end away from them.
    sums_at_once, bounded_at_once
        Sums, and sets bounded by cuts, that one call takes: some hundredths of a second, after which the clock is
        looked at.
    """

    least_sets: int = 500
    sets_a_round: int = 100
    most_listed: int = 100_000
    raised_at_once: int = 256
    tries: int = 25
    most_operated: int = 8
    groups: int = 8
    searched: MixingLimits = MixingLimits(1e-4, 8)
    exact: MixingLimits = MixingLimits(1e-10, 300)
    weight_of_best: float = 0.5
    plain_every: int = 3
    sums_at_once: float = 2e7
    bounded_at_once: int = 1000


TUNING = CapacitatedTuning(last_rounds=3, least_node_rounds=2)
