"""Send signals to commands at random moments, and check that nothing is lost or left behind.

``python -m scripts.signals`` (``make signals``) runs commands in folders of their own and sends each SIGINT, SIGTERM or
SIGHUP at a random moment, from the first at which Python runs our code; one in five gets a second one. Linux only: that
first moment is read from ``/proc``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from netdesign.errors import ExitCode

COMMAND = (sys.executable, "-m", "netdesign")
FILE = "result.json"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGTERM, signal.SIGHUP)
ENDINGS = (ExitCode.ANSWERED, ExitCode.STOPPED_WITH_PLAN, ExitCode.STOPPED_WITHOUT_PLAN)
LONGEST_S = 60.0
"""Seconds from a signal to the end: a HiGHS run that does not stop is left after five seconds, on an idle machine."""

CALLS = {
    "solve tiny": ("solve", "tiny", "-o", FILE),
    "solve benelux": ("solve", "benelux", "-o", FILE),
    "solve europe-linear": ("solve", "europe-linear", "-o", FILE),
    "model of europe-linear": ("solve", "europe-linear", "--engine", "monolithic", "--max-new", "1", "-o", FILE),
    "timing": ("timing", "benelux-stages", "-o", FILE),
    "timing tree": ("timing", "benelux-stages", "--tree", "--threads", "2", "-o", FILE),
    "resume": ("timing", "benelux-stages", "--resume", "-o", FILE),
    "compare": ("compare", "europe-linear", "LGG", "LGG,WAW", "LGG,PRG"),
    "check": ("check", "europe-linear"),
    "schema": ("schema",),
    "new": ("new", "made", "--template", "europe-linear"),
    "import": ("import", "graphml", "europe.graphml", "made"),
    "graphml": ("export", "europe-linear", FILE, "--to", "graphml"),
    "excel": ("export", "europe-linear", FILE, "--to", "excel"),
    "lp": ("export", "europe-linear", FILE, "--to", "lp", "--set", "policies.new_hubs.max=1"),
}


@dataclass(frozen=True)
class UndisturbedRun:
    """A call, and the duration and files of a run without signals.

    Parameters
    ----------
    name
        Name of the call.
    seconds
        Duration.
    left
        Folder after the run.
    """

    name: str
    seconds: float
    left: Path


def main() -> None:
    """Send the signals and print the outcomes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--only", default="", help="calls whose name has this in it")
    asked = parser.parse_args()
    draw = Random(asked.seed)
    endings: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        prepared = [prepare(name, Path(scratch)) for name in CALLS if asked.only in name]
        for number in range(asked.count):
            one = prepared[number % len(prepared)]
            code, seconds, faults = disturbed(one, draw, Path(scratch))
            endings[f"exit {code}"] += 1
            slowest = max(slowest, seconds)
            if number % 50 == 49:
                print(f"{number + 1} signals: {dict(endings)}", flush=True)
            for fault in faults:
                endings["FAULTS"] += 1
                print(f"{number} {one.name}: {fault}", flush=True)
    counts = ", ".join(f"{what}: {count}" for what, count in sorted(endings.items()))
    print(f"{asked.count} signals: {counts}; the slowest end came after {slowest:.1f} s")
    sys.exit(bool(endings["FAULTS"]))


def prepare(name: str, scratch: Path) -> UndisturbedRun:
    """Run a call without signals."""
    folder = scratch / name.replace(" ", "_")
    folder.mkdir()
    if "import" in CALLS[name]:
        subprocess.run(
            [*COMMAND, "export", "europe-linear", "europe.graphml", "--to", "graphml"], cwd=folder, check=True
        )
    begun = time.monotonic()
    done = subprocess.run([*COMMAND, *CALLS[name]], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != ExitCode.ANSWERED:
        message = f"{name}: exit {done.returncode} undisturbed: {done.stderr}"
        raise RuntimeError(message)
    return UndisturbedRun(name, time.monotonic() - begun, folder)


def disturbed(one: UndisturbedRun, draw: Random, scratch: Path) -> tuple[int, float, list[str]]:
    """Run a call with a signal or two; return exit code, seconds from the first signal to the end, and faults."""
    has_earlier = draw.random() < 0.5
    with tempfile.TemporaryDirectory(dir=scratch) as name:
        folder, temporary = Path(name) / "here", Path(name) / "tmp"
        folder.mkdir()
        temporary.mkdir()
        for file in one.left.iterdir():
            if file.suffix == ".graphml" or (has_earlier and file.name == FILE):
                shutil.copy(file, folder)
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        process = subprocess.Popen(
            [*COMMAND, *CALLS[one.name]], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"TMPDIR": str(temporary)}, start_new_session=True,
        )  # fmt: skip
        sent = _send(process, one.seconds, draw)
        _, err = process.communicate(timeout=300)
        seconds = time.monotonic() - sent
        faults = _of_ending(process, err, seconds)
        faults += _of_files(one.name, process.returncode, folder, before)
        faults += [f"left {file.name} in the temporary folder" for file in temporary.iterdir()]
        return process.returncode, seconds, faults


def _send(process: subprocess.Popen[str], seconds: float, draw: Random) -> float:
    """Send the signals; return when the first was sent."""
    while process.poll() is None and not _is_caught(process.pid):
        time.sleep(0.001)
    # Many moments near the start, while modules are still loading.
    time.sleep(draw.uniform(0.0, draw.choice((0.1, 1.1 * seconds, 1.1 * seconds))))
    sent = time.monotonic()
    process.send_signal(draw.choice(SIGNALS))
    if draw.random() < 0.2:
        time.sleep(draw.uniform(0.0, 1.0))
        process.send_signal(draw.choice(SIGNALS))
    return sent


def _is_caught(pid: int) -> bool:
    """Return whether a process catches SIGTERM."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def _of_ending(process: subprocess.Popen[str], err: str, seconds: float) -> list[str]:
    faults = []
    if process.returncode not in ENDINGS:
        faults.append(f"exit {process.returncode}: {err[-500:]}")
    if "Traceback" in err or "Exception ignored" in err or "defect" in err:
        faults.append(f"stderr: {err[-2000:]}")
    if seconds > LONGEST_S:
        faults.append(f"ended {seconds:.0f} s after the signal")
    until = time.monotonic() + 5.0
    while time.monotonic() < until:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return faults
        time.sleep(0.05)
    return [*faults, "left a process"]


def _of_files(name: str, code: int, folder: Path, before: dict[str, bytes]) -> list[str]:
    """Return faults of the files: incomplete, lost, or left behind."""
    faults = []
    expected = {*before, FILE, "made"}
    if code == ExitCode.STOPPED_WITHOUT_PLAN:
        expected.add(f"{FILE}.partial")  # of a call that ended at once
    faults += [f"exit {code} and {file.name} is left" for file in folder.iterdir() if file.name not in expected]
    file, made = folder / FILE, folder / "made"
    writes_result = CALLS[name][0] in ("solve", "timing")
    if FILE in before:
        if not file.exists():
            return [*faults, "the earlier file is lost"]
        if writes_result and code != ExitCode.ANSWERED and json.loads(file.read_bytes())["termination"] != "optimal":
            faults.append(f"exit {code} and the earlier result is lost")
    if file.exists() and file.read_bytes() != before.get(FILE):
        if writes_result:
            faults += _verified(CALLS[name][1], file)
        elif CALLS[name][-1] == "graphml" and not file.read_bytes().rstrip().endswith(b"</graphml>"):
            faults.append("half a file")
    if made.exists():
        faults += _verified(None, made)
    elif code == ExitCode.ANSWERED and "made" in CALLS[name]:
        faults.append("exit 0 and no folder")
    return faults


def _verified(instance: str | None, path: Path) -> list[str]:
    """Return faults of a result of an instance, or of an instance."""
    call = ("check", str(path)) if instance is None else ("verify", instance, str(path))
    done = subprocess.run([*COMMAND, *call, "--quiet"], capture_output=True, text=True, check=False)
    return [] if done.returncode == ExitCode.ANSWERED else [f"{' '.join(call)}: {done.stdout}{done.stderr}"]


if __name__ == "__main__":
    main()
