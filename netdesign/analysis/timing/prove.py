"""The bounds and objectives of a timing result proven again, by another engine than the one that found them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from netdesign.analysis.timing.operate import operate_schedule
from netdesign.analysis.timing.value_of_information import first_orders
from netdesign.analysis.timing.verify_plan import known_costs
from netdesign.analysis.verify import Verification
from netdesign.analysis.verify_network import TOLERANCE
from netdesign.errors import UsageError
from netdesign.evaluate import apart
from netdesign.instance.single_paths import mean_path, path_alone, single_year
from netdesign.instance.stages import Risk, RiskMeasure
from netdesign.network.staged import build_networks
from netdesign.results.staged_reading import plan_from_timing, searched_from
from netdesign.results.staged_result import Searched
from netdesign.solve.core.outcome import Termination, exactness, silent
from netdesign.solve.multistage.auto import another_staged_engine, choose_beside
from netdesign.solve.registry import AUTO, STAGED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from netdesign.analysis.timing.problem import TimingProblem
    from netdesign.results.staged_document import TimingDocument
    from netdesign.solve.core.limits import Watch
    from netdesign.solve.core.outcome import Progress
    from netdesign.solve.multistage.question import StagedQuestion, StagedSolution


def prove_timing(
    problem: TimingProblem,
    document: TimingDocument,
    watch: Watch,
    listen: Callable[[Progress], None] = silent,
) -> Verification:
    """Solve again with another engine what a timing result states, and compare bounds and objectives.

    The best calendar fixed at the root is not proven again: one engine alone finds it.

    Raises
    ------
    UsageError
        No other engine can state the problem.
    """
    question = problem.question(watch, listen)
    if problem.staged.stages.risk.measure is RiskMeasure.REGRET:
        question = _of_regret(question, known_costs(document))
    bound = _unproven(document.termination) if document.bound is None else document.bound
    ending = Termination.TIME_LIMIT if document.termination == "running" else Termination(document.termination)
    stated = [("plan", question, Searched(ending, document.objective, bound))]
    stated += list(_beside(problem, document, question))
    found: list[str] = []
    proofs: list[str] = []
    asked_for = _recorded_engine(document)
    for name, asked, claim in stated:
        if watch.is_over:
            break
        used = choose_beside(replace(asked, asked=asked_for)).name
        record = another_staged_engine(asked.staged, used)
        again = record.engine(replace(asked, task=f"proof of {name}")).solve()
        slack = TOLERANCE * exactness(claim.objective or 0.0, asked.scale)
        found += [f"{name}: {text}" for text in _contradicted(claim, again, slack)]
        proofs.append(f"{name}: solved again by {record.name}; {_words(again)}")
    if document.values is not None and not watch.is_over:
        found += _of_the_mean(question, document)
    return Verification(tuple(found), tuple(proofs))


def _of_regret(question: StagedQuestion, known: NDArray[np.float64] | None) -> StagedQuestion:
    """Return the question with what each path costs when it is known; about cost where some path has no plan.

    Then nothing is stated but that no plan is permitted, which does not depend on what is minimised.
    """
    if known is not None:
        return replace(question, known=known)
    stages = question.staged.stages.model_copy(update={"risk": Risk()})
    return replace(question, staged=replace(question.staged, stages=stages))


def _recorded_engine(document: TimingDocument) -> str:
    recorded = str(document.options.get("engine"))
    if recorded in (AUTO, *STAGED.names):
        return recorded
    message = "options: the result does not record the options of a call of timing"
    raise UsageError(message)


def _unproven(ending: str) -> float:
    return math.inf if ending == Termination.INFEASIBLE else -math.inf


def _beside(
    problem: TimingProblem, document: TimingDocument, question: StagedQuestion
) -> Iterator[tuple[str, StagedQuestion, Searched]]:
    """Yield what else is stated to be best, with the question that it answers."""
    staged, networks = problem.staged, problem.networks
    for leaf, path in zip(staged.leaves, document.paths, strict=False):
        if path.known is not None:
            along = tuple(networks[v] for v in staged.path_to(leaf))
            asked = question.about(path_alone(staged, leaf), along, "")
            yield f"path to {path.leaf} by itself", asked, searched_from(path.known)
    plan = plan_from_timing(document, staged)
    ordered = first_orders(staged, plan) if plan is not None else {}
    for delay in document.delays:
        later = replace(staged, not_before={delay.hub: ordered[delay.hub] + 1})
        yield f"delay of {delay.hub}", question.about(later, networks, ""), searched_from(delay.later)
    for year, node in zip(document.single_years, (0, len(staged.nodes) - 1), strict=False):
        asked = question.about(single_year(staged, node), (networks[node],), "")
        yield f"single year {year.year}", asked, searched_from(year.best)
    if document.values is not None:
        path_of_means = mean_path(staged)
        asked = question.about(path_of_means, build_networks(path_of_means), "")
        yield "plan for the mean", asked, searched_from(document.values.mean)


def _contradicted(stated: Searched, again: StagedSolution, slack: float) -> Iterator[str]:
    """Say what another engine's plan and bound, both true even where it was stopped, contradict."""
    better = again.objective
    if better is not None:
        if stated.termination is Termination.INFEASIBLE:
            yield f"termination: states infeasible; another engine has a plan of {better:.2f} EUR"
        elif stated.bound > better + slack:
            said, found = apart(stated.bound, better, ".2f")
            yield f"bound: states {said}; another engine has a plan of {found} EUR"
        is_optimal = stated.termination is Termination.OPTIMAL
        if is_optimal and stated.objective is not None and better < stated.objective - slack:
            said, found = apart(stated.objective, better, ".2f")
            yield f"objective: states optimal at {said}; another engine has {found}"
    if stated.objective is not None and stated.objective < again.bound - slack:
        said, least = apart(stated.objective, again.bound, ".2f")
        yield f"objective: states {said}; another engine proves that nothing is under {least}"


def _words(again: StagedSolution) -> str:
    if again.termination is Termination.INFEASIBLE:
        return "none is permitted"
    if again.objective is None:
        return "stopped before the first plan"
    how = again.termination.value.replace("_", " ")
    return f"best {again.objective:,.2f}, bound {again.bound:,.2f} EUR ({how})"


def _of_the_mean(question: StagedQuestion, document: TimingDocument) -> Iterator[str]:
    """Operate the plan for the mean on the tree again."""
    values = document.values
    if values is None or values.mean.objective is None or values.mean_on_tree.termination.is_limit:
        return
    again = operate_schedule(question, searched_from(values.mean).schedule)
    stated = values.mean_on_tree.objective
    if (again.objective is None) != (stated is None):
        yield f"values.mean_on_tree: states {values.mean_on_tree.termination}; operated again: {_words(again)}"
    elif again.objective is not None and stated is not None:
        slack = TOLERANCE * exactness(stated, question.scale)
        if abs(again.objective - stated) > slack:
            yield f"values.mean_on_tree.objective: states {stated}; operated again it is {again.objective}"
