"""The program of the trunks of a set, against all centres of cities and all departures on trunks."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign.solve.core.centre_choices import CentreChoices
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.centre_savings import Beside
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.packing import packed
from netdesign.solve.scheduled.trunk_bound import TrunkBound

if TYPE_CHECKING:
    from netdesign.solve.scheduled.freight import Floats, Positions

WITHOUT = 1000.0
"""What the set costs where no centre is used, EUR/year."""


def drawn_choices(draw: np.random.Generator) -> CentreChoices:
    """Return up to three choices on one leg or two to each of up to three centres, and what up to five cities save."""
    cities = int(draw.integers(2, 6))
    volume = draw.integers(0 if draw.random() < 0.2 else 1, 6, cities).astype(float)
    rows: list[tuple[Floats, float, float, float, int, int]] = []
    legs = 0
    for centre in range(int(draw.integers(1, 4))):
        for _ in range(int(draw.integers(1, 3))):
            # Where a city saves nothing it costs more than over hubs.
            least = np.maximum(draw.uniform(-60, 60, cities), 0.0).round()
            eur, tonnes = draw.uniform(1, 25), float(draw.integers(1, 8))
            numbers = np.sort(draw.choice(5, int(draw.integers(1, 4)), replace=False) + 1.0)
            if draw.random() < 0.1:
                eur, tonnes, numbers = 0.0, 0.0, np.zeros(1)
            saving = least
            for number in numbers.tolist():
                rows.append((saving, number, eur, tonnes, legs, centre))
                # More departures wait less, so that some cities save more.
                saving = saving + np.where(draw.random(cities) < 0.5, draw.integers(0, 30, cities), 0)
            legs += 1
    saving, number, eur, tonnes, leg, centre = (np.array(column) for column in zip(*rows, strict=True))
    fixed = draw.choice([0.0, 0.0, 8.0], legs)[leg]
    return CentreChoices(np.ascontiguousarray(saving), volume, number, number.copy(), eur, tonnes, fixed, leg, centre)


def drawn_own(draw: np.random.Generator, choices: CentreChoices) -> Positions:
    """Return centres of their own of some cities, which save nothing elsewhere."""
    cities, centres = len(choices.volume), int(choices.centre.max()) + 1
    own = np.full(cities, NONE)
    if draw.random() < 0.4:
        at = draw.permutation(max(cities, centres))[:centres]
        for centre in np.flatnonzero((at < cities) & (draw.random(centres) < 0.7)).tolist():
            own[at[centre]] = centre
            choices.saving[choices.centre != centre, at[centre]] = 0.0
    return own


def bound_of(choices: CentreChoices, price: Floats, steps: int, own: Positions | None = None) -> TrunkBound:
    """Return the bound of choices at prices of cities, which so many steps make better."""
    own = np.full(len(choices.volume), NONE) if own is None else own
    loops = load_compiled("centres", print)
    centres, price = int(choices.centre.max()) + 1, price.copy()
    rules = np.zeros(centres), np.ones(centres, dtype=bool), centres, centres
    if steps:
        loops.most_saved(choices, *rules, steps, price)
    worth, tonne = np.empty(len(choices.first) + centres), np.empty(len(choices.first))
    loops.worth_of_choices(choices, rules[0], price, worth, tonne, np.empty(int(choices.leg.max()) + 1, dtype=np.int64))
    legs = [(0, int(choices.centre[choices.leg == leg][0])) for leg in np.unique(choices.leg)]
    nothing = np.empty(0)
    worth, of_centres = worth[: len(tonne)], worth[len(tonne) :]
    return TrunkBound(
        cost=WITHOUT - float(of_centres.sum() + price.sum()),
        base=Beside(WITHOUT, nothing, nothing, nothing),
        charge=0.0,
        own=own,
        legs=legs,
        choices=choices,
        vehicle=np.zeros(len(tonne), dtype=np.intp),
        extra_h=np.zeros(len(tonne)),
        price=price,
        worth=worth,
        tonne=tonne,
    )


def most_over(choices: CentreChoices, options: tuple[int, ...], cities: list[int]) -> float:
    """Return the most that some cities save over trunks with some departures; minus infinity where not all fit."""
    room = [math.inf if not choices.last[a] else float(choices.last[a] * choices.tonnes[a]) for a in options]
    volume = choices.volume[cities]
    if not cities:
        return 0.0
    if not options or volume.sum() > sum(room) * (1 + 1e-12):
        return -math.inf
    first = choices.saving[options[0], cities]
    if len(options) == 1:
        return float(first.sum())
    # As much as possible of what saves more over the first trunk goes there, and what finds no room on the second.
    second = choices.saving[options[1], cities]
    total, on_first, due = float(second.sum()), 0.0, float(volume.sum()) - room[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        order = np.argsort(-np.nan_to_num((first - second) / volume, nan=0.0))
    for j in order.tolist():
        more = float(first[j] - second[j])
        part = min(volume[j], room[0] - on_first, math.inf if more > 0.0 else max(0.0, due - on_first))
        on_first += part
        total += more * (part / volume[j] if volume[j] else float(more > 0.0))
    return total


def cost_of(choices: CentreChoices, centre: list[int], taken: list[int]) -> float:
    """Return what a choice of centres and departures costs, EUR/year; infinite where not all freight fits."""
    total = WITHOUT + float((choices.first * choices.eur + choices.fixed)[taken].sum())
    for c in set(centre) - {NONE}:
        own = tuple(a for a in taken if choices.centre[a] == c)
        total -= most_over(choices, own, [j for j, at in enumerate(centre) if at == c])
    return total


def optimum_of(choices: CentreChoices, own: Positions) -> float:
    """Return the least cost of all choices of centres and departures, where some cities have a centre of their own."""
    cities, centres = range(len(choices.volume)), range(int(choices.centre.max()) + 1)
    members = [list(served) for n in range(len(cities) + 1) for served in itertools.combinations(cities, n)]
    best: dict[tuple[int, tuple[int, ...]], float] = {}
    for c in centres:
        legs = np.unique(choices.leg[choices.centre == c]).tolist()
        listed = [
            tuple(a for a in picked if a is not None)
            for picked in itertools.product(*([None, *np.flatnonzero(choices.leg == leg).tolist()] for leg in legs))
        ]
        for served in members:
            best[c, tuple(served)] = max(
                most_over(choices, options, served)
                - float((choices.first * choices.eur + choices.fixed)[list(options)].sum())
                for options in listed
            )
    return WITHOUT - max(
        sum(best[c, tuple(j for j in cities if centre[j] == c)] for c in centres)
        for centre in itertools.product(*((NONE, *centres) if home == NONE else (home,) for home in own.tolist()))
    )


STATE = SearchState(Watch(SolveLimits(relative_gap=0.0)))

LIMITS = (math.inf, 1000.0, 20.0, 1e-3, -1e-3, -20.0)
"""Over the optimum, EUR/year."""


FREE, OWN, NO_PLAN = "no city has a centre of its own", "a city has one", "not all freight fits there"


def agree_on(seed: int) -> str:
    """Compare the program of a draw with its optimum, by prices that are good or any, and under each limit."""
    draw = np.random.default_rng(seed)
    choices = drawn_choices(draw)
    own = drawn_own(draw, choices)
    price = draw.uniform(0, 60, len(choices.volume)) * (draw.random(len(choices.volume)) < 0.5)
    bound, optimum = bound_of(choices, price, int(draw.choice((0, 3, 150))), own), optimum_of(choices, own)
    assert bound.cost <= optimum + 1e-9 * WITHOUT
    if math.isinf(optimum):
        assert [packed(bound, limit, STATE) for limit in (WITHOUT, math.inf)] == [None, None]
        return NO_PLAN
    for over in LIMITS:
        found = packed(bound, optimum + over, STATE)
        assert (found is None) == (over < 0.0), over
        if found is not None:
            assert found.bound == pytest.approx(optimum, abs=1e-5), over
            taken = np.flatnonzero(found.taken)
            assert len(np.unique(choices.leg[taken])) == len(taken)
            assert cost_of(choices, found.centre.tolist(), taken.tolist()) == pytest.approx(optimum, abs=1e-5), over
            assert np.array_equal(found.centre[own != NONE], own[own != NONE])
    return OWN if (own != NONE).any() else FREE


def agreed(seeds: range) -> Counter[str]:
    """Return how many draws there are of each kind, on all of which they agree."""
    found: Counter[str] = Counter()
    for seed in seeds:
        try:
            found[agree_on(seed)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}")
            raise
    return found


def test_the_program_has_the_optimum_or_none_under_the_limit():
    found = agreed(range(100))
    assert min(found[FREE], found[OWN]) >= 20
    assert found[NO_PLAN]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_it_has_so_in_many_draws():
    agreed(range(100, 2000))


# By hand


def of_legs(saving: list[list[float]], volume: list[float], tonnes: list[float], eur: list[float]) -> CentreChoices:
    """Return one departure on each of some legs to the one centre."""
    numbers, one = np.arange(len(saving)), np.ones(len(saving))
    rest = one, one, np.array(eur), np.array(tonnes), np.zeros(len(one)), numbers, np.zeros_like(numbers)
    return CentreChoices(np.array(saving), np.array(volume), *rest)


@pytest.mark.parametrize("over", [math.inf, 5.0])
def test_a_part_of_a_city_may_go_where_it_saves_nothing(over):
    """The first leg takes half of the city; the other half goes over the second, which the other city pays for."""
    choices = of_legs([[40.0, 0.0], [0.0, 30.0]], [4.0, 1.0], [2.0, 3.0], [5.0, 5.0])
    found = packed(bound_of(choices, np.zeros(2), 150), 960.0 + over, STATE)
    assert found is not None
    assert found.bound == pytest.approx(WITHOUT - 20.0 - 30.0 + 10.0)
    assert found.centre.tolist() == [0, 0]
    assert found.taken.all()


def test_a_set_whose_departures_all_cost_too_much_has_the_plan_without_any():
    choices = of_legs([[10.0]], [1.0], [1.0], [50.0])
    bound = bound_of(choices, np.zeros(1), 0)
    assert bound.regrets_of_choices().tolist() == [40.0]
    found = packed(bound, WITHOUT + 20.0, STATE)
    assert found is not None
    assert (found.bound, found.centre.tolist(), found.taken.tolist()) == (WITHOUT, [NONE], [False])
    assert packed(bound, WITHOUT, STATE) is None


def test_a_city_that_hubs_serve_too_dearly_has_a_centre():
    """Its price is over the room, so that no plan is under the limit where its departures are left out."""
    choices = of_legs([[100.0]], [1.0], [1.0], [10.0])
    bound = bound_of(choices, np.full(1, 90.0), 0)
    assert bound.cost == pytest.approx(WITHOUT - 90.0)
    found = packed(bound, WITHOUT - 80.0, STATE)
    assert found is not None
    assert found.centre.tolist() == [0]
    assert packed(bound_of(choices, np.full(1, 300.0), 0), WITHOUT - 95.0, STATE) is None


def test_a_city_is_served_by_a_centre_of_its_own_where_that_saves_nothing():
    choices = of_legs([[0.0]], [1.0], [1.0], [10.0])
    bound = bound_of(choices, np.zeros(1), 0, np.zeros(1, dtype=np.intp))
    found = packed(bound, math.inf, STATE)
    assert found is not None
    assert (found.bound, found.centre.tolist(), found.taken.tolist()) == (WITHOUT + 10.0, [0], [True])
    assert packed(bound, WITHOUT + 5.0, STATE) is None
