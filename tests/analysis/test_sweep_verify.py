"""What is false in a result of sweep is contradicted; what is true is proven again by another engine."""

from __future__ import annotations

import pytest

from netdesign.analysis.verify import verify
from netdesign.results.sweep_document import SweepDocument
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import silent
from tests.analysis.test_sweep import swept


@pytest.fixture(scope="module")
def found():
    """Three rows of the bundled tiny instance, the first of which cannot be solved."""
    return swept("tiny", "volume_factor=-1,0.5,4")


def changed(document, path, value):
    """Return a document with another value at a path of keys and positions."""
    data = document.model_dump(mode="json")
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return SweepDocument.model_validate(data)


def contradictions(document):
    """Return what is contradicted in a document."""
    return verify("tiny", document)[0].contradictions


def test_what_is_true_is_not_contradicted(found):
    assert contradictions(found) == ()


FALSE = {
    "objective": (
        ["rows", 1, "objective"],
        224_000.0,
        "volume_factor = 0.5: objective: states 224000.0; the plan gives 225000.0",
    ),
    "bound over the objective": (
        ["rows", 1, "bound"],
        226_000.0,
        "volume_factor = 0.5: bound: 226000.0 is over the objective 225000.0",
    ),
    "bound far under it": (
        ["rows", 1, "bound"],
        200_000.0,
        "volume_factor = 0.5: gap: states 0.0; the plan gives 0.1111111111111111",
    ),
    "hubs": (
        ["rows", 1, "open_hubs"],
        ["B", "D"],
        "volume_factor = 0.5: open_hubs: states ['B', 'D']; the plan gives ['B']",
    ),
    "number of hubs": (["rows", 1, "hubs"], 2, "volume_factor = 0.5: hubs: states 2; the plan gives 1"),
    "share in time": (["rows", 1, "inside"], 0.9, "volume_factor = 0.5: inside: states 0.9; the plan gives 0.8"),
    "carbon": (
        ["rows", 1, "co2e_t_per_year"],
        5.0,
        "volume_factor = 0.5: co2e_t_per_year: states 5.0; the plan gives 0.0",
    ),
    "place of a plan": (["rows", 1, "plan"], 99, "volume_factor = 0.5: plan: there is no 99 in plans"),
    "missing plan": (
        ["rows", 1, "plan"],
        None,
        "volume_factor = 0.5: open_hubs, hubs, objective, gap, inside, co2e_t_per_year, runner_up: stated without a "
        "plan",
    ),
    "hub of a route": (
        ["plans", 0, "routes", "last_hub", 0],
        "E",
        "present: plan: routing: E: freight is routed over this hub, which is not open",
    ),
    "today's cost": (
        ["rows", 1, "today", "objective"],
        1.0,
        "volume_factor = 0.5: today: objective: states 1.0; the plan has 225000.0",
    ),
    "second best under the best": (
        ["rows", 1, "runner_up", "objective"],
        1.0,
        "volume_factor = 0.5: runner_up: bound: 248500.0 is over the objective 1.0",
    ),
    "second best of the same hubs": (
        ["rows", 1, "runner_up", "open_hubs"],
        ["B"],
        "volume_factor = 0.5: runner_up: open_hubs: are those of the best",
    ),
    "second best of a site that is none": (
        ["rows", 1, "runner_up", "open_hubs"],
        ["B", "X"],
        "volume_factor = 0.5: runner_up: open_hubs: X: there is no such site",
    ),
    "volume of a plan": (
        ["plans", 0, "routes", "volume_t_per_year", 0],
        99.0,
        "plans: 0: volumes are those of none of its rows",
    ),
    "present values": (
        ["present", "values"],
        [1.0],
        "present: values: are stated; the present values are those of the instance",
    ),
    "row that can be solved": (
        ["rows", 0, "termination"],
        "infeasible",
        "volume_factor = -1: termination: states infeasible; the instance is not sound with these values",
    ),
    "values": (
        ["rows", 1, "values"],
        [0.6],
        "rows: are not those of the combinations that the call asks for, in their order",
    ),
    "number of what is left": (["left"], 1, "left: states 1; combinations without a row: 0"),
    "value of a figure": (["figures", 0, "value"], 2.0, "figures: are not those of the call in the instance"),
    "objective at the top": (["objective"], 1.0, "objective: states 1.0; the present values give 347000.0"),
    "ending": (["termination"], "time_limit", "termination: states time_limit; combinations without a row: 0"),
}


@pytest.mark.parametrize(("path", "value", "message"), FALSE.values(), ids=FALSE)
def test_what_is_false_is_contradicted(path, value, message, found):
    texts = contradictions(changed(found, path, value))
    assert any(text.startswith(message) for text in texts), texts


def test_a_row_that_is_missing_is_told(found):
    data = found.model_dump(mode="json")
    del data["rows"][1]
    assert contradictions(SweepDocument.model_validate(data)) == ("left: states 0; combinations without a row: 1",)


def test_another_engine_proves_each_row(found):
    _, prove = verify("tiny", found)
    proof = prove(Watch(SolveLimits()), silent)
    assert proof.contradictions == ()
    assert proof.proofs == ("2 rows: each solved again by monolithic",)
    assert proof.is_by_another


def test_another_engine_finds_what_bounds_hide(found):
    """Figures that fit together, and are those of other networks than the best and the second best."""
    data = found.model_dump(mode="json")
    small, large = data["rows"][1:]
    today = small["today"]
    large |= {"plan": today["plan"], "open_hubs": ["B"], "hubs": 1, "objective": 1_450_000.0, "bound": 1_450_000.0}
    large |= {"inside": 0.8, "runner_up": None}
    del data["plans"][2]
    small["runner_up"] |= {"open_hubs": ["B", "D", "E"], "objective": 334_500.0, "bound": 334_500.0}
    false = SweepDocument.model_validate(data)
    assert contradictions(false) == ()
    _, prove = verify("tiny", false)
    assert prove(Watch(SolveLimits()), silent).contradictions == (
        "volume_factor = 0.5: runner_up: bound: states 334500.00; another engine has a plan for 248500.00 EUR/year",
        "volume_factor = 4: bound: states 1450000.00; another engine has a plan for 926000.00 EUR/year",
    )
