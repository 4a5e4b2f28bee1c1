"""The rows of each model, read line by line: a sign error shows as a difference in a kept LP file.

After a change that is meant, write the kept files anew and read their difference:
``.venv/bin/python -m tests.test_model_lp``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from netdesign import catalogue
from netdesign.formulation.protocol import policies_in_force, states_years
from netdesign.instance.policies import Policy
from netdesign.network import build_network
from tests.solving import read_document

KEPT = Path(__file__).parent / "expected"
OF_ONE_YEAR = [name for name in catalogue.models() if not states_years(catalogue.load_any_formulation(name))]


def three_cities_with_all_policies() -> dict[str, Any]:
    """Cities A, B, C in a row; hubs at A (there), B and C (may come) and D (forbidden); an airport with two lanes.

    Volumes, prices and limits are primes or round numbers that differ, so that each can be recognised in a row.
    """
    road = {"speed_kmh": 100, "cost_eur_per_km": 1, "truck_load_t": 1}
    road["crews"] = [
        {"drivers": 1, "drive_between_breaks_h": 24, "break_h": 0, "drive_between_rests_h": 24, "rest_h": 0}
    ]
    air = {"inbound_rate_eur_per_kg": 0.3, "outbound_rate_eur_per_kg": 0.2, "distance_share": 0}
    air |= {"reference_distance_km": 9000, "block_speed_kmh": 900, "routing_factor": 1, "fixed_h": 0}
    minima = [
        {"site": "A", "tonnes_per_year": 20},
        {"site": "B", "tonnes_per_year": 50, "share": 0.5, "shortfall_eur_per_t": 7},
    ]
    return {
        "format": "netdesign.instance/1",
        "name": "three_cities",
        "factors": {"inter_hub": 0.5},
        "parcel": {"weight_kg": 1},
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
            "forbidden": ["D"],
            "exclusive": [{"name": "one of two", "sites": ["A", "C"]}],
            "capacity": {},
            "minimum_throughput": {"counts": "inbound", "hubs": minima},
            "air_lane": {"flights_per_week": 1, "payload_t": 1, "load_factor": 0.5, "weeks_per_year": 50},
            "service": {"share": 0.6, "by_country": {"NO": 0.75}},
            "fixed_cost_cap_eur_per_year": 10_000,
        },
        "tables": {
            "cities": [{"id": "A", "country": "BE"}, {"id": "B", "country": "NO"}, {"id": "C", "country": "NO"}],
            "hubs": [
                {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 1000, "capacity_t_per_year": 80},
                {"id": "B", "fixed_cost_eur_per_year": 3000, "capacity_t_per_year": 125},
                {"id": "C", "fixed_cost_eur_per_year": 4000},
                {"id": "D", "fixed_cost_eur_per_year": 1},
            ],
            "overseas": [{"id": "G"}],
            "links": [
                {"from": "A", "to": "B", "km": 100},
                {"from": "B", "to": "C", "km": 100},
                {"from": "G", "to": "A", "mode": "air", "km": 9000},
                {"from": "G", "to": "B", "mode": "air", "km": 9900},
            ],
            "demand": [
                {"origin": "G", "destination": "A", "stream": "inbound", "volume_t_per_year": 30},
                {"origin": "G", "destination": "C", "stream": "inbound", "volume_t_per_year": 40},
                {"origin": "C", "destination": "G", "stream": "outbound", "volume_t_per_year": 10},
                {"origin": "A", "destination": "B", "stream": "parcels", "volume_t_per_year": 20},
            ],
        },
    }


def stated_by(name: str) -> dict[str, Any]:
    """Return the three cities with the problem of a model and all policies that it states."""
    document = three_cities_with_all_policies()
    formulation = catalogue.load_formulation(name)
    document["problem"] = formulation.PROBLEMS[-1].model_dump(mode="json")
    for policy in frozenset(Policy) - formulation.POLICIES:
        document["policies"].pop(policy.value, None)
        if policy is Policy.DEADLINE:
            document["streams"] = {stream: {} for stream in document["streams"]}
    return document


def written_lp(name: str, folder: Path) -> str:
    """Return the LP file of the three cities as Pyomo writes it with the model's own names."""
    instance = read_document(stated_by(name), folder)
    model = catalogue.load_formulation(name).build(instance, build_network(instance))
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


def test_every_policy_is_in_the_kept_model_of_the_path_form(tmp_path):
    """A policy that the instance left out would leave its rows unread."""
    instance = read_document(three_cities_with_all_policies(), tmp_path)
    assert policies_in_force(instance) == frozenset(Policy)


@pytest.mark.parametrize("name", OF_ONE_YEAR)
def test_all_that_a_model_states_is_in_its_kept_file(name, tmp_path):
    formulation = catalogue.load_formulation(name)
    assert policies_in_force(read_document(stated_by(name), tmp_path)) == formulation.POLICIES


@pytest.mark.parametrize("name", OF_ONE_YEAR)
def test_a_model_is_the_kept_one_row_by_row(name, tmp_path):
    """Names, signs, coefficients and bounds of all rows are those that were read and found right."""
    kept, written = rows_of((KEPT / f"{name}.lp").read_text(encoding="utf-8")), rows_of(written_lp(name, tmp_path))
    assert sorted(written) == sorted(kept)
    for row, lines in kept.items():
        assert written[row] == lines, row


if __name__ == "__main__":
    for model_name in OF_ONE_YEAR:
        with TemporaryDirectory() as scratch:
            (KEPT / f"{model_name}.lp").write_text(written_lp(model_name, Path(scratch)), encoding="utf-8")
