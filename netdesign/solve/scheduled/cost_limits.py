"""What plans with vehicles cost at least and at most, whatever hubs are open."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import carbon_charge
from netdesign.solve.core.route_matrices import IMPOSSIBLE
from netdesign.solve.coupled.bounds import dearest_shortfall
from netdesign.solve.scheduled.freight import NONE

if TYPE_CHECKING:
    from netdesign.solve.core.city_choices import CityChoices
    from netdesign.solve.core.route_matrices import RouteMatrices
    from netdesign.solve.scheduled.freight import CityFreight
    from netdesign.solve.scheduled.modes import Modes

_CERTAIN = 1e-6
"""Part of a sum by which rounding cannot change it."""


def ceiling_of(freight: CityFreight, matrices: RouteMatrices) -> float:
    """Return what the best plan costs at most, EUR/year: all departures that there may be, on the dearest legs.

    Parameters
    ----------
    freight, matrices
        All freight, none of which flies with departures of its own, and its legs.
    """
    instance = freight.instance
    services, network = instance.services, freight.network.services
    departures = 0.0
    if services is not None and network is not None:
        price = carbon_charge(instance.policies)
        dearest = max(
            float((legs.departure_eur[goes] + price * legs.departure_co2e[goes]).max(initial=0.0))
            for legs in (network.collection, network.inter_hub, network.distribution)
            for goes in [np.isfinite(legs.departure_eur)]
        )
        most = max((terms.most for terms in (*services.of_kind.values(), *services.of_leg.values())), default=0)
        legs = 2 * len(freight.parties) + len(freight.sites) ** 2
        departures = services.weeks_per_year * dearest * most * legs
    return (matrices.largest_cost + departures) * (1.0 + _CERTAIN) + 1.0 + dearest_shortfall(instance)


def least_of_all(freight: CityFreight, matrices: RouteMatrices, choices: CityChoices, modes: Modes | None) -> float:
    """Return a bound of all sets of hubs, EUR/year; infinite where a city cannot be served.

    Each city takes the cheapest departures, and each tonne the best legs.

    Parameters
    ----------
    freight, matrices, choices, modes
        All freight, its legs, and the choices and modes of all cities; of modes None where they are not known.
    """
    legs, fixed = matrices.legs, matrices.fixed
    out, back = legs.collect.min(axis=1)[choices.origin], legs.distribute.min(axis=0)[choices.destination]
    cost = np.full(len(freight.parties), 0.0 if modes is None else np.inf)
    if modes is not None:
        np.minimum.at(cost, modes.party, modes.cost)
    cost += np.add.reduceat(freight.volume * (out + back), freight.start)
    total = sum(
        min(
            cost[city.both] if city.both != NONE else math.inf,
            sum(cost[party] for party in (city.inbound, city.outbound) if party != NONE),
        )
        for city in freight.cities
    )
    required = [freight.instance.sites[site].id in freight.instance.required for site in freight.sites]
    least = float(total + np.where(required, fixed, np.minimum(fixed, 0.0)).sum())
    return math.inf if least >= IMPOSSIBLE else least * (1.0 - _CERTAIN)
