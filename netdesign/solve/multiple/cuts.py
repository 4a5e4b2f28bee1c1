"""Cuts on what the freight of each origin costs, from the commodity oracle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import MULTIPLE as TUNING
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.core.search_state import SearchState


@dataclass(frozen=True)
class Cuts:
    """Rows ``theta_i >= const_i - sum_k slope_ik y_k``, one for each origin; zero where a site is closed for good.

    Parameters
    ----------
    const
        EUR/year, shape (origins,).
    slope
        EUR/year, shape (origins, sites), never negative.
    """

    const: NDArray[np.float64]
    slope: NDArray[np.float64]

    def at(self, is_open: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the rows demand at a point y, shape (origins,)."""
        return np.asarray(self.const - self.slope @ is_open)


class CommodityOracle:
    """Prices partly open hubs, and bounds with a cut for each origin what all hubs cost.

    Parameters
    ----------
    matrices
        Legs and freight.
    state
        Clock of the search, and its threads.

    Attributes
    ----------
    sites
        Positions of the sites that are not closed for good.
    least
        What the freight of each origin costs at least, EUR/year, shape (origins,).
    heavy
        How many origins send most of the freight; they come first.
    worked
        About what all cuts so far have taken, in sums as pricing sets takes them.
    dearest
        What leaving a commodity behind costs: more than any plan worth having, EUR/year.
    """

    def __init__(self, matrices: RouteMatrices, state: SearchState) -> None:
        self._matrices, self._state = matrices, state
        self._loops = load_compiled("commodity", state.notify)
        volume = np.cumsum(np.add.reduceat(matrices.flows.volume, matrices.flows.start[:-1]))
        self.heavy = int(np.searchsorted(volume, TUNING.heavy * volume[-1])) + 1
        self._slices = slices(matrices.flows.start)
        steps = matrices.steps
        self._reach, self._onward = np.empty(steps.near.shape), np.empty(steps.far.shape)
        self.worked, self.dearest = 0.0, matrices.largest_cost
        self.close_all_but(np.arange(matrices.sites))

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good: cuts get stronger, and hold only while these stay closed."""
        self.sites = sites.astype(np.int64)
        self._loops.partial_paths(self._matrices.legs, self.sites, self._reach, self._onward)
        flows, legs = self._matrices.flows, self._matrices.legs
        best = np.full(len(flows.volume), np.inf)
        for k in self.sites:
            np.minimum(best, legs.collect[flows.origin, k] + self._onward[flows.destination, k], out=best)
        self.least = np.add.reduceat(best * flows.volume, flows.start[:-1])

    def cuts(self, is_open: NDArray[np.float64], salt: int, origins: int | None = None) -> Cuts:
        """Return the cuts that are tight at a point y, shape (sites,).

        Parameters
        ----------
        is_open
            Its sum at least 1.
        salt
            Any number: of the many tight cuts, which.
        origins
            Only for so many origins, the heaviest; the others demand nothing. None for all.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        matrices = self._matrices
        cuts = Cuts(np.zeros(matrices.origins), np.zeros((matrices.origins, matrices.sites)))
        by_share = self.sites[np.argsort(-is_open[self.sites], kind="stable")]

        def fill(part: tuple[int, int]) -> None:
            self._loops.commodity_cuts(
                matrices.flows, matrices.steps, self._reach, self._onward, self.sites, by_share, is_open,
                self.dearest, salt, *part, cuts.const, cuts.slope,
            )  # fmt: skip

        parts = self._slices if origins is None else [part for part in self._slices if part[0] < origins]
        flows, inside = matrices.flows.start[parts[-1][1]], np.count_nonzero(is_open > 0.0)
        self.worked += float(flows * (TUNING.sums_a_site * len(self.sites) + TUNING.sums_a_route * inside**2))
        for_each(parts, fill, self._state)
        return cuts


def slices(start: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return ranges of origins with about as many flows each."""
    marks = np.arange(0, start[-1], TUNING.flows_at_once)
    ends = np.unique(np.append(np.searchsorted(start, marks, side="left"), len(start) - 1))
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))
