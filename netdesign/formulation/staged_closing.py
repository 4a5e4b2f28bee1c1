"""Closing over the years of a staged model: for good, with all modules, once each was in use for its minimum term."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.staged_hubs import closings, net_orders, new_sites, years_used

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance


def add_closing_choice(model: Any) -> None:
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
            and years_used(staged, u, v, module) >= max(module.term, 1)
        ]
        # Integral in any case; declared so, rows of modules have integer columns only, which presolve handles well.
        block.given_up = pyo.Var(
            index, domain=pyo.NonNegativeIntegers, bounds=lambda _, u, k, s: (0, most[s]), doc="g_uvks"
        )


def add_closing(model: Any) -> None:
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
