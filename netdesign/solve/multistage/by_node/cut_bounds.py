"""Lower bounds on the cost of a node at whole hubs and modules, by all cuts found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.resources import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.by_node.oracle import NodeCut
    from netdesign.solve.multistage.by_node.resources import Resources


class CutBounds:
    """The cuts of a node as bounds ``constant - slope y - worth z``.

    Attributes
    ----------
    constant, slope, worth
        EUR/year, shapes (cuts,), (cuts, sites) and (cuts, sites, modules).
    """

    def __init__(self, resources: Resources, modules: int) -> None:
        self._resources = resources
        self.constant = np.empty(0)
        self.slope = np.empty((0, resources.sites))
        self.worth = np.empty((0, resources.sites, modules))

    def add(self, cut: NodeCut) -> None:
        """Add a cut."""
        resources, prices = self._resources, cut.prices
        at_site = resources.site != NOWHERE
        slope, worth = cut.slope.sum(axis=0), np.zeros(self.worth.shape[1:])
        np.add.at(slope, resources.site[at_site], (prices * resources.by_open)[at_site])
        np.add.at(worth, resources.site[at_site], (prices[:, None] * resources.by_module)[at_site])
        constant = float(cut.const.sum() - prices @ resources.constant)
        for relief in resources.reliefs:
            if np.isfinite(relief.most):
                value = relief.most * max(0.0, float(prices[list(relief.rows)].sum()) - relief.price)
                if relief.site == NOWHERE:
                    constant -= value
                else:
                    slope[relief.site] += value
        self.constant = np.append(self.constant, constant)
        self.slope = np.vstack((self.slope, slope))
        self.worth = np.concatenate((self.worth, worth[None]))

    def parts(self, site: int, is_open: NDArray[np.bool_], in_use: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what a site in each of some states takes off the constants, EUR/year, shape (cuts, states).

        Parameters
        ----------
        site
            By position among the permitted ones.
        is_open, in_use
            The states, shapes (states,) and (states, modules).
        """
        return self.slope[:, site, None] * is_open + self.worth[:, site] @ in_use.T
