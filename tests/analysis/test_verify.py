"""A result that says one thing wrong is contradicted, and told what it is; a true one is never."""

from __future__ import annotations

import json
import math
import shutil
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.analysis import prove
from netdesign.analysis.verify import compared
from netdesign.cli import main
from netdesign.errors import ExitCode
from netdesign.solve import auto
from netdesign.solve.core.outcome import Phases, Solution, Termination
from tests.support.made_once import MadeOnce
from tests.support.small_instances import LEGS, SERVICES, write_instance

if TYPE_CHECKING:
    from collections.abc import Iterator


Document = dict[str, Any]

TRUE = "plan true and feasible; bound not re-proven\n"
PROVEN = "plan true and feasible; bound proven again by another engine\n"
NONE_PROVEN = "no plan is claimed; bound proven again by another engine\n"

CALLS: dict[str, tuple[str, ...]] = {
    "tiny": ("tiny",),
    "benelux": ("benelux",),
    "hubs": ("tiny", "--hubs", "2"),
    "more hubs than today": ("benelux", "--hubs", "2"),
    "max-new": ("tiny", "--max-new", "1"),
    "open and close": ("tiny", "--open", "E", "--close", "D"),
    "set": ("tiny", "--set", "parcel.weight_kg=2", "--set", "hubs.D.fixed_cost_eur_per_year=200000"),
    "gap": ("benelux", "--gap", "0.05"),
    "one network cannot": ("benelux", "--set", "policies.service.share=1"),
    "infeasible": ("tiny", "--set", "policies.service.share=1", "--set", "streams.parcels.deadline_h=3"),
}
"""What is solved once, by the name of its result."""


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """Return the documents of the calls, each solved when it is first asked for; tests edit copies."""
    folder = tmp_path_factory.mktemp("solved")

    def solve(name: str) -> Document:
        # What a test looks at on the streams is not of this call.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), pytest.raises(SystemExit) as end:
            main(["solve", *CALLS[name], "--quiet", "-o", str(folder / f"{name}.json")])
        assert end.value.code in (0, 4), name
        return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))

    return MadeOnce(solve)


@pytest.fixture
def verify(netdesign, tmp_path):
    """Return a function that writes a document and verifies it against the instance of a call, or another one."""

    def run(document: Document, *options: str, instance: object = "tiny"):
        (tmp_path / "result.json").write_text(json.dumps(document), encoding="utf-8")
        return netdesign("verify", instance, tmp_path / "result.json", *options)

    return run


def edited(document: Document, changes: dict[str, Any]) -> Document:
    """Return a copy with other values at some dotted paths; ``@`` is the second network."""
    copy = deepcopy(document)
    for path, value in changes.items():
        parts = path.replace("@", "networks.1.").split(".")
        *way, last = [int(part) if part.isdigit() else part for part in parts]
        place: Any = copy
        for part in way:
            place = place[part]
        place[last] = value
    return copy


# What is true


QUICK = ("tiny", "more hubs than today", "open and close", "set", "infeasible")
"""Calls that every run of the tests proves again: each kind of option, and one that no plan answers."""


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(name, marks=pytest.mark.long) for name in CALLS if name not in QUICK)]
)
def test_what_solve_writes_is_true(name, solved, verify):
    """Also when the options of the call come from the record alone, and by another engine."""
    plain = verify(solved[name], instance=CALLS[name][0])
    is_infeasible = name == "infeasible"
    assert plain == (0, "no plan is claimed; bound not re-proven\n" if is_infeasible else TRUE, "")
    proven = verify(solved[name], "--prove", "--quiet", instance=CALLS[name][0])
    assert proven == (0, NONE_PROVEN if is_infeasible else PROVEN, "")


def test_where_no_other_engine_takes_the_problem_the_proof_says_so(netdesign, tmp_path, monkeypatch):
    monkeypatch.setattr(auto, "most_operated", lambda instance: 1)
    file, result = write_instance(tmp_path, SERVICES), tmp_path / "result.json"
    assert netdesign("solve", file, "-o", result, "--quiet", "--engine", "monolithic").code == 0
    proven = netdesign("verify", file, result, "--prove", "--quiet")
    words = "bound proven again by the same engine, as no other takes the problem"
    assert (proven.code, proven.out) == (0, f"plan true and feasible; {words}\n")


def stopped(document: Document, bound: float) -> Document:
    """Return the result of tiny as if the search for two hubs had stopped at a bound, consistent in all else."""
    two = document["networks"][1]["objective"]
    gap = {"termination": "time_limit", "bound": bound, "gap": (two - bound) / two}
    changes = gap | {f"@{key}": value for key, value in gap.items()}
    changes |= {"steps.0.saving_at_most": 400_000 - bound, "steps.1.saving_at_least": bound - 419_000}
    return edited(document, changes)


def test_a_bound_lower_than_need_be_is_true(solved, verify):
    document = stopped(solved["tiny"], 340_000.0)
    assert verify(document) == (0, TRUE, "")
    assert verify(document, "--prove", "--quiet") == (0, PROVEN, "")


# One thing wrong

GAP = 7 / 347
ASKED = "the call asked for 1e-06"
GIVE = "objectives and bounds give"

IN_TINY: list[tuple[dict[str, Any], str]] = [
    ({"@plan.routes.volume_t_per_year.0": 290.0}, "@plan: routing: A to D: 290 t/year are routed of 300"),
    ({"@plan.routes.first_hub.0": "D"}, "@objective: states 347000.0; the plan has 374000.00 EUR/year"),
    ({"@plan.routes.last_hub.0": "E"}, "@plan: routing: E: freight is routed over this hub, which is not open"),
    ({"@plan.routes.origin.0": "Z"}, "@the plan names what the instance does not have: plan.routes: Z to D (parcels)"),
    ({"@plan.routes.volume_t_per_year": [300.0]}, "@plan.routes: the columns have different lengths"),
    ({"@plan.open_hubs": ["B", "D", "E"]}, "@hubs: states 2; the plan opens 3"),
    ({"@plan.open_hubs": ["B", "D", "D"]}, "@plan.open_hubs: a hub stands twice"),
    ({"@plan.open_hubs": []}, "@plan: required: B: exists and stays open, but the plan closes it"),
    ({"@plan": None}, "@objective, costs, service, carbon, gap, hub_loads, runner_up: stated without a plan"),
    ({"@plan": None}, "@termination: states optimal without a plan"),
    (
        {"@hub_loads.1.handled_t_per_year": 901.0},
        "@hub_loads: D: handled_t_per_year: states 901.0; the plan gives 900.0",
    ),
    ({"@objective": 346e3}, "@objective: states 346000.0; the plan has 347000.00 EUR/year"),
    ({"objective": 346e3}, "objective: the top level differs from the best permitted network, that of 2 hubs"),
    ({"@costs.road": 179e3}, "@costs.road: states 179000.0; the plan gives 180000.0"),
    ({"@service.inside": 0.99}, "@service.inside: states 0.99; the plan gives 1.0"),
    ({"@carbon.co2e_t_per_year": 1.0}, "@carbon: states co2e_t_per_year=1.0; the plan emits 0.000 t CO2e/year"),
    ({"@bound": 348e3}, "@bound: 348000.0 is over the objective 347000.0"),
    ({"@bound": 340e3}, f"@termination: states optimal at a gap of {GAP}; optimal is 1e-06 at most"),
    ({"@gap": GAP, "@termination": "gap_reached"}, f"@termination: states gap_reached at a gap of {GAP}; {ASKED}"),
    ({"@bound": None}, "@bound: is missing, though the search ended with optimal"),
    ({"@bound": None, "@termination": "time_limit"}, "@gap: states 0.0 without a bound"),
    ({"@objective": None}, "@gap: states 0.0 without an objective"),
    ({"@gap": 0.01}, "@gap: states 0.01; objective and bound give 0.0"),
    ({"bound": 346e3}, "bound: states 346000.0; the networks' bounds give 347000.0"),
    ({"steps.0.verdict": "undecided"}, f"#verdict: states undecided; {GIVE} pays"),
    ({"steps.0.saving": 53100.0}, f"#saving: states 53100.0; {GIVE} 53000.0"),
    ({"steps.0.saving_at_least": None}, f"#saving_at_least: states None; {GIVE} 53000.0"),
    ({"networks.2.permitted": False}, "network of 3 hubs: permitted: states False; 1 to 3 hubs are allowed"),
    ({"@runner_up.open_hubs": ["B", "X"]}, "@runner_up.open_hubs: X: there is no such site"),
    ({"@runner_up.objective": 3e5}, "@runner_up.objective: 300000.0 is under the bound 347000.0 of all networks"),
    ({"@runner_up.bound": 36e4}, "@runner_up.bound: 360000.0 is over the objective 354000.0"),
    ({"@runner_up.objective": None}, "@runner_up.open_hubs: stated without an objective"),
    ({"@runner_up.termination": "infeasible"}, "@runner_up.termination: states infeasible beside a plan"),
    ({"instance.name": "small"}, "instance.name: states small; the instance is tiny, so nothing is compared"),
    ({"instance.warnings": ["beware"]}, "instance.warnings: are not those of the instance"),
    ({"options.set": ["parcel.weight_kg=2"]}, "@objective: states 347000.0; the plan has 338500.00 EUR/year"),
    ({"options.close": ["D"]}, "@plan: forbidden: D: may not open"),
]
"""Edits of the result of tiny, and a line that says so; ``@`` is its network of two hubs, ``#`` the step to it."""


def line_of(case: object) -> str:
    """Name a case by what is said of it."""
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("changes", "line"), IN_TINY, ids=line_of)
def test_an_edit_is_named(changes, line, solved, verify):
    ended = verify(edited(solved["tiny"], changes))
    assert (ended.code, ended.err) == (ExitCode.CONTRADICTED, "")
    line = line.replace("@", "network of 2 hubs: ").replace("#", "step from 1 to 2 hubs: ")
    assert f"contradicted: {line}" in ended.out.splitlines()


def test_a_row_of_networks_lost_or_moved_is_named(solved, verify):
    """The steps are made to fit."""
    one, two, three = solved["tiny"]["networks"]
    document = solved["tiny"] | {"networks": [one, two], "steps": solved["tiny"]["steps"][:1]}
    line = "contradicted: networks: 0 of them have 3 hubs; there is one for each number\n"
    assert verify(document) == (ExitCode.CONTRADICTED, line, "")
    ended = verify(solved["tiny"] | {"networks": [three, two, one]})
    line = "contradicted: networks: have 3, 2, 1 hubs; they stand in the order of these numbers"
    assert (ended.code, ended.out.splitlines()[0]) == (ExitCode.CONTRADICTED, line)
    forced = solved["more hubs than today"]
    ended = verify(forced | {"networks": forced["networks"][1:], "steps": []}, instance="benelux")
    line = "contradicted: networks: 0 of them have 1 hubs; there is one of today's hubs\n"
    assert ended == (ExitCode.CONTRADICTED, line, "")


@pytest.mark.parametrize("changes", [{}, {"options.open": ["D"]}])
def test_of_a_result_of_another_instance_nothing_is_compared(changes, solved, verify):
    """All its figures would differ; and its options may name what the instance does not have."""
    ended = verify(edited(solved["tiny"], changes), instance="benelux")
    text = "instance.name: states tiny; the instance is benelux, so nothing is compared\n"
    assert ended.code == ExitCode.CONTRADICTED
    assert ended.out + ended.err == (f"netdesign: {text}" if changes else f"contradicted: {text}")


def test_a_result_that_is_not_there_is_told_beside_what_was_left(solved, netdesign, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    missing = "netdesign: nofile.json: there is no such file"
    assert netdesign("verify", "tiny", "nofile.json") == (ExitCode.USAGE, "", f"{missing}\n")
    (tmp_path / "nofile.json.partial").write_text(json.dumps(solved["tiny"]), encoding="utf-8")
    left = "nofile.json.partial has what a call that was ended has left"
    assert netdesign("verify", "tiny", "nofile.json") == (ExitCode.USAGE, "", f"{missing}; {left}\n")


def test_a_wrong_list_of_who_is_away_is_named(solved, verify):
    ended = verify(edited(solved["benelux"], {"@minima.away.0.destination": "FR-PARIS"}), instance="benelux")
    line = "network of 2 hubs: minima.away: are not those that the plan serves away from their cheapest hubs"
    assert ended == (ExitCode.CONTRADICTED, f"contradicted: {line}\n", "")


# Every number

UNCHECKED = {
    "times": "they differ between equal runs",
    "options.threads": "how it was sought, not what was found",
    "options.seed": "likewise",
    "options.gap": "likewise; that it was reached is checked where the search ended so",
    "cost_by_policy": "takes a solver: --prove checks it",
}
"""Numbers that ``verify`` takes as they stand, with the reason."""


def numbers(node: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Yield path and value of every number that is checked, of lists of volumes the first one."""
    children = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) else ()
    for key, child in children:
        here = f"{path}.{key}".lstrip(".")
        is_later = isinstance(key, int) and key > 0 and ("volume_t_per_year" in path or path.endswith("away"))
        if is_later or any(name in here for name in UNCHECKED):
            continue
        if isinstance(child, int | float) and not isinstance(child, bool):
            yield here, child
        yield from numbers(child, here)


@pytest.mark.parametrize("name", ["tiny", pytest.param("benelux", marks=pytest.mark.long)])
def test_no_number_may_be_changed(name, solved, verify):
    """Each number of the result by itself, a thousandth up or down; of benelux what its networks have beyond tiny's."""
    found = list(numbers(solved[name]))
    if name == "benelux":
        found = [(path, value) for path, value in found if path.startswith("networks.1.")]
    passed = []
    for at, (path, value) in enumerate(found):
        shift = 1 if isinstance(value, int) else math.copysign(max(abs(value) / 1000, 1e-3), -1 if at % 2 else 1)
        ended = verify(edited(solved[name], {path: value + shift}), instance=name)
        if ended.code != ExitCode.CONTRADICTED or not ended.out.startswith("contradicted: "):
            passed.append(path)
    assert passed == []
    assert len(found) > 30


# What only another engine finds


def with_dearer_plan(solved: dict[str, Document], bound: float, termination: str) -> Document:
    """Return tiny's result with B + E for two hubs, which is dearer than B + D by 7,000, consistent in all else."""
    other = solved["open and close"]["networks"][-1]
    assert (other["plan"]["open_hubs"], other["objective"]) == (["B", "E"], 354_000)
    changes = {"termination": termination, "bound": bound, "gap": (354_000 - bound) / 354_000}
    two = other | changes | {"runner_up": None}
    first = {"saving": 46_000, "saving_at_least": 46_000, "saving_at_most": 400_000 - bound}
    second = {"saving": -65_000, "saving_at_least": bound - 419_000, "saving_at_most": -65_000}
    changes |= {key: two[key] for key in ("objective", "plan", "costs", "service", "carbon")} | {"networks.1": two}
    changes |= {f"steps.{n}.{key}": value for n, step in enumerate((first, second)) for key, value in step.items()}
    return edited(solved["tiny"], changes)


def test_a_false_bound_is_found_by_the_proof_alone(solved, verify):
    """A plan that is none of the best, claimed optimal, and one whose search stopped at a bound over the optimum."""
    for bound, termination in ((354_000.0, "optimal"), (350_000.0, "time_limit")):
        document = with_dearer_plan(solved, bound, termination)
        assert verify(document) == (0, TRUE, "")
        ended = verify(document, "--prove", "--quiet")
        line = f"network of 2 hubs: bound: states {bound:.2f}; another engine has a plan of 347000.00 EUR/year"
        assert (ended.code, ended.out.splitlines()[0]) == (ExitCode.CONTRADICTED, f"contradicted: {line}")
    honest = with_dearer_plan(solved, 346_000.0, "time_limit")
    assert verify(honest, "--prove", "--quiet") == (0, PROVEN, "")


def test_a_false_infeasible_is_found_by_the_proof_alone(solved, verify):
    """Three infeasible networks, recorded as those of an instance that has three."""
    document = solved["infeasible"] | {key: solved["tiny"][key] for key in ("instance", "options", "problem")}
    # The policies that clash are not those of that instance, which shows without a proof.
    del document["clash"]
    assert verify(document) == (0, "no plan is claimed; bound not re-proven\n", "")
    ended = verify(document, "--prove", "--quiet")
    line = "contradicted: network of {}: termination: states infeasible; another engine has a plan of {}.00 EUR/year"
    costs = (("1 hub", 400_000), ("2 hubs", 347_000), ("3 hubs", 419_000))
    assert (ended.code, ended.out.splitlines()) == (ExitCode.CONTRADICTED, [line.format(*cost) for cost in costs])


BEST_OTHER = "another engine has a plan of 354000.00 EUR/year"
NO_OTHER = {"objective": None, "bound": None, "open_hubs": [], "termination": "infeasible"}

RUNNERS_UP: list[tuple[dict[str, Any], str]] = [
    ({"objective": 36e4, "bound": 36e4}, f"bound: states 360000.00; {BEST_OTHER}"),
    ({"objective": 35e4, "bound": 35e4}, "objective: states 350000.00; its hubs do it for no less than 354000.00"),
    ({"objective": 35e4, "bound": 35e4}, "objective: states 350000.00; another engine proves that nothing is under 3"),
    (NO_OTHER, f"termination: states infeasible; {BEST_OTHER}"),
    ({"open_hubs": ["D", "E"]}, "open_hubs: may not stand together: B exists and stays open; name it too"),
]
"""Changes of the runner-up of tiny, B + E for 354,000, that are consistent, and what is wrong with it."""


@pytest.mark.parametrize(("changes", "line"), RUNNERS_UP, ids=line_of)
def test_a_false_runner_up_is_found_by_the_proof_alone(changes, line, solved, verify):
    document = edited(solved["tiny"], {f"@runner_up.{key}": value for key, value in changes.items()})
    assert verify(document) == (0, TRUE, "")
    ended = verify(document, "--prove", "--quiet")
    assert ended.code == ExitCode.CONTRADICTED
    assert f"contradicted: network of 2 hubs: runner_up.{line}" in ended.out


def test_a_false_cost_of_a_minimum_is_found_by_the_proof_alone(solved, verify):
    document = edited(solved["benelux"], {"networks.2.minima.cost_by_policy.minimum_throughput": 230_000.0})
    assert verify(document, instance="benelux") == (0, TRUE, "")
    line = "network of 3 hubs: minima.cost_by_policy.minimum_throughput: states 230000.00; its hubs give 229148.18"
    ended = verify(document, "--prove", "--quiet", instance="benelux")
    assert ended == (ExitCode.CONTRADICTED, f"contradicted: {line} EUR/year\n", "")


@pytest.mark.parametrize(("name", "plan"), [("tiny", "plan true and feasible"), ("infeasible", "no plan is claimed")])
def test_a_proof_that_is_stopped_says_so(name, plan, solved, verify):
    ended = verify(solved[name], "--prove", "--quiet", "--time-limit", "1e-6")
    line = f"{plan}; bound not re-proven: stopped before the proof was complete\n"
    assert ended == (ExitCode.STOPPED_WITHOUT_PLAN, line, "")


def test_a_proof_that_is_stopped_at_a_dearer_plan_contradicts_nothing(solved, verify, monkeypatch):
    """What the other engine has when it is stopped is no optimum."""
    dearer = Solution(Termination.TIME_LIMIT, None, 500_000.0, 300_000.0, Phases())
    monkeypatch.setattr(prove.Enumeration, "solve", lambda *_: dearer)
    assert verify(solved["tiny"], "--prove", "--quiet", "--time-limit", "1e-6").code == ExitCode.STOPPED_WITHOUT_PLAN


# Another instance, other options


def test_another_instance_is_named(solved, verify, tmp_path):
    """Another one altogether, one that was edited since, and one that cannot be read with the recorded options."""
    other = "contradicted: instance.name: states tiny; the instance is benelux, so nothing is compared\n"
    assert verify(solved["tiny"], instance="benelux").out == other
    line = "contradicted: instance.digest: the instance's files are not those that were solved"
    text = (shutil.copytree(catalogue.find_instance("tiny"), tmp_path / "tiny") / "instance.yaml").read_text(
        encoding="utf-8"
    )
    write_instance(tmp_path / "tiny", f"{text}# a remark\n")
    assert verify(solved["tiny"], instance=tmp_path / "tiny") == (
        ExitCode.CONTRADICTED,
        f"{line}; every figure is true of them all the same\n",
        "",
    )
    ended = verify(solved["set"], instance=write_instance(tmp_path, LEGS.replace("name: three", "name: tiny")))
    assert (ended.code, ended.out) == (ExitCode.CONTRADICTED, "")
    start = "netdesign: instance.digest: the instance's files are not those that were solved; with the recorded options"
    assert ended.err.startswith(start)


def test_what_is_contradicted_alike_is_told_by_its_first_and_a_number(solved, verify, tmp_path):
    """An instance of another volume: each of the four routes of each of the three networks is wrong."""
    folder = shutil.copytree(catalogue.find_instance("tiny"), tmp_path / "tiny")
    text = (folder / "instance.yaml").read_text(encoding="utf-8")
    write_instance(folder, f"{text}volume_factor: 2\n")
    lines = verify(solved["tiny"], instance=folder).out.splitlines()
    routes = [line for line in lines if "plan: routing: " in line]
    assert len(routes) == 5
    assert routes[-1].endswith(" (and 7 more like it)")


NO_RECORD = "options: the result does not record the options of a solve"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"options": {}}, 2, NO_RECORD),
        ({"options.hubs": "two"}, 2, NO_RECORD),
        ({"options.gap": None}, 2, NO_RECORD),
        ({"options.Seed": 1}, 2, NO_RECORD),
        ({"reader.Nodes": 20}, 2, NO_RECORD),
        ({"reader": {}}, 2, "reader: the result does not record format_in"),
        ({"problem": {}}, 2, "problem: the result does not record allocation, objective, route_hubs"),
        ({"networks.0.hubs": True}, 2, "result.json: is no whole result: networks.0.hubs: true is not a number"),
        ({"objective": "347000"}, 2, "result.json: is no whole result: objective: '347000' is not a number"),
        ({"options.open": ["Z"]}, 2, "--open Z: there is no such site"),
        ({"options.set": ["parcel.x=1"]}, 2, "--set parcel.x=1: parcel.x: unknown key; allowed: weight_kg"),
        ({"colour": "red"}, 2, "result.json: is no whole result: colour: unknown key"),
        (
            {"engine.Name": "enumeration"},
            2,
            "result.json: is no whole result: engine.Name: 'Name' is not allowed; allowed: 'name', 'model' or 'reason'",
        ),
        (
            {"networks.0.minima": {"cost_by_policy": {"Air_lane": 1}, "away": []}},
            2,
            "result.json: is no whole result: networks.0.minima.cost_by_policy.Air_lane: 'Air_lane' is not allowed; "
            "allowed: 'minimum_throughput' or 'air_lane'",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_no_result(changes, code, message, solved, verify, tmp_path):
    ended = verify(edited(solved["tiny"], changes))
    err = ended.err.replace(f"{tmp_path}/", "").splitlines()[0]
    assert (ended.code, ended.out, err) == (code, "", f"netdesign: {message}")


def test_results_share_the_problem_where_they_are_about_the_same_alone():
    """The problem is read once for all results of a page; one with another option on hubs, or value, has its own."""
    first, _ = compared("tiny", nd.solve("tiny").document)
    alike, found = compared("tiny", nd.alternatives("tiny").document, [first])
    assert alike.problem is first.problem
    assert found.contradictions == ()
    for other in (nd.solve("tiny", hubs=2), nd.solve("tiny", set={"volume_factor": 2})):
        own, found = compared("tiny", other.document, [first, alike])
        assert own.problem is not first.problem
        assert found.contradictions == ()
