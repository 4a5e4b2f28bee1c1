"""What the least departures on inter-hub legs and lanes cost: more than full vehicles for little freight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.network.services import leg_ends
from netdesign.solve.core.outcome import LEAST
from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.scheduled.freight import NONE
from netdesign.solve.scheduled.shared_legs import used_legs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.network.services import LegPlace
    from netdesign.solve.scheduled.columns import ShareColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions


@dataclass(frozen=True)
class LeastDepartures:
    """What shared services cost at least, and what shares pay for them as if vehicles were full.

    A service with freight costs the larger of the two: neither are there fewer departures than the least, nor carry
    they more than they hold.

    Parameters
    ----------
    names
        The first way of each service, shape (services,).
    cost
        EUR/year of the least departures of the cheapest vehicle, with what policies charge, shape (services,).
    service_on
        Service of the lane and of the inter-hub leg of each share, shape (2, shares), or ``NONE``.
    paid
        EUR/year that a whole share pays there for full vehicles, shape (2, shares).
    """

    names: list[LegPlace]
    cost: Floats
    service_on: Positions
    paid: Floats

    def short(self, share: Floats) -> dict[LegPlace, float]:
        """Return by how much what is paid for services with freight falls short of their least cost, EUR/year.

        Parameters
        ----------
        share
            Value of each share.
        """
        has, services = self.service_on != NONE, len(self.names)
        on, values = self.service_on[has], np.broadcast_to(share, self.paid.shape)[has]
        paid = np.bincount(on, self.paid[has] * values, services)
        is_used = np.bincount(on, values, services) > LEAST
        short = np.where(is_used, self.cost - paid, 0.0)
        return {self.names[n]: float(short[n]) for n in np.flatnonzero(short > ROUNDING * self.cost)}

    def without(self, shut: set[LegPlace]) -> NDArray[np.bool_]:
        """Return which shares use no service of some."""
        is_shut = np.array([*(name in shut for name in self.names), False])
        return np.asarray(~is_shut[self.service_on].any(axis=0))


def least_departures(freight: CityFreight, shares: ShareColumns) -> LeastDepartures:
    """Return what the shared services on the routes of some shares cost at least.

    Parameters
    ----------
    freight, shares
        All freight, and the routes, on which shared legs are priced as if their vehicles were full.
    """
    used, volume = used_legs(freight, shares), freight.volume[shares.entry]
    a_tonne = np.array([*(_eur_per_t(freight, used.services[service][way]) for service, way in used.legs), 0.0])
    names = [ways[0] for ways in used.services]
    cost = np.array([_least_cost(freight, ways) for ways in used.services])
    return LeastDepartures(names, cost, used.service_on, volume * a_tonne[used.on])


def _eur_per_t(freight: CityFreight, way: LegPlace) -> float:
    """Return what a tonne pays on a leg for a full vehicle, EUR/t."""
    full, beside = (getattr(network, way.legs) for network in (freight.shared, freight.network))
    cell = way.row, way.column
    return float(full.cost[cell] - beside.cost[cell])


def _least_cost(freight: CityFreight, ways: tuple[LegPlace, ...]) -> float:
    """Return the EUR/year of the least departures on a leg or a pair; 0 where no vehicle may go there."""
    services, network = freight.instance.services, freight.network.services
    assert services is not None
    assert network is not None
    terms = services.terms(*leg_ends(freight.instance, ways[0]))
    assert terms is not None
    price = carbon_charge(freight.instance.policies)
    best = math.inf
    for u in terms.vehicles:
        legs = [(getattr(network, way.legs), (u, way.row, way.column)) for way in ways]
        eur = sum(float(own.departure_eur[cell]) for own, cell in legs)
        if math.isfinite(eur):
            best = min(best, eur + price * sum(float(own.departure_co2e[cell]) for own, cell in legs))
    return terms.least * services.weeks_per_year * best if math.isfinite(best) else 0.0


def shut_legs(legs: Mapping[LegPlace, bool]) -> set[LegPlace]:
    """Return the shared services that are settled to carry nothing."""
    return {name for name, is_used in legs.items() if not is_used}
