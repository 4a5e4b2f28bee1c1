"""Bounds of what cities cost that divide their freight over several hubs: the least departures on two legs or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation, Objective
from netdesign.solve.scheduled.freight import NONE, goes_overseas
from netdesign.solve.scheduled.modes import ROUNDING, yearly_departures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.solve.scheduled.freight import CityFreight, Floats
    from netdesign.solve.scheduled.gate_routes import GateRoutes


def may_divide(instance: Instance) -> bool:
    """Return whether each city may divide its freight, all of which goes overseas, over hubs with vehicles.

    Sorting centres are left to the model: here they would be hubs of freight that goes out too.
    """
    problem, has_services = instance.problem, instance.services is not None
    is_free = problem.allocation is Allocation.MULTIPLE and problem.objective is Objective.COST
    return is_free and has_services and not instance.has_centres and bool(goes_overseas(instance).all())


class DivisionBounds:
    """Bounds of the cost of each party that travels over two hubs or more.

    On each leg in use the fewest departures that it may have leave. Either all freight with a promise is late, or on
    one leg as many leave as some of it needs to be in time; then each tonne takes its cheapest route with the best
    hours that departures can give it. All departures together take at least what full vehicles take. No more is asked,
    so that no division costs less.

    Parameters
    ----------
    freight, routes
        All freight, and its routes over all sites.
    """

    def __init__(self, freight: CityFreight, routes: GateRoutes) -> None:
        self._freight = freight
        least, soon, each, extra_h = _of_legs(freight, _most_slack(freight, routes))
        alone = np.arange(len(freight.parties))[:, None].repeat(2, axis=1)
        for city in freight.cities:
            if city.both != NONE:
                alone[city.both] = city.inbound, city.outbound
        larger = np.array([int(np.argmax(party.volume)) for party in freight.parties], dtype=np.intp)
        # A pair pays for both ways where either is used.
        self._least, self._soon = least[alone].min(axis=1).T, soon[alone].min(axis=1).T
        each = each[alone[np.arange(len(alone)), larger]].T
        of_entry = alone[freight.party, freight.way]
        is_late = extra_h[of_entry][:, None, :] > routes.slack_h
        penalty = np.where(freight.is_hard, np.inf, freight.penalty)[:, None, None]
        # In time as far as departures can do it, and late wherever there is a promise.
        self._in_time, self._late = (
            np.ascontiguousarray(
                np.moveaxis((routes.cost + np.where(late, penalty, 0.0)) * freight.volume[:, None, None], 0, -1)
            )
            for late in (is_late, np.isfinite(routes.slack_h))
        )
        is_larger = freight.way == larger[freight.party]
        self._full = np.where(is_larger, each[:, freight.party] * freight.volume, 0.0)

    def of_sets(self, sets: NDArray[np.int32]) -> Floats:
        """Return a bound of each party that divides over a set, EUR/year, shape (sets, parties).

        Parameters
        ----------
        sets
            Places in ``CityFreight.sites``, shape (sets, hubs).
        """
        if sets.shape[1] == 1:
            return np.full((len(sets), len(self._freight.parties)), np.inf)
        pairs, start = (sets[:, :, None], sets[:, None, :]), self._freight.start
        cost, late = self._in_time[pairs].min(axis=1), self._late[pairs].min(axis=(1, 2))
        least = self._least[sets]
        first, second = np.moveaxis(np.partition(least, 1, axis=1)[:, :2], 1, 0)
        with np.errstate(invalid="ignore"):
            other = np.where(least == first[:, None], second[:, None], first[:, None])
        one_soon = (self._soon[sets] + other).min(axis=1)
        if_late = first + second + np.add.reduceat(late, start, axis=-1)
        if_soon = one_soon + np.add.reduceat(cost.min(axis=1), start, axis=-1)
        by_full = np.add.reduceat((cost + self._full[sets]).min(axis=1), start, axis=-1)
        bound = np.maximum(np.minimum(if_late, if_soon), by_full)
        return np.asarray(np.where(np.isfinite(second), bound, np.inf))


def _most_slack(freight: CityFreight, routes: GateRoutes) -> Floats:
    """Return the most hours that departures may take over the least for some freight of a party to be in time.

    Shape (parties, sites); minus infinity where nothing has a promise.
    """
    slack = np.where(np.isfinite(routes.slack_h), routes.slack_h, -np.inf).max(axis=1)
    return np.asarray(np.maximum.reduceat(slack, freight.start, axis=0))


def _of_legs(freight: CityFreight, slack_h: Floats) -> tuple[Floats, ...]:
    """Return what the legs of parties of one way take at least, shape (parties, sites).

    EUR/year of the fewest departures, and of the fewest that keep the slack; EUR/t of full vehicles; and hours over the
    least of the fastest vehicle with most departures. 0 where none is needed, infinite where none may go.
    """
    listed, index = freight.terms()
    services = freight.instance.services
    least, soon, each, extra_h = (np.zeros(index.shape) for _ in range(4))
    soon[slack_h < -ROUNDING] = np.inf
    for place, terms in enumerate(listed):
        party, site = np.nonzero((index == place) & ~freight.is_both[:, None])
        assert services is not None
        found = [np.full(len(party), np.inf) for _ in range(4)]
        waits = np.array([terms.wait_h(n) for n in range(terms.least, terms.most + 1)])
        for u in terms.vehicles:
            eur, _, travel_h = yearly_departures(freight, u, party, site)
            tonnes = services.weeks_per_year * services.vehicles[u].payload_t
            hours = np.where(np.isfinite(eur), travel_h[0] + waits[-1], np.inf)
            # Waits fall: the first that leaves the freight in time.
            more = np.searchsorted(-waits, travel_h[0] - slack_h[party, site] - ROUNDING)
            keeping = np.where(more < len(waits), (terms.least + more) * eur, np.inf)
            for own, value in zip(found, (terms.least * eur, keeping, eur / tonnes, hours), strict=True):
                np.minimum(own, value, out=own)
        for values, own in zip((least, soon, each, extra_h), found, strict=True):
            values[party, site] = own
    return least, soon, each, extra_h
