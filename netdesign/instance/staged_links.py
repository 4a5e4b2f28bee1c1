"""Hub links over years: in which years one that is ordered is in use, and what its order costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.staged import StagedInstance
    from netdesign.instance.stages import Stages

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


def check_links_over_years(stages: Stages, base: Instance, faults: FaultList) -> None:
    """Note what the files alone show to be wrong with chosen links over years."""
    if not base.chooses_links:
        return
    if stages.closing:
        message = "hub links stay once they are there, and so do their hubs; leave it out, or problem.network: complete"
        faults.add(("stages", "closing"), message)
    rules, leads = base.policies.hub_links, {frozenset(link.ends): link.lead for link in base.hub_links}
    for index, pair in enumerate(rules.required if rules is not None else ()):
        ready = stages.first_year + leads.get(frozenset(pair), 0)
        if ready > stages.last_year:
            message = f"the link between {pair[0]} and {pair[1]} is not ready before {ready}, after the last year"
            faults.add(("policies", "hub_links", "required", index), message)
