"""Prove bounds and objectives of a result again with another engine."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.analysis.best_by_hub_count import rivals
from netdesign.analysis.contradictions import TOLERANCE, Verification
from netdesign.analysis.linear import by_the_tonne
from netdesign.analysis.minima import minimum_effect
from netdesign.analysis.network_searches import is_searched_as_one, network_of
from netdesign.analysis.verify_networks import instance_with_permitted_hubs
from netdesign.errors import InstanceError, UsageError
from netdesign.evaluate import apart
from netdesign.instance.options import fix_hubs
from netdesign.results.named_plan import plan_from_document
from netdesign.results.part import proven
from netdesign.solve.auto import another_engine, choose_engine, make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import OPTIMAL_GAP, Phases, Solution, Termination, exactness, silent
from netdesign.solve.enumeration import Enumeration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netdesign.analysis.call import Call
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stated_result import StatedResult
    from netdesign.results.document import LinearNetworkPart, LinearPart, NetworkPart, ResultDocument, RunnerUpPart
    from netdesign.results.part import Ended
    from netdesign.solve.core.engine import Engine, Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress


def prove(
    result: StatedResult[ResultDocument, SolveProblem, Call], watch: Watch, listen: Callable[[Progress], None] = silent
) -> Verification:
    """Solve every network of a result again with another engine and compare bounds and objectives.

    Where no other takes the problem, it is the same one.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    document, problem = result.document, result.problem
    file = document.options.get("model")
    if file is None or file in catalogue.models():
        return _proven(problem, document, watch, listen)
    try:
        again = _proven(problem, document, watch, listen)
    except UsageError:
        # A result from another person must not run code, and the message must not blame a model that nobody named.
        message = (
            f"the result is of the model {file}, which is not run again, and no bundled model states its problem with "
            "the policies in force; without --prove its plan is judged"
        )
        raise UsageError(message) from None
    if not again.contradictions:
        return again
    whose = f"the result is of the model {file}; the engines of netdesign solve what the instance states"
    return replace(again, contradictions=(*again.contradictions, whose))


def _proven(
    problem: SolveProblem, document: ResultDocument, watch: Watch, listen: Callable[[Progress], None]
) -> Verification:
    question = problem.question(watch, listen)
    others = OtherEngines(question, _engine_name(document))
    found: list[str] = []
    proofs: list[str] = []
    least, most = problem.instance.hub_range
    unit = problem.instance.problem.objective.unit
    for network in document.networks:
        name = network_of(network.hubs)
        # A wide range of numbers was searched as one, and is proven as one.
        is_whole = is_searched_as_one(problem.instance) and network is document.networks[-1]
        numbers = range(least, most + 1) if is_whole else range(network.hubs, network.hubs + 1)
        again, how = _solve_again(others, network, numbers)
        found += [f"{name}: {text}" for text in contradicted(network, again, unit)]
        proofs.append(f"{name}: {how}; {proof_words(again, unit, 'feasible')}")
        if network.runner_up is not None:
            texts, rival = _of_runner_up(others, network)
            found += [f"{name}: runner_up.{text}" for text in texts]
            if rival is not None:
                proofs.append(f"{name}: runner-up: {proof_words(rival, unit, 'feasible')}")
        if network.minima is not None:
            found += [f"{name}: minima.{text}" for text in _of_minima(question, network, document)]
    if document.linear is not None:
        texts, words = _of_linear(question, document.linear)
        found += [f"linear: {text}" for text in texts]
        proofs += [f"linear: {text}" for text in words]
    if document.clash is not None:
        from netdesign.analysis.explain.verify import prove_clash

        texts, words = prove_clash(question, document.clash, others.name)
        found += texts
        proofs += words
    return Verification(tuple(found), tuple(proofs), others.name != others.answered)


def _of_linear(question: Question, linear: LinearPart) -> tuple[list[str], list[str]]:
    """Solve the linear reading again with another engine; return contradictions, and what was proven."""
    asked = by_the_tonne(question)
    if asked is None:
        return ["the instance has no reading by the tonne"], []
    record = another_engine(asked.instance, choose_engine(asked).name)
    least, most = asked.instance.hub_range
    found: list[str] = []
    proofs: list[str] = []
    for network in linear.networks:
        if question.watch.is_over:
            break
        number, name = network.hubs, network_of(network.hubs)
        is_whole = is_searched_as_one(asked.instance) and network is linear.networks[-1]
        numbers = range(least, most + 1) if is_whole else range(number, number + 1)
        permitted = asked.with_instance(instance_with_permitted_hubs(number >= least, asked.instance))
        again = record.engine(permitted).solve(SearchScope(numbers, task=f"proof of {number} hubs by the tonne"))
        found += [f"{name}: {text}" for text in contradicted(network, again, "EUR/year")]
        found += [f"{name}: {text}" for text in _of_its_hubs(permitted, network)]
        proofs.append(f"{name}: solved again by {record.name}; {proof_words(again, 'EUR/year', 'feasible')}")
    return found, proofs


class OtherEngines:
    """Makes the engines that prove the answers of one, each once: they keep what they learn about sets of hubs.

    Parameters
    ----------
    question
        The problem.
    answered
        Name of the engine that answered.
    """

    def __init__(self, question: Question, answered: str) -> None:
        self.question, self.answered = question, answered
        self.name = another_engine(question.instance, answered).name
        self._made: dict[bool, Engine] = {}

    def of(self, permitted: bool = True) -> Engine:
        """Return the engine for networks that the policies permit, or for one of today's hubs that they do not.

        Raises
        ------
        InstanceError
            The other policies contradict today's hubs.
        """
        if permitted not in self._made:
            instance = instance_with_permitted_hubs(permitted, self.question.instance)
            record = another_engine(instance, self.answered)
            self._made[permitted] = record.engine(self.question.with_instance(instance))
        return self._made[permitted]


def _solve_again(others: OtherEngines, network: NetworkPart, numbers: range) -> tuple[Solution, str]:
    search = SearchScope(numbers, task=f"proof of {network.hubs} hubs")
    try:
        engine = others.of(network.permitted)
    except InstanceError:
        # The data alone show that the policies contradict today's hubs.
        return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases()), "checked against the policies"
    operated = engine.operated if isinstance(engine, Enumeration) else 0
    again = engine.solve(search)
    if not isinstance(engine, Enumeration) or others.question.instance.chooses_links:
        return again, f"solved again by {others.name}"
    sets = engine.sets(search)
    return again, f"{sets} {_sets(sets)} priced, the best operation of {engine.operated - operated} of them computed"


def _engine_name(document: ResultDocument) -> str:
    return str(document.engine.get("name", ""))


def _sets(number: int) -> str:
    return "set of hubs" if number == 1 else "sets of hubs"


def _of_runner_up(others: OtherEngines, network: NetworkPart) -> tuple[list[str], Solution | None]:
    """Prove the bound again and operate the hubs again: the result states no plan that could be priced.

    Returns
    -------
    list of str, Solution or None
        Contradictions, and what the search for the bound came to.
    """
    runner_up, question = network.runner_up, others.question
    if runner_up is None or network.plan is None:
        return [], None
    hubs = tuple(network.plan.open_hubs)
    search = SearchScope(rivals(question.instance, network.hubs), (hubs,), f"runner-up of {'+'.join(hubs)}")
    again = others.of().solve(search)
    unit = question.instance.problem.objective.unit
    return [*contradicted(runner_up, again, unit), *_of_its_hubs(question, runner_up)], again


def _of_its_hubs(question: Question, stated: RunnerUpPart | LinearNetworkPart) -> Iterator[str]:
    """Operate hubs that are stated without a plan."""
    if stated.objective is None:
        return
    try:
        fixed = fix_hubs(question.instance, stated.open_hubs)
    except (UsageError, InstanceError) as error:
        yield f"open_hubs: may not stand together: {error.message}"
        return
    unit = question.instance.problem.objective.unit
    task = f"operating {'+'.join(stated.open_hubs)}"
    again = make_engine(question.with_instance(fixed)).solve(SearchScope(task=task))
    if again.termination is Termination.INFEASIBLE:
        yield f"open_hubs: {' + '.join(stated.open_hubs)} is infeasible"
    elif stated.objective < again.bound - TOLERANCE * exactness(stated.objective):
        claimed, least = apart(stated.objective, again.bound, ".2f")
        yield f"objective: states {claimed}; its hubs do it for no less than {least} {unit}"


def _of_minima(question: Question, network: NetworkPart, document: ResultDocument) -> Iterator[str]:
    """Operate the hubs again with and without each minimum."""
    if network.minima is None or network.plan is None or network.objective is None:
        return
    instance = instance_with_permitted_hubs(network.permitted, question.instance)
    plan = plan_from_document(network.plan, instance)
    again, _ = minimum_effect(question.with_instance(instance), plan)
    if question.watch.is_over:
        return
    true = again.cost_by_policy if again is not None else {}
    # A cost is a difference of two, here and in the result, each exact up to the gap of the call.
    slack = (OPTIMAL_GAP + max(OPTIMAL_GAP, document.options["gap"])) * exactness(network.objective)
    for name in sorted(true.keys() | network.minima.cost_by_policy):
        claimed = network.minima.cost_by_policy.get(name, 0.0)
        if abs(claimed - true.get(name, 0.0)) > slack:
            yield f"cost_by_policy.{name}: states {claimed:.2f}; its hubs give {true.get(name, 0.0):.2f} EUR/year"


def contradicted(stated: Ended, again: Ended, unit: str, scale: float = 0.0) -> Iterator[str]:
    """Yield contradictions with plan and bound of another engine, which are valid even where it was stopped.

    Parameters
    ----------
    stated, again
        The search in the result, and that of the other engine.
    unit
        Unit of the objective.
    scale
        Size of the costs whose differences objectives and bounds are; see ``exactness``.
    """
    better, bound = again.objective, proven(again)
    if better is not None:
        slack = TOLERANCE * exactness(better, scale)
        if stated.bound is not None and stated.bound > better + slack:
            claimed, found = apart(stated.bound, better, ".2f")
            yield f"bound: states {claimed}; another engine has a plan of {found} {unit}"
        if stated.termination == Termination.INFEASIBLE:
            yield f"termination: states infeasible; another engine has a plan of {better:.2f} {unit}"
        is_optimal = stated.termination == Termination.OPTIMAL
        if is_optimal and stated.objective is not None and better < stated.objective - slack:
            claimed, found = apart(stated.objective, better, ".2f")
            yield f"objective: states optimal at {claimed}; another engine has {found}"
    if stated.objective is not None and stated.objective < bound - TOLERANCE * exactness(stated.objective, scale):
        claimed, least = apart(stated.objective, bound, ".2f")
        yield f"objective: states {claimed}; another engine proves that nothing is under {least}"


def proof_words(again: Ended, unit: str, possible: str) -> str:
    """Return the outcome of another engine in words; ``possible`` is the word for a valid plan."""
    if again.termination == Termination.INFEASIBLE:
        return f"none is {possible}"
    if again.objective is None:
        return "stopped before the first plan"
    how, bound = again.termination.replace("_", " "), proven(again)
    if not math.isfinite(bound):
        return f"best {again.objective:,.2f} {unit}, without a bound ({how})"
    return f"best {again.objective:,.2f}, bound {bound:,.2f} {unit} ({how})"
