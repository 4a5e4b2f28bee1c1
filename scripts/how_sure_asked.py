"""What docs/how-sure.md asks of netdesign: all answers first, so that the page is written from nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import netdesign as nd
from scripts.europe_readings import CASES, KINDS
from scripts.how_sure_figures import DEADLINE, VOLUME, path_of
from scripts.how_sure_held import corners_of, further_of, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netdesign.api.alternatives import AlternativesAnswer
    from netdesign.api.answers import NetworkAnswer, SolveAnswer
    from netdesign.api.findings import CompareAnswer
    from netdesign.api.frontier import FrontierAnswer
    from netdesign.api.stress import StressAnswer
    from netdesign.api.tipping import TippingAnswer
    from scripts.how_sure_held import Corner

INSTANCE = "europe"
WITHIN = "1%"
DRAWS = 10_000
CARBON = "0:300:50"
NEAR = 0.5e6
"""Difference up to which a network is told to be as good as the best, EUR/year."""

FILTER = "minimum_cargo_t_per_year"
DEPARTURES = (1, 2, 3)
"""Least departures a week at which the volume is looked for from which on a second hub pays."""

AnswerT = TypeVar("AnswerT")
Networks: TypeAlias = "Sequence[Sequence[str]]"

CHANGED: dict[str, Mapping[str, Any]] = {
    "way back of vehicles empty and paid": CASES["way back empty and paid"].values,
    "no time spent waiting for departures": CASES["no time spent waiting"].values,
    "at least ten departures a week": CASES["at least ten departures a week"].values,
    "two drivers on each truck": {"road.drivers": 2},
    "96 h from order to door": {DEADLINE: 96},
}
"""What no range covers: changed values by what is changed.

Fewer hours to the door are ends of ranges: 48 leave next to nothing in time, as if there were no penalty, and 60 are
the longest last mile.
"""

_SURGE, _PENALTY = "failures.surge_share", "failures.unserved_penalty_eur_per_t"
FAILURE_TERMS: dict[str, Mapping[str, Any]] = {
    "hubs that are left lift 10% more": {_SURGE: 0.1},
    "hubs that are left lift 50% more": {_SURGE: 0.5},
    "half the penalty a tonne": {_PENALTY: 6_000},
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
    turning, turning_second
        What turns the answer, and what turns it with one new hub only.
    held
        The last two of ``second``, each as it stands at both ends of each range.
    corners
        Networks with a second hub where several figures are at those ends of their ranges at which they save least: the
        best one, and all of ``second`` as they stand.
    further
        The networks of ``second`` as they stand where ever more of these ends meet, and at last all that hurt.
    paying
        What the volume turns with one new hub only, by least departures a week.
    unfiltered
        The answer with no airport shut for its size.
    wider_with
        The answer with one new hub more, that of the second network being one of them.
    changed, changed_second
        The answer under each of ``CHANGED``, and the networks of ``second`` as they stand there.
    second
        Today's network and the best two with one hub more.
    alone
        The answer with the new site of each of the last two of ``second`` and no other.
    standing
        The last of ``second``, its new hub being built already.
    floor
        What the price of floor in the country of each new site of ``second`` turns, with one new hub only.
    compared
        Parts of these, and of the best network.
    failing, failing_second, failing_terms
        Failures of the networks next to the best; of ``second``; of these under each of ``FAILURE_TERMS``.
    drawn
        In drawn worlds the networks of ``near``, those that other volumes make the best, and today's.
    drawn_steps
        Each network with a hub more beside the one before it, from today's on.
    drawn_rivals
        The third of ``second`` beside each of the other two.
    speed, carbon
        What speed costs, and what prices of carbon change.
    speed_second, carbon_second
        The same with one new hub only.
    """

    answer: SolveAnswer
    wider: SolveAnswer
    near: AlternativesAnswer
    turning: TippingAnswer
    turning_second: TippingAnswer
    held: Sequence[TippingAnswer]
    corners: Sequence[tuple[Corner, SolveAnswer, CompareAnswer]]
    further: Sequence[tuple[Corner, CompareAnswer]]
    paying: Mapping[int, TippingAnswer]
    unfiltered: SolveAnswer
    wider_with: SolveAnswer
    changed: Mapping[str, SolveAnswer]
    changed_second: Mapping[str, CompareAnswer]
    second: Sequence[Sequence[str]]
    alone: Sequence[SolveAnswer]
    standing: CompareAnswer
    floor: Mapping[str, TippingAnswer]
    compared: CompareAnswer
    failing: StressAnswer
    failing_second: StressAnswer
    failing_terms: Mapping[str, StressAnswer]
    drawn: StressAnswer
    drawn_steps: Sequence[StressAnswer]
    drawn_rivals: Sequence[StressAnswer]
    speed: FrontierAnswer
    carbon: FrontierAnswer
    speed_second: FrontierAnswer
    carbon_second: FrontierAnswer

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
    second_sites = [next(site for site in hubs if site not in numbers[0]) for hubs in second[1:]]
    turning, held = _tipping(), [_tipping(open=[site], max_new=1) for site in second_sites]
    return Asked(
        answer=answer,
        wider=nd.solve(INSTANCE, max_new=most_new + 1),
        wider_with=nd.solve(INSTANCE, max_new=most_new + 1, open=second_sites[:1]),
        unfiltered=nd.solve(INSTANCE, set={FILTER: 0}),
        near=near,
        turning=turning,
        turning_second=_tipping(max_new=1),
        held=held,
        corners=[_at_corner(corner, second) for corner in corners_of(held)],
        further=[(ends, nd.compare(INSTANCE, *second, set=values_of(ends))) for ends in further_of(held)],
        paying={least: _tipping(VOLUME, max_new=1, set=_departures(least)) for least in DEPARTURES},
        changed={name: nd.solve(INSTANCE, set=dict(values)) for name, values in CHANGED.items()},
        changed_second={name: nd.compare(INSTANCE, *second, set=dict(values)) for name, values in CHANGED.items()},
        second=second,
        alone=[nd.solve(INSTANCE, open=[site], max_new=1) for site in second_sites],
        standing=nd.compare(INSTANCE, second[2], set={f"hubs.{second_sites[1]}.status": "existing"}),
        floor={site: _floor(site) for site in second_sites},
        compared=nd.compare(INSTANCE, *second, numbers[-1], parts=True, failures=True),
        **_under_stress(near, numbers, second, best_by_volume(turning)),
        speed=nd.frontier(INSTANCE, measures="cost,time"),
        carbon=nd.frontier(INSTANCE, price_carbon=CARBON),
        speed_second=nd.frontier(INSTANCE, measures="cost,time", max_new=1),
        carbon_second=nd.frontier(INSTANCE, price_carbon=CARBON, max_new=1),
    )


def _under_stress(
    near: AlternativesAnswer, numbers: Networks, second: Networks, of_volumes: Networks
) -> dict[str, Any]:
    """Return the answers of ``stress``, by their names in ``Asked``."""
    every = [list(one.hubs) for one in near.networks]
    every += [list(hubs) for hubs in of_volumes if set(hubs) not in map(set, [*every, numbers[0]])]
    close = [list(one.hubs) for one in near.networks if _dearer(near, one) < NEAR]
    return {
        "failing": _stress(failures=True, networks=_named(close)),
        "failing_second": _stress(failures=True, networks=_named(second)),
        "failing_terms": {
            name: _stress(failures=True, networks=_named(second), set=dict(values))
            for name, values in FAILURE_TERMS.items()
        },
        "drawn": _stress(draws=DRAWS, networks=_named([*every, numbers[0]])),
        "drawn_steps": [_stress(draws=DRAWS, networks=_named(pair)) for pair in pairwise(numbers)],
        "drawn_rivals": [_stress(draws=DRAWS, networks=_named([one, second[2]])) for one in second[:2]],
    }


def best_by_volume(turning: TippingAnswer) -> Networks:
    """Return the networks that are best somewhere in the range of the volume."""
    changes = next(one for one in turning.figures if path_of(one) == VOLUME).changes
    networks = [*(one.before for one in changes[:1]), *(one.after for one in changes)]
    return [list(hubs) for hubs in dict.fromkeys(map(tuple, networks))]


def _at_corner(corner: Corner, second: Sequence[Sequence[str]]) -> tuple[Corner, SolveAnswer, CompareAnswer]:
    values = values_of(corner)
    return corner, nd.solve(INSTANCE, set=values, max_new=1), nd.compare(INSTANCE, *second, set=values)


def _departures(least: int) -> dict[str, int]:
    return {f"services.{kind}.departures_per_week.min": least for kind in KINDS}


def _floor(site: str) -> TippingAnswer:
    """Return what the price of floor turns in the country of a site, from half of it to double."""
    tables = nd.read(INSTANCE).to_dict()["tables"]
    country = next(row["country"] for row in tables["hubs"] if row["id"] == site)
    price = next(row["construction_cost_eur_per_m2"] for row in tables["countries"] if row["id"] == country)
    return _tipping(f"countries.{country}.construction_cost_eur_per_m2", low=0.5 * price, high=2.0 * price, max_new=1)


def _dearer(near: AlternativesAnswer, one: NetworkAnswer) -> float:
    return (one.objective or 0.0) - (near.networks[0].objective or 0.0)


def _runner_up(answer: SolveAnswer) -> list[str]:
    found = answer.networks[1].runner_up
    if found is None:
        raise AssertionError
    return list(found.open_hubs)


def _named(networks: Sequence[Sequence[str]]) -> list[str]:
    return ["+".join(one) for one in networks]


def _tipping(figure: str | None = None, **options: Any) -> TippingAnswer:
    return _of_a_year(nd.tipping(INSTANCE, figure, **options), nd.TippingAnswer)


def _stress(**options: Any) -> StressAnswer:
    return _of_a_year(nd.stress(INSTANCE, **options), nd.StressAnswer)


def _of_a_year(found: object, kind: type[AnswerT]) -> AnswerT:
    """Return an answer of an instance of one year, which the instance is."""
    if not isinstance(found, kind):
        raise TypeError
    return found
