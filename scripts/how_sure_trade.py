"""The part of docs/how-sure.md on networks that cost nearly the same: time, failures, drawn worlds, size filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scripts.doc_measurements import table
from scripts.how_sure_asked import NEAR
from scripts.how_sure_facts import hub_sites
from scripts.how_sure_words import inside_of, millions, network_of
from scripts.how_sure_worlds import draws_of, regret_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts.how_sure_asked import Asked


class Rival(NamedTuple):
    """A network by what may decide where cost does not: money in EUR/year, cargo of its smallest new site in t/year."""

    hubs: Sequence[str]
    dearer: float
    inside: float
    failures: float
    cvar: float
    regret: str
    cargo: float


_HEADER = (
    "network",
    "dearer than the best",
    "inside the deadline",
    "failures are expected to cost",
    "mean of the dearest twentieth of drawn worlds (CVaR)",
    "largest regret in drawn worlds",
    "cargo of its smallest new airport, t a year",
)


def trade_markdown(asked: Asked) -> str:
    """Return the networks that tie side by side."""
    return f"""What may decide between the networks less than EUR {millions(NEAR, 1)} m a year above the best, in EUR
m a year; [failures](#what-if-a-hub-fails) and [drawn worlds](#which-network-is-robust) are explained below:

{table(_HEADER, map(_row, rivals_of(asked)))}"""


def rivals_of(asked: Asked) -> list[Rival]:
    """Return the networks whose failures were looked at that cost nearly as little as the best one, that first."""
    near = {frozenset(one.hubs): one for one in asked.near.networks}
    drawn = {frozenset(one.open_hubs): one for one in draws_of(asked.drawn).networks}
    found = []
    for failing in () if asked.failing.failures is None else asked.failing.failures.networks:
        hubs = frozenset(failing.hubs)
        dearer = (near[hubs].objective or 0.0) - (asked.near.networks[0].objective or 0.0)
        smallest = min(hub_sites()[site].cargo for site in failing.hubs if site not in asked.today)
        worlds = (drawn[hubs].cvar or 0.0, regret_told(drawn[hubs]))
        found.append(Rival(failing.hubs, dearer, inside_of(near[hubs]), failing.failure_cost or 0.0, *worlds, smallest))
    return sorted(found, key=lambda one: one.dearer)


def _row(one: Rival) -> Sequence[str]:
    money = (millions(one.failures), millions(one.cvar), one.regret)
    return network_of(one.hubs), millions(one.dearer, 3), f"{one.inside:.1%}", *money, f"{one.cargo:,.0f}"
