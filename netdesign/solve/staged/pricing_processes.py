"""Helpers that price in processes of this machine."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, wait
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from netdesign.solve.staged.pricing import operate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from multiprocessing.connection import Connection

    from netdesign.solve.staged.operating import Operated
    from netdesign.solve.staged.pricing import Job

START_AFTER_S = 2.0
"""Pricing for so long that it is likely to go on: a process takes 0.7 s of another core until it can help."""
_POLL_S = 0.1


class Processes:
    """Processes that start when pricing has taken a while, and help once they are there.

    They end when this process does, however it does: each waits for the end of a pipe that only this process can write.

    Parameters
    ----------
    count
        How many.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: Connection | None = None
        self._begun: list[Future[None]] = []

    def are_ready(self, spent_s: float) -> bool:
        """Tell whether all are there; start them when it is time."""
        if self._pool is None:
            if spent_s >= START_AFTER_S:
                self._start()
            return False
        if not all(start.done() for start in self._begun):
            return False
        for start in self._begun:
            start.result()
        return True

    def _start(self) -> None:
        # Not fork: this process may have threads, such as those of a solver that was left behind.
        context = multiprocessing.get_context("spawn")
        end, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(self._count, context, _begin, (end,))
        with _interrupts_blocked():
            self._begun = [self._pool.submit(_stand_ready) for _ in range(self._count)]

    def hand(self, job: Job) -> _ProcessTask:
        """Give them a job."""
        if self._pool is None:
            message = "the processes are not started"
            raise RuntimeError(message)
        return _ProcessTask(self._pool.submit(operate, job))

    def farewell(self, error: Exception) -> str | None:
        """Return what is to be said where the pool is broken."""
        return "a process that helped has ended unexpectedly" if isinstance(error, BrokenExecutor) else None

    def close(self) -> None:
        """Let them end at once, even in the middle of a job."""
        if self._pool is not None and self._lifeline is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._lifeline.close()
            self._pool = self._lifeline = None


class _ProcessTask:
    """A job in the pool."""

    def __init__(self, future: Future[Operated]) -> None:
        self._future = future

    def take_back(self) -> bool:
        """Return whether nobody has begun it, and nobody will."""
        return self._future.cancel()

    def result(self, is_over: Callable[[], bool]) -> Operated | None:
        """Return what was found; raise where the pool is broken."""
        while not wait([self._future], _POLL_S).done:
            if is_over():
                return None
        return self._future.result()


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C from processes that start: it is for the first one, which decides what becomes of the others."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(lifeline: Connection) -> None:
    """Make a new process a quiet helper."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Stdout is the answer's, and who reads it waits until nobody has it open.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    Thread(target=_end_with, args=(lifeline,), name="lifeline", daemon=True).start()


def _end_with(lifeline: Connection) -> None:
    """Wait until the first process closes its end, or is no more."""
    try:
        lifeline.recv_bytes()
    finally:
        os._exit(0)


def _stand_ready() -> None:
    """Do nothing, once all is loaded."""
