"""From a timing file back to its document, plan and searches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from netdesign.errors import ContradictionError, UsageError
from netdesign.plan import NodePlan, Order, StagedPlan
from netdesign.results.document import PlanPart
from netdesign.solve.core.outcome import Termination
from netdesign.results.result_file import plan_from_document, read_json, whole_document
from netdesign.results.staged_document import TimingDocument
from netdesign.results.staged_result import FORMAT, Schedule, Searched

if TYPE_CHECKING:
    from pathlib import Path

    from netdesign.instance.staged import StagedInstance
    from netdesign.results.staged_document import NodePart, SearchedPart


def read_timing(path: Path) -> TimingDocument:
    """Read a timing file.

    Raises
    ------
    UsageError
        There is none, or it is no ``netdesign.timing/1``.
    """
    data = read_json(path)
    if not is_timing(data):
        message = f"{path}: is no {FORMAT} file; `netdesign timing INSTANCE -o FILE` writes one"
        raise UsageError(message)
    return timing_from(path, data)


def is_timing(data: Any) -> bool:
    """Return whether data say that they are a timing result."""
    return isinstance(data, dict) and data.get("format") == FORMAT


def timing_from(path: Path, data: Any) -> TimingDocument:
    """Return the timing result that a file holds.

    Raises
    ------
    UsageError
        It is no whole one.
    """
    return whole_document(path, data, TimingDocument)


def plan_from_timing(document: TimingDocument, staged: StagedInstance) -> StagedPlan | None:
    """Return the plan of a document, or None where it has none.

    Raises
    ------
    ContradictionError
        Its nodes are not those of the instance, or it names what the instance does not have.
    """
    if not document.nodes:
        return None
    names = [node.name for node in staged.nodes]
    if [part.node for part in document.nodes] != names:
        message = f"nodes: are not those of the instance: {', '.join(names)}"
        raise ContradictionError(message)
    return StagedPlan(tuple(_node_plan(part, staged, v) for v, part in enumerate(document.nodes)))


def _node_plan(part: NodePart, staged: StagedInstance, v: int) -> NodePlan:
    sites, modules = staged.base.site_position, {module.id for module in staged.modules}
    ids = {
        "orders": [order.hub for order in part.orders],
        "closings": part.closings,
        "contract": [bought.hub for bought in part.contract],
    }
    strange = [f"{field}: {name}" for field, names in ids.items() for name in names if name not in sites]
    strange += [f"orders: {order.module}" for order in part.orders if order.module not in modules]
    if strange:
        message = f"{part.node}: the plan names what the instance does not have: {', '.join(strange[:5])}"
        raise ContradictionError(message)
    operations = PlanPart(open_hubs=part.open_hubs, open_lanes=part.open_lanes, routes=part.routes)
    try:
        plan = plan_from_document(operations, staged.nodes[v].instance)
    except ContradictionError as error:
        message = f"{part.node}: {error.message}"
        raise ContradictionError(message) from None
    return NodePlan(
        orders=tuple(Order(order.hub, order.module, order.count) for order in part.orders),
        closings=tuple(part.closings),
        operations=plan,
        contract=tuple((bought.hub, bought.t_per_year) for bought in part.contract),
    )


def searched_from(part: SearchedPart) -> Searched:
    """Return a search as it was before it was written."""
    unproven = math.inf if part.termination is Termination.INFEASIBLE else -math.inf
    return Searched(
        termination=part.termination,
        objective=part.objective,
        bound=unproven if part.bound is None else part.bound,
        schedule=Schedule(
            tuple((order.year, Order(order.hub, order.module, order.count)) for order in part.orders),
            tuple((closing.year, closing.hub) for closing in part.closings),
        ),
    )
