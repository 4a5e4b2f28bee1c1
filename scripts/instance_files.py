"""Shared functions of the scripts that make instances: write the files, or list the outdated ones."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.europe_facts import FactsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

INSTANCES = Path(__file__).resolve().parent.parent / "instances"


def differing(files: dict[str, str], folder: Path) -> list[str]:
    """Return the names of the files that are missing in a folder or differ from what the facts give."""
    return [
        name
        for name, text in files.items()
        if not (folder / name).is_file() or (folder / name).read_bytes() != text.encode()
    ]


def write(files: dict[str, str], folder: Path) -> None:
    """Write the files of the instance into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode())


def write_or_check(script: str, builds: Mapping[str, Callable[[], dict[str, str]]], arguments: list[str] | None) -> int:
    """Write or check instances, and return the exit code.

    Parameters
    ----------
    script
        Name of the script, for messages.
    builds
        For each instance by name, what returns its files by name.
    arguments
        Arguments of the command line, for tests; None for those of the process.
    """
    parser = argparse.ArgumentParser(prog=script, description=f"Make {', '.join(builds)} from facts.")
    parser.add_argument(
        "dest", nargs="?", type=Path, default=INSTANCES, help="folder for the instances' folders (default: instances)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the files that differ")
    options = parser.parse_args(arguments)
    stale = []
    for name, build in builds.items():
        try:
            files = build()
        except FactsError as error:
            print(f"{script}: {error}", file=sys.stderr)
            return 1
        if not options.check:
            write(files, options.dest / name)
        else:
            stale += [f"{name}/{file}" for file in differing(files, options.dest / name)]
    for file in stale:
        print(f"{script}: {file} is not what the facts give; run python -m scripts.{script}", file=sys.stderr)
    return 1 if stale else 0
