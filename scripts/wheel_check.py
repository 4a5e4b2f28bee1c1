"""Build the wheel, install it away from the checkout, and solve with it: `make wheel-check`.

An editable install cannot show that a file or a dependency is missing from the wheel; this does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLED = ("models", "instances", "templates")
SOLVED_INSTANCE = "benelux"


class CheckFailed(Exception):
    """The wheel is wrong, or could not be built."""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and return its stdout.

    Parameters
    ----------
    command
        The program and its arguments.
    cwd
        Folder to run it in.

    Raises
    ------
    CheckFailed
        Its exit code is not 0.
    """
    words = [str(word) for word in command]
    # With PYTHONPATH the checkout could be used in place of the wheel.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"`{' '.join(words)}` ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}"
        raise CheckFailed(message)
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """Build the wheel of this checkout into a folder and return its path."""
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    [wheel] = folder.glob("*.whl")
    return wheel


def tracked_files() -> set[str] | None:
    """Return the files of models/, instances/ and templates/ that git tracks, or None where there is no repository."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return None
    return set(run("git", "ls-files", "-z", *BUNDLED, cwd=ROOT).split("\0")) - {""}


def shipped_files(wheel: Path) -> set[str]:
    """Return the files of models/ and instances/ that a wheel holds, named as in the checkout."""
    prefixes = tuple(f"netdesign/{folder}/" for folder in BUNDLED)
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefixes)]
    return {name.removeprefix("netdesign/") for name in names}


def differences(shipped: set[str], tracked: set[str]) -> list[str]:
    """Return one sentence for each file that is in the wheel or in git, but not in both."""
    stray = [f"{name} is in the wheel but not in git: `git add` or delete it" for name in shipped - tracked]
    lost = [f"{name} is in git but not in the wheel" for name in tracked - shipped]
    return sorted(stray + lost)


def check_files(wheel: Path) -> str:
    """Compare the wheel's models and instances with those in git; return what was found."""
    tracked = tracked_files()
    if tracked is None:
        return "skipped: no git here, so the wheel's files were not compared with the tracked ones"
    found = differences(shipped_files(wheel), tracked)
    if found:
        raise CheckFailed("\n".join(found))
    return f"{len(tracked)} files of {' and '.join(BUNDLED)}, the same as in git"


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel without the `dev` extra into a new environment; return the path of its program."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    constraints = ROOT / "constraints.txt"
    run(programs / "python", "-m", "pip", "install", "--quiet", "-c", constraints, wheel, cwd=folder)
    return programs / "netdesign"


def check_program(netdesign: Path, folder: Path) -> str:
    """Run the installed program outside the checkout: help, lists and one solve; return what was found."""
    run(netdesign, "--help", cwd=folder)
    run(netdesign, "models", cwd=folder)
    instances = run(netdesign, "instances", cwd=folder)
    if SOLVED_INSTANCE not in instances:
        message = f"`netdesign instances` does not list {SOLVED_INSTANCE}:\n{instances}"
        raise CheckFailed(message)
    result = json.loads(run(netdesign, "solve", SOLVED_INSTANCE, "--format", "json", cwd=folder))
    if result["termination"] != "optimal":
        message = f"{SOLVED_INSTANCE}: termination is {result['termination']!r}, should be 'optimal'"
        raise CheckFailed(message)
    return f"{SOLVED_INSTANCE} solved outside the checkout, objective {result['objective']:.6g}"


def main() -> int:
    """Run all checks and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="netdesign-wheel-") as name:
        folder = Path(name)
        try:
            wheel = build_wheel(folder)
            print(f"wheel-check: {wheel.name}: {check_files(wheel)}")
            netdesign = install(wheel, folder / "environment")
            print(f"wheel-check: {check_program(netdesign, folder)}")
        except CheckFailed as failure:
            print(f"wheel-check: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
