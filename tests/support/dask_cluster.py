"""A Dask cluster of processes on this machine, for the tests of who prices."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.support.pricing import wait_until

AT_HOME = ("--host", "127.0.0.1", "--no-dashboard")


class Dask:
    """A scheduler and workers, processes that listen on the loopback only."""

    def __init__(self, folder) -> None:
        self._folder = folder
        self._log = (folder / "log.txt").open("w", encoding="utf-8")
        self.workers: list[subprocess.Popen] = []
        file = folder / "scheduler.json"
        self.scheduler = self._begin("dask_scheduler", "--port", "0", "--scheduler-file", str(file))
        wait_until(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"))
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]

    def _begin(self, name: str, *words: str) -> subprocess.Popen:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        call = [sys.executable, "-m", f"distributed.cli.{name}", *AT_HOME, *words]
        return subprocess.Popen(call, stdout=self._log, stderr=self._log, env=environment, cwd=self._folder)

    def work(self, number: int = 2, preload: str = "") -> None:
        """Start workers, which run some lines first."""
        (self._folder / "preload.py").write_text(preload, encoding="utf-8")
        words = (self.address, "--no-nanny", "--nthreads", "1", "--preload", "preload.py")
        self.workers += [self._begin("dask_worker", *words) for _ in range(number)]

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self._log.close()
