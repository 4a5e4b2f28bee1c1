"""What docs/ and docstrings show of Python runs as shown: on pandas, on polars, and without either."""

from __future__ import annotations

import doctest
import re
import runpy
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import netdesign as nd
from netdesign import catalogue
from netdesign.instance.published.formats import FORMATS
from tests.support.own_policies import forgotten_policies

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```python(?: needs=(?P<library>\w+))?(?: file=(?P<file>\S+))?\n(?P<code>.*?)^```$", re.M | re.S)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Let examples write, and what they register be forgotten."""
    monkeypatch.chdir(tmp_path)
    with pytest.MonkeyPatch.context() as patch, forgotten_policies():
        for registry in (FORMATS, catalogue.REGISTERED):
            for name in [name for name in ("lines", "pairs") if name in registry]:
                patch.delitem(registry, name)
        yield
    for name in ("lines", "pairs"):
        FORMATS.pop(name, None)


def run_blocks(page, libraries):
    """Run the blocks of a page in order, of those that need a library the ones that need one of these."""
    text, shared = (ROOT / "docs" / page).read_text(encoding="utf-8"), {"__name__": "shown"}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if block["file"]:
            Path(block["file"]).write_text(block["code"], encoding="utf-8")
        elif block["library"] in (None, *libraries):
            # Without the future of this module, as in a script.
            exec(compile("\n" * line + block["code"], page, "exec", dont_inherit=True), shared)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_page_on_python_runs_on_data_frames(library):
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    run_blocks("python.md", [library])


def test_the_page_on_python_runs_without_data_frames():
    run_blocks("python.md", [])


def test_the_model_of_the_page_on_models_is_solved_on_tiny():
    run_blocks("write-a-model.md", [])


def test_the_model_of_the_page_on_models_is_solved_by_the_command(netdesign):
    run_blocks("write-a-model.md", [])
    ended = netdesign("solve", "tiny", "--model", "single_deadlines.py", "--quiet")
    assert ended.code == 0
    assert ended.out.startswith("A second hub is needed: no network with 1 is permitted by the model single_deadlines")


def test_the_walk_runs():
    runpy.run_path(str(ROOT / "docs" / "walk.py"))


WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "netdesign").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_docstrings_are_true(name):
    found = doctest.testmod(import_module(name))
    assert found.attempted
    assert not found.failed


def test_both_pages_are_linked():
    for page, prefix in (("README.md", "docs/"), ("docs/index.md", "")):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert {name for name in ("python.md", "write-a-model.md") if f"({prefix}{name})" in text} == {
            "python.md",
            "write-a-model.md",
        }


def test_every_name_that_is_offered_is_there_and_in_the_stub():
    stub = (ROOT / "netdesign" / "__init__.pyi").read_text(encoding="utf-8")
    for name in nd.__all__:
        assert getattr(nd, name) is not None
        assert f" as {name}\n" in stub or f"{name}: str" in stub
    assert stub.count(" as ") == len(nd.__all__) - 1
    assert set(nd.__all__) <= set(dir(nd))
    assert sys.modules["netdesign"] is nd
