"""Routes of commodities over one or two hubs: what they cost, how long they take, what they emit (design: F, T, E)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.errors import Fault, InstanceError
from netdesign.instance.blocks import DeadlineKind, Objective
from netdesign.network.carriage import carriage_warnings
from netdesign.network.hours import LATE_TOLERANCE_H as LATE_TOLERANCE_H
from netdesign.network.hours import Hours, joined
from netdesign.network.hours import fastest_hours as fastest_hours
from netdesign.network.hub_steps import with_all_links
from netdesign.network.operated import with_least_waits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network.hub_steps import HubSteps
    from netdesign.network.legs import Network


@dataclass(frozen=True)
class RouteCosts:
    """Cost parts, time and carbon of routes; all of one shape, infinite where there is no route.

    Parameters
    ----------
    air, road, border, handling, late
        EUR/t; their sum is F, with what policies charge.
    time_h
        T, from order to door.
    co2e
        E, t CO2e/t.
    is_late
        Whether T is past the deadline.
    prices
        Prices that policies charge, EUR a unit of some of these columns.
    """

    air: NDArray[np.float64]
    road: NDArray[np.float64]
    border: NDArray[np.float64]
    handling: NDArray[np.float64]
    late: NDArray[np.float64]
    time_h: NDArray[np.float64]
    co2e: NDArray[np.float64]
    is_late: NDArray[np.bool_]
    prices: tuple[tuple[str, float], ...] = ()

    @property
    def total(self) -> NDArray[np.float64]:
        """F, EUR/t."""
        total = self.air + self.road + self.border + self.handling + self.late
        for column, price in self.prices:
            total = total + price * getattr(self, column)
        return total

    @property
    def is_in_time(self) -> NDArray[np.bool_]:
        """Whether T is within the deadline."""
        return ~self.is_late


def price_routes(
    instance: Instance,
    network: Network,
    commodity: NDArray[np.intp],
    first_hub: NDArray[np.intp],
    last_hub: NDArray[np.intp],
    steps: HubSteps | None = None,
) -> RouteCosts:
    """Price routes; the three arrays of positions are broadcast against each other.

    ``F = chi c_ik + h_k + [k != m] (alpha c_km + h_m) + delta c_mj + lambda [T > tau] + gamma E`` and
    ``T = origin hours + t_ik + s_k + [k != m] (t_km + s_m) + t_mj + last-mile hours``, border hours in each t.

    Parameters
    ----------
    instance, network
        The problem and its legs.
    commodity, first_hub, last_hub
        Positions; first and last hub may be the same.
    steps
        Of routes of one column, where they go from hub to hub over others: each further hub adds its leg and its pass.
    """
    sums = _RouteSums(instance, network, commodity, first_hub, last_hub, steps)
    penalty = _promises(instance)[2]
    time_h = _hours(sums)
    is_late = time_h > instance.deadline_h[commodity] + LATE_TOLERANCE_H
    air = sums.along("air")
    return RouteCosts(
        air=air,
        road=sums.along("road"),
        border=sums.along("border"),
        handling=np.broadcast_to(sums.at_hubs(network.handling), air.shape),
        late=np.where(is_late, penalty[instance.commodities.stream[commodity]], 0.0),
        time_h=time_h,
        co2e=sums.along("co2e"),
        is_late=is_late,
        prices=network.collection.prices,
    )


def route_hours(
    instance: Instance,
    network: Network,
    commodity: NDArray[np.intp],
    first_hub: NDArray[np.intp],
    last_hub: NDArray[np.intp],
    steps: HubSteps | None = None,
) -> NDArray[np.float64]:
    """Return T of routes, h, without their prices; its arguments are those of ``price_routes``."""
    return _hours(_RouteSums(instance, network, commodity, first_hub, last_hub, steps))


@dataclass(frozen=True)
class _RouteSums:
    """Routes, and what legs and hubs add up to along them; the arguments are those of ``price_routes``."""

    instance: Instance
    network: Network
    commodity: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    steps: HubSteps | None

    def along(self, name: str) -> NDArray[np.float64]:
        """Return the sum of a column of the legs."""
        commodities, network = self.instance.commodities, self.network
        collected = getattr(network.collection, name)[commodities.origin[self.commodity], self.first]
        handed_out = getattr(network.distribution, name)[self.last, commodities.destination[self.commodity]]
        of_legs = getattr(network.inter_hub, name)
        if self.steps is None:
            between = np.where(self.first != self.last, of_legs[self.first, self.last], 0.0)
        else:
            between = self.steps.sums(of_legs[self.steps.start, self.steps.end], len(self.first))
        return np.asarray(collected + between + handed_out)

    def at_hubs(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of values over the hubs that are passed."""
        if self.steps is None:
            further = np.where(self.first != self.last, values[self.last], 0.0)
        else:
            further = self.steps.sums(values[self.steps.end], len(self.first))
        return np.asarray(values[self.first] + further)


def _hours(sums: _RouteSums) -> NDArray[np.float64]:
    origin_h, last_mile_h, _ = _promises(sums.instance)
    stream = sums.instance.commodities.stream[sums.commodity]
    on_the_way = sums.along("time_h") + sums.at_hubs(sums.network.hub_h)
    return np.asarray(origin_h[stream] + on_the_way + last_mile_h[stream])


def _promises(instance: Instance) -> tuple[NDArray[np.float64], ...]:
    """Return origin hours, last-mile hours and late penalty by stream."""
    rows = [(stream.origin_h, stream.last_mile_h, stream.late_penalty) for stream in instance.streams]
    return tuple(np.array(rows, dtype=np.float64).T)


def hard_deadline(instance: Instance) -> NDArray[np.bool_]:
    """Return whether late routes are forbidden, by commodity; for the fewest hubs every deadline is hard."""
    every = instance.problem.objective is Objective.HUB_NUMBER
    hard = np.array([every or stream.deadline is DeadlineKind.HARD for stream in instance.streams])
    return np.asarray(hard[instance.commodities.stream])


def is_promised(instance: Instance) -> NDArray[np.bool_]:
    """Return whether being late changes anything, by commodity: it has a price, is forbidden, or counts for a share."""
    return (instance.late_penalty > 0) | hard_deadline(instance) | (instance.policies.service is not None)


def _fastest(instance: Instance, network: Network) -> Network:
    """Return the network with the least hours that its legs may take, between hubs over any permitted links."""
    return with_least_waits(with_all_links(instance, network) if instance.chooses_links else network)


def unroutable(instance: Instance, network: Network) -> NDArray[np.intp]:
    """Return the commodities that no route over permitted sites serves, or none before a hard deadline."""
    if _all_have_routes_and_time(instance, network):
        return np.empty(0, dtype=np.intp)
    return _late_and_lost(instance, Hours(instance, _fastest(instance, network)))[1]


def _late_and_lost(instance: Instance, hours: Hours) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return commodities late on every route, those of them that may not be or have no route, and their hours."""
    late, may_have_none = hours.late_everywhere()
    doubtful = late[may_have_none | hard_deadline(instance)[late]]
    fastest = hours.fastest(doubtful)
    is_lost = np.isinf(fastest) | hard_deadline(instance)[doubtful]
    return late, doubtful[is_lost], fastest[is_lost]


def _all_have_routes_and_time(instance: Instance, network: Network) -> bool:
    """Return whether hours need no check: there are no deadlines, and all commodities have a one-hub route."""
    if has_deadlines(instance):
        return False
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    over_one = joined(np.isfinite(network.collection.time_h[:, sites]), np.isfinite(network.distribution.time_h[sites]))
    commodities = instance.commodities
    return bool(over_one[commodities.origin, commodities.destination].all())


def has_deadlines(instance: Instance) -> bool:
    """Return whether any commodity has a deadline, priced or hard."""
    return bool(np.isfinite(instance.deadline_h).any())


def number_always_late(instance: Instance, network: Network) -> int:
    """Return how many commodities are late on every route over permitted sites."""
    return len(Hours(instance, _fastest(instance, network)).late_everywhere()[0])


def check_routes(instance: Instance, network: Network) -> tuple[Fault, ...]:
    """Check that every commodity has a route and, under a hard deadline, one in time; warn of priced ones without.

    Warn too of nodes from or to which departures cannot carry all freight.

    Returns
    -------
    tuple of Fault
        Warnings.

    Raises
    ------
    InstanceError
        Commodities that no permitted site serves, or not in time.
    """
    carriage = carriage_warnings(instance, network)
    if _all_have_routes_and_time(instance, network):
        return carriage
    hours = Hours(instance, _fastest(instance, network))
    late, lost, fastest = _late_and_lost(instance, hours)
    commodities = instance.commodities
    faults = [
        Fault(instance.demand_file, int(commodities.line[row]), 0, "", _no_route(instance, int(row), float(found)))
        for row, found in zip(lost, fastest, strict=True)
    ]
    if faults:
        raise InstanceError(faults)
    return (*_late_warning(instance, late, hours), *carriage)


def _no_route(instance: Instance, row: int, fastest: float) -> str:
    origin = instance.nodes[instance.commodities.origin[row]].id
    destination = instance.nodes[instance.commodities.destination[row]].id
    if np.isinf(fastest):
        return f"no route leads from {origin} to {destination} over the sites that may open; add links or legs"
    remedy = "the hard deadline is {:g} h; make it priced or longer"
    if instance.problem.objective is Objective.HUB_NUMBER:
        remedy = "its deadline is {:g} h, and hub_number holds every deadline: make it longer or leave it out"
    remedy = remedy.format(instance.deadline_h[row])
    waits = " with as many departures as may be" if instance.services is not None else ""
    return f"the fastest route from {origin} to {destination} takes {fastest:.2f} h{waits}; {remedy}"


def _late_warning(instance: Instance, late: NDArray[np.intp], hours: Hours) -> tuple[Fault, ...]:
    if not len(late):
        return ()
    largest = late[np.argsort(-instance.commodities.volume[late], kind="stable")][:5]
    names = []
    for row, fastest in zip(largest, hours.fastest(largest), strict=True):
        ends = instance.commodities.origin[row], instance.commodities.destination[row]
        names.append(f"{instance.nodes[ends[0]].id} to {instance.nodes[ends[1]].id} ({fastest:.1f} h)")
    more = f" and {len(late) - 5} more" if len(late) > 5 else ""
    promise = "1 commodity has" if len(late) == 1 else f"{len(late)} commodities have"
    message = (
        f"{promise} a deadline that no route over any permitted site meets; "
        f"they pay the late penalty in every network: {', '.join(names)}{more}"
    )
    # Several stand in no one line.
    line = int(instance.commodities.line[late[0]]) if len(late) == 1 else 0
    return (Fault(instance.demand_file, line, 0, "", message),)
