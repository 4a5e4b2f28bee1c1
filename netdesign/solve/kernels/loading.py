"""Loading the loops that numba compiles: late, from its cache, and with a word where that takes a while."""

from __future__ import annotations

import importlib
import sys
import time
from contextlib import contextmanager
from threading import Timer, local
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    Aside = Callable[[Callable[[], ModuleType]], ModuleType]

_SAY_AFTER_S = 1.5
_BLAS = "scipy.linalg"
COMPILING = "compiling what this kind of question needs, once on this machine; this takes up to a minute"


class LoadingStoppedError(Exception):
    """The time ran out while loops were compiled; no ``TimeoutError``, as what needs the loops is not there yet."""


class _Loading:
    """What this process has spent on loading loops; modules are loaded once a process."""

    spent_s = 0.0
    is_told = False
    say: Callable[[str], None] | None = None
    timer: Timer | None = None
    is_over: Callable[[], bool] | None = None
    aside: Aside | None = None
    threads = 0


_of_thread = local()
"""``is_over`` of the search for which a thread loads: that search may have given up, and another one begun."""


@contextmanager
def loading_until(is_over: Callable[[], bool], aside: Aside | None = None) -> Iterator[None]:
    """Have no further loop compiled once a function returns True; a ``LoadingStoppedError`` is raised instead.

    Most loops take a second or two, some seven; all of them, half a minute.

    Parameters
    ----------
    is_over
        Returns whether the time is over.
    aside
        Calls a function in a thread of its own and returns what that returns; raises a TimeoutError where it gives the
        thread up, as the time is over. None to compile in this thread, and to end with the loop that is compiled then.
    """
    before = _Loading.is_over, _Loading.aside
    _Loading.is_over, _Loading.aside = is_over, aside
    try:
        yield
    finally:
        _Loading.is_over, _Loading.aside = before


def check_loading() -> None:
    """Raise a ``LoadingStoppedError`` if the time is over; called before a loop is compiled.

    From the first loop on that is compiled, and not only read, time is counted after which that is said.
    """
    is_over = getattr(_of_thread, "is_over", _Loading.is_over)
    if is_over is not None and is_over():
        raise LoadingStoppedError
    if _Loading.say is not None and _Loading.timer is None:
        _Loading.timer = Timer(_SAY_AFTER_S, _say_once, [_Loading.say])
        _Loading.timer.daemon = True
        _Loading.timer.start()


def loading_s() -> float:
    """Return the seconds that this process has spent on loading loops."""
    return _Loading.spent_s


def _say_once(say: Callable[[str], None]) -> None:
    """Say it of the first module only: for whoever waits all of them are one."""
    if not _Loading.is_told:
        _Loading.is_told = True
        say(COMPILING)


@contextmanager
def _without_blas() -> Iterator[None]:
    """Keep numba from importing SciPy's linear algebra, a fifth of what loading takes; no loop calls it.

    It only asks whether there is any, and does without. Not so Pyomo: it looks for SciPy when some other module comes,
    which may be one that numba imports, and would remember that it found none.
    """
    if _BLAS in sys.modules or "pyomo" in sys.modules:
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
        Told in words where compiling takes more than a moment: on a new machine, once.

    Raises
    ------
    LoadingStoppedError
        The time of ``loading_until`` is over.
    """
    begun = time.perf_counter()
    _Loading.say = say
    try:
        with _without_blas():
            # Before any loop, so that none is read from bytecode that may be as old as what was compiled of it.
            importlib.import_module("netdesign.solve.kernels.cache").loops_folder()
            return _in_time(f"netdesign.solve.kernels.{name}")
    finally:
        if _Loading.timer is not None:
            _Loading.timer.cancel()
        _Loading.say = _Loading.timer = None
        _Loading.spent_s += time.perf_counter() - begun


def _in_time(module: str) -> ModuleType:
    """Import a module, where ``loading_until`` says so in a thread of its own; one that is given up ends with its loop.

    Raises
    ------
    LoadingStoppedError
        The time is over.
    """
    is_over, aside = _Loading.is_over, _Loading.aside
    if is_over is None or aside is None or (module in sys.modules and not _Loading.threads):
        return importlib.import_module(module)
    if is_over():
        # No wait for a thread that was given up.
        raise LoadingStoppedError

    def load() -> ModuleType:
        _of_thread.is_over = is_over
        _Loading.threads += 1
        try:
            return importlib.import_module(module)
        finally:
            _Loading.threads -= 1

    try:
        return aside(load)
    except TimeoutError:
        raise LoadingStoppedError from None
