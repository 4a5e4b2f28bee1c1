"""Odd calls about sound inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.accidents import WILD

if TYPE_CHECKING:
    from random import Random

NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "7",
    "-1",
    "100001",
    "1e9",
    "9" * 30,
    "2.0",
    "1.5",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "",
    " 2",
    "x",
]
_TABLES = ("cities", "hubs", "links", "legs", "demand", "overseas", "modules", "paths", "tree", "countries")
_PATHS = (
    "volume_factor", "factors.inter_hub", "factors.collection", "parcel.weight_kg", "road.speed_kmh",
    "road.truck_load_t", "road.cost_eur_per_km", "handling.cost_eur_per_parcel", "handling.hours",
    "streams.parcels.deadline_h", "policies", "streams.parcels.late_penalty_eur_per_parcel", "policies.new_hubs.max",
    "policies.hub_count", "policies.capacity", "policies.required", "policies.forbidden",
    "policies.fixed_cost_cap_eur_per_year", "policies.service.share", "problem.allocation", "problem.objective",
    "problem.route_hubs", "hubs.B.status", "hubs.D.status", "hubs.1.status", "hubs.A.fixed_cost_eur_per_year",
    "cities.A.lat", "links.0.km", "demand.0.volume_t_per_year", "stages", "stages.discount_rate", "stages.last_year",
    "stages.risk", "tables.demand", "minimum_cargo_t_per_year", "name",
)  # fmt: skip
_VALUES = (
    "0", "1", "2", "0.5", "-1", "1e-12", "1e12", "null", "", "{}", "[]", "[B]", "[D, D]", "{max: 1}", "{min: 9}",
    "single", "multiple", "cost", "hubs", "longest_time", "closed", "candidate", "existing", "hard", "5", "100",
)  # fmt: skip


def odd_options(draw: Random, command: str) -> list[str]:
    """Return one to three options, of which some fit the command and some do not."""
    found: list[str] = []
    for _ in range(draw.choice((1, 1, 2, 3))):
        found += _one(draw, command)
    return found


def _one(draw: Random, command: str) -> list[str]:
    if draw.random() < 0.45:
        value = draw.choice((*_VALUES, draw.choice(WILD)))
        return ["--set", f"{draw.choice(_PATHS)}={value}"]
    names = draw.choice(("A", "B", "D", "B,D", "A,A", "Z", "", ",", "a", "d", "[/x]", "1"))
    engines = ("monolithic", "enumeration", "decomposition", "dynamic", "configurations", "auto", "none")
    options = {
        "--hubs": draw.choice(NUMBERS),
        "--max-new": draw.choice(NUMBERS),
        "--open": names,
        "--close": names,
        "--gap": draw.choice((*NUMBERS, "1e-3")),
        "--time-limit": draw.choice(("5", "0", "0.01", "-1", "nan", "1e400", "inf")),
        "--threads": draw.choice(("1", "2", "0", "257", "x")),
        "--seed": draw.choice(NUMBERS),
        "--format": draw.choice(("csv", "json", "table", "xml")),
        "--engine": draw.choice(engines),
        "--model": draw.choice(
            (
                "hub_covering",
                "hub_centre",
                "single_allocation_flow",
                "multiple_allocation_flow",
                "scheduled_services",
                "facility_location",
                "none",
            )
        ),
        "--nodes": draw.choice(NUMBERS),
        "--alpha": draw.choice(NUMBERS),
        "--capacity": draw.choice(NUMBERS),
        "--flows": draw.choice(("normalized", "original", "none", "")),
        "--fixed-cost-factor": draw.choice(NUMBERS),
        "--format-in": draw.choice(
            ("ap", "cab", "cap", "csv", "pmed", "holmberg", "tr81", "ufllib", "excel", "nodelink", "graphml", "x")
        ),
        "--fixed-costs": draw.choice(("instance.yaml", "none.txt", ".")),
        "--level": draw.choice(NUMBERS),
        "--risk": draw.choice(("cvar", "regret", "expected")),
        "--scenario": draw.choice(("flat", "tree", "none")),
    }
    staged = {"--level", "--risk", "--scenario"}
    names_known = [name for name in options if command == "timing" or name not in staged]
    name = draw.choice(names_known)
    return [name, options[name]]
