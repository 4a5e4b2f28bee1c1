"""Compiled loops are kept between processes, and none outlives a correction or a damaged file."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numba as nb
import pytest

from netdesign.analysis.within_limits import solved_in_time
from netdesign.solve.core.engine import Question, SearchScope
from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination
from netdesign.solve.kernels import cache
from netdesign.solve.kernels.loading import check_loading
from tests.support.sources import python_files

PACKAGE = Path(cache.__file__).parents[2]
HELPER = """from netdesign.solve.kernels.types import inlined
@inlined
def doubled(x):
    return {factor} * x
"""
LOOP = """from netdesign.solve.kernels.helper import doubled
from netdesign.solve.kernels.types import compiled, number
@compiled(number(number))
def price(x):
    return doubled(x) + 1.0
"""
MATRICES = """from collections import namedtuple
Legs, Flows, Steps = (namedtuple(f"Of{n}", [f"_{k}" for k in range(n)], rename=True) for n in (6, 5, 8))
"""
PROMISES = """from collections import namedtuple
Promises = namedtuple("Promises", "a b c d e")
"""
CITY_PAIRS = """from collections import namedtuple
CityPairs = namedtuple("CityPairs", "a b c d e f g h")
CityTables = namedtuple("CityTables", "a b c d")
HubRoom = namedtuple("HubRoom", "a b")
"""
ASK = "from netdesign.solve.kernels.loading import load_compiled; print(load_compiled('loop', str).price(10.0))"


def add_one(x):
    return x + 1.0


def make(is_cached):
    return nb.njit(nb.float64(nb.float64), cache=is_cached)(add_one)


def came_from_cache(made):
    assert made(1.0) == 2.0
    return bool(made.stats.cache_hits)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "loops_folder", lambda: tmp_path)
    return tmp_path


def only(folder, ending):
    (found,) = folder.rglob(f"*.{ending}")
    return found


def stand_in(root, factor):
    """Write the loader with one loop that calls a helper from another file, both as old and as long as before."""
    for name in ("__init__.py", "solve/__init__.py", *map("solve/kernels/{}.py".format, LOADER)):
        (root / "netdesign" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / name, root / "netdesign" / name)
    loops = root / "netdesign" / "solve" / "kernels"
    for file, text in {
        loops / "helper.py": HELPER.format(factor=factor),
        loops / "loop.py": LOOP,
        loops.parent / "core" / "__init__.py": "",
        loops.parent / "core" / "city_pairs.py": CITY_PAIRS,
        loops.parent / "core" / "promises.py": PROMISES,
        loops.parent / "core" / "route_matrices.py": MATRICES,
        loops.parent / "core" / "centre_choices.py": "",
        loops.parent / "core" / "city_choices.py": "",
        loops.parent / "core" / "drawn_freight.py": "",
        loops.parent / "core" / "gate_freight.py": "",
        loops.parent / "core" / "gate_legs.py": "",
    }.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        os.utime(file, (1e9, 1e9))


LOADER = ("__init__", "loading", "cache", "types")


def ask(root):
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "NUMBA_"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=root,
        env=kept | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def test_a_corrected_helper_is_heeded_by_the_loops_of_other_files(tmp_path):
    """Also where it has the same time and size, for which Python itself would take its bytecode."""
    stand_in(tmp_path, 3.0)
    assert ask(tmp_path) == 31.0
    (before,) = tmp_path.rglob("loops-*")
    stand_in(tmp_path, 2.0)
    assert ask(tmp_path) == 21.0
    (after,) = tmp_path.rglob("loops-*")
    assert before != after


def test_a_loop_is_taken_from_where_it_is_kept(folder):
    assert [came_from_cache(cache.kept("loop", make)) for _ in range(2)] == [False, True]
    assert [file.name for file in folder.iterdir()] == ["loop"]


def test_a_loop_is_not_kept_where_the_sources_were_replaced_meanwhile(folder, monkeypatch):
    """As by an upgrade: it may be made of other sources than those that its folder is named by."""
    monkeypatch.setattr(cache, "_digest_now", lambda: "of others")
    assert not came_from_cache(cache.kept("loop", make))
    assert list(folder.iterdir()) == []


DAMAGES = {
    "cut off": lambda text: text[:-40],
    "emptied": lambda text: b"",
    "one letter": lambda text: text[:-9] + b"?" + text[-8:],
}


@pytest.mark.parametrize("ending", ["nbc", "nbi"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_loop_is_compiled_again(folder, ending, damage):
    cache.kept("loop", make)
    file = only(folder, ending)
    file.write_bytes(DAMAGES[damage](file.read_bytes()))
    assert [came_from_cache(cache.kept("loop", make)) for _ in range(2)] == [False, True]


def test_what_numba_cannot_read_is_compiled_again(folder):
    """Whole as it was written, but by another numba that calls itself the same."""
    cache.kept("loop", make)
    only(folder, "nbc").write_bytes(b"of another time")
    home = folder / "loop"
    (home / "sha256").write_text(cache._sum(home), encoding="ascii")
    assert [came_from_cache(cache.kept("loop", make)) for _ in range(2)] == [False, True]


def test_the_first_of_two_that_compile_at_once_is_kept(folder):
    def make_and_be_overtaken(is_cached):
        made = make(is_cached)
        (folder / "loop").mkdir()
        (folder / "loop" / "of another process").touch()
        return made

    assert not came_from_cache(cache.kept("loop", make_and_be_overtaken))
    assert [str(file.relative_to(folder)) for file in folder.rglob("*")] == ["loop", "loop/of another process"]


def test_threads_that_load_at_once_do_not_mix_their_folders(folder):
    threads = [threading.Thread(target=cache.kept, args=(f"loop {k}", make)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(file.parents[1].name for file in folder.rglob("*.nbc")) == ["loop 0", "loop 1", "loop 2"]


@pytest.mark.parametrize("place", [None, "a file"])
def test_where_nothing_can_be_kept_a_loop_is_compiled_for_the_run(monkeypatch, tmp_path, place):
    (tmp_path / "a file").touch()
    monkeypatch.setattr(cache, "loops_folder", lambda: place and tmp_path / place)
    assert not came_from_cache(cache.kept("loop", make))
    assert [file.name for file in tmp_path.iterdir()] == ["a file"]


def test_the_cache_of_others_stays_where_they_have_it(folder, monkeypatch):
    monkeypatch.setattr(nb.config, "CACHE_DIR", "theirs")
    cache.kept("loop", make)
    assert nb.config.CACHE_DIR == "theirs"


def test_loops_are_not_kept_where_numba_compiles_nothing(folder, monkeypatch):
    monkeypatch.setattr(nb.config, "DISABLE_JIT", True)
    assert cache.kept("loop", make)(1.0) == 2.0
    assert [*folder.iterdir()] == []


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Let the program lie in one folder and the user's cache in another."""
    program = tmp_path / "program"
    program.mkdir()
    monkeypatch.setattr(cache, "_LOOPS", program)
    monkeypatch.setattr(nb.config, "CACHE_DIR", "")
    monkeypatch.setattr(cache, "_forget_bytecode", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of user"))
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path))
    return tmp_path


def where(places):
    folder = cache.loops_folder.__wrapped__()
    return folder and str(folder.parent.relative_to(places))


def test_loops_are_kept_beside_the_program_or_else_in_the_users_cache(places, monkeypatch):
    assert where(places) == "program/__pycache__"
    shutil.rmtree(places / "program" / "__pycache__")
    (places / "program" / "__pycache__").touch()  # as good as a folder that cannot be written, also for root
    assert where(places) == "of user/netdesign"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(places / "home"))
    assert where(places) == "home/.cache/netdesign"
    monkeypatch.setenv("HOME", "nowhere")
    assert where(places) is None
    assert not Path("nowhere").exists()


def test_loops_are_kept_where_the_user_tells_numba_to(places, monkeypatch):
    monkeypatch.setattr(nb.config, "CACHE_DIR", str(places / "told"))
    assert where(places) == "told"


def test_a_new_digest_removes_what_was_compiled_before_for_this_place_and_nothing_else(places, monkeypatch):
    beside = places / "program" / "__pycache__"
    of_numba = f"loops_{cache.hashlib.sha1(str(places / 'program').encode()).hexdigest()}"
    place = cache._place.__wrapped__()
    monkeypatch.setattr(cache, "_place", lambda: place)
    gone = [beside / f"loops-{place}-0", beside / "pricing.nbi", places / "netdesign-x" / of_numba]
    stays = [beside / "loops-another-0", beside / "pricing.pyc", places / "netdesign-y" / "of the user"]
    for file in (*gone, *stays):
        (file / "f" if "loops" in file.name else file).parent.mkdir(parents=True, exist_ok=True)
        (file / "f" if "loops" in file.name else file).touch()
    assert where(places) == "program/__pycache__"
    assert [file for file in gone if file.exists()] == []
    assert [file for file in stays if not file.exists()] == []
    assert not (places / "netdesign-x").exists()


def test_what_a_killed_process_was_about_to_compile_is_removed_later(places):
    folder = cache.loops_folder.__wrapped__()
    for name, age_s in (("old", 2 * cache._LEFT_BEHIND_S), ("new", 0.0)):
        (folder / f".{name}").mkdir()
        then = (folder / f".{name}").stat().st_mtime - age_s
        os.utime(folder / f".{name}", (then, then))
    assert cache.loops_folder.__wrapped__() == folder
    assert [left.name for left in folder.iterdir()] == [".new"]


def test_the_digest_knows_every_file_that_loops_are_made_of():
    names = {source.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".") for source in cache.SOURCES}
    imported = {
        node.module.removeprefix("netdesign.")
        for source in python_files("netdesign/solve/kernels")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("netdesign.")
    }
    assert "solve.kernels.serving" in imported
    assert imported <= names


STOPPED = """
from netdesign.solve.kernels.loading import LoadingStoppedError, load_compiled, loading_until
calls = []
try:
    with loading_until(lambda: len(calls) == 2 or calls.append(1)):
        load_compiled("pricing", print)
except LoadingStoppedError:
    print("stopped after", len(calls))
"""


@pytest.mark.long
def test_no_loop_is_compiled_once_the_time_is_over(tmp_path):
    """Those before it are kept for later."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", STOPPED], env=environment, capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "stopped after 2"
    assert len(list(next(tmp_path.iterdir()).iterdir())) == 2


GIVEN_UP = """
import sys, time, types
from functools import partial
from netdesign.solve.kernels import cache, loading
from netdesign.solve.lp import background_run
background_run._GRACE_S = 0.1
class Slow:
    def find_spec(self, name, *_):
        if name == "netdesign.solve.kernels.slow":
            time.sleep(1.0)
            loading.check_loading()
sys.meta_path.insert(0, Slow())
cache.loops_folder()
begun = time.monotonic()
def tried():
    try:
        is_over = lambda: time.monotonic() - begun > 0.2
        aside = partial(background_run.in_background, is_over=is_over, stop=print)
        with loading.loading_until(is_over, aside):
            loading.load_compiled("slow", print)
    except loading.LoadingStoppedError:
        print("given up", time.monotonic() - begun < 0.9)
tried()
tried()
while loading._Loading.threads:
    time.sleep(0.05)
import scipy.linalg
print("free again")
"""


def test_a_loop_that_takes_long_is_given_up_once_the_time_is_over():
    """Nobody waits for it then, also not the next search; and its thread compiles no further loop."""
    ended = subprocess.run([sys.executable, "-c", GIVEN_UP], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("given up True\ngiven up True\nfree again\n", "")


def test_a_search_whose_loops_are_not_compiled_in_time_proves_nothing():
    class Compiling:
        def solve(self, search):
            del search
            check_loading()
            raise AssertionError

    watch = Watch(SolveLimits(time_limit_s=1e-9))
    asked = Question(None, None, None, watch)
    found = solved_in_time(asked, Compiling, SearchScope())
    assert (found.termination, found.plan, found.bound) == (Termination.TIME_LIMIT, None, float("-inf"))
