"""What every command promises: answer on stdout, talk on stderr, an exit code, and the same bytes for the same call."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from random import Random

import pytest

from netdesign import __version__
from netdesign.cli import app, console
from netdesign.cli.console import ProgressLine
from netdesign.errors import ExitCode
from netdesign.results.document import ResultDocument
from netdesign.solve.core.outcome import Progress, Saving
from tests.support.small_instances import LEGS, crowded, write_instance

COMMAND = (sys.executable, "-m", "netdesign")
COMMANDS = [command.name for command in app.registered_commands]

FORMATTED = [
    ("solve", "tiny"),
    ("compare", "tiny", "B", "B,D", "E"),
    ("check", "tiny"),
    ("check", "benelux"),
]


def without_times(text: str) -> str:
    """Return a result without the one part that differs between two runs."""
    document = json.loads(text)
    if isinstance(document, dict):
        document.pop("times", None)
    return json.dumps(document)


def test_version(netdesign):
    assert netdesign("--version") == (0, f"netdesign {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_usage_and_every_option_with_what_it_does(command, netdesign):
    ended = netdesign(command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: netdesign {command} ")
    options = re.findall(r"(?m)^  (-.*)$", ended.out)
    assert options
    # Two spaces divide an option from its text; a long option has it on the next line.
    assert all(re.search(r"\S {2,}\S", option) or len(option) > 24 for option in options)


def test_without_a_command_the_help_is_shown(netdesign):
    ended = netdesign()
    assert ended.code == ExitCode.USAGE
    assert all(f"  {command} " in ended.out + ended.err for command in COMMANDS)


@pytest.mark.parametrize("call", FORMATTED, ids=" ".join)
def test_json_is_json_and_the_same_in_every_run(call, netdesign):
    first, second = (netdesign(*call, "--format", "json", "--quiet") for _ in range(2))
    assert first.code == second.code == 0
    assert without_times(first.out) == without_times(second.out)


@pytest.mark.parametrize("call", FORMATTED, ids=" ".join)
def test_csv_has_as_many_cells_in_every_row(call, netdesign):
    first, second = (netdesign(*call, "--format", "csv", "--quiet") for _ in range(2))
    assert first == second
    rows = list(csv.reader(io.StringIO(first.out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(set(rows[0])) == len(rows[0])


@pytest.mark.parametrize("call", FORMATTED, ids=" ".join)
def test_a_table_is_plain_text_and_the_same_in_every_run(call, netdesign):
    first, second = (netdesign(*call) for _ in range(2))
    # The first call of a process loads what the second finds loaded, which the line of times tells.
    lines = [[line for line in ended.out.splitlines() if not line.startswith("Time: ")] for ended in (first, second)]
    assert lines[0] == lines[1]
    assert (first.code, first.err) == (second.code, second.err)
    assert "\x1b" not in first.out
    assert first.out.endswith("\n")
    assert not any(line.endswith(" ") for line in first.out.splitlines())


def test_the_result_file_is_what_json_prints_whatever_the_format(tmp_path, netdesign):
    written = tmp_path / "result.json"
    assert netdesign("solve", "tiny", "-o", written, "--quiet").code == 0
    printed = netdesign("solve", "tiny", "--format", "json").out
    text = written.read_text(encoding="utf-8")
    assert without_times(text) == without_times(printed)
    assert text.endswith("}\n")
    ResultDocument.model_validate_json(text)


def test_quiet_says_what_is_odd_and_nothing_else_beside_the_answer(netdesign):
    noted = netdesign("check", "europe")
    assert [line.split(":")[0] for line in noted.err.splitlines()] == ["warning", "note"]
    assert re.match(r"warning: demand\.csv: 9 commodities have a deadline that no route", noted.err)
    quiet = netdesign("check", "europe", "--quiet")
    assert (quiet.out, quiet.err) == (noted.out, noted.err.splitlines(keepends=True)[0])


@pytest.mark.parametrize(
    ("call", "search"),
    [
        ("solve benelux", "netdesign.analysis.solve.best_networks"),
        ("alternatives benelux", "netdesign.analysis.alternatives.apply_condition"),
        ("compare benelux LGG", "netdesign.analysis.compare.fixed_network"),
        ("timing benelux-stages", "netdesign.analysis.timing.answer.choose_staged_engine"),
    ],
)
def test_notes_are_told_before_the_search(call, search, netdesign, monkeypatch):
    """A search may take an hour; what is told after it is told too late."""

    class SearchError(Exception):
        pass

    def begin(*_: object, **__: object) -> None:
        raise SearchError

    monkeypatch.setattr(search, begin)
    monkeypatch.setattr("netdesign.catalogue.shadow_note", lambda named: "told in time")
    ended = netdesign(*call.split())
    assert ended.err.splitlines()[0] == "note: told in time"


def test_another_seed_and_more_threads_change_no_figure(netdesign):
    one, other = (
        json.loads(netdesign("solve", "benelux", "--format", "json", *more).out)
        for more in ((), ("--seed", "7", "--threads", "2"))
    )
    assert [network["plan"]["open_hubs"] for network in one["networks"]] == [
        network["plan"]["open_hubs"] for network in other["networks"]
    ]
    assert [network["objective"] for network in one["networks"]] == pytest.approx(
        [network["objective"] for network in other["networks"]], rel=1e-9
    )


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (("solve", "tiny", "--quiet"), ExitCode.ANSWERED),
        (("solve", "tiny", "--hubs", "9"), ExitCode.USAGE),
        (("solve", "tiny", "--set", "parcel.weight_kg=-1"), ExitCode.BAD_INSTANCE),
        (
            ("solve", "tiny", "--set", "policies.service.share=1", "--set", "streams.parcels.deadline_h=3"),
            ExitCode.INFEASIBLE,
        ),
        (("solve", "tiny", "--time-limit", "1e-9"), ExitCode.STOPPED_WITHOUT_PLAN),
    ],
    ids=lambda value: value.name if isinstance(value, ExitCode) else "",
)
def test_an_exit_code_means_what_the_documents_say(call, code, netdesign):
    assert netdesign(*call).code == code


def test_a_result_is_written_also_where_there_is_no_plan(tmp_path, netdesign):
    """A script finds in the file what the exit code said in short."""
    promise = ("--set", "policies.service.share=1", "--set", "streams.parcels.deadline_h=3")
    written = tmp_path / "result.json"
    assert netdesign("solve", "tiny", *promise, "-o", written).code == ExitCode.INFEASIBLE
    assert json.loads(written.read_text(encoding="utf-8"))["termination"] == "infeasible"
    written = tmp_path / "stopped.json"
    assert netdesign("solve", "tiny", "--time-limit", "1e-9", "-o", written).code == ExitCode.STOPPED_WITHOUT_PLAN
    assert json.loads(written.read_text(encoding="utf-8"))["termination"] == "time_limit"


def test_a_defect_of_ours_is_called_one_and_has_no_traceback(tmp_path, monkeypatch, netdesign):
    def broken(*_: object) -> None:
        message = "something impossible"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("netdesign.analysis.check.check_instance", broken)
    ended = netdesign("check", write_instance(tmp_path, LEGS))
    assert ended.code == ExitCode.INTERNAL_ERROR
    assert ended.err == (
        "netdesign: internal error: ZeroDivisionError: something impossible\n"
        "This is a defect; NETDESIGN_TRACEBACK=1 shows where.\n"
    )


# As processes: what only the operating system can do


@pytest.mark.parametrize(
    "call",
    [
        ("--help",),
        pytest.param(("instances",), marks=pytest.mark.long),
        ("schema",),
        pytest.param(("check", "tiny", "--format", "json"), marks=pytest.mark.long),
    ],
    ids=" ".join,
)
def test_a_reader_that_goes_away_is_no_error(call):
    """`netdesign ... | head`, with a reader that is gone before the first line."""
    readable, writable = os.pipe()
    os.close(readable)
    done = subprocess.run([*COMMAND, *call, *(["--quiet"] * (call[0] == "check"))],
                          stdout=writable, stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    os.close(writable)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_the_letters_gets_their_numbers():
    """`LC_ALL=C`: Liège is written with an escape, and nothing fails."""
    done = subprocess.run([*COMMAND, "instances"], capture_output=True, check=False,
                          env=os.environ | {"PYTHONIOENCODING": "ascii"})  # fmt: skip
    assert done.returncode == 0
    assert rb"Li\xe8ge" in done.stdout


@pytest.mark.long
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_an_interrupted_solve_keeps_its_best_plan(sent, tmp_path):
    """Forty crowded cities, whose first LP takes HiGHS a minute; the signal comes when a plan has been told of."""
    write_instance(tmp_path, crowded(Random(2), 40, (2, 12)))
    # A terminal, where progress is shown as it comes.
    ours, theirs = os.openpty()
    call = [*COMMAND, "solve", ".", "--engine", "monolithic", "-o", "result.json"]
    with subprocess.Popen(call, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        shown = ""
        while not re.search(r"  best [\d,.]+ m", shown):
            shown += os.read(ours, 1000).decode()
        process.send_signal(sent)
        sent_at = time.monotonic()
        out, _ = process.communicate(timeout=100)
    err = os.read(ours, 10_000).decode()
    os.close(ours)
    assert time.monotonic() - sent_at < 40
    assert process.returncode == ExitCode.STOPPED_WITH_PLAN
    assert "stopping with the best plan so far" in err
    assert "Traceback" not in err
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert result["termination"] == "interrupted"
    assert out.startswith(f"The best network found so far with {len(result['plan']['open_hubs'])} hubs is C")
    verified = subprocess.run([*COMMAND, "verify", ".", "result.json"], cwd=tmp_path, check=False)
    assert verified.returncode == 0


@pytest.mark.parametrize(
    ("incumbent", "bound", "shown"),
    [
        (6412.5, 6000.0, "   2.0 s  AP  best 6,412.5  bound 6,000  gap 412"),
        (0.52, 0.5, "   2.0 s  AP  best 0.52  bound 0.5  gap 0.02"),
        (1234567.0, 1234560.0, "   2.0 s  AP  best 1.235 m  bound 1.235 m  gap 7 EUR"),
        (None, 12.0, "   2.0 s  AP  bound 12"),
    ],
)
def test_progress_is_read_whatever_the_size_of_its_figures(incumbent, bound, shown, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ProgressLine(quiet=False)(Progress(2.0, incumbent, bound, "AP"))
    assert capsys.readouterr().err == f"\r{shown}"


SAVING = Saving(4_754_000.0, 4_967_000.0, ("LGG",))
FIGURES = "best 508.317 m  bound 508.104 m  gap 213,000 EUR"


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        ({}, ""),
        ({"hubs_left": 12}, "  12 sites left"),
        ({"sets_left": 1}, "  the last set"),
        ({"sets_left": 1234, "left_s": 61.4}, "  1,234 sets left  about 61 s to go"),
        ({"left_s": 600.0}, "  about 10 min to go"),
        ({"left_s": 9000.0}, "  about 2 h to go"),
        ({"saving": SAVING}, "  saves 4.754 m to 4.967 m against LGG"),
        ({"saving": SAVING._replace(at_least=None)}, "  saves at most 4.967 m against LGG"),
        ({"saving": SAVING._replace(at_most=None)}, "  saves at least 4.754 m against LGG"),
        ({"saving": Saving(None, None, ("LGG",))}, ""),
        ({"saving": Saving(-6.76e6, None, ("LGG",))}, "  costs at most 6.760 m more than LGG"),
        ({"saving": Saving(None, -3.1e6, ("LGG",))}, "  costs at least 3.100 m more than LGG"),
        ({"saving": Saving(-6.76e6, -3.1e6, ("LGG",))}, "  costs 3.100 m to 6.760 m more than LGG"),
        ({"saving": Saving(-6.76e6, 3.1e6, ("LGG",))}, "  costs up to 6.760 m more or saves up to 3.100 m against LGG"),
        ({"saving": SAVING._replace(against=("A", "B", "C"))}, "  saves 4.754 m to 4.967 m against A + B + C"),
        ({"saving": SAVING._replace(against=("A", "B", "C", "D"))}, "  saves 4.754 m to 4.967 m against 4 hubs"),
    ],
)
def test_progress_shows_what_is_left_and_what_is_saved(more, shown, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    ProgressLine(quiet=False)(Progress(2.0, 508_317_000.0, 508_104_000.0, "2 hubs", **more))
    assert capsys.readouterr().err == f"\r   2.0 s  2 hubs  {FIGURES}{shown}"


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (200, f"   2.0 s  2 hubs  {FIGURES}  saves 4.754 m to 4.967 m against LGG  99 sets left"),
        (80, "   2.0 s  2 hubs  saves 4.754 m to 4.967 m against LGG  99 sets left"),
        (60, "   2.0 s  2 hubs  saves 4.754 m to 4.967 m  99 sets left"),
        (50, "   2.0 s  2 hubs  saves 4.754 m to 4.967 m"),
        (40, "   2.0 s  2 hubs  99 sets left"),
        (20, "   2.0 s  2 hubs"),
        (12, "   2.0 s  2"),
    ],
)
def test_progress_stays_in_one_line_of_the_terminal(columns, shown, capsys, monkeypatch):
    """A longer line would be broken, and not be written over."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(console, "_columns", lambda: columns)
    progress = Progress(2.0, 508_317_000.0, 508_104_000.0, "2 hubs", sets_left=99, saving=SAVING)
    ProgressLine(quiet=False)(progress)
    assert capsys.readouterr().err == f"\r{shown}"
