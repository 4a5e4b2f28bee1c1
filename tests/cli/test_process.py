"""The process of the program: closed and broken streams, and signals from the first moment to the last."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netdesign.errors import ExitCode
from tests.support.small_instances import LEGS, STAGES, write_instance

COMMAND = (sys.executable, "-m", "netdesign")
INTERRUPTED = "netdesign: interrupted before there was an answer\n"
STOPPING = "\nstopping with what is found so far; once more ends at once\n"


def closed(*numbers: int):
    """Return what closes streams of a process before it begins."""

    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


CLOSED = [((1,), 2), ((0, 1, 2), 2)]
FEWER_CLOSED = [((0, 2), 0), ((0,), 0), ((2,), 0), ((1, 2), 2)]


@pytest.mark.parametrize(
    ("numbers", "code"), [*CLOSED, *(pytest.param(*one, marks=pytest.mark.long) for one in FEWER_CLOSED)], ids=str
)
def test_a_result_is_written_whatever_stream_is_closed(numbers, code, tmp_path):
    """An answer that nobody can get is an error; and no file gets what was meant for a stream."""
    write_instance(tmp_path, LEGS)
    call = [*COMMAND, "solve", ".", "-o", "result.json"]
    done = subprocess.run(call, cwd=tmp_path, preexec_fn=closed(*numbers), capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["termination"] == "optimal"
    if numbers == (1,):
        assert done.stderr == "netdesign: stdout cannot be written: Bad file descriptor\n"
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "result.json"}


@pytest.mark.parametrize(("stream", "code"), [("stdout", 2), pytest.param("stderr", 0, marks=pytest.mark.long)])
def test_a_result_is_written_where_a_stream_is_full(stream, code, tmp_path):
    write_instance(tmp_path, LEGS)
    call = [*COMMAND, "solve", ".", "-o", "result.json"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | {stream: full}
        assert subprocess.run(call, cwd=tmp_path, check=False, **streams).returncode == code
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["termination"] == "optimal"


@pytest.mark.parametrize(
    "call",
    [
        *(pytest.param(call, marks=pytest.mark.long) for call in (("--help",), ("--version",))),
        ("solve", "--help"),
        ("schema",),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_to_a_closed_stdout_is_said(call):
    done = subprocess.run([*COMMAND, *call], preexec_fn=closed(1), stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "netdesign: stdout cannot be written: Bad file descriptor\n")


@pytest.mark.parametrize("call", [("verify", "--help"), ("solve", "--help")], ids=" ".join)
def test_help_that_a_full_disk_refuses_is_said_to_be_of_stdout(call):
    """Shorter than a buffer, and longer."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([*COMMAND, *call], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "netdesign: stdout cannot be written: No space left on device\n")


@pytest.mark.parametrize(
    "call",
    [pytest.param(("solve", "tiny", "--hubs", "9"), marks=pytest.mark.long), ("solve", "tiny", "--hubs", "two")],
    ids=" ".join,
)
def test_a_wrong_call_is_one_also_where_nobody_hears_of_it(call):
    assert subprocess.run([*COMMAND, *call], preexec_fn=closed(2), check=False).returncode == ExitCode.USAGE


def sent_on_import(module: str, sent: signal.Signals, call: tuple[str, ...], more: str = "") -> list[str]:
    """Return a program that is the command line, and sends itself a signal when it comes to load a module."""
    program = f"""
import os, sys
class Sender:
    def find_spec(self, name, *_):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), {int(sent)})
sys.meta_path.insert(0, Sender())
sys.argv = {["netdesign", *call]!r}
from netdesign.cli import main, process
{more}
main()
"""
    return [sys.executable, "-c", program]


EARLY = {
    "first": ("netdesign.cli.program", ("check", ".")),
    "typer": ("typer", ("--help",)),
    "command": ("netdesign.cli.solve", ("solve", ".", "-o", "result.json")),
    "schema": ("netdesign.instance.schema", ("schema",)),
    "check": ("netdesign.instance.read", ("check", ".")),
    "verify": ("netdesign.results.result_file", ("verify", ".", "instance.yaml")),
    "export": ("netdesign.io.instance_files", ("export", ".", "graph.json", "--to", "nodelink")),
    "import": ("netdesign.io.instance_files", ("import", "nodelink", "graph.json", "made")),
    "new": ("netdesign.io.output_file", ("new", "made")),
}


SENT = [(name, signal.SIGTERM) for name in EARLY]
SENT += [(name, sent) for name in ("first", "check") for sent in (signal.SIGINT, signal.SIGHUP)]
QUICK = [(name, signal.SIGTERM) for name in ("first", "command", "import", "new")]
QUICK += [("first", signal.SIGINT), ("check", signal.SIGHUP)]
OTHERS = [pytest.param(*one, marks=pytest.mark.long) for one in SENT if one not in QUICK]


@pytest.mark.parametrize(("name", "sent"), [*QUICK, *OTHERS], ids=str)
def test_a_signal_before_an_answer_ends_at_once_with_one_line(name, sent, tmp_path):
    module, call = EARLY[name]
    write_instance(tmp_path, LEGS)
    done = subprocess.run(sent_on_import(module, sent, call), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.STOPPED_WITHOUT_PLAN, "", INTERRUPTED)
    assert [path.name for path in tmp_path.iterdir()] == ["instance.yaml"]


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("solve", "netdesign.report.answer"),
        pytest.param("timing", "netdesign.report.timing.answer", marks=pytest.mark.long),
    ],
)
def test_a_signal_after_the_search_changes_nothing(command, module, tmp_path):
    """Nor does one while Python shuts down."""
    write_instance(tmp_path, STAGES if command == "timing" else LEGS)
    late = "import atexit, signal; atexit.register(lambda: os.kill(os.getpid(), signal.SIGTERM))"
    call = (command, ".", "-o", "result.json", "--quiet")
    done = subprocess.run(
        sent_on_import("nothing", signal.SIGTERM, call, late), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "result.json"}


def slow(signals: str) -> str:
    """Return a model file that takes a minute to load."""
    return f"import os, signal, time\n{signals}\ntime.sleep(60)\n"


KILL = "os.kill(os.getpid(), signal.SIGTERM)"


@pytest.mark.parametrize(
    ("signals", "notice_s"),
    [
        pytest.param(KILL, 0.2, id="unheard", marks=pytest.mark.long),
        pytest.param(f"{KILL}; time.sleep(0.2); {KILL}", 50.0, id="twice"),
    ],
)
def test_a_search_that_does_not_hear_is_ended(signals, notice_s, tmp_path):
    """There is no plan yet, and it is busy with something else: a large model, a compiler, a model file of a user's."""
    write_instance(tmp_path, LEGS)
    (tmp_path / "mine.py").write_text(slow(signals), encoding="utf-8")
    program = sent_on_import(
        "nothing", signal.SIGTERM, ("solve", ".", "--model", "mine.py", "-o", "r.json"),
        f"process._NOTICE_S = {notice_s}",
    )  # fmt: skip
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=40)
    assert (done.returncode, done.stderr) == (ExitCode.STOPPED_WITHOUT_PLAN, STOPPING + INTERRUPTED)
    assert {path.name for path in tmp_path.iterdir()} == {"instance.yaml", "mine.py"}


KILLED_IN_THE_RUNNER_UP = f"""
import signal, time
from netdesign.solve.enumeration import Enumeration
usual = Enumeration.solve
def solve(engine, search):
    if search.excluded:
        {KILL}
        time.sleep(0.3)
        {KILL}
    return usual(engine, search)
Enumeration.solve = solve
"""


def test_the_second_signal_names_the_file_with_what_was_found(tmp_path):
    call = ("solve", "tiny", "-o", "r.json", "--engine", "enumeration")
    program = sent_on_import("nothing", signal.SIGTERM, call, KILLED_IN_THE_RUNNER_UP)
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=40)
    left = "; r.json.partial has what was found, and --resume goes on from it\n"
    expected = INTERRUPTED.removesuffix("\n") + left
    assert (done.returncode, done.stderr[-len(expected) :]) == (ExitCode.STOPPED_WITHOUT_PLAN, expected)
    assert {path.name for path in tmp_path.iterdir()} == {"r.json.partial"}
    resumed = [*COMMAND, "solve", "tiny", "-o", "r.json", "--resume", "--quiet"]
    subprocess.run(resumed, cwd=tmp_path, capture_output=True, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"r.json"}


@pytest.mark.parametrize(
    "then", ["time.sleep(60)", pytest.param("raise ValueError('of its own')", marks=pytest.mark.long)]
)
def test_an_interruption_that_a_library_makes_something_else_of_is_one(then, tmp_path):
    """It comes again where it is swallowed; and pydantic and Pyomo make errors of their own of it."""
    write_instance(tmp_path, LEGS)
    swallowing = f"try:\n    {KILL}\nexcept BaseException:\n    {then}"
    (tmp_path / "mine.py").write_text(slow(swallowing), encoding="utf-8")
    program = sent_on_import(
        "nothing", signal.SIGTERM, ("export", ".", "m.lp", "--to", "lp", "--model", "mine.py"), "process._RETRY_S = 0.2"
    )
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=40)
    assert (done.returncode, done.stderr) == (ExitCode.STOPPED_WITHOUT_PLAN, INTERRUPTED)


def test_after_nohup_the_loss_of_the_terminal_is_survived(tmp_path):
    write_instance(tmp_path, LEGS)
    program = sent_on_import("netdesign.instance.read", signal.SIGHUP, ("check", "."))
    done = subprocess.run(
        program, cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )  # fmt: skip
    assert done.returncode == ExitCode.ANSWERED
