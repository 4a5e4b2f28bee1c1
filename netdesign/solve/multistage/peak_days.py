"""The peak days of a year, as years of such days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.stages import DAYS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.instance.stages import Peak


@dataclass(frozen=True)
class PeakDay:
    """The peak day of a stream, scaled to a year of such days.

    Parameters
    ----------
    weight
        Volume of each commodity, t/year, shape (commodities,).
    price
        Price of overflow, EUR per t/year; infinite if there must be none.
    """

    weight: NDArray[np.float64]
    price: float


def peak_days(staged: StagedInstance, instance: Instance) -> tuple[PeakDay, ...]:
    """Return the peak days of a year, in the order of the stages block."""
    factors = peak_factors(staged, instance)
    return tuple(
        PeakDay(factor * instance.commodities.volume, _price(peak))
        for peak, factor in zip(staged.stages.peaks, factors, strict=True)
    )


def peak_factors(staged: StagedInstance, instance: Instance) -> list[NDArray[np.float64]]:
    """Return the multiple of its volume that each commodity has on each peak day, shapes (commodities,)."""
    names, stream = [one.name for one in instance.streams], instance.commodities.stream
    return [np.where(stream == names.index(peak.stream), peak.factor, 1.0) for peak in staged.stages.peaks]


def _price(peak: Peak) -> float:
    """Return the price of overflow, EUR per t/year of such days; infinite if there must be none."""
    return math.inf if peak.overflow_eur_per_t is None else peak.overflow_eur_per_t * peak.days / DAYS_PER_YEAR
