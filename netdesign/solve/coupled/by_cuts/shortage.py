"""Cuts that say which hubs and lanes have no plan: freight costs nothing, and what is short of the rows alone does.

What is short is bounded as what freight costs is (Lagrangian relaxation of the rows inside Benders' feasibility cuts).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.branch_cut.tuning import COUPLED as TUNING
from netdesign.solve.coupled.by_cuts.prices import PriceSearch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.branch_cut.tuning import MixingLimits
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.coupled.by_cuts.oracle import GateCuts, GateOracle, SharePoint

    Floats = NDArray[np.float64]

SHORT = 1e-7
"""Part of all freight that is short by more than rounding."""


class ShortageCuts:
    """Makes such cuts.

    Parameters
    ----------
    oracle
        Of the search, with costs.
    state
        Clock of the search.
    """

    def __init__(self, oracle: GateOracle, state: SearchState) -> None:
        self._oracle, self._state, self._prices = oracle, state, np.zeros(oracle.rows.number)

    def at(self, point: SharePoint, salt: int, limits: MixingLimits = TUNING.searched) -> GateCuts | None:
        """Return cuts that a point breaks, and no plan; None where it is not found short of anything.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        oracle, rows = self._oracle.without_costs(), self._oracle.rows
        freight = float(oracle.freight.volume.sum())
        # What may be short for a price makes no plan impossible.
        search = PriceSearch(oracle, freight, np.isinf(rows.highest).astype(np.float64), self._state)
        found = search.searched(point, self._prices, limits)
        if found.bound <= SHORT * freight:
            return None
        self._prices = found.prices
        return replace(oracle.cuts(point, search.filled(point, found.prices), salt), is_on_cost=False)
