"""The benchmark cases of the engines: one for each instance, in classes that share a goal.

Goals are for the whole process on two cores, reading and imports included, with compiled code cached.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.engine_instances import PUBLISHED
from benchmarks.filling import LATER
from netdesign.analysis.bench.rows import read_rows
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from netdesign.analysis.bench.rows import Row

MULTIPLE, FIXED = "multiple allocation", "one hub fixed"
SINGLE, CAPACITATED = "single allocation", "capacitated single allocation"
PROMISED = "single allocation with deadlines"
WITHIN = "capacitated multiple allocation"
UFLP, MEDIAN, CFLP = "uncapacitated facility location", "p-median", "capacitated facility location"
CLASSES = (MULTIPLE, FIXED, WITHIN, SINGLE, PROMISED, CAPACITATED, UFLP, MEDIAN, CFLP)

LONG_S = 600.0
"""Goals from which on the time limit is the goal itself, and no multiple of it."""
WITHOUT_GOAL_S = 60.0

GENERATED = "generated:"
"""Prefix of an argument that names a file of ``engine_instances``."""


@dataclass(frozen=True)
class Case:
    """A call to be measured.

    Parameters
    ----------
    name, kind
        Name of the row, and its class.
    goal_s
        Goal in seconds; None where only the value is checked.
    file, options
        Arguments of the call; a file is published, relative to the collection, or generated.
    goal_gap
        Gap that also meets the goal.
    published
        Row of the collection's table of optima.
    """

    name: str
    kind: str
    goal_s: float | None
    file: str
    options: tuple[str, ...]
    goal_gap: float | None = None
    published: Row | None = None

    @property
    def is_generated(self) -> bool:
        """Whether the instance is generated, not published."""
        return any(word.startswith(GENERATED) for word in (self.file, *self.options))

    @property
    def limit_s(self) -> float:
        """Time limit of the run."""
        if self.goal_s is None:
            return WITHOUT_GOAL_S
        return self.goal_s if self.goal_s >= LONG_S else self.goal_s * LATER


def cases() -> list[Case]:
    """Return all cases, class by class, the quick ones of each first."""
    return [*multiple(), *fixed(), *within(), *single(), *promised(), *capacitated(), *facilities()]


def multiple() -> list[Case]:
    """Multiple allocation: hub medians, fixed costs, and instances of 300 and 500 cities."""
    found = _checked("UMApHMP", MULTIPLE) + _checked("UMAHLP", MULTIPLE)
    found += [_ap(50, hubs, 2) for hubs in range(1, 6)]
    found += [_ap(100, hubs, 10) for hubs in range(2, 21)]
    found += [_ap(200, hubs, 10) for hubs in range(2, 11)] + [_ap(200, hubs, 30) for hubs in (15, 20)]
    found += [_ap_fixed_cost(200, kind, 10) for kind in "LT"]
    found += [_generated(f"random 300.{hubs}", "random.300", hubs, goal_s) for hubs, goal_s in ((3, 30), (5, 120))]
    for name, file in (("random 500", "random.500"), ("AP-like 500", "aplike.500")):
        found += [_generated(f"{name}.{hubs}", file, hubs, 600, 0.005) for hubs in (3, 5)]
    return found


def fixed() -> list[Case]:
    """Return cases with one existing and at most two new hubs."""
    dense = ("--format-in", "ap", "--set", "policies.hub_count=null", "--set", "hubs.1.status=existing")
    return [
        Case("random 500, 1 fixed", FIXED, 10, f"{GENERATED}random.500", (*dense, "--max-new", "2")),
        Case("AP-like 500, 1 fixed", FIXED, 10, f"{GENERATED}aplike.500", (*dense, "--max-new", "2")),
        Case("AP-like 1000, 100 sites, 1 fixed", FIXED, 30, f"{GENERATED}sites.1000", ("--max-new", "2")),
    ]


def within() -> list[Case]:
    """Multiple allocation within capacities, of what is collected and of what is handled; no goals."""
    found = []
    for nodes, kinds in ((25, "LT"), (25, "TT"), (50, "LT"), (50, "TT"), (100, "LL"), (100, "TL")):
        file = str(PUBLISHED / "ap") + "/{}" if nodes == 25 else f"{GENERATED}{{}}"
        costs, limits = (file.format(f"{what}.{nodes}") for what in (f"Fcost{kinds[0]}", f"Cap{kinds[1]}"))
        options = (*_cut(nodes, MULTIPLE), "--fixed-costs", costs, "--capacities", limits)
        for counts in ("collected", "handled"):
            words = (*options, "--set", f"policies.capacity.counts={counts}")
            found.append(Case(f"{nodes}{kinds} {counts}", WITHIN, None, "ap/APdata200", words))
    return found


def single() -> list[Case]:
    """Single allocation without capacities."""
    found = _checked("USApHMP", SINGLE) + _checked("USAHLP", SINGLE)
    found += [_ap(50, hubs, 3, SINGLE) for hubs in range(1, 6)]
    found += [_ap(100, hubs, 15, SINGLE) for hubs in range(1, 11)]
    found += [_ap(200, 3, 60, SINGLE), *(_ap_fixed_cost(200, kind, 60, SINGLE) for kind in "LT")]
    return found + [_ap(200, hubs, 600, SINGLE, goal_gap=0.01) for hubs in (5, 10)]


def promised() -> list[Case]:
    """Single allocation where late freight has a price, or a hard deadline; by both engines, and on Europe."""
    found = [_ap_promised(hubs, 30, 20) for hubs in range(2, 6)]
    found += [_ap_promised(hubs, 40, 100) for hubs in (3, 4)] + [_ap_promised(hubs, 70) for hubs in (3, 4, 5)]
    found += [_ap_promised(hubs, 30, 20, "enumeration") for hubs in (2, 3, 4)]
    options = ("--set", "problem.allocation=single")
    return [*found, Case("europe-linear single", PROMISED, 30, "europe-linear", options)]


def capacitated() -> list[Case]:
    """Single allocation with capacities: the published instances, and generated ones of 40 and 50 cities."""
    found = [_published(row, CAPACITATED, 20) for row in _rows("CSAHLP")]
    for nodes in (40, 50):
        for kinds in ("LL", "TL", "LT", "TT"):
            costs, limits = f"{GENERATED}Fcost{kinds[0]}.{nodes}", f"{GENERATED}Cap{kinds[1]}.{nodes}"
            options = (*_cut(nodes, SINGLE), "--fixed-costs", costs, "--capacities", limits)
            goal_s = 60 if kinds[1] == "L" else 600
            found.append(Case(f"{nodes}{kinds}", CAPACITATED, goal_s, "ap/APdata200", options))
    return found


def facilities() -> list[Case]:
    """One hub a route: facility location without and with capacities, and p medians."""
    large = {"capa", "capc"}
    found = [_published(row, UFLP, 5) for row in _rows("UFLP") if row.instance in large]
    found += [_published(row, MEDIAN, 60) for row in _rows("p-median")]
    found += [_published(row, CFLP, 300) for row in _rows("CFLP") if row.instance.partition("-")[0] in large]
    return found


@cache
def _table() -> tuple[Row, ...]:
    try:
        return tuple(read_rows(PUBLISHED / "optima.csv"))
    except UsageError as error:
        sys.exit(f"{error}; NETDESIGN_BENCHMARKS says where the published instances are")


def _rows(problem: str) -> list[Row]:
    return [row for row in _table() if row.problem == problem]


def published_row(instance: str, problem: str) -> Row:
    """Return a row of the collection's table of optima."""
    return next(row for row in _rows(problem) if row.instance == instance)


def _published(row: Row, kind: str, goal_s: float | None, name: str = "") -> Case:
    return Case(name or row.instance, kind, goal_s, row.file, row.options, published=row)


def _checked(problem: str, kind: str) -> list[Case]:
    """Return the small AP instances of a problem, which have a published value and no goal."""
    is_small = ("AP20.", "AP25.", "20", "25")
    rows = [row for row in _rows(problem) if row.file == "ap/APdata200" and row.instance.startswith(is_small)]
    return [_published(row, kind, None, _named(row.instance, kind)) for row in rows]


def _named(name: str, kind: str) -> str:
    name = name if name.startswith("AP") else f"AP{name[:-1]}.{name[-1]}"
    return name if kind == MULTIPLE else f"{name} single"


def _cut(nodes: int, kind: str) -> tuple[str, ...]:
    options = ("--format-in", "ap", "--nodes", str(nodes))
    return options if kind == MULTIPLE else (*options, "--set", "problem.allocation=single")


def _ap(nodes: int, hubs: int, goal_s: float, kind: str = MULTIPLE, goal_gap: float | None = None) -> Case:
    options = (*_cut(nodes, kind), "--hubs", str(hubs))
    return Case(_named(f"AP{nodes}.{hubs}", kind), kind, goal_s, "ap/APdata200", options, goal_gap)


def _ap_promised(hubs: int, hours: int, price: int | None = None, engine: str = "") -> Case:
    """Return AP50 with hours as many as its distances, and a price a tonne of late freight or a hard deadline."""
    options = (*_cut(50, SINGLE), "--hubs", str(hubs), "--set", f"streams.freight.deadline_h={hours}")
    if price is None:
        options += ("--set", "streams.freight.deadline=hard")
    else:
        options += ("--set", "parcel.weight_kg=1000", "--set", f"streams.freight.late_penalty_eur_per_parcel={price}")
    options += ("--engine", engine) if engine else ()
    name = f"AP50.{hubs} single, {hours} h {'hard' if price is None else f'at {price}'}"
    return Case(f"{name}, {engine}" if engine else name, PROMISED, 30, "ap/APdata200", options)


def _ap_fixed_cost(nodes: int, cost: str, goal_s: float, kind: str = MULTIPLE) -> Case:
    options = (*_cut(nodes, kind), "--fixed-costs", f"{GENERATED}Fcost{cost}.{nodes}")
    return Case(_named(f"AP{nodes}.{cost}", kind), kind, goal_s, "ap/APdata200", options)


def _generated(name: str, file: str, hubs: int, goal_s: float, goal_gap: float | None = None) -> Case:
    options = ("--format-in", "ap", "--hubs", str(hubs))
    return Case(name, MULTIPLE, goal_s, f"{GENERATED}{file}", options, goal_gap)
