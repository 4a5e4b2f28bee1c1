"""LP and MPS files: every solver reads the same model in them, whatever the ids, and every label is one to it."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from types import SimpleNamespace

import highspy
import pyomo.environ as pyo
import pytest

from netdesign.errors import UsageError
from netdesign.io.model_files import write_model
from tests.support.small_instances import write_instance

KINDS = ("lp", "mps")
MODELS = ("multiple_allocation_path", "multiple_allocation_flow", "single_allocation_flow")
IDS = {
    "punctuation": ("A B", "A_B", "A-B", "A.B"),
    "joined by the separator": ("a", "a_b", "b_c", "c"),
    "brackets": ("x(1)", "x[1]", "x{1}", "x<1"),
    "other letters": ("Łódź", "Lodz", "義烏", "Ürümqi"),
    "like numbers and words": ("1e5", "e1", "End", "free"),
    "long": ("s" * 80, "s" * 79 + "t", "s" * 60, "ß" * 80),
    "capitals": ("lgg", "LGG", "Lgg", "lGG"),
}


def instance_of(names: tuple[str, ...]):
    """Return an instance of four sites in a row, 1 EUR/t apart, with freight between all."""
    a, b, c, d = names
    pairs = [(x, y) for x in names for y in names if x != y]
    return {
        "format": "netdesign.instance/1",
        "name": "ids",
        "parcel": {"weight_kg": 1},
        "streams": {"s": {}},
        "factors": {"inter_hub": 0.5},
        "policies": {"hub_count": {"min": 1, "max": 3}},
        "tables": {
            "cities": [{"id": name} for name in names],
            "hubs": [
                {"id": a, "status": "existing", "fixed_cost_eur_per_year": 30},
                *({"id": name, "fixed_cost_eur_per_year": 40 + n} for n, name in enumerate((b, c, d))),
            ],
            "legs": [
                {"from": x, "to": y, "cost_eur_per_t": abs(names.index(x) - names.index(y)), "time_h": 1}
                for x, y in pairs
            ],
            "demand": [{"origin": x, "destination": y, "volume_t_per_year": 5 + n} for n, (x, y) in enumerate(pairs)],
        },
    }


def solved(file) -> tuple[float, list[str], list[str]]:
    """Return what HiGHS finds in a file, and its labels of columns and rows."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 1e-9)
    assert highs.readModel(str(file)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return highs.getInfo().objective_function_value, highs.getLp().col_names_, highs.getLp().row_names_


def by_others(file) -> dict[str, float]:
    """Return what GLPK, CBC and lp_solve find in a file, those of them that are installed."""
    is_lp = file.suffix == ".lp"
    calls = {
        "glpsol": ["--lp" if is_lp else "--freemps", file, "-o", "/dev/stdout"],
        "cbc": [file, "solve"],
        **({} if is_lp else {"lp_solve": ["-fmps", file, "-S3"]}),
    }
    found = {}
    for program, words in calls.items():
        path = shutil.which(program)
        if path is not None:
            out = subprocess.run([path, *words], capture_output=True, text=True, timeout=60, check=True).stdout
            said = re.findall(r"(?:Objective: .*=|Objective value:|objective function:)\s*(\S+)", out)
            found[program] = float(said[0]) if said else float("nan")
    return found


FILES = [
    pytest.param(
        IDS[name],
        model,
        kind,
        id=f"{name}-{model}-{kind}",
        marks=[] if (i + j + k) % len(MODELS) == 0 else [pytest.mark.long],
    )
    for (i, name), (j, model), (k, kind) in itertools.product(*map(enumerate, (IDS, MODELS, KINDS)))
]
"""Every run takes each kind with all ids and with all models."""


@pytest.mark.parametrize(("names", "model", "kind"), FILES)
def test_ids_of_any_kind_make_labels_of_their_own(names, model, kind, tmp_path, netdesign):
    folder, file = write_instance(tmp_path, instance_of(names)), tmp_path / f"model.{kind}"
    assert netdesign("export", folder, file, "--to", kind, "--model", model, "--quiet")[:2] == (0, "")
    text = file.read_text(encoding="ascii")
    objective, columns, rows = solved(file)
    ended = netdesign("solve", folder, "--model", model, "--engine", "monolithic", "--format", "json", "--quiet")
    assert objective == pytest.approx(json.loads(ended.out)["objective"], rel=1e-6)
    labels = [*columns, *rows]
    assert all(re.fullmatch(r"(?![eE][0-9])[A-Za-z][A-Za-z0-9_.]{0,99}", label) for label in labels)
    assert len({label.lower() for label in labels}) == len(labels)
    # An id that is a word already stays; what stands for another is told at the top.
    for name in names:
        word = re.search(rf"(?m)^[\\*] (\S+) is {re.escape(ascii(name))}$", text)
        assert f"hub_open.{word[1] if word else name}" in columns


def odd_model() -> pyo.ConcreteModel:
    """Return a model of all that solvers read otherwise.

    The hub must be open (3), the fixed one counts (1), many is at least 3.5 and whole (2 x 4), and free is at least 5
    more than the negative one, which is at least -9 - 9: with the constant 100 + 3 + 1 + 8 - 13.
    """
    model = pyo.ConcreteModel()
    model.hub_open = pyo.Var(["A"], domain=pyo.Binary)
    model.hub_open["A"].setlb(1)
    model.negative = pyo.Var(bounds=(None, -7))
    model.many = pyo.Var(domain=pyo.Integers, bounds=(2, None))
    model.fixed = pyo.Var()
    model.fixed.fix(1)
    model.free = pyo.Var()
    model.e1 = pyo.Var(bounds=(0, 9))
    model.total = pyo.Objective(expr=100 + 3 * model.hub_open["A"] + model.fixed + 2 * model.many + model.free)
    model.both = pyo.Constraint(expr=(-9, model.negative + model.e1, -7))
    model.low = pyo.Constraint(expr=2 * model.many >= 7)
    model.end = pyo.Constraint(expr=model.free - model.negative >= 5)
    return model


@pytest.mark.parametrize("kind", KINDS)
def test_what_solvers_read_otherwise_is_not_written(kind, tmp_path):
    """A constant, the sense, rows with two sides, binary columns, and bounds that are left out."""
    file = tmp_path / f"model.{kind}"
    write_model(None, None, SimpleNamespace(build=lambda *_: odd_model()), kind, file)
    objective, columns, rows = solved(file)
    assert objective == pytest.approx(99)
    others = by_others(file)
    assert others == pytest.approx(dict.fromkeys(others, 99))
    assert sorted(columns) == ["constant", "hub_open.A", "many", "negative", "v_e1", "v_free"]
    assert sorted(rows) == ["both.least", "both.most", "low", "v_end"]
    text = file.read_text(encoding="ascii").lower()
    assert not re.search("objsense|ranges|binar", text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_without_a_feasible_plan_is_not_written(kind, tmp_path):
    model = odd_model()
    model.never = pyo.Constraint(expr=model.fixed >= 2)
    with pytest.raises(UsageError, match="there is nothing to write"):
        write_model(None, None, SimpleNamespace(build=lambda *_: model), kind, tmp_path / "file")
    assert not list(tmp_path.iterdir())
