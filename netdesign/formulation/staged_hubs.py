"""Hubs and modules over the years of a staged model: what is ordered, what is in use, which hubs are open.

Orders that are not in use before the horizon have no variable: their capital would all be salvage. Orders of a site
in years in which it may not order have none either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netdesign.instance.staged import Module, StagedInstance

Key = tuple[str, str]
"""Site and module, by id."""

Terms = tuple[list[float], list[Any]]
"""Weights and variables of a sum."""


def add_module_choice(model: Any) -> None:
    """Add ``module_ordered`` and ``module_installed``, modules bought and in use, to the block of each year."""
    staged: StagedInstance = model.staged
    room = _room(staged)
    most = {module.id: module.most for module in staged.modules}
    for v, block in enumerate(model.years):
        left = staged.stages.last_year - staged.nodes[v].year
        useful = [module.id for module in staged.modules if module.lead <= left]
        free = [k for k in block.SITES if staged.may_order(staged.base.site_position[k], v)]
        index = [(k, s) for k in free for s in useful if room[k, s] > 0]
        block.module_ordered = pyo.Var(
            index, domain=pyo.NonNegativeIntegers, bounds=lambda _, k, s: (0, room[k, s]), doc="o_vks"
        )
        block.module_installed = pyo.Var(
            block.SITES,
            model.MODULES,
            domain=pyo.NonNegativeIntegers,
            bounds=lambda _, k, s: (0, most[s]),
            doc="z_vks",
        )


def add_modules_in_use(model: Any) -> None:
    """Count modules in use: installed at first, or ordered early enough on the path, and not given up."""
    for v in range(len(model.years)):
        _add_modules_in_use(model, v)


def add_open_hubs(model: Any) -> None:
    """Hold a new hub open exactly while modules are in use there; it stays open unless it closes."""
    for v, block in enumerate(model.years):
        _add_open_hubs(model, block)
        parent = model.staged.nodes[v].parent
        if parent >= 0:
            _add_hub_stays_open(block, model.years[parent])


def add_limits_of_modules(model: Any) -> None:
    """Keep modules installed at first and ordered on a path within ``most`` and the largest area."""
    staged: StagedInstance = model.staged
    for leaf in staged.leaves:
        block = model.years[leaf]
        keys = [(k, s) for k in block.SITES for s in model.MODULES]
        ordered = {key: orders(model, staged.path_to(leaf), key) for key in keys}
        _add_most(block, ordered, _room(staged))
        _add_largest_area(block, staged, ordered)


def _add_modules_in_use(model: Any, v: int) -> None:
    staged, block = model.staged, model.years[v]
    position = {module.id: column for column, module in enumerate(staged.modules)}

    @block.Constraint(block.SITES, model.MODULES)
    def modules_in_use(block: Any, k: str, s: str) -> Any:
        module = staged.modules[position[s]]
        early = [u for u in staged.path_to(v) if years_used(staged, u, v, module) >= 1]
        weights, terms = net_orders(model, early, staged.nodes[v].parent, (k, s))
        there = int(staged.installed[staged.base.site_position[k], position[s]])
        return weighted_sum([1.0, *(-w for w in weights)], [block.module_installed[k, s], *terms]) == there


def _add_open_hubs(model: Any, block: Any) -> None:
    most = {module.id: float(module.most) for module in model.staged.modules}

    @block.Constraint(new_sites(block), model.MODULES)
    def modules_open_hub(block: Any, k: str, s: str) -> Any:
        return weighted_sum([1.0 / most[s], -1.0], [block.module_installed[k, s], block.hub_open[k]]) <= 0

    @block.Constraint(new_sites(block))
    def open_hub_has_modules(block: Any, k: str) -> Any:
        modules = [block.module_installed[k, s] for s in most]
        return weighted_sum([1.0, *[-1.0] * len(modules)], [block.hub_open[k], *modules]) <= 0


def _add_hub_stays_open(block: Any, before: Any) -> None:
    @block.Constraint(new_sites(block))
    def hub_stays_open(block: Any, k: str) -> Any:
        after = [block.hub_open[k], *closings(before, k)]
        return weighted_sum([1.0, *[-1.0] * len(after)], [before.hub_open[k], *after]) <= 0


def _add_most(block: Any, ordered: dict[Key, list[Any]], room: dict[Key, int]) -> None:
    # A single order keeps within the limit by its bound.
    @block.Constraint([key for key, terms in ordered.items() if len(terms) > 1])
    def at_most_so_many_modules(_: Any, k: str, s: str) -> Any:
        return total(ordered[k, s]) <= room[k, s]


def _add_largest_area(block: Any, staged: StagedInstance, ordered: dict[Key, list[Any]]) -> None:
    limit = staged.stages.largest_area_m2
    if limit is None:
        return
    unit = max(limit, 1e-3)
    area = {module.id: module.area / unit for module in staged.modules}
    taken = staged.installed @ [module.area / unit for module in staged.modules]
    rows: dict[str, Terms] = {k: ([], []) for k in block.SITES}
    for (k, s), terms in ordered.items():
        rows[k][0].extend([area[s]] * len(terms))
        rows[k][1].extend(terms)

    @block.Constraint([k for k, (_, terms) in rows.items() if terms])
    def within_largest_area(_: Any, k: str) -> Any:
        return weighted_sum(*rows[k]) <= limit / unit - float(taken[staged.base.site_position[k]])


def new_sites(block: Any) -> list[str]:
    """Return the sites of a year that are no existing hubs."""
    return [k for k in block.SITES if k not in block.instance.existing]


def closings(block: Any, k: str) -> list[Any]:
    """Return ``hub_closed`` of a site in a year as a list of one, or of none where hubs cannot close."""
    return [block.hub_closed[k]] if hasattr(block, "hub_closed") and k in block.hub_closed else []


def orders(model: Any, path: Iterable[int], key: Key) -> list[Any]:
    """Return the orders of a module for a site in some years."""
    return [model.years[u].module_ordered[key] for u in path if key in model.years[u].module_ordered]


def net_orders(model: Any, ordered_in: Iterable[int], until: int, key: Key) -> Terms:
    """Return orders of some years less those given up on the path to the node ``until``; none are if it is -1."""
    years = list(ordered_in)
    terms = orders(model, years, key)
    gone: list[Any] = []
    for w in model.staged.path_to(until) if until >= 0 else ():
        given_up = getattr(model.years[w], "given_up", {})
        names = [model.years[u].index() for u in years]
        gone += [given_up[name, *key] for name in names if (name, *key) in given_up]
    return [*[1.0] * len(terms), *[-1.0] * len(gone)], [*terms, *gone]


def years_used(staged: StagedInstance, u: int, v: int, module: Module) -> int:
    """Return for how many years a module ordered at ``u`` is in use when the year of ``v`` ends; under 1 for none."""
    return staged.nodes[v].year - (staged.nodes[u].year + module.lead) + 1


def _room(staged: StagedInstance) -> dict[Key, int]:
    """Return how many of each module a site may still order."""
    return {
        (site.id, module.id): module.most - int(staged.installed[row, column])
        for row, site in enumerate(staged.base.sites)
        for column, module in enumerate(staged.modules)
    }
