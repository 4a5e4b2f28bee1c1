"""Sorting centres where a city has one hub each way: bounds of many sets at once, against brute force."""

from __future__ import annotations

import itertools
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from netdesign.solve.core.centre_choices import CentreChoices
from netdesign.solve.core.hub_rules import CentreRules, HubRule, HubRules
from netdesign.solve.kernels.loading import load_compiled
from tests.solve.test_city_search import agree_on
from tests.support.centres import has_open_centre, limit_centres, make_cheap_centres
from tests.support.services_brute import ServicesBrute
from tests.support.services_strategies import services_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Document = dict[str, Any]

QUICK = (39, 269, 414)
"""A draw in which each stage is entered; one in which departures that no plan may have leave nothing to solve; and one
in which those on all trunks are left out, and the best plan has a centre that serves nobody."""

OWN = 503
"""A draw in which a city has an open centre of its own, and nothing but trunks is shared."""

STAGES = ("_feed", "_choose", "_pack", "_solve_fed")
"""How closely sets with sorting centres are looked at, one after another."""

OPEN = "a sorting centre is open"

DRAWS, BLOCK = 240, 20
"""Seeds 0 to 239, for the long test."""


def document_of(seed: int) -> Document:
    """Return an instance with cheap sorting centres whose freight all goes overseas."""
    draw = Random(f"{seed} single_each_way centres")
    document = services_document(draw, all_overseas=True, allocation="single_each_way", change=make_cheap_centres)
    for kind in document["services"].values():
        if isinstance(kind, dict) and "max" in kind.get("departures_per_week", {}):
            kind["departures_per_week"]["max"] += draw.choice((1, 3, 5))
    limit_centres(draw, document, ServicesBrute(document))
    return document


def agreed(seed: int, folder: Any, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return what a draw, on which all agree, has to do with sorting centres."""
    document = document_of(seed)
    found = agree_on(document, folder, monkeypatch, STAGES)
    optimum = ServicesBrute(document).solve()
    found[OPEN] += optimum.is_feasible and has_open_centre(document, optimum.hubs)
    return found


def test_bounds_and_optima_are_those_of_brute_force(tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed in QUICK:
        found += agreed(seed, tmp_path, monkeypatch)
    assert all(found[name] for name in (*STAGES, OPEN))


def test_the_program_of_trunks_settles_sets_in_which_a_city_has_a_centre_of_its_own(tmp_path, monkeypatch):
    found = agreed(OWN, tmp_path, monkeypatch)
    assert found["_pack"]
    assert not found["_solve_fed"]


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("start", range(0, DRAWS, BLOCK))
def test_they_are_so_on_all_draws(start, tmp_path, monkeypatch):
    found: Counter[str] = Counter()
    for seed in range(start, start + BLOCK):
        try:
            found += agreed(seed, tmp_path, monkeypatch)
        except Exception as error:
            error.add_note(f"document_of({seed})")
            raise
    assert found[OPEN] >= BLOCK / 5
    assert found["_pack"]


def drawn_choices(draw: np.random.Generator, centres: int = 5, cities: int = 7) -> tuple[CentreChoices, NDArray[Any]]:
    """Return two legs to each centre with three choices each, and what the centres cost."""
    legs, each = 2 * centres, 3
    count = legs * each
    saving = np.maximum(draw.uniform(-60, 100, (count, cities)), 0.0)
    # More departures wait less, so that they save more.
    saving = np.sort(saving.reshape(legs, each, cities), axis=1).reshape(count, cities)
    choices = CentreChoices(
        saving=saving,
        volume=draw.uniform(1, 5, cities),
        first=np.tile([1.0, 2.0, 3.0], legs),
        last=np.tile([1.0, 2.0, 3.0], legs),
        eur=np.repeat(draw.uniform(5, 30, legs), each),
        tonnes=np.repeat(draw.uniform(2, 9, legs), each),
        fixed=np.repeat(draw.choice([0.0, 10.0], legs), each),
        leg=np.repeat(np.arange(legs), each),
        centre=np.repeat(np.arange(centres), 2 * each),
    )
    return choices, draw.uniform(0, 40, centres)


def saved_by(choices: CentreChoices, charge: NDArray[Any], chosen: tuple[int, ...]) -> float:
    """Return the most that a set of centres saves, by trying all departures and all choices of cities."""
    legs = sorted({int(leg) for leg, centre in zip(choices.leg, choices.centre, strict=True) if centre in chosen})
    best = 0.0
    for picked in itertools.product(*([None, *np.flatnonzero(choices.leg == leg).tolist()] for leg in legs)):
        taken = [a for a in picked if a is not None]
        cost = sum(choices.first[a] * choices.eur[a] + choices.fixed[a] for a in taken)
        left = {a: choices.first[a] * choices.tonnes[a] for a in taken}
        if choices.saving[taken].max(axis=0, initial=0.0).sum() - cost > best:
            best = max(best, most_packed(choices, taken, left, 0) - cost)
    return best - float(charge[list(chosen)].sum())


def most_packed(choices: CentreChoices, taken: list[int], left: dict[int, float], city: int) -> float:
    """Return the most that cities from some number on save over legs with so much room."""
    if city == len(choices.volume):
        return 0.0
    best = most_packed(choices, taken, left, city + 1)
    for a in taken:
        if choices.saving[a, city] > 0.0 and choices.volume[city] <= left[a]:
            rest = left | {a: left[a] - choices.volume[city]}
            best = max(best, choices.saving[a, city] + most_packed(choices, taken, rest, city + 1))
    return best


def permitted(centres: int, certain: set[int], least: int, most: int) -> Iterator[tuple[int, ...]]:
    """Yield the permitted sets of centres."""
    for number in range(least, most + 1):
        yield from (own for own in itertools.combinations(range(centres), number) if certain <= set(own))


@pytest.mark.parametrize("seed", range(4))
def test_no_set_of_centres_saves_more_than_its_bound_and_each_is_listed_once(seed):
    draw = np.random.default_rng(seed)
    choices, charge = drawn_choices(draw, centres=3, cities=4)
    certain = {1} if seed % 2 else set()
    is_certain = np.array([c in certain for c in range(3)])
    least, most = len(certain), 2
    loops, lists = load_compiled("centres", print), load_compiled("centre_sets", print)
    price = np.zeros(4)
    bound = loops.most_saved(choices, charge, is_certain, least, most, 100, price)
    worth, tonne = np.empty(len(choices.first) + 3), np.empty(len(choices.first))
    loops.worth_of_choices(choices, charge, price, worth, tonne, np.empty(6, dtype=np.int64))
    full = np.array([choices.saving[choices.centre == c].max(axis=0) for c in range(3)])
    saved = {own: saved_by(choices, charge, own) for own in permitted(3, certain, least, most)}
    assert bound >= max(saved.values()) - 1e-9
    listed: dict[tuple[int, ...], float] = {}
    ceiling = np.inf
    # Down to the lowest value that there can be, in layers.
    for floor in (bound - 20.0, bound - 60.0, -1e3):
        sets, values = np.empty((20, most), dtype=np.int32), np.empty(20)
        rules = is_certain, least, most, float(price.sum()), worth[len(choices.first) :]
        count, left = lists.list_centre_sets(full, charge, *rules, floor, ceiling, 1000, sets, values)
        for row, value in zip(sets[:count], values[:count], strict=True):
            own = tuple(sorted(row[row >= 0].tolist()))
            assert own not in listed
            assert floor <= value < ceiling
            assert value >= saved[own] - 1e-9
            listed[own] = float(value)
        assert all(value <= left + 1e-9 for own, value in saved.items() if own not in listed)
        ceiling = floor
    assert listed.keys() == saved.keys()


def test_lists_that_do_not_fit_say_so():
    choices, charge = drawn_choices(np.random.default_rng(0))
    lists = load_compiled("centre_sets", print)
    full = np.array([choices.saving[choices.centre == c].max(axis=0) for c in range(5)])
    rest = np.zeros(5, dtype=bool), 0, 3, 1e9, np.zeros(5), -1e6, np.inf
    for steps, rows in ((5, 100), (10_000, 3)):
        sets, values = np.empty((rows, 3), dtype=np.int32), np.empty(rows)
        assert lists.list_centre_sets(full, charge, *rest, steps, sets, values)[0] == -1


def test_hubs_and_sorting_centres_have_numbers_of_their_own():
    is_centre = np.array([False, True, False, True, True])
    rules = HubRules(
        1,
        2,
        np.array([True, False, False, True, False]),
        (HubRule(np.array([0.0, 1.0, 1.0, 0.0, 0.0]), 1.0),),
        CentreRules(is_centre, 1, 2),
    )
    listed = [tuple(own.tolist()) for h in (1, 2) for c in rules.centre_numbers for own in rules.sets(h, c)]
    every = [own for n in range(6) for own in itertools.combinations(range(5), n)]
    assert sorted(listed) == sorted(own for own in every if rules.permits(np.isin(np.arange(5), own)))
    assert sorted(listed) == [(0, 1, 3), (0, 2, 3), (0, 2, 3, 4), (0, 3), (0, 3, 4)]
    # Regardless of the further rule, one site more beside 0 and 3.
    assert rules.count(1) == 3
    assert rules.count_hubs(2) == 1
