"""The programs of parts of the search, and the prices of their rows: optima near the bound, and bounds of parts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netdesign.solve.core.search_state import ROUNDING
from netdesign.solve.lp.session import LpSession
from netdesign.solve.scheduled.lagrangian import priced_set
from netdesign.solve.scheduled.parts import Stage
from netdesign.solve.scheduled.set_program import set_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netdesign.instance import Instance
    from netdesign.solve.core.search_state import SearchState
    from netdesign.solve.lp.session import LpSolution
    from netdesign.solve.scheduled.columns import SetColumns
    from netdesign.solve.scheduled.freight import CityFreight, Floats
    from netdesign.solve.scheduled.lagrangian import PricedSet
    from netdesign.solve.scheduled.parts import Part
    from netdesign.solve.scheduled.set_program import SetProgram

RELAXED = {"presolve": "off"}
"""Presolve takes several times as long as the simplex method does without it."""

_PRICED_NEAR = 2e-5
"""Part of a bound at prices of rows by which plans that are sought first may cost more: it divides few cities."""


class PartPrograms:
    """Solves programs of parts, and raises the bounds of these.

    Parameters
    ----------
    instance, freight
        The problem, and its freight, none of which is beside.
    state
        Of the present search.

    Attributes
    ----------
    state
        As above.
    """

    def __init__(self, instance: Instance, freight: CityFreight, state: SearchState) -> None:
        self._instance, self._freight, self.state = instance, freight, state

    def program(self, columns: SetColumns, part: Part) -> SetProgram:
        """Return the program of a part."""
        return set_program(self._freight, columns, self._fixed(part), part.lanes, part.legs)

    def _at_row_prices(
        self, columns: SetColumns, part: Part, limit: float, of_all: SetColumns | None = None
    ) -> PricedSet | None:
        """Bound a part by the prices of what couples its cities; None where it has no plan under the limit.

        With ``of_all`` more columns are priced, which would be too many for a program.
        """
        program = self.program(columns, part)
        relaxed = LpSession(program.program, self.state, RELAXED, is_relaxed=True).solve()
        if relaxed is None:
            self._raise_bound(part, limit, limit)
            return None
        prices = relaxed.prices
        if of_all is not None:
            eur = prices[program.coupling :] * program.money
            columns, program = of_all, self.program(of_all, part)
            prices = np.zeros(len(program.program.rows))
            # The rows that couple cities are the same ones; were they others, nothing is paid for them.
            if len(prices) - program.coupling == len(eur):
                prices[program.coupling :] = eur / program.money
        priced = priced_set(self._freight, columns, program, prices)
        self._raise_bound(part, limit if priced is None else priced.bound, limit)
        return priced

    def _near_optima(
        self, columns: SetColumns, priced: PricedSet, part: Part, limit: float
    ) -> Iterator[tuple[SetColumns, LpSolution, bool]]:
        """Yield optima of the columns that plans up to a cost may have, which rises, and whether they are proven.

        An optimum under that cost is one of all columns. Once there is a plan, the cost is that of the plan.
        """
        found: LpSolution | None = None
        for near in part.rising(lambda: min(limit, self.state.cut_off), _PRICED_NEAR):
            known = near if found is None else max(near, found.objective + 2 * ROUNDING * abs(found.objective))
            most = min(limit, self.state.cut_off, known)
            kept = priced.near(columns, most)
            found = self._run(kept, part, most, is_exact=True)
            if found is not None:
                yield kept, found, found.bound < most

    def _run(self, columns: SetColumns, part: Part, limit: float, *, is_exact: bool) -> LpSolution | None:
        """Solve the program of a part and raise its bound; return the optimum with its cost in EUR/year."""
        program = self.program(columns, part)
        session = LpSession(program.program, self.state, {"mip_rel_gap": max(self.state.gap / 2, ROUNDING)})
        # A departure that is a millionth would carry freight.
        found = session.solve_exactly() if is_exact else session.solve()
        if found is None:
            self._raise_bound(part, limit, limit)
            return None
        found = replace(found, objective=found.objective * program.money, bound=found.bound * program.money)
        self._raise_bound(part, found.bound, limit)
        return found

    def _mixed(self, columns: SetColumns, part: Part, limit: float, *, is_exact: bool = False) -> Floats | None:
        """Solve the program of a part and raise its bound; return the values, None where no plan is under the limit."""
        found = self._run(columns, part, limit, is_exact=is_exact)
        # At the limit nothing is known of the columns that were left out.
        return None if found is None or found.bound >= limit else found.values

    def _raise_bound(self, part: Part, bound: float, limit: float) -> None:
        """Raise the bound of a part, up to the limit at which columns were left out."""
        part.bound = max(part.bound, min(bound, limit))
        if math.isinf(part.bound):
            part.stage = Stage.SETTLED

    def _fixed(self, part: Part) -> float:
        return math.fsum(self._instance.sites[self._freight.sites[hub]].fixed_cost for hub in part.hubs)
