"""The plans over years that are put under stress: the best plan, and others that order differently."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from netdesign.analysis.timing.plan_search import no_plan_of, search_for_regret, search_plan
from netdesign.analysis.timing.problem import with_hub_options
from netdesign.analysis.timing.value_of_information import of_means, operate, operate_schedule
from netdesign.errors import UsageError
from netdesign.instance.options import HubOptions
from netdesign.results.staged_result import is_tree, searched
from netdesign.solve.auto import choose_staged_engine, solve_auxiliary
from netdesign.solve.core.outcome import Termination
from netdesign.solve.multistage.dynamic import FixedCalendar
from netdesign.solve.multistage.question import StagedSolution

if TYPE_CHECKING:
    from collections.abc import Callable

    from netdesign.analysis.timing.plan_search import StagedChoice
    from netdesign.plan import StagedPlan
    from netdesign.results.staged_document import SearchedPart
    from netdesign.solve.multistage.question import StagedQuestion

BEST, FIXED, MEAN, NOTHING = "best", "fixed", "mean", "nothing"
"""Names of plans: the best plan, the best calendar fixed at the root, the plan for the mean, and no orders."""

WITHOUT = "without "
"""With which the name of the best plan without some hub begins."""

_NOT_PERMITTED = "is not permitted, or cannot carry the freight"
_STOPPED = "was not found before the search stopped"


@dataclass(frozen=True)
class StressedPlan:
    """Orders and closings over the years.

    Parameters
    ----------
    names
        What it is; several where searches of several kinds have the same orders and closings.
    solution
        Its plan at the present values, with the bound of its search.
    """

    names: tuple[str, ...]
    solution: StagedSolution

    @property
    def plan(self) -> StagedPlan:
        """The plan at the present values."""
        assert self.solution.plan is not None
        return self.solution.plan


@dataclass
class FoundPlans:
    """What was found.

    Parameters
    ----------
    question, choice
        What was asked, with the least cost of each path where regret needs it; and the engine of the best plan.
    known
        Wait-and-see solution of each path where the largest regret is minimised; empty elsewhere.
    best
        Outcome of the search for the best plan.
    plans
        The best plan first; none without it.
    left_out
        Name of each other plan, and why it is not there.
    """

    question: StagedQuestion
    choice: StagedChoice
    known: list[SearchedPart]
    best: StagedSolution
    plans: list[StressedPlan] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def ending(self) -> Termination:
        """Why the searches stopped."""
        endings = [self.best.termination, *(one.solution.termination for one in self.plans)]
        limits = [end for end in endings if end.is_limit]
        return (limits or endings)[0] if self.plans else self.best.termination

    def add(self, name: str, solution: StagedSolution) -> None:
        """Take up a plan, or note why there is none."""
        if solution.plan is None:
            self.left_out[name] = _NOT_PERMITTED if solution.termination is Termination.INFEASIBLE else _STOPPED
            return
        for place, other in enumerate(self.plans):
            if decisions_of(other.plan) == decisions_of(solution.plan):
                self.plans[place] = replace(other, names=(*other.names, name))
                return
        self.plans.append(StressedPlan((name,), solution))


def decisions_of(plan: StagedPlan) -> list[tuple[Counter[tuple[str, str]], frozenset[str]]]:
    """Return what a plan orders and closes at each node: modules by hub and kind, and hubs."""
    found = []
    for own in plan.nodes:
        counts: Counter[tuple[str, str]] = Counter()
        for order in own.orders:
            counts[order.site, order.module] += order.count
        found.append((counts, frozenset(own.closings)))
    return found


def find_plans(question: StagedQuestion) -> FoundPlans:
    """Find the plans of a question.

    Raises
    ------
    UsageError
        No engine can state it.
    """
    found = _find_best(question)
    if found.best.plan is None:
        return found
    found.add(BEST, found.best)
    asked, best = found.question, found.best.plan
    searches: dict[str, Callable[[], StagedSolution]] = {}
    if is_tree(asked.staged):
        refusal = FixedCalendar.refusal(asked.staged)
        if refusal is None:
            searches[FIXED] = lambda: FixedCalendar(_about_same(asked, "fixed at the root")).solve()
        else:
            found.left_out[FIXED] = f"cannot be found with {refusal}"
        searches[MEAN] = lambda: _for_mean(asked)
    for hub in new_hubs(best, asked.staged.base.existing):
        searches[f"{WITHOUT}{hub}"] = _without(asked, hub)
    searches[NOTHING] = lambda: operate(asked, [((), ())] * len(asked.staged.nodes))
    for name, search in searches.items():
        if asked.watch.is_over:
            found.left_out[name] = _STOPPED
        else:
            found.add(name, search())
    return found


def new_hubs(plan: StagedPlan, existing: frozenset[str]) -> list[str]:
    """Return the hubs that a plan opens at some node, each once, the earliest first."""
    ordered = (order.site for own in plan.nodes for order in own.orders)
    return [hub for hub in dict.fromkeys(ordered) if hub not in existing]


def question_without(question: StagedQuestion, hub: str) -> StagedQuestion:
    """Return the question in which a hub may not open.

    Raises
    ------
    UsageError
        Plans ask for it.
    """
    staged = with_hub_options(question.staged, HubOptions(closed=(hub,)))
    about = question.about(staged, question.networks, f"{WITHOUT}{hub}")
    # Years cost something else without a hub, and are not searched twice.
    return replace(about, known=question.known, memory={})


def _find_best(question: StagedQuestion) -> FoundPlans:
    choice = choose_staged_engine(question)
    asked, known = search_for_regret(question)
    if asked is None:
        return FoundPlans(question, choice, known, no_plan_of(known))
    found = FoundPlans(asked, choice, known, StagedSolution(question.watch.ending, None, None, -math.inf))

    def change(further: StagedChoice) -> None:
        found.choice = further

    if not asked.watch.is_over:
        found.best = search_plan(asked, choice, change)
    return found


def _about_same(question: StagedQuestion, task: str) -> StagedQuestion:
    """Return the question of another search of the same problem."""
    return replace(question.about(question.staged, question.networks, task), known=question.known)


def _for_mean(question: StagedQuestion) -> StagedSolution:
    """Return the plan for the mean of the tree, operated on it."""
    mean = of_means(question)
    found = solve_auxiliary(mean)
    if found.plan is None:
        return found
    return operate_schedule(question, searched(mean.staged, found))


def _without(question: StagedQuestion, hub: str) -> Callable[[], StagedSolution]:
    def search() -> StagedSolution:
        try:
            asked = question_without(question, hub)
        except UsageError:
            return StagedSolution(Termination.INFEASIBLE, None, None, math.inf)
        return solve_auxiliary(asked)

    return search
