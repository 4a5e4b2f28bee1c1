"""Helpers on an existing Dask cluster. The only module that imports Dask."""

from __future__ import annotations

import asyncio
import pickle
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

import netdesign
from netdesign.errors import UsageError
from netdesign.solve.core.shared_jobs import Helpers

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

T = TypeVar("T")

_CONNECT_S = 10
_CLOSE_S = 2
_QUIET = {
    # A notice of this program replaces these messages.
    "logging": {"distributed": "critical", "distributed.client": "critical", "tornado.application": "critical"},
    # A year with thousands of commodities is large, and is sent once.
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    # The dashboard needs no source code of the caller.
    "distributed.diagnostics.computations.nframes": 0,
}


class OtherVersionError(Exception):
    """A worker has another version of the program or of HiGHS, whose prices may differ."""


class Cluster(Helpers):
    """The workers of a Dask cluster.

    Dask reassigns the jobs of a lost worker. This process takes jobs from the end of a batch until none is left, even
    those that a worker may be running, so it never waits for the cluster, not even for one that stops without an error.

    Raises
    ------
    UsageError
        Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        try:
            import dask

            dask.config.set(_QUIET)
            from distributed import Client
        except ImportError:
            message = f"--cluster {address} needs Dask, which is not installed: pip install 'netdesign[cluster]'"
            raise UsageError(message) from None
        try:
            # A Client that fails to connect blocks when it is released, so the address is tried first.
            asyncio.run(_check_reachable(address))
            self._client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)
            # Pure functions would make Dask hash all arrays of a job.
            self._executor = self._client.get_executor(pure=False)
        except Exception as error:  # each protocol raises errors of its own
            message = (
                f"--cluster {address}: no Dask scheduler answers there ({error}); "
                "start one with `dask scheduler`, and give the address that it prints, such as tcp://host:8786"
            )
            raise UsageError(message) from None

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Submit a call to the cluster; it can be cancelled until its result arrives.

        Raises
        ------
        ConnectionError
            The scheduler cannot be reached.
        """
        if self._client.status != "running":
            raise ConnectionError
        future: Future[T] = self._executor.submit(pickle.loads, pickle.dumps(_Call(fn, args, kwargs)))
        return future

    def loss_notice(self, error: Exception) -> str | None:
        """Return a notice if no worker can help, or the scheduler is gone."""
        if isinstance(error, ImportError | OtherVersionError):
            return f"the workers of the Dask cluster at {self._address} cannot help: {error}"
        return f"the Dask cluster at {self._address} is gone" if self._client.status != "running" else None

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Disconnect from the cluster, which drops the remaining calls."""
        self._client.close(timeout=_CLOSE_S)


async def _check_reachable(address: str) -> None:
    """Raise an error if no scheduler answers."""
    from distributed.comm import connect
    from distributed.security import Security

    answered = await connect(address, timeout=_CONNECT_S, **Security().get_connection_args("client"))
    await answered.close()


class _Call:
    """A call that runs when it is unpickled; the result of unpickling is that of the call.

    The scheduler sees bytes only, so it need not have the program installed. A worker without the program reports an
    error; it would end if Dask itself unpickled the call.

    Parameters
    ----------
    call
        Function, positional arguments, and keyword arguments.
    """

    def __init__(self, *call: Any) -> None:
        self._call = call

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Return the call."""
        return call_on_worker, (versions(), *self._call)


@cache
def versions() -> tuple[str, str]:
    """Return the versions of the program and of HiGHS, on which prices depend."""
    return netdesign.__version__, version("highspy")


def call_on_worker(wanted: tuple[str, str], fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """Run a call on a worker.

    Parameters
    ----------
    wanted
        The versions of the caller.
    fn, args, kwargs
        The call.

    Raises
    ------
    OtherVersionError
        The worker has other versions.
    """
    if versions() != wanted:
        message = f"they have netdesign {versions()[0]} with highspy {versions()[1]}, not {wanted[0]} with {wanted[1]}"
        raise OtherVersionError(message)
    return fn(*args, **kwargs)
