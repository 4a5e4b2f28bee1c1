"""Faults that were found by trying what nobody had thought of: the right value of each stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import netdesign as nd

if TYPE_CHECKING:
    from pathlib import Path

ONLY_VEHICLES_EMIT = (
    "tables.vehicles=[{id: van, payload_t: 1, eur_per_km: 0.5, co2e_g_per_km: 300},"
    " {id: truck, payload_t: 5, eur_per_km: 1, co2e_g_per_km: 900}]"
)


def test_a_cap_on_what_vehicles_alone_emit_clashes_with_nothing_where_it_is_wide() -> None:
    values = [ONLY_VEHICLES_EMIT, "policies.carbon={cap_t_per_year: 10000}"]
    assert nd.explain("tiny-vehicles", set=values).document.is_feasible
    linear = nd.solve("tiny-vehicles", set=values).document.linear
    assert linear is not None
    assert all(network.objective is not None for network in linear.networks)


def test_a_cap_on_what_vehicles_alone_emit_clashes_with_the_share_that_needs_more() -> None:
    values = [ONLY_VEHICLES_EMIT, "streams.parcels.deadline_h=7", "policies.service={share: 1}"]
    found = nd.explain("tiny-vehicles", set=[*values, "policies.carbon={cap_t_per_year: 227}"]).document
    assert [sorted(clash.policies) for clash in found.clashes] == [["carbon", "service"]]


@pytest.mark.parametrize(
    "field", ["best", "best_at_least", "best_at_most", "regret", "difference_error", "difference_high"]
)
def test_verify_compares_shares_and_small_figures_of_drawn_worlds(field: str, tmp_path: Path) -> None:
    values = ["tables.ranges=[{path: volume_factor, low: 0.9, high: 1.2}]"]
    file = tmp_path / "stress.json"
    nd.stress("benelux", draws=3, most=2, set=values).save(file)
    document = json.loads(file.read_text(encoding="utf-8"))
    document["draws"]["networks"][1][field] += 0.5 if "best" in field else 100.0
    file.write_text(json.dumps(document), encoding="utf-8")
    assert any(f": {field}: states" in line for line in nd.verify("benelux", file).contradictions)


def test_years_of_another_number_are_values_too() -> None:
    found = nd.tipping("benelux-stages", "stages.last_year", 2029, 2030).document
    assert [point.value for point in found.figures[0].points] == [2029.0, 2030.0]


def test_a_bound_under_the_best_plan_found_does_not_prove_that_none_is_better() -> None:
    text = "\n".join(nd.alternatives("benelux-stages", gap=0.05).sentences)
    assert "no other is better" not in text
    assert "another may have EUR" in text
