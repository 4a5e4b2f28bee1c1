"""Lower bounds on the cost of a node at whole hubs and modules, by all cuts found so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.resources import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.multistage.by_node.levels import HubLevels
    from netdesign.solve.multistage.by_node.oracle import NodeCut
    from netdesign.solve.multistage.by_node.resources import Resources


class CutBounds:
    """The cuts of a node as bounds ``constant - slope y - worth z``, less what hubs gain at their levels.

    Parameters
    ----------
    resources
        Of the node.
    modules
        Number of kinds.
    levels
        Levels of the hubs; None if they are too many.

    Attributes
    ----------
    constant, slope, worth, most
        EUR/year, shapes (cuts,), (cuts, sites), (cuts, sites, modules) and (cuts, sites, levels).
    """

    def __init__(self, resources: Resources, modules: int, levels: HubLevels | None = None) -> None:
        self._resources, self._levels = resources, levels
        self.constant = np.empty(0)
        self.slope = np.empty((0, resources.sites))
        self.worth = np.empty((0, resources.sites, modules))
        self.most = np.empty((0, resources.sites, 0 if levels is None else len(levels)))

    def add(self, cut: NodeCut) -> None:
        """Add a cut."""
        resources, row = self._resources, cut.row
        at_site, worth = resources.site != NOWHERE, np.zeros(self.worth.shape[1:])
        if row is None:
            prices, total, slope, most = (
                cut.prices,
                cut.const.sum(),
                cut.slope.sum(axis=0),
                np.zeros(self.most.shape[1:]),
            )
        else:
            prices, total, slope, most = row.prices, row.const, np.zeros(resources.sites), row.most
        np.add.at(slope, resources.site[at_site], (prices * resources.by_open)[at_site])
        np.add.at(worth, resources.site[at_site], (prices[:, None] * resources.by_module)[at_site])
        constant = float(total - prices @ resources.constant)
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
        self.most = np.concatenate((self.most, most[None]))

    def parts(self, site: int, is_open: NDArray[np.bool_], in_use: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what a site in each of some states takes off the constants, EUR/year, shape (cuts, states).

        Parameters
        ----------
        site
            By position among the permitted ones.
        is_open, in_use
            The states, shapes (states,) and (states, modules).
        """
        taken = self.slope[:, site, None] * is_open + self.worth[:, site] @ in_use.T
        return taken if self._levels is None else taken + self.most[:, site][:, self._levels.positions(in_use)]
