"""The wheel holds the models and instances that git tracks, and nothing else of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib

import pytest

from scripts.wheel_check import ROOT, differences, shipped_files, tracked_files
from tests.support.sources import python_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of this checkout, made by the installed hatchling: that takes a second, not a minute."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_tracked_models_and_instances_and_no_stray_file(wheel):
    tracked = tracked_files()
    if tracked is None:
        pytest.skip("no git here, so nothing to compare with")
    assert differences(shipped_files(wheel), tracked) == []


def test_stray_and_lost_files_are_both_named():
    found = differences({"models/a.py", "models/draft.py"}, {"models/a.py", "instances/x.yaml"})
    assert found == [
        "instances/x.yaml is in git but not in the wheel",
        "models/draft.py is in the wheel but not in git: `git add` or delete it",
    ]


def test_every_dependency_is_pinned():
    """An unpinned dependency would make tomorrow's CI run other code than today's."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {line.partition(">=")[0] for line in project["dependencies"]}
    wanted |= {line.partition(">=")[0] for line in project["optional-dependencies"]["dev"]}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if not line.startswith("#")}
    assert wanted - pinned == set()


def test_make_solves_anew_whatever_source_changed():
    """A folder that the Makefile overlooks would leave results of the code before."""
    if shutil.which("make") is None:
        pytest.skip("no make here")
    shown = subprocess.run(
        ["make", "--print-data-base", "--question", "help"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    [sources] = [line for line in shown.stdout.splitlines() if line.startswith("SOURCES := ")]
    there = {path.relative_to(ROOT).as_posix() for path in python_files("netdesign", "models")}
    assert set(sources.removeprefix("SOURCES := ").split()) == there
