"""Single allocation as arrays: what each city pays at each site alone, and what pairs of cities pay between sites.

An overseas airport has no hub of its own: each of its flows takes the best gate. So each flow has an end there that is
like a city by itself, of no other freight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.route_matrices import ABSENT
from netdesign.solve.kernels.names import NOBODY
from netdesign.solve.single.pair_promises import freight_ends, pair_promises

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.solve.core.promises import Promises

_METRIC = 1e-12
_FULL = 1e-9
"""Relative rounding of sums of loads."""


@dataclass(frozen=True)
class AllocationProblem:
    """Cities, sites that may open, and the cost of giving each city one of them.

    ``sum_k f_k y_k + sum_i assign_i,a(i) + sum_{i < j} forth_ij T_a(i)a(j) + back_ij T_a(j)a(i)``, and what the freight
    of i and j pays for being late; a city that is a site is its own hub if that opens.

    Parameters
    ----------
    fixed
        f_k, EUR/year, shape (sites,).
    assign
        O_i c_ik + D_i c_ki, and what freight that stays in the city pays for being late, EUR/year, ``ABSENT`` where a
        needed leg is missing or such freight may not be late, shape (cities, sites).
    forth, back
        Freight between two cities, t/year, ``back_ij = forth_ji`` or nothing if T is the same both ways and ``forth``
        holds both; zero on the diagonal; shape (cities, cities).
    transfer
        T_km, EUR/t, shape (sites, sites); more than any plan costs where there is no leg.
    own
        Position of the site of the city itself, or ``NOBODY``, shape (cities,).
    load
        What counts at the city's hub, t/year, shape (cities,).
    capacity
        q_k, t/year, infinite where nothing limits it, shape (sites,).
    ends
        City where each commodity starts and ends, overseas its own, shape (commodities, 2).
    largest_cost
        No plan without an absent leg or broken hard deadline costs more, EUR/year.
    promises
        What freight between two cities pays for being late; more than any plan costs where it may not be.
    """

    fixed: NDArray[np.float64]
    assign: NDArray[np.float64]
    forth: NDArray[np.float64]
    back: NDArray[np.float64]
    transfer: NDArray[np.float64]
    own: NDArray[np.int64]
    load: NDArray[np.float64]
    capacity: NDArray[np.float64]
    ends: NDArray[np.intp]
    largest_cost: float
    promises: Promises

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.fixed)

    @property
    def cities(self) -> int:
        """Number of cities."""
        return len(self.load)

    @property
    def has_capacities(self) -> bool:
        """Whether any capacity is limited."""
        return bool(np.isfinite(self.capacity).any())

    @cached_property
    def is_own(self) -> NDArray[np.bool_]:
        """Whether a city is the site, shape (cities, sites)."""
        return np.asarray(self.own[:, None] == np.arange(self.sites))

    @cached_property
    def can_have(self) -> NDArray[np.bool_]:
        """Whether a city may have a site by itself: there are legs, and the two fit into it; shape (cities, sites)."""
        inside = np.where(self.is_own, self.load[:, None], 0.0).sum(axis=0)
        together = np.where(self.is_own, self.load[:, None], self.load[:, None] + inside)
        return np.asarray((self.assign < ABSENT) & (together <= self.capacity * (1.0 + _FULL)))

    @cached_property
    def can_open(self) -> NDArray[np.bool_]:
        """Whether a site may open, which it may not if its own city cannot have it; shape (sites,)."""
        return np.asarray(~(self.is_own & ~self.can_have).any(axis=0))

    @property
    def least_hubs(self) -> int:
        """With fewer hubs the load does not fit, or more than there are sites."""
        largest = np.cumsum(np.sort(np.where(self.can_open, self.capacity, 0.0))[::-1]) * (1.0 + _FULL)
        return int(np.searchsorted(largest, self.load.sum())) + 1

    @property
    def least_beside(self) -> float:
        """What every plan costs at least beside transfers and fines between cities, EUR/year."""
        alone = np.where(self.can_have, self.assign, np.inf).min(axis=1, initial=np.inf).sum()
        return float(np.minimum(self.fixed, 0.0).sum() + (alone if np.isfinite(alone) else 0.0))

    @cached_property
    def is_metric(self) -> bool:
        """Whether a transfer over a third site is never cheaper."""
        step, slack = self.transfer, _METRIC * float(self.transfer.max(initial=0.0))
        return all((step <= step[:, [k]] + step[[k], :] + slack).all() for k in range(self.sites))

    def price(self, hub_of: NDArray[np.intp]) -> float:
        """Return what a plan costs in which each city has the site at a position, and these sites are open."""
        hubs = np.unique(hub_of)
        return float(self.fixed[hubs].sum() + self.operating(hub_of))

    def operating(self, hub_of: NDArray[np.intp]) -> float:
        """Return the cost of a plan without that of its hubs, EUR/year."""
        return float(self.assign[np.arange(self.cities), hub_of].sum() + self.transfers(hub_of).sum())

    def transfers(self, hub_of: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return what the pairs (i, j), j > i, of each city pay for transfers and fines, EUR/year, shape (cities,)."""
        step, fines = self.transfer[np.ix_(hub_of, hub_of)], self.promises.fines(hub_of)
        return np.asarray(np.triu(self.forth * step + self.back * step.T + fines + fines.T).sum(axis=1))

    def restricted(self, sites: NDArray[np.intp]) -> AllocationProblem:
        """Return the problem with some of the sites, the others closed; positions are those in ``sites``."""
        place = np.full(self.sites + 1, NOBODY)
        place[sites] = np.arange(len(sites))
        return replace(
            self,
            fixed=self.fixed[sites],
            assign=np.ascontiguousarray(self.assign[:, sites]),
            transfer=np.ascontiguousarray(self.transfer[np.ix_(sites, sites)]),
            own=place[self.own],
            capacity=self.capacity[sites],
            promises=self.promises.restricted(sites),
        )


def allocation_problem(
    instance: Instance, network: Network, transfer: NDArray[np.float64] | None = None
) -> AllocationProblem:
    """Return the arrays of an instance; sites are those of ``instance.allowed``, in order.

    Parameters
    ----------
    transfer
        What it costs to get from site to site and through the last one, EUR/t, infinite where there is no way, shape
        (sites, sites); None for the straight legs.
    """
    allowed = np.array([instance.site_position[name] for name in instance.allowed])
    cities, ends = freight_ends(instance)
    volume = np.zeros((len(cities), len(cities)))
    np.add.at(volume, (ends[:, 0], ends[:, 1]), instance.commodities.volume)
    promises, own_fines = pair_promises(instance, network, (cities, ends), allowed)
    handling = network.handling[allowed]
    sent, received = volume.sum(axis=1), volume.sum(axis=0)
    collect = network.collection.cost[np.ix_(cities, allowed)] + handling
    hand_out = network.distribution.cost[np.ix_(allowed, cities)].T
    assign = _paid(sent, collect) + _paid(received, hand_out) + own_fines
    if transfer is None:
        transfer = network.inter_hub.cost[np.ix_(allowed, allowed)] + handling
    np.fill_diagonal(transfer, 0.0)
    np.fill_diagonal(volume, 0.0)
    fixed = np.array([instance.sites[site].fixed_cost for site in allowed])
    forth, back = (volume + volume.T, np.zeros_like(volume)) if (transfer == transfer.T).all() else (volume, volume.T)
    assign = np.where(np.isfinite(assign), assign, ABSENT)
    largest_cost = _largest_cost(fixed, assign, volume, transfer) + promises.largest_fine
    own = np.full(len(instance.nodes), NOBODY)
    own[[instance.sites[site].node for site in allowed]] = np.arange(len(allowed))
    is_limited = instance.policies.capacity is not None
    capacity = [instance.sites[site].capacity if is_limited else np.inf for site in allowed]
    return AllocationProblem(
        fixed=fixed,
        assign=np.ascontiguousarray(assign),
        forth=np.ascontiguousarray(forth),
        back=np.ascontiguousarray(back),
        transfer=_prohibited(transfer, largest_cost, volume),
        own=own[cities],
        load=sent,
        capacity=np.array(capacity, dtype=np.float64),
        ends=ends,
        largest_cost=largest_cost,
        promises=promises.forbidden_at(_dearer_than(largest_cost)),
    )


def _paid(volume: NDArray[np.float64], unit_cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return volume times unit cost; where nothing moves a missing leg costs nothing."""
    return np.asarray(
        np.where(volume[:, None] > 0, volume[:, None] * np.where(volume[:, None] > 0, unit_cost, 0.0), 0.0)
    )


def _largest_cost(
    fixed: NDArray[np.float64], assign: NDArray[np.float64], volume: NDArray[np.float64], transfer: NDArray[np.float64]
) -> float:
    alone = np.max(assign, axis=1, where=assign < ABSENT, initial=0.0).sum()
    farthest = np.max(transfer, where=np.isfinite(transfer), initial=0.0)
    return float(np.maximum(fixed, 0.0).sum() + alone + volume.sum() * farthest)


def _prohibited(transfer: NDArray[np.float64], largest_cost: float, volume: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return transfers in which a missing leg costs more than any plan, whatever freight is on it."""
    least = np.min(volume, where=volume > 0, initial=np.inf)
    dearer = _dearer_than(largest_cost) / least if np.isfinite(least) else 1.0
    return np.ascontiguousarray(np.where(np.isfinite(transfer), transfer, dearer))


def _dearer_than(largest_cost: float) -> float:
    """Return what something costs that no plan may have."""
    return 4.0 * (largest_cost + 1.0)
