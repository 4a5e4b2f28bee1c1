"""All sets of sorting centres beside a set of hubs, bounded together and listed in the order of their bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.centre_savings import CentreSavings
from netdesign.solve.scheduled.trunk_bounds import TrunkBounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.solve.core.hub_rules import HubRules
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.bounds import SetBounds
    from netdesign.solve.scheduled.centre_savings import Savings
    from netdesign.solve.scheduled.freight import CityFreight, Floats
    from netdesign.solve.scheduled.parts import Hubs

_FIRST_STEPS, _STEPS = 15, 200
"""Steps of prices for all sets of hubs, and before the first sets of centres beside hubs are listed."""

_LAYER = 2e-4
"""Part of the bound by which the sets that are listed together differ."""

_MOST_LISTED, _MOST_SEEN = 2_000, 100_000
"""Sets that are listed at once, and that are looked at for it."""


@dataclass
class Family:
    """The sets of centres beside some hubs that have not been listed yet.

    Parameters
    ----------
    hubs
        Places in ``CityFreight.sites``.
    bound
        No set that is left costs less, EUR/year.
    saved
        All sets that save at least this are listed, EUR/year; infinite before any.
    price
        Of each city, by which sets are listed, EUR/year; None before any.
    """

    hubs: Hubs
    bound: float
    saved: float = np.inf
    price: Floats | None = None


class CentreSets:
    """Bounds families of sets and lists their members.

    Parameters
    ----------
    freight, bounds
        All freight, and the bounds of hubs.
    rules
        Permitted sites; those on numbers of hubs do not matter.
    state
        Clock, told where loops are compiled.
    """

    def __init__(self, freight: CityFreight, bounds: SetBounds, rules: HubRules, state: SearchState) -> None:
        assert rules.centres is not None
        self._freight, self._savings = freight, CentreSavings(freight, bounds)
        self._places = self._savings.centres
        self._certain = rules.certain[self._places]
        self._least, self._most = rules.centres.least, rules.centres.most
        self._state = state
        self._loops = load_compiled("centres", state.notify)
        self._list_sets = load_compiled("centre_sets", state.notify).list_centre_sets
        # Good prices for one set of hubs are good for the next.
        self._price: Floats | None = None

    def trunk_bounds(self) -> TrunkBounds | None:
        """Return the bounds of sets by the departures that feed their centres, or None where these are not stated."""
        return None if self._savings.trunks is None else TrunkBounds(self._freight, self._savings, self._state)

    def families(self, sets: NDArray[np.int32]) -> list[Family]:
        """Return all sets of centres beside each of some sets of hubs, with a bound.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        found = []
        for hubs in map(tuple, sets.tolist()):
            if self._state.is_over:
                raise TimeoutError
            found.append(self._family(hubs))
        return found

    def _family(self, hubs: Hubs) -> Family:
        savings = self._savings.of_hubs(np.array(hubs, dtype=np.intp), with_departures=False)
        if not np.isfinite(savings.cost):
            return Family(hubs, np.inf)
        if self._price is None:
            self._price = np.zeros(savings.saving.shape[1])
        return Family(hubs, savings.cost - self._most_saved(savings, _FIRST_STEPS, self._price))

    def _most_saved(self, savings: Savings, steps: int, price: Floats) -> float:
        rest = self._certain, self._least, self._most, steps, price
        return float(self._loops.most_saved(savings.choices, savings.charge, *rest))

    def listed(self, family: Family) -> list[tuple[Hubs, float]]:
        """Return the next sets of a family with their bounds, EUR/year, the lowest first; its bound rises.

        There may be none.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        savings = self._savings.of_hubs(np.array(family.hubs, dtype=np.intp))
        if family.price is None:
            assert self._price is not None
            family.price = self._price.copy()
            bound = savings.cost - self._most_saved(savings, _STEPS, family.price)
            if bound > family.bound + _LAYER * abs(family.bound):
                family.bound = bound
                return []
        sets, saved, floor, left = self._next_layer(family, savings, family.price)
        family.bound, family.saved = max(family.bound, savings.cost - left), floor
        order = np.argsort(-saved, kind="stable")
        return [(self._joined(family.hubs, sets[row]), savings.cost - float(saved[row])) for row in order]

    def _next_layer(
        self, family: Family, savings: Savings, price: Floats
    ) -> tuple[NDArray[np.int32], Floats, float, float]:
        """Return the sets of a family that save most of those that are left; fewer where these are too many at once.

        Returns
        -------
        tuple
            The sets, what they save, the least that sets of the layer save, and what others save at most; EUR/year.
        """
        rules = self._certain, self._least, self._most
        prices = float(price.sum()), self._worth_of_centres(savings, price)
        width, size, steps = _LAYER * abs(savings.cost), _MOST_LISTED, _MOST_SEEN
        while True:
            sets, saved = np.empty((size, self._most), dtype=np.int32), np.empty(size)
            floor = min(savings.cost - family.bound - width, family.saved)
            limits = floor, family.saved, steps
            count, left = self._list_sets(savings.saving, savings.charge, *rules, *prices, *limits, sets, saved)
            if count >= 0:
                return sets[:count], saved[:count], floor, left
            if self._state.is_over:
                raise TimeoutError
            width /= 2.0
            if width < ROUNDING * abs(savings.cost):
                # So many sets cost the same.
                size, steps = 2 * size, 2 * steps

    def _worth_of_centres(self, savings: Savings, price: Floats) -> Floats:
        """Return what each centre is worth at most at prices of cities, EUR/year."""
        centres, choices = len(self._places), len(savings.choices.first)
        worth, tonne = np.empty(choices + centres), np.empty(choices)
        best = np.empty(1 + int(savings.choices.leg.max(initial=-1)), dtype=np.int64)
        self._loops.worth_of_choices(savings.choices, savings.charge, price, worth, tonne, best)
        return worth[choices:]

    def _joined(self, hubs: Hubs, centres: Floats) -> Hubs:
        return tuple(sorted((*hubs, *self._places[centres[centres >= 0]].tolist())))
