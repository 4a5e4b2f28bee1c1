"""Find the best network for each permitted number of hubs, and whether each further hub pays."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

from netdesign.analysis.known_networks import KnownNetworks
from netdesign.analysis.network_searches import (
    TIE,
    NetworkSearch,
    exactly,
    has_short_searches,
    is_searched_as_one,
    network_of,
    network_searches,
    refuse_cheaper,
)
from netdesign.analysis.savings import SavingListener, compared_with
from netdesign.analysis.within_limits import solved_in_time
from netdesign.instance.blocks import Objective
from netdesign.results.document import LinearNetworkPart, NetworkPart, RunnerUpPart, StepPart, Verdict
from netdesign.results.part import finite, proven
from netdesign.solve.auto import choose_engine, make_engine
from netdesign.solve.core.engine import EVERYTHING, SearchScope
from netdesign.solve.core.outcome import Progress, Termination

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netdesign.analysis.network_searches import SolvedNetwork
    from netdesign.instance import Instance
    from netdesign.results.document import FurtherSearch
    from netdesign.solve.core.engine import Engine, Question
    from netdesign.solve.core.outcome import Solution

    AnyNetwork = NetworkPart | LinearNetworkPart


def best_networks(question: Question, known: KnownNetworks | None = None) -> list[SolvedNetwork]:
    """Return the best network for each permitted number of hubs; today's comes first where it is not among them.

    A range that is searched as one gives one network.

    Parameters
    ----------
    question
        The problem.
    known
        What is known of the networks before, and takes up what is found; None for nothing.
    """
    listener = SavingListener(question.listen)
    question = replace(question, listen=listener)
    # The numbers of hubs stay those of the policies, whatever sites are out of reach.
    fewer_sites = _in_reach(question)
    engine = cache(partial(make_engine, fewer_sites))
    searches, known = list(network_searches(question, engine)), known or KnownNetworks()
    known.begin(searches)
    choice = choose_engine(fewer_sites)
    for one in searches:
        if one.engine is engine and choice.record.takes(fewer_sites.instance, one.scope) is False:
            # It is refused: sooner than after all others are answered.
            one.solve()
    found: list[SolvedNetwork] = []
    for place, one in enumerate(searches):
        bound = known.bound(place)
        listener.search(one.scope.task, compared_with(solved.network for solved in found), bound)
        if math.isfinite(bound):
            # At once: it may take long until there is a better one.
            listener(Progress(question.watch.elapsed_s, None, bound, one.scope.task))
        found.append(known.answer(place, one))
    _check_todays_among(question.instance, found)
    listener.search("")
    return _with_runner_ups(question, engine, found, known)


def _in_reach(question: Question) -> Question:
    """Return a question with the same plans, without sites that shares and caps close."""
    policies = question.instance.policies
    if policies.service is None and policies.carbon is None:
        return question
    # Imported on use: few instances have one of them.
    from netdesign.analysis.explain.out_of_reach import with_sites_in_reach

    return with_sites_in_reach(question)


def _check_todays_among(instance: Instance, found: Sequence[SolvedNetwork]) -> None:
    """Check that today's network, where it is permitted, costs no less than what is proven of all networks.

    Raises
    ------
    ContradictionError
        It does.
    """
    if is_searched_as_one(instance) and len(found) > 1 and found[0].network.permitted:
        refuse_cheaper(network_of(found[-1].network.hubs), proven(found[-1].network), found[0].solution)


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
    return range(least, most + 1) if is_searched_as_one(instance) else exactly(number)


def steps_between(networks: Sequence[AnyNetwork]) -> list[StepPart]:
    """Compare each network with the last feasible one before it."""
    steps = []
    for place, network in enumerate(networks):
        before = compared_with(networks[:place])
        if before is not None:
            steps.append(_step(before, network))
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


def _with_runner_ups(
    question: Question, engine: Callable[[], Engine], found: list[SolvedNetwork], known: KnownNetworks
) -> list[SolvedNetwork]:
    """Find the runner-up of the first network with a new hub, and of the best network where that has more hubs.

    There is none where no hub exists yet and searches are long, as that for it would take as long as the first; and
    none where the number of hubs is minimised, as another set of as many is no worse.
    """
    if question.instance.problem.objective is Objective.HUB_NUMBER:
        return found
    instance = question.instance
    today, certain = (instance.number_of_hubs(names) for names in (instance.existing, instance.required))
    networks = [one.network for one in found]
    grown = [n for n in networks if n.permitted and n.hubs > max(today, certain) and n.plan is not None]
    if not grown or (today == 0 and not has_short_searches(instance)):
        return found
    asked = (grown[0], min(grown, key=lambda n: n.objective or 0.0))
    for place, one in enumerate(found):
        if any(one.network is n for n in asked) and not known.has_runner_up(one.network):
            found[place] = _with_runner_up(question, engine, one)
            known.learn(place, found[place].network)
    return found


def _with_runner_up(question: Question, engine: Callable[[], Engine], solved: SolvedNetwork) -> SolvedNetwork:
    """Return a network with its runner-up; where the second search finds the cheaper one, the two change places.

    Raises
    ------
    ContradictionError
        The runner-up costs less than what is proven of both.
    """
    first = solved.solution
    plan = first.plan
    if plan is None or first.objective is None:
        return solved
    number = question.instance.number_of_hubs(plan.open_hubs)
    numbers = rivals(question.instance, number)
    scope = SearchScope(numbers, (plan.open_hubs,), f"runner-up of {'+'.join(plan.open_hubs)}")
    solution = solved_in_time(question, engine, scope)
    refuse_cheaper(network_of(number), first.bound, solution)
    if solution.plan is None or solution.objective is None or solution.objective >= first.objective:
        return _with_second(solved, solution, question)
    # The first search ended at its gap with a plan that was not the best; its bound holds for every set.
    bound = min(first.bound, solution.objective)
    search = NetworkSearch(question, number, engine, EVERYTHING)
    better = search.network(replace(solution, bound=bound, termination=first.termination))
    return _with_second(better, replace(first, bound=bound), question)


def _with_second(solved: SolvedNetwork, second: Solution, question: Question) -> SolvedNetwork:
    """Return a network with its runner-up, and what ended the search for it."""
    ended: dict[FurtherSearch, Termination] = {
        name: why for name, why in solved.network.unfinished.items() if name != "runner_up"
    }
    if second.termination in (Termination.TIME_LIMIT, Termination.INTERRUPTED):
        ended["runner_up"] = question.watch.ending
    return solved.with_changes(runner_up=runner_up_part(second), unfinished=ended)


def runner_up_part(solution: Solution) -> RunnerUpPart:
    """Return the part of the search for a runner-up."""
    return RunnerUpPart(
        termination=solution.termination,
        open_hubs=list(solution.plan.open_hubs) if solution.plan is not None else [],
        objective=solution.objective,
        bound=finite(solution.bound),
    )
