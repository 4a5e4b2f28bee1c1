"""Convert solved networks to the parts of a document."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from netdesign.evaluate import hubs_of_cities
from netdesign.results import document as doc
from netdesign.results.named_plan import links_part, routes_part
from netdesign.results.part import finite, proven
from netdesign.results.plan_document import CitiesPart, PlanPart, ScheduledServicePart
from netdesign.solve.core.outcome import Termination, relative_gap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netdesign.evaluate import CityHubs, Evaluation, ServiceLoad
    from netdesign.instance import Instance
    from netdesign.instance.services import Services
    from netdesign.plan import Plan
    from netdesign.solve.core.outcome import Solution


def network_part(
    solution: Solution,
    evaluation: Evaluation | None,
    instance: Instance,
    number: int,
    minima: doc.MinimaPart | None = None,
) -> doc.NetworkPart:
    """Return the part of a permitted network.

    Parameters
    ----------
    solution, evaluation
        Plan and bound, and the referee's evaluation of the plan; None without a plan.
    instance
        The instance, which has the ids for the positions in the plan.
    number
        Number of hubs, where there is no plan.
    minima
        Cost of the minima, where one binds.
    """
    plan = solution.plan
    figures: dict[str, Any] = {"plan": None, "costs": None, "service": None, "carbon": None}
    figures |= {"hub_loads": [], "lane_loads": []}
    if plan is not None and evaluation is not None:
        figures = {"plan": plan_part(plan, instance, evaluation), **operation(plan, evaluation)}
        if instance.centres:
            kinds = {site.id: site.kind for site in instance.sites}
            figures["hub_loads"] = [load.model_copy(update={"kind": kinds[load.hub]}) for load in figures["hub_loads"]]
        costs = vars(evaluation.costs) | {"total": evaluation.costs.total}
        if instance.services is None:
            del costs["vehicles"]
        else:
            figures["vehicle_loads"] = vehicle_loads(instance.services, evaluation.services)
        if not instance.chooses_links:
            del costs["links"]
        figures["costs"] = doc.CostsPart(**costs)
    return doc.NetworkPart(
        hubs=number if plan is None else sum(hub not in instance.centres for hub in plan.open_hubs),
        permitted=True,
        termination=solution.termination,
        objective=solution.objective,
        bound=finite(solution.bound),
        gap=finite(solution.gap),
        runner_up=None,
        minima=minima,
        **figures,
    )


def vehicle_loads(services: Services, loads: Sequence[ServiceLoad]) -> list[doc.VehicleLoad]:
    """Return what each vehicle in use does, in the order of the vehicles."""
    found = []
    for position, vehicle in enumerate(services.vehicles):
        own = [load for load in loads if load.service.vehicle == position]
        capacity = sum(load.capacity for load in own)
        if own:
            part = doc.VehicleLoad(
                vehicle=vehicle.id,
                legs=len(own),
                departures_per_week=sum(load.service.departures for load in own),
                departures_per_day=sum(load.per_day for load in own),
                fill=sum(load.volume for load in own) / capacity if capacity else 0.0,
                loaded_km_per_year=sum(load.loaded_km for load in own),
                empty_km_per_year=sum(load.empty_km for load in own),
                eur_per_year=sum(load.eur for load in own),
            )
            found.append(part)
    return found


def plan_part(plan: Plan, instance: Instance, evaluation: Evaluation) -> PlanPart:
    """Return the part of a plan; ``evaluation`` has what its departures do, and when its freight arrives."""
    commodities = instance.commodities
    ends = (column[plan.commodity] for column in (commodities.origin, commodities.destination, commodities.stream))
    services = instance.services
    departures = None
    if services is not None:
        departures = [
            ScheduledServicePart(
                kind=load.service.kind,
                from_=instance.nodes[load.service.origin].id,
                to=instance.nodes[load.service.destination].id,
                vehicle=services.vehicles[load.service.vehicle].id,
                departures_per_week=load.service.departures,
                t_per_year=load.volume,
                fill=load.fill,
                wait_h=load.wait_h,
                eur_per_year=load.eur,
            )
            for load in evaluation.services
        ]
    return PlanPart(
        open_hubs=list(plan.open_hubs),
        open_lanes=list(plan.open_lanes),
        links=links_part(instance, plan.links),
        routes=routes_part(instance, (*ends, plan.first_hub, plan.last_hub), plan.volume, plan.between),
        services=departures,
        cities=cities_part(hubs_of_cities(instance, plan, evaluation), instance),
    )


def cities_part(served: CityHubs, instance: Instance) -> CitiesPart:
    """Return the part of cities by hub."""
    return CitiesPart(
        city=[instance.nodes[node].id for node in served.city],
        way=["out" if sends else "in" for sends in served.sends],
        hub=[instance.sites[site].id for site in served.hub],
        t_per_year=served.volume.tolist(),
        share=served.share.tolist(),
        mean_h=[finite(hours) for hours in served.mean_h.tolist()],
        late_t_per_year=[finite(tonnes) for tonnes in served.late.tolist()],
    )


def operation(plan: Plan, evaluation: Evaluation) -> dict[str, Any]:
    """Return the fields on the operation of a year: service, carbon, and volumes by open hub and by lane in use."""
    loads, service = evaluation.loads, dict(vars(evaluation.service))
    return {
        "service": doc.ServicePart(volume_t_per_year=service.pop("volume"), **service),
        "carbon": doc.CarbonPart(co2e_t_per_year=evaluation.co2e),
        "hub_loads": [
            doc.HubLoad(
                hub=hub,
                handled_t_per_year=loads.handled.get(hub, 0.0),
                entering_t_per_year=loads.entering.get(hub, 0.0),
            )
            for hub in plan.open_hubs
        ],
        "lane_loads": [
            doc.LaneLoad(
                overseas=lane[0],
                hub=lane[1],
                inbound_t_per_year=loads.inbound.get(lane, 0.0),
                outbound_t_per_year=loads.outbound.get(lane, 0.0),
            )
            for lane in loads.lanes
        ],
    }


def best_of(networks: Sequence[doc.NetworkPart]) -> doc.NetworkPart | None:
    """Return the cheapest permitted network with a plan; of two with equal cost, the one with fewer hubs."""
    priced = [network for network in networks if network.permitted and network.objective is not None]
    return min(priced, key=lambda network: (network.objective or 0.0, network.hubs), default=None)


def top_level(networks: Sequence[doc.NetworkPart]) -> dict[str, Any]:
    """Return the top-level fields of a result: the best permitted network, and the bound over all of them."""
    best = best_of(networks)
    bound = min((proven(network) for network in networks if network.permitted), default=-math.inf)
    found = {name: getattr(best, name, None) for name in ("objective", "plan", "costs", "service", "carbon")}
    gap = finite(relative_gap(found["objective"], bound))
    return {"termination": _ending(networks), "bound": finite(bound), "gap": gap, **found}


def _ending(networks: Sequence[doc.NetworkPart]) -> Termination:
    """Return why the whole solve stopped."""
    ends = [network.termination for network in networks if network.permitted]
    for end in (Termination.INTERRUPTED, Termination.TIME_LIMIT, Termination.SIZE_LIMIT):
        if end in ends:
            return end
    if best_of(networks) is None:
        return Termination.INFEASIBLE
    return Termination.GAP_REACHED if Termination.GAP_REACHED in ends else Termination.OPTIMAL
