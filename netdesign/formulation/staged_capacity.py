"""Capacity of hubs in the years of a staged model: modules in use, handling by others, overflow on peak days.

All rows are in units of the smallest module, hence of the order of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

from netdesign.formulation.hubs import weighted_sum
from netdesign.formulation.routes import share_variables
from netdesign.instance.policies import CapacityCounts
from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.formulation.staged_hubs import Terms
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.instance.stages import Peak
    from netdesign.network import CandidateRoutes


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
