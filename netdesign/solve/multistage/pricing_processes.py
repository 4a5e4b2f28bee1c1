"""Helpers that price in processes of this machine.

Not a ``ProcessPoolExecutor``: where a process of one is killed after a job was cancelled, Python 3.11 leaves the others
waiting for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from netdesign.solve.multistage.pricing import operate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from netdesign.solve.multistage.operating import Operated
    from netdesign.solve.multistage.pricing import Job

START_AFTER_S = 2.0
"""Pricing for so long that it is likely to go on: a process takes 0.7 s of another core until it can help."""
_POLL_S = 0.1
_SAFE_PATH = "PYTHONSAFEPATH"


class LostError(Exception):
    """A process that helped has ended."""


class Processes:
    """Processes that start when pricing has taken a while, and help once they are there.

    A thread for each job that is under way waits for its process; a job begins when a process is free. Processes end
    when this one does, however it does: each waits for the end of a pipe that only this process can write.

    Parameters
    ----------
    count
        How many.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._threads: ThreadPoolExecutor | None = None
        self._running: list[BaseProcess] = []
        self._starting: list[Connection] = []
        self._free: SimpleQueue[Connection] = SimpleQueue()

    def are_ready(self, spent_s: float) -> bool:
        """Tell whether all are there; start them when it is time."""
        if self._threads is None:
            if spent_s >= START_AFTER_S:
                self._start()
            return False
        while self._starting and self._starting[0].poll():
            _received(self._starting[0])
            self._free.put(self._starting.pop(0))
        return not self._starting

    def _start(self) -> None:
        # Not fork: this process may have threads, such as those of a solver that was left behind.
        context = multiprocessing.get_context("spawn")
        self._threads = ThreadPoolExecutor(self._count, "helper")
        with _safe_path(), _interrupts_blocked():
            for _ in range(self._count):
                ours, theirs = context.Pipe()
                process = context.Process(target=_help, args=(theirs,), name="helper", daemon=True)
                process.start()
                theirs.close()
                self._running.append(process)
                self._starting.append(ours)

    def hand(self, job: Job) -> _ProcessTask:
        """Give them a job."""
        if self._threads is None:
            message = "the processes are not started"
            raise RuntimeError(message)
        return _ProcessTask(self._threads.submit(self._ask, job))

    def _ask(self, job: Job) -> Operated:
        """Let a process do a job, in a thread of its own."""
        process = self._free.get()
        try:
            _send(process, job)
            found = _received(process)
        except OSError as error:
            raise LostError from error
        finally:
            self._free.put(process)
        if found is None:
            message = "a process could not do a job"
            raise RuntimeError(message)
        return found

    def farewell(self, error: Exception) -> str | None:
        """Return what is to be said where a process is lost."""
        return "a process that helped has ended unexpectedly" if isinstance(error, LostError) else None

    def close(self) -> None:
        """End them at once, even in the middle of a job."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._running:
            process.kill()
            process.join()
        if self._threads is not None:
            # Their processes are no more, so that none of them waits.
            self._threads.shutdown()
        self._close_pipes()
        self._running, self._threads = [], None

    def _close_pipes(self) -> None:
        while not self._free.empty():
            self._starting.append(self._free.get())
        for pipe in self._starting:
            pipe.close()
        self._starting = []


class _ProcessTask:
    """A job in the queue for the next process that is free."""

    def __init__(self, future: Future[Operated]) -> None:
        self._future = future

    def take_back(self) -> bool:
        """Return whether nobody has begun it, and nobody will."""
        return self._future.cancel()

    def result(self, is_over: Callable[[], bool]) -> Operated | None:
        """Return what was found; raise where the process is lost."""
        while not wait([self._future], _POLL_S).done:
            if is_over():
                return None
        return self._future.result()


def _send(pipe: Connection, what: Job | Operated | None) -> None:
    """Send a job or an answer; ``send`` would do it by a buffer that Python 3.13 complains of when it is let go."""
    pipe.send_bytes(pickle.dumps(what))


def _received(process: Connection) -> Operated | None:
    """Return what a process says; None that it is there, or could not do a job."""
    try:
        found: Operated | None = pickle.loads(process.recv_bytes())
    except (EOFError, OSError) as error:
        raise LostError from error
    return found


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep processes that start from importing what lies in the folder where they do; they inherit what is set here."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C from processes that start: it is for the first one, which decides what becomes of the others."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    # Starts with the first process, and lets Ctrl-C through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _help(first: Connection) -> None:
    """Do one job after the other; what a helper process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Stdout is the answer's, and who reads it waits until nobody has it open.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    jobs: SimpleQueue[Job] = SimpleQueue()
    Thread(target=_read, args=(first, jobs), daemon=True).start()
    _send(first, None)
    while True:
        try:
            found: Operated | None = operate(jobs.get())
        except Exception:  # the first process will see it: it does the job again
            found = None
        _send(first, found)


def _read(first: Connection, jobs: SimpleQueue[Job]) -> None:
    """Queue jobs until the first process closes its end, or is no more; then end this one, whatever it is doing."""
    try:
        while True:
            jobs.put(pickle.loads(first.recv_bytes()))
    finally:
        os._exit(0)
