"""Sites that reduced costs have settled, for a master whose first columns are the y of the sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.builder import LpBuilder
    from netdesign.solve.lp.session import LpSession


class SitePoint(Protocol):
    """A solution of a master: a bound, y, and what the bound grows by for each unit that a y leaves its bound."""

    @property
    def bound(self) -> float:
        """EUR/year."""

    @property
    def is_open(self) -> NDArray[np.float64]:
        """y, shape (sites,)."""

    @property
    def reduced(self) -> NDArray[np.float64]:
        """EUR/year, shape (sites,)."""


class ClosingOracle(Protocol):
    """An oracle that is told which sites are closed for good."""

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good."""


def add_hub_rules(builder: LpBuilder, rules: HubRules) -> None:
    """Add the rules on hubs as rows of a master."""
    y = np.arange(rules.sites)
    builder.add_row(y, np.ones(rules.sites), float(rules.least), float(rules.most))
    for row in rules.rows:
        weighted = np.flatnonzero(row.weights)
        builder.add_row(y[weighted], row.weights[weighted], -np.inf, row.most)


class ReducedCostFixing:
    """Which sites no better plan opens, or all do.

    Parameters
    ----------
    master
        Its first columns are the y of the sites.
    certain
        Sites that are open in every permitted set, shape (sites,).
    oracle
        Told which sites are closed for good.
    state
        Knows the incumbent.

    Attributes
    ----------
    is_closed, is_certain
        Sites that no better plan opens, or all do; shape (sites,).
    """

    def __init__(
        self, master: LpSession, certain: NDArray[np.bool_], oracle: ClosingOracle, state: SearchState
    ) -> None:
        self._master, self._oracle, self._state = master, oracle, state
        self.is_closed = np.zeros(len(certain), dtype=bool)
        self.is_certain = certain.copy()

    def settle(self, point: SitePoint) -> int:
        """Close, or open for certain, the sites whose reduced cost says so; return how many.

        The oracle hears of the closed ones.
        """
        room = self._state.cut_off - point.bound
        is_free = ~self.is_closed & ~self.is_certain
        closing = is_free & (point.is_open < 0.5) & (point.reduced > room)
        opening = is_free & (point.is_open > 0.5) & (-point.reduced > room)
        self.close(closing)
        if opening.any():
            self.is_certain |= opening
            self.bound_sites(np.flatnonzero(opening), 1.0, 1.0)
        return int(np.count_nonzero(closing | opening))

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good."""
        if not closing.any():
            return
        if (closing & self.is_certain).any():
            message = "a site that every better plan opens is to be closed for good"
            raise SolverError(message)
        self.is_closed |= closing
        self.bound_sites(np.flatnonzero(closing), 0.0, 0.0)
        self._oracle.close_all_but(np.flatnonzero(~self.is_closed))

    def bound_sites(self, sites: NDArray[np.intp], lower: float, upper: float) -> None:
        """Set the bounds of the y of some sites."""
        self._master.bound_columns(sites, np.full(len(sites), lower), np.full(len(sites), upper))

    def release(self) -> None:
        """Give every y the bounds that what is settled for good leaves it."""
        lower, upper = self.is_certain.astype(np.float64), (~self.is_closed).astype(np.float64)
        self._master.bound_columns(np.arange(len(lower)), lower, upper)
