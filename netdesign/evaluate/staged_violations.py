"""Violations of a staged plan: orders, closings, budgets and numbers of hubs on every path through the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import contract_by_site
from netdesign.evaluate.staged_links import capital_of_links, link_violations
from netdesign.evaluate.violations import TOLERANCE, Violation, apart
from netdesign.instance.policies import Policy
from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.evaluate.configuration import NodeConfiguration
    from netdesign.evaluate.staged import NodeEvaluation
    from netdesign.instance.staged import StagedInstance
    from netdesign.plan import StagedPlan

ORDERS, CLOSING, BUDGET, CONTRACT, PEAK = "orders", "closing", "capital_budget", "contract", "peak"


def node_violations(
    staged: StagedInstance, plan: StagedPlan, configuration: NodeConfiguration, node: NodeEvaluation, v: int
) -> Iterator[Violation]:
    """List the violations of the year of a node, those of its one-year plan included."""
    name = staged.nodes[v].name
    for found in node.operations.violations:
        yield Violation(found.policy, f"{name}: {found.subject}", found.message)
    sites = staged.base.sites
    opened = {site.id for site, is_open in zip(sites, configuration.is_open, strict=True) if is_open}
    if set(plan.nodes[v].operations.open_hubs) != opened:
        message = f"the year is operated with {_names(plan.nodes[v].operations.open_hubs)}; open are {_names(opened)}"
        yield Violation("routing", name, message)
    bought = contract_by_site(staged, plan.nodes[v])
    # Summed by hub: a hub listed twice has one limit.
    for hub in sorted({hub for hub, _ in plan.nodes[v].contract}):
        site = staged.base.site_position[hub]
        tonnes, most = bought[site], staged.contract_limit[site] if configuration.is_open[site] else 0.0
        if not 0 <= tonnes <= most * (1 + TOLERANCE):
            bought_t, most_t = apart(tonnes, most)
            message = f"{bought_t} t/year are handled by others; 0 to {most_t} can be"
            yield Violation(CONTRACT, f"{name}: {hub}", message)
    unpriced = {peak.stream for peak in staged.stages.peaks if peak.overflow_eur_per_t is None}
    for (stream, hub), tonnes in node.overflow_t.items():
        site = staged.base.site_position[hub]
        daily = float(configuration.in_use[site] @ staged.peak_capacities + bought[site] / DAYS_PER_YEAR) + 1.0
        if stream in unpriced and tonnes > TOLERANCE * daily:
            message = f"on the peak day of {stream} {tonnes:,.2f} t are over what it lifts, and overflow has no price"
            yield Violation(PEAK, f"{name}: {hub}", message)
    yield from _fixed_cost_cap(staged, configuration, v)


def _fixed_cost_cap(staged: StagedInstance, configuration: NodeConfiguration, v: int) -> Iterator[Violation]:
    cap = staged.nodes[v].instance.policies.fixed_cost_cap_eur_per_year
    if cap is None:
        return
    prices = staged.nodes[v].prices
    yearly = prices.running + (prices.yearly * configuration.in_use).sum(axis=1)
    found = float(yearly[configuration.is_open & ~staged.is_existing].sum())
    if found > cap * (1 + TOLERANCE):
        message = "{} EUR/year are over the cap of {}".format(*apart(found, cap, ",.0f"))
        yield Violation(Policy.FIXED_COST_CAP, staged.nodes[v].name, message)


def tree_violations(
    staged: StagedInstance, plan: StagedPlan, configurations: Sequence[NodeConfiguration]
) -> Iterator[Violation]:
    """List violations by orders, closings, budgets and numbers of hubs along the tree."""
    yield from _first(staged, plan)
    for v in range(len(staged.nodes)):
        yield from _orders(staged, plan, configurations[v], v)
        yield from _closings(staged, plan, configurations[v], v)
        yield from link_violations(staged, plan, v)
    for leaf in staged.leaves:
        yield from _hubs(staged, configurations, leaf)
        yield from budget_violations(staged, plan, configurations, leaf)


def _first(staged: StagedInstance, plan: StagedPlan) -> Iterator[Violation]:
    rule, first, name = staged.first, plan.first, staged.nodes[0].name
    for site in sorted(rule.ordered_at - first.sites):
        yield Violation(ORDERS, f"{name}: {site}", "nothing is ordered in the first year")
    for site in sorted(rule.not_ordered_at & first.sites):
        yield Violation(ORDERS, f"{name}: {site}", "something is ordered in the first year")
    if first in rule.left_out:
        yield Violation(ORDERS, name, "what is decided in the first year is left out")


def _orders(staged: StagedInstance, plan: StagedPlan, configuration: NodeConfiguration, v: int) -> Iterator[Violation]:
    name, allowed = staged.nodes[v].name, set(staged.base.allowed)
    parent = staged.nodes[v].parent
    gone = set(plan.nodes[parent].closings) if parent >= 0 else set()
    for order in plan.nodes[v].orders:
        site = staged.base.site_position[order.site]
        if order.count < 1:
            yield Violation(ORDERS, f"{name}: {order.site}", f"orders {order.count} of {order.module}")
        if order.site not in allowed:
            yield Violation(Policy.FORBIDDEN, f"{name}: {order.site}", "may not open")
        if not staged.may_order(site, v):
            message = f"nothing may be ordered before {staged.not_before[order.site]}"
            yield Violation(ORDERS, f"{name}: {order.site}", message)
        if configuration.is_closed[site] or order.site in gone:
            yield Violation(CLOSING, f"{name}: {order.site}", "is closed for good, yet modules are ordered")
    most = np.array([module.most for module in staged.modules])
    area = np.array([module.area for module in staged.modules])
    limit = staged.stages.largest_area_m2
    for site, counts in enumerate(configuration.ordered):
        for column in np.flatnonzero(counts > most):
            module = staged.modules[column]
            message = f"{counts[column]} of {module.id} are over the {module.most} that a hub may have"
            yield Violation(ORDERS, f"{name}: {staged.base.sites[site].id}", message)
        if limit is not None and counts @ area > limit * (1 + TOLERANCE):
            message = "{} m2 are over the {} that a hub may have".format(*apart(counts @ area, limit, ",.0f"))
            yield Violation(ORDERS, f"{name}: {staged.base.sites[site].id}", message)


def _closings(
    staged: StagedInstance, plan: StagedPlan, configuration: NodeConfiguration, v: int
) -> Iterator[Violation]:
    name, year = staged.nodes[v].name, staged.nodes[v].year
    for hub in plan.nodes[v].closings:
        site, subject = staged.base.site_position[hub], f"{name}: {hub}"
        if not staged.stages.closing or staged.is_existing[site]:
            reason = "an existing hub stays open" if staged.is_existing[site] else "hubs stay open here"
            yield Violation(CLOSING, subject, f"is closed, but {reason}")
        if not configuration.is_open[site]:
            yield Violation(CLOSING, subject, "is closed, but was not open")
        for purchase in configuration.purchases:
            if purchase.site != site:
                continue
            module = staged.modules[purchase.module]
            used = year - (staged.nodes[purchase.node].year + module.lead) + 1
            if used < max(module.term, 1):
                message = f"{module.id} has been in use for {max(used, 0)} of at least {max(module.term, 1)} years"
                yield Violation(CLOSING, subject, message)


def _hubs(staged: StagedInstance, configurations: Sequence[NodeConfiguration], leaf: int) -> Iterator[Violation]:
    """Numbers and groups of hubs that were opened on the way to a leaf, whether or not they closed again."""
    base, name = staged.base, staged.nodes[leaf].name
    last = configurations[leaf]
    used = last.is_open | last.is_closed
    opened = {site.id for site, was in zip(base.sites, used, strict=True) if was}
    for hub in sorted(base.required - opened):
        yield Violation(Policy.REQUIRED, f"{name}: {hub}", "is required, but is not open by the last year")
    least, most = base.hub_range
    is_limited = base.policies.hub_count is not None or base.policies.new_hubs is not None
    if is_limited and not least <= len(opened) <= most:
        message = f"{len(opened)} hubs are opened by the last year; {least} to {most} are allowed"
        yield Violation(Policy.HUB_COUNT, name, message)
    for group in base.policies.exclusive:
        both = sorted(opened & set(group.sites))
        if len(both) > 1:
            yield Violation(Policy.EXCLUSIVE, f"{name}: {group.name}", f"{_names(both)} are opened; at most one may be")


def budget_violations(
    staged: StagedInstance, plan: StagedPlan, configurations: Sequence[NodeConfiguration], leaf: int
) -> Iterator[Violation]:
    """List where a path to a leaf pays more than the capital budget."""
    budget, name = staged.stages.capital_budget, staged.nodes[leaf].name
    if budget is None:
        return
    paid = {staged.nodes[v].year: capital_paid(staged, plan, configurations[v], v) for v in staged.path_to(leaf)}
    total = sum(paid.values())
    if budget.total_eur is not None and total > budget.total_eur * (1 + TOLERANCE):
        paid_eur, may_eur = apart(total, budget.total_eur, ",.0f")
        yield Violation(BUDGET, name, f"{paid_eur} EUR are paid in all; {may_eur} may be")
    given = left = 0.0
    for year, spent in paid.items():
        if year not in budget.by_year_eur:
            continue
        given = budget.by_year_eur[year] + (given if budget.carries_over else 0.0)
        left += budget.by_year_eur[year]
        if spent > left + TOLERANCE * given:
            spent_eur, left_eur = apart(spent, left, ",.0f")
            yield Violation(BUDGET, name, f"{spent_eur} EUR are paid in {year}; {left_eur} may be")
        left = max(0.0, left - spent) if budget.carries_over else 0.0


def capital_paid(staged: StagedInstance, plan: StagedPlan, configuration: NodeConfiguration, v: int) -> float:
    """Return the capital that a node pays for modules and hub links, EUR."""
    capital = staged.nodes[v].prices.capital
    of_modules = sum(p.count * float(capital[p.site, p.module]) for p in configuration.purchases if p.node == v)
    return of_modules + capital_of_links(staged, plan, v)


def _names(names: object) -> str:
    return ", ".join(sorted(names)) or "none"  # type: ignore[call-overload]
