"""How long drivers need for a distance, and what else of a leg follows from it where nothing states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance.blocks import Crew, Road


BY_TRUCK = frozenset({"cost_eur_per_t", "time_h", "co2e_kg_per_t"})
"""Figures of a leg that follow from its km."""

OR_KM = "give it, or km and a `road` block whose trucks price them"
"""What to do where a leg has no cost."""


def leg_by_truck(km: NDArray[np.float64], road: Road) -> dict[str, NDArray[np.float64]]:
    """Return what follows from road km of any shape, by field of a leg: a tonne pays its share of a full truck."""
    return {
        "cost_eur_per_t": km * road.cost_eur_per_km * road.crew.cost_factor / road.truck_load_t,
        "time_h": truck_hours(km, road.speed_kmh, road.crew),
        "co2e_kg_per_t": km * road.co2e_g_per_tkm / 1000.0,
    }


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
