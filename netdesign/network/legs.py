"""Unit costs, times and carbon of the three kinds of legs, as arrays by site and node."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.instance.driving import truck_hours
from netdesign.instance.policies import charges
from netdesign.instance.rows import Mode
from netdesign.network.services import GRAMS_PER_TONNE, Driven, with_services
from netdesign.network.shortest_paths import TruckPaths, find_truck_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from netdesign.instance import Instance, Link
    from netdesign.instance.blocks import Air
    from netdesign.instance.parts import GivenLegs
    from netdesign.network.services import NetworkServices

_ROWS_AT_ONCE = 64

LEG_COLUMNS = ("air", "road", "border", "time_h", "km", "co2e")


@dataclass(frozen=True)
class LegArrays:
    """Legs of one kind; infinite cost and time where there is none.

    Parameters
    ----------
    air, road
        Carriage in EUR/t, by air or by road; the factor of the leg is included.
    border
        Customs at a change of zone, EUR/t.
    time_h
        With waiting, rests and customs, h.
    km
        Great-circle or road km.
    co2e
        t CO2e/t.
    prices
        Prices that policies charge, EUR a unit of some of these columns.
    """

    air: NDArray[np.float64]
    road: NDArray[np.float64]
    border: NDArray[np.float64]
    time_h: NDArray[np.float64]
    km: NDArray[np.float64]
    co2e: NDArray[np.float64]
    prices: tuple[tuple[str, float], ...] = ()

    @property
    def cost(self) -> NDArray[np.float64]:
        """Whole unit cost of the leg, EUR/t."""
        cost = self.air + self.road + self.border
        for column, price in self.prices:
            cost = cost + price * getattr(self, column)
        return cost


@dataclass(frozen=True)
class Network:
    """All legs of an instance, and cost and time of one pass through each hub.

    Parameters
    ----------
    collection
        c_ik, shape (nodes, sites).
    inter_hub
        c_km, shape (sites, sites), zero on the diagonal.
    distribution
        c_mj, shape (sites, nodes).
    handling
        h_k, shape (sites,), EUR/t.
    hub_h
        s_k, shape (sites,), h.
    services
        What vehicles take, where the instance has services. Legs with a service then have in their arrays what a tonne
        pays beside the vehicle, and the least time: that of the fastest vehicle without a wait.
    """

    collection: LegArrays
    inter_hub: LegArrays
    distribution: LegArrays
    handling: NDArray[np.float64]
    hub_h: NDArray[np.float64]
    services: NetworkServices | None = None


def build_network(instance: Instance, paths: TruckPaths | None = None) -> Network:
    """Return the legs of an instance: shortest paths or legs given directly, and air lanes.

    Parameters
    ----------
    instance
        The instance.
    paths
        The shortest paths, where they are known; they are not changed.
    """
    surface = instance.legs or paths or find_truck_paths(instance)
    outward, inward = _surface_legs(instance, surface)
    driven = None if instance.services is None else _driven(instance, surface)
    del surface  # large
    factors, site_nodes = instance.factors, np.array([site.node for site in instance.sites])
    inter_hub = _each(outward, lambda values: _columns(values, site_nodes))
    inter_hub = replace(inter_hub, road=inter_hub.road.copy())
    for legs, factor in ((inter_hub, factors.inter_hub), (inward, factors.collection), (outward, factors.distribution)):
        _scale(legs, factor)
    _add_lanes(inward, instance, inbound=True)
    _add_lanes(outward, instance, inbound=False)
    prices = tuple((charge.measure, charge.eur) for charge in charges(instance.policies).values() if charge.eur)
    network = Network(
        collection=replace(_each(inward, np.transpose), prices=prices),
        inter_hub=replace(inter_hub, prices=prices),
        distribution=replace(outward, prices=prices),
        handling=np.array([site.handling_cost for site in instance.sites]),
        hub_h=np.array([site.hub_h for site in instance.sites]),
    )
    network = _from_hubs_only(instance, network)
    if instance.services is None or driven is None:
        return network
    return with_services(instance, network, instance.services, driven)


def _driven(instance: Instance, surface: TruckPaths | GivenLegs) -> tuple[Driven, Driven]:
    """Return what vehicles drive from the sites and towards them, shape (sites, nodes) both."""
    at_border = np.where(_crosses(instance), instance.border.hours, 0.0)
    if isinstance(surface, TruckPaths):
        emitted = 0.0 if instance.road is None else instance.road.sea_co2e_g_per_tkm / GRAMS_PER_TONNE
        always = np.broadcast_to(np.True_, surface.km.shape)
        hours, at_sea = surface.hours + at_border, surface.sea_km * emitted
        both = Driven(surface.km, hours, surface.fare, at_sea, always, always, always)
        return both, both
    sites, by_truck, nothing = [site.node for site in instance.sites], surface.by_truck, np.zeros(at_border.shape)

    def between(take: Callable[[NDArray[Any]], NDArray[Any]]) -> Driven:
        follows = (take(column) for column in (by_truck.cost, by_truck.time_h, by_truck.co2e))
        return Driven(take(surface.km), at_border, nothing, nothing, *follows)

    return between(lambda matrix: matrix[sites]), between(lambda matrix: matrix[:, sites].T)


def _from_hubs_only(instance: Instance, network: Network) -> Network:
    """Return the network in which sorting centres collect nothing and hand nothing on to another site.

    So no route has one as its first hub, and what a route over two sites leaves over is first a hub, then a hub or a
    sorting centre.
    """
    is_centre = instance.is_centre
    if not is_centre.any():
        return network
    to_others = is_centre[:, None] & ~np.eye(len(is_centre), dtype=bool)
    collects = np.broadcast_to(is_centre, network.collection.road.shape)
    return replace(
        network,
        collection=without_legs(network.collection, collects),
        inter_hub=without_legs(network.inter_hub, to_others),
    )


def without_legs(legs: LegArrays, gone: NDArray[np.bool_]) -> LegArrays:
    """Return copies of the legs in which some do not exist; arrays of both directions share columns."""
    missing: dict[str, Any] = {name: np.where(gone, np.inf, getattr(legs, name)) for name in LEG_COLUMNS}
    return replace(legs, **missing | {name: np.where(gone, 0.0, getattr(legs, name)) for name in ("air", "border")})


def _each(legs: LegArrays, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> LegArrays:
    changed: dict[str, Any] = {column: change(getattr(legs, column)) for column in LEG_COLUMNS}
    return replace(legs, **changed)


def _columns(values: NDArray[np.float64], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return some columns, without a copy where they are contiguous."""
    side_by_side = (np.diff(chosen) == 1).all()
    return values[:, chosen[0] : chosen[-1] + 1] if side_by_side else np.take(values, chosen, axis=1)


def _scale(legs: LegArrays, factor: float) -> None:
    """Apply the factor of a leg to its carriage by road; customs, time and carbon stay."""
    # A missing leg stays missing, also under a factor of 0.
    np.multiply(legs.road, factor, out=legs.road, where=np.isfinite(legs.road))


def _surface_legs(instance: Instance, surface: TruckPaths | GivenLegs) -> tuple[LegArrays, LegArrays]:
    """Return legs from the sites and towards them, shape (sites, nodes) both.

    Matrices of thousands of sites take long to copy: those of trucks share all but the carriage, and lanes give both
    directions the same customs, hours, km and carbon.
    """
    if isinstance(surface, TruckPaths):
        trucks = _truck_legs(instance, surface)
        return trucks, replace(trucks, air=np.zeros(trucks.air.shape), road=trucks.road.copy())
    sites = np.array([site.node for site in instance.sites])
    given = (surface.cost, surface.time_h, surface.km, surface.co2e)
    outward = _with_border(instance, *(matrix[sites] for matrix in given))
    inward = _with_border(instance, *(matrix[:, sites].T for matrix in given))
    return outward, inward


def _truck_legs(instance: Instance, ways: TruckPaths) -> LegArrays:
    """Legs between sites and nodes by truck, shape (sites, nodes); the same in both directions."""
    road = instance.road
    if road is None:
        return _with_border(instance, *(ways.km.copy() for _ in range(4)))

    def by_truck(
        km: NDArray[np.float64], sea_km: NDArray[np.float64], hours: NDArray[np.float64], fare: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], ...]:
        cost = (km * road.cost_eur_per_km * road.crew.cost_factor + fare) / road.truck_load_t
        time_h = truck_hours(km, road.speed_kmh, road.crew) + hours
        co2e = (km * road.co2e_g_per_tkm + sea_km * road.sea_co2e_g_per_tkm) / GRAMS_PER_TONNE
        return cost, time_h, km + sea_km, co2e

    return _with_border(instance, *_row_by_row(by_truck, ways.km, ways.sea_km, ways.hours, ways.fare))


def _row_by_row(
    change: Callable[..., tuple[NDArray[np.float64], ...]], *given: NDArray[np.float64]
) -> tuple[NDArray[np.float64], ...]:
    """Return as many matrices as are given; intermediate results stay small, and so in the processor's cache."""
    made = tuple(np.empty(values.shape) for values in given)
    for start in range(0, len(given[0]), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        for values, found in zip(made, change(*(values[part] for values in given)), strict=True):
            values[part] = found
    return made


def _with_border(
    instance: Instance,
    cost: NDArray[np.float64],
    time_h: NDArray[np.float64],
    km: NDArray[np.float64],
    co2e: NDArray[np.float64],
) -> LegArrays:
    """Add customs where the zones of site and node differ, and make missing legs infinite.

    Parameters
    ----------
    instance
        Gives zones and border.
    cost, time_h, km, co2e
        Shape (sites, nodes), NaN where there is no leg; they are changed. The leg of a site to itself may be missing:
        it is free.
    """
    columns = (cost, time_h, km, co2e)
    rows, own = np.arange(len(instance.sites)), [site.node for site in instance.sites]
    for values in columns:
        values[rows, own] = np.nan_to_num(values[rows, own], nan=0.0)
    absent = np.isnan(cost)
    for values in columns:
        np.copyto(values, np.inf, where=absent)
    crosses = _crosses(instance)
    border = np.zeros(cost.shape)
    if crosses.any():
        border[crosses] = instance.border.cost_eur_per_t
        time_h[crosses] += instance.border.hours
    return LegArrays(np.zeros(cost.shape), cost, border, time_h, km, co2e)


def _crosses(instance: Instance) -> NDArray[np.bool_]:
    """Return where the customs zones of site and node differ, shape (sites, nodes)."""
    own = [site.node for site in instance.sites]
    names, zone = np.unique([node.customs_zone or "" for node in instance.nodes], return_inverse=True)
    at_site, has_zone = zone[own][:, None], (names != "")[zone]
    return np.asarray((at_site != zone) & has_zone[own][:, None] & has_zone)


def _add_lanes(legs: LegArrays, instance: Instance, *, inbound: bool) -> None:
    """Make the air lanes of one direction the only legs of overseas airports; shape (sites, nodes)."""
    overseas = instance.is_overseas
    for column in LEG_COLUMNS:
        getattr(legs, column)[:, overseas] = np.inf
    legs.air[:, overseas] = legs.border[:, overseas] = 0.0
    air = instance.air
    site_at = {site.node: position for position, site in enumerate(instance.sites)}
    for link in instance.links:
        if link.mode is not Mode.AIR or air is None:
            continue
        airport, node = (link.origin, link.destination) if overseas[link.origin] else (link.destination, link.origin)
        site = site_at[node]
        legs.air[site, airport] = air_cost(air, link.km, inbound=inbound)
        legs.road[site, airport] = 0.0
        legs.time_h[site, airport] = air_hours(air, link) + instance.sites[site].night_wait_h
        legs.km[site, airport] = link.km
        legs.co2e[site, airport] = link.km * air.co2e_g_per_tkm / GRAMS_PER_TONNE


def air_cost(air: Air, km: float, *, inbound: bool) -> float:
    """Return the rate of a lane, EUR/t: one share of it grows with distance, the rest is the market's."""
    rate = air.inbound_rate_eur_per_kg if inbound else air.outbound_rate_eur_per_kg
    return 1000.0 * rate * (1.0 - air.distance_share + air.distance_share * km / air.reference_distance_km)


def air_hours(air: Air, link: Link) -> float:
    """Return the block hours of a lane, as given or from its distance."""
    if link.hours is not None:
        return link.hours
    return link.km * air.routing_factor / air.block_speed_kmh + air.fixed_h
