"""Constants of the search under multiple allocation."""

from __future__ import annotations

from dataclasses import dataclass

from netdesign.solve.branch_cut.search import Tuning


@dataclass(frozen=True)
class MultipleTuning(Tuning):
    """Constants. Work is counted in sums, not timed: neither threads nor a busy machine change the way to the plan.

    Parameters
    ----------
    few_sums
        Sums that pricing all sets may take at first: a tenth of a second, less than to load and to make the first cuts.
    sums_a_set
        What listing a set and beginning with it takes: measured.
    least_work, work_of_cuts
        What is left is priced where that takes so many sums, or that share of those of the cuts so far: no more is lost
        than was spent before.
    most_sets
        Sets that are listed at most: a list of more does not fit into memory well.
    left_by_cuts
        Share of the listed sets that cuts leave to be priced, about: measured.
    full_every
        Of so many rounds one makes cuts for all origins: the heavy ones alone raise the bound nearly as much.
    heavy
        Share of the freight that heavy origins send: they are a fraction of all origins.
    sums_a_site, sums_a_route
        What a site, and a route between partly open ones, takes of the oracle for each flow: measured.
    dense
        Share of the pairs of nodes with freight from which on a matrix of volume is quicker than a list.
    sums_at_once, flows_at_once, sets_at_once
        What one call of a loop takes: some hundredths of a second, after which the clock is looked at.
    """

    few_sums: float = 2e8
    sums_a_set: float = 1000.0
    least_work: float = 4.5e8
    work_of_cuts: float = 1.0
    most_sets: int = 2_000_000
    left_by_cuts: float = 0.25
    full_every: int = 3
    heavy: float = 0.8
    sums_a_site: float = 80.0
    sums_a_route: float = 15.0
    dense: float = 0.1
    sums_at_once: float = 2e7
    flows_at_once: int = 1500
    sets_at_once: int = 20_000


TUNING = MultipleTuning()
