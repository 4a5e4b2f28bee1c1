"""The master over partly open hubs and partly chosen links, and what its points settle."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies.hub_links import LinkShape
from netdesign.solve.branch_cut.search import INTEGER
from netdesign.solve.branch_cut.site_relaxation import (
    Decision,
    MasterPoint,
    SiteRelaxation,
    add_hub_rules,
    fixed_by_reduced_costs,
)
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.builder import LpBuilder, Rows
from netdesign.solve.lp.session import SCALE, LpSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from netdesign.instance.policies.hub_links import HubLinkRules
    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.link_oracle import LinkCuts, LinkOracle
    from netdesign.solve.linked.prices import OfferedLinks
    from netdesign.solve.lp.session import LpSolution

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Row = tuple[float, float, NDArray[np.intp], Floats]

_MOST_ROUNDS = 2
"""Rounds of rows on links at a point where something is partly open: cuts move it as well."""

_BROKEN = 1e-3
"""By how much a point has to break a row on circles: they strengthen only, as others leave no tree apart."""

_MOST_IN_GROUP = 12
"""Largest group of sites that is looked at for circles: they are short."""

_IDLE = 1e-3
"""Share of the bound, for each origin, by which a cut is off that is dropped."""


@dataclass(frozen=True)
class LinkPoint(MasterPoint):
    """A solution of the master.

    Parameters
    ----------
    is_chosen
        u, shape (links,).
    reduced_link
        What the bound grows by, at least, for each unit that a u leaves its bound, EUR/year, shape (links,).
    """

    is_chosen: Floats
    reduced_link: Floats

    @property
    def whole(self) -> Floats:
        """All of y and u, shape (sites + links,)."""
        return np.concatenate([self.is_open, self.is_chosen])

    @property
    def is_integer(self) -> bool:
        """Whether hubs are open and links chosen, or not, and nothing is partly so."""
        partly = np.abs(self.is_chosen - np.round(self.is_chosen)).max(initial=0.0)
        return max(self.fraction, float(partly)) <= INTEGER


class LinkRelaxation(SiteRelaxation[LinkPoint]):
    """The linear program ``min sum_k f_k y_k + sum_e g_e u_e + sum_i theta_i`` over the rules and the cuts so far.

    That links join open hubs, and join all of them where they have to, is stated where a point breaks it.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    hub_rules, link_rules
        Permitted sets of hubs and of links.
    oracle
        Where the cuts come from; told what is closed or left out for good.
    state
        Clock, and the incumbent to begin with, by which the objective is divided.

    Attributes
    ----------
    is_out, is_in
        Links that no better plan has, or all have; shape (links,).
    out_here, in_here
        The same in the node at hand, with the links that were decided for it.
    """

    def __init__(
        self,
        fixed: Floats,
        hub_rules: HubRules,
        link_rules: HubLinkRules,
        oracle: LinkOracle,
        state: SearchState,
    ) -> None:
        self._unit = max(1.0, state.cut_off) / SCALE
        self._links, self._link_oracle = oracle.links, oracle
        self._joins_all, self._is_tree = link_rules.is_connected, link_rules.shape in (LinkShape.TREE, LinkShape.LINE)
        least = oracle.least
        builder = LpBuilder()
        builder.add_columns(hub_rules.certain.astype(np.float64), 1.0, fixed / self._unit)
        self._origin_columns = builder.add_columns(least / self._unit, cost=1.0)
        cost = self._links.cost / self._unit
        self._link_columns = builder.add_columns(self._links.is_required.astype(np.float64), 1.0, cost)
        add_hub_rules(builder, hub_rules)
        add_link_rules(builder, link_rules, self._links, self._link_columns, hub_rules.sites)
        super().__init__(LpSession(builder.program(), state), hub_rules.certain, oracle, state)
        self.is_out, self.is_in = np.zeros(len(cost), dtype=bool), self._links.is_required.copy()
        self.out_here, self.in_here = self.is_out, self.is_in

    def solve(self) -> LinkPoint | None:
        """Return the optimum of the master, or None where the rules and what is settled leave nothing."""
        for number in itertools.count():
            solved = self._master.solve()
            if solved is None:
                return None
            point = self._point(solved)
            rows = [*self._closed_ends(point), *(self._parted(point) if self._joins_all else ())]
            rows += self._circles(point) if self._is_tree else ()
            if not rows or (number >= _MOST_ROUNDS and not point.is_integer):
                return point
            self._master.add_rows(Rows.from_lists(rows))
        raise AssertionError

    def _point(self, solved: LpSolution) -> LinkPoint:
        point = MasterPoint.from_solved(solved, len(self.is_closed), len(self._origin_columns), self._unit)
        is_chosen = np.clip(solved.values[self._link_columns], 0.0, 1.0)
        return LinkPoint(
            **vars(point), is_chosen=is_chosen, reduced_link=solved.reduced_costs[self._link_columns] * self._unit
        )

    def _closed_ends(self, point: LinkPoint) -> Iterator[Row]:
        """Yield that a link is chosen no more than its end is open, where it is."""
        for end in (self._links.start, self._links.end):
            for link in np.flatnonzero(point.is_chosen > point.is_open[end] + INTEGER):
                yield -np.inf, 0.0, np.array([self._link_columns[link], end[link]]), np.array([1.0, -1.0])

    def _parted(self, point: LinkPoint) -> Iterator[Row]:
        """Yield that links leave a group of hubs with one hub in it and one beside it, where none does."""
        start, end = self._links.start, self._links.end
        for least in (INTEGER, 0.5):
            there = point.is_chosen > least
            group = joined_groups(len(point.is_open), start[there], end[there])
            for one in np.unique(group[point.is_open > 0.5]):
                inside = group == one
                first, second = (int(np.argmax(np.where(part, point.is_open, -1.0))) for part in (inside, ~inside))
                links = np.flatnonzero(inside[start] != inside[end])
                needed = point.is_open[first] + point.is_open[second] - 1.0
                if inside.all() or point.is_chosen[links].sum() > needed - INTEGER:
                    continue
                columns = np.concatenate([self._link_columns[links], [first, second]])
                yield -1.0, np.inf, columns, np.append(np.ones(len(links)), [-1.0, -1.0])

    def _circles(self, point: LinkPoint) -> Iterator[Row]:
        """Yield that links within a group of sites are fewer than its open hubs, where they are not; a tree is so."""
        start, end = self._links.start, self._links.end
        chosen = np.zeros((len(point.is_open),) * 2)
        chosen[start, end] = chosen[end, start] = point.is_chosen
        is_partly = point.is_open > INTEGER
        found = {_dense_group(site, chosen, point.is_open) for site in np.flatnonzero(is_partly).tolist()}
        for group in sorted(found):
            sites = np.array(group)
            others = np.delete(sites, np.argmax(point.is_open[sites]))
            links = np.flatnonzero(np.isin(start, sites) & np.isin(end, sites))
            if point.is_chosen[links].sum() > point.is_open[others].sum() + _BROKEN:
                columns = np.concatenate([self._link_columns[links], others])
                yield -np.inf, 0.0, columns, np.append(np.ones(len(links)), -np.ones(len(others)))

    def cut(self, at: Floats, point: LinkPoint | None) -> int:
        """Add the cuts made at a point, shape (sites + links,), that another one breaks, or all; return how many.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        is_open, is_chosen = np.split(at, [len(self.is_closed)])
        cuts = self._link_oracle.cuts(np.where(self.is_closed, 0.0, is_open), np.where(self.is_out, 0.0, is_chosen))
        return self.add(cuts, point)

    def end_of(self, link: int) -> int:
        """Return a site that a link joins."""
        return int(self._links.start[link])

    def add(self, cuts: LinkCuts, point: LinkPoint | None) -> int:
        """Add the cuts that a point breaks, or all of them; return how many."""
        origins, links = cuts.link_slope.shape
        broken = np.arange(origins)
        if point is not None:
            enough = self.breaks_by(point.bound, origins)
            broken = np.flatnonzero(cuts.at(point.is_open, point.is_chosen) - point.theta > enough)
        matrix = np.zeros((len(broken), len(self.is_closed) + origins + links))
        matrix[:, : len(self.is_closed)] = cuts.slope[broken] / self._unit
        matrix[:, self._link_columns] = cuts.link_slope[broken] / self._unit
        matrix[matrix < ROUNDING] = 0.0
        matrix[np.arange(len(broken)), self._origin_columns[broken]] = 1.0
        self._master.add_rows(Rows.from_dense(matrix, cuts.const[broken] / self._unit, np.full(len(broken), np.inf)))
        return len(broken)

    def drop_idle(self, bound: float) -> None:
        """Drop the cuts that are far from binding."""
        self._master.drop_slack_rows(_IDLE * abs(bound) / self._unit / len(self._origin_columns))

    def settle(self, point: LinkPoint) -> int:
        """Close or open sites, and leave out or choose links, whose reduced cost demands it; return how many sites."""
        settled = super().settle(point)
        if_out = np.where(point.is_chosen > 0.5, -point.reduced_link, -np.inf)
        if_in = np.where(point.is_chosen < 0.5, point.reduced_link, -np.inf)
        has_closed_end = self.is_closed[self._links.start] | self.is_closed[self._links.end]
        is_free, room = ~self.is_out & ~self.is_in, self._state.cut_off - point.bound
        out, chosen = fixed_by_reduced_costs(if_out, if_in, is_free, room)
        self.is_out, self.is_in = self.is_out | out | (is_free & has_closed_end), self.is_in | (chosen & ~out)
        self._link_oracle.leave_out(self.is_out)
        self._bound_links(self.is_out, self.is_in)
        return settled

    def decide(self, decided: Iterable[Decision]) -> None:
        """Leave to every y and u what is settled for good, and set what is decided for a node."""
        decided = tuple(decided)
        super().decide(decided)
        self.out_here, self.in_here = self.is_out.copy(), self.is_in.copy()
        for choice in decided:
            if choice.link is not None:
                (self.in_here if choice.is_taken else self.out_here)[choice.link] = True
        closed = self.closed_here[self._links.start] | self.closed_here[self._links.end]
        self.out_here |= closed & ~self.in_here
        self._bound_links(self.out_here, self.in_here)

    def _bound_links(self, is_out: Flags, is_in: Flags) -> None:
        # A link that is both has no point: its end is closed, which a row says.
        self._master.bound_columns(self._link_columns, is_in.astype(np.float64), (is_in | ~is_out).astype(np.float64))


def add_link_rules(
    builder: LpBuilder, rules: HubLinkRules, links: OfferedLinks, columns: NDArray[np.intp], sites: int
) -> None:
    """Add numbers of links and shapes as rows of a master whose first columns are the y of the sites."""
    count, every = len(columns), np.concatenate([columns, np.arange(sites)])
    builder.add_row(columns, np.ones(count), rules.min or 0.0, np.inf if rules.max is None else rules.max)
    beside = np.concatenate([np.ones(count), -np.ones(sites)])
    if rules.shape is LinkShape.RING:
        builder.add_row(every, beside, 0.0, 0.0)
    elif rules.is_connected:
        builder.add_row(every, beside, -1.0, np.inf if rules.shape is None else -1.0)
    if rules.shape in (LinkShape.RING, LinkShape.LINE):
        for site in range(sites):
            own = columns[(links.start == site) | (links.end == site)]
            least = 0.0 if rules.shape is LinkShape.RING else -np.inf
            builder.add_row(np.append(own, site), np.append(np.ones(len(own)), -2.0), least, 0.0)


def joined_groups(sites: int, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return, for each site, the first of those that links join it to, shape (sites,)."""
    group = np.arange(sites)
    while (group[start] != group[end]).any():
        low = np.minimum(group[start], group[end])
        np.minimum.at(group, start, low)
        np.minimum.at(group, end, low)
    return group


def _dense_group(site: int, chosen: Floats, is_open: Floats) -> tuple[int, ...]:
    """Return the sites, one of them given, whose links are the most over what is open; the nearest by links first."""
    group, best, value, largest = [site], [site], 0.0, 0.0
    joined = chosen[site] - is_open
    joined[site] = -np.inf
    for _ in range(_MOST_IN_GROUP - 1):
        nearest = int(np.argmax(joined))
        value += joined[nearest]
        group.append(nearest)
        joined += chosen[nearest]
        joined[nearest] = -np.inf
        if value > largest:
            best, largest = list(group), value
    return tuple(sorted(best))
