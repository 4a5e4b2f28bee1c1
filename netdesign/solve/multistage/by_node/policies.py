"""Rules on hubs and capital over the tree, as rows of the master: (15) to (20) of ``models/staged_opening.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.builder import TreeBuilder
    from netdesign.solve.multistage.by_node.decisions import Decisions


def add_policies(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add the rules."""
    for leaf in staged.leaves:
        _add_hub_rules(builder, staged, decisions, leaf)
    _add_fixed_cost_cap(builder, staged, decisions)
    _add_budget(builder, staged, decisions)


def _add_hub_rules(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, leaf: int) -> None:
    """Hold required sites, numbers and groups of the hubs that were opened by the last year, closed again or not."""
    base, path = staged.base, list(staged.path_to(leaf))
    place = {base.sites[site].id: k for k, site in enumerate(decisions.site.tolist())}
    opened = [[int(decisions.is_open[leaf, k]), *decisions.closed[path[:-1], k].tolist()] for k in place.values()]
    for name in sorted(base.required & set(place)):
        builder.add_row(opened[place[name]], [1.0] * len(opened[place[name]]), 1.0, np.inf)
    for group in base.policies.exclusive:
        columns = [column for name in set(group.sites) & set(place) for column in opened[place[name]]]
        builder.add_row(columns, [1.0] * len(columns), -np.inf, 1.0)
    if base.policies.hub_count is not None or base.policies.new_hubs is not None:
        least, most = base.hub_range
        columns = [column for some in opened for column in some]
        builder.add_row(columns, [1.0] * len(columns), float(least), float(most))


def _add_fixed_cost_cap(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Keep what new hubs and their modules cost a year to the cap, in every year."""
    new = ~staged.is_existing[decisions.site]
    for v, node in enumerate(staged.nodes):
        cap = node.instance.policies.fixed_cost_cap_eur_per_year
        if cap is None or not new.any():
            continue
        site = decisions.site[new]
        amounts = np.concatenate([node.prices.running[site], node.prices.yearly[site].ravel()])
        columns = np.concatenate([decisions.is_open[v, new], decisions.in_use[v, new].ravel()])
        unit = max(cap, float(amounts.max()), 1e-3)
        builder.add_row(columns, amounts / unit, -np.inf, cap / unit)


def _add_budget(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Keep capital on a path to the total, in a named year to its budget and, where this carries over, to the rest."""
    budget = staged.stages.capital_budget
    if budget is None:
        return
    named = budget.by_year_eur
    for v, node in enumerate(staged.nodes):
        path = list(staged.path_to(v))
        if budget.total_eur is not None and not staged.children[v]:
            _add_within(builder, staged, decisions, path, budget.total_eur)
        if node.year in named:
            counted = [u for u in path if staged.nodes[u].year in named] if budget.carries_over else [v]
            limit = sum(named[staged.nodes[u].year] for u in counted)
            _add_within(builder, staged, decisions, counted, limit)


def _add_within(
    builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, nodes: list[int], limit: float
) -> None:
    """Keep the capital that some nodes pay within a limit."""
    amounts = np.concatenate([staged.nodes[u].prices.capital[decisions.site].ravel() for u in nodes])
    columns = decisions.ordered[nodes].ravel()
    unit = max(limit, float(amounts.max()), 1e-3)
    builder.add_row(columns, amounts / unit, -np.inf, limit / unit)
