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
from netdesign.solve.multistage.pricing import HelpedPricer, Job, Pricer, make_pricer, operate
from netdesign.solve.multistage.pricing_processes import Processes
from tests.support.pricing import Killing, assert_same, begin, lives, never, some_jobs, wait_until

LOST = "a process that helped has ended unexpectedly; operations are priced in this process from here on"
pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="tells by /proc whether a process runs")


@pytest.fixture(scope="module")
def jobs():
    return some_jobs(8)


@pytest.fixture(scope="module")
def prices(jobs):
    """Return what the jobs cost, each by itself."""
    return [operate(job) for job in jobs]


def pids(processes: Processes) -> list[int]:
    """Return the helpers that run."""
    return [process.pid for process in processes._running]


def ready(count):
    """Return a pricer with helpers that stand ready, the helpers, and what is said."""
    said, processes = [], Processes(count)
    begin(processes)
    return HelpedPricer(processes, said.append), processes, said


@pytest.fixture
def helped():
    """Return a pricer that a test may spoil, with one helper."""
    one = ready(1)
    yield one
    one[0].close()


@pytest.fixture(scope="module")
def shared():
    """Return a pricer that tests leave as it is, with two helpers."""
    two = ready(2)
    yield two
    assert two[2] == []
    two[0].close()


def test_a_price_does_not_depend_on_what_was_priced_before(jobs, prices):
    here = Pricer()
    assert_same(here.price(jobs, never), prices)
    assert_same(here.price(jobs[::-1], never), prices[::-1])


def test_held_programs_are_let_go(jobs, prices, monkeypatch):
    monkeypatch.setattr(pricing, "_HELD", 2)
    here = Pricer()
    assert_same(here.price(jobs, never), prices)
    assert len(here._held) == 2
    here.close()
    assert not here._held


def test_processes_find_the_same_in_the_same_order(jobs, prices, shared, monkeypatch):
    pricer, processes, _ = shared
    futures = []
    submit = processes.submit
    monkeypatch.setattr(processes, "submit", lambda *call: futures.append(submit(*call)) or futures[-1])
    # This process takes its time, so that the others do most.
    monkeypatch.setattr(pricer, "operate", lambda job: time.sleep(0.05) or operate(job))
    for size in (2, 3, len(jobs)):
        assert_same(pricer.price(jobs[:size], never), prices[:size])
    assert len(futures) == 5 + len(jobs)
    assert sum(not future.cancelled() for future in futures) > 3


def test_processes_start_when_pricing_has_taken_a_while(jobs, prices, monkeypatch):
    monkeypatch.setattr(pricing_processes, "_HELP", "import time; time.sleep(60)")
    processes = Processes(1)
    pricer = HelpedPricer(processes, pytest.fail)
    try:
        for useful_after_s, count, running in ((60.0, 2, 0), (0.0, 1, 0), (0.0, len(jobs), 1)):
            monkeypatch.setattr(processes, "useful_after_s", useful_after_s)
            # Nobody waits for them: what comes while they start is done here.
            assert_same(pricer.price(jobs[:count], never), prices[:count])
            assert len(processes._running) == running
    finally:
        pricer.close()


def test_a_process_that_is_killed_costs_time_only(jobs, prices, helped):
    pricer, processes, said = helped
    assert_same(pricer.price(jobs, Killing(pids(processes)[0])), prices)
    assert_same(pricer.price(jobs, never), prices)
    assert said == [LOST]


@pytest.mark.long
def test_one_of_two_processes_that_is_killed_costs_time_only(jobs, prices):
    pricer, processes, said = ready(2)
    assert_same(pricer.price(jobs, Killing(pids(processes)[0])), prices)
    assert_same(pricer.price(jobs, never), prices)
    assert said == [LOST]
    pricer.close()


@pytest.mark.parametrize("code", ["", "import time; print('hello', flush=True); time.sleep(60)"])
def test_a_process_that_cannot_help_costs_time_only(jobs, prices, monkeypatch, code):
    monkeypatch.setattr(pricing_processes, "_HELP", code)
    said, processes = [], Processes(1)
    monkeypatch.setattr(processes, "useful_after_s", 0.0)
    pricer = HelpedPricer(processes, said.append)
    assert isinstance(processes.submit(os.getpid).exception(), OSError)
    # It is asked only for what this process has not done already.
    monkeypatch.setattr(pricer, "operate", lambda job: time.sleep(0.05) or operate(job))
    assert_same(pricer.price(jobs, never), prices)
    assert said == [LOST]
    pricer.close()


def test_what_is_wrong_with_a_job_shows_here_too(jobs, shared):
    """A defect is raised by this process, and is no reason to do without helpers."""
    pricer, _, _ = shared
    broken = Job(jobs[-1].year, jobs[-1].lift[:2], jobs[-1].daily)
    with pytest.raises(ValueError, match="broadcast"):
        pricer.price([broken] * 6, never)
    assert pricer.price(jobs[:2], never)
    assert pricer._helpers


@pytest.mark.parametrize("asked", [0, 5])
def test_what_the_time_did_not_suffice_for_is_none(jobs, prices, shared, asked):
    answers = iter([False] * asked)

    def is_over() -> bool:
        return next(answers, True)

    found = Pricer().price(jobs, is_over)
    assert_same(found, [*prices[:asked], *[None] * (len(jobs) - asked)])
    answers = iter([False] * asked)
    pricer, _, _ = shared
    found = pricer.price(jobs, is_over)
    assert sum(one is not None for one in found) <= asked
    assert_same(found, [None if one is None else price for one, price in zip(found, prices, strict=True)])
    # What was left behind is nobody's any more.
    assert_same(pricer.price(jobs, never), prices)


def test_processes_end_in_the_middle_of_a_call(helped):
    pricer, processes, _ = helped
    [pid] = pids(processes)
    future = processes.submit(time.sleep, 60)
    wait_until(future.running)
    pricer.close()
    assert not lives(pid)
    assert isinstance(future.exception(), OSError)
    pricer.close()


FIRST = """
import time
from netdesign.solve.multistage.pricing_processes import Processes
from netdesign.solve.multistage.pricing import HelpedPricer
from tests.support.pricing import begin

# Without a guard: a process that helps does not run this again.
processes = Processes(1)
pricer = HelpedPricer(processes, print)
try:
    begin(processes, lambda: print(processes._running[0].pid, flush=True))
    print("ready", flush=True)
    while True:
        processes.submit(time.sleep, {seconds}).result()
except KeyboardInterrupt:
    print("interrupted", flush=True)
{end}
"""


@pytest.fixture
def first(tmp_path):
    """Return a function that starts a first process with a helper in the middle of a call, and gives both."""
    begun = []

    def start(end="pricer.close()", seconds=60, is_ready=True):
        file = tmp_path / "first.py"
        file.write_text(FIRST.format(end=end, seconds=seconds), encoding="utf-8")
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
        helper = int(process.stdout.readline())
        if is_ready:
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.3)
        return process, helper

    yield start
    for process in begun:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("number", "is_ready"),
    [
        (signal.SIGKILL, True),
        pytest.param(signal.SIGKILL, False, marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, True, marks=pytest.mark.long),
    ],
)
def test_processes_end_with_the_first_one_however_it_ends(first, number, is_ready):
    process, helper = first(is_ready=is_ready)
    process.send_signal(number)
    # Who reads its output sees the end, so the helper does not hold it open.
    assert process.communicate(timeout=20) == ("", "")
    wait_until(lambda: not lives(helper), 5.0)


@pytest.mark.parametrize(
    ("end", "seconds"), [("pricer.close()", 60), pytest.param("pass", 0.2, marks=pytest.mark.long)]
)
def test_ctrl_c_is_for_the_first_process(first, end, seconds):
    """The terminal sends it to all of a group; a helper is in another one, and says nothing."""
    process, helper = first(end, seconds)
    assert os.getpgid(helper) == helper != process.pid
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=10) == ("interrupted\n", "")
    assert process.returncode == 0
    wait_until(lambda: not lives(helper), 5.0)


@pytest.mark.long
@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.3])
def test_ctrl_c_while_processes_start_is_for_the_first_one(first, after_s):
    """A fast machine has them ready after the longest of these times."""
    process, helper = first(is_ready=False)
    time.sleep(after_s)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert (out.removeprefix("ready\n"), err) == ("interrupted\n", "")
    wait_until(lambda: not lives(helper), 5.0)


def test_who_prices_follows_the_options():
    assert type(make_pricer(1, None, pytest.fail)) is Pricer
    pricer = make_pricer(3, None, pytest.fail)
    assert pricer._helpers._count == 2
    pricer.close()
