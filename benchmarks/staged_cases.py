"""The benchmark cases of the staged engines: one for each question, in classes that share a goal.

Goals are for the whole process on two cores, reading and imports included.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.filling import limit_of
from benchmarks.staged_instances import PAIRS

EUROPE, GATEWAY = "the European instance over years", "generated gateway instances"
MANY, STRAIGHT = "any number of new hubs", "the straight model"
CLASSES = (EUROPE, GATEWAY, MANY, STRAIGHT)

BY_THE_TONNE = "europe-2035-linear"

GENERATED = "generated:"
"""Prefix of an argument that names a folder of ``staged_instances``."""

GOALS_S = dict(zip(PAIRS, (3.0, 5.0, 10.0, 30.0), strict=True))
"""For the generated instances, by cities, sites and years."""


@dataclass(frozen=True)
class StagedCase:
    """A call of ``netdesign timing`` to be measured.

    Parameters
    ----------
    name, kind
        Name of the row, and its class.
    goal_s
        Goal in seconds; None where the ratio is the goal.
    file, options
        Arguments of the call; a file is a bundled instance, or generated.
    goal_gap
        Gap that also meets the goal.
    most_s
        Time limit of the run, where it does not follow from the goal.
    against
        The reference row, of another engine.
    goal_ratio
        Goal for the ratio of the time of this row to that of the reference row.
    """

    name: str
    kind: str
    goal_s: float | None
    file: str
    options: tuple[str, ...] = ()
    goal_gap: float | None = None
    most_s: float | None = None
    against: str = ""
    goal_ratio: float | None = None

    @property
    def is_generated(self) -> bool:
        """Whether the instance is generated, not published."""
        return self.file.startswith(GENERATED)

    @property
    def limit_s(self) -> float:
        """Time limit of the run."""
        return limit_of(self)


def cases() -> list[StagedCase]:
    """Return all cases, class by class."""
    return [*europe(), *gateways(), *others()]


def europe() -> list[StagedCase]:
    """Return the European instance: base path and tree with vehicles, then by the tonne, under each measure of risk."""
    found = []
    for name, path_s, tree_s in (("europe-2035", 30.0, 120.0), (BY_THE_TONNE, 60.0, 300.0)):
        found.append(StagedCase(f"{name}, base path", EUROPE, path_s, name))
        found.append(StagedCase(f"{name}, tree, expected", EUROPE, tree_s, name, ("--tree",)))
    for measure in ("cvar", "regret"):
        case, options = f"{BY_THE_TONNE}, tree, {measure}", ("--tree", "--risk", measure)
        found.append(StagedCase(case, EUROPE, 600.0, BY_THE_TONNE, options, goal_gap=0.001, most_s=600.0))
    return found


def gateways() -> list[StagedCase]:
    """Return the generated instances with at most two new hubs."""
    return [
        StagedCase(gateway(size), GATEWAY, goal_s, f"{GENERATED}gateway.{size}") for size, goal_s in GOALS_S.items()
    ]


def others() -> list[StagedCase]:
    """Return cases to compare with the gateway cases: no limit on hubs, and the straight model through HiGHS."""
    smallest, large = "30.10.3", "100.20.5"
    return [
        StagedCase(
            f"{gateway(large)}, any number",
            MANY,
            300.0,
            f"{GENERATED}gateway.{large}",
            ("--set", "policies.new_hubs=null"),
            goal_gap=0.01,
            most_s=300.0,
        ),
        StagedCase(
            f"{gateway(smallest)}, straight",
            STRAIGHT,
            None,
            f"{GENERATED}gateway.{smallest}",
            ("--engine", "monolithic"),
            most_s=900.0,
            against=gateway(smallest),
            goal_ratio=100.0,
        ),
    ]


def gateway(size: str) -> str:
    """Return the name of the row of a generated instance."""
    return f"gateway {size.replace('.', '/')}"
