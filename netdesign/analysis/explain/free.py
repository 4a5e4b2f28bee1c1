"""Problems without prices, in which only feasibility matters, or what an amount of something adds."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.analysis.stating_model import stating_model
from netdesign.network.services import LEGS, NetworkServices

if TYPE_CHECKING:
    from netdesign.instance import Instance
    from netdesign.network import Network
    from netdesign.network.legs import LegArrays
    from netdesign.solve.core.engine import Question


def free_question(question: Question) -> Question:
    """Return a question, without vehicles, whose plans all cost the same; where new hubs have a cap, their price."""
    free = free_instance(question.instance)
    if question.instance.policies.fixed_cost_cap_eur_per_year is not None:
        free = with_prices_of_new_hubs(free, question.instance)
    model = cache(partial(stating_model, free))
    return replace(question, instance=free, network=free_legs(question.network), model=model)


def with_prices_of_new_hubs(free: Instance, instance: Instance) -> Instance:
    """Return an instance without prices in which new hubs have those of another one, on which a cap is."""
    sites = [
        replace(site, fixed_cost=0.0 if site.id in instance.existing else own.fixed_cost)
        for site, own in zip(free.sites, instance.sites, strict=True)
    ]
    return free.replace(sites=tuple(sites))


def free_instance(instance: Instance) -> Instance:
    """Return an instance without prices: of hubs and links, of being late, of carbon and of what hubs are short of."""
    policies, throughput = instance.policies, instance.policies.minimum_throughput
    changes: dict[str, object] = {}
    if throughput is not None:
        hubs = (
            hub if hub.shortfall_eur_per_t is None else hub.model_copy(update={"shortfall_eur_per_t": 0.0})
            for hub in throughput.hubs
        )
        changes["minimum_throughput"] = throughput.model_copy(update={"hubs": tuple(hubs)})
    if policies.carbon is not None:
        changes["carbon"] = policies.carbon.model_copy(update={"price_eur_per_t": None})
    return instance.replace(
        policies=policies.model_copy(update=changes),
        streams=tuple(replace(stream, late_penalty=0.0) for stream in instance.streams),
        sites=tuple(replace(site, handling_cost=0.0, fixed_cost=0.0) for site in instance.sites),
        hub_links=tuple(replace(link, fixed_cost=0.0) for link in instance.hub_links),
    )


def free_legs(network: Network) -> Network:
    """Return the legs without what they cost."""

    def free(legs: LegArrays) -> LegArrays:
        columns = {name: np.where(np.isfinite(getattr(legs, name)), 0.0, np.inf) for name in ("air", "road", "border")}
        return replace(legs, prices=(), **columns)

    changed: dict[str, Any] = {name: free(getattr(network, name)) for name in LEGS}
    return replace(network, handling=np.zeros_like(network.handling), **changed)


def free_vehicles(instance: Instance, network: Network) -> tuple[Instance, Network]:
    """Return an instance with services, and its legs, on which departures cost nothing."""
    if instance.services is None or network.services is None:
        return instance, network
    vehicles = tuple(
        replace(vehicle, eur_per_km=0.0, eur_per_departure=0.0, fare_factor=0.0)
        for vehicle in instance.services.vehicles
    )
    changed: dict[str, Any] = {}
    for name in LEGS:
        own = getattr(network.services, name)
        changed[name] = replace(own, departure_eur=np.where(np.isfinite(own.departure_eur), 0.0, np.inf))
    services = replace(instance.services, vehicles=vehicles)
    return instance.replace(services=services), replace(network, services=NetworkServices(**changed))
