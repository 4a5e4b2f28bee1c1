"""Checks of years, modules, paths and tree against each other that need no solver."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import did_you_mean
from netdesign.instance.blocks import Objective
from netdesign.instance.growth import GrowthPathError, check_growth_path, is_volume, one_name
from netdesign.instance.policies import counted_volume, hard_minima
from netdesign.instance.rows import SiteStatus
from netdesign.instance.services import LegKind
from netdesign.instance.staged_links import check_links_over_years
from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from netdesign.instance.data import Instance
    from netdesign.instance.faults import FaultList
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.staged import StagedInstance
    from netdesign.instance.stages import BranchRow, Stages

PROBABILITY_TOLERANCE = 1e-6
RESERVED = ("base", "tree")

_ROAD_LEGS = {LegKind.COLLECTION, LegKind.INTER_HUB, LegKind.DISTRIBUTION}
_BY_THE_TONNE = ("road.cost_eur_per_km", "road.truck_load_t")
"""Numbers that no leg with vehicles pays; what a fare is worth in km where a way is chosen does not move with them."""


def check_stages(document: InstanceDocument, base: Instance, faults: FaultList) -> None:
    """Note every fault of the stages block and of its tables that the files alone show."""
    stages = document.stages
    if stages is None:
        return
    if base.problem.objective is not Objective.COST:
        faults.add(
            ("problem", "objective"), f"{base.problem.objective} is no cost; stages minimise cost over the years"
        )
    _check_modules(document, stages, faults)
    _check_hubs(document, faults)
    check_links_over_years(stages, base, faults)
    _check_names(document, stages, base, faults)
    _check_budget(stages, faults)
    check_tree(document, stages, faults)
    _check_paths(document, stages, base, faults)


def _check_modules(document: InstanceDocument, stages: Stages, faults: FaultList) -> None:
    rows = document.tables.modules
    if not rows:
        faults.add(("tables",), "modules are missing; stages buy capacity in modules")
    horizon = stages.last_year - stages.first_year + 1
    for index, row in enumerate(rows):
        at = ("tables", "modules", index)
        if row.id in [other.id for other in rows[:index]]:
            faults.add((*at, "id"), f"'{row.id}' stands twice")
        if row.life_years < horizon:
            message = f"{row.life_years} is under the {horizon} years of the horizon; a module lasts to its end"
            faults.add((*at, "life_years"), message)
        if stages.largest_area_m2 is not None and row.area_m2 > stages.largest_area_m2:
            message = f"{row.area_m2:g} is over the {stages.largest_area_m2:g} that a hub may have (largest_area_m2)"
            faults.add((*at, "area_m2"), message)


def _check_hubs(document: InstanceDocument, faults: FaultList) -> None:
    for index, hub in enumerate(document.tables.hubs):
        if hub.capacity_t_per_year is not None:
            message = "where there are stages a hub's capacity is that of its modules; leave it out"
            faults.add(("tables", "hubs", index, "capacity_t_per_year"), message)


def _check_names(document: InstanceDocument, stages: Stages, base: Instance, faults: FaultList) -> None:
    modules = {row.id: row for row in document.tables.modules}
    counts: dict[tuple[str, str], int] = {}
    areas: dict[str, float] = {}
    for index, entry in enumerate(stages.installed):
        at = ("stages", "installed", index)
        site = base.site_position.get(entry.site)
        if site is None:
            message = f"'{entry.site}' is not in the hubs table{did_you_mean(entry.site, base.site_position)}"
            faults.add((*at, "site"), message)
        elif base.sites[site].status is not SiteStatus.EXISTING:
            faults.add((*at, "site"), f"'{entry.site}' is no existing hub; only those start with modules")
        if entry.module not in modules:
            message = f"'{entry.module}' is not in the modules table{did_you_mean(entry.module, modules)}"
            faults.add((*at, "module"), message)
            continue
        row, key = modules[entry.module], (entry.site, entry.module)
        counts[key] = counts.get(key, 0) + entry.count
        areas[entry.site] = areas.get(entry.site, 0.0) + entry.count * row.area_m2
        if counts[key] > row.most:
            faults.add(
                (*at, "count"),
                f"{counts[key]} of {row.id} are over the {row.most} that a hub may have; write "
                "more under most in the modules table",
            )
        elif stages.largest_area_m2 is not None and areas[entry.site] > stages.largest_area_m2:
            message = f"{areas[entry.site]:g} m2 are over the {stages.largest_area_m2:g} that a hub may have"
            faults.add((*at, "count"), message)
    for index, name in enumerate(stages.contract.sites if stages.contract else ()):
        if name not in base.site_position:
            message = f"'{name}' is not in the hubs table{did_you_mean(name, base.site_position)}"
            faults.add(("stages", "contract", "sites", index), message)
    names = [stream.name for stream in base.streams]
    for index, peak in enumerate(stages.peaks):
        if peak.stream not in names:
            message = f"'{peak.stream}' is no stream; allowed: {', '.join(names)}{did_you_mean(peak.stream, names)}"
            faults.add(("stages", "peaks", index, "stream"), message)
        if peak.stream in [other.stream for other in stages.peaks[:index]]:
            faults.add(("stages", "peaks", index, "stream"), f"'{peak.stream}' stands twice")
    for name in stages.scenarios:
        if name in RESERVED:
            message = f"'{name}' means something else ({' and '.join(RESERVED)} do); take another name"
            faults.add(("stages", "scenarios", name), message)


def _check_budget(stages: Stages, faults: FaultList) -> None:
    budget = stages.capital_budget
    for year in budget.by_year_eur if budget is not None else ():
        if not stages.first_year <= year <= stages.last_year:
            message = f"{year} is outside of {stages.first_year} to {stages.last_year}"
            faults.add(("stages", "capital_budget", "by_year_eur", year), message)


def check_tree(document: InstanceDocument, stages: Stages, faults: FaultList) -> None:
    """Note faults of the tree table: rows that form no tree."""
    rows = document.tables.tree
    if not rows:
        return
    by_id: dict[str, BranchRow] = {}
    for index, row in enumerate(rows):
        at = ("tables", "tree", index)
        if row.id in by_id:
            faults.add((*at, "id"), f"'{row.id}' stands twice")
        if row.id in stages.scenarios or row.id in RESERVED:
            faults.add((*at, "id"), f"'{row.id}' is the name of a scenario too; paths could not tell them apart")
        by_id.setdefault(row.id, row)
    for index, row in enumerate(rows):
        _check_branch(index, row, by_id, stages, faults)
    roots = [index for index, row in enumerate(rows) if row.parent is None]
    if len(roots) != 1:
        found = ", ".join(rows[index].id for index in roots) or "none"
        faults.add(("tables", "tree"), f"one branch has no parent, the first; here: {found}", field="parent")
    for parent in (None, *by_id):
        _check_children([(index, row) for index, row in enumerate(rows) if row.parent == parent], parent, faults)


def _check_branch(index: int, row: BranchRow, by_id: dict[str, BranchRow], stages: Stages, faults: FaultList) -> None:
    at = ("tables", "tree", index)
    if row.parent is None:
        if row.first_year != stages.first_year:
            message = f"{row.first_year}: the first branch begins with the horizon, in {stages.first_year}"
            faults.add((*at, "first_year"), message)
        return
    parent = by_id.get(row.parent)
    if parent is None:
        faults.add((*at, "parent"), f"'{row.parent}' is no branch{did_you_mean(row.parent, by_id)}")
    elif row.first_year <= parent.first_year:
        # A cycle of parents ends here too.
        message = f"{row.first_year} is not after {parent.first_year}, in which its parent {parent.id} begins"
        faults.add((*at, "first_year"), message)
    elif row.first_year > stages.last_year:
        faults.add((*at, "first_year"), f"{row.first_year} is after the last year, {stages.last_year}")


def _check_children(children: list[tuple[int, BranchRow]], parent: str | None, faults: FaultList) -> None:
    if not children:
        return
    index, first = children[0]
    total = math.fsum(row.probability for _, row in children)
    if (parent is not None or len(children) == 1) and abs(total - 1.0) > PROBABILITY_TOLERANCE:
        what = f"the branches of {parent}" if parent is not None else "the first branch"
        message = f"the probabilities of {what} add up to {total:.6g}, not to 1"
        faults.add(("tables", "tree", index, "probability"), message)
    for other, row in children[1:]:
        if parent is not None and row.first_year != first.first_year:
            message = (
                f"{row.first_year}: branches of one parent begin in one year; {first.id} does in {first.first_year}"
            )
            faults.add(("tables", "tree", other, "first_year"), message)


def _check_paths(document: InstanceDocument, stages: Stages, base: Instance, faults: FaultList) -> None:
    places = {*stages.scenarios, *(row.id for row in document.tables.tree)}
    streams = {stream.name for stream in base.streams}
    countries = set(base.european_country.tolist()) - {""}
    seen: set[tuple[object, ...]] = set()
    faulty: dict[str, str] = {}
    for index, row in enumerate(document.tables.paths):
        at = ("tables", "paths", index)
        key = (one_name(row.of), row.country, row.where, row.at_year)
        if key in seen:
            faults.add(at, f"a point of {row.of} in {row.at_year} stands twice", field="")
        seen.add(key)
        if row.where is not None and row.where not in places:
            message = f"'{row.where}' is no scenario or branch{did_you_mean(row.where, places)}"
            faults.add((*at, "where"), message)
        if row.at_year > stages.last_year:
            faults.add((*at, "at_year"), f"{row.at_year} is after the last year, {stages.last_year}")
        if is_volume(row.of):
            _, dot, stream = row.of.partition(".")
            if dot and stream not in streams:
                message = f"'{stream}' is no stream{did_you_mean(stream, streams)}"
                faults.add(
                    (*at, "of"), message if stream else f"'{row.of}' names no stream; 'volume' moves all of them"
                )
            if row.country is not None and row.country not in countries:
                message = f"no freight comes from or goes to '{row.country}'{did_you_mean(row.country, countries)}"
                faults.add((*at, "country"), message)
            if row.factor == 0 or row.growth_per_year == -1:
                field = "factor" if row.factor == 0 else "growth_per_year"
                message = "would leave no volume; a volume stays over 0"
                faults.add((*at, field), message)
            continue
        if row.of not in faulty:
            faulty[row.of] = _fault_of_path(document, base, row.of)
        if faulty[row.of]:
            faults.add((*at, "of"), faulty[row.of])


def _fault_of_path(document: InstanceDocument, base: Instance, of: str) -> str:
    """Return why a path of a number has no effect, or nothing."""
    try:
        check_growth_path(document, of)
    except GrowthPathError as error:
        return str(error)
    if base.services is not None and of in _BY_THE_TONNE and base.services.of_kind.keys() >= _ROAD_LEGS:
        return f"'{of}' prices freight by the tonne, and all road legs have vehicles; write vehicles.*.eur_per_km"
    return ""


def check_resolved_stages(staged: StagedInstance, faults: FaultList) -> None:
    """Note faults that the years show together: hubs that can never open, first volumes over all capacity."""
    _check_required(staged, faults)
    _check_minima(staged, faults)
    _check_fixed_cost_cap(staged, faults)
    _check_first_year(staged, faults)
    first = staged.nodes[0].prices.capital
    if staged.stages.closing and any(not np.array_equal(node.prices.capital, first) for node in staged.nodes):
        message = "where hubs may close, the capital of modules stays the same over the years; leave its path out"
        faults.add(("stages", "closing"), message)


def _check_required(staged: StagedInstance, faults: FaultList) -> None:
    base, budget = staged.base, staged.stages.capital_budget
    new = sorted(base.required - base.existing)
    if budget is None or not new:
        return
    least = sum(min(node.prices.capital[base.site_position[name]].min() for node in staged.nodes) for name in new)
    horizon = range(staged.stages.first_year, staged.stages.last_year + 1)
    limits = [budget.total_eur] if budget.total_eur is not None else []
    if all(year in budget.by_year_eur for year in horizon):
        limits.append(sum(budget.by_year_eur.values()))
    if limits and least > min(limits) * (1 + 1e-9):
        message = (
            f"allows {min(limits):,.0f} EUR; the hubs that must open ({', '.join(new)}) cost at least {least:,.0f}"
        )
        faults.add(("stages", "capital_budget"), message)


def _check_minima(staged: StagedInstance, faults: FaultList) -> None:
    """Note a year in which the minima of hubs that must be open are over the volume."""
    for v, node in enumerate(staged.nodes):
        policy = node.instance.policies.minimum_throughput
        if policy is None:
            return
        needed = hard_minima(node.instance, _certain_hubs(staged, v))
        total = float(counted_volume(node.instance, policy.counts).sum())
        if needed > total * (1 + 1e-9):
            message = (
                f"in {node.year} the hubs that must be open are to get {needed:,.0f} t; the counted volume is "
                f"{total:,.0f} t"
            )
            faults.add(("policies", "minimum_throughput"), message)
            return


def _check_fixed_cost_cap(staged: StagedInstance, faults: FaultList) -> None:
    """Note a year in which new hubs that must be open, with one module each, cost more than the cap."""
    for v, node in enumerate(staged.nodes):
        cap = node.instance.policies.fixed_cost_cap_eur_per_year
        new = [staged.base.site_position[name] for name in _certain_hubs(staged, v) - staged.base.existing]
        least = float((node.prices.running + node.prices.yearly.min(axis=1))[new].sum())
        if cap is not None and least > cap * (1 + 1e-9):
            message = (
                f"{cap:,.0f} is under the {least:,.0f} EUR that the new hubs that must open cost to run in {node.year}"
            )
            faults.add(("policies", "fixed_cost_cap_eur_per_year"), message)
            return


def _certain_hubs(staged: StagedInstance, v: int) -> frozenset[str]:
    """Return the hubs that every plan has open at a node; required ones may open in the last year, or close."""
    is_last = not staged.children[v] and not staged.stages.closing
    return staged.base.required if is_last else staged.base.existing


def _check_first_year(staged: StagedInstance, faults: FaultList) -> None:
    if any(module.lead == 0 for module in staged.modules):
        return
    year, volume = staged.nodes[0].year, float(staged.nodes[0].instance.commodities.volume.sum())
    own = float((staged.installed @ staged.capacities)[staged.is_existing].sum())
    bought = float(staged.contract_limit[staged.is_existing].sum())
    if own + bought < volume * (1 - 1e-9):
        message = (
            f"in {year} the hubs lift at most {own + bought:,.0f} t (modules {own:,.0f}, contract {bought:,.0f}); the "
            f"volume is {volume:,.0f} t, and no module bought then is ready; install more, or give a contract"
        )
        faults.add(("stages", "installed"), message)
    for peak in staged.stages.peaks:
        if peak.overflow_eur_per_t is None:
            _check_first_peak(staged, peak.stream, peak.factor, faults)


def _check_first_peak(staged: StagedInstance, stream: str, factor: float, faults: FaultList) -> None:
    node = staged.nodes[0]
    commodities = node.instance.commodities
    index = [block.name for block in node.instance.streams].index(stream)
    volume = commodities.volume
    load = float(volume.sum() + (factor - 1.0) * volume[commodities.stream == index].sum()) / DAYS_PER_YEAR
    own = float((staged.installed @ staged.peak_capacities)[staged.is_existing].sum())
    lifted = own + float(staged.contract_limit[staged.is_existing].sum()) / DAYS_PER_YEAR
    if lifted < load * (1 - 1e-9):
        message = (
            f"in {node.year} the peak day of {stream} has {load:,.1f} t; the hubs lift at most {lifted:,.1f} t a day, "
            "and overflow has no price"
        )
        faults.add(("stages", "peaks"), message)
