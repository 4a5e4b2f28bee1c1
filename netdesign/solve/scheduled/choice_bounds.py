"""What the best choices of all cities over a set of hubs cost, from what each choice costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import SizeError
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.gate_routes import gate_routes
from netdesign.solve.scheduled.modes import city_modes, routes_in_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.gate_routes import GateRoutes
    from netdesign.solve.scheduled.modes import Modes

MOST_CELLS = 50_000_000
"""Largest number of values held at once: entries x gates x hubs, times modes where a party has several entries."""

CELLS_AT_ONCE = 500_000
"""Values of sets that are added up at once: as many as the processor's cache holds."""


class ChoiceBounds:
    """What the best choices of all cities over a set of hubs cost.

    Parameters
    ----------
    freight
        All freight.
    modes
        Modes of all parties.

    Attributes
    ----------
    modes
        As above.
    alone
        Positions of the parties that choose their hub by themselves.
    coupled_in, coupled_out, coupled_both
        Those of the parties of cities whose two ways are not chosen apart, shape (cities,); ``NONE`` where there is
        none of both ways.
    """

    def __init__(self, freight: CityFreight, modes: Modes) -> None:
        self._freight = freight
        self.modes = modes
        self._of_hubs = np.flatnonzero(freight.own != NONE)
        coupled = [city for city in freight.cities if city.inbound != NONE and city.outbound != NONE]
        coupled = [city for city in coupled if freight.is_single or city.both != NONE]
        self.coupled_in, self.coupled_out, self.coupled_both = (
            np.array([getattr(city, name) for city in coupled], dtype=np.intp)
            for name in ("inbound", "outbound", "both")
        )
        together = np.concatenate((self.coupled_in, self.coupled_out, self.coupled_both[self.coupled_both != NONE]))
        self.alone = np.setdiff1d(np.arange(len(freight.parties)), together)

    def routes_over(self, hubs: Positions) -> GateRoutes:
        """Return the routes of all entries over some sites, by place."""
        return gate_routes(self._freight, self._freight.shared, hubs)

    def added_up(
        self,
        costs: Floats,
        sets: NDArray[np.integer],
        fixed: Floats | float = 0.0,
        divided: Floats | None = None,
    ) -> Floats:
        """Return the cost of the best choices of all cities, EUR/year, shape (sets,).

        Parameters
        ----------
        costs
            Of each party over each hub, EUR/year, shape (sets, hubs, parties).
        sets
            Places in ``CityFreight.sites``, shape (sets, hubs).
        fixed
            What else a set costs.
        divided
            What each party costs whose freight is divided over hubs, EUR/year, shape (sets, parties); None where it
            may not be.
        """
        of_alone, of_coupled = costs[:, :, self.alone].min(axis=1), self.of_coupled(costs, sets)
        if divided is not None:
            of_alone = np.minimum(of_alone, divided[:, self.alone])
            of_coupled = np.minimum(of_coupled, divided[:, self.coupled_both])
        return np.asarray(fixed + of_alone.sum(axis=1) + of_coupled.sum(axis=1))

    def of_coupled(self, costs: Floats, sets: NDArray[np.integer]) -> Floats:
        """Return what cities cost whose two ways are not chosen apart, EUR/year, shape (sets, cities)."""
        freight, there, back = self._freight, costs[:, :, self.coupled_in], costs[:, :, self.coupled_out]
        # On a paired leg both ways have the same departures, and pay for them once.
        is_paired = freight.is_paired[freight.node[self.coupled_in][:, None], sets[:, None, :]].transpose(0, 2, 1)
        same = np.where(is_paired & (self.coupled_both != NONE), costs[:, :, self.coupled_both], there + back)
        if freight.is_single:
            return np.asarray(same.min(axis=1))
        apart = there[:, :, None] + back[:, None]
        diagonal = np.arange(sets.shape[1])
        apart[:, diagonal, diagonal] = same
        return np.asarray(apart.min(axis=(1, 2)))

    def _send_hubs_home(self, costs: Floats, sets: NDArray[np.integer]) -> None:
        """Let a city that is a hub be served by itself only."""
        if self._freight.instance.problem.route_hubs == 2 and len(self._of_hubs):
            is_own = sets[:, :, None] == self._freight.own[self._of_hubs]
            is_other = is_own.any(axis=1)[:, None] & ~is_own
            costs[:, :, self._of_hubs] = np.where(is_other, np.inf, costs[:, :, self._of_hubs])


def all_routes(freight: CityFreight) -> GateRoutes:
    """Return the routes of all entries over all sites.

    Raises
    ------
    SizeError
        There are more than ``MOST_CELLS`` values.
    """
    sites = len(freight.sites)
    check_size((len(freight.party) + len(freight.beside)) * len(freight.gates) * sites)
    return gate_routes(freight, freight.shared, np.arange(sites))


def modes_over(freight: CityFreight, routes: GateRoutes, state: SearchState | None = None) -> Modes:
    """Return the modes of all parties that no other makes needless, given the routes of all entries over all sites.

    Parameters
    ----------
    freight, routes
        All freight, and its routes.
    state
        Clock of the search; None for none.

    Raises
    ------
    TimeoutError
        The time ran out first.
    """

    def in_time(modes: Modes) -> NDArray[np.intp]:
        if state is not None and state.is_over:
            raise TimeoutError
        return routes_in_time(freight, routes, modes)

    return city_modes(freight, in_time)


def costs_of_modes(freight: CityFreight, routes: GateRoutes, entries: Positions, modes: Modes) -> Floats:
    """Return what entries cost with modes of their parties, beside the modes, EUR/year, shape (modes, gates)."""
    is_late = (
        modes.extra_h[freight.way[entries], np.arange(len(modes))][:, None] > routes.slack_h[entries, :, modes.site]
    )
    penalty = np.where(freight.is_hard, np.inf, freight.penalty)[entries][:, None]
    each = routes.cost[entries, :, modes.site] + np.where(is_late, penalty, 0.0)
    # Freight of no volume has to have a route all the same.
    return np.where(
        np.isfinite(each), np.where(np.isfinite(each), each, 0.0) * freight.volume[entries][:, None], np.inf
    )


def has_room(instance: Instance) -> bool:
    """Return whether the values are few enough to be held, with some ten modes a party where vehicles leave."""
    sites, modes = len(instance.allowed), 1 if instance.services is None else 10
    return len(instance.commodities) * instance.number_of_hubs(instance.allowed) * sites <= MOST_CELLS // modes


def check_size(cells: int) -> None:
    """Check that so many values may be held.

    Raises
    ------
    SizeError
        They are too many.
    """
    if cells > MOST_CELLS:
        message = f"enumeration holds {MOST_CELLS:,} route values at most; this instance has {cells:,}"
        raise SizeError(message, MOST_CELLS / cells)
