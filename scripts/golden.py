"""Record answers of the command line, and compare them after each step of a refactoring.

``python -m scripts.golden make FILE`` keeps, as JSON: results of ``solve``, ``compare`` and ``timing`` on the bundled
instances, without times and versions; values and hubs of the published rows of benchmarks/literature.csv that take up
to five seconds; and the incumbents and bounds, in their order, of some of these rows.

``python -m scripts.golden compare FILE`` answers all of it again and tells what differs. Published files are looked for
in ``NETDESIGN_BENCHMARKS``.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netdesign.analysis.bench.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = Path(os.environ.get("NETDESIGN_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
QUICK_S = 5.0
TRACED = 5
"""One row in this many is traced."""
SAME = 1e-9
"""Relative difference up to which two numbers are equal: NumPy sums depend on memory alignment in the last digits."""

LEFT_OUT = ("times", "versions", "elapsed_s", "digest")
"""Keys whose values are no answer, or depend on the path of the files."""

BUNDLED = {
    "solve tiny": "solve tiny",
    "solve benelux": "solve benelux",
    "solve benelux, one new hub at most": "solve benelux --max-new 1",
    "solve benelux by the model": "solve benelux --engine monolithic",
    "solve europe-linear": "solve europe-linear",
    "compare tiny": "compare tiny B B,D B,D,E",
    "compare benelux": "compare benelux LGG LGG,AMS LGG,MST",
    "compare europe-linear": "compare europe-linear LGG LGG,PRG LGG,BUD LGG,PRG,MAD",
    "timing benelux-stages": "timing benelux-stages",
    "timing benelux-stages, tree": "timing benelux-stages --tree",
    "timing benelux-stages, cvar": "timing benelux-stages --tree --risk cvar",
    "timing benelux-stages, regret": "timing benelux-stages --tree --risk regret",
    "timing europe-2035-linear": "timing europe-2035-linear",
}


def answers(chosen: Callable[[str], bool], traced: Callable[[str], bool]) -> Iterator[tuple[str, Any]]:
    """Yield name and canonical answer of the calls that are chosen by name, with traces on request."""
    for name, call in BUNDLED.items():
        if chosen(name):
            yield name, _of_bundled(call.split())
    for name, words in _rows().items():
        if chosen(name):
            yield name, _of_row(words, is_traced=traced(name))


def _of_bundled(call: list[str]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "result.json"
        shown = ["-o", str(out)] if call[0] != "compare" else ["--format", "json"]
        code, printed = _netdesign([*call, *shown, "--quiet"], ROOT)
        answer = json.loads(out.read_text(encoding="utf-8") if out.exists() else printed)
        return {"exit code": code, "answer": _canonical(answer)}


def _of_row(call: list[str], *, is_traced: bool) -> Any:
    code, printed = _netdesign(["solve", *call, "--format", "json", "--quiet"], BENCHMARKS)
    result = json.loads(printed)
    kept = {"exit code": code} | {key: result[key] for key in ("termination", "objective", "bound")}
    kept["open_hubs"] = result["plan"]["open_hubs"] if result["plan"] else None
    # HiGHS reports its progress by the clock, so its steps cannot be repeated.
    if is_traced and result["engine"]["name"] != "monolithic":
        traced = subprocess.run(
            [sys.executable, "-m", "scripts.golden", "trace", *call],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        kept["trace"] = json.loads(traced.stdout)
    return kept


def _netdesign(words: list[str], folder: Path) -> tuple[int, str]:
    command = [sys.executable, "-m", "netdesign", *words]
    # From the checkout, wherever the files of the call lie.
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stdout


def _rows() -> dict[str, list[str]]:
    """Return the words of the calls of published rows by name."""
    table = BENCHMARKS / "optima.csv"
    if not table.is_file():
        print(f"no published files in {BENCHMARKS}: NETDESIGN_BENCHMARKS names their folder", file=sys.stderr)
        return {}
    return {f"{row.instance}, {row.problem}": [row.file, *row.options] for row in read_rows(table)}


def _quick() -> list[str]:
    """Return the names of the rows that were solved in a few seconds."""
    with (ROOT / "benchmarks" / "literature.csv").open(encoding="utf-8", newline="") as file:
        return [
            f"{row['instance']}, {row['problem']}" for row in csv.DictReader(file) if float(row["seconds"]) <= QUICK_S
        ]


def _canonical(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _canonical(value) for key, value in sorted(data.items()) if key not in LEFT_OUT}
    return [_canonical(value) for value in data] if isinstance(data, list) else data


def _trace(words: list[str]) -> list[list[float | None]]:
    """Return incumbent and bound of a search in their order, without the seconds."""
    from netdesign.cli import main

    solve: Any = import_module("netdesign.analysis.solve")
    steps: list[list[float | None]] = []
    solved = solve.best_networks

    def listened(question: Any) -> Any:
        networks = solved(question)
        steps.extend([point.incumbent, point.bound] for one in networks for point in one.solution.trace)
        return networks

    solve.best_networks = listened
    out = sys.stdout
    sys.stdout = sys.stderr
    try:
        os.chdir(BENCHMARKS)
        main(["solve", *words, "--quiet", "--threads", "1"])
    except SystemExit as end:
        if end.code:
            raise
    finally:
        sys.stdout = out
    return steps


def differences(old: Any, new: Any, place: str) -> Iterator[str]:
    """Yield the differences of two answers by place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key in old and key in new:
                yield from differences(old[key], new[key], f"{place}.{key}")
            else:
                yield f"{place}.{key}: is {'gone' if key in old else 'new'}"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for position, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{position}]")
    elif not _are_same(old, new):
        yield f"{place}: {_shown(old)} is now {_shown(new)}"


def _are_same(old: Any, new: Any) -> bool:
    numbers = [one for one in (old, new) if isinstance(one, int | float) and not isinstance(one, bool)]
    return math.isclose(*numbers, rel_tol=SAME, abs_tol=SAME) if len(numbers) == 2 else bool(old == new)


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _make(file: Path, only: str) -> int:
    kept, quick = {}, _quick()
    named, traced = {*BUNDLED, *quick}, set(quick[::TRACED])
    for name, answer in answers(lambda name: name in named and name.startswith(only), traced.__contains__):
        print(name, file=sys.stderr, flush=True)
        kept[name] = answer
        file.write_text(json.dumps(kept, indent=1), encoding="utf-8")  # flushed, as the whole run takes long
    return 0


def _compare(file: Path, only: str) -> int:
    """Compare the calls in the file, even where other rows are quick now."""
    kept = {name: answer for name, answer in json.loads(file.read_text("utf-8")).items() if name.startswith(only)}
    compared = found = 0
    for name, answer in answers(kept.__contains__, lambda name: "trace" in kept[name]):
        lines = list(differences(kept[name], answer, ""))
        compared += 1
        found += bool(lines)
        for line in lines[:5]:
            print(f"{name}: {line.lstrip('.')}", flush=True)
        if len(lines) > 5:
            print(f"{name}: and {len(lines) - 5} more differences")
    print(f"{found} of {compared} answers differ; {len(kept) - compared} of those kept have no call now")
    return int(bool(found or compared < len(kept)))


def main() -> int:
    """Make or compare the file; return 1 where answers differ."""
    if sys.argv[1:2] == ["trace"]:
        print(json.dumps(_trace(sys.argv[2:])))
        return 0
    parser = argparse.ArgumentParser(prog="python -m scripts.golden", description=__doc__)
    parser.add_argument("action", choices=("make", "compare"))
    parser.add_argument("file", type=Path, help="where the answers are kept")
    parser.add_argument("--only", default="", metavar="TEXT", help="calls whose name begins so")
    asked = parser.parse_args()
    return (_make if asked.action == "make" else _compare)(asked.file, asked.only)


if __name__ == "__main__":
    sys.exit(main())
