"""Compiled loops load late, and say so where it takes a while."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from netdesign.solve.kernels import loading


def test_slow_compiling_is_said_once(monkeypatch):
    said = []
    monkeypatch.setattr(loading, "_SAY_AFTER_S", 0.01)
    monkeypatch.setattr(loading._Loading, "is_told", False)

    def compile_slowly() -> None:
        loading.check_loading()
        time.sleep(0.2)

    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(loops_folder=compile_slowly))
    loading.load_compiled("pricing", said.append)
    loading.load_compiled("cuts", said.append)
    assert said == ["compiling what this kind of question needs, once on this machine; this takes up to a minute"]


def test_reading_what_was_compiled_is_not_called_compiling_however_long_it_takes(monkeypatch):
    said = []
    monkeypatch.setattr(loading, "_SAY_AFTER_S", 0.01)
    monkeypatch.setattr(loading._Loading, "is_told", False)
    slow = SimpleNamespace(loops_folder=lambda: time.sleep(0.2))
    monkeypatch.setattr(importlib, "import_module", lambda name: slow)
    assert loading.load_compiled("pricing", said.append) is slow
    assert said == []


def test_another_failure_is_not_hidden(monkeypatch):
    def load(name: str) -> object:
        raise RuntimeError(name)

    monkeypatch.setattr(importlib, "import_module", load)
    with pytest.raises(RuntimeError, match=r"netdesign\.solve\.kernels"):
        loading.load_compiled("pricing", print)


def test_loading_leaves_out_the_linear_algebra_that_no_loop_calls():
    """And who wants it afterwards has it."""
    code = (
        "import sys; from netdesign.solve.kernels.loading import load_compiled; load_compiled('pricing', str);"
        "print('scipy.linalg' in sys.modules); import scipy.linalg; print(scipy.linalg.norm([3.0, 4.0]))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "5.0"]


def test_pyomo_finds_scipy_although_loops_were_loaded_after_it():
    """Pyomo looks for SciPy when another module comes, maybe one that numba imports: so where coverage is installed."""
    code = (
        "import sys; import pyomo.common.dependencies as known; sys.modules.pop('multiprocessing', None); "
        "from netdesign.solve.kernels.loading import load_compiled; load_compiled('pricing', str); "
        "import multiprocessing; print(known.scipy.sparse.csc_array.__name__)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (answer.stdout, answer.stderr) == ("csc_array\n", "")
