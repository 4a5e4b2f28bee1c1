"""Small instances as text, which tests break at one place or solve."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

# Three cities and a site X that is none. Legs are given, each costs 1 EUR/t and takes 1 h; the hub of A exists.
LEGS = """\
format: netdesign.instance/1
name: three
parcel: {weight_kg: 1}
streams:
  parcels: {deadline_h: 5, late_penalty_eur_per_parcel: 1}
policies: {new_hubs: {max: 1}}
tables:
  cities:
    - {id: A, country: BE}
    - {id: B, country: BE}
    - {id: C, country: NL}
  hubs:
    - {id: A, status: existing, fixed_cost_eur_per_year: 10}
    - {id: B, fixed_cost_eur_per_year: 20}
    - {id: X, fixed_cost_eur_per_year: 30}
  legs:
    - {from: A, to: B, cost_eur_per_t: 1, time_h: 1}
    - {from: A, to: C, cost_eur_per_t: 1, time_h: 1}
    - {from: B, to: A, cost_eur_per_t: 1, time_h: 1}
    - {from: B, to: C, cost_eur_per_t: 1, time_h: 1}
    - {from: C, to: A, cost_eur_per_t: 1, time_h: 1}
    - {from: C, to: B, cost_eur_per_t: 1, time_h: 1}
    - {from: X, to: A, cost_eur_per_t: 1, time_h: 1}
    - {from: A, to: X, cost_eur_per_t: 1, time_h: 1}
  demand:
    - {origin: B, destination: C, volume_t_per_year: 300}
    - {origin: C, destination: B, volume_t_per_year: 100}
"""

# An overseas airport G, a hub at A, a candidate site X outside the cities, and roads of 100 km and an hour.
ROADS = """\
format: netdesign.instance/1
name: flown
parcel: {weight_kg: 1}
streams:
  inbound: {volume_t_per_year: 1000, deadline_h: 30, late_penalty_eur_per_parcel: 1}
  parcels: {}
air:
  inbound_rate_eur_per_kg: 3
  outbound_rate_eur_per_kg: 1
  distance_share: 0.3
  reference_distance_km: 9000
  block_speed_kmh: 850
  routing_factor: 1
  fixed_h: 1
road:
  speed_kmh: 100
  cost_eur_per_km: 1
  truck_load_t: 1
  crews:
    - {drivers: 1, drive_between_breaks_h: 24, break_h: 0, drive_between_rests_h: 24, rest_h: 0}
policies: {}
tables:
  cities:
    - {id: A, country: BE}
    - {id: B, country: NL}
  hubs:
    - {id: A, status: existing, fixed_cost_eur_per_year: 10, capacity_t_per_year: 5000}
    - {id: X, fixed_cost_eur_per_year: 20, capacity_t_per_year: 100}
  overseas:
    - {id: G}
  links:
    - {from: A, to: B, km: 100}
    - {from: B, to: X, km: 100}
    - {from: G, to: A, mode: air, km: 9000}
    - {from: G, to: X, mode: air, km: 9000}
  demand:
    - {origin: G, destination: A, stream: inbound, share: 0.4}
    - {origin: G, destination: B, stream: inbound, share: 0.6}
    - {origin: A, destination: B, stream: parcels, volume_t_per_year: 200}
"""

# Vehicles on the ROADS above: vans, trucks, an aircraft; services of all four kinds, and two legs with their own terms.
SERVICES = (
    ROADS.replace("name: flown", "name: scheduled").replace(
        "policies: {}",
        """\
services:
  weeks_per_year: 50
  collection: {vehicles: [van, truck], operating_days: 5, departures_per_week: {min: 5}}
  inter_hub: {vehicles: [truck], return: paired, departures_per_week: {min: 2, max: 14}, wait: worst}
  distribution: {vehicles: [van, truck], operating_days: 5}
  air: {vehicles: [freighter], return: one_way, wait: none}
policies: {}""",
    )
    + """\
  vehicles:
    - {id: van, payload_t: 1, eur_per_km: 0.6, eur_per_departure: 20, fare_factor: 0.5, co2e_g_per_km: 250}
    - {id: truck, payload_t: 9, eur_per_km: 1.2, co2e_g_per_km: 800, speed_kmh: 80}
    - {id: freighter, mode: air, payload_t: 10, eur_per_departure: 30000}
  services:
    - {kind: collection, from: B, to: A, vehicles: truck, departures_min: 2, departures_max: 3, wait: worst}
    - {kind: air, from: G, to: A, departures_min: 1, operating_days: 3}
"""
)

# A hub at A and sites at B and C over three years; modules small and large; volume doubles, or does not.
STAGES = """\
format: netdesign.instance/1
name: stages
problem: {allocation: multiple, objective: cost}
factors: {collection: 1, inter_hub: 0.5, distribution: 1}
parcel: {weight_kg: 1}
streams: {parcels: {}}
policies: {new_hubs: {max: 2}}
stages:
  first_year: 2026
  last_year: 2028
  discount_rate: 0.08
  installed: [{site: A, module: s}]
  contract: {price_eur_per_t: 5, most_t_per_year: 500}
  scenarios: {flat: {}}
tables:
  cities: [{id: A}, {id: B}, {id: C}, {id: D}]
  hubs:
    - {id: A, status: existing, fixed_cost_eur_per_year: 0}
    - {id: B, fixed_cost_eur_per_year: 100}
    - {id: C, fixed_cost_eur_per_year: 100}
  legs:
    - {from: A, to: B, cost_eur_per_t: 10}
    - {from: B, to: A, cost_eur_per_t: 10}
    - {from: A, to: C, cost_eur_per_t: 10}
    - {from: C, to: A, cost_eur_per_t: 10}
    - {from: A, to: D, cost_eur_per_t: 10}
    - {from: D, to: A, cost_eur_per_t: 10}
    - {from: B, to: C, cost_eur_per_t: 6}
    - {from: C, to: B, cost_eur_per_t: 6}
    - {from: B, to: D, cost_eur_per_t: 6}
    - {from: D, to: B, cost_eur_per_t: 6}
    - {from: C, to: D, cost_eur_per_t: 6}
    - {from: D, to: C, cost_eur_per_t: 6}
  demand:
    - {origin: A, destination: B, volume_t_per_year: 40}
    - {origin: C, destination: B, volume_t_per_year: 30}
    - {origin: D, destination: C, volume_t_per_year: 50}
    - {origin: B, destination: D, volume_t_per_year: 50}
  modules:
    - {id: s, capacity_t_per_year: 100, capital_eur: 800, yearly_eur: 20, most: 2}
    - {id: l, capacity_t_per_year: 300, capital_eur: 1900, yearly_eur: 40, most: 1}
  paths:
    - {of: volume, at_year: 2028, factor: 2}
    - {of: volume, where: flat, at_year: 2028, factor: 1}
    - {of: volume, where: up, at_year: 2028, factor: 3}
    - {of: volume, where: down, at_year: 2027, growth_per_year: -0.5}
  tree:
    - {id: now, first_year: 2026}
    - {id: up, parent: now, first_year: 2027, probability: 0.6}
    - {id: down, parent: now, first_year: 2027, probability: 0.4}
"""


def as_csv(rows: list[dict[str, Any]]) -> str:
    """Return rows of equal keys as a CSV table."""
    return "".join(",".join(map(str, cells)) + "\n" for cells in [list(rows[0]), *(row.values() for row in rows)])


def crowded(draw: Random, cities: int, hubs: tuple[int, int]) -> dict[str, Any]:
    """Return a hard instance: a site in every city, scarce capacities, and so many hubs allowed.

    Parameters
    ----------
    draw
        Draws places, volumes, costs and capacities.
    cities
        Number of cities.
    hubs
        Least and largest number of hubs.
    """
    places = {f"C{number:02}": complex(draw.uniform(0, 1000), draw.uniform(0, 1000)) for number in range(cities)}
    pairs = [(a, b) for a in places for b in places if a != b]
    volumes = {pair: draw.randint(1, 100) for pair in pairs}
    total = sum(volumes.values())
    return {
        "format": "netdesign.instance/1",
        "name": "crowded",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "factors": {"inter_hub": 0.5},
        "policies": {"capacity": {}, "hub_count": dict(zip(("min", "max"), hubs, strict=True))},
        "tables": {
            "cities": [{"id": name} for name in places],
            "hubs": [
                {
                    "id": name,
                    "fixed_cost_eur_per_year": draw.randint(100_000, 2_000_000),
                    "capacity_t_per_year": round(total * draw.uniform(0.15, 0.4)),
                }
                for name in places
            ],
            "legs": [
                {"from": a, "to": b, "cost_eur_per_t": round(abs(places[a] - places[b]), 1)} for a, b in pairs
            ],
            "demand": [{"origin": a, "destination": b, "volume_t_per_year": v} for (a, b), v in volumes.items()],
        },
    }  # fmt: skip


def write_instance(folder: Path, document: str | dict[str, Any]) -> Path:
    """Write an instance, as text or as the dict that it stands for, into a folder; return the folder."""
    # JSON is YAML.
    text = document if isinstance(document, str) else json.dumps(document)
    (folder / "instance.yaml").write_text(text, encoding="utf-8")
    return folder
