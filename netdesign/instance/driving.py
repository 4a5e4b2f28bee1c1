"""How long drivers need for a distance, and what a distance by truck costs where nothing else states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.blocks import Crew, Road


def truck_cost(km: NDArray[np.float64], road: Road) -> NDArray[np.float64]:
    """Return the cost of carrying a tonne over road km of any shape, as its share of a full truck; EUR/t."""
    return np.asarray(km * road.cost_eur_per_km * road.crew.cost_factor / road.truck_load_t)


def truck_hours(km: NDArray[np.float64], speed_kmh: float, crew: Crew) -> NDArray[np.float64]:
    """Return driving time with breaks and daily rests, in h.

    A break or rest is taken only when driving goes on after it; a rest takes the place of a break that falls on the
    same moment. Hours on a ferry do not count as rest.

    Parameters
    ----------
    km
        Road km, any shape.
    speed_kmh
        Mean speed while driving.
    crew
        Its rules.
    """
    driving = km / speed_kmh
    rests = _pauses(driving, crew.drive_between_rests_h)
    # Inside each stretch between two rests the breaks are counted afresh.
    full_stretch = float(_pauses(np.array(crew.drive_between_rests_h), crew.drive_between_breaks_h))
    last_stretch = driving - rests * crew.drive_between_rests_h
    breaks = rests * full_stretch + _pauses(last_stretch, crew.drive_between_breaks_h)
    return driving + breaks * crew.break_h + rests * crew.rest_h


def _pauses(driving: NDArray[np.float64], longest: float) -> NDArray[np.float64]:
    """Return how often ``longest`` is reached with driving left; the tolerance is for rounding, not for drivers."""
    return np.maximum(np.ceil(driving / longest - 1e-9) - 1.0, 0.0)
