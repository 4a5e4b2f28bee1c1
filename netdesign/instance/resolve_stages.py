"""From the validated document to the staged instance: a one-year instance for every node of the tree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import InstanceError
from netdesign.instance.faults import FaultList
from netdesign.instance.growth import GrowthPathError, grown_document, is_volume
from netdesign.instance.paths import (
    Branch,
    factors_by_year,
    points_by_number,
    scenario_points,
    tree_branches,
    tree_points,
)
from netdesign.instance.policies import Capacity
from netdesign.instance.prices import MissingPriceError, module_capital, module_yearly, running_cost
from netdesign.instance.resolve import resolve_instance
from netdesign.instance.stage_checks import check_resolved_stages, check_stages
from netdesign.instance.staged import Module, SitePrices, StagedInstance, TreeNode
from netdesign.instance.stages import DAYS_PER_YEAR, Shortfall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.instance.data import Instance
    from netdesign.instance.document import Located, Path_
    from netdesign.instance.matrices import Matrix
    from netdesign.instance.paths import GrowingNumber
    from netdesign.instance.schema import InstanceDocument
    from netdesign.instance.stages import ModuleRow, PathRow, Stages

BASE, TREE = "base", "tree"
"""Scenarios that need not be named in the file."""


def resolve_stages(
    document: InstanceDocument,
    matrices: Mapping[str, Matrix],
    located: Located,
    scenario: str = BASE,
    *,
    may_be_infeasible: bool = False,
) -> StagedInstance:
    """Return the staged instance of a validated document that has a ``stages`` block.

    Parameters
    ----------
    document, matrices, located
        As ``resolve_instance`` takes them.
    scenario
        ``base``, ``tree``, or the name of a scenario of the file.
    may_be_infeasible
        Whether an instance is returned too of which the data alone shows that no plan is permitted.

    Raises
    ------
    InstanceError
        Everything that the data alone shows to be wrong, in the one-year instance, the stages, or a later year.
    """
    stages = document.stages
    if stages is None:
        message = "the document has no stages"
        raise ValueError(message)
    faults = FaultList(located)
    base = resolve_instance(document, matrices, located)
    check_stages(document, base, faults)
    faults.raise_if_any()
    nodes = _Nodes(document, matrices, located, faults, base).along(scenario)
    faults.raise_if_any()
    modules = tuple(_module(row) for row in document.tables.modules)
    staged = StagedInstance(base, stages, modules, _installed(document, base), nodes, scenario)
    if not may_be_infeasible:
        check_resolved_stages(staged, faults)
        faults.raise_if_any()
    return staged


def _module(row: ModuleRow) -> Module:
    peak = row.capacity_t_per_year / DAYS_PER_YEAR if row.peak_t_per_day is None else row.peak_t_per_day
    return Module(
        id=row.id,
        name=row.name or row.id,
        area=row.area_m2,
        capacity=row.capacity_t_per_year,
        peak_per_day=peak,
        lead=row.lead_years,
        life=row.life_years,
        term=row.minimum_term_years,
        most=row.most,
    )


def _installed(document: InstanceDocument, base: Instance) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    position = {row.id: index for index, row in enumerate(document.tables.modules)}
    counts = np.zeros((len(base.sites), len(position)), dtype=np.int64)
    for entry in document.stages.installed if document.stages else ():
        counts[base.site_position[entry.site], position[entry.module]] += entry.count
    return counts


class _Nodes:
    """Makes the instances of the nodes; years with equal numbers share derived data."""

    def __init__(
        self,
        document: InstanceDocument,
        matrices: Mapping[str, Matrix],
        located: Located,
        faults: FaultList,
        base: Instance,
    ) -> None:
        self._document, self._matrices, self._located, self._faults = document, matrices, located, faults
        self._base = base
        self._stages: Stages = document.stages  # type: ignore[assignment]
        self._points: dict[GrowingNumber, list[PathRow]] = points_by_number(document.tables.paths)
        self._known: dict[tuple[tuple[str, float], ...], tuple[Instance, SitePrices]] = {}

    def along(self, scenario: str) -> tuple[TreeNode, ...]:
        """Return the nodes of the tree, or of one path."""
        first, last = self._stages.first_year, self._stages.last_year
        if scenario != TREE:
            only = Branch("", (), -1, first, last, 1.0)
            own = {
                moved: scenario_points(points, None if scenario == BASE else scenario)
                for moved, points in self._points.items()
            }
            return self._nodes_of_branch(only, own, -1)
        nodes: list[TreeNode] = []
        branches = tree_branches(self._document.tables.tree, last)
        first_years = {branch.name: branch.first_year for branch in branches}
        ends: list[int] = []
        for branch in branches:
            own = {moved: tree_points(points, branch, first_years) for moved, points in self._points.items()}
            nodes += self._nodes_of_branch(branch, own, ends[branch.parent] if branch.parent >= 0 else -1, len(nodes))
            ends.append(len(nodes) - 1)
        return tuple(nodes)

    def _nodes_of_branch(
        self, branch: Branch, points: Mapping[GrowingNumber, Sequence[PathRow]], before: int, offset: int = 0
    ) -> tuple[TreeNode, ...]:
        by_year = {
            moved: factors_by_year(own, self._stages.first_year, branch.last_year) for moved, own in points.items()
        }
        nodes: list[TreeNode] = []
        for year in range(branch.first_year, branch.last_year + 1):
            factors = {moved: years[year] for moved, years in by_year.items()}
            instance, prices = self._year(factors, year, points)
            name = f"{branch.name} {year}" if branch.name else str(year)
            parent = before if year == branch.first_year else offset + len(nodes) - 1
            nodes.append(TreeNode(name, branch.name, parent, year, branch.probability, instance, prices))
        return tuple(nodes)

    def _year(
        self, factors: Mapping[GrowingNumber, float], year: int, points: Mapping[GrowingNumber, Sequence[PathRow]]
    ) -> tuple[Instance, SitePrices]:
        numbers = tuple((of, factor) for (of, _), factor in factors.items() if not is_volume(of))
        if numbers not in self._known:
            self._known[numbers] = self._priced(dict(numbers), year, points)
        instance, prices = self._known[numbers]
        volumes = {moved: factor for moved, factor in factors.items() if is_volume(moved[0])}
        return self._with_volumes(instance, volumes), prices

    def _priced(
        self, factors: Mapping[str, float], year: int, points: Mapping[GrowingNumber, Sequence[PathRow]]
    ) -> tuple[Instance, SitePrices]:
        try:
            document = grown_document(self._document, factors)
            instance = resolve_instance(document, self._matrices, self._located)
            prices = _site_prices(document)
        except GrowthPathError as error:
            self._faults.add(self._point(points.get((error.of, None), ()), year), f"in {year} {error}")
            self._faults.raise_if_any()
            raise
        except MissingPriceError as error:
            self._faults.add(("tables", "modules"), str(error))
            self._faults.raise_if_any()
            raise
        except InstanceError as error:
            if all(factor == 1.0 for factor in factors.values()):
                raise
            found = [
                replace(fault, message=f"{fault.message}, as the paths have it in {year}") for fault in error.faults
            ]
            raise InstanceError(found) from None
        return _staged_policies(instance, self._stages).replace(digest=self._base.digest), prices

    def _point(self, points: Sequence[PathRow], year: int) -> Path_:
        """Return the place of the point that determines a number in a year: the last until then, or else the first."""
        if not points:
            return ("tables", "paths")
        point = max(points, key=lambda point: (point.at_year <= year, -abs(point.at_year - year)))
        index = next(index for index, row in enumerate(self._document.tables.paths) if row is point)
        return ("tables", "paths", index, "growth_per_year" if point.factor is None else "factor")

    def _with_volumes(self, instance: Instance, factors: Mapping[GrowingNumber, float]) -> Instance:
        commodities = instance.commodities
        multiple = np.ones(len(commodities))
        for (of, country), factor in factors.items():
            stream = of.partition(".")[2]
            moves = np.ones(len(commodities), dtype=bool)
            if stream:
                names = [block.name for block in instance.streams]
                moves &= commodities.stream == names.index(stream)
            if country is not None:
                moves &= instance.european_country == country
            multiple[moves] *= factor
        volume = commodities.volume * multiple
        volume.setflags(write=False)
        return instance.replace(commodities=replace(commodities, volume=volume))


def _site_prices(document: InstanceDocument) -> SitePrices:
    """Return the prices of capacity at every site.

    Raises
    ------
    MissingPriceError
        One cannot be derived.
    """
    countries = {country.id: country for country in document.tables.countries}
    cities = {city.id: city for city in document.tables.cities}
    rows = document.tables.modules
    shape = (len(document.tables.hubs), len(rows))
    running = np.zeros(shape[0])
    capital, yearly, leaving = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for index, hub in enumerate(document.tables.hubs):
        place = (cities.get(hub.id) or hub).country
        country = countries.get(place) if place else None
        running[index] = running_cost(document, hub, country)
        for column, row in enumerate(rows):
            capital[index, column] = module_capital(row, country)
            yearly[index, column] = module_yearly(document, row, country)
            leaving[index, column] = row.exit_cost_eur
    return SitePrices(running, capital, yearly, leaving)


def _staged_policies(instance: Instance, stages: Stages) -> Instance:
    """Return an instance with capacities in force, and with priced minima where the stages state a price."""
    policies = instance.policies
    changes: dict[str, object] = {}
    if policies.capacity is None:
        changes["capacity"] = Capacity()
    minimum = policies.minimum_throughput
    if minimum is not None and stages.minimum_throughput is Shortfall.TAKE_OR_PAY:
        priced = tuple(
            hub
            if hub.shortfall_eur_per_t is not None
            else hub.model_copy(
                update={"shortfall_eur_per_t": instance.sites[instance.site_position[hub.site]].handling_cost}
            )
            for hub in minimum.hubs
        )
        changes["minimum_throughput"] = minimum.model_copy(update={"hubs": priced})
    return instance.replace(policies=policies.model_copy(update=changes)) if changes else instance
