"""What docs/how-sure.md calls the figures of the instance that state a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.instance.figures import paths_of

if TYPE_CHECKING:
    from netdesign.results.tipping_document import FigurePart

_NAMES = {
    "minimum_cargo_t_per_year": "size filter: cargo under which an airport stays shut",
    "parcel.weight_kg": "weight of a parcel",
    "streams.inbound.volume_t_per_year": "volume from Hangzhou",
    "streams.inbound.origin_h": "hours from order to take-off",
    "streams.inbound.last_mile_h": "hours of the last mile",
    "streams.inbound.late_penalty_eur_per_parcel": "penalty for a late parcel",
    "streams.outbound.volume_t_per_year": "volume back to Hangzhou",
    "air.inbound_rate_eur_per_kg": "air rate from Hangzhou",
    "air.outbound_rate_eur_per_kg": "air rate to Hangzhou",
    "air.distance_share": "part of the air rate that follows distance",
    "air.block_speed_kmh": "speed of aircraft",
    "air.routing_factor": "detours of aircraft",
    "air.fixed_h": "hours of a flight beside cruising",
    "air.co2e_g_per_tkm": "carbon of aircraft",
    "road.speed_kmh": "speed of trucks",
    "road.cost_eur_per_km": "price of a truck's kilometre by the tonne",
    "road.truck_load_t": "load of a truck by the tonne",
    "road.crews.1.drive_between_rests_h": "hours that one driver drives a day",
    "road.crews.1.rest_h": "hours that one driver rests",
    "road.crews.2.cost_factor": "cost of a second driver",
    "road.co2e_g_per_tkm": "carbon of trucks by the tonne",
    "road.way_sea_km_factor": "weight of ferries in the choice of the way",
    "road.way_km_per_hour": "weight of hours in the choice of the way",
    "services.collection.departures_per_week.min": "least departures a week",
    "services.collection.operating_days": "days a week with departures",
    "border.hours": "hours at the customs border",
    "handling.cost_eur_per_parcel": "handling of a parcel",
    "handling.labour_share": "labour's share of handling",
    "handling.hours": "hours in a hub",
    "night_wait_h.restricted": "wait where nights are restricted",
    "night_wait_h.closed": "wait where nights are closed",
    "hub_cost.area_m2": "floor of a new hub",
    "hub_cost.sorting_capital_eur": "sorters of a new hub",
    "hub_cost.discount_rate": "discount rate a year of a new hub",
    "hub_cost.life_years": "life of a new hub",
    "hub_cost.operating_eur_per_year": "running cost of a new hub",
    "hub_cost.operating_labour_share": "labour's share of the running cost",
    "policies.minimum_throughput.hubs.LGG.tonnes_per_year": "volume that stays at Liège",
    "policies.air_lane.flights_per_week": "least flights a week of a lane",
    "policies.air_lane.payload_t": "payload of a flight",
    "policies.air_lane.load_factor": "least fill of a flight",
    "vehicles.van.payload_t": "payload of a van",
    "vehicles.van.eur_per_km": "kilometre of a van",
    "vehicles.van.fare_factor": "ferry fare of a van",
    "vehicles.van.co2e_g_per_km": "carbon of a van",
    "vehicles.rigid.payload_t": "payload of a rigid truck",
    "vehicles.rigid.eur_per_km": "kilometre of a rigid truck",
    "vehicles.rigid.fare_factor": "ferry fare of a rigid truck",
    "vehicles.rigid.co2e_g_per_km": "carbon of a rigid truck",
    "vehicles.articulated.payload_t": "payload of an articulated truck",
    "vehicles.articulated.eur_per_km": "kilometre of an articulated truck",
    "vehicles.articulated.co2e_g_per_km": "carbon of an articulated truck",
}
"""By the first path of a figure."""

_UNITS = {"1": "", "1/week": "", "1/year": "", "year": " years", "t/year": " t a year"}

VOLUME = "streams.inbound.volume_t_per_year"
LEAST_DEPARTURES = "services.collection.departures_per_week.min"
DEADLINE = "streams.inbound.deadline_h"
LAST_MILE = "streams.inbound.last_mile_h"
PENALTY = "streams.inbound.late_penalty_eur_per_parcel"


def path_of(figure: FigurePart) -> str:
    """Return the first path of a figure."""
    return paths_of(figure.name)[0]


def plain_name(figure: FigurePart) -> str:
    """Return what a figure is called on the page."""
    return _NAMES[path_of(figure)]


def unit_of(figure: FigurePart) -> str:
    """Return the unit of a figure as it follows a value; nothing for a pure number, or where its name has it."""
    return _UNITS.get(figure.unit, f" {figure.unit}")
