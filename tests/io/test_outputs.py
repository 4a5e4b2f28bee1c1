"""Files that are written: nothing read is lost, no better answer, no link, no privacy; and no half file is left."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from netdesign import catalogue
from netdesign.cli.process import Interrupted
from netdesign.errors import ExitCode, UsageError
from netdesign.io.output_file import check_spares, new_folder, write_atomically
from tests.support.published_files import AP
from tests.support.small_instances import LEGS, STAGES, write_instance

COMMAND = (sys.executable, "-m", "netdesign")
OLD = "what stood here before"
DEMAND = LEGS[LEGS.index("  demand:") :]
DEMAND_CSV = "origin,destination,volume_t_per_year\nB,C,300\nC,B,100\n"
FROM_AP = ("solve", "ap.txt", "--format-in", "ap")


def with_demand_in(name: str) -> dict[str, str]:
    return {"instance.yaml": LEGS.replace(DEMAND, f"  demand: {name}\n"), name: DEMAND_CSV}


AP_FILES = {"ap.txt": AP, "fixed.txt": "10 20 30 40 50\n", "capacity.txt": "50 50 50 50 50\n"}
ONE = {"instance.yaml": LEGS}
SPARED = {
    "table of any name": (with_demand_in("demand.txt"), ("solve", "."), "demand.txt"),
    "table in capitals": (with_demand_in("DEMAND.CSV"), ("solve", "."), "DEMAND.CSV"),
    "table that this call does not read": (ONE | {"old.CSV": OLD}, ("solve", "."), "old.CSV"),
    "facts": (ONE | {"facts/source.txt": OLD}, ("solve", "."), "facts/source.txt"),
    "published file": (AP_FILES, FROM_AP, "ap.txt"),
    "fixed costs": (AP_FILES, (*FROM_AP, "--fixed-costs", "fixed.txt"), "fixed.txt"),
    "capacities": (AP_FILES, (*FROM_AP, "--capacities", "capacity.txt"), "capacity.txt"),
}


@pytest.mark.parametrize("name", SPARED)
def test_what_is_read_is_spared_whatever_its_name(name, tmp_path, netdesign, monkeypatch):
    files, call, output = SPARED[name]
    monkeypatch.chdir(tmp_path)
    for file, text in files.items():
        Path(file).parent.mkdir(exist_ok=True)
        Path(file).write_text(text, encoding="utf-8")
    ended = netdesign(*call, "-o", output)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err == f"netdesign: {output}: would overwrite what is read; name another file\n"
    assert {file: Path(file).read_text(encoding="utf-8") for file in files} == files


WRITING = {"solve": ("-o",), "timing": ("-o",), "export": ("--to", "lp")}


@pytest.mark.parametrize("make", [Path.symlink_to, Path.hardlink_to], ids=["symbolic", "hard"])
@pytest.mark.parametrize("command", WRITING)
def test_what_is_read_is_spared_through_a_link(make, command, tmp_path, netdesign, monkeypatch):
    text = STAGES if command == "timing" else LEGS
    monkeypatch.chdir(write_instance(tmp_path, text))
    make(Path("link.json"), Path("instance.yaml"))
    ended = netdesign(command, ".", *WRITING[command], "link.json")
    assert ended == (ExitCode.USAGE, "", "netdesign: link.json: would overwrite what is read; name another file\n")
    assert Path("instance.yaml").read_text(encoding="utf-8") == text


def test_a_partial_file_may_not_be_what_is_read(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("r.json.partial").write_text(STAGES, encoding="utf-8")
    ended = netdesign("timing", "r.json.partial", "-o", "r.json")
    message = "netdesign: r.json.partial: would overwrite what is read; name another file\n"
    assert ended == (ExitCode.USAGE, "", message)


def test_a_file_that_lies_where_plans_are_kept_is_no_plan_of_ours(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, STAGES))
    Path("r.json.partial").write_text(OLD, encoding="utf-8")
    ended = netdesign("timing", ".", "-o", "r.json")
    way = "in the way of the plans that are kept meanwhile; move it, or name another file"
    assert ended == (ExitCode.USAGE, "", f"netdesign: r.json.partial: is no result, and {way}\n")
    assert Path("r.json.partial").read_text(encoding="utf-8") == OLD


def test_models_and_bundled_instances_are_spared(tmp_path, netdesign):
    """By name, and without a try: what is bundled must not be at the mercy of a test."""
    own = tmp_path / "own.json"
    own.write_bytes(catalogue.models()["multiple_allocation_path"].read_bytes())
    model = own.rename(tmp_path / "own.py")
    (tmp_path / "link.json").symlink_to(model)
    ended = netdesign("solve", "tiny", "--model", model, "-o", tmp_path / "link.json")
    assert (ended.code, ended.err.endswith("would overwrite what is read; name another file\n")) == (2, True)
    folder = catalogue.instances()["europe"]
    for file in (folder / "demand.csv", *folder.glob("facts/*")):
        with pytest.raises(UsageError, match="would overwrite what is read"):
            check_spares(file, (), folder)


def test_the_result_that_is_exported_is_spared(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert netdesign("solve", "tiny", "-o", "r.json", "--quiet").code == 0
    before = Path("r.json").read_bytes()
    Path("map.geojson").hardlink_to("r.json")
    ended = netdesign("export", "r.json", "map.geojson", "--to", "geojson")
    message = "netdesign: map.geojson: would overwrite what is read; name another file\n"
    assert ended == (ExitCode.USAGE, "", message)
    assert Path("r.json").read_bytes() == before


OTHERS = {
    "an instance": "format: netdesign.instance/1\nname: other\n",
    "a graph in GraphML": "<?xml version='1.0'?>\n<graphml/>\n",
    "a graph in node-link JSON": '{"directed": true, "graph": {"format": "netdesign.instance/1"}}\n',
    "a map": '{\n "type": "FeatureCollection"}\n',
    "a workbook": "PK\x03\x04...",
    "a result of `netdesign solve`": '{"objective": 1, "format": "netdesign.result/1"}\n',
    "a result of `netdesign alternatives`": '{"objective": 1, "format": "netdesign.alternatives/1"}\n',
}


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("solve", LEGS),
        ("alternatives", LEGS),
        ("explain", LEGS),
        ("tipping", LEGS),
        ("sweep", LEGS),
        ("frontier", LEGS),
        ("timing", STAGES),
    ],
)
@pytest.mark.parametrize(
    "old", [*(text for kind, text in OTHERS.items() if not kind.startswith("a result")), OLD, "{}", "[1]"]
)
def test_a_result_replaces_no_file_of_another_kind(old, command, text, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, text))
    Path("mine").write_text(old, encoding="utf-8")
    ended = netdesign(command, ".", "-o", "mine")
    message = "netdesign: mine: is no result of netdesign; name another file, or remove it first\n"
    assert ended == (ExitCode.USAGE, "", message)
    assert Path("mine").read_text(encoding="utf-8") == old
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "mine"}


@pytest.mark.parametrize("old", ["", OTHERS["a result of `netdesign solve`"]])
def test_a_result_replaces_an_empty_file_and_a_result_of_any_program(old, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    Path("r.json").write_text(old, encoding="utf-8")
    assert netdesign("solve", ".", "-o", "r.json", "--quiet").code == 0
    assert "optimal" in Path("r.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "text", "other"),
    [
        ("solve", LEGS, "timing"),
        ("solve", LEGS, "alternatives"),
        ("alternatives", LEGS, "solve"),
        ("alternatives", LEGS, "timing"),
        ("alternatives", LEGS, "tipping"),
        ("explain", LEGS, "solve"),
        ("tipping", LEGS, "solve"),
        ("tipping", LEGS, "sweep"),
        ("tipping", STAGES, "timing"),
        ("alternatives", STAGES, "tipping"),
        ("stress", STAGES, "timing"),
        ("sweep", LEGS, "tipping"),
        ("frontier", LEGS, "tipping"),
        ("timing", STAGES, "solve"),
        ("timing", STAGES, "alternatives"),
    ],
)
def test_a_result_replaces_none_of_another_command(command, text, other, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, text))
    kind = "result" if other == "solve" else other
    old = f'{{"objective": 1, "format": "netdesign.{kind}/1"}}\n'
    for content in (old, old.replace('"objective": 1, ', "")):
        Path("r.json").write_text(content, encoding="utf-8")
        ended = netdesign(command, ".", "-o", "r.json")
        message = f"r.json: holds a result of `netdesign {other}`; name another file, or remove it first\n"
        assert ended == (ExitCode.USAGE, "", f"netdesign: {message}")
        assert Path("r.json").read_text(encoding="utf-8") == content


def test_an_output_without_a_name_is_refused(netdesign):
    ended = netdesign("solve", "tiny", "-o", "")
    assert (ended.code, ended.err.splitlines()[-1]) == (
        ExitCode.USAGE,
        "Error: Invalid value for '-o' / '--output': '' names no file.",
    )


EXPORTS = {"lp": "", "graphml": "a graph in GraphML", "nodelink": "a graph in node-link JSON", "excel": "a workbook"}


@pytest.mark.parametrize("to", EXPORTS)
def test_an_export_replaces_its_own_kind_and_no_other(to, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    for kind, text in OTHERS.items():
        Path("mine").write_text(text, encoding="utf-8")
        ended = netdesign("export", ".", "mine", "--to", to, "--quiet")
        if kind == EXPORTS[to]:
            assert ended == (0, "", "")
            continue
        message = f"netdesign: mine: holds {kind}; name another file, or remove it first\n"
        assert ended == (ExitCode.USAGE, "", message)
        assert Path("mine").read_text(encoding="utf-8") == text
    Path("mine").unlink()
    for _ in range(2):
        assert netdesign("export", ".", "mine", "--to", to, "--quiet").code == 0


def test_a_map_replaces_a_map_and_no_result(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("r.json", "other.json"):
        assert netdesign("solve", "benelux", "--max-new", "1", "-o", name, "--quiet").code == 0
    ended = netdesign("export", "r.json", "other.json", "--to", "geojson")
    message = "netdesign: other.json: holds a result of `netdesign solve`; name another file, or remove it first\n"
    assert ended == (ExitCode.USAGE, "", message)
    for _ in range(2):
        assert netdesign("export", "r.json", "map.geojson", "--to", "geojson", "--quiet").code == 0


WARNING = "warning: r.json holds a better answer to the same question and stays as it is; this one is not written\n"


@pytest.mark.parametrize(("command", "text"), [("solve", LEGS), ("timing", STAGES)])
def test_a_proven_answer_is_not_replaced_by_none(command, text, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(write_instance(tmp_path, text))
    assert netdesign(command, ".", "-o", "r.json", "--quiet").code == 0
    before = Path("r.json").read_bytes()
    # Called by another name, and with another engine's seed, it is the same question.
    ended = netdesign(command, tmp_path, "-o", "r.json", "--quiet", "--time-limit", "1e-9", "--seed", "3")
    assert (ended.code, ended.err) == (ExitCode.STOPPED_WITHOUT_PLAN, WARNING)
    assert Path("r.json").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "r.json"}
    # Nor is it for want of an answer to another question; an answer to that may take its place.
    ended = netdesign(command, ".", "-o", "r.json", "--quiet", "--time-limit", "1e-9", "--max-new", "0")
    warning = "warning: r.json holds an answer to another question and stays as it is; this one has no plan\n"
    assert (ended.code, ended.err) == (ExitCode.STOPPED_WITHOUT_PLAN, warning)
    assert Path("r.json").read_bytes() == before
    assert netdesign(command, ".", "-o", "r.json", "--quiet", "--max-new", "0").code == 0
    assert Path("r.json").read_bytes() != before


@pytest.mark.parametrize("to", ["lp", "mps", "graphml", "nodelink", "excel"])
def test_an_export_keeps_links_and_rights(to, tmp_path, netdesign, monkeypatch):
    """A private file stays private, a new one is as readable as any; nothing else is left."""
    monkeypatch.chdir(write_instance(tmp_path, LEGS))
    Path("private").write_text(OLD, encoding="utf-8")
    Path("private").chmod(0o600)
    Path("link").symlink_to("private")
    umask = os.umask(0o027)
    try:
        assert netdesign("export", ".", "link", "--to", to, "--quiet") == (0, "", "")
        assert netdesign("export", ".", "fresh", "--to", to, "--quiet") == (0, "", "")
    finally:
        os.umask(umask)
    assert Path("link").is_symlink()
    assert Path("private").stat().st_mode & 0o777 == 0o600
    assert Path("fresh").stat().st_mode & 0o777 == 0o640
    assert OLD.encode() not in Path("private").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "private", "link", "fresh"}


@pytest.mark.skipif(os.geteuid() == 0, reason="everything can be written by root")
def test_a_file_that_is_protected_is_not_replaced(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("r.json").write_text(OLD, encoding="utf-8")
    Path("r.json").chmod(0o444)
    ended = netdesign("solve", "tiny", "-o", "r.json")
    assert ended == (ExitCode.USAGE, "", "netdesign: r.json: cannot be written: Permission denied\n")
    assert Path("r.json").read_text(encoding="utf-8") == OLD


FULL = {
    "new": ("new", "made", "--template", "europe"),
    "import": ("import", "ap", "big.txt", "made"),
    "graphml": ("export", "tiny", "made", "--to", "graphml"),
    "lp": ("export", ".", "made", "--to", "lp"),
    "excel": ("export", "tiny", "made", "--to", "excel"),
}


LONG = ("graphml", "lp", "excel")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] * (name in LONG)) for name in FULL])
def test_a_full_disk_leaves_nothing(name, tmp_path):
    """A limit on the size of files stands for it."""
    write_instance(tmp_path, LEGS)
    size = 40
    rows = "\n".join(" ".join(["1.5"] * size) for _ in range(size))
    places = "\n".join(f"{place} {place % 7}" for place in range(size))
    (tmp_path / "big.txt").write_text(f"{size}\n{places}\n{rows}\n2\n3.0\n0.75\n2.0\n", encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, *FULL[name]],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)),
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    what = "written" if FULL[name][0] == "export" else "made"
    assert (done.returncode, done.stderr) == (ExitCode.USAGE, f"netdesign: made: cannot be {what}: File too large\n")
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "big.txt"}


def test_an_interruption_leaves_neither_half_a_file_nor_a_temporary_one(tmp_path):
    def write(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise Interrupted

    (tmp_path / "old").write_text(OLD, encoding="utf-8")
    with suppress(Interrupted):
        write_atomically(tmp_path / "old", ".txt", write)
    with suppress(Interrupted), new_folder(tmp_path / "a" / "b") as made:
        write(made / "file")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"old": OLD}


NAMES = ["it's", 'say "so"', "two\nlines", "-x", "a/b/c", "null", "n" * 200, "#", "élan", "Z\u00fcrich: 2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_new_instance_is_sound_whatever_its_folder_is_called(name, tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert netdesign("new", "--template", "tiny", "--", name).code == 0
    ended = netdesign("check", "--quiet", "--", name)
    assert (ended.code, ended.err) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {name.split("/")[0]}


@pytest.mark.parametrize("name", catalogue.instances())
def test_a_new_instance_speaks_of_no_folder_that_is_not_there(name, tmp_path, netdesign):
    """The bundled one lies beside others, the copy does not."""
    assert netdesign("new", "--template", name, tmp_path / "mine").code == 0
    for file in (tmp_path / "mine").iterdir():
        assert "../" not in file.read_text(encoding="utf-8"), file.name


def test_new_makes_no_folder_over_one_that_is_there(tmp_path, netdesign, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("nowhere").symlink_to("gone")
    for name in ("empty", "nowhere"):
        ended = netdesign("new", name)
        assert ended == (ExitCode.USAGE, "", f"netdesign: {name}: exists already; name a folder that does not\n")
    assert {path.name for path in tmp_path.iterdir()} == {"empty", "nowhere"}


@pytest.mark.parametrize("template", catalogue.instances())
@pytest.mark.parametrize(("name", "called"), [("my-network", "my-network"), ("it's mine", ".")])
def test_the_readme_of_a_new_instance_speaks_of_the_new_one(template, name, called, tmp_path, netdesign, monkeypatch):
    """It says whose copy it is, and its commands read the copy, by its name or from inside."""
    monkeypatch.chdir(tmp_path)
    assert netdesign("new", name, "--template", template).code == 0
    title, _, note, *lines = (Path(name) / "README.md").read_text(encoding="utf-8").splitlines()
    assert title.startswith("# ")
    assert note.startswith(f"A copy of the bundled `{template}`, made by `netdesign new`. ")
    text = "\n".join(lines)
    assert f"netdesign solve {template}" not in text
    assert ("netdesign solve" in text) == (f"netdesign solve {called}" in text)


def test_a_folder_with_the_name_of_a_bundled_instance_is_told(tmp_path, netdesign, monkeypatch):
    """When it is made, and by each command that reads it in place of the other; of other names nothing is said."""
    monkeypatch.chdir(tmp_path)
    made = netdesign("new", "tiny", "--template", "tiny")
    note = "note: beside this folder its name means the folder, and not the bundled instance tiny\n"
    assert made.err.startswith(note)
    told = "note: tiny is read from the path of that name; the bundled instance is "
    assert netdesign("solve", "./tiny", "-o", "r.json").err == ""
    for call in (
        ("check", "tiny"),
        ("solve", "tiny"),
        ("compare", "tiny", "B", "B,D"),
        ("export", "tiny", "t.lp", "--to", "lp"),
        ("verify", "tiny", "r.json"),
    ):
        assert netdesign(*call).err.startswith(told)
        assert not netdesign(*call, "--quiet").err
    assert told not in netdesign("check", "benelux").err
    assert netdesign("new", "benelux-stages", "--template", "benelux-stages").code == 0
    ended = netdesign("timing", "benelux-stages", "--time-limit", "1e-9")
    assert "note: benelux-stages is read from the path of that name" in ended.err


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_output_is_no_file_to_which_a_stream_goes(stream, tmp_path):
    write_instance(tmp_path, LEGS)
    with (tmp_path / "answer.txt").open("w", encoding="utf-8") as file:
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: file}
        ended = subprocess.run([*COMMAND, "solve", ".", "-o", "answer.txt"], cwd=tmp_path, check=False, **streams)
    said = (tmp_path / "answer.txt").read_bytes() if stream == "stderr" else ended.stderr
    assert ended.returncode == ExitCode.USAGE
    assert said.decode() == "netdesign: answer.txt: is where stdout or stderr goes; name another file\n"
