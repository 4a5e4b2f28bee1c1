"""Processes, or the workers of a Dask cluster, that help with a question."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from netdesign.solve.core.shared_jobs import SharedJobs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def ready() -> None:
    """Do nothing; called by helpers, so that they load their modules before there is work."""


@contextmanager
def helpers(
    workers: int, cluster: str | None, notify: Callable[[str], None], what_happens: str
) -> Iterator[SharedJobs | None]:
    """Yield what shares jobs with processes or with the workers of a cluster; None without any.

    Parameters
    ----------
    workers
        Number of processes, this one included.
    cluster
        Address of a Dask scheduler whose workers help instead, or None.
    notify
        Called with a notice if helpers are lost.
    what_happens
        What the jobs do, in words for the notice.

    Raises
    ------
    UsageError
        Dask is not installed, or no scheduler answers at the address.
    """
    if cluster is None and workers == 1:
        yield None
        return
    if cluster is not None:
        # Imported on use: Dask takes half a second.
        from netdesign.solve.multistage.pricing_cluster import Cluster

        shared = SharedJobs(Cluster(cluster), notify, what_happens)
    else:
        from netdesign.solve.multistage.pricing_processes import Processes

        processes = Processes(workers - 1, useful_after_s=0.0)
        for _ in range(workers - 1):
            processes.submit(ready)  # while this process reads the instance
        shared = SharedJobs(processes, notify, what_happens)
    try:
        yield shared
    finally:
        shared.dismiss()
