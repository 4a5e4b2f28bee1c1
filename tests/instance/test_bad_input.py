"""Everything that is wrong ends with its exit code and a message that says where and what to do, never otherwise."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from netdesign.errors import ExitCode
from tests.instance.bad.calls import CALLS
from tests.instance.bad.case import faults
from tests.instance.bad.centres import CENTRES
from tests.instance.bad.draws import DRAWS
from tests.instance.bad.failures import FAILURES
from tests.instance.bad.frontier import FRONTIER
from tests.instance.bad.graphs import GRAPHS
from tests.instance.bad.guesses import GUESSES
from tests.instance.bad.instances import INSTANCES
from tests.instance.bad.names import NAMES
from tests.instance.bad.published import BENCH, PUBLISHED
from tests.instance.bad.services import SERVED
from tests.instance.bad.stages import STAGED
from tests.instance.bad.sweep import SWEEP
from tests.instance.bad.tables import TABLES
from tests.instance.bad.tipping import TIPPING
from tests.instance.bad.workbooks import WORKBOOKS
from tests.support.small_instances import LEGS, ROADS, SERVICES, as_csv, write_instance

if TYPE_CHECKING:
    from pathlib import Path

    from tests.instance.bad.case import Case

CASES = [
    *INSTANCES,
    *NAMES,
    *TABLES,
    *CALLS,
    *PUBLISHED,
    *WORKBOOKS,
    *GRAPHS,
    *BENCH,
    *STAGED,
    *SERVED,
    *CENTRES,
    *DRAWS,
    *TIPPING,
    *SWEEP,
    *FAILURES,
    *FRONTIER,
    *GUESSES,
]

OLD = '{"format": "netdesign.result/1", "note": "what stood here before"}'
"""A result may take the place of another of the same command."""


def before(case: Case) -> str:
    """Return what stands in the output of a case."""
    return OLD.replace("netdesign.result/", "netdesign.timing/") if case.call[0] == "timing" else OLD


COMMAND = (sys.executable, "-m", "netdesign")


def prepare(folder: Path, case: Case) -> None:
    """Write the files of a case, and the output of an earlier solve that no failure may touch."""
    (folder / "result.json").write_text(before(case), encoding="utf-8")
    for name, contents in case.files.items():
        path = folder / name
        if callable(contents):
            contents(path)
        else:
            path.write_bytes(contents.encode("utf-8") if isinstance(contents, str) else contents)


def check_ending(folder: Path, case: Case, code: int, err: str) -> None:
    """Compare with the case; no traceback, nothing written, nothing left behind."""
    if case.message.endswith("...\n"):
        err = err[: len(case.message) - 4] + "...\n"
    assert (code, err) == (case.code, case.message)
    assert (folder / "result.json").read_text(encoding="utf-8") == before(case)
    assert {path.name for path in folder.iterdir()} == {"result.json", *case.files}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_ends_with_its_code_and_message(case, tmp_path, monkeypatch, netdesign):
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path, case)
    ended = netdesign(*case.call)
    check_ending(tmp_path, case, ended.code, ended.err)
    assert ended.out == ""


PROCESSES = ("billion laughs",)
MORE_PROCESSES = ("deeply nested brackets", "archive with pickled objects", "device for an output")


@pytest.mark.parametrize(
    "case",
    [
        *(case for case in CASES if case.name in PROCESSES),
        *(pytest.param(case, marks=pytest.mark.long) for case in CASES if case.name in MORE_PROCESSES),
    ],
    ids=lambda case: case.name,
)
def test_so_it_does_in_a_process_of_its_own(case, tmp_path):
    """As a person calls it: nothing of pytest around it, and soon, although a bomb may be among them."""
    prepare(tmp_path, case)
    done = subprocess.run([*COMMAND, *case.call], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=10)
    check_ending(tmp_path, case, done.returncode, done.stderr)


@pytest.mark.parametrize("command", ["check", "solve"])
def test_all_faults_of_the_data_are_told_at_once(command, tmp_path, netdesign):
    """Seven faults, among them one of the YAML, one of a header, one of a row and four of values."""
    demand = LEGS[LEGS.index("  demand:") :]
    text = LEGS.replace(demand, "  demand: demand.csv\n").replace("name: three", "name: three\nname: four")
    text = text.replace("weight_kg: 1", "weight_kg: no").replace("status: existing", "state: existing")
    text = text.replace("new_hubs: {max: 1}", "new_hubs: {max: -1}")
    write_instance(tmp_path, text)
    (tmp_path / "demand.csv").write_text(
        "origin,destination,volume_t_per_year,remark\nB,C,-300,\nC,B\n", encoding="utf-8"
    )
    ended = netdesign(command, tmp_path)
    assert ended.code == ExitCode.BAD_INSTANCE
    lines = [line.split(": ")[:2] for line in ended.err.splitlines()]
    assert lines == [
        ["netdesign", "7 faults in the instance"],
        ["  demand.csv:1:4", "remark"],
        ["  demand.csv:2:3", "volume_t_per_year"],
        ["  demand.csv:3", "has 2 cells; the header has 4"],
        ["  instance.yaml:3:1", "name"],
        ["  instance.yaml:4:10", "parcel.weight_kg"],
        ["  instance.yaml:7:23", "policies.new_hubs.max"],
        ["  instance.yaml:14:15", "tables.hubs.0.state"],
    ]


def test_all_names_that_lead_nowhere_are_told_at_once(tmp_path, netdesign):
    """Seven references, of five tables and the policies."""
    text = LEGS.replace("{id: C, country: NL}", "{id: C, country: NL}\n    - {id: C}")
    text = text.replace("{from: A, to: B,", "{from: A, to: BB,").replace("{from: X, to: A,", "{from: XX, to: A,")
    text = text.replace("{origin: B, destination: C,", "{origin: BB, destination: CC,")
    text = text.replace("new_hubs: {max: 1}", "required: [Y]").replace(
        "{id: B, fixed_cost_eur_per_year: 20}", "{id: B}"
    )
    ended = netdesign("check", write_instance(tmp_path, text))
    assert ended.code == ExitCode.BAD_INSTANCE
    found = re.findall(r"(?m)^  instance\.yaml:[\d:]+ ([\w.]+):", ended.err)
    assert sorted(found) == sorted(
        [
            "policies.required.0",
            "tables.cities.3.id",
            "B",
            "tables.legs.0.to",
            "tables.legs.6.from",
            "tables.demand.0.origin",
            "tables.demand.0.destination",
        ]
    )


def test_a_priced_deadline_that_no_route_meets_is_a_warning(tmp_path, netdesign):
    """The instance is sound; that the promise cannot be kept is said on stderr, also in the result."""
    write_instance(tmp_path, LEGS.replace("deadline_h: 5", "deadline_h: 0.5"))
    warning = (
        "instance.yaml: 2 commodities have a deadline that no route over any permitted site meets; "
        "they pay the late penalty in every network: B to C (1.0 h), C to B (1.0 h)"
    )
    checked = netdesign("check", tmp_path)
    assert (checked.code, checked.err) == (ExitCode.ANSWERED, f"warning: {warning}\n")
    solved = netdesign("solve", tmp_path, "--format", "json")
    assert (solved.code, solved.err) == (ExitCode.ANSWERED, f"warning: {warning}\n")
    assert json.loads(solved.out)["instance"]["warnings"] == [warning]


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be read by root")
def test_a_file_that_may_not_be_read_is_a_bad_instance(tmp_path, netdesign):
    write_instance(tmp_path, LEGS)
    (tmp_path / "instance.yaml").chmod(0)
    ended = netdesign("check", tmp_path)
    assert (ended.code, ended.err) == (3, faults("instance.yaml: cannot be read: Permission denied"))


def test_an_output_that_fails_while_it_is_written_leaves_the_old_one(tmp_path):
    """A limit on the size of files stands for a full disk: it is met after solving, in the middle of the file."""
    write_instance(tmp_path, LEGS)
    (tmp_path / "result.json").write_text(OLD, encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "solve", ".", "-o", "result.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    warning = "warning: result.json.partial: cannot be written: File too large; a call that is killed leaves no plan\n"
    assert (done.returncode, done.stderr) == (
        2,
        f"{warning}netdesign: result.json: cannot be written: File too large\n",
    )
    assert (tmp_path / "result.json").read_text(encoding="utf-8") == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "result.json"}


def test_a_result_goes_where_a_link_leads(tmp_path, netdesign):
    """The link stays one, and its target is the result."""
    write_instance(tmp_path, LEGS)
    (tmp_path / "link.json").symlink_to("target.json")
    assert netdesign("solve", tmp_path, "-o", tmp_path / "link.json", "--quiet").code == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "target.json").read_text(encoding="utf-8"))["termination"] == "optimal"


# Mutations of sound instances

WRITTEN_INSTEAD = [
    "0", "-0", "-1", "1", "1e308", "-1e308", "1e-308", "1e12", "1e-12", "1e13", ".nan", "nan", ".inf", "9" * 30, "1e",
    "0x1F", "1_0", "1,5", "true", "null", "''", "[]", "{}", "A", "&a", "*a", "!!int", "#",
    "2", "7", "0.5", "33", "60.25", "1e3",
]  # fmt: skip


def sound_files() -> list[dict[str, str]]:
    """Return sound instances: some in a single file, one with its tables in CSV files."""
    cities = as_csv([{"id": name, "country": country} for name, country in (("A", "BE"), ("B", "NL"))])
    hubs = as_csv(
        [
            {"id": "A", "status": "existing", "fixed_cost_eur_per_year": 10, "capacity_t_per_year": 5000},
            {"id": "X", "status": "candidate", "fixed_cost_eur_per_year": 20, "capacity_t_per_year": 100},
        ]
    )
    links = as_csv(
        [
            {"from": "A", "to": "B", "mode": "road", "km": 100},
            {"from": "B", "to": "X", "mode": "ferry", "km": 100},
            {"from": "G", "to": "A", "mode": "air", "km": 9000},
        ]
    )
    head = ROADS[: ROADS.index("  cities:")] + "  cities: cities.csv\n  hubs: hubs.csv\n  links: links.csv\n"
    tail = ROADS[ROADS.index("  overseas:") : ROADS.index("  links:")] + ROADS[ROADS.index("  demand:") :]
    tables = {"cities.csv": cities, "hubs.csv": hubs, "links.csv": links}
    one_file = [{"instance.yaml": text} for text in (LEGS, ROADS, SERVICES)]
    return [*one_file, {"instance.yaml": head + tail} | tables]


def mutated(draw: Random, raw: bytes) -> bytes:
    """Return a file after one accident: lines lost, doubled or swapped, a number gone wild, bytes cut out or put in."""
    lines = raw.splitlines(keepends=True)
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    place = draw.randrange(len(raw))
    match draw.choice(("lose", "double", "swap", "number", "number", "number", "cut", "insert")):
        case "lose":
            del lines[one]
        case "double":
            lines.insert(other, lines[one])
        case "swap":
            lines[one], lines[other] = lines[other], lines[one]
        case "number":
            numbers = list(re.finditer(rb"\d+(\.\d+)?", raw))
            if not numbers:
                return raw
            found = draw.choice(numbers)
            return raw[: found.start()] + draw.choice(WRITTEN_INSTEAD).encode() + raw[found.end() :]
        case "cut":
            return raw[:place] + raw[place + draw.randint(1, 30) :]
        case "insert":
            return raw[:place] + draw.randbytes(draw.randint(1, 3)) + raw[place:]
    return b"".join(lines)


@pytest.mark.parametrize("count", [60, pytest.param(400, marks=pytest.mark.long)])
def test_no_accident_to_a_file_ends_in_a_defect(count, tmp_path, netdesign):
    """Whatever befalls the files, `check` finds the instance sound or says what is wrong with it."""
    draw = Random(20181)
    endings: Counter[int] = Counter()
    for number in range(count):
        files = draw.choice(sound_files())
        victim = draw.choice(list(files))
        for name, text in files.items():
            raw = text.encode()
            for _ in range(draw.choice((1, 1, 1, 1, 3)) if name == victim else 0):
                raw = mutated(draw, raw) or b"\n"
            (tmp_path / name).write_bytes(raw)
        ended = netdesign("check", tmp_path)
        endings[ended.code] += 1
        place = f"mutation {number} of {victim}:\n{ended.err}"
        assert ended.code in (ExitCode.ANSWERED, ExitCode.BAD_INSTANCE), place
        assert ended.err.startswith("netdesign: ") == (ended.code == ExitCode.BAD_INSTANCE), place
        assert "Traceback" not in ended.err, place
    # The accidents are neither all fatal nor all harmless.
    assert min(endings.values()) > count / 8, endings
