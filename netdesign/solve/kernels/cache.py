"""Where compiled loops are kept, so that none outlives a correction.

numba takes a compiled loop for current while its own file has the same text, whatever became of the helpers that it
calls from other files. So each loop is kept in a folder of its own, under a folder that is named by one digest of all
that decides what is compiled. A loop's folder appears whole, with the digest of what is in it, and is never changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import llvmlite
import numba as nb
from numba.core.registry import cpu_target

from netdesign.solve.kernels.loading import check_loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Made = TypeVar("Made")

_config: Any = nb.config
_LOOPS = Path(__file__).parent
_CORE = _LOOPS.parent / "core"
_IMPORTED = (
    "centre_choices.py",
    "city_choices.py",
    "city_pairs.py",
    "drawn_freight.py",
    "gate_freight.py",
    "gate_legs.py",
    "link_arcs.py",
    "promises.py",
    "route_matrices.py",
)
SOURCES = (*sorted(_LOOPS.glob("*.py")), *(_CORE / name for name in _IMPORTED))
"""The loops, and what they import from elsewhere."""
_SUM = "sha256"
_LEFT_BEHIND_S = 3600.0
"""No loop takes so long to compile."""
_one_at_a_time = Lock()
"""For what numba is told in ``_numba_keeps_in``: threads may load loops at once."""


def kept(name: str, make: Callable[[bool], Made]) -> Made:
    """Return a loop, taken from its folder or else compiled and kept there for other processes.

    Parameters
    ----------
    name
        Of the loop, unlike those of all others.
    make
        Has numba make it, with its cache or without.
    """
    with _one_at_a_time:
        folder = None if _config.DISABLE_JIT else loops_folder()
        if folder is None:
            check_loading()
            return make(False)
        home = folder / name
        if _sum(home) == _noted(home):
            # What numba says of a file that it cannot use has no type of its own; should the loop be at fault, it is
            # said again below.
            with suppress(Exception), _numba_keeps_in(home):
                return make(True)
        shutil.rmtree(home, ignore_errors=True)
        check_loading()
        return _made(home, make)


def _made(home: Path, make: Callable[[bool], Made]) -> Made:
    """Compile in another folder, which then becomes the loop's home unless another process was first."""
    made_in = home.with_name(f".{home.name}-{uuid4().hex}")
    try:
        made_in.mkdir()
        with _numba_keeps_in(made_in):
            made = make(True)
        # Replaced meanwhile, as by an upgrade, its sources may be others than those that the folder is named by.
        if _digest_now() == _digest():
            (made_in / _SUM).write_text(_sum(made_in), encoding="ascii")
            with suppress(OSError):
                made_in.rename(home)
    except OSError:  # the disk is full, or another process has cleared up
        return make(False)
    finally:
        shutil.rmtree(made_in, ignore_errors=True)
    return made


@contextmanager
def _numba_keeps_in(folder: Path) -> Iterator[None]:
    """Have numba keep what it compiles in a folder, and there only; others in this process have their own."""
    before = _config.CACHE_DIR, _config.CACHE_LOCATOR_CLASSES
    _config.CACHE_DIR, _config.CACHE_LOCATOR_CLASSES = str(folder), "UserProvidedCacheLocator"
    try:
        yield
    finally:
        _config.CACHE_DIR, _config.CACHE_LOCATOR_CLASSES = before


def _sum(home: Path) -> str:
    """Return the digest of what is in a loop's folder."""
    found = hashlib.sha256()
    with suppress(OSError):
        for file in sorted(home.rglob("*.nb[ci]")):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def _noted(home: Path) -> str | None:
    try:
        return (home / _SUM).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None


@cache
def loops_folder() -> Path | None:
    """Return the folder of the loops as they are now; None where none can be written, as in some containers.

    When it is made, what was compiled before for this place and processor goes.
    """
    for parent in _parents():
        try:
            folder = parent / f"loops-{_place()}-{_digest()}"
            is_new = not folder.is_dir()
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        if is_new:
            _forget_bytecode()
            _clear(parent, folder)
        _clear_left_behind(folder)
        return folder
    return None


def _parents() -> Iterator[Path]:
    """Yield folders for the cache: the one that the user gave to numba, or else beside the program or of the user."""
    if _config.CACHE_DIR:
        yield Path(_config.CACHE_DIR)
        return
    yield _LOOPS / "__pycache__"
    of_user = Path(os.environ.get("XDG_CACHE_HOME", "") or os.path.expanduser("~/.cache"))  # noqa: PTH111 # never raises
    if of_user.is_absolute():
        yield of_user / "netdesign"


@cache
def _place() -> str:
    """Return what tells installations and processors that share a folder apart: each clears up after itself only."""
    return _named(str(_LOOPS), sys.prefix, *_processor())


@cache
def _digest() -> str:
    """Return what told compiled loops of other sources, compilers or processors apart when it was first asked."""
    return _digest_now()


def _digest_now() -> str:
    """Return what tells compiled loops of other sources, compilers or processors from those that would be made now."""
    texts = (text for file in SOURCES for text in (file.name, hashlib.sha256(file.read_bytes()).hexdigest()))
    return _named(sys.version, nb.__version__, llvmlite.__version__, *_processor(), *texts)


def _processor() -> tuple[str, ...]:
    """Return numba's own names for what it compiles for."""
    return tuple(map(str, cpu_target.target_context.codegen().magic_tuple()))


def _named(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _forget_bytecode() -> None:
    """Have Python read the loops anew: it too takes a file of the same time and size for the same."""
    for file in SOURCES:
        with suppress(OSError, NotImplementedError):
            Path(importlib.util.cache_from_source(str(file))).unlink()


def _clear(parent: Path, current: Path) -> None:
    """Remove what was compiled for this place before, also by versions that left it to numba where."""
    of_numba = f"loops_{hashlib.sha1(str(_LOOPS).encode(), usedforsecurity=False).hexdigest()}"
    old = [folder for folder in parent.glob(f"loops-{_place()}-*") if folder != current]
    temporary = list(Path(tempfile.gettempdir()).glob(f"netdesign-*/{of_numba}"))
    for folder in (*old, *temporary, parent / of_numba, parent.parent / "numba" / of_numba):
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        for file in (_LOOPS / "__pycache__").glob("*.nb[ci]"):
            file.unlink()
        for folder in temporary:
            folder.parent.rmdir()


def _clear_left_behind(folder: Path) -> None:
    """Remove what processes that were killed were about to compile."""
    for left in folder.glob(".*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_BEHIND_S:
                shutil.rmtree(left)
