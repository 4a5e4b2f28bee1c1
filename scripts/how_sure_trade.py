"""The part of docs/how-sure.md on networks that cost nearly the same: time, failures, drawn worlds, size filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import netdesign as nd
from scripts.doc_measurements import table
from scripts.how_sure_asked import INSTANCE
from scripts.how_sure_near import NEAR
from scripts.how_sure_sites import city
from scripts.how_sure_words import bullets, inside_of, listed, millions, network_of, signed
from scripts.how_sure_worlds import draws_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scripts.how_sure_asked import Asked


class Rival(NamedTuple):
    """A network by what may decide where cost does not: money in EUR/year, cargo of its smallest new site in t/year."""

    hubs: Sequence[str]
    dearer: float
    inside: float
    failures: float
    cvar: float
    regret: float
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
    """Return the networks that tie side by side, and what a site is better and worse at than the one it replaces."""
    rivals = rivals_of(asked)
    best = rivals[0]
    return f"""What may decide between the networks that tie, EUR m a year; [failures](#what-if-a-hub-fails) and [drawn
worlds](#which-network-is-robust) are explained below:

{table(_HEADER, map(_row, rivals))}
{bullets(line for rival in rivals[1:] for line in _compared(best, rival))}"""


def rivals_of(asked: Asked) -> list[Rival]:
    """Return the networks whose failures were looked at that cost nearly as little as the best one, that first."""
    cargo = {row["id"]: row["cargo_t_per_year"] for row in nd.read(INSTANCE).to_dict()["tables"]["hubs"]}
    near = {frozenset(one.hubs): one for one in asked.near.networks}
    drawn = {frozenset(one.open_hubs): one for one in draws_of(asked.drawn).networks}
    found = []
    for failing in () if asked.failing.failures is None else asked.failing.failures.networks:
        hubs = frozenset(failing.hubs)
        dearer = (near[hubs].objective or 0.0) - (asked.near.networks[0].objective or 0.0)
        if dearer < NEAR:
            smallest = min(cargo[site] for site in failing.hubs if site not in asked.today)
            worlds = (drawn[hubs].cvar or 0.0, drawn[hubs].regret or 0.0)
            found.append(
                Rival(failing.hubs, dearer, inside_of(near[hubs]), failing.failure_cost or 0.0, *worlds, smallest)
            )
    return sorted(found, key=lambda one: one.dearer)


def _row(one: Rival) -> Sequence[str]:
    money = (millions(one.failures), millions(one.cvar), millions(one.regret))
    return network_of(one.hubs), millions(one.dearer, 3), f"{one.inside:.1%}", *money, f"{one.cargo:,.0f}"


def _compared(best: Rival, rival: Rival) -> Iterable[str]:
    """Yield what a network that differs from the best one in one site has more or less of."""
    gone, new = (sorted(set(one) - set(other)) for one, other in ((best.hubs, rival.hubs), (rival.hubs, best.hubs)))
    if len(gone) == len(new) == 1:
        differences = [
            f"{100 * (rival.inside - best.inside):+.1f} percentage points inside the deadline",
            f"failures {signed(rival.failures - best.failures)}",
            f"CVaR {signed(rival.cvar - best.cvar)}",
            f"largest regret {signed(rival.regret - best.regret)}",
        ]
        yield f"{city(new[0])} instead of {city(gone[0])}: {signed(rival.dearer, 3)} a year, {listed(differences)}."
