"""Workers of a Dask cluster change nothing but the time, whatever becomes of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from netdesign import __version__
from netdesign.errors import ExitCode, UsageError
from netdesign.solve.multistage import pricing_cluster
from netdesign.solve.multistage.pricing import Pricer, make_pricer, operate
from tests.cli.test_cli import COMMAND
from tests.support.pricing import Killing, assert_same, lives, never, some_jobs, wait_until

HERE = "operations are priced in this process from here on"


@pytest.fixture(scope="module")
def jobs():
    return some_jobs(40)


@pytest.fixture(scope="module")
def prices(jobs):
    return [operate(job) for job in jobs]


@pytest.fixture
def pricer_at():
    """Return a function that gives a pricer with a cluster whose workers are there, and what it says."""
    opened = []

    def begin(dask):
        said = []
        opened.append(make_pricer(1, dask.address, said.append))
        opened[-1]._helpers._client.wait_for_workers(len(dask.workers), timeout=30)
        return opened[-1], said

    yield begin
    for pricer in opened:
        pricer.close()


@pytest.fixture
def slow(monkeypatch):
    """Let this process take its time, so that the workers do most."""
    done = []

    def wait(pricer, job):
        time.sleep(0.1)
        done.append(job)
        return operate(job)

    monkeypatch.setattr(Pricer, "operate", wait)
    return done


@pytest.mark.long
@pytest.mark.usefixtures("slow")
def test_a_cluster_finds_the_same_in_the_same_order(jobs, prices, dask, pricer_at, slow):
    dask.work()
    pricer, said = pricer_at(dask)
    for _ in range(2):
        slow.clear()
        assert_same(pricer.price(jobs, never), prices)
    assert len(slow) < 30
    assert said == []


@pytest.mark.long
@pytest.mark.usefixtures("slow")
def test_workers_that_are_killed_cost_time_only(jobs, prices, dask, pricer_at):
    """One, then the other; a new one is welcome."""
    dask.work()
    pricer, said = pricer_at(dask)
    for worker in dask.workers:
        assert_same(pricer.price(jobs, Killing(worker.pid)), prices)
        wait_until(lambda pid=worker.pid: not lives(pid))
    assert_same(pricer.price(jobs[:9], never), prices[:9])
    dask.work(1)
    pricer._helpers._client.wait_for_workers(1, timeout=30)
    assert_same(pricer.price(jobs, never), prices)
    assert said == []


@pytest.mark.long
@pytest.mark.usefixtures("slow")
def test_a_scheduler_that_is_killed_costs_time_only(jobs, prices, dask, pricer_at):
    dask.work()
    pricer, said = pricer_at(dask)
    assert_same(pricer.price(jobs, Killing(dask.scheduler.pid)), prices)
    for _ in range(2):
        assert_same(pricer.price(jobs, never), prices)
    assert said == [f"the Dask cluster at {dask.address} is gone; {HERE}"]


@pytest.mark.long
@pytest.mark.usefixtures("slow")
def test_a_cluster_that_falls_silent_is_not_waited_for(jobs, prices, dask, pricer_at):
    dask.work()
    pricer, said = pricer_at(dask)
    for process in (dask.scheduler, *dask.workers):
        os.kill(process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    assert_same(pricer.price(jobs, never), prices)
    pricer.close()
    assert time.monotonic() - begun < 15
    assert said == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("preload", "reason"),
    [
        ("import netdesign\nnetdesign.__version__ = '0.0.1'", "they have netdesign 0.0.1 with highspy "),
        ("import sys\nsys.modules['netdesign'] = None", "No module named 'netdesign.solve'"),
    ],
)
@pytest.mark.usefixtures("slow")
def test_workers_that_cannot_help_are_done_without(jobs, prices, dask, pricer_at, preload, reason):
    dask.work(1, preload)
    pricer, said = pricer_at(dask)
    for _ in range(2):
        assert_same(pricer.price(jobs, never), prices)
    [notice] = said
    assert notice.startswith(f"the workers of the Dask cluster at {dask.address} cannot help: {reason}")
    assert notice.endswith(HERE)


def test_a_worker_of_another_version_says_which(jobs):
    with pytest.raises(pricing_cluster.OtherVersionError, match=rf"they have netdesign {__version__} with highspy"):
        pricing_cluster.call_on_worker(("0.0.1", "1.0"), operate, (jobs[0],), {})


@pytest.mark.long
def test_timing_with_a_cluster_answers_the_same(dask):
    """With workers that are there at once and in the end, in plan and in every figure."""
    dask.work()
    call = [*COMMAND, "timing", "benelux-stages", "--tree", "--format", "json", "--quiet"]
    alone, helped = (
        subprocess.run([*call, *more], capture_output=True, text=True, check=False)
        for more in ((), ("--cluster", dask.address))
    )
    assert (helped.returncode, helped.stderr) == (ExitCode.ANSWERED, "")
    one, other = json.loads(alone.stdout), json.loads(helped.stdout)
    for document in (one, other):
        document.pop("times")
    assert one == other


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("tcp://127.0.0.1:9", "Timed out trying to connect to tcp://127.0.0.1:9 after 0.2 s"),
        ("nonsense", "missing port number in address 'nonsense'"),
    ],
)
def test_an_address_without_a_scheduler_is_refused(netdesign, monkeypatch, address, why):
    monkeypatch.setattr(pricing_cluster, "_CONNECT_S", 0.2)
    ended = netdesign("timing", "benelux-stages", "--quiet", "--cluster", address)
    assert (ended.code, ended.out) == (ExitCode.USAGE, "")
    assert ended.err == (
        f"netdesign: --cluster {address}: no Dask scheduler answers there ({why}); start one with `dask scheduler`, "
        "and give the address that it prints, such as tcp://host:8786\n"
    )


def test_a_cluster_without_dask_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(UsageError) as caught:
        make_pricer(1, "tcp://127.0.0.1:8786", pytest.fail)
    assert str(caught.value) == (
        "--cluster tcp://127.0.0.1:8786 needs Dask, which is not installed: pip install 'netdesign[cluster]'"
    )
