"""What is false in a result of tipping is contradicted; what is true is proven again by another engine."""

from __future__ import annotations

import pytest

from netdesign.analysis.tipping import find_tipping_points
from netdesign.analysis.tipping_call import TippingCall
from netdesign.analysis.verify import verify
from netdesign.results.tipping_document import TippingDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent

E_COSTS = ("hubs.E.fixed_cost_eur_per_year", 0.0, 200_000.0)
SPEED = ("road.speed_kmh", 60.0, 110.0)


def found(figure: str, low: float, high: float) -> TippingDocument:
    """Return what a figure turns on the bundled tiny instance."""
    return find_tipping_points("tiny", TippingCall(figure=figure, low=low, high=high), Watch(SolveLimits()))[1]


@pytest.fixture(scope="module")
def exact():
    """A result with an exact change at 93,000."""
    return found(*E_COSTS)


@pytest.fixture(scope="module")
def by_value():
    """A result with values that were solved one by one."""
    return found(*SPEED)


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return TippingDocument.model_validate(data)


def contradictions(document):
    """Return what is contradicted in a document."""
    return verify("tiny", document)[0].contradictions


def test_what_is_true_is_not_contradicted(exact, by_value):
    assert contradictions(exact) == contradictions(by_value) == ()


FALSE = {
    "name": (
        ["instance", "name"],
        "small",
        "instance.name: states small; the instance is tiny, so nothing is compared",
    ),
    "objective of a point": (
        ["figures", 0, "points", 0, "objective"],
        253_000.0,
        "hubs.E.fixed_cost_eur_per_year: at 0: objective: states 253000.0; the plan has 254000.0",
    ),
    "bound over an objective": (
        ["figures", 0, "points", 0, "bound"],
        255_000.0,
        "hubs.E.fixed_cost_eur_per_year: at 0: bound: 255000.0 is over the objective 254000.0",
    ),
    "hubs of a point": (
        ["figures", 0, "points", 0, "open_hubs"],
        ["B"],
        "hubs.E.fixed_cost_eur_per_year: at 0: open_hubs: are not those of the plan, B + E",
    ),
    "place of a plan": (
        ["figures", 0, "points", 0, "plan"],
        99,
        "hubs.E.fixed_cost_eur_per_year: at 0: plan: there is no 99 in plans",
    ),
    "value of a change": (
        ["figures", 0, "changes", 0, "at_most"],
        94_000.0,
        "hubs.E.fixed_cost_eur_per_year: changes: states ",
    ),
    "verdict": (
        ["figures", 0, "turns"],
        False,
        "hubs.E.fixed_cost_eur_per_year: turns: states False; instance and points give True",
    ),
    "method": (
        ["figures", 0, "method"],
        "no_effect",
        "hubs.E.fixed_cost_eur_per_year: method: states no_effect; costs or what is permitted depend on the figure",
    ),
    "what is known of other networks": (
        ["figures", 0, "points", 0, "others_bound"],
        100.0,
        "hubs.E.fixed_cost_eur_per_year: is_proven: the points at 0 and 93000 leave room for another network",
    ),
    "value of the figure": (
        ["figures", 0, "value"],
        90_000.0,
        "hubs.E.fixed_cost_eur_per_year: value: states 90000.0; instance and points give 100000.0",
    ),
    "name of the figure": (["figures", 0, "name"], "volume_factor", "figures: are not those that the call asks for"),
    "today's cost": (
        ["figures", 0, "today_low", "objective"],
        1.0,
        "hubs.E.fixed_cost_eur_per_year: today_low: objective: states 1.0; the plan has 400000.0",
    ),
    "objective at the top": (["objective"], 1.0, "objective: states 1.0; the best network gives 347000.0"),
    "volume of a route": (
        ["plans", 0, "routes", "volume_t_per_year", 0],
        1.0,
        "hubs.E.fixed_cost_eur_per_year: today_low: plan: routing: A to D: 1 t/year are routed of 300",
    ),
}


@pytest.mark.parametrize(("path", "value", "message"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_contradicted(path, value, message, exact):
    texts = contradictions(changed(exact, path, value))
    assert any(text.startswith(message) for text in texts), texts


def test_single_values_prove_nothing_of_what_lies_between(by_value):
    texts = contradictions(changed(by_value, ["figures", 0, "is_proven"], True))
    assert texts[0] == "road.speed_kmh: is_proven: single values prove nothing of what lies between them"


def test_speed_is_on_no_line(by_value):
    texts = contradictions(changed(by_value, ["figures", 0, "method"], "exact"))
    assert "road.speed_kmh: method: states exact; prices lie on no line" in texts


def test_another_engine_proves_each_point(exact):
    _, prove = verify("tiny", exact)
    proof = prove(Watch(SolveLimits()), silent)
    assert proof.contradictions == ()
    assert proof.proofs == ("5 points: each solved again by monolithic",)


def test_another_engine_finds_what_a_bound_hides(exact):
    """Figures that fit together, and are those of another network than the best."""
    dear = changed(exact, ["figures", 0, "points", 0, "bound"], 254_000.0)
    data = dear.model_dump(mode="json")
    points = data["figures"][0]["points"]
    points[0] |= {"plan": points[-1]["plan"], "open_hubs": ["B", "D"], "objective": 347_000.0, "bound": 347_000.0}
    _, prove = verify("tiny", TippingDocument.model_validate(data))
    texts = prove(Watch(SolveLimits()), silent).contradictions
    assert texts == (
        "hubs.E.fixed_cost_eur_per_year: at 0: bound: states 347000.00; another engine has a plan for 254000.00 "
        "EUR/year",
    )
