"""Sets of hubs, and parts of their plans, as the search sees them: how closely, and with which bound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netdesign.solve.scheduled.lanes import Lane

Hubs = tuple[int, ...]
"""Places in ``CityFreight.sites``."""


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


@dataclass
class Part:
    """A set of hubs, or a part of its plans.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    lanes
        Whether lanes are in service, of those about which that is settled.
    stage, bound
        What is known of it; the bound in EUR/year.
    room
        Plans that cost up to so much more than the bound are sought next, EUR/year; where there are sorting centres.
    """

    hubs: Hubs
    lanes: dict[Lane, bool]
    stage: Stage
    bound: float
    room: float = 0.0
