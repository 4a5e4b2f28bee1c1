"""Nothing is imported from the folder where a command is called: what lies there is data, maybe a stranger's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netdesign.solve.multistage.pricing_processes import Processes
from tests.support.pricing import begin

NAMES = ("json", "csv", "pickle", "struct", "multiprocessing", "numpy", "numba", "highspy", "typer", "networkx")


@pytest.fixture
def planted(tmp_path):
    """Return a folder of files that leave a mark where they are imported."""
    mark = tmp_path / "mark"
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in NAMES:
        text = f"open({str(mark)!r}, 'a').write({name!r} + ' ')\nraise ImportError({name!r})\n"
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    yield folder
    assert not mark.exists(), mark.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([sys.executable, "-m", "netdesign"], marks=pytest.mark.long),
        [str(Path(sys.executable).with_name("netdesign"))],
    ],
)
def test_commands_import_nothing_from_the_folder_where_they_are_called(planted, command):
    call = [*command, "check", "tiny", "--quiet"]
    done = subprocess.run(call, cwd=planted, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_helper_processes_import_nothing_from_the_folder_where_they_start(planted, monkeypatch):
    monkeypatch.chdir(planted)
    processes = Processes(1)
    try:
        begin(processes)
    finally:
        processes.shutdown()


def test_a_program_that_lies_where_it_is_called_is_looked_for_last(tmp_path):
    """Its helper processes have to find it even if it is not installed."""
    root = Path(__file__).parents[2]
    code = (
        "import runpy, sys; sys.argv = ['netdesign', '--version']\n"
        "try: runpy.run_module('netdesign', run_name='__main__')\n"
        "finally: print(*(at for at, path in enumerate(sys.path[::-1]) if path == ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["0"]
