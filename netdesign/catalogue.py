"""Models and instances by name or path; only this module has the location of the bundled ones.

A wheel has them inside the package, a checkout next to it. Model files are loaded by path, not imported by name, so
that files of users and bundled files are treated alike.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from netdesign.errors import NetdesignError, UsageError, did_you_mean

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from netdesign.formulation.protocol import AnyFormulation, Formulation, StagedFormulation


REGISTERED: dict[str, Path] = {}
"""Registered formulations of the user by name, for this run of the program."""


def models() -> dict[str, Path]:
    """Return the bundled formulations, by name in alphabetical order."""
    return {path.stem: path for path in sorted(_bundled_folder("models").glob("*.py"))}


def instances() -> dict[str, Path]:
    """Return the bundled instances, each a folder or a single YAML file, by name in alphabetical order."""
    top = _bundled_folder("instances")
    folders = {path.parent.name: path.parent for path in top.glob("*/instance.yaml")}
    files = {path.stem: path for path in top.glob("*.yaml")}
    return dict(sorted((folders | files).items()))


def templates() -> dict[str, Path]:
    """Return the templates of instances, each a folder, by name: small ones that hold no figures of anybody."""
    top = _bundled_folder("templates")
    return {name: top / name for name in ("parcels", "vehicles", "air-hub", "staged", "published")}


def find_instance(name_or_path: str | Path) -> Path:
    """Return the folder or file of an instance; a path that exists wins over a bundled name.

    Parameters
    ----------
    name_or_path
        Path of a folder or file, or the name of a bundled instance.

    Raises
    ------
    UsageError
        If it is neither.
    """
    path = Path(name_or_path)
    return path if path.exists() else _bundled("instance", str(name_or_path), instances())


def shadow_note(name_or_path: str) -> str | None:
    """Return a note where a path hides a bundled instance of the same name, else None."""
    bundled, path = instances().get(name_or_path), Path(name_or_path)
    if bundled is None or not path.exists() or path.samefile(bundled):
        return None
    return f"{name_or_path} is read from the path of that name; the bundled instance is {bundled}"


def find_model(name_or_path: str | Path) -> Path:
    """Return the file of a formulation; a file that exists wins over a bundled name.

    Parameters
    ----------
    name_or_path
        Path of a Python file, or the name of a bundled formulation.

    Raises
    ------
    UsageError
        If it is neither.
    """
    path = Path(name_or_path)
    # Files only: a folder may have the name of a bundled model by chance.
    return path if path.is_file() else _bundled("model", str(name_or_path), models() | REGISTERED)


def load_formulation(name_or_path: str | Path) -> Formulation:
    """Load a formulation of one year, as ``load_any_formulation`` does.

    Raises
    ------
    UsageError
        As there; or the file states several years.
    """
    from netdesign.formulation.protocol import states_years

    found = load_any_formulation(name_or_path)
    if states_years(found):
        message = f"model {_short_name(found)} states several years; `netdesign timing` uses it"
        raise UsageError(message)
    return cast("Formulation", found)


def load_staged_formulation(name_or_path: str | Path) -> StagedFormulation:
    """Load a formulation of several years, as ``load_any_formulation`` does.

    Raises
    ------
    UsageError
        As there; or the file states one year.
    """
    from netdesign.formulation.protocol import states_years

    found = load_any_formulation(name_or_path)
    if not states_years(found):
        message = f"model {_short_name(found)} states one year; `netdesign solve` uses it"
        raise UsageError(message)
    return found


def load_any_formulation(name_or_path: str | Path) -> AnyFormulation:
    """Load a formulation and check that it has all that a formulation must have. This runs its Python code.

    The file is run again at each call, so that changes to it take effect.

    Parameters
    ----------
    name_or_path
        Path of a Python file, or the name of a bundled formulation.

    Returns
    -------
    Formulation or StagedFormulation
        The module of the file.

    Raises
    ------
    UsageError
        If there is no such file, if a user's file cannot be run, or if something is missing in it.
    """
    # Imported here: the parts of a formulation import Pyomo, and `--help` must be fast.
    from netdesign.formulation.protocol import check_formulation

    path = find_model(name_or_path)
    return check_formulation(_run(path), path)


def _short_name(formulation: AnyFormulation) -> str:
    return formulation.__name__.rsplit(".", 1)[-1]


def _bundled_folder(name: str) -> Path:
    """Return the folder ``models`` or ``instances``."""
    package = Path(__file__).resolve().parent
    inside, checkout = package / name, package.parent
    if inside.is_dir():
        return inside
    # Without this check a broken wheel would use the `models` folder of another package in site-packages.
    if (checkout / "pyproject.toml").is_file():
        return checkout / name
    message = f"{inside}: missing, so this installation is broken: install netdesign again"
    raise NetdesignError(message)


def _bundled(kind: str, name: str, known: dict[str, Path]) -> Path:
    """Return the path of a bundled model or instance, or raise an error that lists the names."""
    if name in known:
        return known[name]
    message = f"{kind} '{name}': no such path and no bundled {kind} of that name{did_you_mean(name, known)}"
    message += f"\nbundled {kind}s: {', '.join(known) or 'none'}"
    raise UsageError(message)


def _run(path: Path) -> ModuleType:
    """Run a model file as a module of its own."""
    spec = _spec(path)
    module = importlib.util.module_from_spec(spec)
    # Before it runs: dataclasses and pickles look their module up by name.
    sys.modules[spec.name] = module
    try:
        # Compiled here, not by the loader: that would leave a __pycache__ in the folder of the user's file, and would
        # take an edited file of the same size and second for the old one.
        exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), module.__dict__)
    except Exception as error:
        del sys.modules[spec.name]
        if _is_bundled(path):
            raise  # a defect of ours, not of the call
        message = f"{path}: cannot be loaded: {type(error).__name__}: {error}"
        raise UsageError(message) from error
    return module


def _spec(path: Path) -> ModuleSpec:
    """Return what the import system needs to run a model file, under a name that no other file gets."""
    if _is_bundled(path):
        name = f"netdesign.models.{path.stem}"
    else:
        # By path, not by stem alone: two files of one stem would share an entry in sys.modules.
        digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
        name = f"netdesign_user_{digest}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None:
        message = f"{path}: not a Python file; the name of a model file ends in .py"
        raise UsageError(message)
    return spec


def _is_bundled(path: Path) -> bool:
    return path.resolve().parent == _bundled_folder("models").resolve()
