"""What docs/how-sure.md says of the choice between the best two second hubs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.figures import paths_of
from scripts.how_sure_assumed import leaning
from scripts.how_sure_figures import path_of
from scripts.how_sure_sites import city
from scripts.how_sure_ties import Ties
from scripts.how_sure_turning import others_of
from scripts.how_sure_words import millions, network_of
from scripts.how_sure_worlds import draws_of, share_best, wrong_choice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scripts.how_sure_asked import Asked


def open_choice(asked: Asked) -> str:
    """Return what speaks for which of the two second hubs: cost, drawn worlds, and what is not drawn."""
    _, best, other = asked.second
    first, rival = (next(site for site in hubs if site not in asked.today) for hubs in (best, other))
    costs = {frozenset(one.hubs): one.objective or 0.0 for one in asked.near.networks}
    dearer = costs[frozenset(other)] - costs[frozenset(best)]
    share = share_best(asked.drawn_rivals[1], other)
    return (
        f"**{city(first)} or {city(rival)} is open.** {rival} costs EUR {millions(dearer)} m a year more, and less in "
        f"{share:.1%} of the drawn worlds. {wrong_choice(asked)}"
    )


def untested(asked: Asked) -> str:
    """Return to which second hub that leads which no drawn world has."""
    rival = next(site for site in asked.second[2] if site not in asked.today)
    return f"{leans(leaning(asked))} {_turning(asked, rival)}"


def leans(cases: Mapping[str, Sequence[str]]) -> str:
    """Return which second hub is best under each change that no world and no range has, the most frequent first."""
    number = sum(map(len, cases.values()))
    ordered = sorted(cases, key=lambda site: -len(cases[site]))
    told = "; ".join(f"{site} in {len(cases[site])}: {', '.join(cases[site])}" for site in ordered)
    is_clear = 2 * len(cases[ordered[0]]) > number
    words = f"leans to {ordered[0]}" if is_clear else "leans to no site"
    return f"**What no world tests {words}.** Of {number} [changes](#what-no-range-covers), the best is {told}."


def _turning(asked: Asked, rival: str) -> str:
    """Return how many figures that are not drawn turn one second hub into the other inside their ranges."""
    alone = Ties(asked.second[1], {})
    drawn = {path for one in draws_of(asked.drawn).figures for path in paths_of(one.name)}
    fixed = [one for one in asked.turning_second.figures if path_of(one) not in drawn]
    turning = {one.figure.name for one in others_of(fixed, alone) if rival in one.hubs}
    return (
        f"Of the {len(fixed)} figures that have a range and are not drawn {len(turning)} lead from "
        f"{network_of(asked.second[1])} to {network_of(asked.second[2])} somewhere [in it](#what-would-turn-it)."
    )
