"""The referee: prices a plan from the instance alone and lists its violations, without Pyomo and HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from netdesign.evaluate.loads import Loads, measure_loads
from netdesign.evaluate.service_violations import service_violations
from netdesign.evaluate.services import leg_volumes, service_loads, share_emissions
from netdesign.evaluate.violations import Violation, find_violations
from netdesign.instance.blocks import Objective
from netdesign.instance.policies import charges, minimum_tonnes
from netdesign.instance.policies.violations import Measured
from netdesign.network import price_routes
from netdesign.network.operated import operated
from netdesign.network.routes import route_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from netdesign.evaluate.services import DepartureLoads, ServiceLoad
    from netdesign.instance import Instance
    from netdesign.network import Network, RouteCosts
    from netdesign.network.hub_steps import HubSteps
    from netdesign.plan import Plan


@dataclass(frozen=True)
class CostParts:
    """Cost of a plan by part, EUR/year; ``total`` is their sum.

    Parameters
    ----------
    fixed
        Of open hubs: annuity and running cost; of existing ones what closing would save.
    air, road, border, handling, late
        Of the freight.
    shortfall
        Take-or-pay of hubs under their minimum throughput.
    vehicles
        All departures, by road and by air; where legs have services, the other parts hold what a tonne pays beside.
    links
        Of chosen hub links, whatever they carry.
    charges
        What policies charge for freight, by policy; none where none does.
    """

    fixed: float
    air: float
    road: float
    border: float
    handling: float
    late: float
    shortfall: float
    vehicles: float = 0.0
    links: float = 0.0
    charges: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Whole cost, EUR/year."""
        freight = self.fixed + self.air + self.road + self.border + self.handling + self.late + self.shortfall
        return freight + self.vehicles + self.links + sum(self.charges.values())


@dataclass(frozen=True)
class ServiceMeasure:
    """Volume with a deadline and the shares of it in time; None where nothing has a deadline.

    Parameters
    ----------
    volume
        t/year with a deadline.
    inside
        Share inside its deadline.
    inside_by_little, late_by_little
        Share inside or late by at most the margin of the reporting block.
    margin_h
        That margin.
    by_country
        Share inside by country of the European end.
    mean_h, mean_wait_h
        Mean time from order to door, weighted by volume, and what of it is waiting for departures; None where the
        instance has no services.
    """

    volume: float
    inside: float | None
    inside_by_little: float | None
    late_by_little: float | None
    margin_h: float
    by_country: dict[str, float]
    mean_h: float | None
    mean_wait_h: float | None = None


@dataclass(frozen=True)
class Evaluation:
    """Costs, service, emissions, loads and violations of a plan.

    Parameters
    ----------
    objective
        What the problem minimises, in the unit of its objective: the total of ``costs``, the number of open hubs, or
        the longest time of a route in use.
    costs, service, loads
        By part.
    departures
        What those of the plan do.
    time_h, is_late
        T of each route of the plan, h, and whether it is past its deadline; shape (routes,).
    co2e
        t CO2e/year.
    violations
        Empty for a feasible plan.
    """

    objective: float
    costs: CostParts
    service: ServiceMeasure
    co2e: float
    loads: Loads
    violations: tuple[Violation, ...]
    departures: DepartureLoads = field(compare=False)
    time_h: NDArray[np.float64] = field(compare=False)
    is_late: NDArray[np.bool_] = field(compare=False)

    @property
    def services(self) -> tuple[ServiceLoad, ...]:
        """What the departures of the plan do, one by one in its order."""
        return self.departures.each


def evaluate(instance: Instance, network: Network, plan: Plan) -> Evaluation:
    """Price a plan from the instance.

    Parameters
    ----------
    instance, network
        The problem, with the policies that are in force, and its legs.
    plan
        Any plan; a wrong one is priced as far as it goes and its violations are listed.

    Returns
    -------
    Evaluation
        Costs in EUR/year, carbon in t CO2e/year, loads in t/year.
    """
    volumes = leg_volumes(instance, plan) if instance.services is not None else {}
    departures = service_loads(instance, network, plan, volumes)
    run = share_emissions(operated(instance, network, departures.departures), departures, volumes)
    routes = _priced(instance, run, plan)
    exists = np.isfinite(routes.total)
    if not exists.all() and run is not network:
        # A route on which only a departure is missing is there.
        exists = np.isfinite(_priced(instance, network, plan).total)
    loads = measure_loads(instance, plan)
    service = _with_wait(instance, network, plan, departures, _measure_service(instance, plan, routes))
    co2e = float(routes.co2e @ plan.volume) + departures.idle_co2e
    costs = _cost_parts(instance, plan, routes, loads, departures)
    values = {
        Objective.COST: costs.total,
        Objective.HUB_NUMBER: float(len(set(plan.open_hubs))),
        Objective.LONGEST_TIME: float(np.max(routes.time_h, initial=0.0)),
    }
    measured = Measured(
        plan.open_hubs,
        plan.open_lanes,
        loads,
        service.inside,
        service.by_country,
        co2e,
        partial(_taken, instance, plan, routes),
    )
    return Evaluation(
        objective=values[instance.problem.objective],
        costs=costs,
        service=service,
        co2e=co2e,
        loads=loads,
        violations=(
            *find_violations(instance, plan, routes, exists, measured),
            *service_violations(instance, network, plan, volumes, departures),
        ),
        departures=departures,
        time_h=routes.time_h,
        is_late=routes.is_late,
    )


def _priced(instance: Instance, network: Network, plan: Plan) -> RouteCosts:
    return price_routes(instance, network, plan.commodity, plan.first_hub, plan.last_hub, _steps(plan))


def _steps(plan: Plan) -> HubSteps | None:
    """Return the legs between hubs, where a route passes more than two."""
    return plan.steps if any(plan.between) else None


def _taken(instance: Instance, plan: Plan, routes: RouteCosts, measure: str) -> NDArray[np.float64]:
    """Return how much the routes of each commodity take of a measure in a year."""
    used = plan.volume != 0
    amounts = getattr(routes, measure)[used] * plan.volume[used]
    return np.asarray(np.bincount(plan.commodity[used], amounts, len(instance.commodities)), dtype=np.float64)


def _with_wait(
    instance: Instance, network: Network, plan: Plan, loads: DepartureLoads, service: ServiceMeasure
) -> ServiceMeasure:
    """Return a measure with the part of the hours that is waiting for departures."""
    if instance.services is None or service.mean_h is None:
        return service
    moving = operated(instance, network, loads.departures, waits=False)
    hours = route_hours(instance, moving, plan.commodity, plan.first_hub, plan.last_hub, _steps(plan))
    return replace(service, mean_wait_h=service.mean_h - _mean_h(hours, _promised(instance, plan)))


def _cost_parts(
    instance: Instance, plan: Plan, routes: RouteCosts, loads: Loads, departures: DepartureLoads
) -> CostParts:
    is_open, chosen = set(plan.open_hubs), set(plan.links)
    throughput = instance.policies.minimum_throughput
    minima = minimum_tonnes(instance)
    shortfall = 0.0
    for hub in throughput.hubs if throughput is not None else ():
        if hub.shortfall_eur_per_t is not None and hub.site in is_open:
            entering = loads.entering.get(hub.site, 0.0)
            shortfall += hub.shortfall_eur_per_t * max(0.0, minima[hub.site] - entering)
    idle = {"co2e": departures.idle_co2e}
    return CostParts(
        fixed=sum(site.fixed_cost for site in instance.sites if site.id in is_open),
        links=sum(link.fixed_cost for link in instance.hub_links if link.ends in chosen),
        air=float(routes.air @ plan.volume),
        road=float(routes.road @ plan.volume),
        border=float(routes.border @ plan.volume),
        handling=float(routes.handling @ plan.volume),
        late=float(routes.late @ plan.volume),
        shortfall=shortfall,
        vehicles=departures.total_eur,
        charges={
            name: charge.eur * (float(getattr(routes, charge.measure) @ plan.volume) + idle.get(charge.measure, 0.0))
            for name, charge in charges(instance.policies).items()
        },
    )


def _promised(instance: Instance, plan: Plan) -> NDArray[np.float64]:
    """Return what of each route has a deadline, t/year."""
    return np.where(np.isfinite(instance.deadline_h[plan.commodity]), plan.volume, 0.0)


def _mean_h(hours: NDArray[np.float64], volume: NDArray[np.float64]) -> float:
    return float((volume * hours).sum() / volume.sum())


def _measure_service(instance: Instance, plan: Plan, routes: RouteCosts) -> ServiceMeasure:
    margin = instance.reporting.deadline_margin_h
    volume = _promised(instance, plan)
    total = float(volume.sum())
    if total == 0:
        return ServiceMeasure(0.0, None, None, None, margin, {}, None)
    slack = instance.deadline_h[plan.commodity] - routes.time_h
    inside = ~routes.is_late
    countries = instance.european_country[plan.commodity]
    by_country = {}
    for country in sorted(set(countries[volume > 0]) - {""}):
        there = np.where(countries == country, volume, 0.0)
        by_country[str(country)] = float(there[inside].sum() / there.sum())
    return ServiceMeasure(
        volume=total,
        inside=float(volume[inside].sum() / total),
        inside_by_little=float(volume[inside & (slack <= margin)].sum() / total),
        late_by_little=float(volume[~inside & (-slack <= margin)].sum() / total),
        margin_h=margin,
        by_country=by_country,
        mean_h=_mean_h(routes.time_h, volume),
    )
