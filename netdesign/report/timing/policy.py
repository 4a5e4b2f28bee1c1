"""The contingent plan in sentences, branch by branch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netdesign.report.words import network_name, tonnes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.results.staged_document import NodePart, OrderPart, TimingDocument

_INDENT = "  "


@dataclass(frozen=True)
class _Stretch:
    """The nodes of a branch, and the branches after it."""

    nodes: tuple[NodePart, ...]
    children: tuple[_Stretch, ...]


def policy_lines(result: TimingDocument) -> list[str]:
    """Return the contingent plan as nested sentences, one for each branch."""
    if not result.nodes:
        return []
    existing = frozenset(result.nodes[0].open_hubs)
    return list(_lines(_stretch(result.nodes[0], result.nodes), 1.0, existing, 0))


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
    own = any(node.orders or node.closings for node in stretch.nodes)
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
        found += [f"close {hub} at the end of {node.year}" for hub in node.closings]
    return found


def _order(hub: str, orders: Sequence[OrderPart], year: int, *, is_new: bool) -> str:
    names = " and ".join(order.module if order.count == 1 else f"{order.count} x {order.module}" for order in orders)
    ready = sorted({order.in_use_from for order in orders})
    when = " and ".join(map(str, ready))
    if is_new:
        return f"open {hub} with {names} from {when}, ordered in {year}"
    return f"enlarge {hub} by {names} from {when}, ordered in {year}"
