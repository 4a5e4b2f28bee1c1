"""Cuts on what the freight of each origin costs over partly open hubs and partly chosen links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.link_arcs import link_arcs
from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.core.search_state import for_each
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.linked.tolls import closed_ways
from netdesign.solve.multiple.relaxation import slices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.prices import LinkedPrices

    Floats = NDArray[np.float64]

_SOME = 1e-6
"""A hub that is less open than this is closed, and a link that is less chosen is left out."""

_LINKS_OF_A_HUB = 3
"""How many links a hub that opens would have to those that are open: if more had to pay for it, it pays itself."""


@dataclass(frozen=True)
class LinkCuts:
    """Rows ``theta_i >= const_i - sum_k slope_ik y_k - sum_e link_slope_ie u_e``, one for each origin; EUR/year.

    Parameters
    ----------
    const
        Shape (origins,).
    slope, link_slope
        Never negative, shapes (origins, sites) and (origins, links); zero of what is closed or left out for good.
    price
        What freight costs at the point at which the cuts were made, shape (origins,).
    """

    const: Floats
    slope: Floats
    link_slope: Floats
    price: Floats

    def at(self, is_open: Floats, is_chosen: Floats) -> Floats:
        """Return what the rows demand at a point, shape (origins,)."""
        return np.asarray(self.const - self.slope @ is_open - self.link_slope @ is_chosen)


class LinkOracle:
    """Prices points, and bounds with a cut for each origin what all networks cost.

    Parameters
    ----------
    linked
        Freight, sites and links.
    state
        Clock and threads.

    Attributes
    ----------
    dearest
        What leaving a commodity behind costs: more than any plan worth having, EUR/year.
    links
        All links, with places of their ends among the sites.
    """

    def __init__(self, linked: LinkedPrices, state: SearchState) -> None:
        self._matrices, self._state = linked.matrices, state
        self._loops = load_compiled("link_cuts", state.notify)
        self.links = linked.offered(np.arange(self._matrices.sites, dtype=np.int32))
        self._ends = np.column_stack([self.links.start, self.links.end])
        self._slices = slices(self._matrices.flows.start)
        self._sites = np.arange(self._matrices.sites)
        self._link_at = np.full((len(self._sites),) * 2, -1)
        self.dearest = self._matrices.largest_cost
        self.leave_out(np.zeros(len(self._ends), dtype=bool))

    @property
    def least(self) -> Floats:
        """What the freight of each origin costs at least over all sites and links, EUR/year, shape (origins,)."""
        legs, flows = self._matrices.legs, self._matrices.flows
        way = closed_ways(legs.between, 0)
        reach = np.array([(near[:, None] + way).min(axis=0) for near in legs.collect])
        best = [(reach[i] + legs.distribute[:, j]).min() for i, j in zip(flows.origin, flows.destination, strict=True)]
        return np.add.reduceat(np.array(best) * flows.volume, flows.start[:-1])

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good: cuts hold only while these stay closed."""
        self._sites = sites.astype(np.int64)

    def leave_out(self, is_out: NDArray[np.bool_]) -> None:
        """Leave links out for good, shape (links,): cuts hold only while these stay out."""
        places = np.where(is_out, -1, np.arange(len(is_out)))
        first, second = self._ends.T
        self._link_at[first, second] = self._link_at[second, first] = places

    def cuts(self, is_open: Floats, is_chosen: Floats) -> LinkCuts:
        """Return the cuts that are tight at a point, shapes (sites,) and (links,).

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        matrices = self._matrices
        hub = self._sites[is_open[self._sites] > _SOME]
        ends, links = self._between(hub, is_chosen)
        between = matrices.legs.between[np.ix_(hub, hub)]
        arcs = link_arcs(np.minimum(1.0, is_open[hub]), ends, is_chosen[links], between)
        onward, rank = self._onward(hub, ends, between), max(1, round(len(hub) / _LINKS_OF_A_HUB))
        found = self._none()

        def fill(part: tuple[int, int]) -> None:
            self._loops.link_cuts(
                matrices.flows, matrices.steps, self._sites, hub, arcs, onward, self._link_at, self.dearest, rank,
                *part, found.price, found.const, found.slope, found.link_slope,
            )  # fmt: skip

        for_each(self._slices, fill, self._state)
        return found

    def _none(self) -> LinkCuts:
        origins, shape = self._matrices.origins, (self._matrices.origins, self._matrices.sites)
        return LinkCuts(np.zeros(origins), np.zeros(shape), np.zeros((origins, len(self._ends))), np.zeros(origins))

    def _between(self, hub: NDArray[np.intp], is_chosen: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the links between some hubs that are chosen at all: places of their ends among these, and of them."""
        place = np.full(len(self._link_at), -1)
        place[hub] = np.arange(len(hub))
        ends = place[self._ends]
        links = np.flatnonzero((is_chosen > _SOME) & (ends >= 0).all(axis=1))
        return ends[links], links

    def _onward(self, hub: NDArray[np.intp], ends: NDArray[np.intp], between: Floats) -> Floats:
        """Return what the cheapest way over some links costs from hubs, shape (destinations, hubs), EUR/t."""
        step = np.where(np.eye(len(hub), dtype=bool), 0.0, ABSENT)
        for first, second in (ends.T, ends.T[::-1]):
            step[first, second] = between[first, second]
        way = closed_ways(step, 0)
        return np.array([(way + far).min(axis=1) for far in self._matrices.legs.distribute[hub].T])
