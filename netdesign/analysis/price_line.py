"""Whether a figure moves prices along a line, so that the cost of each plan moves along a line too.

All that a cost is made of is compared at several values of the figure: what decides which plans there are and what is
late has to be the same, and prices (or volumes, where nothing couples the freight) have to lie on one line. Then the
cost of each plan is linear in the place on that line, and the least cost of all plans is the lower envelope of lines.

A price of a link may change the way of trucks. A way that is best at two weights of such a price is best at all in
between, so that equal lengths at the values that are compared are equal lengths everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.policies import FREIGHT, Policy, couplings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.policies import Policies
    from netdesign.instance.services import Services, Vehicle
    from netdesign.network import Network

SAMPLES = (0.0, 0.2113, 0.5, 0.7887, 1.0)
"""Where a range is looked at; what lies on a line at all of them is one, as no price of an instance has more bends."""

_ROUNDING = 1e-9
"""Relative difference that counts as rounding."""

_LEGS = ("collection", "inter_hub", "distribution")


@dataclass(frozen=True)
class ProblemFigures:
    """What costs are made of at one value of a figure.

    Parameters
    ----------
    structure
        All that decides which plans are permitted and what is late.
    prices
        Every price, EUR/t, EUR a departure or EUR/year.
    volumes
        Of each commodity, t/year.
    may_scale
        Whether volumes may move without changing which plans are permitted.
    """

    structure: tuple[Any, ...]
    prices: NDArray[np.float64]
    volumes: NDArray[np.float64]
    may_scale: bool


def problem_figures(instance: Instance, network: Network) -> ProblemFigures:
    """Return what costs are made of in an instance with its legs."""
    policies, shortfalls = _without_prices(instance.policies)
    fixed = np.array([site.fixed_cost for site in instance.sites])
    is_capped = instance.policies.fixed_cost_cap_eur_per_year is not None
    links = [link.fixed_cost for link in instance.hub_links]
    prices = [fixed, network.handling, [stream.late_penalty for stream in instance.streams], shortfalls, links]
    structure: list[Any] = [
        instance.problem,
        policies,
        tuple(replace(site, fixed_cost=0.0, handling_cost=0.0) for site in instance.sites),
        tuple(replace(stream, late_penalty=0.0) for stream in instance.streams),
        instance.nodes,
        tuple(replace(link, fixed_cost=0.0) for link in instance.hub_links),
        _without_fares(instance.services),
        fixed.tobytes() if is_capped else None,
        *(column.tobytes() for column in _ends(instance)),
    ]
    counts_carbon = _counts_carbon(instance)
    columns = ("time_h", "km", "co2e") if counts_carbon else ("time_h", "km")
    for name in _LEGS:
        legs = getattr(network, name)
        prices.append(_finite(legs.cost))
        structure += [np.isfinite(legs.cost).tobytes(), *(getattr(legs, column).tobytes() for column in columns)]
    for name in _LEGS if network.services is not None else ():
        arrays = getattr(network.services, name)
        prices.append(_finite(arrays.departure_eur))
        left_out = {"departure_eur"} if counts_carbon else {"departure_eur", "departure_co2e"}
        same = [field.name for field in fields(arrays) if field.name not in left_out]
        structure += [np.isfinite(arrays.departure_eur).tobytes(), *(getattr(arrays, one).tobytes() for one in same)]
    every = np.concatenate([np.ravel(np.asarray(part, dtype=np.float64)) for part in prices])
    is_limited = any(np.isfinite(link.capacity) for link in instance.hub_links)
    may_scale = instance.services is None and not is_limited and not couplings(instance)
    return ProblemFigures(tuple(structure), every, instance.commodities.volume, may_scale)


def places_on_line(figures: Sequence[ProblemFigures]) -> NDArray[np.float64] | None:
    """Return where each lies on the line from the first, at 0, to the last, at 1.

    Parameters
    ----------
    figures
        Of one instance at values of a figure that ascend.

    Returns
    -------
    array or None
        None where they lie on no line. All 0 where nothing changes.
    """
    first = figures[0]
    if any(one.structure != first.structure or one.prices.shape != first.prices.shape for one in figures):
        return None
    moves = [_places([getattr(one, name) for one in figures]) for name in ("prices", "volumes")]
    if any(places is None for places in moves):
        return None
    prices, volumes = (np.asarray(places) for places in moves)
    if not volumes.any():
        return prices
    return None if prices.any() or not first.may_scale else volumes


def _places(columns: Sequence[NDArray[np.float64]]) -> NDArray[np.float64] | None:
    """Return the places of columns on the line from the first to the last; None where they lie on none."""
    stacked = np.array(columns)
    stacked = stacked[:, (stacked != stacked[0]).any(axis=0)]
    size = np.abs(stacked).max(axis=0)
    scaled = stacked / np.where(size > 0, size, 1.0)
    step = scaled[-1] - scaled[0]
    if (np.abs(scaled - scaled[0]) <= _ROUNDING).all():
        return np.zeros(len(columns))
    length = float(step @ step)
    if length <= _ROUNDING**2:
        return None
    places = (scaled - scaled[0]) @ step / length
    off = scaled - scaled[0] - places[:, None] * step
    is_line = (np.abs(off) <= _ROUNDING).all() and (np.diff(places) > 0).all()
    return places if is_line else None


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, 0.0)


def _ends(instance: Instance) -> tuple[NDArray[np.intp], ...]:
    commodities = instance.commodities
    return commodities.origin, commodities.destination, commodities.stream


def _counts_carbon(instance: Instance) -> bool:
    """Return whether a policy has a price or a limit of what is emitted, or may have."""
    return instance.policies.carbon is not None or any(policy.NAME not in set(Policy) for policy in FREIGHT)


def _without_prices(policies: Policies) -> tuple[str, list[float]]:
    """Return policies as text without their prices, and these: of a shortfall, and of carbon."""
    data, found = policies.model_dump(), []
    minimum, carbon = data["minimum_throughput"] or {"hubs": ()}, data["carbon"]
    priced = [(hub, "shortfall_eur_per_t") for hub in minimum["hubs"]]
    for block, name in [*priced, *([] if carbon is None else [(carbon, "price_eur_per_t")])]:
        if block[name] is not None:
            found.append(float(block[name]))
            block[name] = 1.0
    return repr(data), found


def _without_fares(services: Services | None) -> Services | None:
    """Return services whose vehicles have no prices: what a departure costs is in the network."""
    return None if services is None else replace(services, vehicles=tuple(map(_without_price, services.vehicles)))


def _without_price(vehicle: Vehicle) -> Vehicle:
    crew = None if vehicle.crew is None else vehicle.crew.model_copy(update={"cost_factor": 1.0})
    return replace(vehicle, eur_per_km=0.0, eur_per_departure=0.0, fare_factor=0.0, co2e_g_per_km=0.0, crew=crew)
