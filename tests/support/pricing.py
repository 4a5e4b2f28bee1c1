"""Operations to be priced, and helpers that are watched, for the tests of who prices."""

from __future__ import annotations

import itertools
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netdesign.instance.read import read_staged
from netdesign.network.staged import build_networks
from netdesign.solve.multistage.hubs import Hubs
from netdesign.solve.multistage.pricing import Job
from netdesign.solve.multistage.year import Years

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.solve.multistage.operating import YearOperation
    from netdesign.solve.multistage.pricing_processes import Processes

INSTANCE = Path(__file__).parents[2] / "instances" / "benelux-stages"


def some_jobs(number: int) -> list[Job]:
    """Return operations of the Benelux, of all years, sets of hubs and sizes."""
    staged = read_staged(INSTANCE)
    hubs, years = Hubs(staged), Years(staged, build_networks(staged))
    jobs = []
    for chosen, node in itertools.product(hubs.sets(), range(len(staged.nodes))):
        opened = tuple(sorted((*hubs.existing, *chosen)))
        year = years.year(node, opened)
        for levels in itertools.product(*(range(len(hubs[site].level_lift)) for site in opened)):
            at = [(hubs[site], level) for site, level in zip(opened, levels, strict=True)]
            lift = np.array([hub.level_lift[level] for hub, level in at])
            daily = np.array([hub.level_daily[level] for hub, level in at])
            jobs.append(Job(year, lift, daily))
    return jobs[:: len(jobs) // number][:number]


def assert_same(found: Sequence[YearOperation | None], wanted: Sequence[YearOperation | None]) -> None:
    """Two batches are equal to the last bit: cost, routes, contract and what proves them."""
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert (one is None) == (other is None)
        if one is None or other is None:
            continue
        assert (one.cost, one.relaxed, one.lanes) == (other.cost, other.relaxed, other.lanes)
        for name in ("commodity", "first", "last", "volume", "contract"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        np.testing.assert_equal(vars(one.prices) if one.prices else None, vars(other.prices) if other.prices else None)


def begin(processes: Processes, then: Callable[[], None] = lambda: None) -> None:
    """Start all processes, do something, and return when they stand ready."""
    processes.useful_after_s = 0.0
    futures = [processes.submit(os.getpid) for _ in range(processes._count)]
    then()
    assert {future.result() for future in futures} <= {process.pid for process in processes._running}
    wait_until(lambda: processes._free.qsize() == processes._count)


def never() -> bool:
    """Say that there is time."""
    return False


def wait_until(is_so: Callable[[], bool], most_s: float = 20.0) -> None:
    """Return when something is so; fail when it takes too long."""
    end = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Killing:
    """Says that there is time, and kills a process the third time that it is asked.

    Parameters
    ----------
    pid
        Whom.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._asked = 0

    def __call__(self) -> bool:
        self._asked += 1
        if self._asked == 3:
            os.kill(self._pid, signal.SIGKILL)
        return False
