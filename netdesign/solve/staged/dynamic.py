"""The dynamic engine: recursion over the tree and the states of the hubs, with operations priced when they matter.

Values begin as lower bounds: of sets of new hubs the separable one, of operations what multipliers prove. The best
policy under them tells which sets to look into and which operations to price; then the values are computed anew. When
all that the best policy uses is priced, its value is both a cost and a bound. (Lazy evaluation in the manner of A*,
Hart, Nilsson and Raphael 1968, over the recursion of Bellman 1957.)
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, ClassVar

from netdesign.instance.stages import RiskMeasure
from netdesign.solve.course import Course
from netdesign.solve.outcome import Phases, Termination
from netdesign.solve.staged.budget import budget_refusal
from netdesign.solve.staged.hubs import Hubs
from netdesign.solve.staged.policy import plan_of
from netdesign.solve.staged.prepared import prepare
from netdesign.solve.staged.question import StagedEngineName, StagedSolution, judged_staged
from netdesign.solve.staged.search import PolicySearch

if TYPE_CHECKING:
    from netdesign.instance.staged import StagedInstance
    from netdesign.solve.staged.question import StagedQuestion

MOST_SETS = 20_000
MOST_STATES = 2_000_000


class Dynamic:
    """The dynamic engine for expected cost.

    Parameters
    ----------
    question
        The problem and its limits.
    """

    name: ClassVar = StagedEngineName.DYNAMIC

    def __init__(self, question: StagedQuestion) -> None:
        self._question = question

    @staticmethod
    def refusal(staged: StagedInstance) -> str | None:
        """Return what the engine cannot state, by name, or None."""
        measure = staged.stages.risk.measure
        if measure is RiskMeasure.REGRET or (measure is RiskMeasure.CVAR and not staged.is_path):
            return f"it adds costs up over nodes; {measure} is no such sum"
        return budget_refusal(staged) or size_refusal(staged)

    def solve(self) -> StagedSolution:
        """Return the best plan, with bound, reason for stopping and trace."""
        question = self._question
        staged = question.staged
        begun = time.perf_counter()
        course = Course(question.watch, question.listen, "plan over the years")
        problem = prepare(question)
        search = PolicySearch(problem, staged.weights, course)
        built = time.perf_counter()
        policy = search.best()
        phases = Phases(build_s=built - begun, solve_s=time.perf_counter() - built)
        if policy is None:
            ending = course.settled() if course.is_closed else course.ending()
            bound = math.inf if ending is Termination.INFEASIBLE else course.bound
            return StagedSolution(ending, None, None, bound, phases, tuple(course.trace))
        plan = plan_of(staged, problem.hubs, problem.tables, policy)
        judged = judged_staged(question, plan, course.incumbent, "the dynamic engine")
        bound = min(course.bound, judged.objective)
        return StagedSolution(course.ending(), plan, judged.objective, bound, phases, tuple(course.trace))


def size_refusal(staged: StagedInstance) -> str | None:
    """Return why a problem has too many sets of hubs or states for the recursion, or None."""
    hubs = Hubs(staged)
    largest = hubs.new_range.stop - 1
    sets = sum(math.comb(len(hubs.candidates), size) for size in range(largest + 1))
    if sets > MOST_SETS:
        return f"{sets:,} sets of new hubs are too many; {MOST_SETS:,} are not"
    states = math.prod(len(hubs[site].states) for site in hubs.existing)
    if hubs.candidates:
        states *= len(hubs[hubs.candidates[0]].states) ** largest
    if states > MOST_STATES:
        return f"the modules of its hubs have {states:,} states together; {MOST_STATES:,} are the most"
    return None
