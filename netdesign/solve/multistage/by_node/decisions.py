"""Columns and rows of the master for hubs and modules: ordered, in use, open, closed and given up.

The rows are (4) to (20) of ``models/staged_opening.py``; (15) to (20) are the rules on hubs and capital.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.multistage.by_node.builder import NO_COLUMN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.by_node.builder import TreeBuilder


@dataclass(frozen=True)
class Decisions:
    """Columns of the decisions, by position among the permitted sites.

    Parameters
    ----------
    site
        Positions of the permitted sites, ascending.
    is_open, in_use
        y and z, shapes (nodes, sites) and (nodes, sites, modules).
    ordered, closed
        o and c, of the same shapes as z and y; ``NO_COLUMN`` where there is no such decision.
    given_up
        g, by node of the order and node of the closing, each of shape (sites, modules).
    """

    site: NDArray[np.intp]
    is_open: NDArray[np.intp]
    in_use: NDArray[np.intp]
    ordered: NDArray[np.intp]
    closed: NDArray[np.intp]
    given_up: dict[tuple[int, int], NDArray[np.intp]] = field(default_factory=dict)


def add_decisions(builder: TreeBuilder, staged: StagedInstance, site: NDArray[np.intp]) -> Decisions:
    """Add columns, rows and costs of hubs and modules."""
    decisions = _columns(builder, staged, site)
    if staged.stages.closing:
        _add_given_up(builder, staged, decisions)
        _add_closing_rows(builder, staged, decisions)
    _add_modules(builder, staged, decisions)
    _add_open_hubs(builder, staged, decisions)
    _add_costs(builder, staged, decisions)
    return decisions


def _columns(builder: TreeBuilder, staged: StagedInstance, site: NDArray[np.intp]) -> Decisions:
    nodes, sites, modules = len(staged.nodes), len(site), len(staged.modules)
    existing = staged.is_existing[site]
    most = np.array([module.most for module in staged.modules], dtype=np.float64)
    room = np.maximum(0.0, most - staged.installed[site])
    is_open = np.stack(
        [builder.add_columns(existing.astype(float), np.ones(sites), is_integer=True) for _ in range(nodes)]
    )
    every = np.tile(most, sites)
    in_use = np.stack([builder.add_columns(np.zeros(len(every)), every, is_integer=True) for _ in range(nodes)])
    in_use = in_use.reshape(nodes, sites, modules)
    ordered, closed = np.full_like(in_use, NO_COLUMN), np.full_like(is_open, NO_COLUMN)
    for v, node in enumerate(staged.nodes):
        # A module that arrives after the horizon would be paid and salvaged in full.
        is_useful = np.array([module.lead <= staged.stages.last_year - node.year for module in staged.modules])
        is_free = np.array([staged.may_order(int(k), v) for k in site], dtype=bool)
        may = is_free[:, None] & is_useful[None, :] & (room > 0)
        ordered[v][may] = builder.add_columns(np.zeros(may.sum()), room[may], is_integer=True)
        if staged.stages.closing and staged.children[v]:
            new = ~existing
            closed[v][new] = builder.add_columns(np.zeros(new.sum()), np.ones(new.sum()), is_integer=True)
    return Decisions(site, is_open, in_use, ordered, closed)


def _add_given_up(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add g for modules whose term is over, and rows that let each module be given up once."""
    for v, children in enumerate(staged.children):
        for u in staged.path_to(v) if children else ():
            old = np.array([staged.years_used(u, v, module) >= max(module.term, 1) for module in staged.modules])
            may = old[None, :] & (decisions.ordered[u] >= 0) & (decisions.closed[v] >= 0)[:, None]
            columns = np.full(may.shape, NO_COLUMN)
            most = np.broadcast_to([float(module.most) for module in staged.modules], may.shape)[may]
            columns[may] = builder.add_columns(np.zeros(may.sum()), most)
            decisions.given_up[u, v] = columns
            for k, m in np.argwhere(may):
                gone = [decisions.given_up[u, w][k, m] for w in staged.path_to(v) if (u, w) in decisions.given_up]
                builder.add_row([decisions.ordered[u, k, m], *gone], [1.0, *[-1.0] * len(gone)], 0.0, np.inf)


def _gone(staged: StagedInstance, decisions: Decisions, u: int, until: int, k: int, m: int) -> list[int]:
    """Return the columns g of modules ordered at ``u`` and given up at a node of the path to ``until``."""
    found = []
    for w in staged.path_to(until) if until >= 0 else ():
        column = decisions.given_up[u, w][k, m] if (u, w) in decisions.given_up else NO_COLUMN
        if column >= 0:
            found.append(int(column))
    return found


def _standing(
    staged: StagedInstance, decisions: Decisions, ordered_in: list[int], until: int, k: int, m: int
) -> tuple[list[int], list[float]]:
    """Return columns and weights of the modules ordered at some nodes, less those given up until a node."""
    columns = [int(decisions.ordered[u, k, m]) for u in ordered_in]
    gone = [column for u in ordered_in for column in _gone(staged, decisions, u, until, k, m)]
    return [*columns, *gone], [*[1.0] * len(columns), *[-1.0] * len(gone)]


def _add_modules(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add (4) to (6): modules in use, most modules and largest area of a hub."""
    installed = staged.installed[decisions.site]
    for v, node in enumerate(staged.nodes):
        path, is_leaf = list(staged.path_to(v)), not staged.children[v]
        for k, counts in enumerate(installed):
            for m, module in enumerate(staged.modules):
                early = [u for u in path if staged.years_used(u, v, module) >= 1]
                columns, weights = _standing(staged, decisions, early, node.parent, k, m)
                there = float(counts[m])
                weights = [1.0, *(-weight for weight in weights)]
                builder.add_row([decisions.in_use[v, k, m], *columns], weights, there, there)
                if is_leaf:
                    builder.add_row(decisions.ordered[path, k, m], [1.0] * len(path), -np.inf, module.most - there)
            if is_leaf:
                _add_largest_area(builder, staged, decisions, path, k)


def _add_largest_area(
    builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, path: list[int], k: int
) -> None:
    limit = staged.stages.largest_area_m2
    if limit is None:
        return
    area = np.array([module.area for module in staged.modules]) / max(limit, 1e-3)
    taken = float(staged.installed[decisions.site[k]] @ area)
    columns = decisions.ordered[path, k].ravel()
    builder.add_row(columns, np.tile(area, len(path)), -np.inf, limit / max(limit, 1e-3) - taken)


def _add_open_hubs(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add (8) to (10): a new hub is open exactly while modules are in use there, and stays open unless it closes."""
    new = np.flatnonzero(~staged.is_existing[decisions.site]).tolist()
    for v, node in enumerate(staged.nodes):
        for k in new:
            y, z = int(decisions.is_open[v, k]), decisions.in_use[v, k]
            for column, module in zip(z.tolist(), staged.modules, strict=True):
                builder.add_row([column, y], [1.0 / module.most, -1.0], -np.inf, 0.0)
            builder.add_row([y, *z], [1.0, *[-1.0] * len(z)], -np.inf, 0.0)
            if node.parent >= 0:
                before, closed = decisions.is_open[node.parent, k], decisions.closed[node.parent, k]
                builder.add_row([y, before, closed], [1.0, -1.0, 1.0], 0.0, np.inf)


def _add_closing_rows(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add (11) to (13): a hub that closes gives up all its modules, and has none afterwards."""
    new = np.flatnonzero(~staged.is_existing[decisions.site]).tolist()
    for v in range(len(staged.nodes)):
        path = list(staged.path_to(v))
        for k in new:
            y, c = int(decisions.is_open[v, k]), int(decisions.closed[v, k])
            before = decisions.closed[path[:-1], k].tolist()
            builder.add_row([c, y] if c >= 0 else [], [1.0, -1.0] if c >= 0 else [], -np.inf, 0.0)
            if before:
                builder.add_row([y, *before], [1.0] * (1 + len(before)), -np.inf, 1.0)
            for m, module in enumerate(staged.modules):
                columns, weights = _standing(staged, decisions, path, v, k, m)
                scaled = [weight / module.most for weight in weights]
                ended = [*before, c]
                builder.add_row([*columns, *ended], [*scaled, *[1.0] * len(ended)], -np.inf, 1.0)
                gone = [int(decisions.given_up[u, v][k, m]) for u in path if (u, v) in decisions.given_up]
                if c >= 0 and gone:
                    builder.add_row([*gone, c], [*[1.0 / module.most] * len(gone), -1.0], -np.inf, 0.0)


def _add_costs(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add the costs of hubs and modules, net of salvage."""
    site = decisions.site
    for v, node in enumerate(staged.nodes):
        prices, discount = node.prices, staged.discount(node.year)
        builder.spend(v, decisions.is_open[v], discount * prices.running[site])
        builder.spend(v, decisions.in_use[v], discount * prices.yearly[site])
        borne = np.array([staged.used_share(module, node.year) for module in staged.modules])
        builder.spend(v, decisions.ordered[v], discount * prices.capital[site] * borne)
        for (u, w), columns in decisions.given_up.items():
            if w == v:
                cost = [[staged.given_up_cost(u, v, int(k), m) for m in range(len(staged.modules))] for k in site]
                builder.spend(v, columns, np.array(cost))


def add_policies(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions) -> None:
    """Add (15) to (20): the rules on hubs and capital."""
    for leaf in staged.leaves:
        _add_hub_rules(builder, staged, decisions, leaf)
    _add_fixed_cost_cap(builder, staged, decisions)
    for _, _, nodes, limit in staged.budget_limits():
        _add_within(builder, staged, decisions, nodes, limit)


def _add_hub_rules(builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, leaf: int) -> None:
    """Add required sites, exclusive groups and numbers of the hubs opened on a path, whether closed again or not."""
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
    """Limit the yearly fixed cost of new hubs and their modules to the cap, at every node."""
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


def _add_within(
    builder: TreeBuilder, staged: StagedInstance, decisions: Decisions, nodes: list[int], limit: float
) -> None:
    """Limit the capital paid at some nodes."""
    amounts = np.concatenate([staged.nodes[u].prices.capital[decisions.site].ravel() for u in nodes])
    columns = decisions.ordered[nodes].ravel()
    unit = max(limit, float(amounts.max()), 1e-3)
    builder.add_row(columns, amounts / unit, -np.inf, limit / unit)
