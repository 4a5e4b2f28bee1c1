"""A node's year with vehicles that leave, or one hub each way: choices of each city over a set of open hubs.

The counterpart of ``year``: departures depend on the volume of the year, so that nodes with the same prices share
nothing but their legs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.blocks import Allocation
from netdesign.instance.policies import CapacityCounts
from netdesign.instance.rows import SiteStatus
from netdesign.solve.core.limits import Watch
from netdesign.solve.multistage.multipliers import ModuleBound, RoomTolls
from netdesign.solve.multistage.peak_days import peak_days
from netdesign.solve.multistage.question import is_served
from netdesign.solve.multistage.year import Years
from netdesign.solve.scheduled.choice_bounds import has_room
from netdesign.solve.scheduled.freight import CityFreight, goes_overseas
from netdesign.solve.scheduled.tolled_bounds import HubToll, TolledBounds

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.instance.staged import StagedInstance
    from netdesign.network import Network
    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.peak_days import PeakDay
    from netdesign.solve.multistage.question import StagedQuestion


_FEW_SETS = 50
"""Sets of hubs that one thread bounds before others have started."""


def allocation_refusal(staged: StagedInstance) -> str | None:
    """Return why cities cannot be priced one by one by their allocation, or None."""
    is_free = staged.base.problem.allocation is Allocation.MULTIPLE
    return "services where a city may have several hubs" if is_served(staged) and is_free else None


def city_refusal(staged: StagedInstance) -> str | None:
    """Return why cities with one hub cannot be priced one by one, by name, or None."""
    base = staged.base
    if not is_served(staged):
        return None
    if not goes_overseas(base).all():
        what = "services" if base.services is not None else "one hub each way"
        return f"{what} beside freight between cities"
    if not has_room(base):
        return "so many routes of cities with services"
    return None


class ServedNode:
    """The year of a node over all sites that may open, without what hubs cost and lift.

    Parameters
    ----------
    staged, network, node
        The problem, the legs of the node, and its position.

    Attributes
    ----------
    instance, network
        The year, with hubs that cost nothing and lift everything.
    peaks
        Its peak days.
    both_count
        Whether freight uses the capacity of its last hub too.
    operations
        Best operations that some question has asked for, by hubs, modules and limits.
    """

    def __init__(self, staged: StagedInstance, network: Network, node: int) -> None:
        own = staged.nodes[node].instance
        self._stated, self._allowed, self._peaks = own, staged.base.allowed, staged.stages.peaks
        capacity = own.policies.capacity
        self.instance, self.network = _free_instance(staged, own), network
        self.peaks: tuple[PeakDay, ...] = peak_days(staged, own)
        self.operations: dict[Hashable, YearOperation] = {}
        self.both_count = capacity is None or capacity.counts is CapacityCounts.HANDLED

    def is_of(self, staged: StagedInstance, network: Network, node: int) -> bool:
        """Return whether it is the year of a node of a problem with these legs."""
        is_same = self._stated is staged.nodes[node].instance and self.network is network
        return is_same and self._allowed == staged.base.allowed and self._peaks == staged.stages.peaks

    @cached_property
    def freight(self) -> CityFreight:
        """Its freight by city."""
        return CityFreight(self.instance, self.network)

    @cached_property
    def bounds(self) -> TolledBounds:
        """Bounds of sets of hubs."""
        return TolledBounds(self.freight)

    def places(self, opened: Sequence[int]) -> NDArray[np.intp]:
        """Return the places of sites among those that may open."""
        return np.searchsorted(self.freight.sites, np.array(opened, dtype=np.intp))

    def over(self, opened: Sequence[int]) -> Instance:
        """Return the year with exactly these hubs."""
        status = dict.fromkeys(opened, SiteStatus.EXISTING)
        sites = (replace(site, status=status.get(k, SiteStatus.CLOSED)) for k, site in enumerate(self.instance.sites))
        return self.instance.replace(sites=tuple(sites))

    @cached_property
    def _peak_factors(self) -> NDArray[np.float64]:
        """Multiple of the volume of each entry on each peak day, shape (peaks, entries)."""
        volume, commodity = self.instance.commodities.volume, self.freight.commodity
        factors = [(peak.weight / volume)[commodity] for peak in self.peaks]
        return np.array(factors).reshape(len(factors), len(commodity))

    def bounds_at(self, tolls: Sequence[RoomTolls]) -> NDArray[np.float64]:
        """Return what freight costs at least over some hubs with prices of their room, EUR/year, shape (tolls,)."""
        each = np.stack([own.capacity[:, None] + own.peak.T @ self._peak_factors for own in tolls])
        places = self.places(tolls[0].hubs)[None].astype(np.int32)
        return self.bounds.of_sets(places, HubToll(each, self.both_count))

    def bounds_of(self, sets: NDArray[np.intp], toll: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what freight costs at least over sets of hubs with a toll at each site, EUR/year, shape (sets,).

        Parameters
        ----------
        sets
            Positions of sites, shape (sets, hubs).
        toll
            EUR/t, shape (sites,).
        """
        each = np.broadcast_to(toll[sets][:, :, None], (*sets.shape, len(self.freight.commodity)))
        places = np.searchsorted(self.freight.sites, sets).astype(np.int32)
        return self.bounds.of_sets(places, HubToll(each, self.both_count))


def _node(staged: StagedInstance, network: Network, node: int, known: list[ServedNode]) -> ServedNode:
    """Return the year of a node, the known one if there is one."""
    for year in known:
        if year.is_of(staged, network, node):
            return year
    known.append(ServedNode(staged, network, node))
    return known[-1]


def _free_instance(staged: StagedInstance, instance: Instance) -> Instance:
    allowed = set(staged.base.allowed)
    sites = tuple(
        replace(
            site,
            status=SiteStatus.CANDIDATE if site.id in allowed else SiteStatus.CLOSED,
            below_threshold=False,
            fixed_cost=0.0,
        )
        for site in instance.sites
    )
    free: dict[str, object] = {"hub_count": None, "new_hubs": None, "required": (), "forbidden": (), "exclusive": ()}
    free |= {"fixed_cost_cap_eur_per_year": None, "capacity": None}
    return instance.replace(sites=sites, policies=instance.policies.model_copy(update=free))


@dataclass(frozen=True)
class ServedYear:
    """The data for operating a set of hubs for a year in which cities have one hub, or one each way.

    Parameters
    ----------
    node
        The year over all sites.
    hubs
        Positions of the open sites, ascending.
    volume
        w, t/year, shape (commodities,).
    contract_limit, contract_price
        Limit by hub, t/year, and price, EUR/t.
    watch
        Limits of its programs.
    """

    node: ServedNode
    hubs: tuple[int, ...]
    volume: NDArray[np.float64]
    contract_limit: NDArray[np.float64]
    contract_price: float
    watch: Watch

    def bound_by(self, operation: YearOperation) -> ModuleBound | None:
        """Return the bound on operating it with any modules, by the prices of an operation."""
        return operation.module_bound

    @property
    def free_bound(self) -> ModuleBound:
        """The bound on operating it with any modules without prices."""
        hubs = len(self.hubs)
        return self.bounds_at([RoomTolls(self.hubs, np.zeros(hubs), np.zeros((len(self.node.peaks), hubs)))])[0]

    def bounds_at(self, tolls: Sequence[RoomTolls]) -> list[ModuleBound]:
        """Return the bounds on operating it with any modules at prices of its hubs' room."""
        dearest = np.array([peak.price for peak in self.node.peaks])[:, None]
        tolls = [RoomTolls(self.hubs, own.capacity, np.minimum(own.peak, dearest)) for own in tolls]
        found = []
        for own, freight in zip(tolls, self.node.bounds_at(tolls).tolist(), strict=True):
            of_days = own.peak.sum(axis=0)
            bought = np.maximum(0.0, own.capacity + of_days - self.contract_price)
            found.append(ModuleBound(freight - float(self.contract_limit @ bought), own.capacity, of_days))
        return found


class ServedYears:
    """The years of a problem whose cities have one hub, or one each way.

    Parameters
    ----------
    staged, networks
        The problem, and the legs of each node.
    watch
        Limits of the programs.
    known
        Years of earlier questions, to which new ones are added: what cities may choose does not depend on the tree.
    """

    def __init__(
        self, staged: StagedInstance, networks: Sequence[Network], watch: Watch, known: list[ServedNode]
    ) -> None:
        self._staged = staged
        # So that the sum over the years is within the gap, whatever else they cost or save.
        limits = replace(watch.limits, relative_gap=watch.limits.relative_gap / 2)
        self._watch = Watch(limits, watch.stopped, watch.started)
        self._nodes = [_node(staged, network, node, known) for node, network in enumerate(networks)]
        self._threads = watch.limits.threads
        contract = staged.stages.contract
        self._price = contract.price_eur_per_t if contract is not None else 0.0

    def year(self, node: int, hubs: tuple[int, ...]) -> ServedYear:
        """Return the year of a node with exactly these hubs open; positions of sites, ascending."""
        volume = self._staged.nodes[node].instance.commodities.volume
        limit = self._staged.contract_limit[list(hubs)]
        return ServedYear(self._nodes[node], hubs, volume, limit, self._price, self._watch)

    def tolled_costs(self, sets: Sequence[tuple[int, ...]], toll: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cost of freight by its best choices with a toll at each hub, EUR/year, shape (sets, nodes).

        Parameters
        ----------
        sets
            Positions of the open sites, ascending; at least one each.
        toll
            EUR/t at each site, shape (sites,).
        """
        found = np.empty((len(sets), len(self._nodes)))
        size = np.array([len(opened) for opened in sets])
        for number in np.unique(size).tolist():
            own = np.flatnonzero(size == number).tolist()
            of_size = np.array([sets[place] for place in own], dtype=np.intp)
            found[own] = np.stack(self._bounds_of(of_size, toll), axis=1)
        return found

    def _bounds_of(self, sets: NDArray[np.intp], toll: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return the bounds of sets of equal size, one array for each node."""
        bound = partial(ServedNode.bounds_of, sets=sets, toll=toll)
        if self._threads == 1 or len(sets) < _FEW_SETS:
            return [bound(node) for node in self._nodes]
        # NumPy releases the lock of Python in arrays of this size.
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(bound, self._nodes))


def years_of(question: StagedQuestion) -> Years | ServedYears:
    """Return the years of a question."""
    staged, networks = question.staged, question.networks
    if not is_served(staged):
        return Years(staged, networks)
    return ServedYears(staged, networks, question.watch, question.served)
