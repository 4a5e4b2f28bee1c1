"""Branch and cut over hubs and links together, where links cost or are limited: cuts know what each of them is worth.

Each commodity is a flow of its own over open hubs and chosen links, whose relaxation is near the optimum where nothing
has a capacity (de Camargo, de Miranda, O'Kelly and Campbell 2017). Cuts are Benders' (1962), made half-way between the
points and the mean of those so far (Ben-Ameur and Neto 2007). Hubs are branched on first, then links.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from netdesign.errors import SolverError
from netdesign.solve.branch_cut.neighbourhood import SiteNeighbourhood
from netdesign.solve.branch_cut.search import INTEGER, BranchCut, InOutPoints, SearchNode
from netdesign.solve.branch_cut.site_relaxation import Decision
from netdesign.solve.branch_cut.tuning import Tuning
from netdesign.solve.linked.link_relaxation import LinkPoint, LinkRelaxation, joined_groups
from netdesign.solve.linked.prices import BestLinks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.linked.link_oracle import LinkOracle
    from netdesign.solve.linked.prices import LinkedPrices, OfferedLinks
    from netdesign.solve.linked.set_search import SetLinks

    Hubs = NDArray[np.int32]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class LinkTuning(Tuning):
    """Constants: cuts are strong, and take longer than a program; so even rounds that close little pay."""

    stalled: float = 0.02
    last_rounds: int = 2


class LinkNetworks:
    """Tries networks near points of the relaxation.

    Parameters
    ----------
    linked, rules, oracle
        Of the search.
    links
        Holds the best network, and chooses good links of a set.
    """

    def __init__(self, linked: LinkedPrices, rules: HubRules, oracle: LinkOracle, links: SetLinks) -> None:
        self._linked, self._oracle, self._links = linked, oracle, links
        self._near = SiteNeighbourhood(rules)
        self._seen: set[bytes] = set()

    def to_begin_with(self) -> NDArray[np.float64]:
        """Return the point of the best network, or where nothing is known the middle; shape (sites + links,)."""
        sites, found = self._linked.matrices.sites, self._links.best.found
        if found is None:
            return np.full(sites + len(self._oracle.links.cost), 1.0 / sites)
        return np.concatenate(self._point(found[0], found[1].links))

    def round_up(self, point: LinkPoint) -> None:
        """Try the hubs that a point opens most, with the links that it chooses and with good ones.

        Raises
        ------
        TimeoutError
            The clock ran out first.
        """
        hubs = self._near.rounded(point.is_open)
        self.take(hubs, point.is_chosen > 0.5)
        if hubs.tobytes() not in self._seen and self._links.permits(hubs):
            self._seen.add(hubs.tobytes())
            self._links.price(hubs, self._links.best.state.cut_off)

    def take(self, hubs: Hubs, is_chosen: Flags) -> bool:
        """Take a set with those of some links, shape (links,), that join its hubs; return whether that is permitted."""
        offered = self._linked.offered(hubs)
        chosen = is_chosen[offered.links]
        if not (self._links.permits(hubs) and _fits(len(hubs), offered, chosen)):
            return False
        links = offered.links[chosen]
        network = hubs.tobytes() + links.tobytes()
        if network not in self._seen:
            self._seen.add(network)
            self._links.take(hubs, BestLinks(self._price(hubs, links), links, is_proven=False))
        return True

    def _point(self, hubs: Hubs, links: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        is_open, is_chosen = np.zeros(self._linked.matrices.sites), np.zeros(len(self._oracle.links.cost))
        is_open[hubs], is_chosen[links] = 1.0, 1.0
        return is_open, is_chosen

    def _price(self, hubs: Hubs, links: NDArray[np.intp]) -> float:
        paid = self._linked.matrices.fixed[hubs].sum() + self._oracle.links.cost[links].sum()
        return float(paid + self._oracle.cuts(*self._point(hubs, links)).price.sum())


def _fits(hubs: int, offered: OfferedLinks, chosen: Flags) -> bool:
    """Return whether so many hubs may have the chosen ones of the links that are offered to them."""
    least, most, is_joined, most_at_hub, least_at_hub, _ = offered.rules
    at_hub = np.bincount(np.concatenate([offered.start[chosen], offered.end[chosen]]), minlength=hubs)
    if not least <= np.count_nonzero(chosen) <= most or (offered.is_required & ~chosen).any():
        return False
    if at_hub.min() < least_at_hub or at_hub.max() > most_at_hub:
        return False
    return not is_joined or not joined_groups(hubs, offered.start[chosen], offered.end[chosen]).any()


class LinkBranchCut(BranchCut[LinkPoint]):
    """Cuts at points of hubs and links, and branches on both.

    Parameters
    ----------
    relaxation
        The master.
    networks
        Tries networks; the best so far is what the mean of the points begins with.
    state
        Clock and incumbent; records bounds.
    """

    tuning: ClassVar[Tuning] = LinkTuning()

    def __init__(self, relaxation: LinkRelaxation, networks: LinkNetworks, state: SearchState) -> None:
        super().__init__(relaxation, state)
        self._relaxation, self._networks = relaxation, networks
        self._points = InOutPoints(networks.to_begin_with())
        relaxation.cut(self._points.mean, None)

    def cut_rounds(self) -> bool:
        """Cut between the points, and at them where that has stalled, and so on until neither pays."""
        last, stalled, is_between = -np.inf, 0, True
        for number in itertools.count(1):
            point = self.solved()
            if point is None:
                return False
            if number % self.tuning.drop_every == 0:
                self._relaxation.drop_idle(point.bound)
            added = self._cut(point, is_between=is_between)
            self.round_up(point)
            pays = added > 0 and not self.has_stalled(point, last)
            last, stalled = point.bound, 0 if pays else stalled + 1
            if stalled > self.tuning.last_rounds:
                return not self._state.is_closed
            is_between = is_between == pays
        raise AssertionError

    def _cut(self, point: LinkPoint, *, is_between: bool) -> int:
        """Add cuts at a point, or half-way to the mean of those so far; return how many the point breaks."""
        at = self._points.next(point.whole, is_between=is_between and not point.is_integer)
        return self._relaxation.cut(at, point)

    def round_up(self, point: LinkPoint) -> None:
        """Try networks near a point."""
        self._networks.round_up(point)

    def bounded(self, node: SearchNode[tuple[Decision, ...]]) -> LinkPoint | None:
        """Raise the bound of a node by some rounds of cuts; None where nothing better than the incumbent is in it."""
        self._relaxation.decide(node.part)
        last = -np.inf
        for number in itertools.count():
            point = self._relaxation.solve()
            if point is None or point.bound > self._state.cut_off:
                return None
            is_enough = number == self.tuning.node_rounds or self.has_stalled(point, last)
            # What is decided has to cost what the cuts say.
            if (is_enough and not point.is_integer) or self._cut(point, is_between=False) == 0:
                return point
            last = point.bound
        raise AssertionError

    def undecided(self, point: LinkPoint) -> Decision | None:
        """Return the site that is least decided, or else the link, the nearer side first; None where all are."""
        if point.is_integer:
            return None
        if point.fraction > INTEGER:
            site = int(np.argmax(np.minimum(point.is_open, 1.0 - point.is_open)))
            return Decision(site, is_taken=bool(point.is_open[site] > 0.5))
        link = int(np.argmax(np.minimum(point.is_chosen, 1.0 - point.is_chosen)))
        return Decision(self._relaxation.end_of(link), is_taken=bool(point.is_chosen[link] > 0.5), link=link)

    def take(self, point: LinkPoint) -> None:
        """Take the network of a point in which all is decided.

        Raises
        ------
        SolverError
            It breaks a rule: a defect.
        """
        hubs = np.flatnonzero(point.is_open > 0.5).astype(np.int32)
        if not self._networks.take(hubs, point.is_chosen > 0.5):
            message = "the relaxation permits a network that breaks a rule"
            raise SolverError(message)
