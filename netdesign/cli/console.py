"""Output of the commands: answers on stdout, messages and progress on stderr; and interruption of a search."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import UnsupportedOperation
from threading import Event
from typing import TYPE_CHECKING

from netdesign.cli.process import check_not_interrupted, settle, stopped_by_signals
from netdesign.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from netdesign.solve.core.outcome import Progress, Saving

_LINE_EVERY_S = 10.0
"""Seconds between lines of progress where stderr is no terminal."""

_MILLIONS_FROM = 1e5
"""Values from which progress is shown in millions."""

_FEW_NAMED = 3
"""Number of hubs up to which a network is named by them."""

_BAR = 10
"""Characters of the bar that shows how much is done."""

_WITH_SAVING = ("saving sites sets left", "short sites sets left", "short sets", "short", "sets", "")
_WITHOUT_SAVING = ("best bound gap sets left", "best bound gap", "best gap", "best", "bound", "")
"""Parts of the line of progress after time and task where a terminal is narrow: the first that it has room for.

Values and gap of the networks say the same as the saving.
"""

_LIST = re.compile(r"(.*?[^\d]): [^:;]*,[^:;]*,[^:;]*(;.*)?")
"""A list of three names or more in a message; the colon after a number is that of a line of a file."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_answer(text: str) -> None:
    """Write the answer to stdout; a closed pipe (``| head``) is no error.

    Raises
    ------
    UsageError
        Stdout cannot be written, for example because a disk is full.
    """
    check_not_interrupted()
    try:
        encoding = sys.stdout.encoding or "utf-8"
        # A character that stdout cannot encode is written as its number.
        sys.stdout.write(_harmless(text).encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except OSError as error:
        _silence(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            message = f"stdout cannot be written: {error.strerror}"
            raise UsageError(message) from None
    settle()


def is_stdout_lost() -> bool:
    """Return whether text that was written to stdout, such as the help, did not get there."""
    try:
        sys.stdout.flush()
        # What is longer than the buffer fails as it is written, and leaves nothing to flush.
        with suppress(UnsupportedOperation):
            os.write(sys.stdout.fileno(), b"")
    except OSError:
        _silence(sys.stdout)
        return True
    return False


def _silence(stream: TextIO) -> None:
    """Discard the buffer of a stream: Python would report the error again when it closes the stream at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def print_message(text: str, *, quiet: bool = False) -> None:
    """Write a line to stderr."""
    if not quiet:
        _write(_harmless(text) + "\n")


def print_warnings(warnings: Iterable[str], *notes: str | None, quiet: bool, in_full: bool = True) -> None:
    """Write warnings to stderr, and notes unless ``quiet``, each once; a note that is None is skipped.

    Unless ``in_full`` they say how many there are of what they name.
    """
    worded = str if in_full else _without_list
    for warning in dict.fromkeys(warnings):
        print_message(f"warning: {worded(warning)}")
    for note in dict.fromkeys(filter(None, notes)):
        print_message(f"note: {worded(note)}", quiet=quiet)


def _without_list(text: str) -> str:
    """Return a message without the names that it lists after a colon; what follows them stays."""
    found = _LIST.fullmatch(text)
    return text if found is None else f"{found[1]}{found[2] or ''}; --notes lists them"


def _harmless(text: str) -> str:
    """Escape control characters, with which a name in a file could change the terminal."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        # Nobody reads stderr, so the error cannot be reported.
        _silence(sys.stderr)


class ProgressLine:
    """Prints incumbent, bound and gap: on a terminal in one line that is rewritten, else in a line now and then."""

    def __init__(self, *, quiet: bool, in_full: bool = True) -> None:
        self._quiet = quiet
        self._in_full = in_full
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = 0
        self._has_plan: set[str] = set()
        self._part: float | None = None
        self.switch = _Switch()
        self.has_told = False

    def tell_of_instance(self, warnings: Iterable[str], notes: Iterable[str | None]) -> None:
        """Print warnings and notes on the instance."""
        self.has_told = True
        self.clear()
        print_warnings(warnings, *notes, quiet=self._quiet, in_full=self._in_full)

    def __call__(self, progress: Progress) -> None:
        """Print a ``Progress``."""
        now = time.monotonic()
        self.switch.has_plan |= progress.incumbent is not None
        if progress.notice is not None:
            self.clear()
            print_message(progress.notice, quiet=self._quiet)
            return
        # From the first plan on, an interruption leaves a plan: print that at once, except in a short solve.
        is_first_plan = progress.incumbent is not None and progress.task not in self._has_plan
        is_due = now - self._last >= _LINE_EVERY_S or (is_first_plan and progress.elapsed_s >= _LINE_EVERY_S)
        if self._quiet or not (self._terminal or is_due):
            return
        if is_first_plan:
            self._has_plan.add(progress.task)
        self._last = now
        if progress.part is not None:
            self._part = progress.part
        told = replace(progress, part=self._part)
        text = _progress_text(told, _columns() if self._terminal else None)
        if self._terminal:
            _write(f"\r{text:<{self._shown}}")
            self._shown = len(text)
        else:
            _write(text + "\n")

    def clear(self) -> None:
        """Erase the line before the answer is printed."""
        if self._shown:
            _write(f"\r{'':<{self._shown}}\r")
            self._shown = 0


def _progress_text(progress: Progress, columns: int | None) -> str:
    """Return the line of progress; where it is too long for a terminal, without what matters least."""
    parts = {"time": f"{progress.elapsed_s:6.1f} s", "task": progress.task, **dict(_figures(progress))}
    if progress.hubs_left is not None:
        parts["sites"] = f"{progress.hubs_left} sites left"
    if progress.sets_left is not None:
        parts["sets"] = "the last set" if progress.sets_left == 1 else f"{progress.sets_left:,} sets left"
    if progress.left_s is not None:
        parts["left"] = f"about {_span_text(progress.left_s)} to go"
    if columns is not None:
        parts["time"] += _bar(progress)
    text = "  ".join(parts.values())
    if columns is None or len(text) < columns:
        return text
    narrower = _WITHOUT_SAVING
    if progress.saving is not None and "saving" in parts:
        narrower, parts["short"] = _WITH_SAVING, parts["saving"].removesuffix(_against(progress.saving))
    lines = ("  ".join(parts[name] for name in ("time", "task", *names.split()) if name in parts) for names in narrower)
    return next((line for line in lines if len(line) < columns), text[: columns - 1])


def _bar(progress: Progress) -> str:
    """Return a bar of how much is done, as far as that is known."""
    done, left_s = progress.part, progress.left_s
    if done is None and left_s is not None:
        done = progress.elapsed_s / (progress.elapsed_s + left_s) if left_s else 1.0
    return "" if done is None else f"  [{'#' * round(done * _BAR):.<{_BAR}}]"


def _figures(progress: Progress) -> Iterator[tuple[str, str]]:
    """Yield the texts of incumbent and bound, of the gap, and of what is saved, with their names."""
    incumbent, bound, saving = progress.incumbent, progress.bound, progress.saving
    most = max(abs(value) for value in (incumbent or 0.0, bound or 0.0))

    def figure(value: float) -> str:
        # Published problems have small numbers, without a currency.
        return f"{value / 1e6:,.3f} m" if most >= _MILLIONS_FROM else f"{value:,.6g}"

    if incumbent is not None:
        yield "best", f"best {figure(incumbent)}"
    if bound is not None:
        yield "bound", f"bound {figure(bound)}"
    if incumbent is not None and bound is not None:
        gap = max(0.0, incumbent - bound)
        yield "gap", f"gap {gap:,.0f} EUR" if most >= _MILLIONS_FROM else f"gap {gap:,.3g}"
    if saving is not None and (saving.at_least, saving.at_most) != (None, None):
        yield "saving", _saving_text(saving, figure) + _against(saving)


def _saving_text(saving: Saving, figure: Callable[[float], str]) -> str:
    """Return what is saved; what a network costs more is no saving under zero."""
    least, most = saving.at_least, saving.at_most
    if least is None or most is None:
        known = least if most is None else most
        limit = "most" if (least is None) == ((known or 0.0) >= 0) else "least"
        return f"{'saves' if (known or 0.0) >= 0 else 'costs'} at {limit} {figure(abs(known or 0.0))}"
    if _is_dearer(saving):
        return f"costs {figure(-most)} to {figure(-least)}"
    if least >= 0:
        return f"saves {figure(least)} to {figure(most)}"
    return f"costs up to {figure(-least)} more or saves up to {figure(most)}"


def _is_dearer(saving: Saving) -> bool:
    """Return whether a network costs more than the other, as far as is known."""
    known = saving.at_least if saving.at_most is None else saving.at_most
    return known is not None and known < 0


def _against(saving: Saving) -> str:
    """Return the end of the text of a saving: against which network."""
    return f"{' more than' if _is_dearer(saving) else ' against'} {_hubs_text(saving.against)}"


def _hubs_text(hubs: tuple[str, ...]) -> str:
    return " + ".join(hubs) if len(hubs) <= _FEW_NAMED else f"{len(hubs)} hubs"


def _span_text(seconds: float) -> str:
    minutes = seconds / 60
    return f"{seconds:.0f} s" if minutes < 2 else f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _columns() -> int | None:
    """Return the width of the terminal; None where it is not known."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or None
    except (OSError, ValueError):
        return None


class _Switch(Event):
    """The stop event of a search; records whether the search has read it once set, and whether it has a plan."""

    has_plan = False
    _is_asked = False
    _has_noticed = False

    def stop(self) -> None:
        """Set it from a signal handler, without the lock of the event: the interrupted code may hold it."""
        self._is_asked = True

    def is_set(self) -> bool:
        """Return whether the search is to end."""
        found = self._is_asked or super().is_set()
        self._has_noticed |= found
        return found

    def has_noticed(self) -> bool:
        """Return whether the search has read that it is to end."""
        return self._has_noticed


@contextmanager
def interruptible(progress: ProgressLine) -> Iterator[Event]:
    """End with the best plan so far on Ctrl-C or SIGTERM; a second one ends at once.

    Parameters
    ----------
    progress
        Records whether there is a plan; a search with a plan may take any time to end.

    Yields
    ------
    Event
        The event that ends the search.
    """
    with stopped_by_signals(progress.switch):
        yield progress.switch
