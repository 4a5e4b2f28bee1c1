"""The best plan fixed at the root: what is ordered depends on the year only, operations adapt to each node.

That is the recursion over a path of years. The year of a moment costs what its nodes cost together, each by its weight,
with the same modules at all of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.staged.budget import budget_refusal
from netdesign.solve.staged.dynamic import size_refusal, solved_by_recursion
from netdesign.solve.staged.moments import by_year
from netdesign.solve.staged.prepared import prepare

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.staged.prepared import Prepared
    from netdesign.solve.staged.question import StagedQuestion, StagedSolution


class FixedCalendar:
    """Finds the plan of least expected cost among those that are fixed at the root.

    Parameters
    ----------
    question
        The tree and the limits.
    """

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    @staticmethod
    def refusal(staged: StagedInstance) -> str | None:
        """Return what the recursion cannot state, by name, or None."""
        if staged.stages.risk.measure is not RiskMeasure.EXPECTED:
            return f"it adds costs up over nodes; {staged.stages.risk.measure} is no such sum"
        return budget_refusal(staged) or size_refusal(staged)

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        return solved_by_recursion(self._question, _prepared_by_year, "the recursion over years")


def _prepared_by_year(question: StagedQuestion) -> Prepared:
    return replace(prepare(question), moments=by_year(question.staged))
