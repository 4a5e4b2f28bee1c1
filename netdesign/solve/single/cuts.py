"""Cuts on what transfers and late freight of each city cost, from the pairs of cities, and on what fits into a hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import SINGLE as TUNING
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.single.problem import AllocationProblem

_USED = 1e-6
_BROKEN = 1e-4
_FULL = 1.0 + 1e-9
_OVER = 1.1


@dataclass(frozen=True)
class PairCuts:
    """Rows ``eta_i >= sum_k own_ik z_ik + sum_jk other_ijk z_jk``, where eta_i is what pairs (i, j), j > i, pay.

    Parameters
    ----------
    own
        EUR/year, shape (cities, sites).
    other
        EUR/year, shape (cities, cities, sites).
    """

    own: NDArray[np.float64]
    other: NDArray[np.float64]

    def at(self, share: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows demand at allocations z, shape (cities, sites)."""
        return np.asarray((self.own * share).sum(axis=1) + np.einsum("ijk,jk->i", self.other, share))


class PairOracle:
    """Prices transfers between partly allocated cities, and bounds with a cut for each what all plans cost."""

    def __init__(self, problem: AllocationProblem, state: SearchState) -> None:
        self._problem, self._state = problem, state
        self._loops = load_compiled("pairs", state.notify)
        traffic = (problem.forth + problem.back).sum(axis=1)
        self._near = np.ascontiguousarray(problem.assign / np.maximum(traffic, 1e-12)[:, None])
        self._slices = _slices(problem.cities)
        self._least_beside = problem.least_beside
        self.close_all_but(np.arange(problem.sites))

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good: cuts hold only while these stay closed."""
        self._sites = sites.astype(np.int64)
        self._step = np.ascontiguousarray(self._problem.transfer[np.ix_(sites, sites)])

    @property
    def limit(self) -> float:
        """No pair of cities of any plan worth having pays as much, EUR/year."""
        cost = min(self._state.cut_off, 2.0 * (self._problem.largest_cost + 1.0))
        # Far larger than what they are worth, prohibited routes would make programs that HiGHS cannot solve.
        return _OVER * max(0.0, cost - self._least_beside) + 1.0

    def cuts(self, share: NDArray[np.float64]) -> PairCuts:
        """Return the cuts that are tight at allocations z, shape (cities, sites), rows adding up to one.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        problem, limit = self._problem, self.limit
        cuts = PairCuts(np.zeros(share.shape), np.zeros((problem.cities, *share.shape)))

        def fill(part: tuple[int, int]) -> None:
            self._loops.pair_cuts(
                problem.forth, problem.back, self._near, self._step, problem.promises, limit, problem.is_metric,
                share, self._sites, *part, cuts.own, cuts.other,
            )  # fmt: skip

        for_each(self._slices, fill, self._state)
        return cuts


def _slices(cities: int) -> list[tuple[int, int]]:
    """Return ranges of i with about as many pairs (i, j), j > i, each."""
    pairs = np.cumsum(np.arange(cities)[::-1])
    marks = np.arange(0, pairs[-1], TUNING.pairs_at_once)
    ends = np.unique(np.append(np.searchsorted(pairs, marks, side="left"), cities))
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))


def broken_cover(
    load: NDArray[np.float64], share: NDArray[np.float64], is_open: float, room: float
) -> tuple[NDArray[np.intp], int] | None:
    """Return cities and how many of them fit into an open hub at most, where a point has more (Balas 1975); or None.

    The cities of a cover C weigh more than the room, so all but one of them fit at most; one that is heavier than all
    of C may take the place of any. Hence ``sum_i z_i <= (|C| - 1) y`` over C and those.

    Parameters
    ----------
    load
        Of the cities, shape (cities,); infinite where one cannot have the hub at all.
    share
        Their z for this hub, shape (cities,).
    is_open
        y of this hub.
    room
        What fits into it together with its own city.
    """
    used = np.flatnonzero((share > _USED) & np.isfinite(load))
    if is_open <= _USED or load[used].sum() <= room * _FULL:
        return None
    # What a cover leaves of its cut is a sum of y - z: the least of it for the weight.
    order = used[np.argsort((is_open - share[used]) / np.maximum(load[used], _USED), kind="stable")]
    size = int(np.searchsorted(np.cumsum(load[order]), room * _FULL, side="right")) + 1
    cover = order[:size]
    for city in cover[np.argsort(share[cover], kind="stable")]:
        rest = cover[cover != city]
        if load[rest].sum() > room * _FULL:
            cover = rest
    extended = np.union1d(cover, np.flatnonzero(np.isfinite(load) & (load >= load[cover].max())))
    if share[extended].sum() <= (len(cover) - 1) * is_open + _BROKEN:
        return None
    return extended, len(cover) - 1
