"""The benchmark cases of the questions that follow the first answer, on the European instance with vehicles.

Goals are for the whole process on two cores, reading and imports included.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from benchmarks.filling import limit_of

QUESTIONS, EXPLAIN, YEARS = "the questions after the first answer", "explain", "over years"
CLASSES = (QUESTIONS, EXPLAIN, YEARS)

_THREADS = ("--threads", str(os.cpu_count()))
_SWEEP = ("europe-linear", "--over", "volume_factor=0.5:2.498:0.002", "--workers")
EXPLAIN_S = 20.0


@dataclass(frozen=True)
class QuestionCase:
    """A call to be measured.

    Parameters
    ----------
    name, kind
        Name of the row, and its class.
    command, words
        The call.
    goal_s, goal_mb
        Goals in seconds and MB, if any.
    most_s
        Time limit of the run, where it does not follow from the goal.
    against, goal_ratio
        The reference row, and the most that the seconds of this row may be as a multiple of its seconds.
    """

    name: str
    kind: str
    command: str
    words: tuple[str, ...]
    goal_s: float | None = None
    goal_mb: float | None = None
    most_s: float | None = None
    against: str = ""
    goal_ratio: float | None = None

    @property
    def limit_s(self) -> float:
        """Time limit of the run."""
        return limit_of(self)


SOLVE = "solve"
STRESS_DRAWS = "stress: 10,000 worlds, the 20 best networks"
ONE_WORKER = "sweep: 1,000 values of europe-linear, one worker"

_DRAWN = (
    "tables.distributions=[{path: countries.*.volume_factor, distribution: lognormal, mean: 1, sd: 0.2}, "
    "{path: streams.inbound.volume_t_per_year, distribution: lognormal, sd: 40000}, "
    "{path: air.inbound_rate_eur_per_kg, distribution: triangular, low: 2.2, high: 4.6}]"
)

OVER_YEARS: dict[str, tuple[str, ...]] = {
    "first decisions of europe-2035-linear within 1 %": ("alternatives", "europe-2035-linear", "--within", "1%"),
    "first decisions of europe-2035-linear on its tree within 0.1 %": (
        "alternatives", "europe-2035-linear", "--tree", "--within", "0.1%",
    ),
    "what volume turns the first decision of europe-2035": (
        "tipping", "europe-2035", "volume_factor", "0.8", "1.25", "--width", "5%",
    ),
    "200 worlds of europe-2035-linear": ("stress", "europe-2035-linear", "--draws", "200", "--set", _DRAWN),
}  # fmt: skip
"""Calls about several years, by what they ask."""

_SHARE = "policies.service={{share: {}}}"
INFEASIBLE: dict[str, tuple[str, ...]] = {
    "97 % inside the deadline": ("--set", _SHARE.format(0.97)),
    "88 % inside the deadline": ("--set", _SHARE.format(0.88)),
    "all of Romania inside it": ("--set", "policies.service={by_country: {RO: 1}}"),
    "900,000 t CO2e a year": ("--set", "policies.carbon={cap_t_per_year: 900000}"),
    "67 %, and Paris must open": ("--set", _SHARE.format(0.67), "--open", "CDG"),
    "67 %, without Prague and East Midlands": ("--set", _SHARE.format(0.67), "--close", "PRG,EMA"),
    "65 %, and 110,000 t over Liège": (
        "--set", _SHARE.format(0.65),
        "--set", "policies.minimum_throughput.hubs.0.tonnes_per_year=110000",
        "--set", "policies.minimum_throughput.hubs.0.share=1",
    ),
    "65 %, and 12 flights a week on each lane": (
        "--set", _SHARE.format(0.65), "--set", "policies.air_lane.flights_per_week=12",
    ),
    "65 %, and EUR 11 m for new hubs": (
        "--set", _SHARE.format(0.65), "--set", "policies.fixed_cost_cap_eur_per_year=11000000",
    ),
    "67.7 %, and one of Prague, Budapest and East Midlands": (
        "--set", _SHARE.format(0.677),
        "--set", "policies.exclusive=[{name: one of three, sites: [PRG, BUD, EMA]}]",
    ),
}  # fmt: skip
"""Variants of the European instance that nothing permits, by what they ask for."""


def cases() -> list[QuestionCase]:
    """Return all cases, class by class."""
    found = [
        QuestionCase(SOLVE, QUESTIONS, "solve", ("europe", *_THREADS), most_s=60.0),
        QuestionCase(
            "alternatives within 1 %, complete", QUESTIONS, "alternatives", ("europe", "--within", "1%", *_THREADS),
            most_s=60.0, against=SOLVE, goal_ratio=2.0,
        ),
        QuestionCase("tipping over all ranges", QUESTIONS, "tipping", ("europe", *_THREADS), goal_s=120.0),
        QuestionCase(
            STRESS_DRAWS, QUESTIONS, "stress", ("europe", "--draws", "10000", "--most", "20", *_THREADS),
            goal_s=60.0, goal_mb=1000.0,
        ),
        QuestionCase(
            "stress: failures of every hub, lane and leg of the five best networks", QUESTIONS, "stress",
            ("europe", "--failures", "--most", "5", *_THREADS), goal_s=20.0,
        ),
        QuestionCase(
            "frontier: cost, time and carbon, up to two new hubs", QUESTIONS, "frontier",
            ("europe", "--measures", "cost,time,carbon", *_THREADS), goal_s=120.0,
        ),
        QuestionCase(
            "frontier of three measures, each search six seconds at most", QUESTIONS, "frontier",
            ("europe", "--measures", "cost,time,carbon", "--point-limit", "6", *_THREADS), goal_s=120.0,
        ),
        QuestionCase(ONE_WORKER, QUESTIONS, "sweep", (*_SWEEP, "1"), most_s=1800.0),
        QuestionCase(
            "sweep: 1,000 values of europe-linear, two workers", QUESTIONS, "sweep",
            (*_SWEEP, "2"), most_s=1800.0, against=ONE_WORKER, goal_ratio=1 / 1.8,
        ),
    ]  # fmt: skip
    found += [
        QuestionCase(name, EXPLAIN, "explain", ("europe", *words, *_THREADS), EXPLAIN_S, most_s=EXPLAIN_S)
        for name, words in INFEASIBLE.items()
    ]
    found += [
        QuestionCase(name, YEARS, command, (*words, *_THREADS), most_s=600.0)
        for name, (command, *words) in OVER_YEARS.items()
    ]
    return found
