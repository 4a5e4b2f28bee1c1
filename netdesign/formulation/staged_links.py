"""Hub links over the years of a staged model: ordered once on a path, and in use there from the lead time on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.route_links import add_departures_only_on_chosen_link, add_route_links
from netdesign.instance.staged_links import link_capital, link_leads, ordered_in_time

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance

    Ends = tuple[str, str]
    Terms = tuple[list[float], list[Any]]


def add_link_orders(model: Any) -> None:
    """Add ``link_ordered`` to the block of each year: of links that would be in use before the horizon ends."""
    staged: StagedInstance = model.staged
    if not staged.base.chooses_links:
        return
    leads = link_leads(staged)
    for node, block in zip(staged.nodes, model.years, strict=True):
        left = staged.stages.last_year - node.year
        ends = [link.ends for link in block.instance.permitted_links if leads[link.ends] <= left]
        block.link_ordered = pyo.Var(ends, domain=pyo.Binary, doc="s_vkm")


def add_links_of_year(model: Any, v: int) -> None:
    """Add the choice of links of a year, its policies and routes over them, and hold it to what was ordered.

    A link is in use where it was ordered early enough on the path, so that none is ordered twice and each stays.
    """
    staged, block = model.staged, model.years[v]
    if not staged.base.chooses_links:
        return
    add_route_links(block, block.instance, block.routes)
    if hasattr(block, "served"):
        add_departures_only_on_chosen_link(block, block.instance)
    leads = link_leads(staged)

    @block.Constraint(block.LINKS)
    def ordered_links_in_use(block: Any, k: str, m: str) -> Any:
        orders = [model.years[u].link_ordered[k, m] for u in ordered_in_time(staged, v, leads[k, m])]
        return weighted_sum([1.0, *[-1.0] * len(orders)], [block.link_open[k, m], *orders]) == 0


def capital_of_links(model: Any, v: int) -> Terms:
    """Return the capital of the links that a node orders, EUR of its year."""
    ordered = getattr(model.years[v], "link_ordered", {})
    capital = link_capital(model.staged, v)
    return [capital[ends] for ends in ordered], list(ordered.values())


def ordered_links(block: Any) -> tuple[Ends, ...]:
    """Read the links that a year orders from a model that holds a solution."""
    ordered = getattr(block, "link_ordered", {})
    return tuple(ends for ends in ordered if (ordered[ends].value or 0.0) > 0.5)
