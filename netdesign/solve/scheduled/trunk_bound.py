"""The bound of a set with sorting centres by the departures that feed them, and what plans with each cost more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING

if TYPE_CHECKING:
    from netdesign.solve.core.centre_choices import CentreChoices
    from netdesign.solve.scheduled.centre_savings import Beside
    from netdesign.solve.scheduled.freight import Floats, Positions


@dataclass(frozen=True)
class TrunkBound:
    """A bound of a set by multipliers, which say for each choice what a plan with it costs more.

    Parameters
    ----------
    cost
        No plan of the set that is under the cut-off costs less, EUR/year.
    base, charge
        What cities cost over the hubs of the set, or at most over a centre of their own, and what its centres cost,
        EUR/year.
    own
        Place in ``CityFreight.sites`` of the centre that has to serve each city, as it lies there; ``NONE`` where there
        is none, shape (cities,). Elsewhere such a city saves nothing.
    legs
        Gate and centre of each leg, places in ``CityFreight.sites``.
    choices
        Of departures on them, with what cities save.
    vehicle, extra_h
        Of each choice, as in ``Trunk``.
    price
        Of each city, EUR/year.
    worth, tonne
        Of each choice, EUR/year, and EUR/t.
    """

    cost: float
    base: Beside
    charge: float
    own: Positions
    legs: list[tuple[int, int]]
    choices: CentreChoices
    vehicle: Positions
    extra_h: Floats
    price: Floats
    worth: Floats
    tonne: Floats

    @property
    def without_centres(self) -> float:
        """What the set costs where no centre saves anything, EUR/year."""
        return self.base.cost + self.charge

    def room(self, limit: float) -> float:
        """Return how much more than ``cost`` a plan under a limit may cost, EUR/year."""
        return limit - self.cost + ROUNDING * abs(limit)

    def regrets_of_choices(self) -> Floats:
        """Return how much more than ``cost`` a plan with a choice costs at least, EUR/year."""
        best = np.zeros(len(self.legs))
        np.maximum.at(best, self.choices.leg, self.worth)
        return np.asarray(best[self.choices.leg] - self.worth)

    def regrets_over(self, options: Positions, cities: Positions | slice, saving: Floats) -> Floats:
        """Return how much more than ``cost`` a plan costs at least in which cities save so much over choices.

        What a choice is worth falls short of the best of its leg, and what a city saves of the best it could. Where the
        freight of a city is shared, it is at least the least over its choices.

        Parameters
        ----------
        options, cities
            Positions of choices and cities.
        saving
            EUR/year, shape (options, cities); no more than the choices state.

        Returns
        -------
        Floats
            EUR/year, shape (options, cities).
        """
        # What a city pays for its part of the trunk, and its price.
        due = self.tonne[options][:, None] * self.choices.volume[cities] + self.price[cities]
        best = np.maximum(self.choices.saving[options][:, cities] - due, 0.0)
        return np.asarray(self.regrets_of_choices()[options][:, None] + best - (saving - due))
