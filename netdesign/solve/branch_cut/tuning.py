"""Constants of the searches, each with its reason; tolerances are where sums are compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """When rounds of cuts stop; engines add constants of their own.

    Parameters
    ----------
    stalled
        Share of the gap that a round closes, under which rounds have stopped to pay.
    drop_every
        Of so many rounds one drops idle cuts first: the program stays small, and cuts have time to bind.
    idle
        Share of the bound, for each group with cuts of its own, by which a cut is off that is dropped.
    last_rounds
        Rounds in a row that may stall before branching: a cut may need others to raise the bound.
    node_rounds
        Rounds of a node at most: a branch raises the bound by more than many rounds do.
    least_node_rounds
        Rounds of a node before its bound may count as stalled: a branch leaves cuts of its side to be made.
    """

    stalled: float = 0.06
    drop_every: int = 4
    idle: float = 1e-3
    last_rounds: int = 0
    node_rounds: int = 4
    least_node_rounds: int = 0


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


MULTIPLE = MultipleTuning()


@dataclass(frozen=True)
class MixingLimits:
    """When column generation ends: bound and cost as close as ``enough``, relative; or after so many rounds."""

    enough: float
    rounds: int


@dataclass(frozen=True)
class PricedTuning(Tuning):
    """Constants of rounds whose cuts are made at prices.

    Parameters
    ----------
    least_sets, sets_a_round
        Sets that are bounded one by one rather than to go on, at once, and for each round so far: no more is lost than
        was spent before.
    bounded_at_once
        Sets bounded by cuts that one call takes: some hundredths of a second, after which the clock is looked at.
    raised_at_once
        Sets whose bounds are raised before those that are left are operated: a better plan leaves fewer of the next.
    most_operated
        Neighbours of a set that are operated, the one with the least bound first, before the search gives up.
    search_every
        Of so many rounds one searches prices in any case, if given; others do where rounds stall.
    searched
        For prices of a cut, which need not be the best: those of the next point are others.
    exact
        For the operation of a set, whose cost is a plan's, or for a cut that has to say what a plan costs.
    weight_of_best
        Of the best prices so far in the next ones: duals alone jump (Wentges 1997).
    plain_every
        So often the duals are tried as they are: else rounds may end away from them.
    """

    least_sets: int = 500
    sets_a_round: int = 100
    bounded_at_once: int = 1000
    raised_at_once: int = 256
    most_operated: int = 8
    search_every: int | None = None
    searched: MixingLimits = MixingLimits(1e-4, 8)
    exact: MixingLimits = MixingLimits(1e-10, 300)
    weight_of_best: float = 0.5
    plain_every: int = 3


@dataclass(frozen=True)
class CapacitatedTuning(PricedTuning):
    """Constants.

    Parameters
    ----------
    most_listed
        Sets that are listed at most to be bounded by the cuts: these exclude nearly all.
    tries
        Prices that are tried for each set: more raise its bound by little.
    groups
        Groups of origins: with more, each program takes longer than the stronger bound is worth; with one, the duals of
        different prices cannot be combined, and rounds are many.
    sums_at_once
        Sums that one call takes: some hundredths of a second, after which the clock is looked at.
    """

    most_listed: int = 100_000
    tries: int = 25
    groups: int = 8
    sums_at_once: float = 2e7


CAPACITATED = CapacitatedTuning(last_rounds=3, least_node_rounds=2)


@dataclass(frozen=True)
class CoupledTuning(PricedTuning):
    """Constants.

    Parameters
    ----------
    parts
        Of the freight of each airport and direction, with cuts of their own: more make stronger cuts, and each program
        takes longer.
    listed
        Sets that are listed at most to be bounded by the cuts, for each that may be left by these.
    bounding_cuts
        Sets of cuts that bound listed sets, the last ones: earlier ones are weaker near the points at hand.
    most_patterns
        Hubs of a set up to which it is bounded over all patterns of lanes, of which there are 2 to the power of that.
    whole_s
        Time of the first branch and bound over whole hubs and lanes; it doubles where no cut is found.
    share_of_gap
        At which that may end.
    share_of_open_gap
        The same of the gap that is open: bounds and cuts of points that are good enough move it as well, and sooner.
    most_whole
        Points of its way at which there are cuts: each is a better one than those before.
    likely
        Times what the best plan without couplings costs: dearer sets are not tried before there is a plan.
    grown_at_once
        Sets of one hub more that are bounded before the likeliest are tried: without a plan bounds take long.
    likely_gap
        Relative gap that is to be expected before there is a plan.
    shortfall
        Price of a tonne that is short of a minimum, in units of what a tonne costs on average: no better plan pays it.
    """

    parts: int = 4
    listed: float = 10.0
    bounding_cuts: int = 40
    most_patterns: int = 8
    whole_s: float = 10.0
    share_of_gap: float = 0.25
    share_of_open_gap: float = 0.1
    most_whole: int = 3
    likely: float = 2.0
    grown_at_once: int = 16
    likely_gap: float = 0.01
    shortfall: float = 3.0


COUPLED = CoupledTuning(
    last_rounds=6,
    least_sets=2000,
    sets_a_round=200,
    most_operated=4,
    search_every=3,
    searched=MixingLimits(1e-5, 8),
    exact=MixingLimits(1e-9, 60),
)


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


SINGLE = SingleTuning(drop_every=1, idle=1e-5, last_rounds=2, node_rounds=6)


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


FACILITY = FacilityTuning()
