"""The moments of decision: at each node, when its year is observed, or for all nodes of a year at the root."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance


@dataclass(frozen=True)
class DecisionStages:
    """The moments at which hubs are decided, each before those that follow it.

    Parameters
    ----------
    nodes
        Positions of the nodes that a moment decides for, all of one year.
    children
        Positions of the moments that follow.
    """

    nodes: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def parent(self) -> tuple[int, ...]:
        """Position of the moment before each, -1 for the first."""
        found = [-1] * len(self)
        for moment, children in enumerate(self.children):
            for child in children:
                found[child] = moment
        return tuple(found)

    @cached_property
    def moment_of(self) -> dict[int, int]:
        """Position of the moment that decides for each node."""
        return {node: moment for moment, nodes in enumerate(self.nodes) for node in nodes}


def by_node(staged: StagedInstance) -> DecisionStages:
    """Return the moments of an adaptive plan: one per node."""
    return DecisionStages(tuple((node,) for node in range(len(staged.nodes))), staged.children)


def by_year(staged: StagedInstance) -> DecisionStages:
    """Return the moments of a plan fixed at the root: one per year."""
    years = range(staged.stages.first_year, staged.stages.last_year + 1)
    nodes = tuple(tuple(v for v, node in enumerate(staged.nodes) if node.year == year) for year in years)
    children = tuple((moment + 1,) if moment + 1 < len(years) else () for moment in range(len(years)))
    return DecisionStages(nodes, children)
