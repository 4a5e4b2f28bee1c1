"""Fixed networks at any prices and volumes: which problems compiled loops operate, and what they take of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from netdesign.formulation.protocol import policies_in_force
from netdesign.instance.blocks import Allocation, Objective
from netdesign.instance.policies import Counted, Policy, minimum_tonnes
from netdesign.instance.services import LegKind
from netdesign.solve.coupled.freight import has_priced_minima
from netdesign.solve.scheduled.freight import has_city_choices, has_loops

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from netdesign.instance import Instance
    from netdesign.network import Network

    Floats = NDArray[np.float64]

_PER_SET = frozenset({Policy.HUB_COUNT, Policy.REQUIRED, Policy.FORBIDDEN, Policy.EXCLUSIVE, Policy.FIXED_COST_CAP})
"""Policies on open hubs: a network keeps them or not, whatever it carries."""

_OPERATED = _PER_SET | {
    Policy.MINIMUM_THROUGHPUT,
    Policy.AIR_LANE,
    Policy.DEADLINE,
    Policy.CARBON,
    Policy.SERVICES,
}


class Operation(Protocol):
    """Operates some networks at any prices and volumes of one structure."""

    def prices_of(self, instance: Instance, network: Network) -> Floats:
        """Return all prices that count, EUR/t, EUR/year or EUR a departure, shape (prices,); infinite where none."""

    def operate(self, prices: Floats, volumes: Floats, hub_least: Floats, lane_least: float) -> Floats:
        """Return a bound and the cost of each network, EUR/year, shape (networks, 2).

        Parameters
        ----------
        prices, volumes
            Of one world: as of ``prices_of``, and of each commodity in t/year.
        hub_least, lane_least
            Least that enters at each of ``sites``, and least of a lane in service, t/year.
        """


@dataclass(frozen=True)
class NetworkSites:
    """The sites of some networks.

    Parameters
    ----------
    sites
        Positions of all of them, ascending.
    members, sizes
        Places in ``sites`` of those of each network, shape (networks, most), and how many they are.
    """

    sites: NDArray[np.intp]
    members: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, instance: Instance, networks: Sequence[Sequence[str]]) -> NetworkSites:
        """Return those of networks that are named by their open hubs."""
        positions = [sorted(instance.site_position[name] for name in hubs) for hubs in networks]
        sites = np.array(sorted({position for one in positions for position in one}), dtype=np.intp)
        members = np.zeros((len(networks), max(map(len, positions))), dtype=np.int64)
        for row, one in enumerate(positions):
            members[row, : len(one)] = np.searchsorted(sites, one)
        return cls(sites, members, np.array([len(one) for one in positions], dtype=np.int64))


def why_not_compiled(instance: Instance) -> str:
    """Return why no compiled loop operates networks of an instance, in words of a sentence; empty where one does."""
    problem, policies = instance.problem, instance.policies
    if problem.objective is not Objective.COST:
        return f"the objective is {problem.objective.value.replace('_', ' ')}"
    if instance.chooses_links:
        return "the best hub links are chosen in each"
    if instance.has_centres:
        return "there are sorting centres"
    others = sorted(policies_in_force(instance) - _OPERATED)
    if others:
        return f"policy {others[0]} is in force"
    if policies.carbon is not None and policies.carbon.cap_t_per_year is not None:
        return "emissions are capped"
    coupled = policies.air_lane is not None or policies.minimum_throughput is not None
    if coupled and not has_priced_minima(instance):
        return "minima count more than what comes in"
    if policies.air_lane is not None and policies.air_lane.counts is not Counted.INBOUND:
        return "lanes count more than what comes in"
    if policies.minimum_throughput is not None and any(
        hub.shortfall_eur_per_t is not None for hub in policies.minimum_throughput.hubs
    ):
        return "a shortfall has a price"
    commodities, overseas = instance.commodities, instance.is_overseas
    ends = np.concatenate((commodities.origin, commodities.destination))
    airports = np.unique(ends[overseas[ends]])
    if coupled and len(airports) > 1:
        return "there are several airports overseas"
    if (overseas[commodities.origin] & overseas[commodities.destination]).any():
        return "freight goes from one overseas airport to another"
    if problem.allocation is Allocation.MULTIPLE:
        return "vehicles leave and cities have several hubs" if instance.services is not None else ""
    if not (has_city_choices(instance) and has_loops(instance)) or len(airports) != 1:
        return "freight of cities with one hub stays in Europe, or goes to several airports"
    if instance.services is not None and _flies_whole_aircraft(instance):
        return "lanes are flown by whole flights"
    return _of_parties(instance)


def _flies_whole_aircraft(instance: Instance) -> bool:
    services = instance.services
    assert services is not None
    return LegKind.AIR in services.of_kind or any(kind is LegKind.AIR for kind, *_ in services.of_leg)


def _of_parties(instance: Instance) -> str:
    """Return why cities with one hub are not operated: several streams one way, or a city that is a hub itself."""
    commodities, overseas = instance.commodities, instance.is_overseas
    for end in (commodities.origin, commodities.destination):
        cities = end[~overseas[end]]
        if len(np.unique(cities)) < len(cities):
            return "a city has several commodities one way"
    of_sites = {site.node for site in instance.sites}
    if of_sites & set(np.concatenate((commodities.origin, commodities.destination)).tolist()):
        return "a city is a site itself"
    return ""


def minima_of(instance: Instance, sites: NDArray[np.intp]) -> tuple[Floats, float]:
    """Return the least that enters at some sites, and the least of a lane in service; t/year."""
    minima, lane = minimum_tonnes(instance), instance.policies.air_lane
    at_sites = np.array([minima.get(instance.sites[site].id, 0.0) for site in sites])
    return at_sites, 0.0 if lane is None else lane.tonnes_per_year


def make_operation(
    instance: Instance, network: Network, networks: NetworkSites, say: Callable[[str], None]
) -> Operation:
    """Return what operates networks of an instance that compiled loops operate; ``say`` is told of long compiling."""
    # Imported on use, as the loops are: numba takes long.
    if instance.problem.allocation is Allocation.MULTIPLE:
        from netdesign.solve.drawn.routes import RouteOperation

        return RouteOperation(instance, network, networks, say)
    from netdesign.solve.drawn.cities import CityOperation

    return CityOperation(instance, network, networks, say)
