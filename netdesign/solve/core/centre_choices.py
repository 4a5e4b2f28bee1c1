"""What sorting centres beside a set of hubs can save each city, with every choice of departures that feeds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class CentreChoices(NamedTuple):
    """Choices of departures on legs from hubs to centres, one choice a leg; a tuple is what numba takes apart.

    A choice has some number of departures between two. Choices are ordered by centre and leg.

    Parameters
    ----------
    saving
        What each city saves over the leg of a choice, departures beside, EUR/year, at least 0; shape (choices, cities).
    volume
        Of each city, t/year.
    first, last
        Least and most departures a week, shape (choices,); 0 where none are needed.
    eur, tonnes
        Of one departure a week, EUR/year and t/year; 0 where none are needed.
    fixed
        Of the leg, whatever leaves there, EUR/year.
    leg, centre
        Number of the leg and of the centre.
    """

    saving: NDArray[np.float64]
    volume: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    eur: NDArray[np.float64]
    tonnes: NDArray[np.float64]
    fixed: NDArray[np.float64]
    leg: NDArray[np.int64]
    centre: NDArray[np.int64]
