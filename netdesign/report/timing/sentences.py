"""Sentences on a plan over several years: cost and proof, delays, and the one-year model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netdesign.analysis.timing.infeasibility import forbidding_policies
from netdesign.instance.policies import Policy
from netdesign.instance.stages import RiskMeasure
from netdesign.report.sentences import unkept
from netdesign.report.words import best_of, counted, listed, money, network_name, policy_words, share
from netdesign.results.part import proven
from netdesign.solve.core.outcome import Termination

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.instance.staged import StagedInstance
    from netdesign.results.part import HasGap
    from netdesign.results.staged_document import (
        DelayPart,
        IntervalPart,
        PathPart,
        SearchedPart,
        SingleYearPart,
        TimingDocument,
    )

BASE, TREE = "base", "tree"


@dataclass(frozen=True)
class AskedOverYears:
    """What a result over years does not hold of its instance.

    Parameters
    ----------
    forbidding
        Policies in force that can make the problem infeasible.
    existing
        Hubs that stand before the first year, in the order of sites.
    """

    forbidding: Sequence[str]
    existing: tuple[str, ...]

    @classmethod
    def of(cls, staged: StagedInstance) -> AskedOverYears:
        """Return this for an instance with the options of a call."""
        existing = tuple(site.id for site in staged.base.sites if site.id in staged.base.existing)
        return cls(forbidding_policies(staged), existing)


def opening_lines(result: TimingDocument, forbidding: Sequence[str]) -> list[str]:
    """Return cost and proof of the plan, or why there is no plan; for ``forbidding`` see ``AskedOverYears``."""
    if result.termination is Termination.INFEASIBLE:
        return [_no_plan(result, forbidding)]
    if not result.nodes or result.objective is None:
        return [f"{_years(result)}: no plan was found before the search stopped."]
    return [f"{_years(result)}: the {best_of('plan', result.termination)} {_costs(result)}; {proven_words(result)}."]


def _years(result: TimingDocument) -> str:
    return years_of(result.scenario, result.problem, len(result.paths))


def years_of(scenario: str, problem: Mapping[str, Any], paths: int = 0) -> str:
    """Return what the years follow, with the first and the last one.

    Parameters
    ----------
    scenario, problem
        As a result records them.
    paths
        Number of paths of the tree, 0 where that is not to be told.
    """
    first, last = problem["first_year"], problem["last_year"]
    if scenario == TREE:
        leaves = f" of {counted(paths, 'path')}" if paths else ""
        return f"Tree{leaves}, {first} to {last}"
    name = "Base path" if scenario == BASE else f"Scenario {scenario}"
    return f"{name}, {first} to {last}"


def _costs(result: TimingDocument) -> str:
    year = result.problem["first_year"]
    if result.scenario != TREE:
        return f"costs {money(result.objective)}, discounted to {year}"
    left = 1.0 - result.risk.level
    figures = {
        RiskMeasure.EXPECTED: f"an expected cost of {money(result.expected)}",
        RiskMeasure.CVAR: f"a mean cost of {money(result.cvar)} on the dearest {left:.0%} of the paths",
        RiskMeasure.REGRET: f"a largest regret of {money(result.largest_regret)}",
    }
    # The objective comes first.
    first = figures.pop(result.risk.measure)
    *more, last = [first, *(text for text in figures.values() if not text.startswith("a largest regret of -"))]
    return f"has {', '.join(more)} and {last}, discounted to {year}"


def proven_words(result: HasGap) -> str:
    """Return what is proven of a plan."""
    if result.termination == Termination.OPTIMAL:
        return "proven"
    if result.bound is None:
        return "nothing is proven yet"
    return f"proven is at least {money(result.bound)}, a gap of {_gap(result.gap)}"


def _gap(gap: float | None) -> str:
    return "-" if gap is None else f"{gap:.2%}" if gap >= 1e-4 else f"{gap:.1g}"


def _no_plan(result: TimingDocument, forbidding: Sequence[str]) -> str:
    if result.clash == [Policy.CAPACITY]:
        return "No plan is permitted: modules and contract cannot lift the volume, whatever policy is left out. Proven."
    if len(result.clash) == 1:
        return (
            f"No plan is permitted: {policy_words(result.clash[0])} cannot be kept; without it there is a plan. Proven."
        )
    if result.clash:
        names = listed([policy_words(name) for name in result.clash])
        return f"No plan is permitted: {names} clash; without any one of them there is a plan. Proven."
    return f"No plan is permitted{unkept(forbidding)}. Proven."


def salvage_lines(path: PathPart) -> list[str]:
    """Return a sentence on the salvage value, by which cost and years of the calendar differ; none where it is 0.

    Parameters
    ----------
    path
        The only path of a plan without a tree.
    """
    if not path.salvage:
        return []
    years = money(path.cost + path.salvage)
    return [
        f"Salvage: capital worth {money(path.salvage)} is left over at the horizon and taken off the {years} that the "
        "years of the calendar cost, both discounted."
    ]


def regret_lines(result: TimingDocument) -> list[str]:
    """Return a sentence on the paths where a regret may be larger; none where what each costs when known is proven."""
    branches = {node.node: node.branch for node in result.nodes}
    left = {
        branches[path.leaf]: path.known.objective - proven(path.known)
        for path in result.paths
        if path.known is not None and path.known.objective is not None
        if path.known.termination is not Termination.OPTIMAL
    }
    if not left:
        return []
    by = max(left.values())
    more = f", by up to {money(by)}" if math.isfinite(by) else ""
    return [f"The regret on {listed(list(left))} may be larger{more}: what it costs when known is not proven."]


def delay_lines(delays: Sequence[DelayPart]) -> list[str]:
    """Return sentences on the cost of ordering each hub later, with a line before them; none where none is ordered.

    Hubs of which the same is known, as the searches were stopped, share a sentence.
    """
    lines: dict[str, None] = dict.fromkeys(["What a delay costs:"] if delays else [])
    for delay in delays:
        cost = interval(delay.extra_cost)
        alike = [one.hub for one in delays if _is_open(one) and interval(one.extra_cost) == cost]
        lines[_of_stopped(alike, cost) if _is_open(delay) and len(alike) > 1 else _delay_line(delay)] = None
    return list(lines)


def _is_open(delay: DelayPart) -> bool:
    """Return whether no plan with a delay was found before its search was stopped."""
    return delay.extra_cost.value is None and not delay.extra_cost.is_infinite


def _of_stopped(hubs: Sequence[str], cost: str) -> str:
    """Return a sentence on hubs of which the same is known."""
    return f"  {listed(hubs)}: to order one of them later costs {cost} more; the searches for such plans were stopped."


def _delay_line(delay: DelayPart) -> str:
    """Return a sentence on the cost of ordering a hub later."""
    begin = f"  {delay.hub}: to order it after {delay.ordered}, if at all, "
    if delay.extra_cost.is_infinite:
        return f"{begin}is impossible: no plan without it is permitted; proven."
    if _is_open(delay):
        return f"{begin}costs {interval(delay.extra_cost)} more; the search for such a plan was stopped."
    return f"{begin}costs {interval(delay.extra_cost)} more; {_instead(delay.later, delay.hub)}."


def _instead(later: SearchedPart, hub: str) -> str:
    own = [order.year for order in later.orders if order.hub == hub]
    if not own:
        return f"then it is never ordered: {schedule(later)}"
    rest = f": {schedule(later)}" if len(later.orders) > 1 or later.closings or later.links else ""
    return f"then it is ordered in {min(own)}{rest}"


def single_year_line(year: SingleYearPart, existing: Sequence[str]) -> str:
    """Return a sentence on the plan of the one-year model."""
    if year.best.objective is None:
        infeasible = year.best.termination is Termination.INFEASIBLE
        why = "finds nothing feasible" if infeasible else f"was {year.best.termination.not_solved}"
        return f"The one-year model of {year.year} {why}."
    ordered = {order.hub: None for order in year.best.orders if order.hub not in existing}
    modules = module_list([(order.hub, order.module, order.count) for order in year.best.orders])
    more = f" with new modules {modules}" if modules else " with no new modules"
    links = link_list([one.link for one in year.best.links])
    more += f" and {links}" if links else ""
    name = network_name([*existing, *ordered])
    return f"The one-year model of {year.year} has {name}{more}, at {money(year.best.objective)} a year."


def interval(found: IntervalPart) -> str:
    """Return a difference of costs: one amount where both limits look the same, else the limits."""
    if found.is_infinite:
        return "infinitely much"
    low, high = money(found.at_least), money(found.at_most)
    if found.value is not None and low == high:
        return money(found.value)
    if found.at_most is None and not found.at_least:
        return "an unknown amount"
    return f"at least {low}" if found.at_most is None else f"between {low} and {high}"


def module_list(orders: list[tuple[str, str, int]]) -> str:
    """Return ``AMS 2 x m10, m20; LGG m10`` for hub, module and number of each."""
    by_hub: dict[str, list[str]] = {}
    for hub, module, count in orders:
        by_hub.setdefault(hub, []).append(module if count == 1 else f"{count} x {module}")
    return "; ".join(f"{hub} {', '.join(names)}" for hub, names in by_hub.items())


def link_list(links: Sequence[tuple[str, str]]) -> str:
    """Return ``links N-E, E-S`` for the ends of each; nothing for none."""
    names = ", ".join(map("-".join, links))
    return f"link{'s' if len(links) > 1 else ''} {names}" if links else ""


def schedule(found: SearchedPart) -> str:
    """Return orders and closings by year."""
    years = sorted(found.years)
    parts = []
    for year in years:
        orders = module_list([(o.hub, o.module, o.count) for o in found.orders if o.year == year])
        closed = ", ".join(closing.hub for closing in found.closings if closing.year == year)
        ordered = "; ".join(filter(None, (orders, link_list([one.link for one in found.links if one.year == year]))))
        parts.append(f"{year} {ordered}{f' (and close {closed})' if closed else ''}".strip())
    return "; ".join(parts) if parts else "order nothing"


def closing_lines(result: TimingDocument) -> list[str]:
    """Return a sentence on a search that was stopped."""
    whys: dict[str, str] = {
        Termination.INTERRUPTED: "an interruption",
        Termination.TIME_LIMIT: "the time limit",
        Termination.SIZE_LIMIT: "the largest program that is attempted",
    }
    of, why = "The search", whys.get(result.termination)
    if why is None:
        of, why = "A search beside the plan's", next(filter(None, (whys.get(end) for end in result.endings)), None)
    if why is None:
        return []
    if result.objective is None:
        least = f"; none costs less than {money(result.bound)}" if result.bound else ""
        return [f"{of} was ended by {why} before any plan was found{least}."]
    return [f"{of} was ended by {why}; what is shown is the best found so far, with what bounds prove."]


def probability(value: float) -> str:
    """Return a probability as a percentage."""
    return share(value)
