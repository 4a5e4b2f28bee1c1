"""Plans of a set of hubs: from shares of routes and modes of cities to departures on every leg."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.services import leg_volumes
from netdesign.instance.services import LegKind, ReturnTrip
from netdesign.network.services import LEGS, LegPlace, leg_ends
from netdesign.plan import Plan, ScheduledService, Shares, plan_from_shares
from netdesign.solve.scheduled.freight import IN, NONE, SHARED
from netdesign.solve.scheduled.hub_links import SetLinks
from netdesign.solve.scheduled.modes import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.evaluate.services import LegVolumes
    from netdesign.instance.services import ServiceTerms
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats, Positions
    from netdesign.solve.scheduled.shared_legs import SharedLegs

_KINDS = list(LegKind)


@dataclass(frozen=True)
class SetPlan:
    """A plan of a set of hubs.

    Parameters
    ----------
    plan
        The plan.
    is_full
        Whether freight is on an inter-hub leg or a lane with a service: there a program of the set is a relaxation.
    """

    plan: Plan
    is_full: bool


def plan_of_columns(
    freight: CityFreight,
    columns: SetColumns,
    share: Floats,
    chosen: Positions,
    departures: Floats | None = None,
) -> SetPlan | None:
    """Return the plan that shares and modes state, or None where no departures carry what is on an inter-hub leg.

    Parameters
    ----------
    freight, columns
        All freight, and the columns of the set.
    share
        Value of each share.
    chosen
        Positions of the chosen modes.
    departures
        Values of the departures on shared legs and of the hub links, where these are choices; else departures are the
        cheapest, and links those that carry freight.
    """
    instance, shares = freight.instance, columns.shares
    is_chosen = np.zeros(len(columns.modes), dtype=bool)
    is_chosen[chosen] = True
    share = np.where(is_chosen[shares.mode], share, 0.0)
    shared, leaving = columns.shared, dict[int, int]()
    if shared is not None and departures is not None:
        leaving = _leaving(shared, departures)
        # What the solver takes for rounding is on no leg without departures.
        has_service = np.array([service in leaving for service, _ in shared.legs] + [True])
        share = np.where(has_service[shares.legs].all(axis=0), share, 0.0)
    hubs = np.sort(freight.sites[columns.hubs])
    stated = Shares(shares.commodity, shares.first_hub, shares.last_hub, share)
    names = tuple(instance.sites[hub].id for hub in hubs)
    plan = plan_from_shares(names, (), _added_up(stated, len(instance.sites)), instance.commodities.volume)
    plan = replace(plan, open_lanes=_lanes(freight, plan))
    volumes = leg_volumes(instance, plan)
    if instance.chooses_links:
        first = 0 if shared is None else sum(len(service.cost) for service in shared.services)
        values = None if departures is None else departures[first:]
        plan = plan.over_one_link(SetLinks.of(instance, hubs).chosen(volumes["inter_hub"], values))
    found: list[ScheduledService | None]
    if shared is None or departures is None:
        found = [*_of_shared_legs(freight, volumes)]
    else:
        found = [*_as_chosen(freight, shared, leaving, volumes)]
    services = [service for service in found if service is not None]
    if len(services) < len(found):
        return None
    services += _of_cities(freight, columns, chosen)
    in_order = sorted(services, key=lambda one: (_KINDS.index(one.kind), one.origin, one.destination))
    return SetPlan(replace(plan, services=tuple(in_order)), bool(found))


def _leaving(shared: SharedLegs, departures: Floats) -> dict[int, int]:
    """Return the choice of each shared service that has one."""
    found, first = {}, 0
    for number, service in enumerate(shared.services):
        own = departures[first : first + len(service.cost)]
        first += len(own)
        if len(own) and own.max() > 0.5:
            found[number] = int(own.argmax())
    return found


def _as_chosen(
    freight: CityFreight, shared: SharedLegs, leaving: dict[int, int], volumes: LegVolumes
) -> Iterator[ScheduledService]:
    """Yield the departures of the shared services with freight."""
    for number, choice in leaving.items():
        service = shared.services[number]
        if any(volumes[way.legs][way.row, way.column] > 0 for way in service.ways):
            for way in service.ways:
                vehicle, departures = int(service.vehicle[choice]), int(service.departures[choice])
                yield ScheduledService(*leg_ends(freight.instance, way), vehicle, departures)


def _added_up(shares: Shares, sites: int) -> Shares:
    """Return shares in which each route stands once."""
    key = (shares.commodity * sites + shares.first_hub) * sites + shares.last_hub
    keys, place = np.unique(key, return_inverse=True)
    pair, last = np.divmod(keys, sites)
    commodity, first = np.divmod(pair, sites)
    return Shares(commodity, first, last, np.bincount(place, shares.share, len(keys)).astype(np.float64))


def _lanes(freight: CityFreight, plan: Plan) -> tuple[tuple[str, str], ...]:
    """Return the lanes with freight, where lanes are choices."""
    instance = freight.instance
    if instance.policies.air_lane is None:
        return ()
    commodities, overseas = instance.commodities, instance.is_overseas
    ends = ((commodities.origin, plan.first_hub), (commodities.destination, plan.last_hub))
    found = {
        (instance.nodes[node].id, instance.sites[hub].id)
        for end, hubs in ends
        for node, hub in zip(end[plan.commodity].tolist(), hubs.tolist(), strict=True)
        if overseas[node]
    }
    return tuple(sorted(found))


def _of_cities(freight: CityFreight, columns: SetColumns, chosen: Positions) -> Iterator[ScheduledService]:
    instance, modes = freight.instance, columns.modes
    for mode in chosen.tolist():
        party, vehicle = freight.parties[modes.party[mode]], int(modes.vehicle[mode])
        if vehicle == NONE:
            continue
        site = int(freight.sites[modes.site[mode]])
        leg = LegPlace(IN, site, party.node) if party.ways[0] == IN else LegPlace(party.ways[0], party.node, site)
        is_paired = bool(freight.is_paired[party.node, modes.site[mode]])
        for way in (leg, leg.way_back) if is_paired else (leg,):
            yield ScheduledService(*leg_ends(instance, way), vehicle, int(modes.departures[mode]))


def _of_shared_legs(freight: CityFreight, volumes: LegVolumes) -> Iterator[ScheduledService | None]:
    """Yield the cheapest departures on inter-hub legs and lanes with freight and a service; None where none carry."""
    instance, network, services = freight.instance, freight.network, freight.instance.services
    if services is None or network.services is None:
        return
    done: set[LegPlace] = set()
    for name in LEGS:
        used = getattr(network.services, name).is_served & (volumes[name] > 0)
        for row, column in np.argwhere(used).tolist():
            leg = LegPlace(name, row, column)
            kind, origin, destination = leg_ends(instance, leg)
            terms = services.terms(kind, origin, destination)
            if kind not in SHARED or leg in done or terms is None:
                continue
            ways = (leg, leg.way_back) if terms.returns is ReturnTrip.PAIRED else (leg,)
            done.update(ways)
            volume = max(float(volumes[way.legs][way.row, way.column]) for way in ways)
            found = _cheapest(freight, terms, ways, volume)
            for way in ways:
                yield None if found is None else ScheduledService(*leg_ends(instance, way), *found)


def _cheapest(
    freight: CityFreight, terms: ServiceTerms, ways: tuple[LegPlace, ...], volume: float
) -> tuple[int, int] | None:
    """Return vehicle and departures a week that carry a volume for least, or None."""
    services, network = freight.instance.services, freight.network.services
    assert services is not None
    assert network is not None
    best, found = math.inf, None
    for u in terms.vehicles:
        tonnes = services.weeks_per_year * services.vehicles[u].payload_t
        n = max(terms.least, math.ceil(volume / tonnes - ROUNDING))
        eur = n * sum(float(getattr(network, way.legs).departure_eur[u, way.row, way.column]) for way in ways)
        if n <= terms.most and eur < best:
            best, found = eur, (u, n)
    return found
