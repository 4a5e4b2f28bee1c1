"""Streams, signals and exit of the process.

This module imports little, so that signals are handled from the start, while other modules are still loading.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress

# To import typing would take as long as all else until signals are handled.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import NoReturn, Protocol

    class StoppableSearch(Protocol):
        """A running search that a signal can end."""

        has_plan: bool
        """Whether it has a plan."""

        def stop(self) -> None:
            """Ask it to end."""

        def has_noticed(self) -> bool:
            """Return whether the search has read that it is to end."""


_NOTICE_S = 5.0
"""Seconds in which a search without a plan must read its stop event: it may be compiling or building a model."""
_RETRY_S = 1.0
_SAME_S = 0.2
"""Seconds in which two signals count as one: `timeout` and some schedulers signal a process and then its group."""


class Interrupted(BaseException):
    """A signal ends the command before it has a plan."""


class _SignalState:
    """State that the signal handlers read."""

    taken: tuple[signal.Signals, ...] = ()
    search: StoppableSearch | None = None
    stopped_at: float | None = None
    is_interrupted = False
    is_ending = False
    left: str | None = None


def take_over() -> None:
    """Install signal handlers and open closed streams; called once, before other modules are loaded."""
    found = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # After `nohup` the program must survive the loss of the terminal.
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
    """Restart Python where it drops docstrings: the help and Pyomo need them."""
    if sys.flags.optimize < 2:
        return
    os.environ.pop("PYTHONOPTIMIZE", None)
    options = ["-P", *(["-E"] if sys.flags.ignore_environment else []), *(["-I"] if sys.flags.isolated else [])]
    code = f"import sys; sys.path[:] = {sys.path!r}; from netdesign.cli import main; main()"
    os.execv(sys.executable, [sys.executable, *options, "-c", code, *sys.argv[1:]])


def _silence_finalizers() -> None:
    """Silence messages of Python about interruptions and file errors in finalizers.

    Another interruption follows at once, and file errors are reported where the file is written.
    """
    usual = sys.unraisablehook

    def report(what: sys.UnraisableHookArgs) -> None:
        is_of_a_file = isinstance(what.exc_value, OSError) or "closed file" in str(what.exc_value)
        if not is_of_a_file and not isinstance(what.exc_value, Interrupted):
            usual(what)

    sys.unraisablehook = report


def _open_streams() -> None:
    """Open closed streams: else the next file would get such a descriptor, and printed text would go into it."""
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # Stdout is opened for reading, so that writing still fails: an answer that nobody gets is an error.
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
    # Not through Python's stream: the interrupted code may be writing to it.
    with suppress(OSError):
        os.write(2, b"\nstopping " + what + b"; once more ends at once\n")


def _end_if_unnoticed(number: int, frame: FrameType | None) -> None:
    search = _SignalState.search
    if _SignalState.is_ending or (search is not None and not search.has_plan and not search.has_noticed()):
        _end()


def _end() -> NoReturn:
    _SignalState.is_interrupted = _SignalState.is_ending = True
    # Some libraries hide exceptions in their callbacks, so raise it again soon.
    _call_again(_RETRY_S)
    raise Interrupted


def _call_again(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, _RETRY_S)


@contextmanager
def stopped_by_signals(search: StoppableSearch) -> Iterator[None]:
    """End a search at the first signal; a second one ends the command at once."""
    _SignalState.search, _SignalState.stopped_at, _SignalState.left = search, None, None
    try:
        yield
    finally:
        _SignalState.search = None


def check_not_interrupted() -> None:
    """Raise the interruption again, where a library has hidden it."""
    if _SignalState.is_interrupted:
        raise Interrupted


def leaves(file: str | None) -> None:
    """Take the file that an interruption would leave with what is found so far; None for none."""
    _SignalState.left = file


def interrupted_text() -> str:
    """Return the message of an interruption."""
    more = f"; {_SignalState.left} has what was found, and --resume goes on from it" if _SignalState.left else ""
    return f"interrupted before there was an answer{more}"


def settle() -> None:
    """Ignore signals from now on: the answer is written."""
    if not _SignalState.taken:
        return
    _SignalState.is_ending = True
    _call_again(0.0)
    for number in _SignalState.taken:
        signal.signal(number, signal.SIG_IGN)


def leave(code: int) -> NoReturn:
    """End the process, even where a solver is still running: it must not call back into Python after shutdown."""
    settle()
    if _has_solver():
        # Both streams were flushed after each write.
        os._exit(code)
    sys.exit(code)


def _has_solver() -> bool:
    limits = sys.modules.get("netdesign.solve.core.limits")
    if limits is None:
        return False
    from threading import enumerate as running

    return any(thread.name == limits.SOLVER_THREAD for thread in running())


def leave_interrupted(code: int) -> NoReturn:
    """End the process after an interruption, without waiting for threads."""
    settle()
    with suppress(OSError):
        os.write(2, os.fsencode(f"netdesign: {interrupted_text()}\n"))
    # This removes temporary files of libraries and ends worker processes.
    atexit._run_exitfuncs()
    os._exit(code)
