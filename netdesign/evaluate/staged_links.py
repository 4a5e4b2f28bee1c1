"""Hub links of a staged plan: which are in use at a node, what its orders cost, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.evaluate.violations import Violation
from netdesign.instance.policies import Policy
from netdesign.instance.staged_links import link_capital, link_leads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan

    Ends = tuple[str, str]


def link_violations(staged: StagedInstance, plan: StagedPlan, v: int) -> Iterator[Violation]:
    """Yield what is wrong with the links that a node orders, and with those that its year is operated with."""
    own, name = plan.nodes[v], staged.nodes[v].name
    leads = link_leads(staged)
    permitted = {link.ends for link in staged.base.permitted_links}
    before = {ends for u in staged.path_to(v)[:-1] for ends in plan.nodes[u].link_orders}
    for place, ends in enumerate(own.link_orders):
        subject = f"{name}: {' to '.join(ends)}"
        if ends not in permitted:
            yield Violation(Policy.HUB_LINKS, subject, "is ordered, and may not be chosen")
        if ends in before or ends in own.link_orders[:place]:
            yield Violation(Policy.HUB_LINKS, subject, "is ordered twice")
    in_use = {
        ends
        for u in staged.path_to(v)
        for ends in plan.nodes[u].link_orders
        if ends in leads and staged.nodes[u].year + leads[ends] <= staged.nodes[v].year
    }
    if set(own.operations.links) != in_use:
        message = (
            f"the year is operated with the links {_names(set(own.operations.links))}; in use are {_names(in_use)}"
        )
        yield Violation(Policy.HUB_LINKS, name, message)


def capital_of_links(staged: StagedInstance, plan: StagedPlan, v: int) -> float:
    """Return what the links cost that a node orders, EUR of its year; links that there are not cost nothing."""
    capital = link_capital(staged, v)
    return sum(capital.get(ends, 0.0) for ends in plan.nodes[v].link_orders)


def _names(links: set[Ends]) -> str:
    return ", ".join(" to ".join(ends) for ends in sorted(links)) or "none"
