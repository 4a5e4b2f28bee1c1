"""What docs/how-sure.md asks of netdesign: all answers first, so that the page is written from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import netdesign as nd
from scripts.europe_readings import CASES
from scripts.how_sure_savings import corners_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import SolveAnswer
    from netdesign.api.findings import CompareAnswer
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.stress import StressAnswer
    from netdesign.api.tipping import TippingAnswer
    from scripts.how_sure_savings import Corner

INSTANCE = "europe"
WITHIN = "1%"
DRAWS, DRAWN = 10_000, 20
FAILING = 5
CARBON = "0:300:50"

AnswerT = TypeVar("AnswerT")

_DEADLINE = "streams.inbound.deadline_h"
CHANGED: dict[str, Mapping[str, Any]] = {
    "way back of vehicles empty and paid": CASES["way back empty and paid"].values,
    "no time spent waiting for departures": CASES["no time spent waiting"].values,
    "at least ten departures a week": CASES["at least ten departures a week"].values,
    "two drivers on each truck": {"road.drivers": 2},
    **{f"{hours} h from order to door": {_DEADLINE: hours} for hours in (48, 60, 96)},
}
"""What no range covers: changed values by what is changed."""

_SURGE, _PENALTY = "failures.surge_share", "failures.unserved_penalty_eur_per_t"
HALF_PENALTY = "half the penalty a tonne"
FAILURE_TERMS: dict[str, Mapping[str, Any]] = {
    "hubs that are left lift 10 % more": {_SURGE: 0.1},
    "hubs that are left lift 50 % more": {_SURGE: 0.5},
    HALF_PENALTY: {_PENALTY: 6_000},
    "double the penalty a tonne": {_PENALTY: 24_000},
}
"""Other assumptions on failures."""


@dataclass(frozen=True)
class Asked:
    """All answers.

    Parameters
    ----------
    answer, wider
        The answer, and that with one new hub more.
    near
        What else is nearly as good.
    without
        The best network without each new site of the best one.
    turning, turning_second
        What turns the answer, and what turns it with one new hub fewer.
    corners
        The second hub where several figures are at those ends of their ranges at which it saves least.
    changed
        The answer under each of ``CHANGED``.
    second
        Today's network and the best two with one hub more.
    compared
        Parts of these.
    failing, failing_second, failing_terms
        Failures of the best networks; of ``second``; of these under each of ``FAILURE_TERMS``.
    drawn
        The best networks and today's in drawn worlds.
    drawn_steps
        Each network with a hub more beside the one before it, from today's on.
    drawn_rivals
        The third of ``second`` beside each of the other two.
    speed, carbon
        What speed costs, and what prices of carbon change.
    """

    answer: SolveAnswer
    wider: SolveAnswer
    near: AlternativesAnswer
    without: Mapping[str, AlternativesAnswer]
    turning: TippingAnswer
    turning_second: TippingAnswer
    corners: Sequence[tuple[Corner, SolveAnswer]]
    changed: Mapping[str, SolveAnswer]
    second: Sequence[Sequence[str]]
    compared: CompareAnswer
    failing: StressAnswer
    failing_second: StressAnswer
    failing_terms: Mapping[str, StressAnswer]
    drawn: StressAnswer
    drawn_steps: Sequence[StressAnswer]
    drawn_rivals: Sequence[StressAnswer]
    speed: FrontierAnswer
    carbon: FrontierAnswer

    @property
    def best(self) -> list[str]:
        """Open sites of the best network."""
        return [] if self.turning.best is None else list(self.turning.best.hubs)

    @property
    def today(self) -> list[str]:
        """Open sites of today's network."""
        return list(self.second[0])


def ask() -> Asked:
    """Ask all questions, which takes some minutes."""
    answer = nd.solve(INSTANCE)
    most_new = len(answer.networks) - 1
    near = _of_a_year(nd.alternatives(INSTANCE, within=WITHIN), nd.AlternativesAnswer)
    numbers = [list(one.hubs) for one in answer.networks]
    second = [*numbers[:2], _runner_up(answer)]
    new_sites = [site for site in numbers[-1] if site not in numbers[0]]
    turning_second = _of_a_year(nd.tipping(INSTANCE, max_new=most_new - 1), nd.TippingAnswer)
    return Asked(
        answer=answer,
        wider=nd.solve(INSTANCE, max_new=most_new + 1),
        near=near,
        without={
            site: _of_a_year(nd.alternatives(INSTANCE, without=[site], most=1), nd.AlternativesAnswer)
            for site in new_sites
        },
        turning=_of_a_year(nd.tipping(INSTANCE), nd.TippingAnswer),
        turning_second=turning_second,
        corners=[
            (corner, nd.solve(INSTANCE, set=values_of(corner), max_new=1))
            for corner in corners_of(turning_second.figures)
        ],
        changed={name: nd.solve(INSTANCE, set=dict(values)) for name, values in CHANGED.items()},
        second=second,
        compared=nd.compare(INSTANCE, *second, parts=True, failures=True),
        failing=_stress(failures=True, most=FAILING),
        failing_second=_stress(failures=True, networks=_named(second)),
        failing_terms={
            name: _stress(failures=True, networks=_named(second), set=dict(values))
            for name, values in FAILURE_TERMS.items()
        },
        drawn=_stress(draws=DRAWS, networks=_named([*(one.hubs for one in near.networks[:DRAWN]), numbers[0]])),
        drawn_steps=[_stress(draws=DRAWS, networks=_named(pair)) for pair in pairwise(numbers)],
        drawn_rivals=[_stress(draws=DRAWS, networks=_named([one, second[2]])) for one in second[:2]],
        speed=nd.frontier(INSTANCE, measures="cost,time"),
        carbon=nd.frontier(INSTANCE, price_carbon=CARBON),
    )


def _runner_up(answer: SolveAnswer) -> list[str]:
    found = answer.networks[1].runner_up
    if found is None:
        raise AssertionError
    return list(found.open_hubs)


def _named(networks: Sequence[Sequence[str]]) -> list[str]:
    return ["+".join(one) for one in networks]


def _stress(**options: Any) -> StressAnswer:
    return _of_a_year(nd.stress(INSTANCE, **options), nd.StressAnswer)


def _of_a_year(found: object, kind: type[AnswerT]) -> AnswerT:
    """Return an answer of an instance of one year, which the instance is."""
    if not isinstance(found, kind):
        raise TypeError
    return found
