"""Hubs and modules over the years of a staged model: what is ordered, what is in use, and the capacity that it gives.

Orders that are not in use before the horizon have no variable: their capital would all be salvage. Orders of a site
in years in which it may not order have none either.

Rows of capacity are in units of the smallest module, hence of the order of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import total, weighted_sum
from netdesign.formulation.routes import share_variables
from netdesign.instance.policies import CapacityCounts
from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.instance.stages import Peak
    from netdesign.network import CandidateRoutes

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
            block.SITES, model.MODULES, domain=pyo.NonNegativeIntegers, bounds=lambda _, k, s: (0, most[s]), doc="z_vks"
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
        early = [u for u in staged.path_to(v) if staged.years_used(u, v, module) >= 1]
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


def _room(staged: StagedInstance) -> dict[Key, int]:
    """Return how many of each module a site may still order."""
    return {
        (site.id, module.id): module.most - int(staged.installed[row, column])
        for row, site in enumerate(staged.base.sites)
        for column, module in enumerate(staged.modules)
    }


def add_capacity_of_modules(model: Any) -> None:
    """Keep the yearly volume of each hub within its modules in use and its handling by others."""
    for block in model.years:
        block.contract_limit = _contract_limits(model.staged, block.instance)
        block.contract = pyo.Var(list(block.contract_limit), bounds=(0, 1), doc="b_vk as a share of its limit")
        _add_contract_at_open_hub(block)
        _add_within_capacity(model.staged, block)


def add_peak_days(model: Any) -> None:
    """Keep the volume of hubs on the peak day of each stream within their daily capacity and a priced overflow."""
    peaks = {peak.stream: peak for peak in model.staged.stages.peaks}
    priced = [stream for stream, peak in peaks.items() if peak.overflow_eur_per_t is not None]
    for block in model.years:
        tonnes = {stream: _on_peak_day(block.instance, peak) for stream, peak in peaks.items()}
        block.peak_tonnes = {stream: float(day.sum()) for stream, day in tonnes.items()}
        block.overflow = pyo.Var(priced, block.SITES, bounds=(0, 1), doc="e_vpk as a share of the day's freight")
        _add_within_daily_capacity(model.staged, block, tonnes)


def _add_contract_at_open_hub(block: Any) -> None:
    @block.Constraint(list(block.contract_limit))
    def contract_at_open_hub(block: Any, k: str) -> Any:
        return block.contract[k] - block.hub_open[k] <= 0


def _add_within_capacity(staged: StagedInstance, block: Any) -> None:
    passing = _passing(block.instance, block.routes)
    unit = float(staged.capacities.min())
    volume = block.instance.commodities.volume[block.routes.commodity] / unit
    lifts = {module.id: module.capacity / unit for module in staged.modules}

    @block.Constraint(block.SITES)
    def within_capacity(block: Any, k: str) -> Any:
        load = volume[passing[k]].tolist(), share_variables(block)[passing[k]].tolist()
        return _at_most(load, [*_of_modules(block, k, lifts), *_of_contract(block, k, unit)])


def _add_within_daily_capacity(staged: StagedInstance, block: Any, tonnes: Mapping[str, NDArray[np.float64]]) -> None:
    passing = _passing(block.instance, block.routes)
    unit = float(staged.peak_capacities.min())
    lifts = {module.id: module.peak_per_day / unit for module in staged.modules}

    @block.Constraint(list(tonnes), block.SITES)
    def within_daily_capacity(block: Any, p: str, k: str) -> Any:
        day = tonnes[p][block.routes.commodity[passing[k]]] / unit
        over = [(block.peak_tonnes[p] / unit, block.overflow[p, k])] if (p, k) in block.overflow else []
        relief = [*_of_modules(block, k, lifts), *_of_contract(block, k, unit * DAYS_PER_YEAR), *over]
        return _at_most((day.tolist(), share_variables(block)[passing[k]].tolist()), relief)


def contract_cost(model: Any, v: int) -> Any:
    """Return the price of handling by others in the year of a node, EUR/year."""
    staged, block = model.staged, model.years[v]
    price = staged.stages.contract.price_eur_per_t if staged.stages.contract is not None else 0.0
    return weighted_sum([price * limit for limit in block.contract_limit.values()], block.contract.values())


def overflow_cost(model: Any, v: int) -> Any:
    """Return the price of all overflow of the peak days in the year of a node, EUR/year."""
    block = model.years[v]
    price = {peak.stream: (peak.overflow_eur_per_t or 0.0) * peak.days for peak in model.staged.stages.peaks}
    return weighted_sum([price[p] * block.peak_tonnes[p] for p, _ in block.overflow], block.overflow.values())


def _contract_limits(staged: StagedInstance, instance: Instance) -> dict[str, float]:
    """Return the most handling by others at each site, t/year, at most all volume that it could need."""
    need = float(instance.commodities.volume.sum())
    days = [float(_on_peak_day(instance, peak).sum()) * DAYS_PER_YEAR for peak in staged.stages.peaks]
    limits = np.minimum(staged.contract_limit, max([need, *days]))
    return {k: float(limits[instance.site_position[k]]) for k in instance.allowed if limits[instance.site_position[k]]}


def _on_peak_day(instance: Instance, peak: Peak) -> NDArray[np.float64]:
    """Return the freight of a stream's peak day, t, shape (commodities,): its own times the factor, other average."""
    commodities = instance.commodities
    names = [stream.name for stream in instance.streams]
    factor = np.where(commodities.stream == names.index(peak.stream), peak.factor, 1.0)
    return np.asarray(commodities.volume * factor / DAYS_PER_YEAR)


def _passing(instance: Instance, routes: CandidateRoutes) -> dict[str, NDArray[np.intp]]:
    """Return the positions of the routes that count at each hub, as the capacity policy states."""
    policy = instance.policies.capacity
    counts_last = policy is None or policy.counts is CapacityCounts.HANDLED
    return {
        k: np.flatnonzero((routes.first_hub == position) | (counts_last & (routes.last_hub == position)))
        for k, position in ((k, instance.site_position[k]) for k in instance.allowed)
    }


def _of_modules(block: Any, k: str, lifts: Mapping[str, float]) -> list[tuple[float, Any]]:
    return [(tonnes, block.module_installed[k, s]) for s, tonnes in lifts.items()]


def _of_contract(block: Any, k: str, unit: float) -> list[tuple[float, Any]]:
    return [(block.contract_limit[k] / unit, block.contract[k])] if k in block.contract_limit else []


def _at_most(load: Terms, relief: list[tuple[float, Any]]) -> Any:
    """Return the constraint that a load is within the capacity."""
    weights = [*load[0], *(-weight for weight, _ in relief)]
    return weighted_sum(weights, [*load[1], *(variable for _, variable in relief)]) <= 0
