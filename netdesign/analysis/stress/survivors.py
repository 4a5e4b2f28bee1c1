"""What is left of a network while a hub, a lane or a leg is out: a problem of its own, in which freight may stay."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.stress.surviving_legs import with_nowhere, without_outage
from netdesign.instance.blocks import Allocation
from netdesign.instance.failures import OutKind
from netdesign.instance.parts import Node, NodeKind, Site
from netdesign.instance.policies import FREIGHT
from netdesign.instance.policies.capacity import Capacity, CapacityCounts
from netdesign.instance.policies.hub_links import HubLinkRules
from netdesign.instance.rows import NightClass, SiteKind, SiteStatus
from netdesign.plan import NEGLIGIBLE_SHARE, Plan

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.failures import Outage
    from netdesign.instance.policies import Policies
    from netdesign.instance.policies.violations import Loads
    from netdesign.network import CandidateRoutes
    from netdesign.network.legs import Network


@dataclass(frozen=True)
class Survivors:
    """The operation of what is left of a network, in yearly rates.

    What is not carried goes over a last site, ``nowhere``, that every node reaches for nothing, and that takes the
    penalty as the handling of a tonne. So every engine and the referee know it without a word on failures.

    Parameters
    ----------
    instance, network
        The problem: sites that are left, all open, without a fixed cost; the last one is ``nowhere``. Hub links that
        are left are required, without a fixed cost too.
    whole
        The problem in which nothing is out.
    sites
        Positions in ``whole`` of the sites that are left.
    """

    instance: Instance
    network: Network
    whole: Instance
    sites: NDArray[np.intp]

    @property
    def open_hubs(self) -> tuple[str, ...]:
        """Ids of the sites that are left."""
        return tuple(site.id for site in self.instance.sites[:-1])

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Ends of the chosen hub links that are left; none where all hubs are joined."""
        return tuple(link.ends for link in self.instance.hub_links)

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
        passed = zip(plan.between, is_carried, strict=False)
        return replace(
            plan,
            open_hubs=tuple(hub for hub in plan.open_hubs[:-1] if hub not in lost),
            commodity=plan.commodity[is_carried],
            first_hub=self.sites[plan.first_hub[is_carried]],
            last_hub=self.sites[plan.last_hub[is_carried]],
            volume=plan.volume[is_carried],
            links=tuple(ends for ends in plan.links if not is_lost(ends, outage)),
            between=tuple(tuple(self.sites[list(hubs)].tolist()) for hubs, is_kept in passed if is_kept),
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
            between=self._passed(carried, place, order),
        )

    def _passed(self, carried: Plan, place: NDArray[np.intp], order: NDArray[np.intp]) -> tuple[tuple[int, ...], ...]:
        """Return what routes pass between first and last hub, in an order of those that are carried, then the rest."""
        if not any(carried.between):
            return ()
        passed = [tuple(place[list(hubs)].tolist()) for hubs in carried.between]
        return tuple(passed[row] if row < len(passed) else () for row in order.tolist())


def is_lost(link: tuple[str, str], outage: Outage | None) -> bool:
    """Return whether a hub link is out: by itself, or with the hub at one of its ends."""
    if outage is None or outage.kind is OutKind.LANE:
        return False
    return set(outage.ends) <= set(link)


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
    instance: Instance,
    network: Network,
    room: Mapping[str, float],
    penalty: float,
    outage: Outage | None,
    links: Collection[tuple[str, str]] = (),
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
    links
        Ends of the chosen hub links; none where all hubs are joined.
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
    names = {site.id for site in sites}
    linked = tuple(
        replace(link, fixed_cost=0.0)
        for link in instance.hub_links
        if link.ends in links and names.issuperset(link.ends) and not is_lost(link.ends, outage)
    )
    nodes = (*instance.nodes, Node(name, name, NodeKind.SITE, None, None, None, None))
    left = instance.replace(
        nodes=nodes,
        sites=tuple(sites),
        hub_links=linked,
        policies=_without_limits(instance.policies, [site.capacity for site in sites], [link.ends for link in linked]),
        # A city with one hub else would be served whole or not at all.
        problem=instance.problem.model_copy(update={"allocation": Allocation.MULTIPLE}),
    )
    positions = np.array(kept, dtype=np.intp)
    legs = without_outage(instance, network, outage)
    return Survivors(left, with_nowhere(left, legs, positions, penalty), instance, positions)


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


def _without_limits(policies: Policies, capacities: list[float], links: list[tuple[str, str]]) -> Policies:
    """Return the policies that hold while something is out: prices, what sites may lift, and the links left."""
    counts = CapacityCounts.HANDLED if policies.capacity is None else policies.capacity.counts
    for policy in FREIGHT:
        policies = policy.without(policies)
    free: dict[str, Any] = {"hub_count": None, "new_hubs": None, "sorting_centres": None}
    free |= {"required": (), "forbidden": (), "exclusive": (), "fixed_cost_cap_eur_per_year": None}
    # What a route may pass stays, as a hard deadline does; all links that are left are there.
    most = None if policies.hub_links is None else policies.hub_links.most_on_a_route
    free["hub_links"] = HubLinkRules(required=tuple(links), most_on_a_route=most) if links or most else None
    if any(map(math.isfinite, capacities)):
        free["capacity"] = Capacity(counts=counts)
    return policies.model_copy(update=free)
