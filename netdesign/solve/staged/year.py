"""One year of one node with some hubs open: routes, rules and prices as arrays, without the modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.checks import counted_volume, minimum_tonnes
from netdesign.instance.policies import CapacityCounts, Counted
from netdesign.instance.stages import DAYS_PER_YEAR
from netdesign.network import price_routes
from netdesign.network.routes import hard_deadline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network


@dataclass(frozen=True)
class PeakDay:
    """The peak day of a stream, as volumes of a year of such days.

    Parameters
    ----------
    weight
        What each commodity counts, t/year, shape (commodities,).
    price
        EUR for each t/year of overflow, infinite where there must be none.
    """

    weight: NDArray[np.float64]
    price: float


@dataclass(frozen=True)
class Share:
    """A service rule: of ``weight`` at least ``least`` inside the deadline, t/year; weight of shape (commodities,)."""

    weight: NDArray[np.float64]
    least: float


@dataclass(frozen=True)
class Year:
    """What it takes to operate a set of hubs for a year.

    Parameters
    ----------
    hubs
        Positions of the open sites, ascending.
    cost
        F, EUR/t, infinite where a route is not permitted; shape (commodities, hubs, hubs).
    is_late
        Of the same shape.
    volume
        w, t/year, shape (commodities,).
    both_count
        Whether capacity counts freight at its last hub too.
    peaks, shares
        Peak days and service rules.
    entering
        What counts towards a minimum throughput, t/year, shape (commodities,).
    minimum, short_price
        By hub: least entering, t/year, 0 where none; EUR/t short, infinite where it is hard.
    contract_limit, contract_price
        By hub t/year, and EUR/t.
    lane_in, lane_out
        Overseas airport from or to which a commodity flies, -1 where none; shape (commodities,).
    lane_minimum
        t/year of an open lane; 0 where lanes are no decision.
    counts_in, counts_out
        Whether freight towards and from Europe counts for it.
    city_of
        Origin and destination of each commodity where single allocation binds them, else -1; shape (commodities, 2).
    own_hub
        Of a city that is an open hub, the position among ``hubs``: under single allocation it must use it.
    """

    hubs: tuple[int, ...]
    cost: NDArray[np.float64]
    is_late: NDArray[np.bool_]
    volume: NDArray[np.float64]
    both_count: bool
    peaks: tuple[PeakDay, ...]
    shares: tuple[Share, ...]
    entering: NDArray[np.float64]
    minimum: NDArray[np.float64]
    short_price: NDArray[np.float64]
    contract_limit: NDArray[np.float64]
    contract_price: float
    lane_in: NDArray[np.intp]
    lane_out: NDArray[np.intp]
    lane_minimum: float
    counts_in: bool
    counts_out: bool
    city_of: NDArray[np.intp]
    own_hub: dict[int, int]

    @property
    def is_single(self) -> bool:
        """Whether single allocation binds cities."""
        return bool((self.city_of >= 0).any())


def year_of(staged: StagedInstance, network: Network, node: int, hubs: tuple[int, ...]) -> Year:
    """Return the year of a node with exactly these hubs open.

    Parameters
    ----------
    staged, node
        The problem and the position of the node.
    network
        The node's legs.
    hubs
        Positions of sites, ascending.
    """
    instance = staged.nodes[node].instance
    policies = instance.policies
    cost, is_late = _routes(instance, network, hubs)
    minima = minimum_tonnes(instance)
    throughput = policies.minimum_throughput
    short = {hub.site: hub.shortfall_eur_per_t for hub in throughput.hubs} if throughput else {}
    names = [instance.sites[hub].id for hub in hubs]
    contract = staged.stages.contract
    lanes = policies.air_lane
    overseas, commodities = instance.is_overseas, instance.commodities
    single = instance.problem.allocation is Allocation.SINGLE
    ends = np.stack((commodities.origin, commodities.destination), axis=1)
    return Year(
        hubs=hubs,
        cost=cost,
        is_late=is_late,
        volume=commodities.volume,
        both_count=policies.capacity is None or policies.capacity.counts is CapacityCounts.HANDLED,
        peaks=_peaks(staged, instance),
        shares=_shares(instance),
        entering=counted_volume(instance, throughput.counts) if throughput else np.zeros(len(commodities)),
        minimum=np.array([minima.get(name, 0.0) for name in names]),
        short_price=np.array([_price(short.get(name)) for name in names]),
        contract_limit=staged.contract_limit[list(hubs)],
        contract_price=contract.price_eur_per_t if contract is not None else 0.0,
        lane_in=np.where(overseas[commodities.origin], commodities.origin, -1) if lanes else _none(len(commodities)),
        lane_out=(
            np.where(overseas[commodities.destination], commodities.destination, -1)
            if lanes
            else _none(len(commodities))
        ),
        lane_minimum=lanes.tonnes_per_year if lanes else 0.0,
        counts_in=lanes is not None and lanes.counts is not Counted.OUTBOUND,
        counts_out=lanes is not None and lanes.counts is not Counted.INBOUND,
        city_of=np.where(overseas[ends], -1, ends) if single else np.full(ends.shape, -1),
        own_hub={
            instance.sites[hub].node: k for k, hub in enumerate(hubs) if single and instance.problem.route_hubs == 2
        },
    )


def _none(count: int) -> NDArray[np.intp]:
    return np.full(count, -1)


def _price(price: float | None) -> float:
    return np.inf if price is None else price


def _routes(
    instance: Instance, network: Network, hubs: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    places = np.array(hubs, dtype=np.intp)
    rows = np.arange(len(instance.commodities))
    priced = price_routes(instance, network, rows[:, None, None], places[None, :, None], places[None, None, :])
    cost = np.where(np.isfinite(priced.total), priced.total, np.inf)
    cost = np.where(priced.is_late & hard_deadline(instance)[:, None, None], np.inf, cost)
    if instance.problem.route_hubs == 1:
        cost[:, ~np.eye(len(hubs), dtype=bool)] = np.inf
    return np.ascontiguousarray(cost), priced.is_late


def _peaks(staged: StagedInstance, instance: Instance) -> tuple[PeakDay, ...]:
    names = [stream.name for stream in instance.streams]
    commodities = instance.commodities
    found = []
    for peak in staged.stages.peaks:
        factor = np.where(commodities.stream == names.index(peak.stream), peak.factor, 1.0)
        price = _price(peak.overflow_eur_per_t) * peak.days / DAYS_PER_YEAR
        found.append(PeakDay(factor * commodities.volume, price))
    return tuple(found)


def _shares(instance: Instance) -> tuple[Share, ...]:
    service = instance.policies.service
    if service is None:
        return ()
    promised = np.where(np.isfinite(instance.deadline_h), instance.commodities.volume, 0.0)
    found = []
    if service.share is not None:
        found.append(Share(promised, service.share * float(promised.sum())))
    for country, share in service.by_country.items():
        there = np.where(instance.european_country == country, promised, 0.0)
        found.append(Share(there, share * float(there.sum())))
    return tuple(rule for rule in found if rule.weight.any())
