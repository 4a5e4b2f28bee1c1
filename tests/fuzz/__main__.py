"""Mutate sound inputs, run the command line on each, and hold every answer against `verify` and the brute force."""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout, suppress
from functools import cache
from io import StringIO
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import typer

import netdesign.cli
from tests.fuzz.mutants import Mutant, drawn
from tests.fuzz.run import Judged, called, in_a_process, judged
from tests.fuzz.sound import sound_inputs

if TYPE_CHECKING:
    from tests.fuzz.sound import Call, Sound

_LIBRARIES = {
    "typer",
    "netdesign",
    "pyomo",
    "highspy",
    "networkx",
    "scipy",
    "numpy",
    "numba",
    "openpyxl",
    "ruamel",
    "rich",
    "pydantic",
}

_INPUTS: list[Sound] = []


def _run(folder: Path, call: Call) -> None:
    """Run a call about a sound input in a fork, then load here what it loaded there, once for all later forks.

    Nothing is answered in this process: one with a solver's threads in it is not to be forked.
    """

    def report() -> int:
        with redirect_stdout(StringIO()):
            code = called(call)
        print(*(name for name in sys.modules if name.partition(".")[0] in _LIBRARIES))
        return code

    ended = in_a_process(report, folder, limit_s=600.0)  # a first call may compile
    if ended.code:
        message = f"netdesign {' '.join(call)}: {ended.err}"
        raise ChildProcessError(message)
    for name in ended.out.split():
        with suppress(ImportError):
            importlib.import_module(name)


def _prepare(folder: Path) -> None:
    """Make the sound inputs, and see that they are sound."""
    _INPUTS.extend(sound_inputs(folder, _run))
    for number, sound in enumerate(_INPUTS):
        place = folder / f"sound-{number}"
        place.mkdir()
        for name, contents in sound.files.items():
            (place / name).write_bytes(contents)
        for call, weight in sound.calls:
            if weight >= 1:
                # With time to compile what it needs; all later calls find that compiled.
                _run(
                    place, tuple("500" if before == "--time-limit" else word for before, word in pairwise(("", *call)))
                )
    # The tree of commands is the same for every call; typer builds it at each. Here, for all forks.
    typer.main.get_command = cache(typer.main.get_command)
    typer.main.get_command(netdesign.cli.app)
    gc.freeze()  # what is loaded is not looked through again in every fork, which would copy its pages


def _judge(seed: int, number: int) -> tuple[Mutant, Judged]:
    mutant = drawn(seed, number, _INPUTS)
    return mutant, judged(mutant)


def _keep(mutant: Mutant, finding: Judged, folder: Path) -> None:
    """Write a mutant with a defect, to be looked at and run again."""
    place = folder / str(mutant.number)
    place.mkdir(parents=True, exist_ok=True)
    for name, contents in mutant.files.items():
        (place / name).write_bytes(contents)
    words = " ".join(repr(word) for word in mutant.call)
    (place / "CALL").write_text(f"{words}\n{finding.defect}\n", encoding="utf-8")


def _table(endings: Counter[tuple[str, int]], confirmed: int, defects: int) -> str:
    """Return the mutants by level and exit code, as text."""
    codes = sorted({code for _, code in endings})
    lines = ["level  " + "".join(f"{code:>8}" for code in codes)]
    for level in sorted({level for level, _ in endings}):
        lines.append(f"{level:<7}" + "".join(f"{endings[level, code]:>8}" for code in codes))
    lines.append("all    " + "".join(f"{sum(n for (_, c), n in endings.items() if c == code):>8}" for code in codes))
    lines.append(f"{sum(endings.values()):,} mutants, {confirmed:,} answers confirmed, {defects:,} with a defect")
    return "\n".join(lines)


def main() -> int:
    """Run the mutants that the command line asks for; return 1 where one shows a defect."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000, metavar="N", help="how many (default 2000)")
    parser.add_argument(
        "--first", type=int, default=0, metavar="K", help="number of the first: one mutant is run again so"
    )
    parser.add_argument("--seed", type=int, default=12, metavar="S", help="of all that is drawn (default 12)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="mutants at the same time")
    parser.add_argument(
        "--keep", type=Path, default=Path("results/fuzz"), metavar="FOLDER", help="where those with a defect go"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        _prepare(Path(folder))
    endings: Counter[tuple[str, int]] = Counter()
    confirmed = defects = 0
    begun = time.monotonic()
    numbers = range(asked.first, asked.first + asked.mutants)
    # Forked workers have what is loaded here; each forks once more for a mutant.
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("fork")) as pool:
        for mutant, finding in pool.map(_judge, [asked.seed] * len(numbers), numbers, chunksize=8):
            endings[mutant.level, finding.code] += 1
            confirmed += finding.was_confirmed
            if finding.defect:
                defects += 1
                print(f"{mutant.number}: {mutant.sound.name}, {mutant.level}: {finding.defect}", flush=True)
                _keep(mutant, finding, asked.keep)
            done = sum(endings.values())
            if done % 1000 == 0:
                print(f"{done:,} mutants in {time.monotonic() - begun:,.0f} s", file=sys.stderr, flush=True)
    print(_table(endings, confirmed, defects))
    return int(defects > 0)


if __name__ == "__main__":
    sys.exit(main())
