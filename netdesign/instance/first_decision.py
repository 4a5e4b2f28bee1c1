"""What is decided in the first year of a problem over several, and what may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class FirstDecision(NamedTuple):
    """What a plan decides in the first year.

    Parameters
    ----------
    orders
        Hub, module and number of each that is ordered, by id and sorted; each module of a hub once.
    closings
        Ids of the hubs that close at the end of the year, sorted.
    links
        Ids of the ends of the hub links that are ordered, sorted.
    """

    orders: tuple[tuple[str, str, int], ...]
    closings: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()

    @property
    def sites(self) -> frozenset[str]:
        """Ids of the sites at which something is ordered."""
        return frozenset(hub for hub, _, _ in self.orders)


@dataclass(frozen=True)
class FirstRule:
    """What the first decision has to be, and may not be.

    No file states it: it is how the best plan is asked for that begins otherwise.

    Parameters
    ----------
    ordered_at, not_ordered_at
        Ids of sites at which something, or nothing, has to be ordered in the first year.
    left_out
        First decisions that a plan may not begin with.
    """

    ordered_at: frozenset[str] = frozenset()
    not_ordered_at: frozenset[str] = frozenset()
    left_out: frozenset[FirstDecision] = frozenset()

    def permits(self, first: FirstDecision) -> bool:
        """Return whether a plan may begin with a decision."""
        is_ordered = self.ordered_at <= first.sites and not self.not_ordered_at & first.sites
        return is_ordered and first not in self.left_out


ANY_FIRST = FirstRule()
"""Nothing is asked of the first decision."""
