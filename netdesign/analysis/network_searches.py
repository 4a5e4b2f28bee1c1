"""The searches for the best network with each number of hubs, before and after they are made."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.minima import minimum_effect
from netdesign.analysis.within_limits import solved_in_time
from netdesign.errors import ContradictionError, DisagreementError, InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Objective
from netdesign.instance.options import fix_hubs
from netdesign.results.result import network_part
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import EVERYTHING, SearchScope, keep_no_plan
from netdesign.solve.core.outcome import Phases, Solution, Termination, exactness
from netdesign.solve.core.referee_check import AGREEMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from netdesign.instance import Instance
    from netdesign.plan import Plan
    from netdesign.results.document import NetworkPart
    from netdesign.solve.core.engine import Engine, PricedPlan, Question

TIE = 1e-9
"""Relative saving that counts as rounding: the networks cost the same, and the hub does not pay."""

MOST_NUMBERS = 5
"""Most numbers of hubs that are solved one by one; a wider range is searched as one, to save time."""

MOST_OF_SMALL, _FEW_ROUTES = 12, 2e6
"""Most such numbers where each search is short, and the most pairs of sites times commodities for that."""


class SolvedNetwork(NamedTuple):
    """A network, and the solution of the search that found it."""

    network: NetworkPart
    solution: Solution

    def with_changes(self, **changes: object) -> SolvedNetwork:
        """Return this with other fields of the network."""
        return self._replace(network=self.network.model_copy(update=changes))


class NetworkSearch(NamedTuple):
    """The search for the best network with one number of hubs.

    Parameters
    ----------
    question
        What is asked.
    number
        Of open hubs; the largest where several numbers are searched as one.
    engine
        Makes what answers; None where the data alone show that there is no such network.
    scope
        The sets that are searched.
    permitted
        False for today's network where more hubs are asked for.
    """

    question: Question
    number: int
    engine: Callable[[], Engine] | None
    scope: SearchScope
    permitted: bool = True

    def solve(
        self,
        start: PricedPlan | None = None,
        bound: float = -math.inf,
        keep: Callable[[Plan | None, float, float], None] = keep_no_plan,
    ) -> Solution:
        """Return the best plan, never dearer than the one to begin with.

        Parameters
        ----------
        start, bound
            A plan of such a network, or None, and what is stated to be proven of all of them, in the unit of the
            objective.
        keep
            Called with what is found meanwhile, as of ``SearchScope``.

        Raises
        ------
        ContradictionError
            A plan costs less than what is stated to be proven.
        SizeError
            It is too large; says which size would be taken, and by which engine.
        """
        if self.engine is None or (start is None and self._is_out_of_reach()):
            return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases())
        solution = solved_in_time(self.question, self.engine, replace(self.scope, start=start, keep=keep))
        if start is not None:
            solution = _or_start(solution, start)
        return with_bound(network_of(self.number), bound, solution)

    def _is_out_of_reach(self) -> bool:
        """Return whether no such network keeps a share inside the deadline or a cap on carbon, which is soon known.

        Engines find no plan then either, but their bounds are on costs, and say little about it.
        """
        instance = self.question.instance
        if instance.policies.service is None and instance.policies.carbon is None:
            return False
        # Imported on use: few instances have one of them.
        from netdesign.analysis.explain.out_of_reach import least_legs, sets_in_reach

        question = replace(self.question, network=least_legs(instance, self.question.network))
        return sets_in_reach(question, self.scope) == []

    def network(self, solution: Solution) -> SolvedNetwork:
        """Return the network of a solution, with what minima cost in it."""
        question, plan, evaluation, minima, is_whole = self.question, solution.plan, None, None, True
        if plan is not None:
            evaluation = evaluate(question.instance, question.network, plan)
            # With services programs of a set have the gap of the search, and would find nothing better.
            is_exact = solution.termination is Termination.OPTIMAL and (
                question.instance.services is not None or (solution.gap or 0.0) <= TIE
            )
            minima, is_whole = minimum_effect(question, plan, solution if is_exact else None)
        part = network_part(solution, evaluation, question.instance, self.number, minima)
        ended = {} if is_whole else {"minima": question.watch.ending}
        return SolvedNetwork(part, solution).with_changes(permitted=self.permitted, unfinished=ended)

    def unfinished(self, solution: Solution) -> NetworkPart:
        """Return the network of a search that goes on."""
        plan, instance = solution.plan, self.question.instance
        evaluation = None
        if plan is not None:
            evaluation = evaluate(instance, self.question.network, plan)
            objective = evaluation.objective
            solution = replace(solution, objective=objective, bound=min(solution.bound, objective))
        part = network_part(solution, evaluation, instance, self.number)
        return part.model_copy(update={"permitted": self.permitted})


def network_of(hubs: int) -> str:
    """Return the name of a network in messages."""
    return f"network of {hubs} hub{'' if hubs == 1 else 's'}"


def with_bound(name: str, bound: float, solution: Solution) -> Solution:
    """Return a solution with a bound that is stated to be proven, where that is nearer.

    Parameters
    ----------
    name
        Of the network, or of the networks, in messages.
    bound
        Of all its plans, in the unit of the objective.
    solution
        Its best plan, if any, with what its search has proven.

    Raises
    ------
    ContradictionError
        The plan costs less.
    """
    refuse_cheaper(name, bound, solution)
    at_most = math.inf if solution.objective is None else solution.objective
    return replace(solution, bound=max(solution.bound, min(bound, at_most)))


def refuse_cheaper(name: str, bound: float, found: Solution) -> None:
    """Refuse a bound of a network that is over what one of its plans costs.

    Parameters
    ----------
    name
        Of the network, or of the networks, in messages.
    bound
        Of all its plans, in the unit of the objective.
    found
        A plan of it, if any, with its objective.

    Raises
    ------
    ContradictionError
        It is.
    """
    plan, objective = found.plan, found.objective
    if plan is not None and objective is not None and bound > objective + AGREEMENT * exactness(objective):
        claimed = "no plan is stated to be permitted" if math.isinf(bound) else f"states {bound:.2f}"
        message = f"{name}: bound: {claimed}, but {'+'.join(plan.open_hubs)} has {objective:.2f}"
        raise ContradictionError(message)


def _or_start(solution: Solution, start: PricedPlan) -> Solution:
    """Return a solution, or the plan that its search began with where that is better."""
    if solution.termination is Termination.INFEASIBLE:
        message = "the engine finds no network permitted, yet the referee permits the plan that it began with"
        raise DisagreementError(message)
    if solution.objective is not None and solution.objective <= start.objective:
        return solution
    return replace(solution, plan=start.plan, objective=start.objective, bound=min(solution.bound, start.objective))


def network_searches(question: Question, engine: Callable[[], Engine]) -> Iterator[NetworkSearch]:
    """Yield the search for each permitted number of hubs; today's comes first where it is not among them.

    Parameters
    ----------
    question
        The problem.
    engine
        Makes its engine, always the same; not called where the hubs are certain.
    """
    instance = question.instance
    least, most = instance.hub_range
    today, certain = (instance.number_of_hubs(names) for names in (instance.existing, instance.required))
    is_wide = is_searched_as_one(instance)
    if today > 0 and (today < least or is_wide):
        yield todays_network(question, permitted=today >= least)
    numbers = [] if is_wide else list(range(least, most + 1))
    if certain in numbers:
        # There is one set of hubs only: a far smaller problem than that of all sites, and a fast first answer.
        yield fixed_search(question, instance.required, "the hubs that must open", free_centres=True)
        numbers.remove(certain)
    if is_wide:
        yield NetworkSearch(question, most, engine, EVERYTHING)
    for number in numbers:
        yield NetworkSearch(question, number, engine, SearchScope(exactly(number), task=f"{number} hubs"))


def is_searched_as_one(instance: Instance) -> bool:
    """Return whether one search covers all permitted numbers: there are many, or their number is minimised."""
    return has_many_numbers(instance) or instance.problem.objective is Objective.HUB_NUMBER


def has_many_numbers(instance: Instance) -> bool:
    """Return whether the permitted numbers of hubs are too many to be answered one by one."""
    least, most = instance.hub_range
    return most - least >= (MOST_OF_SMALL if has_short_searches(instance) else MOST_NUMBERS)


def has_short_searches(instance: Instance) -> bool:
    """Return whether the search for one number of hubs is short, so that further ones are no matter."""
    return len(instance.commodities) * len(instance.allowed) ** 2 <= _FEW_ROUTES


def one_search_note(instance: Instance) -> str | None:
    """Return a note on permitted numbers of hubs that are not answered one by one, or None."""
    if not has_many_numbers(instance) or instance.problem.objective is Objective.HUB_NUMBER:
        return None
    least, most = instance.hub_range
    return (
        f"{least} to {most} hubs are too many numbers to answer one by one: they are searched as one, and what is "
        "shown is the best network of all of them; --max-new or --hubs asks for fewer"
    )


def exactly(number: int) -> range:
    """Return the range of one number of hubs."""
    return range(number, number + 1)


def fixed_network(question: Question, hubs: Collection[str], task: str) -> SolvedNetwork:
    """Solve with exactly these hubs open; infeasible where the data alone show it."""
    search = fixed_search(question, hubs, task)
    return search.network(search.solve())


def fixed_search(question: Question, hubs: Collection[str], task: str, *, free_centres: bool = False) -> NetworkSearch:
    """Return the search with some sites open, and no other but sorting centres where these are free."""
    number = question.instance.number_of_hubs(hubs)
    try:
        question = question.with_instance(fix_hubs(question.instance, hubs, free_centres=free_centres))
    except InstanceError:
        return NetworkSearch(question, number, None, SearchScope(task=task))
    return NetworkSearch(question, number, partial(make_engine, question), SearchScope(task=task))


def todays_network(question: Question, *, permitted: bool) -> NetworkSearch:
    """Return the search with existing hubs and the best sorting centres, without the policies on the number of hubs."""
    policies = question.instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    today = question.with_instance(question.instance.replace(policies=policies))
    return fixed_search(today, question.instance.existing, "today's network", free_centres=True)._replace(
        permitted=permitted
    )
