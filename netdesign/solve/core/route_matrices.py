"""Routes as sums of legs: what each leg costs and takes, as matrices that no route is ever listed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from netdesign.instance.blocks import DeadlineKind
from netdesign.network.routes import LATE_TOLERANCE_H

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network

Matrix = NDArray[np.float64]

ABSENT = 1e30
"""Cost of a leg that does not exist, EUR/t: infinities would turn a volume of zero into no number."""

IMPOSSIBLE = 1e24
"""A sum of costs over this has such a leg in it, or a broken hard deadline."""


class Legs(NamedTuple):
    """Legs between the ends of the freight and the sites that may open; tuples are what numba takes apart.

    Parameters
    ----------
    collect, collect_h
        Of the leg to the first hub and the pass through it, EUR/t and h, shape (origins, sites).
    between, between_h
        Of the leg to the last hub and the pass through it, shape (sites, sites); zero on the diagonal.
    distribute, distribute_h
        Of the leg to the destination, shape (sites, destinations).
    """

    collect: Matrix
    between: Matrix
    distribute: Matrix
    collect_h: Matrix
    between_h: Matrix
    distribute_h: Matrix


class Steps(NamedTuple):
    """The same legs with a row for each end, the way an oracle walks that looks at all sites for one commodity.

    Parameters
    ----------
    near, near_h
        From each origin, shape (origins, sites).
    out, out_h, back, back_h
        From a hub and to it, shape (sites, sites).
    far, far_h
        To each destination, shape (destinations, sites).
    """

    near: Matrix
    out: Matrix
    back: Matrix
    far: Matrix
    near_h: Matrix
    out_h: Matrix
    back_h: Matrix
    far_h: Matrix


class Flows(NamedTuple):
    """Commodities by origin; those of one pair with one promise are one.

    Origins are ordered by falling volume: sums that are left as soon as they are too high are left sooner.

    Parameters
    ----------
    start
        Where the flows of each origin begin, shape (origins + 1,).
    destination
        Position among the destinations, shape (flows,).
    volume
        t/year, positive.
    slack_h
        Hours that legs and hubs may take before the freight is late, ``ABSENT`` where nothing depends on it.
    penalty
        Of being late, EUR/t; ``ABSENT`` where it is forbidden.
    """

    start: NDArray[np.int64]
    destination: NDArray[np.int64]
    volume: NDArray[np.float64]
    slack_h: NDArray[np.float64]
    penalty: NDArray[np.float64]

    @property
    def origin(self) -> NDArray[np.int64]:
        """Position of each flow's origin, shape (flows,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def has_deadlines(self) -> bool:
        """Whether the cost of any route depends on its time."""
        return bool((self.slack_h < ABSENT).any())


@dataclass(frozen=True)
class RouteMatrices:
    """The freight, the sites that may open, and the legs between them.

    ``F_rkm = collect_ik + between_km + distribute_mj``, and the penalty where the hours of the three exceed the slack.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    legs, flows
        As above.
    most_between
        Most legs from hub to hub that a route passes; one where all hubs are joined.
    """

    fixed: NDArray[np.float64]
    legs: Legs
    flows: Flows
    most_between: int = 1

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.fixed)

    @property
    def origins(self) -> int:
        """Number of nodes where freight starts."""
        return len(self.flows.start) - 1

    def restricted(self, sites: NDArray[np.intp]) -> RouteMatrices:
        """Return the matrices of some of the sites, the others closed; positions are those in ``sites``."""
        legs, pairs = self.legs, np.ix_(sites, sites)
        kept = (
            legs.collect[:, sites],
            legs.between[pairs],
            legs.distribute[sites],
            legs.collect_h[:, sites],
            legs.between_h[pairs],
            legs.distribute_h[sites],
        )
        return replace(self, fixed=self.fixed[sites], legs=Legs(*(np.ascontiguousarray(leg) for leg in kept)))

    @cached_property
    def steps(self) -> Steps:
        """The legs with a row for each end."""
        legs = self.legs
        cost = (legs.collect, legs.between, legs.between.T, legs.distribute.T)
        hours = (legs.collect_h, legs.between_h, legs.between_h.T, legs.distribute_h.T)
        return Steps(*(np.ascontiguousarray(matrix) for matrix in (*cost, *hours)))

    @cached_property
    def dearest_route(self) -> float:
        """No permitted route costs more, EUR/t."""
        legs = [self.legs.collect, self.legs.between, self.legs.distribute]
        into, between, out = (float(np.max(leg, where=leg < ABSENT, initial=0.0)) for leg in legs)
        dearest = into + self.most_between * between + out
        return dearest + float(np.max(self.flows.penalty, where=self.flows.penalty < ABSENT, initial=0.0))

    @cached_property
    def largest_cost(self) -> float:
        """No plan that serves everybody in a permitted way costs more, EUR/year."""
        return float(np.maximum(self.fixed, 0.0).sum() + self.dearest_route * self.flows.volume.sum())


def route_matrices(instance: Instance, network: Network) -> RouteMatrices:
    """Return the matrices of an instance; sites are those that may open, in the order of ``instance.allowed``.

    A route passes two hubs at most, or one where the problem says so: between different sites there is no leg then.
    """
    sites = np.array([instance.site_position[name] for name in instance.allowed])
    origins, destinations, flows = _flows(instance)
    pairs = np.ix_(sites, sites)
    between = network.inter_hub.cost[pairs] + network.handling[sites]
    between_h = network.inter_hub.time_h[pairs] + network.hub_h[sites]
    if instance.problem.route_hubs == 1:
        between = np.full_like(between, np.inf)
    np.fill_diagonal(between, 0.0)
    np.fill_diagonal(between_h, 0.0)
    legs = Legs(
        collect=_present(network.collection.cost[np.ix_(origins, sites)] + network.handling[sites]),
        between=_present(between),
        distribute=_present(network.distribution.cost[np.ix_(sites, destinations)]),
        collect_h=_present(network.collection.time_h[np.ix_(origins, sites)] + network.hub_h[sites]),
        between_h=_present(between_h),
        distribute_h=_present(network.distribution.time_h[np.ix_(sites, destinations)]),
    )
    return RouteMatrices(np.array([instance.sites[site].fixed_cost for site in sites]), legs, flows)


def _present(legs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ascontiguousarray(np.where(np.isfinite(legs), legs, ABSENT))


def _flows(instance: Instance) -> tuple[NDArray[np.intp], NDArray[np.intp], Flows]:
    """Return the nodes where freight starts, those where it ends, and the flows between them."""
    commodities = instance.commodities
    slack_h, penalty = slacks(instance)
    largest, rank = _by_volume(instance)
    order, first = _same(instance)
    volume = np.add.reduceat(commodities.volume[order], first)
    kept = order[first]
    ranks, start = np.unique(rank[commodities.origin[kept]], return_index=True)
    destinations, place = np.unique(commodities.destination[kept], return_inverse=True)
    flows = Flows(
        start=np.append(start, len(first)).astype(np.int64),
        destination=place.astype(np.int64),
        volume=np.ascontiguousarray(volume),
        slack_h=slack_h[kept],
        penalty=penalty[kept],
    )
    return largest[ranks], destinations, flows


def _by_volume(instance: Instance) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the nodes in the order of what they send, the largest first, and the rank of each."""
    sent = np.bincount(instance.commodities.origin, instance.commodities.volume, len(instance.nodes))
    largest = np.argsort(-sent, kind="stable")
    rank = np.empty_like(largest)
    rank[largest] = np.arange(len(largest))
    return largest, rank


def _same(instance: Instance) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return commodities ordered so that those of one flow stand together, and the first of each."""
    slack_h, penalty = slacks(instance)
    _, rank = _by_volume(instance)
    columns = (penalty, slack_h, instance.commodities.destination, rank[instance.commodities.origin])
    order = np.lexsort(columns)
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = np.logical_or.reduce([column[order[1:]] != column[order[:-1]] for column in columns])
    return order, np.flatnonzero(is_new)


def flow_of_commodity(instance: Instance) -> NDArray[np.intp]:
    """Return the position of each commodity's flow in ``route_matrices``, shape (commodities,)."""
    order, first = _same(instance)
    flow = np.empty(len(order), dtype=np.intp)
    flow[order] = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(order))))
    return flow


def slacks(instance: Instance) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, for each commodity, the hours before it is late, and what being late costs, EUR/t."""
    rows = []
    for stream in instance.streams:
        is_hard = stream.deadline is DeadlineKind.HARD
        penalty = ABSENT if is_hard else stream.late_penalty
        rows.append((stream.origin_h + stream.last_mile_h, penalty))
    spent_h, penalties = (np.array(column)[instance.commodities.stream] for column in zip(*rows, strict=True))
    # A share that has to be in time counts what is late where that costs nothing.
    has_share = instance.policies.service is not None
    matters = np.isfinite(instance.deadline_h) & ((penalties > 0) | has_share)
    slack_h = np.where(matters, instance.deadline_h - spent_h + LATE_TOLERANCE_H, ABSENT)
    return slack_h, np.where(matters, penalties, 0.0)
