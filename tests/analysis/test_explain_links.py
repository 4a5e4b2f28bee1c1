"""Explanations with chosen hub links name all least sets of clashing policies and figures, as brute force has it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign.errors import InstanceError
from tests.analysis.test_explain import agree_on_figure, explained
from tests.support.clashes_brute import clashes_of, has_network, policies_in_force, without
from tests.support.link_clashes import clashing_links
from tests.support.links_brute import LinksBrute
from tests.support.solving import read_document

if TYPE_CHECKING:
    from pathlib import Path


def agree_on(document: dict[str, Any], folder: Path) -> bool:
    """Compare an explanation with brute force; return whether links clash with anything."""
    try:
        read_document(document, folder)
    except InstanceError:
        # Without a plan it is the data that show it.
        return False
    wanted = clashes_of(document, LinksBrute)
    try:
        found = explained(document, folder)
    except InstanceError:
        assert wanted
        return False
    assert found.is_feasible is (not wanted)
    assert {frozenset(clash.policies) for clash in found.clashes} == wanted
    if not wanted:
        return False
    assert found.is_complete
    for correction in found.enough:
        assert has_network(without(document, correction), LinksBrute)
    names = policies_in_force(document)
    for clash in found.clashes:
        for figure in clash.figures:
            agree_on_figure(document, names, clash, figure, folder, LinksBrute)
    return any("hub_links" in clash for clash in wanted)


def agree(seed: int, folder: Path) -> bool:
    """Compare that of a draw."""
    return agree_on(clashing_links(Random(f"clashing links {seed}")), folder)


def test_clashes_and_figures_of_links_are_those_of_brute_force(tmp_path):
    assert sum(agree(seed, tmp_path) for seed in range(12)) >= 1


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_they_are_in_many_draws(tmp_path):
    """More than 50 of them have links in a clash."""
    assert sum(agree(seed, tmp_path) for seed in range(12, 420)) >= 50


def in_a_row(rules: dict[str, Any], **first_link: float) -> dict[str, Any]:
    """Return three hubs in a row, all of which must open, with 10 t from one end to the other, one hub a city."""
    row = "ABC"
    return {
        "format": "netdesign.instance/1",
        "name": "row",
        "parcel": {"weight_kg": 1},
        "streams": {"all": {}},
        "problem": {"network": "chosen", "allocation": "single"},
        "policies": {"required": list(row), "hub_links": rules},
        "tables": {
            "cities": [{"id": name} for name in row],
            "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in row],
            "legs": [
                {"from": start, "to": end, "cost_eur_per_t": 1}
                for start, end in (("A", "B"), ("B", "A"), ("B", "C"), ("C", "B"))
            ],
            "hub_links": [{"from": "A", "to": "B"} | first_link, {"from": "B", "to": "C"}],
            "demand": [{"origin": "A", "destination": "C", "volume_t_per_year": 10}],
        },
    }


@pytest.mark.parametrize(
    ("rules", "link", "told"),
    [
        ({"most_on_a_route": 1}, {}, "hub links, a route: at least 2 links are needed; 1 is permitted."),
        ({"max": 1}, {}, "hub links: at least 2 links are needed; 1 is permitted."),
        ({}, {"capacity_t_per_year": 4.0}, "hub links, A-B: at least 10.0 t/year is needed; 4.0 t/year is permitted."),
        ({"forbidden": [["B", "A"]]}, {}, "hub links, B-A: there is a plan if it may be chosen."),
    ],
)
def test_by_hand_a_row_of_hubs_needs_two_links_that_carry_all(rules, link, told, tmp_path):
    document = in_a_row(rules, **link)
    assert agree_on(document, tmp_path)
    instance = nd.Instance.from_dict(document)
    lines = str(nd.explain(instance))
    assert told in lines
    assert "required sites, A: there is a plan if it need not open." in lines
    assert nd.solve(instance).document.clash == ["required", "hub_links"]
