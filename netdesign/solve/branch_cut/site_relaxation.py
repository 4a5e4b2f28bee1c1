"""A master whose first columns are the y of the sites: its rules on hubs, its points, sites that it settles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.core.search_state import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.builder import LpBuilder
    from netdesign.solve.lp.session import LpSession, LpSolution


class Decision(NamedTuple):
    """A branch: whether a site opens, or, with a city, whether that city has the site; or else how many sites open."""

    site: int
    is_taken: bool
    city: int | None = None
    numbers: range | None = None


@dataclass(frozen=True)
class SitePoint:
    """A solution of a master; arrays of shape (sites,).

    Parameters
    ----------
    bound
        No plan in the master costs less, EUR/year.
    is_open
        y.
    if_closed, if_open
        What the bound grows by, at least, with a site closed or open, EUR/year.
    """

    bound: float
    is_open: NDArray[np.float64]
    if_closed: NDArray[np.float64]
    if_open: NDArray[np.float64]


P = TypeVar("P", bound=SitePoint)


@dataclass(frozen=True)
class MasterPoint(SitePoint):
    """A solution of a master over sites and groups of origins.

    Parameters
    ----------
    theta
        What the cuts so far demand of each group, EUR/year, shape (groups,).
    reduced
        What the bound grows by, at least, for each unit that a y leaves its bound, EUR/year, shape (sites,).
    """

    theta: NDArray[np.float64]
    reduced: NDArray[np.float64]

    @classmethod
    def from_solved(cls, solved: LpSolution, sites: int, groups: int, unit: float) -> MasterPoint:
        """Return the point of a program whose columns begin with y and theta, of which one costs ``unit`` EUR/year."""
        is_open, reduced = np.clip(solved.values[:sites], 0.0, 1.0), solved.reduced_costs[:sites] * unit
        if_closed = np.where(is_open > 0.5, -reduced, -np.inf)
        if_open = np.where(is_open < 0.5, reduced, -np.inf)
        theta = solved.values[sites : sites + groups] * unit
        return cls(solved.objective * unit, is_open, if_closed, if_open, theta, reduced)

    @property
    def fraction(self) -> float:
        """How far from integer the most undecided site is."""
        return float(np.abs(self.is_open - np.round(self.is_open)).max())


def fixed_by_reduced_costs(
    if_zero: NDArray[np.float64], if_one: NDArray[np.float64], is_free: NDArray[np.bool_], room: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of the free decisions are 0 in every plan worth having, and which are 1.

    Parameters
    ----------
    if_zero, if_one
        What the bound grows by, at least, with a decision at 0 or at 1, EUR/year; of any shape.
    is_free
        Decisions that are not made yet, of the same shape.
    room
        What the bound may grow by, EUR/year.
    """
    return is_free & (if_one > room), is_free & (if_zero > room)


def refuse_over(over: NDArray[np.float64] | float, cost: float) -> None:
    """Refuse cuts that demand more of a plan than it costs.

    Parameters
    ----------
    over
        By how much they do, EUR/year.
    cost
        Of the plan, EUR/year.

    Raises
    ------
    SolverError
        They do, by more than rounding: a defect.
    """
    most = float(np.max(over))
    if most > ROUNDING * cost:
        message = f"a cut asks for {most:.6g} EUR/year more than a known plan costs"
        raise SolverError(message)


class ClosingOracle(Protocol):
    """An oracle that is told which sites are closed for good."""

    def close_all_but(self, sites: NDArray[np.intp]) -> None:
        """Close the other sites for good."""


def add_hub_rules(builder: LpBuilder, rules: HubRules) -> None:
    """Add the rules on hubs as rows of a master, that on their number first."""
    y = np.arange(rules.sites)
    builder.add_row(y, np.ones(rules.sites), float(rules.least), float(rules.most))
    for row in rules.rows:
        weighted = np.flatnonzero(row.weights)
        builder.add_row(y[weighted], row.weights[weighted], -np.inf, row.most)


class SiteRelaxation(ABC, Generic[P]):
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
        Holds the incumbent.

    Attributes
    ----------
    is_closed, is_certain
        Sites that no better plan opens, or all do; shape (sites,).
    closed_here, certain_here
        The same in the node at hand, with the sites that were decided for it.
    """

    def __init__(
        self, master: LpSession, certain: NDArray[np.bool_], oracle: ClosingOracle, state: SearchState
    ) -> None:
        self._master, self._oracle, self._state = master, oracle, state
        self.is_closed = np.zeros(len(certain), dtype=bool)
        self.is_certain = certain.copy()
        self.closed_here, self.certain_here = self.is_closed, self.is_certain

    @abstractmethod
    def solve(self) -> P | None:
        """Return the optimum of the master, or None where the rules and the settled sites leave nothing.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """

    @abstractmethod
    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""

    def breaks_by(self, bound: float, cuts: int) -> float:
        """Return by how much a point has to break one of some cuts, else all together move the bound by too little.

        Parameters
        ----------
        bound
            Bound of the point, EUR/year.
        cuts
            Their number.
        """
        return 0.1 * self._state.gap * abs(bound) / cuts

    def settle(self, point: P) -> int:
        """Close, or open for certain, the sites whose reduced cost demands it; return how many."""
        is_free, room = ~self.is_closed & ~self.is_certain, self._state.cut_off - point.bound
        closing, opening = fixed_by_reduced_costs(point.if_closed, point.if_open, is_free, room)
        self.close(closing)
        if opening.any():
            self.is_certain |= opening
            self._bound_sites(opening, 1.0)
        return int(np.count_nonzero(closing | opening))

    def close(self, closing: NDArray[np.bool_]) -> None:
        """Close sites for good."""
        if not closing.any():
            return
        if (closing & self.is_certain).any():
            message = "a site that every better plan opens is to be closed for good"
            raise SolverError(message)
        self.is_closed |= closing
        self._bound_sites(closing, 0.0)
        self._oracle.close_all_but(np.flatnonzero(~self.is_closed))

    def _bound_sites(self, sites: NDArray[np.bool_], value: float) -> None:
        positions = np.flatnonzero(sites)
        self._master.bound_columns(positions, np.full(len(positions), value), np.full(len(positions), value))

    def decide(self, decided: Iterable[Decision]) -> None:
        """Leave to every y what is settled for good, and set what is decided for a node."""
        self.closed_here, self.certain_here = self.is_closed.copy(), self.is_certain.copy()
        for choice in decided:
            if choice.city is None and choice.numbers is None:
                (self.certain_here if choice.is_taken else self.closed_here)[choice.site] = True
        lower, upper = self.certain_here.astype(np.float64), (~self.closed_here).astype(np.float64)
        self._master.bound_columns(np.arange(len(lower)), lower, upper)
