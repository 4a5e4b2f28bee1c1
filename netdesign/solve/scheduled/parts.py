"""Sets of hubs, and parts of their plans, as the search sees them: how closely, and with which bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from netdesign.network.services import LegPlace
from netdesign.solve.scheduled.hub_legs import NumberedLeg
from netdesign.solve.scheduled.lanes import Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.solve.scheduled.compiled_bounds import PartPrices

Hubs = tuple[int, ...]
"""Places in ``CityFreight.sites``."""

_NEAR, _FURTHER, _FURTHEST = 5e-4, 3.0, 0.05
"""Part of a bound by which plans may cost more that are sought first, growth of that, and the most of it."""

Doubtful = Lane | LegPlace | NumberedLeg
"""A lane, or the first way of a shared service, about which has to be settled whether it is in use or how often."""


class Stage(IntEnum):
    """How closely a part of the search has been looked at."""

    BOUNDED = 0
    """Bounded by arrays."""
    FED = 1
    """Bounded with departures on the legs that feed its sorting centres."""
    CHOSEN = 2
    """The cheapest choices of all cities tried as a plan."""
    RELAXED = 3
    """Bounded by the linear relaxation of its program."""
    SOLVED = 4
    """Bounded by its program, in which inter-hub legs and lanes have full vehicles, or by that of its trunks."""
    SETTLED = 5
    """Solved with departures on inter-hub legs and lanes too; or nothing is left to be known about it."""


@dataclass(eq=False, slots=True)
class Part:
    """A set of hubs, or a part of its plans.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    lanes, legs
        Whether lanes are in service, and whether freight is on a shared service, by its first way; of those about which
        that is settled.
    stage, bound
        What is known of it; the bound in EUR/year.
    reach
        Plans that cost up to so much more than the bound were sought last, EUR/year; 0 where all are sought at once.
    prices
        Of what lanes and hubs have to get, where they bound it.
    numbers
        Least and most departures of services between hubs, by their first way, where these are settled.
    """

    hubs: Hubs
    lanes: dict[Lane, bool]
    legs: dict[LegPlace, bool]
    stage: Stage
    bound: float
    reach: float = 0.0
    prices: PartPrices | None = None
    numbers: dict[LegPlace, tuple[int, int]] = field(default_factory=dict)

    def divided(self, doubtful: Doubtful) -> list[Part]:
        """Return the parts in which a lane or a shared service is in use, and is not."""
        if isinstance(doubtful, NumberedLeg):
            way, halves = doubtful.way, doubtful.halves
            return [replace(self, numbers={**self.numbers, way: half}, stage=Stage.BOUNDED) for half in halves]
        parts = []
        for is_used in (True, False):
            # The cheapest choices without it are a bound by themselves; those with it are known.
            stage = Stage.CHOSEN if is_used and self.prices is None else Stage.BOUNDED
            if isinstance(doubtful, LegPlace):
                parts.append(replace(self, legs={**self.legs, doubtful: is_used}, stage=stage))
            else:
                parts.append(replace(self, lanes={**self.lanes, doubtful: is_used}, stage=stage))
        return parts

    def wider(self, cut_off: float, near: float = _NEAR, further: float = _FURTHER) -> float:
        """Return the cost up to which plans are sought next, EUR/year; each time it is further over the bound.

        Parameters
        ----------
        cut_off
            No plan is sought that costs more.
        near, further
            Part of the bound by which the first may cost more, and growth of that from time to time.
        """
        bound = max(abs(self.bound), 1.0)
        self.reach = max(further * self.reach, near * bound)
        # Beyond that all plans are sought at once.
        return cut_off if self.reach > _FURTHEST * bound else min(cut_off, self.bound + self.reach)

    def rising(self, limit: Callable[[], float], near: float = _NEAR) -> Iterator[float]:
        """Yield the cost up to which plans are sought next, EUR/year, until the bound has reached the limit.

        Parameters
        ----------
        limit
            Returns what no plan is sought beyond.
        near
            Part of the bound by which the first may cost more.
        """
        reach = near
        while self.bound < (most := limit()):
            yield most if reach > _FURTHEST else min(most, self.bound + reach * max(abs(self.bound), 1.0))
            reach *= _FURTHER
