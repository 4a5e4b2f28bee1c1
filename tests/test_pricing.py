"""Who prices operations changes nothing but the time, whatever becomes of the helpers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from netdesign.solve.multistage import pricing, pricing_processes
from netdesign.solve.multistage.pricing import Helped, Here, Job, make_pricer, opened_pricer, operate
from netdesign.solve.multistage.pricing_processes import START_AFTER_S, Processes
from tests.pricing import Killing, assert_same, lives, never, some_jobs, wait_until

LOST = "a process that helped has ended unexpectedly; operations are priced in this process from here on"
pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="tells by /proc whether a process runs")


@pytest.fixture(scope="module")
def jobs():
    return some_jobs(20)


@pytest.fixture(scope="module")
def prices(jobs):
    """Return what the jobs cost, each by itself."""
    return [operate(job) for job in jobs]


def pids(processes: Processes) -> list[int]:
    """Return the helpers that run."""
    return [process.pid for process in processes._running]


@pytest.fixture
def helped():
    """Return a function that gives a pricer with helpers that stand ready, the helpers, and what is said."""
    opened = []

    def begin(count=1):
        said, processes = [], Processes(count)
        pricer = Helped(processes, said.append)
        opened.append(pricer)
        processes.are_ready(START_AFTER_S)
        wait_until(lambda: processes.are_ready(START_AFTER_S))
        return pricer, processes, said

    yield begin
    for pricer in opened:
        pricer.close()


def test_a_price_does_not_depend_on_what_was_priced_before():
    jobs = some_jobs(40)
    prices = [operate(job) for job in jobs]
    here = Here()
    assert_same(here.price(jobs, never), prices)
    assert_same(here.price(jobs[::-1], never), prices[::-1])


def test_held_programs_are_let_go(jobs, prices, monkeypatch):
    monkeypatch.setattr(pricing, "_HELD", 2)
    here = Here()
    assert_same(here.price(jobs, never), prices)
    assert len(here._held) == 2
    here.close()
    assert not here._held


def test_processes_find_the_same_in_the_same_order(jobs, prices, helped):
    pricer, processes, said = helped(2)
    handed = []
    hand = processes.hand
    processes.hand = lambda job: handed.append(hand(job)) or handed[-1]
    for size in (2, 3, 20):
        assert_same(pricer.price(jobs[:size], never), prices[:size])
    assert len(handed) == 25
    assert sum(not task._future.cancelled() for task in handed) > 5
    assert said == []


def test_processes_start_when_pricing_has_taken_a_while(jobs, prices, monkeypatch):
    monkeypatch.setattr(pricing_processes, "START_AFTER_S", 0.05)
    processes = Processes(1)
    pricer = Helped(processes, pytest.fail)
    try:
        assert_same(pricer.price(jobs[:1], never), prices[:1])
        assert not processes._running
        assert_same(pricer.price(jobs, never), prices)
        assert not processes._running
        # Nobody waits for them: what comes while they start is done here.
        assert_same(pricer.price(jobs, never), prices)
        assert len(processes._running) == 1
    finally:
        pricer.close()


@pytest.mark.parametrize("count", [pytest.param(1, marks=pytest.mark.long), 2])
def test_a_process_that_is_killed_costs_time_only(jobs, prices, helped, count):
    pricer, processes, said = helped(count)
    assert_same(pricer.price(jobs, Killing(pids(processes)[0])), prices)
    assert_same(pricer.price(jobs, never), prices)
    assert said == [LOST]


def test_a_process_that_is_killed_between_two_batches_costs_time_only(jobs, prices, helped):
    pricer, processes, said = helped()
    [pid] = pids(processes)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not lives(pid))
    assert_same(pricer.price(jobs, never), prices)
    assert said == [LOST]


def test_a_process_that_cannot_start_costs_time_only(jobs, prices, monkeypatch):
    said, processes = [], Processes(1)
    pricer = Helped(processes, said.append)
    processes.are_ready(START_AFTER_S)
    os.kill(pids(processes)[0], signal.SIGKILL)
    wait_until(lambda: not lives(processes._running[0].pid))
    assert_same(pricer.price(jobs[:4], never), prices[:4])
    assert said == [LOST]
    pricer.close()


def test_what_is_wrong_with_a_job_shows_here_too(jobs, helped):
    """A defect is raised by this process, and is no reason to do without helpers."""
    pricer, _, said = helped()
    broken = Job(jobs[-1].year, jobs[-1].lift[:2], jobs[-1].daily)
    with pytest.raises(ValueError, match="broadcast"):
        pricer.price([broken] * 6, never)
    assert pricer.price(jobs[:4], never)
    assert said == []


@pytest.mark.parametrize("asked", [0, 5])
def test_what_the_time_did_not_suffice_for_is_none(jobs, prices, helped, asked):
    answers = iter([False] * asked)

    def is_over() -> bool:
        return next(answers, True)

    found = Here().price(jobs, is_over)
    assert_same(found, [*prices[:asked], *[None] * (len(jobs) - asked)])
    answers = iter([False] * asked)
    pricer, _, said = helped()
    found = pricer.price(jobs, is_over)
    assert sum(one is not None for one in found) <= asked
    assert_same(found, [None if one is None else price for one, price in zip(found, prices, strict=True)])
    # What was left behind is nobody's any more.
    assert_same(pricer.price(jobs, never), prices)
    assert said == []


def test_processes_end_when_they_are_let_go(jobs, helped):
    pricer, processes, _ = helped(2)
    running = pids(processes)
    assert len(running) == 2
    pricer.price(jobs, iter([False] * 5 + [True] * 99).__next__)
    pricer.close()
    wait_until(lambda: not any(map(lives, running)), 5.0)
    pricer.close()


FIRST = """
import sys
from netdesign.solve.multistage.pricing_processes import Processes
from netdesign.solve.multistage.pricing import Helped
from tests.pricing import never, some_jobs, wait_until

if __name__ == "__main__":
    processes = Processes(2)
    pricer = Helped(processes, print)
    processes.are_ready(9.0)
    print(*[process.pid for process in processes._running], flush=True)
    try:
        jobs = some_jobs(40)
        wait_until(lambda: processes.are_ready(9.0))
        print("ready", flush=True)
        while True:
            pricer.price(jobs, never)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    {end}
"""


@pytest.fixture
def first(tmp_path):
    """Return a function that starts a first process with two helpers at work, and gives it and their numbers."""
    begun = []

    def begin(end="pricer.close()", is_ready=True):
        file = tmp_path / "first.py"
        file.write_text(FIRST.replace("{end}", end), encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(
            [sys.executable, str(file)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        helpers = [int(pid) for pid in process.stdout.readline().split()]
        assert len(helpers) == 2
        if is_ready:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.3)
        return process, helpers

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_processes_end_with_the_first_one_however_it_ends(first, number):
    process, helpers = first()
    process.send_signal(number)
    # Who reads its output sees the end, so helpers do not hold it open.
    assert process.communicate(timeout=5)[0] == ""
    wait_until(lambda: not any(map(lives, helpers)), 5.0)


@pytest.mark.long
@pytest.mark.parametrize("end", ["pricer.close()", "pass"])
def test_ctrl_c_is_for_the_first_process(first, end):
    """The terminal sends it to all; helpers go on until the first one has decided, and say nothing."""
    process, helpers = first(end)
    for pid in helpers:
        os.kill(pid, signal.SIGINT)
    time.sleep(0.3)
    assert all(map(lives, helpers))
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=10) == ("interrupted\n", "")
    assert process.returncode == 0
    wait_until(lambda: not any(map(lives, helpers)), 5.0)


@pytest.mark.parametrize(
    "after_s", [pytest.param(0.0, marks=pytest.mark.long), 0.1, pytest.param(0.3, marks=pytest.mark.long)]
)
def test_ctrl_c_while_processes_start_is_for_the_first_one(first, after_s):
    process, helpers = first(is_ready=False)
    time.sleep(after_s)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=10) == ("interrupted\n", "")
    wait_until(lambda: not any(map(lives, helpers)), 5.0)


def test_who_prices_follows_the_options():
    assert isinstance(make_pricer(1, None, pytest.fail), Here)
    with opened_pricer(3, None, pytest.fail) as pricer:
        assert isinstance(pricer, Helped)
        assert pricer._helpers._count == 2
