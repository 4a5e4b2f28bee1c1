"""The moments of decision, and a policy: the states of the hubs at every node, and its conversion to a plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.plan import NodePlan, Order, Plan, StagedPlan

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.multistage.hub_states import Moves
    from netdesign.solve.multistage.hubs import Hubs
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.tables import Operation

States = dict[int, int]
"""State of each hub that was ordered so far, by site."""

Levels = tuple[int, ...]


@dataclass(frozen=True)
class DecisionStages:
    """The moments at which hubs are decided, each before those that follow it.

    Parameters
    ----------
    nodes
        Positions of the nodes that a moment decides for, all of one year.
    children
        Positions of the moments that follow.
    """

    nodes: tuple[tuple[int, ...], ...]
    children: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def parent(self) -> tuple[int, ...]:
        """Position of the moment before each, -1 for the first."""
        found = [-1] * len(self)
        for moment, children in enumerate(self.children):
            for child in children:
                found[child] = moment
        return tuple(found)

    @cached_property
    def moment_of(self) -> dict[int, int]:
        """Position of the moment that decides for each node."""
        return {node: moment for moment, nodes in enumerate(self.nodes) for node in nodes}


def by_node(staged: StagedInstance) -> DecisionStages:
    """Return the moments of an adaptive plan: one per node."""
    return DecisionStages(tuple((node,) for node in range(len(staged.nodes))), staged.children)


def by_year(staged: StagedInstance) -> DecisionStages:
    """Return the moments of a plan fixed at the root: one per year."""
    years = range(staged.stages.first_year, staged.stages.last_year + 1)
    nodes = tuple(tuple(v for v, node in enumerate(staged.nodes) if node.year == year) for year in years)
    children = tuple((moment + 1,) if moment + 1 < len(years) else () for moment in range(len(years)))
    return DecisionStages(nodes, children)


@dataclass(frozen=True)
class NodeStates:
    """States at one node.

    Parameters
    ----------
    start
        At the beginning of the year.
    ready
        After orders of modules without lead time: the year is operated in these states.
    after
        At the beginning of the next year; in the last year equal to ``ready``.
    """

    start: States
    ready: States
    after: States


@dataclass(frozen=True)
class ContingentPlan:
    """States at every node, in the order of the nodes."""

    nodes: tuple[NodeStates, ...]


def operation_of(hubs: Hubs, ready: Mapping[int, int]) -> tuple[tuple[int, ...], Levels]:
    """Return the open hubs, in order of the table, and the levels of their modules."""
    opened = tuple(sorted(site for site, state in ready.items() if hubs[site].is_open[state]))
    return opened, tuple(int(hubs[site].level[ready[site]]) for site in opened)


def operations_of(hubs: Hubs, policy: ContingentPlan) -> list[Operation]:
    """Return the operations of a policy, in the order of the nodes."""
    return [(node, *operation_of(hubs, states.ready)) for node, states in enumerate(policy.nodes)]


class Operations(Protocol):
    """Operates years."""

    def operated(self, node: int, opened: tuple[int, ...], levels: Levels) -> YearOperation:
        """Return the best operation of a node with some hubs open, by the levels of their modules."""
        ...


def policy_of(staged: StagedInstance, hubs: Hubs, plan: StagedPlan) -> ContingentPlan | None:
    """Return the policy with the orders and closings of a plan; None where it orders what is no state."""
    position, module = staged.base.site_position, {one.id: place for place, one in enumerate(staged.modules)}
    found: list[NodeStates] = []
    for node, own in enumerate(plan.nodes):
        parent = staged.nodes[node].parent
        start = dict.fromkeys(hubs.sites, 0) if parent < 0 else found[parent].after
        orders = {site: np.zeros(len(staged.modules), dtype=np.int64) for site in hubs.sites}
        for order in own.orders:
            orders[position[order.site]][module[order.module]] += order.count
        moved = states_after(staged, hubs, node, start, orders, {position[name] for name in own.closings})
        if moved is None:
            return None
        found.append(NodeStates(start, *moved))
    return ContingentPlan(tuple(found))


def states_after(
    staged: StagedInstance,
    hubs: Hubs,
    node: int,
    start: States,
    orders: Mapping[int, NDArray[np.int64]],
    closing: Collection[int],
) -> tuple[States, States] | None:
    """Return the states after the orders of a node without lead time, and after all; None where there is no such state.

    Parameters
    ----------
    node, start
        The node, and the states in which its year begins.
    orders, closing
        Modules ordered, shape (modules,), by site; and the sites that close.
    """
    is_late = np.array([one.lead > 0 for one in staged.modules])
    ready, after = dict[int, int](), dict[int, int]()
    for site, counts in orders.items():
        states = hubs[site].states
        middle = _reached(states.at_once, start[site], np.where(is_late, 0, counts), is_closing=False)
        last = middle
        if middle is not None and staged.children[node]:
            last = _reached(states.later, middle, np.where(is_late, counts, 0), is_closing=site in closing)
        if middle is None or last is None:
            return None
        ready[site], after[site] = middle, last
    return ready, after


def _reached(moves: Moves, origin: int, orders: NDArray[np.int64], *, is_closing: bool) -> int | None:
    is_it = (moves.origin == origin) & (moves.orders == orders).all(axis=1)
    is_it &= moves.given_up.any(axis=1) == is_closing
    return int(moves.target[np.flatnonzero(is_it)[0]]) if is_it.any() else None


def policy_cost(staged: StagedInstance, hubs: Hubs, tables: Operations, policy: ContingentPlan) -> np.ndarray:
    """Return the cost of each node, EUR of its year, shape (nodes,); infinite if it has no operation."""
    found = np.zeros(len(staged.nodes))
    for node, states in enumerate(policy.nodes):
        opened, levels = operation_of(hubs, states.ready)
        total = tables.operated(node, opened, levels).cost
        total += sum(float(hubs.yearly(site, node)[state]) for site, state in states.ready.items())
        for site, state in states.after.items():
            middle = states.ready.get(site, 0)
            total += float(hubs.move_cost(site, node, at_once=True)[states.start.get(site, 0), middle])
            if staged.children[node]:
                total += float(hubs.move_cost(site, node, at_once=False)[middle, state])
        found[node] = total
    return found


def plan_of(staged: StagedInstance, hubs: Hubs, tables: Operations, policy: ContingentPlan) -> StagedPlan:
    """Return the plan of a policy."""
    return StagedPlan(tuple(_node_plan(staged, hubs, tables, policy, node) for node in range(len(staged.nodes))))


def _node_plan(staged: StagedInstance, hubs: Hubs, tables: Operations, policy: ContingentPlan, node: int) -> NodePlan:
    states = policy.nodes[node]
    orders: dict[tuple[int, int], int] = {}
    closings = []
    is_last = not staged.children[node]
    for site in sorted(states.after):
        ready = states.ready.get(site, 0)
        steps = [(hubs[site].states.at_once, states.start.get(site, 0), ready)]
        if not is_last:
            steps.append((hubs[site].states.later, ready, states.after[site]))
        for moves, origin, target in steps:
            move = _move(moves, origin, target)
            for module in np.flatnonzero(moves.orders[move]):
                key = site, int(module)
                orders[key] = orders.get(key, 0) + int(moves.orders[move, module])
            if moves.given_up[move].any():
                closings.append(staged.base.sites[site].id)
    opened, levels = operation_of(hubs, states.ready)
    ordered = tuple(
        Order(staged.base.sites[site].id, staged.modules[module].id, count) for (site, module), count in orders.items()
    )
    return node_plan(staged, opened, tables.operated(node, opened, levels), ordered, tuple(closings))


def node_plan(
    staged: StagedInstance,
    opened: tuple[int, ...],
    operated: YearOperation,
    orders: tuple[Order, ...],
    closings: tuple[str, ...],
) -> NodePlan:
    """Return the plan of a node.

    Parameters
    ----------
    staged
        The problem.
    opened
        Positions of the open hubs, ascending.
    operated
        Their operation.
    orders, closings
        Orders and closings at the node.
    """
    return NodePlan(
        orders=orders,
        closings=closings,
        operations=operations_plan(staged, opened, operated),
        contract=tuple(
            (staged.base.sites[site].id, float(tonnes))
            for site, tonnes in zip(opened, operated.contract, strict=True)
            if tonnes > 0
        ),
    )


def _move(moves: Moves, origin: int, target: int) -> int:
    return int(np.flatnonzero((moves.origin == origin) & (moves.target == target))[0])


def operations_plan(staged: StagedInstance, opened: tuple[int, ...], operated: YearOperation) -> Plan:
    """Return the plan of a year's operations."""
    nodes, sites = staged.base.nodes, staged.base.sites
    return Plan(
        open_hubs=tuple(sites[site].id for site in opened),
        open_lanes=tuple(sorted((nodes[airport].id, sites[site].id) for airport, site in operated.lanes)),
        commodity=operated.commodity,
        first_hub=operated.first,
        last_hub=operated.last,
        volume=operated.volume,
        services=operated.services,
    )
