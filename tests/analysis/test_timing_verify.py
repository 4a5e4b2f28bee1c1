"""A result of timing that says one thing wrong is contradicted, and told what it is; a true one is never."""

from __future__ import annotations

import json
import math
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from netdesign.cli import main
from netdesign.errors import ExitCode
from tests.analysis.test_verify import edited, line_of
from tests.support.made_once import MadeOnce
from tests.support.small_instances import STAGES, write_instance

if TYPE_CHECKING:
    from collections.abc import Iterator


TRUE = "plan true and feasible; bound not re-proven\n"
PROVEN = "plan true and feasible; bound proven again by another engine\n"
NONE = "no plan is claimed; bound not re-proven\n"

CALLS: dict[str, tuple[str, ...]] = {
    "path": (),
    "scenario": ("--scenario", "flat"),
    "hubs": ("--hubs", "2", "--close", "C"),
    "set": ("--set", "modules.s.capital_eur=700", "--open", "B"),
    "tree": ("--tree",),
    "cvar": ("--tree", "--risk", "cvar", "--level", "0.5"),
    "regret": ("--tree", "--risk", "regret"),
    "closing": ("--tree", "--set", "stages.closing=true", "--gap", "0.01"),
    "infeasible": ("--set", "paths.0.factor=50"),
    "infeasible regret": ("--tree", "--risk", "regret", "--set", "paths.2.factor=50"),
}
"""What is solved once, by the name of its result."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of the small instance over years."""
    return write_instance(tmp_path_factory.mktemp("stages"), STAGES)


@pytest.fixture(scope="module")
def solved(folder, tmp_path_factory):
    """Return the documents of the calls, each solved when it is first asked for; tests edit copies."""
    results = tmp_path_factory.mktemp("solved")

    def solve(name: str) -> dict[str, Any]:
        # What a test looks at on the streams is not of this call.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), pytest.raises(SystemExit) as end:
            main(["timing", str(folder), *CALLS[name], "--quiet", "-o", str(results / f"{name}.json")])
        assert end.value.code in (0, 4), name
        return json.loads((results / f"{name}.json").read_text(encoding="utf-8"))

    return MadeOnce(solve)


@pytest.fixture
def verify(netdesign, folder, tmp_path):
    """Return a function that writes a document and verifies it."""

    def run(document: dict[str, Any], *options: str, instance: object = None):
        (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
        return netdesign("verify", instance or folder, tmp_path / "result.json", *options)

    return run


QUICK = ("path", "hubs", "tree", "regret", "infeasible")
"""Calls that every run of the tests proves again: each kind of question, and one that no plan answers."""


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in CALLS if name not in QUICK)]
)
def test_what_timing_writes_is_true(name, solved, verify):
    """Also by another engine, when the options of the call come from the record alone."""
    assert verify(solved[name]) == (0, NONE if "infeasible" in name else TRUE, "")
    proven = verify(solved[name], "--prove", "--quiet")
    assert proven.code == 0
    assert proven.out.endswith("bound proven again by another engine\n")


IN_TREE: list[tuple[dict[str, Any], str]] = [
    ({"objective": 7000.0}, "objective: states 7000.0; the plan gives 7353.65"),
    ({"expected": 7000.0}, "expected: states 7000.0; the plan gives 7353.65"),
    ({"cvar": 1.0}, "cvar: states 1.0; the plan gives 8545.89"),
    ({"largest_regret": 0.0}, "largest_regret: states 0.0; the plan gives 179.90"),
    ({"bound": 7400.0}, "bound: 7400.0 is over the objective 7353.65"),
    ({"bound": None}, "bound: is missing, though the search ended with optimal"),
    ({"gap": 0.5}, "gap: states 0.5; objective and bound give "),
    ({"termination": "infeasible"}, "termination: states infeasible beside a plan"),
    ({"scenario": "base"}, "scenario: states base; the options say tree"),
    ({"risk.measure": "cvar"}, "risk.measure: states cvar; instance and options say expected"),
    ({"instance.name": "other"}, "instance.name: states other; the instance is stages, so nothing is compared"),
    ({"instance.digest": "0"},
     "instance.digest: the instance's files are not those that were solved; every figure is true of them all the same"),
    ({"problem.last_year": 2029}, "problem.last_year: states 2029; instance and options say 2028"),
    ({"clash": ["peak"]}, "clash: stated beside a plan"),
    ({"paths": []}, "paths: are 0; the years have 2"),
    ({"nodes.1.node": "up 2029"},
     "nodes: are not those of the instance: now 2026, up 2027, up 2028, down 2027, down 2028"),
    ({"nodes.0.orders": []}, "plan: routing: up 2027: the year is operated with A, B, C; open are A"),
    ({"nodes.0.orders.0.count": 3}, "plan: orders: now 2026: B: 3 of l are over the 1 that a hub may have"),
    ({"nodes.0.orders.0.module": "m"}, "now 2026: the plan names what the instance does not have: orders: m"),
    ({"nodes.0.orders.0.in_use_from": 2026}, "now 2026: orders: is not that of the plan"),
    ({"nodes.0.contract": []}, "plan: capacity: now 2026: A: lifts 170.0 t/year; its capacity is 100.0"),
    ({"nodes.0.closings": ["A"]}, "plan: closing: now 2026: A: is closed, but an existing hub stays open"),
    ({"nodes.1.modules.0.count": 9}, "up 2027: modules: is not that of the plan"),
    ({"nodes.1.year": 2030}, "up 2027: year: states 2030; instance and plan say 2027"),
    ({"nodes.1.probability": 0.5}, "up 2027: probability: states 0.5; instance and plan say 0.6"),
    ({"nodes.2.costs.running": 1.0}, "up 2028: costs.running: states 1.0; the plan gives 320.0"),
    ({"nodes.0.routes.volume_t_per_year.0": 39.0}, "plan: routing: now 2026: A to B: 39 t/year are routed of 40"),
    ({"nodes.0.routes.first_hub.0": "Z"},
     "now 2026: the plan names what the instance does not have: plan.routes.first_hub: Z"),
    ({"paths.0.cost": 8000.0}, "path to up 2028: cost: states 8000.0; the plan gives 8545.89"),
    ({"paths.0.known.objective": 9000.0},
     "path to up 2028: regret: states 61.54"),
    ({"paths.0.known.bound": 8600.0}, "path to up 2028: known: bound: 8600.0 is over the objective 8484.34"),
    ({"paths.0.known.termination": "infeasible"},
     "path to up 2028: known: termination: states infeasible beside an objective"),
    ({"paths.0.known": None}, "paths: some were solved by themselves, others not"),
    ({"values": None}, "values: are missing"),
    ({"values.waiting.value": 1.0}, "values.waiting.value: states 1.0; objectives and bounds give 69.60"),
    ({"values.waiting.is_infinite": True}, "values.waiting.is_infinite: states True; objectives and bounds give False"),
    ({"values.fixed": None}, "values.fixed_refusal: states None; the instance gives None"),
    ({"values.fixed.objective": 7000.0},
     "values.fixed.objective: 7000.0 is under the bound 7353.65"),
    ({"values.mean.orders": []}, "values.mean_on_tree: orders and closings are not those of values.mean"),
    ({"values.mean.orders.0.hub": "Z"}, "values.mean: names what the instance does not have: Z"),
    ({"options.close": ["B"]}, "plan: forbidden: now 2026: B: may not open"),
    ({"options.set": ["modules.s.capital_eur=700"]}, "now 2026: costs.capital: states 2700.0; the plan gives 2600.0"),
]  # fmt: skip
"""Edits of the result of the tree, and how a line begins that says so."""


@pytest.mark.parametrize(("changes", "line"), IN_TREE, ids=line_of)
def test_an_edit_of_a_tree_is_named(changes, line, solved, verify):
    ended = verify(edited(solved["tree"], changes))
    assert (ended.code, ended.err) == (ExitCode.CONTRADICTED, "")
    assert any(found.startswith(f"contradicted: {line}") for found in ended.out.splitlines())


IN_PATH: list[tuple[dict[str, Any], str]] = [
    ({"cvar": 1.0}, "cvar: states 1.0; the plan gives None"),
    ({"termination": "running"}, "delays, single_years, values: stated though the search for the plan goes on"),
    ({"delays": []}, "delays: are not those of the new hubs that the plan orders: B in 2026, C in 2026"),
    ({"delays.0.later.orders.0": {"year": 2026, "hub": "B", "module": "s", "count": 1}},
     "delay of B: later.orders: it is ordered in 2026, not after 2026"),
    ({"delays.0.later.objective": 7000.0},
     "delay of B: later.objective: 7000.0 is under the bound 7174.68"),
    ({"delays.0.extra_cost.at_most": 1.0},
     "delay of B: extra_cost.at_most: states 1.0; objectives and bounds give 521.23"),
    ({"single_years": []}, "single_years: are not the first and the last"),
    ({"single_years.0.best.bound": None}, "single year 2026: bound: is missing, though the search ended with optimal"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "line"), IN_PATH, ids=line_of)
def test_an_edit_of_a_path_is_named(changes, line, solved, verify):
    ended = verify(edited(solved["path"], changes))
    assert (ended.code, ended.err) == (ExitCode.CONTRADICTED, "")
    assert any(found.startswith(f"contradicted: {line}") for found in ended.out.splitlines())


def test_figures_without_a_plan_are_named(solved, verify):
    ended = verify(edited(solved["infeasible"], {"objective": 1.0}))
    assert ended == (ExitCode.CONTRADICTED, "contradicted: objective: stated without a plan\n", "")
    ended = verify(edited(solved["infeasible"], {"termination": "optimal"}))
    assert "contradicted: termination: states optimal without a plan" in ended.out.splitlines()


UNCHECKED = ("times", "options", "versions", "orders", "level")
"""Numbers that ``verify`` takes as they stand: times differ, options say what was asked, of other plans than the one
that is stated only costs and bounds are, and the level is cvar's alone (tested above)."""


def numbers(node: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Yield path and value of every number that is checked, of columns the first one."""
    children = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) else ()
    for key, child in children:
        here = f"{path}.{key}".lstrip(".")
        is_later = isinstance(key, int) and key > 0 and path.endswith("volume_t_per_year")
        of_another = key == "orders" and not path.startswith("nodes")
        if is_later or of_another or (key in UNCHECKED and not path.startswith("nodes")):
            continue
        if isinstance(child, int | float) and not isinstance(child, bool):
            yield here, child
        yield from numbers(child, here)


@pytest.mark.parametrize("name", [*(pytest.param(name, marks=pytest.mark.long) for name in ("path", "tree")), "regret"])
def test_no_number_may_be_changed(name, solved, verify):
    """Each number of the result by itself, a thousandth up or down; of the nodes those of the first two."""
    found = [item for item in numbers(solved[name]) if not item[0].startswith(("nodes.2", "nodes.3", "nodes.4"))]
    if name == "regret":
        found = [item for item in found if not item[0].startswith("nodes")]
    passed = []
    for at, (path, value) in enumerate(found):
        shift = 1 if isinstance(value, int) else math.copysign(max(abs(value) / 1000, 1e-2), -1 if at % 2 else 1)
        ended = verify(edited(solved[name], {path: value + shift}))
        if ended.code != ExitCode.CONTRADICTED or not ended.out.startswith("contradicted: "):
            passed.append(path)
    assert passed == []
    assert len(found) > 30


def test_a_false_bound_is_found_by_the_proof_alone(solved, verify):
    """A dearer calendar, passed off as the best one that orders later: consistent in all else."""
    claimed = solved["path"]
    year = claimed["delays"][0]["later"]["orders"][0]["year"]
    dearer = edited(claimed, {"delays.0.later.orders.0.year": year + 1})
    hub, told = claimed["delays"][0]["hub"], verify(dearer).out
    begin, _, after = told.partition(": orders and closings: cost ")
    assert begin == f"contradicted: delay of {hub}"
    cost = float(after.partition(",")[0])
    document = edited(dearer, {"delays.0.later.objective": cost, "delays.0.later.bound": cost})
    extra = cost - claimed["objective"]
    changes = {f"delays.0.extra_cost.{name}": extra for name in ("value", "at_least", "at_most")}
    document = edited(document, changes)
    assert verify(document) == (0, TRUE, "")
    ended = verify(document, "--prove", "--quiet")
    assert ended.code == ExitCode.CONTRADICTED
    assert f"contradicted: delay of B: objective: states optimal at {cost:.2f}; another engine has 7695.93" in ended.out


def test_another_instance_is_said_to_be_one(solved, verify, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    ended = verify(
        solved["path"], instance=write_instance(other, STAGES.replace("capital_eur: 800", "capital_eur: 801"))
    )
    assert ended.code == ExitCode.CONTRADICTED
    assert "instance.digest: the instance's files are not those that were solved" in ended.out


@pytest.mark.parametrize("changes", [{"options.open": "B"}, {"options.gap": None}, {"options.gap": -1}], ids=str)
def test_options_that_are_no_record_are_refused(changes, solved, verify):
    ended = verify(edited(solved["path"], changes))
    line = "netdesign: options: the result does not record the options of a call of timing\n"
    assert ended == (ExitCode.USAGE, "", line)


def test_a_file_that_is_no_whole_result_is_refused(solved, verify):
    ended = verify({"format": "netdesign.timing/1", "extra": 1})
    assert ended.code == ExitCode.USAGE
    assert "result.json: is no whole result: instance: is missing; scenario: is missing" in ended.err


def test_a_regret_tree_without_a_plan_is_proven_again(solved, verify):
    """Some path has no cost to hold a regret against; that no plan is permitted needs none."""
    ended = verify(solved["infeasible regret"], "--prove")
    assert (ended.code, ended.out) == (ExitCode.ANSWERED, "no plan is claimed; bound proven again by another engine\n")


def test_the_gap_of_a_regret_near_zero_is_a_share_of_the_costs(netdesign, tmp_path):
    """With dear money nothing is built on any path: the regret is 0 but for the rounding of two sums of costs."""
    result = tmp_path / "result.json"
    call = ("--tree", "--risk", "regret", "--set", "stages.discount_rate=0.5", "--quiet", "-o", result)
    assert netdesign("timing", "benelux-stages", *call).code == ExitCode.ANSWERED
    ended = netdesign("verify", "benelux-stages", result)
    assert (ended.code, ended.out) == (ExitCode.ANSWERED, TRUE)


MILLIARDTHS = (
    "factors={collection: 1.0e-9, inter_hub: 1.0e-9, distribution: 1.0e-9}",
    "hubs.A.fixed_cost_eur_per_year=0",
    "hubs.B.fixed_cost_eur_per_year=1e-9",
    "hubs.C.fixed_cost_eur_per_year=1e-9",
    "modules.s.capital_eur=1e-8",
    "modules.l.capital_eur=2e-8",
    "modules.s.yearly_eur=1e-9",
    "modules.l.yearly_eur=1e-9",
    "stages.contract.price_eur_per_t=1e-9",
)


@pytest.mark.parametrize("engine", [pytest.param("configurations", marks=pytest.mark.long), "monolithic"])
def test_costs_of_milliardths_are_told_apart(engine, folder, netdesign, tmp_path):
    """A solver takes costs under 1e-7 for none; units of money are taken from the data."""
    changes = [word for change in MILLIARDTHS for word in ("--set", change)]
    result = tmp_path / "result.json"
    call = (*changes, "--tree", "--risk", "regret", "--engine", engine, "--quiet", "-o", result)
    assert netdesign("timing", folder, *call).code == ExitCode.ANSWERED
    document = json.loads(result.read_text(encoding="utf-8"))
    assert document["objective"] == pytest.approx(1.8162945331976605e-09, rel=1e-4)
    assert netdesign("verify", folder, result).out == TRUE


@pytest.mark.long
def test_a_program_on_which_the_solver_gives_up_is_solved_from_the_start(netdesign, tmp_path):
    """At this price HiGHS ends one year's program with Unknown, from the basis of the cheapest routes."""
    result = tmp_path / "result.json"
    call = ("--set", "handling.cost_eur_per_parcel=100", "--quiet", "-o", result)
    assert netdesign("timing", "benelux-stages", *call).code == ExitCode.ANSWERED
    assert netdesign("verify", "benelux-stages", result).out == TRUE
