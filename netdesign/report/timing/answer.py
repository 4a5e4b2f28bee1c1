"""The answer of ``netdesign timing``: sentences, then the calendar or the policy over the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.report.tables import TextTable, render, to_csv
from netdesign.report.timing.sentences import (
    TREE,
    closing_lines,
    delay_lines,
    interval,
    link_list,
    module_list,
    opening_lines,
    probability,
    regret_lines,
    salvage_lines,
    schedule,
    single_year_line,
)
from netdesign.report.words import amount, best_of, network_name, time_line, tonnes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.report.timing.sentences import AskedOverYears
    from netdesign.results.staged_document import NodeCosts, NodePart, OrderPart, TimingDocument, ValuesPart

_MILLIONS_FROM = 1e7
"""Largest amount from which a table is in millions."""
_INDENT = "  "


def timing_text(result: TimingDocument, asked: AskedOverYears) -> str:
    """Return the whole answer as text; ``asked`` has what the result does not hold."""
    is_tree = result.scenario == TREE
    tables = ([_path_table(result, asked.existing)] if is_tree else [_calendar(result)]) if result.nodes else []
    return render(timing_lines(result, asked), tables, time_line(result.times, {}))


def timing_lines(result: TimingDocument, asked: AskedOverYears) -> list[str]:
    """Return the sentences that answer when and how large; ``asked`` has what the result does not hold."""
    lines = opening_lines(result, asked.forbidding)
    lines += [f"  {line}" for line in policy_lines(result, asked.existing)]
    if result.nodes and result.scenario != TREE:
        lines += salvage_lines(result.paths[0])
        lines += delay_lines(result.delays)
        lines += [single_year_line(year, asked.existing) for year in result.single_years]
    if result.scenario == TREE:
        lines += regret_lines(result)
    if result.values is not None:
        lines += _value_lines(result.values)
    return [*lines, *closing_lines(result)]


def _value_lines(values: ValuesPart) -> list[str]:
    return [
        f"Value of waiting: {_waiting(values)}",
        f"Value of perfect information: {interval(values.perfect_information)}, which knowing the path now would save.",
        f"Value of the stochastic solution: {_stochastic(values)}",
    ]


def _waiting(values: ValuesPart) -> str:
    if values.fixed is None:
        return f"not known: {values.fixed_refusal}."
    if values.waiting.is_infinite:
        return "infinite. No calendar that is fixed now is permitted on every branch; proven."
    if values.fixed.objective is None:
        return f"{interval(values.waiting)}; no calendar fixed now was found before the search stopped."
    best = best_of("", values.fixed.termination)
    return f"{interval(values.waiting)}, by which a calendar fixed now is dearer; the {best}: {schedule(values.fixed)}."


def _stochastic(values: ValuesPart) -> str:
    if values.mean.objective is None:
        return f"{interval(values.stochastic_solution)}; the plan for the mean was not found in time."
    plan = schedule(values.mean)
    if values.stochastic_solution.is_infinite:
        return f"infinite. The plan for the mean ({plan}) is not permitted on every branch."
    return f"{interval(values.stochastic_solution)}, by which the plan for the mean is dearer: {plan}."


def operating_cost(costs: NodeCosts) -> float:
    """Return the cost of a year without hubs and modules, EUR."""
    routes = costs.air + costs.road + costs.border + costs.handling + costs.late + (costs.vehicles or 0.0)
    return routes + costs.shortfall + costs.contract + costs.overflow + sum(costs.charges.values())


def _calendar(result: TimingDocument) -> TextTable:
    most = max(abs(node.costs.total) for node in result.nodes)
    unit, per = ("EUR m", 1e6) if most >= _MILLIONS_FROM else ("EUR", 1.0)

    def eur(value: float) -> str:
        return f"{value / per:z,.2f}" if per > 1 else amount(value)

    rows = []
    for node in result.nodes:
        costs = node.costs
        rows.append(
            [
                str(node.year),
                tonnes(node.volume_t_per_year),
                _ordered(node),
                _standing(node),
                tonnes(sum(bought.t_per_year for bought in node.contract)),
                tonnes(max((over.t_per_day for over in node.overflow), default=0.0)),
                eur(costs.capital + costs.exit - costs.handed_on),
                eur(costs.running + (costs.links or 0.0)),
                eur(operating_cost(costs)),
                eur(costs.total),
            ]
        )
    header = ["year", "volume", "ordered", "open, with modules in use", "contract", "overflow"]
    header += ["capital", "running", "operating", "total"]
    title = f"Calendar: volume and contract in t/year, overflow in t on a peak day, money of each year in {unit}"
    return TextTable(title, header, rows, frozenset({0, 2, 3}))


def _standing(node: NodePart) -> str:
    """Return the open hubs, each with its modules."""
    modules = module_list([(m.hub, m.module, m.count) for m in node.modules])
    bare = [hub for hub in node.open_hubs if hub not in {module.hub for module in node.modules}]
    return "; ".join(filter(None, (*bare, modules)))


def _ordered(node: NodePart) -> str:
    closed = ", ".join(f"{hub} closes" for hub in node.closings)
    return "; ".join(filter(None, (ordered_words(node), closed)))


def ordered_words(node: NodePart) -> str:
    """Return the modules and hub links that a node orders."""
    orders = module_list([(order.hub, order.module, order.count) for order in node.orders])
    return "; ".join(filter(None, (orders, link_list([one.link for one in node.link_orders or ()]))))


def _path_table(result: TimingDocument, existing: Sequence[str]) -> TextTable:
    by_name = {node.node: node for node in result.nodes}
    rows = []
    for path in result.paths:
        leaf = by_name[path.leaf]
        known_cost = path.known.objective if path.known is not None else None
        rows.append(
            [
                leaf.branch,
                probability(path.probability),
                tonnes(leaf.volume_t_per_year),
                network_name(hub for hub in leaf.open_hubs if hub not in existing) or "none",
                amount(path.cost),
                amount(known_cost),
                amount(path.regret),
            ]
        )
    header = ["path", "probability", f"t in {result.problem['last_year']}", "new hubs", "cost", "if known", "regret"]
    return TextTable(
        "Paths through the tree: cost in EUR, discounted, salvage taken off", header, rows, frozenset({0, 3})
    )


_COSTS = (
    "capital",
    "exit",
    "handed_on",
    "running",
    "air",
    "road",
    "border",
    "handling",
    "late",
    "shortfall",
    "contract",
    "overflow",
)


def timing_csv(result: TimingDocument) -> str:
    """Return the calendar as CSV text, one row for each node."""
    charged = list(dict.fromkeys(name for node in result.nodes for name in node.costs.charges))
    if_stated = ("vehicles", "links")
    parts = [
        *_COSTS,
        *(name for name in if_stated if any(getattr(node.costs, name) is not None for node in result.nodes)),
    ]
    header = ["node", "branch", "year", "parent", "probability", "volume_t_per_year", "open_hubs", "modules"]
    header += ["ordered", "closed", "contract_t_per_year", "overflow_t_per_day"]
    header += [f"{name}_eur" for name in (*parts, *charged, "total")]
    rows = [
        [
            node.node,
            node.branch,
            node.year,
            node.parent,
            node.probability,
            node.volume_t_per_year,
            "+".join(node.open_hubs),
            module_list([(m.hub, m.module, m.count) for m in node.modules]),
            ordered_words(node),
            "+".join(node.closings),
            sum(bought.t_per_year for bought in node.contract),
            max((over.t_per_day for over in node.overflow), default=0.0),
            *(getattr(node.costs, name) for name in parts),
            *(node.costs.charges.get(name) for name in charged),
            node.costs.total,
        ]
        for node in result.nodes
    ]
    return to_csv(header, rows)


@dataclass(frozen=True)
class _Stretch:
    """The nodes of a branch, and the branches after it."""

    nodes: tuple[NodePart, ...]
    children: tuple[_Stretch, ...]


def policy_lines(result: TimingDocument, existing: Sequence[str]) -> list[str]:
    """Return the contingent plan as nested sentences, one for each branch.

    Parameters
    ----------
    result
        The result.
    existing
        Hubs that stand before the first year: each other one is opened, also where it is in use from that year.
    """
    if not result.nodes:
        return []
    return list(_lines(_stretch(result.nodes[0], result.nodes), 1.0, frozenset(existing), 0))


def _stretch(first: NodePart, nodes: Sequence[NodePart]) -> _Stretch:
    own = [first]
    while True:
        following = [node for node in nodes if node.parent == own[-1].node]
        if len(following) != 1 or following[0].branch != first.branch:
            return _Stretch(tuple(own), tuple(_stretch(node, nodes) for node in following))
        own.append(following[0])


def _lines(stretch: _Stretch, before: float, present: frozenset[str], depth: int) -> list[str]:
    first, last = stretch.nodes[0], stretch.nodes[-1]
    years = f"{first.year} to {last.year}" if last.year > first.year else str(first.year)
    if depth == 0:
        begin = f"{years}: "
    else:
        volume = f"{tonnes(first.volume_t_per_year)} t in {first.year}"
        begin = f"if {first.branch} ({first.probability / before:.0%}; {volume}): "
    ordered = {order.hub for node in stretch.nodes for order in node.orders}
    actions = _actions(stretch, present)
    is_settled = bool(stretch.children) and not any(_acts(child) for child in stretch.children)
    text = "; ".join(actions) if actions else _kept(stretch)
    if is_settled:
        text += "; then nothing more, whatever follows" if actions else ", whatever follows"
    lines = [f"{_INDENT * depth}{begin}{text}."]
    for child in stretch.children if not is_settled else ():
        lines += _lines(child, last.probability, present | ordered, depth + 1)
    return lines


def _acts(stretch: _Stretch) -> bool:
    """Return whether anything is ordered or closed in a stretch or after it."""
    own = any(node.orders or node.closings or node.link_orders for node in stretch.nodes)
    return own or any(_acts(child) for child in stretch.children)


def _kept(stretch: _Stretch) -> str:
    opened = stretch.nodes[-1].open_hubs
    return f"keep {network_name(opened)}{' alone' if len(opened) == 1 else ''}, order nothing"


def _actions(stretch: _Stretch, present: frozenset[str]) -> list[str]:
    found: list[str] = []
    seen = set(present)
    for node in stretch.nodes:
        by_hub: dict[str, list[OrderPart]] = {}
        for order in node.orders:
            by_hub.setdefault(order.hub, []).append(order)
        for hub, orders in by_hub.items():
            found.append(_order(hub, orders, node.year, is_new=hub not in seen))
            seen.add(hub)
        found += [
            f"link {'-'.join(one.link)} from {one.in_use_from}, ordered in {node.year}"
            for one in node.link_orders or ()
        ]
        found += [f"close {hub} at the end of {node.year}" for hub in node.closings]
    return found


def _order(hub: str, orders: Sequence[OrderPart], year: int, *, is_new: bool) -> str:
    names = " and ".join(order.module if order.count == 1 else f"{order.count} x {order.module}" for order in orders)
    ready = sorted({order.in_use_from for order in orders})
    when = " and ".join(map(str, ready))
    if is_new:
        return f"open {hub} with {names} from {when}, ordered in {year}"
    return f"enlarge {hub} by {names} from {when}, ordered in {year}"
