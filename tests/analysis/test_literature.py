"""The published instances: equivalent models agree on them, and their optima are reproduced."""

from __future__ import annotations

import csv
import itertools
import json
import math
import random
import signal
import subprocess
import time
from contextlib import contextmanager
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.analysis.bench.records import Finding, read_records
from netdesign.analysis.bench.rows import Row, contradictions, decimals, read_rows
from netdesign.analysis.bench.run import Pace, compare, run_rows
from netdesign.errors import ExitCode
from netdesign.instance import read_instance
from netdesign.instance.options import HubOptions, apply_hub_options
from netdesign.instance.published.reading import Reading
from netdesign.report.literature import counts_line, is_literature, literature_markdown
from tests.cli.test_cli import COMMAND
from tests.support.literature import ROOT, collection, published
from tests.support.published_files import UFLLIB
from tests.support.solving import engine

if TYPE_CHECKING:
    from pathlib import Path


KEPT = ROOT / "benchmarks" / "literature.csv"
QUICK_S = 5.0
"""Rows that took no longer when `benchmarks/literature.csv` was made are solved again by CI."""

PATH, FLOW, SINGLE = (
    catalogue.load_formulation(name)
    for name in ("multiple_allocation_path", "multiple_allocation_flow", "single_allocation_flow")
)
AP10 = [("ap", 0.75, p) for p in range(2, 9)]
CAB10 = [("cab", alpha, p) for p in (2, 3, 4) for alpha in (0.2, 0.4, 0.6, 0.8, 1.0)]


def ten_nodes(form: str, alpha: float, hubs: int | None, *overrides: str):
    """Return AP or CAB cut to ten nodes."""
    file = published({"ap": "ap/APdata200", "cab": "cab/CAB.txt"}[form])
    instance = read_instance(file, overrides, Reading(form, nodes=10, alpha=alpha))
    return apply_hub_options(instance, HubOptions(hubs=hubs))


def figures(instance):
    """Return flows, distances and factors as arrays, from which brute force needs nothing else."""
    flow = np.zeros((10, 10))
    commodities = instance.commodities
    flow[commodities.origin, commodities.destination] = commodities.volume
    factors = instance.factors
    return flow, instance.legs.cost, factors.collection, factors.inter_hub, factors.distribution


def brute_multiple(instance, hubs: int) -> float:
    """Return the least cost over all sets of hubs, each pair over its cheapest two of them."""
    flow, d, chi, alpha, delta = figures(instance)
    best = math.inf
    for chosen in itertools.combinations(range(10), hubs):
        k = list(chosen)
        over = chi * d[:, k][:, None, :, None] + alpha * d[np.ix_(k, k)] + delta * d[k][:, :].T[None, :, None, :]
        best = min(best, float((flow * over.min(axis=(2, 3))).sum()))
    return best


def brute_single(instance, hubs: int) -> float:
    """Return the least cost over all sets of hubs and all allocations, a hub being its own."""
    flow, d, chi, alpha, delta = figures(instance)
    ends = chi * flow.sum(axis=1)[:, None] * d + delta * flow.sum(axis=0)[:, None] * d.T
    best = math.inf
    for chosen in itertools.combinations(range(10), hubs):
        choices = [(i,) if i in chosen else chosen for i in range(10)]
        at = np.array(list(itertools.product(*choices)))
        cost = ends[np.arange(10), at].sum(axis=1)
        cost = cost + alpha * (flow * d[at[:, :, None], at[:, None, :]]).sum(axis=(1, 2))
        best = min(best, float(cost.min()))
    return best


QUICK10 = [*AP10[::3], *CAB10[::4]]
OTHERS10 = [pytest.param(*one, marks=pytest.mark.long) for one in (*AP10, *CAB10) if one not in QUICK10]


@pytest.mark.parametrize(("form", "alpha", "hubs"), [*QUICK10, *OTHERS10])
def test_path_flow_and_brute_force_agree(form, alpha, hubs):
    instance = ten_nodes(form, alpha, hubs)
    best = brute_multiple(instance, hubs)
    for formulation in (PATH, FLOW):
        solution = engine(instance, formulation).solve()
        assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-9)


@pytest.mark.long
@pytest.mark.parametrize(("form", "alpha", "hubs"), [*AP10[:4], *CAB10])
def test_single_allocation_agrees_with_brute_force_and_is_never_cheaper(form, alpha, hubs):
    instance = ten_nodes(form, alpha, hubs, "problem.allocation=single")
    best = brute_single(instance, hubs)
    solution = engine(instance, SINGLE).solve()
    assert (solution.objective, solution.bound) == pytest.approx((best, best), rel=1e-9)
    assert best >= brute_multiple(instance, hubs) * (1 - 1e-12)


@pytest.mark.parametrize("kind", ["L", "T"])
def test_loose_capacities_give_the_optimum_without_any(kind, tmp_path):
    """AP of ten nodes with its own capacities times a thousand."""
    folder = published("ap/CapT.10").parent
    loose = tmp_path / "capacities"
    loose.write_text("\n".join(f"{1000 * float(word)}" for word in (folder / "CapT.10").read_text().split()))
    fixed = str(folder / f"Fcost{kind}.10")
    solved = []
    for capacities in (None, str(loose), str(folder / "CapT.10")):
        reading = Reading("ap", nodes=10, fixed_costs=fixed, capacities=capacities)
        instance = read_instance(folder / "APdata200", ("problem.allocation=single",), reading)
        solved.append(engine(instance, SINGLE).solve().objective)
    free, unlimited, tight = solved
    assert unlimited == pytest.approx(free, rel=1e-9)
    assert tight > free or kind == "T"


ALL_ONE = [f"factors.{name}=1" for name in ("collection", "inter_hub", "distribution")]


@pytest.mark.parametrize("form", ["ap", "cab"])
def test_without_discount_one_hub_a_route_is_enough(form):
    """With chi = alpha = delta = 1, a metric and no fixed cost, a second hub on a route saves nothing."""
    overrides = [*ALL_ONE, *(["problem.route_hubs=1"])]
    one = engine(ten_nodes(form, 1.0, 3, *overrides), catalogue.load_formulation("facility_location")).solve()
    two = engine(ten_nodes(form, 1.0, 3, *ALL_ONE)).solve()
    assert one.objective == pytest.approx(two.objective, rel=1e-9)


@pytest.mark.parametrize("form", ["ap", "cab"])
def test_with_a_hub_in_every_city_all_freight_goes_straight(form):
    instance = ten_nodes(form, 1.0, 10, *ALL_ONE)
    flow, d, *_ = figures(instance)
    for formulation in (PATH, FLOW):
        assert engine(instance, formulation).solve().objective == pytest.approx(float((flow * d).sum()), rel=1e-9)


@pytest.mark.long
def test_the_cab_instance_of_25_nodes_under_single_allocation(tmp_path, netdesign):
    """Published: 1033.565 per unit of flow."""
    words = ("--format-in", "cab", "--nodes", 25, "--alpha", 0.6, "--hubs", 3, "--model", "single_allocation_flow")
    file, result = published("cab/CAB.txt"), tmp_path / "result.json"
    ended = netdesign("solve", file, *words, "--format", "json", "-o", result, "--quiet")
    assert f"{json.loads(ended.out)['objective']:.3f}" == "1033.565"
    assert netdesign("verify", file, result, "--quiet") == (0, "plan true and feasible; bound not re-proven\n", "")


# The command


ANSWERED: dict[tuple[str | bytes, ...], subprocess.CompletedProcess[str]] = {}


@pytest.fixture
def remembered(monkeypatch):
    """Let the same call on the same file be a process only once, for tests of what is made of its answer."""

    @contextmanager
    def answered(call, cwd, **_: object):
        key = (*call, (cwd / call[-1]).read_bytes())
        if key not in ANSWERED:
            ANSWERED[key] = subprocess.run(call, cwd=cwd, capture_output=True, encoding="utf-8", check=False)
        said = (ANSWERED[key].stdout, ANSWERED[key].stderr)
        code = ANSWERED[key].returncode
        yield SimpleNamespace(returncode=code, communicate=lambda timeout: said, kill=lambda: None)

    stand_in = SimpleNamespace(Popen=answered, PIPE=subprocess.PIPE, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr("netdesign.analysis.bench.run.subprocess", stand_in)


def write_table(folder: Path, optimum: str, status: str = "optimal") -> Path:
    """Write a table of one row about a small file."""
    (folder / "small.txt").write_text(UFLLIB, encoding="utf-8")
    table = folder / "table.csv"
    table.write_text(f"file,format_in,problem,optimum,status\nsmall.txt,ufllib,UFLP,{optimum},{status}\n")
    return table


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize(
    ("optimum", "status", "finding", "code"),
    [
        ("135", "optimal", "reproduced", 0),
        ("135.00", "optimal", "reproduced", 0),
        ("140", "best_known", "reproduced", 0),
        # A plan under a proven optimum, and a bound over a published value.
        ("140", "optimal", "contradicts", 7),
        ("130", "optimal", "contradicts", 7),
        ("130", "best_known", "contradicts", 7),
        # Wrong by one whole unit of the last digit: neither rounding nor cutting off makes that.
        ("136", "optimal", "contradicts", 7),
        ("134", "optimal", "contradicts", 7),
        ("134.99", "optimal", "contradicts", 7),
        ("134", "best_known", "contradicts", 7),
        ("134.9999999", "optimal", "contradicts", 7),
        ("136", "best_known", "reproduced", 0),
    ],
)
def test_a_row_is_held_against_the_literature(optimum, status, finding, code, tmp_path, netdesign):
    """Solved by hand: both layouts of the file give 135."""
    output = tmp_path / "out.csv"
    ended = netdesign("bench", write_table(tmp_path, optimum, status), "-o", output, "--quiet")
    assert ended.code == code
    (record,) = read_records(output)
    assert (record.finding, record.value, record.bound) == (finding, 135.0, 135.0)
    assert ("contradicts: small.txt UFLP" in ended.out) == (code == 7)


@pytest.mark.usefixtures("remembered")
def test_it_resumes_where_it_stopped_and_tries_again_when_asked(tmp_path, netdesign):
    table, output = write_table(tmp_path, "135"), tmp_path / "out.csv"
    assert netdesign("bench", table, "-o", output).err.count("reproduced") == 1
    kept = output.read_text(encoding="utf-8")
    output.write_text(kept.replace("reproduced", "open"), encoding="utf-8")
    assert netdesign("bench", table, "-o", output).err == ""
    assert read_records(output)[0].finding == "open"
    markdown = tmp_path / "out.md"
    assert netdesign("bench", table, "-o", output, "--retry", "--markdown", markdown).err.count("reproduced") == 1
    assert "| small.txt | 135 | 135 | 0 | 135 | 0 |" in markdown.read_text(encoding="utf-8")


def test_a_row_that_cannot_be_solved_says_why(tmp_path, netdesign):
    table, output = write_table(tmp_path, "135"), tmp_path / "out.csv"
    (tmp_path / "small.txt").write_text("FILE: small\n2 3 0\n1 2", encoding="utf-8")
    ended = netdesign("bench", table, "-o", output, "--quiet")
    assert ended.code == ExitCode.BAD_INSTANCE
    assert "failed: small.txt UFLP: small.txt:3: the file ends where" in ended.out
    (record,) = read_records(output)
    assert record.finding is Finding.FAILED
    assert record.note.startswith("small.txt:3: the file ends where")


def bench_table(folder: Path, *lines: str, header: str = "instance,file,problem,optimum,format_in") -> Path:
    """Write a table about a small file whose optimum is 135."""
    (folder / "small.txt").write_text(UFLLIB, encoding="utf-8")
    table = folder / "table.csv"
    table.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return table


def bench(table: Path, netdesign, *words: object, output: str = "out.csv"):
    """Run bench on a table; return how it ended and its records."""
    ended = netdesign("bench", table, "-o", table.parent / output, *words)
    return ended, read_records(table.parent / output)


@pytest.mark.parametrize(
    ("printed", "value", "last_digit", "digits"),
    [
        ("2.10001e+06", 2100010.0, 10.0, 0),
        ("3.12775e+06", 3127750.0, 10.0, 0),
        ("2.1000e+06", 2100000.0, 100.0, 0),
        ("2100000", 2100000.0, 1.0, 0),
        ("1,040,444.375", 1040444.375, 1e-3, 3),
        ("+135.00", 135.0, 1e-2, 2),
        ("135.", 135.0, 1.0, 0),
        ("12.5e-1", 1.25, 1e-2, 2),
    ],
)
def test_a_published_value_is_as_precise_as_it_is_printed(printed, value, last_digit, digits):
    row = Row("x", "UFLP", "x.txt", (), printed, is_proven=True)
    assert (row.value, row.last_digit, decimals(printed)) == (value, pytest.approx(last_digit), digits)


@pytest.mark.parametrize(
    ("printed", "value", "side"),
    [
        ("932615.75", 932615.75, 0),
        ("932615.74", 932615.75, 1),
        ("932615.74", 932615.7499999999, 1),  # summed in another order
        ("932615.76", 932615.7500000001, -1),
        ("932615.73", 932615.75, 1),
        ("5820", 5819.0, -1),
        ("5818", 5819.0, 1),
        # Rounded half to even, and cut off.
        ("893076.712", 893076.7125000001, 0),
        ("17160439.012", 17160439.012575183, 0),
        ("0.3", 0.1 + 0.2, 0),
        ("0.1", 0.2, 1),
        # More digits than a sum of binary numbers has.
        ("932615.7500000000001", 932615.7500000001, 0),
        ("932615.7500000000001", 932615.7600000001, 1),
        ("2.10001e+06", 2100020.0, 1),
        ("2.10001e+06", 2100019.9, 0),
    ],
)
def test_what_is_rounded_or_cut_off_differs_by_less_than_a_unit(printed, value, side):
    assert Row("x", "UFLP", "x.txt", (), printed, is_proven=True).side(value) == side


def test_a_row_that_ended_with_its_proof_is_never_open():
    row = Row("cap71", "CFLP", "x.txt", (), "932615.73", is_proven=True)
    assert compare(row, 932615.75, 932615.75, "optimal") is Finding.CONTRADICTS
    assert compare(row, 932615.75, 932615.75, "time_limit") is Finding.OPEN
    assert compare(row, 932615.75, 932616.75, "time_limit") is Finding.CONTRADICTS
    assert compare(row, None, None, "time_limit") is Finding.OPEN


def test_the_committed_findings_are_those_of_the_rule():
    for record in read_records(KEPT):
        row = Row(record.instance, record.problem, "x", (), record.published, record.status == "optimal")
        termination = "optimal" if record.finding is Finding.REPRODUCED else "time_limit"
        assert compare(row, record.value, record.bound, termination) is record.finding, record


@pytest.mark.parametrize(
    ("high", "low", "is_said"),
    [
        (("5820", True), ("5818", True), True),
        (("5819", True), ("5818", True), False),  # 5818.5, rounded and cut off
        (("932615.75", True), ("932615.73", True), True),
        (("932615.75", True), ("932615.73", False), True),
        (("932615.75", False), ("932615.73", True), False),  # a plan may be dearer than the best
        (("0.3", True), ("0.1", True), True),
        (("2.1e+06", True), ("2050000", True), False),
        (("1.0e+100", True), ("1", True), True),
    ],
)
def test_two_rows_contradict_where_no_value_is_printed_like_both(high, low, is_said):
    rows = [Row("x", "UFLP", "x.txt", (), optimum, is_proven) for optimum, is_proven in (low, high)]
    assert bool(contradictions(rows)) is is_said


def test_six_printed_digits_are_reproduced_by_seven(tmp_path, netdesign):
    """The optimum is 2 units over what is printed, in the fifth of the digits that are not."""
    table = bench_table(tmp_path, "x,big.txt,UFLP,2.10001e+06,ufllib")
    (tmp_path / "big.txt").write_text("FILE: big\n1 2 0\n1 2000000 100000 12\n", encoding="utf-8")
    ended, (record,) = bench(table, netdesign, "--quiet", "--markdown", tmp_path / "out.md")
    assert (ended.code, record.finding, record.difference) == (0, "reproduced", 2.0)
    assert "| x | 2.10001e+06 | 2100012 | 2 | 2100012 | 0 |" in (tmp_path / "out.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("remembered")
def test_each_row_of_a_call_is_held_on_its_own(tmp_path, netdesign):
    table = bench_table(tmp_path, "source A,small.txt,UFLP,140,ufllib", "source B,small.txt,UFLP,135,ufllib")
    ended, records = bench(table, netdesign)
    assert (ended.code, [record.finding for record in records]) == (7, ["contradicts", "reproduced"])
    assert ended.out.splitlines() == [
        "2 published values: 1 reproduced with proof, 0 open, 1 contradicting.",
        "rows contradict each other: source A UFLP: 140 against source B UFLP: 135",
        "contradicts: source A UFLP: published 140, value 135.0, bound 135.0",
    ]
    assert len({record.seconds for record in records}) == 1  # solved once
    # The other way round, and when it is resumed.
    assert bench(table, netdesign)[0] == (7, ended.out, "")
    table = bench_table(tmp_path, "source B,small.txt,UFLP,135,ufllib", "source A,small.txt,UFLP,140,ufllib")
    assert bench(table, netdesign)[0].code == 7


@pytest.mark.usefixtures("remembered")
def test_what_was_found_is_held_against_the_optimum_that_the_table_has_now(tmp_path, netdesign):
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib")
    assert bench(table, netdesign)[0].code == 0
    table = bench_table(tmp_path, "x,small.txt,UFLP,140,ufllib")
    ended, (record,) = bench(table, netdesign)
    assert (ended.code, ended.err) == (7, "")  # compared, not solved again
    assert (record.published, record.finding, record.difference) == ("140", "contradicts", -5.0)
    table = bench_table(tmp_path, "x,small.txt,UFLP,130,ufllib")
    assert bench(table, netdesign)[1][0].published == "130"


@pytest.mark.usefixtures("remembered")
@pytest.mark.parametrize("change", ["file", "version", "earlier version"])
def test_what_was_found_of_another_file_or_version_is_solved_again(change, tmp_path, netdesign):
    table, output = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib"), tmp_path / "out.csv"
    (found,) = bench(table, netdesign)[1]
    if change == "file":
        (tmp_path / "small.txt").write_text(UFLLIB.replace("2 50 60", "2 53 60"), encoding="utf-8")
    elif change == "version":
        output.write_text(output.read_text(encoding="utf-8").replace(found.versions, "netdesign 0.1"), encoding="utf-8")
    else:
        kept = [line.split(",")[:-3] for line in output.read_text(encoding="utf-8").splitlines()]
        output.write_text("\n".join(map(",".join, kept)) + "\n", encoding="utf-8")
    ended, (record,) = bench(table, netdesign)
    assert "UFLP x" in ended.err
    assert record.value == (138.0 if change == "file" else 135.0)
    assert ended.code == (7 if change == "file" else 0)
    assert record.versions == found.versions


@pytest.mark.usefixtures("remembered")
def test_an_open_row_is_tried_again_with_more_time_only(tmp_path, netdesign):
    table, output = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib"), tmp_path / "out.csv"
    bench(table, netdesign, "--time-limit", 100)
    output.write_text(output.read_text(encoding="utf-8").replace("reproduced", "open"), encoding="utf-8")
    assert bench(table, netdesign, "--time-limit", 100)[0].err == ""
    assert "reproduced" in bench(table, netdesign, "--time-limit", 200)[0].err


@pytest.mark.parametrize("name", ["table.csv", "small.txt", "out.csv"])
@pytest.mark.parametrize("option", ["--markdown", "-o"])
def test_bench_spares_what_it_reads_and_its_other_output(option, name, tmp_path, netdesign):
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib")
    words = ["--markdown", tmp_path / "out.csv"] if option == "-o" else []
    target = tmp_path / name
    if name != "out.csv":
        (tmp_path / "link").symlink_to(target)
        target = tmp_path / "link"
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    outputs = ["-o", target] if option == "-o" else ["-o", tmp_path / "out.csv", "--markdown", target]
    ended = netdesign("bench", table, *outputs, *words)
    assert (ended.code, ended.out) == (2, "")
    why = "is the file of -o" if name == "out.csv" else "would overwrite what is read"
    assert ended.err.endswith(f"{why}; name another file\n")
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_nothing_in_the_folder_of_a_table_is_imported(tmp_path, netdesign):
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib")
    for name in ("json", "numpy", "csv", "netdesign", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'imported')!r}, 'w').close()\n", encoding="utf-8")
    ended, (record,) = bench(table, netdesign, "--quiet")
    assert (ended.code, record.finding) == (0, "reproduced")
    assert not (tmp_path / "imported").exists()


def test_a_model_file_runs_only_where_it_is_allowed(tmp_path, netdesign):
    header = "instance,file,problem,optimum,format_in,model"
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib,mine.py", header=header)
    marker = tmp_path / "ran"
    (tmp_path / "mine.py").write_text(f"open({str(marker)!r}, 'w').close()\n", encoding="utf-8")
    ended = netdesign("bench", table, "-o", tmp_path / "out.csv")
    said = f"netdesign: {table}: model mine.py is a file, which runs code; --allow-models lets it\n"
    assert ended == (2, "", said)
    assert not marker.exists()
    ended, (record,) = bench(table, netdesign, "--allow-models", "--quiet")
    assert marker.exists()
    assert (record.finding, ended.code) == ("failed", 3)
    # A file called like a bundled formulation is a file.
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib,facility_location", header=header)
    assert bench(table, netdesign, "--quiet")[1][0].finding == "reproduced"
    (tmp_path / "mine.py").rename(tmp_path / "facility_location")
    assert netdesign("bench", table, "-o", tmp_path / "out.csv").code == 2


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_an_interrupted_bench_keeps_its_rows_and_leaves_no_process(number, tmp_path):
    """The second row would take minutes."""
    header = "instance,file,problem,optimum,format_in,model,hubs"
    slow = "slow,slow.txt,SSCFLP,1,holmberg,,"
    table = bench_table(tmp_path, "x,small.txt,UFLP,135,ufllib,,", slow, header=header)
    (tmp_path / "slow.txt").write_text(slow_file(), encoding="utf-8")
    call = [*COMMAND, "bench", str(table), "-o", str(tmp_path / "out.csv")]
    with subprocess.Popen(call, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert any("UFLP x" in line for line in process.stderr)
        time.sleep(1.0)
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert process.returncode in (5, 7)
    assert next(record.instance for record in read_records(tmp_path / "out.csv")) == "x"
    assert "1 published values: 1 reproduced" in out
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".netdesign")]
    assert str(tmp_path) not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


def slow_file() -> str:
    """Return a single-source problem that takes a while: tight capacities, costs without pattern."""
    draw, sites, customers = random.Random(5), 60, 200
    pairs = "".join(f"{draw.randint(100, 140)} {draw.randint(500, 900)}\n" for _ in range(sites))
    demand = " ".join(str(draw.randint(15, 40)) for _ in range(customers))
    rows = "".join(" ".join(str(draw.randint(10, 99)) for _ in range(customers)) + "\n" for _ in range(sites))
    return f"{sites} {customers}\n{pairs}{demand}\n{rows}"


# The committed figures


def test_nothing_committed_contradicts_and_the_page_is_made_from_it():
    records = read_records(KEPT)
    assert not [record for record in records if record.finding is Finding.CONTRADICTS]
    page = (ROOT / "docs" / "literature.md").read_text(encoding="utf-8")
    assert literature_markdown(records) in page
    assert counts_line(records) in page
    reproduced = sum(record.finding is Finding.REPRODUCED for record in records)
    assert f"Of {len(records)} published optima {reproduced} are reproduced with proof" in (
        " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    )


def test_the_committed_table_has_the_values_of_the_collection():
    with (collection() / "optima.csv").open(encoding="utf-8", newline="") as file:
        values = {(row["instance"], row["problem"]): row["optimum"] for row in csv.DictReader(file)}
    assert len(read_rows(collection() / "optima.csv")) == len(values)
    kept = {(r.instance, r.problem): r.published for r in read_records(KEPT)}
    shared = kept.keys() & values.keys()
    if not shared:
        pytest.skip("the published instances here are others than those of benchmarks/literature.csv")
    assert {key: kept[key] for key in shared} == {key: values[key] for key in shared}


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_was_quick_is_reproduced_again(tmp_path):
    quick = {r.call for r in read_records(KEPT) if r.finding is Finding.REPRODUCED and r.seconds <= QUICK_S}
    table = collection() / "optima.csv"
    rows = [row for row in read_rows(table) if " ".join((row.file, *row.options)) in quick]
    if not rows:
        pytest.skip("the published instances here are others than those of benchmarks/literature.csv")
    records = run_rows(rows, table, tmp_path / "out.csv", Pace(120, jobs=2), Event(), lambda record: None)
    assert {record.finding for record in records} == {Finding.REPRODUCED}


def test_a_table_replaces_a_table_and_no_other_text(tmp_path):
    """What `bench --markdown` wrote, or nothing yet."""
    file = tmp_path / "out.md"
    for text, is_table in (("", True), ("# My notes\n", False), (literature_markdown([]), True)):
        file.write_text(text, encoding="utf-8")
        assert is_literature(file) == is_table
