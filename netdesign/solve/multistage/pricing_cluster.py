"""Helpers on a Dask cluster that exists already. The only module that knows Dask."""

from __future__ import annotations

import asyncio
import pickle
from functools import cache
from importlib.metadata import version
from threading import Event
from typing import TYPE_CHECKING, Any

import netdesign
from netdesign.errors import UsageError
from netdesign.solve.multistage.pricing import operate

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.solve.multistage.operating import Operated
    from netdesign.solve.multistage.pricing import Job

_CONNECT_S = 10
_FETCH_S = 10
_CLOSE_S = 2
_QUIET = {
    # Our notice says it in a line.
    "logging": {"distributed": "critical", "distributed.client": "critical", "tornado.application": "critical"},
    # A year with thousands of commodities is large, and is needed once.
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    # The code of who asks is of no interest to the dashboard.
    "distributed.diagnostics.computations.nframes": 0,
}


class OtherVersionError(Exception):
    """A worker has another version of the program or of HiGHS, whose prices may be others."""


class Cluster:
    """The workers of a Dask cluster.

    Dask gives the jobs of a worker that is lost to another one. This process takes jobs from the end of a batch until
    none is left, even those on which a worker may be at work: so it never waits for the cluster, not even for one
    that falls silent without an error.

    Parameters
    ----------
    address
        Of the scheduler.

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
            # A Client that fails at an address which is none waits for itself when it is let go.
            asyncio.run(_knock(address))
            self._client: Any = Client(address, timeout=_CONNECT_S, set_as_default=False)
        except Exception as error:  # each way of connecting has its own
            message = (
                f"--cluster {address}: no Dask scheduler answers there ({error}); "
                "start one with `dask scheduler`, and give the address that it prints, such as tcp://host:8786"
            )
            raise UsageError(message) from None

    def are_ready(self, spent_s: float) -> bool:
        """Tell whether the scheduler can be reached.

        Raises
        ------
        ConnectionError
            It cannot.
        """
        if self._client.status != "running":
            raise ConnectionError
        return True

    def hand(self, job: Job) -> _ClusterTask:
        """Give them a job."""
        # Not pure: Dask would look for equal jobs by hashing all their arrays.
        return _ClusterTask(self._client.submit(pickle.loads, pickle.dumps(_Call(job)), pure=False))

    def farewell(self, error: Exception) -> str | None:
        """Return what is to be said where no worker can help, or the scheduler is gone."""
        if isinstance(error, ImportError | OtherVersionError):
            return f"the workers of the Dask cluster at {self._address} cannot help: {error}"
        return f"the Dask cluster at {self._address} is gone" if self._client.status != "running" else None

    def close(self) -> None:
        """Leave the cluster, which forgets the jobs that are left."""
        self._client.close(timeout=_CLOSE_S)


async def _knock(address: str) -> None:
    """Raise where no scheduler answers."""
    from distributed.comm import connect
    from distributed.security import Security

    answered = await connect(address, timeout=_CONNECT_S, **Security().get_connection_args("client"))
    await answered.close()


class _ClusterTask:
    """A job on the cluster; its result is fetched as soon as it is there."""

    def __init__(self, future: Any) -> None:
        self._future = future
        self._has_ended = Event()
        self._found: Operated | None = None
        self._error: Exception | None = None
        future.add_done_callback(self._fetch)

    def _fetch(self, future: Any) -> None:
        """Fetch the result, in a thread of Dask's."""
        try:
            self._found = future.result(timeout=_FETCH_S)
        except Exception as error:
            self._error = error
        self._has_ended.set()

    def take_back(self) -> bool:
        """Return whether it is not done yet; a worker that has begun it does so in vain."""
        if self._has_ended.is_set():
            return False
        self._future.release()
        return True

    def result(self, is_over: Callable[[], bool]) -> Operated | None:
        """Return what was found, or raise what went wrong."""
        if self._error is not None:
            raise self._error
        return self._found


class _Call:
    """Who unpickles it calls ``operate_there``, and has what that returns.

    To the scheduler it is mere bytes, so that the program need not be there. A worker without it says so; it would end
    if Dask unpickled the job.

    Parameters
    ----------
    job
        What is asked.
    """

    def __init__(self, job: Job) -> None:
        self._job = job

    def __reduce__(self) -> tuple[Callable[..., Operated], tuple[tuple[str, str], Job]]:
        """Return the call."""
        return operate_there, (versions(), self._job)


@cache
def versions() -> tuple[str, str]:
    """Return the versions of what makes a price: of the program and of HiGHS."""
    return netdesign.__version__, version("highspy")


def operate_there(wanted: tuple[str, str], job: Job) -> Operated:
    """Return the best operation, on a worker.

    Parameters
    ----------
    wanted
        The versions of who asks.
    job
        What is asked.

    Raises
    ------
    OtherVersionError
        The worker has others.
    """
    if versions() != wanted:
        message = f"they have netdesign {versions()[0]} with highspy {versions()[1]}, not {wanted[0]} with {wanted[1]}"
        raise OtherVersionError(message)
    return operate(job)
