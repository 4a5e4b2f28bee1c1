"""A staged problem ready for decomposition: routes and oracles of the nodes, the master, and what makes plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.oracle import NodeOracle
from netdesign.solve.multistage.by_node.plans import Plans
from netdesign.solve.multistage.by_node.relaxation import Relaxation
from netdesign.solve.multistage.by_node.resources import resources_of
from netdesign.solve.multistage.by_node.routes import list_routes
from netdesign.solve.multistage.year import Years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.question import StagedQuestion

_DEAREST = 10.0
"""What nothing can be bought for costs so many times what a tonne does on average, or the dearest module of a tonne."""

_GROUPS = 60
_MOST_GROUPS = 12
"""Groups of commodities, of all nodes together and of one: with more the bound comes in fewer, but longer rounds."""


@dataclass(frozen=True)
class Problem:
    """What a search works on.

    Parameters
    ----------
    staged
        The problem.
    site
        Positions of the permitted sites, ascending; all else speaks of sites by place among them.
    oracles
        Of the nodes.
    dearest
        EUR/t: what a resource costs that nothing relieves.
    relaxation, plans
        Bounds, and plans.
    """

    staged: StagedInstance
    site: NDArray[np.intp]
    oracles: tuple[NodeOracle, ...]
    dearest: float
    relaxation: Relaxation
    plans: Plans

    def places(self, hubs: tuple[int, ...]) -> NDArray[np.intp]:
        """Return the places of some sites, which are given by position."""
        return np.searchsorted(self.site, hubs)


def prepare_by_node(question: StagedQuestion, state: SearchState) -> Problem | None:
    """Return a question ready for decomposition, or None where some commodity has no route."""
    staged = question.staged
    site = np.sort([staged.base.site_position[name] for name in staged.base.allowed]).astype(np.intp)
    years = Years(staged, question.networks)
    routes = []
    for node in range(len(staged.nodes)):
        year = years.year(node, tuple(site.tolist()))
        routes.append(list_routes(year, resources_of(staged, year)))
        if not routes[-1].is_possible:
            return None
    dearest = _DEAREST * max(_dearest_module(staged), *(own.least / max(own.volume.sum(), 1e-9) for own in routes))
    groups = max(1, min(_MOST_GROUPS, _GROUPS // len(staged.nodes)))
    oracles = tuple(NodeOracle(node, own, groups, dearest, state) for node, own in enumerate(routes))
    relaxation = Relaxation(staged, site, oracles, question.reference, state)
    plans = Plans(staged, years, relaxation.decisions, relaxation.paid, question.reference)
    return Problem(staged, site, oracles, dearest, relaxation, plans)


def _dearest_module(staged: StagedInstance) -> float:
    """Return what a tonne of capacity costs in the dearest module, all capital at once; EUR/t."""
    return max(
        1.0, *(float(((node.prices.capital + node.prices.yearly) / staged.capacities).max()) for node in staged.nodes)
    )
