"""The rows of each model, read line by line: a sign error shows as a difference in a kept LP file.

After a change that is meant, write the kept files anew and read their difference:
``.venv/bin/python -m tests.formulation.test_model_lp``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from netdesign import catalogue
from netdesign.formulation.protocol import policies_in_force, states_years
from netdesign.instance.policies import SEVERAL_LINKS, Policy, stated
from netdesign.network import build_network
from netdesign.network.staged import build_networks
from tests.support.solving import read_document
from tests.support.staged_strategies import read_staged_document

KEPT = Path(__file__).parent / "expected"
PROBLEMS = {
    "multiple_allocation_path": {},
    "multiple_allocation_path_linked": {"network": "chosen"},
    "scheduled_services": {},
    "scheduled_services_each_way": {"allocation": "single_each_way"},
    "scheduled_services_linked": {"network": "chosen"},
}
"""Kept files of the models that have several; each other model has one of its last problem."""

MODELS = {name: name for name in catalogue.models()}
MODELS |= {name: name.removesuffix("_linked").removesuffix("_each_way") for name in PROBLEMS}
"""Model of each kept file."""

OF_ONE_YEAR = [name for name in catalogue.models() if not states_years(catalogue.load_any_formulation(name))]


def three_cities_with_all_policies() -> dict[str, Any]:
    """Cities A, B, C in a row; hubs at A (there), B and C (may come) and D (forbidden); an airport with two lanes.

    E, near C, may become a sorting centre.

    Volumes, prices and limits are primes or round numbers that differ, so that each can be recognised in a row.
    """
    road = {"speed_kmh": 100, "cost_eur_per_km": 1, "truck_load_t": 1, "co2e_g_per_tkm": 300}
    road["crews"] = [
        {"drivers": 1, "drive_between_breaks_h": 24, "break_h": 0, "drive_between_rests_h": 24, "rest_h": 0}
    ]
    air = {"inbound_rate_eur_per_kg": 0.3, "outbound_rate_eur_per_kg": 0.2, "distance_share": 0}
    air |= {"reference_distance_km": 9000, "block_speed_kmh": 900, "routing_factor": 1, "fixed_h": 0}
    air["co2e_g_per_tkm"] = 500
    minima = [
        {"site": "A", "tonnes_per_year": 20},
        {"site": "B", "tonnes_per_year": 50, "share": 0.5, "shortfall_eur_per_t": 7},
    ]
    return {
        "format": "netdesign.instance/1",
        "name": "three_cities",
        "factors": {"inter_hub": 0.5},
        "parcel": {"weight_kg": 1},
        "services": {
            "weeks_per_year": 51,
            "collection": {"vehicles": ["van", "truck"], "departures_per_week": {"min": 5}, "operating_days": 5},
            "distribution": {"vehicles": ["van", "truck"], "departures_per_week": {"max": 12}, "wait": "none"},
            "inter_hub": {"vehicles": ["van", "truck"], "departures_per_week": {"max": 6}, "wait": "none"},
            "air": {"vehicles": ["freighter"], "departures_per_week": {"max": 3}, "return": "paired", "wait": "none"},
        },
        "streams": {
            "inbound": {"deadline_h": 13.5, "deadline": "priced", "late_penalty_eur_per_parcel": 0.011},
            "outbound": {},
            "parcels": {"deadline_h": 2.5, "deadline": "hard"},
        },
        "road": road,
        "air": air,
        "handling": {"cost_eur_per_parcel": 0.001, "hours": 1},
        "policies": {
            "new_hubs": {"min": 0, "max": 2},
            "required": ["B"],
            "sorting_centres": {"max": 1},
            "forbidden": ["D"],
            "exclusive": [{"name": "one of two", "sites": ["A", "C"]}],
            "capacity": {},
            "minimum_throughput": {"counts": "inbound", "hubs": minima},
            "air_lane": {"flights_per_week": 1, "payload_t": 1, "load_factor": 0.5, "weeks_per_year": 50},
            "service": {"share": 0.6, "by_country": {"NO": 0.75}},
            "fixed_cost_cap_eur_per_year": 10_000,
            "carbon": {"cap_t_per_year": 210},
        },
        "tables": {
            "cities": [{"id": "A", "country": "BE"}, {"id": "B", "country": "NO"}, {"id": "C", "country": "NO"}],
            "hubs": [
                {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 1000, "capacity_t_per_year": 80},
                {"id": "B", "fixed_cost_eur_per_year": 3000, "capacity_t_per_year": 125},
                {"id": "C", "fixed_cost_eur_per_year": 4000},
                {"id": "D", "fixed_cost_eur_per_year": 1},
                {"id": "E", "kind": "sorting_centre", "fixed_cost_eur_per_year": 700, "capacity_t_per_year": 61},
            ],
            "overseas": [{"id": "G"}],
            "links": [
                {"from": "A", "to": "B", "km": 100},
                {"from": "B", "to": "C", "km": 100},
                {"from": "C", "to": "E", "km": 30},
                {"from": "G", "to": "A", "mode": "air", "km": 9000},
                {"from": "G", "to": "B", "mode": "air", "km": 9900},
            ],
            "vehicles": [
                {"id": "van", "payload_t": 0.1, "eur_per_km": 0.7, "co2e_g_per_km": 110, "speed_kmh": 200},
                {"id": "truck", "payload_t": 0.3, "eur_per_km": 1.3, "speed_kmh": 50},
                {"id": "freighter", "mode": "air", "payload_t": 0.5, "eur_per_departure": 170},
            ],
            "demand": [
                {"origin": "G", "destination": "A", "stream": "inbound", "volume_t_per_year": 30},
                {"origin": "G", "destination": "C", "stream": "inbound", "volume_t_per_year": 40},
                {"origin": "C", "destination": "G", "stream": "outbound", "volume_t_per_year": 10},
                {"origin": "A", "destination": "B", "stream": "parcels", "volume_t_per_year": 20},
            ],
        },
    }


def three_cities_over_years(*, has_services: bool = False) -> dict[str, Any]:
    """The same over two years, with closing, others that lift, peaks, budgets, and CVaR; single allocation."""
    document = without_centres(three_cities_with_all_policies())
    if not has_services:
        document = without_services(document)
    document["problem"] = {"allocation": "single_each_way" if has_services else "single"}
    for hub in document["tables"]["hubs"]:
        hub.pop("capacity_t_per_year", None)
    document["stages"] = {
        "first_year": 2026,
        "last_year": 2027,
        "discount_rate": 0.25,
        "risk": {"measure": "cvar", "level": 0.6},
        "closing": True,
        "capital_budget": {"total_eur": 9000, "by_year_eur": {2026: 4000, 2027: 7000}, "carries_over": True},
        "installed": [{"site": "A", "module": "s"}],
        "contract": {"price_eur_per_t": 11, "most_t_per_year": 70, "sites": ["A", "B"]},
        "peaks": [
            {"stream": "inbound", "factor": 3, "days": 13, "overflow_eur_per_t": 17},
            {"stream": "parcels", "factor": 2, "days": 1},
        ],
        "largest_area_m2": 900,
    }
    document["tables"] |= {
        "modules": [
            {"id": "s", "area_m2": 300, "capacity_t_per_year": 73, "capital_eur": 1500, "yearly_eur": 31, "most": 3},
            {"id": "l", "area_m2": 400, "capacity_t_per_year": 146, "capital_eur": 2500, "yearly_eur": 37},
        ],
        "paths": [{"of": "volume", "at_year": 2027, "factor": 2}],
    }
    for module in document["tables"]["modules"]:
        module |= {"lead_years": 0, "life_years": 4, "minimum_term_years": 1, "exit_cost_eur": 19}
    return document


def without_services(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document in which all freight is carried by the tonne."""
    del document["services"], document["tables"]["vehicles"]
    return document


def without_centres(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without the site that may become a sorting centre."""
    tables = document["tables"]
    tables["hubs"] = [hub for hub in tables["hubs"] if "kind" not in hub]
    tables["links"] = [link for link in tables["links"] if link["to"] != "E"]
    document["policies"].pop("sorting_centres", None)
    return document


def choose_links(document: dict[str, Any]) -> None:
    """Have the hubs of a document joined by chosen links, with every kind of rule."""
    rows = [("A", "B", 29, 43), ("C", "B", 0, 47), ("B", "E", 53, None)]
    document["tables"]["hub_links"] = [
        {"from": start, "to": end, "fixed_cost_eur_per_year": cost} | ({"capacity_t_per_year": most} if most else {})
        for start, end, cost, most in rows
        if end != "E" or any(hub["id"] == "E" for hub in document["tables"]["hubs"])
    ]
    rules = {"min": 1, "max": 2, "required": [["B", "A"]], "shape": "line", "most_on_a_route": 1}
    document["policies"]["hub_links"] = rules


def stated_by(kept: str) -> dict[str, Any]:
    """Return the three cities with the problem of a kept file and all policies that its model states."""
    document = three_cities_with_all_policies()
    formulation = catalogue.load_formulation(MODELS[kept])
    document["problem"] = formulation.PROBLEMS[-1].model_dump(mode="json")
    if kept in PROBLEMS:
        document["problem"] = dict(PROBLEMS[kept])
    for policy in frozenset(Policy) - formulation.POLICIES:
        document["policies"].pop(policy.value, None)
        if policy is Policy.SERVICES:
            without_services(document)
        if policy is Policy.SORTING_CENTRES:
            without_centres(document)
        if policy is Policy.DEADLINE:
            document["streams"] = {stream: {} for stream in document["streams"]}
    if document["problem"].get("network") == "chosen":
        choose_links(document)
    return document


def written_lp(kept: str, folder: Path) -> str:
    """Return the LP file of the three cities as Pyomo writes it with the model's own names."""
    name = MODELS[kept]
    if name in OF_ONE_YEAR:
        instance = read_document(stated_by(kept), folder)
        model = catalogue.load_formulation(name).build(instance, build_network(instance))
    else:
        document = three_cities_over_years(has_services=name == "staged_services")
        staged = read_staged_document(document, folder)
        model = catalogue.load_staged_formulation(name).build(staged, build_networks(staged), None)
    file = folder / "model.lp"
    model.write(str(file), io_options={"symbolic_solver_labels": True})
    return file.read_text(encoding="utf-8")


def rows_of(text: str) -> dict[str, list[str]]:
    """Return the terms and the bound of each named row, each sorted, without the writer's order and numbering."""
    rows: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.endswith(":"):
            name = line.removesuffix(":")
            rows[name] = []
        elif line and not line.startswith("\\"):
            rows.setdefault(name, []).append(line)
    return {row: sorted(lines) for row, lines in rows.items()}


def test_every_policy_is_in_the_kept_models_of_the_path_form(tmp_path):
    """A policy that the instance left out would leave its rows unread."""
    every = frozenset(Policy) - {Policy.HUB_LINKS}  # it has no effect where all hubs are joined
    assert policies_in_force(read_document(three_cities_with_all_policies(), tmp_path)) == every
    every -= {Policy.SORTING_CENTRES}
    assert policies_in_force(read_document(three_cities_over_years(has_services=True), tmp_path)) == every
    assert policies_in_force(read_document(three_cities_over_years(), tmp_path)) == every - {Policy.SERVICES}


@pytest.mark.parametrize("name", OF_ONE_YEAR)
def test_all_that_a_model_states_is_in_its_kept_file(name, tmp_path):
    formulation, linked = catalogue.load_formulation(name), f"{name}_linked"
    kept = read_document(stated_by(linked if linked in PROBLEMS else name), tmp_path)
    assert policies_in_force(kept) == stated(formulation.POLICIES) - {SEVERAL_LINKS}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_the_kept_one_row_by_row(name, tmp_path):
    """Names, signs, coefficients and bounds of all rows are those that were read and found right."""
    kept, written = rows_of((KEPT / f"{name}.lp").read_text(encoding="utf-8")), rows_of(written_lp(name, tmp_path))
    assert sorted(written) == sorted(kept)
    for row, lines in kept.items():
        assert written[row] == lines, row


def test_an_airport_has_no_more_lanes_than_minima(tmp_path):
    """70 t come in and a lane needs three quarters of them: one at most, not a lane and a third."""
    document = three_cities_with_all_policies()
    inbound = sum(row["volume_t_per_year"] for row in document["tables"]["demand"] if row["origin"] == "G")
    document["policies"]["air_lane"] |= {"flights_per_week": 0.75 * inbound, "weeks_per_year": 1, "load_factor": 1}
    instance = read_document(without_centres(without_services(document)), tmp_path)
    model = catalogue.load_formulation("multiple_allocation_path").build(instance, build_network(instance))
    [row] = model.lanes_with_their_minimum.values()
    assert (row.upper, len(list(row.body.args))) == (1, 2)


if __name__ == "__main__":
    for kept_file in MODELS:
        with TemporaryDirectory() as scratch:
            (KEPT / f"{kept_file}.lp").write_text(written_lp(kept_file, Path(scratch)), encoding="utf-8")
