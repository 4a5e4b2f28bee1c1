"""The referee of staged plans: prices each node as a one-year plan, adds capital and salvage, lists violations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.configuration import configurations, contract_by_site, operating_instance
from netdesign.evaluate.referee import evaluate
from netdesign.evaluate.risk import risk_of
from netdesign.evaluate.staged_links import capital_of_links
from netdesign.evaluate.staged_violations import node_violations, tree_violations
from netdesign.instance.policies import CapacityCounts
from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.evaluate.configuration import NodeConfiguration
    from netdesign.evaluate.referee import Evaluation
    from netdesign.evaluate.violations import Violation
    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.plan import Plan, StagedPlan


@dataclass(frozen=True)
class NodeEvaluation:
    """Costs of a node, EUR of its own year, and the results of its year.

    Parameters
    ----------
    capital
        Paid for modules and hub links.
    exit
        Paid for giving modules up.
    handed_on
        Value of the annuities left of modules that are given up; counts against the costs.
    contract, overflow
        Handling by others, and what hubs could not lift on peak days.
    operations
        The one-year referee's; its ``costs.fixed`` is what hubs and modules cost a year.
    overflow_t
        t over the daily capacity on one peak day, by stream and hub.
    """

    capital: float
    exit: float
    handed_on: float
    contract: float
    overflow: float
    operations: Evaluation
    overflow_t: dict[tuple[str, str], float]

    @property
    def total(self) -> float:
        """Sum of all costs, EUR."""
        paid = self.capital + self.exit + self.contract + self.overflow
        return paid - self.handed_on + self.operations.costs.total


@dataclass(frozen=True)
class StagedEvaluation:
    """Costs and violations of a staged plan.

    Parameters
    ----------
    objective
        What is minimised, EUR of the first year.
    expected
        Mean discounted cost, EUR.
    path_costs
        Discounted cost of each path, salvage taken off, EUR, in the order of the leaves.
    salvage
        Of each path, EUR of the first year.
    nodes
        In the order of the nodes.
    violations
        Empty for a feasible plan.
    """

    objective: float
    expected: float
    path_costs: NDArray[np.float64]
    salvage: NDArray[np.float64]
    nodes: tuple[NodeEvaluation, ...]
    violations: tuple[Violation, ...]


def evaluate_staged(
    staged: StagedInstance,
    networks: Sequence[Network],
    plan: StagedPlan,
    least_costs: NDArray[np.float64] | None = None,
) -> StagedEvaluation:
    """Price a staged plan from the instance alone.

    Parameters
    ----------
    staged, networks
        The problem and the legs of each node.
    plan
        Any plan; a wrong one is priced as far as it goes and its violations are listed.
    least_costs
        Least cost of each path under perfect information, EUR, shape (leaves,); for regret.
    """
    by_node = configurations(staged, plan)
    nodes = tuple(_node(staged, networks[v], plan, by_node[v], v) for v in range(len(staged.nodes)))
    salvage = np.array([_salvage(staged, plan, by_node[leaf], leaf) for leaf in staged.leaves])
    costs = np.array(
        [
            sum(staged.discount(staged.nodes[v].year) * nodes[v].total for v in staged.path_to(leaf))
            for leaf in staged.leaves
        ]
    )
    path_costs = costs - salvage
    probability = np.array([staged.nodes[leaf].probability for leaf in staged.leaves])
    found = list(tree_violations(staged, plan, by_node))
    for v, node in enumerate(nodes):
        found += node_violations(staged, plan, by_node[v], node, v)
    return StagedEvaluation(
        objective=risk_of(staged.stages.risk, path_costs, probability, least_costs),
        expected=float(probability @ path_costs),
        path_costs=path_costs,
        salvage=salvage,
        nodes=nodes,
        violations=tuple(found),
    )


def _node(
    staged: StagedInstance, network: Network, plan: StagedPlan, configuration: NodeConfiguration, v: int
) -> NodeEvaluation:
    own, prices = plan.nodes[v], staged.nodes[v].prices
    bought = contract_by_site(staged, own)
    instance = operating_instance(staged, v, configuration.in_use, configuration.is_open, bought)
    capital = sum(p.count * float(prices.capital[p.site, p.module]) for p in configuration.purchases if p.node == v)
    capital += capital_of_links(staged, plan, v)
    leaving = {staged.base.site_position[name] for name in own.closings}
    exit_cost = sum(
        purchase.count * float(prices.exit[purchase.site, purchase.module])
        for purchase in configuration.purchases
        if purchase.site in leaving
    )
    over = overflow(staged, v, instance, own.operations, configuration.in_use, bought)
    price_of = {peak.stream: (peak.overflow_eur_per_t or 0.0) * peak.days for peak in staged.stages.peaks}
    contract = staged.stages.contract
    return NodeEvaluation(
        capital=capital,
        exit=exit_cost,
        handed_on=_handed_on(staged, configuration, leaving, v),
        contract=float(bought.sum()) * (contract.price_eur_per_t if contract is not None else 0.0),
        overflow=sum(tonnes * price_of[stream] for (stream, _), tonnes in over.items()),
        operations=evaluate(instance, network, own.operations),
        overflow_t=over,
    )


def overflow(
    staged: StagedInstance,
    v: int,
    instance: Instance,
    operations: Plan,
    in_use: NDArray[np.int64],
    contract: NDArray[np.float64],
) -> dict[tuple[str, str], float]:
    """Return the overflow of each hub on the peak day of each stream, t, by stream and hub; zeros are left out.

    On the peak day of a stream its volume is ``factor`` times that of its average day, all other volume average.
    """
    found: dict[tuple[str, str], float] = {}
    commodities = staged.nodes[v].instance.commodities
    daily = in_use @ staged.peak_capacities + contract / DAYS_PER_YEAR
    names = [stream.name for stream in instance.streams]
    for peak in staged.stages.peaks:
        of_stream = commodities.stream[operations.commodity] == names.index(peak.stream)
        tonnes = operations.volume * np.where(of_stream, peak.factor, 1.0) / DAYS_PER_YEAR
        for site, load in enumerate(lifted(instance, operations, tonnes)):
            if load > daily[site] * (1.0 + 1e-12):
                found[peak.stream, instance.sites[site].id] = float(load - daily[site])
    return found


def lifted(instance: Instance, plan: Plan, tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Add up freight by hub as the capacity policy counts it, shape (sites,).

    Parameters
    ----------
    instance, plan
        The year and its routes.
    tonnes
        On each route of the plan.
    """
    first = np.bincount(plan.first_hub, tonnes, len(instance.sites))
    capacity = instance.policies.capacity
    if capacity is not None and capacity.counts is CapacityCounts.COLLECTED:
        return np.asarray(first)
    second = np.where(plan.first_hub != plan.last_hub, tonnes, 0.0)
    return np.asarray(first + np.bincount(plan.last_hub, second, len(instance.sites)))


def _salvage(staged: StagedInstance, plan: StagedPlan, configuration: NodeConfiguration, leaf: int) -> float:
    """Return the salvage: annuities left at the horizon of the modules in the last year, EUR of the first year.

    Modules given up in that year have this value already as ``handed_on``.
    """
    leaving = {staged.base.site_position[name] for name in plan.nodes[leaf].closings}
    total = 0.0
    for purchase in configuration.purchases:
        if purchase.site in leaving:
            continue
        node = staged.nodes[purchase.node]
        share = 1.0 - staged.used_share(staged.modules[purchase.module], node.year)
        capital = float(node.prices.capital[purchase.site, purchase.module])
        total += purchase.count * capital * share * staged.discount(node.year)
    return total


def _handed_on(staged: StagedInstance, configuration: NodeConfiguration, leaving: set[int], v: int) -> float:
    """Return the annuities left of the modules given up at a node, EUR of its year."""
    year = staged.nodes[v].year
    total = 0.0
    for purchase in configuration.purchases:
        if purchase.site not in leaving:
            continue
        module, paid = staged.modules[purchase.module], staged.nodes[purchase.node]
        used = year - (paid.year + module.lead) + 1
        left = staged.left_share(module, used) / (1.0 + staged.stages.discount_rate)
        total += purchase.count * float(paid.prices.capital[purchase.site, purchase.module]) * left
    return total
