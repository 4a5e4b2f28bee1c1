"""Compilation of a Pyomo model to arrays: Pyomo's standard form, scaled so that costs are of the order of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from netdesign.solve.lp.builder import LinearProgram, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array


_SMALL_ROW = 2.0**-6
"""Rows whose largest coefficient is under this are scaled up."""

_DIGITS = 2.0**-50
"""Relative rounding error of a product and its sum."""


@dataclass(frozen=True)
class ExtraRow:
    """A row on hub variables beyond those of the model: ``lower <= sum of weight_k y_k <= upper``."""

    weights: Mapping[str, float]
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Compiled(LinearProgram):
    """A model as arrays; costs are in units of ``cost_unit``.

    Parameters
    ----------
    variables
        The Pyomo variables, one a column.
    cost_unit
        EUR/year; a power of two, so that scaling loses no digit.
    constraints
        The Pyomo constraints, one a row; a constraint with two sides has two rows, one after the other.
    hub_column
        Column of ``hub_open`` by site; empty where a model has one a year.
    must_be_exact
        Whether plans may cost more if what HiGHS takes for an integer, or for a row that is kept, has to be one.
    """

    variables: Sequence[Any]
    cost_unit: float
    constraints: Sequence[Any]
    hub_column: Mapping[str, int]
    must_be_exact: bool = False

    @property
    def least(self) -> float:
        """Objective with every column at its cheaper bound, in the objective's unit: a valid lower bound."""
        with np.errstate(invalid="ignore"):  # 0 times infinity, of a column without cost
            ends = np.nan_to_num(self.cost * np.stack((self.lower, self.upper)), nan=0.0, posinf=np.inf, neginf=-np.inf)
        return (float(ends.min(axis=0).sum()) + self.offset) * self.cost_unit

    @property
    def rounding(self) -> float:
        """Rounding error of sums with the largest cost, in the objective's unit."""
        return float(_DIGITS * np.abs(self.cost).max(initial=abs(self.offset))) * self.cost_unit


def _cost_unit(cost: NDArray[np.float64]) -> float:
    """Return a power of two a little under the median cost.

    HiGHS treats reduced costs within 1e-7 of this unit as zero, so the unit is small against an optimum with cheap
    columns. Scaled by the largest cost, a prohibitive one would make all others zero.
    """
    spent = np.abs(cost[cost != 0.0])
    return float(2.0 ** (np.floor(np.log2(np.median(spent))) - 6)) if len(spent) else 1.0


def _row_factors(matrix: csr_array) -> NDArray[np.float64]:
    """Return a power of two for each row, over 1 where its largest coefficient is small, shape (rows,).

    HiGHS satisfies rows within 1e-7 and drops coefficients under 1e-9: small against coefficients of about one.
    """
    largest = abs(matrix).max(axis=1).toarray().ravel()
    is_small = (largest > 0.0) & (largest < _SMALL_ROW)
    return np.where(is_small, 2.0 ** -np.floor(np.log2(np.where(is_small, largest, 1.0))), 1.0)


def compile_model(model: Any) -> Compiled:
    """Compile a Pyomo model with one linear objective to minimise and, if it is of one year, ``hub_open`` by site.

    Pyomo's mixed form gives each row a bound type: 1 for at most, 0 for equal, -1 for at least.
    """
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
    from scipy.sparse import diags_array

    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    cost = np.asarray(form.c.todense(), dtype=np.float64).ravel()
    unit = _cost_unit(cost)
    bounds = [variable.bounds for variable in form.columns]
    sides = np.array([row.bound_type for row in form.rows], dtype=np.int8)
    rhs = np.asarray(form.rhs, dtype=np.float64)
    matrix = form.A.tocsr()
    up = _row_factors(matrix)
    matrix, rhs = (diags_array(up) @ matrix).tocsr(), rhs * up
    column_of = {id(variable): column for column, variable in enumerate(form.columns)}
    hub_open = getattr(model, "hub_open", {})
    return Compiled(
        variables=form.columns,
        cost=cost / unit,
        offset=float(form.c_offset[0]) / unit,
        cost_unit=unit,
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=np.float64),
        upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=np.float64),
        is_integer=np.array([not variable.is_continuous() for variable in form.columns], dtype=bool),
        rows=Rows(
            lower=np.where(sides == 1, -np.inf, rhs),
            upper=np.where(sides == -1, np.inf, rhs),
            start=matrix.indptr.astype(np.int32),
            index=matrix.indices.astype(np.int32),
            value=matrix.data.astype(np.float64),
        ),
        constraints=[row.constraint for row in form.rows],
        hub_column={site: column_of[id(hub_open[site])] for site in hub_open if id(hub_open[site]) in column_of},
        must_be_exact=getattr(model, "must_be_exact", False),
    )
