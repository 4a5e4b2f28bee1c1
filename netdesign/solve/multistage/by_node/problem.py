"""A staged problem prepared for decomposition: oracles of the nodes, the master, and the conversion to plans."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations
from netdesign.evaluate.risk import risk_of
from netdesign.plan import NodePlan, Order, Plan, StagedPlan
from netdesign.solve.multistage.by_node.cut_bounds import CutBounds
from netdesign.solve.multistage.by_node.levels import levels_of
from netdesign.solve.multistage.by_node.oracle import NodeOracle
from netdesign.solve.multistage.by_node.relaxation import Relaxation
from netdesign.solve.multistage.by_node.resources import list_routes, resources_of
from netdesign.solve.multistage.contingent_plan import operations_plan
from netdesign.solve.multistage.operating import YearOperator
from netdesign.solve.multistage.year import Years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.multistage.by_node.decisions import Decisions
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.question import StagedQuestion

_MOST_OPERATORS = 64
"""Number of years whose programs are kept for other modules at the same hubs."""
_DEAREST = 10.0
"""Price of a lack without relief, as a multiple of the mean cost of a tonne or of the dearest module per tonne."""

_GROUPS = 60
_MOST_GROUPS = 12
"""Largest number of groups of commodities, of all nodes and of one: more groups mean fewer, but longer rounds."""


@dataclass(frozen=True)
class NodeYear:
    """A node with integer hubs and modules, and its best operation.

    Parameters
    ----------
    hubs
        Positions of the open sites, ascending.
    in_use
        Modules in use, shape (all sites, modules).
    operated
        The best operation; its cost is infinite if there is none.
    """

    hubs: tuple[int, ...]
    in_use: NDArray[np.int64]
    operated: YearOperation


@dataclass(frozen=True)
class EvaluatedPlan:
    """Orders and closings of a plan with the best operation of every year; infeasible if a year has none.

    Parameters
    ----------
    orders
        Orders and closings; no operations.
    years
        One per node.
    value
        Objective, EUR of the first year; infinite if a year has no operation.
    """

    orders: StagedPlan
    years: tuple[NodeYear, ...]
    value: float


class Plans:
    """Converts between values of the master's columns and plans.

    Parameters
    ----------
    staged, years
        The instance and its years.
    decisions, paid
        Columns of hubs and modules in the master, and their cost at each node.
    reference
        Least cost of each path under perfect information, EUR, shape (leaves,); used by regret, else zeros.
    """

    def __init__(
        self,
        staged: StagedInstance,
        years: Years,
        decisions: Decisions,
        paid: Sequence[tuple[NDArray[np.intp], NDArray[np.float64]]],
        reference: NDArray[np.float64],
    ) -> None:
        self._staged, self._years, self._decisions = staged, years, decisions
        self._paid, self._reference = paid, reference
        self._operators: OrderedDict[tuple[int, tuple[int, ...]], YearOperator] = OrderedDict()
        self._operated: dict[tuple[int, tuple[int, ...], bytes], YearOperation] = {}

    def evaluate(self, values: NDArray[np.float64]) -> EvaluatedPlan:
        """Return the plan of integer values of the master's columns, with its cost."""
        staged = self._staged
        orders = self._orders(values)
        years = []
        for node, standing in enumerate(configurations(staged, orders)):
            hubs = tuple(np.flatnonzero(standing.is_open).tolist())
            years.append(NodeYear(hubs, standing.in_use, self.operate(node, hubs, standing.in_use)))
        paths = self._path_costs(np.round(values), np.array([year.operated.cost for year in years]))
        return EvaluatedPlan(orders, tuple(years), self._risk(paths))

    def cost_at(self, values: NDArray[np.float64], operating: NDArray[np.float64]) -> float:
        """Return the objective at values of the master's columns, integer or not, EUR of the first year.

        Parameters
        ----------
        values
            Values of the columns.
        operating
            Operating cost of each node, EUR/year, shape (nodes,).
        """
        return self._risk(self._path_costs(values, operating))

    def _path_costs(self, values: NDArray[np.float64], operating: NDArray[np.float64]) -> NDArray[np.float64]:
        staged = self._staged
        cost = np.array(
            [
                float(amounts @ values[columns]) + staged.discount(node.year) * year
                for node, year, (columns, amounts) in zip(staged.nodes, operating, self._paid, strict=True)
            ]
        )
        return np.array([cost[list(staged.path_to(leaf))].sum() for leaf in staged.leaves])

    def _risk(self, paths: NDArray[np.float64]) -> float:
        if not np.isfinite(paths).all():
            return float(np.inf)
        staged = self._staged
        probability = np.array([staged.nodes[leaf].probability for leaf in staged.leaves])
        return float(risk_of(staged.stages.risk, paths, probability, self._reference))

    def plan(self, evaluated: EvaluatedPlan) -> StagedPlan:
        """Return the complete plan; every year must have an operation."""
        sites = self._staged.base.sites
        nodes = []
        for orders, year in zip(evaluated.orders.nodes, evaluated.years, strict=True):
            bought = zip(year.hubs, year.operated.contract.tolist(), strict=True)
            nodes.append(
                NodePlan(
                    orders=orders.orders,
                    closings=orders.closings,
                    operations=operations_plan(self._staged, year.hubs, year.operated),
                    contract=tuple((sites[site].id, tonnes) for site, tonnes in bought if tonnes > 0),
                )
            )
        return StagedPlan(tuple(nodes))

    def integer_values(self, plan: StagedPlan, columns: int) -> NDArray[np.float64]:
        """Return a plan as values of the master's columns, shape (columns,); NaN in continuous ones."""
        staged, decisions = self._staged, self._decisions
        place = {staged.base.sites[site].id: k for k, site in enumerate(decisions.site.tolist())}
        module = {one.id: m for m, one in enumerate(staged.modules)}
        values = np.full(columns, np.nan)
        for v, (own, standing) in enumerate(zip(plan.nodes, configurations(staged, plan), strict=True)):
            values[decisions.is_open[v]] = standing.is_open[decisions.site]
            values[decisions.in_use[v]] = standing.in_use[decisions.site]
            for decided in (decisions.ordered[v], decisions.closed[v]):
                values[decided[decided >= 0]] = 0.0
            for order in own.orders:
                column = decisions.ordered[v, place[order.site], module[order.module]]
                if column >= 0:
                    values[column] += order.count
            for name in own.closings:
                values[decisions.closed[v, place[name]]] = 1.0
        return values

    def _orders(self, values: NDArray[np.float64]) -> StagedPlan:
        """Return the orders and closings at integer values."""
        staged, decisions = self._staged, self._decisions
        sites, nothing = staged.base.sites, np.empty(0, dtype=np.intp)
        operations = Plan((), (), nothing, nothing, nothing, np.empty(0))
        nodes = []
        for v in range(len(staged.nodes)):
            orders = []
            for k, m in np.argwhere(decisions.ordered[v] >= 0):
                count = round(float(values[decisions.ordered[v, k, m]]))
                if count > 0:
                    orders.append(Order(sites[decisions.site[k]].id, staged.modules[m].id, count))
            closing = decisions.closed[v]
            closed = [k for k in np.flatnonzero(closing >= 0) if values[closing[k]] > 0.5]
            closings = tuple(sites[decisions.site[k]].id for k in closed)
            nodes.append(NodePlan(tuple(orders), closings, operations))
        return StagedPlan(tuple(nodes))

    def largest(self, node: int, hubs: tuple[int, ...]) -> NodeYear:
        """Return a node with all modules that its hubs, given by position of the site, may ever have."""
        in_use = np.zeros_like(self._staged.installed)
        in_use[list(hubs)] = [module.most for module in self._staged.modules]
        return NodeYear(hubs, in_use, self.operate(node, hubs, in_use))

    def operate(self, node: int, hubs: tuple[int, ...], standing: NDArray[np.int64]) -> YearOperation:
        """Return the best operation of a node.

        Parameters
        ----------
        node, hubs
            The node, and positions of the open sites, ascending.
        standing
            Modules in use, shape (all sites, modules).
        """
        staged = self._staged
        in_use = standing[list(hubs)]
        key = node, hubs, in_use.tobytes()
        if key not in self._operated:
            lift, daily = in_use @ staged.capacities, in_use @ staged.peak_capacities
            self._operated[key] = self._operator(node, hubs).operate(lift, daily)
        return self._operated[key]

    def _operator(self, node: int, hubs: tuple[int, ...]) -> YearOperator:
        key = node, hubs
        if key not in self._operators:
            self._operators[key] = YearOperator(self._years.year(node, hubs))
            if len(self._operators) > _MOST_OPERATORS:
                self._operators.popitem(last=False)
        self._operators.move_to_end(key)
        return self._operators[key]


@dataclass(frozen=True)
class DecomposedProblem:
    """The data of a search.

    Parameters
    ----------
    staged
        The instance.
    site
        Positions of the permitted sites, ascending; elsewhere sites are given by position in this array.
    oracles
        One per node.
    dearest
        Price of a lack of a resource without relief, EUR/t.
    relaxation, plans
        The master, and the conversion of its values to plans.
    bounds
        What all cuts of each node say of whole hubs and modules.
    """

    staged: StagedInstance
    site: NDArray[np.intp]
    oracles: tuple[NodeOracle, ...]
    dearest: float
    relaxation: Relaxation
    plans: Plans
    bounds: tuple[CutBounds, ...]

    def places(self, hubs: tuple[int, ...]) -> NDArray[np.intp]:
        """Return the positions of hubs among the permitted sites."""
        return np.searchsorted(self.site, hubs)


def prepare_by_node(question: StagedQuestion, state: SearchState) -> DecomposedProblem | None:
    """Prepare a question for decomposition; return None if some commodity has no route."""
    staged = question.staged
    site = np.sort([staged.base.site_position[name] for name in staged.base.allowed]).astype(np.intp)
    years = Years(staged, question.networks)
    routes = []
    for node in range(len(staged.nodes)):
        year = years.year(node, tuple(site.tolist()))
        routes.append(list_routes(year, resources_of(staged, year)))
        if not routes[-1].is_possible:
            return None
    dearest = _DEAREST * max(_dearest_module(staged), *(own.least / max(own.volume.sum(), 1e-9) for own in routes))
    groups = max(1, min(_MOST_GROUPS, _GROUPS // len(staged.nodes)))
    levels = levels_of(staged, site)
    oracles = tuple(NodeOracle(node, own, groups, dearest, state, levels) for node, own in enumerate(routes))
    relaxation = Relaxation(staged, site, oracles, levels, question.reference, state)
    plans = Plans(staged, years, relaxation.decisions, relaxation.paid, question.reference)
    bounds = tuple(CutBounds(own.resources, len(staged.modules), levels) for own in routes)
    return DecomposedProblem(staged, site, oracles, dearest, relaxation, plans, bounds)


def _dearest_module(staged: StagedInstance) -> float:
    """Return capital and one year's cost per tonne of capacity of the dearest module, EUR/t."""
    return max(
        1.0, *(float(((node.prices.capital + node.prices.yearly) / staged.capacities).max()) for node in staged.nodes)
    )
