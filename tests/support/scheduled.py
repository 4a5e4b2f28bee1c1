"""The instance priced by hand with vehicles on all legs, and a plan of departures for it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import numpy as np

from netdesign.instance.services import LegKind
from netdesign.plan import Plan, ScheduledService
from tests.support.solving import Document, hand_priced

VAN, TRUCK, PLANE = 0, 1, 2
AT = {"a": 0, "b": 1, "S": 2, "G": 3}
"""Positions of the nodes; sites are a and S."""

VEHICLES = [
    {
        "id": "van",
        "payload_t": 1,
        "eur_per_km": 0.5,
        "eur_per_departure": 10,
        "fare_factor": 0.4,
        "co2e_g_per_km": 300,
        "speed_kmh": 100,
    },
    {"id": "truck", "payload_t": 10, "eur_per_km": 1.5, "co2e_g_per_km": 1000},
    {
        "id": "plane",
        "mode": "air",
        "payload_t": 2,
        "eur_per_km": 4,
        "eur_per_departure": 1000,
        "co2e_g_per_km": 10_000,
    },
]


def hand_scheduled(**kinds: Document) -> Document:
    """Return the instance priced by hand with vehicles on all legs, 50 weeks a year; ``kinds`` changes the services."""
    document = hand_priced()
    usual = {"collection": ["van", "truck"], "inter_hub": ["truck"], "distribution": ["van", "truck"], "air": ["plane"]}
    document["services"] = {kind: {"vehicles": names} | kinds.get(kind, {}) for kind, names in usual.items()}
    document["services"]["weeks_per_year"] = 50
    document["tables"]["vehicles"] = deepcopy(VEHICLES)
    return document


def run(kind: str, origin: str, destination: str, vehicle: int, departures: int) -> ScheduledService:
    return ScheduledService(LegKind(kind), AT[origin], AT[destination], vehicle, departures)


SERVICES = (
    run("collection", "b", "S", VAN, 2),
    run("inter_hub", "a", "S", TRUCK, 1),
    run("distribution", "S", "b", TRUCK, 3),
    run("air", "G", "a", PLANE, 1),
    run("air", "G", "S", PLANE, 2),
    run("air", "S", "G", PLANE, 1),
)


def plan_of(services: tuple[ScheduledService, ...] = SERVICES, **changes: Any) -> Plan:
    """Return the plan in which 60 t fly to a and go on over S, 40 t fly to S, 50 t fly back, 20 t go from a to b."""
    commodity, first, last = np.array([[0, 0, 1, 2], [0, 1, 1, 0], [1, 1, 1, 1]])
    plan = Plan(("a", "S"), (), commodity, first, last, np.array([60.0, 40.0, 50.0, 20.0]), services)
    return replace(plan, **changes)
