"""Bounds of sets of hubs by compiled loops, at prices of what lanes and hubs have to get; no route is ever listed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.instance.services import LegKind
from netdesign.solve.core.city_choices import BY_HUB, BY_LANE, INBOUND, KINDS, CityChoices, PricedFlows, SetGroups
from netdesign.solve.core.route_matrices import ABSENT, IMPOSSIBLE, route_matrices
from netdesign.solve.core.search_state import for_each
from netdesign.solve.coupled.freight import has_priced_minima
from netdesign.solve.coupled.rows import DEAREST, minima_of
from netdesign.solve.kernels.loading import load_compiled
from netdesign.solve.scheduled.choice_bounds import ChoiceBounds
from netdesign.solve.scheduled.cost_limits import ceiling_of, least_of_all
from netdesign.solve.scheduled.freight import has_loops
from netdesign.solve.scheduled.hub_legs import HubLegs
from netdesign.solve.scheduled.lanes import entering, leave_hubs_short, most_lanes
from netdesign.solve.scheduled.loop_choices import choices_with_modes, choices_without_modes, whole
from netdesign.solve.scheduled.modes import city_modes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.hub_legs import Numbers
    from netdesign.solve.scheduled.lanes import Lane
    from netdesign.solve.scheduled.modes import Modes

FEW_ROUTES, FEW_ENTRIES = 2_000_000, 1_000
"""Routes of entries over gates and hubs, and entries, up to which arrays and programs of all take less time."""

FEW_PRICED_ROUTES, FEW_EUR = 1_000, 1.0
"""The same where carbon has a price, and prices that are too low for that, EUR/t CO2e."""

_AT_ONCE = 16
"""Sets that a thread bounds before it looks at the clock."""

_KEPT, _KEPT_GROUPS = 8, 32
"""Sets of which all modes are kept, and those of which groups are."""


@dataclass(frozen=True, eq=False, slots=True)
class PartPrices:
    """The bound of a part of the plans of a set, with what proves it.

    Parameters
    ----------
    bound
        EUR/year; infinite where the part has no plan.
    prices
        Of what lanes and hubs have to get, and of room from hub to hub, EUR/t, as the loops number them.
    used, counted
        What each lane carries by the choices at these prices, and what counts of it, t/year, shape (airports, hubs).
    carried
        What goes from hub to hub by them, t/year, shape (hubs, hubs).
    lanes, numbers
        What was settled.
    is_highest
        Whether the bound did not end at the cut-off.
    is_rough
        Whether it may rise where nothing else changes.
    """

    bound: float
    prices: Floats
    used: Floats
    counted: Floats
    carried: Floats
    lanes: Mapping[Lane, bool]
    numbers: Numbers
    is_highest: bool
    is_rough: bool

    @property
    def mu(self) -> Floats:
        """Prices of lanes, shape (airports, hubs)."""
        return self.prices[: self.used.size].reshape(self.used.shape)

    @property
    def theta(self) -> Floats:
        """Prices of hubs, shape (hubs,)."""
        return self.prices[self.used.size : self.used.size + self.used.shape[1]]

    @property
    def room(self) -> Floats:
        """Prices of room over those of full vehicles, shape (hubs, hubs)."""
        return self.prices[-self.carried.size :].reshape(self.carried.shape)


class CompiledBounds(ChoiceBounds):
    """Bounds of all sets of hubs, set by set.

    Parameters
    ----------
    freight
        All freight, none of which is beside, over sites that are no sorting centres.
    state
        Clock of the search.

    Attributes
    ----------
    airports
        Positions of the overseas airports among the nodes.
    states_all
        Whether all that couples cities has prices in the bounds: minima of lanes and of what comes in, and vehicles
        between hubs.
    minima
        What lanes and hubs have to get.
    most_lanes
        How many lanes the freight of each airport fills.
    ceiling
        The best plan costs no more, EUR/year.
    """

    def __init__(self, freight: CityFreight, state: SearchState) -> None:
        """Take the modes of all cities.

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        self._state, instance = state, freight.instance
        self._loops = load_compiled("city_prices", state.notify)
        self._group_loops = load_compiled("city_groups", state.notify)
        self._matrices = route_matrices(instance, freight.shared)
        commodities = instance.commodities
        self.airports, airport = np.unique(
            np.where(
                freight.is_inbound, commodities.origin[freight.commodity], commodities.destination[freight.commodity]
            ),
            return_inverse=True,
        )
        self._freight = freight
        self._choices = choices_without_modes(freight, self._matrices, airport)
        # The modes of all cities may take longer than there is time.
        state.proved(least_of_all(freight, self._matrices, self._choices, None))
        super().__init__(freight, city_modes(freight, self._in_time))
        self._choices = choices_with_modes(self._choices, freight, self.modes)
        self._with_all_modes = lru_cache(_KEPT)(self._made_with_all_modes)
        self._groups = lru_cache(_KEPT_GROUPS)(self._made_groups)
        self.minima = minima_of(instance)
        self._hard = np.where(self.minima.highest >= DEAREST, self.minima.hub, 0.0)
        self._entering = entering(instance, self.airports)
        self.hub_legs = HubLegs(freight)
        services = instance.services
        has_flights = services is not None and LegKind.AIR in {
            *services.of_kind,
            *(kind for kind, *_ in services.of_leg),
        }
        self.most_lanes = most_lanes(instance)
        self.ceiling = ceiling_of(freight, self._matrices)
        self.states_all = has_priced_minima(instance) and not has_flights

    def of_sets(self, sets: NDArray[np.int32]) -> Floats:
        """Return a bound of each set, EUR/year, shape (sets,); infinite where a city cannot be served.

        Parameters
        ----------
        sets
            Places in ``CityFreight.sites``, shape (sets, hubs).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        bounds, sets = np.empty(len(sets)), np.ascontiguousarray(sets, dtype=np.int32)

        def fill(part: slice) -> None:
            self._loops.bounds_of_sets(
                self._matrices.legs, self._choices, sets[part], self._matrices.fixed, bounds[part]
            )

        for_each([slice(start, start + _AT_ONCE) for start in range(0, len(sets), _AT_ONCE)], fill, self._state)
        return np.where(bounds >= IMPOSSIBLE, np.inf, bounds)

    def of_all(self) -> float:
        """Return a bound of all sets, EUR/year."""
        return least_of_all(self._freight, self._matrices, self._choices, self.modes)

    def of_part(
        self,
        hubs: Positions,
        lanes: Mapping[Lane, bool],
        numbers: Numbers,
        cut_off: float,
        begin: PartPrices | None = None,
        *,
        is_rough: bool = False,
    ) -> PartPrices:
        """Return the bound of a part of the plans of a set with its prices, as high as can be up to a cut-off.

        Parameters
        ----------
        hubs
            Places in ``CityFreight.sites``.
        lanes
            Whether lanes are in service, where that is settled.
        numbers
            Departures that services between hubs may have, where that is settled.
        cut_off
            EUR/year.
        begin
            Prices to begin with.
        is_rough
            Whether the bound need not be as high as can be.
        """
        shape = len(self.airports), len(hubs)
        state = np.zeros(shape, dtype=np.int8)
        sites = self._freight.sites[hubs]
        for (airport, site), is_open in lanes.items():
            state[np.searchsorted(self.airports, airport), np.searchsorted(sites, site)] = 1 if is_open else -1
        size = len(hubs)
        prices = np.zeros((shape[0] + 1 + size) * size) if begin is None else begin.prices.copy()
        flows = PricedFlows(np.zeros(shape), np.zeros(shape), np.zeros(size), np.zeros((size, size)))
        if leave_hubs_short(state, *self._entering, self._hard[hubs]):
            bound = IMPOSSIBLE
        else:
            services = self.hub_legs.stated(sites, numbers)
            groups = self._groups(tuple(hubs.tolist()), services.extra_h.tobytes())
            bound = self._loops.bound_of_part(
                self._choices, services, groups, np.array(hubs, dtype=np.int32), state,
                float(self._matrices.fixed[hubs].sum()), self.minima.hub[hubs], self.minima.highest[hubs],
                self.minima.lane, min(cut_off, ABSENT), is_rough, prices, flows,
            )  # fmt: skip
        is_highest = bound < cut_off
        bound = float("inf") if bound >= min(self.ceiling, IMPOSSIBLE) else bound
        return PartPrices(bound, prices, flows.used, flows.counted, flows.carried, lanes, numbers, is_highest, is_rough)

    def paid(self, entry: Positions, gate: Positions, hub: Positions, prices: PartPrices) -> Floats:
        """Return what some entries are paid over places of gates and hubs in a set at prices, EUR/year."""
        kind = self._choices.kind[entry]
        each = np.where(kind & BY_LANE, prices.mu[kind // KINDS, gate], 0.0) + np.where(
            kind & BY_HUB, prices.theta[gate], 0.0
        )
        each -= np.where(kind & INBOUND, prices.room[gate, hub], prices.room[hub, gate])
        return np.asarray(self._freight.volume[entry] * each)

    @property
    def label(self) -> NDArray[np.int64]:
        """Of each entry, that of its kind and late penalty."""
        return self._choices.label

    @property
    def kind(self) -> NDArray[np.int64]:
        """Of each entry, as of ``CityChoices``."""
        return self._choices.kind

    def _made_groups(self, hubs: tuple[int, ...], extra_h: bytes) -> SetGroups:
        """Return the freight of a set of hubs in groups, where departures between hubs take so many hours more."""
        hours = np.frombuffer(extra_h).reshape(len(hubs), len(hubs)).copy()
        # Beside slower departures between hubs others from and to cities may be worth while.
        choices = self._with_all_modes(hubs) if hours.any() else self._choices
        found: SetGroups = self._group_loops.groups_of_set(
            self._matrices.legs, choices, np.array(hubs, dtype=np.int32), len(self._freight.sites), hours
        )
        return found

    def _made_with_all_modes(self, hubs: tuple[int, ...]) -> CityChoices:
        """Return the choices with all modes over some hubs that any wait elsewhere makes worth while."""
        modes = city_modes(self._freight, places=np.array(hubs, dtype=np.intp))
        return choices_with_modes(self._choices, self._freight, modes)

    def _in_time(self, modes: Modes) -> NDArray[np.intp]:
        """Return on how many routes of its party each mode is in time, shape (2 ways, modes).

        Raises
        ------
        TimeoutError
            The time ran out first.
        """
        if self._state.is_over:
            raise TimeoutError
        met = np.zeros((2, len(modes)), dtype=np.int64)
        load_compiled("cities", self._state.notify).routes_in_time(
            self._matrices.legs, self._choices, whole(modes.party), whole(modes.site),
            np.ascontiguousarray(modes.extra_h), len(self._freight.sites), met,
        )  # fmt: skip
        return met


def suits_loops(freight: CityFreight) -> bool:
    """Return whether compiled loops bound the sets: these can, and routes are many.

    Or carbon has a price: departures between hubs then cost much, which arrays leave to the program of each set.
    """
    instance = freight.instance
    if not has_loops(instance):
        return False
    routes = len(freight.party) * len(freight.sites) ** 2
    is_priced = carbon_charge(instance.policies) > FEW_EUR and has_priced_minima(instance)
    return len(freight.party) > FEW_ENTRIES or routes > (FEW_PRICED_ROUTES if is_priced else FEW_ROUTES)
