"""Signals at random moments, whatever engine is at work: a plan that verifies or none, a bound that holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from random import Random

import pytest

from netdesign.errors import ExitCode
from tests.cli.test_cli import COMMAND
from tests.support.literature import published

SINGLE = ("--set", "problem.allocation=single")
CASES = {
    "multiple": (136761.83, "ap/APdata200", ("--format-in", "ap", "--hubs", "5")),
    "single": (158569.94, "ap/APdata200", ("--format-in", "ap", "--nodes", "50", "--hubs", "3", *SINGLE)),
    "facility location": (11646596.975, "orlib_cap/capc.txt", ("--format-in", "cap", "--capacity", "5000")),
    "enumeration": (156014.73, "ap/APdata200", ("--format-in", "ap", "--nodes", "50", "--hubs", "3")),
    "model": (151533.09, "ap/20.3", ("--format-in", "ap", *SINGLE, "--engine", "monolithic")),
}
"""An upper limit of the optimum, as published or proven, and the call."""


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", CASES)
def test_a_signal_at_any_moment(name, seed, tmp_path):
    optimum, file, words = CASES[name]
    call = [*COMMAND, "solve", str(published(file)), *words, "-o", "result.json"]
    ours, theirs = os.openpty()
    with subprocess.Popen(call, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        # A signal before anything runs is the shell's affair; from the first word on it is ours.
        with suppress(OSError):  # nothing was said and it is over
            os.read(ours, 1)
        time.sleep(Random(f"{name} {seed}").uniform(0.0, 3.0))
        process.send_signal((signal.SIGINT, signal.SIGTERM)[seed % 2])
        code = process.wait(timeout=100)
    os.close(ours)
    assert code in (ExitCode.ANSWERED, ExitCode.STOPPED_WITH_PLAN, ExitCode.STOPPED_WITHOUT_PLAN)
    if code == ExitCode.STOPPED_WITHOUT_PLAN and not (tmp_path / "result.json").exists():
        return  # ended while the engines were compiled
    result = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (result["plan"] is None) == (code == ExitCode.STOPPED_WITHOUT_PLAN)
    assert result["bound"] is None or result["bound"] <= optimum * (1 + 1e-6)
    if result["plan"] is not None:
        assert result["objective"] >= optimum * (1 - 1e-6)
        checked = [*COMMAND, "verify", str(published(file)), "result.json"]
        assert subprocess.run(checked, cwd=tmp_path, capture_output=True, check=False).returncode == 0
