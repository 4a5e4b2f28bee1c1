"""A staged problem prepared for decomposition: oracles of the nodes, the master, and the conversion to plans."""

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
"""Price of a lack without relief, as a multiple of the mean cost of a tonne or of the dearest module per tonne."""

_GROUPS = 60
_MOST_GROUPS = 12
"""Largest number of groups of commodities, of all nodes and of one: more groups mean fewer, but longer rounds."""


@dataclass(frozen=True)
class DecomposedProblem:
    """The data of a search.

    Parameters
    ----------
    staged
        The instance.
    site
        Positions of the permitted sites, ascending; elsewhere sites are given by position in this array.
    oracles
        One per node.
    dearest
        Price of a lack of a resource without relief, EUR/t.
    relaxation, plans
        The master, and the conversion of its values to plans.
    """

    staged: StagedInstance
    site: NDArray[np.intp]
    oracles: tuple[NodeOracle, ...]
    dearest: float
    relaxation: Relaxation
    plans: Plans

    def places(self, hubs: tuple[int, ...]) -> NDArray[np.intp]:
        """Return the positions of hubs among the permitted sites."""
        return np.searchsorted(self.site, hubs)


def prepare_by_node(question: StagedQuestion, state: SearchState) -> DecomposedProblem | None:
    """Prepare a question for decomposition; return None if some commodity has no route."""
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
    return DecomposedProblem(staged, site, oracles, dearest, relaxation, plans)


def _dearest_module(staged: StagedInstance) -> float:
    """Return capital and one year's cost per tonne of capacity of the dearest module, EUR/t."""
    return max(
        1.0, *(float(((node.prices.capital + node.prices.yearly) / staged.capacities).max()) for node in staged.nodes)
    )
