"""What a command says beside its answer: progress, warnings and errors on stderr; and how it is interrupted."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from netdesign.cli.process import check_not_interrupted, settle, stopped_by_signals
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from netdesign.solve.core.outcome import Progress

_LINE_EVERY_S = 10.0
"""How often a log (no terminal) gets a line of progress."""

_MILLIONS_FROM = 1e5
"""Values from which on progress is in millions, as amounts in sentences are."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_answer(text: str) -> None:
    """Write the answer to stdout; a reader that has gone away (``| head``) is no error.

    Raises
    ------
    UsageError
        Stdout cannot be written, for example because a disk is full.
    """
    check_not_interrupted()
    try:
        encoding = sys.stdout.encoding or "utf-8"
        # Where stdout has no letter for a name, its number must do.
        sys.stdout.write(_harmless(text).encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            message = f"stdout cannot be written: {error.strerror}"
            raise UsageError(message) from None
    settle()


def is_stdout_lost() -> bool:
    """Tell whether what somebody else has written to stdout, such as the help, cannot get there."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence(sys.stdout)
        return True
    return False


def _silence(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere: Python would complain once more when it closes it at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def print_message(text: str, *, quiet: bool = False) -> None:
    """Write a line to stderr."""
    if not quiet:
        _write(_harmless(text) + "\n")


def print_warnings(warnings: Iterable[str], *notes: str | None, quiet: bool) -> None:
    """Write to stderr, a line each, what is odd, and unless quiet what is only to be known; None is no note."""
    for warning in warnings:
        print_message(f"warning: {warning}")
    for note in filter(None, notes):
        print_message(f"note: {note}", quiet=quiet)


def _harmless(text: str) -> str:
    """Return a text without control characters, with which a name in a file could change the terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # Nobody listens, and there is nowhere to say so.
        _silence(sys.stderr)


class ProgressLine:
    """Shows incumbent, bound and gap: on a terminal one line that renews itself, elsewhere a line now and then."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = 0
        self._has_plan: set[str] = set()
        self.switch = _Switch()

    def __call__(self, progress: Progress) -> None:
        """Show a moment of a solve."""
        now = time.monotonic()
        self.switch.has_plan |= progress.incumbent is not None
        if progress.notice is not None:
            self.clear()
            print_message(progress.notice, quiet=self._quiet)
            return
        # From the first plan on, an interruption keeps something: worth a line at once, except in a short solve.
        is_first_plan = progress.incumbent is not None and progress.task not in self._has_plan
        is_due = now - self._last >= _LINE_EVERY_S or (is_first_plan and progress.elapsed_s >= _LINE_EVERY_S)
        if self._quiet or not (self._terminal or is_due):
            return
        if is_first_plan:
            self._has_plan.add(progress.task)
        self._last = now
        text = _progress_text(progress)
        if self._terminal:
            _write(f"\r{text:<{self._shown}}")
            self._shown = len(text)
        else:
            _write(text + "\n")

    def clear(self) -> None:
        """Take the line away before the answer is written."""
        if self._shown:
            _write(f"\r{'':<{self._shown}}\r")
            self._shown = 0


def _progress_text(progress: Progress) -> str:
    parts = [f"{progress.elapsed_s:6.1f} s", progress.task]
    most = max(abs(value) for value in (progress.incumbent or 0.0, progress.bound or 0.0))

    def figure(value: float) -> str:
        # Of a literature's problem a thousand is much, and no money.
        return f"{value / 1e6:,.3f} m" if most >= _MILLIONS_FROM else f"{value:,.6g}"

    if progress.incumbent is not None:
        parts.append(f"best {figure(progress.incumbent)}")
    if progress.bound is not None:
        parts.append(f"bound {figure(progress.bound)}")
    if progress.incumbent is not None and progress.bound is not None:
        gap = max(0.0, progress.incumbent - progress.bound)
        parts.append(f"gap {gap:,.0f} EUR" if most >= _MILLIONS_FROM else f"gap {gap:,.3g}")
    if progress.hubs_left is not None:
        parts.append(f"{progress.hubs_left} sites left")
    return "  ".join(parts)


class _Switch(Event):
    """The switch of a search; knows whether anybody has looked at it since it was set, and whether there is a plan."""

    has_plan = False
    _is_asked = False
    _has_noticed = False

    def stop(self) -> None:
        """Set it from a signal, which may have interrupted whoever holds the lock of the event."""
        self._is_asked = True

    def is_set(self) -> bool:
        """Tell whether the search is to end."""
        found = self._is_asked or super().is_set()
        self._has_noticed |= found
        return found

    def has_noticed(self) -> bool:
        """Tell whether the search knows."""
        return self._has_noticed


@contextmanager
def interruptible(progress: ProgressLine) -> Iterator[Event]:
    """End with the best plan so far on Ctrl-C or SIGTERM; a second one ends at once.

    Parameters
    ----------
    progress
        Is told of plans: a search that has one is waited for, however long it takes to end.

    Yields
    ------
    Event
        Which asks the search to end.
    """
    with stopped_by_signals(progress.switch):
        yield progress.switch
