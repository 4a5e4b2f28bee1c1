"""Programs that HiGHS holds: how they are built, grow and end; too tight a tolerance proves nothing."""

from __future__ import annotations

import gc
import threading
import weakref

import highspy
import numpy as np
import pytest

from netdesign.errors import SolverError
from netdesign.solve.core.limits import SOLVER_THREAD, SolveLimits, Watch
from netdesign.solve.core.search_state import SearchState
from netdesign.solve.lp import background_run, highs, session
from netdesign.solve.lp.builder import LinearProgram, LpBuilder, Rows
from netdesign.solve.lp.exact import polished
from netdesign.solve.lp.session import LpSession

STATUS = highspy.HighsModelStatus


class WrongWhileTight:
    """HiGHS, but with a status of its own while its tolerance of feasibility is under another one.

    Its presolve did that to a master of large numbers, which it took for infeasible within 1e-8, but not within 1e-7.
    """

    def __init__(self, status: highspy.HighsModelStatus, tolerance: float) -> None:
        self._highs = highspy.Highs()
        self._status, self._tolerance = status, tolerance

    def __getattr__(self, name: str) -> object:
        return getattr(self._highs, name)

    def getModelStatus(self) -> highspy.HighsModelStatus:
        tight = self._highs.getOptionValue("mip_feasibility_tolerance")[1] < self._tolerance
        return self._status if tight else self._highs.getModelStatus()


class FailsAtFirst:
    """HiGHS, but its first runs end with an error and leave no status: from the basis of a master it did that once."""

    def __init__(self, failures: int) -> None:
        self._highs, self._failures = highspy.Highs(), failures

    def __getattr__(self, name: str) -> object:
        return getattr(self._highs, name)

    def run(self) -> highspy.HighsStatus:
        self._failures -= 1
        return highspy.HighsStatus.kError if self._failures >= 0 else self._highs.run()


class UnknownBySimplex:
    """HiGHS, but its simplex ends with nothing known, as for a set of European hubs under a cap on emissions."""

    def __init__(self) -> None:
        self._highs, self._is_known = highspy.Highs(), True

    def __getattr__(self, name: str) -> object:
        return getattr(self._highs, name)

    def run(self) -> highspy.HighsStatus:
        self._is_known = self._highs.getOptionValue("solver")[1] == "ipm"
        return self._highs.run()

    def getModelStatus(self) -> highspy.HighsModelStatus:
        return self._highs.getModelStatus() if self._is_known else STATUS.kUnknown


def master(least: float) -> LpSession:
    """Return ``min x + y`` over 0 and 1 with ``x + y >= least``."""
    builder = LpBuilder()
    builder.add_row(builder.add_columns(np.zeros(2), 1.0, 1.0, is_integer=True), np.ones(2), least, np.inf)
    return LpSession(builder.program(), SearchState(Watch(SolveLimits())), is_relaxed=True)


@pytest.mark.parametrize("status", [STATUS.kInfeasible, STATUS.kSolveError])
def test_no_tighter_tolerance_than_usual_is_tried(monkeypatch, status):
    made = master(1.5)
    monkeypatch.setattr(highs, "new_highs", lambda: WrongWhileTight(status, 1e-6))
    found = made.solve_mixed(1e-9, 10.0, None)
    assert (found.bound, found.is_done) == (pytest.approx(2.0), True)
    assert found.found[-1] == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("failures", [1, 2, 3, 4])
def test_a_run_that_ends_with_an_error_is_tried_again(monkeypatch, failures):
    monkeypatch.setattr(highs, "new_highs", lambda: FailsAtFirst(failures))
    assert master(1.5).solve().objective == pytest.approx(1.5)


def test_a_program_of_which_each_run_ends_with_an_error_is_refused(monkeypatch):
    monkeypatch.setattr(highs, "new_highs", lambda: FailsAtFirst(5))
    with pytest.raises(SolverError, match=r"^HiGHS refuses a program or a change of it$"):
        master(1.5).solve()


@pytest.mark.parametrize(("least", "optimum"), [(1.5, 1.5), (2.5, None)])
def test_what_simplex_leaves_unknown_is_told_by_interior_points(monkeypatch, least, optimum):
    monkeypatch.setattr(highs, "new_highs", UnknownBySimplex)
    found = master(least).solve()
    assert (None if found is None else found.objective) == (optimum and pytest.approx(optimum))


def test_a_program_that_presolve_ends_with_an_error_is_solved_without():
    """HiGHS 1.16.0 has a plan that breaks a row by 1; the program is that of a draw with vehicles, made smaller."""
    cost = [1600, 230, 250, 240, 280, 280, 1500, 230, 250, 1700, 280, 860, 1000, 1100, 1000, 430, 220, 310, 430, 220]
    cost += [310, 430, 310, 200, 280, 310, 21, 9.2]
    builder = LpBuilder()
    builder.add_columns(np.zeros(28), np.where(np.arange(28) < 15, np.inf, 1.0), np.array(cost, dtype=float))
    for columns in ([15, 16, 17, 21, 22], [18, 19, 20, 21, 22], [23], [24, 25]):
        builder.add_row(columns, np.ones(len(columns)), 1.0, 1.0)
    for columns in ([15, 18, 21], [16, 19], [17, 20, 22]):
        builder.add_row(columns, np.ones(len(columns)), -np.inf, 1.0)
    # What a choice consists of, which comes last.
    for *parts, whole in ([15], [0, 16], [17], [1, 2, 18], [3, 19], [4, 5, 20], [6, 21], [7, 8, 21], [9, 22], [10, 22]):
        builder.add_row([*parts, whole], [*[1.0] * len(parts), -1.0], 0.0, 0.0)
    builder.add_row([13, 14, 25], [1.0, 1.0, -1.0], 0.0, 0.0)
    builder.add_row([5, 10, 26], [0.00054, 0.00054, 1.0], 1.0, np.inf)
    builder.add_row([0, 2, 8, 13, 27], [0.0018, 0.00054, 0.00054, 0.0012, 1.0], 1.0, np.inf)
    for columns in ([1, 2, 7, 8], [4, 5, 10]):
        builder.add_row(columns, np.full(len(columns), 23_000.0), 1.0, np.inf)
    program = builder.program()
    program.is_integer[[16, 18, 19, 22, 25]] = True
    assert LpSession(program, SearchState(Watch(SolveLimits()))).solve() is None


def test_what_is_infeasible_is_said_to_be():
    found = master(2.5).solve_mixed(1e-9, 10.0, None)
    assert (found.bound, found.found, found.is_done) == (np.inf, (), True)


@pytest.mark.parametrize("least", [5e-7, 0.0, 0.5, 1.0])
def test_what_is_no_integer_but_for_a_tolerance_is_paid_for_whole(least):
    """Half a millionth is none within the usual tolerances."""
    builder = LpBuilder()
    column = builder.add_columns(np.zeros(1), 1.0, 1.0, is_integer=True)
    builder.add_row(column, np.ones(1), least, np.inf)
    loose, exact = (LpSession(builder.program(), SearchState(Watch(SolveLimits()))) for _ in range(2))
    assert loose.solve().objective == pytest.approx(float(least >= 0.5), abs=1e-6)
    found = exact.solve_exactly()
    assert [found.objective, found.bound, *found.values] == pytest.approx([float(least > 0.0)] * 3)


def halves() -> LinearProgram:
    """Return ``min y`` over a binary y, with two columns that add up to 1 and are at most ``0.4999998 y`` each."""
    builder = LpBuilder()
    y = builder.add_columns(np.zeros(1), 1.0, 1.0, is_integer=True)
    x = builder.add_columns(np.zeros(2), 1.0)
    builder.add_row(x, np.ones(2), 1.0, 1.0)
    for column in x.tolist():
        builder.add_row(np.append(y, column), np.array([-0.4999998, 1.0]), -np.inf, 0.0)
    return builder.program()


def test_integers_are_fixed_within_the_tolerance_that_is_asked_for():
    """A mixed program leaves its own for linear ones (findings/highs_keeps_mip_tolerance.sh)."""
    for tolerance in (None, 1e-9):
        held = highs.loaded(halves(), {"presolve": "off", "primal_feasibility_tolerance": 1e-9})
        held.run()
        found = polished(held, halves().is_integer, np.array([1.0, 0.5, 0.5]), tolerance)
        assert (found is None) == (tolerance is not None)


def test_programs_are_solved_after_integers_were_fixed_with_more_threads():
    """All runs in one thread of Python have the same number of threads, or HiGHS refuses them."""
    builder = LpBuilder()
    builder.add_row(builder.add_columns(np.zeros(1), 1.0, 1.0, is_integer=True), np.ones(1), 0.5, np.inf)
    program = builder.program()
    assert polished(highs.loaded(program, {"threads": 2}), program.is_integer, np.ones(1), None) == [1.0]
    assert LpSession(program).solve().objective == 1.0


def test_what_no_integers_keep_has_no_optimum():
    builder = LpBuilder()
    columns = builder.add_columns(np.zeros(2), 1.0, 1.0, is_integer=True)
    builder.add_row(columns, np.ones(2), 2.0 + 5e-7, np.inf)
    session = LpSession(builder.program(), SearchState(Watch(SolveLimits())))
    assert session.solve_exactly() is None


def test_a_start_that_highs_prices_wrong_is_left_out():
    """HiGHS 1.16 returns the start for the optimum, at a cost of 0 (findings/highs_start_priced_wrong.sh).

    1.15 proves 7,181.
    """
    rows = [
        (-1.0, 0.0, {0: -49.0, 3: 1.0, 4: 1.0, 5: -1.0}),
        (40.0, np.inf, {4: 1.0}),
        (-1.0, 0.0, {1: 1.0, 2: 1.0, 5: 1.0, 7: -1.0}),
        (-1.0, 0.0, {6: 1.0, 8: -1.0}),
        (-1.0, 0.0, {6: 1.0, 7: 1.0, 9: -1.0}),
        (0.0, np.inf, {8: -1.0, 10: 1.0}),
        (0.0, 1.0, {9: -1.0, 10: 1.0, 11: 1.0}),
        (10861.0, np.inf, {1: 1.0, 3: 63.0}),
        (10182.0, np.inf, {2: 1.0, 5: 168.0}),
    ]
    upper, cost, start = np.full(12, np.inf), np.zeros(12), np.full(12, np.nan)
    upper[[3, 4, 9, 10]], cost[[10, 11]], start[0] = (60.0, 40.0, 1e9, 1e9), 1.0, 2.0
    builder = LpBuilder()
    builder.add_columns(np.zeros(1), upper[:1], cost[:1], is_integer=True)
    builder.add_columns(np.zeros(11), upper[1:], cost[1:])
    for low, high, entries in rows:
        builder.add_row([*entries], [*entries.values()], low, high)
    made = LpSession(builder.program(), SearchState(Watch(SolveLimits())), is_relaxed=True)
    found = made.solve_mixed(1e-9, 10.0, start)
    assert found.bound == pytest.approx(7181, abs=1)
    assert cost @ found.found[-1] == pytest.approx(found.bound)
    assert made.solve_mixed(1e-9, 10.0, None).bound == pytest.approx(found.bound)


def transport(state: SearchState | None = None, **options: object) -> LpSession:
    """Return ``min 2x + 3y`` with ``x + y >= 4`` and ``x <= 3``: 9 at (3, 1)."""
    builder = LpBuilder()
    columns = builder.add_columns(np.zeros(2), np.array([3.0, np.inf]), np.array([2.0, 3.0]))
    builder.add_row(columns, [1.0, 1.0], 4.0, np.inf)
    return LpSession(builder.program(), state, options)  # type: ignore[arg-type]


def test_a_program_has_its_rows_sorted_by_columns_however_they_were_entered():
    builder = LpBuilder()
    columns = builder.add_columns(np.zeros(3), cost=1.0)
    rows = builder.add_rows(2, -np.inf, np.array([5.0, 6.0]))
    builder.enter(np.repeat(rows[1], 2), columns[[2, 0]], np.array([7.0, 8.0]))
    assert builder.add_row([1], [9.0], 0.0, 0.0) == 2
    builder.enter(rows[:1], columns[1:2], 4.0)
    found = builder.program(np.arange(3.0))
    assert found.cost.tolist() == [0.0, 1.0, 2.0]
    assert found.rows.start.tolist() == [0, 1, 3, 4]
    assert found.rows.index.tolist() == [1, 0, 2, 1]
    assert found.rows.value.tolist() == [4.0, 8.0, 7.0, 9.0]
    assert found.rows.upper.tolist() == [5.0, 6.0, 0.0]


def test_optimum_duals_and_reduced_costs_are_those_by_hand():
    solved = transport().solve()
    assert (solved.objective, solved.bound) == (9.0, 9.0)
    assert solved.values.tolist() == [3.0, 1.0]
    assert (solved.prices.tolist(), solved.reduced_costs.tolist()) == ([3.0], [-1.0, 0.0])


def test_rows_that_were_added_are_dropped_where_they_are_slack_and_those_of_the_program_never_are():
    session = transport()
    lists = [(-np.inf, 50.0, np.array([0, 1]), np.ones(2)), (-np.inf, 2.0, np.array([0]), np.ones(1))]
    session.add_rows(Rows.from_lists(lists))
    assert session.solve().values.tolist() == [2.0, 2.0]
    assert session.drop_slack_rows(1.0).tolist() == [1]
    assert session.rows == 2
    assert session.solve().objective == 10.0


def test_a_column_that_is_added_enters_the_rows():
    session = transport()
    session.add_columns(np.ones(1), np.zeros(1), np.full(1, 1.5), np.ones((1, 1)), is_integer=True)
    assert session.solve().values.tolist() == [2.5, 0.0, 1.5]
    assert session.is_integer.tolist() == [False, False, True]
    assert session.solve_mixed(1e-9, 10.0, None).found[-1] == pytest.approx([3.0, 0.0, 1.0])


def test_a_program_that_nothing_keeps_has_no_optimum():
    session = transport()
    session.bound_columns(np.array([1]), np.zeros(1), np.zeros(1))
    assert session.solve() is None


def test_a_clock_that_has_run_out_leaves_no_optimum():
    watch = Watch(SolveLimits())
    watch.stopped.set()
    with pytest.raises(TimeoutError):
        transport(SearchState(watch), presolve="off").solve()


def test_an_option_that_highs_does_not_know_is_refused():
    with pytest.raises(SolverError, match="HiGHS refuses the option presolv='off'"):
        transport(presolv="off")


def test_a_session_that_nobody_needs_gives_its_memory_back_at_once():
    """Programs of HiGHS are outside of what Python counts, so that it would look for circles of them too late."""
    session = master(1.0)
    assert session.solve() is not None
    held = weakref.ref(session._highs)
    gc.disable()
    try:
        del session
        assert held() is None
    finally:
        gc.enable()


def test_a_run_that_does_not_end_in_time_is_left_behind(monkeypatch):
    """HiGHS may look for seconds at nothing but a large program."""
    monkeypatch.setattr(background_run, "_GRACE_S", 0.05)
    state, may_end = SearchState(Watch(SolveLimits(time_limit_s=1e-9))), threading.Event()
    with pytest.raises(TimeoutError):
        background_run.in_background(may_end.wait, lambda: state.is_over, state.stop)
    may_end.set()


@pytest.mark.parametrize("is_large", [False, True])
def test_a_large_mixed_program_is_solved_in_a_thread_with_the_same_outcome(is_large, monkeypatch):
    monkeypatch.setattr(session, "_LARGE", 1 if is_large else 10_000)
    threads: list[str] = []
    run = session.run_again_if_given_up

    def recorded(highs):
        threads.append(threading.current_thread().name)
        return run(highs)

    monkeypatch.setattr(session, "run_again_if_given_up", recorded)
    builder = LpBuilder()
    columns = builder.add_columns(np.zeros(3), 4.0, np.array([-5.0, -4.0, -3.0]), is_integer=True)
    builder.add_row(columns, np.array([2.0, 3.0, 1.0]), -np.inf, 5.0)
    builder.add_row(columns, np.array([4.0, 1.0, 2.0]), -np.inf, 11.0)
    found = session.LpSession(builder.program(), SearchState(Watch(SolveLimits()))).solve()
    assert found is not None
    assert found.objective == pytest.approx(-14.0)
    assert threads == [SOLVER_THREAD if is_large else threading.current_thread().name]


def test_an_error_of_the_run_is_raised_here():
    def refuse():
        message = "refused"
        raise SolverError(message)

    with pytest.raises(SolverError, match="refused"):
        background_run.in_background(refuse, lambda: False, lambda: None)
