"""The part of docs/how-sure.md on what else is nearly as good: sites that stand in for each other, and their price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts.doc_measurements import table
from scripts.how_sure_asked import NEAR, WITHIN
from scripts.how_sure_facts import hub_sites
from scripts.how_sure_sites import city
from scripts.how_sure_words import listed, millions, network_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.api.alternatives import AlternativesAnswer
    from scripts.how_sure_asked import Asked


def near_markdown(asked: Asked) -> str:
    """Return what else is nearly as good, by number of hubs and by site."""
    near = asked.near
    numbers = sorted({len(one.hubs) for one in near.networks})
    counts = listed([f"{sum(len(one.hubs) == n for one in near.networks)} have {n} hubs" for n in numbers])
    proof = "none is missing; proven" if near.is_complete else "others may be within it"
    stand_ins = "; ".join(
        f"{listed(sites, 'or')} for {site}" for site, sites in stand_ins_of(near, asked.today).items() if sites
    )
    return f"""## What else is nearly as good

Within {WITHIN} of the cost of the best are {len(near.networks)} networks ({proof}): {counts}.
[What else](alternatives.md) has the command. A site may take the place of another for less than EUR
{millions(NEAR, 1)} m a year: {stand_ins}. No cost here is sure enough to choose between them: choose by what the table
of those that tie has beside it, and by what is not in the model, such as land, people, night rules, customs, and what
carriers and the airport offer.

{_sites(near)}"""


def stand_ins_of(near: AlternativesAnswer, today: Sequence[str]) -> dict[str, list[str]]:
    """Return for each new site of the best network those that may take its place for less than ``NEAR``."""
    best = near.networks[0]
    found: dict[str, list[str]] = {site: [] for site in best.hubs if site not in today}
    for one in near.networks[1:]:
        gone, new = (sorted(set(a) - set(b)) for a, b in ((best.hubs, one.hubs), (one.hubs, best.hubs)))
        if len(gone) == len(new) == 1 and (one.objective or 0.0) - (best.objective or 0.0) < NEAR:
            found[gone[0]].append(new[0])
    return found


def _sites(near: AlternativesAnswer) -> str:
    every = {site for one in near.networks for site in one.hubs}
    sites = sorted(every, key=lambda site: (_above(near, site), site))
    number = len(near.networks)
    rows = [
        (site, f"{sum(site in one.hubs for one in near.networks)} of {number}", millions(_above(near, site), 3))
        for site in sites
    ]
    return table(("site", "open in", "the best network with it, EUR m a year above the best"), rows)


def _above(near: AlternativesAnswer, site: str) -> float:
    return min(one.objective or 0.0 for one in near.networks if site in one.hubs) - (near.networks[0].objective or 0.0)


def without_filter(asked: Asked) -> str:
    """Return what the best networks save more where no airport is shut for its size."""
    parts: list[str] = []
    shut: dict[str, None] = {}
    for own, free in zip(asked.answer.networks[1:], asked.unfiltered.networks[1:], strict=True):
        more = (own.objective or 0.0) - (free.objective or 0.0)
        parts.append(f"{network_of(free.hubs)} saves EUR {millions(more)} m a year more than {network_of(own.hubs)}")
        shut |= dict.fromkeys(site for site in free.hubs if site not in own.hubs)
    cargo = listed([f"{city(site)} has {hub_sites()[site].cargo:,.0f} t" for site in shut])
    return f"With no airport shut {listed(parts)} ({cargo}); proven."
