"""The benchmark cases of the European question: with vehicles that leave, cut for the straight model, and at real size.

Goals are for the whole process on two cores, reading and imports included.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from benchmarks.filling import limit_of

EUROPE, STRAIGHT, REAL = "the European instance", "the straight model", "the real size"
REAL_VEHICLES = "the real size with vehicles"
CLASSES = (EUROPE, STRAIGHT, REAL, REAL_VEHICLES)

CUT = "cut:"
"""Prefix of an argument that names a cut of ``vehicle_instances``."""

SCALED = "scaled:"
"""Prefix of an argument that names an instance of ``scaled_instances``."""

LINED = "lined:"
"""Prefix of an argument that names what a truck line costs, EUR/year, in ``scripts.line_readings``."""

LADDER = ("20.8", "40.12", "55.16", "80.20")
"""Cuts on which engine and straight model are compared: cities with freight, and sites."""

STRAIGHT_S = 600.0

REAL_SIZES: tuple[tuple[str, int, float, float | None], ...] = (
    ("300.44.1", 2, 5.0, None),
    ("300.44.1", 3, 30.0, None),
    ("300.60.3", 2, 5.0, 500.0),
    ("300.60.3", 3, 30.0, 500.0),
    ("500.80.3", 2, 15.0, None),
    ("1000.100.5", 2, 60.0, 2000.0),
)
"""Cities, sites and airports of ``scaled_instances``; most new hubs; goals in seconds and MB."""


@dataclass(frozen=True)
class VehicleCase:
    """A call of ``netdesign solve`` to be measured.

    Parameters
    ----------
    name, kind
        Name of the row, and its class.
    file, options
        Arguments of the call; a file is a bundled instance, or a cut.
    goal_s, goal_gap, goal_mb
        Goals in seconds and MB, if any, and a gap that meets the first one too.
    most_s
        Time limit of the run, where it does not follow from the goal.
    against
        The reference row, with which the seconds of the whole process are compared.
    goal_ratio, is_most
        Goal for the ratio of the seconds of this row to those of the reference row, and whether it may be no larger; if
        not, no smaller.
    is_proof
        Whether what is measured is ``verify --prove`` of the answer.
    """

    name: str
    kind: str
    file: str
    options: tuple[str, ...] = ()
    goal_s: float | None = None
    goal_gap: float | None = None
    goal_mb: float | None = None
    most_s: float | None = None
    against: str = ""
    goal_ratio: float | None = None
    is_most: bool = False
    is_proof: bool = False

    @property
    def limit_s(self) -> float:
        """Time limit of the run."""
        return limit_of(self)


def cases() -> list[VehicleCase]:
    """Return all cases, class by class."""
    linear = "europe-linear, up to two new hubs"
    found = [
        VehicleCase(linear, EUROPE, "europe-linear", most_s=60.0),
        VehicleCase(
            "europe, up to two new hubs", EUROPE, "europe", goal_s=5.0, goal_mb=400.0,
            against=linear, goal_ratio=4.0, is_most=True,
        ),
        VehicleCase("europe, up to three new hubs", EUROPE, "europe", ("--max-new", "3"), goal_s=30.0),
        VehicleCase(
            "europe-linear, up to ten new hubs, number by number", EUROPE, "europe-linear", ("--max-new", "10"),
            goal_s=120.0,
        ),
        VehicleCase(
            "europe, up to ten new hubs, number by number", EUROPE, "europe", ("--max-new", "10"), goal_s=120.0,
        ),
        VehicleCase(
            "europe-centres, up to two new hubs, four of 40 centres", EUROPE, "europe-centres",
            goal_s=300.0, goal_gap=0.003,
        ),
        VehicleCase(
            "europe-centres, way back empty, truck lines chosen at EUR 100,000 a year", EUROPE, f"{LINED}100000",
            goal_s=120.0, goal_gap=0.005,
        ),
        VehicleCase("europe, proven again", EUROPE, "europe", most_s=1800.0, is_proof=True),
    ]  # fmt: skip
    for size in LADDER:
        cities, sites = size.split(".")
        engine = f"{cities} cities, {sites} sites"
        found.append(VehicleCase(engine, STRAIGHT, f"{CUT}{size}", most_s=STRAIGHT_S))
        options = ("--engine", "monolithic")
        found.append(
            VehicleCase(
                f"{engine}, straight", STRAIGHT, f"{CUT}{size}", options, most_s=STRAIGHT_S,
                against=engine, goal_ratio=100.0,
            )
        )  # fmt: skip
    found.append(
        VehicleCase(
            "europe, straight", STRAIGHT, "europe", ("--engine", "monolithic"), most_s=STRAIGHT_S,
            against="europe, up to two new hubs", goal_ratio=100.0,
        )
    )  # fmt: skip
    for kind, (size, new, seconds, memory) in itertools.product((REAL, REAL_VEHICLES), REAL_SIZES):
        name, options = f"{size.replace('.', '/')}, up to {new} new hubs", ("--max-new", str(new))
        if kind == REAL_VEHICLES:
            # At most twice the time by the tonne.
            name, size, seconds = f"{name}, vehicles", f"{size}.vehicles", 2.0 * seconds
        found.append(VehicleCase(name, kind, f"{SCALED}{size}", options, goal_s=seconds, goal_mb=memory, most_s=300.0))
    found.append(
        VehicleCase(
            "300/60/3, any number of new hubs", REAL, f"{SCALED}300.60.3", ("--max-new", "59"),
            goal_s=300.0, goal_gap=0.001,
        )
    )  # fmt: skip
    return found
