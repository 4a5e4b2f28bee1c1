"""Run netdesign in a process of its own: seconds, peak memory, and the result.

The call is started by a second small process, which is this file run as a program. The kernel counts the memory of a
process from its start on, and it starts as a copy of the one that called it: that must not be one that holds results.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
LEAVE_S = 120.0
"""Seconds that a process may take past its time limit, which does not interrupt the building of a model."""
USAGE = 2
"""Exit code of a call that an engine refuses."""


@dataclass(frozen=True)
class Run:
    """Time, memory and result of a call.

    Parameters
    ----------
    code
        Exit code.
    seconds, processor_s
        Time of the whole process, and what it took of the processors; the latter is steady on a busy machine.
    peak_mb
        Peak memory.
    result
        ``netdesign.result/1`` or ``netdesign.timing/1``, or empty.
    note
        Last line on stderr where there is no result.
    """

    code: int
    seconds: float
    processor_s: float
    peak_mb: int
    result: dict[str, Any]
    note: str

    @property
    def times(self) -> dict[str, float]:
        """Seconds by phase."""
        return dict(self.result.get("times", {}))

    @property
    def engine(self) -> str:
        """Engine, and its model if any."""
        engine = self.result.get("engine", {})
        return " ".join(engine[name] for name in ("name", "model") if engine.get(name))


def solve(words: Sequence[str], limit_s: float) -> Run:
    """Run ``netdesign solve`` with these words and a time limit."""
    return answer("solve", words, limit_s)


def answer(command: str, words: Sequence[str], limit_s: float, build: Path = ROOT) -> Run:
    """Run a command that writes a result with these words and a time limit, by the build in a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "result.json"
        call = [command, *words, "--format", "json", "--time-limit", f"{limit_s:g}", "--quiet", "-o", str(file)]
        measured = run(call, limit_s + LEAVE_S, build)
        result = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    note = "" if result else measured["note"] or f"ended with code {measured['code']}"
    figures = (measured[name] for name in ("code", "seconds", "processor_s", "peak_mb"))
    return Run(*figures, result, note)


def run(words: Sequence[str], kill_s: float, build: Path = ROOT) -> dict[str, Any]:
    """Run netdesign with these words; return code, seconds, processor_s, peak_mb and note, the last line on stderr."""
    python = sys.executable if build == ROOT else str(build / ".venv" / "bin" / "python")
    call = [sys.executable, __file__, f"{kill_s:g}", python, "-m", "netdesign", *words]
    # In the checkout's root, so that its netdesign is the one that runs.
    answer = subprocess.run(call, cwd=build, capture_output=True, text=True, encoding="utf-8", check=True)
    measured: dict[str, Any] = json.loads(answer.stdout)
    return measured


def main() -> None:
    """Run a command, kill it after its time, and print time and memory as JSON."""
    kill_s, command = float(sys.argv[1]), sys.argv[2:]
    with tempfile.TemporaryFile() as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        killer = threading.Timer(kill_s, process.kill)
        killer.start()
        # os.wait4 gives the figures of this one process.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        killer.cancel()
        errors.seek(0)
        lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    code = os.waitstatus_to_exitcode(status)
    note = f"killed after {seconds:.0f} s" if code < 0 else lines[-1].strip() if lines else ""
    taken = {"seconds": seconds, "processor_s": usage.ru_utime + usage.ru_stime}
    print(json.dumps({"code": code, **taken, "peak_mb": round(usage.ru_maxrss / 1024), "note": note}))


if __name__ == "__main__":
    main()
