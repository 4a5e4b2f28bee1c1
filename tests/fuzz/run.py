"""Running a mutant in a process of its own, and judging how it ended."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fuzz.mutants import Mutant

HANG_S = 20.0
"""Longest that a call may take; solves are asked to end after eight."""

_MEMORY_BYTES = 6 * 2**30
_HUNG = -1
_SHOWN_BYTES = 200_000
_NEVER_SAID = re.compile(
    r"Traceback|internal error|is a defect|Input should|Value error|Field required|pydantic|Warning: |HiGHS refuses"
)
"""Words of libraries and defects, which no user may meet."""

_ENDINGS = {
    "check": {0, 2, 3},
    "import": {0, 2, 3},
    "export": {0, 2, 3, 7},
    "solve": {0, 2, 3, 4, 5, 6},
    "timing": {0, 2, 3, 4, 5, 6},
    "verify": {0, 2, 3, 7},
}
TIE = 2e-6
"""Relative difference from which two optima differ: an answer's gap is at most 1e-6."""


@dataclass(frozen=True)
class Ended:
    """How a process ended: exit code (negative: by a signal), what it wrote, seconds."""

    code: int
    out: str
    err: str
    seconds: float


@dataclass(frozen=True)
class Judged:
    """What came of a mutant.

    Parameters
    ----------
    code
        Exit code of its call.
    defect
        What is wrong with that, empty where nothing is.
    was_confirmed
        Whether an answer was given and confirmed.
    """

    code: int
    defect: str = ""
    was_confirmed: bool = False


def in_a_process(action: Callable[[], int], folder: Path, limit_s: float = HANG_S) -> Ended:
    """Run an action in a fork of this process, inside a folder, and end it with all it started after a time."""
    begun = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _in_the_child(action, folder, out.fileno(), err.fileno())
        code = _waited(child, begun + limit_s)
        written = []
        for file in (out, err):
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _SHOWN_BYTES))
            written.append(file.read().decode(errors="replace"))
    return Ended(code, *written, time.monotonic() - begun)


def _in_the_child(action: Callable[[], int], folder: Path, out: int, err: int) -> None:
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        code = action()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _waited(child: int, end: float) -> int:
    """Return the exit code of a process, or that it hung and was killed."""
    pause = 0.002
    while time.monotonic() < end:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _HUNG


def called(call: tuple[str, ...]) -> int:
    """Run a call of netdesign in this process; return its exit code."""
    from netdesign.cli import main

    try:
        main(list(call))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def judged(mutant: Mutant) -> Judged:
    """Run a mutant and judge how it ended; an answer is priced again, on small instances by the brute force."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        for name, contents in mutant.files.items():
            (folder / name).write_bytes(contents)
        ended = in_a_process(lambda: called(mutant.call), folder)
        defect = _defect(mutant, ended, folder)
        if defect or ended.code not in (0, 4, 5) or mutant.command not in ("solve", "timing"):
            return Judged(ended.code, defect)
        defect = "" if ended.code == 4 else _unconfirmed(mutant, folder)
        return Judged(ended.code, defect or _other_optimum(mutant, folder, ended.code), not defect)
    finally:
        shutil.rmtree(folder)


def _defect(mutant: Mutant, ended: Ended, folder: Path) -> str:
    """Return what is wrong with how a call ended, empty where nothing is."""
    if ended.code == _HUNG:
        return f"hangs over {HANG_S:g} s"
    tail = " | ".join(ended.err.strip().splitlines()[-2:])[:300]
    if ended.code not in _ENDINGS[mutant.command]:
        return f"ends with code {ended.code}: {tail}"
    said = _NEVER_SAID.search(ended.err + ended.out)
    if said:
        return f"says '{said[0]}': {tail}"
    if ended.code in (2, 3) and not ended.err.startswith(("netdesign: ", "warning: ", "note: ", "Usage: ")):
        return f"ends with code {ended.code} and no message: {tail}"
    if mutant.is_refused and ended.code not in (2, 3, 7):
        return f"a misspelt name is not refused: code {ended.code}"
    left = {path.name for path in folder.iterdir()} - {*mutant.files, "result.json", "map.geojson", "made"}
    if left:
        return f"leaves {', '.join(sorted(left))}"
    return ""


def _unconfirmed(mutant: Mutant, folder: Path) -> str:
    """Have `verify` price the result again."""
    if not (folder / "result.json").is_file():
        # A later -o or a format that writes elsewhere does not occur: answers are asked to be kept.
        return "answers and writes no result"
    ended = in_a_process(lambda: called(("verify", mutant.call[1], "result.json", "--quiet")), folder)
    return (
        "" if ended.code == 0 else f"verify ends with {ended.code}: {ended.out.strip()[:200]} {ended.err.strip()[:200]}"
    )


def _other_optimum(mutant: Mutant, folder: Path, code: int) -> str:
    """Return how the brute force of the tests contradicts an answer about a small instance, empty where it does not."""
    if not mutant.sound.brute or mutant.level == "option" or code == 5:
        return ""
    ended = in_a_process(lambda: _brute(mutant), folder)
    if ended.code == _HUNG:
        return ""  # it drives every stretch between two rests, of which a mutant may make a million million
    if ended.code != 0:
        return f"brute force ends with {ended.code}: {ended.err.strip().splitlines()[-1:]}"
    cost = float(ended.out)
    if code == 4:
        return "" if cost == float("inf") else f"infeasible, yet the brute force finds {cost:.9g}"
    value = json.loads((folder / "result.json").read_bytes())["objective"]
    return (
        ""
        if abs(value - cost) <= TIE * max(abs(cost), 1e-3)
        else f"answers {value:.9g}; the brute force finds {cost:.9g}"
    )


def _brute(mutant: Mutant) -> int:
    from netdesign.instance.read import read_source
    from netdesign.io.instance_files import to_plain_data
    from tests.support.brute_force import BruteForce

    document = to_plain_data(read_source(Path("instance.yaml")))
    problem = document.get("problem", {})
    if problem.get("allocation", "multiple") != "multiple" or problem.get("objective", "cost") != "cost":
        raise NotImplementedError(problem)
    print(BruteForce(document).solve().cost)
    return 0
