"""Prove bounds and objectives of a result, over one year or several, again with another engine."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign import catalogue
from netdesign.analysis.best_by_hub_count import is_searched_as_one, rivals
from netdesign.analysis.linear import by_the_tonne
from netdesign.analysis.minima import minimum_effect
from netdesign.analysis.timing.value_of_information import delayed, of_means, operate_schedule, paths_alone, years_alone
from netdesign.analysis.timing.verify import recorded_wait_and_see_costs
from netdesign.analysis.verify import TOLERANCE, Verification
from netdesign.analysis.verify_networks import instance_with_permitted_hubs, network_of
from netdesign.errors import InstanceError, UsageError
from netdesign.evaluate import apart
from netdesign.instance.options import fix_hubs
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.results.part import proven
from netdesign.results.result import plan_from_document
from netdesign.results.staged_result import plan_from_timing
from netdesign.solve.auto import another_engine, another_staged_engine, choose_auxiliary, choose_engine, make_engine
from netdesign.solve.core.engine import SearchScope
from netdesign.solve.core.outcome import OPTIMAL_GAP, Phases, Solution, Termination, exactness, silent
from netdesign.solve.enumeration import Enumeration
from netdesign.solve.registry import AUTO, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.plan import StagedPlan
    from netdesign.results.document import LinearPart, NetworkPart, ResultDocument
    from netdesign.results.part import Ended
    from netdesign.results.staged_document import TimingDocument
    from netdesign.solve.core.engine import Question
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion


def prove(
    problem: SolveProblem, document: ResultDocument, watch: Watch, listen: Callable[[Progress], None] = silent
) -> Verification:
    """Solve every network of a result again with another engine and compare bounds and objectives.

    Where no other takes the problem, it is the same one.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
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
    found: list[str] = []
    proofs: list[str] = []
    least, most = problem.instance.hub_range
    unit = problem.instance.problem.objective.unit
    for network in document.networks:
        name = network_of(network.hubs)
        # A wide range of numbers was searched as one, and is proven as one.
        is_whole = is_searched_as_one(problem.instance) and network is document.networks[-1]
        numbers = range(least, most + 1) if is_whole else range(network.hubs, network.hubs + 1)
        again, how = _solve_again(question, document, network, numbers)
        found += [f"{name}: {text}" for text in contradicted(network, again, unit)]
        proofs.append(f"{name}: {how}; {proof_words(again, unit, 'feasible')}")
        if network.runner_up is not None:
            found += [f"{name}: runner_up.{text}" for text in _of_runner_up(question, document, network)]
        if network.minima is not None:
            found += [f"{name}: minima.{text}" for text in _of_minima(question, network, document)]
    if document.linear is not None:
        found += [f"linear: {text}" for text in _of_linear(question, document.linear)]
    answered = _engine_name(document)
    return Verification(tuple(found), tuple(proofs), another_engine(problem.instance, answered).name != answered)


def _of_linear(question: Question, linear: LinearPart) -> Iterator[str]:
    """Solve the linear reading again with another engine."""
    asked = by_the_tonne(question)
    if asked is None:
        yield "the instance has no reading by the tonne"
        return
    record = another_engine(asked.instance, choose_engine(asked).name)
    least, most = asked.instance.hub_range
    for network in linear.networks:
        if question.watch.is_over:
            return
        number = network.hubs
        is_whole = is_searched_as_one(asked.instance) and network is linear.networks[-1]
        numbers = range(least, most + 1) if is_whole else range(number, number + 1)
        permitted = asked.with_instance(instance_with_permitted_hubs(number >= least, asked.instance))
        again = record.engine(permitted).solve(SearchScope(numbers, task=f"proof of {number} hubs by the tonne"))
        yield from (f"{network_of(number)}: {text}" for text in contradicted(network, again, "EUR/year"))


def _solve_again(
    question: Question, document: ResultDocument, network: NetworkPart, numbers: range
) -> tuple[Solution, str]:
    try:
        instance = instance_with_permitted_hubs(network.permitted, question.instance)
    except InstanceError:
        # The data alone show that the policies contradict today's hubs.
        return Solution(Termination.INFEASIBLE, None, None, math.inf, Phases()), "checked against the policies"
    search = SearchScope(numbers, task=f"proof of {network.hubs} hubs")
    record = another_engine(instance, _engine_name(document))
    engine = record.engine(question.with_instance(instance))
    again = engine.solve(search)
    if not isinstance(engine, Enumeration):
        return again, f"solved again by {record.name}"
    sets = engine.sets(search)
    return again, f"{sets} {_sets(sets)} priced, the best operation of {engine.operated} of them computed"


def _engine_name(document: ResultDocument) -> str:
    return str(document.engine.get("name", ""))


def _sets(number: int) -> str:
    return "set of hubs" if number == 1 else "sets of hubs"


def _of_runner_up(question: Question, document: ResultDocument, network: NetworkPart) -> Iterator[str]:
    """Prove the bound again and operate the hubs again: the result states no plan that could be priced."""
    runner_up = network.runner_up
    if runner_up is None or network.plan is None:
        return
    unit = question.instance.problem.objective.unit
    hubs = tuple(network.plan.open_hubs)
    search = SearchScope(rivals(question.instance, network.hubs), hubs, f"runner-up of {'+'.join(hubs)}")
    again = another_engine(question.instance, _engine_name(document)).engine(question).solve(search)
    yield from contradicted(runner_up, again, unit)
    if runner_up.objective is None:
        return
    try:
        fixed = fix_hubs(question.instance, runner_up.open_hubs)
    except (UsageError, InstanceError) as error:
        yield f"open_hubs: may not stand together: {error.message}"
        return
    task = f"operating {'+'.join(runner_up.open_hubs)}"
    again = make_engine(question.with_instance(fixed)).solve(SearchScope(task=task))
    if again.termination is Termination.INFEASIBLE:
        yield f"open_hubs: {' + '.join(runner_up.open_hubs)} is infeasible"
    elif runner_up.objective < again.bound - TOLERANCE * exactness(runner_up.objective):
        claimed, least = apart(runner_up.objective, again.bound, ".2f")
        yield f"objective: states {claimed}; its hubs do it for no less than {least} {unit}"


def _of_minima(question: Question, network: NetworkPart, document: ResultDocument) -> Iterator[str]:
    """Operate the hubs again with and without each minimum."""
    if network.minima is None or network.plan is None or network.objective is None:
        return
    instance = instance_with_permitted_hubs(network.permitted, question.instance)
    plan = plan_from_document(network.plan, instance)
    again = minimum_effect(question.with_instance(instance), plan)
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
    how = again.termination.replace("_", " ")
    return f"best {again.objective:,.2f}, bound {proven(again):,.2f} {unit} ({how})"


def prove_timing(
    problem: TimingProblem, document: TimingDocument, watch: Watch, listen: Callable[[Progress], None] = silent
) -> Verification:
    """Solve every search of a timing result again with another engine, and compare bounds and objectives.

    The best calendar fixed at the root is not proven again: only one engine finds it.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    question = problem.question(watch, listen)
    if problem.staged.stages.risk.measure is RiskMeasure.REGRET:
        question = _of_regret(question, recorded_wait_and_see_costs(document))
    stated: list[tuple[str, StagedQuestion, Ended]] = [("plan", question, document)]
    stated += _other_searches(question, document, plan_from_timing(document, problem.staged))
    found: list[str] = []
    proofs: list[str] = []
    asked_for = _recorded_engine(document)
    for name, asked, claim in stated:
        if watch.is_over:
            break
        used = choose_auxiliary(replace(asked, asked=asked_for)).name
        record = another_staged_engine(asked.staged, used)
        again = record.engine(replace(asked, task=f"proof of {name}")).solve()
        found += [f"{name}: {text}" for text in contradicted(claim, again, "EUR", asked.scale)]
        proofs.append(f"{name}: solved again by {record.name}; {_words(again)}")
    if document.values is not None and not watch.is_over:
        found += _of_the_mean(question, document)
    return Verification(tuple(found), tuple(proofs))


def _of_regret(question: StagedQuestion, wait_and_see: NDArray[np.float64] | None) -> StagedQuestion:
    """Return the question with the wait-and-see costs; where some path has no plan, with cost as the objective.

    In that case the result only states infeasibility, which does not depend on the objective.
    """
    if wait_and_see is not None:
        return replace(question, known=wait_and_see)
    stages = question.staged.stages.model_copy(update={"risk": Risk()})
    return replace(question, staged=replace(question.staged, stages=stages))


def _recorded_engine(document: TimingDocument) -> str:
    recorded = str(document.options.get("engine"))
    if recorded in (AUTO, *STAGED.names):
        return recorded
    message = "options: the result does not record the options of a call of timing"
    raise UsageError(message)


def _other_searches(
    question: StagedQuestion, document: TimingDocument, plan: StagedPlan | None
) -> Iterator[tuple[str, StagedQuestion, Ended]]:
    """Yield name, question and stated outcome of every other search."""
    for path, alone in zip(document.paths, paths_alone(question), strict=False):
        if path.known is not None:
            yield f"path to {path.leaf} by itself", alone, path.known
    later = {} if plan is None else {hub: asked for hub, _, asked in delayed(question, plan)}
    for delay in document.delays:
        yield f"delay of {delay.hub}", later[delay.hub], delay.later
    for single, (year, alone) in zip(document.single_years, years_alone(question), strict=False):
        yield f"single year {year}", alone, single.best
    if document.values is not None:
        yield "plan for the mean", of_means(question), document.values.mean


def _words(again: Ended) -> str:
    return proof_words(again, "EUR", "permitted")


def _of_the_mean(question: StagedQuestion, document: TimingDocument) -> Iterator[str]:
    """Operate the plan for the mean on the tree again."""
    values = document.values
    if values is None or values.mean.objective is None or values.mean_on_tree.termination.is_limit:
        return
    again = operate_schedule(question, values.mean)
    stated = values.mean_on_tree.objective
    if (again.objective is None) != (stated is None):
        yield f"values.mean_on_tree: states {values.mean_on_tree.termination}; operated again: {_words(again)}"
    elif again.objective is not None and stated is not None:
        slack = TOLERANCE * exactness(stated, question.scale)
        if abs(again.objective - stated) > slack:
            yield f"values.mean_on_tree.objective: states {stated}; operated again it is {again.objective}"
