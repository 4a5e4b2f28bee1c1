"""What docs/how-sure.md says of the choice between the best two second hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scripts.how_sure_assumed import leaning
from scripts.how_sure_facts import annuity, hub_cost, hub_sites
from scripts.how_sure_held import ends_of
from scripts.how_sure_second import by_volume, networks_compared
from scripts.how_sure_sites import city
from scripts.how_sure_words import bullets, millions, network_of
from scripts.how_sure_worlds import share_best, wrong_choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scripts.how_sure_asked import Asked
    from scripts.how_sure_held import End


_KNOWN = {
    "BUD": "The operator named it its air hub for central and eastern Europe in 2021, with five flights a "
    "week ([back-test](back-test.md)). "
}
"""What is known of what the operator has at a site."""


class Rivals(NamedTuple):
    """The new sites of the best second hub and of the next best, and how much dearer that one is, EUR/year."""

    best: str
    other: str
    dearer: float


def rivals_of(asked: Asked) -> Rivals:
    """Return the two second hubs."""
    best, other = (next(site for site in hubs if site not in asked.today) for hubs in asked.second[1:])
    _, first, second, *_ = (one.objective or 0.0 for one in networks_compared(asked))
    return Rivals(best, other, second - first)


def open_choice(asked: Asked) -> str:
    """Return what speaks for which of the two second hubs: cost, volume, drawn worlds, the price of a wrong choice."""
    best, other, dearer = rivals_of(asked)
    share = share_best(asked.drawn_rivals[1], asked.second[2])
    return (
        f"**{city(best)} or {city(other)} is undecided.** {other} costs EUR {millions(dearer)} m a year more, and less "
        f"in {share:.1%} of the drawn worlds. By the volume from Hangzhou the best is "
        f"{', '.join(by_volume(asked, in_short=True))}. {_wrong_in_short(asked)} A credit of more than EUR "
        f"{millions(dearer)} m a year for what [may stand](#which-second-hub) in {city(other)} already turns the "
        "choice."
    )


def beyond_ranges(asked: Asked) -> str:
    """Return which second hub is best under each change that no world and no range has."""
    return beyond_told(leaning(asked))


def beyond_told(cases: Mapping[str, Sequence[str]]) -> str:
    """Return which second hub is best under which change, the most frequent first; how many proves nothing."""
    ordered = sorted(cases, key=lambda site: -len(cases[site]))
    told = " or ".join(f"{site} ({', '.join(cases[site])})" for site in ordered)
    return (
        "**Beyond the ranges** we tried some [changes](#what-no-range-covers), so that how many lead where is no "
        f"measure. The best is then {told}."
    )


def rivals_markdown(asked: Asked) -> str:
    """Return what decides between the two second hubs: what stands, the price of floor, its size, a wrong choice."""
    best, other, _ = rivals_of(asked)
    return f"""## Which second hub

What the wrong one of {city(best)} and {city(other)} costs, and what of them is least known:

{bullets(_points(asked))}"""


def _points(asked: Asked) -> Iterable[str]:
    yield (
        f"**The wrong one.** {_wrong_at_ends(asked)} {wrong_choice(asked)} [What would turn it](#what-would-turn-it) "
        "has the values at which they change places, and [What no range covers](#what-no-range-covers) what both save "
        "under other changes."
    )
    yield _standing(asked)
    yield _floor(asked)
    yield _size(asked)


def _wrong_in_short(asked: Asked) -> str:
    """Return what the wrong one costs at most at an end of a range."""
    best, other, _ = rivals_of(asked)
    first, second = _widest(asked)
    return (
        f"At no end of a range does the wrong one cost more than EUR {millions(-_lead(first))} m a year if it is "
        f"{best} ({first.told}), and {millions(_lead(second))} m if it is {other} ({second.told})."
    )


def _widest(asked: Asked) -> tuple[End, End]:
    """Return the ends of ranges at which the first of the two, and the second one, cost most more than the other."""
    ends = ends_of(asked.held)
    return min(ends, key=_lead), max(ends, key=_lead)


def _wrong_at_ends(asked: Asked) -> str:
    """Return what each of the two costs at most more than the other at an end of a range."""
    best, other = map(network_of, asked.second[1:])
    first, second = _widest(asked)
    return (
        f"At the ends of ranges, one at a time, {best} costs at most EUR {millions(-_lead(first))} m a year more than "
        f"{other} ({first.told}), and {other} at most EUR {millions(_lead(second))} m more than {best} "
        f"({second.told})."
    )


def _lead(end: End) -> float:
    """Return what the first network saves more than the second one, EUR/year."""
    return end.savings[0] - end.savings[1]


def _standing(asked: Asked) -> str:
    """Return what the instance takes to stand at the rival's site, and which credit for it would change what."""
    best, other, dearer = rivals_of(asked)
    today, _, cost, *_ = (one.objective or 0.0 for one in networks_compared(asked))
    built = asked.standing.rows[0].network
    if built is None or built.objective is None:
        raise AssertionError
    return (
        f"**What stands in {city(other)}.** {_KNOWN.get(other, '')}What the operator owns or has leased there no "
        "source of the instance says; a hub there is taken as new, at the full price. A *credit*, what less it costs "
        "because of what stands, would be the same for each network with "
        f"{other}: above EUR {millions(dearer)} m a year {other} takes the place of {best}, as the second hub and "
        f"beside the third. If all of floor and sorters stood and were paid, that would be EUR "
        f"{millions(cost - built.objective)} m a year: {network_of(asked.second[2])} would save EUR "
        f"{millions(today - built.objective)} m, and {network_of(asked.second[1])} would be EUR "
        f"{millions(cost - built.objective - dearer)} m dearer. The third hub beside it saves EUR "
        f"{_next_hub(asked, other)} either way. What flies there is no part of today's network here: freight from "
        f"Hangzhou that already goes over {other} has a part of what {network_of(asked.second[2])} saves, and with "
        "all of it the next step would be that third hub."
    )


def _next_hub(asked: Asked, site: str) -> str:
    """Return what the best further hub saves beside that of a site, with its network."""
    _, _, cost, *_ = (one.objective or 0.0 for one in networks_compared(asked))
    networks = [one for one in asked.near.networks if site in one.hubs and len(one.hubs) > len(asked.second[2])]
    best = min(networks, key=lambda one: one.objective or 0.0)
    return f"{millions(cost - (best.objective or 0.0))} m a year ({network_of(best.hubs)})"


def _floor(asked: Asked) -> str:
    """Return at which price of floor the two change places."""
    best, other, _ = rivals_of(asked)
    told = []
    for site in (other, best):
        figure = asked.floor[site].figures[0]
        if len(figure.changes) != 1:
            raise AssertionError
        change = figure.changes[0]
        word = "at most" if other in change.before else "at least"
        told.append(
            f"it is {word} EUR {annuity() * change.at_least:.1f} in {city(site)} (now {annuity() * figure.value:.1f})"
        )
    return (
        f"**The rent** of floor, with taxes and service, a m2 a year: {other} is the best second hub if "
        f"{', or if '.join(told)}; from half to double nothing else changes. The rent in {city(other)} rests on one "
        f"source; a higher one speaks for {best}."
    )


def _size(asked: Asked) -> str:
    """Return what the rival would save if its floor were in proportion to its tonnes."""
    best, other, dearer = rivals_of(asked)
    loads = [
        {load.hub: load.handled_t_per_year for load in one.hub_loads}[site]
        for one, site in zip(networks_compared(asked)[1:], (best, other), strict=False)
    ]
    area = hub_cost().area_m2
    less = area * (1.0 - loads[1] / loads[0])
    saved = less * hub_sites()[other].floor * annuity()
    return (
        f"**The floor.** Both have {area:,.0f} m2, for {loads[0]:,.0f} t a year in {city(best)} and {loads[1]:,.0f} t "
        f"in {city(other)}. With as many m2 a tonne as in {city(best)}, {city(other)} would need {area - less:,.0f} m2 "
        f"and cost EUR {millions(saved)} m a year less: {'more' if saved > dearer else 'less'} than the EUR "
        f"{millions(dearer)} m that it is behind."
    )
