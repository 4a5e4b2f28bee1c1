"""Hub links over years: in which years one that is ordered is in use, and what its order costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance

    Ends = tuple[str, str]


def link_leads(staged: StagedInstance) -> dict[Ends, int]:
    """Return the years from ordering to using of each hub link, by its ends; the same in all years."""
    return {link.ends: link.lead for link in staged.base.hub_links}


def link_capital(staged: StagedInstance, v: int) -> dict[Ends, float]:
    """Return what ordering each hub link costs at a node, EUR of its year."""
    return {link.ends: link.capital for link in staged.nodes[v].instance.hub_links}


def ordered_in_time(staged: StagedInstance, v: int, lead: int) -> tuple[int, ...]:
    """Return the nodes on the path to a node at which a link with a lead time is ordered in time to be in use there."""
    return tuple(u for u in staged.path_to(v) if staged.nodes[u].year + lead <= staged.nodes[v].year)
