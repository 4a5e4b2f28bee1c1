"""What is left of a network while a hub, a lane or a leg is out: a problem of its own, in which freight may stay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.failures import OutKind
from netdesign.instance.parts import Node, NodeKind, Site
from netdesign.instance.policies import FREIGHT
from netdesign.instance.policies.capacity import Capacity, CapacityCounts
from netdesign.instance.rows import NightClass, SiteKind, SiteStatus
from netdesign.network.legs import LEG_COLUMNS, without_legs
from netdesign.plan import NEGLIGIBLE_SHARE, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.failures import Outage
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.violations import Loads
    from netdesign.network import CandidateRoutes
    from netdesign.network.legs import LegArrays, Network
    from netdesign.network.services import ServiceArrays


@dataclass(frozen=True)
class Survivors:
    """The operation of what is left of a network, in yearly rates.

    What is not carried goes over a last site, ``nowhere``, that every node reaches for nothing, and that takes the
    penalty as the handling of a tonne. So every engine and the referee know it without a word on failures.

    Parameters
    ----------
    instance, network
        The problem: sites that are left, all open, without a fixed cost; the last one is ``nowhere``.
    whole
        The problem in which nothing is out.
    sites
        Positions in ``whole`` of the sites that are left.
    """

    instance: Instance
    network: Network
    whole: Instance
    sites: NDArray[np.intp]

    def carried(self, plan: Plan, outage: Outage | None = None) -> Plan:
        """Return the part of a plan that is carried, in positions of the whole problem.

        Parameters
        ----------
        plan
            Of this problem.
        outage
            What the plan does without though it is there.
        """
        lost = outage.ends if outage is not None and outage.kind is OutKind.HUB else ()
        is_carried = plan.first_hub < len(self.sites)
        return replace(
            plan,
            open_hubs=tuple(hub for hub in plan.open_hubs[:-1] if hub not in lost),
            commodity=plan.commodity[is_carried],
            first_hub=self.sites[plan.first_hub[is_carried]],
            last_hub=self.sites[plan.last_hub[is_carried]],
            volume=plan.volume[is_carried],
        )

    def is_gone(self, outage: Outage, routes: CandidateRoutes) -> NDArray[np.bool_]:
        """Return which routes of this problem pass what is out, shape (routes,)."""
        instance, commodities = self.instance, self.instance.commodities
        first, last = routes.first_hub, routes.last_hub
        sites = [instance.site_position.get(end, _NONE) for end in outage.ends]
        if outage.kind is OutKind.HUB:
            return np.asarray((first == sites[0]) | (last == sites[0]))
        if outage.kind is OutKind.INTER_HUB:
            one, other = sites
            return np.asarray(((first == one) & (last == other)) | ((first == other) & (last == one)))
        airport, hub = instance.node_position[outage.ends[0]], sites[1]
        inbound = (commodities.origin[routes.commodity] == airport) & (first == hub)
        outbound = (commodities.destination[routes.commodity] == airport) & (last == hub)
        return np.asarray(inbound | outbound)

    def with_unserved(self, carried: Plan) -> Plan:
        """Return the plan of this problem that carries no more than what ``carried`` returned."""
        place = np.full(len(self.whole.sites), -1)
        place[self.sites] = np.arange(len(self.sites))
        left = unserved(self.whole, carried)
        rows, nowhere = np.flatnonzero(left > 0), len(self.sites)
        commodity = np.concatenate([carried.commodity, rows])
        order = np.argsort(commodity, kind="stable")
        to_nowhere = np.full(len(rows), nowhere)
        return replace(
            carried,
            open_hubs=(*carried.open_hubs, self.instance.sites[nowhere].id),
            commodity=commodity[order],
            first_hub=np.concatenate([place[carried.first_hub], to_nowhere])[order],
            last_hub=np.concatenate([place[carried.last_hub], to_nowhere])[order],
            volume=np.concatenate([carried.volume, left[rows]])[order],
        )


_NONE = -2
"""Position of a site that is not left; no route has it."""


def unserved(instance: Instance, carried: Plan) -> NDArray[np.float64]:
    """Return what a plan leaves of each commodity, t/year, shape (commodities,); rounding is 0."""
    volume = instance.commodities.volume
    left = volume - np.bincount(carried.commodity, carried.volume, len(volume))
    return np.where(left > NEGLIGIBLE_SHARE * volume, left, 0.0)


def room_of_sites(instance: Instance, loads: Loads, surge: float) -> dict[str, float]:
    """Return what each site may lift while something is out, t/year; infinite where that is all freight.

    Parameters
    ----------
    instance
        With the policies of other days.
    loads
        What its sites lift on these.
    surge
        Share of the capacity, or of what they lift where no capacity is in force.
    """
    policy = instance.policies.capacity
    usual = loads.collected if policy is not None and policy.counts is CapacityCounts.COLLECTED else loads.handled
    capacity = {site.id: site.capacity if policy is not None else math.inf for site in instance.sites}
    room = {
        name: (1.0 + surge) * (stated if math.isfinite(stated) else usual.get(name, 0.0))
        for name, stated in capacity.items()
    }
    every = float(instance.commodities.volume.sum())
    return {name: tonnes if tonnes < every else math.inf for name, tonnes in room.items()}


def survivors(
    instance: Instance, network: Network, room: Mapping[str, float], penalty: float, outage: Outage | None
) -> Survivors:
    """Return the problem of what is left.

    Parameters
    ----------
    instance, network
        The whole problem and its legs.
    room
        Open sites and what each may lift, t/year; one without room is left out, as nothing can pass it.
    penalty
        Of a tonne that is not carried, EUR/t.
    outage
        What is out; None for nothing.
    """
    lost = outage.ends if outage is not None and outage.kind is OutKind.HUB else ()
    kept = [k for k, site in enumerate(instance.sites) if room.get(site.id, 0.0) > 0 and site.id not in lost]
    name = _free_name(instance)
    sites = [
        replace(
            instance.sites[k],
            status=SiteStatus.EXISTING,
            below_threshold=False,
            fixed_cost=0.0,
            capacity=room[instance.sites[k].id],
        )
        for k in kept
    ]
    sites.append(_nowhere(name, len(instance.nodes)))
    nodes = (*instance.nodes, Node(name, name, NodeKind.SITE, None, None, None, None))
    left = instance.replace(
        nodes=nodes,
        sites=tuple(sites),
        policies=_without_limits(instance.policies, [site.capacity for site in sites]),
        # A city with one hub else would be served whole or not at all.
        problem=instance.problem.model_copy(update={"allocation": Allocation.MULTIPLE}),
    )
    positions = np.array(kept, dtype=np.intp)
    legs = _without_outage(instance, network, outage)
    return Survivors(left, _with_nowhere(left, legs, positions, penalty), instance, positions)


def _free_name(instance: Instance) -> str:
    name = "not served"
    while name in instance.node_position:
        name += "'"
    return name


def _nowhere(name: str, node: int) -> Site:
    return Site(
        id=name,
        node=node,
        kind=SiteKind.HUB,
        status=SiteStatus.EXISTING,
        below_threshold=False,
        fixed_cost=0.0,
        handling_cost=0.0,
        hub_h=0.0,
        night_class=NightClass.OPEN,
        night_wait_h=0.0,
        capacity=math.inf,
    )


def _without_limits(policies: Policies, capacities: list[float]) -> Policies:
    """Return the policies that hold while something is out: prices, and what sites may lift."""
    counts = CapacityCounts.HANDLED if policies.capacity is None else policies.capacity.counts
    for policy in FREIGHT:
        policies = policy.without(policies)
    free: dict[str, Any] = {"hub_count": None, "new_hubs": None, "sorting_centres": None}
    free |= {"required": (), "forbidden": (), "exclusive": (), "fixed_cost_cap_eur_per_year": None}
    if any(map(math.isfinite, capacities)):
        free["capacity"] = Capacity(counts=counts)
    return policies.model_copy(update=free)


def _without_outage(instance: Instance, network: Network, outage: Outage | None) -> Network:
    """Return the legs without the lane or the leg between two sites that is out, in both directions."""
    if outage is None or outage.kind is OutKind.HUB:
        return network
    sites, nodes = instance.site_position, instance.node_position
    gone = {name: np.zeros(getattr(network, name).road.shape, dtype=bool) for name in _SHAPED}
    if outage.kind is OutKind.LANE:
        airport, hub = nodes[outage.ends[0]], sites[outage.ends[1]]
        gone["collection"][airport, hub] = gone["distribution"][hub, airport] = True
    else:
        one, other = (sites[name] for name in outage.ends)
        gone["inter_hub"][one, other] = gone["inter_hub"][other, one] = True
    changed: dict[str, Any] = {name: without_legs(getattr(network, name), where) for name, where in gone.items()}
    if network.services is not None:
        served = {name: _without_services(getattr(network.services, name), where) for name, where in gone.items()}
        changed["services"] = replace(network.services, **served)
    return replace(network, **changed)


_Shaped = Literal["collection", "inter_hub", "distribution"]
_SHAPED: tuple[_Shaped, ...] = ("collection", "inter_hub", "distribution")
_SERVED = {"departure_eur": np.inf, "travel_h": np.inf, "departure_co2e": np.inf, "km": np.inf, "least_wait_h": 0.0}
"""Columns of services, with what they have where no vehicle goes."""


def _without_services(services: ServiceArrays, gone: NDArray[np.bool_]) -> ServiceArrays:
    missing = {name: np.where(gone, none, getattr(services, name)) for name, none in _SERVED.items()}
    return replace(services, **missing)


@dataclass(frozen=True)
class _Place:
    """Which legs of one kind are kept, in an array with room for ``nowhere``, and which are its own."""

    kept: tuple[Any, ...]
    shape: tuple[int, int]
    own: tuple[Any, Any]

    def resized(self, values: NDArray[np.float64], none: float) -> NDArray[np.float64]:
        """Return an array of legs, the last two axes of it, with ``none`` where nothing is kept."""
        found = np.full((*values.shape[:-2], *self.shape), none)
        part = values[(..., *self.kept)]
        found[..., : part.shape[-2], : part.shape[-1]] = part
        return found

    def legs(self, legs: LegArrays) -> LegArrays:
        """Return the legs that are kept, and those of ``nowhere``, which take nothing."""
        columns: dict[str, Any] = {}
        for name in LEG_COLUMNS:
            columns[name] = self.resized(getattr(legs, name), 0.0 if name in ("air", "border") else np.inf)
            columns[name][self.own] = 0.0
        return replace(legs, **columns)

    def services(self, services: ServiceArrays) -> ServiceArrays:
        """Return what vehicles take on the legs that are kept; none goes to ``nowhere``."""
        return replace(
            services, **{name: self.resized(getattr(services, name), none) for name, none in _SERVED.items()}
        )


def _with_nowhere(instance: Instance, network: Network, kept: NDArray[np.intp], penalty: float) -> Network:
    """Return the legs of the sites that are kept, and of ``nowhere`` as the last one."""
    nodes, sites = len(instance.nodes), len(kept) + 1
    last, others, every = sites - 1, slice(0, nodes - 1), slice(None)
    places: dict[_Shaped, _Place] = {
        "collection": _Place((every, kept), (nodes, sites), (others, last)),
        "inter_hub": _Place(np.ix_(kept, kept), (sites, sites), (last, last)),
        "distribution": _Place((kept, every), (sites, nodes), (last, others)),
    }
    services = network.services
    changed: dict[str, Any] = {name: place.legs(getattr(network, name)) for name, place in places.items()}
    if services is not None:
        served: dict[str, Any] = {name: place.services(getattr(services, name)) for name, place in places.items()}
        changed["services"] = replace(services, **served)
    return replace(
        network,
        handling=np.append(network.handling[kept], penalty),
        hub_h=np.append(network.hub_h[kept], _hours_nowhere(instance)),
        **changed,
    )


def _hours_nowhere(instance: Instance) -> float:
    """Return hours of ``nowhere`` with which nothing there is late: the penalty is all that it costs."""
    over = [
        stream.origin_h + stream.last_mile_h - stream.deadline_h
        for stream in instance.streams
        if stream.deadline_h is not None
    ]
    return -max([0.0, *over])
