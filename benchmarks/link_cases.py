"""The benchmark cases of hub networks whose links are chosen: six classes on AP, CAB and the Turkish network.

The classes are the incomplete ones of Wandelt, Dai, Zhang and Sun (2022): p hubs, fixed costs, or fixed costs with
capacities, each under multiple and under single allocation. Hubs are joined to each other, by a number of links at
most or as a tree. Nobody has published costs of links of AP and CAB, so that there a number is what keeps links few;
CAB has the fixed cost of O'Kelly (1992), 100 a unit of flow, and capacities of ours. Where every two hubs may be
joined, the optimum is that of the complete network, which is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.engine_cases import published_row
from benchmarks.filling import limit_of

if TYPE_CHECKING:
    from netdesign.analysis.bench.rows import Row

MULTIPLE, SINGLE = "multiple", "single"
HUBS, FIXED, CAPACITIES = "p hubs", "fixed costs", "capacities"
CLASSES = tuple(
    f"{what}, {allocation} allocation" for allocation in (MULTIPLE, SINGLE) for what in (HUBS, FIXED, CAPACITIES)
)
MODELS = {MULTIPLE: "incomplete_multiple_allocation", SINGLE: "incomplete_single_allocation"}

LIMIT_S = 300.0
STRAIGHT_S = 60.0
"""Limit of each straight model, by HiGHS and by SCIP."""

SMALL = 25
GOALS_S = {SMALL: 10.0, 50: 300.0, 81: 300.0, 100: 600.0, 200: 600.0}
"""Seconds of the whole process by the number of cities."""

GOAL_RATIO = 50.0
"""How many times as long the straight model is to take where there are 25 cities."""

CAB_ALPHA = "0.6"
CAB_FIXED_COST = 100.0
CAB_CAPACITY = 0.3
"""Of what is collected, as a share of all flow."""

TR81 = "records/tr81/data.xlsx"


@dataclass(frozen=True)
class LinkCase:
    """A call of ``netdesign solve`` with chosen hub links, and the model beside it.

    Parameters
    ----------
    name, kind
        Name of the row, and its class.
    allocation
        ``multiple`` or ``single``.
    file, options
        Arguments of the call; files are published.
    goal_s, goal_ratio
        Goals: seconds of the whole process, and how many times as long the straight model takes.
    most_s
        Time limit of the run.
    published
        Row of the table of optima with the same optimum.
    """

    name: str
    kind: str
    allocation: str
    file: str
    options: tuple[str, ...]
    goal_s: float | None = None
    goal_ratio: float | None = None
    most_s: float | None = LIMIT_S
    published: Row | None = None

    @property
    def model(self) -> str:
        """The straight model."""
        return MODELS[self.allocation]

    @property
    def limit_s(self) -> float:
        """Time limit of the run."""
        return limit_of(self)


def cases() -> list[LinkCase]:
    """Return all cases, class by class, the small ones of each first."""
    found = [*_small(MULTIPLE), *_large_multiple(), *_small(SINGLE), *_large_single()]
    return sorted(found, key=lambda case: CLASSES.index(case.kind))


def warming() -> list[LinkCase]:
    """Return small cases that are no rows, one for each allocation."""
    return [_ap(10, 3, 2, allocation) for allocation in MODELS]


def _small(allocation: str) -> list[LinkCase]:
    """Return the cases of 25 cities."""
    found = [_ap(25, hubs, links, allocation) for hubs, links in ((3, 2), (3, 3), (4, 3), (5, 4), (5, 10))]
    found += [_cab(hubs, links, allocation) for hubs, links in ((3, 2), (4, 4))]
    found += [_ap_fixed_cost("L", "shape: tree", allocation), _ap_fixed_cost("T", "max: 1", allocation)]
    found += [_ap_capacitated(kinds, allocation) for kinds in ("LL", "TT")]
    fixed = _of_each_hub("fixed_cost_eur_per_year", CAB_FIXED_COST)
    room = (*_of_each_hub("capacity_t_per_year", CAB_CAPACITY), "--set", "policies.capacity.counts=collected")
    found.append(_cab_priced("fixed", FIXED, fixed, allocation))
    found.append(_cab_priced("capacities", CAPACITIES, (*fixed, *room), allocation))
    return found


def _large_multiple() -> list[LinkCase]:
    found = [_ap(50, hubs, links, MULTIPLE) for hubs, links in ((3, 2), (4, 4), (5, 5))]
    found += [_ap(100, 5, 6, MULTIPLE), _ap(200, 3, 2, MULTIPLE), _ap(200, 4, 5, MULTIPLE), _ap(200, 5, 6, MULTIPLE)]
    return found + [_turkish(hubs, MULTIPLE) for hubs in (3, 4, 5)] + [_turkish(None, MULTIPLE)]


def _large_single() -> list[LinkCase]:
    found = [_ap(50, hubs, links, SINGLE) for hubs, links in ((3, 2), (4, 4), (5, 5))]
    return found + [_turkish(hubs, SINGLE) for hubs in (3, 4)] + [_turkish(None, SINGLE)]


def _goals(cities: int) -> dict[str, Any]:
    return {"goal_s": GOALS_S.get(cities), "goal_ratio": GOAL_RATIO if cities == SMALL else None}


def _kind(what: str, allocation: str) -> str:
    return f"{what}, {allocation} allocation"


def _chosen(rules: str, allocation: str) -> tuple[str, ...]:
    """Return the options of a network whose links are chosen."""
    found = ("--set", "problem.network=chosen", "--set", f"problem.allocation={allocation}")
    return (*found, "--set", f"policies.hub_links={{{rules}}}")


def _ap(nodes: int, hubs: int, links: int, allocation: str) -> LinkCase:
    options = ("--format-in", "ap", "--nodes", str(nodes), "--hubs", str(hubs))
    options += _chosen(f"max: {links}, connected: true", allocation)
    name = f"AP{nodes}.{hubs}, {links} links, {allocation}"
    same = None
    if nodes == 25 and links == hubs * (hubs - 1) // 2:
        same = published_row(f"AP25.{hubs}", "UMApHMP" if allocation == MULTIPLE else "USApHMP")
    return LinkCase(name, _kind(HUBS, allocation), allocation, "ap/APdata200", options, **_goals(nodes), published=same)


def _cab(hubs: int, links: int, allocation: str) -> LinkCase:
    options = ("--format-in", "cab", "--alpha", CAB_ALPHA, "--hubs", str(hubs))
    options += _chosen(f"max: {links}, connected: true", allocation)
    name = f"CAB25.{hubs}, {links} links, {allocation}"
    return LinkCase(name, _kind(HUBS, allocation), allocation, "cab/CAB.txt", options, **_goals(SMALL))


def _ap_fixed_cost(costs: str, rules: str, allocation: str) -> LinkCase:
    options = ("--format-in", "ap", "--nodes", "25", "--fixed-costs", f"ap/Fcost{costs}.25")
    options += _chosen(f"{rules}, connected: true", allocation)
    name = f"AP25.{costs}, {'tree' if 'tree' in rules else '1 link'}, {allocation}"
    return LinkCase(name, _kind(FIXED, allocation), allocation, "ap/APdata200", options, **_goals(SMALL))


def _ap_capacitated(kinds: str, allocation: str) -> LinkCase:
    options = ("--format-in", "ap", "--nodes", "25", "--fixed-costs", f"ap/Fcost{kinds[0]}.25")
    options += ("--capacities", f"ap/Cap{kinds[1]}.25", *_chosen("shape: tree", allocation))
    return LinkCase(
        f"25{kinds}, tree, {allocation}",
        _kind(CAPACITIES, allocation),
        allocation,
        "ap/APdata200",
        options,
        **_goals(SMALL),
    )


def _cab_priced(what: str, kind: str, further: tuple[str, ...], allocation: str) -> LinkCase:
    options = ("--format-in", "cab", "--alpha", CAB_ALPHA, *further, *_chosen("shape: tree", allocation))
    name = f"CAB25 {what}, tree, {allocation}"
    return LinkCase(name, _kind(kind, allocation), allocation, "cab/CAB.txt", options, **_goals(SMALL))


def _turkish(hubs: int | None, allocation: str) -> LinkCase:
    """Return the Turkish network with fixed costs of hubs and of links: of p hubs, or of any number at a tenth of them.

    Its links cost little beside its hubs, so that their number is limited too.
    """
    if hubs is None:
        name, rules, options = f"TR81, tree, {allocation}", "shape: tree", ("--fixed-cost-factor", "0.1")
    else:
        name, rules, options = f"TR81.{hubs}, {hubs} links, {allocation}", f"max: {hubs}", ("--hubs", str(hubs))
    words = ("--format-in", "tr81", *options, *_chosen(f"{rules}, connected: true", allocation))
    return LinkCase(name, _kind(FIXED, allocation), allocation, TR81, words, **_goals(81))


def _of_each_hub(field: str, value: float) -> tuple[str, ...]:
    """Return overrides of a column of the hubs of CAB."""
    return tuple(word for hub in range(1, 26) for word in ("--set", f"hubs.{hub}.{field}={value:g}"))
