"""Solve the model that ``netdesign export`` writes with SCIP, beside a straight model."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.process import LEAVE_S, ROOT, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def scip_answer(model: str, words: Sequence[str], file: Path, limit_s: float) -> dict[str, Any]:
    """Write a model as MPS, unless the file is there, solve the file, and return its figures, or a note.

    Parameters
    ----------
    model
        Formulation.
    words
        Arguments of ``solve``.
    file
        Where the model is written.
    limit_s
        Of SCIP; a while longer of writing the model, which does not count.
    """
    if importlib.util.find_spec("pyscipopt") is None:
        return {"note": "pyscipopt is not installed"}
    if not file.exists():
        exported = run(["export", *export_words(words), str(file), "--to", "mps", "--model", model], limit_s + LEAVE_S)
        if not file.exists():
            return {"note": f"not exported: {exported['note']}"}
    call = [sys.executable, "-m", "benchmarks.scip_solve", str(file), f"{limit_s:g}"]
    try:
        ended = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=limit_s + LEAVE_S)
    except subprocess.TimeoutExpired:
        return {"note": f"killed after {limit_s + LEAVE_S:g} s"}
    if ended.returncode:
        return {"note": f"SCIP ended with code {ended.returncode}"}
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def export_words(words: Sequence[str]) -> list[str]:
    """Return the arguments of ``solve`` as ``export`` takes them: a number of hubs becomes a policy."""
    found = list(words)
    if "--hubs" in found:
        place = found.index("--hubs")
        hubs = found[place + 1]
        found[place : place + 2] = ["--set", f"policies.hub_count={{min: {hubs}, max: {hubs}}}"]
    return found


if __name__ == "__main__":
    sys.exit("benchmarks.scip_run measures nothing: benchmarks/README.md lists the programs")
