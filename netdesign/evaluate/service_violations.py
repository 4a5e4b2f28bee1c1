"""Where the departures of a plan break the terms of their legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.policies import Policy
from netdesign.instance.policies.violations import TOLERANCE, Violation, apart
from netdesign.instance.services import LegKind, ReturnTrip
from netdesign.network.departures import KINDS, NOWHERE
from netdesign.network.services import LEGS, LegPlace, leg_ends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from netdesign.evaluate.services import DepartureLoads, LegVolumes, ServiceLoad
    from netdesign.instance import Instance
    from netdesign.instance.services import Services, ServiceTerms
    from netdesign.network import Network
    from netdesign.network.departures import Departures
    from netdesign.network.services import NetworkServices
    from netdesign.plan import Plan

    Flags = NDArray[np.bool_]


def service_violations(
    instance: Instance, network: Network, plan: Plan, volumes: LegVolumes, loads: DepartureLoads
) -> Iterator[Violation]:
    """Yield where departures break the terms of their legs, and legs with freight that have none.

    Parameters
    ----------
    instance, network, plan
        The problem, its legs, and the plan.
    volumes, loads
        What flows on the legs, and what the departures do.
    """
    services, network_services = instance.services, network.services
    if services is None or network_services is None:
        if plan.services:
            yield Violation(Policy.SERVICES, "plan", "has departures, and the instance no services")
        return
    departures = loads.departures
    is_unserved = (departures.term == NOWHERE) | ~np.isfinite(departures.at_legs(network, "km"))
    is_again = _is_again(departures, len(instance.nodes))
    # All are looked at by arrays; words are found for those that break something.
    broken = is_unserved | is_again | _is_closed(instance, plan, departures) | _breaks_terms(services, loads)
    for row in np.flatnonzero(broken).tolist():
        messages = ["has departures, and takes no service"]
        if not is_unserved[row]:
            load, terms = loads.each[row], departures.terms[departures.term[row]]
            messages = [*_closed(instance, plan, load.place), *_of_terms(services, terms, load)]
        if is_again[row]:
            messages.append("stands twice; a leg has one vehicle")
        service = departures.services[row]
        name = _leg_name(instance, service.kind, service.origin, service.destination)
        yield from (Violation(Policy.SERVICES, name, message) for message in messages)
    yield from _unpaired(instance, services, departures, ~is_again)
    yield from _without_service(instance, network_services, volumes, departures)


def _leg_name(instance: Instance, kind: LegKind, origin: int, destination: int) -> str:
    return f"{kind} {instance.nodes[origin].id} to {instance.nodes[destination].id}"


def _codes(
    kind: NDArray[np.intp], origin: NDArray[np.intp], destination: NDArray[np.intp], nodes: int
) -> NDArray[np.intp]:
    """Return a number for each leg, the same for equal legs."""
    return np.asarray((kind * nodes + origin) * nodes + destination)


def _is_again(departures: Departures, nodes: int) -> Flags:
    """Return whether a leg stands further up already."""
    codes = _codes(departures.kind, departures.origin, departures.destination, nodes)
    found = np.ones(len(codes), dtype=bool)
    found[np.unique(codes, return_index=True)[1]] = False
    return found


def _ends(departures: Departures) -> tuple[tuple[Flags, NDArray[np.intp]], ...]:
    """Return the ends of legs that are hubs: of which services, and their sites."""
    collects, between, hands_out = (departures.legs == LEGS.index(name) for name in LEGS)
    return (between | hands_out, departures.row), (collects | between, departures.column)


def _is_closed(instance: Instance, plan: Plan, departures: Departures) -> Flags:
    """Return whether an end of a leg is no open hub."""
    is_open = np.isin([site.id for site in instance.sites], plan.open_hubs)
    found = np.zeros(len(departures.services), dtype=bool)
    for is_hub, site in _ends(departures):
        found[is_hub] |= ~is_open[site[is_hub]]
    return found


def _closed(instance: Instance, plan: Plan, place: LegPlace | None) -> Iterator[str]:
    """Yield the ends of a leg that are no open hubs."""
    if place is None:
        return
    ends = {"collection": (place.column,), "inter_hub": (place.row, place.column), "distribution": (place.row,)}
    hubs = [instance.sites[site].id for site in ends[place.legs]]
    yield from (f"has departures, but {hub} is not open" for hub in hubs if hub not in plan.open_hubs)


def _breaks_terms(services: Services, loads: DepartureLoads) -> Flags:
    """Return whether departures break the terms of their legs; those without terms break none."""
    departures = loads.departures
    allowed = np.zeros((len(departures.terms), len(services.vehicles)), dtype=bool)
    for position, terms in enumerate(departures.terms):
        allowed[position, list(terms.vehicles)] = True
    least, most = departures.of_terms("least"), departures.of_terms("most")
    found = (departures.number < least) | (departures.number > most)
    has_terms = departures.term != NOWHERE
    found[has_terms] |= ~allowed[departures.term[has_terms], departures.vehicle[has_terms]]
    found |= (loads.capacity != 0) & (loads.volume > loads.capacity * (1 + TOLERANCE))
    return found


def _of_terms(services: Services, terms: ServiceTerms, load: ServiceLoad) -> Iterator[str]:
    """Yield how the departures of a leg break its terms."""
    n, vehicle = load.service.departures, services.vehicles[load.service.vehicle]
    if load.service.vehicle not in terms.vehicles:
        allowed = ", ".join(services.vehicles[u].id for u in terms.vehicles)
        yield f"is served by {vehicle.id}; allowed: {allowed}"
    if not terms.least <= n <= terms.most:
        yield f"departures a week are {n}; {terms.least} to {terms.most} are allowed"
    if load.capacity and load.volume > load.capacity * (1 + TOLERANCE):
        carried, most = apart(load.volume, load.capacity)
        yield f"carries {carried} t/year; {vehicle.id} {n} a week takes {most}"


def _unpaired(instance: Instance, services: Services, departures: Departures, is_first: Flags) -> Iterator[Violation]:
    """Yield paired legs whose way back is served otherwise; each pair once."""

    def words(row: int) -> str:
        service = departures.services[row]
        return f"{services.vehicles[service.vehicle].id} {service.departures} a week"

    pairs = np.array([*(terms.returns is ReturnTrip.PAIRED for terms in departures.terms), False])
    is_paired = pairs[departures.term] & is_first
    back = _ways_back(departures, is_first, len(instance.nodes))
    is_equal = (departures.vehicle[back] == departures.vehicle) & (departures.number[back] == departures.number)
    for row in np.flatnonzero(is_paired & ~(is_equal & (back != NOWHERE))).tolist():
        other = int(back[row])
        if other != NOWHERE and other < row and is_paired[other]:
            continue
        there = "none" if other == NOWHERE else words(other)
        message = f"has {words(row)}, the way back {there}; paired legs are equal"
        one = departures.services[row]
        yield Violation(Policy.SERVICES, _leg_name(instance, one.kind, one.origin, one.destination), message)


def _ways_back(departures: Departures, is_first: Flags, nodes: int) -> NDArray[np.intp]:
    """Return the place of the service on the way back of each; ``NOWHERE`` where there is none."""
    kind, origin, destination = departures.kind, departures.origin, departures.destination
    first = np.flatnonzero(is_first)
    if not len(first):
        return first
    codes = _codes(kind, origin, destination, nodes)[first]
    ways_back = np.array([KINDS[one.way_back] for one in LegKind])[kind]
    wanted = _codes(ways_back, destination, origin, nodes)
    order = np.argsort(codes)
    found = np.minimum(np.searchsorted(codes, wanted, sorter=order), len(codes) - 1)
    return np.where(codes[order[found]] == wanted, first[order[found]], NOWHERE)


def _without_service(
    instance: Instance, network_services: NetworkServices, volumes: LegVolumes, departures: Departures
) -> Iterator[Violation]:
    """Yield legs with freight and no departures, where a service is due."""
    for position, name in enumerate(LEGS):
        due = getattr(network_services, name).is_served & (volumes[name] > 0)
        own = departures.legs == position
        due[departures.row[own], departures.column[own]] = False
        for row, column in np.argwhere(due).tolist():
            leg = _leg_name(instance, *leg_ends(instance, LegPlace(name, row, column)))
            message = f"carries {volumes[name][row, column]:.6g} t/year without a departure"
            yield Violation(Policy.SERVICES, leg, message)
