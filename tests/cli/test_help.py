"""`--help` answers at once: it loads no solver and no graph library; and it says the same in any Python."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from netdesign.cli.program import app
from netdesign.errors import ExitCode

HEAVY = {"pyomo", "highspy", "networkx", "numpy", "scipy", "numba"}

# Run in a process of its own, because the tests around it have long loaded everything.
PROGRAM = """
import sys
from netdesign.cli import main

sys.argv = ["netdesign", *sys.argv[1:]]
code = 0
try:
    main()
except SystemExit as end:
    code = end.code
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"], ["timing", "--help"]], ids=" ".join)
def test_help_loads_neither_pyomo_nor_highspy_nor_networkx(arguments):
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "netdesign" in done.stdout
    assert HEAVY & set(done.stderr.split()) == set()


@pytest.mark.parametrize(
    ("option", "optimize", "call"),
    [
        ("-OO", "0", "solve --help"),
        ("-P", "2", "schema --result"),
        pytest.param("-P", "2", "models", marks=pytest.mark.long),
    ],
)
def test_a_python_that_leaves_docstrings_out_changes_nothing(netdesign, monkeypatch, option, optimize, call):
    """Help and schemas are made of them, and Pyomo cannot even be imported without."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTHONOPTIMIZE", optimize)
    run = [sys.executable, option, "-m", "netdesign", *call.split()]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert done.stdout == netdesign(*call.split()).out


def test_the_help_of_every_command_tells_all_exit_codes(netdesign, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    for command in app.registered_commands:
        told = netdesign(command.name, "--help").out.split("Exit codes: ")[1]
        assert sorted(map(int, re.findall(r"\d", told))) == list(ExitCode), command.name


def test_no_summary_of_a_command_is_cut_at_80_columns(netdesign, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    told = netdesign("--help").out.split("Commands:\n")[1]
    assert "..." not in told
    assert [line.split()[0] for line in told.splitlines() if line[2] != " "] == [
        command.name for command in app.registered_commands
    ]


def test_options_of_other_formats_stand_at_the_end_of_the_help(netdesign, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    told = netdesign("solve", "--help").out
    own, _, others = told.partition("\nInstances in other formats:\n")
    assert re.findall(r"^  (--[\w-]+)", others, re.MULTILINE) == [
        "--format-in",
        "--nodes",
        "--alpha",
        "--fixed-costs",
        "--capacities",
        "--capacity",
        "--flows",
        "--fixed-cost-factor",
    ]
    assert "--format-in" not in own
    assert "--quiet" in own
