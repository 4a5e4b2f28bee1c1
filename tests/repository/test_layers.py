"""Model files keep to their layers; import-linter cannot see them, because models/ is no package."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODELS = sorted((ROOT / "models").glob("*.py"))
ALLOWED = ("netdesign.instance", "netdesign.network", "netdesign.plan", "netdesign.formulation")
SOLVERS = ("highspy",)


def imported_modules(source: str) -> list[str]:
    """Return the modules that a file imports, at its top or inside a function."""
    modules: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules += [_from(node, name.name) for name in node.names]
    return modules


def _from(node: ast.ImportFrom, name: str) -> str:
    """Return ``netdesign.plan`` for ``from netdesign import plan``; a relative import keeps its dots."""
    module = "." * node.level + (node.module or "")
    return f"{module}.{name}" if module == "netdesign" else module


def forbidden_imports(source: str, siblings: set[str]) -> list[str]:
    """Return the imports that a model file may not make."""
    return [module for module in imported_modules(source) if not _is_allowed(module, siblings)]


def _is_allowed(module: str, siblings: set[str]) -> bool:
    top = module.partition(".")[0]
    if top == "netdesign":
        return any(module == allowed or module.startswith(f"{allowed}.") for allowed in ALLOWED)
    # A leading dot gives an empty top: relative imports reach a sibling.
    return top not in {"", "models", *SOLVERS} | siblings


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_file_imports_only_instance_network_plan_and_formulation(path):
    assert forbidden_imports(path.read_text(encoding="utf-8"), {other.stem for other in MODELS}) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import netdesign", ["netdesign"]),
        ("from netdesign import solve", ["netdesign.solve"]),
        ("from netdesign.evaluate import price", ["netdesign.evaluate"]),
        ("from netdesign.planning import x", ["netdesign.planning"]),
        ("def build():\n    import highspy", ["highspy"]),
        ("from . import other", ["."]),
        ("from other import build", ["other"]),
        ("import models.other", ["models.other"]),
        ("import pyomo.environ as pyo", []),
        ("from netdesign import plan", []),
        ("from netdesign.formulation.routes import add_routes", []),
    ],
)
def test_the_check_itself_sees_each_way_of_importing(line, found):
    assert forbidden_imports(line, {"other"}) == found


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def held_layers() -> list[str]:
    """Return the layers that import-linter holds, the top first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"][0]["layers"]


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_the_layers_of_a_document_are_those_that_are_held(name):
    assert f"    {' > '.join(held_layers())}\n" in (ROOT / name).read_text(encoding="utf-8")


def test_the_layers_of_the_readme_and_of_the_table_are_those_that_are_held():
    row = re.search(r"^\| `netdesign/` \|.*", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert row is not None
    assert re.findall(r"`(\w+)`", row[0]) == held_layers()[::-1]
    table = ARCHITECTURE.partition("| layer | what it does")[2].partition("\n\n")[0]
    assert re.findall(r"^\| (\w+) \|", table, re.MULTILINE) == held_layers()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_folder_that_a_document_names_is_there(name):
    page = re.sub(r"^```.*?^```$", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*)/`", page)
    assert [path for path in named if not any((top / path).is_dir() for top in (ROOT, ROOT / "netdesign"))] == []
    assert named


def test_every_file_that_the_architecture_names_is_there():
    named = [path for path in re.findall(r"`([a-z0-9_/]+\.py)`", ARCHITECTURE) if "NAME" not in path]
    tops = (ROOT, ROOT / "netdesign")
    assert [path for path in named if not any((top / path).is_file() for top in tops)] == []
    assert len(named) > 30
