"""Helpers in local processes.

``ProcessPoolExecutor`` and loky (3.7.0) do not serve, as measured on Linux: their processes survive when this one is
killed, and keep its stdout open; calls in their pipe cannot be cancelled, with loky two calls per process and one more;
and after a cancelled call, a lost process leaves others running (Python 3.11.7), or closing logs a traceback (loky).
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from netdesign.solve.core.shared_jobs import Helpers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    Process = subprocess.Popen[bytes]

T = TypeVar("T")

_HELP = "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); pickle.load(sys.stdin.buffer)()"


class Processes(ThreadPoolExecutor, Helpers):
    """Processes that start with the first call, and take calls as soon as they are ready.

    A thread per running call waits for its process; a call begins when a process is free. Processes end with this one,
    even if it is killed: each waits for the end of a pipe that only this process can write.
    """

    useful_after_s = 2.0
    """After so long pricing is likely to go on; a process takes 0.7 s of another core to start."""

    def __init__(self, count: int, useful_after_s: float = useful_after_s) -> None:
        super().__init__(count, "helper", initializer=self._await_process)
        self.useful_after_s = useful_after_s
        self._count = count
        self._running: list[Process] = []
        self._starting: SimpleQueue[Process] = SimpleQueue()
        self._free: SimpleQueue[Process] = SimpleQueue()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Queue a call for the next free process; until then it can be cancelled."""
        while len(self._running) < self._count:
            self._running.append(_started())
            self._starting.put(self._running[-1])
        return super().submit(self._call_process, fn, args, kwargs)

    def _await_process(self) -> None:
        """Wait until one more process is ready, in the thread that will use it."""
        process = self._starting.get()
        with suppress(ConnectionError):  # the first call reports it
            _received(process)
        self._free.put(process)

    def _call_process(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Run a call in a free process; called in a thread of the pool."""
        call = pickle.dumps((fn, args, kwargs))
        process = self._free.get()
        try:
            _send(_input(process), call)
            answer = _received(process)
        finally:
            self._free.put(process)
        found, error = pickle.loads(answer)
        if error is not None:
            raise error
        return cast("T", found)

    def loss_notice(self, error: Exception) -> str | None:
        """Return a notice if a process is lost or cannot start."""
        return "a process that helped has ended unexpectedly" if isinstance(error, OSError) else None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes at once, even in the middle of a call."""
        for process in self._running:
            process.kill()
        super().shutdown(wait, cancel_futures=cancel_futures)
        for process in self._running:
            process.wait()
            _output(process).close()
            with suppress(BrokenPipeError):  # part of a call is still buffered
                _input(process).close()
        self._running = []


def _started() -> Process:
    """Start a process, which sends a message when it is ready.

    It does not run the main module again, which may be a script without a guard, and imports nothing from its working
    folder unless this process does. It has a process group of its own, so Ctrl-C reaches this process only.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _HELP],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows
    )
    with suppress(OSError):  # the first call reports it
        pickle.dump(sys.path, _input(process))
        pickle.dump(serve_calls, _input(process))
        _input(process).flush()
    return process


def _input(process: Process) -> IO[bytes]:
    return cast("IO[bytes]", process.stdin)


def _output(process: Process) -> IO[bytes]:
    return cast("IO[bytes]", process.stdout)


def _send(pipe: IO[bytes], message: bytes) -> None:
    """Send a message, pickled so that the receiver can detect its end."""
    pickle.dump(message, pipe)
    pipe.flush()


def _received(process: Process) -> bytes:
    """Return the next message of a process; raise ConnectionError if there is none."""
    try:
        message: bytes = pickle.load(_output(process))
    except Exception as error:
        # After a broken message the next one might be taken for the answer to another call.
        process.kill()
        raise ConnectionError from error
    return message


def serve_calls() -> None:
    """Run calls one by one: the main function of a helper process."""
    answers = os.fdopen(os.dup(1), "wb")
    # Output of libraries must not mix with answers.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    calls: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(calls,), daemon=True).start()
    try:
        _send(answers, b"")
        while True:
            _send(answers, _answer(calls.get()))
    finally:
        # Python itself would not end while the thread reads.
        os._exit(0)


def _read(calls: SimpleQueue[bytes]) -> None:
    """Queue calls until the first process closes the pipe or ends; then end this process at once."""
    try:
        while True:
            calls.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)


def _answer(call: bytes) -> bytes:
    """Return the pickle of a call's result and error."""
    try:
        fn, args, kwargs = pickle.loads(call)
        return pickle.dumps((fn(*args, **kwargs), None))
    except Exception as error:  # the first process repeats the job, and gets the error itself
        return pickle.dumps((None, RuntimeError(repr(error))))
