"""Rows of a sweep are the same whoever finds them: this process, another one, or a worker of a Dask cluster."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

import netdesign as nd
from netdesign.analysis.sweep_rows import RowFinder
from netdesign.errors import ExitCode
from netdesign.results.result_file import to_json
from tests.cli.test_cli import COMMAND
from tests.support.pricing import wait_until

OVER = {"volume_factor": "0.5:4:0.05"}


@pytest.fixture
def slow(monkeypatch):
    """Let this process take its time, so that helpers do most; return what it finds."""
    done, row = [], RowFinder.row

    def wait(self, combination):
        time.sleep(0.1)
        done.append(combination)
        return row(self, combination)

    monkeypatch.setattr(RowFinder, "row", wait)
    return done


def without_times(answer):
    """Return a result as text, without the seconds."""
    return to_json(answer.document.model_copy(update={"times": {}}))


@pytest.fixture(scope="module")
def alone():
    """What one process finds."""
    return without_times(nd.sweep("tiny", OVER))


@pytest.mark.long
def test_processes_find_most_rows_where_this_one_is_slow(alone, slow):
    assert without_times(nd.sweep("tiny", OVER, workers=2)) == alone
    assert 0 < len(slow) < 60


@pytest.mark.long
def test_a_cluster_finds_most_rows_where_this_process_is_slow(alone, slow, dask):
    dask.work()
    assert without_times(nd.sweep("tiny", OVER, cluster=dask.address)) == alone
    assert 0 < len(slow) < 60


@pytest.mark.long
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_what_is_found(workers, tmp_path):
    call = [*COMMAND, "sweep", "tiny", "--over", "volume_factor=0.001:8:0.001", "--workers", workers, "-o", "r.json"]
    running = subprocess.Popen([*call, "--quiet"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    wait_until((tmp_path / "r.json.partial").exists)
    os.kill(running.pid, signal.SIGINT)
    out, _ = running.communicate(timeout=30)
    assert running.returncode == ExitCode.STOPPED_WITH_PLAN
    assert "The search was ended by an interruption: " in " ".join(out.split())
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    assert nd.verify("tiny", tmp_path / "r.json")
