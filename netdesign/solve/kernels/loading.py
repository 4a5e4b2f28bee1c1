"""Loading the loops that numba compiles: late, from its cache, and with a word where that takes a while."""

from __future__ import annotations

import importlib
import sys
import time
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

_SAY_AFTER_S = 1.5
_BLAS = "scipy.linalg"


class LoadingStoppedError(Exception):
    """The time ran out while loops were compiled; no ``TimeoutError``, as what needs the loops is not there yet."""


class _Loading:
    """What this process has spent on loading loops; modules are loaded once a process."""

    spent_s = 0.0
    is_told = False
    is_over: Callable[[], bool] | None = None


@contextmanager
def loading_until(is_over: Callable[[], bool]) -> Iterator[None]:
    """Have no further loop compiled once a function returns True; a ``LoadingStoppedError`` is raised instead.

    One loop takes a second or two; all of them, ten seconds or more.
    """
    before, _Loading.is_over = _Loading.is_over, is_over
    try:
        yield
    finally:
        _Loading.is_over = before


def check_loading() -> None:
    """Raise a ``LoadingStoppedError`` if the time is over; called before a loop is compiled."""
    if _Loading.is_over is not None and _Loading.is_over():
        raise LoadingStoppedError


def loading_s() -> float:
    """Return the seconds that this process has spent on loading loops."""
    return _Loading.spent_s


def _say_once(say: Callable[[str], None]) -> None:
    """Say it of the first module only: for whoever waits all of them are one."""
    if not _Loading.is_told:
        _Loading.is_told = True
        say("compiling the engines for this machine, once; this takes some seconds")


@contextmanager
def _without_blas() -> Iterator[None]:
    """Keep numba from importing SciPy's linear algebra, a fifth of what loading takes; no loop calls it.

    It only asks whether there is any, and does without.
    """
    if _BLAS in sys.modules:
        yield
        return
    sys.modules[_BLAS] = None  # type: ignore[assignment] # so Python marks what cannot be imported
    try:
        yield
    finally:
        sys.modules.pop(_BLAS)


def load_compiled(name: str, say: Callable[[str], None]) -> ModuleType:
    """Import a module of ``netdesign.solve.kernels``, whose functions numba compiles or takes from its cache.

    Parameters
    ----------
    name
        Of the module.
    say
        Told in words where it takes more than a moment: on a new machine, once.
    """
    begun = time.perf_counter()
    timer = Timer(_SAY_AFTER_S, _say_once, [say])
    timer.daemon = True
    timer.start()
    try:
        with _without_blas():
            # Before any loop, so that none is read from bytecode that may be as old as what was compiled of it.
            importlib.import_module("netdesign.solve.kernels.cache").loops_folder()
            return importlib.import_module(f"netdesign.solve.kernels.{name}")
    finally:
        timer.cancel()
        _Loading.spent_s += time.perf_counter() - begun
