"""Mixed programs that HiGHS proves wrongly: 1.15.1 a plan that costs too much, 1.16.0 that there is none."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo
import pytest

from netdesign.solve.core.limits import SolveLimits, Watch
from netdesign.solve.core.outcome import Termination, silent
from netdesign.solve.lp.builder import LinearProgram, Rows
from netdesign.solve.lp.from_pyomo import compile_model
from netdesign.solve.lp.model_run import run_model
from netdesign.solve.lp.session import LpSession

# Of each column what it earns, its upper end and its entries; the first two are whole. Made smaller and simpler from an
# instance of the tests of HiGHS 1.16 (issue 3170 there), as long as 1.15.1 without presolve stayed wrong.
COLUMNS = [
    (0, 1, {1: 32, 5: 1, 6: -128, 7: -1, 10: -1}),
    (0, 1, {8: -20, 9: 50, 12: 64, 14: -1.5}),
    (1, 10, {0: 10}),
    (0, 10, {0: -32, 1: 128, 14: -5}),
    (0, 100, {1: -32, 14: 3}),
    (1, 10, {2: 0.5}),
    (0, 1, {2: -1, 3: 64}),
    (0, 1000, {3: -5, 4: 128, 12: -2.5}),
    (0, 100, {4: -64, 5: 4}),
    (0, 100, {5: -3, 6: 4, 13: 1.5}),
    (0, 100, {7: 50, 15: -10}),
    (0, 100, {7: -50, 13: 1}),
    (0, 100, {8: 3, 12: -3, 13: -2.5}),
    (0, 1, {8: -5}),
    (0, 10, {9: -20, 15: 2}),
]
AT_MOST = np.array([0, 0, 0, 0, 0, 10, 10, 0, 10, 0, 0, 0, 10, 0, 5, 0], dtype=np.float64)


def program() -> LinearProgram:
    matrix = np.zeros((len(AT_MOST), len(COLUMNS)))
    for column, (_, _, entries) in enumerate(COLUMNS):
        matrix[list(entries), column] = list(entries.values())
    size = len(COLUMNS)
    earned, upper = (np.array([column[k] for column in COLUMNS], dtype=np.float64) for k in (0, 1))
    nothing = np.full(len(AT_MOST), -np.inf)
    rows = Rows.from_dense(matrix, nothing, AT_MOST)
    return LinearProgram(cost=-earned, lower=np.zeros(size), upper=upper, is_integer=np.arange(size) < 2, rows=rows)


def by_hand() -> float:
    """Return the least cost over all values of the whole columns, each a linear program."""
    found = []
    for values in itertools.product((0.0, 1.0), repeat=2):
        free = program()
        fixed = [np.array([*values, *bound[2:]]) for bound in (free.lower, free.upper)]
        solved = LpSession(
            replace(free, lower=fixed[0], upper=fixed[1], is_integer=np.zeros(len(COLUMNS), bool))
        ).solve()
        if solved is not None:
            found.append(solved.objective)
    return min(found)


@pytest.mark.parametrize("presolve", ["on", "off"])
def test_the_optimum_is_proven_with_presolve_and_without(presolve):
    solved = LpSession(program(), options={"presolve": presolve}).solve()
    assert solved is not None
    assert (solved.objective, solved.bound) == (pytest.approx(by_hand()), pytest.approx(by_hand()))


# Of ten binary columns, x5 to x14, and five others; findings/highs_infeasible_by_presolve.sh has the same numbers.
FEASIBLE_ROWS: list[tuple[float, float, dict[int, float]]] = [
    (1, 1, {3: 1, 4: 1}),
    (-np.inf, 0, {8: -1, 14: 1}),
    (-np.inf, 1, {5: 1, 6: 1, 7: 1, 8: 1, 9: 1}),
    (-np.inf, 0, {1: 1, 10: -1, 11: -1}),
    (-np.inf, 0, {3: 1, 10: 1, 11: -1}),
    (-np.inf, 1, {2: 1, 12: -1}),
    (-np.inf, 0, {1: 1, 2: 0.35, 6: -0.75, 7: -1, 8: -0.083, 9: -0.33, 13: -0.25, 14: -0.083}),
    (0, np.inf, {0: -1, 1: 1, 2: 0.62}),
]
FEASIBLE_COST = {4: 1.0, 6: 550_000.0, 7: 740_000.0, 10: 200_000.0, 11: 300_000.0, 12: 1.0}


def feasible_program() -> LinearProgram:
    matrix = np.zeros((len(FEASIBLE_ROWS), 15))
    for row, (_, _, entries) in enumerate(FEASIBLE_ROWS):
        matrix[row, list(entries)] = list(entries.values())
    ends = (np.array([row[k] for row in FEASIBLE_ROWS], dtype=np.float64) for k in (0, 1))
    cost, lower, upper = np.zeros(15), np.zeros(15), np.ones(15)
    cost[list(FEASIBLE_COST)] = list(FEASIBLE_COST.values())
    lower[0], upper[1:5] = 1.0, np.inf
    rows = Rows.from_dense(matrix, *ends)
    return LinearProgram(cost=cost, lower=lower, upper=upper, is_integer=np.arange(15) >= 5, rows=rows)


@pytest.mark.parametrize("presolve", ["on", "choose", "off"])
def test_presolve_alone_proves_no_mixed_program_infeasible(presolve):
    """The optimum, 2, is that of the linear programs for all values of the binary columns."""
    solved = LpSession(feasible_program(), options={"presolve": presolve}).solve()
    assert solved is not None
    assert (solved.objective, solved.bound) == (pytest.approx(2.0), pytest.approx(2.0))


def test_presolve_alone_proves_no_model_infeasible():
    program = feasible_program()
    model = pyo.ConcreteModel()
    model.x = pyo.Var(range(15), bounds=lambda _, j: (program.lower[j], program.upper[j]))
    for j in np.flatnonzero(program.is_integer).tolist():
        model.x[j].domain = pyo.Binary
    model.rows = pyo.ConstraintList()
    for least, most, entries in FEASIBLE_ROWS:
        total = sum(entry * model.x[j] for j, entry in entries.items())
        model.rows.add(total == most if least == most else total <= most if np.isfinite(most) else total >= least)
    model.cost = pyo.Objective(expr=sum(cost * model.x[j] for j, cost in FEASIBLE_COST.items()))
    outcome = run_model(compile_model(model), (), Watch(SolveLimits()), silent, "all")
    assert outcome.termination is Termination.OPTIMAL
    assert outcome.bound == pytest.approx(2.0)
