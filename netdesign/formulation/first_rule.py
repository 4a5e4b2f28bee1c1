"""Rows of a staged model on what is decided in the first year; they follow from no file, but from what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyomo.environ as pyo

from netdesign.formulation.hubs import total

if TYPE_CHECKING:
    from netdesign.instance.first_decision import FirstDecision, FirstRule


def add_first_rule(model: Any) -> None:
    """Let something be ordered at some sites in the first year, nothing at others, and leave first decisions out."""
    rule: FirstRule = model.staged.first
    block = model.years[0]

    @block.Constraint(sorted(rule.ordered_at))
    def ordered_first(block: Any, k: str) -> Any:
        ordered = [variable for (site, _), variable in block.module_ordered.items() if site == k]
        return total(ordered) >= 1 if ordered else pyo.Constraint.Infeasible

    @block.Constraint(sorted(rule.not_ordered_at))
    def not_ordered_first(block: Any, k: str) -> Any:
        ordered = [variable for (site, _), variable in block.module_ordered.items() if site == k]
        return total(ordered) <= 0 if ordered else pyo.Constraint.Skip

    _leave_out(block, sorted(rule.left_out))


def _leave_out(block: Any, decisions: list[FirstDecision]) -> None:
    """Let the first decision differ from each of some, by more or by less, in one variable at least."""
    sized = [(block.module_ordered[key], _counts(decisions, *key)) for key in block.module_ordered]
    if hasattr(block, "hub_closed"):
        sized += [(block.hub_closed[k], [int(k in first.closings) for first in decisions]) for k in block.hub_closed]
    if hasattr(block, "link_ordered"):
        links = block.link_ordered
        sized += [(links[ends], [int(ends in first.links) for first in decisions]) for ends in links]
    stated = [(place, n) for place, (_, counts) in enumerate(sized) for n in range(len(counts))]
    over = [(place, n) for place, n in stated if sized[place][1][n] < sized[place][0].ub]
    under = [(place, n) for place, n in stated if sized[place][1][n] > 0]
    block.first_is_more = pyo.Var(over, domain=pyo.Binary)
    block.first_is_less = pyo.Var(under, domain=pyo.Binary)

    @block.Constraint(over)
    def more_than_left_out(block: Any, place: int, n: int) -> Any:
        variable, counts = sized[place]
        return variable - (counts[n] + 1) * block.first_is_more[place, n] >= 0

    @block.Constraint(under)
    def less_than_left_out(block: Any, place: int, n: int) -> Any:
        variable, counts = sized[place]
        return variable + (variable.ub - counts[n] + 1) * block.first_is_less[place, n] <= variable.ub

    @block.Constraint(range(len(decisions)))
    def differs_from_left_out(block: Any, n: int) -> Any:
        differing = [*(block.first_is_more[key] for key in over if key[1] == n)]
        differing += [block.first_is_less[key] for key in under if key[1] == n]
        return total(differing) >= 1 if differing else pyo.Constraint.Infeasible


def _counts(decisions: list[FirstDecision], site: str, module: str) -> list[int]:
    """Return how many of a module each decision orders at a site."""
    return [sum(n for hub, size, n in first.orders if (hub, size) == (site, module)) for first in decisions]
