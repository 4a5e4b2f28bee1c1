"""The process of the program: its streams, the signals that end it, and an end that leaves nothing behind.

It imports next to nothing, so that it holds from the first moment: a signal that comes while all else is still being
loaded ends the program like any other.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_NOTICE_S = 5.0
"""How long a search that has no plan yet may take to look at its switch: it may be compiling or building a model."""
_RETRY_S = 1.0
_SAME_S = 0.2
"""Signals so near to each other are one: `timeout` and some schedulers send to a process and then to its group."""


class Interrupted(BaseException):
    """A signal ends the command before there is anything to keep."""


class StoppableSearch(Protocol):
    """A search under way, which a signal asks to end."""

    has_plan: bool
    """Whether it has something to keep."""

    def stop(self) -> None:
        """Ask it to end."""

    def has_noticed(self) -> bool:
        """Tell whether it has taken notice since."""


class _SignalState:
    """What a signal finds."""

    taken: tuple[signal.Signals, ...] = ()
    search: StoppableSearch | None = None
    stopped_at: float | None = None
    is_interrupted = False
    is_ending = False


def take_over() -> None:
    """Make signals and streams of the process the program's; called once, before anything else is loaded."""
    found = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # After `nohup` the loss of the terminal is to be survived.
    _SignalState.taken = tuple(
        one for one in found if one.name != "SIGHUP" or signal.getsignal(one) is not signal.Handlers.SIG_IGN
    )
    for number in _SignalState.taken:
        signal.signal(number, _end_or_stop)
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _end_if_unnoticed)
    _silence_finalizers()
    _open_streams()


def keep_docstrings() -> None:
    """Begin again where Python leaves docstrings out: help is made of them, and Pyomo cannot do without."""
    if sys.flags.optimize < 2:
        return
    os.environ.pop("PYTHONOPTIMIZE", None)
    options = ["-P", *(["-E"] if sys.flags.ignore_environment else []), *(["-I"] if sys.flags.isolated else [])]
    code = f"import sys; sys.path[:] = {sys.path!r}; from netdesign.cli import main; main()"
    os.execv(sys.executable, [sys.executable, *options, "-c", code, *sys.argv[1:]])


def _silence_finalizers() -> None:
    """Let Python say nothing of what it drops in a finalizer.

    Another interruption follows at once; and that a file cannot be written is known when a library lets go of it.
    """
    usual = sys.unraisablehook

    def report(what: sys.UnraisableHookArgs) -> None:
        is_of_a_file = isinstance(what.exc_value, OSError) or "closed file" in str(what.exc_value)
        if not is_of_a_file and not isinstance(what.exc_value, Interrupted):
            usual(what)

    sys.unraisablehook = report


def _open_streams() -> None:
    """Fill closed streams: the next file to be opened would get such a descriptor, and what is printed, into it."""
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # Stdout is filled so that writing to it goes on to fail: an answer that nobody gets is an error.
            os.open(os.devnull, mode)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _end_or_stop(number: int, frame: FrameType | None) -> None:
    now = time.monotonic()
    if _SignalState.is_ending or (_SignalState.stopped_at is not None and now - _SignalState.stopped_at < _SAME_S):
        return
    if _SignalState.search is None or _SignalState.stopped_at is not None:
        _end()
    _SignalState.stopped_at = now
    _SignalState.search.stop()
    _call_again(_NOTICE_S)
    what = b"with the best plan so far" if _SignalState.search.has_plan else b"with what is found so far"
    # Not by Python's stream: what the signal interrupts may be writing to it.
    with suppress(OSError):
        os.write(2, b"\nstopping " + what + b"; once more ends at once\n")


def _end_if_unnoticed(number: int, frame: FrameType | None) -> None:
    search = _SignalState.search
    if _SignalState.is_ending or (search is not None and not search.has_plan and not search.has_noticed()):
        _end()


def _end() -> NoReturn:
    _SignalState.is_interrupted = _SignalState.is_ending = True
    # Some libraries swallow whatever is raised inside a callback of theirs.
    _call_again(_RETRY_S)
    raise Interrupted


def _call_again(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, _RETRY_S)


@contextmanager
def stopped_by_signals(search: StoppableSearch) -> Iterator[None]:
    """Let the first signal ask a search to end; a second one ends the command at once."""
    _SignalState.search, _SignalState.stopped_at = search, None
    try:
        yield
    finally:
        _SignalState.search = None


def check_not_interrupted() -> None:
    """Raise an interruption once more, where a library has made an error of its own of it, or has gone on."""
    if _SignalState.is_interrupted:
        raise Interrupted


def settle() -> None:
    """Let no signal change any more how the program ends: its answer is out."""
    if not _SignalState.taken:
        return
    _SignalState.is_ending = True
    _call_again(0.0)
    for number in _SignalState.taken:
        signal.signal(number, signal.SIG_IGN)


def leave(code: int) -> NoReturn:
    """End the process, also where a solver did not stop: it must not call back into a Python that is shut down."""
    settle()
    if _has_solver():
        # Both streams were flushed with each text that was written to them.
        os._exit(code)
    sys.exit(code)


def _has_solver() -> bool:
    limits = sys.modules.get("netdesign.solve.core.limits")
    if limits is None:
        return False
    from threading import enumerate as running

    return any(thread.name == limits.SOLVER_THREAD for thread in running())


def leave_interrupted(code: int) -> NoReturn:
    """End the process after an interruption, and wait for no thread."""
    settle()
    with suppress(OSError):
        os.write(2, b"netdesign: interrupted before there was an answer\n")
    # Temporary files of libraries, and processes that help.
    atexit._run_exitfuncs()
    os._exit(code)
