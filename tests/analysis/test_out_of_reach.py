"""Shares and caps that no set of hubs keeps end a search before engines with vehicles begin."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

import netdesign as nd
from netdesign.errors import InstanceError
from netdesign.solve.core.outcome import Termination
from netdesign.solve.scheduled import bounds
from tests.analysis.test_explain import DRAWN
from tests.support.clashes_brute import has_network, tightened
from tests.support.seeds import seeds
from tests.support.solving import read_document, written

if TYPE_CHECKING:
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.scheduled.freight import CityFreight


@pytest.mark.parametrize("kind", ["freight", "carbon", "vehicles"])
@seeds(20)
def test_solve_ends_without_a_plan_where_brute_force_has_none(kind, seed, tmp_path_factory):
    make, force = DRAWN[kind]
    draw, folder = Random(f"out of reach {kind} {seed}"), tmp_path_factory.mktemp("reached")
    document = tightened(draw, make(draw))
    try:
        read_document(document, folder)
        with written(document, folder):
            found = nd.solve(str(folder))
            assert not nd.verify(str(folder), found).contradictions
    except InstanceError:
        return
    assert (found.termination == Termination.INFEASIBLE) is not has_network(document, force)


def test_a_number_of_hubs_that_only_sites_out_of_reach_could_have_is_told_as_impossible():
    """B is where nothing clean enough goes; B and C exclude each other, so that nobody has two hubs."""
    tables = {
        "cities": [{"id": "A"}, {"id": "B"}],
        "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in ("B", "C")],
        "legs": [
            {"from": "A", "to": "C", "cost_eur_per_t": 1, "co2e_kg_per_t": 0},
            {"from": "C", "to": "B", "cost_eur_per_t": 1, "co2e_kg_per_t": 1},
        ],
        "demand": [{"origin": "A", "destination": "B", "volume_t_per_year": 1}],
    }
    policies = {"exclusive": [{"name": "one", "sites": ["B", "C"]}], "carbon": {"cap_t_per_year": 1}}
    blocks = {"format": "netdesign.instance/1", "name": "v", "parcel": {"weight_kg": 1}, "streams": {"all": {}}}
    instance = nd.Instance.from_dict(blocks | {"policies": policies, "tables": tables})
    found = nd.solve(instance)
    assert [(one.hubs, one.termination) for one in found.document.networks] == [(1, "optimal"), (2, "infeasible")]
    assert not nd.verify(instance, found).contradictions


@pytest.mark.parametrize(
    ("policies", "clash"),
    [
        ({"policies.service": {"share": 0.97}}, "service and number of new hubs clash"),
        ({"policies.carbon": {"cap_t_per_year": 900_000}}, "carbon cannot be kept"),
    ],
)
def test_no_set_is_bounded_with_vehicles_where_none_can_be_in_time_or_clean_enough(policies, clash, monkeypatch):
    make = bounds.SetBounds.__init__

    def made(own: bounds.SetBounds, freight: CityFreight, state: SearchState) -> None:
        assert freight.instance.services is None
        make(own, freight, state)

    monkeypatch.setattr(bounds.SetBounds, "__init__", made)
    found = nd.solve("europe", set=policies)
    assert found.termination == Termination.INFEASIBLE
    assert found.sentences[0] == f"No permitted network is feasible: {clash}; proven."
