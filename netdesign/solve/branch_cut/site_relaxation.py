"""A master whose first columns are the y of the sites: its rules on hubs, its points, sites that it settles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.builder import LpBuilder
    from netdesign.solve.lp.session import LpSession


@dataclass(frozen=True)
class Point:
    """A solution of the master.

    Parameters
    ----------
    bound
        No network in the master costs less, EUR/year.
    is_open
        y, shape (sites,).
    theta
        What the cuts so far demand of each group of origins, EUR/year, shape (groups,).
    reduced
        What the bound grows by, at least, for each unit that a y leaves its bound, EUR/year, shape (sites,).
    """

    bound: float
    is_open: NDArray[np.float64]
    theta: NDArray[np.float64]
    reduced: NDArray[np.float64]

    @property
    def fraction(self) -> float:
        """How far from integer the most undecided site is."""
        return float(np.abs(self.is_open - np.round(self.is_open)).max())


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


class SiteRelaxation(ABC):
    """A master, and which sites no better plan opens, or all do.

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

    @abstractmethod
    def solve(self) -> Point | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    @abstractmethod
    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""

    def settle(self, point: Point) -> int:
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
