"""Carbon: a price on what the freight emits, and a cap, by every way of solving an instance."""

from __future__ import annotations

import json
import math
from collections import Counter
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.errors import ExitCode
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Allocation, Objective, Problem
from netdesign.instance.policies import FREIGHT, Policies, Policy
from netdesign.instance.policies.carbon import Carbon
from netdesign.network import build_network
from netdesign.solve.auto import choose_engine
from netdesign.solve.core.outcome import Termination
from netdesign.solve.monolithic import Monolithic
from netdesign.solve.registry import ONE_YEAR
from tests.solve.test_agreement import assert_judged, route_faults
from tests.support.brute_force import CARBON, BruteForce
from tests.support.solving import question, read_document, solve_instance
from tests.support.strategies import carbon_document

if TYPE_CHECKING:
    from pathlib import Path

DRAWS, BLOCK, QUICK_BLOCKS = 400, 20, 1
LEAST_BINDING = 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for instance files, one at a time."""
    return tmp_path_factory.mktemp("carbon")


@cache
def binding(block: int, folder: Path) -> Counter[str]:
    """Solve a block of draws by every engine and the referee; return how often price and cap bind."""
    found: Counter[str] = Counter()
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        document = carbon_document(Random(seed))
        instance = read_document(document, folder)
        if route_faults(instance, build_network(instance)):
            continue
        brute = BruteForce(document)
        optimum, asked = brute.solve(), question(instance)
        for name in ("monolithic", "enumeration", "decomposition"):
            refusal = ONE_YEAR.refusal(name, instance)
            # Decomposition by compiled loops is tried by the long draws.
            if refusal is None and (name != "decomposition" or block >= QUICK_BLOCKS):
                assert_judged(asked, ONE_YEAR[name].engine(asked).solve(), optimum)
        found.update(part for part in brute.binding(optimum) if part in CARBON)
    return found


@pytest.mark.parametrize("block", range(QUICK_BLOCKS))
def test_models_enumeration_referee_and_brute_force_agree(block, folder):
    """Same feasibility, same optimum, a plan without violations; the cap decides a few of the draws."""
    assert binding(block, folder)["carbon cap"] >= 5


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_price_and_cap_bind_in_fifty_draws(folder):
    found: Counter[str] = sum((binding(block, folder) for block in range(DRAWS // BLOCK)), Counter())
    assert {part: found[part] for part in CARBON if found[part] < LEAST_BINDING} == {}


def two_ways() -> dict[str, Any]:
    """100 t/year from A to C over B (EUR 10 and 30 kg CO2e a tonne) or over D (EUR 14 and 10 kg); both hubs free."""
    legs = []
    for hub, cost, grams in (("B", 10, 30), ("D", 14, 10)):
        legs.append({"from": "A", "to": hub, "cost_eur_per_t": cost, "co2e_kg_per_t": grams})
        legs.append({"from": hub, "to": "C", "cost_eur_per_t": 0, "co2e_kg_per_t": 0})
        legs += [{"from": end, "to": hub, "cost_eur_per_t": 500, "co2e_kg_per_t": 90} for end in "BCD" if end != hub]
        legs += [{"from": hub, "to": "A", "cost_eur_per_t": 500, "co2e_kg_per_t": 90}]
    hubs = [{"id": hub, "status": "existing", "fixed_cost_eur_per_year": 0, "country": "BE"} for hub in ("B", "D")]
    return {
        "format": "netdesign.instance/1",
        "name": "two ways",
        "parcel": {"weight_kg": 1},
        "streams": {"parcels": {}},
        "policies": {},
        "tables": {
            "cities": [{"id": "A"}, {"id": "C"}],
            "hubs": hubs,
            "legs": legs,
            "demand": [{"origin": "A", "destination": "C", "volume_t_per_year": 100}],
        },
    }


def solved(carbon: dict[str, float] | None, folder: Path) -> tuple[float, dict[str, float | None], float]:
    """Return objective, cost parts and emissions of the two ways."""
    document = two_ways()
    if carbon:
        document["policies"]["carbon"] = carbon
    instance = read_document(document, folder)
    solution = solve_instance(instance)
    assert solution.plan is not None
    found = evaluate(instance, build_network(instance), solution.plan)
    return found.objective, vars(found.costs), found.co2e


def test_without_carbon_the_cheaper_way_is_taken(tmp_path):
    objective, parts, co2e = solved(None, tmp_path)
    # 100 t x EUR 10; 100 t x 30 kg.
    assert (objective, co2e) == (pytest.approx(1000), pytest.approx(3))
    assert parts["charges"] == {}


def test_a_price_is_paid_or_moves_the_freight(tmp_path):
    # At EUR 100: 10 + 0.03 x 100 = 13 against 14 + 0.01 x 100 = 15; 3 t cost EUR 300.
    objective, parts, co2e = solved({"price_eur_per_t": 100}, tmp_path)
    assert (objective, parts["charges"], co2e) == (
        pytest.approx(1300),
        {"carbon": pytest.approx(300)},
        pytest.approx(3),
    )
    # At EUR 250: 10 + 7.5 = 17.5 against 14 + 2.5 = 16.5.
    objective, parts, co2e = solved({"price_eur_per_t": 250}, tmp_path)
    assert (objective, parts["charges"], co2e) == (
        pytest.approx(1650),
        {"carbon": pytest.approx(250)},
        pytest.approx(1),
    )


def test_a_cap_divides_the_freight(tmp_path):
    # 2 t: x over B with 3 x + 1 (1 - x) = 2, half: 50 t at EUR 10 and 50 t at EUR 14.
    objective, parts, co2e = solved({"cap_t_per_year": 2}, tmp_path)
    assert (objective, parts["charges"], co2e) == (pytest.approx(1200), {}, pytest.approx(2))


def test_a_cap_under_what_any_network_emits_is_infeasible(tmp_path):
    document = two_ways()
    document["policies"]["carbon"] = {"cap_t_per_year": 0.9}
    assert solve_instance(read_document(document, tmp_path)).termination is Termination.INFEASIBLE


def test_the_referee_says_what_is_emitted_over_the_cap(tmp_path):
    document = two_ways()
    free = read_document(document, tmp_path)
    plan = solve_instance(free).plan
    assert plan is not None
    document["policies"]["carbon"] = {"cap_t_per_year": 2}
    capped = read_document(document, tmp_path)
    found = evaluate(capped, build_network(capped), plan)
    assert list(map(str, found.violations)) == ["carbon: network: emits 3.0 t CO2e/year; the cap is 2.0"]


@pytest.mark.parametrize("draws", [8, pytest.param(60, marks=pytest.mark.long)])
@pytest.mark.parametrize("allocation", [Allocation.MULTIPLE, Allocation.SINGLE])
def test_flow_forms_state_price_and_cap(allocation, draws, folder):
    """Both flow forms against the path form or all allocations: a detour that emits less is no way out."""
    name = f"{allocation.value}_allocation_flow"
    for seed in range(draws):
        document = carbon_document(Random(seed))
        document["policies"] = {key: document["policies"][key] for key in ("carbon",)}
        document["problem"] = {"allocation": allocation.value}
        for stream in document["streams"].values():
            for key in ("deadline_h", "deadline", "late_penalty_eur_per_parcel"):
                stream.pop(key, None)
        instance = read_document(document, folder)
        if route_faults(instance, build_network(instance)):
            continue
        # Plan and cost are held against the referee by the engine itself.
        solution = Monolithic(question(instance, catalogue.load_formulation(name))).solve()
        if allocation is Allocation.MULTIPLE:
            optimum = BruteForce(document).solve()
            found = math.inf if solution.objective is None else solution.objective
            assert found == pytest.approx(optimum.cost, rel=1e-6), seed


def test_engines_that_cannot_state_a_cap_are_not_chosen(tmp_path):
    document = two_ways()
    document["policies"]["carbon"] = {"price_eur_per_t": 80}
    document["problem"] = {"allocation": "single"}
    assert ONE_YEAR.refusal("decomposition", read_document(document, tmp_path)) is None
    document["policies"]["carbon"] = {"cap_t_per_year": 2}
    instance = read_document(document, tmp_path)
    assert ONE_YEAR.refusal("decomposition", instance) == "a carbon cap"
    assert choose_engine(question(instance)).name != "decomposition"


def test_a_cap_holds_where_hubs_are_counted(tmp_path):
    document = two_ways()
    document["problem"] = {"objective": "hub_number"}
    document["tables"]["hubs"] = [hub | {"status": "candidate"} for hub in document["tables"]["hubs"]]
    document["policies"]["carbon"] = {"cap_t_per_year": 1.5}
    instance = read_document(document, tmp_path)
    assert instance.problem == Problem(objective=Objective.HUB_NUMBER)
    solution = solve_instance(instance, catalogue.load_formulation("hub_covering"))
    assert solution.plan is not None
    assert solution.plan.open_hubs == ("D",)


def stages_of(carbon: dict[str, float], *paths: dict[str, Any]) -> dict[str, Any]:
    """Return the two ways over the years 2026 to 2028, both hubs with modules enough and money that keeps its worth."""
    document = two_ways() | {
        "stages": {
            "first_year": 2026,
            "last_year": 2028,
            "discount_rate": 0,
            "installed": [{"site": site, "module": "s", "count": 1} for site in ("B", "D")],
        }
    }
    document["policies"]["carbon"] = carbon
    module = {"id": "s", "capacity_t_per_year": 150, "capital_eur": 1000, "yearly_eur": 0, "life_years": 10}
    document["tables"] |= {"modules": [module], "paths": [{"of": "volume", "at_year": 2028, "factor": 1}, *paths]}
    return document


def answer(document: dict[str, Any], folder: Path, netdesign, *call: str) -> tuple[int, dict[str, Any]]:
    """Return exit code and result of a call about a document, which stays in the folder as ``here.yaml``."""
    (folder / "here.yaml").write_text(json.dumps(document), encoding="utf-8")
    command = "timing" if "stages" in document else "solve"
    ended = netdesign(command, folder / "here.yaml", "--quiet", "--format", "json", *call)
    return ended.code, json.loads(ended.out)


@pytest.mark.parametrize("engine", ["dynamic", "configurations", "decomposition", "monolithic"])
def test_a_cap_of_each_year_divides_its_freight(engine, tmp_path, netdesign):
    # 3 t let all go over B at EUR 10 a tonne; 2 t half of it; 1 t nothing.
    path = {"of": "policies.carbon.cap_t_per_year", "at_year": 2028, "factor": 1 / 3}
    middle = {"of": "policies.carbon.cap_t_per_year", "at_year": 2027, "factor": 2 / 3}
    code, result = answer(stages_of({"cap_t_per_year": 3}, middle, path), tmp_path, netdesign, "--engine", engine)
    assert (code, result["objective"]) == (0, pytest.approx(1000 + 1200 + 1400))
    assert [node["carbon"]["co2e_t_per_year"] for node in result["nodes"]] == pytest.approx([3, 2, 1])


def test_a_price_of_each_year_is_a_part_of_its_cost(tmp_path, netdesign):
    path = {"of": "policies.carbon.price_eur_per_t", "at_year": 2028, "factor": 2.25}
    code, result = answer(stages_of({"price_eur_per_t": 100}, path), tmp_path, netdesign)
    # At EUR 225 a tonne 10 + 6.75 over B is over 14 + 2.25 over D; in 2027 the price is their geometric mean, 150.
    assert (code, result["objective"]) == (0, pytest.approx(1300 + 1450 + 1625))
    assert [node["costs"]["charges"]["carbon"] for node in result["nodes"]] == pytest.approx([300, 450, 225])


@pytest.mark.parametrize(
    ("carbon", "path", "fault"),
    [
        (
            {"cap_t_per_year": 3},
            {"of": "policies.carbon.cap_t_per_year", "at_year": 2050, "factor": 0.5},
            "tables.paths.1.at_year: 2050 is after the last year, 2028",
        ),
        (
            {"price_eur_per_t": 3},
            {"of": "policies.carbon.cap_t_per_year", "at_year": 2028, "factor": 0.5},
            "tables.paths.1.of: 'policies.carbon.cap_t_per_year' has no value that could move",
        ),
        (
            {"cap_t_per_year": 3},
            {"of": "policies.carbon.cap_t_per_year", "at_year": 2028, "factor": 1e-9},
            "policies.carbon.cap_t_per_year: 9.49e-05 t CO2e/year is under a gram a tonne of freight; write 0 or at "
            "least 0.0001, as the paths have it in 2027",
        ),
    ],
    ids=["after the last year", "of a cap that there is not", "to next to nothing"],
)
def test_a_wrong_path_of_a_cap_is_told(carbon, path, fault, tmp_path, netdesign):
    (tmp_path / "here.yaml").write_text(json.dumps(stages_of(carbon, path)), encoding="utf-8")
    ended = netdesign("timing", tmp_path / "here.yaml", "--quiet")
    assert ended.code == ExitCode.BAD_INSTANCE
    assert fault in ended.err


def test_a_cap_that_cannot_be_kept_is_named(tmp_path, netdesign):
    (tmp_path / "here.yaml").write_text(json.dumps(stages_of({"cap_t_per_year": 0.9})), encoding="utf-8")
    ended = netdesign("timing", tmp_path / "here.yaml", "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    line = "No plan is permitted: carbon cannot be kept; without it there is a plan. Proven."
    assert ended.out.splitlines()[0] == line
    document = two_ways()
    document["policies"]["carbon"] = {"cap_t_per_year": 0, "price_eur_per_t": 80}
    (tmp_path / "here.yaml").write_text(json.dumps(document), encoding="utf-8")
    ended = netdesign("solve", tmp_path / "here.yaml", "--quiet")
    assert ended.code == ExitCode.INFEASIBLE
    line = "No permitted network is feasible: carbon cannot be kept; proven."
    assert ended.out.splitlines()[0] == line


def test_the_price_stands_in_every_report(tmp_path, netdesign):
    document = two_ways()
    document["policies"]["carbon"] = {"price_eur_per_t": 100}
    code, result = answer(document, tmp_path, netdesign)
    assert (code, result["costs"]["charges"], result["costs"]["total"]) == (0, {"carbon": 300}, 1300)
    here = tmp_path / "here.yaml"
    assert "   carbon price               300" in netdesign("solve", here, "--quiet").out.splitlines()
    header, row = netdesign("solve", here, "--quiet", "--format", "csv").out.splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["carbon_eur"] == "300.0"
    compared = json.loads(netdesign("compare", here, "B,D", "--quiet", "--format", "json").out)
    assert compared[0]["cost"] == 1300
    (tmp_path / "here.yaml").write_text(json.dumps(stages_of({"price_eur_per_t": 100})), encoding="utf-8")
    header, row, *_ = netdesign("timing", here, "--quiet", "--format", "csv").out.splitlines()
    found = dict(zip(header.split(","), row.split(","), strict=True))
    assert (found["carbon_eur"], found["total_eur"]) == ("300.0", "1300.0")
    # What has no price takes no column.
    assert "carbon" not in netdesign("solve", here, "--quiet", "--set", "policies.carbon=null").out


def test_a_result_over_the_cap_or_with_another_price_is_contradicted(tmp_path, netdesign):
    here, kept = tmp_path / "here.yaml", tmp_path / "kept.json"
    free, capped = two_ways(), two_ways()
    capped["policies"]["carbon"] = {"cap_t_per_year": 2, "price_eur_per_t": 100}
    here.write_text(json.dumps(free), encoding="utf-8")
    assert netdesign("solve", here, "--quiet", "-o", kept).code == 0
    here.write_text(json.dumps(capped), encoding="utf-8")
    ended = netdesign("verify", here, kept)
    assert ended.code == ExitCode.CONTRADICTED
    assert "network of 2 hubs: plan: carbon: network: emits 3.0 t CO2e/year; the cap is 2.0" in ended.out
    kept.unlink()
    assert netdesign("solve", here, "--quiet", "-o", kept).code == 0
    assert netdesign("verify", here, kept).code == 0
    result = json.loads(kept.read_text(encoding="utf-8"))
    result["networks"][0]["costs"]["charges"]["carbon"] = 100
    kept.write_text(json.dumps(result), encoding="utf-8")
    ended = netdesign("verify", here, kept)
    assert ended.code == ExitCode.CONTRADICTED
    assert "costs.charges: states {'carbon': 100.0}; the plan gives {'carbon': 200.0}" in ended.out


def test_python_takes_the_policy_as_a_dict():
    document = two_ways()
    document["policies"]["carbon"] = {"cap_t_per_year": 2, "price_eur_per_t": 100}
    result = nd.solve(nd.Instance.from_dict(document))
    assert result.best.costs.charges == {"carbon": pytest.approx(200)}
    document["policies"]["carbon"] = {"cap_t_per_year": "two"}
    with pytest.raises(nd.InstanceError, match=r"policies\.carbon\.cap_t_per_year: 'two' is not a number"):
        nd.Instance.from_dict(document)


def test_without_the_cap_the_price_stays():
    """A policy that is left out to see what clashes keeps what can forbid nothing."""
    policies = Policies.model_validate({"carbon": {"cap_t_per_year": 2, "price_eur_per_t": 100}})
    carbon = next(policy for policy in FREIGHT if policy.NAME is Policy.CARBON)
    assert carbon.can_forbid(policies)
    left = carbon.without(policies)
    assert (left.carbon, carbon.can_forbid(left)) == (Carbon(price_eur_per_t=100), False)
    assert carbon.without(Policies.model_validate({"carbon": {"cap_t_per_year": 2}})).carbon is None
