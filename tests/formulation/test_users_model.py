"""A model file of the user's: what it fixes counts, what is wrong with it is told by its name, and so is its proof."""

from __future__ import annotations

import json
import re

import pytest

from netdesign import catalogue
from netdesign.analysis.stating_model import stating_model
from netdesign.errors import ExitCode, UsageError
from netdesign.instance import read_instance
from tests.support.small_instances import LEGS, SERVICES, write_instance

OBJECTIVE = "    model.total_cost = pyo.Objective(expr=cost)  # (1)\n"
READ = "    return read_route_plan(model)\n"
BUNDLED = catalogue.find_model("multiple_allocation_path").read_text(encoding="utf-8")


def own_model(folder, more="", read=READ, top=""):
    """Write a copy of a bundled model with more statements after its objective; return its file."""
    assert OBJECTIVE in BUNDLED
    text = BUNDLED.replace(OBJECTIVE, OBJECTIVE + "".join(f"    {line}\n" for line in more.splitlines()))
    file = folder / "own.py"
    file.write_text(text.replace(READ, read) + top, encoding="utf-8")
    return file


def test_a_hub_that_is_fixed_open_is_open_in_every_network(tmp_path, netdesign):
    file = own_model(tmp_path, "model.hub_open['E'].fix(1) if 'E' in model.hub_open else None")
    ended = netdesign("solve", "tiny", "--model", file, "--format", "json", "--quiet")
    networks = json.loads(ended.out)["networks"]
    assert [network["plan"]["open_hubs"] for network in networks] == [["B"], ["B", "E"], ["B", "D", "E"]]
    assert networks[1]["objective"] == pytest.approx(354_000)


WRONG = {
    "fixed at a fraction": (
        "for site in model.SITES: model.hub_open[site].fix(0.5, skip_validation=True)",
        "hub_open[B] is fixed at 0.5; a hub is open (1) or not (0)",
    ),
    "fixed against its bounds": (
        "model.hub_open['B'].fix(0, skip_validation=True)",
        "hub_open[B] is fixed at 0, outside its bounds 1 to 1",
    ),
    "fixed at 0 where it must be open": (
        "model.hub_open['B'].fix(0)",
        "hub_open[B] is fixed at 0, outside its bounds 1 to 1",
    ),
    "quadratic objective": (
        "model.total_cost.set_value(cost + model.hub_open['B'] * model.hub_open['B'] ** 1 * cost)",
        "total_cost is not linear; an engine solves linear models only",
    ),
    "quadratic constraint": (
        "model.square = pyo.Constraint(expr=model.hub_open['B'] ** 2 <= 1)",
        "square is not linear; an engine solves linear models only",
    ),
    "no polynomial": (
        "model.root = pyo.Constraint(expr=pyo.sqrt(model.hub_open['B']) <= 1)",
        "root is not linear; an engine solves linear models only",
    ),
    "maximised": (
        "model.total_cost.sense = pyo.maximize",
        "total_cost is maximised; a plan is to have least of it, so minimise",
    ),
    "no objective": (
        "model.total_cost.deactivate()",
        "build should return a pyomo ConcreteModel with hub_open and an objective",
    ),
    "two objectives": (
        "model.more = pyo.Objective([1, 2], rule=lambda model, index: cost)",
        "the model has 3 active objectives: total_cost, more[1], more[2]",
    ),
    "hubs by halves": (
        "for hub in model.hub_open.values(): hub.domain = pyo.UnitInterval",
        "hub_open[B] is no 0/1 variable; write domain=Binary",
    ),
    "other sites": (
        "model.del_component('hub_open')\nmodel.hub_open = pyo.Var(['X'], domain=pyo.Binary)",
        "hub_open has no variable for B; every site that may open has one",
    ),
    "hubs that are none": (
        "model.del_component('hub_open')\nmodel.hub_open = 3",
        "hub_open is no Var with an index of sites",
    ),
    "special ordered set": (
        "model.one = pyo.SOSConstraint(var=model.hub_open, sos=1)",
        "the model cannot be compiled: ",
    ),
    "no number": (
        "model.total_cost.set_value(cost + float('nan') * model.hub_open['B'])",
        "the model has a coefficient that is no finite number",
    ),
    "unbounded": (
        "model.spare = pyo.Var()\nmodel.total_cost.set_value(cost + model.spare)",
        "HiGHS ends with ",
    ),
    "a site that may not open": (
        "model.hub_open['E'].fix(1)",
        "build fails: KeyError: \"Index 'E' is not valid for indexed component 'hub_open'\"; hub_open has the sites "
        "that may open in the network asked for: B",
    ),
    "ends the program": ("raise SystemExit(0)", "build ends the program"),
    "nothing": ("return None", "build should return a pyomo ConcreteModel with hub_open and an objective"),
}


@pytest.mark.parametrize(("more", "message"), WRONG.values(), ids=WRONG)
def test_a_model_that_no_engine_can_solve_is_told_by_its_file(more, message, tmp_path, netdesign, caplog):
    file = own_model(tmp_path, more)
    ended = netdesign("solve", "tiny", "--model", file, "--quiet")
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    said = f"netdesign: {file}: {message}"
    assert ended.err == f"{said}\n" or (message.endswith(" ") and ended.err.startswith(said))
    assert caplog.records == []  # Pyomo says it too, in its own words


def test_what_pyomo_warns_of_a_sound_model_is_told(tmp_path, netdesign, caplog):
    file = own_model(tmp_path, "model.spare = pyo.Var(bounds=(0, 1))\nmodel.spare.set_value(2)")
    ended = netdesign("solve", "tiny", "--model", file, "--format", "json", "--quiet")
    assert ended.code == 0
    assert "to a numeric value `2` outside the bounds" in caplog.text


def test_a_plan_that_is_none_is_told(tmp_path, netdesign):
    file = own_model(tmp_path, read="    return None\n")
    ended = netdesign("solve", "tiny", "--model", file, "--quiet")
    message = f"netdesign: {file}: read_plan should return a netdesign.plan.Plan, not NoneType\n"
    assert (ended.code, ended.err) == (ExitCode.USAGE, message)


def test_a_disagreement_names_the_file(tmp_path, netdesign):
    file = own_model(tmp_path, "model.total_cost.set_value(cost / 2)")
    ended = netdesign("solve", "tiny", "--model", file, "--quiet")
    assert ended.code == ExitCode.CONTRADICTED
    assert ended.err.startswith(f"netdesign: {file}: engine and referee disagree: ")


def test_what_a_model_prints_is_no_part_of_the_answer(tmp_path, netdesign):
    file = own_model(tmp_path, "print('built')", "    print('read')\n" + READ, "print('loaded')\n")
    ended = netdesign("solve", "tiny", "--model", file, "--format", "json", "--quiet")
    assert ended.code == 0
    json.loads(ended.out)
    assert set(ended.err.split()) == {"loaded", "built", "read"}


def test_the_proof_of_a_users_model_is_told_as_one(tmp_path, netdesign):
    file = own_model(tmp_path)
    ended = netdesign("solve", "tiny", "--model", file, "--quiet")
    assert f"All this is proven of the model {file}; the referee has priced the plans." in " ".join(ended.out.split())
    own_model(tmp_path, "model.never = pyo.Constraint(expr=sum(model.hub_open.values()) >= 9)")
    ended = netdesign("solve", "tiny", "--model", file, "--quiet", "-o", tmp_path / "result.json")
    assert ended.code == ExitCode.INFEASIBLE
    said = f"The model {file} permits no network; proven of this file, not of the instance."
    assert " ".join(ended.out.split()).startswith(said)
    ended = netdesign("verify", "tiny", tmp_path / "result.json", "--prove", "--quiet")
    assert ended.code == ExitCode.CONTRADICTED
    assert ended.out.endswith(
        f"contradicted: the result is of the model {file}; the engines of netdesign solve what the instance states\n"
    )


def test_a_number_of_hubs_that_only_the_model_forbids_is_told_by_its_file(tmp_path, netdesign):
    file = own_model(tmp_path, "model.few = pyo.Constraint(expr=sum(model.hub_open.values()) <= 1)")
    few = netdesign("solve", "tiny", "--model", file, "--quiet")
    said = f"A second hub is impossible: no network with 2 hubs is permitted by the model {file}; proven."
    assert " ".join(few.out.split()).startswith(said)
    own_model(tmp_path, "model.many = pyo.Constraint(expr=sum(model.hub_open.values()) >= 2)")
    many = netdesign("solve", "tiny", "--model", file, "--quiet")
    said = f"A second hub is needed: no network with 1 is permitted by the model {file}; the best is B + D."
    assert " ".join(many.out.split()).startswith(said)


def test_a_proof_that_only_the_file_could_give_is_refused_by_the_file(tmp_path, netdesign):
    """Fewest hubs, one a city: no bundled model states it, and the file is not run for a result."""
    covering = catalogue.find_model("hub_covering").read_text(encoding="utf-8")
    text = covering.replace("Allocation.MULTIPLE", "Allocation.SINGLE")
    file = tmp_path / "own.py"
    file.write_text(text, encoding="utf-8")
    folder, result = write_instance(tmp_path, LEGS), tmp_path / "result.json"
    ended = netdesign("solve", folder, "--model", file, "--quiet", "-o", result)
    assert ended.code == 0, ended.err
    ended = netdesign("verify", folder, result, "--prove", "--quiet")
    assert (ended.code, ended.err) == (
        ExitCode.USAGE,
        f"netdesign: the result is of the model {file}, which is not run again, and no bundled model states its "
        "problem with the policies in force; without --prove its plan is judged\n",
    )
    assert netdesign("verify", folder, result, "--quiet").code == 0


def test_where_no_model_was_named_none_is_blamed(tmp_path):
    instance = read_instance(write_instance(tmp_path, SERVICES), ["problem.objective=hub_number"])
    with pytest.raises(UsageError) as refused:
        stating_model(instance)
    assert str(refused.value) == (
        "no model states allocation: multiple, objective: hub_number, route_hubs: 2 with services; one does with "
        "--set problem.objective=cost; or take out services: --set KEY=null does so for one call"
    )


def test_the_keys_that_a_refusal_names_are_the_remedy(tmp_path, netdesign):
    """Whatever the policies, taking out the keys that are named leaves a problem that the model states."""
    folder = write_instance(tmp_path, LEGS)
    words = [
        *("--model", "single_allocation_flow", "--set", "policies.service={share: 0.1}"),
        *("--set", "policies.minimum_throughput={counts: all, hubs: [{site: A, share: 0.1}]}"),
    ]
    ended = netdesign("solve", folder, *words, "--engine", "monolithic", "--quiet")
    assert ended.code == ExitCode.USAGE
    (named,) = re.findall(r"take out (.*): --set KEY=null does so for one call$", ended.err, re.MULTILINE)
    keys = [key for place in named.split(", ") for key in place.split(" with its ")]
    keys = [f"{keys[keys.index(key) - 1].rpartition('.')[0]}.{key}" if "." not in key else key for key in keys]
    assert "streams.parcels.deadline_h" in keys
    assert "policies.service" in keys
    out = [word for key in keys for word in ("--set", f"{key}=null")]
    assert netdesign("solve", folder, *words, *out, "--engine", "monolithic", "--quiet").code == ExitCode.ANSWERED
