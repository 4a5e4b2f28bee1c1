"""Policies on hubs and capital along the paths of a staged model, and closing for good after a minimum term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.first_rule import add_first_rule
from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.staged_hubs import (
    Terms,
    add_limits_of_modules,
    add_module_choice,
    add_modules_in_use,
    add_open_hubs,
    closings,
    net_orders,
    new_sites,
)
from netdesign.formulation.staged_links import add_link_orders, capital_of_links

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.instance.staged import StagedInstance

Opened = dict[str, list[Any]]
"""By site, variables whose sum is 1 if a hub was opened by the last year: it is open, or has closed."""


def add_decisions_on_hubs(model: Any) -> None:
    """Add what is ordered, opened and closed, with the policies on hubs and capital; numbers of ``staged_opening``."""
    add_module_choice(model)
    add_link_orders(model)
    _add_closing_choice(model)
    add_modules_in_use(model)  # (4)
    add_limits_of_modules(model)  # (5), (6)
    add_open_hubs(model)  # (8) to (10)
    _add_closing(model)  # (11) to (14)
    _add_hub_policies(model)  # (15) to (17)
    _add_fixed_cost_cap(model)  # (18)
    _add_capital_budget(model)  # (19), (20)
    add_first_rule(model)


def _add_closing_choice(model: Any) -> None:
    """Add ``hub_closed`` and ``given_up`` where the stages allow closing: of new hubs, in years that others follow.

    Modules can be given up once they were in use for their term; younger ones keep the hub open.
    """
    staged: StagedInstance = model.staged
    if not staged.stages.closing:
        return
    most = {module.id: module.most for module in staged.modules}
    for v, block in enumerate(model.years):
        if not staged.children[v]:
            continue
        block.hub_closed = pyo.Var(new_sites(block), domain=pyo.Binary, doc="c_vk")
        index = [
            (model.years[u].index(), k, module.id)
            for u in staged.path_to(v)
            for k in new_sites(block)
            for module in staged.modules
            if (k, module.id) in model.years[u].module_ordered
            and staged.years_used(u, v, module) >= max(module.term, 1)
        ]
        # Integral in any case; declared so, rows of modules have integer columns only, which presolve handles well.
        block.given_up = pyo.Var(
            index, domain=pyo.NonNegativeIntegers, bounds=lambda _, u, k, s: (0, most[s]), doc="g_uvks"
        )


def _add_closing(model: Any) -> None:
    """Make a closing hub give up all its modules; none is on order there and none is ordered afterwards."""
    staged: StagedInstance = model.staged
    if not staged.stages.closing:
        return
    for v, block in enumerate(model.years):
        _add_end_of_hub(model, block, v)
        if staged.children[v]:
            _add_giving_up(model, block, v)


def closed_before(model: Any, v: int, k: str) -> list[Any]:
    """Return ``hub_closed`` of a site in all years before that of a node; at most one of them is 1."""
    path: tuple[int, ...] = model.staged.path_to(v)
    return [variable for u in path[:-1] for variable in closings(model.years[u], k)]


def _add_end_of_hub(model: Any, block: Any, v: int) -> None:
    """No modules are left where a hub has closed."""
    staged: StagedInstance = model.staged
    most = {module.id: float(module.most) for module in staged.modules}

    @block.Constraint([k for k in new_sites(block) if closed_before(model, v, k)])
    def closed_for_good(block: Any, k: str) -> Any:
        return total([block.hub_open[k], *closed_before(model, v, k)]) <= 1

    @block.Constraint(new_sites(block), model.MODULES)
    def all_is_given_up(block: Any, k: str, s: str) -> Any:
        weights, terms = net_orders(model, staged.path_to(v), v, (k, s))
        closed = [*closed_before(model, v, k), *closings(block, k)]
        if not terms or not closed:
            return pyo.Constraint.Skip
        return weighted_sum([*(w / most[s] for w in weights), *[1.0] * len(closed)], [*terms, *closed]) <= 1


def _add_giving_up(model: Any, block: Any, v: int) -> None:
    """Modules are given up by an open hub that closes, and each once."""
    most = {module.id: float(module.most) for module in model.staged.modules}
    by_key: dict[tuple[str, str], list[Any]] = {}
    for (_, *key), variable in block.given_up.items():
        by_key.setdefault((key[0], key[1]), []).append(variable)

    @block.Constraint(new_sites(block))
    def only_an_open_hub_closes(block: Any, k: str) -> Any:
        return block.hub_closed[k] - block.hub_open[k] <= 0

    @block.Constraint(list(by_key))
    def given_up_by_closing(block: Any, k: str, s: str) -> Any:
        terms = by_key[k, s]
        return weighted_sum([*[1.0 / most[s]] * len(terms), -1.0], [*terms, block.hub_closed[k]]) <= 0

    @block.Constraint(list(block.given_up))
    def given_up_once(_: Any, u: str, k: str, s: str) -> Any:
        ordered = list(model.NODES).index(u)
        weights, terms = net_orders(model, [ordered], v, (k, s))
        return weighted_sum(weights, terms) >= 0


def _add_hub_policies(model: Any) -> None:
    """Hold required sites, numbers and groups of the hubs that were opened by the last year, closed again or not."""
    for leaf in model.staged.leaves:
        block = model.years[leaf]
        opened = {k: [block.hub_open[k], *closed_before(model, leaf, k)] for k in block.SITES}
        _add_required(block, model.staged, opened)
        _add_exclusive_groups(block, model.staged, opened)
        _add_hub_count(block, model.staged, opened)


def _add_fixed_cost_cap(model: Any) -> None:
    """Keep the yearly cost of new hubs and their modules within the cap, in every year."""
    for v, block in enumerate(model.years):
        cap, new = block.instance.policies.fixed_cost_cap_eur_per_year, new_sites(block)
        if cap is None or not new:
            continue
        weights, terms = yearly_cost(model, v, new)
        unit = _unit(cap, weights)
        spent = weighted_sum([weight / unit for weight in weights], terms)
        block.new_hubs_within_fixed_cost_cap = pyo.Constraint(expr=spent <= cap / unit)


def _add_capital_budget(model: Any) -> None:
    """Keep capital on a path to the total, in a named year to its budget and, where this carries over, to the rest."""
    staged: StagedInstance = model.staged
    for v, name, nodes, limit in staged.budget_limits():
        setattr(model.years[v], name, _within(model, nodes, limit))


def yearly_cost(model: Any, v: int, sites: Iterable[str]) -> Terms:
    """Return the cost of some hubs and their modules in use in the year of a node, EUR/year."""
    staged, block = model.staged, model.years[v]
    prices = staged.nodes[v].prices
    weights: list[float] = []
    terms: list[Any] = []
    for name in sites:
        k = staged.base.site_position[name]
        weights += [float(prices.running[k]), *prices.yearly[k].tolist()]
        terms += [block.hub_open[name], *(block.module_installed[name, module.id] for module in staged.modules)]
    return weights, terms


def _add_required(block: Any, staged: StagedInstance, opened: Opened) -> None:
    @block.Constraint(sorted(staged.base.required - staged.base.existing))
    def required_hub_opens(_: Any, k: str) -> Any:
        return total(opened[k]) >= 1


def _add_exclusive_groups(block: Any, staged: StagedInstance, opened: Opened) -> None:
    # By position, because two groups may have one name; each site once, as a site named twice could never open.
    groups = [[k for k in dict.fromkeys(group.sites) if k in opened] for group in staged.base.policies.exclusive]

    @block.Constraint([group for group, sites in enumerate(groups) if len(sites) > 1])
    def at_most_one_of_group(_: Any, group: int) -> Any:
        return total(variable for k in groups[group] for variable in opened[k]) <= 1


def _add_hub_count(block: Any, staged: StagedInstance, opened: Opened) -> None:
    policies = staged.base.policies
    if policies.hub_count is None and policies.new_hubs is None:
        return
    least, most = staged.base.hub_range
    every = total(variable for variables in opened.values() for variable in variables)
    block.hub_count = pyo.Constraint(expr=(least, every, most))


def _within(model: Any, years: Iterable[int], limit: float) -> Any:
    """Return the constraint that the capital paid in some years is within a limit; none where nothing can be paid."""
    parts = [_capital(model, u) for u in years]
    weights = [weight for part, _ in parts for weight in part]
    if not weights:
        return pyo.Constraint(expr=pyo.Constraint.Feasible)
    unit = _unit(limit, weights)
    spent = weighted_sum([weight / unit for weight in weights], [term for _, terms in parts for term in terms])
    return pyo.Constraint(expr=spent <= limit / unit)


def _capital(model: Any, v: int) -> Terms:
    """Return the capital that a node pays, EUR."""
    staged, ordered = model.staged, model.years[v].module_ordered
    capital = staged.nodes[v].prices.capital
    column = {module.id: position for position, module in enumerate(staged.modules)}
    weights = [float(capital[staged.base.site_position[k], column[s]]) for k, s in ordered]
    of_links, links = capital_of_links(model, v)
    return [*weights, *of_links], [*ordered.values(), *links]


def _unit(limit: float, weights: list[float]) -> float:
    """Return the divisor that scales a row to the order of one, also where its limit is 0."""
    return max(limit, *weights, 1e-3)
