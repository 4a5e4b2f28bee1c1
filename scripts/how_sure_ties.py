"""Networks of docs/how-sure.md that are as good as each other: sites of the best one that another may stand in for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scripts.how_sure_words import network_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netdesign.api.alternatives import AlternativesAnswer

TIE = 0.1e6
"""Difference of two networks under which they count as one, EUR/year at the present values."""


@dataclass(frozen=True)
class Ties:
    """Sites that count as one.

    Parameters
    ----------
    best
        Open sites of the best network.
    names
        Of each site that counts as one with others, all of them with a stroke between.
    """

    best: Sequence[str]
    names: Mapping[str, str]

    def named(self, hubs: Iterable[str]) -> tuple[str, ...]:
        """Return the sites of a network, one that counts as one with others, which are shut, by the names of all."""
        opened = list(hubs)
        shared = [self.names.get(site, site) for site in opened]
        return tuple(name if shared.count(name) == 1 else site for site, name in zip(opened, shared, strict=True))

    def is_best(self, hubs: Iterable[str]) -> bool:
        """Return whether a network counts as the best one."""
        return set(self.named(hubs)) == set(self.named(self.best))

    def instead(self, hubs: Iterable[str]) -> str:
        """Return what a network has in the place of the best one: ``BUD for PRG``, or ``only LGG + BUD``."""
        own, other = self.named(self.best), self.named(hubs)
        if len(other) < len(own):
            return f"only {network_of(other)}"
        new, gone = ([site for site in one if site not in rest] for one, rest in ((other, own), (own, other)))
        return f"{network_of(new)} for {network_of(gone)}"


def ties_of(near: AlternativesAnswer) -> Ties:
    """Return which sites count as one: those that the best network may swap for another at next to no cost."""
    best = near.networks[0]
    names: dict[str, str] = {}
    for one in near.networks[1:]:
        gone, new = (sorted(set(a) - set(b)) for a, b in ((best.hubs, one.hubs), (one.hubs, best.hubs)))
        if len(gone) == len(new) == 1 and (one.objective or 0.0) - (best.objective or 0.0) < TIE:
            names[gone[0]] = f"{names.get(gone[0], gone[0])}/{new[0]}"
    return Ties(best.hubs, {site: name for name in names.values() for site in name.split("/")})
