"""Find the best network for each permitted number of hubs, and whether each further hub pays."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

from netdesign.analysis.minima import minimum_effect
from netdesign.errors import InstanceError
from netdesign.evaluate import evaluate
from netdesign.instance.blocks import Objective
from netdesign.instance.options import fix_hubs
from netdesign.results.document import LinearNetworkPart, NetworkPart, RunnerUpPart, StepPart, Verdict
from netdesign.results.part import finite, proven
from netdesign.results.result import network_part
from netdesign.solve.auto import make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import Phases, Solution, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from netdesign.instance import Instance
    from netdesign.solve.core.engine import Engine, Question

    AnyNetwork = NetworkPart | LinearNetworkPart

TIE = 1e-9
"""Relative saving that counts as rounding: the networks cost the same, and the hub does not pay."""

MOST_NUMBERS = 5
"""Most numbers of hubs that are solved one by one; a wider range is searched as one, to save time."""


class SolvedNetwork(NamedTuple):
    """A network, and the solution of the search that found it."""

    network: NetworkPart
    solution: Solution

    def with_changes(self, **changes: object) -> SolvedNetwork:
        """Return this with other fields of the network."""
        return self._replace(network=self.network.model_copy(update=changes))


def best_networks(question: Question) -> list[SolvedNetwork]:
    """Return the best network for each permitted number of hubs; today's comes first where it is not among them.

    A range that is searched as one gives one network.
    """
    engine = cache(partial(make_engine, question))
    found = [_network(one) for one in searches(question, engine)]
    return _with_runner_ups(question, engine, found)


class Searched(NamedTuple):
    """The outcome of the search for the best network with one number of hubs.

    Parameters
    ----------
    question, solution
        What was asked and found.
    number
        Of open hubs.
    permitted
        False for today's network where more hubs are asked for.
    """

    question: Question
    solution: Solution
    number: int
    permitted: bool = True


def searches(question: Question, engine: Callable[[], Engine]) -> Iterator[Searched]:
    """Search the best network for each permitted number of hubs; today's comes first where it is not among them.

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
        yield _todays_network(question, permitted=today >= least)
    numbers = [] if is_wide else list(range(least, most + 1))
    if certain in numbers:
        # There is one set of hubs only: a far smaller problem than that of all sites, and a fast first answer.
        yield _fixed(question, instance.required, "the hubs that must open", free_centres=True)
        numbers.remove(certain)
    if is_wide:
        yield Searched(question, engine().solve(), most)
    for number in numbers:
        yield Searched(question, engine().solve(SearchScope(_exactly(number), task=f"{number} hubs")), number)


def is_searched_as_one(instance: Instance) -> bool:
    """Return whether one search covers all permitted numbers: there are many, or their number is minimised."""
    least, most = instance.hub_range
    return most - least >= MOST_NUMBERS or instance.problem.objective is Objective.HUB_NUMBER


def rivals(instance: Instance, number: int) -> range:
    """Return the numbers of hubs among which the runner-up of a network is sought.

    Where each number is solved by itself, this is the network's own number. A range that is searched as one has one
    runner-up.

    Parameters
    ----------
    instance
        The instance with the policies in force.
    number
        Hubs of the network.
    """
    least, most = instance.hub_range
    return range(least, most + 1) if is_searched_as_one(instance) else _exactly(number)


def steps_between(networks: Sequence[AnyNetwork]) -> list[StepPart]:
    """Compare each network with the last feasible one before it."""
    steps = []
    before: AnyNetwork | None = None
    for network in networks:
        if before is not None:
            steps.append(_step(before, network))
        if before is None or _is_infeasible(before) or not _is_infeasible(network):
            before = network
    return steps


def _is_infeasible(network: AnyNetwork) -> bool:
    return network.termination is Termination.INFEASIBLE


def _step(before: AnyNetwork, after: AnyNetwork) -> StepPart:
    at_least = proven(before) - (math.inf if after.objective is None else after.objective)
    at_most = (math.inf if before.objective is None else before.objective) - proven(after)
    tie = TIE * abs(after.objective or before.objective or 0.0)
    saving = None
    if before.objective is not None and after.objective is not None:
        saving = before.objective - after.objective
    if _is_infeasible(after):
        verdict = Verdict.IMPOSSIBLE
    elif _is_infeasible(before):
        verdict = Verdict.NEEDED if after.objective is not None else Verdict.UNDECIDED
    elif at_least > tie:
        verdict = Verdict.PAYS
    elif at_most <= tie:
        verdict = Verdict.DOES_NOT_PAY
    else:
        verdict = Verdict.UNDECIDED
    return StepPart(
        from_hubs=before.hubs,
        to_hubs=after.hubs,
        verdict=verdict,
        saving=saving,
        saving_at_least=finite(at_least),
        saving_at_most=finite(at_most),
    )


def _exactly(number: int) -> range:
    return range(number, number + 1)


def fixed_network(question: Question, hubs: Collection[str], task: str) -> SolvedNetwork:
    """Solve with exactly these hubs open; infeasible where the data alone show it."""
    return _network(_fixed(question, hubs, task))


def _fixed(question: Question, hubs: Collection[str], task: str, *, free_centres: bool = False) -> Searched:
    """Solve with some sites open, and no other but sorting centres where these are free."""
    number = question.instance.number_of_hubs(hubs)
    try:
        fixed = question.with_instance(fix_hubs(question.instance, hubs, free_centres=free_centres))
    except InstanceError:
        return Searched(question, Solution(Termination.INFEASIBLE, None, None, math.inf, Phases()), number)
    return Searched(fixed, make_engine(fixed).solve(SearchScope(task=task)), number)


def _todays_network(question: Question, *, permitted: bool) -> Searched:
    """Solve with the existing hubs and the best sorting centres, without the policies on the number of hubs."""
    policies = question.instance.policies.model_copy(update={"required": (), "hub_count": None, "new_hubs": None})
    today = question.with_instance(question.instance.replace(policies=policies))
    searched = _fixed(today, question.instance.existing, "today's network", free_centres=True)
    return searched._replace(permitted=permitted)


def _network(searched: Searched) -> SolvedNetwork:
    question, solution, number, permitted = searched
    plan, evaluation, minima = solution.plan, None, None
    if plan is not None:
        evaluation = evaluate(question.instance, question.network, plan)
        is_exact = solution.termination is Termination.OPTIMAL and (solution.gap or 0.0) <= TIE
        minima = minimum_effect(question, plan, solution.objective if is_exact else None)
    solved = SolvedNetwork(network_part(solution, evaluation, question.instance, number, minima), solution)
    return solved.with_changes(permitted=permitted)


def _with_runner_ups(
    question: Question, engine: Callable[[], Engine], found: list[SolvedNetwork]
) -> list[SolvedNetwork]:
    """Find the runner-up of the first network with a new hub, and of the best network where that has more hubs.

    There is none where no hub exists yet, as its search would take as long as the first; and none where the number of
    hubs is minimised, as another set of as many is no worse.
    """
    if question.instance.problem.objective is Objective.HUB_NUMBER:
        return found
    instance = question.instance
    today, certain = (instance.number_of_hubs(names) for names in (instance.existing, instance.required))
    networks = [one.network for one in found]
    grown = [n for n in networks if n.permitted and n.hubs > max(today, certain) and n.plan is not None]
    if not grown or today == 0:
        return found
    asked = (grown[0], min(grown, key=lambda n: n.objective or 0.0))
    return [_with_runner_up(question, engine(), one) if any(one.network is n for n in asked) else one for one in found]


def _with_runner_up(question: Question, engine: Engine, solved: SolvedNetwork) -> SolvedNetwork:
    """Return a network with its runner-up; where the second search finds the cheaper one, the two change places."""
    first = solved.solution
    plan = first.plan
    if plan is None or first.objective is None:
        return solved
    number = question.instance.number_of_hubs(plan.open_hubs)
    numbers = rivals(question.instance, number)
    solution = engine.solve(SearchScope(numbers, plan.open_hubs, f"runner-up of {'+'.join(plan.open_hubs)}"))
    if solution.plan is None or solution.objective is None or solution.objective >= first.objective:
        return solved.with_changes(runner_up=_runner_up(solution))
    # The first search ended at its gap with a plan that was not the best; its bound holds for every set.
    bound = min(first.bound, solution.objective)
    better = _network(Searched(question, replace(solution, bound=bound, termination=first.termination), number))
    return better.with_changes(runner_up=_runner_up(replace(first, bound=bound)))


def _runner_up(solution: Solution) -> RunnerUpPart:
    return RunnerUpPart(
        termination=solution.termination,
        open_hubs=list(solution.plan.open_hubs) if solution.plan is not None else [],
        objective=solution.objective,
        bound=finite(solution.bound),
    )
