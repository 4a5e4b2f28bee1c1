"""What the data alone shows to be wrong with chosen hub links, word for word."""

from __future__ import annotations

from copy import deepcopy

import pytest

import netdesign as nd

THREE = {
    "name": "three",
    "parcel": {"weight_kg": 1},
    "streams": {"all": {}},
    "problem": {"network": "chosen"},
    "policies": {},
    "tables": {
        "cities": [{"id": "A"}, {"id": "B"}, {"id": "C"}],
        "hubs": [{"id": name, "fixed_cost_eur_per_year": 1} for name in "ABC"],
        "legs": [{"from": a, "to": b, "cost_eur_per_t": 1} for a in "ABC" for b in "ABC" if a != b],
        "hub_links": [{"from": "A", "to": "B"}, {"from": "B", "to": "C"}],
        "vehicles": [],
        "demand": [{"origin": "A", "destination": "C", "volume_t_per_year": 1}],
    },
}


def faults(**changed):
    """Return the faults of the instance with other blocks or tables."""
    document = deepcopy(THREE)
    for name, value in changed.items():
        (document["tables"] if name in document["tables"] else document)[name] = value
    with pytest.raises(nd.InstanceError) as error:
        nd.Instance.from_dict(document)
    return [f"{fault.field}: {fault.message}" for fault in error.value.faults]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"problem": {}},
            "tables.hub_links: has no effect where all hubs are joined; write problem.network: chosen, or take the "
            "table out",
        ),
        (
            {"problem": {}, "hub_links": [], "policies": {"hub_links": {"max": 1}}},
            "policies.hub_links: has no effect where all hubs are joined; write problem.network: chosen, or take it "
            "out",
        ),
        (
            {"problem": {"network": "chosen", "route_hubs": 1}},
            "problem.route_hubs: 1 passes one hub and no hub link; write 2, or network: complete",
        ),
        (
            {"problem": {"network": "chosen", "objective": "longest_time"}},
            "problem.objective: longest_time is not stated where hub links are chosen; write cost, or network: "
            "complete",
        ),
        (
            {"problem": {"network": "partly"}},
            "problem.network: 'partly' is not allowed; allowed: 'complete' or 'chosen'",
        ),
        ({"hub_links": [{"from": "A", "to": "A"}]}, ": links 'A' to itself"),
        ({"hub_links": [{"from": "A", "to": "D"}]}, "to: 'D' is not in the hubs table"),
        (
            {"hub_links": [{"from": "A", "to": "B"}, {"from": "B", "to": "A"}]},
            ": the link between B and A stands twice",
        ),
        (
            {"policies": {"hub_links": {"required": [["A", "D"]]}}},
            "policies.hub_links.required.0.1: 'D' is not in the hubs table",
        ),
        (
            {"policies": {"hub_links": {"required": [["A", "C"]]}}},
            "policies.hub_links.required.0: the link between A and C is not in the hub_links table",
        ),
        (
            {"policies": {"hub_links": {"required": [["A", "B"]], "forbidden": [["B", "A"]]}}},
            "policies.hub_links.required.0: the link between A and B is forbidden too",
        ),
        (
            {"policies": {"forbidden": ["B"], "hub_links": {"required": [["A", "B"]]}}},
            "policies.hub_links.required.0: 'B' may not open by its status or a policy, and a link joins open hubs",
        ),
        (
            {"policies": {"hub_links": {"most_on_a_route": 0}}},
            "policies.hub_links.most_on_a_route: 0 is under 1",
        ),
        (
            {"policies": {"hub_links": {"min": 2, "max": 1}}},
            "policies.hub_links: min 2 is over max 1",
        ),
        (
            {"policies": {"hub_count": {"min": 3}, "hub_links": {"max": 1, "connected": True}}},
            "policies.hub_links.max: 1 is under the 2 links that join 3 hubs",
        ),
        (
            {"policies": {"hub_links": {"max": 1, "required": [["A", "B"], ["B", "C"]]}}},
            "policies.hub_links.max: 1 is under the 2 links that are required",
        ),
        (
            {"policies": {"hub_links": {"min": 4}}},
            "policies.hub_links.min: 4 is over the 3 links that 3 hubs may have",
        ),
        (
            {"policies": {"hub_count": {"max": 2}, "hub_links": {"shape": "ring"}}},
            "policies.hub_links.shape: a ring has 3 hubs at least; at most 2 may be open",
        ),
        (
            {
                "hub_links": [],
                "policies": {"hub_links": {"shape": "tree", "required": [["A", "B"], ["B", "C"], ["C", "A"]]}},
            },
            "policies.hub_links.required.2: closes a circle with the required links before it; a tree has none",
        ),
        (
            {"policies": {"hub_count": {"max": 2}, "hub_links": {"required": [["A", "B"], ["B", "C"]]}}},
            "policies.hub_links.required: with the ends of these links 3 hubs have to be open; at most 2 may be",
        ),
        (
            {"policies": {"hub_links": {"required": ["A", "B"]}}},
            "policies.hub_links.required: is no list of pairs of sites; write each pair in brackets of its own, as in "
            "[[A, B], [B, C]]",
        ),
        (
            {"policies": {"hub_links": {"forbidden": [["A", "B", "C"]]}}},
            "policies.hub_links.forbidden: is no list of pairs of sites; write each pair in brackets of its own, as in "
            "[[A, B], [B, C]]",
        ),
        (
            {"streams": {"all": {"deadline_h": 9, "deadline": "hard"}}},
            "policies.hub_links.most_on_a_route: with deadlines that are hard or have a price a route passes one "
            "hub link at most; write 1, or problem.network: complete",
        ),
        (
            {
                "streams": {"all": {"deadline_h": 9}},
                "policies": {"hub_links": {"most_on_a_route": 2}, "service": {"share": 0.5}},
                "services": {"inter_hub": {"vehicles": ["van"]}},
                "vehicles": [{"id": "van", "payload_t": 1, "eur_per_departure": 1}],
            },
            "policies.hub_links.most_on_a_route: with vehicles that leave and shares in time a route passes one "
            "hub link at most; write 1, or problem.network: complete",
        ),
        (
            {"policies": {"hub_count": {"max": 1}, "hub_links": {"min": 1}}},
            "policies.hub_links.min: 1 is over the 0 links that 1 hub may have",
        ),
    ],
    ids=str,
)
def test_each_fault_is_told(changed, message):
    assert message in faults(**changed)


def test_a_forbidden_pair_that_no_row_has_is_told():
    document = deepcopy(THREE) | {"policies": {"hub_links": {"forbidden": [["A", "C"]]}}}
    told = "policies.hub_links.forbidden.0: forbids nothing: the link between A and C is not in the hub_links table"
    assert any(told in warning for warning in nd.solve(nd.Instance.from_dict(document)).document.instance.warnings)


def test_too_few_hubs_are_told_where_they_are_asked_for():
    """And not as links that cannot join them."""
    told = faults(policies={"hub_count": {"min": 4}, "hub_links": {"connected": True}})
    assert len(told) == 1
    assert told[0].startswith("policies.hub_count.min: ")


def test_without_a_table_every_two_sites_may_be_linked():
    document = deepcopy(THREE)
    del document["tables"]["hub_links"]
    instance = nd.Instance.from_dict(document)
    assert nd.solve(instance).document.problem["network"] == "chosen"


def test_a_frontier_of_time_is_refused_and_one_of_carbon_named():
    with pytest.raises(nd.UsageError, match=r"measure time: .*most_on_a_route: 1, or .*measures cost,carbon"):
        nd.frontier(nd.Instance.from_dict(THREE))
