"""Where the published instances lie; they are no part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def published(name: str) -> Path:
    """Return a file of the published instances, or skip the test that asks for it."""
    file = collection() / name
    if not file.is_file():
        pytest.skip(f"the published instances here have no {name}")
    return file


def collection() -> Path:
    """Return the folder of published instances, or skip the test that asks for it."""
    folder = Path(os.environ.get("NETDESIGN_BENCHMARKS", ROOT.parent / "shared" / "benchmarks"))
    if not (folder / "optima.csv").is_file():
        pytest.skip(f"no published instances here: NETDESIGN_BENCHMARKS names their folder, {folder.name} is none")
    return folder
