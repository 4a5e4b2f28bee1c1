"""Helpers that bound sets of hubs change nothing but the time, whatever becomes of them."""

from __future__ import annotations

import json
import pickle
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from netdesign import catalogue
from netdesign.errors import ExitCode
from netdesign.instance.read import read_instance
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.core.shared_jobs import Helpers, SharedJobs
from netdesign.solve.coupled.bounds import CoupledBounds
from netdesign.solve.enumeration import Enumeration
from tests.cli.test_cli import COMMAND
from tests.support.solving import question

WHAT = "sets are bounded"


class Threads(ThreadPoolExecutor, Helpers):
    """Helpers that are threads, and get their jobs as others would: by their bytes."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        super().__init__(count)
        self._error = error

    def submit(self, fn, /, *args):
        return super().submit(self._called, pickle.dumps((fn, args)))

    def _called(self, call: bytes):
        if self._error is not None:
            raise self._error
        fn, args = pickle.loads(call)
        return fn(*args)

    def loss_notice(self, error: Exception) -> str | None:
        return "they are gone" if isinstance(error, ConnectionError) else None


@pytest.fixture(scope="module")
def asked():
    return question(read_instance(catalogue.find_instance("europe-linear")))


def bounds_of_pairs(asked, shared):
    state = SearchState(Watch(SolveLimits()))
    bounds = CoupledBounds(asked.instance, asked.network, state, shared)
    sets = np.array([(0, site) for site in range(1, len(asked.instance.allowed))], dtype=np.int32)
    return bounds.of_sets(sets, np.inf)


@pytest.mark.parametrize("error", [None, ConnectionError(), RuntimeError()], ids=repr)
@pytest.mark.parametrize("count", [1, 3])
def test_bounds_are_the_same_to_the_last_bit(count, error, asked):
    said: list[str] = []
    found = bounds_of_pairs(asked, SharedJobs(Threads(count, error), said.append, WHAT))
    np.testing.assert_array_equal(found, bounds_of_pairs(asked, None))
    lost = {"they are gone; sets are bounded in this process from here on"}
    assert set(said) <= (lost if isinstance(error, ConnectionError) else set())


@pytest.mark.parametrize("number", [2, 3])
def test_the_answer_is_the_same(number, asked):
    shared = SharedJobs(Threads(2), pytest.fail, WHAT)
    search = SearchScope(range(number, number + 1))
    found, alone = (Enumeration(one).solve(search) for one in (replace(asked, shared=shared), asked))
    assert (found.objective, found.bound, found.termination) == (alone.objective, alone.bound, alone.termination)
    assert found.plan.open_hubs == alone.plan.open_hubs
    shared.dismiss()


def test_a_search_that_is_stopped_waits_for_no_helper(asked):
    watch = Watch(SolveLimits())
    watch.stopped.set()
    shared = SharedJobs(Threads(1), pytest.fail, WHAT)
    bounds = CoupledBounds(asked.instance, asked.network, SearchState(watch), shared)
    with pytest.raises(TimeoutError):
        bounds.of_sets(np.array([(0, 1), (0, 2), (0, 3), (0, 4), (0, 5)], dtype=np.int32), np.inf)


@pytest.mark.long
def test_solve_with_a_cluster_answers_the_same(dask):
    """With workers that are there at once and in the end, in plan and in every figure."""
    dask.work()
    call = [*COMMAND, "solve", "europe-linear", "--max-new", "2", "--format", "json", "--quiet"]
    alone, helped = (
        subprocess.run([*call, *more], capture_output=True, text=True, check=False)
        for more in ((), ("--cluster", dask.address))
    )
    assert (helped.returncode, helped.stderr) == (ExitCode.ANSWERED, alone.stderr)
    one, other = json.loads(alone.stdout), json.loads(helped.stdout)
    for document in (one, other):
        document.pop("times")
    assert one == other


@pytest.mark.long
def test_workers_with_nothing_to_do_are_named(dask, netdesign):
    """Where nothing couples the freight, this process prices sets by itself."""
    ended = netdesign("solve", "tiny", "--cluster", dask.address)
    note = "note: --cluster: workers bound sets of hubs where policies couple the freight; here are none to bound\n"
    assert (ended.code, ended.err) == (ExitCode.ANSWERED, note)
