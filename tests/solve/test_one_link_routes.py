"""Chosen hub links, one a route, with vehicles and promises: models, engine, referee and brute force agree."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from netdesign import catalogue
from netdesign.errors import InstanceError, UsageError
from netdesign.network import build_network
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.one_link_brute import ONE_LINK_PARTS, OneLinkBrute
from tests.support.one_link_strategies import one_link_document
from tests.support.solving import question, read_document

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    "vehicles": {"has_services": True},
    "vehicles single": {"has_services": True, "allocation": "single"},
    "vehicles single_each_way": {"has_services": True, "allocation": "single_each_way"},
    "vehicles and centres": {"has_services": True, "allocation": "single_each_way", "has_centres": True},
    "promises": {"has_services": False},
    "promises single": {"has_services": False, "allocation": "single"},
}

DRAWS = 120
"""Seeds from 0 on of each kind, for the long tests."""

LEAST_BINDING = {"links chosen": 100} | dict.fromkeys(ONE_LINK_PARTS[:-1], 50)
"""In how many of all draws each part has to decide."""


def agree_on(document: dict[str, Any], folder: Path) -> tuple[bool, tuple[str, ...]]:
    """Solve by brute force and by all that state it, compare; return whether there is a plan, and what binds."""
    brute = OneLinkBrute(document)
    optimum = brute.solve()
    try:
        instance = read_document(document, folder)
    except InstanceError:
        assert not optimum.is_feasible
        return False, brute.binding_links(optimum)
    if route_faults(instance, build_network(instance)):
        assert not optimum.is_feasible
        return False, ()
    is_path = instance.services is None and document["problem"]["allocation"] == "multiple"
    for name in ("scheduled_services", *(["multiple_allocation_path"] if is_path else [])):
        asked = question(instance, catalogue.load_formulation(name))
        assert_judged(asked, Monolithic(asked).solve(), optimum)
    if ONE_YEAR.refusal("enumeration", instance) is None:
        assert_judged(asked, Enumeration(asked).solve(), optimum)
    return optimum.is_feasible, brute.binding_links(optimum)


def draws(seeds: range | tuple[int, ...], kind: str, folder: Path) -> list[tuple[bool, tuple[str, ...]]]:
    """Return how the draws of some seeds end, all of them agreed on."""
    found = []
    for seed in seeds:
        try:
            found.append(agree_on(one_link_document(Random(f"{kind} {seed}"), **KINDS[kind]), folder))
        except Exception as error:
            error.add_note(f"one_link_document(Random('{kind} {seed}'), **{KINDS[kind]})")
            raise
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("one link")


QUICK = {
    "vehicles": (3, 7),
    "vehicles single": (0, 9),
    "vehicles single_each_way": (2, 10),
    "vehicles and centres": (6,),
    "promises": (10, 11),
    "promises single": (2, 9),
}
"""Some that are solved in a second or two."""


@pytest.mark.parametrize("kind", KINDS)
def test_models_referee_and_brute_force_agree(kind, folder):
    """Same optimum and a plan without violations, where links decide."""
    for is_feasible, binding in draws(QUICK[kind], kind, folder):
        assert is_feasible
        assert "links chosen" in binding


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_they_agree_on_all_draws_and_each_part_decides_often(folder):
    found = [one for kind in KINDS for one in draws(range(DRAWS), kind, folder)]
    binding = Counter(part for _, parts in found for part in parts)
    assert {part: binding[part] for part in LEAST_BINDING if binding[part] < LEAST_BINDING[part]} == {}
    assert sum(is_feasible for is_feasible, _ in found) >= len(found) / 2


def refused(engine: str, folder: Path, **problem: Any) -> str | None:
    """Return what an engine refuses of a draw with vehicles and sorting centres whose blocks are changed."""
    document = one_link_document(Random("vehicles and centres 6"), **KINDS["vehicles and centres"])
    document["policies"]["hub_links"] = {"most_on_a_route": 1}
    for row in document["tables"]["hub_links"]:
        row.pop("capacity_t_per_year", None)
    document["services"]["inter_hub"] = {"vehicles": document["services"]["distribution"]["vehicles"]}
    for key, value in problem.items():
        document[key] = value
    return ONE_YEAR.refusal(engine, read_document(document, folder))


def test_enumeration_takes_vehicles_on_links_with_sorting_centres(folder):
    assert refused("enumeration", folder) is None
    joined = {"policies": {"hub_links": {"most_on_a_route": 1, "connected": True}}}
    assert refused("enumeration", folder, **joined) == "hub links with services and links that have to join all hubs"


def test_promises_without_vehicles_are_left_to_the_model(folder):
    """The search of flows over links knows of no whole route."""
    document = one_link_document(Random("promises single 2"), **KINDS["promises single"])
    document["streams"]["parcels"] = {"deadline_h": 99, "deadline": "hard"}
    for row in document["tables"]["demand"]:
        row["stream"] = "parcels"
    instance = read_document(document, folder)
    assert "deadline" in str(ONE_YEAR.refusal("enumeration", instance))
    assert ONE_YEAR.choose("auto", instance).name == "monolithic"


def test_a_path_form_says_that_a_route_may_pass_one_link(folder):
    document = one_link_document(Random("promises 10"), **KINDS["promises"])
    document["policies"] = {"hub_links": {"most_on_a_route": 2}}
    for stream in document["streams"].values():
        for key in ("deadline", "deadline_h", "late_penalty_eur_per_parcel"):
            stream.pop(key, None)
    asked = question(read_document(document, folder), catalogue.load_formulation("multiple_allocation_path"))
    with pytest.raises(UsageError, match=r"cannot state routes over several hub links; .* write policies.hub_links.mo"):
        Monolithic(asked)
