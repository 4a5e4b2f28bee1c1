"""Shared functions of the scripts that make instances: write the files, or list the outdated ones."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.europe_facts import FactsError

if TYPE_CHECKING:
    from collections.abc import Callable

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


def write_or_check(name: str, home: Path, build: Callable[[], dict[str, str]], arguments: list[str] | None) -> int:
    """Write or check an instance, and return the exit code.

    Parameters
    ----------
    name
        Name of the script, for messages.
    home
        Folder of the instance, with its facts.
    build
        Returns the files of the instance by name.
    arguments
        Arguments of the command line, for tests; None for those of the process.
    """
    parser = argparse.ArgumentParser(prog=name, description=f"Make instances/{home.name} from its facts.")
    parser.add_argument("dest", nargs="?", type=Path, default=home, help="folder (default: the instance's own)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the files that differ")
    options = parser.parse_args(arguments)
    try:
        files = build()
    except FactsError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 1
    if not options.check:
        write(files, options.dest)
        return 0
    stale = differing(files, options.dest)
    for file in stale:
        print(f"{name}: {file} is not what the facts give; run python -m scripts.{name}", file=sys.stderr)
    return 1 if stale else 0
