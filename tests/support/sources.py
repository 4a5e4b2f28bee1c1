"""The files of the checkout that are code."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under folders of the checkout, in order.

    Nothing enters a folder of compiled files: a process that compiles at the same time makes folders there and removes
    them, and a walk through them would fail on one that is gone.
    """
    found: list[Path] = []
    waiting = [ROOT / folder for folder in folders]
    while waiting:
        for entry in waiting.pop().iterdir():
            if entry.suffix == ".py":
                found.append(entry)
            elif entry.name != "__pycache__" and entry.is_dir():
                waiting.append(entry)
    return sorted(found)
